//! `bindeledd party unsuspend`

use bindeledd_texts::cli::party::Party;

use super::Named;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Output;
use crate::shared::Shared;

pub(crate) fn run(named: &Named, shared: &Shared, output: Output) -> Result<Exit, Failure> {
    let answer = named.post(shared, "unsuspend")?;
    let party = named.party.to_string();
    output.told(&answer, &Party::IsUnsuspended { party });
    Ok(Exit::Done)
}
