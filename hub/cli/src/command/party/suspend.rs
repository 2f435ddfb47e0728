//! `bindeledd party suspend`

use super::Named;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Output;
use crate::shared::Shared;

pub(crate) fn run(named: &Named, shared: &Shared, output: Output) -> Result<Exit, Failure> {
    let answer = named.post(shared, "suspend")?;
    output.result(&answer, || {
        format!(
            "{0} is suspended: its keys, tokens and certificates are refused, and deliveries to it wait\n\
             next: if a key was stolen, `bindeledd party key revoke {0} --all`; `party unsuspend` lets the party in again",
            named.party
        )
    });
    Ok(Exit::Done)
}
