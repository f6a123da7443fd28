//! Every transition of the standard's table, each a row.

use std::time::Duration;

use windvane::action::Action;
use windvane::alarms::AlarmState::{
    self, Acknowledged, Latched, LatchedUnacknowledged, ReturnedUnacknowledged, Unacknowledged,
};
use windvane::alarms::SetAside;

use super::desk::{Desk, SCENE, id, scene};

/// Something that happens to the alarm of a row.
#[derive(Debug, Clone, Copy)]
enum Do {
    /// The value of its signal.
    Is(f64),
    /// The value of another signal.
    Says(&'static str, f64),
    Ack,
    Reset,
    Shelve(u64),
    ShelveOnce(u64),
    Unshelve,
    Out,
    Return,
    Wait(u64),
    /// Its rule is taken out of the scene.
    TakenOut,
}
use Do::{Ack, Is, Out, Reset, Return, Says, Shelve, ShelveOnce, TakenOut, Unshelve, Wait};

/// Where an occurrence is then.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Where {
    /// Nothing stands.
    Gone,
    Shown(AlarmState),
    Aside(SetAside, AlarmState),
}
use Where::{Aside, Gone, Shown};

struct Row {
    name: &'static str,
    /// Of which alarm, and by which signal.
    of: (&'static str, &'static str),
    before: &'static [Do],
    then: Do,
    is: Where,
    /// What is counted of its priority: active, unacknowledged.
    counts: (usize, usize),
    events: &'static [&'static str],
    /// An operator is called by sound.
    calls: bool,
}

const PLAIN: (&str, &str) = ("Plain", "plain");
const SLOW: (&str, &str) = ("Slow", "slow");
const TRIP: (&str, &str) = ("Trip", "trip");
const IDLE: (&str, &str) = ("Idle fault", "idle_fault");
const CUT_OFF: (&str, &str) = ("Cut off", "cut_off");
const URGENT: (&str, &str) = ("Urgent", "urgent");
const NOTHING: (usize, usize) = (0, 0);

const fn row(
    name: &'static str,
    of: (&'static str, &'static str),
    before: &'static [Do],
    then: Do,
    is: Where,
    counts: (usize, usize),
    events: &'static [&'static str],
    calls: bool,
) -> Row {
    Row {
        name,
        of,
        before,
        then,
        is,
        counts,
        events,
        calls,
    }
}

