//! From what is asked for to SQL.

use std::fmt::Write as _;

use rusqlite::types::Value;

use super::row::{self, signed};
use super::{Query, Record};

/// Words of a search that are looked for; a search of more finds by these.
const MOST_WORDS: usize = 16;

/// A query as SQL, with what of it SQL cannot tell.
#[derive(Debug, PartialEq)]
pub(super) struct Select {
    pub sql: String,
    pub parameters: Vec<Value>,
    /// Words that SQLite would compare by case, in lower case: it folds ASCII only.
    pub words: Vec<String>,
}

/// Columns that a search looks into.
const SEARCHED: [&str; 5] = ["object", "name", "value", "user", "comment"];

impl Select {
    /// The newest first, or the oldest.
    pub fn new(query: &Query, is_newest_first: bool) -> Self {
        let mut select = Self {
            sql: format!("SELECT {} FROM records", row::COLUMNS),
            parameters: Vec::new(),
            words: Vec::new(),
        };
        let mut conditions = Vec::new();
        if let Some(from_ms) = query.from_ms {
            conditions.push(format!("at_ms >= {}", select.parameter(from_ms)));
        }
        if let Some(until_ms) = query.until_ms {
            conditions.push(format!("at_ms < {}", select.parameter(until_ms)));
        }
        if let Some(object) = &query.object {
            let object = select.parameter(object.to_string());
            conditions.push(format!("object = {object}"));
        }
        if let Some(name) = &query.name {
            conditions.push(format!("name = {}", select.parameter(name.to_string())));
        }
        if let Some(seq) = query.before_seq {
            conditions.push(format!("seq < {}", select.parameter(signed(seq))));
        }
        let priorities = query.priorities.iter().map(|p| p.name().to_owned());
        conditions.extend(select.one_of("priority", priorities.collect()));
        let changes = query.changes.iter().map(|change| change.to_string());
        conditions.extend(select.one_of("change", changes.collect()));
        for word in query.text.split_whitespace().take(MOST_WORDS) {
            let mut word = word;
            if !word.is_ascii() {
                select.words.push(word.to_lowercase());
                // The database leaves little to look at, where the word has a part that it can fold.
                word = longest_ascii(word);
            }
            if word.is_empty() {
                continue;
            }
            let word = select.parameter(format!("%{}%", escaped(word)));
            let like = SEARCHED.map(|column| format!(r"{column} LIKE {word} ESCAPE '\'"));
            conditions.push(format!("({})", like.join(" OR ")));
        }
        if !conditions.is_empty() {
            select.sql += " WHERE ";
            select.sql += &conditions.join(" AND ");
        }
        select.sql += if is_newest_first {
            " ORDER BY seq DESC"
        } else {
            " ORDER BY seq"
        };
        // With words of its own, how many rows are to be looked at is not known before.
        if let Some(limit) = query.limit.filter(|_| select.words.is_empty()) {
            // Writing to a String cannot fail.
            let _written = write!(select.sql, " LIMIT {limit}");
        }
        select
    }

    fn parameter(&mut self, value: impl Into<Value>) -> String {
        self.parameters.push(value.into());
        format!("?{}", self.parameters.len())
    }

    fn one_of(&mut self, column: &str, values: Vec<String>) -> Option<String> {
        if values.is_empty() {
            return None;
        }
        let values: Vec<String> = values.into_iter().map(|v| self.parameter(v)).collect();
        Some(format!("{column} IN ({})", values.join(", ")))
    }

    /// Whether a record has all words that SQL was not asked for.
    pub fn has_words(&self, record: &Record) -> bool {
        if self.words.is_empty() {
            return true;
        }
        let texts = [
            record.object.to_lowercase(),
            record.name.to_lowercase(),
            record.value.to_lowercase(),
            record.by.as_ref().map_or("", |by| &by.user).to_lowercase(),
            record.comment.as_deref().unwrap_or("").to_lowercase(),
        ];
        let is_in = |word: &String| texts.iter().any(|text| text.contains(word));
        self.words.iter().all(is_in)
    }
}

fn longest_ascii(word: &str) -> &str {
    let runs = word.split(|c: char| !c.is_ascii());
    runs.max_by_key(|run| run.len()).unwrap_or_default()
}

/// A word as it stands for itself in a pattern.
fn escaped(word: &str) -> String {
    let mut escaped = String::with_capacity(word.len());
    for c in word.chars() {
        if matches!(c, '%' | '_' | '\\') {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}
