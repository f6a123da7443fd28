//! Motion indicators: planes and pipes over which stripes run.

use bevy::asset::{RenderAssetUsages, uuid_handle};
use bevy::light::{NotShadowCaster, NotShadowReceiver};
use bevy::mesh::{Indices, PrimitiveTopology};
use bevy::prelude::*;
use bevy::render::render_resource::{
    AsBindGroup, RenderPipelineDescriptor, ShaderType, SpecializedMeshPipelineError,
};
use bevy::shader::{Shader, ShaderRef};

use super::Stage;
use super::animation::Animated;
use super::floor::add_shader;
use super::lights::linear;
use super::outcome::{Judge, Outcome};
use crate::RoomSet;
use crate::scene::{Binding, Composition, MotionIndicator, MotionShape, Target};
use crate::theme::Theme;
use crate::view::project::Projector;

const FLOW_SHADER: Handle<Shader> = uuid_handle!("8d7f6c1e-5b0a-4d53-9a35-0c3f7e6f2c01");
/// Corners of a pipe.
const CORNERS: usize = 32;
/// Faster than this nothing is to be seen, metres a second.
const FASTEST: f64 = 1_000.0;
/// A longer pause between frames is no time for stripes, seconds.
const LONGEST_STEP_S: f32 = 0.25;
/// Smaller than this on the screen, points, it is not worth a frame.
const LEAST_POINTS: f32 = 6.0;

/// An indicator.
#[derive(Component, Debug)]
pub struct Flow {
    indicator: MotionIndicator,
    /// Metres a second now; `None` where it is not known.
    speed: Option<f32>,
    foreground: Vec4,
    background: Vec4,
}

impl Flow {
    /// As the composition has it; still until the rules are asked.
    pub fn new(indicator: MotionIndicator) -> Self {
        Self {
            indicator,
            speed: Some(0.0),
            foreground: Vec4::ONE,
            background: Vec4::ZERO,
        }
    }
}

/// Whether something of a composition moves where it can be seen.
#[derive(Resource, Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct MotionInView(pub bool);

/// What the shader needs.
#[derive(ShaderType, Debug, Clone, Copy, PartialEq)]
pub struct FlowLook {
    /// Linear, with opacity.
    pub foreground: Vec4,
    /// Linear, with opacity.
    pub background: Vec4,
    /// x: how far the stripes have come, in stripes; y: stripes along; z: rows of them across.
    pub run: Vec4,
}

/// The material of an indicator.
#[derive(Asset, TypePath, AsBindGroup, Debug, Clone)]
pub struct FlowMaterial {
    /// How it looks.
    #[uniform(0)]
    pub look: FlowLook,
}

impl Material for FlowMaterial {
    fn fragment_shader() -> ShaderRef {
        FLOW_SHADER.into()
    }

    fn alpha_mode(&self) -> AlphaMode {
        AlphaMode::Blend
    }

    fn enable_prepass() -> bool {
        false
    }

    fn enable_shadows() -> bool {
        false
    }

    fn specialize(
        _pipeline: &bevy::pbr::MaterialPipeline,
        descriptor: &mut RenderPipelineDescriptor,
        _layout: &bevy::mesh::MeshVertexBufferLayoutRef,
        _key: bevy::pbr::MaterialPipelineKey<Self>,
    ) -> Result<(), SpecializedMeshPipelineError> {
        descriptor.primitive.cull_mode = None;
        Ok(())
    }
}

pub(super) fn plugin(app: &mut App) {
    let source = include_str!("../../../assets/shaders/flow.wgsl");
    add_shader(app, &FLOW_SHADER, source, "flow.wgsl");
    app.init_resource::<MotionInView>()
        .add_plugins(MaterialPlugin::<FlowMaterial>::default())
        .add_systems(
            Update,
            (dress, follow_rules, run)
                .chain()
                .after(super::Standing)
                .in_set(RoomSet::View),
        );
}

