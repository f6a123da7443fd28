//! The program's menu, at the left end of the top bar.

use std::path::PathBuf;

use bevy_egui::egui::containers::menu::{MenuButton, SubMenuButton};
use bevy_egui::egui::{
    Button, Rect, RichText, Shape, Stroke, Ui, WidgetInfo, WidgetType, pos2, vec2,
};
use egui_phosphor::regular as icon;

use crate::panels::frame::Look;
use crate::panels::program::recent::RecentScenes;
use crate::theme::paint_logo;

/// Recent scenes in the menu.
const MOST_RECENT: usize = 8;

/// What was chosen in the menu.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MenuRequest {
    /// Choose a scene file.
    ChooseFile,
    /// Open this scene.
    Open(PathBuf),
    /// Run the demo.
    Demo,
    /// One more window.
    NewWindow,
    /// What arrives, and what it is mapped to.
    Mapping,
    /// The list of keys.
    Keys,
    /// The rule editor.
    Rules,
    /// What this program is.
    About,
}

/// The button with the program's mark, and its menu.
pub fn menu_ui(ui: &mut Ui, look: &Look, recent: &RecentScenes) -> Option<MenuRequest> {
    let button = Button::new("")
        .min_size(vec2(44.0, 32.0))
        .frame_when_inactive(false);
    let (response, menu) = MenuButton::from_button(button).ui(ui, |ui| items_ui(ui, look, recent));
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Button, true, "Windvane menu"));
    let rect = response.rect;
    let mark = Rect::from_center_size(pos2(rect.left() + 16.0, rect.center().y), vec2(20.0, 20.0));
    paint_logo(ui.painter(), mark, look.theme);
    let tip = pos2(rect.right() - 10.0, rect.center().y + 2.0);
    let caret = vec![tip + vec2(-4.0, -4.0), tip, tip + vec2(4.0, -4.0)];
    ui.painter()
        .add(Shape::line(caret, Stroke::new(1.5, look.theme.quiet)));
    menu.and_then(|menu| menu.inner)
}

fn items_ui(ui: &mut Ui, look: &Look, recent: &RecentScenes) -> Option<MenuRequest> {
    ui.set_min_width(220.0);
    let mut chosen = None;
    let item = |ui: &mut Ui, glyph: &str, words: &str, key: &str| {
        let button = Button::new(format!("{glyph}  {words}"));
        let response = ui.add(button.shortcut_text(key));
        response.widget_info(|| WidgetInfo::labeled(WidgetType::Button, true, words));
        response.clicked()
    };
    if item(ui, icon::FOLDER_OPEN, "Open a scene…", "Ctrl+O") {
        chosen = Some(MenuRequest::ChooseFile);
    }
    let has_any = !recent.list().is_empty();
    let words = format!("{}  Recent", icon::CLOCK_COUNTER_CLOCKWISE);
    let words = RichText::new(words).color(look.text_color(has_any));
    // egui's own arrow is a glyph that this program's fonts lack.
    let button = Button::new(words).right_text(icon::CARET_RIGHT);
    let submenu = ui
        .add_enabled_ui(has_any, |ui| {
            let (response, inner) =
                SubMenuButton::from_button(button).ui(ui, |ui| recent_ui(ui, recent));
            response.widget_info(|| WidgetInfo::labeled(WidgetType::Button, true, "Recent"));
            inner.and_then(|inner| inner.inner)
        })
        .inner;
    chosen = chosen.or(submenu);
    if item(ui, icon::PLAY, "Run the demo", "") {
        chosen = Some(MenuRequest::Demo);
    }
    if item(ui, icon::LIST_CHECKS, "Edit the rules", "R") {
        chosen = Some(MenuRequest::Rules);
    }
    ui.separator();
    if item(ui, icon::BROWSERS, "New window", "") {
        chosen = Some(MenuRequest::NewWindow);
    }
    if item(ui, icon::TREE_STRUCTURE, "Topics and signals", "T") {
        chosen = Some(MenuRequest::Mapping);
    }
    if item(ui, icon::KEYBOARD, "Keys", "") {
        chosen = Some(MenuRequest::Keys);
    }
    if item(ui, icon::INFO, "About Windvane", "") {
        chosen = Some(MenuRequest::About);
    }
    chosen
}

fn recent_ui(ui: &mut Ui, recent: &RecentScenes) -> Option<MenuRequest> {
    ui.set_min_width(200.0);
    let mut chosen = None;
    for scene in recent.list().iter().take(MOST_RECENT) {
        let response = ui.button(&scene.title);
        if response
            .on_hover_text(scene.path.display().to_string())
            .clicked()
        {
            chosen = Some(MenuRequest::Open(scene.path.clone()));
        }
    }
    chosen
}
