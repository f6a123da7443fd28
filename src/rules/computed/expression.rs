//! Columns that follow from values of the same turbine at the same time.

use crate::fleet::{Fleet, SignalColumn, TurbineRow};
use crate::rules::Program;
use crate::rules::machine::{Registers, Rows};

use super::members::Members;
use super::stage::Frame;

/// Brings up to date the rows that changed, if something that the expression reads did.
pub(super) fn run(
    frame: &mut Frame,
    members: &Members,
    column: SignalColumn,
    program: &Program,
    registers: &mut Registers,
) {
    let is_due = |fleet: &Fleet| program.signals().iter().any(|s| fleet.is_changed(*s));
    if !frame.is_whole && !is_due(frame.fleet) {
        return;
    }
    let dirty = frame.fleet.dirty_rows();
    // Past this, running over the whole columns costs less than gathering from them.
    let most = frame.is_whole || dirty.len() * 3 >= frame.fleet.turbine_count();
    let chosen: Vec<TurbineRow>;
    let rows = if most && members.are_all() {
        Rows::First(members.len())
    } else if frame.is_whole {
        chosen = members.rows().collect();
        Rows::List(&chosen)
    } else {
        let belongs = |row: &&TurbineRow| members.place(**row).is_some();
        chosen = dirty.iter().filter(belongs).copied().collect();
        Rows::List(&chosen)
    };
    let mut writing = frame.fleet.lend(column);
    let columns: &Fleet = frame.fleet;
    program.for_each_values(columns, rows, registers, |range, values| match rows {
        Rows::First(_) => {
            let first = u32::try_from(range.start).unwrap_or(u32::MAX);
            for (value, row) in values.iter().zip(first..) {
                writing.write(TurbineRow(row), *value);
            }
        }
        Rows::List(rows) => {
            for (value, row) in values.iter().zip(rows.get(range).unwrap_or_default()) {
                writing.write(*row, *value);
            }
        }
    });
    frame.take_back(writing);
}
