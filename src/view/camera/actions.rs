//! What the operator asks of the camera and the selection, carried out.

use bevy::prelude::*;

use super::flight::Flight;
use super::ground::ground_height_m;
use super::history::History;
use super::place::FarmCamera;
use super::pose::Pose;
use super::start::aspect;
use super::tour;
use super::viewpoint::{Manner, Viewpoint};
use crate::action::Action;
use crate::alarms::Alarms;
use crate::fleet::TurbineRow;
use crate::scene::ActiveScene;
use crate::view::farm::Farm;
use crate::view::rows::Rows;
use crate::view::{NamedViews, Selection, start_view};

/// A person who steps out of the map stands so high, metres.
const FROM_MAP_M: f32 = 30.0;

/// What tells where a request leads.
#[derive(bevy::ecs::system::SystemParam)]
pub(super) struct Places<'w> {
    active: Option<Res<'w, ActiveScene>>,
    farm: Res<'w, Farm>,
    named: Res<'w, NamedViews>,
    alarms: Option<Res<'w, Alarms>>,
    rows: Res<'w, Rows>,
}

impl Places<'_> {
    fn turbine(&self, turbine: TurbineRow, from: &Pose) -> Option<Pose> {
        let model = self.active.as_ref()?.scene.turbine(turbine)?.model;
        if let Some(bounds) = self.farm.entity_boxes.get(&turbine) {
            return Some(if from.is_map() {
                Pose::map(bounds.middle(), from.radius_m)
            } else {
                let pitch_rad = from.pitch_rad.clamp(0.15, 0.7);
                Pose::of_bounds(bounds, 1.0, (from.yaw_rad, pitch_rad)).farther(1.6)
            });
        }
        let (foot, d) = (self.farm.foot(turbine)?, self.farm.dimensions.get(model)?);
        Some(if from.is_map() {
            Pose::of_turbine_on_map(foot, d, from)
        } else {
            Pose::of_turbine(foot, d, from)
        })
    }

    /// Asked for again, the camera goes on to what is within, and then back out.
    fn turbine_or_inside(
        &self,
        turbine: TurbineRow,
        from: &Pose,
        selection: &Selection,
    ) -> Option<Pose> {
        let whole = self.turbine(turbine, from)?;
        if self.farm.entity_boxes.contains_key(&turbine) {
            return Some(whole);
        }
        let model = self.active.as_ref()?.scene.turbine(turbine)?.model;
        let (foot, d) = (self.farm.foot(turbine)?, self.farm.dimensions.get(model)?);
        let nacelle_rad = self.rows.get(turbine).map_or(0.0, |r| r.yaw_rad);
        let inside = Pose::of_inside(foot, d, nacelle_rad, from);
        let is_near = !from.is_map()
            && selection.turbine == Some(turbine)
            && from.focus.distance(whole.focus) < d.hub_height_m
            && from.radius_m < 1.3 * whole.radius_m
            && from.radius_m > 1.3 * inside.radius_m;
        Some(if is_near { inside } else { whole })
    }

    fn tour_stop(&self, selection: &Selection, is_forwards: bool) -> Option<TurbineRow> {
        let order = tour::order(self.alarms.as_ref()?.standing());
        tour::stop(&order, selection.turbine, is_forwards)
    }

    fn ground_m(&self, at: Vec3) -> f32 {
        ground_height_m(&self.farm, at)
    }

    /// What is in view now, as a map; of the whole farm, the whole farm.
    fn map(&self, viewpoint: &Viewpoint, aspect: f32) -> Pose {
        let pose = &viewpoint.pose;
        let whole = Pose::of_farm(&self.farm, aspect, (pose.yaw_rad, pose.pitch_rad));
        if shows_all_of(pose, &whole) {
            return Pose::of_farm_on_map(&self.farm, aspect);
        }
        let focus = pose.focus.with_y(self.ground_m(pose.focus));
        let least_m = if self.farm.is_alone { 2.0 } else { 300.0 };
        Pose::map(focus, pose.radius_m.max(least_m))
    }

    fn off_map(&self, viewpoint: &Viewpoint, aspect: f32) -> Pose {
        let (yaw_rad, pitch_rad) = viewpoint.before_map.unwrap_or(Pose::USUAL);
        let whole = Pose::of_farm_on_map(&self.farm, aspect);
        if shows_all_of(&viewpoint.pose, &whole) {
            return Pose::of_farm(&self.farm, aspect, (yaw_rad, pitch_rad));
        }
        Pose {
            yaw_rad,
            pitch_rad,
            flatness: 0.0,
            ..viewpoint.pose
        }
    }
}

