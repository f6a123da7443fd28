//! The bar at the top, always in view: farm, connection, alarm counts, clock.

use bevy_egui::egui::{
    Align, Align2, Button, FontId, Label, Layout, RichText, Sense, Stroke, StrokeKind, Ui,
    WidgetInfo, WidgetType, pos2, vec2,
};
use egui_phosphor::regular as icon;

use crate::action::Action;
use crate::alarms::Alarm;
use crate::panels::format;
use crate::panels::frame::{Farm, Look};
use crate::panels::link::link_ui;
use crate::panels::program::recent::RecentScenes;
use crate::panels::program::{MenuRequest, menu_ui};
use crate::panels::silence::silence_ui;
use crate::panels::widgets::{icon_button_ui, priority_word};
use crate::scene::Priority;
use crate::theme::{BODY, LARGE, MarkFill, SMALL, Variant, paint_mark, semibold, strong};

/// What was asked for in the top bar.
#[derive(Debug, Default, Clone, PartialEq)]
pub struct TopBarRequest {
    /// What was chosen in the program's menu.
    pub menu: Option<MenuRequest>,
    /// The other theme.
    pub switch_theme: bool,
    /// Fold the panels, or unfold them.
    pub fold: bool,
    /// Open the search.
    pub search: bool,
    /// Show the alarms of this priority.
    pub show_priority: Option<Priority>,
    /// Show what waits for acknowledgement.
    pub show_unacknowledged: bool,
    /// What is to become of the sound.
    pub sound: Option<Action>,
}

/// How many alarms of a priority are active and how many unacknowledged.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Counts {
    /// Active, acknowledged or not.
    pub active: usize,
    /// Not acknowledged, active or not.
    pub unacknowledged: usize,
}

/// Counts the standing alarms of each priority, in the order of [`Priority::ALL`].
pub fn counts(standing: &[Alarm]) -> [(Priority, Counts); 4] {
    let mut all = Priority::ALL.map(|priority| (priority, Counts::default()));
    for alarm in standing {
        let of_priority = all.iter_mut().find(|(of, _)| *of == alarm.priority);
        if let Some((_, counts)) = of_priority {
            counts.active += usize::from(alarm.is_active());
            counts.unacknowledged += usize::from(alarm.is_unacknowledged());
        }
    }
    all
}

/// In a narrower bar the search is an icon, points.
const FIELD_FROM: f32 = 1400.0;

/// How much there is room for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Room {
    /// The counts and the time of day.
    Least,
    /// Counts as a fraction.
    Narrow,
    /// All in words.
    Wide,
}

impl Room {
    fn of(width: f32) -> Self {
        match width {
            w if w < 900.0 => Self::Least,
            w if w < 1200.0 => Self::Narrow,
            _ => Self::Wide,
        }
    }
}

/// The bar: what is open at the left, what needs somebody at the right.
pub fn top_bar_ui(
    ui: &mut Ui,
    look: &Look,
    farm: &Farm,
    is_folded: bool,
    recent: &RecentScenes,
) -> TopBarRequest {
    let mut request = TopBarRequest::default();
    let wide = Room::of(ui.available_width());
    // Drawn from left to right, which is the way of the Tab key as well; the width of the right part
    // is that of the last frame.
    let right_id = ui.id().with("right part");
    let known: Option<f32> = ui.data(|d| d.get_temp(right_id));
    let right_width = known.unwrap_or(ui.available_width() * 0.6);
    let height = ui.available_height();
    ui.horizontal_centered(|ui| {
        ui.spacing_mut().item_spacing.x = 8.0;
        let room = vec2((ui.available_width() - right_width - 8.0).max(44.0), height);
        ui.allocate_ui_with_layout(room, Layout::left_to_right(Align::Center), |ui| {
            ui.set_min_size(room);
            ui.set_max_width(room.x);
            request.menu = menu_ui(ui, look, recent);
            // The welcome page has the name in large letters.
            if wide > Room::Least && farm.scene.is_some() {
                title_ui(ui, farm);
            }
            if farm.scene.is_some() {
                link_ui(ui, look, farm.telemetry);
            }
        });
        let right = ui.scope(|ui| right_ui(ui, look, farm, is_folded, wide, &mut request));
        let width = right.response.rect.width();
        if known != Some(width) {
            ui.data_mut(|d| d.insert_temp(right_id, width));
            ui.ctx().request_repaint();
        }
    });
    request
}

