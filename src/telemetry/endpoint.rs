//! Where the broker is, and the options of a connection to it.

use std::fmt;
use std::sync::Arc;

use rumqttc::{MqttOptions, TlsConfiguration, Transport};

use crate::scene::Broker;

use super::TelemetryConfig;

/// A payload may be rejected for its size; a packet above this ends the connection, because there
/// is no other way to be rid of it.
const LARGEST_PACKET: usize = 64 * 1024 * 1024;
const PORT: u16 = 1883;
const PORT_TLS: u16 = 8883;

/// A broker's address, as scene files and `--broker` write it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BrokerAddress {
    /// `mqtt://HOST[:PORT]`, or `mqtts://HOST[:PORT]` for TLS.
    Remote {
        /// Name or IP address; IPv6 addresses in brackets.
        host: String,
        /// 1883, or 8883 with TLS, where none is given.
        port: u16,
        /// `mqtts`
        tls: bool,
    },
    /// `embedded`, or `embedded:PORT`: the broker inside the program.
    Embedded {
        /// 1883 if it is free and none is given.
        port: Option<u16>,
    },
}

/// An address that cannot be understood.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// Not one of the known schemes.
    #[error("write mqtt://HOST:PORT, mqtts://HOST:PORT (TLS) or embedded")]
    Scheme,
    /// User name or password in the address.
    #[error(
        "a user name or password does not belong in an address; let username_env and password_env \
         name environment variables that hold them"
    )]
    Credentials,
    /// No host, or one that cannot be a host.
    #[error("the host is missing or not a host name")]
    Host,
    /// Not a port.
    #[error("the port must be a number from 1 to 65535")]
    Port,
    /// Something after the port.
    #[error("an address ends after the port; topics are given under [[topics]]")]
    Path,
}

impl std::str::FromStr for BrokerAddress {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        let port = |text: &str| match text.parse::<u16>() {
            Ok(port) if port > 0 => Ok(port),
            _ => Err(AddressError::Port),
        };
        if let Some(rest) = text.strip_prefix("embedded") {
            return match rest.strip_prefix(':') {
                Some(number) => Ok(Self::Embedded {
                    port: Some(port(number)?),
                }),
                None if rest.is_empty() => Ok(Self::Embedded { port: None }),
                None => Err(AddressError::Scheme),
            };
        }
        let (scheme, rest) = text.split_once("://").ok_or(AddressError::Scheme)?;
        let tls = match scheme {
            "mqtt" | "tcp" => false,
            "mqtts" | "ssl" => true,
            _ => return Err(AddressError::Scheme),
        };
        if rest.contains('@') {
            return Err(AddressError::Credentials);
        }
        let rest = rest.strip_suffix('/').unwrap_or(rest);
        if rest.contains(['/', '?', '#']) {
            return Err(AddressError::Path);
        }
        let (host, number) = match rest.strip_prefix('[').and_then(|r| r.split_once(']')) {
            Some((v6, after)) => {
                if v6.parse::<std::net::Ipv6Addr>().is_err() {
                    return Err(AddressError::Host);
                }
                (format!("[{v6}]"), after.strip_prefix(':'))
            }
            None => match rest.split_once(':') {
                Some((host, number)) => (host.to_owned(), Some(number)),
                None => (rest.to_owned(), None),
            },
        };
        let is_host = |c: char| !c.is_whitespace() && !c.is_control();
        if host.is_empty() || !host.chars().all(is_host) {
            return Err(AddressError::Host);
        }
        let default = if tls { PORT_TLS } else { PORT };
        let port = number.map_or(Ok(default), port)?;
        Ok(Self::Remote { host, port, tls })
    }
}

impl fmt::Display for BrokerAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Remote { host, port, tls } => {
                let scheme = if *tls { "mqtts" } else { "mqtt" };
                write!(f, "{scheme}://{host}:{port}")
            }
            Self::Embedded { port: None } => f.write_str("embedded"),
            Self::Embedded { port: Some(port) } => write!(f, "embedded:{port}"),
        }
    }
}

