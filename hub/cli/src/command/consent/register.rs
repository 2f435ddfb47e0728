//! `bindeledd consent register`

use std::path::PathBuf;

use clap::Args;

use super::lines;
use crate::adapter::media_type_of;
use crate::caller::{Hub, HubArguments};
use crate::command::read_file;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Output;
use crate::shared::Shared;

/// Register a consent: the project's JSON (`bindeledd/consent/1`) or a FHIR R4 Consent. The caller is the operator or,
/// with --key-file, a party that may register.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  bindeledd consent register consent.json --key-file nordvik-aft.key")]
pub(crate) struct Arguments {
    #[command(flatten)]
    hub: HubArguments,
    /// The file of the consent; - for standard input
    file: PathBuf,
}

pub(crate) fn run(arguments: &Arguments, shared: &Shared, output: Output) -> Result<Exit, Failure> {
    let body = read_file(&arguments.file)?;
    let media_type = media_type_of(&arguments.file, &body).to_owned();
    let answer = Hub::open(&arguments.hub, shared)?.post_bytes("/v1/consents", &media_type, body)?;
    output.result(&answer, || lines(&answer, output.lang()));
    Ok(Exit::Done)
}
