//! The chain of hashes that makes a change of a record show.

use std::fmt::Write as _;

use serde_json::json;
use sha2::{Digest as _, Sha256};

use super::Record;

/// The hash of a record; all zeros stand before the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Hash(pub [u8; 32]);

impl std::fmt::Display for Hash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut hex = String::with_capacity(64);
        for byte in self.0 {
            write!(hex, "{byte:02x}")?;
        }
        f.pad(&hex)
    }
}

/// A record as it is stored.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// What is told of it.
    pub record: Record,
    /// How the states changed with it: a JSON merge patch (RFC 7386), where they did.
    pub states: Option<String>,
    /// Over all of it and the hash of the record before.
    pub hash: Hash,
}

/// The hash of a record after one with the hash `previous`: SHA-256 of that hash in hexadecimal, a
/// line feed, and the record as a JSON array without spaces.
pub(super) fn hash(previous: Hash, record: &Record, states: Option<&str>) -> Hash {
    let by = record.by.as_ref();
    let content = json!([
        record.seq,
        record.at_ms,
        record.change,
        record.object,
        record.name,
        record.key,
        record.priority.map(|p| p.name()),
        record.value,
        by.map(|by| &by.user),
        by.map(|by| &by.station),
        by.map(|by| by.role.name()),
        record.comment,
        record.until_ms,
        states,
    ]);
    Hash(Sha256::digest(format!("{previous}\n{content}")).into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::Role;
    use crate::alarms::{Actor, AlarmKey};
    use crate::scene::Priority;

    #[test]
    fn a_hash_can_be_worked_out_with_other_tools() {
        let record = Record {
            seq: 2,
            at_ms: 1_700_000_000_000,
            change: "acknowledged".into(),
            object: "T01".into(),
            name: "Öl \"heiß\"".into(),
            key: Some(AlarmKey(7)),
            priority: Some(Priority::High),
            value: "83.2 > 80 °C".into(),
            by: Some(Actor {
                user: "anna".into(),
                station: "desk 1".into(),
                role: Role::Operator,
            }),
            comment: None,
            until_ms: None,
        };
        // printf '%064d\n%s' 0 '[2,…]' | sha256sum
        let content = "[2,1700000000000,\"acknowledged\",\"T01\",\"Öl \\\"heiß\\\"\",7,\"high\",\
            \"83.2 > 80 °C\",\"anna\",\"desk 1\",\"operator\",null,null,\"{}\"]";
        let expected = Sha256::digest(format!("{}\n{content}", "0".repeat(64)));
        assert_eq!(
            hash(Hash::default(), &record, Some("{}")),
            Hash(expected.into())
        );
    }
}
