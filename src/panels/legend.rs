//! The legend: what the colours of the turbines mean now, in the lower left corner of the view.

use bevy_egui::egui::{
    Align, Align2, Area, Context, FontId, Frame, Id, Label, Layout, Margin, Order, Painter, Popup,
    Rect, Response, RichText, ScrollArea, Sense, Stroke, Ui, WidgetInfo, WidgetType, pos2, vec2,
};
use egui_phosphor::regular as icon;

use crate::action::Action;
use crate::fleet::TurbineRow;
use crate::panels::format;
use crate::panels::frame::{Farm, Look};
use crate::panels::widgets::{icon_button_ui, priority_word, swatch_ui};
use crate::scene::{Priority, Rule, RuleColor, RuleScale, Scene};
use crate::theme::{MarkFill, SMALL, paint_mark, rule_icon, rule_scale, strong};
use crate::view::ColourBy;
use crate::view::colour::ColourCounts;
use crate::wording;

mod scale;

pub use scale::scale_ui;

/// Lines of rules at most; with "all well", unknown and "and 4 more" the legend stays small.
const MOST_RULES: usize = 5;
/// Turbines that a click on a line selects at most.
const MOST_SELECTED: usize = 200;
const WIDTH: f32 = 224.0;
const MARGIN: f32 = 12.0;
const LINE: f32 = 20.0;

/// What the legend remembers between frames.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct LegendState {
    /// Only the heading is shown.
    pub folded: bool,
}

/// A rule that colours something now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleLine {
    /// Index into `Scene::rules`.
    pub rule: u16,
    /// The turbines on which it shows.
    pub count: u32,
    /// Those for which its alarm waits out its delay.
    pub waiting: u32,
    priority: Option<Priority>,
}

/// The rules that show something now, most urgent first, then by how many turbines they colour; and
/// how many more there are than fit.
pub fn rule_lines(scene: &Scene, counts: &ColourCounts) -> (Vec<RuleLine>, usize) {
    let mut lines: Vec<RuleLine> = (0..=u16::MAX)
        .zip(scene.rules.iter().zip(&counts.by_rule))
        .filter(|(_, (_, count))| **count > 0)
        .map(|(rule, (of, &count))| RuleLine {
            rule,
            count,
            waiting: counts.waiting.get(usize::from(rule)).copied().unwrap_or(0),
            priority: of.alarm.as_ref().map(|a| a.priority),
        })
        .collect();
    // A line of its own is better than "and 1 more".
    let most = if lines.len() == MOST_RULES + 1 {
        MOST_RULES + 1
    } else {
        MOST_RULES
    };
    lines.sort_by_key(|l| (l.priority.map_or(9, |p| p as u8), u32::MAX - l.count));
    let more = lines.len().saturating_sub(most);
    lines.truncate(most);
    (lines, more)
}

/// The legend over this part of the window; returns where it lies. `None` without a scene, or where the
/// view is too small for it.
pub fn legend_ui(
    ctx: &Context,
    look: &Look,
    farm: &Farm,
    area: Rect,
    state: &mut LegendState,
    actions: &mut Vec<Action>,
) -> Option<Rect> {
    let scene = farm.scene?;
    if area.width() < 420.0 || area.height() < 220.0 {
        return None;
    }
    let corner = area.left_bottom() + vec2(MARGIN, -MARGIN);
    let response = Area::new(Id::new("legend"))
        .order(Order::Middle)
        .pivot(Align2::LEFT_BOTTOM)
        .fixed_pos(corner)
        .constrain(false)
        .fade_in(false)
        .show(ctx, |ui| {
            card(look).show(ui, |ui| {
                ui.set_width(WIDTH);
                ui.spacing_mut().item_spacing.y = 2.0;
                heading_ui(ui, look, farm, state, actions);
                if state.folded {
                    return;
                }
                match farm.view.scale {
                    Some(scale) => scale_ui(ui, look, farm, scale, actions),
                    None => rules_ui(ui, look, farm, scene, actions),
                }
            });
        });
    Some(response.response.rect)
}

