//! Values put into the fleet of a viewer off screen, as if they had arrived.

use std::sync::{Arc, Mutex};

use bevy::prelude::{IntoScheduleConfigs as _, ResMut, Update};
use windvane::RoomSet;
use windvane::clock::now_ms;
use windvane::fleet::{Quality, Sample, SignalColumn, TurbineRow};
use windvane::telemetry::Arrivals;
use windvane::view::OffScreen;
use windvane::view::app::{ViewOptions, build};

/// What a viewer is to hear of in its next frame.
#[derive(Default)]
pub struct Hearing(Arc<Mutex<Vec<Sample>>>);

impl Hearing {
    /// A viewer with its scene loaded, and its hearing.
    pub fn of(options: &ViewOptions) -> (OffScreen, Self) {
        let hearing = Self::default();
        let queue = Arc::clone(&hearing.0);
        let mut app = build(options).unwrap();
        app.add_systems(
            Update,
            (move |mut arrivals: ResMut<Arrivals>| {
                arrivals.0.append(&mut queue.lock().unwrap());
            })
            .after(RoomSet::Telemetry)
            .before(RoomSet::Fleet),
        );
        let mut off_screen = OffScreen::new(app);
        off_screen.load().unwrap();
        (off_screen, hearing)
    }

    /// A value of now: turbine by row, signal by column.
    pub fn hear(&self, turbine: u32, signal: u16, value: f64, quality: Quality) {
        let now = now_ms();
        self.0.lock().unwrap().push(Sample {
            source_time_ms: now,
            arrival_ms: now,
            value,
            turbine: TurbineRow(turbine),
            signal: SignalColumn(signal),
            quality,
            timed_by_source: false,
        });
    }
}
