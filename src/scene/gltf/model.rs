//! A turbine model from a glTF file, as the view draws it.

/// A turbine model from a glTF file, baked: levels of detail in the frames of a turbine's parts.
#[derive(Debug, Clone)]
pub struct GltfModel {
    /// What it was made from, as a number: models with the same one are the same.
    pub fingerprint: u64,
    /// The levels of detail, nearest first.
    pub levels: [GltfMesh; 4],
    /// Its base-colour textures, if it has any.
    pub paint: Option<GltfPaint>,
    /// Height of the hub's centre above the foot, metres.
    pub hub_height_m: f32,
    /// From the rotor's axis to the tip that is farthest from it, metres.
    pub rotor_radius_m: f32,
    /// From the tower's axis to the hub's centre, metres.
    pub overhang_m: f32,
    /// How far the rotor's axis points up, degrees.
    pub tilt_deg: f32,
    /// Radius of the tower near its foot, metres.
    pub tower_radius_m: f32,
    /// How far it reaches from the tower's axis whichever way it turns, metres.
    pub reach_m: f32,
    /// The highest that any of it comes, metres.
    pub top_m: f32,
    /// Its blades are nodes of their own, so that they turn with the pitch signal.
    pub blades_pitch: bool,
    /// It has no nacelle of its own: all but the foundation turns with the yaw signal.
    pub turns_as_one: bool,
    /// 1 if the rotor turns clockwise seen from upwind, -1 if the other way.
    pub sense: f32,
    /// Its own colours are drawn a shade calmer.
    pub calm: bool,
    /// Triangles in the file.
    pub triangles_in_file: usize,
}

impl GltfModel {
    /// Whether some of it is within its shells, to be seen when it is cut open.
    pub fn has_inside(&self) -> bool {
        let [near, ..] = &self.levels;
        let outside = crate::scene::Surface::Blades as u32;
        near.parts.iter().any(|part| part & 0xff > outside)
    }
}

impl PartialEq for GltfModel {
    fn eq(&self, other: &Self) -> bool {
        self.fingerprint == other.fingerprint
    }
}

/// Triangles with what a vertex carries, list by list.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct GltfMesh {
    /// Metres, in the frame of the vertex's part.
    pub positions: Vec<[f32; 3]>,
    /// Unit vectors in the same frame.
    pub normals: Vec<[f32; 3]>,
    /// The surface in the low byte, the blade in the next.
    pub parts: Vec<u32>,
    /// Texture coordinates.
    pub uvs: Vec<[f32; 2]>,
    /// sRGB colour, and the texture's layer counted from 1; 0 for none.
    pub paints: Vec<[u8; 4]>,
    /// Three a triangle.
    pub indices: Vec<u32>,
}

impl GltfMesh {
    /// How many triangles it has.
    pub fn triangles(&self) -> usize {
        self.indices.len() / 3
    }
}

/// Base-colour textures of one size, sRGB with four bytes a pixel.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct GltfPaint {
    /// Width and height of a layer, pixels: a power of two.
    pub side_px: u32,
    /// The layers one after another, each with all its smaller copies.
    pub layers: Vec<Vec<u8>>,
    /// How many sizes each layer has.
    pub mip_levels: u32,
}
