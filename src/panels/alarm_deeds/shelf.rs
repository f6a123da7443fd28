//! For how long an alarm is shelved: what is offered, what may be typed, and what the engineer allows.

use std::time::Duration;

use bevy_egui::egui::{Button, Id, TextEdit, Ui, WidgetInfo, WidgetType};

use crate::alarms::{AlarmId, AlarmSource, Trouble, definition};
use crate::panels::format;
use crate::panels::frame::Farm;
use crate::scene::{AlarmDefinition, Scene};

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
/// What is offered, seconds.
const OFFERED: [u64; 4] = [15 * MINUTE, HOUR, 4 * HOUR, 8 * HOUR];

/// What was chosen.
#[derive(Debug, Default)]
pub(super) struct ShelfChoice {
    /// One of those offered; none while an own one is typed.
    offered: Option<Duration>,
    own: String,
    is_own: bool,
    /// It also ends when the alarm clears.
    pub is_one_shot: bool,
}

impl ShelfChoice {
    /// For how long, where that can be told and is allowed.
    ///
    /// # Errors
    /// What is wrong with it, as it is shown.
    pub fn duration(&self, longest: Duration) -> Result<Duration, String> {
        let wanted = match (self.is_own, self.offered) {
            (true, _) => parse_duration(&self.own)
                .ok_or_else(|| "Type for how long: 45 min, 2 h, 1 h 30 min.".to_owned())?,
            (false, Some(offered)) => offered,
            (false, None) => first(longest),
        };
        if wanted > longest {
            return Err(format!("At most {}.", length(longest)));
        }
        Ok(wanted)
    }
}

/// `1 h`, not `1 h 0 min`.
fn length(of: Duration) -> String {
    let words = format::delay(of);
    let short = words.strip_suffix(" 0 min").or(words.strip_suffix(" 0 h"));
    short.map_or_else(|| words.clone(), str::to_owned)
}

/// What is chosen before anybody chooses: an hour, or less where less is allowed.
fn first(longest: Duration) -> Duration {
    Duration::from_secs(HOUR).min(longest)
}

/// The field in which an own duration is typed.
pub(super) fn own_field() -> Id {
    Id::new("own duration of a shelf")
}

/// The choice in a row of buttons; those that are too long are disabled and say why. Whether one was
/// made, so that the keyboard can go on to the reason.
pub(super) fn shelf_ui(
    ui: &mut Ui,
    choice: &mut ShelfChoice,
    longest: Duration,
    whose: &str,
) -> bool {
    let mut is_chosen_now = false;
    let now = choice.duration(longest).ok().filter(|_| !choice.is_own);
    let mut offered: Vec<Duration> = OFFERED.map(Duration::from_secs).to_vec();
    if !offered.contains(&longest) {
        offered.push(longest);
    }
    offered.sort_unstable();
    ui.horizontal(|ui| {
        for duration in offered {
            let words = length(duration);
            let is_chosen = now == Some(duration);
            let is_allowed = duration <= longest;
            let button = Button::new(words.clone()).selected(is_chosen);
            let response = ui.add_enabled(is_allowed, button);
            response.widget_info(|| {
                let name = format!("For {words}");
                WidgetInfo::selected(WidgetType::RadioButton, is_allowed, is_chosen, name)
            });
            let most = format!("{whose} may be shelved for {} at most.", length(longest));
            if response.on_disabled_hover_text(most).clicked() {
                choice.offered = Some(duration);
                choice.is_own = false;
                is_chosen_now = true;
            }
        }
        let own = Button::new("Own").selected(choice.is_own);
        let own = ui.add(own);
        let field = TextEdit::singleline(&mut choice.own)
            .id(own_field())
            .hint_text("45 min")
            .desired_width(88.0);
        let field = ui.add(field);
        field.widget_info(|| WidgetInfo::labeled(WidgetType::TextEdit, true, "Own duration"));
        if own.clicked() {
            field.request_focus();
        }
        choice.is_own |= own.clicked() || field.changed();
    });
    ui.add_space(4.0);
    let until_clear = "Only until it clears, if that is sooner";
    is_chosen_now |= ui.checkbox(&mut choice.is_one_shot, until_clear).clicked();
    is_chosen_now
}

/// A duration as people type it: `45` (minutes), `45 min`, `2 h`, `1 h 30 min`, `1:30`. More than a
/// minute and at most a week.
pub fn parse_duration(text: &str) -> Option<Duration> {
    let text = text.trim().to_lowercase();
    let secs = if let Some((hours, minutes)) = text.split_once(':') {
        let (hours, minutes): (u64, u64) = (hours.parse().ok()?, minutes.parse().ok()?);
        (minutes < 60).then_some(())?;
        hours.checked_mul(HOUR)?.checked_add(minutes * MINUTE)?
    } else {
        parts(&text)?
    };
    (MINUTE..=7 * 24 * HOUR)
        .contains(&secs)
        .then(|| Duration::from_secs(secs))
}

