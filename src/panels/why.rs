//! Why a turbine looks as it does, on screen: the rules that apply, with the live values in them.

use bevy_egui::egui::text::{LayoutJob, TextFormat};
use bevy_egui::egui::{
    Button, FontFamily, FontId, Frame, Label, Margin, Response, RichText, Ui, WidgetInfo,
    WidgetType, vec2,
};

use crate::action::Action;
use crate::panels::explain::{Explanation, Piece};
use crate::panels::frame::Look;
use crate::panels::widgets::{mark_ui, section_ui, swatch_ui, unknown_mark_ui};
use crate::rules::Truth;
use crate::theme::{BODY, SMALL, semibold, strong};

/// Width of the pencil at a rule, points.
const EDIT: f32 = 32.0;

/// The answer in a sentence, then the rules that hold or are unknown, what shows first.
pub fn why_ui(ui: &mut Ui, look: &Look, rules: &[Explanation], actions: &mut Vec<Action>) {
    ui.label(RichText::new(headline(rules)).color(look.theme.text));
    for rule in rules.iter().filter(|r| r.truth != Truth::False) {
        ui.add_space(8.0);
        rule_ui(ui, look, rule, actions);
    }
}

/// The rules that apply and do not hold.
pub fn others_ui(ui: &mut Ui, look: &Look, rules: &[Explanation], actions: &mut Vec<Action>) {
    let mut others = rules.iter().filter(|r| r.truth == Truth::False).peekable();
    if others.peek().is_none() {
        return;
    }
    section_ui(ui, look.theme, "Rules that do not hold");
    for rule in others {
        rule_ui(ui, look, rule, actions);
        ui.add_space(4.0);
    }
}

/// The answer in a sentence.
pub fn headline(rules: &[Explanation]) -> String {
    let names = |truth: Truth| -> Vec<&str> {
        let of = rules.iter().filter(|r| r.truth == truth);
        of.map(|r| &*r.name).collect()
    };
    let (holding, unknown) = (names(Truth::True), names(Truth::Unknown));
    match (holding.as_slice(), unknown.as_slice()) {
        _ if rules.is_empty() => "No rule applies to this turbine.".to_owned(),
        ([], []) => "No rule holds.".to_owned(),
        ([], _) => "State not known: a rule lacks data.".to_owned(),
        ([one], _) => format!("Coloured by “{one}”."),
        ([first, ..], _) => {
            let others = holding.len() - 1;
            let many = if others == 1 { "rule" } else { "rules" };
            format!("Coloured by “{first}”; {others} more {many} hold.")
                .replace("rule hold.", "rule holds.")
        }
    }
}

/// A small pencil that opens a rule in the editor.
fn edit_rule_ui(ui: &mut Ui, look: &Look, rule: &str) -> Response {
    let glyph = RichText::new(egui_phosphor::regular::PENCIL_SIMPLE).size(BODY);
    let button = Button::new(glyph.color(look.theme.quiet)).frame_when_inactive(false);
    let response = ui.add(button.min_size(vec2(EDIT - 8.0, 20.0)));
    let name = format!("Edit rule {rule}");
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Button, true, &name));
    response.on_hover_text("Edit rule")
}

fn rule_ui(ui: &mut Ui, look: &Look, rule: &Explanation, actions: &mut Vec<Action>) {
    let holds = rule.truth == Truth::True;
    ui.horizontal(|ui| {
        match (rule.truth, rule.priority) {
            (Truth::Unknown, _) => {
                unknown_mark_ui(ui, look.theme, 18.0);
            }
            (Truth::True, Some(priority)) => {
                mark_ui(ui, look.theme, priority, 18.0, true);
            }
            (Truth::True, None) => swatch_ui(ui, look.theme, rule.color, 18.0),
            (Truth::False, _) => {
                ui.add_space(28.0);
            }
        }
        let outcome = match rule.truth {
            Truth::True if rule.is_shown => "holds, shown",
            Truth::True => "holds",
            Truth::False => "does not hold",
            Truth::Unknown => "unknown",
        };
        let name = if holds {
            strong(&*rule.name)
        } else {
            RichText::new(&*rule.name)
        };
        let width = (ui.available_width() - 96.0 - EDIT).max(60.0);
        crate::panels::widgets::left_aligned_ui(
            ui,
            width,
            name.color(look.text_color(rule.truth != Truth::False)),
        );
        let width = (ui.available_width() - EDIT).max(40.0);
        crate::panels::widgets::right_aligned_ui(ui, width, look.quiet(outcome));
        if edit_rule_ui(ui, look, &rule.name).clicked() {
            actions.push(Action::EditRule(Some(rule.rule)));
        }
    });
    let lines = Frame::new().inner_margin(Margin {
        left: 26,
        ..Margin::ZERO
    });
    lines.show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 2.0;
        let mut line = |job: LayoutJob| ui.add(Label::new(job).wrap());
        line(pieces_job(look, &rule.live, BODY));
        line(plain_job(look, &rule.source));
        for why in &rule.unusable {
            line(plain_job(look, why));
        }
        let advice = [
            ("Consequence", &rule.consequence),
            ("Response", &rule.response),
        ];
        for (what, words) in advice {
            if holds && !words.is_empty() {
                line(plain_job(look, &format!("{what}: {words}")));
            }
        }
    });
}

/// A condition with live values: values in the heavier weight, units quiet.
pub fn pieces_job(look: &Look, pieces: &[Piece], size: f32) -> LayoutJob {
    let mut job = LayoutJob::default();
    let font = |family| FontId::new(size, family);
    let value = TextFormat::simple(font(semibold()), look.theme.text);
    let source = TextFormat::simple(font(FontFamily::Proportional), look.theme.text);
    let unit = TextFormat::simple(font(FontFamily::Proportional), look.theme.quiet);
    for piece in pieces {
        match piece {
            Piece::Source(text) => job.append(text, 0.0, source.clone()),
            Piece::Unknown(text) => job.append(text, 0.0, value.clone()),
            Piece::Value(text, of) => {
                job.append(text, 0.0, value.clone());
                if !of.is_empty() {
                    job.append(&format!(" {of}"), 0.0, unit.clone());
                }
            }
        }
    }
    job
}

fn plain_job(look: &Look, text: &str) -> LayoutJob {
    let font = FontId::new(SMALL, FontFamily::Proportional);
    LayoutJob::single_section(text.to_owned(), TextFormat::simple(font, look.theme.quiet))
}
