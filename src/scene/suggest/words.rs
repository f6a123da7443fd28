//! The words of a field's name, with the abbreviations of IEC 61400-25 written out.

use crate::scene::model::Part;

/// Abbreviations and what they stand for (IEC 61400-25-2, and the tag lists made from it).
const ABBREVIATIONS: &[(&str, &str)] = &[
    ("acc", "acceleration"),
    ("act", "active"),
    ("alm", "alarm"),
    ("amb", "ambient"),
    ("ang", "angle"),
    ("atm", "atmospheric"),
    ("avg", "average"),
    ("avl", "available"),
    ("bl", "blade"),
    ("brg", "bearing"),
    ("brk", "brake"),
    ("cab", "cable"),
    ("cl", "cooling"),
    ("cnt", "count"),
    ("cnv", "converter"),
    ("cool", "cooling"),
    ("ctl", "control"),
    ("cur", "current"),
    ("dcl", "dc_link"),
    ("dir", "direction"),
    ("dmd", "demanded"),
    ("dsp", "displacement"),
    ("ena", "enabled"),
    ("env", "ambient"),
    ("err", "error"),
    ("ext", "external"),
    ("flt", "filter"),
    ("freq", "frequency"),
    ("gbx", "gearbox"),
    ("gen", "generator"),
    ("gn", "generator"),
    ("gri", "grid"),
    ("hor", "horizontal"),
    ("hum", "humidity"),
    ("hy", "hydraulic"),
    ("hyd", "hydraulic"),
    ("hz", "frequency"),
    ("inlet", "inlet"),
    ("intn", "internal"),
    ("lo", "low"),
    ("lub", "lubrication"),
    ("lvl", "level"),
    ("max", "maximum"),
    ("min", "minimum"),
    ("mot", "motor"),
    ("nac", "nacelle"),
    ("op", "operating"),
    ("pos", "position"),
    ("pres", "pressure"),
    ("press", "pressure"),
    ("psbl", "possible"),
    ("pth", "pitch"),
    ("pwr", "power"),
    ("rot", "rotor"),
    ("sh", "shaft"),
    ("snk", "sink"),
    ("spd", "speed"),
    ("spt", "setpoint"),
    ("st", "state"),
    ("stt", "stator"),
    ("temp", "temperature"),
    ("tm", "time"),
    ("tmp", "temperature"),
    ("torq", "torque"),
    ("tot", "total"),
    ("tow", "tower"),
    ("trf", "transformer"),
    ("tur", "turbine"),
    ("val", "value"),
    ("vbr", "vibration"),
    ("vib", "vibration"),
    ("vol", "voltage"),
    ("wd", "wind"),
    ("wtr", "water"),
    ("yw", "yaw"),
];

/// Logical nodes, what a data object of them tells of, and the part of the turbine.
const NODES: &[(&str, &str, Option<Part>)] = &[
    ("WTUR", "", None),
    ("WROT", "rotor", Some(Part::Rotor)),
    ("WTRM", "", None),
    ("WGEN", "generator", Some(Part::Generator)),
    ("WCNV", "converter", Some(Part::Converter)),
    ("WTRF", "transformer", Some(Part::Transformer)),
    ("WNAC", "nacelle", Some(Part::Nacelle)),
    ("WYAW", "yaw", Some(Part::Yaw)),
    ("WTOW", "tower", Some(Part::Tower)),
    ("WMET", "", None),
    ("WALM", "alarm", None),
];

/// Words at a name's end that are units, lower case; some are of two.
const UNITS: &[(&[&str], &str)] = &[
    (&["deg", "c"], "degC"),
    (&["degc"], "degC"),
    (&["celsius"], "degC"),
    (&["deg", "f"], "degF"),
    (&["degf"], "degF"),
    (&["kelvin"], "K"),
    (&["kw"], "kW"),
    (&["mw"], "MW"),
    (&["watt"], "W"),
    (&["watts"], "W"),
    (&["kvar"], "kvar"),
    (&["rpm"], "rpm"),
    (&["hz"], "Hz"),
    (&["bar"], "bar"),
    (&["mbar"], "mbar"),
    (&["pa"], "Pa"),
    (&["kpa"], "kPa"),
    (&["percent"], "%"),
    (&["pct"], "%"),
    (&["m", "s"], "m/s"),
    (&["mps"], "m/s"),
    (&["km", "h"], "km/h"),
    (&["deg"], "deg"),
    (&["degrees"], "deg"),
    (&["rad"], "rad"),
    (&["volt"], "V"),
    (&["volts"], "V"),
    (&["kv"], "kV"),
    (&["amp"], "A"),
    (&["amps"], "A"),
    (&["nm"], "Nm"),
    (&["knm"], "kNm"),
    (&["kwh"], "kWh"),
    (&["mwh"], "MWh"),
    (&["mm"], "mm"),
    (&["seconds"], "s"),
    (&["sec"], "s"),
    (&["hours"], "h"),
];

