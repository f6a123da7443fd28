//! Codes from CSV files, with the file's own column names.

use std::rc::Rc;

use csv::{ByteRecord, ReaderBuilder};

use super::{Code, Table};
use crate::scene::alarm_format::CodeColumns;
use crate::scene::build::turbines::Spot;
use crate::scene::layout::{Field, broken, other_delimiter};
use crate::scene::model::{AlarmDefinition, Origin, Priority, normal_code};
use crate::scene::problem::{Problem, Problems, quoted, suggestion};
use crate::scene::source::{Place, Source};

/// What a table says of its CSV file.
pub(super) struct CodeFile<'a> {
    pub columns: &'a CodeColumns,
    pub delimiter: u8,
    /// The priority of codes that have none.
    pub usual: Priority,
    /// Where a key of the table stands in the scene file.
    pub named_at: &'a dyn Fn(&str) -> Place,
}

/// The columns that are used, by number.
struct Columns {
    code: usize,
    text: usize,
    priority: Option<usize>,
    cause: Option<usize>,
    consequence: Option<usize>,
    response: Option<usize>,
    latching: Option<usize>,
}

impl CodeFile<'_> {
    /// Reads the codes. Every bad row is told, with its line and column; the others are taken.
    pub fn read(&self, source: &Rc<Source>, table: &mut Table, problems: &mut Problems) {
        if source.bytes.iter().all(u8::is_ascii_whitespace) {
            let problem = Problem::error("empty", source.place(0..0), "the CSV file is empty");
            problems.push(problem.help("it needs a line with the names of its columns"));
            return;
        }
        let mut reader = ReaderBuilder::new()
            .delimiter(self.delimiter)
            .flexible(true)
            .from_reader(source.bytes.as_slice());
        let headers = match reader.byte_headers() {
            Ok(headers) => headers.clone(),
            Err(error) => return problems.push(broken(source, 0, &error)),
        };
        let Some(columns) = self.find_columns(source, &headers, problems) else {
            return;
        };
        let mut record = ByteRecord::new();
        loop {
            let start = reader.position().byte() as usize;
            match reader.read_byte_record(&mut record) {
                Ok(true) => {}
                Ok(false) => break,
                Err(error) => return problems.push(broken(source, start, &error)),
            }
            if record.iter().all(|field| field.trim_ascii().is_empty()) {
                continue;
            }
            let row = Row {
                source,
                record: &record,
                start: record.position().map_or(start, |p| p.byte() as usize),
                delimiter: self.delimiter,
            };
            if let Some(code) = row.code(&columns, self.usual, problems) {
                let spots = [row.spot(columns.code), row.spot(columns.text)];
                table.take(code, source, spots, problems);
            }
        }
    }

    fn find_columns(
        &self,
        source: &Source,
        headers: &ByteRecord,
        problems: &mut Problems,
    ) -> Option<Columns> {
        let names = headers
            .iter()
            .map(|name| String::from_utf8_lossy(name.trim_ascii()).into_owned());
        let names: Vec<String> = names.collect();
        // A column that is not named need not be there.
        let mut find = |key: &str, given: &Option<String>, is_needed: bool| {
            let wanted = given.as_deref().unwrap_or(key);
            let found = names.iter().position(|name| name == wanted);
            if found.is_none() && (is_needed || given.is_some()) {
                let message = format!("the CSV file has no column {}", quoted(wanted));
                let help = match other_delimiter(self.delimiter, &names) {
                    Some(other) => Some(format!(
                        "its columns are separated by {other}: say so in `delimiter`"
                    )),
                    None => suggestion(wanted, names.iter().map(String::as_str), "its columns are"),
                };
                let at = match given {
                    Some(_) => (self.named_at)(&format!("columns/{key}")),
                    None => (self.named_at)("file"),
                };
                let header = Field::new(0, 0, b'\n').span(&source.bytes);
                let problem = Problem::error("missing-column", at, message).maybe_help(help);
                problems.push(problem.label(source.place(header), "the columns are named here"));
            }
            found
        };
        let columns = self.columns;
        let code = find("code", &columns.code, true);
        let text = find("text", &columns.text, true);
        let priority = find("priority", &columns.priority, false);
        let cause = find("cause", &columns.cause, false);
        let consequence = find("consequence", &columns.consequence, false);
        let response = find("response", &columns.response, false);
        let latching = find("latching", &columns.latching, false);
        Some(Columns {
            code: code?,
            text: text?,
            priority,
            cause,
            consequence,
            response,
            latching,
        })
    }
}

struct Row<'a> {
    source: &'a Source,
    record: &'a ByteRecord,
    start: usize,
    delimiter: u8,
}

impl Row<'_> {
    fn spot(&self, column: usize) -> Spot {
        Spot::Field(Field::new(self.start, column, self.delimiter))
    }

    fn fault(&self, column: usize, message: String) -> Problem {
        let place = self.spot(column).place(self.source);
        Problem::error("bad-row", place, message)
    }

    /// Empty where the column or the row's field is not there.
    fn text(&self, column: Option<usize>, problems: &mut Problems) -> Option<&str> {
        let field = column.and_then(|column| self.record.get(column));
        match std::str::from_utf8(field.unwrap_or_default()) {
            Ok(text) => Some(text.trim()),
            Err(_) => {
                let problem = self.fault(column.unwrap_or_default(), "not UTF-8".to_owned());
                problems.push(problem.help("save the file as UTF-8"));
                None
            }
        }
    }

    fn code(&self, columns: &Columns, usual: Priority, problems: &mut Problems) -> Option<Code> {
        let mut text = |column| self.text(column, problems).map(str::to_owned);
        let code = text(Some(columns.code));
        let name = text(Some(columns.text));
        let (cause, consequence, response) = (
            text(columns.cause),
            text(columns.consequence),
            text(columns.response),
        );
        let (priority, latching) = (text(columns.priority), text(columns.latching));
        let priority = match &*priority?.to_lowercase() {
            "" => Some(usual),
            "none" => None,
            name => match Priority::ALL.into_iter().find(|p| p.name() == name) {
                Some(priority) => Some(priority),
                None => {
                    let message = format!("there is no priority {}", quoted(name));
                    let problem = self.fault(columns.priority.unwrap_or_default(), message);
                    problems.push(problem.help("they are critical, high, medium, low and none"));
                    return None;
                }
            },
        };
        let is_latching = match &*latching?.to_lowercase() {
            "" | "false" | "no" | "0" => false,
            "true" | "yes" | "1" => true,
            other => {
                let message = format!("{} is neither true nor false", quoted(other));
                problems.push(self.fault(columns.latching.unwrap_or_default(), message));
                return None;
            }
        };
        let alarm = AlarmDefinition {
            is_latching,
            cause: cause?,
            consequence: consequence?,
            response: response?,
            ..AlarmDefinition::new(priority.unwrap_or(usual))
        };
        Some(Code {
            code: normal_code(&code?).into(),
            text: name?.into(),
            alarm: priority.map(|_| alarm),
            origin: Origin {
                file: self.source.path.as_path().into(),
                pointer: "".into(),
            },
        })
    }
}
