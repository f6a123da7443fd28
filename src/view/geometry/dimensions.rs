//! The dimensions of a generated turbine: what the scene gives, and what follows from its size.

use super::tables::{BladeTable, IEA_15MW, IEA_15MW_TOWER, NREL_5MW, NREL_5MW_TOWER, TowerTable};
use crate::scene::{BladeShape, Drivetrain, Foundation, Ground, Model, TurbineShape};

/// From this rotor diameter on a turbine is built as the IEA 15 MW is, metres.
const LARGE_M: f32 = 150.0;

/// Dimensions in metres. Those that a scene file does not give follow the proportions of the NREL
/// 5 MW (NREL/TP-500-38060) and the IEA 15 MW (NREL/TP-5000-75698) reference turbines and the Vestas
/// V80's data sheet.
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
    /// Radius of the spinner about the hub.
    pub spinner_radius_m: f32,
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
    /// Radius of the drum that a direct-drive generator stands in; 0 without one.
    pub drum_radius_m: f32,
    /// Length of that drum.
    pub drum_length_m: f32,
    /// Top of the transition piece at sea, of the plinth on land.
    pub foundation_height_m: f32,
    /// Radius of the foundation.
    pub foundation_radius_m: f32,
    /// How far the rotor's axis points up, degrees.
    pub tilt_deg: f32,
    /// How far the blades lean upwind, degrees.
    pub cone_deg: f32,
    /// What turns the generator.
    pub drivetrain: Drivetrain,
    /// What the tower stands on.
    pub foundation: Foundation,
    /// Whose blades.
    pub blade: BladeShape,
    /// A platform for helicopters on the nacelle.
    pub has_helideck: bool,
}

impl Dimensions {
    /// The dimensions of a model's turbines.
    pub fn of(model: &Model, ground: Ground) -> Self {
        Self::with(
            model.hub_height_m,
            model.rotor_diameter_m,
            ground == Ground::Sea,
            &model.shape,
        )
    }

    /// The dimensions of a turbine at sea or on land of which nothing else is given.
    #[cfg(test)]
    pub fn new(hub_height_m: f32, rotor_diameter_m: f32, at_sea: bool) -> Self {
        let shape = TurbineShape::default();
        Self::with(hub_height_m, rotor_diameter_m, at_sea, &shape)
    }

    /// The dimensions of a turbine at sea or on land.
    pub fn with(hub_height_m: f32, diameter_m: f32, at_sea: bool, shape: &TurbineShape) -> Self {
        let d = diameter_m;
        let large = d >= LARGE_M;
        // 0 for the size of the NREL 5 MW and below, 1 for that of the IEA 15 MW.
        let size = ((d - 126.0) / (240.0 - 126.0)).clamp(0.0, 1.0);
        let between = |small: f32, large: f32| (small + (large - small) * size) * d;
        let drivetrain = shape.drivetrain.unwrap_or(if large && at_sea {
            Drivetrain::DirectDrive
        } else {
            Drivetrain::Geared
        });
        let is_direct = drivetrain == Drivetrain::DirectDrive;
        let foundation = shape.foundation.unwrap_or(if at_sea {
            Foundation::Monopile
        } else {
            Foundation::Land
        });
        let hub_radius_m = shape
            .hub_diameter_m
            .map_or_else(|| between(0.0125, 0.0165), |m| m / 2.0)
            .min(0.2 * d);
        let foot = shape
            .tower_base_diameter_m
            .map_or_else(|| between(0.0245, 0.0209), |m| m / 2.0);
        let top = shape
            .tower_top_diameter_m
            .map_or_else(|| between(0.0155, 0.0136), |m| m / 2.0);
        let overhang_m = shape.overhang_m.unwrap_or_else(|| between(0.042, 0.0473));
        let half_width = shape
            .nacelle_width_m
            .map_or_else(|| between(0.0215, 0.0155), |m| m / 2.0);
        let half_height = shape
            .nacelle_height_m
            .map_or_else(|| between(0.0225, 0.0165), |m| m / 2.0);
        let length = shape
            .nacelle_length_m
            .unwrap_or_else(|| between(0.135, 0.096));
        let (foundation_height_m, foundation_radius_m) = match foundation {
            Foundation::Land => (0.012 * hub_height_m, 1.7 * foot),
            _ => ((0.2 * hub_height_m).min(20.0), 1.14 * foot),
        };
        Self {
            hub_height_m,
            rotor_radius_m: d / 2.0,
            blade_length_m: d / 2.0 - hub_radius_m,
            hub_radius_m,
            spinner_radius_m: hub_radius_m * (1.6 - 0.3 * size),
            overhang_m,
            tower_foot_radius_m: foot,
            tower_top_radius_m: top,
            nacelle_half_width_m: half_width,
            nacelle_half_height_m: half_height,
            nacelle_length_m: length,
            drum_radius_m: if is_direct {
                half_height.max(half_width) * 1.32
            } else {
                0.0
            },
            drum_length_m: if is_direct { 0.16 * length } else { 0.0 },
            foundation_height_m,
            foundation_radius_m,
            tilt_deg: shape.tilt_deg.unwrap_or(5.0 + size),
            cone_deg: shape.cone_deg.unwrap_or(2.5 + 1.5 * size),
            drivetrain,
            foundation,
            blade: shape.blade.unwrap_or(if large {
                BladeShape::Iea15Mw
            } else {
                BladeShape::Nrel5Mw
            }),
            has_helideck: large && at_sea,
        }
    }

