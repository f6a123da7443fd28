//! Which signals are kept, and how finely, so that the budget holds for any farm.

use std::collections::HashSet;

use super::HistoryConfig;
use super::extent::Extent;
use crate::fleet::SignalColumn;
use crate::rules::Formula;
use crate::scene::{Scene, ValueKind};

/// The lengths that a slot can have, milliseconds: few, so that a farm that gains a rule seldom changes
/// its own.
const SLOTS_MS: [i64; 10] = [
    10_000, 15_000, 20_000, 30_000, 60_000, 90_000, 120_000, 180_000, 300_000, 600_000,
];

/// What is kept of a scene.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Plan {
    /// What the rules of alarms read, the most urgent first.
    pub columns: Vec<SignalColumn>,
    /// Length of a slot, milliseconds.
    pub slot_ms: i64,
    /// How many closed slots are kept.
    pub slots: usize,
}

impl Plan {
    pub fn new(scene: &Scene, config: HistoryConfig) -> Self {
        let span_ms = i64::try_from(config.span.as_millis()).unwrap_or(i64::MAX);
        let mut columns = read_by_alarms(scene);
        let slot_bytes = |columns: usize| columns * scene.turbines.len() * size_of::<Extent>();
        // One is open beside those that are closed, and one is begun before the oldest ends.
        let slots = |slot_ms: i64| (span_ms / slot_ms).max(1) as usize;
        let fits = |columns: usize, slot_ms: i64| {
            slot_bytes(columns).saturating_mul(slots(slot_ms) + 2) <= config.budget_bytes
        };
        let longest = SLOTS_MS.last().copied().unwrap_or(i64::MAX);
        let slot_ms = SLOTS_MS.into_iter().find(|ms| fits(columns.len(), *ms));
        let slot_ms = slot_ms.unwrap_or(longest);
        // Past all measure: what the least urgent rules read is left out.
        while !columns.is_empty() && !fits(columns.len(), slot_ms) {
            columns.pop();
        }
        Self {
            columns,
            slot_ms,
            slots: slots(slot_ms),
        }
    }
}

/// The numbers and truth values that the rules of alarms read or name, those of the most urgent alarms
/// first.
fn read_by_alarms(scene: &Scene) -> Vec<SignalColumn> {
    let given: HashSet<SignalColumn> = scene
        .computed
        .iter()
        .filter(|c| matches!(c.formula, Formula::Given(_)))
        .map(|c| c.column)
        .collect();
    let mut alarms: Vec<_> = scene
        .rules
        .iter()
        .filter_map(|rule| Some((rule, rule.alarm.as_ref()?)))
        .collect();
    alarms.sort_by_key(|(_, alarm)| alarm.priority);
    let mut seen = HashSet::new();
    let mut columns = Vec::new();
    for (rule, alarm) in alarms {
        let conditions = [Some(&rule.when), alarm.clear_when.as_ref()];
        for condition in conditions.into_iter().flatten() {
            let program = &condition.program;
            for &column in program.signals().iter().chain(program.names()) {
                let kind = scene.kinds.get(column.index());
                let is_of_use = kind.is_some_and(|k| *k != ValueKind::Text);
                if is_of_use && !given.contains(&column) && seen.insert(column) {
                    columns.push(column);
                }
            }
        }
    }
    columns
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::rules::{Scope, Texts, compile};
    use crate::scene::{AlarmDefinition, Expression, Language, Origin, Priority, Rule, Turbine};

    struct Names(Vec<String>, Texts);

    impl Scope for Names {
        fn signal(&self, name: &str) -> Option<(SignalColumn, ValueKind)> {
            let at = self.0.iter().position(|n| n == name)?;
            Some((SignalColumn(at as u16), ValueKind::Number))
        }
        fn names(&self) -> Vec<&str> {
            self.0.iter().map(String::as_str).collect()
        }
        fn texts(&self) -> &Texts {
            &self.1
        }
    }

    fn scene(turbines: usize, signals: usize) -> Scene {
        let names = Names(
            (0..signals).map(|n| format!("s{n}")).collect(),
            Texts::default(),
        );
        let rule = |n: usize| {
            let source = format!("s{n} > 1");
            let program = Arc::new(compile(&source, &names).expect("a condition"));
            let priority = if n == 0 {
                Priority::Low
            } else {
                Priority::High
            };
            Rule {
                name: format!("r{n}").into(),
                applies: vec![true],
                part: None,
                when: Expression {
                    source: source.into(),
                    program,
                },
                color: None,
                icon: None,
                label: None,
                opacity: 1.0,
                alarm: Some(AlarmDefinition::new(priority)),
                language: Language::default(),
                is_enabled: true,
                origin: Origin::default(),
            }
        };
        Scene {
            rules: (0..signals).map(rule).collect(),
            kinds: vec![ValueKind::Number; signals],
            turbines: vec![Turbine::default(); turbines],
            ..Scene::default()
        }
    }

    #[test]
    fn an_ordinary_farm_is_kept_in_slots_of_ten_seconds() {
        let plan = Plan::new(&scene(80, 12), HistoryConfig::default());
        assert_eq!(
            (plan.columns.len(), plan.slot_ms, plan.slots),
            (12, 10_000, 360)
        );
    }

    #[test]
    fn a_farm_of_any_size_stays_within_the_budget() {
        let config = HistoryConfig::default();
        for (turbines, signals) in [(1, 1), (5_000, 20), (75_000, 20), (200_000, 100)] {
            let plan = Plan::new(&scene(turbines, signals), config);
            let bytes = (plan.slots + 2) * plan.columns.len() * turbines * size_of::<Extent>();
            assert!(
                bytes <= config.budget_bytes,
                "{turbines} × {signals}: {bytes}"
            );
            assert!(!plan.columns.is_empty(), "{turbines} × {signals}");
        }
    }

    #[test]
    fn what_the_least_urgent_rules_read_is_left_out_first() {
        let config = HistoryConfig {
            budget_bytes: 9 * 12 * 100,
            ..HistoryConfig::default()
        };
        let plan = Plan::new(&scene(100, 3), config);
        assert_eq!(
            plan.columns,
            [SignalColumn(1)],
            "not that of the low priority"
        );
    }
}