/// The unit that a word most often has: the first that occurs, from the name's end.
const USUAL: &[(&str, &str)] = &[
    ("temperature", "degC"),
    ("pressure", "bar"),
    ("humidity", "%"),
    ("frequency", "Hz"),
    ("voltage", "V"),
    ("current", "A"),
    ("torque", "kNm"),
    ("power", "kW"),
    ("vibration", "m/s²"),
    ("acceleration", "m/s²"),
    ("direction", "deg"),
    ("angle", "deg"),
    ("pitch", "deg"),
    ("load", "%"),
];

/// Words by which a part is known, where no logical node tells.
const PARTS: &[(&str, Part)] = &[
    ("gearbox", Part::Gearbox),
    ("generator", Part::Generator),
    ("stator", Part::Generator),
    ("converter", Part::Converter),
    ("transformer", Part::Transformer),
    ("brake", Part::Brake),
    ("yaw", Part::Yaw),
    ("pitch", Part::Pitch),
    ("blade", Part::Blades),
    ("shaft", Part::Shaft),
    ("tower", Part::Tower),
    ("nacelle", Part::Nacelle),
    ("hub", Part::Rotor),
    ("rotor", Part::Rotor),
    ("foundation", Part::Foundation),
];

/// The words of the last level of a field, lower case, abbreviations written out; with the subject of its
/// logical node where the field itself does not name one.
pub(super) fn words_of(field: &str) -> Vec<String> {
    let unescaped = field.replace("~1", " ").replace("~0", " ");
    let mut levels = unescaped.split(['/', '.']).rev().filter(|l| !l.is_empty());
    let last = levels.next().unwrap_or_default();
    let split = split(last);
    let mut words: Vec<String> = Vec::new();
    for word in split {
        let long = ABBREVIATIONS.iter().find(|(short, _)| **short == word);
        match long {
            // A frequency at the end may be meant as a unit; which of both it is, the rest decides.
            Some(_) if word == "hz" && !words.is_empty() => words.push(word),
            Some((_, long)) => words.extend(long.split('_').map(str::to_owned)),
            None => words.push(word),
        }
    }
    let subject = levels
        .find_map(|level| {
            NODES
                .iter()
                .find(|(node, ..)| node.eq_ignore_ascii_case(level))
        })
        .map_or("", |(_, subject, _)| subject);
    if !subject.is_empty() && !words.is_empty() && !words.iter().any(|word| word == subject) {
        words.insert(0, subject.to_owned());
    }
    words
}

/// At changes of case, between letters and digits, and at what is neither.
fn split(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut word = String::new();
    let chars: Vec<char> = name.chars().collect();
    for (at, &c) in chars.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|at| chars.get(at)).copied();
        let after = chars.get(at + 1).copied();
        let is_break = before.is_some_and(|before| {
            let up = c.is_uppercase() && before.is_lowercase();
            // The last capital of several begins a word: DEBrg is DE, Brg.
            let last =
                c.is_uppercase() && before.is_uppercase() && after.is_some_and(char::is_lowercase);
            up || last || c.is_ascii_digit() != before.is_ascii_digit()
        });
        if is_break || !c.is_alphanumeric() {
            words.extend(Some(std::mem::take(&mut word)).filter(|w| !w.is_empty()));
        }
        if c.is_alphanumeric() {
            word.extend(c.to_lowercase());
        }
    }
    words.extend(Some(word).filter(|w| !w.is_empty()));
    // `degC` is one word.
    let joined = |pair: &[String]| matches!(pair, [a, b] if a == "deg" && (b == "c" || b == "f"));
    while let Some(at) = words.windows(2).position(joined) {
        let second = words.remove(at + 1);
        if let Some(first) = words.get_mut(at) {
            first.push_str(&second);
        }
    }
    words
}

/// The name without the unit at its end, and the unit.
pub(super) fn split_unit(mut words: Vec<String>) -> (Vec<String>, Option<&'static str>) {
    let ends = |unit: &[&str]| {
        words.len() > unit.len()
            && words
                .iter()
                .rev()
                .zip(unit.iter().rev())
                .all(|(a, b)| a == b)
    };
    let Some((unit, name)) = UNITS.iter().find(|(unit, _)| ends(unit)) else {
        return (words, None);
    };
    words.truncate(words.len() - unit.len());
    (words, Some(name))
}

/// The unit that a quantity of these words usually has; empty where they tell nothing.
pub(super) fn unit_of(words: &[String]) -> &'static str {
    let has = |word: &str| words.iter().any(|w| w == word);
    if has("speed") {
        return if has("wind") { "m/s" } else { "rpm" };
    }
    let unit = |word: &String| USUAL.iter().find(|(known, _)| known == word);
    let usual = words.iter().rev().find_map(unit);
    usual.map_or("", |(_, unit)| unit)
}

/// The part that words or a logical node tell of.
pub(super) fn part_of(words: &[String], field: &str) -> Option<Part> {
    let by_word = |(name, part): &(&str, Part)| words.iter().any(|w| w == name).then_some(*part);
    let by_node = || {
        field.split(['/', '.']).find_map(|level| {
            let node = NODES
                .iter()
                .find(|(node, ..)| node.eq_ignore_ascii_case(level));
            node.and_then(|(.., part)| *part)
        })
    };
    PARTS.iter().find_map(by_word).or_else(by_node)
}
