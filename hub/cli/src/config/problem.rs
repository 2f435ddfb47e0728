//! A problem of a configuration.

use std::fmt;
use std::path::Path;

use bindeledd_texts::cli::config::Config;
use bindeledd_texts::{Lang, Said, Text};
use serde_json::json;

use super::values::Origin;
use crate::exit::Exit;
use crate::failure::{Detail, Failure};

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
    pub(crate) what: Said,
    /// How to correct the fault.
    pub(crate) fix: Said,
}

impl Problem {
    /// Makes a problem with a value.
    pub(crate) fn of(code: &'static str, key: &str, what: impl Into<Said>, fix: impl Into<Said>) -> Self {
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

    /// Returns the problem as one of several in a failure.
    fn detail(&self) -> Detail {
        Detail {
            line: self.clone().into(),
            json: json!({
                "code": self.code, "key": self.key, "source": self.origin.as_ref().map(ToString::to_string),
            }),
            texts: vec![("text", self.what.clone()), ("whatToDo", self.fix.clone())],
        }
    }
}

impl Text for Problem {
    fn text(&self, lang: Lang) -> String {
        let origin = match &self.origin {
            Some(Origin::Default) | None => String::new(),
            Some(origin) => format!(" ({})", origin.said().text(lang)),
        };
        let (what, fix) = (self.what.text(lang), self.fix.text(lang));
        format!("{} `{}`{origin}: {what}; {fix}", self.code, self.key)
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text(Lang::English))
    }
}

/// Returns all these problems as one failure.
pub(super) fn failure(file: &Path, problems: &[Problem]) -> Failure {
    let file = file.display().to_string();
    let what = match u64::try_from(problems.len()).unwrap_or(u64::MAX) {
        1 => Config::OneWrong { file },
        count => Config::Wrong { count, file },
    };
    let code = problems.first().map_or("BL-6003", |p| p.code);
    Failure::new(Exit::Configuration, code, what)
        .next(Config::MendEach)
        .details(problems.iter().map(Problem::detail))
}