/// Selects, and starts flights.
pub(super) fn follow_actions(
    mut actions: MessageReader<Action>,
    places: Places,
    mut selection: ResMut<Selection>,
    (mut flight, mut history): (ResMut<Flight>, ResMut<History>),
    mut camera: Query<(&Camera, &mut Viewpoint), With<FarmCamera>>,
) {
    let Ok((camera, mut viewpoint)) = camera.single_mut() else {
        return;
    };
    let aspect = aspect(camera);
    for action in actions.read() {
        // A request during a flight is one from where it leads.
        let here = flight.destination().unwrap_or(viewpoint.pose);
        let to = match action {
            Action::Select(turbine) => {
                *selection = Selection {
                    turbine: *turbine,
                    also: Vec::new(),
                    hovered: selection.hovered,
                };
                None
            }
            Action::SelectSeveral(turbines) => {
                *selection = Selection {
                    turbine: turbines.first().copied(),
                    also: turbines.iter().skip(1).copied().collect(),
                    hovered: selection.hovered,
                };
                None
            }
            Action::FlyTo(turbine) => {
                let to = places.turbine_or_inside(*turbine, &here, &selection);
                selection.turbine = Some(*turbine);
                selection.also.clear();
                to
            }
            Action::TourNext | Action::TourPrevious => {
                let stop = places.tour_stop(&selection, *action == Action::TourNext);
                stop.and_then(|turbine| {
                    selection.turbine = Some(turbine);
                    selection.also.clear();
                    places.turbine(turbine, &here)
                })
            }
            Action::FitAll if here.is_map() => Some(Pose::of_farm_on_map(&places.farm, aspect)),
            Action::FitAll => Some(Pose::of_farm(&places.farm, aspect, Pose::USUAL)),
            Action::GoToView(name) => places.active.as_ref().and_then(|active| {
                let (farm, scene) = (&*places.farm, &*active.scene);
                start_view::find(name, farm, scene, (&places.named, &places.rows), aspect)
            }),
            Action::ToggleMap if here.is_map() => Some(places.off_map(&viewpoint, aspect)),
            Action::ToggleMap => {
                viewpoint.before_map = Some((here.yaw_rad, here.pitch_rad));
                Some(places.map(&viewpoint, aspect))
            }
            Action::Back => {
                if let Some(to) = history.back(here) {
                    leave_person(&mut viewpoint, &places);
                    flight.start(viewpoint.pose, to);
                }
                None
            }
            Action::Forward => {
                if let Some(to) = history.forward(here) {
                    leave_person(&mut viewpoint, &places);
                    flight.start(viewpoint.pose, to);
                }
                None
            }
            Action::ToggleFirstPerson => {
                flight.interrupt();
                toggle_person(&mut viewpoint, &places, &mut history);
                None
            }
            _ => None,
        };
        if let Some(to) = to {
            history.leave(here);
            leave_person(&mut viewpoint, &places);
            flight.start(viewpoint.pose, to);
        }
    }
    // A turbine that is gone is not selected any more.
    let gone = |t: &TurbineRow| t.index() >= places.farm.feet.len();
    if selection.all().chain(selection.hovered).any(|t| gone(&t)) {
        *selection = Selection::default();
    }
}

fn leave_person(viewpoint: &mut Viewpoint, places: &Places) {
    if viewpoint.manner == Manner::Person {
        viewpoint.become_orbit(places.ground_m(viewpoint.pose.eye()));
    }
}

fn toggle_person(viewpoint: &mut Viewpoint, places: &Places, history: &mut History) {
    if viewpoint.manner == Manner::Person {
        return leave_person(viewpoint, places);
    }
    history.leave(viewpoint.pose);
    if viewpoint.pose.flatness > 0.0 {
        let middle = viewpoint.pose.focus;
        let eye = middle.with_y(places.ground_m(middle) + FROM_MAP_M);
        viewpoint.place(Pose::looking(eye, eye - 100.0 * Vec3::Z));
    }
    viewpoint.become_person();
}

/// Whether a pose is about where the whole farm is seen from, or farther away.
fn shows_all_of(pose: &Pose, whole: &Pose) -> bool {
    let is_far = pose.radius_m > 0.95 * whole.radius_m;
    is_far && pose.focus.distance(whole.focus) < 0.1 * pose.radius_m
}
