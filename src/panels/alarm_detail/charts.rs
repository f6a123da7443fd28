//! Which trends belong to an alarm: one for each comparison of its rule, then the other signals that the
//! rule names.

use std::collections::HashSet;

use crate::fleet::{SignalColumn, TurbineRow};
use crate::history::{Bucket, History, Trend};
use crate::panels::format;
use crate::panels::frame::Farm;
use crate::panels::trend::{Level, TrendLine, TrendView};
use crate::rules::analysis::{Compared, Term, comparisons};
use crate::rules::{Comparison, Formula, Program};
use crate::scene::{Expression, Model, Rule, Scene, Signal, ValueKind};
use crate::wording;

/// More trends than this nobody reads.
const MOST: usize = 6;

/// Reads the past of a turbine for one rule.
struct Reader<'a> {
    scene: &'a Scene,
    model: &'a Model,
    farm: &'a Farm<'a>,
    history: Option<&'a History>,
    row: TurbineRow,
    span_ms: [i64; 2],
}

/// The trends of a rule at a turbine, the one that counts most first. Nothing is marked in them yet.
pub(super) fn charts(
    farm: &Farm,
    rule: &Rule,
    row: TurbineRow,
    span_ms: [i64; 2],
) -> Vec<TrendView> {
    let Some((scene, model)) = farm.scene.and_then(|s| Some((s, s.model_of(row)?))) else {
        return Vec::new();
    };
    let reader = Reader {
        scene,
        model,
        farm,
        history: farm.desk.history,
        row,
        span_ms,
    };
    let clear = rule.alarm.as_ref().and_then(|a| a.clear_when.as_ref());
    let clears = clear.map_or_else(Vec::new, |c| reader.compared(&c.program));
    let mut views = Vec::new();
    let mut shown = HashSet::new();
    for (compared, source) in reader.compared_in(&rule.when) {
        let view = reader.view(&compared, &source, &clears, &mut shown);
        merge(&mut views, view);
    }
    for &column in rule.when.program.names() {
        if shown.insert(column)
            && let Some(signal) = model.signal(column)
            && signal.kind != ValueKind::Text
        {
            views.push(TrendView {
                lines: vec![reader.line(column, "")],
                ..reader.of_signal(signal)
            });
        }
    }
    views.truncate(MOST);
    views
}

/// Two limits of one signal stand in one trend.
fn merge(views: &mut Vec<TrendView>, view: TrendView) {
    match views.iter_mut().find(|v| v.title == view.title) {
        Some(same) => {
            same.limits.extend(view.limits);
            same.clears.extend(view.clears);
        }
        None => views.push(view),
    }
}

