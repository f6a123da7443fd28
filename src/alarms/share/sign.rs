//! The signature of a message: HMAC-SHA-256 with a key that the stations of a site share.
//!
//! It covers the topic, a line feed and the payload as it was before the signature was put in as its
//! last member.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

/// The environment variable that holds the key.
pub const KEY_VARIABLE: &str = "WINDVANE_STATION_KEY";
const MEMBER: &str = r#","signature":""#;
const END: &str = r#""}"#;
const HEX_DIGITS: usize = 64;

/// The key that stations share.
#[derive(Clone)]
pub struct Key(Hmac<Sha256>);

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Key(…)")
    }
}

impl Key {
    /// The key in [`KEY_VARIABLE`]; `None` where it is not set or empty.
    ///
    /// # Errors
    /// It is not UTF-8.
    pub fn of_environment() -> Result<Option<Self>, String> {
        match std::env::var(KEY_VARIABLE) {
            Ok(text) if text.is_empty() => Ok(None),
            Ok(text) => Ok(Self::new(text.as_bytes())),
            Err(std::env::VarError::NotPresent) => Ok(None),
            Err(std::env::VarError::NotUnicode(_)) => Err(format!("{KEY_VARIABLE} is not UTF-8")),
        }
    }

    /// A key of these bytes.
    pub fn new(bytes: &[u8]) -> Option<Self> {
        Hmac::new_from_slice(bytes).ok().map(Self)
    }

    /// Puts the signature into a JSON object.
    pub fn sign(&self, topic: &str, payload: &mut String) {
        let mac = self
            .mac(topic, payload.as_bytes(), b"")
            .finalize()
            .into_bytes();
        if payload.pop() != Some('}') {
            return;
        }
        payload.push_str(MEMBER);
        for byte in mac.iter() {
            payload.push_str(&format!("{byte:02x}"));
        }
        payload.push_str(END);
    }

    /// Whether the payload carries the signature that belongs to it and its topic.
    pub fn has_signed(&self, topic: &str, payload: &[u8]) -> bool {
        let split = || {
            let rest = payload.strip_suffix(END.as_bytes())?;
            let (rest, hex) = rest.split_at_checked(rest.len().checked_sub(HEX_DIGITS)?)?;
            let body = rest.strip_suffix(MEMBER.as_bytes())?;
            let hex = std::str::from_utf8(hex).ok()?;
            let digit = |at: usize| u8::from_str_radix(hex.get(at..at + 2)?, 16).ok();
            let mac: Option<Vec<u8>> = (0..HEX_DIGITS).step_by(2).map(digit).collect();
            Some((body, mac?))
        };
        let Some((body, mac)) = split() else {
            return false;
        };
        self.mac(topic, body, b"}").verify_slice(&mac).is_ok()
    }

    fn mac(&self, topic: &str, body: &[u8], end: &[u8]) -> Hmac<Sha256> {
        let mut mac = self.0.clone();
        mac.update(topic.as_bytes());
        mac.update(b"\n");
        mac.update(body);
        mac.update(end);
        mac
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_signed_with_the_key_for_the_topic_passes() {
        let key = Key::new(b"secret").unwrap();
        let mut payload = r#"{"format":1}"#.to_owned();
        key.sign("a/b", &mut payload);
        assert!(serde_json::from_str::<serde_json::Value>(&payload).is_ok());
        assert!(key.has_signed("a/b", payload.as_bytes()));
        assert!(!key.has_signed("a/c", payload.as_bytes()), "another topic");
        let other = Key::new(b"other").unwrap();
        assert!(!other.has_signed("a/b", payload.as_bytes()), "another key");
        let altered = payload.replace(":1", ":2");
        assert!(
            !key.has_signed("a/b", altered.as_bytes()),
            "another payload"
        );
        assert!(!key.has_signed("a/b", br#"{"format":1}"#), "unsigned");
        assert!(!key.has_signed("a/b", b""));
    }

    #[test]
    fn the_signature_is_what_others_compute() {
        // printf 'a/b\n{"format":1}' | openssl dgst -sha256 -hmac secret
        let key = Key::new(b"secret").unwrap();
        let mut payload = r#"{"format":1}"#.to_owned();
        key.sign("a/b", &mut payload);
        let expected = "db289230a47733234c832d704e2a7bf2fa216dd74eff7917e03e719f0b9f8a54";
        assert_eq!(
            payload,
            format!(r#"{{"format":1,"signature":"{expected}"}}"#)
        );
    }
}
