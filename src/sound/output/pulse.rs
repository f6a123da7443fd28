//! PulseAudio, which PipeWire speaks as well: all that touches `pulseaudio`.

use std::ffi::CString;
use std::io::BufReader;
use std::net::Shutdown;
use std::os::unix::net::UnixStream;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use pulseaudio::protocol::stream::{BufferAttr, StreamFlags};
use pulseaudio::protocol::{
    self, AuthParams, AuthReply, ChannelMap, ChannelVolume, Command, CreatePlaybackStreamReply,
    DEFAULT_SINK, MAX_VERSION, PlaybackStreamParams, Prop, Props, SampleFormat, SampleSpec,
    SetClientNameReply,
};

use crate::sound::tone::SAMPLES_PER_S;

/// A server that says nothing for so long hangs.
const PATIENCE: Duration = Duration::from_secs(10);
/// Of sound in the server.
const LATENCY_MS: u32 = 200;
const AUTH: u32 = 0;
const NAME: u32 = 1;
const CREATE: u32 = 2;
const DRAINED: u32 = 3;

/// Cuts off what sounds, from another thread: its stream ends with the connection.
#[derive(Clone, Default)]
pub(in crate::sound) struct Stop(Arc<Mutex<Playing>>);

#[derive(Default)]
struct Playing {
    socket: Option<UnixStream>,
    was_stopped: bool,
}

impl Stop {
    /// Ends the present sound, if there is one.
    pub fn stop(&self) {
        let mut playing = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(socket) = playing.socket.take() {
            playing.was_stopped = true;
            // Closed already, it is silent.
            let _ = socket.shutdown(Shutdown::Both);
        }
    }

    fn begin(&self, socket: &UnixStream) -> Result<(), String> {
        let socket = socket.try_clone().map_err(words)?;
        let mut playing = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *playing = Playing {
            socket: Some(socket),
            was_stopped: false,
        };
        Ok(())
    }

    fn end(&self) -> bool {
        let mut playing = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        playing.socket = None;
        playing.was_stopped
    }
}

/// Plays through the server that the environment names.
pub(in crate::sound) struct Output {
    stop: Stop,
}

impl Output {
    /// One that can be stopped by this.
    pub fn new(stop: Stop) -> Self {
        Self { stop }
    }

    /// Looks whether there is a server.
    ///
    /// # Errors
    /// There is none, in words.
    pub fn look(&self) -> Result<(), String> {
        connect().map(drop)
    }

    /// Plays, and returns once it was heard or cut off.
    ///
    /// # Errors
    /// It was not heard, in words.
    pub fn play(&self, samples: &[i16]) -> Result<(), String> {
        let (mut socket, version) = connect()?;
        self.stop.begin(socket.get_ref())?;
        let outcome = stream(&mut socket, version, samples);
        match self.stop.end() {
            true => Ok(()),
            false => outcome,
        }
    }
}

fn connect() -> Result<(BufReader<UnixStream>, u16), String> {
    let path = pulseaudio::socket_path_from_env().ok_or("there is no sound server.")?;
    let socket =
        UnixStream::connect(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    socket.set_read_timeout(Some(PATIENCE)).map_err(words)?;
    socket.set_write_timeout(Some(PATIENCE)).map_err(words)?;
    let mut socket = BufReader::new(socket);
    let cookie = pulseaudio::cookie_path_from_env();
    let cookie = cookie.and_then(|path| std::fs::read(path).ok());
    let auth = AuthParams {
        version: MAX_VERSION,
        supports_shm: false,
        supports_memfd: false,
        cookie: cookie.unwrap_or_default(),
    };
    protocol::write_command_message(socket.get_mut(), AUTH, &Command::Auth(auth), MAX_VERSION)
        .map_err(words)?;
    let (_, reply) =
        protocol::read_reply_message::<AuthReply>(&mut socket, MAX_VERSION).map_err(words)?;
    let version = MAX_VERSION.min(reply.version);
    let mut props = Props::new();
    if let Ok(name) = CString::new("Windvane") {
        props.set(Prop::ApplicationName, name);
    }
    let command = Command::SetClientName(props);
    protocol::write_command_message(socket.get_mut(), NAME, &command, version).map_err(words)?;
    protocol::read_reply_message::<SetClientNameReply>(&mut socket, version).map_err(words)?;
    Ok((socket, version))
}

fn stream(socket: &mut BufReader<UnixStream>, version: u16, samples: &[i16]) -> Result<(), String> {
    let params = PlaybackStreamParams {
        sample_spec: SampleSpec {
            format: SampleFormat::S16Le,
            channels: 1,
            sample_rate: SAMPLES_PER_S,
        },
        channel_map: ChannelMap::mono(),
        cvolume: Some(ChannelVolume::norm(1)),
        sink_name: Some(DEFAULT_SINK.to_owned()),
        // Without it a server may hold two seconds of sound back, and say as late that it is over.
        buffer_attr: BufferAttr {
            target_length: SAMPLES_PER_S * 2 * LATENCY_MS / 1_000,
            ..BufferAttr::default()
        },
        flags: StreamFlags {
            adjust_latency: true,
            ..StreamFlags::default()
        },
        ..PlaybackStreamParams::default()
    };
    let create = Command::CreatePlaybackStream(params);
    protocol::write_command_message(socket.get_mut(), CREATE, &create, version).map_err(words)?;
    let (_, stream) = protocol::read_reply_message::<CreatePlaybackStreamReply>(socket, version)
        .map_err(words)?;
    let bytes: Vec<u8> = samples.iter().flat_map(|s| s.to_le_bytes()).collect();
    let mut rest = bytes.as_slice();
    // The server asks for as much as it has room for.
    let mut wanted = stream.requested_bytes as usize;
    let mut is_draining = false;
    loop {
        let (now, later) = rest.split_at(wanted.min(rest.len()));
        if !now.is_empty() {
            protocol::write_memblock(socket.get_mut(), stream.channel, now, 0).map_err(words)?;
            rest = later;
        }
        if rest.is_empty() && !is_draining {
            is_draining = true;
            let drain = Command::DrainPlaybackStream(stream.channel);
            protocol::write_command_message(socket.get_mut(), DRAINED, &drain, version)
                .map_err(words)?;
        }
        wanted = 0;
        match protocol::read_command_message(socket, version).map_err(words)? {
            (_, Command::Request(request)) if request.channel == stream.channel => {
                wanted = request.length as usize;
            }
            (DRAINED, Command::Reply) => return Ok(()),
            (_, Command::Error(error)) => return Err(format!("the sound server says {error:?}.")),
            _ => {}
        }
    }
}

fn words(error: impl std::fmt::Display) -> String {
    format!("the sound server: {error}.")
}
