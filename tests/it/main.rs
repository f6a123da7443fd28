//! The integration tests: one binary, because every further one links Bevy again.

// A test that meets what it did not expect has failed; how it stops is of no matter.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used
)]

mod access;
mod alarm_panes;
mod alarm_sources;
mod alarm_states;
mod alarms;
mod camera;
mod composition;
mod computed;
mod demo;
mod editor;
mod end_to_end;
mod findings;
mod gltf;
mod hearing;
mod journal;
mod look;
mod mapping;
mod opening;
mod outputs;
mod panels;
mod parts;
mod performance;
mod pictures;
mod place;
mod readme;
mod rules;
mod scene;
mod scenes;
mod sharing;
mod sound;
mod support;
mod telemetry;
mod twinmaker;
mod view;
mod window;
mod windows;
