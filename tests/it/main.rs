//! The integration tests: one binary, because every further one links Bevy again.

mod alarms;
mod demo;
mod end_to_end;
mod panels;
mod rules;
mod scene;
mod support;
mod telemetry;
mod view;
mod window;
