//! Running the viewer without a window: frames on demand, pictures out.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use bevy::app::PluginsState;
use bevy::camera::{ImageRenderTarget, RenderTarget};
use bevy::prelude::*;
use bevy::render::RenderApp;
use bevy::render::render_resource::PipelineCache;
use bevy::render::renderer::RenderDevice;
use bevy::render::view::screenshot::{Screenshot, ScreenshotCaptured};

use super::camera::{CameraTarget, TargetScale};
use super::composition::Stage;
use super::farm::Farm;
use super::report::{Measured, Report, Started};
use super::windows::SideTarget;
use crate::alarms::Alarms;
use crate::scene::{ActiveScene, Problems, SceneProblems};
use crate::telemetry::{Link, TelemetryStatus};

/// Nothing that is waited for without a limit of its own takes longer.
const PATIENCE: Duration = Duration::from_secs(120);
/// Between frames while something is waited for: the other threads need the processor too.
const WAITING: Duration = Duration::from_millis(50);

/// What is waited for before a picture is taken.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum WaitFor {
    /// The scene alone.
    Scene,
    /// The broker.
    Connected,
    /// An alarm that stands.
    Alarm,
    /// So much time after the scene is there.
    Time(Duration),
}

impl WaitFor {
    fn in_vain(self) -> &'static str {
        match self {
            Self::Scene => "the scene was not there",
            Self::Connected => "the broker did not answer",
            Self::Alarm => "no alarm was raised",
            Self::Time(_) => "the time did not pass",
        }
    }
}

/// Why a run without a window came to nothing.
#[derive(thiserror::Error, Debug)]
pub enum RunError {
    /// The program was told to end.
    #[error("the viewer ended before the picture was taken")]
    Ended,
    /// No scene.
    #[error("the scene was not loaded within {} s", PATIENCE.as_secs())]
    NoScene,
    /// The scene has errors.
    #[error("the scene cannot be opened\n{0}")]
    BadScene(Problems),
    /// What was waited for did not come.
    #[error("{} within {} s", .0.in_vain(), PATIENCE.as_secs())]
    WaitedInVain(WaitFor),
    /// The driver gave no picture.
    #[error("the graphics driver did not hand the picture back")]
    NoPicture,
    /// Writing failed.
    #[error("{path}: {source}")]
    NotWritten {
        /// The picture.
        path: String,
        /// What went wrong.
        source: image::ImageError,
    },
}

/// A viewer that is run by hand, frame by frame.
pub struct OffScreen {
    app: App,
}

impl OffScreen {
    /// Starts a viewer that was built to draw off screen.
    pub fn new(mut app: App) -> Self {
        while app.plugins_state() == PluginsState::Adding {
            bevy::tasks::tick_global_task_pools_on_main_thread();
        }
        app.finish();
        app.cleanup();
        Self { app }
    }

    /// The world, to look at and to set up.
    pub fn world_mut(&mut self) -> &mut World {
        self.app.world_mut()
    }

    /// One frame, drawn to the end.
    ///
    /// # Errors
    /// The program was told to end.
    pub fn frame(&mut self) -> Result<(), RunError> {
        self.app.update();
        if let Some(device) = self.app.world().get_resource::<RenderDevice>() {
            let wait = wgpu::PollType::Wait {
                submission_index: None,
                timeout: Some(Duration::from_secs(30)),
            };
            if let Err(error) = device.wgpu_device().poll(wait) {
                warn!("The graphics driver is slow: {error}");
            }
        }
        match self.app.should_exit() {
            Some(_) => Err(RunError::Ended),
            None => Ok(()),
        }
    }

    /// Frames until the farm is there and drawn; measuring starts then.
    ///
    /// # Errors
    /// It does not come, or the program was told to end.
    pub fn load(&mut self) -> Result<(), RunError> {
        let limit = Instant::now() + PATIENCE;
        while !self.is_loaded() {
            if Instant::now() > limit {
                return Err(RunError::NoScene);
            }
            self.frame()?;
            if let Some(problems) = self.refusal() {
                return Err(RunError::BadScene(problems));
            }
            if !self.is_loaded() {
                std::thread::sleep(Duration::from_millis(2));
            }
        }
        self.load_pipelines()?;
        let world = self.app.world_mut();
        let started = world
            .get_resource::<Started>()
            .map_or_else(Instant::now, |s| s.0);
        world.resource_mut::<Measured>().first_full_frame(started);
        Ok(())
    }

    /// Frames until the pipelines are there: those before are drawn without what needs them. The
    /// first frame after that has all in it. Enough for a viewer without a scene.
    ///
    /// # Errors
    /// They do not come, or the program was told to end.
    pub fn load_pipelines(&mut self) -> Result<(), RunError> {
        let limit = Instant::now() + PATIENCE;
        let mut drawn = 0;
        while drawn < 2 {
            if Instant::now() > limit {
                return Err(RunError::NoScene);
            }
            self.frame()?;
            drawn = if self.pipelines_wait() { 0 } else { drawn + 1 };
        }
        Ok(())
    }