/// The frame of what lies over the view.
pub(super) fn card(look: &Look) -> Frame {
    Frame::new()
        .fill(look.theme.panel)
        .stroke(Stroke::new(1.0, look.theme.line))
        .corner_radius(4.0)
        .inner_margin(Margin::symmetric(12, 8))
}

fn heading_ui(
    ui: &mut Ui,
    look: &Look,
    farm: &Farm,
    state: &mut LegendState,
    actions: &mut Vec<Action>,
) {
    ui.horizontal(|ui| {
        ui.set_min_height(24.0);
        let (glyph, name) = if state.folded {
            (icon::CARET_UP, "Show the legend")
        } else {
            (icon::CARET_DOWN, "Fold the legend")
        };
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if icon_button_ui(ui, glyph, name).clicked() {
                state.folded = !state.folded;
            }
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                let told = farm
                    .view
                    .scale
                    .map_or_else(|| "Rules".to_owned(), |scale| format::label(&scale.name));
                ui.add(Label::new(look.quiet("Colour")));
                let width = ui.available_width();
                let button = ui
                    .scope(|ui| {
                        ui.set_max_width(width);
                        let text = strong(format!("{told} {}", icon::CARET_DOWN)).size(SMALL + 1.0);
                        ui.add(
                            bevy_egui::egui::Button::new(text)
                                .frame_when_inactive(false)
                                .truncate(),
                        )
                    })
                    .inner;
                let name = format!("Colour by: {told}");
                button.widget_info(|| WidgetInfo::labeled(WidgetType::Button, true, &name));
                let button = button.on_hover_text("What the colours tell");
                Popup::menu(&button).show(|ui| colour_menu_ui(ui, look, farm, actions));
            });
        });
    });
}

/// What colours can tell: the rules, or any signal of the scene.
pub fn colour_menu_ui(ui: &mut Ui, look: &Look, farm: &Farm, actions: &mut Vec<Action>) {
    let Some(scene) = farm.scene else { return };
    ui.set_min_width(220.0);
    ui.label(look.quiet("Colour by"));
    let now = farm.view.scale.map(|s| &*s.name);
    ScrollArea::vertical().max_height(340.0).show(ui, |ui| {
        if ui.selectable_label(now.is_none(), "Rules").clicked() {
            actions.push(Action::ColourBy(ColourBy::Rules));
            ui.close();
        }
        for name in &scene.signals {
            let words = format::label(name);
            let is_now = now == Some(&**name);
            if ui.selectable_label(is_now, words).clicked() {
                actions.push(Action::ColourBy(ColourBy::Signal {
                    name: name.clone(),
                    range: None,
                }));
                ui.close();
            }
        }
    });
}

fn rules_ui(ui: &mut Ui, look: &Look, farm: &Farm, scene: &Scene, actions: &mut Vec<Action>) {
    let Some(counts) = farm.view.counts else {
        return;
    };
    let (lines, more) = rule_lines(scene, counts);
    for line in &lines {
        let Some(rule) = scene.rules.get(usize::from(line.rule)) else {
            continue;
        };
        let told = match line.priority {
            Some(priority) => format!("{} alarm: {}", priority_word(priority), rule.name),
            None => rule.name.to_string(),
        };
        let (one, several) = wording::rows(scene);
        let of = format::counted(line.count as usize, one, several);
        let click = Sense::click();
        let response = sensing_line_ui(ui, look, &rule.name, Some(line.count), click, |ui| {
            rule_swatch_ui(ui, look, rule);
            if let Some(priority) = line.priority {
                let (rect, _) = ui.allocate_exact_size(vec2(16.0, 16.0), Sense::hover());
                // As in the top bar: of a priority of which nothing stands.
                let fill = if line.waiting < line.count {
                    MarkFill::Solid
                } else {
                    MarkFill::Hollow
                };
                paint_mark(
                    ui.painter(),
                    rect.center(),
                    15.0,
                    priority,
                    fill,
                    look.theme,
                );
            }
        });
        let waits = waits_in_words(line, rule);
        let name = match &waits {
            Some(waits) => format!("{told}, {of}, {waits}"),
            None => format!("{told}, {of}"),
        };
        response.widget_info(|| WidgetInfo::labeled(WidgetType::Button, true, &name));
        let hint =
            format!("{told}\n{of}: click to select, again for the next; right-click to edit");
        response.context_menu(|ui| {
            if ui.button("Edit rule").clicked() {
                actions.push(Action::EditRule(Some(line.rule)));
            }
        });
        if response.on_hover_text(hint).clicked() {
            actions.extend(select_next(farm, line.rule));
        }
        if let Some(RuleColor::Scale(scale)) = &rule.color {
            rule_scale_ui(ui, look, scene, scale);
        }
        if let Some(waits) = waits {
            ui.horizontal(|ui| {
                ui.add_space(20.0);
                ui.add(Label::new(look.quiet(waits)).wrap());
            });
        }
    }
    if more > 0 {
        ui.label(look.quiet(format!("and {more} more")));
    }
    let plant = look.theme.turbine;
    let well = [plant.r(), plant.g(), plant.b()];
    line_ui(ui, look, "All well", Some(counts.well), |ui| {
        swatch_ui(ui, look.theme, Some(well), 14.0);
    });
    if counts.unknown > 0 {
        unknown_line_ui(ui, look, "State not known", counts.unknown);
    }
}

