//! The egui panels: banner, alarm list, turbine inspector, connection, scene problems, rejects.

use bevy::ecs::system::SystemParam;
use bevy::prelude::*;
use bevy::window::{PrimaryWindow, WindowCloseRequested};
use bevy_egui::{EguiContexts, EguiPrimaryContextPass};
use jiff::tz::TimeZone;

pub mod alarm_deeds;
pub mod alarm_detail;
pub mod alarm_list;
mod alarm_log;
pub mod alarm_panes;
pub mod alarm_rows;
pub mod banner;
mod chords;
pub mod commands;
pub mod connection;
pub mod desk;
mod edits;
pub mod empty;
pub mod explain;
mod finding;
pub mod focus;
pub mod format;
pub mod frame;
pub mod hover_card;
pub mod inspector;
pub mod journal;
pub mod layout;
mod layout_mend;
pub mod legend;
pub mod link;
pub mod mapping;
mod open_editor;
pub mod overlay_bar;
pub mod palette;
pub mod performance;
pub mod problems;
pub mod program;
pub mod records;
pub mod rejects;
mod repaint;
pub mod rule_editor;
mod scene_problems;
pub mod set_aside;
pub mod settings;
mod settings_writer;
pub mod several;
pub mod shortcuts;
mod silence;
pub mod status_bar;
pub mod top_bar;
pub mod trend;
pub mod views;
pub mod waiting;
pub mod why;
pub mod widgets;

use crate::RoomSet;
use crate::access::Session;
use crate::action::Action;
use crate::alarms::flood::FloodWatch;
use crate::alarms::journal::JournalHandle;
use crate::alarms::performance::SharedRecords;
use crate::alarms::share::SharingStatus;
use crate::alarms::{AlarmEvent, Alarms};
use crate::clock::Clock;
use crate::fleet::Fleet;
use crate::history::History;
use crate::rules::RuleStates;
use crate::scene::ActiveScene;
use crate::sound::Sound;
use crate::telemetry::TelemetryStatus;
use crate::theme::{self, AskedTheme, Theme};
use crate::view::colour::{ColourCounts, ColourScale};
use crate::view::windows::RememberedWindows;
use crate::view::{
    ColourBy, FarmCamera, HoverCard, NamedViews, Overlays, RulePreview, Selection, ViewArea,
    ViewCards, ViewCovered, Viewpoint,
};
use crate::wake::Wake;
use desk::{DeskState, desk_ui};
use frame::{Farm, Look, ViewState, site_zone};
pub(crate) use open_editor::open_by_desktop;
use problems::Problem;
pub use repaint::NextRepaint;
use settings::{PanelSettings, PanelSettingsStore};
use settings_writer::SettingsWriter;

/// The problems of the scene files, as the panel shows them.
#[derive(Resource, Debug, Default, Clone, PartialEq, Eq)]
pub struct ShownProblems(pub Vec<Problem>);

/// What the panels remember between frames.
#[derive(Resource, Debug, Default)]
pub struct PanelState(pub DeskState);

/// Docks the panels around the view and sends the operator's actions.
///
/// Without a [`PanelSettingsStore`] the user's own settings are used where there is a window, and
/// none where there is not.
pub fn plugin(app: &mut App) {
    app.add_plugins((
        theme::plugin,
        repaint::plugin,
        chords::plugin,
        program::plugin,
        edits::plugin,
    ))
    .init_resource::<ShownProblems>()
    .init_resource::<PanelState>()
    .init_resource::<Selection>()
    .init_resource::<ViewArea>()
    .init_resource::<ViewCovered>()
    .init_resource::<ViewCards>()
    .init_resource::<RulePreview>()
    .init_resource::<ColourBy>()
    .init_resource::<ColourScale>()
    .init_resource::<ColourCounts>()
    .init_resource::<HoverCard>()
    .add_message::<Action>()
    .add_message::<AlarmEvent>()
    .add_systems(Startup, load_settings)
    .add_systems(
        Update,
        (scene_problems::follow_problems, alarm_log::log_alarms).after(RoomSet::Alarms),
    )
    .add_message::<WindowCloseRequested>()
    .add_systems(PreUpdate, keep_unsaved)
    .add_systems(Update, follow_shown)
    .add_systems(
        EguiPrimaryContextPass,
        (mapping::bring, draw, mapping::follow, follow_settings).chain(),
    );
}

