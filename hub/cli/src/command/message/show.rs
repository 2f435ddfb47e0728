//! `bindeledd message show`

use super::{Named, lines};
use crate::caller::Hub;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Output;
use crate::shared::Shared;

pub(crate) fn run(named: &Named, shared: &Shared, output: Output) -> Result<Exit, Failure> {
    let answer = Hub::open(&named.hub, shared)?.get(&format!("/v1/messages/{}", named.message))?;
    output.result(&answer, || lines(&answer, output.lang()));
    Ok(Exit::Done)
}
