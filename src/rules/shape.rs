//! Checks the shape of an expression before it is parsed: brackets, operators between values, nesting,
//! and what CEL has but rules do not. Explains in an engineer's words what a parser would only refuse.

use super::ExpressionError;
use super::functions::Function;
use super::suggest::nearest;
use super::tokens::{Token, TokenKind, unknown_unit};

/// Brackets and `?:` within each other, at most: what follows recurses over them.
const MOST_NESTING: usize = 32;
/// Operators other than `&&` and `||` in an expression, at most: a chain of them makes a tree as
/// deep, where the parser balances the tree of `&&` and `||`.
const MOST_OPERATORS: usize = 128;

const CEL_FUNCTIONS: [&str; 27] = [
    "all",
    "bool",
    "bytes",
    "ceil",
    "contains",
    "double",
    "duration",
    "dyn",
    "endsWith",
    "exists",
    "exists_one",
    "filter",
    "floor",
    "has",
    "int",
    "map",
    "matches",
    "pow",
    "round",
    "size",
    "sqrt",
    "startsWith",
    "string",
    "timestamp",
    "type",
    "uint",
    "optional",
];

/// Words that CEL keeps for itself (its language definition, "Syntax").
pub const RESERVED: [&str; 17] = [
    "as",
    "break",
    "const",
    "continue",
    "else",
    "for",
    "function",
    "if",
    "import",
    "let",
    "loop",
    "package",
    "namespace",
    "return",
    "var",
    "void",
    "while",
];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Bracket {
    None,
    Group,
    Call,
    List,
}

/// What is open at a point of the expression.
struct Level {
    bracket: Bracket,
    /// The token that opened it.
    token: usize,
    /// `?` since the bracket or the last comma.
    conditionals: usize,
    /// The `?` that still lacks its `:`.
    unanswered: Option<usize>,
}

/// Which bracket closes which, by token; a token that is no bracket is its own partner.
pub(super) struct Partners(Vec<usize>);

impl Partners {
    /// The token that closes or opens the bracket at this token.
    pub fn of(&self, token: usize) -> usize {
        self.0.get(token).copied().unwrap_or(token)
    }
}

/// Checks the shape of an expression.
///
/// # Errors
/// The first problem: what follows it cannot be judged.
pub(super) fn check_shape(source: &str, tokens: &[Token]) -> Result<Partners, ExpressionError> {
    let mut checker = Checker {
        source,
        tokens,
        levels: vec![Level {
            bracket: Bracket::None,
            token: 0,
            conditionals: 0,
            unanswered: None,
        }],
        partners: (0..tokens.len()).collect(),
        operators: 0,
        needs_value: true,
    };
    for at in 0..tokens.len() {
        if checker.needs_value {
            checker.value(at)?;
        } else {
            checker.operator(at)?;
        }
    }
    checker.end()?;
    Ok(Partners(checker.partners))
}

struct Checker<'s> {
    source: &'s str,
    tokens: &'s [Token],
    levels: Vec<Level>,
    partners: Vec<usize>,
    operators: usize,
    needs_value: bool,
}

