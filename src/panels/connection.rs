//! The connection panel: the broker, the link, what is wrong with it and every count of it.

use bevy_egui::egui::{Grid, Label, RichText, ScrollArea, Ui};

use crate::panels::format;
use crate::panels::frame::{Farm, Look, empty_ui};
use crate::panels::link::{is_live, sentence, since};
use crate::panels::widgets::link_shape_ui;
use crate::scene::{PayloadFormat, TopicMapping};
use crate::theme::{LARGE, strong};

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
    });
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
