//! Lets the window rest: `bevy_egui` takes every wish of egui for a later frame as one for a frame at
//! once, and tells egui of unchanged modifier keys in each frame, which egui answers with such a wish.
//!
//! Without this a calm window would be drawn without a pause, day and night.

use std::collections::HashMap;
use std::time::Duration;

use bevy::ecs::message::MessageCursor;
use bevy::prelude::*;
use bevy::window::RequestRedraw;
use bevy_egui::egui::{Event, Modifiers, ViewportId};
use bevy_egui::{EguiFullOutput, EguiInput, EguiPostUpdateSet, EguiPreUpdateSet};

/// A wish for a frame later than this is met by the frames that come anyway.
const LONGEST: Duration = Duration::from_secs(1);

/// How soon egui wants the next frame although nothing happens: for the blinking cursor of a text,
/// a tooltip. `None` when it does not; zero when it wants it at once, which is asked for already.
#[derive(Resource, Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct NextRepaint(pub Option<Duration>);

/// The requests for a frame that are known, and whether one is not egui's.
#[derive(Resource, Default)]
struct Requests {
    cursor: MessageCursor<RequestRedraw>,
    is_of_others: bool,
}

/// Drops what would keep the window awake.
pub(super) fn plugin(app: &mut App) {
    app.add_message::<RequestRedraw>()
        .init_resource::<NextRepaint>()
        .init_resource::<Requests>()
        .add_systems(
            PreUpdate,
            drop_unchanged_modifiers
                .after(EguiPreUpdateSet::ProcessInput)
                .before(EguiPreUpdateSet::BeginPass),
        )
        .add_systems(
            PostUpdate,
            (
                read_delay
                    .after(EguiPostUpdateSet::EndPass)
                    .before(EguiPostUpdateSet::ProcessOutput),
                drop_early_requests.after(EguiPostUpdateSet::ProcessOutput),
            ),
        );
}

/// egui takes any event for input, and draws two more frames after it.
fn drop_unchanged_modifiers(
    mut inputs: Query<(Entity, &mut EguiInput)>,
    mut known: Local<HashMap<Entity, Modifiers>>,
) {
    known.retain(|context, _| inputs.contains(*context));
    for (context, mut input) in &mut inputs {
        let known = known.entry(context).or_default();
        input.events.retain(|event| is_news(event, known));
    }
}

fn is_news(event: &Event, known: &mut Modifiers) -> bool {
    match event {
        Event::ModifiersChanged(now) => std::mem::replace(known, *now) != *now,
        Event::WindowFocused(false) => {
            // egui lets go of every modifier then, and has to be told of those still held.
            *known = Modifiers::default();
            true
        }
        _ => true,
    }
}

fn read_delay(
    outputs: Query<&EguiFullOutput>,
    messages: Res<Messages<RequestRedraw>>,
    mut requests: ResMut<Requests>,
    mut next: ResMut<NextRepaint>,
) {
    requests.is_of_others = requests.cursor.read(&messages).count() > 0;
    let delay = outputs
        .iter()
        .filter_map(|output| output.0.as_ref()?.viewport_output.get(&ViewportId::ROOT))
        .map(|viewport| viewport.repaint_delay)
        .min();
    next.set_if_neq(NextRepaint(delay.filter(|delay| *delay <= LONGEST)));
}

fn drop_early_requests(
    mut messages: ResMut<Messages<RequestRedraw>>,
    mut requests: ResMut<Requests>,
    next: Res<NextRepaint>,
) {
    let is_at_once = next.0.is_some_and(|delay| delay.is_zero());
    if !is_at_once && !requests.is_of_others && !messages.is_empty() {
        messages.clear();
    }
    requests.cursor.clear(&messages);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn app(delay: Duration) -> App {
        let mut app = App::new();
        app.add_plugins(plugin);
        // What bevy_egui does where it has an output: it asks for a frame whatever the delay is.
        let process = |mut outputs: Query<&mut EguiFullOutput>,
                       mut requests: MessageWriter<RequestRedraw>| {
            for mut output in &mut outputs {
                if output.0.take().is_some() {
                    requests.write(RequestRedraw);
                }
            }
        };
        app.add_systems(PostUpdate, process.in_set(EguiPostUpdateSet::ProcessOutput));
        let context = bevy_egui::egui::Context::default();
        context.begin_pass(Default::default());
        let mut output = context.end_pass();
        for viewport in output.viewport_output.values_mut() {
            viewport.repaint_delay = delay;
        }
        app.world_mut().spawn(EguiFullOutput(Some(output)));
        app
    }

    fn requests(app: &App) -> usize {
        app.world().resource::<Messages<RequestRedraw>>().len()
    }

    #[test]
    fn only_a_wish_for_a_frame_at_once_asks_for_a_frame() {
        for (delay, asked, next) in [
            (Duration::ZERO, 1, Some(Duration::ZERO)),
            (
                Duration::from_millis(500),
                0,
                Some(Duration::from_millis(500)),
            ),
            (Duration::MAX, 0, None),
        ] {
            let mut app = app(delay);
            app.update();
            assert_eq!(requests(&app), asked, "{delay:?}");
            assert_eq!(app.world().resource::<NextRepaint>().0, next, "{delay:?}");
        }
    }

    #[test]
    fn a_frame_that_another_asks_for_is_not_lost() {
        let mut app = app(Duration::from_millis(500));
        app.add_systems(Update, |mut requests: MessageWriter<RequestRedraw>| {
            requests.write(RequestRedraw);
        });
        app.update();
        assert!(requests(&app) > 0);
    }

    #[test]
    fn modifiers_are_told_when_they_change_and_other_events_always() {
        let mut app = App::new();
        app.add_plugins(plugin);
        let context = app.world_mut().spawn(EguiInput::default()).id();
        let shift = Event::ModifiersChanged(Modifiers::SHIFT);
        let none = Event::ModifiersChanged(Modifiers::NONE);
        let lost = Event::WindowFocused(false);
        for (sent, expected) in [
            (vec![none.clone()], vec![]),
            (vec![shift.clone()], vec![shift.clone()]),
            (vec![Event::Copy, shift.clone()], vec![Event::Copy]),
            (vec![lost.clone(), shift.clone()], vec![lost, shift]),
            (vec![none.clone()], vec![none.clone()]),
            (vec![none], vec![]),
        ] {
            let mut input = app
                .world_mut()
                .get_mut::<EguiInput>(context)
                .expect("it is there");
            input.events = sent;
            app.update();
            let input = app.world().get::<EguiInput>(context).expect("it is there");
            assert_eq!(input.events, expected);
        }
    }
}
