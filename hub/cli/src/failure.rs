//! The report of a failed command: the fault, the object with the fault, the next step, and the code with its page.

use std::error::Error;
use std::fmt;

use bindeledd_store::OpenError;
use bindeledd_texts::cli::common::Common;
use bindeledd_texts::{Lang, Said, Text as _};
use serde_json::{Map, Value, json};

use crate::exit::Exit;

/// Reason why a command failed. `Display` is the fault in English; the cause is its source, and is printed separately.
#[derive(Debug)]
pub(crate) struct Failure(Box<Parts>);

#[derive(Debug)]
struct Parts {
    exit: Exit,
    code: String,
    what: Said,
    next: Option<Said>,
    place: Option<String>,
    details: Vec<Detail>,
    source: Option<Box<dyn Error + Send + Sync>>,
}

/// One of several faults that were found at once.
#[derive(Debug)]
pub(crate) struct Detail {
    /// The line for a person.
    pub(crate) line: Said,
    /// The fault as JSON, without its texts.
    pub(crate) json: Value,
    /// The texts of the JSON, by their names.
    pub(crate) texts: Vec<(&'static str, Said)>,
}

impl Detail {
    fn to_json(&self, lang: Lang) -> Value {
        let mut json = self.json.clone();
        for (name, text) in &self.texts {
            json[*name] = text.text(lang).into();
        }
        json
    }
}

impl Failure {
    /// Makes a failure that ends with `exit`.
    pub(crate) fn new(exit: Exit, code: impl Into<String>, what: impl Into<Said>) -> Self {
        Self(Box::new(Parts {
            exit,
            code: code.into(),
            what: what.into(),
            next: None,
            place: None,
            details: Vec::new(),
            source: None,
        }))
    }

    /// Makes a failure of the configuration, with the next step.
    pub(crate) fn configuration(code: &str, what: impl Into<Said>, next: impl Into<Said>) -> Self {
        Self::new(Exit::Configuration, code, what).next(next)
    }

    pub(crate) fn next(mut self, next: impl Into<Said>) -> Self {
        self.0.next = Some(next.into());
        self
    }

    /// Adds the place in the input.
    pub(crate) fn at(mut self, place: impl Into<String>) -> Self {
        self.0.place = Some(place.into()).filter(|place| !place.is_empty());
        self
    }

    pub(crate) fn because(mut self, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    /// Adds the cause, if there is one.
    pub(crate) fn because_of(self, cause: Option<Said>) -> Self {
        match cause {
            Some(cause) => self.because(cause),
            None => self,
        }
    }

    /// Adds several faults that were found at once.
    pub(crate) fn details(mut self, details: impl Iterator<Item = Detail>) -> Self {
        self.0.details = details.collect();
        self
    }

    /// Returns the exit code.
    pub(crate) const fn exit(&self) -> Exit {
        self.0.exit
    }

    /// Returns the fault.
    pub(crate) fn what(&self) -> Said {
        self.0.what.clone()
    }

    /// Formats all lines for a person.
    pub(crate) fn text(&self, lang: Lang) -> String {
        let parts = &self.0;
        let error = Common::Error {
            code: parts.code.clone(),
            what: parts.what.text(lang),
        };
        let mut text = error.text(lang);
        let mut line = |common: Common| text.push_str(&format!("\n  {}", common.text(lang)));
        if let Some(place) = &parts.place {
            line(Common::At { place: place.clone() });
        }
        for detail in &parts.details {
            line(Common::Item {
                text: detail.line.text(lang),
            });
        }
        for cause in self.causes(lang) {
            line(Common::Cause { cause });
        }
        if let Some(next) = &parts.next {
            line(Common::NextStep { next: next.text(lang) });
        }
        line(Common::Page {
            code: parts.code.clone(),
        });
        text.push('\n');
        text
    }

    /// Formats the failure as JSON: `{"problem": {"code", "text", …}}`.
    pub(crate) fn to_json(&self, lang: Lang) -> Value {
        let parts = &self.0;
        let mut problem = Map::new();
        problem.insert("code".into(), parts.code.clone().into());
        problem.insert("text".into(), parts.what.text(lang).into());
        let mut put = |name: &str, value: Option<Value>| value.map(|value| problem.insert(name.into(), value));
        put("path", parts.place.clone().map(Value::from));
        put("whatToDo", parts.next.as_ref().map(|next| next.text(lang).into()));
        let details: Vec<_> = parts.details.iter().map(|detail| detail.to_json(lang)).collect();
        put("problems", Some(details).filter(|d| !d.is_empty()).map(|d| json!(d)));
        let causes: Vec<_> = self.causes(lang).collect();
        put("causes", Some(causes).filter(|c| !c.is_empty()).map(|c| json!(c)));
        json!({ "problem": problem })
    }

    fn causes(&self, lang: Lang) -> impl Iterator<Item = String> {
        let first = self
            .0
            .source
            .as_deref()
            .map(|source| -> &(dyn Error + 'static) { source });
        let causes = std::iter::successors(first, |cause: &&(dyn Error + 'static)| (*cause).source());
        causes.map(move |cause| match cause.downcast_ref::<OpenError>() {
            Some(error) => error.words().text(lang),
            None => Said::of_error(cause).text(lang),
        })
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.what.fmt(f)
    }
}

impl Error for Failure {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.0.source.as_deref().map(|source| source as &(dyn Error + 'static))
    }
}
