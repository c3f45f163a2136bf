//! Where searches are answered, and what an operator should know of it.

/// Where searches are answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// In memory: at once.
    Memory,
    /// By reading the store, which takes the longer the more users there are.
    Store(Absence),
}

/// Why nothing is searched in memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Absence {
    /// A single command reads what it needs.
    NotAsked,
    /// Everybody is being read; it will be there soon.
    Reading,
    /// It would take more memory than the settings allow.
    TooLarge,
    /// The store could not be read; the log tells more.
    Failed,
}

impl Source {
    /// What an operator should know of it; `None` where all is as it should be.
    pub const fn note(self) -> Option<&'static str> {
        match self {
            Self::Memory | Self::Store(Absence::NotAsked) => None,
            Self::Store(Absence::Reading) => Some("search is being prepared"),
            Self::Store(Absence::TooLarge) => Some("slow search: above search.memory_max_mib"),
            Self::Store(Absence::Failed) => Some("slow search: see the log"),
        }
    }
}
