//! `bindeledd plugin …`

mod inspect;
mod install;
mod list;
mod live;
mod read;
mod replay;
mod reset;
mod shadow;
mod write;

use bindeledd_core::contract::{Context, Request};
use bindeledd_texts::cli::common::Common;
use bindeledd_texts::cli::plugin::Plugin;
use clap::Subcommand;
use serde_json::{Map, Value, json};
use std::path::Path;

use super::read_file;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Output;
use crate::shared::Shared;

/// `bindeledd plugin`
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Let an adapter read a document, and show the result
    Read(read::Arguments),
    /// Let an adapter write a message, and show the request
    Write(write::Arguments),
    /// List the configured adapters
    List(list::Arguments),
    /// Pin an adapter in the configuration
    Install(install::Arguments),
    /// Inspect a file: its digest, contract, formats and kinds
    Inspect(inspect::Arguments),
    /// Take a version of an adapter into use in a running hub
    Use(live::UseArguments),
    /// Let a version run in the shadow of the one in use, and show the report
    Shadow(shadow::Arguments),
    /// Take the version before into use again
    Rollback(live::RollbackArguments),
    /// Remove a version that is not in use from a running hub
    Remove(live::RemoveArguments),
    /// End the quarantine of an adapter in a running hub
    Reset(reset::Arguments),
}

impl Command {
    /// Runs the command.
    pub(crate) fn run(self, shared: &Shared, output: Output) -> Result<Exit, Failure> {
        match self {
            Self::Read(arguments) => read::run(&arguments, shared, output),
            Self::Write(arguments) => write::run(&arguments, shared, output),
            Self::List(arguments) => list::run(&arguments, shared, output),
            Self::Install(arguments) => install::run(&arguments, shared, output),
            Self::Inspect(arguments) => inspect::run(&arguments, shared, output),
            Self::Use(arguments) => live::take_into_use(&arguments, shared, output),
            Self::Shadow(arguments) => shadow::run(&arguments, shared, output),
            Self::Rollback(arguments) => live::roll_back(&arguments, shared, output),
            Self::Remove(arguments) => live::remove(&arguments, shared, output),
            Self::Reset(arguments) => reset::run(&arguments, shared, output),
        }
    }
}

/// Reads the context of a call from a file, or returns the documented example.
fn context(file: Option<&Path>) -> Result<Context, Failure> {
    let Some(file) = file else {
        return Ok(Context::example());
    };
    bindeledd_core::json::read(&read_file(file)?).map_err(|error| {
        Failure::new(
            Exit::Refused,
            "BL-1004",
            Plugin::NoContext {
                file: file.display().to_string(),
            },
        )
        .at(error.place())
        .next(Plugin::SeeSchemas)
        .because(error)
    })
}

/// Blocks until one call has ended.
fn wait<T>(call: impl Future<Output = T>) -> Result<T, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build();
    Ok(runtime
        .map_err(|error| Failure::new(Exit::Failed, "BL-3019", Common::NoRuntime).because(error))?
        .block_on(call))
}

/// Formats a request as JSON. The body is text if it can be, else base64.
fn request_json(request: &Request) -> Value {
    use base64::Engine as _;
    let method = match request.method {
        bindeledd_core::contract::Method::Get => "GET",
        bindeledd_core::contract::Method::Post => "POST",
        bindeledd_core::contract::Method::Put => "PUT",
        bindeledd_core::contract::Method::Patch => "PATCH",
        bindeledd_core::contract::Method::Delete => "DELETE",
    };
    let headers: Map<_, _> = request
        .headers
        .iter()
        .map(|(name, value)| (name.clone(), value.clone().into()))
        .collect();
    let references: Vec<_> = request
        .references
        .iter()
        .map(|r| json!({ "scheme": r.scheme, "value": r.value }))
        .collect();
    let mut json = json!({
        "method": method, "path": request.path, "headers": headers, "credential": request.credential, "references": references,
    });
    match std::str::from_utf8(&request.body) {
        Ok(text) => json["body"] = text.into(),
        Err(_) => json["bodyBase64"] = base64::engine::general_purpose::STANDARD.encode(&request.body).into(),
    }
    json
}