impl Reader<'_> {
    /// The comparisons of a condition with its source, also those that must hold for a while.
    fn compared_in(&self, when: &Expression) -> Vec<(Compared, String)> {
        let own = comparisons(&when.program).into_iter();
        let own = own.map(|c| (c, when.source.to_string()));
        let held = when.program.signals().iter().filter_map(|c| self.held(*c));
        let held = held.flat_map(|(program, source)| {
            let all = comparisons(program).into_iter();
            all.map(move |c| (c, source.clone())).collect::<Vec<_>>()
        });
        own.chain(held).collect()
    }

    fn compared(&self, program: &Program) -> Vec<Compared> {
        let held = program.signals().iter().filter_map(|c| self.held(*c));
        let held = held.flat_map(|(program, _)| comparisons(program));
        comparisons(program).into_iter().chain(held).collect()
    }

    /// What must hold without a break, where a column tells of that.
    fn held(&self, column: SignalColumn) -> Option<(&Program, String)> {
        let computed = |column| self.scene.computed.iter().find(move |c| c.column == column);
        let Formula::Held { of, .. } = computed(column)?.formula else {
            return None;
        };
        let condition = computed(of)?;
        match &condition.formula {
            Formula::Expression(program) => Some((program, condition.source.to_string())),
            _ => None,
        }
    }

    /// Whether a term is a number that never changes: a constant, or a limit of the turbine's own.
    fn fixed(&self, term: &Term) -> Option<f64> {
        let is_given = |column: &SignalColumn| {
            let mut computed = self.scene.computed.iter();
            computed.any(|c| c.column == *column && matches!(c.formula, Formula::Given(_)))
        };
        let is_fixed = term.columns().iter().all(is_given);
        let value = is_fixed.then(|| term.value(|column| self.now(column)))?;
        value.is_finite().then_some(value)
    }

    fn now(&self, column: SignalColumn) -> f64 {
        let known = self.farm.fleet.map(|f| f.known(column));
        let value = known.and_then(|k| k.get(self.row.index())).copied();
        value.unwrap_or(f64::NAN)
    }

    fn view(
        &self,
        compared: &Compared,
        source: &str,
        clears: &[Compared],
        shown: &mut HashSet<SignalColumn>,
    ) -> TrendView {
        let Compared { term, op, with } = compared;
        let mut view = self.of_term(term, source, shown);
        match self.fixed(with) {
            Some(limit) => {
                view.limits = self.levels(term, *op, limit, "");
                let alike = clears.iter().filter(|c| c.term.is_like(term));
                view.clears = alike
                    .filter_map(|c| Some((c.op, self.fixed(&c.with)?)))
                    .flat_map(|(op, limit)| self.levels(term, op, limit, "clears "))
                    .collect();
            }
            None => {
                let name = |of: &Term| words_of(source, of);
                if let Some(first) = view.lines.first_mut() {
                    first.name = name(term);
                }
                shown.extend(with.columns());
                view.lines.push(self.line_of(with, &name(with)));
            }
        }
        view
    }

    /// Where a term is beyond a limit; on both sides of zero where its size is.
    fn levels(&self, term: &Term, op: Comparison, limit: f64, before: &str) -> Vec<Level> {
        let level = |value: f64, op: Comparison| Level {
            value,
            words: format!("{before}{} {}", op.symbol(), wording::number(value, None)),
        };
        match term.size_of() {
            Some(_) => vec![level(limit, op), level(-limit, op.mirrored())],
            None => vec![level(limit, op)],
        }
    }

    /// The lines of a term: those of the signals that it takes as they are, else its own.
    fn of_term(&self, term: &Term, source: &str, shown: &mut HashSet<SignalColumn>) -> TrendView {
        let plain = term.plain().or_else(|| Some(vec![term.size_of()?]));
        let signal = |column: &SignalColumn| self.model.signal(*column);
        match plain.as_deref() {
            Some([one]) => {
                shown.insert(*one);
                let line = self.line(*one, "");
                match signal(one) {
                    Some(signal) => TrendView {
                        lines: vec![line],
                        ..self.of_signal(signal)
                    },
                    None => TrendView {
                        lines: vec![line],
                        ..self.unnamed(term, source)
                    },
                }
            }
            Some(several) => {
                shown.extend(several);
                let lines = several.iter().map(|column| {
                    let name = signal(column).map_or_else(String::new, |s| format::label(&s.name));
                    self.line(*column, &name)
                });
                let first = several.first().and_then(signal);
                TrendView {
                    title: words_of(source, term),
                    lines: lines.collect(),
                    range: first.and_then(|s| s.range),
                    ..self.unnamed(term, source)
                }
            }
            None => TrendView {
                lines: vec![self.line_of(term, "")],
                ..self.unnamed(term, source)
            },
        }
    }

    fn of_signal(&self, signal: &Signal) -> TrendView {
        TrendView {
            title: format::label(&signal.name),
            unit: wording::unit(&signal.unit).to_owned(),
            range: signal.range,
            is_truth: signal.kind == ValueKind::Boolean,
            ..self.empty()
        }
    }

    /// What has no name in the scene is called as it is written.
    fn unnamed(&self, term: &Term, source: &str) -> TrendView {
        let unit = term.unit.as_deref().filter(|unit| *unit != "1");
        TrendView {
            title: words_of(source, term),
            unit: wording::unit(unit.unwrap_or_default()).to_owned(),
            ..self.empty()
        }
    }

    fn empty(&self) -> TrendView {
        let any = self.history.and_then(|h| h.since_ms());
        TrendView {
            span_ms: self.span_ms,
            since_ms: any,
            ..TrendView::default()
        }
    }

    fn line(&self, column: SignalColumn, name: &str) -> TrendLine {
        let now = Some(self.now(column)).filter(|v| !v.is_nan());
        TrendLine {
            name: name.to_owned(),
            trend: self.past(column),
            now,
        }
    }

    fn past(&self, column: SignalColumn) -> Trend {
        let [from, until] = self.span_ms;
        let kept = self
            .history
            .and_then(|h| h.trend(self.row, column, from, until));
        kept.unwrap_or_default()
    }

    /// A term that is reckoned: its value at the end of each bucket in which all that it reads is known.
    fn line_of(&self, term: &Term, name: &str) -> TrendLine {
        let columns = term.columns();
        let pasts: Vec<(SignalColumn, Trend)> =
            columns.iter().map(|c| (*c, self.past(*c))).collect();
        // A limit of the turbine's own has no past: it never changes.
        let longest = pasts.iter().max_by_key(|(_, past)| past.buckets.len());
        let buckets = longest.map_or(&[][..], |(_, past)| &past.buckets);
        let at = |column: SignalColumn, time_ms: i64| {
            let past = pasts.iter().find(|(c, _)| *c == column);
            let bucket = past.and_then(|(_, past)| past.at(time_ms));
            match bucket {
                Some(bucket) => bucket.last.unwrap_or(f64::NAN),
                None if past.is_some_and(|(_, past)| past.buckets.is_empty()) => self.now(column),
                None => f64::NAN,
            }
        };
        let reckoned = buckets.iter().filter_map(|bucket| {
            let value = term.value(|column| at(column, bucket.from_ms));
            value.is_finite().then_some(Bucket {
                from_ms: bucket.from_ms,
                min: value,
                max: value,
                last: Some(value),
            })
        });
        let now = Some(term.value(|column| self.now(column)));
        TrendLine {
            name: name.to_owned(),
            trend: Trend {
                buckets: reckoned.collect(),
                ..longest.map(|(_, past)| past.clone()).unwrap_or_default()
            },
            now: now.filter(|v| v.is_finite()),
        }
    }
}

/// A term as it is written.
fn words_of(source: &str, term: &Term) -> String {
    let written = source.get(term.span.clone()).unwrap_or(source).trim();
    let is_name = written.chars().all(|c| c.is_alphanumeric() || c == '_');
    if is_name {
        format::label(written)
    } else {
        written.to_owned()
    }
}