impl<'s> Checker<'s> {
    fn text(&self, at: usize) -> &'s str {
        self.tokens.get(at).map_or("", |t| t.text(self.source))
    }

    fn kind(&self, at: usize) -> Option<TokenKind> {
        self.tokens.get(at).map(|t| t.kind)
    }

    fn is_symbol(&self, at: usize, symbol: &str) -> bool {
        self.kind(at) == Some(TokenKind::Symbol) && self.text(at) == symbol
    }

    fn error(&self, at: usize, message: impl Into<String>) -> ExpressionError {
        let end = self.source.len();
        let span = self.tokens.get(at).map_or(end..end, |t| t.span.clone());
        ExpressionError::new(message, span)
    }

    /// A token where a value must begin.
    fn value(&mut self, at: usize) -> Result<(), ExpressionError> {
        let text = self.text(at);
        match (self.kind(at), text) {
            (Some(TokenKind::Number | TokenKind::Text), _) => self.needs_value = false,
            (Some(TokenKind::Name), _) => self.name(at)?,
            (_, "(") => {
                if at > 0 && self.text(at - 1) == "in" {
                    return Err(self.needs_list(at));
                }
                self.open(at, Bracket::Group)?;
            }
            (_, "[") => {
                if at == 0 || self.text(at - 1) != "in" {
                    let error = self.error(at, "A list stands only after `in`.");
                    return Err(error.help("For example: state in [\"run\", \"start\"]"));
                }
                self.open(at, Bracket::List)?;
            }
            (_, "{") => return Err(self.error(at, "Maps are not part of the rule language.")),
            (_, "!" | "-") => {
                if at > 0 && matches!(self.text(at - 1), "!" | "-") && self.is_sign(at - 1) {
                    let both = format!("{}{text}", self.text(at - 1));
                    let error = self.error(at, format!("Two signs follow each other: `{both}`."));
                    return Err(error.help("Leave both out, or put brackets around the second."));
                }
                self.count_operator(at)?;
            }
            (_, "+") => {
                return Err(self
                    .error(at, "A plus sign stands between two values.")
                    .help("A number without a sign is positive: leave the `+` out."));
            }
            (_, ")" | "]") if self.may_close_empty(at) => self.close(at)?,
            _ => return Err(self.value_missing(at)),
        }
        Ok(())
    }

    fn name(&mut self, at: usize) -> Result<(), ExpressionError> {
        let name = self.text(at);
        if self.is_symbol(at + 1, "(") && name != "in" && !is_word(name) {
            self.check_function(at, name)?;
        } else if RESERVED.contains(&name) {
            let error = self.error(at, format!("`{name}` is a reserved word of CEL."));
            return Err(match name {
                "if" | "else" => error.help("Write: condition ? value : other value"),
                _ => error,
            });
        } else if name == "null" {
            return Err(self
                .error(at, "There is no null.")
                .help("A value that is missing is unknown, and what rests on it is unknown too."));
        } else if name.starts_with("farm.") || name.starts_with("nearest") && name.contains('.') {
            let error = self.error(at, format!("`{name}` needs what it is of."));
            return Err(error.help(format!("Write {name}(x).")));
        } else if matches!(name, "not" | "NOT" | "Not") {
            let error = self.error(at, format!("`{name}` is not an operator."));
            return Err(error.help("Write `!`, and brackets: !(…)"));
        } else if name == "in" {
            return Err(self.value_missing(at));
        }
        if at > 0 && self.text(at - 1) == "in" && self.kind(at - 1) == Some(TokenKind::Name) {
            return Err(self.needs_list(at));
        }
        self.needs_value = false;
        Ok(())
    }

    fn check_function(&self, at: usize, name: &str) -> Result<(), ExpressionError> {
        if Function::named(name).is_some() {
            return Ok(());
        }
        if CEL_FUNCTIONS.contains(&name) {
            let message = format!("Rules do not have CEL's function `{name}`.");
            return Err(self.error(at, message).help(Function::LIST));
        }
        let (message, help) = Function::fault(name);
        let error = self.error(at, message);
        Err(match nearest(name, Function::ALL.iter().map(|f| f.0)) {
            _ if help.is_some() => error.help(help.unwrap_or_default()),
            Some(function) => error.help(format!("Did you mean `{function}`?")),
            None => error.help(Function::LIST),
        })
    }

    /// A token after a complete value.
    fn operator(&mut self, at: usize) -> Result<(), ExpressionError> {
        let text = self.text(at);
        match (self.kind(at), text) {
            (Some(TokenKind::Symbol), "?") => {
                if self.levels.last().is_some_and(|l| l.unanswered.is_some()) {
                    let error = self.error(at, "A `?:` within the first half of another.");
                    return Err(error.help("Put brackets around the inner one."));
                }
                self.count_operator(at)?;
                if let Some(level) = self.levels.last_mut() {
                    level.unanswered = Some(at);
                    level.conditionals += 1;
                }
                self.check_nesting(at)?;
                self.needs_value = true;
            }
            (Some(TokenKind::Symbol), ":") => {
                let question = self.levels.last_mut().and_then(|l| l.unanswered.take());
                if question.is_none() {
                    let error = self.error(at, "A `:` without a `?` before it.");
                    return Err(error.help("Write: condition ? value : other value"));
                }
                self.needs_value = true;
            }
            (Some(TokenKind::Symbol), ",") => self.comma(at)?,
            (Some(TokenKind::Symbol), ")" | "]") => self.close(at)?,
            (Some(TokenKind::Symbol), "(") if self.follows_function(at) => {
                self.open(at, Bracket::Call)?;
            }
            (Some(TokenKind::Symbol), "[") => {
                return Err(self.error(at, "Signals have no elements to select with `[…]`."));
            }
            (Some(TokenKind::Symbol), "{" | "}") => {
                return Err(self.error(at, "Maps and messages are not part of the rule language."));
            }
            (Some(TokenKind::Symbol), "!" | "(") => return Err(self.operator_missing(at)),
            (Some(TokenKind::Symbol), "&&" | "||") => self.needs_value = true,
            (Some(TokenKind::Symbol), _) | (Some(TokenKind::Name), "in") => {
                self.count_operator(at)?;
                self.needs_value = true;
            }
            _ => return Err(self.operator_missing(at)),
        }
        Ok(())
    }

    fn comma(&mut self, at: usize) -> Result<(), ExpressionError> {
        self.check_answered()?;
        match self.levels.last_mut() {
            Some(level) if matches!(level.bracket, Bracket::Call | Bracket::List) => {
                level.conditionals = 0;
                self.needs_value = true;
                Ok(())
            }
            _ => {
                let error = self.error(at, "A comma stands only in lists and between arguments.");
                let between_numbers = at > 0
                    && self.kind(at - 1) == Some(TokenKind::Number)
                    && self.kind(at + 1) == Some(TokenKind::Number);
                Err(match between_numbers {
                    true => error.help("Decimals are written with a dot: 80.5"),
                    false => error.help("Conditions are joined with && and ||."),
                })
            }
        }
    }

    fn open(&mut self, at: usize, bracket: Bracket) -> Result<(), ExpressionError> {
        self.levels.push(Level {
            bracket,
            token: at,
            conditionals: 0,
            unanswered: None,
        });
        self.check_nesting(at)?;
        self.needs_value = true;
        Ok(())
    }

    fn close(&mut self, at: usize) -> Result<(), ExpressionError> {
        self.check_answered()?;
        let closing = self.text(at);
        let level = self.levels.pop_if(|l| l.bracket != Bracket::None);
        let Some(level) = level else {
            return Err(self.error(at, format!("`{closing}` closes nothing.")));
        };
        let right = if level.bracket == Bracket::List {
            "]"
        } else {
            ")"
        };
        if closing != right {
            let message = format!("Expected `{right}`, found `{closing}`.");
            return Err(self.error(at, message));
        }
        if let Some(partner) = self.partners.get_mut(at) {
            *partner = level.token;
        }
        if let Some(partner) = self.partners.get_mut(level.token) {
            *partner = at;
        }
        self.needs_value = false;
        Ok(())
    }

    fn end(&self) -> Result<(), ExpressionError> {
        if self.tokens.is_empty() {
            let error = self.error(0, "The expression is empty.");
            return Err(error.help("For example: gearbox_oil_temperature > 80"));
        }
        if self.needs_value {
            return Err(self.value_missing(self.tokens.len()));
        }
        self.check_answered()?;
        match self.levels.last() {
            Some(level) if level.bracket != Bracket::None => {
                let opening = self.text(level.token);
                Err(self.error(level.token, format!("`{opening}` is never closed.")))
            }
            _ => Ok(()),
        }
    }

    /// A `?` must have its `:` before its bracket, argument or the expression ends.
    fn check_answered(&self) -> Result<(), ExpressionError> {
        match self.levels.last().and_then(|l| l.unanswered) {
            Some(question) => Err(self
                .error(question, "A `?` without a `:` after it.")
                .help("Write: condition ? value : other value")),
            None => Ok(()),
        }
    }

    fn check_nesting(&self, at: usize) -> Result<(), ExpressionError> {
        let depth: usize = self.levels.iter().map(|l| 1 + l.conditionals).sum();
        if depth <= MOST_NESTING + 1 {
            return Ok(());
        }
        let message = format!("Brackets and `?:` are nested more than {MOST_NESTING} deep.");
        Err(self.error(at, message).help("Split the rule in several."))
    }

    fn count_operator(&mut self, at: usize) -> Result<(), ExpressionError> {
        self.operators += 1;
        if self.operators <= MOST_OPERATORS {
            return Ok(());
        }
        let message =
            format!("The expression has more than {MOST_OPERATORS} operators besides && and ||.");
        Err(self.error(at, message).help("Split the rule in several."))
    }

    /// Whether the `!` or `-` at this token stands before one value rather than between two.
    fn is_sign(&self, at: usize) -> bool {
        let Some(before) = at.checked_sub(1) else {
            return true;
        };
        match self.kind(before) {
            Some(TokenKind::Symbol) => !matches!(self.text(before), ")" | "]"),
            Some(TokenKind::Name) => self.text(before) == "in",
            _ => false,
        }
    }

    /// `f()` and a list's last comma: what is missing there is said with more knowledge later.
    fn may_close_empty(&self, at: usize) -> bool {
        let Some(level) = self.levels.last() else {
            return false;
        };
        match level.bracket {
            Bracket::Call => level.token + 1 == at,
            Bracket::List => level.token + 1 == at || self.is_symbol(at - 1, ","),
            Bracket::None | Bracket::Group => false,
        }
    }

    fn follows_function(&self, at: usize) -> bool {
        let Some(before) = at.checked_sub(1) else {
            return false;
        };
        self.kind(before) == Some(TokenKind::Name) && Function::named(self.text(before)).is_some()
    }

    fn needs_list(&self, at: usize) -> ExpressionError {
        self.error(at, "`in` needs a list.")
            .help("For example: state in [\"run\", \"start\"]")
    }

    fn value_missing(&self, at: usize) -> ExpressionError {
        let before = at.checked_sub(1).map(|b| self.text(b));
        match (before, self.tokens.get(at)) {
            (Some(before), Some(_)) => {
                let message = format!(
                    "Expected a value after `{before}`, found `{}`.",
                    self.text(at)
                );
                self.error(at, message)
            }
            (Some(before), None) => {
                self.error(at - 1, format!("Expected a value after `{before}`."))
            }
            (None, _) => self.error(at, format!("Expected a value before `{}`.", self.text(at))),
        }
    }

    fn operator_missing(&self, at: usize) -> ExpressionError {
        let text = self.text(at);
        let before = at.saturating_sub(1);
        let instead = match text {
            "and" | "AND" | "And" => Some("&&"),
            "or" | "OR" | "Or" => Some("||"),
            "is" | "eq" | "equals" => Some("=="),
            "gt" => Some(">"),
            "lt" => Some("<"),
            _ => None,
        };
        if let (Some(TokenKind::Name), Some(instead)) = (self.kind(at), instead) {
            let error = self.error(at, format!("`{text}` is not an operator."));
            return error.help(format!("Write `{instead}`."));
        }
        if matches!(text, "not" | "NOT" | "Not") {
            let error = self.error(at, format!("`{text}` is not an operator."));
            return error.help("Write `!`, and brackets: !(x in [1, 2])");
        }
        let message = format!(
            "Expected an operator between `{}` and `{text}`.",
            self.text(before)
        );
        let error = match (self.tokens.get(before), self.tokens.get(at)) {
            (Some(a), Some(b)) => ExpressionError::new(message, a.span.start..b.span.end),
            _ => self.error(at, message),
        };
        match (self.kind(before), self.kind(at)) {
            (Some(TokenKind::Number), Some(TokenKind::Name))
                if self.tokens.get(before).is_some_and(|t| t.unit.is_none()) =>
            {
                error.help(unknown_unit(text))
            }
            _ => error,
        }
    }
}

/// Words that a bracket may follow without making a call.
fn is_word(name: &str) -> bool {
    matches!(
        name,
        "true" | "false" | "null" | "not" | "NOT" | "Not" | "and" | "or"
    ) || RESERVED.contains(&name)
}
