//! What the rows are filled from: drive signals, appearances, the selection.

use std::collections::HashSet;

use bevy::prelude::*;
use bevy_egui::egui::Color32;

use super::layout::{Row, RowFlags, SurfaceStyle};
use super::table::Rows;
use crate::fleet::{Fleet, TurbineRow};
use crate::rules::{Appearance, Outputs, RuleStates, Shown};
use crate::scene::{
    ActiveScene, Drive, Foundation, Part, Priority, Rule, RuleColor, SURFACES, Scene, Surface,
};
use crate::theme::{ScaleColors, Theme, rule_scale};
use crate::view::Selection;
use crate::view::colour::{ColourScale, ValueColour};
use crate::view::farm::Farm;
use crate::view::inside::Opened;

/// Revolutions a minute to radians a second.
const RAD_S_PER_RPM: f32 = std::f32::consts::TAU / 60.0;
/// Faster than any rotor that still stands; what is beyond is a fault of the sensor.
const FASTEST_RPM: f64 = 60.0;
/// The least opacity of what is not known.
const LEAST_UNKNOWN: f32 = 0.5;

/// Turns rotors, nacelles and blades as the drive signals of the rows that changed say.
pub(super) fn follow_drives(
    active: Option<Res<ActiveScene>>,
    fleet: Option<Res<Fleet>>,
    time: Res<Time<Real>>,
    mut rows: ResMut<Rows>,
) {
    let (Some(active), Some(fleet)) = (active, fleet) else {
        return;
    };
    let rows = rows.bypass_change_detection();
    rows.tick(time.elapsed_secs_f64());
    for &turbine in fleet.dirty_rows() {
        let Some(model) = active.scene.model_of(turbine) else {
            continue;
        };
        let value = |drive| {
            let signal = model.driver(drive)?;
            fleet.usable(turbine, signal.column)
        };
        // A rotor of unknown speed stands: turning would claim that it runs.
        let rpm = value(Drive::Rotor)
            .unwrap_or(0.0)
            .clamp(-FASTEST_RPM, FASTEST_RPM);
        rows.set_rotor_speed(turbine, rpm as f32 * RAD_S_PER_RPM);
        // Direction and pitch stay as last known.
        let yaw = value(Drive::Yaw).map(|deg| deg.rem_euclid(360.0).to_radians() as f32);
        let pitch = value(Drive::Pitch).map(|deg| deg.clamp(-20.0, 100.0).to_radians() as f32);
        rows.change(turbine, |row| {
            row.yaw_rad = yaw.unwrap_or(row.yaw_rad);
            row.pitch_rad = pitch.unwrap_or(row.pitch_rad);
        });
    }
}

/// Colours the surfaces as the rules say, or as the signal does that the operator chose.
pub(in crate::view) fn follow_appearance(
    active: Option<Res<ActiveScene>>,
    states: Option<Res<RuleStates>>,
    fleet: Option<Res<Fleet>>,
    (theme, scale): (Res<Theme>, Res<ColourScale>),
    (farm, opened): (Res<Farm>, Res<Opened>),
    mut rows: ResMut<Rows>,
    mut styled: Local<Option<AssetId<bevy::render::storage::ShaderBuffer>>>,
    mut was_opened: Local<Opened>,
    mut scales: Local<Scales>,
) {
    let (Some(active), Some(states), Some(fleet)) = (active, states, fleet) else {
        return;
    };
    let scene = &*active.scene;
    let rows = rows.bypass_change_detection();
    let all = *styled != Some(rows.buffer.id())
        || theme.is_changed()
        || active.is_changed()
        || scale.is_changed();
    *styled = Some(rows.buffer.id());
    if active.is_changed() {
        *scales = scales_of(scene);
    }
    let mut follow = |turbine| {
        let d = scene
            .turbine(turbine)
            .and_then(|t| farm.dimensions.get(t.model));
        let look = Look {
            scene,
            theme: &theme,
            foundation: d.map_or(Foundation::Land, |d| d.foundation),
            is_opened: opened.0 == Some(turbine),
            states: &states,
            scales: &scales,
            turbine,
            outputs: states.outputs(turbine),
        };
        let appearance = states.appearance(turbine);
        let painted = match &scale.0 {
            None => look.by_rules(appearance),
            Some(scale) => {
                let value = scale.of_turbine(scene, &fleet, turbine);
                look.by_signal(appearance, value, scale.part)
            }
        };
        rows.change(turbine, |row| {
            (row.surfaces, row.outline) = painted;
        });
    };
    if *was_opened != *opened {
        was_opened.0.into_iter().for_each(&mut follow);
        opened.0.into_iter().for_each(&mut follow);
        *was_opened = *opened;
    }
    if all {
        (0..scene.turbines.len() as u32)
            .map(TurbineRow)
            .for_each(&mut follow);
        return;
    }
    states.changed().iter().copied().for_each(&mut follow);
    states.revalued().iter().copied().for_each(&mut follow);
    if scale.0.is_some() {
        fleet.dirty_rows().iter().copied().for_each(&mut follow);
    }
}