/// A pane that was asked for on the command line.
#[derive(Resource, Debug, Clone, Copy)]
pub struct AskedPane(pub layout::Pane);

/// Shows the rule editor, or an alarm, whoever asks for it: the view, another window, a panel.
fn follow_shown(
    mut actions: MessageReader<Action>,
    wake: Option<Res<Wake>>,
    mut state: ResMut<PanelState>,
) {
    for action in actions.read() {
        if let Action::EditRule(rule) = action {
            if let Some(wake) = &wake {
                state.0.editor.wake_by(wake);
            }
            state.0.editor.ask(*rule);
        }
        if let Action::ShowAlarm(key) = action {
            state.0.alarm_panes.detail.ask(*key);
        }
    }
    if wake.as_ref().is_some_and(|wake| wake.is_changed())
        && let Some(wake) = wake
    {
        state.0.editor.wake_by(&wake);
    }
}

/// With unsaved rules the window is not closed before it was asked what is to become of them.
fn keep_unsaved(
    mut requests: ResMut<Messages<WindowCloseRequested>>,
    primary: Query<(), With<PrimaryWindow>>,
    mut state: ResMut<PanelState>,
) {
    if requests.is_empty() || !state.0.editor.is_dirty() {
        return;
    }
    let all: Vec<WindowCloseRequested> = requests.drain().collect();
    for request in all {
        if primary.contains(request.window) {
            state.0.editor.ask_before_the_end();
        } else {
            requests.write(request);
        }
    }
}

/// All that the panels read; what is not there yet is shown as such.
#[derive(SystemParam)]
pub(crate) struct Sources<'w, 's> {
    clock: Option<Res<'w, Clock>>,
    scene: Option<Res<'w, ActiveScene>>,
    fleet: Option<Res<'w, Fleet>>,
    rules: Option<Res<'w, RuleStates>>,
    alarms: Option<Res<'w, Alarms>>,
    session: Option<Res<'w, Session>>,
    history: Option<Res<'w, History>>,
    sound: Option<Res<'w, Sound>>,
    journal: Option<Res<'w, JournalHandle>>,
    records: Option<Res<'w, SharedRecords>>,
    wake: Option<Res<'w, Wake>>,
    flood: Option<Res<'w, FloodWatch>>,
    sharing: Option<Res<'w, SharingStatus>>,
    telemetry: Option<Res<'w, TelemetryStatus>>,
    problems: Res<'w, ShownProblems>,
    selection: Res<'w, Selection>,
    views: Option<Res<'w, NamedViews>>,
    overlays: Option<Res<'w, Overlays>>,
    colour_by: Res<'w, ColourBy>,
    scale: Res<'w, ColourScale>,
    counts: Res<'w, ColourCounts>,
    hover: Res<'w, HoverCard>,
    camera: Query<'w, 's, &'static Viewpoint, With<FarmCamera>>,
}

impl Sources<'_, '_> {
    /// The journal of the open scene, where one is kept.
    fn journal(&self) -> Option<&JournalHandle> {
        let journal = self.journal.as_deref()?;
        journal.is_kept().then_some(journal)
    }

    /// Now, milliseconds since 1970 UTC.
    pub(crate) fn now_ms(&self) -> i64 {
        self.clock
            .as_ref()
            .map_or_else(crate::clock::now_ms, |c| c.wall_ms)
    }

