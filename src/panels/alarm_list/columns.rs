//! The columns of the list: which there are, which are shown, and how wide they are.

use std::collections::BTreeMap;

use crate::panels::alarm_rows::SortBy;

/// A column of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Column {
    /// The mark.
    Priority,
    /// When it was raised.
    Raised,
    /// Whose it is.
    Turbine,
    /// Its name, and what is special about it.
    Name,
    /// The values and the limit.
    Value,
    /// The state.
    State,
    /// How long it has stood.
    Duration,
    /// When it was acknowledged, and by whom.
    Acknowledged,
    /// At which desk it was acknowledged, and as what.
    Station,
    /// How often it was raised since it was last acknowledged.
    TimesRaised,
    /// When it cleared.
    Cleared,
    /// What happens when nobody acts.
    Consequence,
    /// What the operator is to do.
    Response,
}

/// What is said of a column.
struct About {
    id: &'static str,
    title: &'static str,
    sort: Option<SortBy>,
    /// In a narrow list, and in a wide one, points.
    widths: [f32; 2],
}

impl Column {
    /// All of them, from left to right.
    pub const ALL: [Self; 13] = [
        Self::Priority,
        Self::Raised,
        Self::Turbine,
        Self::Name,
        Self::Value,
        Self::State,
        Self::Duration,
        Self::Acknowledged,
        Self::Station,
        Self::TimesRaised,
        Self::Cleared,
        Self::Consequence,
        Self::Response,
    ];

    fn about(self) -> About {
        let about = |id, title, sort, widths| About {
            id,
            title,
            sort,
            widths,
        };
        match self {
            Self::Priority => about("priority", "", Some(SortBy::Urgency), [36.0, 36.0]),
            Self::Raised => about("raised", "Raised", Some(SortBy::Raised), [72.0, 112.0]),
            Self::Turbine => about("turbine", "Turbine", Some(SortBy::Turbine), [72.0, 80.0]),
            Self::Name => about("alarm", "Alarm", Some(SortBy::Name), [160.0, 200.0]),
            Self::Value => about("value", "Value and limit", None, [160.0, 240.0]),
            Self::State => about("state", "State", Some(SortBy::State), [152.0, 200.0]),
            Self::Duration => about("duration", "Duration", Some(SortBy::Duration), [88.0, 92.0]),
            Self::Acknowledged => about(
                "acknowledged",
                "Acknowledged",
                Some(SortBy::Acknowledged),
                [130.0, 190.0],
            ),
            Self::Station => about("station", "Acknowledged at", None, [130.0, 160.0]),
            Self::TimesRaised => about("times", "Times", Some(SortBy::TimesRaised), [56.0, 64.0]),
            Self::Cleared => about("cleared", "Cleared", Some(SortBy::Cleared), [72.0, 112.0]),
            Self::Consequence => about("consequence", "Consequence", None, [180.0, 260.0]),
            Self::Response => about("response", "Response", None, [180.0, 260.0]),
        }
    }

    /// Its heading; empty for the mark's.
    pub fn title(self) -> &'static str {
        self.about().title
    }

    /// What it is called in the menu.
    pub fn words(self) -> &'static str {
        match self {
            Self::Priority => "Priority",
            Self::TimesRaised => "Times raised",
            of => of.title(),
        }
    }

    /// What a click on its heading sorts by.
    pub fn sort(self) -> Option<SortBy> {
        self.about().sort
    }

    /// Whether it is a column of numbers.
    pub fn is_right(self) -> bool {
        matches!(self, Self::Duration | Self::TimesRaised)
    }

    /// Without it a row would not say which alarm it is.
    pub fn is_fixed(self) -> bool {
        matches!(self, Self::Priority | Self::Turbine | Self::Name)
    }

    fn by_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|column| column.about().id == id)
    }
}

/// Narrower and wider no column can be drawn, points.
pub const WIDTHS: std::ops::RangeInclusive<f32> = 36.0..=800.0;

/// Which columns are shown, and how wide somebody has drawn them.
#[derive(Debug, Clone, PartialEq)]
pub struct Columns {
    shown: Vec<Column>,
    widths: BTreeMap<Column, f32>,
    /// How often the widths were forgotten: the table, which keeps them too, begins anew then.
    pub(super) resets: u32,
}

impl Default for Columns {
    fn default() -> Self {
        let shown = Column::ALL
            .into_iter()
            .take_while(|c| *c != Column::Station);
        Self {
            shown: shown.collect(),
            widths: BTreeMap::new(),
            resets: 0,
        }
    }
}

impl Columns {
    /// A list so wide is on a large screen, points.
    const LARGE: f32 = 2_200.0;

    /// Those that are shown, from left to right.
    pub fn shown(&self) -> &[Column] {
        &self.shown
    }