/// Why an alarm that the colours tell of is not in the list: `2 not alarms yet: after 10 s`.
fn waits_in_words(line: &RuleLine, rule: &Rule) -> Option<String> {
    let delay = format::delay(rule.alarm.as_ref()?.on_delay);
    match line.waiting {
        0 => None,
        waiting if waiting < line.count => Some(format!("{waiting} not alarms yet: after {delay}")),
        1 => Some(format!("Not an alarm yet: after {delay}")),
        _ => Some(format!("Not alarms yet: after {delay}")),
    }
}

/// What a rule looks like: its colour or its scale, else its icon, else how faint it makes a turbine.
fn rule_swatch_ui(ui: &mut Ui, look: &Look, rule: &Rule) {
    let glyph = rule.icon.as_deref().and_then(rule_icon);
    match (&rule.color, glyph) {
        (Some(RuleColor::Fixed(color)), _) => swatch_ui(ui, look.theme, Some(*color), 14.0),
        (Some(RuleColor::Scale(scale)), _) => {
            let (rect, _) = ui.allocate_exact_size(vec2(14.0, 14.0), Sense::hover());
            let rect = Rect::from_center_size(rect.center(), vec2(10.0, 10.0));
            gradient(ui.painter(), look, rect, scale);
        }
        (None, Some(glyph)) => {
            let (rect, _) = ui.allocate_exact_size(vec2(14.0, 14.0), Sense::hover());
            let (font, tone) = (small(14.0), look.theme.text);
            let painter = ui.painter();
            painter.text(rect.center(), Align2::CENTER_CENTER, glyph, font, tone);
        }
        (None, None) => {
            let (rect, _) = ui.allocate_exact_size(vec2(14.0, 14.0), Sense::hover());
            let rect = Rect::from_center_size(rect.center(), vec2(10.0, 10.0));
            let fill = look.theme.turbine.gamma_multiply(rule.opacity);
            let rim = Stroke::new(1.0, look.theme.quiet);
            let side = bevy_egui::egui::StrokeKind::Inside;
            ui.painter().rect(rect, 2.0, fill, rim, side);
        }
    }
}

/// The scale of a rule with its ends.
fn rule_scale_ui(ui: &mut Ui, look: &Look, scene: &Scene, scale: &RuleScale) {
    const INDENT: f32 = 20.0;
    let of = wording::scale_signal(scene, scale);
    let of = of.map_or_else(|| scale.of.source.to_string(), |s| format::label(&s.name));
    let [low, high] = wording::scale_ends(scene, scale);
    let width = ui.available_width();
    let (rect, response) = ui.allocate_exact_size(vec2(width, 26.0), Sense::hover());
    let bar = Rect::from_min_max(
        rect.min + vec2(INDENT, 2.0),
        pos2(rect.right(), rect.top() + 10.0),
    );
    gradient(ui.painter(), look, bar, scale);
    for (at, align, text) in [
        (bar.left_bottom(), Align2::LEFT_TOP, &low),
        (bar.right_bottom(), Align2::RIGHT_TOP, &high),
    ] {
        let at = at + vec2(0.0, 1.0);
        let (font, tone) = (small(SMALL), look.theme.quiet);
        ui.painter().text(at, align, text, font, tone);
    }
    let words = format!("{of}: colours from {low} to {high}");
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Image, true, &words));
    response.on_hover_text(words);
}

