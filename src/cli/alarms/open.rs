//! The scene whose alarms are meant, and the connection to its stations.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, bail};

use crate::access::Session;
use crate::alarms::share::Shell;
use crate::scene::{LoadOptions, Scene};

/// Whose alarms.
#[derive(clap::Args, Debug)]
pub struct FarmArgs {
    /// The scene file
    pub scene: PathBuf,
    /// Connect to this broker in place of the scene's: mqtt://HOST:PORT, mqtts://HOST:PORT
    #[arg(long, value_name = "URL")]
    broker: Option<String>,
    /// Wait at most this long for the broker and for the stations that run
    #[arg(long, value_name = "TIME", default_value = "5s", value_parser = humantime::parse_duration)]
    pub patience: Duration,
    #[command(flatten)]
    access: super::super::access::AccessArgs,
    #[command(flatten)]
    station: super::super::sharing::StationArgs,
}

/// A farm, and its stations.
pub struct Farm {
    pub scene: Arc<Scene>,
    pub session: Session,
    pub shell: Shell,
}

impl FarmArgs {
    /// Who runs this command, and as what.
    pub fn session(&self) -> Session {
        let mut session = self.access.session();
        self.station.apply(&mut session);
        session
    }

    /// Loads the scene and hears what its stations share.
    ///
    /// # Errors
    /// The scene has errors, or the broker cannot be reached.
    pub fn open(&self) -> anyhow::Result<Farm> {
        let options = LoadOptions {
            broker: self.broker.clone(),
            ..LoadOptions::default()
        };
        let scene = match crate::scene::load(&self.scene, &options) {
            Ok(loaded) => loaded.scene,
            Err(problems) => {
                let stderr = std::io::stderr();
                let color = super::super::is_colored(&stderr);
                crate::scene::write_problems(&mut stderr.lock(), &problems, color)
                    .context("cannot write the scene's problems")?;
                bail!("{} has errors", self.scene.display());
            }
        };
        let session = self.session();
        let shell = Shell::connect(&scene, &session, self.patience).map_err(|why| {
            anyhow::anyhow!(
                "{why}\n  alarms are shared over the scene's broker; the past of this desk is in its \
                 journal: windvane alarms history"
            )
        })?;
        for (topic, reason) in shell.refused() {
            eprintln!("windvane: not used: {topic}: {reason}");
        }
        Ok(Farm {
            scene,
            session,
            shell,
        })
    }
}
