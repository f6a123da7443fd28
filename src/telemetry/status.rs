//! What an operator is told of the connection.

use std::collections::VecDeque;

use bevy::prelude::*;

/// How many rejected payloads are kept to be looked at.
pub(super) const MOST_RECENT_REJECTS: usize = 200;

/// The connection to the broker.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Link {
    /// No scene is open yet.
    #[default]
    Idle,
    /// The first attempt is under way.
    Connecting,
    /// Connected, and subscribed.
    Connected,
    /// Not connected; the reason, in words. Tried again at `retry_ms` (milliseconds since 1970 UTC).
    Disconnected {
        /// What went wrong, and what to do.
        reason: String,
        /// When it is tried again.
        retry_ms: i64,
    },
}

/// Why a payload could not be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RejectReason {
    /// The topic matches no `{turbine}` of the scene.
    UnknownTurbine,
    /// The `{signal}` level names no signal of the model.
    UnknownSignal,
    /// Not JSON, or cut off.
    MalformedJson,
    /// JSON, but nested too deeply or too large.
    TooLarge,
    /// JSON, but none of the model's fields is in it.
    NoKnownField,
    /// A field is there but is not of the signal's kind.
    WrongType,
    /// Not a finite number.
    NotFinite,
    /// Not a time, or one too far in the future or the past.
    BadTime,
    /// Not UTF-8.
    NotUtf8,
    /// More distinct texts than a twin can keep.
    TooManyTexts,
}

impl RejectReason {
    /// Every reason, in the order of their numbers.
    pub const ALL: [Self; 10] = [
        Self::UnknownTurbine,
        Self::UnknownSignal,
        Self::MalformedJson,
        Self::TooLarge,
        Self::NoKnownField,
        Self::WrongType,
        Self::NotFinite,
        Self::BadTime,
        Self::NotUtf8,
        Self::TooManyTexts,
    ];

    /// The name in reports: `malformed_json`.
    pub fn name(self) -> &'static str {
        match self {
            Self::UnknownTurbine => "unknown_turbine",
            Self::UnknownSignal => "unknown_signal",
            Self::MalformedJson => "malformed_json",
            Self::TooLarge => "too_large",
            Self::NoKnownField => "no_known_field",
            Self::WrongType => "wrong_type",
            Self::NotFinite => "not_finite",
            Self::BadTime => "bad_time",
            Self::NotUtf8 => "not_utf8",
            Self::TooManyTexts => "too_many_texts",
        }
    }

    /// The reason for people.
    pub fn words(self) -> &'static str {
        match self {
            Self::UnknownTurbine => "Unknown turbine",
            Self::UnknownSignal => "Unknown signal",
            Self::MalformedJson => "Not JSON, or cut off",
            Self::TooLarge => "Too large or too deeply nested",
            Self::NoKnownField => "None of the model's fields",
            Self::WrongType => "Wrong type",
            Self::NotFinite => "Not a finite number",
            Self::BadTime => "Not a plausible time",
            Self::NotUtf8 => "Not UTF-8",
            Self::TooManyTexts => "Too many distinct texts",
        }
    }
}

/// A payload that could not be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejected {
    /// When it arrived, milliseconds since 1970 UTC.
    pub arrival_ms: i64,
    /// Its topic.
    pub topic: String,
    /// Its first 200 bytes, what is not text escaped.
    pub excerpt: String,
    /// Why.
    pub reason: RejectReason,
    /// The reason in words, with the field concerned.
    pub detail: String,
}

/// The connection and its counts, as the status bar shows them.
#[derive(Resource, Debug, Clone, Default)]
pub struct TelemetryStatus {
    /// The broker's address, without credentials.
    pub broker: String,
    /// Connected or not.
    pub link: Link,
    /// Since when, milliseconds since 1970 UTC.
    pub since_ms: i64,
    /// Over the last second or so.
    pub messages_per_s: f64,
    /// Over the last second or so.
    pub values_per_s: f64,
    /// Since the connection thread started.
    pub messages: u64,
    /// Since the connection thread started.
    pub values: u64,
    /// Samples replaced by a newer one before the app could take them.
    pub coalesced: u64,
    /// Samples that waited while topics, signals or turbines of the scene changed, and meant nothing any more.
    pub dropped: u64,
    /// Payloads that could not be used.
    pub rejected: u64,
    /// The same, by reason; only reasons that occurred.
    pub rejected_by_reason: Vec<(RejectReason, u64)>,
    /// The last ones, newest last, at most 200.
    pub recent_rejects: VecDeque<Rejected>,
    /// What is wrong although the broker can be reached, such as a filter that it refused.
    pub notices: Vec<String>,
}
