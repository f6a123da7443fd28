//! A list of turbines to choose one from, with a filter: a farm may have thousands.

use bevy_egui::egui::{Key, ScrollArea, TextEdit, Ui, WidgetInfo, WidgetType};

use crate::panels::frame::Look;
use crate::scene::Scene;

/// Names that are listed at most; the filter finds the others.
const MOST_LISTED: usize = 60;

/// The turbine that was chosen in this frame.
pub(super) fn turbine_choice_ui(
    ui: &mut Ui,
    look: &Look,
    scene: &Scene,
    present: Option<&str>,
    filter: &mut String,
) -> Option<String> {
    let edit = TextEdit::singleline(filter)
        .hint_text("Turbine")
        .desired_width(140.0);
    let response = ui.add(edit);
    response.widget_info(|| WidgetInfo::labeled(WidgetType::TextEdit, true, "Find a turbine"));
    let entered = response.lost_focus() && ui.input(|i| i.key_pressed(Key::Enter));
    let mut found = matching(scene, filter);
    let mut chosen = None;
    let listed: Vec<&str> = found.by_ref().take(MOST_LISTED).collect();
    ScrollArea::vertical().max_height(220.0).show(ui, |ui| {
        for name in &listed {
            if ui.selectable_label(present == Some(*name), *name).clicked() {
                chosen = Some((*name).to_owned());
            }
        }
        if listed.is_empty() {
            ui.label(look.quiet("No turbine of this name."));
        }
        let more = found.count();
        if more > 0 {
            ui.label(look.quiet(format!("{more} more: type a part of the name")));
        }
    });
    let chosen = chosen.or_else(|| {
        let first = listed.first().filter(|_| entered)?;
        Some((*first).to_owned())
    });
    if chosen.is_some() {
        filter.clear();
    }
    chosen
}

/// The turbines with this in their name, in the scene's order.
fn matching<'a>(scene: &'a Scene, filter: &str) -> impl Iterator<Item = &'a str> {
    let filter = filter.trim().to_lowercase();
    let names = scene.turbines.iter().map(|t| &*t.id);
    names.filter(move |name| filter.is_empty() || name.to_lowercase().contains(&filter))
}
