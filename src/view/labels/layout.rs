//! Greedy placing: each label takes the first of a few places that is free, or none.

use bevy_egui::egui::{Pos2, Rect, Vec2};

/// What is taken already.
#[derive(Debug, Default)]
pub(super) struct Layout {
    taken: Vec<Rect>,
}

impl Layout {
    /// Marks a place as taken.
    pub fn take(&mut self, rect: Rect) {
        self.taken.push(rect);
    }

    /// Whether nothing lies here.
    pub fn is_free(&self, rect: Rect) -> bool {
        self.taken.iter().all(|t| !t.intersects(rect))
    }

    /// A place for a label of this size near its anchor and inside the area: where it was before if
    /// that is free, else above, above to either side, then higher. Taken if found; with it comes which
    /// of the places it is.
    pub fn place(
        &mut self,
        anchor: Pos2,
        size: Vec2,
        area: Rect,
        lift: f32,
        before: Option<u8>,
    ) -> Option<(Rect, u8)> {
        let inner = area.shrink(4.0);
        let (w, h) = (size.x, size.y);
        let offsets = [
            (0.0, lift),
            (w * 0.5 + 6.0, lift * 0.6),
            (-w * 0.5 - 6.0, lift * 0.6),
            (0.0, lift + h + 4.0),
            (w * 0.5 + 6.0, lift + h + 4.0),
            (-w * 0.5 - 6.0, lift + h + 4.0),
            (0.0, lift + 2.0 * h + 8.0),
        ];
        let places = (0_u8..).zip(offsets);
        let first = places.clone().filter(|(i, _)| Some(*i) == before);
        for (slot, (dx, dy)) in first.chain(places) {
            let centre = Pos2::new(anchor.x + dx, anchor.y - dy - h / 2.0);
            let rect = Rect::from_center_size(centre, size);
            if inner.contains_rect(rect) && self.is_free(rect.expand(2.0)) {
                self.take(rect);
                return Some((rect, slot));
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_never_overlap_and_stay_inside() {
        let area = Rect::from_min_size(Pos2::new(40.0, 40.0), Vec2::new(400.0, 300.0));
        let mut layout = Layout::default();
        let placed: Vec<Rect> = (0..200)
            .filter_map(|i| {
                let anchor = Pos2::new((i * 37 % 480) as f32, (i * 53 % 380) as f32);
                let placed = layout.place(anchor, Vec2::new(70.0, 20.0), area, 12.0, None);
                placed.map(|(rect, _)| rect)
            })
            .collect();
        assert!(placed.len() > 5);
        for (i, a) in placed.iter().enumerate() {
            assert!(area.contains_rect(*a));
            assert!(placed.iter().skip(i + 1).all(|b| !a.intersects(*b)));
        }
    }

    #[test]
    fn a_label_stays_where_it_was_while_that_is_free() {
        let area = Rect::from_min_size(Pos2::ZERO, Vec2::new(400.0, 300.0));
        let (anchor, size) = (Pos2::new(200.0, 200.0), Vec2::new(70.0, 20.0));
        let place = |before| Layout::default().place(anchor, size, area, 12.0, before);
        assert_eq!(place(None).map(|(_, slot)| slot), Some(0));
        assert_eq!(place(Some(4)).map(|(_, slot)| slot), Some(4));
        let mut layout = Layout::default();
        if let Some((rect, _)) = place(Some(4)) {
            layout.take(rect);
        }
        let moved = layout.place(anchor, size, area, 12.0, Some(4));
        assert_ne!(moved.map(|(_, slot)| slot), Some(4));
    }
}
