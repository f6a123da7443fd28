//! `[[alarm_codes]]`: what the turbines' own alarm codes mean.

use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use super::connection::duration;
use super::models::Models;
use super::turbines::{Spot, delimiter};
use crate::scene::alarm_format::{CodeEntry, CodesTable, UnknownCodes};
use crate::scene::load::{Loader, Page};
use crate::scene::model::{
    AlarmCode, AlarmDefinition, CodeTable, EVERY_OTHER_CODE, Origin, OtherAlarms, Priority, Rule,
    normal_code,
};
use crate::scene::problem::{Problem, Problems, quoted};
use crate::scene::source::{Place, Source};

mod file;
mod names;
mod signal;

/// Bits of a number that are told apart.
const MOST_BITS: u32 = 53;
/// A text is an alarm's name in a list.
const LONGEST_TEXT: usize = 120;

/// Reads the tables into `alarms`, and marks the signals that carry codes.
pub(super) fn codes(
    pages: &[Page],
    models: &mut Models,
    rules: &[Rule],
    alarms: &mut OtherAlarms,
    loader: &mut Loader,
) {
    let mut tables = Vec::new();
    for page in pages {
        for i in 0..page.count("/alarm_codes") {
            let pointer = format!("/alarm_codes/{i}");
            tables.extend(table(page, &pointer, models, &tables, loader));
        }
    }
    let names = names::Names::of(&tables, rules, models);
    for table in tables {
        if add(table, &names, models, alarms) {
            let place = pages.first().map(|p| Place::of_file(p.path()));
            let message = "more than 65,535 alarm codes";
            let problems = &mut loader.problems;
            if let Some(place) = place {
                problems.push(Problem::error("too-many", place, message));
            }
            return;
        }
    }
}

/// A table as it is read.
struct Table {
    signal: signal::CodeSignal,
    is_bits: bool,
    separator: Option<char>,
    unknown: Option<Priority>,
    no_alarm: Vec<Arc<str>>,
    codes: Vec<Code>,
    by_code: HashMap<Arc<str>, (Rc<Source>, Spot)>,
    place: Place,
    origin: Origin,
}

/// A code as it is read.
struct Code {
    code: Arc<str>,
    text: Arc<str>,
    /// `None` where it is no alarm.
    alarm: Option<AlarmDefinition>,
    origin: Origin,
}

fn table(
    page: &Page,
    pointer: &str,
    models: &Models,
    earlier: &[Table],
    loader: &mut Loader,
) -> Option<Table> {
    let entry: CodesTable = page.rest_of_piece(pointer, &mut loader.problems)?;
    let place = |key: &str| page.document.place(&format!("{pointer}/{key}"));
    let is_bits = entry.bits == Some(true);
    let problems = &mut loader.problems;
    let signal = signal::find(&entry, is_bits, page, pointer, models, problems);
    if let Some(signal) = &signal {
        signal.check_earlier(earlier, place("signal"), models, problems);
    }
    let separator = entry.separator.as_deref().and_then(|text| {
        let mut characters = text.chars();
        match (characters.next(), characters.next()) {
            (Some(one), None) if !one.is_alphanumeric() => Some(one),
            _ => {
                let message = format!("{} cannot separate codes", quoted(text));
                let problem = Problem::error("bad-value", place("separator"), message);
                problems.push(problem.help("use one character that no code has, such as \"/\""));
                None
            }
        }
    });
    let mut table = Table {
        // Codes of an unknown signal are checked too.
        signal: signal.unwrap_or_default(),
        is_bits,
        separator,
        unknown: entry.unknown.unwrap_or(UnknownCodes::Medium).priority(),
        no_alarm: Vec::new(),
        codes: Vec::new(),
        by_code: HashMap::new(),
        place: place("signal"),
        origin: page.origin(pointer),
    };
    let usual = entry.priority.unwrap_or(Priority::Medium);
    listed(&mut table, page, pointer, usual, &mut loader.problems);
    if let Some(name) = &entry.file {
        let problems = &mut loader.problems;
        let delimiter = delimiter(entry.delimiter.as_deref(), || place("delimiter"), problems)?;
        let path = page.path().to_owned();
        if let Some(source) = loader.csv(&path, name, place("file")) {
            let file = file::CodeFile {
                columns: &entry.columns,
                delimiter,
                usual,
                named_at: &place,
            };
            file.read(&source, &mut table, &mut loader.problems);
        }
    }
    let problems = &mut loader.problems;
    for (i, code) in entry.no_alarm.iter().enumerate() {
        let code: Arc<str> = normal_code(&code.to_string()).into();
        if let Some((source, spot)) = table.by_code.get(&code) {
            let message = format!("the code {} is an alarm and none", quoted(&code));
            let problem =
                Problem::error("duplicate-code", place(&format!("no_alarm/{i}")), message);
            problems.push(problem.label(spot.place(source), "here it is an alarm"));
        }
        table.no_alarm.push(code);
    }
    let is_empty = page.count(&format!("{pointer}/codes")) == 0 && entry.file.is_none();
    if is_empty && !page.unusable.touches(pointer) {
        let message = "the table has no codes: each is told as an unknown one";
        let problem = Problem::warning("empty", page.document.place(pointer), message);
        problems.push(problem.help("list them in [[alarm_codes.codes]], or name a CSV `file`"));
    }
    Some(table)
}