#[rustfmt::skip]
const TABLE: &[Row] = &[
    // Normal
    row("normal, the condition comes: unacknowledged", PLAIN, &[], Is(2.0), Shown(Unacknowledged), (1, 1), &["raised"], true),
    row("a delay of 0 does not switch an alarm off", PLAIN, &[Is(0.0)], Is(2.0), Shown(Unacknowledged), (1, 1), &["raised"], true),
    row("normal, the condition comes under an on-delay: still normal", SLOW, &[], Is(2.0), Gone, NOTHING, &[], false),
    row("normal, the on-delay ends: unacknowledged", SLOW, &[Is(2.0)], Wait(10), Shown(Unacknowledged), (1, 1), &["raised"], true),
    row("normal, the condition goes within the on-delay: normal", SLOW, &[Is(2.0), Wait(5), Is(0.0)], Wait(30), Gone, NOTHING, &[], false),
    // Unacknowledged
    row("unacknowledged, acknowledged: acknowledged", PLAIN, &[Is(2.0)], Ack, Shown(Acknowledged), (1, 0), &["acknowledged"], false),
    row("unacknowledged, clears: returned unacknowledged, without a sound", PLAIN, &[Is(2.0)], Is(0.0), Shown(ReturnedUnacknowledged), (0, 1), &["cleared"], false),
    row("unacknowledged, in the deadband: as before", SLOW, &[Is(2.0), Wait(10)], Is(0.8), Shown(Unacknowledged), (1, 1), &[], false),
    row("unacknowledged, within the off-delay: as before", SLOW, &[Is(2.0), Wait(10), Is(0.0)], Wait(19), Shown(Unacknowledged), (1, 1), &[], false),
    row("unacknowledged, the off-delay ends: returned unacknowledged", SLOW, &[Is(2.0), Wait(10), Is(0.0)], Wait(20), Shown(ReturnedUnacknowledged), (0, 1), &["cleared"], false),
    row("unacknowledged, reset: nothing, it is active", TRIP, &[Is(2.0)], Reset, Shown(Unacknowledged), (1, 1), &[], false),
    row("unacknowledged for long: escalated", URGENT, &[Is(2.0), Wait(59)], Wait(1), Shown(Unacknowledged), (0, 0), &["escalated"], true),
    row("escalated, acknowledged: its own priority again", URGENT, &[Is(2.0), Wait(60)], Ack, Shown(Acknowledged), (1, 0), &["acknowledged"], false),
    // Acknowledged
    row("acknowledged, clears: normal", PLAIN, &[Is(2.0), Ack], Is(0.0), Gone, NOTHING, &["cleared"], false),
    row("acknowledged, acknowledged again: as before", PLAIN, &[Is(2.0), Ack], Ack, Shown(Acknowledged), (1, 0), &[], false),
    row("acknowledged for long: to be acknowledged again", URGENT, &[Is(2.0), Ack, Wait(299)], Wait(1), Shown(Unacknowledged), (1, 1), &["re_alarmed"], true),
    row("announced anew, unacknowledged for long: escalated", URGENT, &[Is(2.0), Ack, Wait(300), Wait(59)], Wait(1), Shown(Unacknowledged), (0, 0), &["escalated"], true),
    // Returned unacknowledged
    row("returned, acknowledged: normal", PLAIN, &[Is(2.0), Is(0.0)], Ack, Gone, NOTHING, &["acknowledged"], false),
    row("returned, comes back: unacknowledged, a new occurrence", PLAIN, &[Is(2.0), Is(0.0)], Is(2.0), Shown(Unacknowledged), (1, 1), &["raised"], true),
    row("returned, is not escalated", URGENT, &[Is(2.0), Is(0.0)], Wait(100), Shown(ReturnedUnacknowledged), (0, 1), &[], false),
    // Latched
    row("latching, unacknowledged, clears: latched unacknowledged", TRIP, &[Is(2.0)], Is(0.0), Shown(LatchedUnacknowledged), (0, 1), &["cleared"], false),
    row("latching, acknowledged, clears: latched", TRIP, &[Is(2.0), Ack], Is(0.0), Shown(Latched), (0, 0), &["cleared"], false),
    row("latched unacknowledged, acknowledged: latched", TRIP, &[Is(2.0), Is(0.0)], Ack, Shown(Latched), (0, 0), &["acknowledged"], false),
    row("latched unacknowledged, reset: returned unacknowledged", TRIP, &[Is(2.0), Is(0.0)], Reset, Shown(ReturnedUnacknowledged), (0, 1), &["reset"], false),
    row("latched, reset: normal", TRIP, &[Is(2.0), Ack, Is(0.0)], Reset, Gone, NOTHING, &["reset"], false),
    row("latched, time passes: latched", TRIP, &[Is(2.0), Ack, Is(0.0)], Wait(100_000), Shown(Latched), (0, 0), &[], false),
    row("latched, comes back: unacknowledged, a new occurrence", TRIP, &[Is(2.0), Ack, Is(0.0)], Is(2.0), Shown(Unacknowledged), (1, 1), &["raised"], true),
    row("latched came back, reset: nothing, it is active", TRIP, &[Is(2.0), Ack, Is(0.0), Is(2.0)], Reset, Shown(Unacknowledged), (1, 1), &[], false),
    // Shelved
    row("normal, shelved: nothing stands", PLAIN, &[], Shelve(600), Gone, NOTHING, &["shelved"], false),
    row("shelved, the condition comes: set aside, without a sound", PLAIN, &[Shelve(600)], Is(2.0), Aside(SetAside::Shelved, Unacknowledged), NOTHING, &["raised"], false),
    row("unacknowledged, shelved: set aside", PLAIN, &[Is(2.0)], Shelve(600), Aside(SetAside::Shelved, Unacknowledged), NOTHING, &["shelved"], false),
    row("acknowledged, shelved: set aside", PLAIN, &[Is(2.0), Ack], Shelve(600), Aside(SetAside::Shelved, Acknowledged), NOTHING, &["shelved"], false),
    row("returned, shelved: over, whoever shelves it knows of it", PLAIN, &[Is(2.0), Is(0.0)], Shelve(600), Gone, NOTHING, &["shelved"], false),
    row("shelved and active, clears: over", PLAIN, &[Is(2.0), Shelve(600)], Is(0.0), Gone, NOTHING, &["cleared"], false),
    row("shelved and active, time up: unacknowledged", PLAIN, &[Is(2.0), Shelve(600)], Wait(600), Shown(Unacknowledged), (1, 1), &["unshelved"], true),
    row("raised while shelved, time up: unacknowledged", PLAIN, &[Shelve(600), Is(2.0)], Wait(600), Shown(Unacknowledged), (1, 1), &["unshelved"], true),
    row("acknowledged before it was shelved, unshelved: announced anew", PLAIN, &[Is(2.0), Ack, Shelve(600)], Unshelve, Shown(Unacknowledged), (1, 1), &["unshelved"], true),
    row("shelved and normal, time up: nothing", PLAIN, &[Shelve(600)], Wait(600), Gone, NOTHING, &["unshelved"], false),
    row("shelved for longer than is allowed: ends with what is", PLAIN, &[Is(2.0), Shelve(86_400)], Wait(3_600), Shown(Unacknowledged), (1, 1), &["unshelved"], true),
    row("shelved for one occurrence, clears: over, and the shelf too", PLAIN, &[Is(2.0), ShelveOnce(600)], Is(0.0), Gone, NOTHING, &["cleared", "unshelved"], false),
    row("shelved for one occurrence, the next one: shown", PLAIN, &[Is(2.0), ShelveOnce(600), Is(0.0)], Is(2.0), Shown(Unacknowledged), (1, 1), &["raised"], true),
    row("shelved for one occurrence, time up: unacknowledged", PLAIN, &[Is(2.0), ShelveOnce(600)], Wait(600), Shown(Unacknowledged), (1, 1), &["unshelved"], true),
    row("shelved, is not escalated", URGENT, &[Is(2.0), Shelve(600)], Wait(100), Aside(SetAside::Shelved, Unacknowledged), NOTHING, &[], false),
    row("latched, shelved: set aside and latched", TRIP, &[Is(2.0), Ack, Is(0.0)], Shelve(600), Aside(SetAside::Shelved, Latched), NOTHING, &["shelved"], false),
    row("latched and shelved, time up: latched", TRIP, &[Is(2.0), Ack, Is(0.0), Shelve(600)], Wait(600), Shown(Latched), NOTHING, &["unshelved"], false),
    row("latching, clears while shelved: latched, set aside", TRIP, &[Shelve(600), Is(2.0)], Is(0.0), Aside(SetAside::Shelved, LatchedUnacknowledged), NOTHING, &["cleared"], false),
    // Suppressed by design
    row("suppressed by a condition, raised: set aside, without a sound", IDLE, &[Says("stand", 2.0)], Is(2.0), Aside(SetAside::Suppressed, Unacknowledged), NOTHING, &["raised"], false),
    row("unacknowledged, its condition comes: suppressed", IDLE, &[Is(2.0)], Says("stand", 2.0), Aside(SetAside::Suppressed, Unacknowledged), NOTHING, &["suppressed"], false),
    row("raised while suppressed, let go: new to the operator", IDLE, &[Says("stand", 2.0), Is(2.0)], Says("stand", 0.0), Shown(Unacknowledged), (1, 1), &["unsuppressed"], true),
    row("acknowledged before it was suppressed, let go: still acknowledged", IDLE, &[Is(2.0), Ack, Says("stand", 2.0)], Says("stand", 0.0), Shown(Acknowledged), (1, 0), &["unsuppressed"], false),
    row("raised and cleared while suppressed: over", IDLE, &[Says("stand", 2.0), Is(2.0)], Is(0.0), Gone, NOTHING, &["cleared"], false),
    row("called for, suppressed, clears: returned unacknowledged", IDLE, &[Is(2.0), Says("stand", 2.0)], Is(0.0), Shown(ReturnedUnacknowledged), (0, 1), &["cleared"], false),
    row("the condition is unknown: doubt silences nothing", IDLE, &[Is(2.0)], Says("stand", f64::NAN), Shown(Unacknowledged), (1, 1), &[], false),
    row("another alarm comes: suppressed", CUT_OFF, &[Is(2.0)], Says("lost", 2.0), Aside(SetAside::Suppressed, Unacknowledged), NOTHING, &["suppressed"], false),
    row("another alarm stands, raised: set aside", CUT_OFF, &[Says("lost", 2.0)], Is(2.0), Aside(SetAside::Suppressed, Unacknowledged), NOTHING, &["raised"], false),
    row("another alarm clears: let go", CUT_OFF, &[Says("lost", 2.0), Is(2.0)], Says("lost", 0.0), Shown(Unacknowledged), (1, 1), &["unsuppressed"], true),
    row("suppressed and shelved, let go by logic: still shelved", IDLE, &[Is(2.0), Says("stand", 2.0), Shelve(600)], Says("stand", 0.0), Aside(SetAside::Shelved, Unacknowledged), NOTHING, &["unsuppressed"], false),
    // Out of service
    row("unacknowledged, taken out of service: set aside", PLAIN, &[Is(2.0)], Out, Aside(SetAside::OutOfService, Unacknowledged), NOTHING, &["out_of_service"], false),
    row("out of service, time passes: as before", PLAIN, &[Is(2.0), Out], Wait(10_000_000), Aside(SetAside::OutOfService, Unacknowledged), NOTHING, &[], false),
    row("out of service, raised: set aside, without a sound", PLAIN, &[Out], Is(2.0), Aside(SetAside::OutOfService, Unacknowledged), NOTHING, &["raised"], false),
    row("out of service and active, returned: unacknowledged", PLAIN, &[Is(2.0), Ack, Out], Return, Shown(Unacknowledged), (1, 1), &["returned_to_service"], true),
    row("out of service and active, clears: over", PLAIN, &[Is(2.0), Out], Is(0.0), Gone, NOTHING, &["cleared"], false),
    row("out of service and shelved, returned: shelved", PLAIN, &[Is(2.0), Shelve(600), Out], Return, Aside(SetAside::Shelved, Unacknowledged), NOTHING, &["returned_to_service"], false),
    // Taken out of the scene
    row("active, its rule is taken out: withdrawn", PLAIN, &[Is(2.0), Ack], TakenOut, Gone, NOTHING, &["withdrawn"], false),
    row("returned, its rule is taken out: withdrawn", PLAIN, &[Is(2.0), Is(0.0)], TakenOut, Gone, NOTHING, &["withdrawn"], false),
];

