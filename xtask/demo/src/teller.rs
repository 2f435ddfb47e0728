//! Prints the story, as lines for a person or as JSON for a program. Also records the step at which a failure happened.

use std::io::Write as _;
use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};

use crate::failure::Failure;

/// Tells the story.
#[derive(Debug)]
pub(crate) struct Teller {
    json: bool,
    step: String,
}

impl Teller {
    pub(crate) fn new(json: bool) -> Self {
        Self {
            json,
            step: "starting".into(),
        }
    }

    fn out(line: &str) {
        // Standard output may be closed; the story is played all the same.
        let mut out = std::io::stdout().lock();
        let _ = writeln!(out, "{line}").and_then(|()| out.flush());
    }

    /// Begins a new step.
    pub(crate) fn step(&mut self, title: &str) {
        self.step = title.to_owned();
        if self.json {
            Self::out(&json!({"step": title}).to_string());
        } else {
            Self::out(&format!("\n{title}"));
        }
    }

    /// Prints an observation, with the ids by which the reader can find it again.
    pub(crate) fn line(&self, text: &str, ids: &Value) {
        if self.json {
            Self::out(&json!({"step": self.step, "text": text, "ids": ids}).to_string());
            return;
        }
        let ids = ids.as_object().map(|ids| {
            let shown = ids
                .iter()
                .map(|(name, id)| format!("{name} {}", id.as_str().unwrap_or("-")));
            shown.collect::<Vec<_>>().join(", ")
        });
        Self::out(&format!("  {text}"));
        if let Some(ids) = ids.filter(|ids| !ids.is_empty()) {
            Self::out(&format!("      [{ids}]"));
        }
    }

    /// Prints an observation without ids.
    pub(crate) fn plain(&self, text: &str) {
        self.line(text, &Value::Null);
    }

    /// Adds the step and the place of the logs to a failure.
    pub(crate) fn place(&self, failure: Failure, dir: &Path) -> Failure {
        if failure.0 == "interrupted" {
            return failure;
        }
        let logs = dir.join("logs");
        Failure(format!(
            "the demo failed at “{}”:\n  {}\n  logs: {}",
            self.step,
            failure.0,
            logs.display()
        ))
    }

    pub(crate) fn first_delivery(&self, after: Duration) {
        let text = format!(
            "First delivery {:.1} seconds after the hub was started.",
            after.as_secs_f64()
        );
        self.line(&text, &json!({}));
    }

    /// The end of the story, with the things that a person can try now.
    pub(crate) fn stay(to_try: &str) {
        Self::out(&format!(
            "\nEverything came out as told. The hub and the systems around it stay up until Ctrl-C.\n\n{to_try}"
        ));
    }
}
