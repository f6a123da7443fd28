//! The bar at the bottom: the connection's counts, and what is wrong with files.

use bevy_egui::egui::{Align, Label, Layout, Ui};

use crate::access::Session;
use crate::panels::format;
use crate::panels::frame::{Farm, Look};
use crate::panels::link;

/// Since when it is connected, and the counts. `note` is a quiet word of the program itself, `origin`
/// says where the user's role comes from.
pub fn status_bar_ui(
    ui: &mut Ui,
    look: &Look,
    farm: &Farm,
    note: Option<&str>,
    origin: Option<&str>,
) {
    ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
        let errors = farm.problems.iter().filter(|p| p.is_error).count();
        let problems = match (farm.problems.len(), errors) {
            (0, _) => None,
            (all, 0) => Some(format::counted(all, "scene warning", "scene warnings")),
            (_, errors) => Some(format::counted(errors, "scene error", "scene errors")),
        };
        if let Some(words) = problems {
            let words = look.quiet(words).color(look.theme.text);
            ui.label(words).on_hover_text("See the tab Scene problems");
        }
        if let Some(session) = farm.desk.session {
            session_ui(ui, look, session, origin);
        }
        if let Some(scene) = farm.scene {
            let (one, several) = crate::wording::rows(scene);
            let turbines = format::counted(scene.turbines.len(), one, several);
            ui.label(look.quiet(turbines));
        }
        let room = ui.available_size();
        ui.allocate_ui_with_layout(room, Layout::left_to_right(Align::Center), |ui| {
            ui.spacing_mut().item_spacing.x = 16.0;
            if farm.scene.is_none() {
                ui.label(look.quiet(concat!("Version ", env!("CARGO_PKG_VERSION"))));
            }
            if let Some(status) = farm.telemetry.filter(|_| farm.scene.is_some()) {
                for words in [
                    link::since(status, look),
                    format!("{} msg/s", format::rate(status.messages_per_s)),
                    format!("{} values/s", format::rate(status.values_per_s)),
                    format!("{} rejected", format::count(status.rejected)),
                    format!("{} coalesced", format::count(status.coalesced)),
                ] {
                    ui.label(look.quiet(words));
                }
            }
            if let Some(note) = note {
                ui.add(Label::new(look.quiet(note)).truncate())
                    .on_hover_text(note);
            }
        });
    });
}

/// Who sits here: `anna · operator`.
fn session_ui(ui: &mut Ui, look: &Look, session: &Session, origin: Option<&str>) {
    let words = format!("{} · {}", session.user, session.role.name());
    let more = [
        Some(format!(
            "Signed in as {} at {}.",
            session.user, session.station
        )),
        origin.map(str::to_owned),
    ];
    let more: Vec<String> = more.into_iter().flatten().collect();
    ui.label(look.quiet(words)).on_hover_text(more.join("\n"));
}
