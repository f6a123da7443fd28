//! Failures of the connection in words that say what to do.

use std::io::ErrorKind;

use rumqttc::mqttbytes::Error as PacketError;
use rumqttc::{ConnectReturnCode, ConnectionError, StateError, TlsError};

/// Why there is no connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Failure {
    /// What went wrong, and what to do.
    pub words: String,
    /// The machine was reached, but nothing listened there.
    pub refused: bool,
}

impl Failure {
    /// A failure with these words.
    pub fn new(words: impl Into<String>) -> Self {
        Self {
            words: words.into(),
            refused: false,
        }
    }

    /// Tells what an error of the MQTT client means. `connected` if the broker had accepted the
    /// connection before.
    pub fn of(error: &ConnectionError, broker: &str, connected: bool) -> Self {
        let words = match error {
            ConnectionError::Io(io)
            | ConnectionError::MqttState(
                StateError::Io(io) | StateError::Deserialization(PacketError::Io(io)),
            ) => return of_io(io, broker, connected),
            ConnectionError::NetworkTimeout => format!(
                "{broker} did not answer in time. Check the address, the network and firewalls, and \
                 that an MQTT broker runs there."
            ),
            ConnectionError::FlushTimeout
            | ConnectionError::MqttState(StateError::AwaitPingResp) => {
                format!("{broker} gave no sign of life. The network or the broker hangs.")
            }
            ConnectionError::ConnectionRefused(code) => of_code(*code, broker),
            ConnectionError::Tls(error) => of_tls(error, broker),
            ConnectionError::MqttState(StateError::ConnectionAborted) => closed(broker, connected),
            ConnectionError::MqttState(StateError::Deserialization(
                PacketError::PayloadSizeLimitExceeded(bytes),
            )) if connected => format!(
                "{broker} sent a message of {bytes} bytes; at most 64 MiB are taken. Find its \
                 publisher, or narrow the topic filters."
            ),
            ConnectionError::NotConnAck(_) | ConnectionError::MqttState(_) if !connected => {
                not_mqtt(broker)
            }
            ConnectionError::MqttState(error) => {
                format!("{broker} broke the MQTT protocol ({error}).")
            }
            other => format!("The connection to {broker} failed: {other}."),
        };
        Self::new(words)
    }
}

fn not_mqtt(broker: &str) -> String {
    format!(
        "What answers at {broker} is not an MQTT 3.1.1 broker. Check the address and the port; a \
         broker's WebSocket port does not do."
    )
}

fn closed(broker: &str, connected: bool) -> String {
    if connected {
        format!("{broker} closed the connection. It may have been stopped.")
    } else {
        format!(
            "{broker} closed the connection before it answered. Check that an MQTT broker runs \
             there, and whether it wants TLS (mqtts://) or not (mqtt://)."
        )
    }
}

fn of_io(error: &std::io::Error, broker: &str, connected: bool) -> Failure {
    let text = error.to_string();
    let words = match error.kind() {
        ErrorKind::ConnectionRefused => {
            return Failure {
                words: format!(
                    "Nothing listens at {broker}. Start the broker there, or correct the address."
                ),
                refused: true,
            };
        }
        // std has no kind of its own for a name that is not found.
        _ if text.contains("lookup address") => format!(
            "The name of {broker} was not found. Correct it, or check the network's name service."
        ),
        ErrorKind::ConnectionReset | ErrorKind::BrokenPipe | ErrorKind::UnexpectedEof => {
            closed(broker, connected)
        }
        ErrorKind::Other if text.contains("bytes remaining on stream") && connected => {
            format!("{broker} closed the connection in the middle of a packet.")
        }
        ErrorKind::Other if text.contains("bytes remaining on stream") => not_mqtt(broker),
        ErrorKind::NetworkUnreachable | ErrorKind::HostUnreachable => {
            format!("{broker} cannot be reached from here ({text}). Check the network.")
        }
        ErrorKind::InvalidData => format!(
            "TLS with {broker} failed: {text}. Check that it speaks TLS at this port, and that this \
             machine trusts its certificate (SSL_CERT_FILE names further authorities)."
        ),
        _ => format!("The connection to {broker} failed: {text}."),
    };
    Failure::new(words)
}

fn of_tls(error: &TlsError, broker: &str) -> String {
    let why = match error {
        TlsError::Io(io) => io.to_string(),
        other => other.to_string(),
    };
    format!(
        "TLS with {broker} failed: {why}. Check that it speaks TLS at this port, that its \
         certificate names this host, and that this machine trusts it (SSL_CERT_FILE names further \
         authorities)."
    )
}

fn of_code(code: ConnectReturnCode, broker: &str) -> String {
    match code {
        ConnectReturnCode::BadUserNamePassword => format!(
            "{broker} refused the user name or password. Check the environment variables that \
             username_env and password_env name."
        ),
        ConnectReturnCode::NotAuthorized => format!(
            "{broker} refused the connection: not authorised. Give a user name and password \
             (username_env, password_env), or correct them."
        ),
        ConnectReturnCode::RefusedProtocolVersion => {
            format!("{broker} does not speak MQTT 3.1.1.")
        }
        ConnectReturnCode::ServiceUnavailable => {
            format!("{broker} says that its service is unavailable.")
        }
        ConnectReturnCode::BadClientId => format!("{broker} refused the client's name."),
        ConnectReturnCode::Success => format!("{broker} accepted, yet failed."),
    }
}
