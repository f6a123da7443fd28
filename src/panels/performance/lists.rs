//! What to act on: findings, the most frequent alarms, chattering, stale and unacknowledged ones.

use bevy_egui::egui::{
    Align2, CornerRadius, FontId, Label, Rect, RichText, Sense, Ui, WidgetInfo, WidgetType, pos2,
    vec2,
};

use super::worker::Shown;
use crate::action::Action;
use crate::alarms::AlarmId;
use crate::alarms::performance::Finding;
use crate::fleet::TurbineRow;
use crate::panels::format;
use crate::panels::frame::{Farm, Look};
use crate::theme::{BODY, SMALL, strong};

/// Which list is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum List {
    /// What to do about it.
    #[default]
    Findings,
    /// The ten most frequent alarms.
    Frequent,
    /// Alarms that chatter, and those that are gone at once.
    Chattering,
    /// Alarms that stand for over a day, and those that wait.
    Stale,
    /// Floods.
    Floods,
}

impl List {
    /// All of them, with their words.
    pub const ALL: [(Self, &'static str); 5] = [
        (Self::Findings, "Findings"),
        (Self::Frequent, "Frequent"),
        (Self::Chattering, "Chattering"),
        (Self::Stale, "Stale"),
        (Self::Floods, "Floods"),
    ];
}

/// No list is longer.
const MOST: usize = 50;

pub(super) fn lists_ui(
    ui: &mut Ui,
    look: &Look,
    farm: &Farm,
    shown: &Shown,
    list: &mut List,
    actions: &mut Vec<Action>,
) {
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = 0.0;
        for (of, words) in List::ALL {
            let count = count(shown, of);
            let words = if count == 0 {
                words.to_owned()
            } else {
                format!("{words} {count}")
            };
            ui.selectable_value(list, of, words);
        }
    });
    ui.add_space(4.0);
    match list {
        List::Findings => findings_ui(ui, look, farm, shown, actions),
        List::Frequent => frequent_ui(ui, look, farm, shown, actions),
        List::Chattering => chattering_ui(ui, look, farm, shown, actions),
        List::Stale => stale_ui(ui, look, farm, shown, actions),
        List::Floods => floods_ui(ui, look, shown),
    }
}

fn count(shown: &Shown, list: List) -> usize {
    let figures = &shown.figures;
    match list {
        List::Findings => shown.findings.len(),
        List::Frequent => 0,
        List::Chattering => figures.alarms.iter().filter(|a| a.chattering > 0).count(),
        List::Stale => figures.standing.stale.len(),
        List::Floods => figures.floods.len(),
    }
}

fn findings_ui(ui: &mut Ui, look: &Look, farm: &Farm, shown: &Shown, actions: &mut Vec<Action>) {
    if shown.findings.is_empty() {
        let words = match shown.figures.covered.ms {
            0 => "Nothing of this span is in the journal.",
            _ => "Nothing to act on was found.",
        };
        ui.label(look.quiet(words));
        return;
    }
    for finding in shown.findings.iter().take(MOST) {
        finding_ui(ui, look, farm, finding, actions);
        ui.add_space(8.0);
    }
}

fn finding_ui(ui: &mut Ui, look: &Look, farm: &Farm, finding: &Finding, actions: &mut Vec<Action>) {
    let who = match &finding.object {
        Some(object) => format!("{object}  {}", finding.name),
        None => finding.name.to_string(),
    };
    ui.horizontal(|ui| {
        let response = ui.add(
            Label::new(strong(who.as_str()))
                .truncate()
                .sense(Sense::click()),
        );
        response.widget_info(|| WidgetInfo::labeled(WidgetType::Button, true, who.clone()));
        if response.on_hover_text("Select it").clicked()
            && let Some(object) = &finding.object
        {
            let id = AlarmId {
                object: object.clone(),
                name: finding.name.clone(),
            };
            select(farm, &id, actions);
        }
        if let Some(rule) = finding.rule {
            let link = ui.link(RichText::new("Edit rule").size(SMALL));
            let words = format!("Edit the rule {}", finding.name);
            link.widget_info(|| WidgetInfo::labeled(WidgetType::Link, true, words.clone()));
            if link.clicked() {
                actions.push(Action::EditRule(Some(rule)));
            }
        }
    });
    ui.add(Label::new(RichText::new(&finding.words).color(look.theme.text)).wrap());
    ui.add(Label::new(look.quiet(&finding.advice)).wrap());
}