/// The mesh of a shape: u runs where the stripes run, v across.
pub fn mesh(shape: MotionShape) -> Mesh {
    let mut strip = Strip::default();
    match shape {
        MotionShape::LinearPlane => {
            for u in [0.0, 1.0] {
                let x = u - 0.5;
                strip.pair(
                    [Vec3::new(x, 0.0, 0.5), Vec3::new(x, 0.0, -0.5)],
                    [Vec3::Y; 2],
                    [[u, 0.0], [u, 1.0]],
                );
            }
        }
        MotionShape::LinearCylinder | MotionShape::CircularCylinder => {
            for corner in 0..=CORNERS {
                let part = corner as f32 / CORNERS as f32;
                let (sin, cos) = (part * std::f32::consts::TAU).sin_cos();
                if shape == MotionShape::LinearCylinder {
                    let out = Vec3::new(0.0, cos, sin);
                    let at = |x: f32| out * 0.5 + Vec3::X * x;
                    strip.pair([at(-0.5), at(0.5)], [out; 2], [[0.0, part], [1.0, part]]);
                } else {
                    let out = Vec3::new(sin, 0.0, cos);
                    let at = |y: f32| out * 0.5 + Vec3::Y * y;
                    strip.pair([at(-0.5), at(0.5)], [out; 2], [[part, 0.0], [part, 1.0]]);
                }
            }
        }
    }
    strip.build()
}

#[derive(Debug, Default)]
struct Strip {
    positions: Vec<[f32; 3]>,
    normals: Vec<[f32; 3]>,
    uvs: Vec<[f32; 2]>,
}

impl Strip {
    fn pair(&mut self, at: [Vec3; 2], out: [Vec3; 2], uv: [[f32; 2]; 2]) {
        self.positions.extend(at.map(|p| p.to_array()));
        self.normals.extend(out.map(|n| n.to_array()));
        self.uvs.extend(uv);
    }

    fn build(self) -> Mesh {
        let pairs = (self.positions.len() / 2) as u32;
        let quads = (0..pairs.saturating_sub(1)).map(|i| 2 * i);
        let indices = quads.flat_map(|i| [i, i + 2, i + 1, i + 1, i + 2, i + 3]);
        Mesh::new(
            PrimitiveTopology::TriangleList,
            RenderAssetUsages::default(),
        )
        .with_inserted_indices(Indices::U32(indices.collect()))
        .with_inserted_attribute(Mesh::ATTRIBUTE_POSITION, self.positions)
        .with_inserted_attribute(Mesh::ATTRIBUTE_NORMAL, self.normals)
        .with_inserted_attribute(Mesh::ATTRIBUTE_UV_0, self.uvs)
    }
}

/// Gives new indicators a material of their own.
fn dress(
    mut commands: Commands,
    new: Query<Entity, (With<Flow>, Without<MeshMaterial3d<FlowMaterial>>)>,
    mut materials: ResMut<Assets<FlowMaterial>>,
) {
    for entity in &new {
        let look = FlowLook {
            foreground: Vec4::ONE,
            background: Vec4::ZERO,
            run: Vec4::new(0.0, 1.0, 1.0, 0.0),
        };
        let material = materials.add(FlowMaterial { look });
        let own = (MeshMaterial3d(material), NotShadowCaster, NotShadowReceiver);
        commands.entity(entity).insert(own);
    }
}

/// Rows of stripes across and stripes along, as square as scene composers have them, of an indicator
/// whose node is scaled so; and its length, metres.
fn stripes(indicator: &MotionIndicator, scale: Vec3) -> (f32, f32, f32) {
    let rows = indicator.repeats.clamp(0.1, 1_000.0);
    let scale = scale.abs().max(Vec3::splat(1e-3));
    let round = |a: f32, b: f32| std::f32::consts::TAU * ((a * a + b * b) / 8.0).sqrt();
    let (length, width, is_ring) = match indicator.shape {
        MotionShape::LinearPlane => (scale.x, scale.z, false),
        MotionShape::LinearCylinder => (scale.x, round(scale.y, scale.z), false),
        MotionShape::CircularCylinder => (round(scale.x, scale.z), scale.y, true),
    };
    let along = rows / width * length;
    let along = if is_ring { along.round() } else { along };
    (rows, along.clamp(1.0, 10_000.0), length)
}

