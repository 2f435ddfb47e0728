//! `bindeledd party resume`

use bindeledd_texts::cli::party::Party;

use super::Named;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Output;
use crate::shared::Shared;

pub(crate) fn run(named: &Named, shared: &Shared, output: Output) -> Result<Exit, Failure> {
    let answer = named.post(shared, "resume")?;
    let party = named.party.to_string();
    output.told(&answer, &Party::IsResumed { party });
    Ok(Exit::Done)
}
