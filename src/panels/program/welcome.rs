//! What a window without a scene shows: the demo, recent scenes, a file of one's own.

use std::path::PathBuf;

use bevy_egui::egui::{
    Align, Button, Frame, Label, Layout, Margin, OpenUrl, Rect, RichText, ScrollArea, Sense, Ui,
    UiBuilder, WidgetInfo, WidgetType, vec2,
};
use egui_phosphor::regular as icon;

use crate::action::Action;
use crate::panels::empty::{Empty, empty_state_ui};
use crate::panels::format;
use crate::panels::frame::{Farm, Look};
use crate::panels::program::card::{Card, card_ui};
use crate::panels::program::recent::RecentScene;
use crate::panels::program::{ProgramState, loading};
use crate::panels::widgets::icon_button_ui;
use crate::theme::{DISPLAY, LARGE, paint_logo, strong};

/// Narrower than this, the columns stand one below the other.
const TWO_COLUMNS: f32 = 720.0;
const WIDEST: f32 = 920.0;
const ROW_HEIGHT: f32 = 52.0;
/// Between the columns.
const GAP: f32 = 32.0;
/// As high as the three cards beside it.
const LIST_HEIGHT: f32 = 208.0;

/// The page. Returns whether the scene's problems were asked for.
pub fn welcome_ui(
    ui: &mut Ui,
    look: &Look,
    farm: &Farm,
    state: &mut ProgramState,
    actions: &mut Vec<Action>,
) -> bool {
    if let Some(loading) = &state.loading {
        loading::loading_page_ui(ui, look, loading);
        return false;
    }
    let mut show_problems = false;
    ScrollArea::vertical()
        .id_salt("welcome")
        .auto_shrink(false)
        .show(ui, |ui| {
            let all = ui.available_size();
            let width = (all.x - 64.0).clamp(240.0, WIDEST);
            let top = ((all.y - 520.0) * 0.4).clamp(24.0, 240.0);
            let left = ((all.x - width) / 2.0).max(16.0);
            let at = ui.cursor().min + vec2(left, top);
            let place = Rect::from_min_size(at, vec2(width, (all.y - top).max(0.0)));
            ui.scope_builder(UiBuilder::new().max_rect(place), |ui| {
                ui.set_width(width);
                title_ui(ui, look);
                ui.add_space(24.0);
                show_problems = failure_ui(ui, look, farm);
                if width < TWO_COLUMNS {
                    start_ui(ui, look, state, actions);
                    ui.add_space(24.0);
                    recent_ui(ui, look, state, actions);
                } else {
                    let column = (width - GAP) / 2.0;
                    ui.horizontal_top(|ui| {
                        ui.spacing_mut().item_spacing.x = GAP;
                        let mut column_ui = |f: &mut dyn FnMut(&mut Ui)| {
                            ui.vertical(|ui| {
                                ui.set_width(column);
                                ui.spacing_mut().item_spacing.x = 8.0;
                                f(ui);
                            });
                        };
                        column_ui(&mut |ui| start_ui(ui, look, state, actions));
                        column_ui(&mut |ui| recent_ui(ui, look, state, actions));
                    });
                }
                ui.add_space(24.0);
            });
        });
    show_problems
}

fn title_ui(ui: &mut Ui, look: &Look) {
    ui.horizontal(|ui| {
        let (rect, _) = ui.allocate_exact_size(vec2(64.0, 64.0), Sense::hover());
        paint_logo(ui.painter(), rect, look.theme);
        ui.add_space(8.0);
        ui.vertical(|ui| {
            ui.add_space(4.0);
            ui.label(strong("Windvane").size(DISPLAY));
            ui.label(RichText::new("The live twin of a wind farm").color(look.theme.quiet));
        });
    });
}

