//! What is known of the alarm that is shown: its rule, its definition, where it is.

use std::sync::Arc;

use super::state::Shown;
use crate::alarms::{Alarm, AlarmId, AlarmSource, Trouble, definition, id_of};
use crate::fleet::TurbineRow;
use crate::panels::frame::Farm;
use crate::scene::{AlarmDefinition, Rule};

/// The alarm that is shown, and what the scene says of it.
pub(super) struct Subject<'a> {
    pub id: AlarmId,
    /// The occurrence; `None` where the alarm is normal and none is chosen.
    pub alarm: Option<Alarm>,
    /// What raises it in the scene that is open.
    pub source: Option<AlarmSource>,
    pub rule: Option<(u16, &'a Rule)>,
    pub definition: Option<&'a AlarmDefinition>,
    /// Its turbine, where the scene still has it.
    pub row: Option<TurbineRow>,
}

impl<'a> Subject<'a> {
    pub fn new(farm: &Farm<'a>, shown: Shown) -> Self {
        let Shown { id, last, .. } = shown;
        let scene = farm.scene;
        let is_here = |row: &TurbineRow| {
            let turbine = scene.and_then(|s| s.turbine(*row));
            turbine.is_some_and(|t| t.id == id.object)
        };
        let row = last.as_ref().map(|a| a.turbine).filter(is_here);
        let row = row.or_else(|| {
            let turbines = &scene?.turbines;
            let at = turbines.iter().position(|t| t.id == id.object)?;
            Some(TurbineRow(at as u32))
        });
        let source = scene.and_then(|scene| {
            let station = farm
                .desk
                .session
                .map_or_else(|| "".into(), |s| Arc::clone(&s.station));
            let is_this = |source: &AlarmSource| {
                let row = row.unwrap_or(TurbineRow::NONE);
                let of = id_of(scene, (*source, row), &station);
                of.is_some_and(|of| of.name == id.name)
            };
            let own = last.as_ref().map(|a| a.source).filter(is_this);
            own.or_else(|| {
                let rules = (0..scene.rules.len() as u16).map(AlarmSource::Rule);
                let codes = (0..scene.other_alarms.codes.len() as u16).map(AlarmSource::Code);
                let others = [AlarmSource::Communication, AlarmSource::StaleData];
                let troubles = Trouble::ALL.map(AlarmSource::Trouble);
                let mut all = rules.chain(codes).chain(others).chain(troubles);
                all.find(is_this)
            })
        });
        let rule = source.and_then(AlarmSource::rule).and_then(|index| {
            let rule = scene?.rules.get(usize::from(index))?;
            Some((index, rule))
        });
        let definition = scene.and_then(|s| definition(s, source?));
        Self {
            id,
            alarm: last,
            source,
            rule,
            definition,
            row,
        }
    }
}
