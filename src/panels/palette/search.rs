//! Finding: what the query means among turbines, signals, views, alarms and commands.
//!
//! Turbines are matched where they stand in the scene, a few milliseconds' worth a frame, and a query
//! that goes on from the last one looks only at what that one found: 75,000 of them cost no frame.

use std::time::{Duration, Instant};

use nucleo_matcher::pattern::{AtomKind, CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};

use super::items::{Item, Target, items, turbine_key};
use crate::fleet::TurbineRow;
use crate::panels::frame::{Farm, Look};
use crate::scene::Scene;

/// What a frame may spend on matching.
const BUDGET: Duration = Duration::from_millis(3);
/// Turbines matched between two looks at the clock.
const BATCH: usize = 512;
/// Results at most.
const MOST: usize = 40;
/// Of a name that is exactly the query.
const EXACT: u32 = 10_000;
/// Of a name that begins with the query.
const PREFIX: u32 = 60;
/// Of what was chosen last; less for each chosen since.
const RECENT: u32 = 48;
/// Of a name that is found only by forgiving slips of the fingers.
const FORGIVEN: u32 = 20;

/// One thing that was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// What.
    pub target: Target,
    /// The higher, the better it fits.
    pub score: u32,
}

/// The rows that are still to be matched.
#[derive(Debug)]
enum Pool {
    All,
    These(Vec<u32>),
}

/// The search for the present query.
#[derive(Debug)]
pub struct Search {
    matcher: Matcher,
    query: String,
    pattern: Pattern,
    /// All but the turbines.
    items: Vec<Item>,
    /// The scene, by its address and size, that is searched.
    scene: Option<(usize, usize)>,
    /// The alarms that the items were made of.
    alarms_revision: u64,
    pool: Pool,
    next: usize,
    matched: Vec<u32>,
    turbines: Vec<Found>,
    others: Vec<Found>,
    results: Vec<Found>,
    buffer: Vec<char>,
}

impl Default for Search {
    fn default() -> Self {
        Self {
            matcher: Matcher::new(Config::DEFAULT),
            query: String::new(),
            pattern: pattern(""),
            items: Vec::new(),
            scene: None,
            alarms_revision: 0,
            pool: Pool::All,
            next: 0,
            matched: Vec::new(),
            turbines: Vec::new(),
            others: Vec::new(),
            results: Vec::new(),
            buffer: Vec::new(),
        }
    }
}

fn pattern(query: &str) -> Pattern {
    Pattern::new(
        query,
        CaseMatching::Ignore,
        Normalization::Smart,
        AtomKind::Fuzzy,
    )
}

impl Search {
    /// What was found, the best first.
    pub fn results(&self) -> &[Found] {
        &self.results
    }

    /// What is known of a target that is no turbine.
    pub fn item(&self, target: &Target) -> Option<&Item> {
        self.items.iter().find(|i| i.target == *target)
    }

    /// Forgets what was searched: names may have changed.
    pub fn forget(&mut self) {
        self.scene = None;
        self.query.clear();
    }

    /// Goes on with the search for a query. Returns whether there is more to look through: then it
    /// wants another frame.
    pub fn follow(&mut self, query: &str, recent: &[String], look: &Look, farm: &Farm) -> bool {
        let scene = farm.scene;
        let address = scene.map_or(0, |s| std::ptr::from_ref(s) as usize);
        let count = scene.map_or(0, |s| s.turbines.len());
        let searched = Some((address, count));
        let is_new = self.scene != searched;
        let has_new_alarms = self.alarms_revision != farm.alarms_revision;
        if is_new || has_new_alarms {
            self.scene = searched;
            self.alarms_revision = farm.alarms_revision;
            self.items = items(look, farm);
        }
        if is_new || self.query != query {
            self.begin(query, is_new);
            self.match_items(recent, look, farm);
        } else if has_new_alarms {
            // In a flood of alarms the turbines are not matched anew with each of them.
            self.match_items(recent, look, farm);
            self.rank();
        }
        let is_done = scene.is_none_or(|scene| self.match_turbines(scene, recent));
        if is_new || !is_done || self.next > 0 {
            self.next *= usize::from(!is_done);
            self.rank();
        }
        !is_done
    }

    fn begin(&mut self, query: &str, is_new: bool) {
        let was_complete = self.next == 0;
        let goes_on = !is_new
            && was_complete
            && !self.query.is_empty()
            && query.starts_with(self.query.as_str());
        self.pool = if goes_on {
            Pool::These(std::mem::take(&mut self.matched))
        } else {
            Pool::All
        };
        query.clone_into(&mut self.query);
        self.pattern = pattern(query.trim());
        self.matched.clear();
        self.turbines.clear();
        // Zero means that nothing is under way.
        self.next = 1;
    }

    /// Matches turbines until all are or the time is up; whether all are.
    fn match_turbines(&mut self, scene: &Scene, recent: &[String]) -> bool {
        if self.next == 0 || self.pattern.atoms.is_empty() {
            return true;
        }
        let query = self.query.trim();
        let began = Instant::now();
        let count = match &self.pool {
            Pool::All => scene.turbines.len(),
            Pool::These(rows) => rows.len(),
        };
        loop {
            let from = self.next - 1;
            let to = (from + BATCH).min(count);
            for at in from..to {
                let row = match &self.pool {
                    Pool::All => at as u32,
                    Pool::These(rows) => rows.get(at).copied().unwrap_or(u32::MAX),
                };
                let Some(turbine) = scene.turbine(TurbineRow(row)) else {
                    continue;
                };
                let haystack = Utf32Str::new(&turbine.id, &mut self.buffer);
                if let Some(score) = self.pattern.score(haystack, &mut self.matcher) {
                    self.matched.push(row);
                    let score = 20 + better(score, query, &turbine.id);
                    self.turbines.push(Found {
                        target: Target::Turbine(TurbineRow(row)),
                        score,
                    });
                }
            }
            self.next = to + 1;
            if self.turbines.len() > 8 * MOST {
                keep_best(&mut self.turbines);
            }
            if to >= count {
                break;
            }
            if began.elapsed() > BUDGET {
                return false;
            }
        }
        keep_best(&mut self.turbines);
        for found in &mut self.turbines {
            if let Target::Turbine(row) = found.target
                && let Some(turbine) = scene.turbine(row)
            {
                found.score += recency(&turbine_key(&turbine.id), recent);
            }
        }
        true
    }

