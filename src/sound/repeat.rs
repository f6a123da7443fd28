//! What sounds now: a sound for what is new, one for a burst, repeated while nobody has acknowledged.

use std::time::Duration;

use crate::scene::Priority;

/// What follows within this time is of the same burst: it is not announced by itself.
const BURST: Duration = Duration::from_secs(3);

/// What is to be heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Cue {
    /// The most urgent priority of what stands.
    pub stands: Option<Priority>,
    /// The most urgent of what is new.
    pub announced: Option<Priority>,
}

/// How long after a sound began it is repeated (IEC 60601-1-8 has 2.5 to 15 s for high priority, up to
/// 30 s for medium, and more than 15 s for low).
pub fn repeat_after(priority: Priority) -> Duration {
    Duration::from_secs(match priority {
        Priority::Critical => 8,
        Priority::High => 15,
        Priority::Medium => 30,
        Priority::Low => 60,
    })
}

/// Decides what sounds, by a clock that counts up.
#[derive(Debug, Default)]
pub struct Repeats {
    stands: Option<Priority>,
    /// What sounded last, and when it began.
    last: Option<(Priority, Duration)>,
    /// The most urgent that was announced in the present burst, and when the burst last grew.
    burst: Option<(Priority, Duration)>,
}

impl Repeats {
    /// Takes in what is to be heard; gives what is to sound at once.
    pub fn hear(&mut self, cue: Cue, now: Duration) -> Option<Priority> {
        self.stands = cue.stands;
        if self.stands.is_none() {
            // Whatever comes next is new.
            self.last = None;
            self.burst = None;
            return None;
        }
        if let Some(announced) = cue.announced {
            let burst = self
                .burst
                .filter(|(_, grew)| now.saturating_sub(*grew) < BURST);
            let covered = burst.is_some_and(|(of, _)| of <= announced);
            self.burst = Some((burst.map_or(announced, |(of, _)| of.min(announced)), now));
            if !covered {
                return self.sounds(announced, now);
            }
        }
        self.due(now)
    }

    /// What is to sound anew by now.
    pub fn due(&mut self, now: Duration) -> Option<Priority> {
        match self.next()? {
            at if at <= now => self.sounds(self.stands?, now),
            _ => None,
        }
    }

    /// When something is to sound, if nothing changes.
    pub fn next(&self) -> Option<Duration> {
        let stands = self.stands?;
        Some(match self.last {
            // What stands from before the program's start, or was silenced and announced again.
            None => Duration::ZERO,
            Some((_, began)) => began + repeat_after(stands),
        })
    }

    fn sounds(&mut self, priority: Priority, now: Duration) -> Option<Priority> {
        self.last = Some((priority, now));
        Some(priority)
    }
}

#[cfg(test)]
mod tests {
    use Priority::{Critical, High, Low};

    use super::*;

    fn at(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    fn new(priority: Priority) -> Cue {
        Cue {
            stands: Some(priority),
            announced: Some(priority),
        }
    }

    fn stands(priority: Priority) -> Cue {
        Cue {
            stands: Some(priority),
            announced: None,
        }
    }

    #[test]
    fn a_new_alarm_sounds_once_and_again_after_its_time() {
        let mut repeats = Repeats::default();
        assert_eq!(repeats.hear(new(High), at(100)), Some(High));
        assert_eq!(repeats.hear(stands(High), at(101)), None);
        assert_eq!(repeats.next(), Some(at(115)));
        assert_eq!(repeats.due(at(114)), None);
        assert_eq!(repeats.due(at(115)), Some(High));
        assert_eq!(repeats.next(), Some(at(130)));
        assert_eq!(repeats.hear(Cue::default(), at(120)), None);
        assert_eq!(repeats.due(at(130)), None);
    }

    #[test]
    fn a_burst_of_many_is_one_sound() {
        let mut repeats = Repeats::default();
        let mut heard = Vec::new();
        // A hundred alarms within ten seconds.
        for n in 0..100 {
            let now = Duration::from_millis(100 * n);
            heard.extend(repeats.hear(new(High), now));
        }
        assert_eq!(heard, [High]);
        // The next one after a pause is another.
        assert_eq!(repeats.hear(new(High), at(14)), Some(High));
    }

    #[test]
    fn what_is_more_urgent_sounds_at_once_and_what_is_less_does_not() {
        let mut repeats = Repeats::default();
        assert_eq!(repeats.hear(new(Low), at(0)), Some(Low));
        assert_eq!(repeats.hear(new(Critical), at(1)), Some(Critical));
        let low = Cue {
            stands: Some(Critical),
            announced: Some(Low),
        };
        assert_eq!(repeats.hear(low, at(2)), None);
        assert_eq!(repeats.due(at(9)), Some(Critical));
        // Once the urgent one is acknowledged, the rest goes on in its own time.
        assert_eq!(repeats.hear(stands(Low), at(10)), None);
        assert_eq!(repeats.next(), Some(at(69)));
    }

    #[test]
    fn what_stood_before_the_start_is_heard_and_after_silence_only_what_is_new() {
        let mut repeats = Repeats::default();
        assert_eq!(repeats.hear(stands(High), at(5)), Some(High));
        assert_eq!(repeats.hear(Cue::default(), at(6)), None);
        assert_eq!(repeats.next(), None);
        assert_eq!(repeats.hear(new(Low), at(7)), Some(Low));
    }
}
