//! `bindeledd user reset`

use serde_json::json;

use super::{Named, print_link};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Output;
use crate::shared::Shared;

pub(super) fn run(named: &Named, shared: &Shared, output: Output) -> Result<Exit, Failure> {
    let link = named.post(shared, "reset", &json!({}))?;
    Ok(print_link(&link, &link, output))
}