fn title_ui(ui: &mut Ui, farm: &Farm) {
    let title = farm.scene.map_or("Windvane", |s| s.title.as_str());
    let most = vec2(
        (ui.available_width() * 0.5).max(80.0),
        ui.available_height(),
    );
    ui.scope(|ui| {
        ui.set_max_size(most);
        ui.add(Label::new(strong(title).size(LARGE)).truncate());
    });
    ui.add_space(8.0);
}

fn right_ui(
    ui: &mut Ui,
    look: &Look,
    farm: &Farm,
    is_folded: bool,
    wide: Room,
    request: &mut TopBarRequest,
) {
    if farm.scene.is_some() {
        let counts = counts(farm.standing);
        for (priority, counts) in counts {
            count_ui(ui, look, priority, counts, wide, request);
        }
        if wide > Room::Least {
            let waiting = counts.iter().map(|(_, c)| c.unacknowledged).sum();
            waiting_ui(ui, look, waiting, request);
            ui.add_space(8.0);
        }
    }
    if let Some(sound) = farm.desk.sound {
        request.sound = silence_ui(ui, look, sound);
    }
    request.search = search_ui(ui, look, ui.ctx().content_rect().width());
    clock_ui(ui, look, wide);
    buttons_ui(ui, look, request);
    if farm.scene.is_some() {
        fold_ui(ui, is_folded, request);
    }
}

fn buttons_ui(ui: &mut Ui, look: &Look, request: &mut TopBarRequest) {
    if icon_button_ui(ui, icon::KEYBOARD, "Keys (?)").clicked() {
        request.menu = Some(MenuRequest::Keys);
    }
    let (glyph, name) = match look.theme.variant {
        Variant::Light => (icon::MOON, "Dark theme"),
        Variant::Dark => (icon::SUN, "Light theme"),
    };
    request.switch_theme = icon_button_ui(ui, glyph, name).clicked();
}

fn fold_ui(ui: &mut Ui, is_folded: bool, request: &mut TopBarRequest) {
    let (glyph, name) = if is_folded {
        (icon::SIDEBAR, "Show the panels (F10)")
    } else {
        (icon::SIDEBAR_SIMPLE, "Fold the panels (F10)")
    };
    request.fold = icon_button_ui(ui, glyph, name).clicked();
}

/// What opens the search: a field where there is room, else an icon.
fn search_ui(ui: &mut Ui, look: &Look, width: f32) -> bool {
    const NAME: &str = "Search (Ctrl K)";
    if width < FIELD_FROM {
        return icon_button_ui(ui, icon::MAGNIFYING_GLASS, NAME).clicked();
    }
    let (rect, response) = ui.allocate_exact_size(vec2(150.0, 26.0), Sense::click());
    let is_pointed_at = response.hovered() || response.has_focus();
    let rim = if is_pointed_at {
        look.theme.quiet
    } else {
        look.theme.line
    };
    let painter = ui.painter();
    painter.rect(
        rect,
        4.0,
        look.theme.ground,
        Stroke::new(1.0, rim),
        StrokeKind::Inside,
    );
    let font = |size| FontId::proportional(size);
    let y = rect.center().y;
    let (quiet, left, right) = (look.theme.quiet, rect.left() + 8.0, rect.right() - 8.0);
    painter.text(
        pos2(left, y),
        Align2::LEFT_CENTER,
        icon::MAGNIFYING_GLASS,
        font(LARGE),
        quiet,
    );
    painter.text(
        pos2(left + 22.0, y),
        Align2::LEFT_CENTER,
        "Search",
        font(BODY),
        quiet,
    );
    painter.text(
        pos2(right, y),
        Align2::RIGHT_CENTER,
        "Ctrl K",
        font(SMALL),
        quiet,
    );
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Button, true, NAME));
    response
        .on_hover_text("Find turbines, signals, views, alarms and commands")
        .clicked()
}