    /// Half of the box, about the tower's axis, that the turbine stays in whichever way it turns.
    pub fn reach_m(&self) -> f32 {
        let upwind = self.overhang_m
            + self.prebend_m()
            + self.rotor_radius_m * (self.tilt_deg + self.cone_deg).to_radians().sin().max(0.0);
        self.rotor_radius_m.hypot(upwind) * 1.02
    }

    /// The highest that a blade's tip comes.
    pub fn top_m(&self) -> f32 {
        self.hub_height_m + self.rotor_radius_m * 1.02
    }

    /// How far nacelle and hub reach behind the tower's axis and before it.
    pub fn nacelle_reach_m(&self) -> (f32, f32) {
        let rear = self.nacelle_front_z() + self.nacelle_length_m;
        (rear, self.overhang_m + 1.75 * self.spinner_radius_m)
    }

    /// The table of its blades.
    pub(super) fn blade_table(&self) -> &'static BladeTable {
        match self.blade {
            BladeShape::Nrel5Mw => &NREL_5MW,
            BladeShape::Iea15Mw => &IEA_15MW,
        }
    }

    /// How far upwind of its pitch axis the tip lies, metres.
    fn prebend_m(&self) -> f32 {
        let table = self.blade_table();
        let tip = table.stations.last().map_or(0.0, |s| s.prebend_m);
        -tip * self.blade_length_m / table.length_m
    }

    /// From the hub's centre to the front of the nacelle, or of the generator's drum.
    pub(super) fn hub_rear_m(&self) -> f32 {
        1.3 * self.hub_radius_m
    }

    /// The nacelle's front, in the nacelle's frame.
    pub(super) fn nacelle_front_z(&self) -> f32 {
        -self.overhang_m + self.hub_rear_m() + self.drum_length_m
    }

    /// Top of the tower.
    pub fn tower_top_m(&self) -> f32 {
        self.hub_height_m - 0.92 * self.nacelle_half_height_m
    }

    /// The tower's radius at a fraction of its height, tapered as its reference turbine's is.
    pub(super) fn tower_radius_m(&self, at: f32) -> f32 {
        let table: TowerTable = match self.blade {
            BladeShape::Nrel5Mw => NREL_5MW_TOWER,
            BladeShape::Iea15Mw => IEA_15MW_TOWER,
        };
        let (Some(&(_, foot)), Some(&(_, top))) = (table.first(), table.last()) else {
            return self.tower_foot_radius_m;
        };
        let next = table
            .iter()
            .find(|s| s.0 >= at)
            .copied()
            .unwrap_or((1.0, top));
        let last = table
            .iter()
            .rfind(|s| s.0 <= at)
            .copied()
            .unwrap_or((0.0, foot));
        let f = if next.0 > last.0 {
            (at - last.0) / (next.0 - last.0)
        } else {
            0.0
        };
        let diameter = last.1 + (next.1 - last.1) * f;
        let left = (diameter - top) / (foot - top);
        self.tower_top_radius_m + (self.tower_foot_radius_m - self.tower_top_radius_m) * left
    }
}