    fn match_items(&mut self, recent: &[String], look: &Look, farm: &Farm) {
        self.others.clear();
        if self.pattern.atoms.is_empty() {
            self.others = super::items::suggested(recent, farm);
            return;
        }
        let query = self.query.trim();
        if let Some(name) = super::items::view_to_save(&self.query) {
            self.others.push(Found {
                target: Target::SaveView(name.to_owned()),
                score: EXACT,
            });
        }
        let as_written = Pattern::new(
            query,
            CaseMatching::Ignore,
            Normalization::Smart,
            AtomKind::Substring,
        );
        let mut best = 0;
        let mut found = Vec::new();
        for item in &self.items {
            let mut score_of = |pattern: &Pattern, text: &str| {
                let haystack = Utf32Str::new(text, &mut self.buffer);
                pattern.score(haystack, &mut self.matcher)
            };
            let name = item.name(look, farm);
            let by_name = score_of(&self.pattern, &name);
            // Letters strewn over words that are not even shown would be noise.
            let by_others = score_of(&as_written, &item.also).map(|score| score / 2);
            let forgiven = || {
                let words = name.split_whitespace().chain(item.also.split_whitespace());
                is_slip_of(query, words).then_some(FORGIVEN)
            };
            best = best.max(by_name.unwrap_or(0));
            let is_by_name = by_name >= by_others;
            let Some(score) = by_name.max(by_others).or_else(forgiven) else {
                continue;
            };
            let extra = better(score, query, &name) + item.weight + recency(&item.key, recent);
            let target = item.target.clone();
            let score_now = Found {
                target,
                score: extra,
            };
            found.push((is_by_name && by_name.is_some(), score, score_now));
        }
        // Beside a name that holds the query as it was typed, strewn letters are noise as well.
        found.retain(|(is_by_name, score, _)| !is_by_name || 10 * score >= 7 * best);
        self.others
            .extend(found.into_iter().map(|(.., found)| found));
        keep_best(&mut self.others);
    }

    fn rank(&mut self) {
        self.results.clear();
        self.results.extend_from_slice(&self.others);
        self.results.extend_from_slice(&self.turbines);
        if !self.pattern.atoms.is_empty() {
            keep_best(&mut self.results);
        }
    }

    /// The places of the letters in a name that the query matched, in order.
    pub fn matched_letters(&mut self, name: &str) -> Vec<u32> {
        let mut letters = Vec::new();
        let haystack = Utf32Str::new(name, &mut self.buffer);
        self.pattern
            .indices(haystack, &mut self.matcher, &mut letters);
        letters.sort_unstable();
        letters.dedup();
        letters
    }
}

/// A match's score, more for a name that is the query or begins with it, less for a long name.
fn better(score: u32, query: &str, name: &str) -> u32 {
    let begins = name
        .get(..query.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(query));
    let extra = match (begins, name.len() == query.len()) {
        (true, true) => EXACT,
        (true, false) => PREFIX,
        _ => 0,
    };
    (score + extra).saturating_sub((name.len() as u32).min(60) / 6)
}

fn recency(key: &str, recent: &[String]) -> u32 {
    let at = recent.iter().position(|r| r == key);
    at.map_or(0, |at| RECENT.saturating_sub(4 * at as u32))
}

fn keep_best(found: &mut Vec<Found>) {
    // Stable: what is equal stays in the order of the scene.
    found.sort_by_key(|f| u32::MAX - f.score);
    found.truncate(MOST);
}

/// Whether each word of the query is one of these words but for a slip or two of the fingers.
fn is_slip_of<'a>(query: &str, words: impl Iterator<Item = &'a str> + Clone) -> bool {
    let mut any = false;
    for asked in query.split_whitespace() {
        let length = asked.chars().count();
        let slips = match length {
            0..4 => return false,
            4..8 => 1,
            _ => 2,
        };
        let asked = asked.to_lowercase();
        let is_met = words.clone().any(|word| {
            let word = word.to_lowercase();
            // A word that is not finished yet is like the beginning of one.
            let start: String = word.chars().take(length).collect();
            strsim::osa_distance(&asked, &word) <= slips
                || strsim::osa_distance(&asked, &start) <= slips
        });
        if !is_met {
            return false;
        }
        any = true;
    }
    any
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_of_the_fingers_are_forgiven_in_words_that_are_long_enough() {
        let words = "Gearbox oil temperature".split_whitespace();
        for query in ["gaerbox", "gearbix", "temprature", "tmeperature", "gearbxo"] {
            assert!(is_slip_of(query, words.clone()), "{query}");
        }
        for query in ["oli", "generator", "gear wind", ""] {
            assert!(!is_slip_of(query, words.clone()), "{query}");
        }
    }

    #[test]
    fn a_name_that_is_the_query_is_better_than_one_that_holds_it() {
        assert!(better(90, "T3", "T3") > better(120, "T3", "T37"));
        assert!(better(90, "t3", "T37") > better(90, "t3", "AT3"));
        assert!(better(90, "oil", "Oil hot") > better(90, "oil", "Oil temperature of the gearbox"));
    }
}
