//! The scene problems panel: what is wrong with the scene files, where, and what to do.

use std::path::PathBuf;

use bevy_egui::egui::{
    Align, Button, Frame, Label, Layout, Margin, Popup, PopupCloseBehavior, RichText, ScrollArea,
    Ui, WidgetInfo, WidgetType,
};

use crate::panels::empty::{Empty, empty_state_ui};
use crate::panels::finding::finding_ui;
use crate::panels::format;
use crate::panels::frame::{Farm, Look};
use crate::panels::open_editor::open_editor;
use crate::scene::finding::finding;
use crate::theme::{SMALL, strong};

/// One problem of a scene file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Problem {
    /// It keeps the scene from being opened.
    pub is_error: bool,
    /// The kind of problem, which the page of findings explains; empty for none.
    pub code: &'static str,
    /// The file.
    pub file: PathBuf,
    /// Line and column, from 1.
    pub at: (usize, usize),
    /// What is wrong.
    pub message: String,
    /// `farm.toml:3:12`.
    pub place: String,
    /// The line of the file, and how many characters stand before what is marked and in it.
    pub snippet: Option<(String, usize, usize)>,
    /// What to do about it.
    pub help: Option<String>,
}

/// Every problem, errors and warnings, in the order of the files.
pub fn problems_ui(ui: &mut Ui, look: &Look, farm: &Farm) {
    if farm.problems.is_empty() {
        let words = match farm.scene {
            Some(scene) => format!("No problems in {}.", scene.path.display()),
            None => "No scene is open.".to_owned(),
        };
        let empty = Empty {
            icon: egui_phosphor::regular::CHECK_CIRCLE,
            words: &words,
            ..Empty::default()
        };
        empty_state_ui(ui, look, &empty);
        return;
    }
    let errors = farm.problems.iter().filter(|p| p.is_error).count();
    if errors > 0 && farm.scene.is_some() {
        let what = format::counted(errors, "error", "errors");
        let words =
            format!("{what}: the last good scene stays open until the file is saved without.");
        ui.add(Label::new(strong(words)).wrap());
        ui.add_space(4.0);
    }
    ScrollArea::vertical()
        .id_salt("problems")
        .auto_shrink(false)
        .show_rows(ui, row_height(ui), farm.problems.len(), |ui, visible| {
            let skipped = visible.start;
            for problem in farm.problems.iter().skip(skipped).take(visible.len()) {
                problem_ui(ui, look, problem);
            }
        });
}

/// Every problem takes the same room, so that only visible ones of thousands are laid out.
fn row_height(_ui: &Ui) -> f32 {
    80.0
}

fn problem_ui(ui: &mut Ui, look: &Look, problem: &Problem) {
    let height = row_height(ui);
    let room = bevy_egui::egui::vec2(ui.available_width(), height);
    let layout = Layout::top_down(Align::Min);
    ui.allocate_ui_with_layout(room, layout, |ui| {
        ui.set_min_size(room);
        ui.spacing_mut().item_spacing.y = 2.0;
        let kind = if problem.is_error { "Error" } else { "Warning" };
        ui.horizontal(|ui| {
            ui.label(strong(kind));
            ui.add(Label::new(RichText::new(&problem.message)).truncate())
                .on_hover_text(&problem.message);
        });
        if let Some((line, before, marked)) = &problem.snippet {
            let frame = Frame::new()
                .fill(look.theme.ground)
                .inner_margin(Margin::symmetric(8, 4));
            frame.show(ui, |ui| {
                ui.add(Label::new(snippet_job(look, line, *before, *marked)).truncate());
            });
        }
        ui.horizontal(|ui| {
            place_ui(ui, problem);
            code_ui(ui, look, problem);
            if let Some(help) = &problem.help {
                ui.add(Label::new(look.quiet(help)).truncate())
                    .on_hover_text(help);
            }
        });
    });
}

/// Where it is: a click opens it in an editor; the place can be copied.
fn place_ui(ui: &mut Ui, problem: &Problem) {
    if problem.place.is_empty() {
        return;
    }
    let place = RichText::new(&problem.place).size(SMALL);
    let link = ui.link(place).on_hover_text("Open in an editor");
    if link.clicked()
        && let Err(reason) = open_editor(&problem.file, problem.at)
    {
        tracing::warn!("cannot open {}: {reason}", problem.place);
        ui.ctx().copy_text(problem.place.clone());
    }
    let copy = RichText::new(egui_phosphor::regular::COPY).size(SMALL);
    let copy = ui.add(Button::new(copy).frame(false));
    let name = format!("Copy {}", problem.place);
    copy.widget_info(|| WidgetInfo::labeled(WidgetType::Button, true, &name));
    if copy.on_hover_text("Copy the place").clicked() {
        ui.ctx().copy_text(problem.place.clone());
    }
}

/// The code, which tells in a popup what it is about.
fn code_ui(ui: &mut Ui, look: &Look, problem: &Problem) {
    let Some(finding) = finding(problem.code) else {
        return;
    };
    let code = RichText::new(finding.code).size(SMALL);
    let link = ui.link(code).on_hover_text(finding.summary);
    Popup::menu(&link)
        .close_behavior(PopupCloseBehavior::CloseOnClickOutside)
        .show(|ui| finding_ui(ui, look, finding));
}

/// A line of a file with the marked part underlined.
fn snippet_job(
    look: &Look,
    line: &str,
    before: usize,
    marked: usize,
) -> bevy_egui::egui::text::LayoutJob {
    use bevy_egui::egui::text::{LayoutJob, TextFormat};
    use bevy_egui::egui::{FontId, Stroke};
    let plain = TextFormat::simple(FontId::proportional(SMALL), look.theme.text);
    let underlined = TextFormat {
        underline: Stroke::new(1.5, look.theme.text),
        ..plain.clone()
    };
    let part = |from: usize, n: usize| line.chars().skip(from).take(n).collect::<String>();
    let mut job = LayoutJob::default();
    job.append(&part(0, before), 0.0, plain.clone());
    job.append(&part(before, marked), 0.0, underlined);
    job.append(&part(before + marked, usize::MAX), 0.0, plain);
    job
}
