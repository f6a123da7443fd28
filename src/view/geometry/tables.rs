//! The reference turbines' tables: blades and towers, as published.

/// One section of a blade.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Station {
    /// Distance from the root as a fraction of the blade's length.
    pub span: f32,
    /// Metres.
    pub chord_m: f32,
    /// Aerodynamic twist, degrees towards feather.
    pub twist_deg: f32,
    /// Thickness as a fraction of the chord; 1 for the circular root.
    pub thickness: f32,
    /// Metres downwind of the pitch axis: a blade that is bent upwind has negative ones.
    pub prebend_m: f32,
}

/// A blade, root to tip.
#[derive(Debug)]
pub(super) struct BladeTable {
    /// Root to tip, metres.
    pub length_m: f32,
    /// By span.
    pub stations: &'static [Station],
}

/// A tower: fractions of its height, and diameters in metres.
pub(super) type TowerTable = &'static [(f32, f32)];

const fn station(
    span: f32,
    chord_m: f32,
    twist_deg: f32,
    thickness: f32,
    prebend_m: f32,
) -> Station {
    Station {
        span,
        chord_m,
        twist_deg,
        thickness,
        prebend_m,
    }
}

impl BladeTable {
    /// The blade at a fraction of its length, between the stations of the table.
    pub fn at(&self, span: f32) -> Station {
        let span = span.clamp(0.0, 1.0);
        let next = self.stations.iter().find(|s| s.span >= span);
        let last = self.stations.iter().rfind(|s| s.span <= span);
        let (Some(a), Some(b)) = (last, next) else {
            return station(span, 0.0, 0.0, 1.0, 0.0);
        };
        let f = if b.span > a.span {
            (span - a.span) / (b.span - a.span)
        } else {
            0.0
        };
        let lerp = |a: f32, b: f32| a + (b - a) * f;
        station(
            span,
            lerp(a.chord_m, b.chord_m),
            lerp(a.twist_deg, b.twist_deg),
            lerp(a.thickness, b.thickness),
            lerp(a.prebend_m, b.prebend_m),
        )
    }
}

