//! The exit codes of a command. Scripts rely on them.

use std::process::ExitCode;

/// The outcome of a command, which determines its exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// The command did its work.
    Done,
    /// Something failed while the command ran.
    Failed,
    /// The command line is invalid; clap uses the same code.
    Usage,
    /// The request was understood and refused.
    Refused,
    /// An adapter trapped or exceeded a limit.
    Adapter,
    /// The hub can not be reached.
    Unreachable,
    /// The configuration is invalid.
    Configuration,
}

impl Exit {
    /// Returns the number of the exit code.
    pub(crate) const fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Failed => 1,
            Self::Usage => 2,
            Self::Refused => 3,
            Self::Adapter => 4,
            Self::Unreachable => 5,
            Self::Configuration => 6,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

/// The text about exit codes that `--help` prints.
pub(crate) const HELP: &str = "\
Exit codes:
  0  done
  1  something failed at run time
  2  the command line is invalid
  3  refused: by an adapter, by the hub, or because the input is not understood
  4  an adapter trapped or exceeded a limit
  5  the hub can not be reached
  6  the configuration is invalid

Errors have a code such as BL-6004; its page is docs/errors/BL-6004.md.";