/// By rule, the colours of its scale.
type Scales = Vec<Option<&'static ScaleColors>>;

fn scales_of(scene: &Scene) -> Scales {
    let colors = |rule: &Rule| match &rule.color {
        Some(RuleColor::Scale(scale)) => rule_scale(&scale.name),
        _ => None,
    };
    scene.rules.iter().map(colors).collect()
}

/// The surfaces of a row, and the outline of those that are alarmed.
type Painted = ([u32; SURFACES], u32);

/// What a turbine's colours follow from, beside its rules.
struct Look<'a> {
    scene: &'a Scene,
    theme: &'a Theme,
    foundation: Foundation,
    /// It is cut open: its parts show themselves what its shells tell of them otherwise.
    is_opened: bool,
    states: &'a RuleStates,
    scales: &'a Scales,
    turbine: TurbineRow,
    outputs: Outputs,
}

impl Look<'_> {
    /// The signal's colour on all that is seen from outside, and within on the part that it tells
    /// about. An alarm keeps its outline, in its own colour; what has no value is hatched.
    fn by_signal(&self, appearance: Appearance, value: ValueColour, part: Option<Part>) -> Painted {
        let mut surfaces = [0; SURFACES];
        let mut most_urgent: Option<Priority> = None;
        let all = Surface::ALL.iter().zip(appearance.surfaces);
        for (packed, (&(surface, _), shown)) in surfaces.iter_mut().zip(all) {
            let by_rule = self.style(surface, shown);
            let of_part = part.is_none_or(|p| p.surfaces().contains(&surface));
            if !surface.is_outside() && !of_part {
                *packed = by_rule.packed();
                continue;
            }
            let rule = shown
                .rule
                .and_then(|r| self.scene.rules.get(usize::from(r)));
            let alarm = rule.and_then(|r| r.alarm.as_ref()).map(|a| a.priority);
            most_urgent = most_urgent.into_iter().chain(alarm).min();
            let plain = SurfaceStyle {
                alarm: by_rule.alarm,
                opacity: by_rule.opacity,
                ..SurfaceStyle::plain(self.theme.surface(surface, self.foundation))
            };
            *packed = match value {
                ValueColour::Known(color) => SurfaceStyle {
                    color,
                    coloured: true,
                    ..plain
                },
                ValueColour::Unknown => SurfaceStyle {
                    unknown: true,
                    opacity: plain.opacity.max(LEAST_UNKNOWN),
                    ..plain
                },
                ValueColour::None => plain,
            }
            .packed();
        }
        (surfaces, self.outline(most_urgent))
    }

    /// The colours of the rules. Where a scale colours an alarmed surface, its outline tells the alarm.
    fn by_rules(&self, appearance: Appearance) -> Painted {
        let mut packed = [0; SURFACES];
        let mut most_urgent: Option<Priority> = None;
        let shown = Surface::ALL.iter().zip(appearance.surfaces);
        for (packed, (&(surface, _), shown)) in packed.iter_mut().zip(shown) {
            *packed = self.style(surface, shown).packed();
            let rule = shown.rule.map(usize::from);
            let has_scale = rule
                .and_then(|r| self.scales.get(r))
                .is_some_and(|s| s.is_some());
            if has_scale {
                let rule = rule.and_then(|r| self.scene.rules.get(r));
                let alarm = rule.and_then(|r| r.alarm.as_ref()).map(|a| a.priority);
                most_urgent = most_urgent.into_iter().chain(alarm).min();
            }
        }
        (packed, self.outline(most_urgent))
    }

    fn outline(&self, priority: Option<Priority>) -> u32 {
        priority.map_or(0, |priority| {
            let [r, g, b, _] = self.theme.priority(priority).to_array();
            u32::from_le_bytes([r, g, b, u8::MAX])
        })
    }

    /// The colour that a rule gives; whether it lacks the value that decides it.
    fn given(&self, index: u16, rule: &Rule) -> (Option<Color32>, bool) {
        match &rule.color {
            None => (None, false),
            Some(RuleColor::Fixed([r, g, b])) => (Some(Color32::from_rgb(*r, *g, *b)), false),
            Some(RuleColor::Scale(scale)) => {
                let colors = self.scales.get(usize::from(index)).copied().flatten();
                let value = self.states.scale_value(index, self.turbine);
                let color = colors.zip(value).map(|(c, value)| c.at(scale.share(value)));
                (color, color.is_none())
            }
        }
    }

    /// How a surface is drawn that shows this.
    fn style(&self, surface: Surface, shown: Shown) -> SurfaceStyle {
        let plain = self.theme.surface(surface, self.foundation);
        let rule = shown
            .rule
            .and_then(|r| self.scene.rules.get(usize::from(r)))
            .filter(|rule| !self.is_opened || tells_of(rule, surface));
        let alarm = rule.and_then(|r| r.alarm.as_ref());
        let (given, lacks_value) = shown
            .rule
            .zip(rule)
            .map_or((None, false), |(index, rule)| self.given(index, rule));
        let of_alarm = alarm.filter(|_| !lacks_value);
        let color = given.or(of_alarm.map(|a| self.theme.priority(a.priority)));
        // A rule that holds says more than that an earlier one is unknown.
        let unknown = (shown.unknown && shown.rule.is_none()) || lacks_value;
        let opacity = self.outputs.opacity(surface);
        let opacity = opacity.and_then(|r| self.scene.rules.get(usize::from(r)));
        let opacity = opacity.map_or(1.0, |r| r.opacity);
        SurfaceStyle {
            color: color.unwrap_or(plain),
            coloured: color.is_some(),
            alarm: alarm.is_some(),
            unknown,
            // What an alarm colours is solid, and what is not known does not vanish.
            opacity: match (alarm, unknown) {
                (Some(_), _) => 1.0,
                (None, true) => opacity.max(LEAST_UNKNOWN),
                (None, false) => opacity,
            },
        }
    }
}

