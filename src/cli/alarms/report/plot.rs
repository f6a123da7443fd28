//! The alarms of each 10 minutes as an SVG: bars, floods shaded, targets as lines.

use std::fmt::Write as _;

use super::Report;
use crate::alarms::performance::{INTERVAL_MS, span_words};
use crate::panels::format;

const WIDTH: f64 = 1200.0;
const HEIGHT: f64 = 360.0;
const LEFT: f64 = 48.0;
const RIGHT: f64 = 96.0;
const TOP: f64 = 56.0;
const BOTTOM: f64 = 40.0;
/// Higher bars are cut, so that the targets can be told from each other.
const HIGHEST: f64 = 30.0;
/// More bars than this cannot be told from each other: each stands for the most of several periods.
const MOST_BARS: usize = 1_000;

/// The picture.
pub(super) fn svg(report: &Report) -> String {
    let figures = &report.figures;
    let positions = f64::from(figures.positions);
    let most = figures.per_interval.iter().copied().max().unwrap_or(0);
    let most = f64::from(most) / positions;
    let top = most.clamp(12.0, HIGHEST) * 1.1;
    let span_ms = figures.span.length_ms().max(1) as f64;
    let (width, height) = (WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM);
    let x = |at_ms: i64| LEFT + (at_ms - figures.span.from_ms) as f64 / span_ms * width;
    let y = |count: f64| TOP + height - count.min(top) / top * height;
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" \
         font-family=\"sans-serif\" font-size=\"12\">\n\
         <rect width=\"{WIDTH}\" height=\"{HEIGHT}\" fill=\"#F3F4F5\"/>\n\
         <text x=\"{LEFT}\" y=\"24\" font-size=\"16\" fill=\"#1D2329\">{}</text>\n\
         <text x=\"{LEFT}\" y=\"42\" fill=\"#57616B\">{}, alarms in 10 minutes an operator, {most:.0} at most{}</text>\n",
        escaped(&report.title),
        escaped(&span_words(figures.span, &report.zone)),
        if most > top {
            "; higher bars are cut"
        } else {
            ""
        },
    );
    // Writing into a text cannot fail.
    let shade = |out: &mut String, from_ms: i64, until_ms: i64, fill: &str, title: &str| {
        let _ = writeln!(
            out,
            "<rect x=\"{:.1}\" y=\"{TOP}\" width=\"{:.1}\" height=\"{height}\" fill=\"{fill}\">\
             <title>{title}</title></rect>",
            x(from_ms),
            (x(until_ms) - x(from_ms)).max(1.0)
        );
    };
    for gap in &figures.covered.gaps {
        shade(
            &mut out,
            gap.from_ms,
            gap.until_ms,
            "#E4E6E8",
            "not watched",
        );
    }
    for flood in &figures.floods {
        let title = format!("flood: {} alarms", flood.alarms);
        shade(&mut out, flood.from_ms, flood.until_ms, "#C9CED3", &title);
    }
    let group = figures.per_interval.len().div_ceil(MOST_BARS).max(1);
    for (counts, at) in figures.per_interval.chunks(group).zip(0_i64..) {
        let count = f64::from(counts.iter().copied().max().unwrap_or(0)) / positions;
        if count > 0.0 {
            let length_ms = INTERVAL_MS * group as i64;
            let from_ms = figures.span.from_ms + at * length_ms;
            let wide = length_ms as f64 / span_ms * width;
            let _ = writeln!(
                out,
                "<rect x=\"{:.1}\" y=\"{:.1}\" width=\"{:.2}\" height=\"{:.1}\" fill=\"#57616B\"/>",
                x(from_ms),
                y(count),
                wide.max(0.75),
                y(0.0) - y(count)
            );
        }
    }
    for (count, words) in [
        (1.0, "1 acceptable"),
        (2.0, "2 manageable"),
        (10.0, "10 flood"),
    ] {
        let at = y(count);
        let text_at = if count < 1.5 { at + 12.0 } else { at - 2.0 };
        let _ = writeln!(
            out,
            "<line x1=\"{LEFT}\" x2=\"{0}\" y1=\"{at:.1}\" y2=\"{at:.1}\" stroke=\"#1A63A1\" \
             stroke-dasharray=\"4 4\"/><text x=\"{1}\" y=\"{text_at:.1}\" fill=\"#1A63A1\">{words}</text>",
            LEFT + width,
            LEFT + width + 4.0
        );
    }
    for step in 0..=4 {
        let count = (top / 4.0 * f64::from(step)).round();
        let _ = writeln!(
            out,
            "<text x=\"{}\" y=\"{:.1}\" text-anchor=\"end\" fill=\"#57616B\">{count}</text>",
            LEFT - 6.0,
            y(count) + 4.0
        );
        let at_ms = figures.span.from_ms + (span_ms / 4.0 * f64::from(step)) as i64;
        let anchor = if step == 0 { "start" } else { "middle" };
        let _ = writeln!(
            out,
            "<text x=\"{:.1}\" y=\"{}\" text-anchor=\"{anchor}\" fill=\"#57616B\">{}</text>",
            x(at_ms),
            HEIGHT - 14.0,
            format::time(at_ms, i64::MAX, &report.zone)
        );
    }
    out.push_str("</svg>\n");
    out
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}
