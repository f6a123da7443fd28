//! What happened, in words and with a shape of its own.

use egui_phosphor::regular as icon;

use crate::alarms::journal::Record;
use crate::panels::format;
use crate::panels::frame::Look;

/// The words and the glyph of a change. What is raised has the mark of its priority instead.
pub(super) fn change(name: &str) -> (String, &'static str) {
    let (words, glyph) = match name {
        "raised" => ("Raised", ""),
        "cleared" => ("Cleared", icon::ARROW_DOWN),
        "acknowledged" => ("Acknowledged", icon::CHECK),
        "reset" => ("Reset", icon::ARROW_COUNTER_CLOCKWISE),
        "shelved" => ("Shelved", icon::CLOCK),
        "unshelved" => ("Unshelved", icon::CLOCK_COUNTER_CLOCKWISE),
        "suppressed" => ("Suppressed", icon::PROHIBIT),
        "unsuppressed" => ("No longer suppressed", icon::CIRCLE),
        "out_of_service" => ("Taken out of service", icon::WRENCH),
        "returned_to_service" => ("Returned to service", icon::PLUG),
        "escalated" => ("Escalated", icon::ARROW_FAT_UP),
        "re_alarmed" => ("Announced anew", icon::BELL_RINGING),
        "commented" => ("Comment", icon::CHAT_TEXT),
        "withdrawn" => ("Withdrawn", icon::MINUS_CIRCLE),
        "edited" => ("Edited", icon::PENCIL_SIMPLE),
        "refused" => ("Refused", icon::SHIELD_WARNING),
        other => return (format::label(other), icon::DOT),
    };
    (words.to_owned(), glyph)
}

/// Who did it, at which station; the process and time are nobody.
pub(super) fn who(record: &Record) -> String {
    record
        .by
        .as_ref()
        .map_or_else(String::new, |by| format!("{} at {}", by.user, by.station))
}

/// What was said, and when what was begun ends.
pub(super) fn said(look: &Look, record: &Record) -> String {
    let comment = record.comment.as_deref().unwrap_or_default();
    match record.until_ms {
        Some(until) => {
            let until = format::time(until, look.now_ms, look.zone);
            format!("until {until}: {comment}")
        }
        None => comment.to_owned(),
    }
}
