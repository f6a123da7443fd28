//! The functions of the rule language.

/// A function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Function {
    Abs,
    Min,
    Max,
    Clamp,
}

impl Function {
    /// Every function with its name.
    pub const ALL: [(&'static str, Self); 4] = [
        ("abs", Self::Abs),
        ("min", Self::Min),
        ("max", Self::Max),
        ("clamp", Self::Clamp),
    ];

    /// What there is, as help.
    pub const LIST: &'static str =
        "There are abs(x), min(x, y, …), max(x, y, …) and clamp(x, low, high).";

    /// The function of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(n, _)| *n == name).map(|(_, f)| *f)
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        Self::ALL
            .iter()
            .find(|(_, f)| *f == self)
            .map_or("", |(n, _)| n)
    }

    /// How many arguments it takes, at least and at most.
    pub fn arguments(self) -> (usize, usize) {
        match self {
            Self::Abs => (1, 1),
            Self::Min | Self::Max => (1, usize::MAX),
            Self::Clamp => (3, 3),
        }
    }

    /// How it is called, as help.
    pub fn usage(self) -> &'static str {
        match self {
            Self::Abs => "abs(x)",
            Self::Min => "min(x, y, …)",
            Self::Max => "max(x, y, …)",
            Self::Clamp => "clamp(x, low, high)",
        }
    }
}

/// Every function with how it is called, for completion.
pub(crate) fn functions() -> impl Iterator<Item = (&'static str, &'static str)> {
    Function::ALL
        .iter()
        .map(|(name, function)| (*name, function.usage()))
}
