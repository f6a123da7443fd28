//! Columns that are worked out: gathered while expressions are compiled, then put into an order in
//! which each reads only what is there.

use std::cell::RefCell;
use std::sync::Arc;

use super::models::Models;
use crate::fleet::SignalColumn;
use crate::rules::{Computed, Formula, Wanted};
use crate::scene::model::ValueKind;
use crate::scene::problem::{Problem, Problems, quoted};
use crate::scene::source::Place;

/// The columns without a name, as expressions ask for them. Those that are worked out alike are one.
#[derive(Debug, Default)]
pub(super) struct Columns {
    gathered: RefCell<Gathered>,
}

#[derive(Debug, Default)]
struct Gathered {
    computed: Vec<Computed>,
    /// Where each is written, for those that have a name.
    places: Vec<Option<Place>>,
    /// Of the columns without a name.
    kinds: Vec<ValueKind>,
}

impl Columns {
    /// The column for values that an expression needs.
    ///
    /// # Errors
    /// Why there is none, as a sentence.
    pub fn of(&self, wanted: Wanted, models: &Models) -> Result<SignalColumn, String> {
        let mut gathered = self.gathered.borrow_mut();
        // Numbers that are given are known by their name: of some turbines there are none, and those
        // are like nothing.
        let is_given = matches!(wanted.formula, Formula::Given(_));
        let is_same = |known: &Computed| match &known.formula {
            Formula::Given(_) => is_given && known.source == wanted.source,
            formula => *formula == wanted.formula,
        };
        let known = gathered.computed.iter().zip(&gathered.places);
        let known = known.filter(|(_, place)| place.is_none());
        let known = known.map(|(c, _)| c).find(|c| is_same(c));
        if let Some(known) = known {
            return Ok(known.column);
        }
        let number = models.signals.len() + gathered.kinds.len();
        let Ok(number) = u16::try_from(number) else {
            return Err("There are more than 65,536 columns of values.".to_owned());
        };
        let column = SignalColumn(number);
        let has_all = |model: &crate::scene::model::Model| {
            let mut needs = wanted.needs.iter();
            needs.all(|&column| model.signal(column).is_some())
        };
        gathered.kinds.push(wanted.kind);
        gathered.places.push(None);
        gathered.computed.push(Computed {
            column,
            applies: models.list.iter().map(has_all).collect(),
            source: wanted.source,
            formula: wanted.formula,
        });
        Ok(column)
    }

    /// Adds a derived signal of a model.
    pub fn derive(&self, computed: Computed, place: Place) {
        let mut gathered = self.gathered.borrow_mut();
        gathered.computed.push(computed);
        gathered.places.push(Some(place));
    }

    /// The kinds of the columns without a name, and all that are worked out, each after those that it
    /// reads; tells of those that are worked out from themselves.
    pub fn in_order(
        self,
        models: &Models,
        problems: &mut Problems,
    ) -> (Vec<ValueKind>, Vec<Computed>) {
        let Gathered {
            computed,
            places,
            kinds,
        } = self.gathered.into_inner();
        let reads = dependencies(&computed);
        let mut waits: Vec<usize> = reads.iter().map(Vec::len).collect();
        let mut read_by: Vec<Vec<usize>> = vec![Vec::new(); computed.len()];
        for (at, reads) in reads.iter().enumerate() {
            for &read in reads {
                if let Some(by) = read_by.get_mut(read) {
                    by.push(at);
                }
            }
        }
        let mut order: Vec<usize> = (0..computed.len())
            .filter(|&at| waits.get(at) == Some(&0))
            .collect();
        let mut done = 0;
        loop {
            while let Some(&at) = order.get(done) {
                done += 1;
                for &by in read_by.get(at).into_iter().flatten() {
                    // Those of a cycle that was told wait no more.
                    if let Some(waits) = waits.get_mut(by).filter(|w| **w > 0) {
                        *waits -= 1;
                        if *waits == 0 {
                            order.push(by);
                        }
                    }
                }
            }
            // What still waits, waits for itself.
            let Some(first) = waits.iter().position(|&w| w > 0) else {
                break;
            };
            let cycle = cycle_from(first, &reads, &waits);
            tell(&cycle, &computed, &places, models, problems);
            for at in cycle {
                if let Some(waits) = waits.get_mut(at) {
                    *waits = 0;
                }
                order.push(at);
            }
        }
        let mut slots: Vec<Option<Computed>> = computed.into_iter().map(Some).collect();
        let order = order.into_iter();
        let computed = order.filter_map(|at| slots.get_mut(at)?.take());
        (kinds, computed.collect())
    }
}

