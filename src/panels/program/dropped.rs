//! Files dragged onto the window: a hint while they are over it, and the scene once they are let go.

use std::path::{Path, PathBuf};

use bevy_egui::egui::{Align2, Context, FontId, Id, LayerId, Order, Stroke, StrokeKind, vec2};

use crate::action::Action;
use crate::panels::frame::Look;
use crate::panels::program::ProgramState;
use crate::panels::program::toasts::{Subject, Toast};
use crate::theme::{BODY, TITLE, semibold};

/// Why a file cannot be opened as a scene, in a sentence; `None` if it may be one.
pub fn refusal(path: &Path) -> Option<String> {
    let is_scene = path
        .extension()
        .is_some_and(|e| e.eq_ignore_ascii_case("toml") || e.eq_ignore_ascii_case("json"));
    if is_scene {
        return None;
    }
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    Some(format!(
        "{name} is no scene: scene files end in .toml, TwinMaker's in .json."
    ))
}

/// Follows what is dragged over the window and dropped on it.
pub(super) fn dropped_ui(
    ctx: &Context,
    look: &Look,
    state: &mut ProgramState,
    actions: &mut Vec<Action>,
) {
    if state.dialog.is_open() {
        // It shows what is dropped on it in its folder.
        return;
    }
    let (dropped, hovering) = ctx.input(|i| {
        let dropped: Vec<PathBuf> = i
            .raw
            .dropped_files
            .iter()
            .map(|f| f.path().to_owned())
            .collect();
        let hovering: Vec<Option<PathBuf>> =
            i.raw.hovered_files.iter().map(|f| f.path.clone()).collect();
        (dropped, hovering)
    });
    if !hovering.is_empty() {
        hint(ctx, look, &hovering);
    }
    let scene = dropped.iter().find(|path| refusal(path).is_none());
    match (scene, dropped.first()) {
        (Some(scene), _) => state.open(scene.clone(), actions),
        (None, Some(other)) => {
            if let Some(words) = refusal(other) {
                state
                    .toasts
                    .add(Toast::error(Subject::Given, words), look.now_ms);
            }
        }
        (None, None) => {}
    }
}

/// The whole window says what letting go would do.
fn hint(ctx: &Context, look: &Look, hovering: &[Option<PathBuf>]) {
    let known: Vec<&PathBuf> = hovering.iter().flatten().collect();
    let scene = known.iter().find(|path| refusal(path).is_none());
    let refused = (!known.is_empty() && scene.is_none())
        .then(|| known.first().and_then(|path| refusal(path)))
        .flatten();
    let (title, words) = match (scene, refused) {
        (_, Some(why)) => ("This cannot be opened".to_owned(), why),
        (Some(path), None) => {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            ("Let go to open the scene".to_owned(), name.into_owned())
        }
        (None, None) => ("Let go to open the scene".to_owned(), String::new()),
    };
    let screen = ctx.content_rect();
    let painter = ctx.layer_painter(LayerId::new(Order::Tooltip, Id::new("drop hint")));
    painter.rect_filled(screen, 0.0, look.theme.ground.gamma_multiply(0.94));
    painter.rect_stroke(
        screen.shrink(16.0),
        4.0,
        Stroke::new(2.0, look.theme.accent),
        StrokeKind::Inside,
    );
    let middle = screen.center();
    painter.text(
        middle - vec2(0.0, 16.0),
        Align2::CENTER_CENTER,
        title,
        FontId::new(TITLE, semibold()),
        look.theme.text,
    );
    painter.text(
        middle + vec2(0.0, 16.0),
        Align2::CENTER_CENTER,
        words,
        FontId::proportional(BODY),
        look.theme.quiet,
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_toml_and_json_files_may_be_scenes() {
        assert_eq!(refusal(Path::new("/a/farm.toml")), None);
        assert_eq!(refusal(Path::new("FARM.TOML")), None);
        assert_eq!(refusal(Path::new("plant.scene.json")), None);
        for other in ["layout.csv", "farm", "a.toml/model.glb"] {
            let words = refusal(Path::new(other));
            assert!(words.is_some_and(|w| w.contains(".toml")), "{other}");
        }
    }
}
