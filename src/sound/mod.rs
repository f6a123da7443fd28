//! Sound: what nobody has acknowledged is heard, until somebody has, or has silenced it.

use bevy::prelude::*;

mod audible;
mod output;
mod repeat;
mod speaker;
mod tone;

pub use audible::Audible;
pub use repeat::{Cue, Repeats, repeat_after};
pub use tone::{SAMPLES_PER_S, samples, seconds};

use crate::RoomSet;
use crate::action::Action;
use crate::alarms::{AlarmEvent, Alarms};
use crate::wake::Wake;
use speaker::Speaker;

/// Whether alarms are to be heard. Only a program in a window inserts it as on: pictures, `watch` and
/// tests make no sound.
#[derive(Resource, Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SoundOutput {
    /// Nothing is ever heard.
    #[default]
    None,
    /// Through the system's loudspeakers.
    System,
}

/// What is heard, and what the user wants heard.
#[derive(Resource, Debug, Clone, PartialEq)]
pub struct Sound {
    /// There is an output, whether it works or not.
    pub has_output: bool,
    /// The user wants sound.
    pub is_on: bool,
    /// How loud, 0 to 1.
    pub volume: f32,
    /// Something is to be heard now, and again until it is acknowledged or silenced.
    pub is_sounding: bool,
    /// Why nothing can be heard, in words.
    pub trouble: Option<String>,
}

impl Default for Sound {
    fn default() -> Self {
        Self {
            has_output: false,
            is_on: true,
            volume: 1.0,
            is_sounding: false,
            trouble: None,
        }
    }
}

/// Lets alarms be heard.
pub(super) fn plugin(app: &mut App) {
    app.init_resource::<Sound>()
        .init_resource::<SoundOutput>()
        .init_resource::<Audible>()
        .init_resource::<Wake>()
        .add_message::<Action>()
        .add_message::<AlarmEvent>()
        .add_systems(Startup, start)
        .add_systems(
            Update,
            (follow_actions, follow_alarms, play)
                .chain()
                .after(RoomSet::Alarms),
        );
}

fn start(
    output: Res<SoundOutput>,
    wake: Res<Wake>,
    mut sound: ResMut<Sound>,
    mut commands: Commands,
) {
    if *output == SoundOutput::None {
        return;
    }
    sound.has_output = true;
    match Speaker::start(wake.clone()) {
        Ok(speaker) => commands.insert_resource(speaker),
        Err(error) => sound.trouble = Some(format!("No sound: {error}")),
    }
}

/// Silence is for everybody, whatever the role.
fn follow_actions(
    mut actions: MessageReader<Action>,
    alarms: Option<Res<Alarms>>,
    speaker: Option<Res<Speaker>>,
    mut audible: ResMut<Audible>,
    mut sound: ResMut<Sound>,
) {
    for action in actions.read() {
        match action {
            Action::Silence => {
                audible.silence(alarms.as_deref());
                if let Some(speaker) = &speaker {
                    speaker.stop();
                }
            }
            Action::SetSound(is_on) => sound.is_on = *is_on,
            Action::SetVolume(volume) => sound.volume = volume.clamp(0.0, 1.0),
            _ => {}
        }
    }
}

fn follow_alarms(
    mut events: MessageReader<AlarmEvent>,
    alarms: Option<Res<Alarms>>,
    mut audible: ResMut<Audible>,
    mut sound: ResMut<Sound>,
) {
    let Some(alarms) = alarms else { return };
    let has_events = !events.is_empty();
    if has_events || alarms.is_changed() || audible.is_changed() {
        audible.follow(events.read(), &alarms);
        let is_sounding = audible.most_urgent().is_some();
        if sound.is_sounding != is_sounding {
            sound.is_sounding = is_sounding;
        }
    }
}

fn play(
    speaker: Option<Res<Speaker>>,
    wake: Res<Wake>,
    mut audible: ResMut<Audible>,
    mut sound: ResMut<Sound>,
) {
    let audible = audible.bypass_change_detection();
    let cue = audible.take_cue();
    let Some(speaker) = speaker else { return };
    if wake.is_changed() {
        speaker.wake_by(&wake);
    }
    let cue = match sound.is_on {
        true => cue,
        false => Cue::default(),
    };
    speaker.cue(cue, sound.volume);
    if let Some(trouble) = speaker.news()
        && sound.trouble != trouble
    {
        sound.trouble = trouble;
    }
}
