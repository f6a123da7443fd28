//! How the viewer is measured: what `--report` writes.

use std::collections::VecDeque;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use bevy::prelude::*;
use serde::Serialize;

use super::composition::{Counts, Drawn};
use super::detail::FarmMeshes;
use super::farm::Farm;
use super::geometry::Detail;
use super::inside::Opened;
use super::project::Projector;
use super::terrain::LandTile;
use crate::scene::{ActiveScene, SceneReplaced};
use crate::telemetry::{Arrivals, ByHand, TelemetryStatus};

/// Frames and latencies that are kept.
const MOST_KEPT: usize = 65_536;
/// Latencies taken a frame.
const LATENCIES_A_FRAME: usize = 64;

/// When the process started, as near as it can tell.
#[derive(Resource, Debug, Clone, Copy)]
pub struct Started(pub Instant);

/// What was measured so far.
#[derive(Resource, Debug, Default)]
pub struct Measured {
    frames: VecDeque<Duration>,
    latencies_ms: VecDeque<f64>,
    last_frame: Option<Instant>,
    load: Option<Duration>,
    first_frame: Option<Duration>,
    cpu_at_start: Duration,
    frames_since_start: u64,
    triangles: usize,
    triangles_without_detail: usize,
    draw_calls: usize,
    turbines: usize,
    composed: Counts,
    /// Frames since the last reload, until it is measured.
    frames_since_reload: Option<u32>,
    reload: Option<Reload>,
}

/// Frames before and after a reload in which it may be felt.
const FRAMES_AROUND: usize = 8;

/// A scene that was changed on disk while it was open.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Reload {
    /// From the saving of the file to the end of the first frame that shows it, milliseconds.
    pub shown_after_ms: f64,
    /// The longest of the frames around it, milliseconds.
    pub longest_frame_ms: f64,
    /// Half of all frames took no longer.
    pub usual_frame_ms: f64,
}

/// The 50th, 95th and 99th percentile.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct FramePercentiles {
    /// Half are below.
    pub p50: f64,
    /// 19 of 20 are below.
    pub p95: f64,
    /// 99 of 100 are below.
    pub p99: f64,
}

/// The 50th and 99th percentile.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct LatencyPercentiles {
    /// Half are below.
    pub p50: f64,
    /// 99 of 100 are below.
    pub p99: f64,
}

/// The report, as it is written.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    /// From the start of the process to the scene being there.
    pub load_ms: f64,
    /// From the start of the process to the first frame with every turbine in it.
    pub first_frame_ms: f64,
    /// Wall time from frame to frame, without those before the first full one.
    pub frame_ms: FramePercentiles,
    /// CPU time of the whole process (a software driver included) by frame.
    pub cpu_ms_per_frame: f64,
    /// Triangles of the turbines in view.
    pub triangles: usize,
    /// What they would have without levels of detail: each turbine in view at its finest.
    pub triangles_without_detail: usize,
    /// Instanced draws of the turbines in view: one a mesh, whatever their number; and the backdrop.
    pub draw_calls: usize,
    /// Turbines in the scene.
    pub turbines: usize,
    /// Nodes of the scene's composition.
    pub nodes: usize,
    /// Models that stand at nodes.
    pub models: usize,
    /// MQTT messages.
    pub messages: u64,
    /// Values in them.
    pub values: u64,
    /// Values replaced by a newer one before they could be shown.
    pub coalesced: u64,
    /// Payloads that could not be used.
    pub rejected: u64,
    /// From a message's arrival to the end of the frame that shows it; absent without messages.
    pub latency_ms: Option<LatencyPercentiles>,
    /// Resident memory, MiB.
    pub resident_mb: f64,
    /// The last reload; absent without one.
    pub reload: Option<Reload>,
}

pub(super) fn plugin(app: &mut App) {
    app.init_resource::<Measured>()
        .add_systems(Last, (end_frame, measure_reload, count_drawn).chain());
}

impl Measured {
    /// Notes that the frame under way is drawn entirely: what comes before is not measured.
    pub fn first_full_frame(&mut self, started: Instant) {
        self.first_frame = Some(started.elapsed());
        self.frames.clear();
        self.frames_since_start = 0;
        self.last_frame = Some(Instant::now());
        self.cpu_at_start = cpu_time();
    }

