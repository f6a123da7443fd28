//! Values of a document, read as leniently as TwinMaker does; what cannot be used is told.

use bevy::math::DVec3;

use super::color;
use super::json::Value;
use super::report::Report;
use crate::scene::problem::{Problem, quoted};

/// Beyond this nothing can be drawn.
const LARGEST: f64 = 1e9;

/// Three numbers, or a default where there are none or they cannot be used.
pub(super) fn vector(value: Option<Value<'_>>, default: DVec3, report: &mut Report<'_>) -> DVec3 {
    let Some(value) = value.filter(|v| !v.is_null()) else {
        return default;
    };
    let mut numbers = value.items().map(Value::as_number);
    let vector = match (numbers.next(), numbers.next(), numbers.next()) {
        (Some(x), Some(y), Some(z)) => DVec3::new(x, y, z),
        _ => DVec3::NAN,
    };
    if vector.is_finite() && vector.abs().max_element() <= LARGEST {
        return vector;
    }
    let message = format!(
        "{} is not three numbers within a thousand million: {}, {}, {} is taken",
        quoted(value.source()),
        default.x,
        default.y,
        default.z
    );
    report.own(Problem::warning("twinmaker-value", value.place(), message));
    default
}

/// A number, or a default where there is none or it cannot be used.
pub(super) fn number(value: Option<Value<'_>>, default: f32, report: &mut Report<'_>) -> f32 {
    let Some(value) = value.filter(|v| !v.is_null()) else {
        return default;
    };
    let number = value.as_number();
    if number.is_finite() && number.abs() <= LARGEST {
        return number as f32;
    }
    let message = format!(
        "{} is not a number: {default} is taken",
        quoted(value.source())
    );
    report.own(Problem::warning("twinmaker-value", value.place(), message));
    default
}

/// A colour as text or as a whole number; nothing for nothing and for an empty one.
pub(super) fn rgb(value: Option<Value<'_>>) -> Option<[u8; 3]> {
    let value = value?;
    match (value.text(), value.number()) {
        (Some(""), _) => None,
        (Some(style), _) => Some(color::rgb(style)),
        (_, Some(number)) => Some(color::of_number(number)),
        _ => None,
    }
}

/// A text; empty for what is none.
pub(super) fn text<'a>(value: Option<Value<'a>>) -> &'a str {
    value.and_then(Value::text).unwrap_or_default()
}
