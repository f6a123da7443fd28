//! Which signals of a turbine can fall silent, which of them have, and how that is said.

use std::time::Duration;

use crate::alarms::{AlarmSource, Source};
use crate::fleet::{Fleet, Quality, SignalColumn, TurbineRow};
use crate::scene::{Model, Scene};
use crate::wording;

/// More signals that have stopped are counted, not named.
const MOST_NAMED: usize = 3;

/// The signals of a model that are heard and that can become stale.
#[derive(Debug, Default)]
pub(super) struct Ageing {
    columns: Vec<SignalColumn>,
    /// The shortest time in which one of them is stale: a turbine that speaks has spoken by then.
    pub patience: Option<Duration>,
}

/// How many signals of a row are heard, and how many have stopped.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Heard {
    pub fresh: usize,
    pub stale: usize,
}

impl Ageing {
    pub fn of(scene: &Scene, model: &Model) -> Self {
        let heard = model.signals.iter().filter(|s| s.expression.is_none());
        let ageing = heard.filter(|s| scene.stale_after(s) < Duration::MAX);
        Self {
            columns: ageing.clone().map(|s| s.column).collect(),
            patience: ageing.map(|s| scene.stale_after(s)).min(),
        }
    }

    /// What is heard of a row of this model.
    pub fn heard(&self, fleet: &Fleet, row: TurbineRow) -> Heard {
        let mut heard = Heard::default();
        for column in &self.columns {
            match fleet.heard_quality(row, *column) {
                Some(Quality::Good | Quality::Uncertain | Quality::Bad) => heard.fresh += 1,
                Some(Quality::Stale) => heard.stale += 1,
                Some(Quality::Missing) | None => {}
            }
        }
        heard
    }
}

/// What is silent at a turbine, and for how long: `no data for 42 s`,
/// `gearbox_oil_temperature: no data for 42 s`. Empty for other sources.
pub(super) fn words(scene: &Scene, fleet: &Fleet, (source, row): Source, now_ms: i64) -> String {
    let Some(model) = scene.model_of(row) else {
        return String::new();
    };
    // The newest last word, and what has stopped with its last word.
    let mut last_ms: Option<i64> = None;
    let mut stopped: Vec<(i64, &str)> = Vec::new();
    for signal in model.signals.iter().filter(|s| s.expression.is_none()) {
        let Some(cell) = fleet.cell(row, signal.column) else {
            continue;
        };
        if cell.quality != Quality::Missing {
            last_ms = last_ms.max(Some(cell.arrival_ms));
        }
        if cell.quality == Quality::Stale {
            stopped.push((cell.arrival_ms, &*signal.name));
        }
    }
    match source {
        AlarmSource::Communication => last_ms.map_or("no data yet".to_owned(), |last_ms| {
            format!("no data for {}", wording::lasting(now_ms - last_ms))
        }),
        AlarmSource::StaleData => stopped_words(stopped, now_ms),
        _ => String::new(),
    }
}

/// Which have stopped, the last one first: with them something may have gone wrong just now.
fn stopped_words(mut stopped: Vec<(i64, &str)>, now_ms: i64) -> String {
    stopped.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(b.1)));
    let Some(&(last_ms, _)) = stopped.first() else {
        return String::new();
    };
    let names: Vec<&str> = stopped.iter().map(|s| s.1).take(MOST_NAMED).collect();
    let more = match stopped.len().saturating_sub(MOST_NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let (names, lasting) = (names.join(", "), wording::lasting(now_ms - last_ms));
    format!("{names}{more}: no data for {lasting}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_signals_that_stopped_are_named_and_the_others_counted() {
        let stopped = |names: &[&'static str]| -> Vec<(i64, &str)> {
            names.iter().map(|name| (1_000, *name)).collect()
        };
        let one = stopped_words(stopped(&["oil"]), 43_000);
        assert_eq!(one, "oil: no data for 42 s");
        let many = stopped_words(stopped(&["e", "d", "c", "b", "a"]), 43_000);
        assert_eq!(many, "a, b, c and 2 more: no data for 42 s");
        assert_eq!(stopped_words(Vec::new(), 0), "");
    }

    #[test]
    fn what_stopped_last_is_named_first() {
        let stopped = vec![(1_000, "old"), (40_000, "new")];
        assert_eq!(stopped_words(stopped, 82_000), "new, old: no data for 42 s");
    }
}
