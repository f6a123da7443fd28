//! Temperatures as first-order lags that follow load and surroundings.
//!
//! Levels and time constants are of the size that SCADA records of 2 MW geared machines show (Sun et
//! al., Applied Energy 168, 2016; EDP open data, 2016-17): oil 45 to 65 °C and bearings 60 to 75 °C in
//! operation. The time constants are at the short end, so that a fault shows within minutes.

/// A value that follows its target.
#[must_use]
pub fn lag(value: f64, target: f64, time_constant_s: f64, dt_s: f64) -> f64 {
    value + (target - value) * (1.0 - (-dt_s / time_constant_s).exp())
}

/// What heats the parts.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Heating {
    /// Power over rated power.
    pub load: f64,
    /// Rotor speed over nominal.
    pub speed: f64,
    /// Air outside, degrees Celsius.
    pub ambient_c: f64,
    /// What the machine has of its own, degrees: no two are alike.
    pub offset_c: f64,
    /// How far the oil cooler has failed, 0 to 1.
    pub oil_cooler: f64,
    /// How far the generator's bearing is worn, 0 to 1.
    pub generator_bearing: f64,
    /// How far the converter's cooling water is lost, 0 to 1.
    pub converter: f64,
    /// How far the transformer's cooling has failed, 0 to 1.
    pub transformer: f64,
    /// How far the nacelle's fans have failed, 0 to 1.
    pub nacelle_fan: f64,
    /// How far the gearbox's high-speed bearing is worn, 0 to 1.
    pub gearbox_bearing: f64,
    /// How far the generator's cooling has failed, 0 to 1.
    pub generator_cooling: f64,
    /// How far the main bearing is worn, 0 to 1.
    pub main_bearing: f64,
}

/// The temperatures of a machine, degrees Celsius.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Temperatures {
    /// Air in the nacelle.
    pub nacelle_c: f64,
    /// Oil in the gearbox's sump.
    pub gearbox_oil_c: f64,
    /// The gearbox's high-speed bearing.
    pub gearbox_bearing_c: f64,
    /// The main bearing.
    pub main_bearing_c: f64,
    /// Air in the hub.
    pub hub_c: f64,
    /// The generator's drive-end bearing.
    pub generator_bearing_c: f64,
    /// The generator's stator winding.
    pub generator_winding_c: f64,
    /// The converter's cooling water.
    pub converter_c: f64,
    /// The transformer's winding.
    pub transformer_c: f64,
}

impl Temperatures {
    /// All as cold as the air.
    pub fn cold(ambient_c: f64) -> Self {
        Self {
            nacelle_c: ambient_c,
            gearbox_oil_c: ambient_c,
            gearbox_bearing_c: ambient_c,
            main_bearing_c: ambient_c,
            hub_c: ambient_c,
            generator_bearing_c: ambient_c,
            generator_winding_c: ambient_c,
            converter_c: ambient_c,
            transformer_c: ambient_c,
        }
    }

    /// Lets the parts warm or cool.
    pub fn step(&mut self, heating: &Heating, dt_s: f64) {
        let Heating {
            load,
            ambient_c,
            offset_c,
            ..
        } = *heating;
        // Friction goes with speed; a machine at a standstill keeps its heaters on.
        let turning = heating.speed.clamp(0.0, 1.2);
        let own = offset_c * turning;

        let nacelle =
            ambient_c + 8.0 + 8.0 * load + 0.3 * own + heating.nacelle_fan * (31.0 + 10.0 * load);
        self.nacelle_c = lag(self.nacelle_c, nacelle, 180.0, dt_s);

        let oil = 20.0
            + 0.25 * ambient_c
            + 24.0 * turning
            + 16.0 * load
            + own
            + heating.oil_cooler * turning * (56.0 + 16.0 * load);
        self.gearbox_oil_c = lag(self.gearbox_oil_c, oil, 300.0, dt_s);

        let gearbox_bearing = self.gearbox_oil_c
            + 3.0 * turning
            + 5.0 * load
            + heating.gearbox_bearing * turning * (58.0 + 6.0 * load);
        self.gearbox_bearing_c = lag(self.gearbox_bearing_c, gearbox_bearing, 60.0, dt_s);

        let main_bearing = 12.0
            + 0.4 * ambient_c
            + 17.0 * turning
            + 9.0 * load
            + 0.6 * own
            + heating.main_bearing * turning * (52.0 + 8.0 * load);
        self.main_bearing_c = lag(self.main_bearing_c, main_bearing, 240.0, dt_s);
        let hub = ambient_c + 7.0 + 5.0 * turning + 0.4 * own;
        self.hub_c = lag(self.hub_c, hub, 300.0, dt_s);

        let generator_bearing = 18.0
            + 0.3 * self.nacelle_c
            + 22.0 * turning
            + 20.0 * load
            + own
            + heating.generator_bearing * turning * (72.0 + 6.0 * load);
        self.generator_bearing_c = lag(self.generator_bearing_c, generator_bearing, 200.0, dt_s);

        let winding = self.nacelle_c
            + 20.0
            + 8.0 * turning
            + 52.0 * load * load
            + own
            + heating.generator_cooling * (110.0 + 30.0 * load);
        self.generator_winding_c = lag(self.generator_winding_c, winding, 400.0, dt_s);

        let converter = 18.0
            + 0.3 * ambient_c
            + 18.0 * load
            + 0.5 * own
            + heating.converter * (22.0 + 14.0 * load);
        self.converter_c = lag(self.converter_c, converter, 150.0, dt_s);

        let transformer =
            42.0 + 0.5 * ambient_c + 42.0 * load + own + heating.transformer * (62.0 + 8.0 * load);
        self.transformer_c = lag(self.transformer_c, transformer, 400.0, dt_s);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settled(heating: Heating) -> Temperatures {
        let mut temperatures = Temperatures::cold(heating.ambient_c);
        for _ in 0..20_000 {
            temperatures.step(&heating, 1.0);
        }
        temperatures
    }

    #[test]
    fn a_lag_covers_63_percent_in_its_time_constant() {
        let mut value = 0.0;
        for _ in 0..300 {
            value = lag(value, 100.0, 300.0, 1.0);
        }
        assert!((value - 63.2).abs() < 0.1);
    }

    #[test]
    fn full_load_in_health_stays_below_every_warning() {
        let hot = settled(Heating {
            load: 1.0,
            speed: 1.05,
            ambient_c: 20.0,
            offset_c: 2.5,
            ..Heating::default()
        });
        assert!(hot.gearbox_oil_c < 70.0, "{hot:?}");
        assert!(hot.generator_bearing_c < 80.0, "{hot:?}");
        assert!(hot.generator_winding_c < 130.0, "{hot:?}");
        assert!(
            hot.transformer_c < 105.0 && hot.converter_c < 48.0,
            "{hot:?}"
        );
    }

    #[test]
    fn a_lost_oil_cooler_overheats_even_at_low_load() {
        let low = Heating {
            load: 0.15,
            speed: 0.6,
            oil_cooler: 1.0,
            ..Heating::default()
        };
        let part = Heating {
            load: 0.4,
            speed: 0.9,
            oil_cooler: 1.0,
            ..Heating::default()
        };
        assert!(settled(low).gearbox_oil_c > 70.0);
        assert!(settled(part).gearbox_oil_c > 85.0);
    }
}
