//! The JSON pointers of a model as one trie, so that a payload is searched in one pass.

use smallvec::SmallVec;

/// What a place in a payload is read for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Target {
    /// The signal with this index among those the trie was built for.
    Signal(u16),
    /// The source time.
    Time,
    /// The quality.
    Quality,
}

/// A node of the trie.
#[derive(Debug, Default)]
pub(super) struct Node {
    /// Members of an object, sorted by length and then by text, and the nodes below them.
    members: Vec<(Box<str>, u32)>,
    /// Elements of an array, and the nodes below them.
    elements: Vec<(usize, u32)>,
    /// What is read here.
    pub targets: SmallVec<[Target; 1]>,
}

impl Node {
    /// The node below a member of an object.
    pub fn member(&self, name: &str) -> Option<u32> {
        let at = self
            .members
            .binary_search_by(|(member, _)| order(member, name));
        at.ok()
            .and_then(|at| self.members.get(at))
            .map(|(_, node)| *node)
    }

    /// The node below an element of an array.
    pub fn element(&self, index: usize) -> Option<u32> {
        let found = self.elements.iter().find(|(i, _)| *i == index);
        found.map(|(_, node)| *node)
    }

    /// Whether anything is looked for inside an object or array here.
    pub fn has_children(&self) -> bool {
        !self.members.is_empty()
    }
}

/// The pointers of a model.
#[derive(Debug)]
pub(super) struct PointerTrie {
    nodes: Vec<Node>,
}

impl PointerTrie {
    /// Builds the trie of these pointers (RFC 6901). A pointer without its leading `/` is taken as
    /// the name of a member.
    pub fn new<'a>(pointers: impl Iterator<Item = (&'a str, Target)>) -> Self {
        let mut trie = Self {
            nodes: vec![Node::default()],
        };
        for (pointer, target) in pointers {
            trie.insert(pointer, target);
        }
        trie
    }

    /// The whole document.
    pub const ROOT: u32 = 0;

    /// A node by its number.
    pub fn node(&self, node: u32) -> Option<&Node> {
        self.nodes.get(node as usize)
    }

    fn insert(&mut self, pointer: &str, target: Target) {
        let mut at = Self::ROOT;
        if !pointer.is_empty() {
            let path = pointer.strip_prefix('/').unwrap_or(pointer);
            for token in path.split('/') {
                at = self.child(at, &token.replace("~1", "/").replace("~0", "~"));
            }
        }
        if let Some(node) = self.nodes.get_mut(at as usize) {
            node.targets.push(target);
        }
    }

    fn child(&mut self, parent: u32, name: &str) -> u32 {
        let new = self.nodes.len() as u32;
        let Some(node) = self.nodes.get_mut(parent as usize) else {
            return parent;
        };
        match node
            .members
            .binary_search_by(|(member, _)| order(member, name))
        {
            Ok(at) => node.members.get(at).map_or(parent, |(_, child)| *child),
            Err(at) => {
                node.members.insert(at, (name.into(), new));
                if let Some(index) = array_index(name) {
                    node.elements.push((index, new));
                }
                self.nodes.push(Node::default());
                new
            }
        }
    }
}

/// Short names first: comparing lengths settles most comparisons.
fn order(a: &str, b: &str) -> std::cmp::Ordering {
    (a.len(), a).cmp(&(b.len(), b))
}

/// RFC 6901: digits without leading zeros.
fn array_index(token: &str) -> Option<usize> {
    let canonical = token == "0" || !token.starts_with(['0', '+']);
    if canonical { token.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(trie: &PointerTrie, path: &[&str]) -> Option<Vec<Target>> {
        let mut node = trie.node(PointerTrie::ROOT)?;
        for name in path {
            node = trie.node(node.member(name)?)?;
        }
        Some(node.targets.to_vec())
    }

    #[test]
    fn pointers_share_their_beginnings_and_escapes_are_resolved() {
        let pointers = ["/WTUR/W", "/WTUR/St", "/a~1b/~01", "plain", "/plain", "/"];
        let targets = (0..).map(Target::Signal);
        let trie = PointerTrie::new(pointers.into_iter().zip(targets));
        assert_eq!(at(&trie, &["WTUR", "W"]), Some(vec![Target::Signal(0)]));
        assert_eq!(at(&trie, &["WTUR", "St"]), Some(vec![Target::Signal(1)]));
        assert_eq!(at(&trie, &["WTUR"]), Some(vec![]));
        assert_eq!(at(&trie, &["a/b", "~1"]), Some(vec![Target::Signal(2)]));
        let both = vec![Target::Signal(3), Target::Signal(4)];
        assert_eq!(at(&trie, &["plain"]), Some(both));
        assert_eq!(at(&trie, &[""]), Some(vec![Target::Signal(5)]));
        assert_eq!(at(&trie, &["WROT"]), None);
    }

    #[test]
    fn digits_without_leading_zeros_are_elements_too() {
        let pointers = ["/v/0", "/v/12", "/v/012", "/v/x"];
        let trie = PointerTrie::new(pointers.into_iter().map(|p| (p, Target::Time)));
        let root = trie.node(PointerTrie::ROOT);
        let v = root.and_then(|n| n.member("v")).and_then(|v| trie.node(v));
        let v = v.expect("the member v");
        assert!(v.element(0).is_some() && v.element(12).is_some());
        assert!(v.element(1).is_none());
        assert_ne!(v.element(12), v.member("012"));
    }

    #[test]
    fn the_empty_pointer_is_the_whole_document() {
        let trie = PointerTrie::new([("", Target::Quality)].into_iter());
        assert_eq!(at(&trie, &[]), Some(vec![Target::Quality]));
    }
}
