//! Models under their nodes: each file is read once, and its meshes and materials are shared.

use std::collections::HashMap;

use bevy::asset::LoadState;
use bevy::ecs::system::SystemParam;
use bevy::gltf::{Gltf, GltfMaterial, GltfMesh, GltfNode, GltfSkin};
use bevy::light::{NotShadowCaster, NotShadowReceiver};
use bevy::mesh::skinning::SkinnedMesh;
use bevy::prelude::*;
use bevy::window::RequestRedraw;

use super::animation::{Animated, AnimationRoot};
use super::materials::{Painted, Palette};
use super::stand_in::{StandIn, side_m, upright};
use super::{NodeEntity, Solid, Stage, place};
use crate::scene::{Component as Part, Selector};

/// A model of a node, to be filled once its file is there.
#[derive(Component, Debug)]
pub struct ModelRoot {
    /// The node.
    pub node: usize,
    /// The file.
    pub file: Handle<Gltf>,
    /// The file's name.
    pub name: String,
    /// It throws shadows.
    pub casts_shadow: bool,
    /// Shadows fall on it.
    pub receives_shadow: bool,
    /// Negative scales turn it inside out.
    pub is_mirrored: bool,
}

/// A model that has been filled: its objects, by their order in the file.
#[derive(Component, Debug, Default)]
pub struct Objects {
    entities: Vec<(usize, String, Entity)>,
}

impl Objects {
    fn find(&self, selector: &Selector) -> Option<Entity> {
        let found = self
            .entities
            .iter()
            .find(|(index, name, _)| match selector {
                Selector::Number(number) => *index == *number as usize,
                Selector::Name(wanted) => name == wanted,
            });
        found.map(|(.., entity)| *entity)
    }
}

/// An object of a model that a node has taken over.
#[derive(Component, Debug, Clone, Copy)]
#[component(immutable)]
pub struct TakenBy(pub usize);

/// The parts of files.
#[derive(SystemParam)]
pub struct Parts<'w> {
    server: Res<'w, AssetServer>,
    files: Res<'w, Assets<Gltf>>,
    nodes: Res<'w, Assets<GltfNode>>,
    gltf_meshes: Res<'w, Assets<GltfMesh>>,
    gltf_materials: Res<'w, Assets<GltfMaterial>>,
    skins: Res<'w, Assets<GltfSkin>>,
    meshes: ResMut<'w, Assets<Mesh>>,
    materials: ResMut<'w, Assets<StandardMaterial>>,
    palette: ResMut<'w, Palette>,
}

