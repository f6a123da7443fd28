//! What is wrong with a rule while it is edited: compiled by the same code as when a scene is loaded.

use std::ops::Range;
use std::sync::Arc;

use super::draft::DraftRule;
use super::scope::{InJexl, NewColumn, SceneScope};
use crate::rules::{
    ExpressionError, LabelPart, Program, compile, compile_any, compile_jexl, parse_label,
};
use crate::scene::edit::{AlarmText, RuleText};
use crate::scene::{Part, Priority, Scene, ValueKind, clear_by_deadband, written_scale};
use crate::theme::{rule_icon, rule_scale};

/// Something that is wrong with a field of the form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Finding {
    /// Which field, as its key.
    pub field: &'static str,
    pub message: String,
    /// The scene would not open with it.
    pub is_error: bool,
}

/// What is known of a rule.
#[derive(Debug, Clone)]
pub(super) struct Checked {
    /// Whether it is for each model.
    pub applies: Vec<bool>,
    /// Its condition.
    pub when: Result<Arc<Program>, Vec<ExpressionError>>,
    /// Columns of its condition that the scene does not have yet.
    pub new: Vec<NewColumn>,
    /// What is wrong with the condition by which its alarm clears.
    pub clear_when: Vec<ExpressionError>,
    /// What is wrong beside that.
    pub findings: Vec<Finding>,
}

impl Checked {
    /// Whether the scene would not open with it.
    pub fn has_errors(&self) -> bool {
        self.when.is_err()
            || !self.clear_when.is_empty()
            || self.findings.iter().any(|f| f.is_error)
    }

    /// Whether the condition needs values that are worked out only once it is saved.
    pub fn waits(&self) -> bool {
        let program = self.when.as_ref().ok();
        let mut columns = program.map(|p| p.signals()).into_iter().flatten();
        columns.any(|column| {
            let mut new = self.new.iter();
            new.any(|n| n.column == *column && n.given().is_none())
        })
    }

    /// What is wrong with a field.
    pub fn of(&self, field: &str) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(move |f| f.field == field)
    }
}

/// Checks a rule of a draft.
pub(super) fn check(scene: &Scene, rules: &[DraftRule], rule: &DraftRule) -> Checked {
    let text = &*rule.rule;
    let applies = applies(scene, text);
    let mut findings = Vec::new();
    let mut tell = |field: &'static str, is_error: bool, message: String| {
        findings.push(Finding {
            field,
            message,
            is_error,
        });
    };
    if text.name.trim().is_empty() {
        tell("name", true, "A rule needs a name.".to_owned());
    } else if rules
        .iter()
        .any(|r| r.id != rule.id && r.rule.name == text.name)
    {
        tell("name", true, "Another rule has this name.".to_owned());
    }
    if !applies.contains(&true) && !scene.models.is_empty() {
        tell("models", true, "The rule is for no model.".to_owned());
    }
    if !text.part.is_empty() && Part::ALL.iter().all(|(_, name)| *name != text.part) {
        tell("part", true, format!("No part is called “{}”.", text.part));
    }
    if !text.icon.is_empty() && rule_icon(&text.icon).is_none() {
        tell("icon", false, format!("There is no icon “{}”.", text.icon));
    }
    let opacity = text.opacity.trim();
    let is_share = |n: f64| (0.0..=1.0).contains(&n);
    if !opacity.is_empty() && !opacity.parse::<f64>().is_ok_and(is_share) {
        tell("opacity", true, "A number from 0 to 1.".to_owned());
    }
    if has_no_effect(text) {
        let words = "It does nothing yet: give it a colour, an icon, a label or an alarm.";
        tell("effect", false, words.to_owned());
    }
    let draft = Draft {
        scene,
        applies: &applies,
        text,
    };
    if !text.color.is_empty()
        && let Some(message) = draft.color_fault()
    {
        tell("color", true, message);
    }
    if !text.label.is_empty()
        && let Some(message) = draft.label_fault()
    {
        tell("label", true, message);
    }
    let (when, new) = draft.compile(&text.when, draft.is_number());
    let mut clear_when = Vec::new();
    if let Some(alarm) = &text.alarm {
        alarm_findings(alarm, &draft, when.as_ref().ok(), &mut tell);
        if !alarm.clear_when.trim().is_empty() {
            let (clear, _) = draft.compile(&alarm.clear_when, false);
            clear_when = clear.err().unwrap_or_default();
        }
    }
    Checked {
        applies,
        when: when.map(Arc::new),
        new,
        clear_when,
        findings,
    }
}

/// A rule that is checked.
struct Draft<'a> {
    scene: &'a Scene,
    /// By model.
    applies: &'a [bool],
    text: &'a RuleText,
}

type Compiled = Result<Program, Vec<ExpressionError>>;

