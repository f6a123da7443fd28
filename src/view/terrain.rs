//! The land in the view: tiles of a grid, each with as many triangles as its distance is worth.

use bevy::asset::RenderAssetUsages;
use bevy::camera::primitives::Aabb;
use bevy::image::{ImageFilterMode, ImageSampler, ImageSamplerDescriptor};
use bevy::light::NotShadowCaster;
use bevy::mesh::{Indices, PrimitiveTopology};
use bevy::prelude::*;
use bevy::render::render_resource::{Extent3d, TextureDimension, TextureFormat};

use super::camera::FarmCamera;
use super::farm::Farm;
use super::gpu::SoftwareRenderer;
use crate::RoomSet;
use crate::scene::{Extent, Terrain};

/// Cells along a tile at its finest.
const TILE_CELLS: usize = 64;
/// Tiles along the longer side of the land.
const TILES: usize = 12;
/// Cells of the finest level that one of each level spans.
const STEPS: [usize; 5] = [1, 2, 4, 8, 16];
/// A cell may be so large on the screen, radians; more where the processor draws.
const CELL_RAD: f32 = 0.007;
const CELL_RAD_SOFTWARE: f32 = 0.014;
/// A level is left only when it misses its limit by this much.
const HYSTERESIS: f32 = 0.15;
/// Texels of the relief, along the longer side.
const RELIEF: usize = 1_024;

/// One tile of the land, and what it shows.
#[derive(Component, Debug)]
pub(super) struct LandTile {
    levels: [Handle<Mesh>; STEPS.len()],
    shown: usize,
    centre: Vec3,
    radius_m: f32,
    cell_m: f32,
}

impl LandTile {
    /// Triangles of what it shows.
    pub fn triangles(&self) -> usize {
        let step = STEPS.get(self.shown).copied().unwrap_or(1);
        2 * (TILE_CELLS / step + 2).pow(2)
    }
}

pub(super) fn plugin(app: &mut App) {
    app.add_systems(Update, choose_levels.in_set(RoomSet::View));
}

/// What of the land is drawn, in the frame of the view.
#[derive(Debug, Clone, Copy)]
struct Patch {
    extent: Extent,
    columns: usize,
    rows: usize,
}

impl Patch {
    /// The whole land, cut into tiles that are nearly square.
    fn tiles(terrain: &Terrain) -> Vec<Self> {
        let whole = terrain.extent_with_apron();
        let tile_m = whole.width_m().max(whole.depth_m()) / TILES as f64;
        let along = |length_m: f64| ((length_m / tile_m).round() as usize).clamp(1, TILES);
        let (columns, rows) = (along(whole.width_m()), along(whole.depth_m()));
        let width_m = whole.width_m() / columns as f64;
        let depth_m = whole.depth_m() / rows as f64;
        (0..columns * rows)
            .map(|i| {
                let west_m = whole.west_m + (i % columns) as f64 * width_m;
                let south_m = whole.south_m + (i / columns) as f64 * depth_m;
                Self {
                    extent: Extent {
                        west_m,
                        south_m,
                        east_m: west_m + width_m,
                        north_m: south_m + depth_m,
                    },
                    columns: TILE_CELLS,
                    rows: TILE_CELLS,
                }
            })
            .collect()
    }

    fn cell_m(&self) -> f32 {
        let columns = self.extent.width_m() / self.columns as f64;
        let rows = self.extent.depth_m() / self.rows as f64;
        columns.max(rows) as f32
    }

