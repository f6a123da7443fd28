//! When alarms came: each 10 minutes of the span, floods shaded, targets as lines.

use bevy_egui::egui::{Color32, Label, Sense, Stroke, Ui, WidgetInfo, WidgetType};
use egui_plot::{Bar, BarChart, GridMark, HLine, LineStyle, Plot, Span as PlotSpan};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};

use super::worker::Shown;
use crate::alarms::performance::{INTERVAL_MS, Span};
use crate::panels::format;
use crate::panels::frame::Look;
use crate::theme::{SMALL, strong};

const HOUR_MS: f64 = 3_600_000.0;
/// More bars than this cannot be told from each other: each stands for the most of several periods.
const MOST_BARS: usize = 480;
/// Higher bars are cut, so that the targets can be told from each other.
const HIGHEST: u32 = 30;

pub(super) fn plot_ui(ui: &mut Ui, look: &Look, shown: &Shown, height: f32) {
    let (theme, figures) = (look.theme, &shown.figures);
    let span = figures.span;
    let group = figures.per_interval.len().div_ceil(MOST_BARS).max(1);
    ui.horizontal(|ui| {
        ui.label(
            strong("Alarms in 10 minutes")
                .size(SMALL)
                .color(theme.quiet),
        );
        let words = match figures.floods.len() {
            0 => "no flood".to_owned(),
            n => format::counted(n, "flood, shaded", "floods, shaded"),
        };
        ui.label(look.quiet(words));
    });
    let hours = |ms: i64| (ms - span.from_ms) as f64 / HOUR_MS;
    let wide = INTERVAL_MS as f64 * group as f64 / HOUR_MS;
    let bar = |(counts, at): (&[u32], u32)| {
        let most = counts.iter().copied().max().unwrap_or(0);
        let middle = (f64::from(at) + 0.5) * wide;
        Bar::new(middle, f64::from(most))
            .width(wide)
            .fill(theme.quiet)
            .stroke(Stroke::NONE)
    };
    let bars: Vec<Bar> = figures
        .per_interval
        .chunks(group)
        .zip(0..)
        .map(bar)
        .collect();
    let most = figures.per_interval.iter().copied().max().unwrap_or(0);
    let top = f64::from(most.clamp(11, HIGHEST)) * 1.1;
    let marks = thinned(marks(span, &shown.zone), ui.available_width());
    let (at_marks, zone) = (marks.clone(), shown.zone.clone());
    let spacing = span.length_ms() as f64 / HOUR_MS / marks.len().max(1) as f64;
    let from_ms = span.from_ms;
    // Of each span its own: a plot keeps the bounds that it had.
    let response = Plot::new(("alarms in 10 minutes", span.from_ms, span.until_ms))
        .height(height)
        .allow_zoom(false)
        .allow_drag(false)
        .allow_scroll(false)
        .allow_boxed_zoom(false)
        .allow_double_click_reset(false)
        .sense(Sense::hover())
        .show_background(false)
        .grid_color(theme.line)
        .show_grid([false, true])
        .cursor_color(theme.quiet)
        .default_x_bounds(0.0, hours(span.until_ms))
        .default_y_bounds(0.0, top)
        .y_axis_min_width(28.0)
        .x_grid_spacer(move |_| {
            let mark = |(value, _): &(f64, String)| GridMark {
                value: *value,
                // Wide apart enough for labels at full strength.
                step_size: spacing * 4.0,
            };
            at_marks.iter().map(mark).collect()
        })
        .y_grid_spacer(move |_| {
            let step = nice_step(top);
            let count = (top / step) as u32;
            let mark = |n: u32| GridMark {
                value: f64::from(n) * step,
                step_size: step,
            };
            (0..=count).map(mark).collect()
        })
        .x_axis_formatter(move |mark, _| {
            let nearest = marks.iter().find(|(at, _)| (at - mark.value).abs() < 1e-6);
            nearest.map_or_else(String::new, |(_, words)| words.clone())
        })
        .y_axis_formatter(|mark, _| match mark.value {
            // It would meet the first mark of time.
            value if value < 0.5 => String::new(),
            value => format!("{value}"),
        })
        .label_formatter(move |position| {
            let egui_plot::HoverPosition::Elsewhere { position } = position else {
                return None;
            };
            let at_ms = from_ms.saturating_add((position.x * HOUR_MS) as i64);
            Some(format::time(at_ms, at_ms, &zone))
        })
        .show(ui, |plot| {
            for gap in &figures.covered.gaps {
                plot.span(shade(gap.from_ms, gap.until_ms, theme.ground, &hours));
            }
            for flood in &figures.floods {
                // A quarter of an hour is to be seen in a month too.
                let until_ms = flood.until_ms.max(flood.from_ms + span.length_ms() / 250);
                plot.span(shade(flood.from_ms, until_ms, theme.line, &hours));
            }
            plot.bar_chart(
                BarChart::new("Alarms", bars)
                    .color(theme.quiet)
                    .allow_hover(false),
            );
            for limit in [1.0, 10.0] {
                let line = HLine::new("", limit)
                    .stroke(Stroke::new(1.0, theme.text))
                    .style(LineStyle::dashed_loose())
                    .allow_hover(false);
                plot.hline(line);
            }
        })
        .response;
    let words = format!(
        "Alarms in each 10 minutes: {} in all, {most} at most, {}",
        format::count(figures.rates.alarms),
        format::counted(figures.floods.len(), "flood", "floods")
    );
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Image, true, words.clone()));
    let mut words = "Dashed: 1 is acceptable, above 10 a flood begins".to_owned();
    if group > 1 {
        words.push_str(&format!("; a bar is the most of {group} such times"));
    }
    if f64::from(most) > top {
        words.push_str(&format!("; {most} at most, cut"));
    }
    ui.add(Label::new(look.quiet(words)).wrap());
}

