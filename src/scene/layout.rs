//! Layouts: turbines from CSV files, with the file's own column names.

use std::collections::BTreeMap;
use std::ops::Range;
use std::rc::Rc;

use csv::{ByteRecord, ReaderBuilder};

use super::build::turbines::{Farm, Position, Spot};
use super::document::escaped;
use super::problem::{Problem, Problems, quoted, suggestion};
use super::progress::{LoadProgress, LoadStep, TURBINES_A_NOTE, file_name};
use super::source::{Place, Source};

/// What `[[turbines_from]]` says of a CSV file.
pub(super) struct Layout<'a> {
    /// The column of ids.
    pub id: &'a str,
    /// The columns of positions; `None` where that has an error already.
    pub position: Option<PositionColumns<'a>>,
    /// The column of heights.
    pub up_m: Option<&'a str>,
    /// The models; `None` where that has an error already.
    pub model: Option<ModelOf<'a>>,
    /// The columns of limits, by the limits' names.
    pub limits: &'a BTreeMap<String, String>,
    pub delimiter: u8,
    /// Where a key of the table stands in the scene file.
    pub named_at: &'a dyn Fn(&str) -> Place,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum PositionColumns<'a> {
    EastNorth(&'a str, &'a str),
    LatitudeLongitude(&'a str, &'a str),
}

#[derive(Debug, Clone, Copy)]
pub(super) enum ModelOf<'a> {
    /// The same for all; `None` where it is unknown, which has been told.
    All(Option<usize>),
    /// In this column.
    Column(&'a str),
}

/// A field of a CSV file.
#[derive(Debug, Clone, Copy)]
pub(super) struct Field {
    /// Where its record begins, bytes from the start of the file; perhaps at the line end before.
    record: usize,
    column: usize,
    delimiter: u8,
}

impl Field {
    pub fn new(record: usize, column: usize, delimiter: u8) -> Self {
        Self {
            record,
            column,
            delimiter,
        }
    }

    /// The bytes of the field, without its quotes. Of a record that is too short, its end.
    pub fn span(self, bytes: &[u8]) -> Range<usize> {
        let rest = bytes.get(self.record..).unwrap_or_default();
        let blank = rest
            .iter()
            .take_while(|b| matches!(b, b'\r' | b'\n'))
            .count();
        let mut start = self.record + blank;
        let mut column = 0;
        let mut is_quoted = false;
        let mut at = start;
        for &byte in bytes.get(start..).unwrap_or_default() {
            match byte {
                b'"' => is_quoted = !is_quoted,
                b'\r' | b'\n' if !is_quoted => break,
                byte if byte == self.delimiter && !is_quoted => {
                    if column == self.column {
                        break;
                    }
                    column += 1;
                    start = at + 1;
                }
                _ => {}
            }
            at += 1;
        }
        if column < self.column {
            return at..at;
        }
        let field = bytes.get(start..at).unwrap_or_default();
        let is_in_quotes = field.len() >= 2 && field.starts_with(b"\"") && field.ends_with(b"\"");
        if is_in_quotes {
            start + 1..at - 1
        } else {
            start..at
        }
    }
}

/// The columns that are used, by number.
struct Columns {
    id: Option<usize>,
    position: Option<[usize; 2]>,
    up: Option<usize>,
    model: Option<usize>,
    limits: Vec<(String, usize)>,
}

/// Reads the turbines of a CSV file. Every bad row is told, with its line and column.
pub(super) fn read(
    layout: &Layout<'_>,
    source: &Rc<Source>,
    farm: &mut Farm<'_>,
    progress: &LoadProgress,
    problems: &mut Problems,
) {
    if source.bytes.iter().all(u8::is_ascii_whitespace) {
        let problem = Problem::error("empty", source.place(0..0), "the CSV file is empty");
        problems.push(problem.help("it needs a line with the names of its columns"));
        return;
    }
    let mut reader = ReaderBuilder::new()
        .delimiter(layout.delimiter)
        .flexible(true)
        .from_reader(source.bytes.as_slice());
    let headers = match reader.byte_headers() {
        Ok(headers) => headers.clone(),
        Err(error) => {
            problems.push(broken(source, 0, &error));
            return;
        }
    };
    let Some(columns) = find_columns(layout, source, &headers, problems) else {
        return;
    };
    let number = farm.source(source);
    let mut row = Row {
        layout,
        source,
        names: &headers,
        record: ByteRecord::new(),
        start: 0,
    };
    let (name, before) = (file_name(&source.path), farm.count());
    let mut noted = 0;
    loop {
        let read = farm.count() - before;
        if read >= noted + TURBINES_A_NOTE {
            noted = read;
            progress.step(LoadStep::Turbines(name.clone(), read));
        }
        let start = reader.position().byte() as usize;
        match reader.read_byte_record(&mut row.record) {
            Ok(true) => {}
            Ok(false) => break,
            Err(error) => {
                problems.push(broken(source, start, &error));
                break;
            }
        }
        row.start = row.record.position().map_or(start, |p| p.byte() as usize);
        if row.record.iter().all(|field| field.trim_ascii().is_empty()) {
            continue;
        }
        read_row(&row, &columns, number, farm, problems);
    }
}