/// The NREL 5 MW reference turbine (Jonkman et al., NREL/TP-500-38060, 2009), in the sections of the
/// IEA Wind Task 37 ontology file of the same blade; rotor of 126 m, no prebend.
pub(super) const NREL_5MW: BladeTable = BladeTable {
    length_m: 61.5,
    stations: &[
        station(0.0, 3.542, 13.308, 1.0, 0.0),
        station(0.02, 3.542, 13.308, 1.0, 0.0),
        station(0.04, 3.6668, 13.308, 0.9534, 0.0),
        station(0.06, 3.8072, 13.308, 0.9009, 0.0),
        station(0.08, 3.9479, 13.308, 0.8107, 0.0),
        station(0.1, 4.0888, 13.308, 0.7016, 0.0),
        station(0.12, 4.2294, 13.308, 0.6037, 0.0),
        station(0.14, 4.3698, 13.308, 0.5195, 0.0),
        station(0.16, 4.5102, 13.308, 0.4353, 0.0),
        station(0.18, 4.576, 12.9424, 0.3958, 0.0),
        station(0.2, 4.6045, 12.394, 0.3786, 0.0),
        station(0.22, 4.633, 11.8456, 0.3614, 0.0),
        station(0.24, 4.6326, 11.3482, 0.3473, 0.0),
        station(0.26, 4.5744, 10.9528, 0.3392, 0.0),
        station(0.28, 4.5162, 10.5574, 0.3312, 0.0),
        station(0.3, 4.458, 10.162, 0.3231, 0.0),
        station(0.32, 4.3953, 9.8167, 0.3162, 0.0),
        station(0.34, 4.3326, 9.4714, 0.3092, 0.0),
        station(0.36, 4.2699, 9.1261, 0.3023, 0.0),
        station(0.38, 4.2006, 8.7678, 0.2935, 0.0),
        station(0.4, 4.128, 8.403, 0.2837, 0.0),
        station(0.42, 4.0554, 8.0382, 0.2739, 0.0),
        station(0.44, 3.9811, 7.6699, 0.2647, 0.0),
        station(0.46, 3.9034, 7.2946, 0.2565, 0.0),
        station(0.48, 3.8257, 6.9193, 0.2484, 0.0),
        station(0.5, 3.748, 6.544, 0.2402, 0.0),
        station(0.52, 3.6742, 6.1891, 0.2341, 0.0),
        station(0.54, 3.6004, 5.8342, 0.2281, 0.0),
        station(0.56, 3.5266, 5.4793, 0.222, 0.0),
        station(0.58, 3.4528, 5.1264, 0.2156, 0.0),
        station(0.6, 3.379, 4.7745, 0.2089, 0.0),
        station(0.62, 3.3052, 4.4226, 0.2023, 0.0),
        station(0.64, 3.2314, 4.0817, 0.1961, 0.0),
        station(0.66, 3.1576, 3.7628, 0.1907, 0.0),
        station(0.68, 3.0838, 3.4439, 0.1854, 0.0),
        station(0.7, 3.01, 3.125, 0.18, 0.0),
        station(0.72, 2.9362, 2.8832, 0.18, 0.0),
        station(0.74, 2.8624, 2.6414, 0.18, 0.0),
        station(0.76, 2.7886, 2.3996, 0.18, 0.0),
        station(0.78, 2.7148, 2.1604, 0.18, 0.0),
        station(0.8, 2.641, 1.9225, 0.18, 0.0),
        station(0.82, 2.5672, 1.6846, 0.18, 0.0),
        station(0.84, 2.4934, 1.4464, 0.18, 0.0),
        station(0.86, 2.4196, 1.2078, 0.18, 0.0),
        station(0.88, 2.3458, 0.9691, 0.18, 0.0),
        station(0.9, 2.2563, 0.7398, 0.18, 0.0),
        station(0.92, 2.1541, 0.5179, 0.18, 0.0),
        station(0.94, 1.9859, 0.3304, 0.18, 0.0),
        station(0.96, 1.6858, 0.2116, 0.18, 0.0),
        station(0.98, 1.419, 0.106, 0.18, 0.0),
        station(1.0, 1.419, 0.106, 0.18, 0.0),
    ],
};

