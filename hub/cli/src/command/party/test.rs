//! `bindeledd party test`

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
        let word = if ok {
            "the hub can deliver to"
        } else {
            "the hub can not deliver to"
        };
        let findings = rows(&answer, "findings")
            .iter()
            .filter_map(Value::as_str)
            .map(|finding| format!("\n  - {finding}"));
        format!("{word} {}{}", named.party, findings.collect::<String>())
    });
    Ok(if ok { Exit::Done } else { Exit::Failed })
}
