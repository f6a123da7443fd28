//! The other stations: who is there, who lives, and what their clocks say.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::document::{Heartbeat, Presence};

/// A station that was heard within this time lives.
pub const LIVES_FOR: Duration = Duration::from_secs(30);
/// A clock that is further off than this is told.
pub const CLOCKS_AGREE_MS: i64 = 5_000;
/// Stations that are remembered at most.
const MOST_PEERS: usize = 256;

/// What is known of another station.
#[derive(Debug, Clone, Default)]
pub(super) struct Peer {
    session: u64,
    seq: u64,
    heard: Option<Instant>,
    /// By how much its clock is ahead of this one.
    pub ahead_ms: Option<i64>,
    /// What it, or the broker for it, last said.
    pub is_there: bool,
    /// It evaluates alarms.
    pub watches: bool,
}

impl Peer {
    /// It was heard just now: not by a message that some broker kept.
    pub fn lives(&self) -> bool {
        self.heard.is_some_and(|at| at.elapsed() < LIVES_FOR)
    }
}

/// All other stations.
#[derive(Debug, Default)]
pub(super) struct Peers {
    all: HashMap<Arc<str>, Peer>,
    /// Stations that were heard for the first time, or again after long, since it was last asked.
    pub new: Vec<Arc<str>>,
}

impl Peers {
    /// A station lives. True if it did not so far.
    pub fn heartbeat(&mut self, heartbeat: &Heartbeat, now_ms: i64) -> bool {
        let Some(peer) = self.get_mut(&heartbeat.station) else {
            return false;
        };
        // One that comes twice is no sign of life: somebody kept it.
        if peer.session == heartbeat.session && heartbeat.seq <= peer.seq && peer.seq > 0 {
            return false;
        }
        let is_new = !peer.lives() || peer.session != heartbeat.session;
        peer.session = heartbeat.session;
        peer.seq = heartbeat.seq;
        peer.heard = Some(Instant::now());
        peer.ahead_ms = Some(heartbeat.clock_ms.saturating_sub(now_ms));
        if is_new {
            self.new.push(Arc::clone(&heartbeat.station));
        }
        is_new
    }

    /// A station says, or the broker says for it, whether it is there.
    pub fn presence(&mut self, presence: &Presence) {
        let Some(peer) = self.get_mut(&presence.station) else {
            return;
        };
        // The last will of an earlier run says nothing of the present one.
        if !presence.is_there && peer.lives() && peer.session != presence.session {
            return;
        }
        peer.is_there = presence.is_there;
        peer.watches = presence.watches;
        if !presence.is_there {
            peer.heard = None;
        }
    }

    /// A command of the shell has ended. What its clock showed is still of use for what it said last.
    pub fn gone(&mut self, station: &str) {
        if let Some(peer) = self.all.get_mut(station).filter(|peer| !peer.watches) {
            peer.is_there = false;
            peer.heard = None;
        }
    }

    fn get_mut(&mut self, station: &Arc<str>) -> Option<&mut Peer> {
        if self.all.len() >= MOST_PEERS && !self.all.contains_key(station) {
            self.all.retain(|_, peer| peer.watches || peer.lives());
            if self.all.len() >= MOST_PEERS {
                return None;
            }
        }
        Some(self.all.entry(Arc::clone(station)).or_default())
    }

    /// What is known of a station.
    pub fn get(&self, station: &str) -> Option<&Peer> {
        self.all.get(station)
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = (&Arc<str>, &Peer)> {
        self.all.iter()
    }

    /// The connection is lost: nobody is heard.
    pub fn lost(&mut self) {
        for peer in self.all.values_mut() {
            peer.heard = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heartbeat(session: u64, seq: u64, clock_ms: i64) -> Heartbeat {
        let station = "desk-2".into();
        Heartbeat {
            format: 1,
            station,
            session,
            seq,
            up_ms: 0,
            clock_ms,
            asks: false,
        }
    }

    #[test]
    fn only_a_heartbeat_that_is_newer_is_a_sign_of_life() {
        let mut peers = Peers::default();
        let presence = Presence {
            format: 1,
            station: "desk-2".into(),
            session: 7,
            is_there: true,
            watches: true,
        };
        peers.presence(&presence);
        let lives = |peers: &Peers| peers.get("desk-2").unwrap().lives();
        assert!(
            !lives(&peers),
            "a broker may say so of a station that is cut off"
        );
        assert!(peers.heartbeat(&heartbeat(7, 1, 3_600_000), 0));
        assert!(lives(&peers));
        assert_eq!(peers.get("desk-2").unwrap().ahead_ms, Some(3_600_000));
        peers.lost();
        assert!(
            !peers.heartbeat(&heartbeat(7, 1, 0), 0),
            "the same once more"
        );
        assert!(!lives(&peers));
        assert!(peers.heartbeat(&heartbeat(7, 2, 0), 0));
        let will = Presence {
            is_there: false,
            session: 6,
            ..presence.clone()
        };
        peers.presence(&will);
        assert!(lives(&peers), "the end of an earlier run");
        peers.presence(&Presence { session: 7, ..will });
        assert!(!lives(&peers));
    }
}
