//! The turbines' own alarm codes: what their signals say becomes alarms of the scene's tables.
//!
//! Only rows that changed are looked at, and of those only what their code signals say.

use std::collections::HashMap;
use std::sync::Arc;

use bevy::prelude::*;

use super::ReadAnew;
use crate::alarms::{AlarmSet, AlarmSource, Condition, Reading, Readings, Source};
use crate::fleet::{Fleet, TurbineRow};
use crate::rules::Texts;
use crate::scene::{
    ActiveCodes, ActiveScene, CodeTable, EVERY_OTHER_CODE, Scene, SceneReplaced, ValueKind,
};

/// More unknown codes than this are counted, not named.
const MOST_NAMED: usize = 5;

/// Stands for unknown codes of which it is only known that there were some.
const NOT_KNOWN: &str = "";

pub(super) fn plugin(app: &mut App) {
    app.init_resource::<Codes>()
        .add_systems(Update, watch.in_set(AlarmSet::Watch));
}

/// What was told of the turbines that send codes.
#[derive(Resource, Debug, Default)]
struct Codes {
    /// The scene's generation that the rest is of.
    generation: u64,
    /// By table and row; nothing where no code is active.
    active: HashMap<(u16, TurbineRow), Active>,
    /// Alarms of unknown codes that are over for a frame, because another code has come.
    renewed: Vec<(u16, TurbineRow)>,
}

/// The codes of a turbine that are active.
#[derive(Debug, Clone, Default)]
struct Active {
    /// The bits of the value that says so; `None` while it is not known.
    value: Option<u64>,
    codes: ActiveCodes,
}

fn watch(
    active: Option<Res<ActiveScene>>,
    fleet: Res<Fleet>,
    mut replaced: MessageReader<SceneReplaced>,
    mut anew: MessageReader<ReadAnew>,
    mut codes: ResMut<Codes>,
    mut readings: ResMut<Readings>,
) {
    let mut replaced = replaced.read().cloned();
    let previous = replaced.next().and_then(|first| first.previous);
    replaced.for_each(drop);
    let Some(active) = active else { return };
    let (scene, fleet) = (&*active.scene, &*fleet);
    let mut eye = Eye {
        scene,
        fleet,
        codes: &mut codes,
        out: &mut readings.0,
    };
    for (table, row) in std::mem::take(&mut eye.codes.renewed) {
        eye.renew(table, row);
    }
    if eye.codes.generation != active.generation {
        eye.codes.generation = active.generation;
        eye.follow_scene(previous.as_deref());
        let rows = || (0..scene.turbines.len() as u32).map(TurbineRow);
        for (table, at) in scene.other_alarms.tables.iter().zip(0..) {
            rows().for_each(|row| eye.look(table, at, row));
        }
    } else {
        for (table, at) in scene.other_alarms.tables.iter().zip(0..) {
            if fleet.is_changed(table.signal) {
                let rows = fleet.dirty_rows();
                rows.iter().for_each(|row| eye.look(table, at, *row));
            }
        }
    }
    for source in anew.read().flat_map(|anew| &anew.0) {
        eye.tell_anew(*source);
    }
}

/// Looks at what a turbine's signals say.
struct Eye<'a> {
    scene: &'a Scene,
    fleet: &'a Fleet,
    codes: &'a mut Codes,
    out: &'a mut Vec<Reading>,
}

