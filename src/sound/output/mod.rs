//! The ways to be heard: one a system.

#[cfg(all(feature = "sound", any(target_os = "macos", windows)))]
mod player;
#[cfg(all(feature = "sound", target_os = "linux"))]
mod pulse;
#[cfg(any(test, all(feature = "sound", any(target_os = "macos", windows))))]
mod wav;

#[cfg(all(feature = "sound", any(target_os = "macos", windows)))]
pub(super) use player::{Output, Stop};
#[cfg(all(feature = "sound", target_os = "linux"))]
pub(super) use pulse::{Output, Stop};

#[cfg(not(all(
    feature = "sound",
    any(target_os = "linux", target_os = "macos", windows)
)))]
pub(super) use silent::{Output, Stop};

#[cfg(not(all(
    feature = "sound",
    any(target_os = "linux", target_os = "macos", windows)
)))]
mod silent {
    //! No way at all.

    #[derive(Clone, Default)]
    pub(in crate::sound) struct Stop(());

    impl Stop {
        pub fn stop(&self) {}
    }

    pub(in crate::sound) struct Output;

    impl Output {
        pub fn new(_stop: Stop) -> Self {
            Self
        }

        pub fn look(&self) -> Result<(), String> {
            Err("this build has none.".to_owned())
        }

        pub fn play(&self, _samples: &[i16]) -> Result<(), String> {
            self.look()
        }
    }
}