/// Whether a rule colours this surface of an opened turbine: what is within shows its own rules, what
/// is outside all others.
fn tells_of(rule: &Rule, surface: Surface) -> bool {
    let own = rule.part.and_then(|part| part.surfaces().last());
    own.is_none_or(|own| own.is_outside()) == surface.is_outside()
}

/// Marks the selected turbine and the one under the pointer.
pub(super) fn follow_selection(
    (selection, opened): (Res<Selection>, Res<Opened>),
    mut rows: ResMut<Rows>,
    mut marked: Local<(
        Option<AssetId<bevy::render::storage::ShaderBuffer>>,
        Selection,
        Opened,
    )>,
) {
    let rows = rows.bypass_change_detection();
    let id = Some(rows.buffer.id());
    if marked.0 == id && marked.1 == *selection && marked.2 == *opened {
        return;
    }
    // A whole country may be selected: looking each up in a list would take as long as that is.
    let selected: HashSet<TurbineRow> = selection.all().collect();
    let told_of = |s: &Selection| s.all().chain(s.hovered).collect::<Vec<_>>();
    let told = told_of(&marked.1).into_iter().chain(told_of(&selection));
    for turbine in told.chain(marked.2.0).chain(opened.0) {
        let mut flags = 0;
        if selected.contains(&turbine) {
            flags |= RowFlags::SELECTED;
        }
        if selection.hovered == Some(turbine) {
            flags |= RowFlags::HOVERED;
        }
        if opened.0 == Some(turbine) {
            flags |= RowFlags::CUT;
        }
        rows.change(turbine, |row: &mut Row| row.flags = flags);
    }
    *marked = (id, selection.clone(), *opened);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::{LoadOptions, load};
    use crate::theme::Variant;

    const SCENE: &str = r##"
[site]
latitude = 0
longitude = 0
[broker]
url = "mqtt://127.0.0.1:1"
[[topics]]
filter = "farm/{turbine}"
payload = "json"
[models.m]
hub_height_m = 70
rotor_diameter_m = 80
rated_power_kw = 2000
[models.m.signals]
t = { field = "/t" }
[[turbines]]
id = "T01"
model = "m"
east_m = 0
north_m = 0
[[rules]]
name = "hot"
part = "gearbox"
when = "t > 80"
color = "#d13212"
[rules.alarm]
priority = "high"
response = "act"
"##;

    fn painted(value: ValueColour, part: Option<Part>) -> Painted {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("scene.toml");
        std::fs::write(&path, SCENE).unwrap();
        let loaded = load(&path, &LoadOptions::default());
        let scene = loaded.unwrap_or_else(|problems| panic!("{problems}")).scene;
        let mut appearance = Appearance::default();
        for surface in Part::Gearbox.surfaces() {
            appearance.surfaces[*surface as usize].rule = Some(0);
        }
        let theme = Theme::new(Variant::Light);
        let look = Look {
            scene: &scene,
            theme: &theme,
            foundation: Foundation::Land,
            is_opened: false,
            states: &RuleStates::default(),
            scales: &scales_of(&scene),
            turbine: TurbineRow(0),
            outputs: Outputs::default(),
        };
        look.by_signal(appearance, value, part)
    }

    fn rgb(packed: u32) -> Color32 {
        let [r, g, b, _] = packed.to_le_bytes();
        Color32::from_rgb(r, g, b)
    }

    const ALARM: u32 = 2 << 24;
    const UNKNOWN: u32 = 4 << 24;

    #[test]
    fn an_alarm_keeps_its_outline_in_its_own_colour_where_a_signal_colours() {
        let color = Color32::from_rgb(10, 80, 120);
        let (surfaces, outline) = painted(ValueColour::Known(color), None);
        let theme = Theme::new(Variant::Light);
        assert_eq!(rgb(outline), theme.priority(Priority::High));
        for surface in surfaces {
            assert_eq!(rgb(surface), color);
        }
        assert_ne!(surfaces[Surface::Nacelle as usize] & ALARM, 0);
        assert_eq!(surfaces[Surface::Tower as usize] & ALARM, 0);
    }

    #[test]
    fn what_has_no_value_is_hatched_in_no_colour_of_the_map() {
        let (surfaces, _) = painted(ValueColour::Unknown, None);
        let theme = Theme::new(Variant::Light);
        for (packed, (surface, _)) in surfaces.into_iter().zip(Surface::ALL) {
            assert_ne!(packed & UNKNOWN, 0);
            assert_eq!(rgb(packed), theme.surface(surface, Foundation::Land));
        }
    }

    #[test]
    fn within_only_the_part_that_the_signal_tells_about_takes_its_colour() {
        let color = Color32::from_rgb(10, 80, 120);
        let (surfaces, _) = painted(ValueColour::Known(color), Some(Part::Generator));
        assert_eq!(rgb(surfaces[Surface::Generator as usize]), color);
        assert_eq!(rgb(surfaces[Surface::Blades as usize]), color);
        let red = Color32::from_rgb(0xd1, 0x32, 0x12);
        assert_eq!(rgb(surfaces[Surface::Gearbox as usize]), red);
    }
}
