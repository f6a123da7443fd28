//! Files of a composition, which lie anywhere: an asset source of their own.

use std::path::{Component, Path, PathBuf};

use bevy::app::App;
use bevy::asset::io::file::FileAssetReader;
use bevy::asset::io::{
    AssetReader, AssetReaderError, AssetSourceBuilder, AssetSourceId, PathStream, Reader, VecReader,
};
use bevy::asset::{AssetApp as _, AssetPath};

/// The name of the source.
const SOURCE: &str = "composition";

/// Adds the source. Before Bevy's own plugins, which take the sources that there are.
pub fn register_source(app: &mut App) {
    app.register_asset_source(
        AssetSourceId::from(SOURCE),
        AssetSourceBuilder::new(|| Box::new(Files(FileAssetReader::new("/")))),
    );
}

/// Files of the machine, with pictures that Bevy can read.
struct Files(FileAssetReader);

impl AssetReader for Files {
    async fn read<'a>(&'a self, path: &'a Path) -> Result<impl Reader + 'a, AssetReaderError> {
        let mut bytes = Vec::new();
        self.0.read(path).await?.read_to_end(&mut bytes).await?;
        Ok(VecReader::new(super::jpeg::with_png(bytes)))
    }

    async fn read_meta<'a>(&'a self, path: &'a Path) -> Result<impl Reader + 'a, AssetReaderError> {
        self.0.read_meta(path).await
    }

    async fn read_directory<'a>(
        &'a self,
        path: &'a Path,
    ) -> Result<Box<PathStream>, AssetReaderError> {
        self.0.read_directory(path).await
    }

    async fn is_directory<'a>(&'a self, path: &'a Path) -> Result<bool, AssetReaderError> {
        self.0.is_directory(path).await
    }
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
