//! What the panes of alarms beside the list remember between frames.

pub use crate::panels::alarm_deeds::AlarmDialogs;
pub use crate::panels::alarm_detail::DetailState;
pub use crate::panels::journal::JournalState;
pub use crate::panels::performance::PerformanceState;
pub use crate::panels::set_aside::SetAsideState;

/// What the panes of alarms beside the list remember between frames.
#[derive(Debug, Default)]
pub struct AlarmPanes {
    /// One alarm in full.
    pub detail: DetailState,
    /// Shelved, suppressed, out of service.
    pub set_aside: SetAsideState,
    /// The journal.
    pub journal: JournalState,
    /// How well the alarm system does.
    pub performance: PerformanceState,
    /// What is asked about alarms that are to be shelved, taken out of service or commented on.
    pub dialogs: AlarmDialogs,
}