/// Says that the scene that was asked for has errors.
fn failure_ui(ui: &mut Ui, look: &Look, farm: &Farm) -> bool {
    let errors = farm.problems.iter().filter(|p| p.is_error).count();
    if errors == 0 {
        return false;
    }
    let mut is_asked = false;
    ui.horizontal_wrapped(|ui| {
        ui.label(RichText::new(icon::WARNING_CIRCLE).size(LARGE));
        ui.label(strong(format!(
            "The scene was not opened: it has {}.",
            format::counted(errors, "error", "errors")
        )));
        ui.label(look.quiet("It opens by itself once they are mended and saved."));
        is_asked = ui.button("Show the problems").clicked();
    });
    ui.add_space(16.0);
    is_asked
}

fn heading_ui(ui: &mut Ui, look: &Look, words: &str) {
    ui.label(strong(words).color(look.theme.quiet));
    ui.add_space(8.0);
}

fn start_ui(ui: &mut Ui, look: &Look, state: &mut ProgramState, actions: &mut Vec<Action>) {
    heading_ui(ui, look, "Start");
    ui.spacing_mut().item_spacing.y = 8.0;
    let demo = Card {
        icon: icon::PLAY,
        title: "Run the demo",
        words: if state.is_demo_starting {
            "Starting…"
        } else {
            "Horns Rev 1: 80 simulated turbines, and the faults of a bad shift"
        },
        key: "",
    };
    if card_ui(ui, look, &demo).clicked() && !state.is_demo_starting {
        state.run_demo(actions);
    }
    let open = Card {
        icon: icon::FOLDER_OPEN,
        title: "Open a file…",
        words: "A scene file (.toml), or drop one on this window",
        key: "Ctrl+O",
    };
    if card_ui(ui, look, &open).clicked() {
        state.choose_file();
    }
    let first = beside_program("scenes/first/first.toml");
    let card = Card {
        icon: icon::FILE_CODE,
        title: "Open the first scene",
        words: "One turbine in a page of text: copy it and go on from there",
        key: "",
    };
    if let Some(path) = first
        && card_ui(ui, look, &card).clicked()
    {
        state.open(path, actions);
    }
    ui.add_space(8.0);
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = 16.0;
        for (file, words) in [
            ("docs/scene-files.md", "How scene files are written"),
            ("docs/rules.md", "How rules are written"),
        ] {
            if let Some(path) = beside_program(file)
                && ui.link(words).clicked()
            {
                let url = format!("file://{}", path.display());
                ui.ctx().open_url(OpenUrl::new_tab(url));
            }
        }
    });
}

fn recent_ui(ui: &mut Ui, look: &Look, state: &mut ProgramState, actions: &mut Vec<Action>) {
    heading_ui(ui, look, "Recent scenes");
    if state.gone.follow(&state.recent) {
        ui.ctx()
            .request_repaint_after(std::time::Duration::from_millis(100));
    }
    let mut asked = None;
    let frame = Frame::new()
        .fill(look.theme.panel)
        .stroke(ui.visuals().window_stroke)
        .corner_radius(4)
        .inner_margin(Margin::same(4));
    frame.show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.set_min_height(LIST_HEIGHT - 8.0);
        ui.spacing_mut().item_spacing.y = 0.0;
        if state.recent.list().is_empty() {
            let empty = Empty {
                icon: icon::CLOCK_COUNTER_CLOCKWISE,
                words: "No scene was opened yet.",
                hint: "Those that you open are listed here.",
                button: None,
            };
            ui.set_max_height(LIST_HEIGHT - 8.0);
            empty_state_ui(ui, look, &empty);
        }
        for scene in state.recent.list() {
            let is_gone = state.gone.is_gone(&scene.path);
            asked = row_ui(ui, look, scene, is_gone).or(asked.take());
        }
    });
    match asked {
        Some(RowRequest::Open(path)) => state.open(path, actions),
        Some(RowRequest::Pin(path)) => state.recent.toggle_pin(&path),
        Some(RowRequest::Remove(path)) => state.recent.remove(&path),
        None => {}
    }
}

