//! The farm's entities: one a turbine, and the backdrop. Built when the scene is replaced.

use std::collections::HashMap;
use std::sync::Arc;

use bevy::asset::RenderAssetUsages;
use bevy::camera::primitives::Aabb;
use bevy::camera::visibility::{NoCpuCulling, NoFrustumCulling};
use bevy::light::{NotShadowCaster, NotShadowReceiver};
use bevy::mesh::{Indices, MeshTag, PrimitiveTopology};
use bevy::prelude::*;
use bevy::render::storage::ShaderBuffer;

use super::camera::NEAREST_M;
use super::detail::FarmMeshes;
use super::geometry::{Detail, Dimensions, turbine_mesh};
use super::light::surface;
use super::material::{
    BackdropMaterial, LandMaterial, LandShape, MarkMaterial, ModelShape, TurbineMaterial,
};
use super::rows::{Row, Rows, SurfaceStyle};
use super::{
    Selection, gpu::GpuCulling, gpu::SoftwareRenderer, marks, model_file, pick::PickGrid,
    site_frame, terrain,
};
use crate::fleet::TurbineRow;
use crate::scene::{ActiveScene, Foundation, Ground, Scene, Surface, Terrain};
use crate::theme::Theme;

/// A turbine's entity.
#[derive(Component, Debug, Clone, Copy)]
#[component(immutable)]
pub struct TurbineEntity(pub TurbineRow);

/// Marks what belongs to the present farm and goes with it.
#[derive(Component, Debug, Default)]
pub struct OfFarm;

/// What the view derives from a scene once.
#[derive(Resource, Debug, Default)]
pub struct Farm {
    generation: Option<u64>,
    /// The dimensions of each model of turbines.
    pub dimensions: ByModel,
    /// The foot of each turbine, by row.
    pub feet: Vec<Vec3>,
    /// The entity of each turbine, by row.
    pub entities: Vec<Entity>,
    /// The middle of the farm on the ground.
    pub middle: Vec3,
    /// The distance from there to the farthest turbine, metres.
    pub radius_m: f32,
    /// The highest that a blade comes above its turbine's foot, over all models.
    pub top_m: f32,
    /// Height of the lowest and the highest foot.
    pub feet_m: (f32, f32),
    /// Height of the flat ground that reaches to the horizon.
    pub plane_m: f32,
    /// The land's form, where the scene has one.
    pub terrain: Option<Arc<Terrain>>,
    /// What it stands on.
    pub ground: Ground,
    /// By row, whether it is a turbine; the others are entities of the scene's composition.
    pub is_turbine: Vec<bool>,
    /// There is a composition and no turbine: no sea, no land.
    pub is_alone: bool,
    /// What of the composition is to be seen, once its models are there.
    pub content: Option<Bounds>,
    /// Where the nodes of an entity are.
    pub entity_boxes: HashMap<TurbineRow, Bounds>,
}

/// A box along the axes of the view.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bounds {
    /// Its lowest corner.
    pub low: Vec3,
    /// Its highest corner.
    pub high: Vec3,
}

impl Bounds {
    /// The smallest box about some points; `None` about none.
    pub fn about(points: impl IntoIterator<Item = Vec3>) -> Option<Self> {
        points
            .into_iter()
            .filter(|p| p.is_finite())
            .fold(None, |bounds: Option<Self>, p| {
                let (low, high) = bounds.map_or((p, p), |b| (b.low.min(p), b.high.max(p)));
                Some(Self { low, high })
            })
    }

    /// Its middle.
    pub fn middle(&self) -> Vec3 {
        (self.low + self.high) / 2.0
    }

    /// From its middle to a corner, metres.
    pub fn radius_m(&self) -> f32 {
        self.low.distance(self.high) / 2.0
    }

    /// Its eight corners.
    pub fn corners(&self) -> [Vec3; 8] {
        let (l, h) = (self.low, self.high);
        [0_u8, 1, 2, 3, 4, 5, 6, 7].map(|i| {
            Vec3::new(
                if i & 1 == 0 { l.x } else { h.x },
                if i & 2 == 0 { l.y } else { h.y },
                if i & 4 == 0 { l.z } else { h.z },
            )
        })
    }
}

/// The dimensions of the models of turbines, by index into `Scene::models`; models of entities have none.
#[derive(Debug, Default)]
pub struct ByModel(Vec<Option<Dimensions>>);

impl ByModel {
    /// Of a model.
    pub fn get(&self, model: usize) -> Option<&Dimensions> {
        self.0.get(model)?.as_ref()
    }

