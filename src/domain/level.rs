//! The four administrator levels and whom each may act on (`spec/authority.md`, "Levels and scope").

use std::fmt;

/// A level of administration; an operator without one is staff with roles or a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// UA: acts on users without a level.
    User,
    /// OA: acts on UA and users without a level.
    Organisation,
    /// GA: acts on everybody but MA.
    Global,
    /// MA: acts on anybody, everywhere, always.
    Master,
}

impl Level {
    /// All levels, highest first.
    pub const ALL: [Self; 4] = [Self::Master, Self::Global, Self::Organisation, Self::User];

    /// The two letters that the tables and files use.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Master => "MA",
            Self::Global => "GA",
            Self::Organisation => "OA",
            Self::User => "UA",
        }
    }

    /// What people call it.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Master => "master administrator",
            Self::Global => "global administrator",
            Self::Organisation => "organisation administrator",
            Self::User => "user administrator",
        }
    }

    /// Reads `MA`, `GA`, `OA` or `UA`, in any case.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.code().eq_ignore_ascii_case(text))
    }

    /// Whether an operator of level `operator` may act on a user of level `target`.
    pub const fn reaches(operator: Option<Self>, target: Option<Self>) -> bool {
        match (operator, target) {
            (Some(Self::Master), _) | (_, None) => true,
            (Some(Self::Global), Some(level)) => !matches!(level, Self::Master),
            (Some(Self::Organisation), Some(level)) => matches!(level, Self::Organisation | Self::User),
            (Some(Self::User), Some(level)) => matches!(level, Self::User),
            (None, Some(_)) => false,
        }
    }

    /// The levels that an operator of level `operator` may promote to, highest first.
    pub const fn promoted_to_by(operator: Option<Self>) -> &'static [Self] {
        match operator {
            Some(Self::Master) => &[Self::Master, Self::Global, Self::Organisation, Self::User],
            Some(Self::Global) => &[Self::Global, Self::Organisation, Self::User],
            Some(Self::Organisation) => &[Self::Organisation, Self::User],
            Some(Self::User) | None => &[],
        }
    }

    /// Whether an operator of level `operator` may promote to this one.
    pub fn is_promoted_to_by(self, operator: Option<Self>) -> bool {
        Self::promoted_to_by(operator).contains(&self)
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_level_promotes_to_what_the_table_says() {
        let codes =
            |operator| Level::promoted_to_by(operator).iter().map(|level| level.code()).collect::<String>();
        assert_eq!(codes(Some(Level::Master)), "MAGAOAUA");
        assert_eq!(codes(Some(Level::Global)), "GAOAUA");
        assert_eq!(codes(Some(Level::Organisation)), "OAUA");
        assert_eq!((codes(Some(Level::User)), codes(None)), (String::new(), String::new()));
        assert!(!Level::Master.is_promoted_to_by(Some(Level::Global)));
    }

    #[test]
    fn each_level_reaches_what_the_table_says() {
        let levels =
            [Some(Level::Master), Some(Level::Global), Some(Level::Organisation), Some(Level::User), None];
        let matrix = levels.map(|operator| levels.map(|target| Level::reaches(operator, target)));
        assert_eq!(
            matrix,
            [
                [true, true, true, true, true],
                [false, true, true, true, true],
                [false, false, true, true, true],
                [false, false, false, true, true],
                [false, false, false, false, true],
            ]
        );
    }
}
