//! IBM Plex Sans in two weights, whose digits are all of one width, and the Phosphor icons.

use std::sync::Arc;

use bevy_egui::egui::{FontData, FontDefinitions, FontFamily, RichText};

const REGULAR: &[u8] = include_bytes!("../../assets/fonts/IBMPlexSans-Regular.ttf");
const SEMIBOLD: &[u8] = include_bytes!("../../assets/fonts/IBMPlexSans-SemiBold.ttf");

/// The heavier weight, for values and headings.
pub fn semibold() -> FontFamily {
    FontFamily::Name("semibold".into())
}

/// Text in the heavier weight.
pub fn strong(text: impl Into<String>) -> RichText {
    RichText::new(text).family(semibold())
}

/// The fonts of the program. Expressions are set in the same face: its digits are tabular.
pub(super) fn definitions() -> FontDefinitions {
    let mut fonts = FontDefinitions::empty();
    let faces = [
        ("plex", FontData::from_static(REGULAR)),
        ("plex-semibold", FontData::from_static(SEMIBOLD)),
        ("phosphor", egui_phosphor::Variant::Regular.font_data()),
    ];
    for (name, data) in faces {
        fonts.font_data.insert(name.to_owned(), Arc::new(data));
    }
    for (family, face) in [
        (FontFamily::Proportional, "plex"),
        (FontFamily::Monospace, "plex"),
        (semibold(), "plex-semibold"),
    ] {
        let faces = vec![face.to_owned(), "phosphor".to_owned()];
        fonts.families.insert(family, faces);
    }
    fonts
}
