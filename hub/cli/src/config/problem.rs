//! A problem of a configuration.

use std::fmt;
use std::path::Path;

use serde_json::{Value, json};

use super::values::Origin;
use crate::exit::Exit;
use crate::failure::Failure;

/// A problem: its key, the origin of the value, the fault, and the remedy. A problem never contains a value that may be
/// secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Problem {
    /// Code of the problem, with a page in `docs/errors`.
    pub(crate) code: &'static str,
    /// Key with the problem.
    pub(crate) key: String,
    /// Origin of the key's value.
    pub(crate) origin: Option<Origin>,
    /// Description of the fault.
    pub(crate) what: String,
    /// How to correct the fault.
    pub(crate) fix: String,
}

impl Problem {
    /// Makes a problem with a value.
    pub(crate) fn of(code: &'static str, key: &str, what: impl Into<String>, fix: impl Into<String>) -> Self {
        Self {
            code,
            key: key.to_owned(),
            origin: None,
            what: what.into(),
            fix: fix.into(),
        }
    }

    /// Adds the origin of the value.
    pub(crate) fn from(mut self, origin: Origin) -> Self {
        self.origin = Some(origin);
        self
    }

    /// Formats the problem as JSON, for `--json`.
    pub(crate) fn to_json(&self) -> Value {
        json!({
            "code": self.code, "key": self.key, "source": self.origin.as_ref().map(ToString::to_string),
            "text": self.what, "whatToDo": self.fix,
        })
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} `{}`", self.code, self.key)?;
        match &self.origin {
            Some(Origin::Default) | None => {}
            Some(origin) => write!(f, " ({origin})")?,
        }
        write!(f, ": {}; {}", self.what, self.fix)
    }
}

/// Returns all these problems as one failure.
pub(super) fn failure(file: &Path, problems: &[Problem]) -> Failure {
    let count = problems.len();
    let things = if count == 1 {
        "one thing is wrong".to_owned()
    } else {
        format!("{count} things are wrong")
    };
    let code = problems.first().map_or("BL-6003", |p| p.code);
    Failure::new(
        Exit::Configuration,
        code,
        format!("{things} with the configuration {}", file.display()),
    )
    .next("mend each of these, then run `bindeledd check`")
    .details(
        problems.iter().map(ToString::to_string),
        problems.iter().map(Problem::to_json),
    )
}
