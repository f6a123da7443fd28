//! The report for people: at most 100 columns.

use std::fmt::Write as _;

use super::Report;
use super::bars::bar;
use crate::alarms::performance::{
    By, Figures, Finding, Measure, Period, Verdict, measures, span_words,
};
use crate::panels::format;
use crate::scene::Priority;

const WIDTH: usize = 100;

/// The report as text. Writing into a text cannot fail.
pub(super) fn text(report: &Report) -> String {
    let mut out = String::new();
    let figures = &report.figures;
    let _ = writeln!(out, "Alarm performance · {}", report.title);
    let _ = writeln!(out, "{}", span_words(report.span(), &report.zone));
    let _ = writeln!(out, "{}", watched(figures, report));
    if figures.positions > 1 {
        let _ = writeln!(
            out,
            "For each of {} operators who share the alarms",
            figures.positions
        );
    }
    let _ = writeln!(out, "\n{:<34}{:>22}   {:<30}State", "", "Figure", "Target");
    for measure in measures(figures) {
        let _ = writeln!(out, "{}", line(&measure));
    }
    if let Some([above_1, above_2, above_5, above_10]) = figures.rates.above_1_2_5_10 {
        let percent = |share: f64| format!("{:.1} %", share * 100.0);
        let _ = writeln!(
            out,
            "\n10-minute periods above 1, 2, 5, 10 alarms: {}, {}, {}, {} of {}",
            percent(above_1),
            percent(above_2),
            percent(above_5),
            percent(above_10),
            format::count(figures.rates.intervals)
        );
    }
    frequent(figures, &mut out);
    floods(report, &mut out);
    waits(figures, &mut out);
    if let Some(by) = report.by {
        periods(report, by, &mut out);
    }
    told(&report.findings(), &mut out);
    out
}

/// How much of the span is known.
fn watched(figures: &Figures, report: &Report) -> String {
    let length = figures.span.length_ms().max(1);
    let percent = figures.covered.ms as f64 / length as f64 * 100.0;
    match figures.covered.gaps.as_slice() {
        [] => "Watched all the time".to_owned(),
        _ if figures.covered.ms == 0 => "Nothing of it is in the journal".to_owned(),
        gaps => {
            let first = gaps.first().map(|gap| {
                let from = format::time(gap.from_ms, figures.span.until_ms, &report.zone);
                format!(
                    ", the first from {from} for {}",
                    format::duration(gap.length_ms())
                )
            });
            format!(
                "Watched for {percent:.1} % of it ({}): not {}{}",
                format::duration(figures.covered.ms),
                format::counted(gaps.len(), "time", "times"),
                first.unwrap_or_default()
            )
        }
    }
}

fn line(measure: &Measure) -> String {
    let state = match measure.verdict {
        Verdict::NoTarget => "",
        verdict => verdict.words(),
    };
    let text = format!(
        "{:<34}{:>22}   {:<30}{state}",
        measure.name, measure.text, measure.target
    );
    text.trim_end().to_owned()
}

fn heading(out: &mut String, words: &str) {
    let _ = writeln!(out, "\n{words}");
}

fn frequent(figures: &Figures, out: &mut String) {
    let top = figures.most_frequent();
    let Some(most) = top.first() else { return };
    heading(out, "Most frequent");
    for alarm in top {
        let name = cut(&format!("{} {}", alarm.id.object, alarm.id.name), 44);
        let _ = writeln!(
            out,
            "  {name:<44} {:>7} {:>6.1} %  {}",
            format::count(alarm.announced),
            alarm.share * 100.0,
            bar(alarm.share / most.share.max(f64::MIN_POSITIVE), 32)
        );
    }
    if let Some(most) = figures.rules.first() {
        heading(out, "Most frequent, by rule");
        for rule in figures.rules.iter().take(10) {
            let turbines = format::counted(rule.turbines as usize, "turbine", "turbines");
            let name = cut(&format!("{} ({turbines})", rule.name), 44);
            let _ = writeln!(
                out,
                "  {name:<44} {:>7} {:>6.1} %  {}",
                format::count(rule.announced),
                rule.share * 100.0,
                bar(rule.share / most.share.max(f64::MIN_POSITIVE), 32)
            );
        }
    }
}