    /// How many models there are, those of entities too.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Those that there are.
    pub fn iter(&self) -> impl Iterator<Item = &Dimensions> {
        self.0.iter().flatten()
    }
}

impl FromIterator<Option<Dimensions>> for ByModel {
    fn from_iter<T: IntoIterator<Item = Option<Dimensions>>>(iter: T) -> Self {
        Self(iter.into_iter().collect())
    }
}

impl Farm {
    /// Whether the scene that is open stands in the view.
    pub fn is_built(&self) -> bool {
        self.generation.is_some()
    }

    /// The foot of a turbine.
    pub fn foot(&self, turbine: TurbineRow) -> Option<Vec3> {
        self.feet.get(turbine.index()).copied()
    }

    /// The feet of the turbines.
    pub fn turbine_feet(&self) -> impl Iterator<Item = Vec3> {
        let rows = self.feet.iter().enumerate();
        rows.filter(|(row, _)| self.is_turbine.get(*row) != Some(&false))
            .map(|(_, foot)| *foot)
    }

    /// Whether there is nothing to look at yet.
    pub fn is_empty(&self) -> bool {
        self.turbine_feet().next().is_none() && !self.is_alone
    }

    /// Nearest that the camera comes to a point, metres: compositions may be as small as a pump.
    pub fn nearest_m(&self) -> f32 {
        let content = self.content.filter(|_| self.is_alone);
        content.map_or(NEAREST_M, |c| (c.radius_m() * 0.05).clamp(0.05, NEAREST_M))
    }

    /// The height of the ground, or of the sea where that is higher, at a place in the view.
    pub fn ground_at(&self, place: Vec3) -> f32 {
        if self.is_alone {
            // Nothing is to keep the camera from looking into a pit or under a machine.
            return self
                .content
                .map_or(-1_000.0, |c| c.low.y - c.radius_m().max(10.0));
        }
        let Some(terrain) = &self.terrain else {
            return self.plane_m;
        };
        let height = terrain.height_at(f64::from(place.x), f64::from(-place.z)) as f32;
        match self.ground {
            Ground::Sea => height.max(0.0),
            Ground::Land => height,
        }
    }

    fn new(active: &ActiveScene) -> Self {
        let scene = &active.scene;
        let dimensions: ByModel = scene
            .models
            .iter()
            .map(|m| {
                let dimensions = || model_file::fit(Dimensions::of(m, scene.site.ground), m);
                (!m.is_entity).then(dimensions)
            })
            .collect();
        let feet: Vec<Vec3> = scene.turbines.iter().map(site_frame::foot).collect();
        let models = scene.turbines.iter().map(|t| scene.models.get(t.model));
        let is_turbine: Vec<bool> = models.map(|m| m.is_some_and(|m| !m.is_entity)).collect();
        let standing = || feet.iter().zip(&is_turbine).filter(|(_, is)| **is);
        let (low, high) = standing().fold((Vec3::MAX, Vec3::MIN), |(l, h), (&p, _)| {
            (l.min(p), h.max(p))
        });
        let feet_are_none = standing().next().is_none();
        let middle = if feet_are_none {
            Vec3::ZERO
        } else {
            (low + high) / 2.0
        };
        let radius_m = standing()
            .map(|(p, _)| p.distance(middle))
            .fold(0.0, f32::max);
        let top_m = dimensions
            .iter()
            .map(Dimensions::top_m)
            .fold(50.0, f32::max);
        Self {
            generation: Some(active.generation),
            dimensions,
            feet,
            entities: Vec::new(),
            middle,
            radius_m,
            top_m,
            feet_m: if feet_are_none {
                (0.0, 0.0)
            } else {
                (low.y, high.y)
            },
            plane_m: match &scene.site.terrain {
                Some(terrain) if scene.site.ground == Ground::Land => {
                    terrain.edge_height_m() as f32
                }
                _ => 0.0,
            },
            terrain: scene.site.terrain.clone(),
            ground: scene.site.ground,
            is_turbine,
            is_alone: feet_are_none && scene.composition.is_some(),
            content: None,
            entity_boxes: HashMap::new(),
        }
    }