fn read_row(
    row: &Row<'_>,
    columns: &Columns,
    number: usize,
    farm: &mut Farm<'_>,
    problems: &mut Problems,
) {
    let id = columns
        .id
        .and_then(|column| row.text(column, problems).map(|id| (column, id)));
    let position = columns.position.and_then(|[first, second]| {
        let is_geographic = matches!(
            row.layout.position,
            Some(PositionColumns::LatitudeLongitude(..))
        );
        let limits = if is_geographic {
            [Some(90.0), Some(180.0)]
        } else {
            [None, None]
        };
        let [first_limit, second_limit] = limits;
        let first = row.number(first, first_limit, problems);
        let second = row.number(second, second_limit, problems);
        Some(if is_geographic {
            Position::LatitudeLongitude(first?, second?)
        } else {
            Position::EastNorth(first?, second?)
        })
    });
    let up_m = columns.up.and_then(|column| {
        row.is_given(column)
            .then(|| row.number(column, Some(9_000.0), problems))
            .flatten()
    });
    let model = match row.layout.model {
        Some(ModelOf::All(model)) => model,
        Some(ModelOf::Column(_)) => columns.model.and_then(|column| {
            let id = row.text(column, problems)?;
            farm.model(id, || row.place(column), problems)
        }),
        None => None,
    };
    let mut limits = Vec::new();
    for (name, column) in &columns.limits {
        if !row.is_given(*column) {
            continue;
        }
        let value = row.number(*column, None, problems);
        match farm.limit(model, name) {
            Ok(name) => limits.extend(name.zip(value)),
            Err(problem) => problems.push(problem(row.place(*column))),
        }
    }
    let Some((column, id)) = id else { return };
    let spot = Spot::Field(row.field(column));
    let [first, _] = columns.position.unwrap_or_default();
    farm.add(
        id,
        model,
        (position, up_m),
        limits,
        number,
        spot,
        || row.place(first),
        problems,
    );
}

struct Row<'a> {
    layout: &'a Layout<'a>,
    source: &'a Source,
    names: &'a ByteRecord,
    record: ByteRecord,
    start: usize,
}

impl Row<'_> {
    fn field(&self, column: usize) -> Field {
        Field {
            record: self.start,
            column,
            delimiter: self.layout.delimiter,
        }
    }

    fn place(&self, column: usize) -> Place {
        self.source
            .place(self.field(column).span(&self.source.bytes))
    }

    fn name(&self, column: usize) -> String {
        quoted(&String::from_utf8_lossy(
            self.names.get(column).unwrap_or_default().trim_ascii(),
        ))
    }

    fn fault(&self, column: usize, what: &str) -> Problem {
        let message = format!("column {}: {what}", self.name(column));
        Problem::error("bad-row", self.place(column), message)
    }

    fn is_given(&self, column: usize) -> bool {
        let field = self.record.get(column);
        field.is_some_and(|f| !f.trim_ascii().is_empty())
    }

    fn text(&self, column: usize, problems: &mut Problems) -> Option<&str> {
        let Some(bytes) = self.record.get(column) else {
            let (has, wants) = (self.record.len(), self.names.len());
            let what = format!("the row ends before it: {has} of {wants} columns");
            problems.push(self.fault(column, &what));
            return None;
        };
        match std::str::from_utf8(bytes.trim_ascii()) {
            Ok(text) => Some(text),
            Err(_) => {
                let problem = self.fault(column, "not UTF-8");
                problems.push(problem.help("save the file as UTF-8"));
                None
            }
        }
    }

    /// A finite number, within a limit on either side of 0.
    fn number(&self, column: usize, limit: Option<f64>, problems: &mut Problems) -> Option<f64> {
        let text = self.text(column, problems)?;
        let shown = quoted(text);
        let mut help = None;
        let what = match (text.parse::<f64>(), limit) {
            (Ok(number), _) if !number.is_finite() => format!("{shown} is not a finite number"),
            (Ok(number), Some(limit)) if number.abs() > limit => {
                if limit < 100.0 {
                    help = Some("are latitude and longitude exchanged?".to_owned());
                }
                format!("{shown} is not between -{limit} and {limit}")
            }
            (Ok(number), _) => return Some(number),
            (Err(_), _) if text.is_empty() => "there is no number".to_owned(),
            (Err(_), _) => {
                if text.contains(',') {
                    help = Some("decimals are written with a point".to_owned());
                }
                format!("{shown} is not a number")
            }
        };
        problems.push(self.fault(column, &what).maybe_help(help));
        None
    }
}