    /// Places of the grid at a level, with a skirt around them that hides the seams to tiles of
    /// other levels.
    fn mesh(&self, terrain: &Terrain, step: usize) -> (Mesh, Vec<Vec3>) {
        let (columns, rows) = (self.columns / step, self.rows / step);
        let width_m = self.extent.width_m() / columns as f64;
        let depth_m = self.extent.depth_m() / rows as f64;
        let skirt_m = 0.6 * self.cell_m() * step as f32 + 2.0;
        let mut positions = Vec::with_capacity((columns + 3) * (rows + 3));
        for r in 0..rows + 3 {
            for c in 0..columns + 3 {
                let inner_c = c.clamp(1, columns + 1) - 1;
                let inner_r = r.clamp(1, rows + 1) - 1;
                let east_m = self.extent.west_m + inner_c as f64 * width_m;
                let north_m = self.extent.south_m + inner_r as f64 * depth_m;
                let is_skirt = c == 0 || r == 0 || c == columns + 2 || r == rows + 2;
                let mut up_m = terrain.height_at(east_m, north_m) as f32;
                if is_skirt {
                    up_m -= skirt_m;
                }
                positions.push(Vec3::new(east_m as f32, up_m, -north_m as f32));
            }
        }
        let across = (columns + 3) as u32;
        let mut indices = Vec::with_capacity((columns + 2) * (rows + 2) * 6);
        for r in 0..(rows + 2) as u32 {
            for c in 0..(columns + 2) as u32 {
                let at = r * across + c;
                let (east, north) = (at + 1, at + across);
                indices.extend([at, east, north, north, east, north + 1]);
            }
        }
        let mesh = Mesh::new(
            PrimitiveTopology::TriangleList,
            RenderAssetUsages::RENDER_WORLD,
        )
        .with_inserted_attribute(
            Mesh::ATTRIBUTE_POSITION,
            positions.iter().map(Vec3::to_array).collect::<Vec<_>>(),
        )
        .with_inserted_indices(Indices::U32(indices));
        (mesh, positions)
    }
}

/// The tiles of a terrain, ready to be spawned.
pub(super) fn tiles(
    terrain: &Terrain,
    meshes: &mut Assets<Mesh>,
) -> Vec<(LandTile, Mesh3d, Aabb, NotShadowCaster)> {
    let coarsest = STEPS.len() - 1;
    Patch::tiles(terrain)
        .into_iter()
        .map(|patch| {
            let mut bounds = Aabb::default();
            let levels = STEPS.map(|step| {
                let (mesh, positions) = patch.mesh(terrain, step);
                if step == 1 {
                    bounds = Aabb::enclosing(&positions).unwrap_or_default();
                    // The skirts of coarser levels reach deeper.
                    bounds.half_extents.y += patch.cell_m() * 10.0;
                }
                meshes.add(mesh)
            });
            let [.., coarse] = &levels;
            let mesh = Mesh3d(coarse.clone());
            let tile = LandTile {
                shown: coarsest,
                centre: bounds.center.into(),
                radius_m: bounds.half_extents.x.hypot(bounds.half_extents.z),
                cell_m: patch.cell_m(),
                levels,
            };
            (tile, mesh, bounds, NotShadowCaster)
        })
        .collect()
}

/// Swaps meshes where the camera came nearer or went away.
fn choose_levels(
    camera: Query<&Transform, With<FarmCamera>>,
    software: Res<SoftwareRenderer>,
    mut tiles: Query<(&mut LandTile, &mut Mesh3d)>,
    mut seen_from: Local<Option<(Vec3, usize)>>,
) {
    let Ok(at) = camera.single() else { return };
    let eye = at.translation;
    let count = tiles.iter().len();
    if seen_from.is_some_and(|(from, of)| of == count && from.distance(eye) < 2.0) {
        return;
    }
    *seen_from = Some((eye, count));
    let most_rad = if software.0 {
        CELL_RAD_SOFTWARE
    } else {
        CELL_RAD
    };
    for (mut tile, mut mesh) in &mut tiles {
        let distance_m = (tile.centre.distance(eye) - tile.radius_m).max(1.0);
        let most_m = most_rad * distance_m;
        let level = |scale: f32| {
            STEPS
                .iter()
                .rposition(|&step| tile.cell_m * step as f32 <= most_m * scale)
                .unwrap_or(0)
        };
        let (finest, coarsest) = (level(1.0 - HYSTERESIS), level(1.0 + HYSTERESIS));
        if (finest..=coarsest).contains(&tile.shown) {
            continue;
        }
        let next = level(1.0);
        if let Some(handle) = tile.levels.get(next) {
            mesh.0 = handle.clone();
            tile.shown = next;
        }
    }
}

