//! Writing rules into a document: only keys that changed are written, and comments go with their rule.

use toml_edit::{
    Array, ArrayOfTables, DocumentMut, InlineTable, Item, RawString, Table, TableLike, Value,
};

use super::rule_file::Wanted;
use super::rule_text::{AlarmText, RuleText};

/// A form in which rules are written.
enum Form {
    /// `[[rules]]`
    Tables(ArrayOfTables),
    /// `rules = [{ … }, …]`
    List(Array),
}

/// The rules of a document; nothing where `rules` is no list of tables.
pub(super) fn read(document: &DocumentMut) -> Option<Vec<RuleText>> {
    match document.get("rules") {
        None => Some(Vec::new()),
        Some(Item::ArrayOfTables(tables)) => {
            Some(tables.iter().map(|t| RuleText::read(t)).collect())
        }
        Some(Item::Value(Value::Array(list))) => list
            .iter()
            .map(|value| Some(RuleText::read(value.as_inline_table()?)))
            .collect(),
        Some(_) => None,
    }
}

/// Makes the document's rules those that are wanted. `before` are the rules as they are in it.
pub(super) fn write(document: &mut DocumentMut, before: &[RuleText], wanted: &[Wanted]) {
    let form = match document.get("rules") {
        Some(Item::ArrayOfTables(tables)) => Form::Tables(tables.clone()),
        Some(Item::Value(Value::Array(list))) => Form::List(list.clone()),
        _ if wanted.is_empty() => return,
        _ => Form::Tables(ArrayOfTables::new()),
    };
    let item = match form {
        Form::Tables(tables) => {
            let last = last_position(document.as_table());
            let mut dropped = String::new();
            let tables = tables_of(&tables, before, wanted, last, &mut dropped);
            if !dropped.is_empty() {
                let rest = raw(Some(document.trailing())).to_owned();
                document.set_trailing(dropped + &rest);
            }
            Item::ArrayOfTables(tables)
        }
        Form::List(list) => Item::Value(Value::Array(list_of(&list, before, wanted))),
    };
    let is_gone = matches!(&item, Item::ArrayOfTables(tables) if tables.is_empty());
    if is_gone {
        document.remove("rules");
    } else if let Some(place) = document.get_mut("rules") {
        *place = item;
    } else {
        document.insert("rules", item);
    }
}

/// No rule was added, taken away or moved.
fn is_same_order(count: usize, wanted: &[Wanted]) -> bool {
    wanted.len() == count && wanted.iter().enumerate().all(|(i, w)| w.from == Some(i))
}

fn tables_of(
    old: &ArrayOfTables,
    before: &[RuleText],
    wanted: &[Wanted],
    last: isize,
    dropped: &mut String,
) -> ArrayOfTables {
    let mut tables = ArrayOfTables::new();
    if is_same_order(old.len(), wanted) {
        for (table, (before, wanted)) in old.iter().zip(before.iter().zip(wanted)) {
            let mut table = table.clone();
            change(&mut table, before, &wanted.rule);
            tables.push(table);
        }
        return tables;
    }
    let (headings, positions) = places(old, wanted, dropped);
    let mut places = headings.into_iter().zip(positions.iter().copied());
    let mut at = positions.first().copied().unwrap_or(last + 1);
    for wanted in wanted {
        let kept = wanted
            .from
            .and_then(|i| Some((old.get(i)?, before.get(i)?)));
        let (mut table, prefix) = match kept {
            Some((table, before)) => {
                let mut table = table.clone();
                let (_, own) = split_comments(raw(table.decor().prefix()));
                let own = own.to_owned();
                change(&mut table, before, &wanted.rule);
                let (heading, position) = places.next().unwrap_or(("\n".to_owned(), at));
                at = position;
                (table, heading + &own)
            }
            None => (new_table(&wanted.rule), "\n".to_owned()),
        };
        table.decor_mut().set_prefix(prefix);
        set_position(&mut table, at);
        tables.push(table);
    }
    tables
}

/// What stands before each rule that is kept without belonging to it, and where in the file. Comments
/// before a rule that is taken away go to the next.
fn places(
    old: &ArrayOfTables,
    wanted: &[Wanted],
    dropped: &mut String,
) -> (Vec<String>, Vec<isize>) {
    let mut headings = Vec::new();
    let mut positions = Vec::new();
    let mut above = String::new();
    for (i, table) in old.iter().enumerate() {
        let (heading, _) = split_comments(raw(table.decor().prefix()));
        if wanted.iter().any(|w| w.from == Some(i)) {
            headings.push(std::mem::take(&mut above) + heading);
            positions.push(table.position().unwrap_or_default());
        } else if heading.contains('#') {
            above.push_str(heading);
        }
    }
    *dropped = above;
    (headings, positions)
}