    /// Those for which there is room. Where nobody has chosen, what an operator misses least gives
    /// way, so that the button at the end of each row stays in sight; what was chosen is all there.
    pub fn fitting(&self, room: f32, between: f32, is_narrow: bool) -> Vec<Column> {
        let mut columns = self.shown.clone();
        if columns != Self::default().shown {
            return columns;
        }
        let needed = |columns: &[Column]| -> f32 {
            let widths = columns.iter().map(|c| self.width(*c, is_narrow) + between);
            widths.sum()
        };
        for least in [Column::Acknowledged, Column::Duration, Column::Value] {
            if needed(&columns) <= room {
                break;
            }
            columns.retain(|column| *column != least);
        }
        columns
    }

    /// Shows a column, or hides it.
    pub fn toggle(&mut self, column: Column) {
        let is_shown = self.shown.contains(&column);
        if column.is_fixed() {
            return;
        }
        self.shown.retain(|c| *c != column);
        if !is_shown {
            self.shown.push(column);
            self.shown.sort();
        }
    }

    /// How wide a column is, points.
    pub fn width(&self, column: Column, is_narrow: bool) -> f32 {
        let [narrow, wide] = column.about().widths;
        let usual = if is_narrow { narrow } else { wide };
        self.widths.get(&column).copied().unwrap_or(usual)
    }

    /// Whether a column takes a share of what the others leave. On a large screen the name alone would
    /// part the values from it by half a metre.
    pub fn takes_the_rest(&self, column: Column, room: f32) -> bool {
        match column {
            Column::Name => true,
            Column::Value | Column::Acknowledged => {
                room >= Self::LARGE && !self.widths.contains_key(&column)
            }
            _ => false,
        }
    }

    /// Takes note of a width that somebody has drawn.
    pub fn set_width(&mut self, column: Column, width: f32) {
        self.widths
            .insert(column, width.clamp(*WIDTHS.start(), *WIDTHS.end()));
    }

    /// Forgets what was chosen and drawn.
    pub fn reset(&mut self) {
        *self = Self {
            resets: self.resets.wrapping_add(1),
            ..Self::default()
        };
    }

    /// As it is kept: the columns' ids, and the widths by them.
    pub fn to_settings(&self) -> (Vec<String>, BTreeMap<String, f32>) {
        let id = |column: &Column| column.about().id.to_owned();
        let widths = self.widths.iter().map(|(column, w)| (id(column), *w));
        (self.shown.iter().map(id).collect(), widths.collect())
    }

    /// From what was kept. What is not known, of another version perhaps, is left out; none is the
    /// default.
    pub fn from_settings(shown: &[String], widths: &BTreeMap<String, f32>) -> Self {
        let mut columns = Self::default();
        if !shown.is_empty() {
            let is_shown = |column: &Column| {
                column.is_fixed() || shown.iter().any(|id| Column::by_id(id) == Some(*column))
            };
            columns.shown = Column::ALL.into_iter().filter(is_shown).collect();
        }
        for (id, width) in widths {
            if let Some(column) = Column::by_id(id).filter(|_| width.is_finite()) {
                columns.set_width(column, *width);
            }
        }
        columns
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_come_back_as_they_were_kept_and_unknown_ones_are_left_out() {
        let mut columns = Columns::default();
        columns.toggle(Column::Response);
        columns.toggle(Column::Value);
        columns.set_width(Column::State, 9_999.0);
        let (mut ids, mut widths) = columns.to_settings();
        ids.push("of another version".to_owned());
        widths.insert("of another version".to_owned(), 50.0);
        widths.insert("raised".to_owned(), f32::NAN);
        assert_eq!(Columns::from_settings(&ids, &widths), columns);
        assert_eq!(columns.width(Column::State, true), 800.0);
    }

    #[test]
    fn without_room_columns_give_way_unless_somebody_has_chosen_them() {
        let mut columns = Columns::default();
        let all = columns.shown().to_vec();
        assert_eq!(columns.fitting(1_200.0, 9.0, true), all);
        let fewer = columns.fitting(820.0, 9.0, true);
        assert!(!fewer.contains(&Column::Acknowledged), "{fewer:?}");
        assert!(fewer.contains(&Column::State), "{fewer:?}");
        columns.toggle(Column::Station);
        assert_eq!(columns.fitting(820.0, 9.0, true), columns.shown());
    }

    #[test]
    fn what_names_the_alarm_cannot_be_hidden() {
        let mut columns = Columns::default();
        columns.toggle(Column::Name);
        assert!(columns.shown().contains(&Column::Name));
        let kept = Columns::from_settings(&["raised".to_owned()], &BTreeMap::new());
        let shown = [
            Column::Priority,
            Column::Raised,
            Column::Turbine,
            Column::Name,
        ];
        assert_eq!(kept.shown(), shown);
    }
}
