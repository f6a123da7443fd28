//! The `cel` crate's parser, and its tree turned into one that holds only what rules have.

use std::ops::Range;

use cel::common::ast::{CallExpr, Expr as CelExpr, IdedExpr, LiteralValue, SourceInfo, operators};
use cel::parser::{ParseErrors, Parser};

use super::ExpressionError;
use super::functions::Function;
use super::ops::{Arithmetic, Comparison};
use super::shape::{Partners, check_shape};
use super::tokens::{Token, TokenKind, for_cel, mixed, tokens};
use crate::scene::ValueKind;
use crate::units::Unit;

/// A longer expression is not one that an engineer wrote.
const LONGEST_BYTES: usize = 8192;

/// An expression as parsed, before names and kinds are checked.
#[derive(Debug)]
pub(super) struct Expr {
    /// Bytes of the source, with the brackets around an operand.
    pub span: Range<usize>,
    pub syntax: Syntax,
    first: usize,
    last: usize,
}

#[derive(Debug)]
pub(super) enum Syntax {
    /// With the unit that is written behind it.
    Number(f64, Option<Unit>),
    Boolean(bool),
    Text(String),
    Name(String),
    Negate(Box<Expr>),
    Not(Box<Expr>),
    Arithmetic(Arithmetic, Box<Expr>, Box<Expr>),
    Compare(Comparison, Box<Expr>, Box<Expr>),
    And(Box<Expr>, Box<Expr>),
    Or(Box<Expr>, Box<Expr>),
    Conditional(Box<Expr>, Box<Expr>, Box<Expr>),
    In(Box<Expr>, Vec<Expr>),
    Call(Function, Vec<Expr>),
}

/// Parses an expression.
///
/// # Errors
/// What keeps it from being parsed; at least one.
pub(super) fn parse(source: &str) -> Result<Expr, Vec<ExpressionError>> {
    if source.len() > LONGEST_BYTES {
        let message = format!(
            "The expression is {} bytes long; {LONGEST_BYTES} is the most.",
            source.len()
        );
        return Err(vec![ExpressionError::new(message, 0..0)]);
    }
    let tokens = tokens(source)?;
    let partners = check_shape(source, &tokens).map_err(|e| vec![e])?;
    let (expr, info) = Parser::new()
        .parse_with_source_info(&for_cel(source, &tokens))
        .map_err(|errors| vec![parser_error(source, &tokens, &errors)])?;
    let reader = Reader {
        source,
        tokens: &tokens,
        partners: &partners,
        info: &info,
    };
    reader.read(&expr).map_err(|e| vec![e])
}

/// Where `&&` and `||` stand side by side without brackets. Nothing of what is no expression.
pub fn mixed_and_or(source: &str) -> Vec<Range<usize>> {
    if source.len() > LONGEST_BYTES {
        return Vec::new();
    }
    tokens(source).map_or_else(|_| Vec::new(), |tokens| mixed(source, &tokens))
}

/// What an expression seems to give, from its outermost operator; `None` where that does not tell.
pub fn apparent_kind(source: &str) -> Option<ValueKind> {
    fn of(expr: &Expr) -> Option<ValueKind> {
        Some(match &expr.syntax {
            Syntax::Name(_) => return None,
            Syntax::Conditional(_, yes, no) => return of(yes).or_else(|| of(no)),
            Syntax::Call(Function::Previous, arguments) => return arguments.first().and_then(of),
            Syntax::Text(_) => ValueKind::Text,
            Syntax::Boolean(_)
            | Syntax::Not(_)
            | Syntax::Compare(..)
            | Syntax::And(..)
            | Syntax::Or(..)
            | Syntax::In(..)
            | Syntax::Call(Function::Held, _) => ValueKind::Boolean,
            Syntax::Number(..) | Syntax::Negate(_) | Syntax::Arithmetic(..) | Syntax::Call(..) => {
                ValueKind::Number
            }
        })
    }
    parse(source).ok().as_ref().and_then(of)
}