fn frequent_ui(ui: &mut Ui, look: &Look, farm: &Farm, shown: &Shown, actions: &mut Vec<Action>) {
    let top = shown.figures.most_frequent();
    let most = top.first().map_or(1.0, |a| a.share).max(f64::MIN_POSITIVE);
    if top.is_empty() {
        ui.label(look.quiet("No alarm came."));
    }
    for alarm in top {
        let value = format!(
            "{}  {:.1} %",
            format::count(alarm.announced),
            alarm.share * 100.0
        );
        let name = format!("{}  {}", alarm.id.object, alarm.id.name);
        let share = alarm.share / most;
        if row_ui(ui, look, &name, &value, Some(share), "Edit its rule") {
            match rule_of(farm, &alarm.id.name) {
                Some(rule) => actions.push(Action::EditRule(Some(rule))),
                None => select(farm, &alarm.id, actions),
            }
        }
    }
}

fn chattering_ui(ui: &mut Ui, look: &Look, farm: &Farm, shown: &Shown, actions: &mut Vec<Action>) {
    let chattering = shown.figures.chattering();
    let fleeting = shown.figures.fleeting();
    if chattering.is_empty() && fleeting.is_empty() {
        ui.label(look.quiet("None came three times a minute, and none was gone within a minute."));
    }
    for alarm in chattering.into_iter().take(MOST) {
        let value = format!(
            "{} times, {} a minute",
            format::count(alarm.chattering),
            alarm.most_a_minute
        );
        let name = format!("{}  {}", alarm.id.object, alarm.id.name);
        if row_ui(ui, look, &name, &value, None, "Select it") {
            select(farm, &alarm.id, actions);
        }
    }
    if !fleeting.is_empty() {
        ui.add_space(8.0);
        ui.label(look.quiet("Fleeting: gone within a minute"));
    }
    for alarm in fleeting.into_iter().take(MOST) {
        let value = format!(
            "{} of {}",
            format::count(alarm.fleeting),
            format::count(alarm.announced)
        );
        let name = format!("{}  {}", alarm.id.object, alarm.id.name);
        if row_ui(ui, look, &name, &value, None, "Select it") {
            select(farm, &alarm.id, actions);
        }
    }
}

fn stale_ui(ui: &mut Ui, look: &Look, farm: &Farm, shown: &Shown, actions: &mut Vec<Action>) {
    let figures = &shown.figures;
    if figures.standing.stale.is_empty() {
        ui.label(look.quiet("None stood for over 24 h."));
    }
    for stale in figures.standing.stale.iter().take(MOST) {
        let stands = if stale.until_ms.is_none() {
            "stands for"
        } else {
            "stood for"
        };
        let value = format!("{stands} {}", format::duration(stale.for_ms));
        let name = format!("{}  {}", stale.id.object, stale.id.name);
        if row_ui(ui, look, &name, &value, None, "Select it") {
            select(farm, &stale.id, actions);
        }
    }
    if !figures.waiting.is_empty() {
        ui.add_space(8.0);
        ui.label(look.quiet("Not acknowledged, the longest first"));
    }
    for (id, since_ms) in figures.waiting.iter().take(MOST) {
        let value = format!("for {}", format::duration(figures.span.until_ms - since_ms));
        let name = format!("{}  {}", id.object, id.name);
        if row_ui(ui, look, &name, &value, None, "Select it") {
            select(farm, id, actions);
        }
    }
}

