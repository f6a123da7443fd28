//! Which quantity a scene means by a signal: by its IEC 61400-25 field, else by the words of its name.

use super::quantity::Quantity;

use Quantity::{
    ActivePower, AlarmCodes, AmbientTemperature, BladePitch, Brake, BrakePressure, CableTwist,
    ConverterHeatSinkTemperature, ConverterTemperature, DcLinkVoltage, GearboxBearingTemperature,
    GearboxOilTemperature, GeneratorBearingTemperature, GeneratorSpeed,
    GeneratorWindingTemperature, GridFrequency, GridVoltage, HubTemperature,
    MainBearingTemperature, NacelleAcceleration, NacelleDirection, NacelleTemperature,
    PitchMotorTemperature, PossiblePower, ReactivePower, RotorSpeed, SecondBladePitch,
    SideAcceleration, State, StopReason, Torque, TowerBaseTemperature, TowerVibration,
    TransformerTemperature, WindDirection, WindSpeed, YawDriveTemperature, YawError,
};

/// Logical node and data object, as IEC 61400-25 and the tag lists made from it spell them.
const FIELDS: &[(&str, Quantity)] = &[
    ("WTUR.W", ActivePower),
    ("WGEN.W", ActivePower),
    ("WTUR.PsblW", PossiblePower),
    ("WGEN.VAr", ReactivePower),
    ("WTUR.VAr", ReactivePower),
    ("WROT.RotSpd", RotorSpeed),
    ("WGEN.RotSpd", GeneratorSpeed),
    ("WGEN.Spd", GeneratorSpeed),
    ("WMET.HorWdSpd", WindSpeed),
    ("WMET.HorWdDir", WindDirection),
    ("WMET.HorWdDirRel", YawError),
    ("WYAW.YwErr", YawError),
    ("WNAC.Dir", NacelleDirection),
    ("WYAW.YwAng", NacelleDirection),
    ("WROT.BlPthAngVal", BladePitch),
    ("WROT.BlPthAngVal1", BladePitch),
    ("WROT.BlPthAngVal2", SecondBladePitch),
    ("WROT.BlPthAngVal3", BladePitch),
    ("WMET.EnvTmp", AmbientTemperature),
    ("WNAC.IntnTmp", NacelleTemperature),
    ("WTRM.GbxOilTmp", GearboxOilTemperature),
    ("WTRM.GbxBrgHSGenTmp", GearboxBearingTemperature),
    ("WTRM.GbxBrgTmp1", GearboxBearingTemperature),
    ("WGEN.BrgDETmp", GeneratorBearingTemperature),
    ("WGEN.BrgTmp1", GeneratorBearingTemperature),
    ("WGEN.SttTmp", GeneratorWindingTemperature),
    ("WGEN.SttTmp1", GeneratorWindingTemperature),
    ("WCNV.ClWtrTmp", ConverterTemperature),
    ("WTRF.IntnTmp", TransformerTemperature),
    ("WNAC.XdirDsp", NacelleAcceleration),
    ("WCNV.GriHz", GridFrequency),
    ("WGEN.SttPPV", GridVoltage),
    ("WTUR.TurSt", State),
    ("WALM.AlmSt", StopReason),
    ("WALM.AlmCod", AlarmCodes),
    ("WTRM.BrkOpSt", Brake),
    ("WTRM.BrkHyPres", BrakePressure),
    ("WTRM.MainBrgTmp", MainBearingTemperature),
    ("WTRM.MainBrgTmp1", MainBearingTemperature),
    ("WTRM.MainBrgTmp2", MainBearingTemperature),
    ("WROT.HubTmp", HubTemperature),
    ("WROT.BlPthMotTmp1", PitchMotorTemperature),
    ("WROT.BlPthMotTmp2", PitchMotorTemperature),
    ("WROT.BlPthMotTmp3", PitchMotorTemperature),
    ("WGEN.SttTmp2", GeneratorWindingTemperature),
    ("WGEN.SttTmp3", GeneratorWindingTemperature),
    ("WNAC.YdirDsp", SideAcceleration),
    ("WTOW.XdirVbr", TowerVibration),
    ("WTOW.LoIntnTmp", TowerBaseTemperature),
    ("WYAW.Tmp", YawDriveTemperature),
    ("WYAW.CabWup", CableTwist),
    ("WCNV.DclV", DcLinkVoltage),
    ("WCNV.HtSnkTmp", ConverterHeatSinkTemperature),
    ("WCNV.Torq", Torque),
];