/// Fills the models whose files have come, and puts boxes where they cannot be read.
pub(super) fn stand_up(
    mut commands: Commands,
    mut stage: ResMut<Stage>,
    roots: Query<(Entity, &ModelRoot), Without<Objects>>,
    new_boxes: Query<(Entity, Ref<StandIn>, &ChildOf), Without<Mesh3d>>,
    nodes: Query<(&GlobalTransform, &NodeEntity)>,
    mut parts: Parts,
    mut redraw: MessageWriter<RequestRedraw>,
    mut taken: Local<Vec<(usize, Entity)>>,
) {
    if stage.composition.is_none() {
        return;
    }
    let mut waiting = 0;
    taken.clear();
    for (entity, root) in &roots {
        match parts.server.load_state(&root.file) {
            LoadState::Loaded if parts.files.contains(&root.file) => {
                let objects = fill(&mut commands, entity, root, &stage, &mut parts, &mut taken);
                commands.entity(entity).insert(objects);
                stage.revision += 1;
            }
            LoadState::Failed(error) => {
                warn!("{} could not be read: {error}", root.name);
                let words = format!("{} cannot be read", root.name);
                commands
                    .entity(entity)
                    .insert((Objects::default(), Transform::IDENTITY));
                commands.spawn((StandIn::new(root.node, words), ChildOf(entity)));
                stage.revision += 1;
            }
            _ => waiting += 1,
        }
    }
    for (node, object) in taken.drain(..) {
        take_over(&mut commands, &stage, node, object);
    }
    waiting += new_boxes.iter().count();
    if stage.waiting != waiting {
        stage.waiting = waiting;
    }
    if waiting > 0 {
        redraw.write(RequestRedraw);
    }
    // Its node has its place in the world from the second frame on.
    if new_boxes.iter().any(|(_, new, _)| !new.is_added()) {
        let places: Vec<Vec3> = nodes.iter().map(|(at, _)| at.translation()).collect();
        let material = parts.materials.add(StandardMaterial {
            base_color: Color::srgba(0.56, 0.61, 0.66, 0.80),
            alpha_mode: AlphaMode::Blend,
            perceptual_roughness: 1.0,
            ..default()
        });
        let mesh = parts.meshes.add(Cuboid::from_length(1.0));
        for (entity, _, above) in new_boxes.iter().filter(|(_, new, _)| !new.is_added()) {
            let node = nodes
                .get(above.parent())
                .map(|(at, _)| *at)
                .unwrap_or_default();
            commands.entity(entity).insert((
                Mesh3d(mesh.clone()),
                MeshMaterial3d(material.clone()),
                Painted::new(material.clone()),
                upright(&node, side_m(&places)),
                Visibility::default(),
                NotShadowCaster,
                Solid,
            ));
            stage.revision += 1;
        }
    }
}

/// What is open while a file's nodes are spawned.
struct Open {
    node: Handle<GltfNode>,
    above: Entity,
    is_mirrored: bool,
    /// The animated root, and the names from there.
    animated: Option<(Entity, Vec<Name>)>,
}

