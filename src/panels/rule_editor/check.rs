//! What is wrong with a rule while it is edited: compiled by the same code as when a scene is loaded.

use std::ops::Range;
use std::sync::Arc;

use super::draft::DraftRule;
use super::simple::Simple;
use crate::fleet::SignalColumn;
use crate::rules::{ExpressionError, Program, Scope, Texts, compile};
use crate::scene::edit::{AlarmText, RuleText};
use crate::scene::{Part, Priority, Scene, ValueKind};
use crate::theme::rule_icon;

/// The signals of a scene, for the models that a rule is for.
pub(super) struct SceneScope<'a> {
    pub scene: &'a Scene,
    /// By model.
    pub applies: &'a [bool],
}

impl Scope for SceneScope<'_> {
    fn signal(&self, name: &str) -> Option<(SignalColumn, ValueKind)> {
        let at = self.scene.signals.iter().position(|s| &**s == name)?;
        let column = SignalColumn(u16::try_from(at).ok()?);
        Some((column, *self.scene.kinds.get(at)?))
    }

    fn names(&self) -> Vec<&str> {
        let models = self.scene.models.iter().zip(self.applies);
        let mut names: Vec<&str> = models
            .filter(|(_, applies)| **applies)
            .flat_map(|(model, _)| model.signals.iter().map(|s| &*s.name))
            .collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    fn texts(&self) -> &Texts {
        &self.scene.texts
    }
}

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
    if !(text.color.is_empty() || text.color.starts_with('{')) && rgb(&text.color).is_none() {
        tell("color", true, "A colour looks like #d13212.".to_owned());
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
    let is_native = is_native(text);
    let scope = SceneScope {
        scene,
        applies: &applies,
    };
    let when = match is_native {
        true => compile_for_models(&text.when, &scope),
        false => saved_program(scene, text),
    };
    let mut clear_when = Vec::new();
    if let Some(alarm) = &text.alarm {
        alarm_findings(alarm, &text.when, is_native, &mut tell);
        if is_native && !alarm.clear_when.trim().is_empty() {
            clear_when = compile_for_models(&alarm.clear_when, &scope)
                .err()
                .unwrap_or_default();
        }
    }
    Checked {
        applies,
        when,
        clear_when,
        findings,
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

/// The program of a rule in another language as long as its text is that of the scene.
fn saved_program(scene: &Scene, rule: &RuleText) -> Result<Arc<Program>, Vec<ExpressionError>> {
    let mut rules = scene.rules.iter();
    let saved = rules.find(|r| *r.name == *rule.name && *r.when.source == *rule.when);
    saved
        .map(|r| Arc::clone(&r.when.program))
        .ok_or_else(Vec::new)
}

/// Which models a rule is for.
pub(super) fn applies(scene: &Scene, rule: &RuleText) -> Vec<bool> {
    let is_named = |id: &str| match &rule.models {
        None => true,
        Some(names) => names.iter().any(|name| name == id),
    };
    scene.models.iter().map(|m| is_named(&m.id)).collect()
}

fn compile_for_models(
    source: &str,
    scope: &SceneScope,
) -> Result<Arc<Program>, Vec<ExpressionError>> {
    let program = compile(source, scope)?;
    let mut errors = Vec::new();
    for &column in program.signals() {
        let Some(name) = scope.scene.signals.get(column.index()) else {
            continue;
        };
        let models = scope.scene.models.iter().zip(scope.applies);
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
        Ok(Arc::new(program))
    } else {
        Err(errors)
    }
}

/// Where a name stands in an expression.
fn word(source: &str, name: &str) -> Range<usize> {
    let (tokens, _) = crate::rules::scan(source);
    let found = tokens.iter().find(|t| t.text(source) == name);
    found.map_or(0..source.len(), |t| t.span.clone())
}

fn alarm_findings(
    alarm: &AlarmText,
    when: &str,
    is_native: bool,
    tell: &mut impl FnMut(&'static str, bool, String),
) {
    if Priority::ALL.iter().all(|p| p.name() != alarm.priority) {
        tell("priority", true, "An alarm needs a priority.".to_owned());
    }
    let deadband = alarm.deadband.trim();
    if !deadband.is_empty() {
        let is_simple = Simple::read(when).is_some_and(|s| s.is_of_order(when));
        if !alarm.clear_when.is_empty() {
            let words = "An alarm has either “clears when” or a deadband.";
            tell("deadband", true, words.to_owned());
        } else if !deadband
            .parse::<f64>()
            .is_ok_and(|n| n > 0.0 && n.is_finite())
        {
            tell("deadband", true, "A number above 0.".to_owned());
        } else if is_native && !is_simple {
            let words = "A deadband needs one signal compared with one number.";
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
    let digits = text.strip_prefix('#').filter(|d| d.len() == 6)?;
    let is_hex = digits.bytes().all(|b| b.is_ascii_hexdigit());
    let [_, r, g, b] = u32::from_str_radix(digits, 16).ok()?.to_be_bytes();
    is_hex.then_some([r, g, b])
}