fn floods(report: &Report, out: &mut String) {
    let figures = &report.figures;
    if figures.floods.is_empty() {
        return;
    }
    heading(out, "Floods");
    for flood in figures.floods.iter().take(10) {
        let _ = writeln!(
            out,
            "  {:<22} for {:<12} {:>6} alarms, up to {} in 10 minutes{}",
            format::time(flood.from_ms, figures.span.until_ms, &report.zone),
            format::duration(flood.until_ms - flood.from_ms),
            format::count(flood.alarms),
            flood.most_in_10_min,
            if flood.goes_on { ", goes on" } else { "" }
        );
    }
    if let Some(more) = figures.floods.len().checked_sub(10).filter(|n| *n > 0) {
        let _ = writeln!(out, "  and {more} more");
    }
}

fn waits(figures: &Figures, out: &mut String) {
    if figures.all_waits.count == 0 {
        return;
    }
    heading(out, "Time to acknowledge");
    let time = |ms: Option<i64>| ms.map_or_else(|| "–".to_owned(), format::duration);
    for (priority, waits) in Priority::ALL.iter().zip(&figures.waits) {
        if waits.count > 0 {
            let _ = writeln!(
                out,
                "  {:<10} {:>7}   median {:<14} 90 % within {:<14} longest {}",
                priority.name(),
                format::count(waits.count),
                time(waits.median_ms),
                time(waits.ninety_percent_ms),
                time(waits.longest_ms)
            );
        }
    }
    if figures.missed > 0 {
        let _ = writeln!(
            out,
            "  {} came back before anyone had acknowledged them",
            format::count(figures.missed)
        );
    }
}

fn periods(report: &Report, by: By, out: &mut String) {
    let word = match by {
        By::Shift => "shift",
        By::Day => "day",
        By::Week => "week",
        By::Month => "month",
    };
    heading(out, &format!("By {word}"));
    let _ = writeln!(
        out,
        "  {:<34}{:>8}{:>10}{:>8}{:>9}{:>8}{:>10}",
        "", "Watched", "Alarms", "/10 min", "Most", "Floods", "Stale"
    );
    for (period, figures) in &report.periods {
        let _ = writeln!(out, "{}", period_line(report, period, figures));
    }
    if report.periods.iter().any(|(period, _)| period.is_partial) {
        let _ = writeln!(out, "  * only a part of it lies in the span");
    }
}

fn period_line(report: &Report, period: &Period, figures: &Figures) -> String {
    let star = if period.is_partial { " *" } else { "" };
    let name = format!("{}{star}", span_words(period.span, &report.zone));
    let length = figures.span.length_ms().max(1) as f64;
    let watched = figures.covered.ms as f64 / length * 100.0;
    if figures.covered.ms == 0 {
        return format!("  {:<34}{:>8}", cut(&name, 33), "no data");
    }
    let rate = figures
        .rates
        .per_10_min
        .map_or_else(String::new, |n| format!("{n:.2}"));
    let most = figures
        .rates
        .most_in_10_min
        .map_or_else(String::new, |n| format!("{n:.0}"));
    format!(
        "  {:<34}{:>6.0} %{:>10}{rate:>8}{most:>9}{:>8}{:>10}",
        cut(&name, 33),
        watched,
        format::count(figures.rates.alarms),
        figures.floods.len(),
        figures.standing.most_stale
    )
}

fn told(findings: &[Finding], out: &mut String) {
    if findings.is_empty() {
        return;
    }
    heading(out, "What to do about it");
    for finding in findings {
        let who = match &finding.object {
            Some(object) => format!("{object} {}", finding.name),
            None => finding.name.to_string(),
        };
        let place = finding.place.as_ref().map(|place| format!(" — {place}"));
        let words = format!("{who}: {}{}", finding.words, place.unwrap_or_default());
        wrap(out, "  ", &words);
        wrap(out, "    ", &finding.advice);
    }
}

/// Writes words in lines of at most 100 columns.
fn wrap(out: &mut String, lead: &str, words: &str) {
    let mut line = String::from(lead);
    let mut is_empty = true;
    for word in words.split(' ') {
        if !is_empty && line.chars().count() + 1 + word.chars().count() > WIDTH {
            let _ = writeln!(out, "{line}");
            line = format!("{lead}  ");
            is_empty = true;
        }
        if !is_empty {
            line.push(' ');
        }
        line.push_str(word);
        is_empty = false;
    }
    let _ = writeln!(out, "{line}");
}

/// At most so many characters.
fn cut(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let mut short: String = text.chars().take(most.saturating_sub(1)).collect();
    short.push('…');
    short
}
