//! Jexl 2.3.0's parser: a state machine that hangs nodes into a tree, with its peculiarities.
//!
//! The original is a parser with parsers within; here those stand on a stack, so that no source can
//! exhaust the stack of the program.

use std::ops::Range;
use std::sync::Arc;

use super::lexer::{Kind, Literal, Token, tokens};
use super::value::JsValue;

/// Parsers within parsers, and nodes within nodes.
const DEEPEST: usize = 1_000;
/// A longer expression is not one that an engineer wrote.
const LONGEST_BYTES: usize = 65_536;

/// Why a source is no expression: as Jexl says it, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxError {
    /// As Jexl says it.
    pub message: String,
    /// Bytes of the source.
    pub span: Range<usize>,
}

/// A node, as an index into [`Tree::nodes`].
pub(super) type Id = usize;

/// What a node does.
#[derive(Debug, Clone)]
pub(super) enum Node {
    Literal(JsValue),
    /// A name of the context, or of the element that a filter looks at.
    Name {
        slot: usize,
        relative: bool,
    },
    /// `from.name`
    Property {
        from: Id,
        name: Arc<str>,
    },
    Binary {
        op: Binary,
        left: Id,
        right: Option<Id>,
    },
    Not(Option<Id>),
    Conditional {
        test: Option<Id>,
        yes: Option<Id>,
        no: Option<Id>,
    },
    Filter {
        subject: Id,
        by: Option<Id>,
        relative: bool,
    },
    /// There are neither functions nor transforms: an error once it is evaluated.
    Call {
        what: &'static str,
        name: Arc<str>,
    },
    Array(Vec<Id>),
    Object(Vec<(Arc<str>, Option<Id>)>),
}

/// Operators of two operands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Binary {
    Add,
    Subtract,
    Multiply,
    Divide,
    FloorDivide,
    Remainder,
    Power,
    Equal,
    NotEqual,
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
    And,
    Or,
    In,
}

impl Binary {
    fn named(text: &str) -> Option<Self> {
        Some(match text {
            "+" => Self::Add,
            "-" => Self::Subtract,
            "*" => Self::Multiply,
            "/" => Self::Divide,
            "//" => Self::FloorDivide,
            "%" => Self::Remainder,
            "^" => Self::Power,
            "==" => Self::Equal,
            "!=" => Self::NotEqual,
            ">" => Self::Greater,
            ">=" => Self::GreaterOrEqual,
            "<" => Self::Less,
            "<=" => Self::LessOrEqual,
            "&&" => Self::And,
            "||" => Self::Or,
            "in" => Self::In,
            _ => return None,
        })
    }

    fn precedence(self) -> u8 {
        match self {
            Self::And | Self::Or => 10,
            Self::Add | Self::Subtract => 30,
            Self::Multiply | Self::Divide | Self::FloorDivide => 40,
            Self::Remainder | Self::Power => 50,
            _ => 20,
        }
    }
}

/// A parsed expression.
#[derive(Debug, Clone)]
pub(super) struct Tree {
    pub nodes: Vec<Node>,
    /// Where each node's token stands.
    pub spans: Vec<Range<usize>>,
    /// `None` of an expression without any.
    pub root: Option<Id>,
    /// Names of the context, by slot.
    pub names: Vec<Arc<str>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    ExpectOperand,
    ExpectBinOp,
    ExpectTransform,
    ExpectObjKey,
    ExpectKeyValSep,
    PostTransform,
    PostArgs,
    Identifier,
    Traverse,
    Filter,
    SubExpression,
    ArgVal,
    ObjVal,
    ArrayVal,
    TernaryMid,
    TernaryEnd,
}

/// Tokens that end a parser within, and the state in which they leave the one around it.
type Stops = &'static [(Kind, State)];

