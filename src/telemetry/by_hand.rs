//! Messages that are handed over within the program, in place of a broker's: the same decoder, no
//! network and no other clock than the frame's.

use std::time::Duration;

use bevy::prelude::*;

use super::decode::Decoder;
use super::observe::Ear;
use super::{Arrivals, Link, Observation, TelemetryStatus};
use crate::RoomSet;
use crate::clock::Clock;
use crate::scene::ActiveScene;

/// Takes the place of the connection while it exists.
#[derive(Resource, Debug, Default)]
pub struct ByHand {
    source: String,
    messages: Vec<(String, String)>,
    decoder: Option<(u64, Decoder)>,
    last: Option<Duration>,
}

impl ByHand {
    /// Hands a message over; it arrives in the next frame.
    pub fn publish(&mut self, topic: &str, payload: String) {
        self.messages.push((topic.to_owned(), payload));
    }
}

/// Makes an app take its telemetry by hand; `source` is shown as the broker.
pub fn take_by_hand(app: &mut App, source: &str) {
    app.insert_resource(ByHand {
        source: source.to_owned(),
        ..ByHand::default()
    })
    .add_systems(Update, arrive.in_set(RoomSet::Telemetry));
}

fn arrive(
    active: Option<Res<ActiveScene>>,
    clock: Res<Clock>,
    mut by_hand: ResMut<ByHand>,
    mut arrivals: ResMut<Arrivals>,
    mut status: ResMut<TelemetryStatus>,
    observation: Res<Observation>,
) {
    let Some(active) = active else { return };
    let observed = observation.shared();
    let by_hand = &mut *by_hand;
    let generation = active.generation;
    if by_hand.decoder.as_ref().is_none_or(|d| d.0 != generation) {
        by_hand.decoder = Some((generation, Decoder::new(&active.scene)));
        observed.adopt(&active.scene);
        status.broker.clone_from(&by_hand.source);
        status.link = Link::Connected;
        status.since_ms = clock.wall_ms;
    }
    let Some((_, decoder)) = &mut by_hand.decoder else {
        return;
    };
    arrivals.0.clear();
    if by_hand.messages.is_empty() {
        return;
    }
    let count = by_hand.messages.len();
    for (topic, payload) in by_hand.messages.drain(..) {
        let mut keep = |sample| arrivals.0.push(sample);
        observed.see(
            Ear::Filters,
            &topic,
            payload.as_bytes(),
            false,
            clock.wall_ms,
        );
        let decoded = decoder.decode(&topic, payload.as_bytes(), clock.wall_ms, &mut keep);
        status.rejected += u64::from(decoded.is_err());
    }
    observed.publish(Ear::Filters, clock.wall_ms);
    let since_s = by_hand.last.map_or(0.0, |last| {
        clock.monotonic.saturating_sub(last).as_secs_f64()
    });
    by_hand.last = Some(clock.monotonic);
    status.messages += count as u64;
    status.values += arrivals.0.len() as u64;
    if since_s > 0.0 {
        status.messages_per_s = count as f64 / since_s;
        status.values_per_s = arrivals.0.len() as f64 / since_s;
    }
}
