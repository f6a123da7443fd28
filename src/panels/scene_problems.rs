//! The problems that the scene room tells of, as the panel shows them.

use bevy::prelude::*;

use crate::panels::ShownProblems;
use crate::panels::problems::Problem;
use crate::scene::{self, SceneProblems, Severity};

/// Follows the problems of the scene that was loaded last.
pub(super) fn follow_problems(found: Option<Res<SceneProblems>>, mut shown: ResMut<ShownProblems>) {
    let Some(found) = found.filter(|f| f.is_changed()) else {
        return;
    };
    let mut problems: Vec<Problem> = found.problems.list().iter().map(as_shown).collect();
    let omitted = found.problems.omitted();
    if omitted > 0 {
        problems.push(Problem {
            is_error: found.has_failed(),
            message: format!("{omitted} more, which are not listed"),
            ..Problem::default()
        });
    }
    shown.set_if_neq(ShownProblems(problems));
}

fn as_shown(problem: &scene::Problem) -> Problem {
    let snippet = problem.excerpt.as_ref().map(|excerpt| {
        let chars = |text: Option<&str>| text.map_or(0, |t| t.chars().count());
        let before = chars(excerpt.text.get(..excerpt.mark.start));
        let marked = chars(excerpt.text.get(excerpt.mark.clone()));
        (excerpt.text.clone(), before, marked)
    });
    Problem {
        is_error: problem.severity == Severity::Error,
        code: problem.code,
        file: problem.file.clone(),
        at: (problem.line, problem.column),
        message: problem.message.clone(),
        place: format!(
            "{}:{}:{}",
            problem.file.display(),
            problem.line,
            problem.column
        ),
        snippet,
        help: problem.help.clone(),
    }
}
