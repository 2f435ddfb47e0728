//! `bindeledd party test`

use bindeledd_texts::cli::party::{Party, Side, Step, StepResult};
use bindeledd_texts::{Lang, Text as _};
use serde_json::Value;

use super::Named;
use crate::command::rows;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Output;
use crate::shared::Shared;

pub(crate) fn run(named: &Named, shared: &Shared, output: Output) -> Result<Exit, Failure> {
    let answer = named.post(shared, "test")?;
    let ok = answer.get("ok").and_then(Value::as_bool) == Some(true);
    output.result(&answer, || {
        let party = named.party.to_string();
        let word = if ok {
            Party::CanDeliver { party }
        } else {
            Party::CanNotDeliver { party }
        };
        let findings = rows(&answer, "findings")
            .iter()
            .filter_map(Value::as_str)
            .map(|finding| format!("\n  - {finding}"));
        let lang = output.lang();
        let steps = rows(&answer, "steps").iter().map(|tested| step(tested, lang));
        let steps = steps.collect::<String>();
        word.text(lang) + &steps + &findings.collect::<String>()
    });
    Ok(if ok { Exit::Done } else { Exit::Failed })
}

/// Formats a step of the test.
fn step(tested: &Value, lang: Lang) -> String {
    let text = |name: &str| tested.get(name).and_then(Value::as_str).unwrap_or_default();
    let step = match text("step") {
        "setup" => Step::Setup,
        "name" => Step::Name,
        "connection" => Step::Connection,
        "credential" => Step::Credential,
        "service" => Step::Service,
        other => Step::Other { step: other.to_owned() },
    };
    let result = match text("result") {
        "well" => StepResult::Well,
        "fault" => StepResult::Fault,
        "not-tried" => StepResult::NotTried,
        other => StepResult::Other {
            result: other.to_owned(),
        },
    };
    let side = match text("whose") {
        "hub" => Side::Hub,
        "receiver" => Side::Receiver,
        "line" => Side::Line,
        _ => Side::None,
    };
    let millis = tested.get("millis").and_then(Value::as_u64).unwrap_or(0);
    let line = Party::Step {
        step,
        result,
        side,
        millis,
    };
    format!("\n  {}", line.text(lang))
}