    /// The report up to now.
    pub fn report(&self, telemetry: Option<&TelemetryStatus>) -> Report {
        let mut frames: Vec<f64> = self.frames.iter().map(|d| d.as_secs_f64() * 1e3).collect();
        let mut latencies: Vec<f64> = self.latencies_ms.iter().copied().collect();
        frames.sort_by(f64::total_cmp);
        latencies.sort_by(f64::total_cmp);
        let cpu = cpu_time().saturating_sub(self.cpu_at_start);
        let ms = |d: Option<Duration>| d.map_or(0.0, |d| d.as_secs_f64() * 1e3);
        Report {
            load_ms: round(ms(self.load)),
            first_frame_ms: round(ms(self.first_frame)),
            frame_ms: FramePercentiles {
                p50: round(percentile(&frames, 0.50)),
                p95: round(percentile(&frames, 0.95)),
                p99: round(percentile(&frames, 0.99)),
            },
            cpu_ms_per_frame: round(
                cpu.as_secs_f64() * 1e3 / self.frames_since_start.max(1) as f64,
            ),
            triangles: self.triangles,
            triangles_without_detail: self.triangles_without_detail,
            draw_calls: self.draw_calls,
            turbines: self.turbines,
            nodes: self.composed.nodes,
            models: self.composed.models,
            messages: telemetry.map_or(0, |t| t.messages),
            values: telemetry.map_or(0, |t| t.values),
            coalesced: telemetry.map_or(0, |t| t.coalesced),
            rejected: telemetry.map_or(0, |t| t.rejected),
            latency_ms: (!latencies.is_empty()).then(|| LatencyPercentiles {
                p50: round(percentile(&latencies, 0.50)),
                p99: round(percentile(&latencies, 0.99)),
            }),
            resident_mb: round(
                memory_stats::memory_stats().map_or(0.0, |m| m.physical_mem as f64 / 1_048_576.0),
            ),
            reload: self.reload,
        }
    }
}

fn end_frame(
    mut measured: ResMut<Measured>,
    arrivals: Option<Res<Arrivals>>,
    by_hand: Option<Res<ByHand>>,
    active: Option<Res<ActiveScene>>,
    started: Option<Res<Started>>,
) {
    let now = Instant::now();
    if let Some(last) = measured.last_frame.replace(now) {
        keep(&mut measured.frames, now.duration_since(last));
        measured.frames_since_start += 1;
    }
    if active.is_some() && measured.load.is_none() {
        measured.load = started.map(|s| s.0.elapsed());
    }
    let Some(arrivals) = arrivals else { return };
    if by_hand.is_some() {
        // Their times are those of another clock.
        return;
    }
    let now_ms = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0.0, |d| d.as_secs_f64() * 1e3);
    let step = arrivals.0.len().div_ceil(LATENCIES_A_FRAME).max(1);
    for sample in arrivals.0.iter().step_by(step) {
        keep(
            &mut measured.latencies_ms,
            (now_ms - sample.arrival_ms as f64).max(0.0),
        );
    }
}

/// Measures a reload: the frame in which it happened has just ended.
fn measure_reload(
    mut measured: ResMut<Measured>,
    mut replaced: MessageReader<SceneReplaced>,
    active: Option<Res<ActiveScene>>,
) {
    let measured = &mut *measured;
    if replaced.read().any(|r| r.previous.is_some())
        && let Some(active) = active
    {
        let saved = active.scene.files.iter().filter_map(|file| {
            let changed = std::fs::metadata(file).and_then(|facts| facts.modified());
            changed.ok()
        });
        let since = saved.max().and_then(|saved| saved.elapsed().ok());
        let mut frames: Vec<Duration> = measured.frames.iter().copied().collect();
        frames.sort_unstable();
        let usual = frames.get(frames.len() / 2).copied().unwrap_or_default();
        measured.reload = Some(Reload {
            shown_after_ms: round(since.unwrap_or_default().as_secs_f64() * 1e3),
            longest_frame_ms: 0.0,
            usual_frame_ms: round(usual.as_secs_f64() * 1e3),
        });
        measured.frames_since_reload = Some(0);
    }
    let Some(frames) = &mut measured.frames_since_reload else {
        return;
    };
    *frames += 1;
    if *frames as usize == FRAMES_AROUND {
        let around = measured.frames.iter().rev().take(2 * FRAMES_AROUND);
        let longest = around.max().copied().unwrap_or_default();
        if let Some(reload) = &mut measured.reload {
            reload.longest_frame_ms = round(longest.as_secs_f64() * 1e3);
        }
        measured.frames_since_reload = None;
    }
}

