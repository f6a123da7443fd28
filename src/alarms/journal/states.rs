//! The states that stand with the journal's last record, and how they change from record to record.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::super::{Alarm, AlarmId, AlarmKey, LaidAside};

/// A state as it is stored: its members that are not null.
pub(super) type State = Map<String, Value>;

/// What stands and what is laid aside.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct States {
    /// Every occurrence that stands.
    pub standing: BTreeMap<u64, (AlarmId, State)>,
    /// What people have laid aside.
    pub laid_aside: HashMap<AlarmId, State>,
    /// The occurrences of each alarm that stand.
    keys: HashMap<AlarmId, Vec<u64>>,
}

impl States {
    /// Sets or, with `None`, ends an occurrence.
    pub fn set_standing(&mut self, key: u64, id: &AlarmId, state: Option<State>) {
        let is_known = match state {
            Some(state) => {
                let before = self.standing.insert(key, (id.clone(), state));
                if before.is_none() {
                    self.keys.entry(id.clone()).or_default().push(key);
                }
                return;
            }
            None => self.standing.remove(&key).is_some(),
        };
        if let Some(keys) = self.keys.get_mut(id).filter(|_| is_known) {
            keys.retain(|other| *other != key);
            if keys.is_empty() {
                self.keys.remove(id);
            }
        }
    }

    /// Sets or, with `None`, ends what is laid aside of an alarm.
    pub fn set_laid_aside(&mut self, id: &AlarmId, state: Option<State>) {
        match state {
            Some(state) => self.laid_aside.insert(id.clone(), state),
            None => self.laid_aside.remove(id),
        };
    }

    /// The occurrences of an alarm that stand.
    pub fn keys_of(&self, id: &AlarmId) -> Vec<u64> {
        self.keys.get(id).cloned().unwrap_or_default()
    }

    /// Every alarm of which something stands or is laid aside.
    pub fn ids(&self) -> impl Iterator<Item = &AlarmId> {
        self.keys.keys().chain(self.laid_aside.keys())
    }

    /// Applies what a record says of the states; a patch that is none changes nothing.
    pub fn apply(&mut self, patch: &Value) {
        let members = |name: &str| patch.get(name).and_then(Value::as_object);
        for (key, change) in members("standing").into_iter().flatten() {
            let Ok(key) = key.parse() else { continue };
            let before = self.standing.get(&key).cloned();
            let after = change.as_object().map(|change| {
                let mut state = before.as_ref().map(|(_, s)| s.clone()).unwrap_or_default();
                merge(&mut state, change);
                state
            });
            let id = after.as_ref().and_then(id_of).or(before.map(|(id, _)| id));
            if let Some(id) = id {
                self.set_standing(key, &id, after);
            }
        }
        for (object, names) in members("laid_aside").into_iter().flatten() {
            for (name, change) in names.as_object().into_iter().flatten() {
                let id = AlarmId {
                    object: object.as_str().into(),
                    name: name.as_str().into(),
                };
                let after = change.as_object().map(|change| {
                    let mut state = self.laid_aside.get(&id).cloned().unwrap_or_default();
                    merge(&mut state, change);
                    state
                });
                self.set_laid_aside(&id, after);
            }
        }
    }
}

/// Gathers what one record says of the states: how they were before it, where it changes them.
#[derive(Debug, Default)]
pub(super) struct Patch {
    standing: BTreeMap<u64, Option<State>>,
    laid_aside: BTreeMap<AlarmId, Option<State>>,
}

impl Patch {
    /// Takes an occurrence to `after`, or ends it. Whether that is a change.
    pub fn occurrence(
        &mut self,
        states: &mut States,
        key: u64,
        id: &AlarmId,
        after: Option<State>,
    ) -> bool {
        let before = states.standing.get(&key).map(|(_, state)| state);
        if before == after.as_ref() {
            return false;
        }
        self.standing.entry(key).or_insert_with(|| before.cloned());
        states.set_standing(key, id, after);
        true
    }

    /// The same for what is laid aside of an alarm.
    pub fn laid_aside(&mut self, states: &mut States, id: &AlarmId, after: Option<State>) -> bool {
        let before = states.laid_aside.get(id);
        if before == after.as_ref() {
            return false;
        }
        let entry = self.laid_aside.entry(id.clone());
        entry.or_insert_with(|| before.cloned());
        states.set_laid_aside(id, after);
        true
    }

    /// As text, if it says anything.
    pub fn text(self, states: &States) -> Option<String> {
        let mut standing = Map::new();
        for (key, before) in self.standing {
            let after = states.standing.get(&key).map(|(_, state)| state);
            if let Some(change) = change(before.as_ref(), after) {
                standing.insert(key.to_string(), change);
            }
        }
        let mut laid_aside = Map::new();
        for (id, before) in self.laid_aside {
            let Some(change) = change(before.as_ref(), states.laid_aside.get(&id)) else {
                continue;
            };
            let names = laid_aside.entry(&*id.object);
            let names = names.or_insert_with(|| Value::Object(Map::new()));
            if let Value::Object(names) = names {
                names.insert(id.name.to_string(), change);
            }
        }
        let mut members = Map::new();
        for (name, of) in [("standing", standing), ("laid_aside", laid_aside)] {
            if !of.is_empty() {
                members.insert(name.to_owned(), Value::Object(of));
            }
        }
        (!members.is_empty()).then(|| Value::Object(members).to_string())
    }
}

