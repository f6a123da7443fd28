//! Turbine models from glTF 2.0 files: read, checked, and baked into the frames in which the view
//! moves a turbine's parts.
//!
//! ```text
//! file ─► nodes ─► parts ─► rotor ─► bake ─► levels
//! ```
//!
//! Only the JSON types of the `gltf` crate are used: its readers take an index on trust, and these
//! files come from anywhere.

mod accessor;
mod bake;
mod extensions;
mod file;
mod gather;
mod levels;
mod material;
mod model;
mod nodes;
mod parts;
mod picture;
mod rotor;
mod summary;

pub(crate) use extensions::refused;
pub(crate) use picture::decode_jpeg;

pub use model::{GltfMesh, GltfModel, GltfPaint};
pub use summary::summary;

use super::model::Part;
use super::problem::suggestion;

/// Larger files are not for a viewer that opens at once.
pub(super) const LARGEST_FILE: u64 = 256 << 20;

/// What a scene says of a file, and of the turbine that it is to be.
#[derive(Debug, Clone)]
pub(super) struct Request {
    /// The patterns of node names, by part.
    pub parts: Vec<(Part, Vec<String>)>,
    /// The pattern of the node that turns.
    pub rotor: Option<String>,
    /// The direction of the rotor's axis in the file, where no animation tells it.
    pub rotor_axis: Option<[f32; 3]>,
    /// Metres a unit of the file; fitted to the rotor's diameter without one.
    pub scale: Option<f32>,
    /// Where the rotor looks in the file, degrees clockwise from -z seen from above.
    pub heading_deg: Option<f32>,
    /// Draw its own colours a shade calmer.
    pub calm: bool,
    /// The model's hub height.
    pub hub_height_m: f32,
    /// The model's rotor diameter.
    pub rotor_diameter_m: f32,
}

/// What in the scene file a remark is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum About {
    /// The glTF file.
    File,
    /// A pattern of a part: its number.
    Pattern(Part, usize),
    /// `rotor`.
    Rotor,
    /// `rotor_axis`, or that there is none.
    RotorAxis,
    /// `scale`, or that there is none.
    Scale,
}

/// Something to tell of a file.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Remark {
    pub about: About,
    /// The kind of problem: `gltf`.
    pub code: &'static str,
    pub message: String,
    pub help: Option<String>,
    pub is_error: bool,
}

/// Gathers remarks.
#[derive(Debug, Default)]
pub(super) struct Remarks(pub Vec<Remark>);

impl Remarks {
    pub fn warn(&mut self, about: About, code: &'static str, message: String, help: &str) {
        self.0.push(Remark {
            about,
            code,
            message,
            help: (!help.is_empty()).then(|| help.to_owned()),
            is_error: false,
        });
    }

    pub fn fault(&mut self, fault: Fault) {
        self.0.push(Remark {
            about: fault.about,
            code: fault.code,
            message: fault.message,
            help: fault.help,
            is_error: true,
        });
    }
}

/// Why a file cannot be used.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Fault {
    pub about: About,
    pub code: &'static str,
    pub message: String,
    pub help: Option<String>,
}

impl Fault {
    /// The file is broken.
    pub fn broken(message: impl Into<String>) -> Self {
        Self::new(About::File, "gltf", message)
    }

    /// The file is glTF, but of a kind that is not read.
    pub fn unsupported(message: impl Into<String>, help: &str) -> Self {
        let mut fault = Self::new(About::File, "gltf-unsupported", message);
        fault.help = Some(help.to_owned());
        fault
    }

    pub fn new(about: About, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            about,
            code,
            message: message.into(),
            help: None,
        }
    }

    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// Reads files that a `.gltf` names beside itself.
pub(super) type Siblings<'a> = dyn FnMut(&str) -> Result<Vec<u8>, String> + 'a;

/// Reads a file and bakes the model; what is to be told goes to `remarks`.
pub(super) fn read(
    bytes: &[u8],
    request: &Request,
    siblings: &mut Siblings<'_>,
    remarks: &mut Remarks,
) -> Option<GltfModel> {
    match bake(bytes, request, siblings, remarks) {
        Ok(model) => Some(model),
        Err(faults) => {
            faults.into_iter().for_each(|fault| remarks.fault(fault));
            None
        }
    }
}

fn bake(
    bytes: &[u8],
    request: &Request,
    siblings: &mut Siblings<'_>,
    remarks: &mut Remarks,
) -> Result<GltfModel, Vec<Fault>> {
    let one = |fault| vec![fault];
    let file = file::File::read(bytes, siblings).map_err(one)?;
    extensions::check(&file.root).map_err(one)?;
    let nodes = nodes::place(&file.root).map_err(one)?;
    let parts = parts::assign(&nodes, request)?;
    let pieces = gather::pieces(&file, &nodes, remarks).map_err(one)?;
    let mut pictures = picture::Pictures::default();
    let looks = material::looks(&file, &pieces, siblings, &mut pictures, remarks).map_err(one)?;
    let rotor = rotor::find(&file, &nodes, &parts, &pieces, request, remarks).map_err(one)?;
    let baked = bake::bake(&nodes, &parts, pieces, &looks, rotor, request, remarks).map_err(one)?;
    Ok(levels::finish(
        baked,
        pictures,
        request,
        fingerprint(bytes, request),
    ))
}

/// Tells models apart by what they were made from.
fn fingerprint(bytes: &[u8], request: &Request) -> u64 {
    use std::hash::{DefaultHasher, Hasher as _};
    let mut hasher = DefaultHasher::new();
    hasher.write(bytes);
    hasher.write(format!("{request:?}").as_bytes());
    hasher.finish()
}

/// `did you mean …?`, or the names that there are.
fn node_help(wrong: &str, nodes: &nodes::Nodes) -> Option<String> {
    let mut names: Vec<&str> = nodes.list.iter().map(|n| n.name.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    suggestion(wrong, names.iter().copied(), "the nodes are")
}
