//! `windvane view`.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use bevy::app::AppExit;
use bevy::math::UVec2;

use super::access::AccessArgs;
use super::sharing::SharingArgs;
use crate::alarms::journal::JournalStore;
use crate::demo::Held;
use crate::panels::layout::Pane;
use crate::sound::SoundOutput;
use crate::theme::Variant;
use crate::view::app::{ViewOptions, build};
use crate::view::report::Measured;
use crate::view::{ColourBy, OffScreen, Overlay, RunError, StartView, WaitFor, has_display};

/// Open a scene in the viewer
///
/// Without a scene it opens with a choice: the demo, recent scenes, or a file.
///
/// Drag to orbit, right-drag to pan, wheel to zoom to the pointer; click a turbine to select it,
/// double-click to fly to it; F shows it or the whole farm, M the map, ? every key.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// The scene file.
    scene: Option<PathBuf>,
    /// Use this broker instead of the scene's: mqtt://host:port
    #[arg(long, value_name = "URL", requires = "scene")]
    broker: Option<String>,
    #[command(flatten)]
    twinmaker: super::import::TwinMakerArgs,
    #[command(flatten)]
    keep: super::journal::KeepArgs,
    #[command(flatten)]
    pub(super) look: LookArgs,
}

/// How the viewer looks and what it leaves behind; the same for `view` and `demo`.
#[derive(clap::Args, Debug)]
pub struct LookArgs {
    /// Draw without a window (no display needed); write what was drawn with --picture
    #[arg(long)]
    pub off_screen: bool,
    /// Off screen: frames to draw once the scene is there and what --wait-for names has come
    #[arg(long, value_name = "N", default_value_t = 10)]
    pub frames: u32,
    /// Size of the window or the picture, in pixels
    #[arg(long, value_name = "WxH", default_value = "1280x800", value_parser = size)]
    pub size: UVec2,
    /// Draw everything this much larger than the display has it: 2 is 200 %
    #[arg(long, value_name = "FACTOR", value_parser = scale)]
    pub scale: Option<f32>,
    /// Off screen: write the last frame as a PNG
    #[arg(long, value_name = "FILE.png")]
    pub picture: Option<PathBuf>,
    /// Write what was measured as JSON
    #[arg(long, value_name = "FILE.json")]
    pub report: Option<PathBuf>,
    /// Look from here: a view that the scene names, farm, north, east, south, west, above, map, the
    /// name of a turbine, or into one: T48/inside
    #[arg(long, value_name = "NAME", conflicts_with = "camera")]
    pub view: Option<String>,
    /// Look from this place: metres east, north and up from the site's origin
    #[arg(long, value_name = "E,N,UP", value_parser = place, allow_hyphen_values = true)]
    pub camera: Option<[f64; 3]>,
    /// With --camera: look at this place
    #[arg(long, value_name = "E,N,UP", value_parser = place, allow_hyphen_values = true, requires = "camera")]
    pub target: Option<[f64; 3]>,
    /// Off screen: wait before the frames are counted: scene, connected, alarm, or a time such as 20s
    #[arg(long, value_name = "WHAT", default_value = "scene", value_parser = wait_for)]
    pub wait_for: WaitFor,
    /// Colour the turbines by the rules, or by a signal such as active_power
    #[arg(long, value_name = "SIGNAL", default_value = "rules")]
    pub colour_by: String,
    /// Show this in the view as well: labels, numbers, grid, wind or wakes
    #[arg(long, value_name = "WHAT", value_delimiter = ',', value_parser = overlay)]
    pub show: Vec<Overlay>,
    /// Show this pane in front: rules, mapping, alarms, connection, problems or rejected
    #[arg(long, value_name = "PANE", value_parser = pane, conflicts_with = "no_panels")]
    pub pane: Option<Pane>,
    /// For bright or for dim rooms; as it was left without it
    #[arg(long, value_enum)]
    pub theme: Option<ThemeArg>,
    /// Sky and light as they were at this time: 2026-06-21T03:00Z
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub time: Option<i64>,
    /// Show the 3D view alone, without panels
    #[arg(long)]
    pub no_panels: bool,
    /// Make no sound for alarms
    #[arg(long)]
    pub no_sound: bool,
    #[command(flatten)]
    pub access: AccessArgs,
    #[command(flatten)]
    pub sharing: SharingArgs,
}

/// The two variants of the theme.
#[derive(clap::ValueEnum, Debug, Clone, Copy)]
pub enum ThemeArg {
    /// For bright rooms.
    Light,
    /// For dim rooms.
    Dark,
}

fn size(text: &str) -> Result<UVec2, String> {
    let (width, height) = text
        .split_once(['x', 'X', '×'])
        .ok_or("not of the form 1280x800")?;
    let side = |text: &str| {
        let pixels: u32 = text
            .trim()
            .parse()
            .map_err(|_error| format!("{text:?} is no number"))?;
        if (16..=8192).contains(&pixels) {
            Ok(pixels)
        } else {
            Err(format!("{pixels} is not between 16 and 8192"))
        }
    };
    Ok(UVec2::new(side(width)?, side(height)?))
}

