//! Cargo's two profiles.

/// A cargo profile. `docs/decisions/0003-two-profiles.md` explains why there are two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Profile {
    /// The profile that compiles fast, for the demo and the tests.
    Dev,
    /// The profile that runs fast, for deployment and measurements.
    Release,
}

impl Profile {
    /// Returns cargo's folder for the profile inside the target folder.
    pub(crate) const fn folder(self) -> &'static str {
        match self {
            Self::Dev => "debug",
            Self::Release => "release",
        }
    }

    /// Returns cargo's profile for guests.
    pub(crate) const fn of_guests(self) -> &'static str {
        match self {
            Self::Dev => "guest-dev",
            Self::Release => "guest",
        }
    }

    /// Returns the folder of the adapters, relative to the project's. Each profile has its own, since a hub pins its
    /// adapters by digest, and the demo must not replace those of `build`.
    pub(crate) const fn adapters(self) -> &'static str {
        match self {
            Self::Dev => "target/debug/plugins",
            Self::Release => "target/plugins",
        }
    }
}
