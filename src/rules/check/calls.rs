//! Calls: what they take, and the columns that functions of time and of the farm are read from.

use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use super::{Checker, Outcome, keep_used};
use crate::fleet::SignalColumn;
use crate::rules::ExpressionError;
use crate::rules::computed::{AcrossStatistic, Formula, WindowStatistic};
use crate::rules::functions::Function;
use crate::rules::ops::Extreme;
use crate::rules::program::Program;
use crate::rules::scope::Wanted;
use crate::rules::syntax::{Expr, Syntax};
use crate::rules::tree::{Node, Typed};
use crate::scene::ValueKind;
use crate::units::Unit;

/// Longer windows are for a historian.
const LONGEST: Duration = Duration::from_secs(24 * 3_600);

impl Checker<'_> {
    pub(super) fn call(
        &mut self,
        function: Function,
        arguments: &[Expr],
        span: &Range<usize>,
    ) -> Outcome {
        let (least, most) = function.arguments();
        if arguments.len() < least || arguments.len() > most {
            // What is wrong within them is told too.
            arguments.iter().for_each(|a| drop(self.check(a)));
            let message = format!(
                "`{}` does not take {} argument{}.",
                function.name(),
                arguments.len(),
                if arguments.len() == 1 { "" } else { "s" },
            );
            let error = ExpressionError::new(message, span.clone());
            return self.fail(error.help(format!("Write {}.", function.usage())));
        }
        let window = match function {
            Function::Min => Some(WindowStatistic::Min),
            Function::Max => Some(WindowStatistic::Max),
            _ => None,
        };
        match (function, arguments) {
            (Function::Window(statistic), [of, over]) => self.window(statistic, of, over, span),
            (_, [of, over]) if is_duration(over) && window.is_some() => {
                self.window(window?, of, over, span)
            }
            (Function::Held, [of, over]) => {
                let (of, over) = (self.argument(of, function, true), self.duration(over));
                let (of, over) = (of?, over?);
                if of.typed.kind != ValueKind::Boolean {
                    return self.wants_condition(&of.typed);
                }
                let of = self.column_of(of, span)?;
                let formula = Formula::Held { of, over };
                self.computed(formula, ValueKind::Boolean, None, span)
            }
            (Function::Age, [of]) => self.age(of, span),
            (Function::Previous, [of]) => {
                let of = self.argument(of, function, true)?;
                let (kind, unit) = (of.typed.kind, of.typed.unit.clone());
                let of = self.column_of(of, span)?;
                self.computed(Formula::Previous { of }, kind, unit, span)
            }
            (Function::Across(statistic, nearest), [of]) => {
                self.across(function, statistic, nearest, of, span)
            }
            _ => self.plain_call(function, arguments, span),
        }
    }

    /// Functions of numbers of one turbine at one time.
    fn plain_call(
        &mut self,
        function: Function,
        arguments: &[Expr],
        span: &Range<usize>,
    ) -> Outcome {
        let needed_by = format!("`{}`", function.name());
        let checked: Vec<Outcome> = arguments
            .iter()
            .map(|a| self.number(a, &needed_by))
            .collect();
        let mut checked: Vec<Typed> = checked.into_iter().collect::<Option<_>>()?;
        match function {
            Function::Min => self.extreme(Extreme::Min, checked, span),
            Function::Max => self.extreme(Extreme::Max, checked, span),
            Function::Clamp => {
                let high = checked.pop()?;
                let raised = self.extreme(Extreme::Max, checked, span)?;
                let (low, top) = match &raised.node {
                    Node::Extreme(_, all) => (all.last().and_then(Typed::constant), high.clone()),
                    _ => (None, high.clone()),
                };
                let top = self.in_unit_of(top, &raised, &needed_by)?;
                if let (Some(low), Some(high)) = (low, top.constant())
                    && low > high
                {
                    let message =
                        format!("`clamp`: the low limit {low} is above the high limit {high}.");
                    return self.fail(ExpressionError::new(message, span.clone()));
                }
                self.extreme(Extreme::Min, vec![raised, high], span)
            }
            _ => {
                let a = checked.pop()?;
                self.folded(Typed {
                    kind: ValueKind::Number,
                    span: span.clone(),
                    unit: a.unit.clone(),
                    node: Node::Abs(Box::new(a)),
                })
            }
        }
    }

    fn window(
        &mut self,
        statistic: WindowStatistic,
        of: &Expr,
        over: &Expr,
        span: &Range<usize>,
    ) -> Outcome {
        let name = window_name(statistic);
        let of = self.argument_of(of, name, true);
        let over = self.duration(over);
        let (of, over) = (of?, over?);
        // The mean of a condition is the share of the time in which it holds.
        let is_share = of.typed.kind == ValueKind::Boolean && statistic == WindowStatistic::Avg;
        if of.typed.kind != ValueKind::Number && !is_share {
            let message = format!("`{name}` needs numbers; {}.", self.described(&of.typed));
            return self.fail(ExpressionError::new(message, of.typed.span));
        }
        let unit = of.typed.unit.as_ref();
        let unit = match statistic {
            _ if is_share => Some(Unit::one()),
            WindowStatistic::Avg | WindowStatistic::Min | WindowStatistic::Max => unit.cloned(),
            WindowStatistic::Delta | WindowStatistic::Stddev => unit.map(Unit::of_differences),
            WindowStatistic::Rate => unit
                .map(Unit::of_differences)
                .zip(Unit::named("s"))
                .and_then(|(unit, second)| unit.over(&second)),
        };
        let of = self.column_of(of, span)?;
        let formula = Formula::Window {
            statistic,
            of,
            over,
        };
        self.computed(formula, ValueKind::Number, unit, span)
    }

    fn age(&mut self, of: &Expr, span: &Range<usize>) -> Outcome {
        let of = self.argument(of, Function::Age, true)?;
        let column = match &of.typed.node {
            Node::Signal(index) => self.signals.get(*index).copied(),
            _ => None,
        };
        let is_heard =
            |column: &SignalColumn| self.names.contains(column) && !self.scope.is_derived(*column);
        let Some(of) = column.filter(is_heard) else {
            let written = self.written(&of.typed.span);
            let message = format!("`age` needs a signal that is heard; `{written}` is worked out.");
            return self.fail(ExpressionError::new(message, of.typed.span));
        };
        let unit = Unit::named("s");
        self.computed(Formula::Age { of }, ValueKind::Number, unit, span)
    }

    fn across(
        &mut self,
        function: Function,
        statistic: AcrossStatistic,
        nearest: Option<u16>,
        of: &Expr,
        span: &Range<usize>,
    ) -> Outcome {
        // Other turbines are asked: this one need not have the signals.
        let of = self.argument(of, function, false)?;
        let counts = matches!(statistic, AcrossStatistic::Count | AcrossStatistic::Avg);
        let fits = match of.typed.kind {
            ValueKind::Number => true,
            ValueKind::Boolean => counts,
            ValueKind::Text => false,
        };
        if !fits {
            let name = self.written(&(span.start..of.typed.span.start));
            let name = name.trim_end_matches(['(', ' ']).to_owned();
            let message = format!("`{name}` needs numbers; {}.", self.described(&of.typed));
            let error = ExpressionError::new(message, of.typed.span.clone());
            let written = self.written(&of.typed.span);
            return self.fail(match of.typed.kind {
                ValueKind::Text => {
                    error.help(format!("Compare it, for example: {written} == \"…\""))
                }
                _ => error.help("`count` counts the turbines for which it holds."),
            });
        }
        let unit = match (statistic, of.typed.kind) {
            (AcrossStatistic::Count, _) => None,
            (_, ValueKind::Boolean) => Some(Unit::one()),
            (AcrossStatistic::Stddev, _) => of.typed.unit.as_ref().map(Unit::of_differences),
            _ => of.typed.unit.clone(),
        };
        let of = self.column_of(of, span)?;
        let formula = Formula::Across {
            statistic,
            of,
            nearest,
        };
        self.computed(formula, ValueKind::Number, unit, span)
    }

    /// Checks an argument whose values become a column.
    fn argument(&mut self, expr: &Expr, function: Function, is_own: bool) -> Option<Argument> {
        self.argument_of(expr, function.name(), is_own)
    }

    fn argument_of(&mut self, expr: &Expr, name: &str, is_own: bool) -> Option<Argument> {
        let outer = std::mem::take(&mut self.needs);
        let typed = self.check(expr);
        let needs = std::mem::replace(&mut self.needs, outer);
        if is_own {
            for &column in &needs {
                if !self.needs.contains(&column) {
                    self.needs.push(column);
                }
            }
        }
        let typed = typed?;
        if typed.constant().is_some() {
            let written = self.written(&typed.span);
            let message = format!("`{name}` needs a signal: `{written}` never changes.");
            return self.fail(ExpressionError::new(message, typed.span));
        }
        Some(Argument { typed, needs })
    }

    /// The column of an argument: the signal's own, or one that is worked out for it.
    fn column_of(&mut self, of: Argument, call: &Range<usize>) -> Option<SignalColumn> {
        let Argument { mut typed, needs } = of;
        if let Node::Signal(index) = typed.node {
            return self.signals.get(index).copied();
        }
        let source: Arc<str> = self.source.get(typed.span.clone())?.into();
        let kind = typed.kind;
        typed.begin_at(typed.span.start);
        let signals = keep_used(&mut typed, &self.signals);
        let program = Program::new(typed, signals, needs.clone(), needs.clone());
        let wanted = Wanted {
            formula: Formula::Expression(Arc::new(program)),
            kind,
            source,
            needs,
        };
        self.ask_for(wanted, call)
    }

    /// The outcome of a call, read from a column.
    fn computed(
        &mut self,
        formula: Formula,
        kind: ValueKind,
        unit: Option<Unit>,
        span: &Range<usize>,
    ) -> Outcome {
        let is_across = matches!(formula, Formula::Across { .. });
        let wanted = Wanted {
            formula,
            kind,
            source: self.source.get(span.clone())?.into(),
            needs: if is_across {
                Vec::new()
            } else {
                self.needs.clone()
            },
        };
        let column = self.ask_for(wanted, span)?;
        let index = self.index_of(column);
        Some(Typed {
            kind,
            span: span.clone(),
            unit,
            node: Node::Signal(index),
        })
    }

    fn ask_for(&mut self, wanted: Wanted, span: &Range<usize>) -> Option<SignalColumn> {
        match self.scope.computed(wanted) {
            Ok(column) => Some(column),
            Err(message) => self.fail(ExpressionError::new(message, span.clone())),
        }
    }

    /// A duration that is the same always: more than nothing, at most a day.
    fn duration(&mut self, expr: &Expr) -> Option<Duration> {
        const HELP: &str = "For example: 10 min, 30 s, 2 h";
        let typed = self.check(expr)?;
        let written = self.written(&typed.span);
        let fault = |message: String| {
            let span = typed.span.clone();
            Err(ExpressionError::new(message, span).help(HELP))
        };
        let is_time = typed.unit.as_ref().is_some_and(Unit::is_time);
        let found = match (typed.constant(), &typed.unit) {
            (None, _) => fault(format!("A duration is written out; `{written}` changes.")),
            (Some(_), None) => fault(format!("`{written}` lacks its unit of time.")),
            (Some(_), Some(unit)) if !is_time => {
                fault(format!("`{written}` is {}, no duration.", unit.measures()))
            }
            (Some(value), Some(unit)) => {
                let seconds = value * unit.si_factor();
                match Duration::try_from_secs_f64(seconds) {
                    Ok(time) if time > LONGEST => {
                        fault(format!("`{written}` is longer than 24 h."))
                    }
                    Ok(time) if time >= Duration::from_millis(1) => Ok(time),
                    Ok(_) => fault(format!("`{written}` is no time: 1 ms is the least.")),
                    Err(_) => fault(format!("`{written}` is no duration.")),
                }
            }
        };
        match found {
            Ok(time) => Some(time),
            Err(error) => self.fail(error),
        }
    }

    fn wants_condition(&mut self, typed: &Typed) -> Outcome {
        let message = format!("`held` needs a condition; {}.", self.described(typed));
        let help = format!("Compare it, for example: {} > 0", self.written(&typed.span));
        self.fail(ExpressionError::new(message, typed.span.clone()).help(help))
    }
}

/// A checked argument, and the signals that a turbine must have for it.
struct Argument {
    typed: Typed,
    needs: Vec<SignalColumn>,
}

/// `10 min`: what makes a window of `min` and `max`.
fn is_duration(expr: &Expr) -> bool {
    matches!(&expr.syntax, Syntax::Number(_, Some(unit)) if unit.is_time())
}

fn window_name(statistic: WindowStatistic) -> &'static str {
    match statistic {
        WindowStatistic::Min => "min",
        WindowStatistic::Max => "max",
        _ => Function::Window(statistic).name(),
    }
}
