//! `bindeledd party key list`

use super::super::Named;
use super::keys;
use crate::caller::Hub;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Output;
use crate::shared::Shared;

pub(super) fn run(named: &Named, shared: &Shared, output: Output) -> Result<Exit, Failure> {
    let answer = Hub::open(&named.hub, shared)?.get(&format!("/v1/admin/parties/{}/keys", named.party))?;
    output.result(&answer, || keys(&answer, output.lang()));
    Ok(Exit::Done)
}
