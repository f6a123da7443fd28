//! `windvane journal verify`.

use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use serde_json::json;

use super::super::PROBLEM;
use super::place::of_scene;
use crate::alarms::journal::{Flaw, open_to_read, utc, verify};

/// Prove that no record of a journal was changed, removed or moved
///
/// Prints the number and the hash of the last record: noted elsewhere, they show later whether the end
/// was cut off. Exit status 1 names the first bad record.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// A journal's file, or a scene file for the journal of this desk
    #[arg(value_name = "FILE|SCENE")]
    file: PathBuf,
    /// With a scene: the journal of this station that is kept on this machine
    #[arg(long, value_name = "NAME")]
    station: Option<String>,
    /// Fail unless this record is there with this hash, as an earlier run printed them: 1234:5f3c…
    #[arg(long, value_name = "SEQ:HASH", value_parser = noted)]
    noted: Option<(u64, String)>,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

/// Runs the command.
///
/// # Errors
/// The journal cannot be read.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let file = if is_journal(&args.file) || !args.file.exists() {
        args.file.clone()
    } else {
        of_scene(&args.file, args.station.as_deref())?
    };
    let reader = open_to_read(&file)?;
    let verified = verify(&reader)?;
    let noted = match &args.noted {
        Some((seq, hash)) => Some((
            seq,
            reader
                .hash_of(*seq)?
                .is_some_and(|h| is_noted(&h.to_string(), hash)),
        )),
        None => None,
    };
    let is_good = verified.flaw.is_none() && noted.is_none_or(|(_, is_there)| is_there);
    let name = file.display();
    if args.json {
        let flaw = |flaw: &Flaw| {
            json!({
                "seq": flaw.seq,
                "time": flaw.at_ms.map(utc),
                "what": flaw.kind.to_string(),
            })
        };
        let result = json!({
            "file": file,
            "is_good": is_good,
            "records": verified.records,
            "last_seq": verified.last.as_ref().map(|(seq, ..)| seq),
            "last_time": verified.last.as_ref().map(|(_, at_ms, _)| utc(*at_ms)),
            "last_hash": verified.last.as_ref().map(|(.., hash)| hash.to_string()),
            "flaw": verified.flaw.as_ref().map(flaw),
            "noted_is_there": noted.map(|(_, is_there)| is_there),
        });
        println!("{result}");
    } else {
        match &verified.flaw {
            Some(Flaw { seq, at_ms, kind }) => {
                let at = at_ms.map_or_else(|| "time unreadable".to_owned(), utc);
                println!("{name}: record {seq} ({at}) {kind}");
                println!(
                    "{} records before it are as they were written",
                    verified.records
                );
            }
            None => println!(
                "{name}: all {} records are as they were written",
                verified.records
            ),
        }
        if let Some((seq, is_there)) = noted {
            let what = if is_there {
                "is there as it was noted"
            } else {
                "is not there as it was noted: the journal was cut off or written anew"
            };
            println!("record {seq} {what}");
        }
        if let (Some((seq, at_ms, hash)), None) = (&verified.last, &verified.flaw) {
            println!("last: {seq}:{hash} ({})", utc(*at_ms));
        }
    }
    Ok(if is_good {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(PROBLEM)
    })
}

/// What is noted by hand may be the beginning of the hash.
fn is_noted(hash: &str, noted: &str) -> bool {
    hash.starts_with(&noted.to_lowercase())
}

fn noted(text: &str) -> Result<(u64, String), String> {
    let wrong = || format!("{text:?} is not like 1234:5f3c… with 8 digits of the hash at least");
    let (seq, hash) = text.split_once(':').ok_or_else(wrong)?;
    let is_hash = (8..=64).contains(&hash.len()) && hash.chars().all(|c| c.is_ascii_hexdigit());
    let seq = seq.parse().ok().filter(|_| is_hash).ok_or_else(wrong)?;
    Ok((seq, hash.to_owned()))
}

/// Whether a file is an SQLite file rather than a scene.
fn is_journal(file: &Path) -> bool {
    let mut begin = [0; 15];
    let read = std::fs::File::open(file).and_then(|mut file| file.read_exact(&mut begin));
    let is_named = file.extension().is_some_and(|e| e == "db");
    is_named || (read.is_ok() && begin == *b"SQLite format 3")
}