impl State {
    /// Whether it is a parser within that goes on; which tokens end that.
    fn within(self) -> Option<Option<Stops>> {
        Some(match self {
            Self::Filter => Some(&[(Kind::CloseBracket, Self::Identifier)]),
            Self::SubExpression => Some(&[(Kind::CloseParen, Self::ExpectBinOp)]),
            Self::ArgVal => Some(&[
                (Kind::Comma, Self::ArgVal),
                (Kind::CloseParen, Self::PostArgs),
            ]),
            Self::ObjVal => Some(&[
                (Kind::Comma, Self::ExpectObjKey),
                (Kind::CloseCurl, Self::ExpectBinOp),
            ]),
            Self::ArrayVal => Some(&[
                (Kind::Comma, Self::ArrayVal),
                (Kind::CloseBracket, Self::ExpectBinOp),
            ]),
            Self::TernaryMid => Some(&[(Kind::Colon, Self::TernaryEnd)]),
            // What ends the parser around it.
            Self::TernaryEnd => None,
            _ => return None,
        })
    }

    fn is_completable(self) -> bool {
        matches!(
            self,
            Self::ExpectBinOp
                | Self::PostTransform
                | Self::PostArgs
                | Self::Identifier
                | Self::TernaryEnd
        )
    }
}

/// One parser.
struct Frame {
    state: State,
    stops: Stops,
    tree: Option<Id>,
    cursor: Option<Id>,
    encapsulates: bool,
    next_is_relative: bool,
    is_relative: bool,
    key: Arc<str>,
}

impl Frame {
    fn new(stops: Stops) -> Self {
        Self {
            state: State::ExpectOperand,
            stops,
            tree: None,
            cursor: None,
            encapsulates: false,
            next_is_relative: false,
            is_relative: false,
            key: "".into(),
        }
    }
}

/// Parses a source; `odd` as in [`tokens`].
pub(super) fn parse(source: &str, odd: &[&str]) -> Result<Tree, SyntaxError> {
    if source.len() > LONGEST_BYTES {
        let message = format!(
            "The expression is {} bytes long; {LONGEST_BYTES} is the most.",
            source.len()
        );
        return Err(SyntaxError {
            message,
            span: 0..0,
        });
    }
    let tokens = tokens(source, odd).map_err(|(message, span)| SyntaxError { message, span })?;
    let mut parser = Parser {
        tree: Tree {
            nodes: Vec::new(),
            spans: Vec::new(),
            root: None,
            names: Vec::new(),
        },
        parents: Vec::new(),
        frames: vec![Frame::new(&[])],
        read: String::new(),
        span: 0..0,
    };
    for token in &tokens {
        parser.read.push_str(&token.raw);
        parser.span = token.start..token.end;
        parser.add(token)?;
    }
    parser.span = source.len()..source.len();
    // From the outermost: each says first whether it may end here.
    for frame in &parser.frames {
        parser.check_end(frame)?;
    }
    loop {
        let ast = parser.pop();
        if parser.frames.is_empty() {
            parser.tree.root = ast;
            break;
        }
        parser.give(ast)?;
    }
    parser.check_depth()?;
    Ok(parser.tree)
}

struct Parser {
    tree: Tree,
    /// By node.
    parents: Vec<Option<Id>>,
    /// The outermost first; never empty while tokens are added.
    frames: Vec<Frame>,
    /// The source up to this token, as messages repeat it.
    read: String,
    span: Range<usize>,
}

type Outcome<T = ()> = Result<T, SyntaxError>;

impl Parser {
    fn error<T>(&self, message: impl Into<String>) -> Outcome<T> {
        Err(SyntaxError {
            message: message.into(),
            span: self.span.clone(),
        })
    }

    fn check_end(&self, frame: &Frame) -> Outcome {
        if frame.cursor.is_some() && !frame.state.is_completable() {
            return self.error(format!("Unexpected end of expression: {}", self.read));
        }
        Ok(())
    }

    /// Takes the innermost parser and what it made.
    fn pop(&mut self) -> Option<Id> {
        let frame = self.frames.pop()?;
        frame.cursor.and(frame.tree)
    }

