//! The report of a failed command: the fault, the object with the fault, the next step, and the code with its page.

use std::error::Error;
use std::fmt;

use serde_json::{Map, Value, json};

use crate::exit::Exit;

/// Reason why a command failed. `Display` is the fault; the cause is its source, and is printed separately.
#[derive(Debug)]
pub(crate) struct Failure(Box<Parts>);

#[derive(Debug)]
struct Parts {
    exit: Exit,
    code: String,
    what: String,
    next: Option<String>,
    place: Option<String>,
    details: Vec<String>,
    details_json: Vec<Value>,
    source: Option<Box<dyn Error + Send + Sync>>,
}

impl Failure {
    /// Makes a failure that ends with `exit`.
    pub(crate) fn new(exit: Exit, code: impl Into<String>, what: impl Into<String>) -> Self {
        Self(Box::new(Parts {
            exit,
            code: code.into(),
            what: what.into(),
            next: None,
            place: None,
            details: Vec::new(),
            details_json: Vec::new(),
            source: None,
        }))
    }

    /// Makes a failure of the configuration, with the next step.
    pub(crate) fn configuration(code: &str, what: impl Into<String>, next: impl Into<String>) -> Self {
        Self::new(Exit::Configuration, code, what).next(next)
    }

    pub(crate) fn next(mut self, next: impl Into<String>) -> Self {
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

    /// Adds several faults that were found at once.
    pub(crate) fn details(mut self, lines: impl Iterator<Item = String>, json: impl Iterator<Item = Value>) -> Self {
        self.0.details = lines.collect();
        self.0.details_json = json.collect();
        self
    }

    /// Returns the exit code.
    pub(crate) const fn exit(&self) -> Exit {
        self.0.exit
    }

    /// Formats all lines for a person.
    pub(crate) fn text(&self) -> String {
        let parts = &self.0;
        let mut text = format!("error {}: {}\n", parts.code, parts.what);
        if let Some(place) = &parts.place {
            text.push_str(&format!("  at: {place}\n"));
        }
        for detail in &parts.details {
            text.push_str(&format!("  - {detail}\n"));
        }
        for cause in self.causes() {
            text.push_str(&format!("  cause: {cause}\n"));
        }
        if let Some(next) = &parts.next {
            text.push_str(&format!("  next: {next}\n"));
        }
        text.push_str(&format!("  page: docs/errors/{}.md\n", parts.code));
        text
    }

    /// Formats the failure as JSON: `{"problem": {"code", "text", …}}`.
    pub(crate) fn to_json(&self) -> Value {
        let parts = &self.0;
        let mut problem = Map::new();
        problem.insert("code".into(), parts.code.clone().into());
        problem.insert("text".into(), parts.what.clone().into());
        let mut put = |name: &str, value: Option<Value>| value.map(|value| problem.insert(name.into(), value));
        put("path", parts.place.clone().map(Value::from));
        put("whatToDo", parts.next.clone().map(Value::from));
        put(
            "problems",
            Some(&parts.details_json).filter(|d| !d.is_empty()).map(|d| json!(d)),
        );
        let causes: Vec<_> = self.causes().collect();
        put("causes", Some(causes).filter(|c| !c.is_empty()).map(|c| json!(c)));
        json!({ "problem": problem })
    }

    fn causes(&self) -> impl Iterator<Item = String> {
        let first = self.0.source.as_deref().map(|source| -> &dyn Error { source });
        std::iter::successors(first, |cause: &&dyn Error| (*cause).source()).map(ToString::to_string)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.what)
    }
}

impl Error for Failure {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.0.source.as_deref().map(|source| source as &(dyn Error + 'static))
    }
}
