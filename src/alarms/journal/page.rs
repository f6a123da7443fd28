//! Records as a page to be printed: black on white, for any browser.

use std::fs::OpenOptions;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::Record;
use crate::scene::Priority;

/// What stands above the table.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PageHead {
    /// The farm.
    pub title: String,
    /// The desk whose journal it is.
    pub station: String,
    /// Which records they are, in words.
    pub filters: String,
    /// Who has it printed.
    pub user: String,
    /// When, milliseconds since 1970 UTC.
    pub at_ms: i64,
    /// The number and the hash of the journal's last record.
    pub last: Option<(u64, String)>,
}

const STYLE: &str = include_str!("page.css");

/// Writes a page to this file; to a new one among the system's temporary files without one. Gives where.
///
/// # Errors
/// It cannot be written.
pub fn print_page(
    file: Option<&Path>,
    head: &PageHead,
    records: &[Record],
    zone: &TimeZone,
) -> io::Result<PathBuf> {
    let mut options = OpenOptions::new();
    options.write(true);
    match file {
        Some(_) => options.create(true).truncate(true),
        // In a folder that others write too, what is there already is not followed.
        None => options.create_new(true),
    };
    let file = file.map_or_else(
        || std::env::temp_dir().join(format!("windvane-journal-{}.html", head.at_ms)),
        Path::to_owned,
    );
    let mut out = BufWriter::new(options.open(&file)?);
    write_page(&mut out, head, records, zone)?;
    out.flush()?;
    Ok(file)
}

/// Writes a page with these records, in the order in which they are given. Times are of this zone.
///
/// # Errors
/// It cannot be written.
pub fn write_page(
    out: &mut impl Write,
    head: &PageHead,
    records: &[Record],
    zone: &TimeZone,
) -> io::Result<()> {
    let title = escaped(&head.title);
    write!(
        out,
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <title>Alarm journal of {title}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n\
         <header>\n<h1>Alarm journal of {title}</h1>\n<dl>\n"
    )?;
    let printed = format!("{} by {}", time(head.at_ms, zone), head.user);
    let zone_name = zone.iana_name().unwrap_or("the offset shown");
    let times = format!("local ({zone_name})");
    let count = match records.len() {
        1 => "1 record".to_owned(),
        n => format!("{n} records"),
    };
    let mut facts = vec![
        ("Records", format!("{count}: {}", head.filters)),
        ("Station", head.station.clone()),
        ("Printed", printed),
        ("Times", times),
    ];
    if let Some((seq, hash)) = &head.last {
        facts.push(("Journal ends with", format!("record {seq}, {hash}")));
    }
    for (name, value) in facts {
        writeln!(out, "<dt>{name}</dt><dd>{}</dd>", escaped(&value))?;
    }
    out.write_all(
        b"</dl>\n</header>\n<table>\n<thead>\n<tr><th>No.</th><th>Time</th><th>Change</th>\
          <th>Priority</th><th>Turbine</th><th>Alarm</th><th>Value</th><th>By</th>\
          <th>Comment</th></tr>\n</thead>\n<tbody>\n",
    )?;
    for record in records {
        write_record(out, record, zone)?;
    }
    if records.is_empty() {
        writeln!(out, "<tr><td colspan=\"9\">No record fits.</td></tr>")?;
    }
    out.write_all(b"</tbody>\n</table>\n</body>\n</html>\n")
}

fn write_record(out: &mut impl Write, record: &Record, zone: &TimeZone) -> io::Result<()> {
    let by = record.by.as_ref();
    let by = by.map_or_else(String::new, |by| format!("{}, {}", by.user, by.station));
    let until = record
        .until_ms
        .map(|ms| format!("until {}", time(ms, zone)));
    let comment = record.comment.as_deref().map(str::to_owned);
    let said: Vec<String> = comment.into_iter().chain(until).collect();
    let priority = record.priority.map_or_else(String::new, priority_words);
    // What calls for somebody stands out by its weight, which every printer has.
    let class = match &*record.change {
        "raised" | "re_alarmed" | "escalated" => " class=\"call\"",
        _ => "",
    };
    writeln!(
        out,
        "<tr{class}><td>{}</td><td>{}</td><td>{}</td><td>{priority}</td><td>{}</td><td>{}</td>\
         <td>{}</td><td>{}</td><td>{}</td></tr>",
        record.seq,
        time(record.at_ms, zone),
        escaped(&change_words(&record.change)),
        escaped(&record.object),
        escaped(&record.name),
        escaped(&record.value),
        escaped(&by),
        escaped(&said.join("; ")),
    )
}

fn priority_words(priority: Priority) -> String {
    let mark = match priority {
        Priority::Critical => '■',
        Priority::High => '▲',
        Priority::Medium => '◆',
        Priority::Low => '●',
    };
    format!("{mark} {} {}", priority.number(), priority.name())
}

/// `out_of_service` as people read it: `Out of service`.
pub fn change_words(change: &str) -> String {
    if change == "re_alarmed" {
        return "Re-alarmed".to_owned();
    }
    let words = change.replace('_', " ");
    let mut letters = words.chars();
    let first = letters.next().map(|c| c.to_uppercase().to_string());
    first.unwrap_or_default() + letters.as_str()
}

fn time(ms: i64, zone: &TimeZone) -> String {
    let time = Timestamp::from_millisecond(ms).unwrap_or_default();
    let time = time.to_zoned(zone.clone());
    time.strftime("%Y-%m-%d %H:%M:%S").to_string()
}

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            c if c.is_control() => escaped.push(' '),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alarms::AlarmKey;

    #[test]
    fn a_page_tells_what_it_is_of_and_runs_nothing_that_it_was_told() {
        let record = Record {
            seq: 7,
            at_ms: 0,
            change: "re_alarmed".into(),
            object: "T01".into(),
            name: "<script>alert(1)</script>".into(),
            key: Some(AlarmKey(3)),
            priority: Some(Priority::Critical),
            value: "83 > 80 °C".into(),
            by: None,
            comment: None,
            until_ms: Some(60_000),
        };
        let head = PageHead {
            title: "North & South".into(),
            filters: "all of T01".into(),
            ..PageHead::default()
        };
        let mut out = Vec::new();
        write_page(&mut out, &head, &[record], &TimeZone::UTC).unwrap();
        let page = String::from_utf8(out).unwrap();
        assert!(page.contains("<h1>Alarm journal of North &amp; South</h1>"));
        assert!(page.contains("1 record: all of T01"));
        assert!(page.contains("&lt;script&gt;") && !page.contains("<script"));
        assert!(page.contains("■ 1 critical") && page.contains("83 &gt; 80 °C"));
        assert!(page.contains("until 1970-01-01 00:01:00"));
    }
}
