//! The rows on the CPU's side, and which of them the GPU has not got yet.

use bevy::prelude::*;
use bevy::render::storage::ShaderBuffer;

use super::layout::{HEAD_BYTES, Head, ROW_BYTES, Row};
use crate::fleet::TurbineRow;

/// After so many seconds the epoch moves on: an f32 then still tells milliseconds.
const EPOCH_S: f64 = 600.0;

/// The rows of the farm. Changing one marks it for upload.
#[derive(Resource, Debug)]
pub struct Rows {
    /// The GPU's copy.
    pub buffer: Handle<ShaderBuffer>,
    /// Written each frame.
    pub head: Head,
    rows: Vec<Row>,
    dirty: Vec<u32>,
    is_dirty: Vec<bool>,
    /// In seconds of the frames' clock.
    epoch_s: f64,
    now_s: f32,
    turning: usize,
    turning_in_view: bool,
}

impl Default for Rows {
    fn default() -> Self {
        Self::new(Handle::default(), Vec::new())
    }
}

impl Rows {
    /// Rows that the buffer does not hold yet: all of them are marked.
    pub fn new(buffer: Handle<ShaderBuffer>, rows: Vec<Row>) -> Self {
        let count = rows.len();
        Self {
            buffer,
            head: Head::default(),
            rows,
            dirty: (0..count as u32).collect(),
            is_dirty: vec![true; count],
            epoch_s: 0.0,
            now_s: 0.0,
            turning: 0,
            turning_in_view: false,
        }
    }