/// The sum of `1 h 30 min`, seconds; a number without a unit is minutes.
fn parts(text: &str) -> Option<u64> {
    let mut secs = 0.0;
    let mut rest = text;
    while !rest.is_empty() {
        let (number, after) = split(rest, |c| c.is_ascii_digit() || c == '.');
        let (unit, after) = split(after, char::is_alphabetic);
        let unit = match unit {
            "" | "m" | "min" | "minute" | "minutes" => MINUTE,
            "h" | "hour" | "hours" => HOUR,
            "d" | "day" | "days" => 24 * HOUR,
            _ => return None,
        };
        secs += number.parse::<f64>().ok()? * unit as f64;
        rest = after;
    }
    Some(secs as u64)
}

/// What a text begins with, and the rest of it without the spaces between.
fn split(text: &str, is_of: impl Fn(char) -> bool) -> (&str, &str) {
    let end = text.find(|c| !is_of(c)).unwrap_or(text.len());
    let (begin, rest) = text.split_at_checked(end).unwrap_or((text, ""));
    (begin, rest.trim_start())
}

/// The longest for which all of these may be shelved, and the one that may not be for longer.
pub fn longest_shelf(farm: &Farm, alarms: &[AlarmId]) -> (Duration, String) {
    let longest = |id: &AlarmId| {
        let defined = farm.scene.and_then(|scene| defined(farm, scene, id));
        defined.map_or(AlarmDefinition::LONGEST_SHELF, |d| d.longest_shelf)
    };
    let shortest = alarms
        .iter()
        .map(|id| (longest(id), id.name.to_string()))
        .min();
    shortest.unwrap_or((AlarmDefinition::LONGEST_SHELF, String::new()))
}

/// What the scene, or the program, says of an alarm, whether or not it stands.
pub(in crate::panels) fn defined<'a>(
    farm: &Farm,
    scene: &'a Scene,
    id: &AlarmId,
) -> Option<&'a AlarmDefinition> {
    let stands = farm.desk.alarms.and_then(|alarms| alarms.of_id(id));
    if let Some(alarm) = stands {
        return definition(scene, alarm.source);
    }
    let rule = || {
        let rule = scene.rules.iter().find(|rule| rule.name == id.name)?;
        rule.alarm.as_ref()
    };
    let code = || {
        let codes = &scene.other_alarms.codes;
        Some(&codes.iter().find(|code| code.text == id.name)?.alarm)
    };
    let other = || match &*id.name {
        "No communication" => definition(scene, AlarmSource::Communication),
        "Data not updated" => definition(scene, AlarmSource::StaleData),
        name => {
            let trouble = Trouble::ALL.into_iter().find(|t| t.name() == name)?;
            definition(scene, AlarmSource::Trouble(trouble))
        }
    };
    rule().or_else(code).or_else(other)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn minutes(text: &str) -> Option<u64> {
        parse_duration(text).map(|d| d.as_secs() / MINUTE)
    }

    #[test]
    fn a_duration_is_read_as_people_type_it() {
        for (text, expected) in [
            ("45 min", 45),
            ("45m", 45),
            ("45", 45),
            ("2 h", 120),
            ("1.5h", 90),
            ("1 h 30 min", 90),
            ("1h30", 90),
            ("1:30", 90),
            ("1 day", 1_440),
        ] {
            assert_eq!(minutes(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_is_no_duration_or_ends_never_is_refused() {
        for text in [
            "",
            "soon",
            "0",
            "-5 min",
            "10 s",
            "1:75",
            "8 d",
            "h",
            "1e9 h",
            "9".repeat(40).as_str(),
        ] {
            assert_eq!(minutes(text), None, "{text}");
        }
    }

    #[test]
    fn a_choice_is_an_hour_or_what_is_allowed() {
        let choice = ShelfChoice::default();
        let hour = Duration::from_secs(HOUR);
        assert_eq!(choice.duration(8 * hour), Ok(hour));
        assert_eq!(choice.duration(hour / 2), Ok(hour / 2));
        let own = ShelfChoice {
            own: "3 h".to_owned(),
            is_own: true,
            ..ShelfChoice::default()
        };
        assert_eq!(own.duration(2 * hour), Err("At most 2 h.".to_owned()));
    }
}