enum RowRequest {
    Open(PathBuf),
    Pin(PathBuf),
    Remove(PathBuf),
}

/// A scene that was opened before: its name opens it, and two buttons keep the list in order.
fn row_ui(ui: &mut Ui, look: &Look, scene: &RecentScene, is_gone: bool) -> Option<RowRequest> {
    let mut asked = None;
    let size = vec2(ui.available_width(), ROW_HEIGHT);
    let (rect, _) = ui.allocate_exact_size(size, Sense::hover());
    let buttons = 72.0;
    let open = Rect::from_min_max(rect.min, rect.max - vec2(buttons, 0.0));
    let button = Button::new("")
        .min_size(open.size())
        .frame_when_inactive(false);
    let response = ui.scope_builder(UiBuilder::new().max_rect(open), |ui| {
        ui.add_enabled(!is_gone, button)
    });
    let response = response.inner;
    let name = if is_gone {
        format!("{}: the file is gone", scene.title)
    } else {
        format!("Open {}", scene.title)
    };
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Button, !is_gone, &name));
    let path = scene.path.display().to_string();
    if response.on_hover_text(&path).clicked() {
        asked = Some(RowRequest::Open(scene.path.clone()));
    }
    let inside = open.shrink2(vec2(8.0, 6.0));
    ui.scope_builder(UiBuilder::new().max_rect(inside), |ui| {
        ui.spacing_mut().item_spacing.y = 2.0;
        ui.horizontal(|ui| {
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                let when = if is_gone {
                    "The file is gone".to_owned()
                } else {
                    format::time(scene.opened_ms, look.now_ms, look.zone)
                };
                ui.label(look.quiet(when));
                ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                    let title = strong(&scene.title).color(look.text_color(!is_gone));
                    ui.add(Label::new(title).truncate());
                });
            });
        });
        ui.add(Label::new(look.quiet(tail(&path))).truncate());
    });
    let side = Rect::from_min_max(open.right_top(), rect.max);
    ui.scope_builder(
        UiBuilder::new()
            .max_rect(side)
            .layout(Layout::left_to_right(Align::Center)),
        |ui| {
            ui.spacing_mut().item_spacing.x = 0.0;
            let (glyph, words) = if scene.pinned {
                (icon::PUSH_PIN_SLASH, "Unpin")
            } else {
                (icon::PUSH_PIN, "Pin")
            };
            if icon_button_ui(ui, glyph, &format!("{words} {}", scene.title)).clicked() {
                asked = Some(RowRequest::Pin(scene.path.clone()));
            }
            let words = format!("Remove {} from the list", scene.title);
            if icon_button_ui(ui, icon::X, &words).clicked() {
                asked = Some(RowRequest::Remove(scene.path.clone()));
            }
        },
    );
    asked
}

/// The end of a path says more than its beginning.
fn tail(path: &str) -> String {
    const MOST: usize = 52;
    let count = path.chars().count();
    if count <= MOST {
        return path.to_owned();
    }
    let end: String = path.chars().skip(count - MOST).collect();
    format!("…{end}")
}

/// A file of the program's own, in the working folder or beside the program; looked for once.
fn beside_program(file: &str) -> Option<PathBuf> {
    use std::collections::HashMap;
    use std::sync::{LazyLock, Mutex, PoisonError};
    static FOUND: LazyLock<Mutex<HashMap<String, Option<PathBuf>>>> = LazyLock::new(Mutex::default);
    let mut found = FOUND.lock().unwrap_or_else(PoisonError::into_inner);
    let look = || {
        let working = std::env::current_dir().ok();
        let program = std::env::current_exe().ok();
        let beside = program
            .iter()
            .flat_map(|path| path.ancestors().skip(1).take(4));
        working
            .iter()
            .map(PathBuf::as_path)
            .chain(beside)
            .map(|folder| folder.join(file))
            .find(|path| path.is_file())
    };
    found.entry(file.to_owned()).or_insert_with(look).clone()
}