    fn add(&mut self, token: &Token) -> Outcome {
        let (state, stops) = loop {
            let Some(top) = self.frames.last() else {
                return Ok(());
            };
            let Some(within) = top.state.within() else {
                break (top.state, top.stops);
            };
            if self.frames.len() >= DEEPEST {
                return self.error(format!(
                    "The expression is nested more than {DEEPEST} deep."
                ));
            }
            let stops = within.unwrap_or(top.stops);
            self.frames.push(Frame::new(stops));
        };
        if self.step(state, token)? {
            return Ok(());
        }
        let Some(&(_, next)) = stops.iter().find(|(kind, _)| *kind == token.kind) else {
            return self.error(format!(
                "Token {} ({}) unexpected in expression: {}",
                token.raw,
                token.kind.name(),
                self.read
            ));
        };
        // The end of a parser, and of those around it that end with it.
        loop {
            if let Some(frame) = self.frames.last() {
                self.check_end(frame)?;
            }
            let relative = self.frames.last().is_some_and(|f| f.is_relative);
            let ast = self.pop();
            self.give_as(ast, relative)?;
            let Some(top) = self.frames.last_mut() else {
                return Ok(());
            };
            if top.state != State::TernaryEnd {
                top.state = next;
                return Ok(());
            }
        }
    }

    /// What a token does in a state that has no parser within; whether it does anything.
    fn step(&mut self, state: State, token: &Token) -> Outcome<bool> {
        use State::{
            ArgVal, ArrayVal, ExpectBinOp, ExpectKeyValSep, ExpectObjKey, ExpectOperand,
            ExpectTransform, Filter, Identifier, ObjVal, PostArgs, PostTransform, SubExpression,
            TernaryMid, Traverse,
        };
        let next = match (state, token.kind) {
            (ExpectOperand, Kind::Literal) => {
                let value = match &token.literal {
                    Some(Literal::Number(number)) => JsValue::Number(*number),
                    Some(Literal::Boolean(truth)) => JsValue::Boolean(*truth),
                    Some(Literal::Text(text)) => JsValue::Text(text.as_str().into()),
                    None => JsValue::Undefined,
                };
                self.place_new(Node::Literal(value))?;
                ExpectBinOp
            }
            (ExpectOperand | Traverse, Kind::Identifier) => {
                self.identifier(&token.text)?;
                Identifier
            }
            (ExpectOperand, Kind::UnaryOp) => {
                self.place_new(Node::Not(None))?;
                ExpectOperand
            }
            (ExpectOperand, Kind::OpenParen) => SubExpression,
            (ExpectOperand, Kind::OpenCurl) => {
                self.place_new(Node::Object(Vec::new()))?;
                ExpectObjKey
            }
            (ExpectOperand, Kind::OpenBracket) => {
                self.place_new(Node::Array(Vec::new()))?;
                ArrayVal
            }
            (ExpectOperand | ExpectBinOp | PostTransform | PostArgs | Identifier, Kind::Dot) => {
                self.dot();
                Traverse
            }
            (ExpectBinOp | PostTransform | PostArgs | Identifier, Kind::BinaryOp) => {
                self.binary(&token.text)?;
                ExpectOperand
            }
            (ExpectBinOp | PostTransform | PostArgs | Identifier, Kind::Pipe) => ExpectTransform,
            (ExpectBinOp | Identifier, Kind::Question) => {
                self.ternary();
                TernaryMid
            }
            (PostTransform | PostArgs | Identifier, Kind::OpenBracket) => Filter,
            (ExpectTransform, Kind::Identifier) => {
                self.place_before_cursor("Transform", &token.text)?;
                PostTransform
            }
            (PostTransform, Kind::OpenParen) => ArgVal,
            (Identifier, Kind::OpenParen) => {
                let name = self.cursor_name();
                self.place_before_cursor("Jexl Function", &name)?;
                ArgVal
            }
            (ExpectObjKey, Kind::Identifier) => {
                let key = token.text.as_str().into();
                if let Some(top) = self.frames.last_mut() {
                    top.key = key;
                }
                ExpectKeyValSep
            }
            (ExpectObjKey, Kind::CloseCurl) => ExpectBinOp,
            (ExpectKeyValSep, Kind::Colon) => ObjVal,
            _ => return Ok(false),
        };
        if let Some(top) = self.frames.last_mut() {
            top.state = next;
        }
        Ok(true)
    }

    fn new_node(&mut self, node: Node) -> Id {
        self.tree.nodes.push(node);
        self.tree.spans.push(self.span.clone());
        self.parents.push(None);
        self.tree.nodes.len() - 1
    }

