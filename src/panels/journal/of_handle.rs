//! The journal that is kept answers the panes: what takes long runs on a thread of its own.

use std::path::Path;

use crossbeam_channel::{Receiver, bounded};

use crate::alarms::journal::{
    Asked, JournalError, JournalHandle, PageHead, Query, Record, Verified, export_csv,
    open_to_read, print_page, utc, verify,
};
use crate::panels::format;
use crate::panels::open_by_desktop;
use crate::panels::records::{Answer, Job, Lines, Outcome, Records};

/// A page with more lines is for the file, not for paper.
const MOST_PRINTED: usize = 2_000;

impl Answer for Asked {
    fn take(&mut self) -> Option<Result<Vec<Record>, JournalError>> {
        self.answer()
    }
}

impl Records for JournalHandle {
    fn ask(&self, query: Query) -> Box<dyn Answer> {
        Box::new(Self::ask(self, query))
    }

    fn generation(&self) -> u64 {
        Self::generation(self)
    }

    fn trouble(&self) -> Option<String> {
        Self::trouble(self)
    }

    fn start(&self, job: Job) -> Receiver<Outcome> {
        let (sender, receiver) = bounded(1);
        let (handle, told) = (self.clone(), sender.clone());
        let run = move || {
            let outcome = match handle.file() {
                Some(file) => carry_out(&file, job).map_err(|error| error.to_string()),
                None => Err("The journal is not open yet. Try again.".to_owned()),
            };
            // Whoever asked may have gone.
            let _sent = told.send(outcome);
            handle.wake();
        };
        let thread = std::thread::Builder::new().name("journal-job".to_owned());
        if let Err(error) = thread.spawn(run) {
            // There is room for the one.
            let _sent = sender.send(Err(format!("The thread cannot be started: {error}")));
        }
        receiver
    }
}

fn carry_out(file: &Path, job: Job) -> anyhow::Result<String> {
    let reader = open_to_read(file)?;
    match job {
        Job::Export(lines, to) => {
            let count = export_csv(&reader, &lines.query, &lines.zone, &to)?
                .map_err(|error| anyhow::anyhow!("{}: {error}", to.display()))?;
            Ok(format!(
                "{} lines written to {}",
                format::count(count),
                to.display()
            ))
        }
        Job::Print(lines) => {
            let query = Query {
                limit: Some(MOST_PRINTED),
                ..lines.query.clone()
            };
            let mut records = reader.records(&query)?;
            records.reverse();
            let last = reader.last()?.map(|(seq, hash)| (seq, hash.to_string()));
            let head = head(&lines, records.len(), last);
            let page = print_page(None, &head, &records, &lines.zone)?;
            open_by_desktop(&page)?;
            Ok(format!("Opened in the browser: {}", page.display()))
        }
        Job::Verify => verified(&verify(&reader)?),
    }
}

fn head(lines: &Lines, count: usize, last: Option<(u64, String)>) -> PageHead {
    let mut filters = lines.filters.clone();
    if count == MOST_PRINTED {
        filters.push_str(&format!(
            "; the newest {} of them",
            format::count(count as u64)
        ));
    }
    PageHead {
        title: lines.title.clone(),
        station: lines.station.clone(),
        filters,
        user: lines.user.clone(),
        at_ms: lines.at_ms,
        last,
    }
}

fn verified(of: &Verified) -> anyhow::Result<String> {
    if let Some(flaw) = &of.flaw {
        let at = flaw
            .at_ms
            .map_or_else(String::new, |at| format!(", {}", utc(at)));
        anyhow::bail!("Record {}{at}: {}", flaw.seq, flaw.kind);
    }
    Ok(format!(
        "All {} records are as they were written.",
        format::count(of.records)
    ))
}
