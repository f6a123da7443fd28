//! Marks of alarms for which there is no room: those that would pile up become one, with a count.

use bevy_egui::egui::{Pos2, Rect, Vec2, vec2};

use super::choose::Candidate;
use super::layout::Layout;

/// Marks nearer to each other than this, in points, are one.
const NEAR: Vec2 = vec2(48.0, 22.0);
/// A mark that lies under a label joins a cluster within this.
const REACH: f32 = 90.0;

/// A mark that stands for one or more alarmed turbines.
#[derive(Debug, Clone)]
pub(super) struct Cluster<'c> {
    /// The most urgent.
    pub leader: &'c Candidate,
    pub centre: Pos2,
    pub count: usize,
}

/// Puts the marks of these candidates, the most urgent first, where there is room for them.
pub(super) fn clusters<'c>(
    candidates: impl Iterator<Item = &'c Candidate>,
    layout: &mut Layout,
    mark: f32,
) -> Vec<Cluster<'c>> {
    let mut clusters: Vec<Cluster<'c>> = Vec::new();
    for leader in candidates {
        let centre = leader.anchor - vec2(0.0, 4.0 + mark / 2.0);
        let rect = Rect::from_center_size(centre, Vec2::splat(mark + 2.0));
        let is_hidden = !layout.is_free(rect);
        let joined = clusters
            .iter_mut()
            .map(|c| ((c.centre - centre).abs(), c))
            .filter(|(apart, _)| {
                let is_near = apart.x < NEAR.x && apart.y < NEAR.y;
                is_near || (is_hidden && apart.length() < REACH)
            })
            .min_by(|(a, _), (b, _)| a.length_sq().total_cmp(&b.length_sq()));
        if let Some((_, near)) = joined {
            near.count += 1;
            continue;
        }
        layout.take(rect);
        clusters.push(Cluster {
            leader,
            centre,
            count: 1,
        });
    }
    clusters
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fleet::TurbineRow;
    use crate::scene::Priority;
    use crate::view::labels::choose::StandingAlarm;

    fn flood(count: u32, apart: f32) -> Vec<Candidate> {
        let alarmed = |i: u32| Candidate {
            turbine: TurbineRow(i),
            anchor: Pos2::new(
                100.0 + apart * (i % 40) as f32,
                100.0 + apart * (i / 40) as f32,
            ),
            height: 10.0,
            depth_m: 5_000.0,
            alarm: Some(StandingAlarm {
                priority: Priority::High,
                rule: Some(0),
                unacknowledged: true,
            }),
            unknown: false,
            selected: false,
            hovered: false,
            is_told_of: false,
            is_kept: false,
        };
        (0..count).map(alarmed).collect()
    }

    #[test]
    fn a_flood_becomes_few_marks_that_count_every_turbine() {
        let flood = flood(400, 9.0);
        let found = clusters(flood.iter(), &mut Layout::default(), 16.0);
        assert_eq!(found.iter().map(|c| c.count).sum::<usize>(), 400);
        assert!(found.len() < 70, "{}", found.len());
        for (i, a) in found.iter().enumerate() {
            for b in found.iter().skip(i + 1) {
                let apart = (a.centre - b.centre).abs();
                assert!(apart.x >= NEAR.x || apart.y >= NEAR.y);
            }
        }
    }

    #[test]
    fn alarms_that_are_far_apart_keep_their_own_marks() {
        let few = flood(20, 60.0);
        let found = clusters(few.iter(), &mut Layout::default(), 16.0);
        assert!(found.iter().all(|c| c.count == 1));
        assert_eq!(found.len(), 20);
    }

    #[test]
    fn an_alarm_is_shown_even_where_a_label_lies() {
        let one = flood(1, 0.0);
        let mut layout = Layout::default();
        layout.take(Rect::from_center_size(one[0].anchor, Vec2::splat(200.0)));
        assert_eq!(clusters(one.iter(), &mut layout, 16.0).len(), 1);
    }
}
