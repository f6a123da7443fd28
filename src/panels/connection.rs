//! The connection panel: the broker, the link, what is wrong with it and every count of it;
//! and the other stations.

use bevy_egui::egui::{Grid, Label, RichText, ScrollArea, Ui};

use crate::alarms::share::SharingStatus;
use crate::panels::format;
use crate::panels::frame::{Farm, Look, empty_ui};
use crate::panels::link::{is_live, sentence, since};
use crate::panels::widgets::{link_shape_ui, section_ui};
use crate::scene::{PayloadFormat, TopicMapping};
use crate::telemetry::Link;
use crate::theme::{LARGE, strong};

/// Refused messages that are shown.
const SHOWN: usize = 5;

/// The connection in full.
pub fn connection_ui(ui: &mut Ui, look: &Look, farm: &Farm) {
    let Some(status) = farm.telemetry else {
        empty_ui(ui, look, "No connection: no scene is open.");
        return;
    };
    ScrollArea::vertical().id_salt("connection").auto_shrink(false).show(ui, |ui| {
        ui.horizontal(|ui| {
            link_shape_ui(ui, look.theme, is_live(status));
            let words = strong(sentence(status, look.now_ms)).size(LARGE);
            ui.add(Label::new(words).wrap());
        });
        for notice in &status.notices {
            ui.horizontal(|ui| {
                ui.label(egui_phosphor::regular::WARNING);
                ui.add(Label::new(notice).wrap());
            });
        }
        ui.add_space(8.0);
        ui.horizontal_top(|ui| {
            ui.spacing_mut().item_spacing.x = 48.0;
            let link = [
                ("Broker", status.broker.clone()),
                ("State", since(status, look)),
                ("Messages", both(status.messages, status.messages_per_s)),
                ("Values", both(status.values, status.values_per_s)),
            ];
            facts_ui(ui, look, "link", &link);
            let mut rest = vec![
                ("Rejected payloads", format::count(status.rejected)),
                ("Coalesced samples", format::count(status.coalesced)),
            ];
            if status.dropped > 0 {
                rest.push(("Dropped at a reload", format::count(status.dropped)));
            }
            if let Some(scene) = farm.scene {
                let after = scene.broker.stale_after.as_millis() as i64;
                rest.push(("Stale after", format::duration(after)));
                rest.extend(scene.topics.iter().map(|topic| ("Topic", mapping(topic))));
            }
            facts_ui(ui, look, "rest", &rest);
        });
        ui.add_space(8.0);
        let explained = "Coalesced: replaced by a newer sample of the same signal before it could \
                         be shown. The newest value is never the one that is lost.";
        ui.add(Label::new(look.quiet(explained)).wrap());
        if let Some(sharing) = farm.desk.sharing.filter(|s| !s.prefix.is_empty()) {
            stations_ui(ui, look, sharing);
        }
    });
}

/// Who else looks at these alarms, and what was refused of what came.
fn stations_ui(ui: &mut Ui, look: &Look, sharing: &SharingStatus) {
    section_ui(ui, look.theme, "Other stations");
    for notice in &sharing.notices {
        ui.horizontal(|ui| {
            ui.label(egui_phosphor::regular::WARNING);
            ui.add(Label::new(notice).wrap());
        });
    }
    let mut facts = vec![
        ("This station", sharing.station.to_string()),
        ("Shared", shared(sharing)),
        ("Topics below", sharing.prefix.clone()),
    ];
    if sharing.strangers > 0 {
        facts.push(("Of other scenes", format::count(sharing.strangers)));
    }
    facts.push(("Refused messages", format::count(sharing.refused)));
    facts_ui(ui, look, "sharing", &facts);
    ui.add_space(8.0);
    if sharing.stations.is_empty() {
        ui.label(look.quiet("No other station was heard."));
    }
    let grid = Grid::new("stations").num_columns(3).spacing([16.0, 6.0]);
    grid.show(ui, |ui| {
        for station in &sharing.stations {
            ui.horizontal(|ui| {
                link_shape_ui(ui, look.theme, Some(station.lives));
                ui.label(&*station.name);
            });
            ui.label(if station.lives {
                "is there"
            } else {
                "is not heard"
            });
            ui.label(look.quiet(station.ahead_ms.map_or_else(String::new, clock)));
            ui.end_row();
        }
    });
    for refused in sharing.recent_refused.iter().rev().take(SHOWN) {
        ui.add_space(4.0);
        let at = format::clock(refused.at_ms, look.zone);
        ui.add(Label::new(format!("{at}  Refused: {}", refused.reason)).wrap());
        if !refused.topic.is_empty() {
            let topic = format!("{} {}", refused.topic, refused.excerpt);
            ui.add(Label::new(look.quiet(topic)).truncate());
        }
    }
}

fn shared(sharing: &SharingStatus) -> String {
    match &sharing.link {
        Link::Connected if sharing.is_synced => format!("over {}", sharing.broker),
        Link::Connected | Link::Connecting => format!("Reading what {} keeps", sharing.broker),
        Link::Disconnected { reason, .. } => reason.clone(),
        _ => "No connection".to_owned(),
    }
}

/// `clock 3 s ahead`.
fn clock(ahead_ms: i64) -> String {
    let off = format::duration(ahead_ms.saturating_abs());
    match ahead_ms {
        -999..=999 => "clock agrees".to_owned(),
        1_000.. => format!("clock {off} ahead"),
        _ => format!("clock {off} behind"),
    }
}

fn facts_ui(ui: &mut Ui, look: &Look, id: &str, facts: &[(&str, String)]) {
    let grid = Grid::new(("connection", id))
        .num_columns(2)
        .spacing([16.0, 6.0]);
    grid.show(ui, |ui| {
        for (label, value) in facts {
            ui.label(RichText::new(*label).color(look.theme.quiet));
            ui.label(value);
            ui.end_row();
        }
    });
}

fn mapping(topic: &TopicMapping) -> String {
    let how = match topic.payload {
        PayloadFormat::Json => "JSON",
        PayloadFormat::Value => "bare values",
    };
    format!("{} ({how})", topic.filter)
}

fn both(total: u64, per_s: f64) -> String {
    format!(
        "{}, now {} a second",
        format::count(total),
        format::rate(per_s)
    )
}