impl Eye<'_> {
    /// Alarms that were told of move with their turbines and codes. Whether they still are the case
    /// is not known before their signals are looked at.
    fn follow_scene(&mut self, previous: Option<&Scene>) {
        self.codes.renewed.clear();
        let before = std::mem::take(&mut self.codes.active);
        let Some(previous) = previous else { return };
        let (old, new) = (&previous.other_alarms, &self.scene.other_alarms);
        let rows = self.scene.turbines.iter().zip(0..);
        let rows: HashMap<&str, TurbineRow> = rows
            .map(|(turbine, row)| (turbine.id.as_ref(), TurbineRow(row)))
            .collect();
        let places = new.codes.iter().zip(0..);
        let places: HashMap<(&str, &str), u16> = places
            .map(|(code, at)| ((&*code.table, &*code.text), at))
            .collect();
        for ((table, row), active) in before {
            let id = previous.turbine(row).map(|turbine| turbine.id.as_ref());
            let row = id.and_then(|id| rows.get(id));
            let (Some(&row), Some(table)) = (row, old.tables.get(usize::from(table))) else {
                continue;
            };
            for alarm in active.alarms(table) {
                let code = old.codes.get(usize::from(alarm));
                let place = code.and_then(|c| places.get(&(&*c.table, &*c.text)));
                let Some((&alarm, at)) = place.and_then(|at| Some((at, self.table_of(*at)?)))
                else {
                    continue;
                };
                self.tell(alarm, row, Condition::Unknown, String::new());
                let kept = self.codes.active.entry((at, row)).or_default();
                if table.unknown.is_some() && code.is_some_and(|c| &*c.code == EVERY_OTHER_CODE) {
                    kept.codes.unknown.clone_from(&active.codes.unknown);
                } else {
                    kept.codes.known.push(alarm);
                }
            }
        }
    }

    /// The table in which a code stands.
    fn table_of(&self, alarm: u16) -> Option<u16> {
        let alarms = &self.scene.other_alarms;
        let code = alarms.codes.get(usize::from(alarm))?;
        let mut tables = alarms.tables.iter();
        let at = tables.position(|t| t.signal == code.signal && t.applies == code.applies)?;
        u16::try_from(at).ok()
    }

    fn look(&mut self, table: &CodeTable, at: u16, row: TurbineRow) {
        let key = (at, row);
        let value = self.fleet.usable(row, table.signal);
        // A list that was forgotten before it was looked at tells nothing.
        let is_read =
            |v: &f64| !is_text(self.scene, table) || text_of(&self.scene.texts, *v).is_some();
        let value = value.filter(is_read);
        let was = self.codes.active.get(&key);
        if was.map_or(
            value.is_none_or(|v| v == 0.0 && !is_text(self.scene, table)),
            |was| was.value == value.map(f64::to_bits),
        ) {
            return;
        }
        let sends = self.scene.turbine(row).map(|t| table.applies.get(t.model));
        if sends != Some(Some(&true)) {
            return;
        }
        let mut was = self.codes.active.remove(&key).unwrap_or_default();
        let Some(value) = value else {
            was.value = None;
            for code in was.alarms(table) {
                self.tell(code, row, Condition::Unknown, String::new());
            }
            self.codes.active.insert(key, was);
            return;
        };
        let is = Active {
            value: Some(value.to_bits()),
            codes: active_codes(self.scene, table, value),
        };
        for code in was
            .codes
            .known
            .iter()
            .filter(|c| !is.codes.known.contains(c))
        {
            self.tell(*code, row, Condition::Normal, String::new());
        }
        let was_known = was.value.is_some();
        for code in &is.codes.known {
            if !was_known || !was.codes.known.contains(code) {
                let seen = self.code_words(*code);
                self.tell(*code, row, Condition::Abnormal, seen);
            }
        }
        if let Some(unknown) = table.unknown {
            self.look_at_unknown(
                unknown,
                key,
                &was.codes.unknown,
                &is.codes.unknown,
                was_known,
            );
        }
        if !is.codes.known.is_empty() || !is.codes.unknown.is_empty() {
            self.codes.active.insert(key, is);
        }
    }

    /// One alarm stands for all codes of a turbine that are in no table. When one more comes, it is
    /// raised anew: nobody who acknowledged the others has seen that one.
    fn look_at_unknown(
        &mut self,
        alarm: u16,
        (table, row): (u16, TurbineRow),
        was: &[Arc<str>],
        is: &[Arc<str>],
        was_known: bool,
    ) {
        let was_told_of = |code| was.contains(code) || was.iter().any(|was| **was == *NOT_KNOWN);
        let is_new = !is.iter().all(was_told_of);
        match (was.is_empty(), is.is_empty()) {
            (true, true) => {}
            (false, true) => self.tell(alarm, row, Condition::Normal, String::new()),
            (false, false) if is_new => {
                self.tell(alarm, row, Condition::Normal, String::new());
                self.codes.renewed.push((table, row));
            }
            (false, false) if was == is && was_known => {}
            _ => self.tell(alarm, row, Condition::Abnormal, unknown_words(is)),
        }
    }

    fn renew(&mut self, table: u16, row: TurbineRow) {
        let unknown = self.scene.other_alarms.tables.get(usize::from(table));
        let active = self.codes.active.get(&(table, row));
        if let (Some(alarm), Some(active)) = (unknown.and_then(|t| t.unknown), active)
            && !active.codes.unknown.is_empty()
        {
            let seen = unknown_words(&active.codes.unknown);
            self.tell(alarm, row, Condition::Abnormal, seen);
        }
    }

    fn tell_anew(&mut self, (source, row): Source) {
        let AlarmSource::Code(alarm) = source else {
            return;
        };
        let Some(at) = self.table_of(alarm) else {
            return;
        };
        let Some(table) = self.scene.other_alarms.tables.get(usize::from(at)) else {
            return;
        };
        let active = self.codes.active.get(&(at, row));
        let is_active = active.filter(|active| active.alarms(table).any(|code| code == alarm));
        let is_known = self.fleet.usable(row, table.signal).is_some();
        let (condition, seen) = match is_active {
            _ if !is_known => {
                // Told as soon as anything is heard of it.
                let kept = self.codes.active.entry((at, row)).or_default();
                kept.value = None;
                if table.unknown == Some(alarm) {
                    kept.codes.unknown = vec![NOT_KNOWN.into()];
                } else if !kept.codes.known.contains(&alarm) {
                    kept.codes.known.push(alarm);
                }
                (Condition::Unknown, String::new())
            }
            Some(active) if table.unknown == Some(alarm) => {
                (Condition::Abnormal, unknown_words(&active.codes.unknown))
            }
            Some(_) => (Condition::Abnormal, self.code_words(alarm)),
            None => (Condition::Normal, String::new()),
        };
        self.tell(alarm, row, condition, seen);
    }

    fn code_words(&self, alarm: u16) -> String {
        let code = self.scene.other_alarms.codes.get(usize::from(alarm));
        code.map_or_else(String::new, |code| format!("code {}", code.code))
    }

    fn tell(&mut self, alarm: u16, row: TurbineRow, condition: Condition, value: String) {
        self.out.push(Reading {
            source: (AlarmSource::Code(alarm), row),
            condition,
            value,
        });
    }
}

