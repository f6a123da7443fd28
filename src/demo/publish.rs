//! The publisher: one thread that runs the farm against the clock and sends it to a broker.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use rand::RngExt as _;
use rumqttc::{AsyncClient, ConnectionError, Event, EventLoop, MqttOptions, Packet, QoS};

use super::encode::Encoder;
use super::simulation::{Simulation, SimulationError};
use super::{FaultEvent, Options};
use crate::clock::now_ms;

/// Where to publish, and as whom.
#[derive(Clone, Default)]
pub struct Address {
    /// `mqtt://host:port` or `mqtts://host:port`.
    pub url: String,
    /// User name and password.
    pub credentials: Option<(String, String)>,
}

impl Address {
    /// A broker that asks for no credentials.
    pub fn new(url: &str) -> Self {
        Self {
            url: url.to_owned(),
            credentials: None,
        }
    }
}

impl std::fmt::Debug for Address {
    /// Without the password.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Address")
            .field("url", &self.url)
            .finish_non_exhaustive()
    }
}

/// Why the simulator cannot start.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// Not a broker's address.
    #[error("{url:?} is not a broker's address ({reason}); write mqtt://host:1883")]
    Url {
        /// As given.
        url: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A password where others can read it.
    #[error("the address holds a user name; give the names of environment variables instead")]
    CredentialsInUrl,
    /// What is to be simulated does not work.
    #[error(transparent)]
    Simulation(#[from] SimulationError),
    /// Speed or interval out of range.
    #[error("{0}")]
    Range(&'static str),
    /// No thread, or no runtime on it.
    #[error("cannot start the simulator's thread")]
    Thread(#[from] std::io::Error),
}

/// What the publisher tells of itself.
#[derive(Debug, Clone, PartialEq)]
pub enum Report {
    /// Connected, and publishing.
    Publishing {
        /// Turbines.
        turbines: usize,
        /// The broker.
        broker: String,
        /// Each turbine publishes once in this time.
        interval: Duration,
    },
    /// Not connected; tried again by itself.
    Disconnected {
        /// The broker.
        broker: String,
        /// What went wrong.
        reason: String,
        /// When it is tried again.
        retry_in: Duration,
    },
    /// A fault began or ended.
    Fault {
        /// Simulated seconds from the start.
        time_s: f64,
        /// The turbine.
        turbine: String,
        /// Which.
        event: FaultEvent,
        /// It began; else it was mended.
        began: bool,
    },
    /// The machine is too slow for this farm: this much time was left out.
    Behind {
        /// Left out.
        skipped: Duration,
    },
}

/// Writes a report to the program's log.
pub(super) fn log_report(report: &Report) {
    match report {
        Report::Disconnected { .. } | Report::Behind { .. } => tracing::warn!("{report}"),
        Report::Publishing { .. } => tracing::info!("{report}"),
        Report::Fault { .. } => tracing::debug!("{report}"),
    }
}

impl std::fmt::Display for Report {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Publishing {
                turbines,
                broker,
                interval,
            } => {
                let every = humantime::format_duration(*interval);
                let s = if *turbines == 1 { "" } else { "s" };
                write!(
                    f,
                    "Publishing {turbines} turbine{s} to {broker} every {every}"
                )
            }
            Self::Disconnected {
                broker,
                reason,
                retry_in,
            } => write!(
                f,
                "Not connected to {broker}: {reason}; trying again in {:.1} s",
                retry_in.as_secs_f64()
            ),
            Self::Fault {
                time_s,
                turbine,
                event,
                began,
            } => {
                let what = if *began { "begins" } else { "is over" };
                write!(
                    f,
                    "{time_s:.0} s: {} at {turbine} {what}",
                    event.kind.name()
                )
            }
            Self::Behind { skipped } => write!(
                f,
                "This machine is too slow for the farm: {:.1} s left out; use fewer turbines or a longer interval",
                skipped.as_secs_f64()
            ),
        }
    }
}

/// A running simulator. It ends when this is dropped.
#[derive(Debug)]
pub struct Handle {
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Drop for Handle {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("The simulator ended by a panic");
        }
    }
}

/// How often the stop flag is looked at.
const STOP_CHECK: Duration = Duration::from_millis(50);
/// Of the reconnection's delays.
const FIRST_RETRY: Duration = Duration::from_millis(500);
const LONGEST_RETRY: Duration = Duration::from_secs(30);
/// Messages between giving way to the connection.
const BATCH: usize = 32;
/// Messages that may wait for the socket.
const QUEUE: usize = 1024;
/// More than this behind, the clock is set anew.
const MOST_BEHIND: Duration = Duration::from_secs(3);

