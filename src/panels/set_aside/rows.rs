//! The three lists: what is laid aside whether active or not, and what logic holds back.

use std::collections::HashMap;
use std::sync::Arc;

use crate::alarms::{Alarm, AlarmId, AlarmKey, SetAside, Suppression};
use crate::alarms::{LaidAside, OutOfService, Shelf};
use crate::fleet::TurbineRow;
use crate::panels::alarm_deeds::defined;
use crate::panels::alarm_rows::natural;
use crate::panels::frame::Farm;
use crate::scene::Priority;

/// What holds an alarm aside.
#[derive(Debug, Clone, PartialEq)]
pub enum Held {
    /// By an operator, for a time.
    Shelf(Arc<Shelf>),
    /// By logic.
    Suppression(Arc<Suppression>),
    /// By an engineer.
    OutOfService(Arc<OutOfService>),
}

/// An alarm that is set aside.
#[derive(Debug, Clone, PartialEq)]
pub struct SetAsideRow {
    /// Which alarm.
    pub id: AlarmId,
    /// Its turbine, while the scene has it.
    pub turbine: TurbineRow,
    /// Of the occurrence, else of the definition; `None` where the scene no longer has the alarm.
    pub priority: Option<Priority>,
    /// The occurrence that stands, if one does.
    pub key: Option<AlarmKey>,
    /// The condition stands now.
    pub is_active: bool,
    /// What was seen when it was raised.
    pub value: String,
    /// What holds it aside.
    pub held: Held,
}

/// The rows of the three lists, in their order.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SetAsideLists {
    shelved: Vec<SetAsideRow>,
    suppressed: Vec<SetAsideRow>,
    out_of_service: Vec<SetAsideRow>,
}

impl SetAsideLists {
    /// The rows of one list.
    pub fn of(&self, list: SetAside) -> &[SetAsideRow] {
        match list {
            SetAside::Shelved => &self.shelved,
            SetAside::Suppressed => &self.suppressed,
            SetAside::OutOfService => &self.out_of_service,
        }
    }
}

/// Makes the lists. An alarm that is both shelved and suppressed stands in both.
pub fn lists(farm: &Farm) -> SetAsideLists {
    let Some(alarms) = farm.desk.alarms else {
        return SetAsideLists::default();
    };
    let mut standing: HashMap<(&str, &str), &Alarm> = HashMap::new();
    for alarm in alarms.set_aside() {
        // The newest occurrence is what counts now.
        standing.insert((&alarm.turbine_id, &alarm.name), alarm);
    }
    let turbines: HashMap<&str, TurbineRow> = match farm.scene {
        Some(scene) => (0..)
            .zip(&scene.turbines)
            .map(|(row, turbine)| (&*turbine.id, TurbineRow(row)))
            .collect(),
        None => HashMap::new(),
    };
    let row = |id: &AlarmId, held: Held| {
        let alarm = standing.get(&(&*id.object, &*id.name));
        let of_definition = || Some(defined(farm, farm.scene?, id)?.priority);
        let turbine = turbines.get(&*id.object).copied();
        SetAsideRow {
            id: id.clone(),
            turbine: turbine.unwrap_or(TurbineRow::NONE),
            priority: alarm.map(|a| a.priority).or_else(of_definition),
            key: alarm.map(|a| a.key),
            is_active: alarm.is_some_and(|a| a.is_active()),
            value: alarm.map_or_else(String::new, |a| a.value_at_raise.clone()),
            held,
        }
    };
    let mut lists = SetAsideLists::default();
    for (
        id,
        LaidAside {
            shelf,
            out_of_service,
        },
    ) in alarms.laid_aside()
    {
        if let Some(shelf) = shelf {
            lists.shelved.push(row(id, Held::Shelf(Arc::clone(shelf))));
        }
        if let Some(out) = out_of_service {
            lists
                .out_of_service
                .push(row(id, Held::OutOfService(Arc::clone(out))));
        }
    }
    for alarm in standing.values() {
        if let Some(by) = &alarm.suppression {
            let held = Held::Suppression(Arc::clone(by));
            lists.suppressed.push(row(&alarm.id(), held));
        }
    }
    lists.sort();
    lists
}

impl SetAsideLists {
    /// What ends first stands first; what is longest out of service, and what was suppressed last.
    fn sort(&mut self) {
        let by_id = |a: &SetAsideRow, b: &SetAsideRow| {
            natural(&a.id.object, &b.id.object).then_with(|| a.id.name.cmp(&b.id.name))
        };
        let when = |row: &SetAsideRow| match &row.held {
            Held::Shelf(shelf) => shelf.until_ms,
            Held::Suppression(by) => -by.since_ms,
            Held::OutOfService(out) => out.since_ms,
        };
        for rows in [
            &mut self.shelved,
            &mut self.suppressed,
            &mut self.out_of_service,
        ] {
            rows.sort_by(|a, b| when(a).cmp(&when(b)).then_with(|| by_id(a, b)));
        }
    }
}