impl Active {
    /// The alarms of the active codes.
    fn alarms(&self, table: &CodeTable) -> impl Iterator<Item = u16> + use<> {
        let unknown = table.unknown.filter(|_| !self.codes.unknown.is_empty());
        self.codes.known.clone().into_iter().chain(unknown)
    }
}

fn is_text(scene: &Scene, table: &CodeTable) -> bool {
    scene.kinds.get(table.signal.index()) == Some(&ValueKind::Text)
}

fn active_codes(scene: &Scene, table: &CodeTable, value: f64) -> ActiveCodes {
    match is_text(scene, table) {
        true => {
            text_of(&scene.texts, value).map_or_else(ActiveCodes::default, |t| table.of_text(&t))
        }
        false => table.of_number(value),
    }
}

fn text_of(texts: &Texts, value: f64) -> Option<Arc<str>> {
    texts.text(value as u32)
}

/// Codes that are in no table: `code 417`, `codes 417, E12`.
fn unknown_words(codes: &[Arc<str>]) -> String {
    let named: Vec<&str> = codes.iter().take(MOST_NAMED).map(|code| &**code).collect();
    let more = match codes.len().saturating_sub(MOST_NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let word = if codes.len() == 1 { "code" } else { "codes" };
    format!("{word} {}{more}", named.join(", "))
}

/// What a turbine's signal says of a code's alarm now; empty for other sources.
pub(super) fn words(scene: &Scene, fleet: &Fleet, (source, row): Source) -> String {
    let AlarmSource::Code(alarm) = source else {
        return String::new();
    };
    let Some(code) = scene.other_alarms.codes.get(usize::from(alarm)) else {
        return String::new();
    };
    let tables = scene.other_alarms.tables.iter();
    let table = tables
        .into_iter()
        .find(|table| table.unknown == Some(alarm));
    match table.zip(fleet.usable(row, code.signal)) {
        Some((table, value)) => {
            let unknown = active_codes(scene, table, value).unknown;
            if unknown.is_empty() {
                String::new()
            } else {
                unknown_words(&unknown)
            }
        }
        None => format!("code {}", code.code),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_codes_are_named_up_to_five() {
        let codes = |n: u32| -> Vec<Arc<str>> { (1..=n).map(|c| c.to_string().into()).collect() };
        assert_eq!(unknown_words(&codes(1)), "code 1");
        assert_eq!(unknown_words(&codes(2)), "codes 1, 2");
        assert_eq!(unknown_words(&codes(7)), "codes 1, 2, 3, 4, 5 and 2 more");
    }
}