/// The options of a connection. The client's name is new each time: a broker throws out the older
/// of two clients of one name, and two twins would throw each other out for ever.
///
/// # Errors
/// What is missing on this machine, in words.
pub(super) fn options(
    (host, port, tls): (&str, u16, bool),
    broker: &Broker,
    config: &TelemetryConfig,
) -> Result<MqttOptions, String> {
    let name = format!("windvane{:012x}", rand::random::<u64>() >> 16);
    let mut options = MqttOptions::new(name, host, port);
    options
        .set_clean_session(true)
        .set_keep_alive(config.keep_alive.max(std::time::Duration::from_secs(1)))
        .set_max_packet_size(LARGEST_PACKET, LARGEST_PACKET);
    let user = variable(broker.username_env.as_deref(), "user name")?;
    let password = variable(broker.password_env.as_deref(), "password")?;
    if user.is_some() || password.is_some() {
        options.set_credentials(user.unwrap_or_default(), password.unwrap_or_default());
    }
    if tls {
        options.set_transport(Transport::tls_with_config(tls_configuration()?));
    }
    Ok(options)
}

fn variable(name: Option<&str>, what: &str) -> Result<Option<String>, String> {
    let Some(name) = name else { return Ok(None) };
    let value = std::env::var(name).map_err(|error| match error {
        std::env::VarError::NotPresent => format!(
            "The environment variable {name}, which is to hold the broker's {what}, is not set. \
             Set it and start again."
        ),
        std::env::VarError::NotUnicode(_) => {
            format!("The environment variable {name} (the broker's {what}) is not UTF-8.")
        }
    })?;
    Ok(Some(value))
}

/// TLS by rustls and ring, trusting what the machine trusts.
fn tls_configuration() -> Result<TlsConfiguration, String> {
    let found = rustls_native_certs::load_native_certs();
    let mut roots = rustls::RootCertStore::empty();
    let (usable, _unusable) = roots.add_parsable_certificates(found.certs);
    if usable == 0 {
        let why = found.errors.first();
        let why = why.map_or_else(String::new, |error| format!(" ({error})"));
        return Err(format!(
            "This machine has no TLS root certificates{why}. Install ca-certificates, or set \
             SSL_CERT_FILE to the file of the broker's authority."
        ));
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| format!("TLS cannot be set up: {error}."))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(TlsConfiguration::Rustls(Arc::new(config)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Result<String, AddressError> {
        text.parse::<BrokerAddress>().map(|a| a.to_string())
    }

    #[test]
    fn addresses_have_a_scheme_a_host_and_perhaps_a_port() {
        let same = |text: &str| assert_eq!(parsed(text), Ok(text.to_owned()));
        same("mqtt://broker.example:1884");
        same("mqtts://10.0.0.1:8883");
        same("mqtt://[::1]:1883");
        same("embedded");
        same("embedded:1884");
        assert_eq!(parsed("mqtt://b"), Ok("mqtt://b:1883".into()));
        assert_eq!(parsed("mqtts://b/"), Ok("mqtts://b:8883".into()));
        assert_eq!(parsed("mqtt://[::1]"), Ok("mqtt://[::1]:1883".into()));
    }

    #[test]
    fn other_addresses_are_refused_with_what_to_do() {
        assert_eq!(parsed("localhost:1883"), Err(AddressError::Scheme));
        assert_eq!(parsed("http://b"), Err(AddressError::Scheme));
        assert_eq!(parsed(""), Err(AddressError::Scheme));
        assert_eq!(parsed("embedded2"), Err(AddressError::Scheme));
        assert_eq!(parsed("mqtt://"), Err(AddressError::Host));
        assert_eq!(parsed("mqtt://a b"), Err(AddressError::Host));
        assert_eq!(parsed("mqtt://[x]:1"), Err(AddressError::Host));
        assert_eq!(parsed("mqtt://b:0"), Err(AddressError::Port));
        assert_eq!(parsed("mqtt://b:99999"), Err(AddressError::Port));
        assert_eq!(parsed("mqtt://b/topic"), Err(AddressError::Path));
        let secret = parsed("mqtt://me:secret@b");
        assert_eq!(secret, Err(AddressError::Credentials));
        let words = secret.expect_err("refused").to_string();
        assert!(!words.contains("secret"), "{words}");
    }
}
