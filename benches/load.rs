//! A load of telemetry for measurements: JSON messages of eight values at a steady rate, over plain
//! MQTT 3.1.1 (QoS 0) to a broker on this machine. Writes packets itself, many at a time, so that
//! the publisher takes as little of the processor as can be.
//!
//! `cargo run --release --example load -- PORT TURBINES MESSAGES_PER_S SECONDS`

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::process::ExitCode;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// Packets are written in bursts this far apart, as sources on one network arrive.
const BURST: Duration = Duration::from_millis(1);
/// One turbine in this many passes limits now and then.
const ODD_TURBINES: u64 = 500;

fn main() -> ExitCode {
    let arguments: Vec<u64> = std::env::args()
        .skip(1)
        .filter_map(|a| a.parse().ok())
        .collect();
    let [port, turbines, rate, seconds] = arguments.as_slice() else {
        eprintln!("usage: load PORT TURBINES MESSAGES_PER_S SECONDS");
        return ExitCode::from(2);
    };
    match publish(
        *port as u16,
        (*turbines).max(1),
        *rate,
        Duration::from_secs(*seconds),
    ) {
        Ok((sent, elapsed)) => {
            let per_s = sent as f64 / elapsed.as_secs_f64();
            println!(
                "{{\"sent\":{sent},\"seconds\":{:.3},\"per_s\":{per_s:.0}}}",
                elapsed.as_secs_f64()
            );
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("load: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Publishes; gives how many messages were sent, and in which time.
fn publish(
    port: u16,
    turbines: u64,
    rate: u64,
    length: Duration,
) -> std::io::Result<(u64, Duration)> {
    let mut broker = TcpStream::connect(("127.0.0.1", port))?;
    // CONNECT: MQTT 3.1.1, clean session, no keep-alive, the client's name "load".
    broker.write_all(b"\x10\x10\0\x04MQTT\x04\x02\0\0\0\x04load")?;
    let mut connack = [0; 4];
    broker.read_exact(&mut connack)?;
    if connack != [0x20, 2, 0, 0] {
        return Err(std::io::Error::other("the broker refused the connection"));
    }
    let begun = Instant::now();
    let (mut sent, mut packets, mut payload) = (0_u64, Vec::new(), String::new());
    loop {
        let elapsed = begun.elapsed().min(length);
        let due = (elapsed.as_secs_f64() * rate as f64) as u64;
        let now_ms = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default()
            .as_millis();
        packets.clear();
        while sent < due {
            write_payload(&mut payload, sent % turbines, elapsed.as_secs_f64(), now_ms);
            let turbine = sent % turbines;
            write_packet(
                &mut packets,
                &format!("load/T{turbine:05}/telemetry"),
                &payload,
            );
            sent += 1;
        }
        broker.write_all(&packets)?;
        if elapsed >= length {
            break;
        }
        std::thread::sleep(BURST);
    }
    // DISCONNECT
    broker.write_all(&[0xE0, 0])?;
    Ok((sent, begun.elapsed()))
}

fn write_payload(payload: &mut String, turbine: u64, at_s: f64, now_ms: u128) {
    use std::fmt::Write as _;
    let phase = (at_s + turbine as f64 * 0.37).sin();
    let excess = if turbine.is_multiple_of(ODD_TURBINES) {
        15.0
    } else {
        0.0
    };
    payload.clear();
    // Writing to a String cannot fail.
    let _written = write!(
        payload,
        "{{\"ts\":{now_ms},\"WTUR\":{{\"W\":{:.1}}},\"WROT\":{{\"RotSpd\":{:.2},\"BlPthAng\":{:.2}}},\
         \"WNAC\":{{\"Dir\":{:.1},\"WdSpd\":{:.2}}},\"WTRM\":{{\"GbxOilTmp\":{:.2},\"BrgTmp\":{:.2}}},\
         \"WGEN\":{{\"Tmp\":{:.2}}}}}",
        1_000.0 + 900.0 * phase,
        14.0 + phase,
        2.0 - phase,
        270.0 + 20.0 * phase,
        9.0 + 2.0 * phase,
        60.0 + 8.0 * phase + excess,
        55.0 + 5.0 * phase,
        70.0 + 9.0 * phase,
    );
}

fn write_packet(packets: &mut Vec<u8>, topic: &str, payload: &str) {
    packets.push(0x30);
    let mut length = 2 + topic.len() + payload.len();
    loop {
        let more = if length > 127 { 0x80 } else { 0 };
        packets.push((length & 0x7F) as u8 | more);
        length >>= 7;
        if length == 0 {
            break;
        }
    }
    packets.extend_from_slice(&(topic.len() as u16).to_be_bytes());
    packets.extend_from_slice(topic.as_bytes());
    packets.extend_from_slice(payload.as_bytes());
}
