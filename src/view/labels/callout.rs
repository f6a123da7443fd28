//! Where the labels of a turbine's parts stand: in a column, with leader lines that do not cross.

use bevy_egui::egui::{Pos2, Rect, Vec2, pos2};

/// Between two labels of a column, points.
const GAP: f32 = 4.0;
/// From what is labelled to the column.
const BESIDE: f32 = 46.0;
/// From the edge of the view.
const MARGIN: f32 = 12.0;
/// Exchanges are tried over all pairs this often at most; a few rounds are enough.
const MOST_ROUNDS: usize = 64;

/// The place of each label, in the order of its anchors; those for which there is no room have none.
/// The first anchors are the most important ones.
pub(super) fn column(
    anchors: &[Pos2],
    beside: Rect,
    size: Vec2,
    area: Rect,
    taken: &[Rect],
) -> Vec<Option<Rect>> {
    let right_room = area.right() - beside.right();
    let left_room = beside.left() - area.left();
    let is_right = right_room + 1.0 >= left_room.min(size.x + BESIDE + MARGIN);
    let left = if is_right {
        (beside.right() + BESIDE).min(area.right() - MARGIN - size.x)
    } else {
        (beside.left() - BESIDE - size.x).max(area.left() + MARGIN)
    };
    let mut inner = area.shrink(MARGIN);
    let strip = Rect::from_x_y_ranges(left..=left + size.x, area.y_range());
    for corner in taken.iter().filter(|t| t.intersects(strip)) {
        if corner.center().y < area.center().y {
            inner.min.y = inner.min.y.max(corner.bottom() + GAP);
        } else {
            inner.max.y = inner.max.y.min(corner.top() - GAP);
        }
    }
    let step = size.y + GAP;
    let room = (((inner.height() + GAP) / step).floor().max(0.0) as usize).min(anchors.len());
    let shown = anchors.get(..room).unwrap_or_default();
    // The one in the middle: one far below the others does not draw the column away from them.
    let mut heights: Vec<f32> = shown.iter().map(|p| p.y).collect();
    heights.sort_by(f32::total_cmp);
    let middle = heights.get(room / 2).copied().unwrap_or_default();
    let height = step * room as f32 - GAP;
    let top = (middle - height / 2.0)
        .min(inner.bottom() - height)
        .max(inner.top());
    let slots: Vec<Rect> = (0..room)
        .map(|i| Rect::from_min_size(pos2(left, top + step * i as f32), size))
        .collect();
    let ends: Vec<Pos2> = slots.iter().map(|s| end(*s, is_right)).collect();
    let order = uncrossed(shown, &ends);
    let placed = order.iter().map(|&slot| slots.get(slot).copied());
    placed
        .chain(anchors.iter().skip(room).map(|_| None))
        .collect()
}

/// Where the leader line meets a label: the middle of the side that faces the turbine.
pub(super) fn leader_end(label: Rect, anchor: Pos2) -> Pos2 {
    end(label, anchor.x < label.center().x)
}

fn end(label: Rect, from_left: bool) -> Pos2 {
    if from_left {
        label.left_center()
    } else {
        label.right_center()
    }
}

/// The slot of each anchor, such that no two straight lines from anchor to slot cross. Exchanging two
/// that cross makes both together shorter, so this ends.
fn uncrossed(anchors: &[Pos2], ends: &[Pos2]) -> Vec<usize> {
    let count = anchors.len().min(ends.len());
    let at = |points: &[Pos2], i: usize| points.get(i).copied().unwrap_or(Pos2::ZERO);
    let mut by_height: Vec<usize> = (0..count).collect();
    by_height.sort_by(|&a, &b| at(anchors, a).y.total_cmp(&at(anchors, b).y));
    let mut order = vec![0; count];
    for (slot, &anchor) in by_height.iter().enumerate() {
        if let Some(place) = order.get_mut(anchor) {
            *place = slot;
        }
    }
    for _ in 0..MOST_ROUNDS {
        let mut exchanged = false;
        for i in 0..count {
            for j in i + 1..count {
                let (Some(&a), Some(&b)) = (order.get(i), order.get(j)) else {
                    continue;
                };
                let (p, q) = (at(anchors, i), at(anchors, j));
                let (s, t) = (at(ends, a), at(ends, b));
                if p.distance(t) + q.distance(s) + 1e-3 < p.distance(s) + q.distance(t) {
                    order.swap(i, j);
                    exchanged = true;
                }
            }
        }
        if !exchanged {
            break;
        }
    }
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    fn crosses(a: [Pos2; 2], b: [Pos2; 2]) -> bool {
        let side =
            |[p, q]: [Pos2; 2], r: Pos2| (q.x - p.x) * (r.y - p.y) - (q.y - p.y) * (r.x - p.x);
        side(a, b[0]) * side(a, b[1]) < -1e-2 && side(b, a[0]) * side(b, a[1]) < -1e-2
    }

    #[test]
    fn leader_lines_do_not_cross_and_labels_do_not_overlap() {
        let area = Rect::from_min_size(Pos2::ZERO, Vec2::new(1280.0, 800.0));
        let size = Vec2::new(180.0, 24.0);
        for seed in 0..40_u32 {
            let anchors: Vec<Pos2> = (0..11)
                .map(|i| {
                    let n = (seed * 7919 + i * 104_729) % 65_537;
                    pos2(300.0 + (n % 397) as f32, 250.0 + (n % 283) as f32)
                })
                .collect();
            let beside = Rect::from_min_max(pos2(300.0, 250.0), pos2(700.0, 533.0));
            let placed: Vec<Rect> = column(&anchors, beside, size, area, &[])
                .into_iter()
                .flatten()
                .collect();
            assert_eq!(placed.len(), 11);
            let line = |i: usize| [anchors[i], leader_end(placed[i], anchors[i])];
            for i in 0..11 {
                assert!(area.contains_rect(placed[i]));
                for j in i + 1..11 {
                    assert!(!placed[i].intersects(placed[j]));
                    assert!(!crosses(line(i), line(j)), "seed {seed}: {i} and {j}");
                }
            }
        }
    }

    #[test]
    fn where_there_is_little_room_the_first_ones_are_kept() {
        let area = Rect::from_min_size(Pos2::ZERO, Vec2::new(600.0, 120.0));
        let anchors: Vec<Pos2> = (0..11).map(|i| pos2(100.0 + i as f32, 60.0)).collect();
        let beside = Rect::from_min_max(pos2(100.0, 20.0), pos2(200.0, 100.0));
        let placed = column(&anchors, beside, Vec2::new(150.0, 24.0), area, &[]);
        let kept: Vec<bool> = placed.iter().map(Option::is_some).collect();
        assert_eq!(kept.iter().filter(|k| **k).count(), 3);
        assert!(kept[..3].iter().all(|k| *k));
    }
}