    fn place_new(&mut self, node: Node) -> Outcome {
        let id = self.new_node(node);
        self.place_at_cursor(Some(id))
    }

    fn place_at_cursor(&mut self, id: Option<Id>) -> Outcome {
        let Some(cursor) = self.frames.last().and_then(|f| f.cursor) else {
            if let Some(top) = self.frames.last_mut() {
                top.tree = id;
                top.cursor = id;
            }
            return Ok(());
        };
        let node = self.tree.nodes.get_mut(cursor);
        if let Some(Node::Binary { right, .. } | Node::Not(right)) = node {
            *right = id;
        }
        let Some(node) = id else {
            return self.error("Object.defineProperty called on non-object");
        };
        if let Some(parent) = self.parents.get_mut(node) {
            *parent = Some(cursor);
        }
        if let Some(top) = self.frames.last_mut() {
            top.cursor = id;
        }
        Ok(())
    }

    fn parent(&self, id: Id) -> Option<Id> {
        self.parents.get(id).copied().flatten()
    }

    /// Puts a node where the cursor stands, which it has taken in.
    fn replace_cursor(&mut self, node: Id) -> Outcome {
        let cursor = self.frames.last().and_then(|f| f.cursor);
        let parent = cursor.and_then(|c| self.parent(c));
        if let Some(top) = self.frames.last_mut() {
            top.cursor = parent;
        }
        self.place_at_cursor(Some(node))
    }

    fn place_before_cursor(&mut self, what: &'static str, name: &str) -> Outcome {
        if self.frames.last().is_some_and(|f| f.cursor.is_none()) {
            return self.error("Cannot read properties of null (reading '_parent')");
        }
        let name = name.into();
        let node = self.new_node(Node::Call { what, name });
        self.replace_cursor(node)
    }

    fn cursor_name(&self) -> String {
        let cursor = self.frames.last().and_then(|f| f.cursor);
        match cursor.and_then(|c| self.tree.nodes.get(c)) {
            Some(Node::Name { slot, .. }) => {
                self.tree.names.get(*slot).map_or("", |n| n).to_owned()
            }
            Some(Node::Property { name, .. }) => (**name).to_owned(),
            _ => "undefined".to_owned(),
        }
    }

    fn identifier(&mut self, text: &str) -> Outcome {
        let Some(top) = self.frames.last_mut() else {
            return Ok(());
        };
        if let (true, Some(from)) = (top.encapsulates, top.cursor) {
            top.encapsulates = false;
            let name = text.into();
            let node = self.new_node(Node::Property { from, name });
            return self.replace_cursor(node);
        }
        let relative = std::mem::take(&mut top.next_is_relative);
        let known = self.tree.names.iter().position(|n| **n == *text);
        let slot = known.unwrap_or_else(|| {
            self.tree.names.push(text.into());
            self.tree.names.len() - 1
        });
        self.place_new(Node::Name { slot, relative })
    }

    fn dot(&mut self) {
        let Some(top) = self.frames.last_mut() else {
            return;
        };
        top.encapsulates = match top.cursor.and_then(|c| self.tree.nodes.get(c)) {
            None | Some(Node::Not(_)) => false,
            Some(Node::Binary { right, .. }) => right.is_some(),
            Some(_) => true,
        };
        top.next_is_relative = !top.encapsulates;
        top.is_relative |= top.next_is_relative;
    }

    fn binary(&mut self, text: &str) -> Outcome {
        let Some(op) = Binary::named(text) else {
            return Ok(());
        };
        let Some(mut cursor) = self.frames.last().and_then(|f| f.cursor) else {
            return self.error("Cannot read properties of null (reading '_parent')");
        };
        let mut parent = self.parent(cursor);
        while let Some(id) = parent {
            let binds_tighter = match self.tree.nodes.get(id) {
                Some(Node::Binary { op: other, .. }) => other.precedence() >= op.precedence(),
                Some(Node::Not(_)) => true,
                _ => false,
            };
            if !binds_tighter {
                break;
            }
            cursor = id;
            parent = self.parent(id);
        }
        let node = self.new_node(Node::Binary {
            op,
            left: cursor,
            right: None,
        });
        if let Some(of_cursor) = self.parents.get_mut(cursor) {
            *of_cursor = Some(node);
        }
        if let Some(top) = self.frames.last_mut() {
            top.cursor = parent;
        }
        self.place_at_cursor(Some(node))
    }