/// The columns that a formula reads.
fn columns_read(formula: &Formula) -> &[SignalColumn] {
    match formula {
        Formula::Expression(program) => program.signals(),
        Formula::Given(_) => &[],
        Formula::Window { of, .. }
        | Formula::Held { of, .. }
        | Formula::Age { of }
        | Formula::Previous { of }
        | Formula::Across { of, .. } => std::slice::from_ref(of),
    }
}

/// For each column those that it reads, once each.
fn dependencies(computed: &[Computed]) -> Vec<Vec<usize>> {
    let mut writers: std::collections::HashMap<SignalColumn, Vec<usize>> = Default::default();
    for (at, one) in computed.iter().enumerate() {
        writers.entry(one.column).or_default().push(at);
    }
    let reads = |one: &Computed| {
        let is_across = matches!(one.formula, Formula::Across { .. });
        // What is of one turbine reads what is worked out for its model.
        let meets = |other: &Computed| {
            let mut both = one.applies.iter().zip(&other.applies);
            is_across || both.any(|(a, b)| *a && *b)
        };
        let columns = columns_read(&one.formula).iter();
        let writers = columns.filter_map(|column| writers.get(column)).flatten();
        writers
            .copied()
            .filter(|&at| computed.get(at).is_some_and(meets))
            .collect()
    };
    computed.iter().map(reads).collect()
}

/// A cycle that is reached from one that waits, through others that do.
fn cycle_from(first: usize, reads: &[Vec<usize>], waits: &[usize]) -> Vec<usize> {
    let mut path: Vec<usize> = Vec::new();
    let mut place = vec![usize::MAX; reads.len()];
    let mut at = first;
    loop {
        match place.get(at) {
            Some(&from) if from != usize::MAX => return path.split_off(from),
            _ => {}
        }
        if let Some(place) = place.get_mut(at) {
            *place = path.len();
        }
        path.push(at);
        let mut read = reads.get(at).into_iter().flatten();
        match read.find(|&&r| waits.get(r).is_some_and(|&w| w > 0)) {
            Some(&next) => at = next,
            None => return path,
        }
    }
}

fn tell(
    cycle: &[usize],
    computed: &[Computed],
    places: &[Option<Place>],
    models: &Models,
    problems: &mut Problems,
) {
    let name = |&at: &usize| {
        let column = computed.get(at)?.column;
        Some((at, models.signals.get(column.index())?))
    };
    let mut named: Vec<(usize, &Arc<str>)> = cycle.iter().filter_map(name).collect();
    // It begins with the one that is written first.
    let least = named.iter().enumerate().min_by_key(|(_, (at, _))| *at);
    let least = least.map_or(0, |(index, _)| index);
    named.rotate_left(least);
    let Some(&(first, first_name)) = named.first() else {
        return;
    };
    let Some(place) = places.get(first).cloned().flatten() else {
        return;
    };
    const MOST_TOLD: usize = 12;
    let mut chain: Vec<&str> = named.iter().take(MOST_TOLD).map(|(_, n)| &***n).collect();
    if named.len() > MOST_TOLD {
        chain.push("…");
    }
    chain.push(first_name);
    let message = format!(
        "{} is worked out from itself: {}",
        quoted(first_name),
        chain.join(" → ")
    );
    problems.push(Problem::error("cycle", place, message));
}