/// Starts the thread.
pub(super) fn start(
    options: Options,
    address: Address,
    report: fn(&Report),
) -> Result<Handle, PublishError> {
    if !(options.speed > 0.0 && options.speed <= 10_000.0) {
        return Err(PublishError::Range(
            "the speed must be above 0 and at most 10000",
        ));
    }
    if !(Duration::from_millis(10)..=Duration::from_secs(3600)).contains(&options.interval) {
        return Err(PublishError::Range(
            "the interval must be between 10 ms and 1 h",
        ));
    }
    let mqtt = mqtt_options(&address)?;
    let encoder = Encoder::new(&options.farm);
    let simulation = Simulation::new(Arc::clone(&options.farm), &options.simulation)?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;

    let stop = Arc::new(AtomicBool::new(false));
    let publisher = Publisher {
        simulation,
        encoder,
        interval: options.interval,
        simulated_s: options.interval.as_secs_f64() * options.speed,
        connected: Arc::new(AtomicBool::new(false)),
        stop: Arc::clone(&stop),
        broker: address.url,
        report,
    };
    let thread = std::thread::Builder::new()
        .name("simulator".to_owned())
        .spawn(move || runtime.block_on(publisher.run(mqtt)))?;
    Ok(Handle {
        stop,
        thread: Some(thread),
    })
}

fn mqtt_options(address: &Address) -> Result<MqttOptions, PublishError> {
    let url = &address.url;
    let authority = url.split_once("://").map_or("", |(_, rest)| rest);
    if authority
        .split(['/', '?'])
        .next()
        .unwrap_or("")
        .contains('@')
    {
        return Err(PublishError::CredentialsInUrl);
    }
    if url.starts_with("mqtts:") || url.starts_with("ssl:") {
        // Fails where a provider is installed already, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
    }
    let separator = if url.contains('?') { '&' } else { '?' };
    let id = format!("windvane-simulator-{:08x}", rand::rng().random::<u32>());
    let parsed = MqttOptions::parse_url(format!("{url}{separator}client_id={id}"));
    let mut options = parsed.map_err(|error| PublishError::Url {
        url: url.clone(),
        reason: error.to_string().trim_end_matches('.').to_lowercase(),
    })?;
    if options.broker_address().0.is_empty() {
        return Err(PublishError::Url {
            url: url.clone(),
            reason: "no host".to_owned(),
        });
    }
    options.set_keep_alive(Duration::from_secs(15));
    options.set_max_packet_size(256 * 1024, 256 * 1024);
    if let Some((user, password)) = &address.credentials {
        options.set_credentials(user, password);
    }
    Ok(options)
}

struct Publisher {
    simulation: Simulation,
    encoder: Encoder,
    interval: Duration,
    /// Simulated seconds in an interval.
    simulated_s: f64,
    connected: Arc<AtomicBool>,
    stop: Arc<AtomicBool>,
    broker: String,
    report: fn(&Report),
}

impl Publisher {
    async fn run(mut self, mqtt: MqttOptions) {
        let (client, connection) = AsyncClient::new(mqtt, QUEUE);
        let turbines = self.simulation.turbines().len();
        let publishing = Report::Publishing {
            turbines,
            broker: self.broker.clone(),
            interval: self.interval,
        };
        let mut link = std::pin::pin!(keep_connected(
            connection,
            [&self.connected, &self.stop].map(Arc::clone),
            self.broker.clone(),
            publishing,
            self.report,
        ));
        tokio::select! {
            () = &mut link => {}
            () = self.publish(&client) => {}
        }
        // A broker that is told takes no offence; one that does not answer is not waited for.
        if self.connected.load(Ordering::Relaxed) && client.try_disconnect().is_ok() {
            let _ = tokio::time::timeout(Duration::from_millis(200), link).await;
        }
    }

