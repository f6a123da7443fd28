//! What is done to alarms from a shell.

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::bail;

use super::choice::Choice;
use super::open::{Farm, FarmArgs};
use crate::alarms::AlarmId;
use crate::alarms::share::Wish;

/// Acknowledge alarms, as far as their stations have told of them
#[derive(clap::Args, Debug)]
pub struct AckArgs {
    #[command(flatten)]
    farm: FarmArgs,
    #[command(flatten)]
    choice: Choice,
    /// Say this with it
    #[arg(long, value_name = "TEXT")]
    comment: Option<String>,
}

/// Reset latched alarms that have cleared
#[derive(clap::Args, Debug)]
pub struct ResetArgs {
    #[command(flatten)]
    farm: FarmArgs,
    #[command(flatten)]
    choice: Choice,
}

/// Shelve alarms for a time
#[derive(clap::Args, Debug)]
pub struct ShelveArgs {
    #[command(flatten)]
    farm: FarmArgs,
    #[command(flatten)]
    choice: Choice,
    /// For how long: 30min, 8h
    #[arg(long = "for", value_name = "TIME", value_parser = humantime::parse_duration)]
    duration: Duration,
    /// Only until the alarm clears, if that is sooner
    #[arg(long)]
    one_shot: bool,
    /// Why
    #[arg(long, value_name = "TEXT")]
    reason: String,
}

/// End the shelves of alarms
#[derive(clap::Args, Debug)]
pub struct UnshelveArgs {
    #[command(flatten)]
    farm: FarmArgs,
    #[command(flatten)]
    choice: Choice,
}

/// Write something about an alarm
#[derive(clap::Args, Debug)]
pub struct CommentArgs {
    #[command(flatten)]
    farm: FarmArgs,
    #[command(flatten)]
    choice: Choice,
    /// What
    #[arg(long, value_name = "TEXT")]
    text: String,
}

/// Take alarms out of service
#[derive(clap::Args, Debug)]
pub struct OutOfServiceArgs {
    #[command(flatten)]
    farm: FarmArgs,
    #[command(flatten)]
    choice: Choice,
    /// Why
    #[arg(long, value_name = "TEXT")]
    reason: String,
}

/// Return alarms to service
#[derive(clap::Args, Debug)]
pub struct ReturnArgs {
    #[command(flatten)]
    farm: FarmArgs,
    #[command(flatten)]
    choice: Choice,
}

impl AckArgs {
    pub fn run(&self) -> anyhow::Result<ExitCode> {
        let comment = self.comment.as_deref().map(Arc::from);
        let wish = Wish::Acknowledge { comment };
        carry_out(
            &self.farm,
            &self.choice,
            &wish,
            ["Acknowledged", "acknowledge"],
        )
    }
}

impl ResetArgs {
    pub fn run(&self) -> anyhow::Result<ExitCode> {
        carry_out(&self.farm, &self.choice, &Wish::Reset, ["Reset", "reset"])
    }
}

impl ShelveArgs {
    pub fn run(&self) -> anyhow::Result<ExitCode> {
        let reason = given("--reason", &self.reason)?;
        if self.duration.is_zero() {
            bail!("--for 0s is no time; to end a shelf: windvane alarms unshelve");
        }
        let wish = Wish::Shelve {
            duration: self.duration,
            is_one_shot: self.one_shot,
            reason,
        };
        carry_out(&self.farm, &self.choice, &wish, ["Shelved", "shelve"])
    }
}

impl UnshelveArgs {
    pub fn run(&self) -> anyhow::Result<ExitCode> {
        carry_out(
            &self.farm,
            &self.choice,
            &Wish::Unshelve,
            ["Unshelved", "unshelve"],
        )
    }
}

impl CommentArgs {
    pub fn run(&self) -> anyhow::Result<ExitCode> {
        let text = given("--text", &self.text)?;
        let wish = Wish::Comment { text };
        carry_out(&self.farm, &self.choice, &wish, ["Commented", "comment on"])
    }
}

impl OutOfServiceArgs {
    pub fn run(&self) -> anyhow::Result<ExitCode> {
        let reason = given("--reason", &self.reason)?;
        let wish = Wish::TakeOutOfService { reason };
        let words = ["Taken out of service", "take out of service"];
        carry_out(&self.farm, &self.choice, &wish, words)
    }
}

impl ReturnArgs {
    pub fn run(&self) -> anyhow::Result<ExitCode> {
        let words = ["Returned to service", "return to service"];
        carry_out(&self.farm, &self.choice, &Wish::ReturnToService, words)
    }
}

fn given(option: &str, text: &str) -> anyhow::Result<Arc<str>> {
    let text = text.trim();
    if text.is_empty() {
        bail!("{option} is empty");
    }
    Ok(text.into())
}

/// Does it, and tells who has followed.
fn carry_out(
    args: &FarmArgs,
    choice: &Choice,
    wish: &Wish,
    [done, verb]: [&str; 2],
) -> anyhow::Result<ExitCode> {
    // Before anything is asked of the broker: who may not do it learns that first.
    args.session().may(wish.permission())?;
    let mut farm = args.open()?;
    let alarms = choice.alarms(&farm, |shared| wish.applies(shared))?;
    if alarms.is_empty() {
        bail!("no alarm of these to {verb}");
    }
    if let Wish::Shelve { duration, .. } = wish {
        within_longest(&farm, &alarms, *duration)?;
    }
    let Farm { shell, session, .. } = &mut farm;
    let told = shell.carry_out(&alarms, wish, session, args.patience);
    let told = told.map_err(|why| anyhow::anyhow!(why))?;
    for AlarmId { object, name } in &alarms {
        println!("{done}: {name} at {object}");
    }
    if told.followed.is_empty() && told.silent.is_empty() {
        eprintln!("windvane: no station runs; the broker keeps it for those that start later");
    } else if !told.followed.is_empty() {
        eprintln!("windvane: taken over by {}", told.followed.join(", "));
    }
    if !told.silent.is_empty() {
        eprintln!(
            "windvane: not yet taken over by {}; it may refuse it: see its list of refused messages",
            told.silent.join(", ")
        );
    }
    Ok(ExitCode::SUCCESS)
}

/// No shelf is longer than the engineer allows.
fn within_longest(farm: &Farm, alarms: &[AlarmId], duration: Duration) -> anyhow::Result<()> {
    for id in alarms {
        let longest = farm.shell.definition(id).map(|d| d.longest_shelf);
        if let Some(longest) = longest.filter(|longest| duration > *longest) {
            bail!(
                "{} at {} may be shelved for at most {}",
                id.name,
                id.object,
                humantime::format_duration(longest)
            );
        }
    }
    Ok(())
}