    fn ternary(&mut self) {
        let test = self.frames.last().and_then(|f| f.tree);
        let node = self.new_node(Node::Conditional {
            test,
            yes: None,
            no: None,
        });
        if let Some(top) = self.frames.last_mut() {
            top.tree = Some(node);
            top.cursor = Some(node);
        }
    }

    fn give(&mut self, ast: Option<Id>) -> Outcome {
        self.give_as(ast, false)
    }

    /// Hands what the innermost parser made to the one around it.
    fn give_as(&mut self, ast: Option<Id>, relative: bool) -> Outcome {
        let Some(top) = self.frames.last() else {
            return Ok(());
        };
        let (state, cursor, key) = (top.state, top.cursor, Arc::clone(&top.key));
        match state {
            State::SubExpression => return self.place_at_cursor(ast),
            State::Filter => {
                let Some(subject) = cursor else {
                    return Ok(());
                };
                let node = self.new_node(Node::Filter {
                    subject,
                    by: ast,
                    relative,
                });
                return self.replace_cursor(node);
            }
            _ => {}
        }
        let Some(node) = cursor.and_then(|c| self.tree.nodes.get_mut(c)) else {
            return Ok(());
        };
        match (state, node) {
            (State::ArrayVal, Node::Array(all)) => all.extend(ast),
            (State::ObjVal, Node::Object(all)) => match all.iter_mut().find(|(k, _)| *k == key) {
                Some((_, value)) => *value = ast,
                None => all.push((key, ast)),
            },
            (State::TernaryMid, Node::Conditional { yes, .. }) => *yes = ast,
            (State::TernaryEnd, Node::Conditional { no, .. }) => *no = ast,
            // Of arguments: there is no function to call with them.
            _ => {}
        }
        Ok(())
    }

    /// Evaluating goes down the tree, as far as the stack holds.
    fn check_depth(&self) -> Outcome {
        let mut rest: Vec<(Id, usize)> = self.tree.root.map(|r| (r, 1)).into_iter().collect();
        while let Some((id, depth)) = rest.pop() {
            if depth > DEEPEST {
                return self.error(format!(
                    "The expression is nested more than {DEEPEST} deep."
                ));
            }
            if let Some(node) = self.tree.nodes.get(id) {
                rest.extend(node.children().map(|child| (child, depth + 1)));
            }
        }
        Ok(())
    }
}

impl Tree {
    /// Bytes of the source from the first to the last token of a node and those below it.
    pub fn span(&self, id: Id) -> Range<usize> {
        let mut whole = self.spans.get(id).cloned().unwrap_or_default();
        let mut rest = vec![id];
        while let Some(id) = rest.pop() {
            if let (Some(node), Some(span)) = (self.nodes.get(id), self.spans.get(id)) {
                whole = whole.start.min(span.start)..whole.end.max(span.end);
                rest.extend(node.children());
            }
        }
        whole
    }
}

impl Node {
    /// The nodes that it is made of.
    pub fn children(&self) -> impl Iterator<Item = Id> {
        let (few, several, table): ([Option<Id>; 3], &[Id], &[(Arc<str>, Option<Id>)]) = match self
        {
            Self::Literal(_) | Self::Name { .. } | Self::Call { .. } => ([None; 3], &[], &[]),
            Self::Property { from, .. } => ([Some(*from), None, None], &[], &[]),
            Self::Binary { left, right, .. } => ([Some(*left), *right, None], &[], &[]),
            Self::Not(a) => ([*a, None, None], &[], &[]),
            Self::Conditional { test, yes, no } => ([*test, *yes, *no], &[], &[]),
            Self::Filter { subject, by, .. } => ([Some(*subject), *by, None], &[], &[]),
            Self::Array(all) => ([None; 3], all, &[]),
            Self::Object(all) => ([None; 3], &[], all),
        };
        let table = table.iter().filter_map(|(_, id)| *id);
        few.into_iter()
            .flatten()
            .chain(several.iter().copied())
            .chain(table)
    }
}
