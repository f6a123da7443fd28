//! Whether a column of one scene is that of another, so that a reload forgets nothing.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::mem::discriminant;
use std::sync::Arc;

use super::Formula;
use super::members::Members;
use crate::fleet::SignalColumn;
use crate::scene::{Scene, ValueKind};

/// What each computed column of a scene is, as a number that is the same for the same definition in
/// another scene, wherever its columns are.
pub(super) fn identities(scene: &Scene) -> Vec<u64> {
    let mut identities: Vec<u64> = Vec::with_capacity(scene.computed.len());
    for computed in &scene.computed {
        let mut hasher = DefaultHasher::new();
        let input = |column: SignalColumn, hasher: &mut DefaultHasher| {
            hash_input(scene, &identities, &computed.applies, column, hasher);
        };
        discriminant(&computed.formula).hash(&mut hasher);
        match &computed.formula {
            Formula::Expression(program) => {
                program.hash_steps(&mut hasher);
                for column in program.signals() {
                    input(*column, &mut hasher);
                }
            }
            Formula::Given(values) => {
                for value in values.iter() {
                    value.to_bits().hash(&mut hasher);
                }
            }
            Formula::Window {
                statistic,
                of,
                over,
            } => {
                (statistic, over).hash(&mut hasher);
                input(*of, &mut hasher);
            }
            Formula::Held { of, over } => {
                over.hash(&mut hasher);
                input(*of, &mut hasher);
            }
            Formula::Age { of } | Formula::Previous { of } => input(*of, &mut hasher),
            Formula::Across {
                statistic,
                of,
                nearest,
            } => {
                (statistic, nearest).hash(&mut hasher);
                input(*of, &mut hasher);
            }
        }
        identities.push(hasher.finish());
    }
    identities
}

fn hash_input(
    scene: &Scene,
    identities: &[u64],
    applies: &[bool],
    column: SignalColumn,
    hasher: &mut DefaultHasher,
) {
    // By its place a column without a name is told by what works it out.
    scene.signals.get(column.index()).hash(hasher);
    let kind = scene.kinds.get(column.index());
    kind.hash(hasher);
    if kind == Some(&ValueKind::Text) {
        // A text's number means nothing in another scene's table of texts.
        Arc::as_ptr(&scene.texts).hash(hasher);
    }
    let before = scene.computed.iter().zip(identities);
    for (_, identity) in before.filter(|(c, _)| c.column == column && overlap(&c.applies, applies))
    {
        identity.hash(hasher);
    }
    for (model, _) in scene.models.iter().zip(applies).filter(|(_, a)| **a) {
        if let Some(signal) = model.signal(column) {
            (&signal.unit, &signal.field).hash(hasher);
            format!("{:?}", signal.conversion).hash(hasher);
        }
    }
}

/// Whether there is a model to which both apply.
pub(super) fn overlap(a: &[bool], b: &[bool]) -> bool {
    a.iter().zip(b).any(|(a, b)| *a && *b)
}

/// From where to where the state of turbines moves.
#[derive(Debug)]
pub(super) enum Moves {
    /// Every turbine keeps its place.
    None,
    /// Places now and before.
    Some(Vec<(usize, usize)>),
}

impl Moves {
    /// Those of the turbines that two scenes name alike.
    pub fn between(old: (&Scene, &Members), new: (&Scene, &Members)) -> Self {
        let ids = |(scene, members): (&Scene, &Members)| -> Vec<Arc<str>> {
            let turbines = members.rows().filter_map(|row| scene.turbine(row));
            turbines.map(|t| Arc::clone(&t.id)).collect()
        };
        let (before, now) = (ids(old), ids(new));
        if before == now {
            return Self::None;
        }
        let place_of: HashMap<&str, usize> = before.iter().map(Arc::as_ref).zip(0..).collect();
        let places = now.iter().enumerate();
        let moves = places.filter_map(|(place, id)| Some((place, *place_of.get(id.as_ref())?)));
        Self::Some(moves.collect())
    }

    /// Copies what is kept a turbine.
    pub fn copy<T: Copy>(&self, to: &mut [T], from: &[T]) {
        match self {
            Self::None => to.iter_mut().zip(from).for_each(|(to, from)| *to = *from),
            Self::Some(places) => {
                for &(place, before) in places {
                    if let (Some(to), Some(from)) = (to.get_mut(place), from.get(before)) {
                        *to = *from;
                    }
                }
            }
        }
    }
}