fn floods_ui(ui: &mut Ui, look: &Look, shown: &Shown) {
    let figures = &shown.figures;
    if figures.floods.is_empty() {
        ui.label(look.quiet("Never more than 10 alarms in 10 minutes."));
    }
    for flood in figures.floods.iter().take(MOST) {
        let at = format::time(flood.from_ms, look.now_ms, look.zone);
        let length = format::duration(flood.until_ms - flood.from_ms);
        let goes_on = if flood.goes_on { ", goes on" } else { "" };
        ui.horizontal_wrapped(|ui| {
            ui.label(strong(at));
            ui.label(format!("{length}{goes_on}"));
        });
        ui.label(look.quiet(format!(
            "{} alarms, up to {} in 10 minutes",
            format::count(flood.alarms),
            flood.most_in_10_min
        )));
        ui.add_space(4.0);
    }
}

/// A row that can be clicked: a name, a figure at the right, and a bar below them.
fn row_ui(
    ui: &mut Ui,
    look: &Look,
    name: &str,
    value: &str,
    share: Option<f64>,
    hint: &str,
) -> bool {
    let width = ui.available_width();
    let height = if share.is_some() { 32.0 } else { 24.0 };
    let (rect, response) = ui.allocate_exact_size(vec2(width, height), Sense::click());
    let words = format!("{name}: {value}");
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Button, true, words.clone()));
    let theme = look.theme;
    let painter = ui.painter().with_clip_rect(rect.intersect(ui.clip_rect()));
    if response.hovered() {
        painter.rect_filled(
            rect,
            CornerRadius::same(4),
            ui.visuals().widgets.hovered.bg_fill,
        );
    }
    let y = if share.is_some() {
        rect.top() + 12.0
    } else {
        rect.center().y
    };
    let font = FontId::proportional;
    let value = painter.text(
        pos2(rect.right() - 8.0, y),
        Align2::RIGHT_CENTER,
        value,
        font(BODY),
        theme.text,
    );
    let room = Rect::from_min_max(rect.min, pos2(value.left() - 8.0, rect.bottom()));
    painter.with_clip_rect(room.intersect(ui.clip_rect())).text(
        pos2(rect.left() + 4.0, y),
        Align2::LEFT_CENTER,
        name,
        font(BODY),
        theme.text,
    );
    if let Some(share) = share {
        let track = Rect::from_min_max(
            pos2(rect.left() + 4.0, rect.bottom() - 9.0),
            pos2(rect.right() - 8.0, rect.bottom() - 4.0),
        );
        painter.rect_filled(track, CornerRadius::same(2), theme.line);
        let end = track.left() + track.width() * share.clamp(0.0, 1.0) as f32;
        let bar = Rect::from_min_max(track.min, pos2(end, track.bottom()));
        painter.rect_filled(bar, CornerRadius::same(2), theme.quiet);
    }
    response.on_hover_text(hint).clicked()
}

/// Selects the turbine of an alarm, and shows the alarm's detail where it stands.
fn select(farm: &Farm, id: &AlarmId, actions: &mut Vec<Action>) {
    let stands = farm.standing.iter();
    if let Some(alarm) = stands
        .rev()
        .find(|a| a.turbine_id == id.object && a.name == id.name)
    {
        actions.push(Action::ShowAlarm(alarm.key));
    }
    let turbines = farm.scene.map_or(&[][..], |scene| &scene.turbines);
    if let Some(row) = turbines.iter().position(|t| t.id == id.object)
        && let Ok(row) = u32::try_from(row)
    {
        actions.push(Action::Select(Some(TurbineRow(row))));
    }
}

fn rule_of(farm: &Farm, name: &str) -> Option<u16> {
    let rules = &farm.scene?.rules;
    let rule = rules
        .iter()
        .position(|r| *r.name == *name && r.alarm.is_some())?;
    u16::try_from(rule).ok()
}