    /// Whether another scene looks the same as long as no value has come: then nothing is built anew.
    fn stands_as(&self, scene: &Scene, old: &Scene) -> bool {
        self.ground == scene.site.ground
            && self.terrain == scene.site.terrain
            && scene.turbines.len() == old.turbines.len()
            && scene.models.len() == old.models.len()
            && scene.composition.is_some() == old.composition.is_some()
            && scene.turbines.iter().zip(&old.turbines).all(|(a, b)| {
                a.model == b.model
                    && a.east_m == b.east_m
                    && a.north_m == b.north_m
                    && a.up_m == b.up_m
            })
            && scene.models.iter().zip(&old.models).all(|(a, b)| {
                a.hub_height_m == b.hub_height_m
                    && a.rotor_diameter_m == b.rotor_diameter_m
                    && a.shape == b.shape
                    && a.gltf == b.gltf
                    && a.is_entity == b.is_entity
            })
    }
}

/// Puts the farm of a new scene in the place of the old one.
pub(super) fn build_farm(
    mut commands: Commands,
    active: Option<Res<ActiveScene>>,
    (culling, software, theme): (Option<Res<GpuCulling>>, Res<SoftwareRenderer>, Res<Theme>),
    mut selection: ResMut<Selection>,
    old_entities: Query<Entity, With<OfFarm>>,
    (mut farm, mut rows, mut grid): (ResMut<Farm>, ResMut<Rows>, ResMut<PickGrid>),
    mut built: Local<Option<ActiveScene>>,
    mut farm_meshes: ResMut<FarmMeshes>,
    mut meshes: ResMut<Assets<Mesh>>,
    mut buffers: ResMut<Assets<ShaderBuffer>>,
    (
        mut images,
        mut mark_materials,
        mut land_materials,
        mut turbine_materials,
        mut backdrop_materials,
    ): (
        ResMut<Assets<Image>>,
        ResMut<Assets<MarkMaterial>>,
        ResMut<Assets<LandMaterial>>,
        ResMut<Assets<TurbineMaterial>>,
        ResMut<Assets<BackdropMaterial>>,
    ),
) {
    let Some(active) = active else { return };
    if farm.generation == Some(active.generation) {
        return;
    }
    let same = built
        .as_ref()
        .is_some_and(|old| farm.stands_as(&active.scene, &old.scene));
    if let Some(old) = &*built {
        let kept = Selection {
            turbine: selection
                .turbine
                .and_then(|t| same_turbine(t, &old.scene, &active.scene)),
            also: selection
                .also
                .iter()
                .filter_map(|&t| same_turbine(t, &old.scene, &active.scene))
                .collect(),
            hovered: None,
        };
        selection.set_if_neq(kept);
    }
    *built = Some(active.clone());
    if same {
        farm.generation = Some(active.generation);
        return;
    }
    for entity in &old_entities {
        commands.entity(entity).despawn();
    }
    *farm = Farm::new(&active);
    *grid = PickGrid::new(&farm, &active.scene);

    let table: Vec<Row> = active
        .scene
        .turbines
        .iter()
        .map(|t| fresh_row(farm.dimensions.get(t.model), &theme))
        .collect();
    let mut buffer = ShaderBuffer::with_size(
        Rows::buffer_bytes(table.len()),
        RenderAssetUsages::default(),
    );
    buffer.buffer_description.label = Some("turbine rows");
    let buffer = buffers.add(buffer);
    *rows = Rows::new(buffer.clone(), table);

    *farm_meshes = FarmMeshes::default();
    farm_meshes.inside = vec![None; farm.dimensions.len()];
    let files: Vec<_> = (active.scene.models.iter().map(|m| m.gltf.as_deref())).collect();
    for (model, file) in files.iter().enumerate() {
        let d = farm.dimensions.get(model);
        farm_meshes.by_model.push(Detail::ALL.map(|detail| {
            let (mesh, triangles) = match (d, file) {
                // Nodes show an entity.
                (None, _) => return (Handle::default(), 0),
                (Some(_), Some(file)) => model_file::level(file, detail),
                (Some(d), None) => turbine_mesh(d, detail),
            };
            (meshes.add(mesh), triangles)
        }));
    }
    farm_meshes.shown = vec![Detail::Speck; farm.feet.len()];

    let gpu_culling = culling.is_some_and(|c| c.0);
    let materials: Vec<_> = files
        .iter()
        .enumerate()
        .map(|(model, &file)| {
            let Some(d) = farm.dimensions.get(model) else {
                return Handle::default();
            };
            turbine_materials.add(TurbineMaterial {
                rows: buffer.clone(),
                shape: ModelShape::new(d, file),
                paint: images.add(model_file::paint(file)),
            })
        })
        .map(MeshMaterial3d)
        .collect();
    let mut boxes: HashMap<usize, Aabb> = HashMap::new();
    let mut entities = Vec::with_capacity(farm.feet.len());
    for (index, (turbine, &foot)) in active.scene.turbines.iter().zip(&farm.feet).enumerate() {
        let (Some(d), Some(material)) = (
            farm.dimensions.get(turbine.model),
            materials.get(turbine.model),
        ) else {
            entities.push(Entity::PLACEHOLDER);
            continue;
        };
        let aabb = *boxes.entry(turbine.model).or_insert_with(|| {
            let file = files.get(turbine.model).copied().flatten();
            swept_box(
                d,
                file.map_or(0.0, |f| f.reach_m),
                file.map_or(0.0, |f| f.top_m),
            )
        });
        let row = TurbineRow(index as u32);
        let mut entity = commands.spawn((
            Mesh3d(farm_meshes.handle(turbine.model, Detail::Speck)),
            material.clone(),
            MeshTag(row.0),
            Transform::from_translation(foot),
            GlobalTransform::from_translation(foot),
            aabb,
            TurbineEntity(row),
            OfFarm,
        ));
        if gpu_culling {
            entity.insert(NoCpuCulling);
        }
        entities.push(entity.id());
    }
    farm.entities = entities;
    farm_meshes.materials = materials;

    if farm.is_alone {
        return;
    }
    for (marked, mesh) in marks::marks(&farm, &active.scene) {
        commands.spawn((
            marked,
            Mesh3d(meshes.add(mesh)),
            MeshMaterial3d(mark_materials.add(MarkMaterial {
                rows: buffer.clone(),
            })),
            OfFarm,
        ));
    }
    let surface = images.add(surface::texture(!software.0));
    if let Some(land) = &farm.terrain {
        let (low_m, high_m) = land.range_m();
        let material = MeshMaterial3d(land_materials.add(LandMaterial {
            rows: buffer.clone(),
            surface: surface.clone(),
            relief: images.add(terrain::relief(land)),
            shape: LandShape {
                place: terrain::relief_place(&farm),
                heights: Vec4::new(low_m, high_m, 0.0, 0.0),
            },
        }));
        for tile in terrain::tiles(land, &mut meshes) {
            commands.spawn((tile, material.clone(), OfFarm));
        }
    }
    commands.spawn((
        Mesh3d(meshes.add(backdrop_mesh())),
        MeshMaterial3d(backdrop_materials.add(BackdropMaterial {
            rows: buffer,
            surface,
        })),
        NoFrustumCulling,
        NotShadowCaster,
        NotShadowReceiver,
        OfFarm,
    ));
}