/// What remains after [`check_shape`]: literals out of range.
fn parser_error(source: &str, tokens: &[Token], errors: &ParseErrors) -> ExpressionError {
    let Some(error) = errors.errors.first() else {
        return ExpressionError::new("The expression could not be read.", 0..source.len());
    };
    let (line, column) = error.pos;
    let line_start: usize = source
        .split_inclusive('\n')
        .take(usize::try_from(line - 1).unwrap_or_default())
        .map(str::len)
        .sum();
    let rest = source.get(line_start..).unwrap_or_default();
    let before = usize::try_from(column - 1).unwrap_or_default();
    let at = line_start + rest.chars().take(before).map(char::len_utf8).sum::<usize>();
    let token = tokens.iter().find(|t| t.span.end > at).or(tokens.last());
    let span = token.map_or(0..source.len(), |t| t.span.clone());
    if error.msg.contains("int literal") || error.msg.contains("double literal") {
        return ExpressionError::new("The number is too large.", span)
            .help("Large numbers can be written with an exponent: 2.5e9");
    }
    if error.msg.contains("string literal") || error.msg.contains("token recognition") {
        return ExpressionError::new("The text holds an escape that has no meaning.", span)
            .help("Write \\\\ for a backslash.");
    }
    let message = error.msg.trim_start_matches("Syntax error: ");
    ExpressionError::new(
        format!("The expression could not be read: {message}."),
        span,
    )
}

struct Reader<'a> {
    source: &'a str,
    tokens: &'a [Token],
    partners: &'a Partners,
    info: &'a SourceInfo,
}

