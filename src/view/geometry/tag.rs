//! What a vertex belongs to, as `assets/shaders/farm.wgsl` reads it.

use crate::scene::Surface;

/// Low byte: the surface. Bits 8 and 9: the blade. Bits 10 to 15: the tone. Bits 16 to 20: flags.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Tag(u32);

/// Stands for a tone of 1.
const TONE_ONE: f32 = 32.0;
/// The tone of a surface's own colour, for vertices that are made elsewhere.
pub const PLAIN_TONE: u32 = (TONE_ONE as u32) << 10;
/// What is within: lit from where the operator looks, never cut open.
const WITHIN: u32 = 1 << 16;
/// The inner face of a shell: dark, cut open with it.
const LINING: u32 = 1 << 17;
/// The face that a cut leaves, on the side of the camera.
const CUT_FACE: u32 = 1 << 18;
/// Outside, but left standing by the cut.
const SOLID: u32 = 1 << 19;
/// Cut open over its whole height, as the hub is, even if it is within.
const SECTIONED: u32 = 1 << 20;

impl Tag {
    pub const fn new(surface: Surface) -> Self {
        Self(surface as u32 | ((TONE_ONE as u32) << 10))
    }

    pub const fn blade(index: u32) -> Self {
        Self(Self::new(Surface::Blades).0 | (index << 8))
    }

    /// Darker or lighter than its surface's colour: 0 to 1.9.
    pub fn tone(self, tone: f32) -> Self {
        let steps = (tone * TONE_ONE).round().clamp(0.0, 63.0) as u32;
        Self((self.0 & !(0x3f << 10)) | (steps << 10))
    }

    pub const fn within(self) -> Self {
        Self(self.0 | WITHIN)
    }

    pub const fn lining(self) -> Self {
        Self(self.0 | LINING)
    }

    pub const fn cut_face(self) -> Self {
        Self(self.0 | CUT_FACE)
    }

    pub const fn solid(self) -> Self {
        Self(self.0 | SOLID)
    }

    pub const fn sectioned(self) -> Self {
        Self(self.0 | SECTIONED)
    }

    pub const fn bits(self) -> u32 {
        self.0
    }
}
