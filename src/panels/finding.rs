//! A section of the page of findings in a popup.

use bevy_egui::egui::{Frame, Label, Margin, RichText, ScrollArea, Ui};

use crate::panels::frame::Look;
use crate::scene::finding::Finding;
use crate::theme::{SMALL, strong};

/// As wide as a line that is read with ease.
const WIDTH: f32 = 440.0;
const GREATEST_HEIGHT: f32 = 420.0;

/// What a kind of problem is about, with its examples.
pub(super) fn finding_ui(ui: &mut Ui, look: &Look, finding: &Finding) {
    ui.set_width(WIDTH);
    ScrollArea::vertical()
        .max_height(GREATEST_HEIGHT)
        .auto_shrink([false, true])
        .show(ui, |ui| {
            ui.add(Label::new(strong(finding.code)));
            for piece in pieces(finding.text) {
                ui.add_space(8.0);
                match piece {
                    Piece::Words(words) => {
                        ui.add(Label::new(words).wrap());
                    }
                    Piece::Example { title, lines } => {
                        ui.label(look.quiet(title));
                        let frame = Frame::new()
                            .fill(look.theme.ground)
                            .inner_margin(Margin::symmetric(8, 4));
                        frame.show(ui, |ui| {
                            ui.set_width(ui.available_width());
                            ui.add(Label::new(RichText::new(lines).size(SMALL)).wrap());
                        });
                    }
                }
            }
        });
}

enum Piece<'f> {
    Words(String),
    Example { title: &'static str, lines: &'f str },
}

/// Paragraphs and examples; of Markdown's marks only those are in the page that this takes out.
fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    for (at, part) in text.split("```").enumerate() {
        if at % 2 == 1 {
            let (info, lines) = part.split_once('\n').unwrap_or((part, ""));
            let title = if info.contains(" bad") {
                "Told of"
            } else {
                "Not told of"
            };
            let lines = lines.trim_end();
            pieces.push(Piece::Example { title, lines });
            continue;
        }
        for paragraph in part.split("\n\n").map(str::trim).filter(|p| !p.is_empty()) {
            let words = paragraph
                .trim_start_matches("*Error.* ")
                .trim_start_matches("*Warning.* ");
            pieces.push(Piece::Words(without_links(words).replace('`', "")));
        }
    }
    pieces
}

/// `[rules.md](rules.md)` as `rules.md`.
fn without_links(words: &str) -> String {
    let mut plain = String::new();
    let mut rest = words;
    while let Some((before, link)) = rest.split_once('[')
        && let Some((name, target)) = link.split_once("](")
        && let Some((_, after)) = target.split_once(')')
    {
        plain.push_str(before);
        plain.push_str(name);
        rest = after;
    }
    plain.push_str(rest);
    plain
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::finding::findings;

    #[test]
    fn no_mark_of_markdown_is_left_in_any_section() {
        for finding in findings() {
            for piece in pieces(finding.text) {
                let words = match piece {
                    Piece::Words(words) => words,
                    Piece::Example { title, .. } => title.to_owned(),
                };
                let has_mark = ["`", "**", "](", "*Error", "*Warning"].map(|m| words.contains(m));
                assert!(!has_mark.contains(&true), "{}: {words}", finding.code);
            }
        }
    }
}
