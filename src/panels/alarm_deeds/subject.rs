//! What a dialog or a menu acts on, in words.

use std::collections::HashSet;

use crate::alarms::AlarmId;
use crate::panels::format;

/// `Gearbox oil hot of T37`, `Gearbox oil hot of 3 turbines`, `3 alarms of T37`, `5 alarms of 3 turbines`.
pub fn subject(alarms: &[AlarmId]) -> String {
    let objects: HashSet<&str> = alarms.iter().map(|id| &*id.object).collect();
    let names: HashSet<&str> = alarms.iter().map(|id| &*id.name).collect();
    let one = |of: HashSet<&str>| of.into_iter().next().unwrap_or_default().to_owned();
    let (objects_count, names_count) = (objects.len(), names.len());
    let what = match names_count {
        1 => one(names),
        _ => format::counted(alarms.len(), "alarm", "alarms"),
    };
    let whose = match objects_count {
        1 => one(objects),
        n => format::counted(n, "turbine", "turbines"),
    };
    format!("{what} of {whose}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_acted_on_is_named_as_far_as_it_is_one() {
        let id = |object: &str, name: &str| AlarmId {
            object: object.into(),
            name: name.into(),
        };
        let hot = |object| id(object, "Gearbox oil hot");
        assert_eq!(subject(&[hot("T37")]), "Gearbox oil hot of T37");
        assert_eq!(
            subject(&[hot("T37"), hot("T38")]),
            "Gearbox oil hot of 2 turbines"
        );
        let still = id("T37", "No power");
        assert_eq!(subject(&[hot("T37"), still.clone()]), "2 alarms of T37");
        assert_eq!(subject(&[hot("T38"), still]), "2 alarms of 2 turbines");
    }
}