/// The relief as a texture over the land: the normal's east and south parts, and how much a place
/// lies in a hollow (0) or on a back (1). It gives every level of detail the same light.
pub(super) fn relief(terrain: &Terrain) -> Image {
    let whole = terrain.extent_with_apron();
    let longer_m = whole.width_m().max(whole.depth_m());
    let side = |length_m: f64| ((RELIEF as f64 * length_m / longer_m) as usize).clamp(16, RELIEF);
    let (columns, rows) = (side(whole.width_m()), side(whole.depth_m()));
    let (dx, dy) = (
        whole.width_m() / columns as f64,
        whole.depth_m() / rows as f64,
    );
    let mut heights = Vec::with_capacity(columns * rows);
    for row in 0..rows {
        let north_m = whole.north_m - (row as f64 + 0.5) * dy;
        heights.extend((0..columns).map(|column| {
            terrain.height_at(whole.west_m + (column as f64 + 0.5) * dx, north_m) as f32
        }));
    }
    let at = |c: usize, r: usize| {
        let (c, r) = (c.min(columns - 1), r.min(rows - 1));
        heights.get(r * columns + c).copied().unwrap_or_default()
    };
    let byte = |v: f32| (v.clamp(0.0, 1.0) * 255.0).round() as u8;
    let reach = (columns / 48).max(2);
    let mut data = Vec::with_capacity(columns * rows * 4);
    for r in 0..rows {
        for c in 0..columns {
            let east = (at(c + 1, r) - at(c.saturating_sub(1), r)) / (2.0 * dx as f32);
            let south = (at(c, r + 1) - at(c, r.saturating_sub(1))) / (2.0 * dy as f32);
            let normal = Vec3::new(-east, 1.0, -south).normalize_or(Vec3::Y);
            let around = at(c + reach, r)
                + at(c.saturating_sub(reach), r)
                + at(c, r + reach)
                + at(c, r.saturating_sub(reach));
            let raised = (at(c, r) - around / 4.0) / (reach as f32 * dx as f32);
            data.extend([
                byte(0.5 + 0.5 * normal.x),
                byte(0.5 + 0.5 * normal.z),
                byte(0.5 + 2.5 * raised),
                u8::MAX,
            ]);
        }
    }
    let size = Extent3d {
        width: columns as u32,
        height: rows as u32,
        depth_or_array_layers: 1,
    };
    let mut image = Image::new(
        size,
        TextureDimension::D2,
        data,
        TextureFormat::Rgba8Unorm,
        RenderAssetUsages::RENDER_WORLD,
    );
    image.sampler = ImageSampler::Descriptor(ImageSamplerDescriptor {
        label: Some("relief".to_owned()),
        mag_filter: ImageFilterMode::Linear,
        min_filter: ImageFilterMode::Linear,
        ..ImageSamplerDescriptor::default()
    });
    image
}

/// Where the relief lies: west, north (as z), and the inverse of its width and depth.
pub(super) fn relief_place(farm: &Farm) -> Vec4 {
    farm.terrain.as_ref().map_or(Vec4::ONE, |terrain| {
        let e = terrain.extent_with_apron();
        Vec4::new(
            e.west_m as f32,
            -e.north_m as f32,
            1.0 / e.width_m() as f32,
            1.0 / e.depth_m() as f32,
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ridge() -> Terrain {
        let extent = Extent {
            west_m: -3_000.0,
            south_m: -1_000.0,
            east_m: 3_000.0,
            north_m: 1_000.0,
        };
        let heights = (0..33 * 17)
            .map(|i| 300.0 + 5.0 * (i % 33) as f32)
            .collect();
        Terrain::new(extent, 33, heights).unwrap()
    }

    #[test]
    fn tiles_cover_the_land_and_their_corners_lie_on_it() {
        let ridge = ridge();
        let tiles = Patch::tiles(&ridge);
        let area: f64 = tiles
            .iter()
            .map(|t| t.extent.width_m() * t.extent.depth_m())
            .sum();
        let whole = ridge.extent_with_apron();
        assert!((area / (whole.width_m() * whole.depth_m()) - 1.0).abs() < 1e-9);
        for step in STEPS {
            let (_, positions) = tiles[3].mesh(&ridge, step);
            let on_ground = positions.iter().filter(|p| {
                let ground = ridge.height_at(f64::from(p.x), f64::from(-p.z)) as f32;
                (ground - p.y).abs() < 0.01
            });
            let cells = TILE_CELLS / step;
            assert_eq!(on_ground.count(), (cells + 1) * (cells + 1), "{step}");
        }
    }

    #[test]
    fn the_relief_leans_to_where_the_land_falls() {
        let relief = relief(&ridge());
        let (width, height) = (relief.width() as usize, relief.height() as usize);
        let data = relief.data.unwrap();
        let middle = 4 * ((height / 2) * width + width / 2);
        // The land rises to the east, so its normal leans to the west.
        assert!(data[middle] < 128, "{}", data[middle]);
        assert!(data[middle + 1].abs_diff(128) <= 1);
    }
}
