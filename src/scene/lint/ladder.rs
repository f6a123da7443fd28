//! Ladders: rules that divide the values of one signal into bands, and what lies between or twice in them.

use std::collections::{BTreeMap, HashSet};

use super::covered::kinds;
use super::{Lints, with_unit};
use crate::rules::analysis::Spans;
use crate::scene::model::{Part, Rule, ValueKind};
use crate::scene::problem::{Problem, quoted};

/// A band is compared with so many that begin above it.
const MOST_NEIGHBOURS: usize = 8;

#[derive(Clone)]
struct Band {
    rule: usize,
    spans: Spans,
}

pub(super) fn lint(lints: &mut Lints<'_>) {
    let Some(kinds) = kinds(lints) else { return };
    let mut told = HashSet::new();
    let mut found = Vec::new();
    let is_entity = |model: &usize| lints.scene.models.get(*model).is_some_and(|m| m.is_entity);
    // Of the lists of rules that nodes name nothing is claimed.
    let of_turbines: Vec<usize> = kinds.into_iter().filter(|m| !is_entity(m)).collect();
    for model in of_turbines {
        for bands in ladders(lints, model).into_values() {
            for (low, high) in overlaps(&bands) {
                if told.insert((low.rule, high.rule)) {
                    found.extend(overlap(lints, low, high));
                }
            }
            for (low, high) in gaps(&bands) {
                if told.insert((low.rule, high.rule)) {
                    found.extend(gap(lints, low, high));
                }
            }
        }
    }
    found.into_iter().for_each(|problem| lints.tell(problem));
}

/// Rules that show something of one part by one signal alone, for one kind of model, from low to high.
fn ladders(lints: &Lints<'_>, model: usize) -> BTreeMap<(Option<Part>, u32), Vec<Band>> {
    let mut ladders: BTreeMap<(Option<Part>, u32), Vec<Band>> = BTreeMap::new();
    for reading in &lints.readings {
        let Some(rule) = lints.rule(reading.index) else {
            continue;
        };
        let shows = rule.color.is_some() || rule.alarm.is_some();
        if !shows || rule.applies.get(model) != Some(&true) {
            continue;
        }
        let single = reading.when.0.holds.as_ref().and_then(|c| c.single_axis());
        let Some((axis, spans)) = single else {
            continue;
        };
        let is_number = (lints.analysis.axis(axis))
            .is_some_and(|a| a.signal.is_some() && a.kind == ValueKind::Number);
        if is_number && spans.pieces() == 1 {
            ladders.entry((rule.part, axis)).or_default().push(Band {
                rule: reading.index,
                spans: spans.clone(),
            });
        }
    }
    for bands in ladders.values_mut() {
        bands.sort_by(|a, b| {
            let (a, b) = (&a.spans, &b.spans);
            if a.begins_below(b) || (!b.begins_below(a) && a.ends_below(b)) {
                std::cmp::Ordering::Less
            } else if b.begins_below(a) || b.ends_below(a) {
                std::cmp::Ordering::Greater
            } else {
                std::cmp::Ordering::Equal
            }
        });
    }
    ladders
}

/// Pairs that share values though neither lies within the other.
fn overlaps(bands: &[Band]) -> Vec<(&Band, &Band)> {
    let mut pairs = Vec::new();
    for (at, low) in bands.iter().enumerate() {
        for high in bands.iter().skip(at + 1).take(MOST_NEIGHBOURS) {
            let shared = low.spans.and(&high.spans);
            // A single number in both is no mistake: the first rule has it.
            let is_wide = shared.ends().is_some_and(|(from, to)| from < to);
            if is_wide && low.spans.begins_below(&high.spans) && low.spans.ends_below(&high.spans) {
                pairs.push((low, high));
            }
        }
    }
    pairs
}

/// Pairs between which values lie that no band has, though they look as if they should meet.
fn gaps(bands: &[Band]) -> Vec<(&Band, &Band)> {
    let mut pairs = Vec::new();
    let mut highest: Option<&Band> = None;
    for band in bands {
        if let Some(below) = highest {
            let between = below.spans.up_to(&band.spans);
            if let Some((from, to)) = between.ends() {
                let is_point = from >= to;
                let narrowest = width(&below.spans).min(width(&band.spans));
                if is_point || to - from < narrowest && narrowest.is_finite() {
                    pairs.push((below, band));
                }
            }
        }
        if highest.is_none_or(|h| h.spans.ends_below(&band.spans)) {
            highest = Some(band);
        }
    }
    pairs
}

fn width(spans: &Spans) -> f64 {
    spans.ends().map_or(0.0, |(from, to)| to - from)
}

fn overlap(lints: &Lints<'_>, low: &Band, high: &Band) -> Option<Problem> {
    let (below, above) = (lints.rule(low.rule)?, lints.rule(high.rule)?);
    let shared = low.spans.and(&high.spans);
    let (first, second) = if low.rule < high.rule {
        (below, above)
    } else {
        (above, below)
    };
    let message = format!(
        "{} and {} both hold for `{}` {}: the first gives the colour",
        quoted(&first.name),
        quoted(&second.name),
        signal_of(lints, second),
        shared.in_words(),
    );
    let help = "let one band end where the next begins";
    let problem = Problem::warning("band-overlap", lints.place(second, "when"), message).help(help);
    Some(problem.label(lints.place(first, "when"), "the first"))
}

fn gap(lints: &Lints<'_>, low: &Band, high: &Band) -> Option<Problem> {
    let (below, above) = (lints.rule(low.rule)?, lints.rule(high.rule)?);
    let between = low.spans.up_to(&high.spans);
    let (from, to) = between.ends()?;
    let column = above.when.program.signals().first().copied()?;
    if let Some((_, [least, most])) = lints.normal(above, column) {
        // The turbine is well there: no band is missing.
        let normal = to.min(most) - from.max(least);
        if from < to && normal > 0.5 * (to - from) {
            return None;
        }
    }
    let unit = lints
        .models_of(above)
        .find_map(|m| m.signal(column))
        .map_or("", |s| s.unit.as_str());
    let message = format!(
        "between {} and {} no rule holds for `{}` {}",
        quoted(&below.name),
        quoted(&above.name),
        lints.name_of(column),
        between.in_words(),
    );
    let help = match from < to {
        true => "let one band end where the next begins".to_owned(),
        false => format!(
            "let one of them include {}: <= or >=",
            with_unit(from, unit)
        ),
    };
    let (later, earlier) = if low.rule < high.rule {
        (above, below)
    } else {
        (below, above)
    };
    let problem = Problem::warning("band-gap", lints.place(later, "when"), message).help(help);
    Some(problem.label(lints.place(earlier, "when"), "the band beside it"))
}

fn signal_of<'a>(lints: &Lints<'a>, rule: &Rule) -> &'a str {
    let column = rule.when.program.signals().first();
    column.map_or("", |c| lints.name_of(*c))
}
