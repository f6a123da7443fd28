//! What is told of a scene: problems for people, and the verdict that TwinMaker's viewer gives.

use crate::scene::problem::{Problem, Problems};
use crate::scene::source::Place;

/// What TwinMaker's own viewer makes of a scene.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Verdict {
    /// What it tells, in its order. It stops at what is fatal.
    pub findings: Vec<Finding>,
}

impl Verdict {
    /// Whether the scene is shown.
    pub fn loads(&self) -> bool {
        !self.findings.iter().any(|f| f.is_fatal)
    }
}

/// One thing that TwinMaker's viewer tells of a scene.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The scene is refused for it.
    pub is_fatal: bool,
    /// In its words: the cause of what is fatal; what is wrong, for a warning.
    pub message: String,
    /// What it is about.
    pub subject: String,
}

/// Gathers what is told.
pub(super) struct Report<'a> {
    pub problems: &'a mut Problems,
    pub verdict: Verdict,
}

impl<'a> Report<'a> {
    pub fn new(problems: &'a mut Problems) -> Self {
        Self {
            problems,
            verdict: Verdict::default(),
        }
    }

    /// TwinMaker and this program refuse the scene.
    pub fn fatal(&mut self, code: &'static str, place: Place, cause: impl Into<String>) {
        let cause = cause.into();
        self.refusal(cause.clone());
        self.problems.push(Problem::error(code, place, cause));
    }

    /// The same, in other words than TwinMaker's.
    pub fn fatal_as(&mut self, problem: Problem, cause: impl Into<String>) {
        self.refusal(cause.into());
        self.problems.push(problem);
    }

    /// TwinMaker refuses the scene for it; what this program makes of it is told apart.
    pub fn refusal(&mut self, cause: String) {
        self.find(true, cause, String::new());
    }

    /// TwinMaker warns, and so does this program.
    pub fn warning(&mut self, problem: Problem, message: &str, subject: impl Into<String>) {
        self.find(false, message.to_owned(), subject.into());
        self.problems.push(problem);
    }

    /// TwinMaker says nothing of it.
    pub fn own(&mut self, problem: Problem) {
        self.problems.push(problem);
    }

    fn find(&mut self, is_fatal: bool, message: String, subject: String) {
        if self.verdict.loads() && self.verdict.findings.len() < 10_000 {
            self.verdict.findings.push(Finding {
                is_fatal,
                message,
                subject,
            });
        }
    }
}