fn keep<T>(kept: &mut VecDeque<T>, value: T) {
    if kept.len() >= MOST_KEPT {
        kept.pop_front();
    }
    kept.push_back(value);
}

/// Counts what of the farm is in view, about once a second: the same test that the GPU makes.
fn count_drawn(
    mut measured: ResMut<Measured>,
    projector: Projector,
    active: Option<Res<ActiveScene>>,
    farm: Res<Farm>,
    (meshes, opened): (Res<FarmMeshes>, Res<Opened>),
    land: Query<(&LandTile, &ViewVisibility)>,
    composed: Drawn,
    time: Res<Time<Real>>,
    mut next: Local<f32>,
) {
    let (Some(active), Some(view)) = (active, projector.freeze(None)) else {
        return;
    };
    let turbines = farm.turbine_feet().count();
    let as_before = measured.turbines == turbines && !meshes.is_changed();
    let as_before = as_before && !opened.is_changed();
    if time.elapsed_secs() < *next && as_before {
        return;
    }
    *next = time.elapsed_secs() + 0.5;
    measured.turbines = turbines;
    measured.triangles = 0;
    measured.triangles_without_detail = 0;
    let mut drawn = std::collections::HashSet::new();
    for ((turbine, foot), detail) in active
        .scene
        .turbines
        .iter()
        .zip(&farm.feet)
        .zip(&meshes.shown)
    {
        let Some(d) = farm.dimensions.get(turbine.model) else {
            continue;
        };
        let half_height = d.top_m() / 2.0;
        let radius_m = half_height.hypot(d.reach_m());
        if view.sees_sphere(foot + Vec3::Y * half_height, radius_m) {
            measured.triangles += meshes.triangles(turbine.model, *detail);
            measured.triangles_without_detail += meshes.triangles(turbine.model, Detail::Close);
            drawn.insert((turbine.model, *detail as u8));
        }
    }
    let opened = opened.0.and_then(|row| active.scene.turbine(row));
    let inside = opened.and_then(|t| meshes.inside.get(t.model)?.as_ref());
    measured.triangles += inside.map_or(0, |(_, triangles)| *triangles);
    let seen_tiles = land.iter().filter(|(_, seen)| seen.get());
    let (tiles, triangles) = seen_tiles.fold((0, 0), |(tiles, triangles), (tile, _)| {
        (tiles + 1, triangles + tile.triangles())
    });
    measured.triangles += triangles;
    // Sky and ground are drawn at once, but for a composition alone.
    let backdrop = usize::from(!farm.is_alone);
    measured.draw_calls = drawn.len() + backdrop + tiles + usize::from(inside.is_some());
    measured.composed = composed.counts(&view);
    measured.triangles += measured.composed.triangles;
    measured.triangles_without_detail += measured.composed.triangles;
    measured.draw_calls += measured.composed.draw_calls;
}

fn cpu_time() -> Duration {
    cpu_time::ProcessTime::try_now().map_or(Duration::ZERO, |t| t.as_duration())
}

/// The value below which a fraction of sorted values lies (nearest rank); 0 of none.
fn percentile(sorted: &[f64], fraction: f64) -> f64 {
    let rank = (fraction * sorted.len() as f64).ceil() as usize;
    sorted.get(rank.saturating_sub(1)).copied().unwrap_or(0.0)
}

fn round(value: f64) -> f64 {
    (value * 100.0).round() / 100.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_nearest_ranks() {
        let values: Vec<f64> = (1..=100).map(f64::from).collect();
        assert!((percentile(&values, 0.5) - 50.0).abs() < 1e-9);
        assert!((percentile(&values, 0.99) - 99.0).abs() < 1e-9);
        assert!(percentile(&[], 0.5).abs() < 1e-9);
    }

    #[test]
    fn the_report_has_the_keys_that_the_plan_names() {
        let report = Measured::default().report(None);
        let json = serde_json::to_value(report).unwrap();
        let keys: Vec<&str> = json
            .as_object()
            .unwrap()
            .keys()
            .map(String::as_str)
            .collect();
        for key in [
            "load_ms",
            "first_frame_ms",
            "frame_ms",
            "cpu_ms_per_frame",
            "triangles",
            "triangles_without_detail",
            "draw_calls",
            "turbines",
            "messages",
            "values",
            "coalesced",
            "rejected",
            "latency_ms",
            "resident_mb",
        ] {
            assert!(keys.contains(&key), "{key}");
        }
    }
}
