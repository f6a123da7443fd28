//! The scenes that were opened before: pinned ones first, then the latest.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

/// More than these are not kept, pinned ones apart.
const MOST: usize = 12;
/// Of a settings file that somebody else wrote.
const MOST_PINNED: usize = 50;

/// A scene that was opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecentScene {
    /// The scene file, from the root.
    pub path: PathBuf,
    /// Its title.
    pub title: String,
    /// When it was opened last, milliseconds since 1970 UTC.
    pub opened_ms: i64,
    /// Stays at the top.
    #[serde(default)]
    pub pinned: bool,
}

/// The list.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RecentScenes(Vec<RecentScene>);

impl RecentScenes {
    /// The scenes in the order in which they are shown.
    pub fn list(&self) -> &[RecentScene] {
        &self.0
    }

    /// Takes note that a scene is open now.
    pub fn note(&mut self, path: &Path, title: &str, now_ms: i64) {
        let pinned = self.0.iter().any(|s| s.path == path && s.pinned);
        self.0.retain(|s| s.path != path);
        self.0.push(RecentScene {
            path: path.to_owned(),
            title: title.to_owned(),
            opened_ms: now_ms,
            pinned,
        });
        self.settle();
    }

    /// Pins a scene, or lets it go.
    pub fn toggle_pin(&mut self, path: &Path) {
        for scene in self.0.iter_mut().filter(|s| s.path == path) {
            scene.pinned = !scene.pinned;
        }
        self.settle();
    }

    /// Takes a scene off the list.
    pub fn remove(&mut self, path: &Path) {
        self.0.retain(|s| s.path != path);
    }

    /// Puts a list that was read from a file in order.
    pub fn settle(&mut self) {
        self.0
            .sort_by_key(|s| (!s.pinned, std::cmp::Reverse(s.opened_ms)));
        let pinned = self.0.iter().filter(|s| s.pinned).count().min(MOST_PINNED);
        self.0.truncate(pinned + MOST);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn titles(recent: &RecentScenes) -> Vec<&str> {
        recent.list().iter().map(|s| s.title.as_str()).collect()
    }

    #[test]
    fn the_latest_comes_first_and_a_pinned_one_before_it() {
        let mut recent = RecentScenes::default();
        for (path, at) in [("/a.toml", 1), ("/b.toml", 2), ("/c.toml", 3)] {
            recent.note(Path::new(path), path, at);
        }
        assert_eq!(titles(&recent), ["/c.toml", "/b.toml", "/a.toml"]);
        recent.toggle_pin(Path::new("/a.toml"));
        recent.note(Path::new("/b.toml"), "B again", 4);
        assert_eq!(titles(&recent), ["/a.toml", "B again", "/c.toml"]);
        recent.note(Path::new("/a.toml"), "A", 5);
        assert!(recent.list()[0].pinned, "opening it again keeps it pinned");
        recent.toggle_pin(Path::new("/a.toml"));
        recent.remove(Path::new("/b.toml"));
        assert_eq!(titles(&recent), ["A", "/c.toml"]);
    }

    #[test]
    fn the_list_is_bounded_and_pinned_scenes_are_not_pushed_out() {
        let mut recent = RecentScenes::default();
        recent.note(Path::new("/pinned.toml"), "pinned", 0);
        recent.toggle_pin(Path::new("/pinned.toml"));
        for at in 1..40 {
            recent.note(Path::new(&format!("/{at}.toml")), "other", at);
        }
        assert_eq!(recent.list().len(), MOST + 1);
        assert_eq!(titles(&recent)[0], "pinned");
    }
}
