//! The egui style that the tokens make: sizes, spacing, corners, hairlines and visuals.

use bevy_egui::egui::epaint::{FontColorTransferFunction, TextOptions};
use bevy_egui::egui::style::{ScrollStyle, Selection, TextCursorStyle, WidgetVisuals, Widgets};
use bevy_egui::egui::{
    Color32, CornerRadius, FontFamily, FontId, Margin, Shadow, Stroke, Style, TextStyle, Visuals,
    vec2,
};

use crate::theme::{Theme, Variant};

/// Labels, units, headers; points.
pub const SMALL: f32 = 12.0;
/// Text; points.
pub const BODY: f32 = 14.0;
/// Headings and the banner; points.
pub const LARGE: f32 = 16.0;
/// The name of what is shown; points.
pub const TITLE: f32 = 20.0;
/// What is read from across the room; points.
pub const DISPLAY: f32 = 28.0;
/// Every distance is a multiple of this; points.
pub const STEP: f32 = 4.0;

const CORNER: u8 = 4;

/// The style of a theme; `hairline` is a pixel in points, so that lines are as thin at any scale.
pub(super) fn style(theme: &Theme, hairline: f32) -> Style {
    let mut style = Style::default();
    let font = |size| FontId::new(size, FontFamily::Proportional);
    style.text_styles = [
        (TextStyle::Small, font(SMALL)),
        (TextStyle::Body, font(BODY)),
        (TextStyle::Button, font(BODY)),
        (TextStyle::Monospace, font(BODY)),
        (TextStyle::Heading, font(LARGE)),
    ]
    .into();
    let spacing = &mut style.spacing;
    spacing.item_spacing = vec2(2.0 * STEP, STEP);
    spacing.button_padding = vec2(2.0 * STEP, 3.0);
    spacing.interact_size = vec2(6.0 * STEP, 6.0 * STEP);
    spacing.window_margin = Margin::same(12);
    spacing.menu_margin = Margin::same(8);
    spacing.scroll = ScrollStyle {
        bar_width: 8.0,
        ..ScrollStyle::solid()
    };
    style.interaction.selectable_labels = false;
    style.interaction.tooltip_delay = 0.3;
    style.animation_time = 0.1;
    style.visuals = visuals(theme, hairline);
    style
}

fn visuals(theme: &Theme, hairline: f32) -> Visuals {
    let base = match theme.variant {
        Variant::Light => Visuals::light(),
        Variant::Dark => Visuals::dark(),
    };
    let corner = CornerRadius::same(CORNER);
    let widget = |fill: Color32, rim: Color32| WidgetVisuals {
        bg_fill: fill,
        weak_bg_fill: fill,
        bg_stroke: Stroke::new(hairline, rim),
        corner_radius: corner,
        fg_stroke: Stroke::new(1.0, theme.text),
        expansion: 0.0,
    };
    let raised = mix(theme.panel, theme.text, 0.06);
    let pressed = mix(theme.panel, theme.text, 0.14);
    Visuals {
        override_text_color: None,
        weak_text_color: Some(theme.quiet),
        widgets: Widgets {
            noninteractive: widget(theme.panel, theme.line),
            inactive: widget(raised, theme.line),
            hovered: widget(pressed, theme.quiet),
            active: widget(mix(theme.panel, theme.text, 0.2), theme.accent),
            open: widget(pressed, theme.quiet),
        },
        selection: Selection {
            bg_fill: mix(theme.panel, theme.accent, 0.24),
            stroke: Stroke::new(1.0, theme.text),
        },
        hyperlink_color: theme.accent,
        faint_bg_color: mix(theme.panel, theme.text, 0.025),
        extreme_bg_color: mix(theme.panel, theme.ground, 0.9),
        text_edit_bg_color: Some(theme.ground),
        code_bg_color: theme.ground,
        // Alarm colours mean alarms; what egui itself would warn of is said in words.
        warn_fg_color: theme.text,
        error_fg_color: theme.text,
        window_corner_radius: corner,
        menu_corner_radius: corner,
        window_fill: theme.panel,
        window_stroke: Stroke::new(hairline, theme.line),
        window_shadow: shadow(),
        popup_shadow: shadow(),
        panel_fill: theme.panel,
        // Nothing blinks but an unacknowledged alarm.
        text_cursor: TextCursorStyle {
            stroke: Stroke::new(2.0, theme.accent),
            blink: false,
            ..TextCursorStyle::default()
        },
        // Translucent fills come out too dark for the same reason as below: what is disabled is drawn
        // in the quiet tone instead.
        disabled_alpha: 1.0,
        // bevy_egui blends in linear space, where dark text on a light ground thins out.
        text_options: TextOptions {
            color_transfer_function: FontColorTransferFunction::TwoCoverageMinusCoverageSq,
            ..base.text_options
        },
        ..base
    }
}

fn shadow() -> Shadow {
    Shadow {
        offset: [0, 2],
        blur: 8,
        spread: 0,
        color: Color32::from_black_alpha(60),
    }
}

/// `share` of `b` in `a`, in sRGB.
fn mix(a: Color32, b: Color32, share: f32) -> Color32 {
    a.lerp_to_gamma(b, share)
}
