//! The bar at the top, always in view: farm, connection, alarm counts, clock.

use bevy_egui::egui::{
    Align, Align2, FontId, Label, Layout, Sense, Stroke, StrokeKind, Ui, WidgetInfo, WidgetType,
    pos2, vec2,
};
use egui_phosphor::regular as icon;

use crate::action::Action;
use crate::alarms::AlarmKey;
use crate::panels::banner::{banner_ui, newest_ui};
use crate::panels::format;
use crate::panels::frame::{Farm, Look};
use crate::panels::link::link_ui;
use crate::panels::program::recent::RecentScenes;
use crate::panels::program::{MenuRequest, menu_ui};
use crate::panels::silence::silence_ui;
use crate::panels::widgets::icon_button_ui;
use crate::scene::Priority;
use crate::theme::{BODY, LARGE, SMALL, Variant, strong};

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
    /// Show what is set aside.
    pub show_set_aside: bool,
    /// Show the list in a flood.
    pub show_flood: bool,
    /// Show this alarm.
    pub show_alarm: Option<AlarmKey>,
}

/// In a narrower bar the search is an icon, points.
const FIELD_FROM: f32 = 1400.0;

/// How much there is room for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Room {
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
            w if w < 1500.0 => Self::Narrow,
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
                request.show_alarm = newest_ui(ui, look, farm);
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
        banner_ui(ui, look, farm, wide, request);
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
