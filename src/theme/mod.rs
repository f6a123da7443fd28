//! The look, defined once: design tokens, fonts, egui style and the marks of alarms.

use bevy::asset::AssetEventSystems;
use bevy::prelude::*;
use bevy_egui::{EguiContext, EguiPostUpdateSet, EguiPreUpdateSet, egui};

mod contrast;
mod difference;
mod fonts;
mod hours;
mod icons;
mod logo;
mod mark;
mod scales;
mod style;
mod tokens;

pub use contrast::contrast_ratio;
#[cfg(test)]
pub(crate) use difference::lightness;
pub use difference::{Sight, difference};
pub use fonts::{semibold, strong};
pub use hours::Hour;
pub use icons::{RULE_ICONS, rule_icon};
pub use logo::paint_logo;
pub use mark::{MarkFill, paint_mark, paint_unknown_mark};
pub use scales::{RULE_SCALES, RuleScaleName, ScaleColors, rule_scale};
pub use style::{BODY, DISPLAY, LARGE, SMALL, STEP, TITLE};
pub use tokens::{AskedTheme, Theme, Variant};

/// Dresses every egui context in the present [`Theme`], and again when it changes.
pub fn plugin(app: &mut App) {
    // A glyph that is new in this frame must be on the GPU in this frame: without the order its place
    // in a number stays blank until the next one, which in a calm window is a second away.
    app.configure_sets(
        PostUpdate,
        EguiPostUpdateSet::PostProcessOutput.before(AssetEventSystems),
    );
    app.init_resource::<Theme>().add_systems(
        PreUpdate,
        dress_contexts
            .after(EguiPreUpdateSet::InitContexts)
            .before(EguiPreUpdateSet::BeginPass),
    );
}

/// Gives a context the fonts and the style of a theme. Fonts hold from the context's next pass.
pub fn dress(ctx: &egui::Context, theme: &Theme) {
    ctx.set_fonts(fonts::definitions());
    dress_style(ctx, theme);
}

/// Whether the fonts are there yet: text in a family that a context lacks is a panic in egui.
pub fn is_dressed(ctx: &egui::Context) -> bool {
    ctx.fonts(|f| f.families().contains(&semibold()))
}

fn dress_style(ctx: &egui::Context, theme: &Theme) {
    let side = match theme.variant {
        Variant::Light => egui::Theme::Light,
        Variant::Dark => egui::Theme::Dark,
    };
    ctx.set_theme(side);
    ctx.set_style_of(side, style::style(theme, hairline(ctx)));
}

/// A pixel in points.
fn hairline(ctx: &egui::Context) -> f32 {
    1.0 / ctx.pixels_per_point().clamp(0.25, 8.0)
}

fn dress_contexts(
    theme: Res<Theme>,
    mut contexts: Query<(&mut EguiContext, Option<&mut Dressed>, Entity)>,
    mut commands: Commands,
) {
    for (mut context, dressed, entity) in &mut contexts {
        let now = Dressed(hairline(context.bypass_change_detection().get_mut()));
        let Some(mut dressed) = dressed else {
            dress(context.get_mut(), &theme);
            commands.entity(entity).insert(now);
            continue;
        };
        if theme.is_changed() || dressed.0 != now.0 {
            dressed.0 = now.0;
            dress_style(context.get_mut(), &theme);
        }
    }
}

/// A context that has the fonts, and how thin its lines are, points.
#[derive(Component)]
struct Dressed(f32);