fn fill(
    commands: &mut Commands,
    entity: Entity,
    root: &ModelRoot,
    stage: &Stage,
    parts: &mut Parts,
    taken: &mut Vec<(usize, Entity)>,
) -> Objects {
    let Parts {
        files,
        nodes,
        gltf_meshes,
        gltf_materials,
        skins,
        meshes,
        materials,
        palette,
        ..
    } = parts;
    let Some(file) = files.get(&root.file) else {
        return Objects::default();
    };
    let clips = clips_of(stage, root.node);
    let mut objects = Objects::default();
    let mut by_node = HashMap::new();
    let mut skinned = Vec::new();
    let below: std::collections::HashSet<_> = (file.nodes.iter())
        .filter_map(|n| nodes.get(n))
        .flat_map(|n| n.children.iter().map(Handle::id))
        .collect();
    let tops = file.nodes.iter().filter(|n| !below.contains(&n.id()));
    let mut open: Vec<Open> = tops
        .map(|node| Open {
            node: node.clone(),
            above: entity,
            is_mirrored: root.is_mirrored,
            animated: None,
        })
        .collect();
    while let Some(next) = open.pop() {
        let Some(node) = nodes.get(&next.node) else {
            continue;
        };
        let name = Name::new(node.name.clone());
        let object = commands.spawn((
            name.clone(),
            node.transform,
            Visibility::default(),
            ChildOf(next.above),
        ));
        let object = object.id();
        let mut animated = next.animated;
        if animated.is_none() && node.is_animation_root && !clips.is_empty() {
            animated = Some((object, Vec::new()));
            let names = clips.iter().map(String::as_str);
            let found = names.filter_map(|n| file.named_animations.get(n).cloned());
            let clips = found.collect();
            commands.entity(object).insert(AnimationRoot { clips });
        }
        if let Some((player, path)) = &mut animated {
            path.push(name);
            commands.entity(object).insert((
                bevy::animation::AnimationTargetId::from_names(path.iter()),
                bevy::animation::AnimatedBy(*player),
            ));
        }
        by_node.insert(next.node.id(), object);
        objects
            .entities
            .push((node.index, node.name.clone(), object));
        let is_mirrored = next.is_mirrored != place::is_mirroring(node.transform.scale);
        let primitives = node.mesh.as_ref().and_then(|m| gltf_meshes.get(m));
        for primitive in primitives.into_iter().flat_map(|m| &m.primitives) {
            let material = palette.of_file(primitive.material.as_ref(), gltf_materials, materials);
            let mesh = if is_mirrored {
                palette.mirrored(&primitive.mesh, meshes)
            } else {
                primitive.mesh.clone()
            };
            let mut drawn = commands.spawn((
                Mesh3d(mesh),
                MeshMaterial3d(material.clone()),
                Painted::new(material),
                Transform::IDENTITY,
                Visibility::default(),
                Solid,
                ChildOf(object),
            ));
            if !root.casts_shadow {
                drawn.insert(NotShadowCaster);
            }
            if !root.receives_shadow {
                drawn.insert(NotShadowReceiver);
            }
            if animated.is_some() {
                drawn.insert(Animated);
            }
            if let Some(skin) = &node.skin {
                skinned.push((drawn.id(), skin.clone()));
            }
        }
        open.extend(node.children.iter().map(|child| Open {
            node: child.clone(),
            above: object,
            is_mirrored,
            animated: animated.clone(),
        }));
    }
    for (drawn, skin) in skinned {
        let Some(skin) = skins.get(&skin) else {
            continue;
        };
        let joints = skin.joints.iter();
        let joints = joints
            .filter_map(|j| by_node.get(&j.id()).copied())
            .collect();
        commands.entity(drawn).insert(SkinnedMesh {
            inverse_bindposes: skin.inverse_bind_matrices.clone(),
            joints,
        });
    }
    objects.entities.sort_by_key(|(index, ..)| *index);
    let wanted = stage
        .composition
        .iter()
        .flat_map(|c| c.nodes.iter().enumerate());
    for (index, node) in wanted {
        let selectors = node.components.iter().filter_map(|part| match part {
            Part::SubModel { selector } => Some(selector),
            _ => None,
        });
        for selector in selectors {
            if model_above(stage, index) == Some(root.node)
                && let Some(object) = objects.find(selector)
            {
                taken.push((index, object));
            }
        }
    }
    objects
}

/// The nearest node above that has a model.
fn model_above(stage: &Stage, node: usize) -> Option<usize> {
    let composition = stage.composition.as_ref()?;
    stage.upwards(node).skip(1).find(|n| {
        let node = composition.nodes.get(*n);
        let parts = node.map(|n| n.components.as_slice()).unwrap_or_default();
        parts.iter().any(|p| matches!(p, Part::Model(_)))
    })
}

fn clips_of(stage: &Stage, node: usize) -> Vec<String> {
    let composition = stage.composition.as_ref();
    let node = composition.and_then(|c| c.nodes.get(node));
    let parts = node.map(|n| n.components.as_slice()).unwrap_or_default();
    let clips = parts.iter().filter_map(|part| match part {
        Part::Animation { clips } => Some(clips),
        _ => None,
    });
    clips.flatten().cloned().collect()
}

/// The object takes the node's place in its own parent, and the node goes where the object is: what
/// hangs on the node stays with the object.
fn take_over(commands: &mut Commands, stage: &Stage, node: usize, object: Entity) {
    let of_node = stage.composition.as_ref().and_then(|c| c.nodes.get(node));
    let (Some(of_node), Some(entity)) = (of_node, stage.entity(node)) else {
        return;
    };
    let at = place::transform(&of_node.place);
    commands.entity(object).insert((at, TakenBy(node)));
    commands.queue(move |world: &mut World| {
        let above = world.get::<ChildOf>(object).map(ChildOf::parent);
        if let (Some(above), Ok(mut entity)) = (above, world.get_entity_mut(entity)) {
            entity.insert((at, ChildOf(above)));
        }
    });
}
