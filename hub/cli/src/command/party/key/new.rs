//! `bindeledd party key new`

use bindeledd_texts::Text as _;
use bindeledd_texts::cli::party::Party;

use super::super::Named;
use crate::command::cell;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Output;
use crate::shared::Shared;

pub(super) fn run(named: &Named, shared: &Shared, output: Output) -> Result<Exit, Failure> {
    let answer = named.post(shared, "keys")?;
    // Only the key is printed, so that the output can be written to the key file.
    output.result(&answer, || cell(&answer, "key"));
    if !output.is_json() {
        let id = cell(&answer, "id");
        output.remark(&Party::ShownOnce { id }.text(output.lang()));
    }
    Ok(Exit::Done)
}
