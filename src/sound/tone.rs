//! Tone patterns, one a priority, after the manner of IEC 60601-1-8: the more urgent, the more pulses,
//! the faster and the higher.

use std::f64::consts::TAU;

use crate::scene::Priority;

/// Samples a second, of one channel.
pub const SAMPLES_PER_S: u32 = 44_100;
/// Of the fundamental and its harmonics: with some, a tone is found in the room, and heard over noise.
const HARMONICS: [f64; 4] = [1.0, 0.5, 0.33, 0.2];
/// Of the largest sample.
const LOUDNESS: f64 = 0.7;

/// A pattern: pulses of one pitch, at their times.
struct Pattern {
    pitch_hz: f64,
    pulse_s: f64,
    /// Rise and fall of a pulse: a sudden one would click.
    ramp_s: f64,
    /// When each begins.
    begins_s: &'static [f64],
}

fn pattern(priority: Priority) -> Pattern {
    match priority {
        // Three and two, twice.
        Priority::Critical => Pattern {
            pitch_hz: 784.0,
            pulse_s: 0.1,
            ramp_s: 0.02,
            begins_s: &[0.0, 0.15, 0.3, 0.55, 0.7, 1.2, 1.35, 1.5, 1.75, 1.9],
        },
        // Three and two.
        Priority::High => Pattern {
            pitch_hz: 659.0,
            pulse_s: 0.13,
            ramp_s: 0.025,
            begins_s: &[0.0, 0.2, 0.4, 0.75, 0.95],
        },
        Priority::Medium => Pattern {
            pitch_hz: 523.0,
            pulse_s: 0.18,
            ramp_s: 0.04,
            begins_s: &[0.0, 0.35, 0.7],
        },
        Priority::Low => Pattern {
            pitch_hz: 392.0,
            pulse_s: 0.22,
            ramp_s: 0.06,
            begins_s: &[0.0],
        },
    }
}

/// How long the pattern of a priority is.
pub fn seconds(priority: Priority) -> f64 {
    let pattern = pattern(priority);
    let last = pattern.begins_s.last().copied().unwrap_or_default();
    last + pattern.pulse_s
}

/// The pattern of a priority at a volume from 0 to 1.
pub fn samples(priority: Priority, volume: f32) -> Vec<i16> {
    let rate = f64::from(SAMPLES_PER_S);
    let Pattern {
        pitch_hz,
        pulse_s,
        ramp_s,
        begins_s,
    } = pattern(priority);
    let loudest: f64 = HARMONICS.iter().sum();
    let scale = f64::from(i16::MAX) * LOUDNESS * f64::from(volume.clamp(0.0, 1.0)) / loudest;
    let mut samples = vec![0; (seconds(priority) * rate).ceil() as usize];
    for begins in begins_s {
        let first = (begins * rate) as usize;
        let length = (pulse_s * rate) as usize;
        for (n, sample) in samples.iter_mut().skip(first).take(length).enumerate() {
            let t = n as f64 / rate;
            let from_edge = t.min(pulse_s - t);
            let envelope = 0.5 - 0.5 * (TAU / 2.0 * (from_edge / ramp_s).clamp(0.0, 1.0)).cos();
            let overtones = HARMONICS.iter().zip(1..);
            let wave: f64 = overtones
                .map(|(part, times)| part * (TAU * pitch_hz * f64::from(times) * t).sin())
                .sum();
            *sample = (wave * envelope * scale).round() as i16;
        }
    }
    samples
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tone_does_not_clip_has_no_offset_and_begins_and_ends_in_silence() {
        for priority in Priority::ALL {
            let samples = samples(priority, 1.0);
            let peak = samples.iter().map(|s| s.unsigned_abs()).max().unwrap();
            assert!((10_000..30_000).contains(&peak), "{priority:?} {peak}");
            let sum: i64 = samples.iter().map(|s| i64::from(*s)).sum();
            let mean = sum as f64 / samples.len() as f64;
            assert!(mean.abs() < 20.0, "{priority:?} {mean}");
            assert!(samples[0].abs() < 50 && samples[samples.len() - 1].abs() < 50);
        }
    }

    #[test]
    fn each_priority_has_its_own_length_and_pulses_and_none_lasts_long() {
        let pulses = |priority| {
            // A pulse begins where a hundredth of a second of silence ends.
            let samples = samples(priority, 1.0);
            let chunks: Vec<bool> = samples
                .chunks(SAMPLES_PER_S as usize / 100)
                .map(|chunk| chunk.iter().any(|s| s.unsigned_abs() > 500))
                .collect();
            let first = usize::from(chunks[0]);
            first + chunks.windows(2).filter(|pair| !pair[0] && pair[1]).count()
        };
        assert_eq!(Priority::ALL.map(pulses), [10, 5, 3, 1]);
        for priority in Priority::ALL {
            assert!((0.2..2.1).contains(&seconds(priority)), "{priority:?}");
            let length = samples(priority, 1.0).len() as f64;
            let expected = seconds(priority) * f64::from(SAMPLES_PER_S);
            assert!((length - expected).abs() <= 1.0);
        }
    }

    #[test]
    fn the_volume_goes_from_silence_to_the_whole() {
        assert!(samples(Priority::High, 0.0).iter().all(|s| *s == 0));
        let peak = |volume| {
            let samples = samples(Priority::High, volume);
            f64::from(samples.iter().map(|s| s.unsigned_abs()).max().unwrap())
        };
        assert!((peak(0.5) / peak(1.0) - 0.5).abs() < 0.01);
        assert!(peak(7.0) <= peak(1.0));
    }
}
