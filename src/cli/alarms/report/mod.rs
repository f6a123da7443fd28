//! `windvane alarms report`.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context as _;
use jiff::civil::Time;

use crate::alarms::performance::{
    self, By, Figures, KnownAlarms, Period, Periods, Span, figures_of, findings, known_alarms,
    parse_shifts, with_places,
};
use crate::cli::journal::place::PlaceArgs;
use crate::cli::simulate::load_scene;
use crate::panels::frame::site_zone;

mod bars;
mod json;
mod plot;
mod span;
mod text;

/// Tell how well the alarm system does
///
/// Rates, floods, the most frequent, chattering and stale alarms, priorities and times to acknowledge
/// of a span, each beside the target of ISA-18.2, IEC 62682 or EEMUA 191; and what to do about it.
/// docs/alarm-performance.md says what each figure is.
#[derive(clap::Args, Debug)]
#[command(after_help = "Examples:\n  \
    windvane alarms report farm.toml\n  \
    windvane alarms report farm.toml --last 30d --by week\n  \
    windvane alarms report farm.toml --from 2026-11-01 --until 2026-12-01 --csv > november.csv\n  \
    windvane alarms report farm.toml --by shift --shift 07:00,19:00 --plot shifts.svg")]
pub struct Args {
    #[command(flatten)]
    place: PlaceArgs,
    /// From this time on, in the site's time zone: 2026-11-16 or 2026-11-16T06:00
    #[arg(long, value_name = "TIME", conflicts_with = "last")]
    from: Option<String>,
    /// Before this time; now without it.
    #[arg(long, value_name = "TIME")]
    until: Option<String>,
    /// So long back from the end: 8h, 7d, 30d. With --by, from the start of the period in which that is.
    #[arg(long, value_name = "TIME", default_value = "7d", value_parser = humantime::parse_duration)]
    last: Duration,
    /// Also for each of these.
    #[arg(long, value_enum, value_name = "PERIOD")]
    by: Option<ByArg>,
    /// When shifts begin, in the site's time zone.
    #[arg(long = "shift", value_name = "TIMES", default_value = "06:00,14:00,22:00", value_parser = shifts)]
    shifts: Shifts,
    /// How many operators share the alarms: targets are for one.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=100))]
    positions: u32,
    /// Print JSON, for programs.
    #[arg(long, conflicts_with = "csv")]
    json: bool,
    /// Print CSV, for spreadsheets.
    #[arg(long)]
    csv: bool,
    /// Also draw the alarms of each 10 minutes into a picture.
    #[arg(long, value_name = "FILE.svg", value_parser = svg)]
    plot: Option<PathBuf>,
}

/// What the span is divided by.
#[derive(clap::ValueEnum, Debug, Clone, Copy)]
enum ByArg {
    Shift,
    Day,
    Week,
    Month,
}

impl ByArg {
    fn by(self) -> By {
        match self {
            Self::Shift => By::Shift,
            Self::Day => By::Day,
            Self::Week => By::Week,
            Self::Month => By::Month,
        }
    }
}

/// When shifts begin.
#[derive(Debug, Clone)]
struct Shifts(Vec<Time>);

fn shifts(text: &str) -> Result<Shifts, String> {
    parse_shifts(text).map(Shifts)
}

fn svg(text: &str) -> Result<PathBuf, String> {
    let path = PathBuf::from(text);
    let is_svg = path
        .extension()
        .is_some_and(|e| e.eq_ignore_ascii_case("svg"));
    is_svg
        .then_some(path)
        .ok_or_else(|| "the picture is an SVG: give it a name that ends in .svg".to_owned())
}

/// What is reported.
struct Report {
    title: String,
    zone: jiff::tz::TimeZone,
    known: KnownAlarms,
    figures: Figures,
    periods: Vec<(Period, Figures)>,
    by: Option<By>,
}

/// Runs the command.
///
/// # Errors
/// What went wrong, and what to do about it.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let Some(scene) = load_scene(&args.place.scene)? else {
        return Ok(ExitCode::from(crate::cli::PROBLEM));
    };
    let zone = site_zone(Some(&scene));
    let by = args.by.map(ByArg::by);
    let span = span::span(args, by, &zone, crate::clock::now_ms())?;
    let journal = args.place.open()?;
    let known = with_places(known_alarms(&scene), &scene);
    let divided = by.map(|by| Periods {
        by,
        zone: zone.clone(),
        shifts: args.shifts.0.clone(),
    });
    let (figures, periods) = figures_of(&journal, span, args.positions, &known, divided.as_ref())?;
    let report = Report {
        title: scene.title.clone(),
        zone,
        known,
        figures,
        periods,
        by,
    };
    if let Some(path) = &args.plot {
        write_file(path, &plot::svg(&report))?;
    }
    let out = if args.json {
        json::json(&report)?
    } else if args.csv {
        performance::csv(&report.figures, &report.periods, &report.zone)
    } else {
        text::text(&report)
    };
    match io::stdout().lock().write_all(out.as_bytes()) {
        // Whoever read it has seen enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {}
        written => written.context("cannot write the report")?,
    }
    Ok(ExitCode::SUCCESS)
}

fn write_file(path: &Path, text: &str) -> anyhow::Result<()> {
    std::fs::write(path, text).with_context(|| path.display().to_string())
}

impl Report {
    fn findings(&self) -> Vec<performance::Finding> {
        findings(&self.figures, &self.known)
    }

    fn span(&self) -> Span {
        self.figures.span
    }
}
