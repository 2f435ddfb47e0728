//! `bindeledd party test`

use bindeledd_texts::Text as _;
use bindeledd_texts::cli::party::Party;
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
        let steps = rows(&answer, "steps").iter().map(step).collect::<String>();
        word.text(output.lang()) + &steps + &findings.collect::<String>()
    });
    Ok(if ok { Exit::Done } else { Exit::Failed })
}

/// Formats a step of the test.
fn step(step: &Value) -> String {
    let text = |name: &str| step.get(name).and_then(Value::as_str).unwrap_or_default();
    let side = match text("whose") {
        "hub" => ", the fault is in the hub",
        "receiver" => ", the fault is at the receiver",
        "line" => ", the fault is on the line or at the receiver",
        _ => "",
    };
    let millis = step.get("millis").and_then(Value::as_u64).unwrap_or(0);
    format!("\n  {}: {}{side} ({millis} ms)", text("step"), text("result"))
}
