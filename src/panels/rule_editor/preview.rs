//! For which turbines a draft holds now, over the live values.

use bevy_egui::egui::{Button, Label, RichText, ScrollArea, Ui, vec2};

use super::check::Checked;
use super::scope::NewColumn;
use crate::action::Action;
use crate::fleet::{Fleet, SignalColumn, TurbineRow};
use crate::panels::format;
use crate::panels::frame::{Farm, Look};
use crate::rules::{Columns, Truth};
use crate::scene::Scene;
use crate::theme::{LARGE, SMALL, strong};

/// Turbines that are listed by name; more are counted.
const MOST_LISTED: usize = 400;

/// What a draft makes of the farm.
#[derive(Debug, Default)]
pub(super) struct Matches {
    /// Turbines for which it holds.
    pub rows: Vec<TurbineRow>,
    /// Turbines for which it is not known.
    pub unknown: usize,
    /// That is so as it reads what is worked out only once it is saved.
    pub waits: bool,
    /// Turbines that it is for.
    pub of: usize,
    /// The first of those.
    pub first: Option<TurbineRow>,
}

impl Matches {
    /// Nothing can be told before it is saved.
    pub fn is_open(&self) -> bool {
        self.waits && self.rows.is_empty() && self.unknown > 0
    }
}

/// The live values, and those that a draft gives itself.
struct Live<'a> {
    fleet: &'a Fleet,
    new: &'a [NewColumn],
}

impl Columns for Live<'_> {
    fn known(&self, signal: SignalColumn) -> &[f64] {
        let new = self.new.iter().find(|n| n.column == signal);
        let given = new.and_then(NewColumn::given);
        given.unwrap_or_else(|| self.fleet.known(signal))
    }
}

/// Evaluates a draft; nothing while it has errors.
pub(super) fn matches(farm: &Farm, scene: &Scene, checked: &Checked) -> Option<Matches> {
    let program = checked.when.as_ref().ok()?;
    let is_for = |model: usize| checked.applies.get(model).copied().unwrap_or_default();
    let rows: Vec<TurbineRow> = (0..)
        .map(TurbineRow)
        .zip(&scene.turbines)
        .filter(|(_, turbine)| is_for(turbine.model))
        .map(|(row, _)| row)
        .collect();
    let mut found = Matches {
        of: rows.len(),
        first: rows.first().copied(),
        waits: checked.waits(),
        ..Matches::default()
    };
    let mut outcomes = Vec::new();
    match farm.fleet {
        Some(fleet) => {
            let new = &checked.new;
            program.evaluate(&Live { fleet, new }, &rows, &mut outcomes);
        }
        None => outcomes.resize(rows.len(), Truth::Unknown),
    }
    for (row, outcome) in rows.into_iter().zip(outcomes) {
        match outcome {
            Truth::True => found.rows.push(row),
            Truth::Unknown => found.unknown += 1,
            Truth::False => {}
        }
    }
    Some(found)
}

/// The count in words: `Matches 7 of 80 now`.
pub(super) fn words(found: &Matches) -> String {
    if found.is_open() {
        return "Matches are known once saved".to_owned();
    }
    let of = format::count(found.of as u64);
    format!(
        "Matches {} of {of} now",
        format::count(found.rows.len() as u64)
    )
}

/// The count, and each turbine as a button that flies there.
pub(super) fn preview_ui(
    ui: &mut Ui,
    look: &Look,
    scene: &Scene,
    found: Option<&Matches>,
    is_enabled: bool,
    actions: &mut Vec<Action>,
) {
    let Some(found) = found else {
        ui.label(look.quiet("No preview while the expression has an error."));
        return;
    };
    ui.horizontal_wrapped(|ui| {
        ui.label(strong(words(found)).size(LARGE));
        if found.unknown > 0 {
            let unknown = format::count(found.unknown as u64);
            let why = match (found.waits, found.is_open()) {
                (true, true) => "its windows and averages begin then".to_owned(),
                (true, false) => format!("{unknown} known once saved"),
                (false, _) => format!("{unknown} unknown: no data"),
            };
            ui.label(look.quiet(why));
        }
        if !is_enabled {
            ui.label(look.quiet("not enabled: it shows nothing"));
        }
    });
    if found.rows.is_empty() {
        return;
    }
    ScrollArea::vertical()
        .id_salt("matching")
        .max_height(84.0)
        .auto_shrink([false, true])
        .show(ui, |ui| {
            ui.horizontal_wrapped(|ui| {
                ui.spacing_mut().item_spacing = vec2(4.0, 4.0);
                for row in found.rows.iter().take(MOST_LISTED) {
                    let Some(turbine) = scene.turbine(*row) else {
                        continue;
                    };
                    let button = Button::new(RichText::new(&*turbine.id).size(SMALL));
                    if ui.add(button.min_size(vec2(40.0, 20.0))).clicked() {
                        actions.push(Action::FlyTo(*row));
                    }
                }
                let more = found.rows.len().saturating_sub(MOST_LISTED);
                if more > 0 {
                    let words = format!("and {} more", format::count(more as u64));
                    ui.add(Label::new(look.quiet(words)));
                }
            });
        });
}