fn scale(text: &str) -> Result<f32, String> {
    let factor = text.parse::<f32>().ok();
    factor
        .filter(|factor| (0.5..=4.0).contains(factor))
        .ok_or_else(|| "not a factor between 0.5 and 4".to_owned())
}

fn place(text: &str) -> Result<[f64; 3], String> {
    let numbers: Vec<f64> = text
        .split(',')
        .map(|n| {
            n.trim()
                .parse::<f64>()
                .ok()
                .filter(|v| v.is_finite() && v.abs() < 1e6)
        })
        .collect::<Option<_>>()
        .ok_or("not three numbers of metres: east,north,up")?;
    <[f64; 3]>::try_from(numbers).map_err(|_numbers| "not three numbers: east,north,up".to_owned())
}

/// Milliseconds since 1970 UTC.
fn time(text: &str) -> Result<i64, String> {
    text.trim()
        .parse::<jiff::Timestamp>()
        .map(jiff::Timestamp::as_millisecond)
        .map_err(|_error| "not a time with its zone, such as 2026-06-21T03:00Z".to_owned())
}

fn overlay(text: &str) -> Result<Overlay, String> {
    let mut all = Overlay::ALL.iter();
    let found = all.find(|(_, name, _)| name.eq_ignore_ascii_case(text));
    found
        .map(|(overlay, ..)| *overlay)
        .ok_or_else(|| "labels, numbers, grid, wind or wakes".to_owned())
}

fn pane(text: &str) -> Result<Pane, String> {
    match text {
        "rules" => Ok(Pane::Rules),
        "alarms" => Ok(Pane::Alarms),
        "connection" => Ok(Pane::Connection),
        "problems" => Ok(Pane::Problems),
        "rejected" => Ok(Pane::Rejected),
        "mapping" => Ok(Pane::Mapping),
        "alarm" => Ok(Pane::Alarm),
        "set-aside" => Ok(Pane::SetAside),
        "journal" => Ok(Pane::Journal),
        "performance" => Ok(Pane::Performance),
        _ => Err(
            "alarms, alarm, set-aside, journal, performance, rules, mapping, connection, \
             problems or rejected"
                .to_owned(),
        ),
    }
}

fn wait_for(text: &str) -> Result<WaitFor, String> {
    match text {
        "scene" => Ok(WaitFor::Scene),
        "connected" => Ok(WaitFor::Connected),
        "alarm" => Ok(WaitFor::Alarm),
        time => {
            let seconds = time
                .parse::<f64>()
                .ok()
                .and_then(|s| Duration::try_from_secs_f64(s).ok());
            seconds
                .or_else(|| humantime::parse_duration(time).ok())
                .map(WaitFor::Time)
                .ok_or_else(|| "scene, connected, alarm, or a time such as 20s".to_owned())
        }
    }
}

impl LookArgs {
    /// What the viewer is built with.
    pub(super) fn options(&self, started: Instant) -> ViewOptions {
        let start = match (&self.view, self.camera) {
            (_, Some(camera_m)) => StartView::From {
                camera_m,
                target_m: self.target,
            },
            (Some(name), None) => StartView::Named(name.clone()),
            (None, None) => StartView::Farm,
        };
        ViewOptions {
            started,
            off_screen: self.off_screen,
            size: self.size,
            scale: self.scale,
            theme: self.theme.map(|theme| match theme {
                ThemeArg::Light => Variant::Light,
                ThemeArg::Dark => Variant::Dark,
            }),
            start,
            panels: !self.no_panels,
            time_ms: self.time,
            colour_by: ColourBy::named(&self.colour_by),
            show: self.show.clone(),
            pane: self.pane,
            ..ViewOptions::default()
        }
    }

    /// Runs the viewer, in a window or without one.
    pub(super) fn run(
        &self,
        options: &ViewOptions,
        set_up: impl FnOnce(&mut bevy::app::App),
        at_end: impl FnOnce(&mut bevy::ecs::world::World),
    ) -> anyhow::Result<ExitCode> {
        let mut app = build(options)?;
        self.access.open(&mut app);
        // Who takes a picture is no station.
        if !options.off_screen {
            self.sharing.open(&mut app);
        }
        set_up(&mut app);
        if !options.off_screen && !self.no_sound {
            app.insert_resource(SoundOutput::System);
        }
        if options.off_screen {
            let has_scene = options.scene.is_some();
            return self.run_off_screen(OffScreen::new(app), has_scene, at_end);
        }
        let started = options.started;
        if let Some(path) = self.report.clone() {
            write_report_at_exit(&mut app, path, started);
        }
        Ok(match app.run() {
            AppExit::Success => ExitCode::SUCCESS,
            AppExit::Error(code) => ExitCode::from(code.get()),
        })
    }

    fn run_off_screen(
        &self,
        mut viewer: OffScreen,
        has_scene: bool,
        at_end: impl FnOnce(&mut bevy::ecs::world::World),
    ) -> anyhow::Result<ExitCode> {
        if has_scene {
            viewer.load()?;
        } else {
            viewer.load_pipelines()?;
        }
        // A picture of what did not come is worth having too.
        let waited = viewer.wait_for(self.wait_for);
        self.draw_and_write(viewer, waited, at_end)
    }

