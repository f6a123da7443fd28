//! Puts the nodes of a new scene's composition in the place of the old one's.

use std::sync::Arc;

use bevy::prelude::*;

use super::materials::Palette;
use super::model::ModelRoot;
use super::motion::Flow;
use super::stand_in::StandIn;
use super::{ChosenNode, NodeEntity, OfComposition, Solid, Stage, files, place};
use crate::scene::ActiveScene;
use crate::scene::{Component as Part, Composition, ModelRef, Plane};
use crate::view::farm::Farm;

/// Follows the scene: a composition that is the same as before stays as it is.
pub(super) fn follow_scene(
    active: Option<Res<ActiveScene>>,
    mut commands: Commands,
    mut stage: ResMut<Stage>,
    mut farm: ResMut<Farm>,
    mut chosen: ResMut<ChosenNode>,
    old: Query<Entity, With<OfComposition>>,
    (server, mut palette): (Res<AssetServer>, ResMut<Palette>),
    mut meshes: ResMut<Assets<Mesh>>,
    mut materials: ResMut<Assets<StandardMaterial>>,
) {
    let Some(active) = active.filter(|a| a.is_changed()) else {
        return;
    };
    let wanted = active.scene.composition.as_ref();
    if stage.composition.as_ref() == wanted && (wanted.is_none() || farm.content.is_some()) {
        return;
    }
    for entity in &old {
        commands.entity(entity).try_despawn();
    }
    palette.forget();
    chosen.set_if_neq(ChosenNode(None));
    farm.content = None;
    farm.entity_boxes.clear();
    let revision = stage.revision + 1;
    *stage = Stage {
        revision,
        ..Stage::default()
    };
    if let Some(composition) = wanted {
        let mut builder = Builder {
            commands: &mut commands,
            server: &server,
            meshes: &mut meshes,
            materials: &mut materials,
            composition,
        };
        builder.build(&mut stage);
        stage.composition = Some(Arc::clone(composition));
    }
}

struct Builder<'a, 'w, 's> {
    commands: &'a mut Commands<'w, 's>,
    server: &'a AssetServer,
    meshes: &'a mut Assets<Mesh>,
    materials: &'a mut Assets<StandardMaterial>,
    composition: &'a Composition,
}

impl Builder<'_, '_, '_> {
    fn build(&mut self, stage: &mut Stage) {
        let count = self.composition.nodes.len();
        stage.nodes = vec![None; count];
        stage.parents = vec![None; count];
        stage.mirrored = vec![false; count];
        let mut open: Vec<(usize, Option<usize>)> =
            self.composition.roots.iter().map(|&r| (r, None)).collect();
        while let Some((index, parent)) = open.pop() {
            let Some(node) = self.composition.nodes.get(index) else {
                continue;
            };
            if stage.entity(index).is_some() {
                // A node stands in one place.
                continue;
            }
            let above = parent.and_then(|p| stage.entity(p));
            let at = place::transform(&node.place);
            let mut entity = self.commands.spawn((
                NodeEntity(index),
                OfComposition,
                Name::new(node.name.clone()),
                at,
                Visibility::default(),
            ));
            if let Some(above) = above {
                entity.insert(ChildOf(above));
            }
            let entity = entity.id();
            let is_mirrored = parent
                .and_then(|p| stage.mirrored.get(p).copied())
                .unwrap_or(false)
                != place::is_mirroring(at.scale);
            if let Some(place) = stage.mirrored.get_mut(index) {
                *place = is_mirrored;
            }
            if let Some(place) = stage.nodes.get_mut(index) {
                *place = Some(entity);
            }
            if let Some(place) = stage.parents.get_mut(index) {
                *place = parent;
            }
            for part in &node.components {
                self.part(index, entity, part, stage);
            }
            open.extend(node.children.iter().map(|&child| (child, Some(index))));
        }
    }

    fn part(&mut self, node: usize, entity: Entity, part: &Part, stage: &mut Stage) {
        match part {
            Part::Model(model) => self.model(node, entity, model, stage),
            Part::Plane(plane) => self.plane(entity, plane),
            Part::Motion(indicator) => {
                self.commands.spawn((
                    Flow::new(indicator.clone()),
                    Mesh3d(self.meshes.add(super::motion::mesh(indicator.shape))),
                    Transform::IDENTITY,
                    Visibility::default(),
                    Solid,
                    ChildOf(entity),
                ));
            }
            // Lights are put up by `lights`, the rest is looked up in the composition.
            _ => {}
        }
    }

    fn model(&mut self, node: usize, entity: Entity, model: &ModelRef, stage: &mut Stage) {
        let Some(file) = &model.file else {
            let words = format!("{} is missing", file_name(&model.uri));
            self.commands
                .spawn((StandIn::new(node, words), ChildOf(entity)));
            return;
        };
        let handle = self.server.load(files::asset_path(file));
        let mirrored = stage.mirrored.get(node).copied().unwrap_or(false);
        stage.waiting += 1;
        self.commands.spawn((
            ModelRoot {
                node,
                file: handle,
                name: file_name(&model.uri),
                casts_shadow: model.casts_shadow,
                receives_shadow: model.receives_shadow,
                is_mirrored: mirrored != place::is_mirroring(model.scale.as_vec3()),
            },
            Transform::from_scale(model.scale.as_vec3()),
            Visibility::default(),
            ChildOf(entity),
        ));
    }

    fn plane(&mut self, entity: Entity, plane: &Plane) {
        let texture = plane.texture.as_deref();
        let texture = texture.map(|file| self.server.load(files::asset_path(file)));
        let [r, g, b] = match (plane.color, &texture) {
            (Some(color), _) => color,
            (None, Some(_)) => [255; 3],
            (None, None) => [204; 3],
        };
        let material = self.materials.add(StandardMaterial {
            base_color: Color::srgb_u8(r, g, b),
            base_color_texture: texture,
            perceptual_roughness: 0.9,
            double_sided: true,
            cull_mode: None,
            ..default()
        });
        self.commands.spawn((
            Mesh3d(self.meshes.add(Rectangle::new(plane.width, plane.height))),
            MeshMaterial3d(material.clone()),
            super::materials::Painted::new(material),
            Transform::IDENTITY,
            Visibility::default(),
            Solid,
            ChildOf(entity),
        ));
    }
}

/// The last part of a URI.
fn file_name(uri: &str) -> String {
    let name = uri.rsplit(['/', '\\']).next().unwrap_or(uri);
    name.chars().filter(|c| !c.is_control()).take(80).collect()
}
