//! Why a turbine looks as it does, on screen: the rules that apply, with the live values in them.

use bevy_egui::egui::text::{LayoutJob, TextFormat};
use bevy_egui::egui::{
    Button, FontFamily, FontId, Frame, Label, Margin, Response, RichText, Ui, WidgetInfo,
    WidgetType, vec2,
};

use crate::action::Action;
use crate::panels::explain::{Explanation, Piece};
use crate::panels::format;
use crate::panels::frame::Look;
use crate::panels::widgets::{mark_ui, section_ui, swatch_ui, unknown_mark_ui};
use crate::rules::Truth;
use crate::theme::{BODY, SMALL, semibold, strong};

/// Width of the pencil at a rule, points.
const EDIT: f32 = 32.0;

/// The answer in a sentence, then the rules that hold or are unknown, what shows first. `by` is the
/// signal that colours the turbines in place of the rules.
pub fn why_ui(
    ui: &mut Ui,
    look: &Look,
    rules: &[Explanation],
    by: Option<&str>,
    actions: &mut Vec<Action>,
) {
    ui.label(RichText::new(headline(rules, by)).color(look.theme.text));
    for rule in rules.iter().filter(|r| r.truth != Truth::False) {
        ui.add_space(8.0);
        rule_ui(ui, look, rule, by.is_none(), actions);
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
        rule_ui(ui, look, rule, true, actions);
        ui.add_space(4.0);
    }
}

/// The answer in a sentence.
pub fn headline(rules: &[Explanation], by: Option<&str>) -> String {
    let holding = || rules.iter().filter(|r| r.truth == Truth::True);
    let count = holding().count();
    let more = |others: usize| match others {
        0 => String::new(),
        1 => "; 1 more rule holds".to_owned(),
        n => format!("; {n} more rules hold"),
    };
    if let Some(signal) = by {
        let colours = format!(
            "Colours tell “{}” now, not the rules.",
            format::label(signal)
        );
        return match holding().next() {
            None => format!("{colours} No rule holds."),
            Some(first) => format!("{colours} “{}” holds{}.", first.name, more(count - 1)),
        };
    }
    let colouring = holding().find(|r| r.is_colouring);
    match (colouring, holding().next()) {
        _ if rules.is_empty() => "No rule applies here.".to_owned(),
        (Some(one), _) => format!("Coloured by “{}”{}.", one.name, more(count - 1)),
        (None, _) if rules.iter().any(|r| r.truth == Truth::Unknown) => {
            "State not known: a rule lacks data.".to_owned()
        }
        (None, Some(one)) if one.is_shown => {
            format!(
                "No rule colours it. “{}” shows{}.",
                one.name,
                more(count - 1)
            )
        }
        (None, Some(one)) => {
            let more = more(count - 1);
            format!("No rule colours it. “{}” holds{more}.", one.name)
        }
        (None, None) => "No rule holds.".to_owned(),
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

fn rule_ui(
    ui: &mut Ui,
    look: &Look,
    rule: &Explanation,
    rules_colour: bool,
    actions: &mut Vec<Action>,
) {
    let holds = rule.truth == Truth::True;
    ui.horizontal(|ui| {
        match (rule.truth, rule.priority) {
            (Truth::Unknown, _) => {
                unknown_mark_ui(ui, look.theme, 18.0);
            }
            (Truth::True, Some(priority)) => {
                mark_ui(ui, look.theme, priority, 18.0, true);
            }
            (Truth::True, None) if rule.is_colouring && rules_colour => {
                swatch_ui(ui, look.theme, rule.color, 18.0);
            }
            (Truth::True, None) => {
                ui.add_space(28.0);
            }
            (Truth::False, _) => {
                ui.add_space(28.0);
            }
        }
        let outcome = match rule.truth {
            Truth::True if rule.is_colouring && !rules_colour => "holds",
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
        for shown in &rule.outputs {
            line(plain_job(look, shown));
        }
        if let Some(delay) = rule.on_delay {
            let delay = format::delay(delay);
            let words = format!("Not an alarm yet: it must hold for {delay}.");
            line(plain_job(look, &words));
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(name: &str, truth: Truth, is_colouring: bool) -> Explanation {
        Explanation {
            rule: 0,
            name: name.into(),
            priority: None,
            color: None,
            truth,
            is_shown: is_colouring,
            is_colouring,
            outputs: Vec::new(),
            on_delay: None,
            source: "".into(),
            live: Vec::new(),
            unusable: Vec::new(),
            consequence: String::new(),
            response: String::new(),
        }
    }

    #[test]
    fn only_what_gives_the_colour_is_said_to() {
        let hot = rule("Hot", Truth::True, true);
        let label = rule("Label", Truth::True, false);
        let both = [label.clone(), hot];
        assert_eq!(
            headline(&both, None),
            "Coloured by “Hot”; 1 more rule holds."
        );
        let text = headline(std::slice::from_ref(&label), None);
        assert_eq!(text, "No rule colours it. “Label” holds.");
        let unknown = [label, rule("Far", Truth::Unknown, false)];
        assert!(headline(&unknown, None).starts_with("State not known"));
        assert_eq!(headline(&[], None), "No rule applies here.");
    }

    #[test]
    fn while_a_signal_colours_no_rule_is_said_to() {
        let rules = [rule("Hot", Truth::True, true)];
        let text = headline(&rules, Some("active_power"));
        assert_eq!(
            text,
            "Colours tell “Active power” now, not the rules. “Hot” holds."
        );
        let rules = [rule("Hot", Truth::False, false)];
        let text = headline(&rules, Some("active_power"));
        assert!(text.ends_with("not the rules. No rule holds."), "{text}");
    }
}
