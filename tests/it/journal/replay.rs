//! Whatever happens: the records lead to the states, and a restart brings them back.

use std::time::Duration;

use proptest::prelude::*;
use windvane::action::Action;
use windvane::alarms::AlarmKey;
use windvane::alarms::journal::{open_to_read, verify};

use super::rig::{Desk, oil_hot};

#[derive(Debug, Clone)]
enum Step {
    Oil(u32, f64),
    Acknowledge(usize),
    Reset(usize),
    Shelve(usize, u64, bool),
    Unshelve(usize),
    TakeOut(usize),
    Return(usize),
    Comment(usize),
    Pass(u64),
    Restart,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let turbine = 0..3_usize;
    let step = prop_oneof![
        6 => (0..3_u32, prop::sample::select(vec![70.0, 78.0, 90.0, 99.0]))
            .prop_map(|(turbine, value)| Step::Oil(turbine, value)),
        3 => (0..4_usize).prop_map(Step::Acknowledge),
        2 => (0..4_usize).prop_map(Step::Reset),
        2 => (turbine.clone(), 1..20_u64, any::<bool>())
            .prop_map(|(turbine, seconds, once)| Step::Shelve(turbine, seconds, once)),
        1 => turbine.clone().prop_map(Step::Unshelve),
        1 => turbine.clone().prop_map(Step::TakeOut),
        1 => turbine.clone().prop_map(Step::Return),
        1 => turbine.prop_map(Step::Comment),
        2 => (1..9_u64).prop_map(Step::Pass),
        1 => Just(Step::Restart),
    ];
    prop::collection::vec(step, 1..40)
}

const TURBINES: [&str; 3] = ["T01", "T02", "T03"];

fn carry_out(desk: &mut Desk, step: &Step) {
    let alarms = |turbine: &usize| vec![oil_hot(TURBINES[*turbine])];
    let key = |desk: &Desk, n: &usize| -> Vec<AlarmKey> {
        let stands = desk.stands();
        stands
            .get(*n)
            .map(|alarm| AlarmKey(alarm.key))
            .into_iter()
            .collect()
    };
    let action = match step {
        Step::Oil(turbine, value) => return desk.oil(*turbine, *value),
        Step::Pass(seconds) => return desk.pass(*seconds),
        Step::Restart => return,
        Step::Acknowledge(n) => Action::Acknowledge(key(desk, n)),
        Step::Reset(n) => Action::Reset(key(desk, n)),
        Step::Shelve(turbine, seconds, is_one_shot) => Action::Shelve {
            alarms: alarms(turbine),
            duration: Duration::from_secs(*seconds),
            is_one_shot: *is_one_shot,
            reason: "crew on site".to_owned(),
        },
        Step::Unshelve(turbine) => Action::Unshelve(alarms(turbine)),
        Step::TakeOut(turbine) => Action::TakeOutOfService {
            alarms: alarms(turbine),
            reason: "gearbox is out".to_owned(),
        },
        Step::Return(turbine) => Action::ReturnToService(alarms(turbine)),
        Step::Comment(turbine) => Action::Comment {
            alarm: oil_hot(TURBINES[*turbine]),
            text: "seen".to_owned(),
        },
    };
    desk.act(action);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, ..ProptestConfig::default() })]

    #[test]
    fn the_records_lead_to_the_states_and_a_restart_brings_them_back(steps in steps()) {
        let folder = tempfile::tempdir().unwrap();
        let mut desk = Desk::with_file(folder.path());
        for step in steps.iter().chain([&Step::Restart]) {
            carry_out(&mut desk, step);
            if !matches!(step, Step::Restart) {
                continue;
            }
            let before = (desk.stands(), desk.laid_aside());
            let clock = *desk.app.world().resource::<windvane::clock::Clock>();
            let verified = verify(&open_to_read(&desk.file).unwrap()).unwrap();
            prop_assert_eq!(verified.flaw, None);
            drop(desk);
            desk = Desk::with_file(folder.path());
            prop_assert_eq!((desk.stands(), desk.laid_aside()), before);
            desk.app.insert_resource(clock);
        }
    }
}