/// Asks the rules for speed and colours.
fn follow_rules(
    stage: Res<Stage>,
    judge: Judge,
    theme: Res<Theme>,
    mut flows: Query<&mut Flow>,
    mut known: Local<u64>,
) {
    let Some(composition) = stage.composition.as_deref() else {
        return;
    };
    if *known == stage.revision && !theme.is_changed() && !judge.may_differ() {
        return;
    }
    *known = stage.revision;
    for mut flow in &mut flows {
        let of = &flow.indicator;
        let speed = speed(&judge, composition, of);
        let [r, g, b, _] = theme.unknown.to_array();
        let unknown = [r, g, b];
        let opacity = of.background_opacity.clamp(0.0, 1.0);
        let colour = |binding: &Option<Binding>, own: Option<[u8; 3]>| {
            // A colour of one's own counts only without rules.
            let Some(binding) = binding.as_ref().filter(|b| b.rules.is_some()) else {
                return own;
            };
            match judge.outcome(composition, binding) {
                Outcome::Target(Target::Color([r, g, b, _])) => Some([r, g, b]),
                Outcome::Unknown => Some(unknown),
                _ => None,
            }
        };
        let foreground = colour(&of.foreground_binding, of.foreground);
        let background = colour(&of.background_binding, of.background);
        let foreground = if speed.is_none() {
            unknown
        } else {
            foreground.unwrap_or([255; 3])
        };
        let background = background.map_or(Vec4::ZERO, |c| linear(c).extend(opacity));
        let foreground = linear(foreground).extend(1.0);
        if flow.speed != speed || flow.foreground != foreground || flow.background != background {
            flow.speed = speed;
            flow.foreground = foreground;
            flow.background = background;
        }
    }
}

/// Metres a second; `None` where what says so is not known: then nothing moves.
fn speed(judge: &Judge, composition: &Composition, of: &MotionIndicator) -> Option<f32> {
    let binding = of.speed_binding.as_ref().filter(|b| b.rules.is_some());
    let speed = match binding.map(|b| judge.outcome(composition, b)) {
        None => f64::from(of.speed),
        Some(Outcome::Number(number)) => number,
        Some(Outcome::Unknown) => return None,
        Some(_) => 0.0,
    };
    Some(speed.clamp(0.0, FASTEST) as f32)
}

/// Runs the stripes on, and tells the shader; touches no material while nothing changes.
fn run(
    time: Res<Time<Real>>,
    flows: Query<(
        Ref<Flow>,
        Ref<GlobalTransform>,
        &MeshMaterial3d<FlowMaterial>,
    )>,
    mut materials: ResMut<Assets<FlowMaterial>>,
) {
    let seconds = time.delta_secs().min(LONGEST_STEP_S);
    for (flow, at, material) in &flows {
        let speed = flow.speed.unwrap_or(0.0);
        if speed <= 0.0 && !flow.is_changed() && !at.is_changed() {
            continue;
        }
        let (scale, _, _) = at.to_scale_rotation_translation();
        let (rows, along, length) = stripes(&flow.indicator, scale);
        let Some(mut material) = materials.get_mut(&material.0) else {
            continue;
        };
        let come = material.look.run.x + seconds * speed * along / length;
        material.look = FlowLook {
            foreground: flow.foreground,
            background: flow.background,
            run: Vec4::new(come.rem_euclid(1.0), along, rows, 0.0),
        };
    }
}

/// Notes whether stripes run or clips play where they can be seen.
pub fn watch_motion(
    projector: Projector,
    flows: Query<(&Flow, &GlobalTransform)>,
    animated: Query<&GlobalTransform, With<Animated>>,
    mut motion: ResMut<MotionInView>,
) {
    let view = projector.freeze(None);
    let seen = view.is_some_and(|view| {
        let is_seen = |at: &GlobalTransform, least: f32| {
            let (scale, _, place) = at.to_scale_rotation_translation();
            let reach_m = scale.abs().max_element().clamp(least, 1_000.0);
            view.sees_sphere(place, reach_m)
                && view.point(place).is_none_or(|(_, depth_m)| {
                    view.points_a_metre(depth_m) * reach_m > LEAST_POINTS
                })
        };
        let mut running = flows
            .iter()
            .filter(|(f, _)| f.speed.is_some_and(|s| s > 0.0));
        running.any(|(_, at)| is_seen(at, 0.01)) || animated.iter().any(|at| is_seen(at, 1.0))
    });
    motion.set_if_neq(MotionInView(seen));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stripes_are_as_many_as_scene_composers_have_them() {
        let of = |shape, repeats| MotionIndicator {
            shape,
            repeats,
            ..MotionIndicator::default()
        };
        let scale = Vec3::new(10.0, 1.0, -2.0);
        let (rows, along, length) = stripes(&of(MotionShape::LinearPlane, 2.0), scale);
        assert_eq!((rows, along, length), (2.0, 10.0, 10.0));
        let (_, along, _) = stripes(
            &of(MotionShape::CircularCylinder, 1.0),
            Vec3::new(2.0, 1.0, 2.0),
        );
        assert_eq!(along, 6.0);
    }
}