/// The row of a turbine in the scene that takes the place of another: the one of the same name, in the
/// same file.
fn same_turbine(turbine: TurbineRow, old: &Scene, new: &Scene) -> Option<TurbineRow> {
    let id = &old.turbine(turbine)?.id;
    if old.path != new.path {
        return None;
    }
    let row = new.turbines.iter().position(|t| t.id == *id)?;
    Some(TurbineRow(row as u32))
}

fn fresh_row(d: Option<&Dimensions>, theme: &Theme) -> Row {
    let foundation = d.map_or(Foundation::Land, |d| d.foundation);
    Row {
        surfaces: Surface::ALL
            .map(|(surface, _)| SurfaceStyle::plain(theme.surface(surface, foundation)).packed()),
        hub_height_m: d.map_or(0.0, |d| d.hub_height_m),
        overhang_m: d.map_or(0.0, |d| d.overhang_m),
        // Until it is heard of, a rotor stands with one blade down, as a parked one does not: the
        // blades' angle is part of what is not known.
        rotor_phase_rad: std::f32::consts::PI / 3.0,
        ..Row::default()
    }
}

/// The box that a turbine stays in whichever way it turns, at least so wide and high.
fn swept_box(d: &Dimensions, reach_m: f32, top_m: f32) -> Aabb {
    let reach = d.reach_m().max(reach_m);
    Aabb::from_min_max(
        Vec3::new(-reach, -12.0, -reach),
        Vec3::new(reach, d.top_m().max(top_m), reach),
    )
}

/// One triangle that covers the screen.
fn backdrop_mesh() -> Mesh {
    Mesh::new(
        PrimitiveTopology::TriangleList,
        RenderAssetUsages::RENDER_WORLD,
    )
    .with_inserted_attribute(
        Mesh::ATTRIBUTE_POSITION,
        vec![[-1.0, -1.0, 0.0], [3.0, -1.0, 0.0], [-1.0, 3.0, 0.0]],
    )
    .with_inserted_indices(Indices::U16(vec![0, 1, 2]))
}
