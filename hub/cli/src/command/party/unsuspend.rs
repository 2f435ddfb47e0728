//! `bindeledd party unsuspend`

use super::Named;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Output;
use crate::shared::Shared;

pub(crate) fn run(named: &Named, shared: &Shared, output: Output) -> Result<Exit, Failure> {
    let answer = named.post(shared, "unsuspend")?;
    output.result(&answer, || {
        format!("{} is accepted again, and waiting deliveries go on", named.party)
    });
    Ok(Exit::Done)
}