fn listed(table: &mut Table, page: &Page, pointer: &str, usual: Priority, problems: &mut Problems) {
    let source = &page.document.source;
    for i in 0..page.count(&format!("{pointer}/codes")) {
        let pointer = format!("{pointer}/codes/{i}");
        let Some(entry) = page.rest_of_piece::<CodeEntry>(&pointer, problems) else {
            continue;
        };
        let mut delay = |key: &str, text: &Option<String>| {
            let text = text.as_deref()?;
            duration(text, page, &format!("{pointer}/{key}"), problems)
        };
        let alarm = AlarmDefinition {
            on_delay: delay("on_delay", &entry.on_delay).unwrap_or_default(),
            off_delay: delay("off_delay", &entry.off_delay).unwrap_or_default(),
            is_latching: entry.latching == Some(true),
            cause: entry.cause,
            consequence: entry.consequence,
            response: entry.response,
            ..AlarmDefinition::new(entry.priority.unwrap_or(usual))
        };
        let spot = |key: &str| Spot::Bytes(page.document.span(&format!("{pointer}/{key}")));
        let code = Code {
            code: normal_code(&entry.code.to_string()).into(),
            text: entry.text.trim().into(),
            alarm: Some(alarm),
            origin: page.origin(&pointer),
        };
        table.take(code, source, [spot("code"), spot("text")], problems);
    }
}

impl Table {
    /// Takes a code that can be used; tells of one that cannot.
    fn take(
        &mut self,
        code: Code,
        source: &Rc<Source>,
        [code_at, text_at]: [Spot; 2],
        problems: &mut Problems,
    ) {
        let count = problems.errors();
        let mut fault = |spot: &Spot, message: String| {
            problems.push(Problem::error("bad-value", spot.place(source), message));
        };
        if code.code.is_empty() || &*code.code == EVERY_OTHER_CODE {
            fault(&code_at, "there is no code".to_owned());
        }
        let is_bit = code.code.parse::<u32>().is_ok_and(|bit| bit < MOST_BITS);
        if self.is_bits && !is_bit {
            let (shown, last) = (quoted(&code.code), MOST_BITS - 1);
            let message = format!("{shown} is not the number of a bit: they go from 0 to {last}");
            fault(&code_at, message);
        }
        if code.text.is_empty() && code.alarm.is_some() {
            fault(
                &text_at,
                format!("the code {} says nothing", quoted(&code.code)),
            );
        }
        if code.text.chars().count() > LONGEST_TEXT {
            let message = format!("the text is longer than {LONGEST_TEXT} characters");
            fault(&text_at, message);
        }
        if let Some((first, spot)) = self.by_code.get(&code.code) {
            let message = format!("the code {} is there twice", quoted(&code.code));
            let problem = Problem::error("duplicate-code", code_at.place(source), message);
            problems.push(problem.label(spot.place(first), "the first is here"));
        }
        if problems.errors() == count {
            let at = (Rc::clone(source), code_at);
            self.by_code.insert(Arc::clone(&code.code), at);
            self.codes.push(code);
        }
    }
}

/// Adds a table that was read; true if there are too many codes.
fn add(table: Table, names: &names::Names, models: &mut Models, alarms: &mut OtherAlarms) -> bool {
    let Some(signal) = table.signal.column else {
        return false;
    };
    let applies: Arc<[bool]> = table.signal.applies.clone().into();
    for (model, _) in models.list.iter_mut().zip(&*applies).filter(|(_, a)| **a) {
        for signal in model.signals.iter_mut().filter(|s| s.column == signal) {
            signal.carries_codes = true;
        }
    }
    let key: Arc<str> = table.signal.key.as_str().into();
    let mut by_code: HashMap<Arc<str>, Option<u16>> = HashMap::new();
    let mut is_full = false;
    let mut push = |code: Arc<str>, text: Arc<str>, alarm: AlarmDefinition, origin: Origin| {
        let Ok(at) = u16::try_from(alarms.codes.len()) else {
            is_full = true;
            return None;
        };
        alarms.codes.push(AlarmCode {
            code,
            text,
            signal,
            applies: Arc::clone(&applies),
            table: Arc::clone(&key),
            alarm,
            origin,
        });
        Some(at)
    };
    let unknown = table.unknown.and_then(|priority| {
        let alarm = AlarmDefinition {
            cause: "The turbine's software is newer than the scene's table of codes".into(),
            consequence: "What the turbine reports is not known here".into(),
            response: "Look the code up in the turbine's manual; have the engineer add it to the \
                       table"
                .into(),
            ..AlarmDefinition::new(priority)
        };
        let name = names.of_unknown(&table.signal);
        push(EVERY_OTHER_CODE.into(), name, alarm, table.origin.clone())
    });
    by_code.extend(table.no_alarm.into_iter().map(|code| (code, None)));
    for code in table.codes {
        let at = code.alarm.and_then(|alarm| {
            let name = names.of_code(&code.code, &code.text);
            push(Arc::clone(&code.code), name, alarm, code.origin)
        });
        by_code.insert(code.code, at);
    }
    alarms.tables.push(CodeTable {
        signal,
        applies,
        is_bits: table.is_bits,
        separator: table.separator,
        by_code,
        unknown,
    });
    is_full
}
