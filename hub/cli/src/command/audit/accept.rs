//! The common part of the three commands that accept a store which the hub refuses.

use bindeledd_engine::ports::Clock as _;
use bindeledd_store::{OpenError, SqliteOptions};
use bindeledd_texts::cli::audit::{Audit, Nothing};
use bindeledd_texts::{Lang, Text as _};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Output;
use crate::shared::Shared;
use crate::store;
use crate::world::SystemClock;

/// Accepts the store with `how`, and reports the result. `told` returns the result as JSON and for a person; `nothing`
/// is the text if there is nothing to accept.
pub(super) fn accept<T>(
    (shared, output): (&Shared, Output),
    reason: &str,
    how: impl FnOnce(SqliteOptions, &str, Timestamp) -> Result<Option<T>, OpenError>,
    nothing: Nothing,
    told: impl FnOnce(&T, Lang) -> (Value, String),
) -> Result<Exit, Failure> {
    let configuration = shared.configuration()?;
    let options = store::options(&configuration, store::master_key(&configuration)?);
    let accepted = how(options, reason, SystemClock.now());
    match accepted.map_err(|error| store::failure(&configuration, error))? {
        Some(accepted) => {
            let (mut json, human) = told(&accepted, output.lang());
            json["accepted"] = true.into();
            output.result(&json, || format!("{human}\n{}", Audit::NextServe.text(output.lang())));
        }
        None => output.told(&json!({ "accepted": false }), &Audit::NothingToAccept { why: nothing }),
    }
    Ok(Exit::Done)
}
