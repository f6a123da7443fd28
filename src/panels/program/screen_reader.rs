//! What a screen reader asks for, handed to egui: `bevy_egui` tells AccessKit of its widgets, but does
//! not take what comes back.

use std::time::Duration;

use bevy::a11y::{AccessibilityRequested, ActionRequest};
use bevy::prelude::*;
use bevy_egui::{EguiContext, EguiInput, EguiPreUpdateSet, PrimaryEguiContext, egui};

/// A request waits in a queue that wakes nobody: a window that is read aloud looks this often.
const LOOK_AGAIN: Duration = Duration::from_millis(200);

pub(super) fn plugin(app: &mut App) {
    app.add_message::<ActionRequest>().add_systems(
        PreUpdate,
        hand_on
            .after(EguiPreUpdateSet::ProcessInput)
            .before(EguiPreUpdateSet::BeginPass),
    );
}

fn hand_on(
    mut requests: MessageReader<ActionRequest>,
    requested: Option<Res<AccessibilityRequested>>,
    mut contexts: Query<(&mut EguiInput, &mut EguiContext), With<PrimaryEguiContext>>,
) {
    let Ok((mut input, mut context)) = contexts.single_mut() else {
        requests.clear();
        return;
    };
    for request in requests.read() {
        let event = egui::Event::AccessKitActionRequest(request.0.clone());
        input.events.push(event);
    }
    if requested.is_some_and(|requested| requested.get()) {
        context.get_mut().request_repaint_after(LOOK_AGAIN);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use egui::accesskit;

    #[test]
    fn what_a_screen_reader_asks_for_reaches_egui() {
        let mut app = App::new();
        app.add_plugins(plugin);
        let context = app
            .world_mut()
            .spawn((
                PrimaryEguiContext,
                EguiContext::default(),
                EguiInput::default(),
            ))
            .id();
        let request = accesskit::ActionRequest {
            action: accesskit::Action::Click,
            target_tree: accesskit::TreeId::ROOT,
            target_node: accesskit::NodeId(7),
            data: None,
        };
        app.world_mut().write_message(ActionRequest(request));
        app.update();
        let input = app.world().get::<EguiInput>(context).expect("it is there");
        let is_click = |event: &egui::Event| matches!(event, egui::Event::AccessKitActionRequest(r) if r.target_node.0 == 7);
        assert!(input.events.iter().any(is_click));
    }
}
