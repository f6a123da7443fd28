//! The functions of the rule language.

use super::computed::{AcrossStatistic, WindowStatistic};

/// A function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Function {
    Abs,
    /// Of several values, or over a window where the second argument is a duration.
    Min,
    /// As [`Function::Min`].
    Max,
    Clamp,
    /// Over a window, and nothing else.
    Window(WindowStatistic),
    Held,
    Age,
    Previous,
    /// Over the farm, or this many turbines that stand nearest.
    Across(AcrossStatistic, Option<u16>),
}

/// More turbines than this are no neighbours.
const MOST_NEAREST: u16 = super::computed::MOST_NEIGHBOURS;

const ACROSS: [(&str, AcrossStatistic); 7] = [
    ("avg", AcrossStatistic::Avg),
    ("median", AcrossStatistic::Median),
    ("min", AcrossStatistic::Min),
    ("max", AcrossStatistic::Max),
    ("sum", AcrossStatistic::Sum),
    ("count", AcrossStatistic::Count),
    ("stddev", AcrossStatistic::Stddev),
];

impl Function {
    /// Every function with a name of its own.
    pub const ALL: [(&'static str, Self); 11] = [
        ("abs", Self::Abs),
        ("min", Self::Min),
        ("max", Self::Max),
        ("clamp", Self::Clamp),
        ("avg", Self::Window(WindowStatistic::Avg)),
        ("rate", Self::Window(WindowStatistic::Rate)),
        ("delta", Self::Window(WindowStatistic::Delta)),
        ("stddev", Self::Window(WindowStatistic::Stddev)),
        ("held", Self::Held),
        ("age", Self::Age),
        ("previous", Self::Previous),
    ];

    /// What there is, as help.
    pub const LIST: &'static str = "There are abs, min, max, clamp; avg, min, max, rate, delta and \
                                    stddev over a time; held, age, previous; farm.… and nearest(n).…";

    /// What follows `farm.` and `nearest(n).`, as help.
    pub const ACROSS_LIST: &'static str = "There are avg, median, min, max, sum, count and stddev.";

    /// The function of this name: `abs`, `farm.avg`, `nearest(5).median`.
    pub fn named(name: &str) -> Option<Self> {
        if let Some((of, statistic)) = name.split_once('.') {
            let of = of.trim();
            let nearest = match of {
                "farm" => None,
                _ => {
                    let count = of.strip_prefix("nearest")?.trim().strip_prefix('(')?;
                    let count = count.strip_suffix(')')?.trim();
                    Some(
                        count
                            .parse()
                            .ok()
                            .filter(|c| (1..=MOST_NEAREST).contains(c))?,
                    )
                }
            };
            let statistic = ACROSS.iter().find(|(n, _)| *n == statistic.trim())?.1;
            return Some(Self::Across(statistic, nearest));
        }
        Self::ALL.iter().find(|(n, _)| *n == name).map(|(_, f)| *f)
    }

    /// What is wrong with a name before a bracket, and what to do about it.
    pub fn fault(name: &str) -> (String, Option<String>) {
        let Some((of, statistic)) = name.split_once('.') else {
            return (format!("There is no function `{name}`."), None);
        };
        let statistic = statistic.trim();
        let is_known = ACROSS.iter().any(|(n, _)| *n == statistic);
        if is_known && of.trim() != "limits" {
            let message = format!("`nearest` takes 1 to {MOST_NEAREST} turbines.");
            return (
                message,
                Some("For example: nearest(5).median(x)".to_owned()),
            );
        }
        if of.trim() == "limits" {
            let message = format!("`{name}` is a limit, no function.");
            return (message, Some(format!("Write {name}.")));
        }
        let near = super::suggest::nearest(statistic, ACROSS.iter().map(|(n, _)| *n));
        let help = near.map_or(Self::ACROSS_LIST.to_owned(), |near| {
            format!("Did you mean `{}.{near}`?", of.trim())
        });
        (format!("There is no function `{name}`."), Some(help))
    }

    /// Its name, without what it is over.
    pub fn name(self) -> &'static str {
        match self {
            Self::Across(statistic, _) => ACROSS
                .iter()
                .find(|(_, s)| *s == statistic)
                .map_or("", |(n, _)| n),
            _ => Self::ALL
                .iter()
                .find(|(_, f)| *f == self)
                .map_or("", |(n, _)| n),
        }
    }

    /// How many arguments it takes, at least and at most.
    pub fn arguments(self) -> (usize, usize) {
        match self {
            Self::Abs | Self::Age | Self::Previous | Self::Across(..) => (1, 1),
            Self::Min | Self::Max => (1, usize::MAX),
            Self::Window(_) | Self::Held => (2, 2),
            Self::Clamp => (3, 3),
        }
    }

    /// How it is called, as help.
    pub fn usage(self) -> String {
        let name = self.name();
        match self {
            Self::Abs | Self::Age | Self::Previous => format!("{name}(x)"),
            Self::Min | Self::Max => format!("{name}(x, y, …) or {name}(x, 10 min)"),
            Self::Clamp => "clamp(x, low, high)".to_owned(),
            Self::Window(_) => format!("{name}(x, 10 min)"),
            Self::Held => "held(condition, 30 s)".to_owned(),
            Self::Across(_, None) => format!("farm.{name}(x)"),
            Self::Across(_, Some(count)) => format!("nearest({count}).{name}(x)"),
        }
    }
}

/// Every function with how it is called, for completion.
pub(crate) fn functions() -> impl Iterator<Item = (String, String)> {
    let own = Function::ALL.iter();
    let own = own.map(|(name, function)| ((*name).to_owned(), function.usage()));
    let across = [("farm", None), ("nearest(5)", Some(5))];
    let across = across.into_iter().flat_map(|(of, nearest)| {
        ACROSS.iter().map(move |(name, statistic)| {
            let function = Function::Across(*statistic, nearest);
            (format!("{of}.{name}"), function.usage())
        })
    });
    own.chain(across)
}