    /// Publishes each turbine once an interval, evenly spread, until told to stop.
    async fn publish(&mut self, client: &AsyncClient) {
        let mut start = Instant::now();
        while !self.stop.load(Ordering::Relaxed) {
            self.simulation.advance(self.simulated_s);
            self.report_faults();
            let count = self.simulation.turbines().len();
            let mut sent = 0;
            while sent < count {
                if self.stop.load(Ordering::Relaxed) {
                    return;
                }
                let share = start.elapsed().as_secs_f64() / self.interval.as_secs_f64();
                let due = ((share * count as f64).ceil().max(0.0) as usize).min(count);
                let until = due.min(sent + BATCH);
                for machine in sent..until {
                    self.send(client, machine);
                }
                if until > sent {
                    sent = until;
                    tokio::task::yield_now().await;
                } else {
                    let next = self.interval.mul_f64(sent as f64 / count as f64);
                    self.sleep_until(start + next).await;
                }
            }
            start += self.interval;
            let behind = start.elapsed();
            if behind > MOST_BEHIND.max(self.interval) {
                (self.report)(&Report::Behind { skipped: behind });
                start = Instant::now();
            } else {
                self.sleep_until(start).await;
            }
        }
    }

    fn send(&self, client: &AsyncClient, machine: usize) {
        let Some(turbine) = self.simulation.turbines().get(machine) else {
            return;
        };
        // What cannot be sent now is old when it could be: a turbine does not queue it either.
        if turbine.is_silent() || !self.connected.load(Ordering::Relaxed) {
            return;
        }
        for (topic, payload) in self.encoder.messages(machine, turbine, now_ms()) {
            let _ = client.try_publish(topic, QoS::AtMostOnce, false, payload);
        }
    }

    fn report_faults(&mut self) {
        for (event, began) in self.simulation.take_changed_faults() {
            let turbine = self.simulation.farm().machines.get(event.machine);
            (self.report)(&Report::Fault {
                time_s: self.simulation.time_s(),
                turbine: turbine.map_or_else(String::new, |m| m.id.clone()),
                event,
                began,
            });
        }
    }

    async fn sleep_until(&self, when: Instant) {
        while !self.stop.load(Ordering::Relaxed) {
            let left = when.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return;
            }
            // At least a millisecond: a large farm sends several turbines at once instead.
            tokio::time::sleep(left.clamp(Duration::from_millis(1), STOP_CHECK)).await;
        }
    }
}

/// Connects, and again whenever the connection is lost.
async fn keep_connected(
    mut connection: EventLoop,
    [connected, stop]: [Arc<AtomicBool>; 2],
    broker: String,
    publishing: Report,
    report: fn(&Report),
) {
    let mut retry_in = FIRST_RETRY;
    loop {
        match connection.poll().await {
            Ok(Event::Incoming(Packet::ConnAck(_))) => {
                retry_in = FIRST_RETRY;
                connected.store(true, Ordering::Relaxed);
                report(&publishing);
            }
            Ok(_) => {}
            Err(ConnectionError::RequestsDone) => return,
            // The broker hangs up after a farewell: that is the end, and no trouble.
            Err(_) if stop.load(Ordering::Relaxed) => return,
            Err(error) => {
                connected.store(false, Ordering::Relaxed);
                let jittered = retry_in.mul_f64(rand::rng().random_range(0.8..1.2));
                report(&Report::Disconnected {
                    broker: broker.clone(),
                    reason: in_words(&error),
                    retry_in: jittered,
                });
                tokio::time::sleep(jittered).await;
                retry_in = (retry_in * 2).min(LONGEST_RETRY);
            }
        }
    }
}

fn in_words(error: &ConnectionError) -> String {
    match error {
        ConnectionError::Io(io) if io.kind() == std::io::ErrorKind::ConnectionRefused => {
            "nothing listens there; is the broker running?".to_owned()
        }
        ConnectionError::ConnectionRefused(code) => format!("the broker refused: {code:?}"),
        ConnectionError::NetworkTimeout => "no answer within 5 s".to_owned(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_that_are_none_are_refused_with_words() {
        let error = |url: &str| mqtt_options(&Address::new(url)).unwrap_err().to_string();
        assert!(error("http://localhost").contains("mqtt://host:1883"));
        assert!(error("localhost:1883").contains("mqtt://host:1883"));
        assert!(error("mqtt://").contains("mqtt://host:1883"));
        assert!(error("mqtt://me:secret@host").contains("environment variables"));
        assert!(mqtt_options(&Address::new("mqtt://localhost")).is_ok());
        assert!(mqtt_options(&Address::new("mqtts://localhost")).is_ok());
    }

    #[test]
    fn speeds_and_intervals_out_of_range_are_refused() {
        let options = Options {
            speed: 0.0,
            ..Options::default()
        };
        assert!(start(options, Address::new("mqtt://127.0.0.1"), log_report).is_err());
        let options = Options {
            interval: Duration::ZERO,
            ..Options::default()
        };
        assert!(start(options, Address::new("mqtt://127.0.0.1"), log_report).is_err());
    }
}