fn clock_ui(ui: &mut Ui, look: &Look, wide: Room) {
    ui.label(strong(format::clock(look.now_ms, look.zone)).size(LARGE))
        .on_hover_text(format::utc(look.now_ms));
    if wide > Room::Least {
        ui.label(look.quiet(format::zone_name(look.now_ms, look.zone)));
    }
}

fn waiting_ui(ui: &mut Ui, look: &Look, waiting: usize, request: &mut TopBarRequest) {
    let words = format!("{} unacknowledged", format::count(waiting as u64));
    let words = if waiting > 0 {
        strong(words)
    } else {
        RichText::new(words).color(look.theme.quiet)
    };
    let button = Button::new(words.size(BODY)).frame_when_inactive(false);
    if ui
        .add(button)
        .on_hover_text("Show them in the alarm list")
        .clicked()
    {
        request.show_unacknowledged = true;
    }
}

/// The mark of a priority, how many are active and how many unacknowledged: `3 1 unack.`, or `1/3`
/// where there is little room.
fn count_ui(
    ui: &mut Ui,
    look: &Look,
    priority: Priority,
    counts: Counts,
    wide: Room,
    request: &mut TopBarRequest,
) {
    let Counts {
        active,
        unacknowledged,
    } = counts;
    let is_calm = active == 0 && unacknowledged == 0;
    let number = format::count(active as u64);
    let number = if is_calm || wide == Room::Wide {
        number
    } else {
        format!("{}/{number}", format::count(unacknowledged as u64))
    };
    let tone = if is_calm {
        look.theme.quiet
    } else {
        look.theme.text
    };
    let painter = ui.painter().clone();
    let font = |size, family| FontId::new(size, family);
    let big = painter.layout_no_wrap(number, font(LARGE, semibold()), tone);
    let note = (unacknowledged > 0 && wide == Room::Wide).then(|| {
        let words = format!("{} unack.", format::count(unacknowledged as u64));
        let family = bevy_egui::egui::FontFamily::Proportional;
        painter.layout_no_wrap(words, font(SMALL, family), look.theme.quiet)
    });
    let width =
        8.0 + 20.0 + 6.0 + big.size().x + note.as_ref().map_or(0.0, |n| n.size().x + 6.0) + 8.0;
    let (rect, response) = ui.allocate_exact_size(vec2(width, 32.0), Sense::click());
    if response.hovered() || response.has_focus() {
        let fill = ui.visuals().widgets.hovered.bg_fill;
        painter.rect_filled(rect, 4.0, fill);
    }
    let middle = rect.center().y;
    let mut mark_theme = look.theme.clone();
    if is_calm {
        // Nothing of this priority stands: its mark is there, but quiet.
        mark_theme.text = look.theme.quiet;
    }
    let fill = if is_calm {
        MarkFill::Hollow
    } else {
        MarkFill::flash(unacknowledged == 0 || look.flash_is_filled())
    };
    let at = pos2(rect.left() + 18.0, middle);
    paint_mark(&painter, at, 18.0, priority, fill, &mark_theme);
    let x = rect.left() + 34.0;
    let big_width = big.size().x;
    painter.galley(pos2(x, middle - big.size().y / 2.0), big, tone);
    if let Some(note) = note {
        let at = pos2(x + big_width + 6.0, middle - note.size().y / 2.0 + 1.0);
        painter.galley(at, note, look.theme.quiet);
    }
    let words = format!(
        "{}: {active} active, {unacknowledged} unacknowledged",
        priority_word(priority)
    );
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Button, true, words.clone()));
    let hint = if is_calm || wide == Room::Wide {
        words
    } else {
        format!("{words}\nShown as unacknowledged/active")
    };
    if response.on_hover_text(hint).clicked() {
        request.show_priority = Some(priority);
    }
}
