//! The broker inside the program: rumqttd on the loopback address.

use std::collections::HashMap;
use std::io::ErrorKind;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use rumqttd::{Config, ConnectionSettings, RouterConfig, ServerSettings};

/// Where MQTT clients look first.
const USUAL_PORT: u16 = 1883;
/// Readers that fall behind by more than all segments silently lose messages. Nothing was lost at
/// 50,000 messages a second with these.
const SEGMENT_BYTES: usize = 8 * 1024 * 1024;
const SEGMENTS: usize = 4;
/// Windvane itself turns away what is larger than a mebibyte; the broker only guards its memory.
const LARGEST_PAYLOAD: usize = 16 * 1024 * 1024;
const START_LIMIT: Duration = Duration::from_secs(5);

/// A broker that runs until the program ends: rumqttd cannot be stopped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EmbeddedBroker {
    /// `mqtt://127.0.0.1:PORT`
    pub url: String,
    /// Its port on the loopback address.
    pub port: u16,
}

/// Why the embedded broker did not start.
#[derive(Debug, thiserror::Error)]
pub enum EmbeddedError {
    /// Another program has the port.
    #[error(
        "port {0} on 127.0.0.1 is in use, by another broker perhaps; stop that program, give another \
         port (embedded:PORT), or connect to it (mqtt://127.0.0.1:{0})"
    )]
    PortInUse(u16),
    /// The port may not be used.
    #[error("port {port} on 127.0.0.1 cannot be used: {error}")]
    Port {
        /// The port.
        port: u16,
        /// Why.
        error: std::io::Error,
    },
    /// The broker's thread could not be started.
    #[error("the embedded broker's thread could not be started: {0}")]
    Thread(std::io::Error),
    /// It did not come up in time.
    #[error("the embedded broker did not come up within 5 s on port {0}")]
    NotUp(u16),
}

/// Starts a broker on the loopback address, on this port or on a free one.
///
/// # Errors
/// The port is in use or may not be used, or the broker did not come up.
pub fn start(port: Option<u16>) -> Result<EmbeddedBroker, EmbeddedError> {
    // rumqttd neither reports that it could not bind nor which port it was given: find out first.
    let port = probe(port.unwrap_or(0))?;
    let mut broker = rumqttd::Broker::new(config(port));
    thread::Builder::new()
        .name("embedded broker".into())
        .spawn(move || {
            if let Err(error) = broker.start() {
                tracing::error!("the embedded broker has ended: {error}");
            }
        })
        .map_err(EmbeddedError::Thread)?;
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let begun = Instant::now();
    while TcpStream::connect_timeout(&address, START_LIMIT).is_err() {
        if begun.elapsed() > START_LIMIT {
            return Err(EmbeddedError::NotUp(port));
        }
        thread::sleep(Duration::from_millis(10));
    }
    Ok(EmbeddedBroker {
        url: format!("mqtt://127.0.0.1:{port}"),
        port,
    })
}

/// The broker for scenes whose broker is `embedded`: started at the first use and kept over reloads.
/// Without a port it is 1883, or a free one if 1883 is in use.
///
/// # Errors
/// As [`start`].
pub(super) fn shared(port: Option<u16>) -> Result<EmbeddedBroker, EmbeddedError> {
    static RUNNING: Mutex<Vec<EmbeddedBroker>> = Mutex::new(Vec::new());
    let mut running = RUNNING.lock().unwrap_or_else(PoisonError::into_inner);
    let same = |broker: &&EmbeddedBroker| port.is_none_or(|port| port == broker.port);
    if let Some(broker) = running.iter().find(same) {
        return Ok(broker.clone());
    }
    let broker = match port {
        Some(port) => start(Some(port))?,
        None => match start(Some(USUAL_PORT)) {
            Err(EmbeddedError::PortInUse(_)) => start(None)?,
            other => other?,
        },
    };
    running.push(broker.clone());
    Ok(broker)
}

fn probe(port: u16) -> Result<u16, EmbeddedError> {
    let bound = TcpListener::bind((Ipv4Addr::LOCALHOST, port));
    let bound = bound.and_then(|listener| listener.local_addr());
    bound.map(|address| address.port()).map_err(|error| {
        if error.kind() == ErrorKind::AddrInUse {
            EmbeddedError::PortInUse(port)
        } else {
            EmbeddedError::Port { port, error }
        }
    })
}

fn config(port: u16) -> Config {
    let server = ServerSettings {
        name: format!("embedded {port}"),
        listen: SocketAddr::from((Ipv4Addr::LOCALHOST, port)),
        tls: None,
        next_connection_delay_ms: 1,
        connections: ConnectionSettings {
            connection_timeout_ms: 5_000,
            max_payload_size: LARGEST_PAYLOAD,
            max_inflight_count: 500,
            auth: None,
            external_auth: None,
            dynamic_filters: false,
        },
    };
    Config {
        router: RouterConfig {
            max_connections: 1_000,
            max_outgoing_packet_count: 1_000,
            max_segment_size: SEGMENT_BYTES,
            max_segment_count: SEGMENTS,
            // rumqttd throws out whoever publishes to a topic that no filter matches.
            initialized_filters: Some(vec!["#".to_owned()]),
            ..RouterConfig::default()
        },
        v4: Some(HashMap::from([("1".to_owned(), server)])),
        ..Config::default()
    }
}