/// The colours of a scale from left to right.
fn gradient(painter: &Painter, look: &Look, rect: Rect, scale: &RuleScale) {
    let Some(colors) = rule_scale(&scale.name) else {
        return;
    };
    scale::gradient(painter, look, rect, |share| colors.at(share));
}

/// A hatched swatch, what it means, and how many turbines are so.
fn unknown_line_ui(ui: &mut Ui, look: &Look, words: &str, count: u32) {
    line_ui(ui, look, words, Some(count), |ui| {
        let (rect, _) = ui.allocate_exact_size(vec2(14.0, 14.0), Sense::hover());
        hatched(
            ui,
            look,
            Rect::from_center_size(rect.center(), vec2(10.0, 10.0)),
        );
    });
}

fn hatched(ui: &Ui, look: &Look, rect: Rect) {
    let painter = ui.painter().with_clip_rect(rect.intersect(ui.clip_rect()));
    painter.rect_filled(rect, 0.0, look.theme.panel);
    let stroke = Stroke::new(1.5, look.theme.unknown);
    for i in 0..8 {
        let x = rect.left() - rect.height() + 4.0 * i as f32;
        let line = [pos2(x, rect.bottom()), pos2(x + rect.height(), rect.top())];
        painter.line_segment(line, stroke);
    }
    let rim = Stroke::new(1.0, look.theme.unknown);
    ui.painter()
        .rect_stroke(rect, 0.0, rim, bevy_egui::egui::StrokeKind::Inside);
}

/// A line of the legend: what it looks like, what it means, how many turbines.
fn line_ui(
    ui: &mut Ui,
    look: &Look,
    words: &str,
    count: Option<u32>,
    shape: impl FnOnce(&mut Ui),
) -> Response {
    sensing_line_ui(ui, look, words, count, Sense::hover(), shape)
}

fn sensing_line_ui(
    ui: &mut Ui,
    look: &Look,
    words: &str,
    count: Option<u32>,
    sense: Sense,
    shape: impl FnOnce(&mut Ui),
) -> Response {
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), LINE), sense);
    if sense.senses_click() && (response.hovered() || response.has_focus()) {
        let fill = ui.visuals().widgets.hovered.bg_fill;
        ui.painter()
            .rect_filled(rect.expand2(vec2(4.0, 0.0)), 4.0, fill);
    }
    let builder = bevy_egui::egui::UiBuilder::new()
        .max_rect(rect)
        .layout(Layout::left_to_right(Align::Center));
    ui.scope_builder(builder, |ui| {
        ui.spacing_mut().item_spacing.x = 6.0;
        shape(ui);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if let Some(count) = count {
                ui.label(strong(format::count(u64::from(count))).size(SMALL + 1.0));
            }
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                let text = RichText::new(words)
                    .size(SMALL + 1.0)
                    .color(look.theme.text);
                ui.add(Label::new(text).truncate());
            });
        });
    });
    response
}

/// Selects the turbines on which a rule shows; the first is the one after the one selected now.
fn select_next(farm: &Farm, rule: u16) -> Option<Action> {
    let (scene, states) = (farm.scene?, farm.rules?);
    let shows = |row: &TurbineRow| {
        let surfaces = states.appearance(*row).surfaces;
        surfaces.iter().any(|s| s.rule == Some(rule)) || states.outputs(*row).shows(rule)
    };
    let all = (0..scene.turbines.len() as u32).map(TurbineRow);
    let mut rows: Vec<TurbineRow> = all.filter(shows).collect();
    let after = farm
        .selected
        .map_or(0, |now| rows.partition_point(|row| *row <= now));
    let first = if after < rows.len() { after } else { 0 };
    rows.rotate_left(first);
    rows.truncate(MOST_SELECTED);
    (!rows.is_empty()).then_some(Action::SelectSeveral(rows))
}

pub(super) fn small(size: f32) -> FontId {
    FontId::proportional(size)
}
