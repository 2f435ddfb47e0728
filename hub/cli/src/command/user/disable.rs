//! `bindeledd user disable`

use serde_json::json;

use super::{Named, print};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Output;
use crate::shared::Shared;

pub(super) fn run(named: &Named, shared: &Shared, output: Output) -> Result<Exit, Failure> {
    Ok(print(&named.post(shared, "disable", &json!({}))?, output))
}
