//! The buffer's layout, as `assets/shaders/farm.wgsl` reads it.

use bevy::color::{ColorToComponents as _, LinearRgba};
use bevy::math::Vec4;
use bevy_egui::egui::Color32;
use bytemuck::{Pod, Zeroable};

use crate::scene::SURFACES;

/// Bytes before the first row.
pub const HEAD_BYTES: usize = size_of::<Head>();
/// Bytes a row.
pub const ROW_BYTES: usize = size_of::<Row>();

/// What all turbines share: time, light and haze. Field by field as in the shader.
#[derive(Debug, Clone, Copy, PartialEq, Default, Pod, Zeroable)]
#[repr(C)]
pub struct Head {
    /// x: seconds since the rows' epoch; y: haze a metre; z: wave height; w: shadows drawn.
    pub time_haze_wave_shadow: Vec4,
    /// Towards the sun.
    pub sun_direction: Vec4,
    /// Fractions of a colour that is shown: the sun's part, the sky's and the ground's; w: what is
    /// too small to be shaded.
    pub light: Vec4,
    /// The colour of the sun's light: its brightest part is 1; w: what is above it breaks white.
    pub sun_tint: Vec4,
    /// Sky overhead, linear; w: how far away shadows are drawn, metres; 0 for none.
    pub sky_zenith: Vec4,
    /// Sky at the horizon, and haze.
    pub sky_horizon: Vec4,
    /// Sky at the horizon where the sun is; w: how much of it.
    pub sky_glow: Vec4,
    /// Sea or land to the horizon; w: its height, metres.
    pub ground: Vec4,
    /// Land; w: 1 at night.
    pub land: Vec4,
    /// xy: where the waves run, x and z; z: their slope; w: the part that breaks white.
    pub sea: Vec4,
    /// The sun's reflection.
    pub ground_glint: Vec4,
    /// Selection.
    pub accent: Vec4,
    /// The dark outline of an alarmed part.
    pub ink: Vec4,
    /// The hatch of a part whose state is not known.
    pub unknown: Vec4,
    /// What the hatch is drawn on.
    pub unknown_ground: Vec4,
    /// x: how dark a shadow on the ground is; y: 1 where detail is cheap; z: the sea's clock, seconds;
    /// w: stars and lights, 0 by day to 1 at night.
    pub extra: Vec4,
    /// x: radius that a rotor has at least on the map, metres; y: how much of the haze is seen; z: from
    /// one line of the grid to the next, metres, 0 without one.
    pub map: Vec4,
}

/// One turbine.
#[derive(Debug, Clone, Copy, PartialEq, Default, Pod, Zeroable)]
#[repr(C)]
pub struct Row {
    /// [`SurfaceStyle::packed`], by `Surface as usize`.
    pub surfaces: [u32; SURFACES],
    /// [`RowFlags`].
    pub flags: u32,
    /// Metres.
    pub hub_height_m: f32,
    /// Metres from the tower's axis to the hub.
    pub overhang_m: f32,
    /// The rotor's angle at `rotor_start_s`, radians.
    pub rotor_phase_rad: f32,
    /// Radians a second, clockwise as seen from upwind.
    pub rotor_speed_rad_s: f32,
    /// Seconds since the rows' epoch.
    pub rotor_start_s: f32,
    /// Radians clockwise from north.
    pub yaw_rad: f32,
    /// Radians towards feather.
    pub pitch_rad: f32,
    /// The colour of the outline of its alarmed surfaces where a signal gives their own: sRGB in the
    /// low three bytes, the top byte set. 0 while the rules colour it.
    pub outline: u32,
}

/// Flags of a whole turbine.
#[derive(Debug, Clone, Copy)]
pub struct RowFlags;

impl RowFlags {
    /// The operator selected it.
    pub const SELECTED: u32 = 1;
    /// The pointer is over it.
    pub const HOVERED: u32 = 2;
    /// It is cut open on the camera's side.
    pub const CUT: u32 = 4;
}

/// How one surface is drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SurfaceStyle {
    /// Its colour.
    pub color: Color32,
    /// A rule gave the colour: it must be recognised in shadow and in haze.
    pub coloured: bool,
    /// The rule is an alarm: outlined.
    pub alarm: bool,
    /// Its state is not known: hatched.
    pub unknown: bool,
    /// 0 to 1.
    pub opacity: f32,
}

impl SurfaceStyle {
    /// A surface when all is well.
    pub fn plain(color: Color32) -> Self {
        Self {
            color,
            coloured: false,
            alarm: false,
            unknown: false,
            opacity: 1.0,
        }
    }

    /// As the shader reads it.
    pub fn packed(self) -> u32 {
        let [r, g, b, _] = self.color.to_array();
        let flags =
            u8::from(self.coloured) | (u8::from(self.alarm) << 1) | (u8::from(self.unknown) << 2);
        let opacity = (self.opacity.clamp(0.0, 1.0) * 15.0).round() as u8;
        // Only 0 hides.
        let opacity = opacity.max(u8::from(self.opacity > 0.0));
        u32::from_le_bytes([r, g, b, flags | (opacity << 4)])
    }
}

/// A token as the shader wants it.
pub fn linear(color: Color32) -> Vec4 {
    let [r, g, b, _] = color.to_array();
    LinearRgba::from(bevy::color::Srgba::rgb_u8(r, g, b)).to_vec4()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_layout_is_the_shaders() {
        assert_eq!(ROW_BYTES, 96);
        assert_eq!(HEAD_BYTES, 17 * 16);
    }

    #[test]
    fn a_style_packs_colour_flags_and_opacity() {
        let style = SurfaceStyle {
            color: Color32::from_rgb(1, 2, 3),
            coloured: true,
            alarm: false,
            unknown: true,
            opacity: 1.0,
        };
        assert_eq!(style.packed(), 0xF503_0201);
        let faint = |opacity| SurfaceStyle { opacity, ..style }.packed() >> 28;
        assert_eq!([0.0, 0.001, 0.5, 1.0].map(faint), [0, 1, 8, 15]);
    }
}