/// Finds the columns by name; every one that is missing is told. Nothing if there is no use in
/// reading on.
fn find_columns(
    layout: &Layout<'_>,
    source: &Source,
    headers: &ByteRecord,
    problems: &mut Problems,
) -> Option<Columns> {
    let names: Vec<String> = headers
        .iter()
        .map(|name| String::from_utf8_lossy(name.trim_ascii()).into_owned())
        .collect();
    let mut find = |key: &str, wanted: &str| {
        let mut found = names.iter().enumerate().filter(|(_, name)| *name == wanted);
        let first = found.next().map(|(column, _)| column);
        let second = found.next().map(|(column, _)| column);
        let place = |column: usize| {
            let field = Field {
                record: 0,
                column,
                delimiter: layout.delimiter,
            };
            source.place(field.span(&source.bytes))
        };
        if let (Some(first), Some(second)) = (first, second) {
            let message = format!("the CSV file has two columns {}", quoted(wanted));
            let problem = Problem::error("duplicate-column", place(second), message);
            problems.push(problem.label(place(first), "the first is here"));
            return None;
        }
        if first.is_none() {
            let message = format!("the CSV file has no column {}", quoted(wanted));
            let help = match other_delimiter(layout.delimiter, &names) {
                Some(other) => Some(format!(
                    "its columns are separated by {other}: say so in `delimiter`"
                )),
                None => suggestion(wanted, names.iter().map(String::as_str), "its columns are"),
            };
            let problem = Problem::error("missing-column", (layout.named_at)(key), message);
            let header = Field {
                record: 0,
                column: 0,
                delimiter: b'\n',
            };
            let header = source.place(header.span(&source.bytes));
            problems.push(
                problem
                    .maybe_help(help)
                    .label(header, "the columns are named here"),
            );
        }
        first
    };
    let id = find("id", layout.id);
    let position = layout.position.map(|position| match position {
        PositionColumns::EastNorth(east, north) => (find("east_m", east), find("north_m", north)),
        PositionColumns::LatitudeLongitude(lat, lon) => {
            (find("latitude", lat), find("longitude", lon))
        }
    });
    let up = layout.up_m.and_then(|column| find("up_m", column));
    let model = match layout.model {
        Some(ModelOf::Column(column)) => Some(find("model_column", column)),
        _ => None,
    };
    let limits = layout.limits.iter().filter_map(|(name, column)| {
        let column = find(&format!("limits/{}", escaped(name)), column)?;
        Some((name.clone(), column))
    });
    let limits = limits.collect();
    // A missing column is told once; its rows say nothing new. The other columns are still checked.
    Some(Columns {
        id,
        position: match position {
            Some((Some(first), Some(second))) => Some([first, second]),
            _ => None,
        },
        up,
        model: model.flatten(),
        limits,
    })
}

/// A file of one column that holds other separators has those.
pub(super) fn other_delimiter(delimiter: u8, names: &[String]) -> Option<&'static str> {
    let [only] = names else { return None };
    let others = [
        (b';', "\";\""),
        (b'\t', "\"\\t\""),
        (b'|', "\"|\""),
        (b',', "\",\""),
    ];
    others
        .into_iter()
        .find(|&(other, _)| other != delimiter && only.as_bytes().contains(&other))
        .map(|(_, name)| name)
}

pub(super) fn broken(source: &Source, at: usize, error: &csv::Error) -> Problem {
    let message = format!("cannot read the CSV file: {error}");
    Problem::error("bad-row", source.place(at..at), message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_found_among_quotes_and_line_ends() {
        let bytes = b"\r\n\"a,\"\"b\",\"x\r\ny\",  7 ,last\r\nnext";
        let field = |column| {
            let field = Field {
                record: 0,
                column,
                delimiter: b',',
            };
            String::from_utf8(bytes[field.span(bytes)].to_vec()).unwrap()
        };
        assert_eq!(field(0), "a,\"\"b");
        assert_eq!(field(1), "x\r\ny");
        assert_eq!(field(2), "  7 ");
        assert_eq!(field(3), "last");
        assert_eq!(field(4), "");
    }
}
