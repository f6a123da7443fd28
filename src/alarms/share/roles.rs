//! By which roles the deeds of other stations are judged here.

use std::sync::Arc;

use bevy::prelude::*;

use super::station::ClaimedRoles;
use crate::access::{Access, Granted, Role};

/// Keeps [`ClaimedRoles`] at what this machine's access files say.
pub(super) fn follow(access: Option<Res<Access>>, mut claimed: ResMut<ClaimedRoles>) {
    let Some(access) = access.filter(|access| access.is_changed()) else {
        return;
    };
    let files = access.granted.files.clone();
    claimed.0 = (!files.is_empty()).then(|| {
        let role_of =
            move |user: &str| Granted::highest_role(&files, user).unwrap_or(Role::Engineer);
        Arc::new(role_of) as Arc<dyn Fn(&str) -> Role + Send + Sync>
    });
}
