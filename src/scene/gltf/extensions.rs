//! What of glTF is not read, said by name.

use std::io::{Read as _, Seek as _};
use std::path::Path;

use gltf::json::Root;

use super::{About, Fault, Remarks};
use crate::scene::problem::quoted;

/// Required extensions without which the shape and the colours that are drawn would not change, or
/// that are read.
const FINE: [&str; 22] = [
    "KHR_mesh_quantization",
    "KHR_texture_transform",
    "KHR_lights_punctual",
    "KHR_animation_pointer",
    "KHR_node_visibility",
    "KHR_xmp_json_ld",
    "KHR_materials_anisotropy",
    "KHR_materials_clearcoat",
    "KHR_materials_diffuse_transmission",
    "KHR_materials_dispersion",
    "KHR_materials_emissive_strength",
    "KHR_materials_ior",
    "KHR_materials_iridescence",
    "KHR_materials_sheen",
    "KHR_materials_specular",
    "KHR_materials_transmission",
    "KHR_materials_unlit",
    "KHR_materials_variants",
    "KHR_materials_volume",
    "EXT_texture_astc",
    "MSFT_lod",
    "MSFT_screencoverage",
];

const TRANSFORM: &str = "npx @gltf-transform/cli";

/// Why a file that needs this extension cannot be drawn, and what to do.
fn refusal(extension: &str) -> Option<(String, String)> {
    let (what, command) = match extension {
        "KHR_draco_mesh_compression" => (
            "its meshes are compressed with Draco",
            "copy in.glb out.glb",
        ),
        "EXT_meshopt_compression" | "KHR_meshopt_compression" => (
            "its buffers are compressed with meshopt",
            "copy in.glb out.glb",
        ),
        "KHR_texture_basisu" => (
            "its textures are KTX2 (Basis Universal)",
            "ktxdecompress in.glb out.glb",
        ),
        "EXT_texture_webp" => ("its textures are WebP", "png in.glb out.glb"),
        "EXT_texture_avif" => ("its textures are AVIF", "png in.glb out.glb"),
        "EXT_mesh_gpu_instancing" => ("it is drawn by instancing", "uninstance in.glb out.glb"),
        "KHR_materials_pbrSpecularGlossiness" => (
            "its materials are specular-glossiness",
            "metalrough in.glb out.glb",
        ),
        _ => return None,
    };
    Some((
        format!("{what} ({extension}), which Windvane does not read"),
        format!("convert it: {TRANSFORM} {command}"),
    ))
}

/// Longer descriptions are left to whoever reads the whole file.
const MOST_JSON: u64 = 64 << 20;

/// Why a file that is drawn with its own materials cannot be, and what to do: from its description
/// alone, without its meshes.
pub(crate) fn refused(path: &Path) -> Option<(String, String)> {
    let mut file = std::fs::File::open(path).ok()?;
    let mut head = [0_u8; 20];
    file.read_exact(&mut head).ok()?;
    let length = match head {
        [
            b'g',
            b'l',
            b'T',
            b'F',
            _,
            _,
            _,
            _,
            _,
            _,
            _,
            _,
            a,
            b,
            c,
            d,
            ..,
        ] => u64::from(u32::from_le_bytes([a, b, c, d])),
        _ => {
            file.rewind().ok()?;
            MOST_JSON
        }
    };
    let mut text = Vec::new();
    file.take(length.min(MOST_JSON))
        .read_to_end(&mut text)
        .ok()?;
    let root: serde_json::Value = serde_json::from_slice(&text).ok()?;
    let mut required = root.get("extensionsRequired")?.as_array()?.iter();
    required.find_map(|extension| refusal(extension.as_str()?))
}

/// Refuses what cannot be drawn.
pub(super) fn check(root: &Root) -> Result<(), Fault> {
    if !root.asset.version.starts_with("2.") {
        return Err(Fault::broken(format!(
            "it is glTF {}; glTF 2 is read",
            quoted(&root.asset.version)
        )));
    }
    for extension in &root.extensions_required {
        if FINE.contains(&extension.as_str()) {
            continue;
        }
        return Err(match refusal(extension) {
            Some((message, help)) => Fault::unsupported(message, &help),
            None => Fault::unsupported(
                format!(
                    "it requires the extension {}, which Windvane does not read",
                    quoted(extension)
                ),
                "export it without this extension",
            ),
        });
    }
    // Draco may be named as used only, with nothing to fall back on.
    for mesh in &root.meshes {
        for primitive in &mesh.primitives {
            let is_draco = primitive
                .extensions
                .as_ref()
                .is_some_and(|e| e.others.contains_key("KHR_draco_mesh_compression"));
            let has_fallback = primitive.attributes.values().all(|a| {
                root.accessors
                    .get(a.value())
                    .is_some_and(|a| a.buffer_view.is_some())
            });
            if is_draco
                && !has_fallback
                && let Some((message, help)) = refusal("KHR_draco_mesh_compression")
            {
                return Err(Fault::unsupported(message, &help));
            }
        }
    }
    Ok(())
}

/// Tells of a texture that is left out.
pub(super) fn without_texture(material: &str, why: &str, remarks: &mut Remarks) {
    remarks.warn(
        About::File,
        "gltf-texture",
        format!(
            "the texture of the material {} is not read: {why}",
            quoted(material)
        ),
        "it is drawn in its plain colour; PNG and JPEG are read",
    );
}
