//! `[site]`.

use jiff::tz::TimeZone;

use super::height_map::height_map;
use crate::scene::format::SiteTable;
use crate::scene::load::{Loader, Page};
use crate::scene::model::Site;
use crate::scene::problem::{Problem, Problems, nearest, quoted};

const EXTENT_WITHOUT_ONE_KM: f64 = 500.0;

/// The site, and how far from its origin turbines may be.
pub(super) struct SiteAndExtent {
    pub site: Site,
    pub extent_m: f64,
}

pub(super) fn site(root: &Page, loader: &mut Loader) -> Option<SiteAndExtent> {
    let table: SiteTable = root.rest_of_piece("/site", &mut loader.problems)?;
    if let Some(name) = &table.time_zone {
        check_time_zone(name, root, &mut loader.problems);
    }
    let height_map = table
        .height_map
        .as_ref()
        .and_then(|table| height_map(root, table, loader));
    Some(SiteAndExtent {
        extent_m: table.extent_km.unwrap_or(EXTENT_WITHOUT_ONE_KM) * 1_000.0,
        site: Site {
            latitude_deg: table.latitude,
            longitude_deg: table.longitude,
            ground: table.ground.unwrap_or_default(),
            time_zone: table.time_zone,
            daylight: table.daylight.unwrap_or_default(),
            terrain: height_map,
        },
    })
}

fn check_time_zone(name: &str, root: &Page, problems: &mut Problems) {
    if TimeZone::get(name).is_ok() {
        return;
    }
    let known: Vec<String> = jiff::tz::db().available().map(|n| n.to_string()).collect();
    // A machine without a time zone database knows none.
    if known.is_empty() {
        return;
    }
    let place = root.document.place("/site/time_zone");
    let help = nearest(name, known.iter().map(String::as_str)).map_or_else(
        || "IANA names look like Europe/Copenhagen".to_owned(),
        |known| format!("did you mean \"{known}\"?"),
    );
    let message = format!("there is no time zone {}", quoted(name));
    problems.push(Problem::error("bad-value", place, message).help(help));
}
