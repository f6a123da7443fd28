//! Alarms of a scene that no rule raises: silence, and the turbines' own codes.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use super::model::{AlarmDefinition, Origin, Priority};
use crate::fleet::SignalColumn;

/// Alarms of a scene that no rule raises.
#[derive(Debug, Clone, Default)]
pub struct OtherAlarms {
    /// Nothing comes from a turbine any more; not an alarm without one.
    pub communication: Option<AlarmDefinition>,
    /// Some signals of a turbine have stopped coming; not an alarm without one.
    pub stale_data: Option<AlarmDefinition>,
    /// The turbines' own alarm codes, of all tables.
    pub codes: Vec<AlarmCode>,
    /// Which signals carry codes, and how.
    pub tables: Vec<CodeTable>,
}

impl OtherAlarms {
    /// The name of the alarm of a turbine from which nothing comes.
    pub const COMMUNICATION: &str = "No communication";
    /// The name of the alarm of a turbine of which some signals have stopped.
    pub const STALE_DATA: &str = "Data not updated";

    /// What every scene has that says nothing else: silence, and no codes.
    pub fn usual() -> Self {
        Self {
            communication: Some(usual_communication()),
            stale_data: Some(usual_stale_data()),
            ..Self::default()
        }
    }
}

/// Loss of communication where the scene says nothing of it.
pub(super) fn usual_communication() -> AlarmDefinition {
    AlarmDefinition {
        on_delay: Duration::from_secs(10),
        off_delay: Duration::from_secs(10),
        cause: "The turbine's controller, its switch or the fibre to it has failed; or somebody \
                switched them off for work"
            .into(),
        consequence: "What goes wrong at the turbine is not seen; its other alarms tell what was \
                      the case before"
            .into(),
        response: "See whether its neighbours on the same fibre are silent too; call the crew if \
                   one is there; else have the turbine stopped by other means if it stays silent"
            .into(),
        ..AlarmDefinition::new(Priority::Medium)
    }
}

/// Stale data where the scene says nothing of it.
pub(super) fn usual_stale_data() -> AlarmDefinition {
    AlarmDefinition {
        on_delay: Duration::from_secs(30),
        off_delay: Duration::from_secs(10),
        cause: "A sensor, its cable or the module that reads it has failed".into(),
        consequence: "Rules that read these signals cannot tell what is the case".into(),
        response: "Compare with the turbine's other signals; order a repair of the sensor".into(),
        suppressed_by: vec![OtherAlarms::COMMUNICATION.into()],
        ..AlarmDefinition::new(Priority::Low)
    }
}

/// What stands for every code that is in no table.
pub const EVERY_OTHER_CODE: &str = "*";

/// One of the turbines' own alarm codes.
#[derive(Debug, Clone)]
pub struct AlarmCode {
    /// The code as it arrives, [`normal`](normal_code); or [`EVERY_OTHER_CODE`].
    pub code: Arc<str>,
    /// What it says: the alarm's name. No other alarm of the scene has the same.
    pub text: Arc<str>,
    /// The signal by which codes of this table arrive.
    pub signal: SignalColumn,
    /// By model: whether its turbines send codes of this table.
    pub applies: Arc<[bool]>,
    /// Which table it stands in: the same over a reload while signal and models are.
    pub table: Arc<str>,
    /// What alarm it is.
    pub alarm: AlarmDefinition,
    /// Where it is written.
    pub origin: Origin,
}

/// How codes of a table arrive, and what they mean.
#[derive(Debug, Clone)]
pub struct CodeTable {
    /// The signal that carries them.
    pub signal: SignalColumn,
    /// By model: whether its turbines send codes of this table.
    pub applies: Arc<[bool]>,
    /// The signal is a number whose bits are the codes.
    pub is_bits: bool,
    /// What stands between codes of a text: a comma, a semicolon or a bar without one.
    pub separator: Option<char>,
    /// By code, its alarm as an index into [`OtherAlarms::codes`]; `None` for one that is no alarm.
    pub by_code: HashMap<Arc<str>, Option<u16>>,
    /// The alarm of every other code; none is raised without one.
    pub unknown: Option<u16>,
}

/// Codes of a turbine that are active, by what its signal says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ActiveCodes {
    /// Their alarms, ascending, each once.
    pub known: Vec<u16>,
    /// Those that are in no table, as they arrived, in their order, each once.
    pub unknown: Vec<Arc<str>>,
}

/// A code in no table is shown; nobody reads more of it.
const LONGEST_CODE: usize = 60;