    fn pipelines_wait(&self) -> bool {
        let render_app = self.app.get_sub_app(RenderApp);
        let cache = render_app.and_then(|r| r.world().get_resource::<PipelineCache>());
        cache.is_some_and(|c| c.waiting_pipelines().next().is_some())
    }

    /// Why there is no scene: in a window it would be waited for until somebody mends it.
    fn refusal(&self) -> Option<Problems> {
        let world = self.app.world();
        let told = world.get_resource::<SceneProblems>()?;
        let is_refused = told.has_failed() && !world.contains_resource::<ActiveScene>();
        is_refused.then(|| told.problems.clone())
    }

    fn is_loaded(&self) -> bool {
        let world = self.app.world();
        world.contains_resource::<ActiveScene>()
            && world.get_resource::<Farm>().is_some_and(Farm::is_built)
            && world.get_resource::<Stage>().is_none_or(Stage::is_settled)
    }

    /// Frames until what is waited for has come.
    ///
    /// # Errors
    /// It does not come, or the program was told to end.
    pub fn wait_for(&mut self, what: WaitFor) -> Result<(), RunError> {
        let start = Instant::now();
        while !self.has_come(what, start.elapsed()) {
            if start.elapsed() > PATIENCE && !matches!(what, WaitFor::Time(_)) {
                return Err(RunError::WaitedInVain(what));
            }
            let frame = Instant::now();
            self.frame()?;
            std::thread::sleep(WAITING.saturating_sub(frame.elapsed()));
        }
        Ok(())
    }

    fn has_come(&self, what: WaitFor, waited: Duration) -> bool {
        let world = self.app.world();
        match what {
            WaitFor::Scene => true,
            WaitFor::Connected => world
                .get_resource::<TelemetryStatus>()
                .is_some_and(|t| t.link == Link::Connected),
            WaitFor::Alarm => world
                .get_resource::<Alarms>()
                .is_some_and(|a| !a.standing().is_empty()),
            WaitFor::Time(time) => waited >= time,
        }
    }

    /// The next frame as an image.
    ///
    /// # Errors
    /// The driver does not hand it back, or the program was told to end.
    pub fn picture(&mut self) -> Result<image::RgbaImage, RunError> {
        let target = self.app.world().resource::<CameraTarget>().0.clone();
        // The very target of the cameras: another scale would be another one.
        let target = ImageRenderTarget {
            handle: target.ok_or(RunError::NoPicture)?,
            scale_factor: self.app.world().resource::<TargetScale>().0,
        };
        self.capture(target)
    }

    /// The next frame of a further window, which [`Action::NewWindow`](crate::action::Action::NewWindow)
    /// opens off screen too.
    ///
    /// # Errors
    /// As [`OffScreen::picture`]; or it is no such window.
    pub fn picture_of(&mut self, side: Entity) -> Result<image::RgbaImage, RunError> {
        let target = self.app.world().get::<SideTarget>(side);
        let target = target.ok_or(RunError::NoPicture)?.0.clone();
        self.capture(target.into())
    }

    fn capture(&mut self, target: ImageRenderTarget) -> Result<image::RgbaImage, RunError> {
        let target = RenderTarget::Image(target);
        let captured: Arc<Mutex<Option<Image>>> = Arc::default();
        let slot = Arc::clone(&captured);
        self.app.world_mut().spawn(Screenshot(target)).observe(
            move |shot: On<ScreenshotCaptured>| {
                *slot.lock().unwrap_or_else(PoisonError::into_inner) = Some(shot.image.clone());
            },
        );
        // Reading back takes a frame or two more.
        for _ in 0..200 {
            self.frame()?;
            let image = captured
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .take();
            if let Some(image) = image {
                let picture = image
                    .try_into_dynamic()
                    .map_err(|_error| RunError::NoPicture)?;
                return Ok(picture.into_rgba8());
            }
        }
        Err(RunError::NoPicture)
    }

    /// The next frame as a PNG file.
    ///
    /// # Errors
    /// As [`OffScreen::picture`]; or the file cannot be written.
    pub fn save_picture(&mut self, path: &Path) -> Result<(), RunError> {
        let mut picture = self.picture()?;
        for pixel in picture.pixels_mut() {
            pixel.0[3] = u8::MAX;
        }
        picture.save(path).map_err(|source| RunError::NotWritten {
            path: path.display().to_string(),
            source,
        })
    }

    /// What was measured up to now.
    pub fn report(&self) -> Report {
        let world = self.app.world();
        let telemetry = world.get_resource::<TelemetryStatus>();
        world.resource::<Measured>().report(telemetry)
    }
}
