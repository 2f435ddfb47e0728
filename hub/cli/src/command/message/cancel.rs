//! `bindeledd message cancel`

use super::{Named, touched};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Output;
use crate::shared::Shared;

pub(crate) fn run(named: &Named, shared: &Shared, output: Output) -> Result<Exit, Failure> {
    let answer = named.post(shared, "cancel")?;
    output.result(&answer, || touched(&answer, "deliveries were cancelled"));
    Ok(Exit::Done)
}
