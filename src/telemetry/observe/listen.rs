//! Hearing everything that a broker has, over a connection of its own that ends by itself.
//!
//! The scene's own connection stays as it is: nothing of what is heard here is decoded, and nothing
//! that fits no filter is counted as rejected.

use std::pin::pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rumqttc::{AsyncClient, Event, NetworkOptions, Packet, QoS, SubscribeReasonCode};

use super::{Ear, LISTENS_FOR, Listening, Shared, lock};
use crate::scene::Scene;
use crate::telemetry::connection::{self, Feed, Polled, connect_options, guarded, poll_once};
use crate::telemetry::failure::Failure;
use crate::telemetry::{TelemetryConfig, time};

/// How soon it is noticed that it is over.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// Starts the thread that listens.
///
/// # Errors
/// The thread or its runtime could not be made.
pub(super) fn start(
    shared: Arc<Shared>,
    scene: Arc<Scene>,
    config: TelemetryConfig,
    session: u64,
) -> std::io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let feed = Feed {
        epoch: 0,
        scene,
        config,
    };
    let run = move || {
        let failed = runtime.block_on(listen(&shared, &feed, session)).err();
        runtime.shutdown_background();
        if !shared.is_current(session) {
            return;
        }
        *lock(&shared.listening) = failed.map_or(Listening::Off, Listening::Failed);
        if shared.ear() == Ear::Everything {
            shared.set_ear(Ear::Filters);
        }
        lock(&shared.wake).wake();
    };
    let thread = std::thread::Builder::new().name("telemetry-listen".into());
    thread.spawn(run).map(drop)
}

/// Listens until it is over.
///
/// # Errors
/// Why it cannot, in words.
async fn listen(shared: &Shared, feed: &Feed, session: u64) -> Result<(), String> {
    let (broker, options) = connect_options(feed)?;
    let (client, mut events) = AsyncClient::new(options, 4);
    let mut network = NetworkOptions::new();
    network.set_connection_timeout(feed.config.connect_timeout.as_secs().max(1));
    events.set_network_options(network);
    let until = Instant::now() + LISTENS_FOR;
    let until_ms = time::now_ms().saturating_add(LISTENS_FOR.as_millis() as i64);
    *lock(&shared.listening) = Listening::Until(until_ms);
    let is_over = || !shared.is_current(session) || Instant::now() >= until;
    let mut is_connected = false;
    loop {
        let mut poll = pin!(tokio::task::unconstrained(events.poll()));
        let event = match poll_once(poll.as_mut()).await {
            Some(event) => event,
            None => {
                shared.publish(Ear::Everything, time::now_ms());
                // Waking for each message costs more than looking at it.
                std::thread::sleep(connection::GATHER);
                loop {
                    tokio::select! {
                        biased;
                        event = guarded(poll.as_mut()) => break event,
                        () = tokio::time::sleep(LOOK_EVERY) => {
                            shared.publish(Ear::Everything, time::now_ms());
                            if is_over() { return Ok(()); }
                        }
                    }
                }
            }
        };
        if is_over() {
            return Ok(());
        }
        match event {
            Polled::Ready(Ok(Event::Incoming(Packet::Publish(publish)))) => {
                let now_ms = time::now_ms();
                let (topic, payload) = (&publish.topic, &publish.payload);
                shared.see(Ear::Everything, topic, payload, publish.retain, now_ms);
                shared.publish(Ear::Everything, now_ms);
            }
            Polled::Ready(Ok(Event::Incoming(Packet::ConnAck(_)))) => {
                is_connected = true;
                let asked = client.try_subscribe("#", QoS::AtMostOnce);
                asked.map_err(|error| format!("The subscription could not be sent: {error}"))?;
            }
            Polled::Ready(Ok(Event::Incoming(Packet::SubAck(answer)))) => {
                let refused = |code: &_| matches!(code, SubscribeReasonCode::Failure);
                if answer.return_codes.iter().any(refused) {
                    return Err(format!(
                        "{broker} does not let this user read everything (#). Ask for a user that may."
                    ));
                }
                shared.set_ear(Ear::Everything);
            }
            Polled::Ready(Ok(_)) => {}
            Polled::Ready(Err(error)) => {
                return Err(Failure::of(&error, &broker, is_connected).words);
            }
            Polled::Panicked => {
                return Err(format!("The MQTT client failed on what {broker} sent."));
            }
        }
    }
}
