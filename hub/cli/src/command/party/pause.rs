//! `bindeledd party pause`

use super::Named;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Output;
use crate::shared::Shared;

pub(crate) fn run(named: &Named, shared: &Shared, output: Output) -> Result<Exit, Failure> {
    let answer = named.post(shared, "pause")?;
    output.result(&answer, || format!("{} is paused: deliveries to it wait", named.party));
    Ok(Exit::Done)
}