impl Desk {
    fn does(&mut self, (name, signal): (&str, &'static str), what: Do) {
        let alarm = id("T02", name);
        let key = self.of("T02", name).map(|a| a.key);
        let shelve = |secs, is_one_shot| Action::Shelve {
            alarms: vec![alarm.clone()],
            duration: Duration::from_secs(secs),
            is_one_shot,
            reason: "Known".to_owned(),
        };
        match what {
            Is(value) => self.is_at("T02", signal, value),
            Says(signal, value) => self.is_at("T02", signal, value),
            Ack => self.act(Action::Acknowledge(key.into_iter().collect())),
            Reset => self.act(Action::Reset(key.into_iter().collect())),
            Shelve(secs) => self.act(shelve(secs, false)),
            ShelveOnce(secs) => self.act(shelve(secs, true)),
            Unshelve => self.act(Action::Unshelve(vec![alarm])),
            Out => self.act(Action::TakeOutOfService {
                alarms: vec![alarm],
                reason: "Sensor broken".to_owned(),
            }),
            Return => self.act(Action::ReturnToService(vec![alarm])),
            Wait(secs) => self.pass(secs),
            TakenOut => {
                let written = format!("name = \"{name}\"");
                let text = SCENE.replace(&written, &format!("{written}\nenabled = false"));
                self.reload(&scene(&text));
            }
        }
    }
}

#[test]
fn every_transition_of_the_standards_table_leads_where_it_says() {
    let scene = scene(SCENE);
    for row in TABLE {
        let mut desk = Desk::new(&scene);
        for signal in super::desk::SIGNALS {
            desk.is_at("T02", signal, 0.0);
        }
        for what in row.before {
            desk.does(row.of, *what);
        }
        let defined = desk.of("T02", row.of.0).map(|a| a.defined_priority);
        let before = desk.heard.len();
        desk.does(row.of, row.then);
        let name = row.of.0;
        let is = match (desk.of("T02", name), desk.aside("T02", name)) {
            (None, _) => Gone,
            (Some(alarm), None) => Shown(alarm.state()),
            (Some(alarm), Some(aside)) => Aside(aside, alarm.state()),
        };
        assert_eq!(is, row.is, "{}", row.name);
        if let Some(priority) = defined.or(desk.of("T02", name).map(|a| a.defined_priority)) {
            let count = desk.alarms().count(priority);
            let counts = (count.active, count.unacknowledged);
            assert_eq!(counts, row.counts, "counts: {}", row.name);
        }
        let events = desk.events(before, "T02", name);
        assert_eq!(events, row.events, "events: {}", row.name);
        let calls = |e: &windvane::alarms::AlarmEvent| e.calls() && *e.id.name == *name;
        let calls = desk.heard[before..].iter().any(calls);
        assert_eq!(calls, row.calls, "sound: {}", row.name);
    }
}