    /// Whether the alarms changed since this was last asked.
    pub(crate) fn alarms_changed(&self) -> bool {
        self.alarms.as_ref().is_some_and(|a| a.is_changed())
    }

    /// The state of the farm.
    pub(crate) fn farm(&self, alarms_revision: u64) -> Farm<'_> {
        let alarms = self.alarms.as_deref();
        Farm {
            scene: self.scene.as_ref().map(|s| &*s.scene),
            fleet: self.fleet.as_deref(),
            rules: self.rules.as_deref(),
            standing: alarms.map_or(&[], Alarms::standing),
            past: alarms.map_or(&[], Alarms::past),
            alarms_revision,
            desk: frame::AlarmDesk {
                alarms,
                session: self.session.as_deref(),
                history: self.history.as_deref(),
                journal: self
                    .journal()
                    .map(|journal| journal as &dyn records::Records),
                sound: self.sound.as_deref(),
                records: self.records.as_deref(),
                wake: self.wake.as_deref(),
                flood: self.flood.as_ref().and_then(|flood| flood.0.flood()),
                sharing: self.sharing.as_deref(),
            },
            telemetry: self.telemetry.as_deref(),
            problems: &self.problems.0,
            selected: self.selection.turbine,
            view: ViewState {
                also: &self.selection.also,
                views: self.views.as_deref(),
                overlays: self.overlays.as_deref(),
                manner: self.camera.single().map(|v| v.manner).unwrap_or_default(),
                colour_by: Some(&self.colour_by),
                scale: self.scale.0.as_ref(),
                counts: Some(&self.counts),
                hover: *self.hover,
            },
        }
    }
}

/// The time zone of the scene of a generation: looking one up may read files.
pub(crate) type Zone = Option<(Option<u64>, TimeZone)>;

/// The time zone of the scene that is open.
pub(crate) fn zone_of<'a>(zone: &'a mut Zone, sources: &Sources) -> &'a TimeZone {
    let generation = sources.scene.as_ref().map(|s| s.generation);
    let known = zone.take().filter(|(of, _)| *of == generation);
    let (_, zone) = zone.insert(known.unwrap_or_else(|| {
        let scene = sources.scene.as_ref().map(|s| &*s.scene);
        (generation, site_zone(scene))
    }));
    zone
}

fn draw(
    mut contexts: EguiContexts,
    sources: Sources,
    mut state: ResMut<PanelState>,
    mut theme: ResMut<Theme>,
    (mut view_area, mut view_covered, mut view_cards, mut preview): (
        ResMut<ViewArea>,
        ResMut<ViewCovered>,
        ResMut<ViewCards>,
        ResMut<RulePreview>,
    ),
    (mut actions, mut exit): (MessageWriter<Action>, MessageWriter<AppExit>),
    mut zone: Local<Zone>,
    mut alarms_revision: Local<u64>,
) -> Result {
    let ctx = contexts.ctx_mut()?;
    if !theme::is_dressed(ctx) {
        return Ok(());
    }
    *alarms_revision += u64::from(sources.alarms_changed());
    let zone = zone_of(&mut zone, &sources);
    let farm = sources.farm(*alarms_revision);
    let look = Look {
        theme: &theme,
        zone,
        now_ms: sources.now_ms(),
    };
    let mut asked = Vec::new();
    let output = desk_ui(ctx, &look, &farm, &mut state.0, &mut asked);
    actions.write_batch(asked);
    view_area.set_if_neq(ViewArea(output.view_area));
    view_covered.set_if_neq(ViewCovered(output.view_covered));
    view_cards.set_if_neq(ViewCards(output.cards));
    if preview.set_if_neq(RulePreview(output.preview)) {
        ctx.request_repaint();
    }
    if output.quit {
        exit.write(AppExit::Success);
    }
    if output.switch_theme {
        let other = theme.variant.other();
        *theme = Theme::new(other);
        ctx.request_repaint();
    }
    Ok(())
}

