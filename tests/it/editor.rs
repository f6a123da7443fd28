//! The rule editor: what it writes into scene files, and the pane by its AccessKit tree.

mod files;
mod language;
mod pane;
