//! `bindeledd consent confirm`

use serde_json::json;

use super::Named;
use crate::caller::Hub;
use crate::command::{Shared, cell};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Output;

pub(crate) fn run(named: &Named, shared: &Shared, output: Output) -> Result<Exit, Failure> {
    let answer = Hub::open(&named.hub, shared)?.post(&format!("/v1/consents/{}/confirm", named.consent), &json!({}))?;
    output.result(&answer, || format!("{} grants confirmed", cell(&answer, "confirmed")));
    Ok(Exit::Done)
}
