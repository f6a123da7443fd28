//! The dimensions of a generated turbine, from its hub height and rotor diameter.

/// Dimensions in metres. Those that a scene file does not give follow the proportions of the NREL
/// 5 MW reference turbine (NREL/TP-500-38060) and the Vestas V80's data sheet.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Dimensions {
    /// Height of the hub above the ground or the sea.
    pub hub_height_m: f32,
    /// Half of the rotor's diameter.
    pub rotor_radius_m: f32,
    /// From the root to the tip.
    pub blade_length_m: f32,
    /// From the axis to a blade's root.
    pub hub_radius_m: f32,
    /// From the tower's axis to the hub's centre.
    pub overhang_m: f32,
    /// Radius of the tower at its foot.
    pub tower_foot_radius_m: f32,
    /// Radius of the tower at its top.
    pub tower_top_radius_m: f32,
    /// Half of the nacelle's width.
    pub nacelle_half_width_m: f32,
    /// Half of the nacelle's height.
    pub nacelle_half_height_m: f32,
    /// From the hub to the nacelle's rear.
    pub nacelle_length_m: f32,
    /// Top of the transition piece at sea, of the plinth on land.
    pub foundation_height_m: f32,
    /// Radius of the foundation.
    pub foundation_radius_m: f32,
    /// How far the rotor's axis points up, degrees.
    pub tilt_deg: f32,
    /// How far the blades lean upwind, degrees.
    pub cone_deg: f32,
}

impl Dimensions {
    /// The dimensions of a turbine at sea or on land.
    pub fn new(hub_height_m: f32, rotor_diameter_m: f32, at_sea: bool) -> Self {
        let d = rotor_diameter_m;
        let hub_radius_m = 0.0125 * d;
        let foot = 0.0245 * d;
        Self {
            hub_height_m,
            rotor_radius_m: d / 2.0,
            blade_length_m: d / 2.0 - hub_radius_m,
            hub_radius_m,
            overhang_m: 0.042 * d,
            tower_foot_radius_m: foot,
            tower_top_radius_m: 0.0155 * d,
            nacelle_half_width_m: 0.0215 * d,
            nacelle_half_height_m: 0.0225 * d,
            nacelle_length_m: 0.135 * d,
            foundation_height_m: if at_sea {
                (0.2 * hub_height_m).min(20.0)
            } else {
                0.012 * hub_height_m
            },
            foundation_radius_m: if at_sea { 1.14 * foot } else { 1.7 * foot },
            tilt_deg: 5.0,
            cone_deg: 2.5,
        }
    }

    /// Half of the box, about the tower's axis, that the turbine stays in whichever way it turns.
    pub fn reach_m(&self) -> f32 {
        self.rotor_radius_m.hypot(self.overhang_m) * 1.02
    }

    /// The highest that a blade's tip comes.
    pub fn top_m(&self) -> f32 {
        self.hub_height_m + self.rotor_radius_m * 1.02
    }
}
