//! `windvane journal print`.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use jiff::tz::TimeZone;

use super::filter::FilterArgs;
use super::place::{PlaceArgs, here};
use crate::alarms::journal::{JournalReader, PageHead, print_page};
use crate::clock::now_ms;
use crate::panels::open_by_desktop;
use crate::scene::{LoadOptions, load};
use crate::view::has_display;

/// Make a page of the journal to be printed, and open it in the browser
///
/// The browser's own dialog prints it (Ctrl+P). Without a display it is only written.
#[derive(clap::Args, Debug)]
#[command(after_help = "Examples:\n  \
    windvane journal print farm.toml --from -12h\n  \
    windvane journal print farm.toml --from 2026-06-21 --priority critical --html shift.html")]
pub struct Args {
    #[command(flatten)]
    place: PlaceArgs,
    /// Write the page to this file and do not open it
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// The newest records only, this many at most
    #[arg(long, value_name = "N", default_value_t = 2_000)]
    limit: usize,
    #[command(flatten)]
    filter: FilterArgs,
}

/// Runs the command.
///
/// # Errors
/// The journal cannot be read, or the page not written.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let reader = args.place.open()?;
    let zone = TimeZone::system();
    let mut records = reader.records(&args.filter.query(Some(args.limit)))?;
    records.reverse();
    let is_cut = records.len() == args.limit;
    let filters = args.filter.words(is_cut.then_some(args.limit), &zone);
    let head = head(args, &reader, filters)?;
    let file =
        print_page(args.html.as_deref(), &head, &records, &zone).with_context(|| {
            match &args.html {
                Some(file) => file.display().to_string(),
                None => "a temporary file".to_owned(),
            }
        })?;
    eprintln!("{} records: {}", records.len(), file.display());
    if args.html.is_none() && has_display() {
        open_by_desktop(&file).context("the browser cannot be started")?;
    }
    Ok(ExitCode::SUCCESS)
}

fn head(args: &Args, reader: &JournalReader, filters: String) -> anyhow::Result<PageHead> {
    // The journal can be printed even while the scene has errors.
    let scene = load(&args.place.scene, &LoadOptions::default()).ok();
    let title = scene.map(|loaded| loaded.scene.title.clone());
    let station = reader.file().file_stem().unwrap_or_default();
    Ok(PageHead {
        title: title.unwrap_or_else(|| args.place.scene.display().to_string()),
        station: station.to_string_lossy().into_owned(),
        filters,
        user: here().user.to_string(),
        at_ms: now_ms(),
        last: reader.last()?.map(|(seq, hash)| (seq, hash.to_string())),
    })
}
