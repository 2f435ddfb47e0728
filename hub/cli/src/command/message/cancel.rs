//! `bindeledd message cancel`

use bindeledd_texts::cli::message::Message;

use super::{Named, touched};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Output;
use crate::shared::Shared;

pub(crate) fn run(named: &Named, shared: &Shared, output: Output) -> Result<Exit, Failure> {
    let answer = named.post(shared, "cancel")?;
    output.result(&answer, || {
        touched(&answer, |count| Message::Cancelled { count }, output.lang())
    });
    Ok(Exit::Done)
}