/// Splits what stands before a table: the comment right above it is its own, what is above a blank
/// line is not.
fn split_comments(prefix: &str) -> (&str, &str) {
    let mut own = prefix.len();
    for line in prefix.split_inclusive('\n').rev() {
        if line.ends_with('\n') && line.trim().is_empty() {
            break;
        }
        own -= line.len();
    }
    prefix.split_at(own)
}

fn list_of(old: &Array, before: &[RuleText], wanted: &[Wanted]) -> Array {
    let mut list = old.clone();
    if is_same_order(old.len(), wanted) {
        for (value, (before, wanted)) in list.iter_mut().zip(before.iter().zip(wanted)) {
            if let Value::InlineTable(table) = value {
                change(table, before, &wanted.rule);
            }
        }
        return list;
    }
    list.clear();
    // After a comma, what is left of the line belongs to what stands before the comma.
    let own = |i: usize| {
        old.get(i)
            .map_or((" ", " "), |v| split_line(raw(v.decor().prefix())))
    };
    let behind = |i: usize| match i + 1 < old.len() {
        true => own(i + 1).0,
        false => split_line(raw(Some(old.trailing()))).0,
    };
    let fresh = old.get(0).map_or(" ", |v| {
        let prefix = raw(v.decor().prefix());
        let indent = prefix
            .rfind('\n')
            .map_or(prefix, |at| prefix.get(at..).unwrap_or(prefix));
        if indent.is_empty() { " " } else { indent }
    });
    let mut rest = String::new();
    for wanted in wanted {
        let kept = wanted.from.and_then(|i| {
            let table = old.get(i)?.as_inline_table()?;
            Some((i, table, before.get(i)?))
        });
        let (mut table, own, behind) = match kept {
            Some((i, table, before)) => {
                let mut table = table.clone();
                change(&mut table, before, &wanted.rule);
                (table, own(i).1, behind(i))
            }
            None => (new_inline(&wanted.rule), fresh, ""),
        };
        let own = match (list.is_empty(), own) {
            (true, own)
                if old
                    .get(0)
                    .is_some_and(|v| raw(v.decor().prefix()).is_empty()) =>
            {
                own.trim_start_matches(' ')
            }
            (false, "") => " ",
            (_, own) => own,
        };
        table
            .decor_mut()
            .set_prefix(std::mem::take(&mut rest) + own);
        behind.clone_into(&mut rest);
        list.push_formatted(Value::InlineTable(table));
    }
    let (_, end) = split_line(raw(Some(old.trailing())));
    list.set_trailing(rest + end);
    list
}

/// The rest of a line, and what follows.
fn split_line(text: &str) -> (&str, &str) {
    match text.find('\n') {
        Some(at) if text.get(..at).is_some_and(|line| line.contains('#')) => text.split_at(at),
        _ => ("", text),
    }
}

/// Writes what differs between two texts of a rule into its table.
fn change(table: &mut impl RuleTable, before: &RuleText, after: &RuleText) {
    set_changed(table.as_like(), before.values(), after.values());
    match (&before.alarm, &after.alarm) {
        (None, None) => {}
        (Some(_), None) => {
            table.as_like().remove("alarm");
        }
        (None, Some(alarm)) => table.add_alarm(alarm),
        (Some(before), Some(after)) => {
            if let Some(table) = table
                .as_like()
                .get_mut("alarm")
                .and_then(Item::as_table_like_mut)
            {
                set_changed(table, before.values(), after.values());
            }
        }
    }
}

