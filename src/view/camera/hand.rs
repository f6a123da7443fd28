//! What the pointer does in the view, read event by event: a slow frame can hold a whole drag.

use bevy::input::ButtonState;
use bevy::input::keyboard::KeyboardInput;
use bevy::input::mouse::{MouseScrollUnit, MouseWheel};
use bevy::prelude::*;
use bevy::window::WindowEvent;
use bevy_egui::egui;

use super::viewpoint::NOTCH;

/// A press that moved farther than this, in points, is a drag.
const CLICK_SLACK: f32 = 5.0;
/// Points that two fingers move over a trackpad for what a wheel's notch does.
pub const POINTS_A_NOTCH: f32 = 40.0;

/// Something that the pointer did in the view; places in egui points.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Gesture {
    /// The view is turned, or the map drawn along: a drag with the left button.
    Turn {
        /// From here.
        from: egui::Pos2,
        /// To here.
        to: egui::Pos2,
    },
    /// The ground is drawn along: a drag with the right or middle button.
    Pan {
        /// From here.
        from: egui::Pos2,
        /// To here.
        to: egui::Pos2,
    },
    /// The wheel, two fingers, or a pinch.
    Zoom {
        /// Where.
        at: egui::Pos2,
        /// By the natural logarithm; less than 0 is away.
        nearer: f32,
    },
    /// A click.
    Click {
        /// Where.
        at: egui::Pos2,
        /// With Ctrl or Shift: beside what is selected.
        adds: bool,
    },
    /// A frame was drawn around something with Shift.
    Frame {
        /// Around this.
        rect: egui::Rect,
        /// With Ctrl too: beside what is selected.
        adds: bool,
    },
    /// The mouse's button for going back.
    Back,
    /// And forward.
    Forward,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Purpose {
    Turn,
    Pan,
    Frame,
}

#[derive(Debug, Clone, Copy)]
struct Drag {
    button: MouseButton,
    purpose: Purpose,
    began: egui::Pos2,
    last: egui::Pos2,
    has_moved: bool,
}

/// The pointer and what it holds.
#[derive(Resource, Debug, Default)]
pub struct Hand {
    /// What it did since the last frame, in order.
    pub gestures: Vec<Gesture>,
    cursor: Option<egui::Pos2>,
    drag: Option<Drag>,
    is_shift: bool,
    is_ctrl: bool,
}

impl Hand {
    /// Whether a button that was pressed in the view is still held.
    pub fn is_dragging(&self) -> bool {
        self.drag.is_some()
    }

    /// Where the pointer is.
    pub fn cursor(&self) -> Option<egui::Pos2> {
        self.cursor
    }

    /// The frame that is being drawn around turbines.
    pub fn frame(&self) -> Option<egui::Rect> {
        let drag = self
            .drag
            .filter(|d| d.purpose == Purpose::Frame && d.has_moved)?;
        Some(egui::Rect::from_two_pos(drag.began, drag.last))
    }

    /// Lets go of everything, as when the window loses the keyboard.
    pub fn let_go(&mut self) {
        self.drag = None;
        self.is_shift = false;
        self.is_ctrl = false;
    }

    /// Follows an event of the window. `zoom` is how many of its points make one of egui's; `is_free`
    /// tells which places are the view's.
    pub fn follow(&mut self, event: &WindowEvent, zoom: f32, is_free: impl Fn(egui::Pos2) -> bool) {
        match event {
            WindowEvent::CursorMoved(moved) => {
                self.move_to(egui::pos2(moved.position.x, moved.position.y) / zoom);
            }
            WindowEvent::MouseButtonInput(input) => match (input.state, input.button) {
                (ButtonState::Pressed, button) => self.press(button, is_free),
                (ButtonState::Released, button) => self.release(button),
            },
            WindowEvent::MouseWheel(wheel) => {
                self.zoom(notches(wheel, zoom) * NOTCH, is_free);
            }
            WindowEvent::PinchGesture(pinch) => self.zoom(pinch.0, is_free),
            WindowEvent::KeyboardInput(KeyboardInput {
                key_code, state, ..
            }) => {
                let is_down = state.is_pressed();
                match key_code {
                    KeyCode::ShiftLeft | KeyCode::ShiftRight => self.is_shift = is_down,
                    KeyCode::ControlLeft
                    | KeyCode::ControlRight
                    | KeyCode::SuperLeft
                    | KeyCode::SuperRight => self.is_ctrl = is_down,
                    _ => {}
                }
            }
            WindowEvent::WindowFocused(focused) if !focused.focused => self.let_go(),
            _ => {}
        }
    }

