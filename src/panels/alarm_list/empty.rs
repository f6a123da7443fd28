//! What a list without rows says, and what can be done about it.

use bevy_egui::egui::Ui;
use egui_phosphor::regular as icon;

use crate::panels::alarm_list::AlarmListState;
use crate::panels::alarm_rows::{AlarmFilter, StateFilter};
use crate::panels::empty::{Empty, empty_state_ui};
use crate::panels::format;
use crate::panels::frame::{Farm, Look};

/// Says why there are no rows.
pub(super) fn nothing_ui(ui: &mut Ui, look: &Look, farm: &Farm, state: &mut AlarmListState) {
    let hidden = match state.filter.state {
        StateFilter::Past => farm.past.len(),
        _ => farm.standing.len(),
    };
    let is_filtered = state.filter != AlarmFilter::default();
    if farm.scene.is_some() && hidden > 0 && is_filtered {
        let words = format!(
            "No alarm passes the filter: {} hidden.",
            format::count(hidden as u64)
        );
        let empty = Empty {
            icon: icon::FUNNEL,
            words: &words,
            hint: "",
            button: Some("Clear the filter"),
        };
        if empty_state_ui(ui, look, &empty) {
            state.filter = AlarmFilter::default();
        }
        return;
    }
    let (glyph, words, hint) = why_empty(look, farm, state);
    let empty = Empty {
        icon: glyph,
        words: &words,
        hint,
        button: None,
    };
    empty_state_ui(ui, look, &empty);
}

/// An icon, what no rows mean, and what to do.
fn why_empty(
    look: &Look,
    farm: &Farm,
    state: &mut AlarmListState,
) -> (&'static str, String, &'static str) {
    let Some(scene) = farm.scene else {
        return (icon::FILE_DASHED, "No scene is open.".to_owned(), "");
    };
    if state.filter.state == StateFilter::Past {
        let words = "No alarm has come and gone yet.".to_owned();
        return (icon::CLOCK_COUNTER_CLOCKWISE, words, "");
    }
    let all = scene.turbines.len();
    let (one, several) = crate::wording::rows(scene);
    if all == 0 && scene.composition.is_some() {
        return (icon::BELL, "The scene reads no values.".to_owned(), "");
    }
    if all == 0 {
        let hint = "List them in [[turbines]], or name a CSV file in [[turbines_from]].";
        return (icon::WIND, "The scene has no turbines.".to_owned(), hint);
    }
    if scene.rules.iter().all(|rule| rule.alarm.is_none()) {
        let words = "No rule of this scene raises an alarm.".to_owned();
        let hint = "Add [[rules]] with an [rules.alarm] to the scene file.";
        return (icon::BELL, words, hint);
    }
    // Counting 75,000 turbines in each frame would be felt.
    let second = look.now_ms.div_euclid(1000);
    let counted = state.known.filter(|(at, _)| *at == second);
    let (_, known) = *state
        .known
        .insert(counted.unwrap_or_else(|| (second, farm.turbines_known())));
    let turbines = format::counted(all, one, several);
    let waiting = farm.view.counts.map_or(&[][..], |counts| &counts.waiting);
    let waiting: u32 = waiting.iter().sum();
    if waiting > 0 {
        // The colours tell of them already.
        let conditions = format::counted(waiting as usize, "condition holds", "conditions hold");
        let words =
            format!("No alarms yet. {conditions}, for less than the delay before an alarm.");
        return (icon::HOURGLASS, words, "");
    }
    match known {
        0 => {
            let words = format!("No data yet: nothing heard of {turbines}.");
            let hint = "See the tab Connection for the broker and its topics.";
            (icon::PLUGS, words, hint)
        }
        known if known == all && all == 1 => {
            let words = format!("No alarms. The {one} reports well.");
            (icon::CHECK_CIRCLE, words, "")
        }
        known if known == all => {
            let words = format!("No alarms. {turbines} report well.");
            (icon::CHECK_CIRCLE, words, "")
        }
        known => {
            let silent = format::count((all - known) as u64);
            let words = format!("No alarms. {turbines}, {silent} without data.");
            (icon::CHECK_CIRCLE, words, "")
        }
    }
}