fn load_settings(
    store: Option<Res<PanelSettingsStore>>,
    windows: Query<(), With<PrimaryWindow>>,
    mut state: ResMut<PanelState>,
    (asked, asked_pane): (Option<Res<AskedTheme>>, Option<Res<AskedPane>>),
    mut theme: ResMut<Theme>,
    (mut open, mut sound): (Option<ResMut<RememberedWindows>>, Option<ResMut<Sound>>),
    mut commands: Commands,
) {
    state.0.asked_pane = asked_pane.map(|asked| asked.0);
    let folder = PanelSettingsStore::in_use(store.as_deref(), !windows.is_empty());
    let Some(folder) = folder else {
        return;
    };
    let (settings, note) = settings::read(&folder);
    let desk = &mut state.0;
    desk.note = note;
    desk.folded = settings.folded;
    desk.legend.folded = settings.legend_folded;
    desk.palette.recent.clone_from(&settings.recent_commands);
    desk.tree.clone_from(&settings.layout);
    desk.list.remember(&settings.alarm_list);
    let reasons = &settings.alarm_list.reasons;
    desk.alarm_panes.dialogs.reasons.clone_from(reasons);
    desk.program.recent = settings.recent.clone();
    desk.program.folder.clone_from(&settings.folder);
    desk.program.zoom = settings.zoom;
    if let Some(sound) = &mut sound {
        sound.is_on = !settings.is_sound_off;
        sound.volume = settings.volume.unwrap_or(1.0);
    }
    if let Some(open) = &mut open {
        open.windows.clone_from(&settings.windows);
        open.first.clone_from(&settings.first_window);
    }
    let is_asked = asked.is_some_and(|asked| asked.0.is_some());
    if !is_asked && theme.variant != settings.theme {
        *theme = Theme::new(settings.theme);
    }
    match SettingsWriter::start(folder, &settings) {
        Ok(writer) => commands.insert_resource(writer),
        Err(error) => desk.note = Some(format!("Settings are not saved: {error}")),
    }
}

fn follow_settings(
    writer: Option<ResMut<SettingsWriter>>,
    clock: Option<Res<Clock>>,
    theme: Res<Theme>,
    (open, sound): (Option<Res<RememberedWindows>>, Option<Res<Sound>>),
    mut state: ResMut<PanelState>,
    mut last: Local<Option<PanelSettings>>,
) {
    let Some(mut writer) = writer else {
        return;
    };
    let now_ms = clock.map_or_else(crate::clock::now_ms, |c| c.wall_ms);
    let settings = PanelSettings {
        theme: theme.variant,
        folded: state.0.folded,
        legend_folded: state.0.legend.folded,
        recent_commands: state.0.palette.recent.clone(),
        layout: state.0.tree.clone(),
        alarm_list: state.0.list.settings(&state.0.alarm_panes.dialogs.reasons),
        zoom: state.0.program.zoom,
        folder: state.0.program.folder.clone(),
        recent: state.0.program.recent.clone(),
        first_window: open.as_ref().and_then(|open| open.first.clone()),
        is_sound_off: sound.as_ref().is_some_and(|sound| !sound.is_on),
        volume: sound
            .map(|sound| sound.volume)
            .filter(|volume| *volume < 1.0),
        windows: open.map_or_else(Vec::new, |open| open.windows.clone()),
    };
    // Writing them as text in every frame would be felt; comparing them is not.
    let is_same = last.as_ref() == Some(&settings);
    if is_same && !writer.is_pending() && writer.is_quiet() {
        return;
    }
    *last = Some(settings.clone());
    if let Some(outcome) = writer.follow(&settings, now_ms) {
        if let Some(words) = &outcome {
            let toast = program::Toast::warning(program::toasts::Subject::Settings, words);
            state.0.program.toasts.add(toast, now_ms);
        }
        state.0.note = outcome;
    }
}
