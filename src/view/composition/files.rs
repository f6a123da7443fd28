//! Files of a composition, which lie anywhere: an asset source of their own.

use std::path::{Component, Path, PathBuf};

use bevy::app::App;
use bevy::asset::io::file::FileAssetReader;
use bevy::asset::io::{AssetSourceBuilder, AssetSourceId};
use bevy::asset::{AssetApp as _, AssetPath};

/// The name of the source.
const SOURCE: &str = "composition";

/// Adds the source. Before Bevy's own plugins, which take the sources that there are.
pub fn register_source(app: &mut App) {
    app.register_asset_source(
        AssetSourceId::from(SOURCE),
        AssetSourceBuilder::new(|| Box::new(FileAssetReader::new("/"))),
    );
}

/// The path of a file for the asset server. What the file itself names (buffers, pictures) is found
/// beside it.
pub fn asset_path(file: &Path) -> AssetPath<'static> {
    let absolute = std::path::absolute(file).unwrap_or_else(|_| file.to_owned());
    // What is above the root of the source is refused: the path is taken from the root on.
    let from_root: PathBuf = absolute
        .components()
        .filter(|c| matches!(c, Component::Normal(_) | Component::ParentDir))
        .collect();
    AssetPath::from_path_buf(from_root).with_source(SOURCE)
}
