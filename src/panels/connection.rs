//! The connection panel: the broker, the link and every count of it.

use bevy_egui::egui::{Grid, Label, RichText, ScrollArea, Ui};

use crate::panels::format;
use crate::panels::frame::{Farm, Look, empty_ui};
use crate::panels::link::{is_live, sentence, since};
use crate::panels::widgets::{fact_ui, link_shape_ui};
use crate::scene::PayloadFormat;
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
        ui.add_space(8.0);
        let facts = [
            ("Broker", status.broker.clone()),
            ("State", since(status, look)),
            ("Messages", both(status.messages, status.messages_per_s)),
            ("Values", both(status.values, status.values_per_s)),
            ("Rejected payloads", format::count(status.rejected)),
            ("Coalesced samples", format::count(status.coalesced)),
        ];
        Grid::new("connection facts").num_columns(2).spacing([16.0, 6.0]).show(ui, |ui| {
            for (label, value) in &facts {
                fact_ui(ui, look.theme, label, value);
            }
            if let Some(scene) = farm.scene {
                let after = scene.broker.stale_after.as_millis() as i64;
                fact_ui(ui, look.theme, "Stale after", &format::duration(after));
                for topic in &scene.topics {
                    let how = match topic.payload {
                        PayloadFormat::Json => "JSON",
                        PayloadFormat::Value => "bare values",
                    };
                    fact_ui(ui, look.theme, "Topic", &format!("{} ({how})", topic.filter));
                }
            }
        });
        ui.add_space(8.0);
        let explained = "Coalesced: replaced by a newer sample of the same signal before it could \
                         be shown. The newest value is never the one that is lost.";
        ui.add(Label::new(RichText::new(explained).size(12.0).color(look.theme.quiet)).wrap());
    });
}

fn both(total: u64, per_s: f64) -> String {
    format!(
        "{}, now {} a second",
        format::count(total),
        format::rate(per_s)
    )
}
