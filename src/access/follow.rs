//! The session follows the access files.

use std::sync::Arc;

use bevy::prelude::*;

use super::watch::{self, Watch};
use super::{Granted, Grants, Person, Places, Session};
use crate::RoomSet;
use crate::alarms::journal::Note;
use crate::clock::Clock;
use crate::scene::Problems;
use crate::wake::Wake;

/// What the access files give now.
#[derive(Resource, Debug)]
pub struct Access {
    /// The session with what led to it.
    pub granted: Granted,
    grants: Grants,
    watch: Option<Watch>,
}

/// Sent when the access files give something else than before, or something is wrong with them.
#[derive(Message, Debug, Clone, PartialEq, Eq)]
pub struct AccessChanged {
    /// In words, for the user.
    pub words: String,
    /// Something is wrong.
    pub is_problem: bool,
}

impl Access {
    /// Reads the access files for an app that is about to run, and has them followed. Gives what is
    /// wrong with them. Takes as long as the disk.
    pub fn open(app: &mut App, places: Places) -> Problems {
        let mut grants = Grants::new(places);
        let granted = grants.grant(&Person::of_process());
        let problems = granted.problems.clone();
        app.insert_resource(granted.session.clone())
            .insert_resource(Self {
                granted,
                grants,
                watch: None,
            });
        problems
    }
}

pub(super) fn plugin(app: &mut App) {
    app.init_resource::<Session>()
        .init_resource::<Wake>()
        .add_message::<AccessChanged>()
        .add_message::<Note>()
        .add_systems(Startup, start)
        .add_systems(Update, follow.in_set(RoomSet::Scene));
}

fn start(
    access: Option<ResMut<Access>>,
    wake: Res<Wake>,
    mut changed: MessageWriter<AccessChanged>,
) {
    let Some(mut access) = access else { return };
    if let Some(problem) = access.granted.problem() {
        changed.write(AccessChanged {
            words: format!("You are a viewer: {problem}"),
            is_problem: true,
        });
    }
    match watch::start(access.grants.clone(), access.granted.clone(), wake.clone()) {
        Ok(watch) => access.watch = Some(watch),
        Err(error) => {
            changed.write(AccessChanged {
                words: format!("Changes of the access file are not followed: {error}"),
                is_problem: true,
            });
        }
    }
}

/// Takes over what the files give now.
fn follow(
    access: Option<ResMut<Access>>,
    wake: Res<Wake>,
    clock: Option<Res<Clock>>,
    mut session: ResMut<Session>,
    mut changed: MessageWriter<AccessChanged>,
    mut notes: MessageWriter<Note>,
) {
    let Some(mut access) = access else { return };
    let Some(watch) = &access.watch else { return };
    if wake.is_changed() {
        // A thread that lags behind looks again within a second without it.
        let _sent = watch.wakes.try_send(wake.clone());
    }
    let arrived: Vec<Granted> = watch.granted.try_iter().collect();
    for granted in arrived {
        let news = news(&access.granted, &granted);
        tracing::info!("{}", news.words);
        let at_ms = clock
            .as_ref()
            .map_or_else(crate::clock::now_ms, |c| c.wall_ms);
        notes.write(note(&granted, &news, at_ms));
        changed.write(news);
        let mut now = granted.session.clone();
        if now.station == access.granted.session.station {
            // It may have another name than the file gives, beside a second program at this desk.
            now.station = Arc::clone(&session.station);
        }
        session.set_if_neq(now);
        access.granted = granted;
    }
}

/// What is to be said of a change.
fn news(before: &Granted, now: &Granted) -> AccessChanged {
    let role = now.session.role.name();
    match now.problem() {
        Some(problem) => AccessChanged {
            words: format!("The access file cannot be used; you stay {role}. {problem}"),
            is_problem: true,
        },
        None => {
            let words = if before.session.role == now.session.role {
                format!("The access file has changed; you stay {role}.")
            } else {
                format!("You are now {role}. {}", now.origin())
            };
            AccessChanged {
                words,
                is_problem: false,
            }
        }
    }
}

fn note(granted: &Granted, news: &AccessChanged, at_ms: i64) -> Note {
    Note {
        change: "access_changed".into(),
        object: Arc::clone(&granted.session.station),
        name: Arc::clone(&granted.session.user),
        by: None,
        comment: Some(news.words.as_str().into()),
        at_ms,
    }
}