fn shade(from_ms: i64, until_ms: i64, fill: Color32, hours: &impl Fn(i64) -> f64) -> PlotSpan {
    PlotSpan::new("", hours(from_ms)..=hours(until_ms))
        .fill(fill)
        .border(Stroke::NONE)
}

/// A step of 1, 2 or 5 times a power of ten that gives some four lines.
fn nice_step(top: f64) -> f64 {
    let rough = (top / 4.0).max(1.0);
    let power = 10_f64.powf(rough.log10().floor());
    let factor = [1.0, 2.0, 5.0, 10.0]
        .into_iter()
        .find(|f| f * power >= rough);
    factor.unwrap_or(10.0) * power
}

/// As many of the marks as have room for what stands there.
fn thinned(marks: Vec<(f64, String)>, width: f32) -> Vec<(f64, String)> {
    const LABEL: f32 = 64.0;
    let most = (width / LABEL).max(2.0) as usize;
    let step = marks.len().div_ceil(most).max(1);
    marks.into_iter().step_by(step).collect()
}

/// Where the axis of time has marks, hours from the span's start, and what stands there: hours of the
/// day, days, or Mondays of the site's calendar.
fn marks(span: Span, zone: &TimeZone) -> Vec<(f64, String)> {
    const MOST: usize = 40;
    let days = span.length_ms() as f64 / HOUR_MS / 24.0;
    let at = |ms: i64| Some(Timestamp::from_millisecond(ms).ok()?.to_zoned(zone.clone()));
    let Some(first) = at(span.from_ms).and_then(|z| z.start_of_day().ok()) else {
        return Vec::new();
    };
    let step = match days {
        d if d <= 0.6 => 1.hour(),
        d if d <= 1.6 => 3.hours(),
        d if d <= 3.2 => 12.hours(),
        d if d <= 10.0 => 1.day(),
        d if d <= 40.0 => 5.days(),
        _ => 1.month(),
    };
    let words = if days <= 3.2 { "%H:%M" } else { "%-d %b" };
    let mut marks = Vec::new();
    let mut next = first;
    while next.timestamp().as_millisecond() < span.until_ms && marks.len() < MOST {
        let ms = next.timestamp().as_millisecond();
        if ms >= span.from_ms {
            let hours = (ms - span.from_ms) as f64 / HOUR_MS;
            marks.push((hours, next.strftime(words).to_string()));
        }
        let Ok(later) = next.checked_add(step) else {
            break;
        };
        next = later;
    }
    marks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_at_hours_and_days_of_the_site() {
        let zone = TimeZone::get("Europe/Copenhagen").expect("the zone is known");
        let ms = |text: &str| text.parse::<Timestamp>().expect("a time").as_millisecond();
        let of = |from: &str, until: &str| {
            let span = Span {
                from_ms: ms(from),
                until_ms: ms(until),
            };
            marks(span, &zone)
        };
        let week = of("2026-03-22T23:00Z", "2026-03-30T22:00Z");
        assert_eq!(week.len(), 8);
        assert_eq!(week[0], (0.0, "23 Mar".to_owned()));
        // The day before has 23 hours.
        assert_eq!(week[7].0, 7.0 * 24.0 - 1.0);
        let shift = of("2026-11-16T05:00Z", "2026-11-16T13:00Z");
        assert_eq!(shift[0], (0.0, "06:00".to_owned()));
        assert_eq!(shift.len(), 8);
    }

    #[test]
    fn steps_are_round() {
        assert_eq!(nice_step(12.0), 5.0);
        assert_eq!(nice_step(3.0), 1.0);
        assert_eq!(nice_step(150.0), 50.0);
    }
}