/// The IEA 15 MW reference turbine (Gaertner et al., NREL/TP-5000-75698, 2020), from its ontology file;
/// rotor of 240 m, bent 4 m upwind at the tip.
pub(super) const IEA_15MW: BladeTable = BladeTable {
    length_m: 117.0,
    stations: &[
        station(0.0, 5.2, 15.5946, 1.0, 0.0),
        station(0.02, 5.2087, 15.5879, 1.0, 0.018),
        station(0.04, 5.2367, 15.4179, 0.9726, 0.0413),
        station(0.06, 5.29, 14.9763, 0.9039, 0.0696),
        station(0.08, 5.3614, 14.3137, 0.8092, 0.101),
        station(0.1, 5.4436, 13.4833, 0.7044, 0.1336),
        station(0.12, 5.5295, 12.539, 0.6055, 0.1656),
        station(0.14, 5.6104, 11.5384, 0.5282, 0.1944),
        station(0.16, 5.6812, 10.5348, 0.4802, 0.2192),
        station(0.18, 5.7336, 9.5781, 0.4418, 0.2374),
        station(0.2, 5.7604, 8.722, 0.4089, 0.2472),
        station(0.22, 5.758, 7.9912, 0.3825, 0.2499),
        station(0.24, 5.7158, 7.3454, 0.3642, 0.2496),
        station(0.26, 5.6303, 6.718, 0.3527, 0.248),
        station(0.28, 5.5088, 6.1069, 0.3448, 0.2456),
        station(0.3, 5.3674, 5.5225, 0.3384, 0.2424),
        station(0.32, 5.2165, 4.9723, 0.3326, 0.2384),
        station(0.34, 5.0694, 4.4665, 0.3268, 0.234),
        station(0.36, 4.9339, 4.0088, 0.3213, 0.2279),
        station(0.38, 4.8127, 3.598, 0.3163, 0.2164),
        station(0.4, 4.6999, 3.2243, 0.3113, 0.1961),
        station(0.42, 4.5887, 2.8778, 0.3062, 0.164),
        station(0.44, 4.4778, 2.5536, 0.3007, 0.1202),
        station(0.46, 4.3681, 2.2499, 0.2947, 0.0675),
        station(0.48, 4.2602, 1.9644, 0.2884, 0.0081),
        station(0.5, 4.1548, 1.6936, 0.2819, -0.0556),
        station(0.52, 4.0522, 1.4357, 0.2755, -0.1225),
        station(0.54, 3.953, 1.193, 0.2693, -0.1966),
        station(0.56, 3.8571, 0.9672, 0.2633, -0.2829),
        station(0.58, 3.7638, 0.7566, 0.2573, -0.383),
        station(0.6, 3.6725, 0.5568, 0.2514, -0.4954),
        station(0.62, 3.5824, 0.362, 0.2458, -0.6173),
        station(0.64, 3.4927, 0.1677, 0.2405, -0.746),
        station(0.66, 3.4028, -0.0326, 0.2349, -0.879),
        station(0.68, 3.3121, -0.2478, 0.229, -1.0145),
        station(0.7, 3.2209, -0.4891, 0.2232, -1.1529),
        station(0.72, 3.1305, -0.7697, 0.218, -1.2986),
        station(0.74, 3.0408, -1.0828, 0.214, -1.4527),
        station(0.76, 2.9508, -1.3932, 0.2116, -1.6141),
        station(0.78, 2.8601, -1.6807, 0.211, -1.7822),
        station(0.8, 2.7678, -1.9247, 0.211, -1.9556),
        station(0.82, 2.6732, -2.1002, 0.211, -2.1335),
        station(0.84, 2.5755, -2.1659, 0.211, -2.3159),
        station(0.86, 2.4746, -2.173, 0.211, -2.5034),
        station(0.88, 2.371, -2.149, 0.211, -2.698),
        station(0.9, 2.2649, -2.0945, 0.211, -2.8995),
        station(0.92, 2.1564, -2.0087, 0.211, -3.1076),
        station(0.94, 2.0457, -1.8864, 0.211, -3.322),
        station(0.96, 1.933, -1.7157, 0.211, -3.5429),
        station(0.98, 1.8167, -1.5028, 0.211, -3.7688),
        station(1.0, 0.5, -1.2424, 0.211, -4.0),
    ],
};

/// The tower of the NREL 5 MW, 87.7 m.
pub(super) const NREL_5MW_TOWER: TowerTable = &[
    (0.0, 6.0),
    (0.1665, 5.645),
    (0.333, 5.29),
    (0.4994, 4.935),
    (0.6659, 4.58),
    (0.8324, 4.225),
    (1.0, 3.87),
];

/// The tower of the IEA 15 MW above its transition piece, 15 m to 144.4 m.
pub(super) const IEA_15MW_TOWER: TowerTable = &[
    (0.0, 10.0),
    (0.1005, 10.0),
    (0.2009, 9.926),
    (0.3014, 9.443),
    (0.4019, 8.833),
    (0.5024, 8.151),
    (0.6028, 7.39),
    (0.7033, 6.909),
    (0.8038, 6.748),
    (0.9043, 6.572),
    (1.0, 6.5),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_run_from_root_to_tip_and_are_met_at_their_stations() {
        for table in [&NREL_5MW, &IEA_15MW] {
            assert_eq!(table.stations.first().unwrap().span, 0.0);
            assert_eq!(table.stations.last().unwrap().span, 1.0);
            assert!(table.stations.windows(2).all(|w| w[0].span < w[1].span));
            for s in table.stations {
                assert_eq!(table.at(s.span), *s);
            }
        }
    }
}