fn set_changed<const N: usize>(
    table: &mut dyn TableLike,
    before: [(&'static str, Option<Value>); N],
    after: [(&'static str, Option<Value>); N],
) {
    for ((key, before), (_, after)) in before.into_iter().zip(after) {
        let text = |value: &Option<Value>| value.as_ref().map(ToString::to_string);
        if text(&before) == text(&after) {
            continue;
        }
        match after {
            // A key that says what holds without it is kept: somebody wrote it on purpose.
            None if key == "enabled" => set(table, key, Value::from(true)),
            None => drop(table.remove(key)),
            Some(value) => set(table, key, value),
        }
    }
}

/// Sets a key; what stands about its value stays.
fn set(table: &mut dyn TableLike, key: &str, mut value: Value) {
    if let Some(old) = table.get_mut(key) {
        if let Some(was) = old.as_value() {
            value = in_quotes_of(was, value);
            *value.decor_mut() = was.decor().clone();
        }
        *old = Item::Value(value);
        return;
    }
    // The last value of a table on one line carries the blank before its brace.
    let last = table.iter().last().map(|(key, _)| key.to_owned());
    let last = last.and_then(|last| table.get_mut(&last)?.as_value_mut());
    if let Some(last) = last
        && let Some(suffix) = last.decor().suffix().and_then(RawString::as_str)
        && !suffix.is_empty()
        && suffix.trim().is_empty()
    {
        value.decor_mut().set_prefix(" ");
        value.decor_mut().set_suffix(suffix);
        last.decor_mut().set_suffix("");
    }
    table.insert(key, Item::Value(value));
}

/// A text in single quotes where the one that it replaces has them.
fn in_quotes_of(was: &Value, value: Value) -> Value {
    let Value::String(was) = was else {
        return value;
    };
    let written = was.as_repr().and_then(|repr| repr.as_raw().as_str());
    let is_literal = written.is_some_and(|w| w.starts_with('\'') && !w.starts_with("'''"));
    let can_be = |text: &&str| !text.contains(|c: char| c == '\'' || c.is_control());
    match value.as_str().filter(can_be) {
        Some(text) if is_literal => format!("'{text}'").parse().unwrap_or(value),
        _ => value,
    }
}

/// A rule's table, with a header or in braces.
trait RuleTable: TableLike + Sized {
    /// Gives it an alarm, in its own form.
    fn add_alarm(&mut self, alarm: &AlarmText);
    /// As what the functions here change.
    fn as_like(&mut self) -> &mut dyn TableLike;
}

impl RuleTable for Table {
    fn add_alarm(&mut self, alarm: &AlarmText) {
        let mut of_alarm = Table::new();
        fill(&mut of_alarm, alarm.values());
        of_alarm.set_position(self.position());
        self.insert("alarm", Item::Table(of_alarm));
    }

    fn as_like(&mut self) -> &mut dyn TableLike {
        self
    }
}

impl RuleTable for InlineTable {
    fn add_alarm(&mut self, alarm: &AlarmText) {
        let mut of_alarm = InlineTable::new();
        fill(&mut of_alarm, alarm.values());
        set(self, "alarm", Value::InlineTable(of_alarm));
    }

    fn as_like(&mut self) -> &mut dyn TableLike {
        self
    }
}

fn new_table(rule: &RuleText) -> Table {
    let mut table = Table::new();
    fill(&mut table, rule.values());
    if let Some(alarm) = &rule.alarm {
        let mut of_alarm = Table::new();
        fill(&mut of_alarm, alarm.values());
        table.insert("alarm", Item::Table(of_alarm));
    }
    table
}

fn new_inline(rule: &RuleText) -> InlineTable {
    let mut table = InlineTable::new();
    fill(&mut table, rule.values());
    if let Some(alarm) = &rule.alarm {
        let mut of_alarm = InlineTable::new();
        fill(&mut of_alarm, alarm.values());
        table.insert("alarm", Value::InlineTable(of_alarm));
    }
    table
}

fn fill<const N: usize>(table: &mut dyn TableLike, values: [(&'static str, Option<Value>); N]) {
    for (key, value) in values {
        if let Some(value) = value {
            table.insert(key, Item::Value(value));
        }
    }
}

/// Puts a rule's table and all below it to one place: they are printed in their own order there.
fn set_position(table: &mut Table, position: isize) {
    table.set_position(Some(position));
    for (_, item) in table.iter_mut() {
        match item {
            Item::Table(below) => set_position(below, position),
            Item::ArrayOfTables(list) => {
                list.iter_mut()
                    .for_each(|below| set_position(below, position));
            }
            Item::Value(_) | Item::None => {}
        }
    }
}

/// The place of the table that is printed last.
fn last_position(table: &Table) -> isize {
    let mut last = table.position().unwrap_or_default();
    for (_, item) in table.iter() {
        match item {
            Item::Table(below) => last = last.max(last_position(below)),
            Item::ArrayOfTables(list) => {
                last = list.iter().map(last_position).fold(last, isize::max);
            }
            Item::Value(_) | Item::None => {}
        }
    }
    last
}

fn raw(text: Option<&RawString>) -> &str {
    text.and_then(RawString::as_str).unwrap_or_default()
}
