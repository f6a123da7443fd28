//! A run in numbers, as an engineer would look at it, without a broker.

use std::io::{self, Write};

use super::quantity::Quantity;
use super::simulation::Simulation;
use super::turbine::State;

/// Runs for a time and writes a row every `every_s` simulated seconds, as CSV.
///
/// # Errors
/// When it cannot be written.
pub fn write_csv(
    simulation: &mut Simulation,
    duration_s: f64,
    every_s: f64,
    out: &mut dyn Write,
) -> io::Result<()> {
    writeln!(
        out,
        "time_s,wind_ms,direction_deg,farm_mw,unwaked_kw,deepest_waked_kw,deepest_deficit_percent,\
         wake_loss_percent,running,tripped,oil_max_c,bearing_max_c,rotor_max_rpm,pitch_max_deg,\
         yaw_error_max_deg,acceleration_max_ms2,faults"
    )?;
    let rows = (duration_s / every_s).floor().max(0.0) as u64;
    for _ in 0..rows {
        simulation.advance(every_s);
        write_row(simulation, out)?;
    }
    out.flush()
}

fn write_row(simulation: &Simulation, out: &mut dyn Write) -> io::Result<()> {
    let turbines = simulation.turbines();
    let most = |quantity| {
        let values = turbines.iter().filter_map(move |t| t.number(quantity));
        values.map(f64::abs).fold(0.0, f64::max)
    };
    let power = |t: &super::turbine::Turbine| t.number(Quantity::ActivePower).unwrap_or(0.0);
    let running = || turbines.iter().filter(|t| t.state() == State::Running);
    let unwaked: Vec<f64> = running()
        .filter(|t| t.deficit() < 0.01)
        .map(power)
        .collect();
    let unwaked_kw = unwaked.iter().sum::<f64>() / unwaked.len().max(1) as f64;
    let all_kw = running().map(power).sum::<f64>() / running().count().max(1) as f64;
    let deepest = running().max_by(|a, b| a.deficit().total_cmp(&b.deficit()));
    let mean = simulation.wind().mean();
    writeln!(
        out,
        "{:.0},{:.2},{:.1},{:.2},{unwaked_kw:.0},{:.0},{:.1},{:.1},{},{},{:.1},{:.1},{:.2},{:.1},{:.1},{:.3},{}",
        simulation.time_s(),
        mean.speed_ms,
        mean.direction_deg,
        simulation.power_kw() / 1000.0,
        deepest.map_or(0.0, power),
        deepest.map_or(0.0, |t| 100.0 * t.deficit()),
        100.0 * (1.0 - all_kw / unwaked_kw.max(1.0)),
        simulation.count(State::Running),
        simulation.count(State::Tripped),
        most(Quantity::GearboxOilTemperature),
        most(Quantity::GeneratorBearingTemperature),
        most(Quantity::RotorSpeed),
        most(Quantity::BladePitch),
        most(Quantity::YawError),
        most(Quantity::NacelleAcceleration),
        simulation.faults().len(),
    )
}
