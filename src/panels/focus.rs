//! The keyboard's place: a ring around what has it, and a key that takes it from pane to pane.

use bevy_egui::egui::{
    Context, EventFilter, Id, Key, LayerId, Modifiers, Rect, Sense, Stroke, StrokeKind, Ui,
    WidgetInfo, WidgetType,
};

use crate::theme::Theme;

/// Width of the ring, points.
const RING: f32 = 2.0;

/// The name of the view's pane.
pub const VIEW: &str = "Farm view";

fn pane_id(name: &str) -> Id {
    Id::new(("pane", name))
}

/// Whether keys are the view's: it has the keyboard, or nothing has.
pub fn is_view_free(ctx: &Context) -> bool {
    let focused = ctx.memory(|m| m.focused());
    focused.is_none_or(|id| id == pane_id(VIEW))
}

/// Where the keyboard can stand without a widget: the panes, in the order of F6.
#[derive(Debug, Default)]
pub struct FocusStops {
    stops: Vec<(Id, Rect)>,
    before: Vec<(Id, Rect)>,
}

impl FocusStops {
    /// Begins a frame; takes F6 and Shift+F6.
    pub fn begin(&mut self, ctx: &Context) {
        self.before = std::mem::take(&mut self.stops);
        let pressed = |modifiers| ctx.input_mut(|i| i.consume_key(modifiers, Key::F6));
        let backward = pressed(Modifiers::SHIFT);
        if backward || pressed(Modifiers::NONE) {
            self.step(ctx, backward);
        }
    }

    /// A pane begins here: F6 stops at it, and Tab goes on into it.
    pub fn pane(&mut self, ui: &Ui, name: &'static str, rect: Rect) {
        let id = pane_id(name);
        let response = ui.interact(rect, id, Sense::focusable_noninteractive());
        if response.has_focus() {
            // The arrows are the list's or the view's, not a way out.
            let arrows = EventFilter {
                horizontal_arrows: true,
                vertical_arrows: true,
                ..EventFilter::default()
            };
            ui.memory_mut(|m| m.set_focus_lock_filter(id, arrows));
        }
        response.widget_info(|| WidgetInfo::labeled(WidgetType::Other, true, name));
        self.stops.push((id, rect));
    }

    /// Whether a widget has the keyboard, and not a whole pane.
    pub fn is_at_widget(&self, ctx: &Context) -> bool {
        let focused = ctx.memory(|m| m.focused());
        focused.is_some_and(|id| !self.before.iter().any(|(of, _)| *of == id))
    }

    fn step(&self, ctx: &Context, backward: bool) {
        let focused = ctx.memory(|m| m.focused());
        let place = focused.and_then(|id| {
            let stop = self.before.iter().position(|(of, _)| *of == id);
            stop.or_else(|| {
                let at = ctx.read_response(id)?.rect.center();
                self.before.iter().position(|(_, rect)| rect.contains(at))
            })
        });
        let count = self.before.len();
        let next = match (place, backward) {
            (None, false) => 0,
            (None, true) => count.saturating_sub(1),
            (Some(at), false) => (at + 1) % count.max(1),
            (Some(at), true) => (at + count - 1) % count.max(1),
        };
        if let Some((id, _)) = self.before.get(next) {
            ctx.memory_mut(|m| m.request_focus(*id));
        }
    }

    /// Draws the ring around whatever has the keyboard; last of all.
    pub fn ring(&self, ctx: &Context, theme: &Theme) {
        let Some(id) = ctx.memory(|m| m.focused()) else {
            return;
        };
        let stroke = Stroke::new(RING, theme.accent);
        if let Some((_, rect)) = self.stops.iter().find(|(of, _)| *of == id) {
            let painter = ctx.layer_painter(LayerId::background());
            painter.rect_stroke(rect.shrink(1.0), 2.0, stroke, StrokeKind::Inside);
            return;
        }
        let response = ctx.read_response(id);
        // Reading it counts a click as one elsewhere. What was given the keyboard by that very click,
        // as a field by the button beside it, keeps it.
        if !ctx.memory(|m| m.has_focus(id)) {
            ctx.memory_mut(|m| m.request_focus(id));
        }
        let Some(response) = response else {
            return;
        };
        let painter = ctx
            .layer_painter(response.layer_id)
            .with_clip_rect(response.interact_rect.expand(4.0));
        painter.rect_stroke(response.rect.expand(1.0), 4.0, stroke, StrokeKind::Outside);
    }
}
