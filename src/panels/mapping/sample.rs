//! A payload as people read it, line by line, with the place of a field.

use serde_json::Value;

/// A line of a payload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    pub text: String,
    /// It is the field that was asked for.
    pub is_marked: bool,
}

/// Lines at most.
const MOST: usize = 400;

/// The lines of a payload; as it is where it is no JSON.
pub(super) fn lines(payload: &str, marked: Option<&str>) -> Vec<Line> {
    let mut lines = Vec::new();
    match serde_json::from_str::<Value>(payload) {
        Ok(value) => write(&value, "", String::new(), "", marked, &mut lines),
        Err(_) => lines.extend(payload.lines().take(MOST).map(|line| Line {
            text: line.to_owned(),
            is_marked: false,
        })),
    }
    lines
}

fn write(
    value: &Value,
    pointer: &str,
    start: String,
    end: &str,
    marked: Option<&str>,
    lines: &mut Vec<Line>,
) {
    if lines.len() >= MOST {
        return;
    }
    let is_marked = marked == Some(pointer);
    let indent = " ".repeat(start.len() - start.trim_start().len());
    let mut line = |text: String, is_marked| lines.push(Line { text, is_marked });
    let (open, close, members): (_, _, Vec<(String, String, &Value)>) = match value {
        Value::Object(members) if !members.is_empty() => {
            let members = members.iter().map(|(name, member)| {
                let step = name.replace('~', "~0").replace('/', "~1");
                (format!("{}: ", Value::from(name.as_str())), step, member)
            });
            ("{", "}", members.collect())
        }
        Value::Array(elements) if !elements.is_empty() => {
            let elements = elements.iter().enumerate();
            let elements = elements.map(|(at, element)| (String::new(), at.to_string(), element));
            ("[", "]", elements.collect())
        }
        scalar => {
            line(format!("{start}{scalar}{end}"), is_marked);
            return;
        }
    };
    line(format!("{start}{open}"), is_marked);
    let last = members.len().saturating_sub(1);
    for (at, (name, step, member)) in members.into_iter().enumerate() {
        let below = format!("{pointer}/{step}");
        let end = if at == last { "" } else { "," };
        write(
            member,
            &below,
            format!("{indent}  {name}"),
            end,
            marked,
            lines,
        );
    }
    lines.push(Line {
        text: format!("{indent}{close}{end}"),
        is_marked: false,
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_payload_is_indented_and_its_field_marked() {
        let lines = lines(r#"{"a":{"b/c":1.5},"d":[true]}"#, Some("/a/b~1c"));
        let texts: Vec<_> = lines.iter().map(|l| l.text.as_str()).collect();
        assert_eq!(
            texts,
            [
                "{",
                "  \"a\": {",
                "    \"b/c\": 1.5",
                "  },",
                "  \"d\": [",
                "    true",
                "  ]",
                "}"
            ]
        );
        let marked: Vec<_> = lines.iter().filter(|l| l.is_marked).collect();
        assert_eq!(marked.len(), 1);
        assert_eq!(marked[0].text, "    \"b/c\": 1.5");
    }

    #[test]
    fn what_is_no_json_is_shown_as_it_is() {
        let lines = lines("running\nhot", None);
        assert_eq!(lines.len(), 2);
    }
}