impl Draft<'_> {
    /// Rules of a TwinMaker scene may give a number.
    fn is_number(&self) -> bool {
        let mut rules = self.scene.rules.iter();
        rules.any(|r| *r.name == *self.text.name && r.when.program.kind() == ValueKind::Number)
    }

    /// Compiles a condition in the language of the rule.
    fn compile(&self, source: &str, is_number: bool) -> (Compiled, Vec<NewColumn>) {
        let scope = SceneScope::new(self.scene, self.applies);
        let in_jexl = InJexl(&scope);
        let program = match (is_native(self.text), is_number) {
            (false, _) => compile_jexl(source, &in_jexl),
            (true, true) => compile_any(source, &scope),
            (true, false) => compile(source, &scope),
        };
        let new = scope.into_new();
        (self.for_models(program, source), new)
    }

    /// Compiles a value: that of a scale, or one within a label.
    fn value(&self, source: &str) -> Result<ValueKind, String> {
        let scope = SceneScope::new(self.scene, self.applies);
        let program = self.for_models(compile_any(source, &scope), source);
        program.map(|p| p.kind()).map_err(|errors| words(&errors))
    }

    /// Every model that the rule is for must have the signals.
    fn for_models(&self, program: Compiled, source: &str) -> Compiled {
        let program = program?;
        let mut errors = Vec::new();
        for &column in program.needs() {
            let Some(name) = self.scene.signals.get(column.index()) else {
                continue;
            };
            let models = self.scene.models.iter().zip(self.applies);
            let mut lacking = models.filter(|(m, applies)| **applies && m.signal(column).is_none());
            if let Some((model, _)) = lacking.next() {
                errors.push(ExpressionError {
                    message: format!("The model `{}` has no signal `{name}`.", model.id),
                    span: word(source, name),
                    help: Some("Say which models the rule is for.".to_owned()),
                });
            }
        }
        if errors.is_empty() {
            Ok(program)
        } else {
            Err(errors)
        }
    }

    fn color_fault(&self) -> Option<String> {
        let text = &self.text.color;
        if !text.starts_with('{') {
            let words = "A colour looks like #d13212, or has a name of CSS: darkorange.";
            return rgb(text).is_none().then(|| words.to_owned());
        }
        let (scale, of, [low, high]) = match written_scale(text) {
            Ok(written) => written,
            Err(message) => return Some(message),
        };
        if low >= high {
            return Some(format!("The range goes from {low} to {high}."));
        }
        if rule_scale(&scale).is_none() {
            return Some(format!("There is no scale “{scale}”."));
        }
        match self.value(&of) {
            Ok(ValueKind::Number) => None,
            Ok(ValueKind::Boolean) => Some("A scale shows a number; this is a condition.".into()),
            Ok(ValueKind::Text) => Some("A scale shows a number; this is a text.".into()),
            Err(message) => Some(message),
        }
    }

    fn label_fault(&self) -> Option<String> {
        let source = &*self.text.label;
        if source.trim().is_empty() {
            return Some("The label is empty.".to_owned());
        }
        let parts = match parse_label(source) {
            Ok(parts) => parts,
            Err(error) => return Some(words(&[error])),
        };
        parts.into_iter().find_map(|part| {
            let LabelPart::Value(span, decimals) = part else {
                return None;
            };
            match self.value(source.get(span).unwrap_or_default()) {
                Ok(kind) if decimals.is_some() && kind != ValueKind::Number => {
                    Some("Decimals are for numbers, and this is none.".to_owned())
                }
                Ok(_) => None,
                Err(message) => Some(message),
            }
        })
    }
}

/// The first error, with what to do about it.
fn words(errors: &[ExpressionError]) -> String {
    match errors.first() {
        Some(ExpressionError {
            message,
            help: Some(help),
            ..
        }) => format!("{message} {help}"),
        Some(error) => error.message.clone(),
        None => "The expression cannot be used.".to_owned(),
    }
}

/// Whether a rule is in this program's own language.
pub(super) fn is_native(rule: &RuleText) -> bool {
    rule.language.is_empty() || rule.language == "native"
}

fn has_no_effect(rule: &RuleText) -> bool {
    let looks = [&rule.color, &rule.icon, &rule.opacity, &rule.label];
    rule.alarm.is_none() && looks.iter().all(|text| text.is_empty())
}

/// Which models a rule is for.
pub(super) fn applies(scene: &Scene, rule: &RuleText) -> Vec<bool> {
    let is_named = |id: &str| match &rule.models {
        None => true,
        Some(names) => names.iter().any(|name| name == id),
    };
    scene.models.iter().map(|m| is_named(&m.id)).collect()
}

/// Where a name stands in an expression.
fn word(source: &str, name: &str) -> Range<usize> {
    let (tokens, _) = crate::rules::scan(source);
    let found = tokens.iter().find(|t| t.text(source) == name);
    found.map_or(0..source.len(), |t| t.span.clone())
}

fn alarm_findings(
    alarm: &AlarmText,
    draft: &Draft,
    when: Option<&Program>,
    tell: &mut impl FnMut(&'static str, bool, String),
) {
    if Priority::ALL.iter().all(|p| p.name() != alarm.priority) {
        tell("priority", true, "An alarm needs a priority.".to_owned());
    }
    let deadband = alarm.deadband.trim();
    if !deadband.is_empty() {
        let width = deadband.parse::<f64>();
        let width = width.ok().filter(|n| *n > 0.0 && n.is_finite());
        let limit = when.and_then(Program::compare_simple);
        let limit = limit.map(|(_, _, limit)| limit);
        let clear = width.and_then(|w| clear_by_deadband(&draft.text.when, limit, w));
        if !alarm.clear_when.is_empty() {
            let words = "An alarm has either “clears when” or a deadband.";
            tell("deadband", true, words.to_owned());
        } else if width.is_none() {
            tell("deadband", true, "A number above 0.".to_owned());
        } else if when.is_some() && clear.is_none_or(|c| draft.compile(&c, false).0.is_err()) {
            let words = "A deadband needs one signal compared with one number or limit.";
            tell("deadband", true, words.to_owned());
        }
    }
    for (field, text) in [
        ("on_delay", &alarm.on_delay),
        ("off_delay", &alarm.off_delay),
    ] {
        if !text.is_empty() && humantime::parse_duration(text).is_err() {
            tell(field, true, "A time with its unit: 10s, 5m.".to_owned());
        }
    }
    if alarm.response.trim().is_empty() {
        let words = "Say what the operator is to do.";
        tell("response", false, words.to_owned());
    }
}

/// The colour that a text is.
pub(super) fn rgb(text: &str) -> Option<[u8; 3]> {
    crate::scene::parse_color(text)
}