    fn move_to(&mut self, at: egui::Pos2) {
        self.cursor = Some(at);
        let Some(drag) = &mut self.drag else { return };
        if !drag.has_moved && drag.began.distance(at) <= CLICK_SLACK {
            return;
        }
        drag.has_moved = true;
        let from = std::mem::replace(&mut drag.last, at);
        match drag.purpose {
            Purpose::Turn => self.gestures.push(Gesture::Turn { from, to: at }),
            Purpose::Pan => self.gestures.push(Gesture::Pan { from, to: at }),
            Purpose::Frame => {}
        }
    }

    fn press(&mut self, button: MouseButton, is_free: impl Fn(egui::Pos2) -> bool) {
        let Some(at) = self.cursor.filter(|&at| self.drag.is_none() && is_free(at)) else {
            return;
        };
        let purpose = match button {
            MouseButton::Left if self.is_shift => Purpose::Frame,
            MouseButton::Left => Purpose::Turn,
            MouseButton::Right | MouseButton::Middle => Purpose::Pan,
            MouseButton::Back => return self.gestures.push(Gesture::Back),
            MouseButton::Forward => return self.gestures.push(Gesture::Forward),
            MouseButton::Other(_) => return,
        };
        self.drag = Some(Drag {
            button,
            purpose,
            began: at,
            last: at,
            has_moved: false,
        });
    }

    fn release(&mut self, button: MouseButton) {
        let Some(drag) = self.drag.take_if(|d| d.button == button) else {
            return;
        };
        if !drag.has_moved {
            if button == MouseButton::Left {
                self.gestures.push(Gesture::Click {
                    at: drag.last,
                    adds: self.is_ctrl || self.is_shift,
                });
            }
        } else if drag.purpose == Purpose::Frame {
            self.gestures.push(Gesture::Frame {
                rect: egui::Rect::from_two_pos(drag.began, drag.last),
                adds: self.is_ctrl,
            });
        }
    }

    fn zoom(&mut self, nearer: f32, is_free: impl Fn(egui::Pos2) -> bool) {
        if let Some(at) = self.cursor.filter(|&at| is_free(at)) {
            self.gestures.push(Gesture::Zoom { at, nearer });
        }
    }
}

fn notches(wheel: &MouseWheel, zoom: f32) -> f32 {
    match wheel.unit {
        MouseScrollUnit::Line => wheel.y,
        MouseScrollUnit::Pixel => wheel.y / zoom / POINTS_A_NOTCH,
    }
}

#[cfg(test)]
mod tests {
    use bevy::input::mouse::MouseButtonInput;
    use bevy::input::touch::TouchPhase;
    use bevy::window::CursorMoved;

    use super::*;

    const WINDOW: Entity = Entity::PLACEHOLDER;

    fn to(x: f32, y: f32) -> WindowEvent {
        WindowEvent::CursorMoved(CursorMoved {
            window: WINDOW,
            position: Vec2::new(x, y),
            delta: None,
        })
    }

    fn button(button: MouseButton, state: ButtonState) -> WindowEvent {
        WindowEvent::MouseButtonInput(MouseButtonInput {
            button,
            state,
            window: WINDOW,
        })
    }

    fn left(state: ButtonState) -> WindowEvent {
        button(MouseButton::Left, state)
    }

