//! Scene files: read, checked with line and column, watched, and handed on as one [`Scene`].

// Not the prelude: it has a `Component` of its own.
use bevy::app::App;

mod alarm_format;
mod apply;
mod build;
mod composition;
mod document;
pub mod edit;
pub mod finding;
mod format;
mod geodesy;
mod gltf;
mod layout;
mod lint;
mod load;
mod model;
mod node_format;
mod other_alarms;
mod place_of;
mod problem;
mod progress;
mod render;
mod schema;
mod source;
pub mod suggest;
mod terrain;
pub(crate) mod text_file;
mod twinmaker;
mod validate;
mod watch;

pub use apply::{OpenScene, SceneProblems, SceneSource};
pub(crate) use build::{Parameters, clear_by_deadband, parse_color, written_scale};
pub use composition::*;
pub use geodesy::TangentPlane;
pub(crate) use gltf::decode_jpeg;
pub use gltf::{GltfMesh, GltfModel, GltfPaint, summary as gltf_summary};
pub use load::{LoadOptions, Loaded, load};
pub use model::*;
pub use place_of::lines_of;
pub use problem::{Excerpt, Label, Problem, Problems, Severity};
pub use progress::{LoadProgress, LoadStep, Loading};
pub use render::{write_problem, write_problems};
pub use schema::schema_text;
pub use twinmaker::{
    Finding as TwinMakerFinding, MapRule, Resource, ResourceType, Shows,
    Verdict as TwinMakerVerdict, import as import_twinmaker, rules as twinmaker_rules,
    verdict as twinmaker_verdict,
};

/// Loads the scene at start, watches its files and reloads them.
pub(super) fn plugin(app: &mut App) {
    apply::plugin(app);
}