    /// Runs the viewer without a window over a run that is held at a moment.
    pub(super) fn run_held(
        &self,
        options: &ViewOptions,
        mut held: Held,
        at_end: impl FnOnce(&mut bevy::ecs::world::World),
    ) -> anyhow::Result<ExitCode> {
        let mut app = build(options)?;
        self.access.open(&mut app);
        held.prepare(&mut app);
        let mut viewer = OffScreen::new(app);
        viewer.load()?;
        held.play(viewer.world_mut());
        self.draw_and_write(viewer, Ok(()), at_end)
    }

    fn draw_and_write(
        &self,
        mut viewer: OffScreen,
        waited: Result<(), RunError>,
        at_end: impl FnOnce(&mut bevy::ecs::world::World),
    ) -> anyhow::Result<ExitCode> {
        for _ in 0..self.frames {
            viewer.frame()?;
        }
        let report = viewer.report();
        if let Some(path) = &self.picture {
            viewer.save_picture(path)?;
        }
        if let Some(path) = &self.report {
            write_json(path, &report)?;
        }
        at_end(viewer.world_mut());
        waited?;
        Ok(ExitCode::SUCCESS)
    }
}

fn write_json(path: &Path, report: &crate::view::report::Report) -> anyhow::Result<()> {
    let mut json = serde_json::to_string_pretty(report)?;
    json.push('\n');
    std::fs::write(path, json).with_context(|| path.display().to_string())
}

/// Writes the report of a run in a window when it is closed.
fn write_report_at_exit(app: &mut bevy::app::App, path: PathBuf, started: Instant) {
    use bevy::prelude::*;

    app.add_systems(
        Last,
        move |mut exits: MessageReader<AppExit>,
              mut measured: ResMut<Measured>,
              farm: Res<crate::view::Farm>,
              telemetry: Option<Res<crate::telemetry::TelemetryStatus>>,
              mut counting: Local<bool>| {
            if !*counting && farm.is_built() {
                *counting = true;
                measured.first_full_frame(started);
            }
            if exits.read().next().is_some()
                && let Err(error) = write_json(&path, &measured.report(telemetry.as_deref()))
            {
                error!("The report was not written: {error:#}");
            }
        },
    );
}

/// Runs the command.
///
/// # Errors
/// What went wrong, and what to do about it.
pub fn run(args: Args) -> anyhow::Result<ExitCode> {
    let started = Instant::now();
    let options = ViewOptions {
        scene: args.scene,
        broker: args.broker,
        models: args.twinmaker.models,
        bindings: args.twinmaker.bindings,
        ..args.look.options(started)
    };
    if !options.off_screen && !has_display() {
        anyhow::bail!(
            "there is no display to open a window on\n  \
             without one: windvane view SCENE --off-screen --picture FILE.png"
        );
    }
    // A picture keeps nothing, unless it is told to.
    let usual = match options.off_screen {
        true => || JournalStore::None,
        false => JournalStore::of_user,
    };
    let store = args.keep.store(usual);
    let set_up = |app: &mut bevy::app::App| {
        app.insert_resource(store);
    };
    args.look.run(&options, set_up, |_world| {})
}

/// Opens the window without a scene: the demo, a recent scene or a file is chosen in it.
///
/// # Errors
/// There is no graphics driver.
pub fn welcome() -> anyhow::Result<ExitCode> {
    let mut app = build(&ViewOptions::default())?;
    AccessArgs::default().open(&mut app);
    app.insert_resource(JournalStore::of_user());
    app.insert_resource(SoundOutput::System);
    SharingArgs::default().open(&mut app);
    Ok(match app.run() {
        AppExit::Success => ExitCode::SUCCESS,
        AppExit::Error(code) => ExitCode::from(code.get()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_and_places_are_read_and_nonsense_is_refused() {
        assert_eq!(size("1920x1080"), Ok(UVec2::new(1920, 1080)));
        assert!(size("1920").is_err());
        assert!(size("0x99999").is_err());
        assert_eq!(place("-1.5, 2,30"), Ok([-1.5, 2.0, 30.0]));
        assert!(place("1,2").is_err());
        assert!(place("1,2,inf").is_err());
        assert_eq!(time("1970-01-01T01:00Z"), Ok(3_600_000));
        assert_eq!(time("2026-06-21T05:00:00+02:00"), time("2026-06-21T03:00Z"));
        assert!(time("2026-06-21").is_err());
        assert_eq!(wait_for("20s"), Ok(WaitFor::Time(Duration::from_secs(20))));
        assert_eq!(
            wait_for("1.5"),
            Ok(WaitFor::Time(Duration::from_millis(1500)))
        );
        assert!(wait_for("soon").is_err());
        assert_eq!(scale("2"), Ok(2.0));
        assert!(scale("9").is_err() && scale("NaN").is_err());
        assert_eq!(overlay("numbers"), Ok(Overlay::Numbers));
        assert!(overlay("fog").is_err());
    }
}