/// An occurrence as it is stored.
pub(super) fn of_alarm(alarm: &Alarm) -> State {
    object(serde_json::to_value(alarm))
}

/// What is laid aside of an alarm as it is stored.
pub(super) fn of_laid_aside(laid: &LaidAside) -> State {
    let (shelf, out_of_service) = (&laid.shelf, &laid.out_of_service);
    object(Ok(
        json!({ "shelf": shelf, "out_of_service": out_of_service }),
    ))
}

/// An occurrence back from what was stored.
pub(super) fn to_alarm(state: &State) -> Result<Alarm, serde_json::Error> {
    serde_json::from_value(Value::Object(state.clone()))
}

/// What is laid aside back from what was stored.
pub(super) fn to_laid_aside(state: &State) -> Result<LaidAside, serde_json::Error> {
    let part = |name: &str| state.get(name).cloned().unwrap_or_default();
    Ok(LaidAside {
        shelf: serde_json::from_value(part("shelf"))?,
        out_of_service: serde_json::from_value(part("out_of_service"))?,
    })
}

/// The key that an occurrence was stored with.
pub(super) fn key_of(alarm: &Alarm) -> u64 {
    let AlarmKey(key) = alarm.key;
    key
}

fn object(value: Result<Value, serde_json::Error>) -> State {
    match value {
        Ok(Value::Object(members)) => without_nulls(members),
        // Neither type can fail to be written: all their keys are texts.
        _ => Map::new(),
    }
}

/// A merge patch cannot say null: what is null is left out, all the way down.
fn without_nulls(members: State) -> State {
    let keep = |(name, value)| match value {
        Value::Null => None,
        Value::Object(inner) => Some((name, Value::Object(without_nulls(inner)))),
        value => Some((name, value)),
    };
    members.into_iter().filter_map(keep).collect()
}

fn id_of(state: &State) -> Option<AlarmId> {
    let text = |name: &str| -> Option<Arc<str>> { Some(state.get(name)?.as_str()?.into()) };
    Some(AlarmId {
        object: text("turbine_id")?,
        name: text("name")?,
    })
}

/// The merge patch from one to the other; `None` where they are the same.
fn change(before: Option<&State>, after: Option<&State>) -> Option<Value> {
    match (before, after) {
        (None, None) => None,
        (Some(_), None) => Some(Value::Null),
        (None, Some(after)) => Some(Value::Object(after.clone())),
        (Some(before), Some(after)) if before == after => None,
        (Some(before), Some(after)) => Some(Value::Object(difference(before, after))),
    }
}

fn difference(before: &State, after: &State) -> State {
    let mut patch = Map::new();
    for (name, value) in after {
        match (before.get(name), value) {
            (Some(same), value) if same == value => {}
            (Some(Value::Object(from)), Value::Object(to)) => {
                patch.insert(name.clone(), Value::Object(difference(from, to)));
            }
            (_, value) => drop(patch.insert(name.clone(), value.clone())),
        }
    }
    for name in before.keys().filter(|name| !after.contains_key(*name)) {
        patch.insert(name.clone(), Value::Null);
    }
    patch
}

/// RFC 7386.
fn merge(state: &mut State, patch: &State) {
    for (name, value) in patch {
        match (state.get_mut(name), value) {
            (_, Value::Null) => drop(state.remove(name)),
            (Some(Value::Object(inner)), Value::Object(patch)) => merge(inner, patch),
            (_, Value::Object(patch)) => {
                let mut inner = Map::new();
                merge(&mut inner, patch);
                state.insert(name.clone(), Value::Object(inner));
            }
            (_, value) => drop(state.insert(name.clone(), value.clone())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn tree() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            any::<bool>().prop_map(Value::from),
            (0..4_i64).prop_map(Value::from),
            prop::collection::vec(0..3_i64, 0..3).prop_map(Value::from),
        ];
        leaf.prop_recursive(3, 12, 3, |inner| {
            prop::collection::btree_map("[a-c]", inner, 0..3)
                .prop_map(|members| Value::Object(members.into_iter().collect()))
        })
    }

    fn state() -> impl Strategy<Value = State> {
        prop::collection::btree_map("[a-c]", tree(), 0..3).prop_map(|m| m.into_iter().collect())
    }

    proptest! {
        #[test]
        fn a_difference_leads_from_one_state_to_the_other(before in state(), after in state()) {
            let mut merged = before.clone();
            merge(&mut merged, &difference(&before, &after));
            prop_assert_eq!(merged, after);
        }
    }
}
