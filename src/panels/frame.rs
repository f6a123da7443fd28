//! What every panel draws from in a frame: the look, the clock and the state of the farm.

use bevy_egui::egui::{Color32, RichText};
use jiff::tz::TimeZone;

use crate::access::{Denied, EditPermit, Permission, Session};
use crate::alarms::flood::Flood;
use crate::alarms::performance::SharedRecords;
use crate::alarms::share::SharingStatus;
use crate::alarms::{Alarm, Alarms};
use crate::fleet::{Cell, Fleet, Quality, TurbineRow};
use crate::history::History;
pub use crate::panels::empty::empty_ui;
use crate::panels::format;
use crate::panels::problems::Problem;
use crate::panels::records::Records;
use crate::rules::RuleStates;
use crate::scene::{Model, Scene, Signal};
use crate::sound::Sound;
use crate::telemetry::TelemetryStatus;
use crate::theme::{SMALL, Theme};
use crate::view::colour::{ColourCounts, SignalScale};
use crate::view::{ColourBy, HoverCard, Manner, NamedViews, Overlays};
use crate::wake::Wake;
use crate::wording;

/// The look and the clock of one frame.
#[derive(Debug, Clone)]
pub struct Look<'a> {
    /// Colours.
    pub theme: &'a Theme,
    /// The site's time zone.
    pub zone: &'a TimeZone,
    /// Now, milliseconds since 1970 UTC.
    pub now_ms: i64,
}

impl Look<'_> {
    /// Whether the marks of unacknowledged alarms are filled now: 1 Hz, half and half.
    pub fn flash_is_filled(&self) -> bool {
        self.now_ms.rem_euclid(1000) < 500
    }

    /// Small text in the quiet tone: units, labels, headers.
    pub fn quiet(&self, text: impl Into<String>) -> RichText {
        RichText::new(text).size(SMALL).color(self.theme.quiet)
    }

    /// The colour of text: quiet for what is no longer the case.
    pub fn text_color(&self, is_current: bool) -> Color32 {
        if is_current {
            self.theme.text
        } else {
            self.theme.quiet
        }
    }
}

/// The state of the farm; nothing of it is there before a scene is open.
#[derive(Debug, Clone, Copy, Default)]
pub struct Farm<'a> {
    /// The scene that is open.
    pub scene: Option<&'a Scene>,
    /// Values.
    pub fleet: Option<&'a Fleet>,
    /// Outcomes of rules.
    pub rules: Option<&'a RuleStates>,
    /// Alarms that are active or not acknowledged.
    pub standing: &'a [Alarm],
    /// Alarms that are over.
    pub past: &'a [Alarm],
    /// Changes whenever the alarms do, so that the list is sorted only then.
    pub alarms_revision: u64,
    /// The connection.
    pub telemetry: Option<&'a TelemetryStatus>,
    /// What is wrong with the scene files.
    pub problems: &'a [Problem],
    /// The selected turbine.
    pub selected: Option<TurbineRow>,
    /// The view: what else is selected there, and what it shows.
    pub view: ViewState<'a>,
    /// Alarms beyond the list, and who looks at them.
    pub desk: AlarmDesk<'a>,
}

/// What the panels tell of alarms beyond those that stand and those that are over.
#[derive(Debug, Clone, Copy, Default)]
pub struct AlarmDesk<'a> {
    /// The register: what is set aside, shelves, what is out of service.
    pub alarms: Option<&'a Alarms>,
    /// Who sits here; nobody is restrained without one.
    pub session: Option<&'a Session>,
    /// The last hour of what the rules of alarms read.
    pub history: Option<&'a History>,
    /// The journal, where there is one.
    pub journal: Option<&'a dyn Records>,
    /// What is heard.
    pub sound: Option<&'a Sound>,
    /// What the journal holds, for threads that read it.
    pub records: Option<&'a SharedRecords>,
    /// What such threads wake when they are done.
    pub wake: Option<&'a Wake>,
    /// The flood of alarms that lasts.
    pub flood: Option<Flood>,
    /// The other stations.
    pub sharing: Option<&'a SharingStatus>,
}

impl AlarmDesk<'_> {
    /// Whether the user may do this: what he may not is shown disabled, with the reason.
    ///
    /// # Errors
    /// The reason.
    pub fn may(&self, permission: Permission) -> Result<(), Denied> {
        self.session
            .map_or(Ok(()), |session| session.may(permission))
    }

    /// What the user may write into scene files with.
    ///
    /// # Errors
    /// The reason why he may not.
    pub fn edit_permit(&self) -> Result<EditPermit, Denied> {
        match self.session {
            Some(session) => session.edit_permit(),
            None => Session::default().edit_permit(),
        }
    }
}

/// What the panels tell of the view.
#[derive(Debug, Clone, Copy, Default)]
pub struct ViewState<'a> {
    /// Turbines that are selected beside the one.
    pub also: &'a [TurbineRow],
    /// Views by name.
    pub views: Option<&'a NamedViews>,
    /// What is shown beside the plant.
    pub overlays: Option<&'a Overlays>,
    /// How the camera moves.
    pub manner: Manner,
    /// What colours tell.
    pub colour_by: Option<&'a ColourBy>,
    /// The scale of the signal that colours the turbines.
    pub scale: Option<&'a SignalScale>,
    /// How many turbines carry each colour.
    pub counts: Option<&'a ColourCounts>,
    /// The turbine under the pointer.
    pub hover: HoverCard,
}

impl Farm<'_> {
    /// What is known of a signal of a turbine.
    pub fn cell(&self, turbine: TurbineRow, signal: &Signal) -> Option<Cell> {
        self.fleet?.cell(turbine, signal.column)
    }

    /// How many turbines have at least one usable value.
    pub fn turbines_known(&self) -> usize {
        let (Some(scene), Some(fleet)) = (self.scene, self.fleet) else {
            return 0;
        };
        let is_known = |row: u32, model: &Model| {
            let mut signals = model.signals.iter();
            signals.any(|s| fleet.usable(TurbineRow(row), s.column).is_some())
        };
        (0..)
            .zip(&scene.turbines)
            .filter(|(row, t)| scene.models.get(t.model).is_some_and(|m| is_known(*row, m)))
            .count()
    }

    /// A value as people read it, without its unit: a number, yes or no, or a text.
    pub fn value_text(&self, signal: &Signal, value: f64) -> String {
        self.scene
            .map_or_else(String::new, |s| wording::value(&s.texts, signal, value))
    }
}

/// Why a value cannot be used, in words; `None` when it can.
pub fn unusable_reason(cell: Option<Cell>, now_ms: i64) -> Option<String> {
    let Some(cell) = cell else {
        return Some("no data yet".to_owned());
    };
    match cell.quality {
        Quality::Good | Quality::Uncertain => None,
        Quality::Bad => Some("bad quality".to_owned()),
        Quality::Stale => Some(format!(
            "no data for {}",
            format::duration(now_ms - cell.arrival_ms)
        )),
        Quality::Missing => Some("no data yet".to_owned()),
    }
}

/// The quality in one word.
pub fn quality_word(quality: Quality) -> &'static str {
    match quality {
        Quality::Good => "good",
        Quality::Uncertain => "uncertain",
        Quality::Bad => "bad",
        Quality::Stale => "stale",
        Quality::Missing => "no data",
    }
}

/// The site's time zone; the machine's own without one, UTC where that is not known either.
pub fn site_zone(scene: Option<&Scene>) -> TimeZone {
    scene
        .and_then(|s| s.site.time_zone.as_deref())
        .and_then(|name| TimeZone::get(name).ok())
        .unwrap_or_else(TimeZone::system)
}