/// Words that must all occur in a name; the first entry that fits is taken.
const WORDS: &[(&[&str], Quantity)] = &[
    (&["stop", "reason"], StopReason),
    (&["alarm", "code"], AlarmCodes),
    (&["main", "bearing"], MainBearingTemperature),
    (&["gear", "bearing"], GearboxBearingTemperature),
    (&["gear", "temp"], GearboxOilTemperature),
    (&["oil", "temp"], GearboxOilTemperature),
    (&["generator", "bearing"], GeneratorBearingTemperature),
    (&["generator", "temp"], GeneratorWindingTemperature),
    (&["winding", "temp"], GeneratorWindingTemperature),
    (&["stator", "temp"], GeneratorWindingTemperature),
    (&["generator", "speed"], GeneratorSpeed),
    (&["generator", "rpm"], GeneratorSpeed),
    (&["heat", "sink"], ConverterHeatSinkTemperature),
    (&["converter", "temp"], ConverterTemperature),
    (&["transformer", "temp"], TransformerTemperature),
    (&["hub", "temp"], HubTemperature),
    (&["pitch", "temp"], PitchMotorTemperature),
    (&["yaw", "temp"], YawDriveTemperature),
    (&["tower", "temp"], TowerBaseTemperature),
    (&["nacelle", "temp"], NacelleTemperature),
    (&["ambient"], AmbientTemperature),
    (&["outdoor", "temp"], AmbientTemperature),
    (&["air", "temp"], AmbientTemperature),
    (&["rotor", "speed"], RotorSpeed),
    (&["rotor", "rpm"], RotorSpeed),
    (&["rpm"], RotorSpeed),
    (&["wind", "speed"], WindSpeed),
    (&["yaw", "error"], YawError),
    (&["misalign"], YawError),
    (&["wind", "direction"], WindDirection),
    (&["nacelle", "direction"], NacelleDirection),
    (&["nacelle", "position"], NacelleDirection),
    (&["cable", "twist"], CableTwist),
    (&["yaw"], NacelleDirection),
    (&["pitch"], BladePitch),
    (&["tower", "vibration"], TowerVibration),
    (&["torque"], Torque),
    (&["vibration"], NacelleAcceleration),
    (&["acceleration"], NacelleAcceleration),
    (&["frequency"], GridFrequency),
    (&["link", "voltage"], DcLinkVoltage),
    (&["voltage"], GridVoltage),
    (&["possible", "power"], PossiblePower),
    (&["expected", "power"], PossiblePower),
    (&["available", "power"], PossiblePower),
    (&["reactive", "power"], ReactivePower),
    (&["power"], ActivePower),
    (&["brake", "pressure"], BrakePressure),
    (&["brake"], Brake),
    (&["state"], State),
    (&["status"], State),
];

/// What a signal of this name, read from this field (a JSON pointer or a topic level), measures.
/// `None` where neither tells.
pub fn quantity_of(name: &str, field: &str) -> Option<Quantity> {
    if let Some(quantity) = by_field(field) {
        return Some(quantity);
    }
    by_words(name).or_else(|| by_words(field))
}

/// Whether a field is one of IEC 61400-25 that the simulator knows.
pub fn is_known_field(field: &str) -> bool {
    by_field(field).is_some()
}

fn by_field(field: &str) -> Option<Quantity> {
    let mut levels = field
        .split(['/', '.'])
        .rev()
        .filter(|level| !level.is_empty());
    let (object, node) = (levels.next()?, levels.next()?);
    let found = FIELDS.iter().find(|(known, _)| {
        known
            .split_once('.')
            .is_some_and(|(known_node, known_object)| {
                known_node.eq_ignore_ascii_case(node) && known_object.eq_ignore_ascii_case(object)
            })
    });
    found.map(|&(_, quantity)| quantity)
}

fn by_words(name: &str) -> Option<Quantity> {
    let name = name.to_lowercase();
    let fits = |words: &[&str]| words.iter().all(|word| name.contains(word));
    WORDS
        .iter()
        .find(|(words, _)| fits(words))
        .map(|&(_, quantity)| quantity)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_come_before_names() {
        assert_eq!(
            quantity_of("anything", "/WTRM/GbxOilTmp"),
            Some(GearboxOilTemperature)
        );
        assert_eq!(quantity_of("x", "/data/wrot/rotspd"), Some(RotorSpeed));
    }

    #[test]
    fn names_tell_where_fields_do_not() {
        let cases = [
            ("gearbox_oil_temperature", GearboxOilTemperature),
            ("Generator bearing temperature", GeneratorBearingTemperature),
            ("active_power", ActivePower),
            ("rotor_rpm", RotorSpeed),
            ("yaw_angle", NacelleDirection),
            ("vibration_x", NacelleAcceleration),
        ];
        for (name, quantity) in cases {
            assert_eq!(quantity_of(name, "/v"), Some(quantity), "{name}");
        }
        assert_eq!(quantity_of("coffee", "/v"), None);
    }
}
