//! Colours that are taken for each other, or for the turbine, the sea or the land.

use std::collections::HashMap;

use bevy::color::{ColorToComponents as _, ColorToPacked as _, LinearRgba, Srgba};

use super::Lints;
use crate::scene::model::{Foundation, Ground, Priority, Rule, Surface};
use crate::scene::problem::{Problem, quoted};
use crate::theme::{Hour, Sight, Theme, Variant, difference};

/// Colours nearer than this in `OKLab` are one colour at a glance.
const ALIKE: f64 = 0.05;
/// The same for eyes that lack cones, for which every colour on the screen is nearer to the others.
const ALIKE_TO_SOME: f64 = 0.075;
/// A rule's colour must be told from the bare turbine.
const LIKE_TURBINE: f64 = 0.05;
/// An alarm's must be seen from afar, before the ground.
const LIKE_GROUND: f64 = 0.08;
/// So many colours of so many priorities are compared with each other.
const MOST_MEANINGS: usize = 128;

/// What a colour says.
type Meaning = Option<Priority>;

pub(super) fn lint(lints: &mut Lints<'_>) {
    let mut found = Vec::new();
    // The first rule of each colour and meaning.
    let mut meanings: Vec<([u8; 3], Meaning, &Rule)> = Vec::new();
    let mut by_color: HashMap<[u8; 3], Vec<&Rule>> = HashMap::new();
    for reading in &lints.readings {
        let Some(rule) = lints.rule(reading.index) else {
            continue;
        };
        let Some(color) = rule.color.as_ref().and_then(|c| c.fixed()) else {
            continue;
        };
        let meaning = rule.alarm.as_ref().map(|a| a.priority);
        let same = by_color.entry(color).or_default();
        if meaning.is_none() {
            found.extend(same_state(lints, same, rule));
        }
        same.push(rule);
        let is_known = meanings
            .iter()
            .any(|(c, m, _)| (*c, *m) == (color, meaning));
        if !is_known && meanings.len() < MOST_MEANINGS {
            let other = meanings
                .iter()
                .filter(|(_, m, _)| *m != meaning)
                .filter_map(|(c, m, other)| Some((alike(*c, color)?, *m, *other)))
                .next();
            if let Some((to_whom, other_meaning, other)) = other {
                let about = (rule, meaning, other, other_meaning);
                found.push(alike_problem(lints, about, to_whom));
            }
            meanings.push((color, meaning, rule));
        }
        if lints.is_for_turbines(rule) {
            found.extend(faint(lints, rule, color));
        }
    }
    found.into_iter().for_each(|problem| lints.tell(problem));
}

/// To whom two colours look alike.
fn alike(a: [u8; 3], b: [u8; 3]) -> Option<&'static str> {
    if a == b {
        return Some("the same");
    }
    if difference(a, b, Sight::Full) < ALIKE {
        return Some("hardly to be told from it");
    }
    let by = |sight: &&Sight| difference(a, b, **sight) < ALIKE_TO_SOME;
    Sight::DEFICIENT.iter().find(by).map(|sight| match sight {
        Sight::Tritanopia => "alike to people who see blue and green alike",
        _ => "alike to people who see red and green alike",
    })
}

fn meaning_in_words(meaning: Meaning) -> String {
    match meaning {
        Some(priority) => format!("an alarm of priority {}", priority.name()),
        None => "no alarm".to_owned(),
    }
}

fn alike_problem(
    lints: &Lints<'_>,
    (rule, meaning, other, other_meaning): (&Rule, Meaning, &Rule, Meaning),
    to_whom: &str,
) -> Problem {
    let message = format!(
        "the colours of {}, {}, and of {}, {}, are {}",
        quoted(&other.name),
        meaning_in_words(other_meaning),
        quoted(&rule.name),
        meaning_in_words(meaning),
        to_whom.replace("hardly to be told from it", "hardly to be told apart"),
    );
    let help = "one colour for each priority, and none of them for what is no alarm: #c4122f critical, \
                #e0700c high, #d9a800 medium, #7b4fb5 low";
    let problem = Problem::warning("colors-alike", lints.place(rule, "color"), message).help(help);
    problem.label(lints.place(other, "color"), "the other")
}

/// Two states that are no alarms and look the same on the same surface.
fn same_state(lints: &Lints<'_>, same: &[&Rule], rule: &Rule) -> Option<Problem> {
    let bits = |rule: &Rule| -> Vec<Surface> {
        match rule.part {
            Some(part) => part.surfaces().to_vec(),
            None => Surface::ALL.iter().map(|(surface, _)| *surface).collect(),
        }
    };
    let own = bits(rule);
    let meets = |other: &&&Rule| {
        let models = other.applies.iter().zip(&rule.applies);
        let is_together = lints.is_for_turbines(other) && lints.is_for_turbines(rule);
        is_together
            && other.alarm.is_none()
            && other.icon == rule.icon
            && other.part == rule.part
            && models.into_iter().any(|(a, b)| *a && *b)
            && bits(other).iter().any(|s| own.contains(s))
    };
    // With many rules of one colour the first ones are enough to tell.
    let other = same.iter().take(MOST_MEANINGS).find(meets)?;
    let message = format!(
        "{} and {} look the same: one colour, on the same part, without an icon to tell them apart",
        quoted(&other.name),
        quoted(&rule.name)
    );
    let help = "give them other colours or icons, or make one rule of them with `||`";
    let problem = Problem::warning("colors-alike", lints.place(rule, "color"), message).help(help);
    Some(problem.label(lints.place(other, "color"), "the other"))
}

/// A colour that is hardly seen on the turbine, or as an alarm before the ground.
fn faint(lints: &Lints<'_>, rule: &Rule, color: [u8; 3]) -> Option<Problem> {
    let ground = lints.scene.site.ground;
    let foundation = match ground {
        Ground::Sea => Foundation::Monopile,
        Ground::Land => Foundation::Land,
    };
    let outside = match rule.part {
        Some(part) => part
            .surfaces()
            .iter()
            .copied()
            .filter(|s| s.is_outside())
            .collect(),
        None => vec![Surface::Tower],
    };
    let mut like = None;
    for (variant, theme) in [(Variant::Light, "light"), (Variant::Dark, "dark")] {
        let tokens = Theme::new(variant);
        for &surface in &outside {
            let c = tokens.surface(surface, foundation);
            let apart = difference(color, [c.r(), c.g(), c.b()], Sight::Full);
            if apart < LIKE_TURBINE {
                like = like.or(Some(format!("the bare turbine in the {theme} theme")));
            }
        }
        if rule.alarm.is_none() {
            continue;
        }
        for (sun_deg, time) in [(40.0, "by day"), (-20.0, "at night")] {
            let hour = Hour::at(variant, sun_deg);
            let (under, name) = match ground {
                Ground::Sea => (hour.sea, "sea"),
                Ground::Land => (hour.land, "land"),
            };
            let [r, g, b, _] = Srgba::from(LinearRgba::from_vec3(under)).to_u8_array();
            if difference(color, [r, g, b], Sight::Full) < LIKE_GROUND {
                like = like.or(Some(format!("the {name} {time} in the {theme} theme")));
            }
        }
    }
    let message = format!(
        "the colour of {} is hardly to be told from {}",
        quoted(&rule.name),
        like?
    );
    let help = "take one with more contrast or more saturation";
    Some(Problem::warning("low-contrast", lints.place(rule, "color"), message).help(help))
}
