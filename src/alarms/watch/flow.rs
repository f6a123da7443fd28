//! Whether telemetry flows: the connection stands, and messages come.

use std::time::Duration;

/// Since when telemetry flows, and when anything last came. Times are monotonic.
#[derive(Debug, Default)]
pub(super) struct Flow {
    connected_since: Option<Duration>,
    last_arrival: Option<Duration>,
    flowing_since: Option<Duration>,
}

impl Flow {
    /// Takes note of a frame. It flows from the connection on, and anew from the first message and
    /// after a gap longer than `patience`: every turbine is given the time to speak.
    pub fn follow(
        &mut self,
        now: Duration,
        is_connected: bool,
        has_come: bool,
        patience: Duration,
    ) {
        if !is_connected {
            *self = Self::default();
            return;
        }
        self.connected_since.get_or_insert(now);
        let had_gap = self.silent_for(now) > patience || self.last_arrival.is_none();
        if has_come {
            self.last_arrival = Some(now);
        }
        if self.flowing_since.is_none() || had_gap && has_come {
            self.flowing_since = Some(now);
        }
    }

    /// For how long it has been flowing; zero where it does not.
    pub fn flows_for(&self, now: Duration) -> Duration {
        let since = self.flowing_since;
        since.map_or(Duration::ZERO, |since| now.saturating_sub(since))
    }

    /// For how long nothing has come though there is a connection.
    pub fn silent_for(&self, now: Duration) -> Duration {
        let since = self.last_arrival.max(self.connected_since);
        since.map_or(Duration::ZERO, |since| now.saturating_sub(since))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATIENCE: Duration = Duration::from_secs(30);

    fn at(secs: u64) -> Duration {
        Duration::from_secs(secs)
    }

    #[test]
    fn it_flows_from_the_connection_on_and_anew_after_a_gap() {
        let mut flow = Flow::default();
        flow.follow(at(0), false, false, PATIENCE);
        assert_eq!(flow.flows_for(at(50)), at(0), "no connection");
        flow.follow(at(100), true, false, PATIENCE);
        flow.follow(at(101), true, true, PATIENCE);
        flow.follow(at(125), true, true, PATIENCE);
        assert_eq!(flow.flows_for(at(125)), at(24), "since the first message");
        flow.follow(at(160), true, false, PATIENCE);
        assert_eq!(flow.silent_for(at(160)), at(35));
        flow.follow(at(170), true, true, PATIENCE);
        assert_eq!(flow.flows_for(at(171)), at(1), "the gap counts");
    }

    #[test]
    fn a_lost_connection_begins_anew() {
        let mut flow = Flow::default();
        flow.follow(at(0), true, true, PATIENCE);
        flow.follow(at(40), false, false, PATIENCE);
        flow.follow(at(41), true, false, PATIENCE);
        assert_eq!(flow.flows_for(at(42)), at(1));
        assert_eq!(flow.silent_for(at(42)), at(1));
    }
}