    /// How large a buffer these rows need: never resized while the farm stands, because a resized
    /// buffer leaves the material's bind group stale.
    pub fn buffer_bytes(count: usize) -> usize {
        HEAD_BYTES + ROW_BYTES * count.max(1).next_multiple_of(64)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// One row.
    pub fn get(&self, turbine: TurbineRow) -> Option<&Row> {
        self.rows.get(turbine.index())
    }

    /// All rows.
    pub fn all(&self) -> &[Row] {
        &self.rows
    }

    /// Changes a row; it is uploaded only if it is another one after that.
    pub fn change(&mut self, turbine: TurbineRow, f: impl FnOnce(&mut Row)) {
        let index = turbine.index();
        let Some(row) = self.rows.get_mut(index) else {
            return;
        };
        let before = *row;
        f(row);
        if *row == before {
            return;
        }
        self.turning += usize::from(row.rotor_speed_rad_s != 0.0);
        self.turning -= usize::from(before.rotor_speed_rad_s != 0.0);
        self.mark(index);
    }

    /// Changes how fast a rotor turns, going on from where it stands.
    pub fn set_rotor_speed(&mut self, turbine: TurbineRow, rad_s: f32) {
        let now_s = self.now_s;
        self.change(turbine, |row| {
            if (row.rotor_speed_rad_s - rad_s).abs() < 1e-5 {
                return;
            }
            row.rotor_phase_rad = angle_at(row, now_s);
            row.rotor_start_s = now_s;
            row.rotor_speed_rad_s = rad_s;
        });
    }

    /// The angle of a rotor now, radians.
    pub fn rotor_angle_rad(&self, turbine: TurbineRow) -> f32 {
        self.get(turbine)
            .map_or(0.0, |row| angle_at(row, self.now_s))
    }

    /// Whether any rotor turns.
    pub fn any_turning(&self) -> bool {
        self.turning > 0
    }

    /// Whether a rotor turned where it could be seen, at the last look.
    pub fn turning_in_view(&self) -> bool {
        self.turning_in_view
    }

    /// Notes what a look at the view found.
    pub fn set_turning_in_view(&mut self, seen: bool) {
        self.turning_in_view = seen;
    }

    /// Moves the clock of the rotors to now, in seconds of the frames' clock.
    pub fn tick(&mut self, now_s: f64) {
        self.tick_to((now_s - self.epoch_s).max(0.0));
    }

    fn tick_to(&mut self, since_epoch_s: f64) {
        if since_epoch_s <= EPOCH_S {
            self.now_s = since_epoch_s as f32;
            return;
        }
        for row in &mut self.rows {
            let angle = f64::from(row.rotor_phase_rad)
                + f64::from(row.rotor_speed_rad_s) * (since_epoch_s - f64::from(row.rotor_start_s));
            row.rotor_phase_rad = angle.rem_euclid(std::f64::consts::TAU) as f32;
            row.rotor_start_s = 0.0;
        }
        self.epoch_s += since_epoch_s;
        self.now_s = 0.0;
        self.mark_all();
    }

    /// Seconds since the epoch, as the shaders count.
    pub fn now_s(&self) -> f32 {
        self.now_s
    }

    /// Marks every row for upload.
    pub fn mark_all(&mut self) {
        for index in 0..self.rows.len() {
            self.mark(index);
        }
    }

    fn mark(&mut self, index: usize) {
        if let Some(marked) = self.is_dirty.get_mut(index)
            && !*marked
        {
            *marked = true;
            self.dirty.push(index as u32);
        }
    }

    /// Takes what is to be uploaded: bytes and where they go, neighbouring rows as one run.
    pub fn take_writes(&mut self) -> Vec<(u64, Vec<u8>)> {
        let mut dirty = std::mem::take(&mut self.dirty);
        dirty.sort_unstable();
        let mut writes = vec![(0, bytemuck::bytes_of(&self.head).to_vec())];
        for run in dirty.chunk_by(|a, b| a + 1 == *b) {
            let (Some(&first), Some(&last)) = (run.first(), run.last()) else {
                continue;
            };
            let range = first as usize..=last as usize;
            if let Some(marks) = self.is_dirty.get_mut(range.clone()) {
                marks.fill(false);
            }
            if let Some(rows) = self.rows.get(range) {
                let offset = HEAD_BYTES + ROW_BYTES * first as usize;
                writes.push((offset as u64, bytemuck::cast_slice(rows).to_vec()));
            }
        }
        dirty.clear();
        self.dirty = dirty;
        writes
    }
}

fn angle_at(row: &Row, now_s: f32) -> f32 {
    (row.rotor_phase_rad + row.rotor_speed_rad_s * (now_s - row.rotor_start_s))
        .rem_euclid(std::f32::consts::TAU)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(count: usize) -> Rows {
        let mut rows = Rows::new(Handle::default(), vec![Row::default(); count]);
        rows.take_writes();
        rows
    }

    #[test]
    fn neighbouring_changes_go_up_in_one_run() {
        let mut rows = rows(10);
        for index in [7, 2, 3, 4] {
            rows.change(TurbineRow(index), |r| r.flags = 1);
        }
        let writes = rows.take_writes();
        let runs: Vec<(u64, usize)> = writes.iter().skip(1).map(|(o, b)| (*o, b.len())).collect();
        let at = |i: usize| (HEAD_BYTES + ROW_BYTES * i) as u64;
        assert_eq!(runs, [(at(2), 3 * ROW_BYTES), (at(7), ROW_BYTES)]);
        assert_eq!(
            rows.take_writes().len(),
            1,
            "only the head when nothing changed"
        );
    }

    #[test]
    fn a_row_that_ends_as_it_was_is_not_uploaded() {
        let mut rows = rows(1);
        rows.change(TurbineRow(0), |r| r.flags = 0);
        assert_eq!(rows.take_writes().len(), 1);
    }

    #[test]
    fn a_rotor_goes_on_from_where_it_stands_when_its_speed_changes() {
        let mut rows = rows(1);
        rows.set_rotor_speed(TurbineRow(0), 1.0);
        rows.tick_to(2.0);
        let before = rows.rotor_angle_rad(TurbineRow(0));
        rows.set_rotor_speed(TurbineRow(0), 1.5);
        assert!((rows.rotor_angle_rad(TurbineRow(0)) - before).abs() < 1e-5);
        assert!(rows.any_turning());
        rows.set_rotor_speed(TurbineRow(0), 0.0);
        assert!(!rows.any_turning());
    }

    #[test]
    fn a_rotor_does_not_jump_when_the_epoch_moves_on() {
        let mut rows = rows(1);
        rows.set_rotor_speed(TurbineRow(0), 1.25);
        rows.tick_to(EPOCH_S + 1.0);
        let expected = (1.25 * (EPOCH_S + 1.0)).rem_euclid(std::f64::consts::TAU) as f32;
        assert!((rows.rotor_angle_rad(TurbineRow(0)) - expected).abs() < 1e-3);
        assert!(rows.now_s().abs() < f32::EPSILON);
    }
}
