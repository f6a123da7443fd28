//! Several stations, one truth: what is acknowledged, shelved or said at one desk is so at every desk.
//!
//! Each alarm has one retained document on the broker. Stations join what they hear with what they
//! know; joining is commutative, associative and idempotent, so they agree whatever the order, the
//! number and the loss of messages, and no clock takes part. `docs/stations.md` tells the rest.

mod check;
mod document;
mod join;
mod limits;
mod replica;
mod schema;
mod sign;
#[cfg(test)]
mod tests;
mod topic;
mod view;

pub use document::{
    Aside, By, Document, Done, FORMAT, Heartbeat, Mark, Presence, Remark, Sent, Shared,
    SharedService, SharedShelf, Stand, State,
};
pub use schema::schema_text;
pub use topic::{Topics, slug};