    fn key(key_code: KeyCode, state: ButtonState) -> WindowEvent {
        WindowEvent::KeyboardInput(KeyboardInput {
            key_code,
            logical_key: bevy::input::keyboard::Key::Shift,
            state,
            text: None,
            repeat: false,
            window: WINDOW,
        })
    }

    /// What the events of one frame mean, in a view that begins at x = 100.
    fn gestures(events: &[WindowEvent]) -> Vec<Gesture> {
        let mut hand = Hand::default();
        for event in events {
            hand.follow(event, 1.0, |at| at.x >= 100.0);
        }
        hand.gestures
    }

    use ButtonState::{Pressed, Released};

    #[test]
    fn every_click_of_a_slow_frame_counts_where_it_was_made() {
        let events = [
            to(200.0, 50.0),
            left(Pressed),
            left(Released),
            to(300.0, 60.0),
            left(Pressed),
            to(302.0, 61.0),
            left(Released),
        ];
        let click = |x, y| Gesture::Click {
            at: egui::pos2(x, y),
            adds: false,
        };
        assert_eq!(gestures(&events), [click(200.0, 50.0), click(300.0, 60.0)]);
    }

    #[test]
    fn a_drag_within_one_slow_frame_turns_by_all_of_its_way_and_is_no_click() {
        let events = [
            to(200.0, 50.0),
            left(Pressed),
            to(203.0, 50.0),
            to(260.0, 50.0),
            to(280.0, 70.0),
            left(Released),
            to(500.0, 50.0),
        ];
        let way: egui::Vec2 = gestures(&events)
            .iter()
            .map(|gesture| match gesture {
                Gesture::Turn { from, to } => *to - *from,
                other => panic!("{other:?}"),
            })
            .fold(egui::Vec2::ZERO, |sum, way| sum + way);
        assert_eq!(way, egui::vec2(80.0, 20.0));
    }

    #[test]
    fn a_press_that_began_on_a_panel_is_not_the_views() {
        let events = [
            to(99.0, 50.0),
            left(Pressed),
            to(301.0, 50.0),
            left(Released),
        ];
        assert_eq!(gestures(&events), []);
    }

    #[test]
    fn shift_draws_a_frame_and_ctrl_click_adds() {
        let events = [
            to(200.0, 50.0),
            key(KeyCode::ShiftLeft, Pressed),
            left(Pressed),
            to(150.0, 90.0),
            left(Released),
            key(KeyCode::ShiftLeft, Released),
            key(KeyCode::ControlLeft, Pressed),
            left(Pressed),
            left(Released),
        ];
        let rect = egui::Rect::from_min_max(egui::pos2(150.0, 50.0), egui::pos2(200.0, 90.0));
        let adds = Gesture::Click {
            at: egui::pos2(150.0, 90.0),
            adds: true,
        };
        assert_eq!(
            gestures(&events),
            [Gesture::Frame { rect, adds: false }, adds]
        );
    }

    #[test]
    fn wheel_trackpad_and_pinch_zoom_at_the_pointer() {
        let wheel = |unit, y| {
            WindowEvent::MouseWheel(MouseWheel {
                unit,
                x: 0.0,
                y,
                window: WINDOW,
                phase: TouchPhase::Moved,
            })
        };
        let events = [
            to(200.0, 50.0),
            wheel(MouseScrollUnit::Line, -2.0),
            wheel(MouseScrollUnit::Pixel, POINTS_A_NOTCH),
            WindowEvent::PinchGesture(bevy::input::gestures::PinchGesture(0.25)),
            to(50.0, 50.0),
            wheel(MouseScrollUnit::Line, 1.0),
        ];
        let zoom = |nearer| Gesture::Zoom {
            at: egui::pos2(200.0, 50.0),
            nearer,
        };
        assert_eq!(
            gestures(&events),
            [zoom(-2.0 * NOTCH), zoom(NOTCH), zoom(0.25)]
        );
    }
}
