//! Whether a command shares alarms with other desks, and as which.

use bevy::app::App;

use crate::access::Session;
use crate::alarms::share::SharingConfig;
use crate::clock;

/// The same for every command that watches a farm.
#[derive(clap::Args, Debug, Clone, Default)]
pub struct SharingArgs {
    /// Share no alarms with other desks, and take no orders from them or from a shell
    #[arg(long)]
    no_sharing: bool,
    #[command(flatten)]
    station: StationArgs,
}

/// As which station something is done, for tries of several stations on one machine.
#[derive(clap::Args, Debug, Clone, Default)]
pub struct StationArgs {
    /// Go by this name
    #[arg(long, value_name = "NAME", hide = true)]
    station: Option<String>,
    /// Set this program's clock wrong by so much: 1h, -1h
    #[arg(long, value_name = "TIME", hide = true, allow_hyphen_values = true, value_parser = offset)]
    clock_offset: Option<i64>,
}

impl SharingArgs {
    /// Has an app that is about to run share, once its session is known.
    pub fn open(&self, app: &mut App) {
        if self.station.station.is_some() {
            let mut session = app.world_mut().get_resource_or_init::<Session>();
            self.station.apply(&mut session);
        } else {
            self.station.set_clock();
        }
        app.insert_resource(SharingConfig {
            is_enabled: !self.no_sharing,
        });
    }
}

impl StationArgs {
    /// Goes by the name that was given.
    pub fn apply(&self, session: &mut Session) {
        self.set_clock();
        if let Some(station) = &self.station {
            session.station = station.as_str().into();
        }
    }

    fn set_clock(&self) {
        if let Some(by_ms) = self.clock_offset {
            clock::set_wrong(by_ms);
        }
    }
}

/// Milliseconds.
fn offset(text: &str) -> Result<i64, String> {
    let (sign, text) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text),
    };
    let time = humantime::parse_duration(text).map_err(|error| error.to_string())?;
    let ms = i64::try_from(time.as_millis()).map_err(|_too_long| "too long".to_owned())?;
    Ok(sign * ms)
}
