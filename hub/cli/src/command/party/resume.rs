//! `bindeledd party resume`

use super::Named;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Output;
use crate::shared::Shared;

pub(crate) fn run(named: &Named, shared: &Shared, output: Output) -> Result<Exit, Failure> {
    let answer = named.post(shared, "resume")?;
    output.result(&answer, || {
        format!("{} is resumed: waiting deliveries go on", named.party)
    });
    Ok(Exit::Done)
}