impl Reader<'_> {
    fn read(&self, expr: &IdedExpr) -> Result<Expr, ExpressionError> {
        let token = self.token_of(expr.id);
        match &expr.expr {
            CelExpr::Literal(literal) => self.literal(literal, token),
            CelExpr::Ident(_) => {
                let name = self.name(token);
                Ok(self.expr(Syntax::Name(name), token, token))
            }
            CelExpr::Call(call) => self.call(call, token),
            CelExpr::List(_) => Err(self.error(token, "A list stands only after `in`.")),
            CelExpr::Unspecified
            | CelExpr::Comprehension(_)
            | CelExpr::Map(_)
            | CelExpr::Select(_)
            | CelExpr::Struct(_) => {
                Err(self.error(token, "This part of CEL is not part of the rule language."))
            }
        }
    }

    fn literal(&self, literal: &LiteralValue, token: usize) -> Result<Expr, ExpressionError> {
        let number = |value: f64| {
            let first = token - usize::from(self.is_signed(token));
            let unit = self.tokens.get(token).and_then(|t| t.unit.clone());
            let syntax = Syntax::Number(value, unit.map(|(unit, _)| unit));
            Ok(self.expr(syntax, first, token))
        };
        match literal {
            LiteralValue::Boolean(value) => {
                Ok(self.expr(Syntax::Boolean(*value.inner()), token, token))
            }
            LiteralValue::Double(value) => number(*value.inner()),
            LiteralValue::Int(value) => number(*value.inner() as f64),
            LiteralValue::String(value) => {
                Ok(self.expr(Syntax::Text(value.inner().to_owned()), token, token))
            }
            LiteralValue::Bytes(_) | LiteralValue::Null | LiteralValue::UInt(_) => {
                Err(self.error(token, "This literal is not part of the rule language."))
            }
        }
    }

    /// Whether the parser took the minus before a number into it, which the number's place does not
    /// show: it does unless the minus stands between two values.
    fn is_signed(&self, token: usize) -> bool {
        let Some(minus) = token.checked_sub(1).filter(|&m| self.is(m, "-")) else {
            return false;
        };
        let before = minus.checked_sub(1).and_then(|b| self.tokens.get(b));
        before.is_none_or(|before| match before.kind {
            TokenKind::Number | TokenKind::Text => false,
            TokenKind::Name => before.is(self.source, "in"),
            TokenKind::Symbol => !matches!(before.text(self.source), ")" | "]"),
        })
    }

    fn call(&self, call: &CallExpr, token: usize) -> Result<Expr, ExpressionError> {
        // The name as written: CEL was given one without dots.
        if self.is(token, "(")
            && call.target.is_none()
            && let Some(function) = Function::named(&self.name(token.saturating_sub(1)))
        {
            let arguments = self.read_all(&call.args)?;
            // The call's place is its opening bracket.
            let syntax = Syntax::Call(function, arguments);
            return Ok(self.expr(syntax, token.saturating_sub(1), self.partners.of(token)));
        }
        match call.args.as_slice() {
            [only] => {
                let operand = self.operand(only)?;
                let last = operand.last;
                let syntax = match call.func_name.as_str() {
                    operators::NEGATE => Syntax::Negate(operand),
                    operators::LOGICAL_NOT => Syntax::Not(operand),
                    _ => return Err(self.unknown_call(call, token)),
                };
                Ok(self.expr(syntax, token, last))
            }
            [left, list] if call.func_name == operators::IN => {
                let CelExpr::List(list_expr) = &list.expr else {
                    return Err(self.error(self.token_of(list.id), "`in` needs a list."));
                };
                let left = self.operand(left)?;
                let elements = self.read_all(&list_expr.elements)?;
                let first = left.first;
                let last = self.partners.of(self.token_of(list.id));
                Ok(self.expr(Syntax::In(left, elements), first, last))
            }
            [left, right] => {
                let (left, right) = (self.operand(left)?, self.operand(right)?);
                let (first, last) = (left.first, right.last);
                let name = call.func_name.as_str();
                let syntax = if let Some(op) = arithmetic(name) {
                    Syntax::Arithmetic(op, left, right)
                } else if let Some(op) = comparison(name) {
                    Syntax::Compare(op, left, right)
                } else {
                    match name {
                        operators::LOGICAL_AND => Syntax::And(left, right),
                        operators::LOGICAL_OR => Syntax::Or(left, right),
                        _ => return Err(self.unknown_call(call, token)),
                    }
                };
                Ok(self.expr(syntax, first, last))
            }
            [condition, yes, no] if call.func_name == operators::CONDITIONAL => {
                let (condition, yes) = (self.operand(condition)?, self.operand(yes)?);
                let no = self.operand(no)?;
                let (first, last) = (condition.first, no.last);
                Ok(self.expr(Syntax::Conditional(condition, yes, no), first, last))
            }
            _ => Err(self.unknown_call(call, token)),
        }
    }

    fn read_all(&self, exprs: &[IdedExpr]) -> Result<Vec<Expr>, ExpressionError> {
        exprs.iter().map(|e| self.read(e)).collect()
    }

    /// An operand, with the brackets that stand around it.
    fn operand(&self, expr: &IdedExpr) -> Result<Box<Expr>, ExpressionError> {
        let mut expr = self.read(expr)?;
        while let Some(before) = expr.first.checked_sub(1)
            && self.is(before, "(")
            && self.partners.of(before) == expr.last + 1
        {
            expr.first = before;
            expr.last += 1;
        }
        expr.span = self.span(expr.first, expr.last);
        Ok(Box::new(expr))
    }

    fn expr(&self, syntax: Syntax, first: usize, last: usize) -> Expr {
        Expr {
            span: self.span(first, last),
            syntax,
            first,
            last,
        }
    }

    /// A name as written, without blanks.
    fn name(&self, token: usize) -> String {
        let text = self.tokens.get(token).map_or("", |t| t.text(self.source));
        text.split_whitespace().collect()
    }

    fn is(&self, token: usize, symbol: &str) -> bool {
        self.tokens
            .get(token)
            .is_some_and(|t| t.is(self.source, symbol))
    }

    fn span(&self, first: usize, last: usize) -> Range<usize> {
        match (self.tokens.get(first), self.tokens.get(last)) {
            (Some(first), Some(last)) => first.span.start..last.span.end,
            _ => 0..self.source.len(),
        }
    }

    /// The token that the parser gives as the place of a node: an operator, a bracket or a literal.
    fn token_of(&self, id: u64) -> usize {
        let start = self
            .info
            .offset_for(id)
            .map_or(0, |(start, _)| start as usize);
        self.tokens.partition_point(|t| t.span.end <= start)
    }

    fn unknown_call(&self, call: &CallExpr, token: usize) -> ExpressionError {
        let message = format!("`{}` is not part of the rule language.", call.func_name);
        self.error(token, message)
    }

    fn error(&self, token: usize, message: impl Into<String>) -> ExpressionError {
        ExpressionError::new(message, self.span(token, token))
    }
}

fn arithmetic(name: &str) -> Option<Arithmetic> {
    Some(match name {
        operators::ADD => Arithmetic::Add,
        operators::SUBSTRACT => Arithmetic::Subtract,
        operators::MULTIPLY => Arithmetic::Multiply,
        operators::DIVIDE => Arithmetic::Divide,
        operators::MODULO => Arithmetic::Remainder,
        _ => return None,
    })
}

fn comparison(name: &str) -> Option<Comparison> {
    Some(match name {
        operators::EQUALS => Comparison::Equal,
        operators::NOT_EQUALS => Comparison::NotEqual,
        operators::LESS => Comparison::Less,
        operators::LESS_EQUALS => Comparison::LessOrEqual,
        operators::GREATER => Comparison::Greater,
        operators::GREATER_EQUALS => Comparison::GreaterOrEqual,
        _ => return None,
    })
}