impl CodeTable {
    /// The active codes of a number.
    pub fn of_number(&self, value: f64) -> ActiveCodes {
        let mut active = ActiveCodes::default();
        if !self.is_bits {
            self.add(&mut active, &number_code(value));
        } else if (0.0..=MOST_BITS).contains(&value) {
            let bits = value as u64;
            for bit in (0..u64::BITS).filter(|bit| bits >> bit & 1 == 1) {
                self.add(&mut active, &bit.to_string());
            }
        }
        active.known.sort_unstable();
        active
    }

    /// The active codes of a text.
    pub fn of_text(&self, text: &str) -> ActiveCodes {
        let mut active = ActiveCodes::default();
        let is_between = |c: char| match self.separator {
            Some(separator) => c == separator,
            None => matches!(c, ',' | ';' | '|'),
        };
        for code in text.split(is_between) {
            self.add(&mut active, &normal_code(code));
        }
        active.known.sort_unstable();
        active
    }

    fn add(&self, active: &mut ActiveCodes, code: &str) {
        match self.by_code.get(code) {
            Some(Some(known)) if !active.known.contains(known) => active.known.push(*known),
            Some(_) => {}
            // Nothing, or 0, is no alarm, unless the table says so. A bit that is set is one.
            None if code.is_empty() || (code == "0" && !self.is_bits) => {}
            None if self.unknown.is_none() => {}
            None => {
                let code: String = code.chars().take(LONGEST_CODE).collect();
                if !active.unknown.iter().any(|u| **u == *code) {
                    active.unknown.push(code.into());
                }
            }
        }
    }
}

/// What a number holds exactly: 53 bits.
const MOST_BITS: f64 = 9_007_199_254_740_991.0;

/// A code as it is compared: without blanks around it, numbers without leading zeros.
pub fn normal_code(code: &str) -> String {
    let code = code.trim();
    match code.parse::<f64>() {
        Ok(number) if number.is_finite() => number_code(number),
        _ => code.to_owned(),
    }
}

fn number_code(number: f64) -> String {
    // Whole numbers come without a point, and no zero has a sign.
    (number + 0.0).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(is_bits: bool) -> CodeTable {
        let by_code = [
            ("3", Some(0)),
            ("417", Some(1)),
            ("E12", Some(2)),
            ("9", None),
        ];
        let by_code = by_code.map(|(code, at)| (code.into(), at));
        CodeTable {
            signal: SignalColumn(0),
            applies: [true].into(),
            is_bits,
            separator: None,
            by_code: by_code.into(),
            unknown: Some(9),
        }
    }

    fn known(active: &ActiveCodes) -> &[u16] {
        assert!(active.unknown.is_empty(), "{active:?}");
        &active.known
    }

    #[test]
    fn a_number_is_one_code_and_zero_is_none() {
        assert_eq!(known(&table(false).of_number(417.0)), [1]);
        assert!(known(&table(false).of_number(0.0)).is_empty());
        assert!(known(&table(false).of_number(-0.0)).is_empty());
        assert!(known(&table(false).of_number(9.0)).is_empty(), "no alarm");
    }

    #[test]
    fn a_text_is_a_list_of_codes() {
        let table = table(false);
        assert_eq!(known(&table.of_text("0417, E12;3|417")), [0, 1, 2]);
        assert!(known(&table.of_text("")).is_empty());
        assert!(known(&table.of_text(" 0 , ")).is_empty());
    }

    #[test]
    fn another_separator_takes_the_place_of_the_usual_ones() {
        let table = CodeTable {
            separator: Some(' '),
            ..table(false)
        };
        assert_eq!(known(&table.of_text("3  417")), [0, 1]);
        let one = table.of_text("3,417");
        assert_eq!(one.unknown.len(), 1, "one code with a comma in it");
    }

    #[test]
    fn bits_are_codes_bit_0_too() {
        let active = table(true).of_number(f64::from(0b1001));
        assert_eq!(active.known, [0]);
        assert_eq!(active.unknown, ["0".into()]);
        assert_eq!(table(true).of_number(-1.0), ActiveCodes::default());
    }

    #[test]
    fn a_code_in_no_table_is_not_lost_and_told_once() {
        let active = table(false).of_text("77, 417, 77, X9");
        assert_eq!(active.known, [1]);
        assert_eq!(active.unknown, ["77".into(), "X9".into()]);
        let ignored = CodeTable {
            unknown: None,
            ..table(false)
        };
        assert!(ignored.of_text("77").unknown.is_empty());
    }

    #[test]
    fn numbers_are_compared_as_numbers() {
        assert_eq!(normal_code(" 0417 "), "417");
        assert_eq!(normal_code("417.0"), "417");
        assert_eq!(normal_code("1.5"), "1.5");
        assert_eq!(normal_code("nan"), "nan");
    }
}
