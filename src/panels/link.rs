//! The connection in words.

use bevy_egui::egui::{Label, Sense, Ui};

use crate::panels::format;
use crate::panels::frame::Look;
use crate::panels::widgets::link_shape_ui;
use crate::telemetry::{Link, TelemetryStatus};
use crate::theme::strong;

/// Live, being tried (`None`), or not connected.
pub fn is_live(status: &TelemetryStatus) -> Option<bool> {
    match status.link {
        Link::Connected => Some(true),
        Link::Idle | Link::Connecting => None,
        Link::Disconnected { .. } => Some(false),
    }
}

/// The connection in a line: `Live 1,240 msg/s`, or
/// `Not connected for 42 s: broker refused; next try in 5 s`.
pub fn sentence(status: &TelemetryStatus, now_ms: i64) -> String {
    match &status.link {
        Link::Idle => "No connection asked for".to_owned(),
        Link::Connecting => format!("Connecting to {}", status.broker),
        Link::Connected => format!("Live {} msg/s", format::rate(status.messages_per_s)),
        Link::Disconnected { reason, retry_ms } => {
            let since = format::duration(now_ms - status.since_ms);
            let next = (retry_ms - now_ms + 999) / 1000;
            let next = if next > 0 {
                format!("next try in {}", format::duration(next * 1000))
            } else {
                "trying now".to_owned()
            };
            format!("Not connected for {since}: {reason}; {next}")
        }
    }
}

/// Since when it is so: `Connected since 14:02:11`.
pub fn since(status: &TelemetryStatus, look: &Look) -> String {
    let at = format::time(status.since_ms, look.now_ms, look.zone);
    match status.link {
        Link::Idle => "Not connected".to_owned(),
        Link::Connecting => format!("Connecting since {at}"),
        Link::Connected => format!("Connected since {at}"),
        Link::Disconnected { .. } => format!("Not connected since {at}"),
    }
}

/// The shape and the sentence, cut off where there is no room.
pub fn link_ui(ui: &mut Ui, look: &Look, status: Option<&TelemetryStatus>) {
    let Some(status) = status else {
        ui.label(look.quiet("No connection"));
        return;
    };
    link_shape_ui(ui, look.theme, is_live(status));
    if let Some(words) = warnings(status) {
        ui.add(Label::new(strong(words)).sense(Sense::hover()))
            .on_hover_text(status.notices.join("\n"));
    }
    let words = sentence(status, look.now_ms);
    let response = ui.add(Label::new(&words).truncate());
    response.on_hover_text(format!("{words}\n{}", status.broker));
}

/// What is wrong although the broker can be reached, counted: `1 warning`.
fn warnings(status: &TelemetryStatus) -> Option<String> {
    let count = status.notices.len();
    (count > 0).then(|| {
        let words = format::counted(count, "warning", "warnings");
        format!("{} {words}", egui_phosphor::regular::WARNING)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_connection_is_told_in_the_operators_words() {
        let mut status = TelemetryStatus {
            broker: "mqtt://localhost:1883".to_owned(),
            link: Link::Connected,
            since_ms: 0,
            messages_per_s: 1239.6,
            ..TelemetryStatus::default()
        };
        assert_eq!(sentence(&status, 42_000), "Live 1,240 msg/s");
        status.link = Link::Disconnected {
            reason: "broker refused".to_owned(),
            retry_ms: 46_100,
        };
        assert_eq!(
            sentence(&status, 42_000),
            "Not connected for 42 s: broker refused; next try in 5 s"
        );
        assert!(sentence(&status, 50_000).ends_with("trying now"));
    }
}
