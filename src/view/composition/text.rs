//! Texts of a composition with the values that they name.

/// A text in which each `${name}` has its value; `-` where there is none.
pub fn with_values(text: &str, value: impl Fn(&str) -> Option<String>) -> String {
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        filled.push_str(before);
        let Some((name, after)) = after.split_once('}') else {
            filled.push_str("${");
            rest = after;
            continue;
        };
        filled.push_str(value(name).as_deref().unwrap_or("-"));
        rest = after;
    }
    filled.push_str(rest);
    filled
}

/// A number as JavaScript writes it, which is what authors of such texts expect.
pub fn number(value: f64) -> String {
    ryu_js::Buffer::new().format(value).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_their_values_and_a_dash_where_there_is_none() {
        let value = |name: &str| (name == "rpm").then(|| number(12.345_678_9));
        assert_eq!(
            with_values("**${rpm}** rpm, ${torque} Nm, $5 ${open", value),
            "**12.3456789** rpm, - Nm, $5 ${open"
        );
        assert_eq!(number(1e21), "1e+21");
        assert_eq!(number(80.0), "80");
    }
}
