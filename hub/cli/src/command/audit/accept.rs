//! The common part of the three commands that accept a store which the hub refuses.

use bindeledd_engine::ports::Clock as _;
use bindeledd_store::{OpenError, SqliteOptions};
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
    nothing: &str,
    told: impl FnOnce(&T) -> (Value, String),
) -> Result<Exit, Failure> {
    let configuration = shared.configuration()?;
    let options = store::options(&configuration, store::master_key(&configuration)?);
    let accepted = how(options, reason, SystemClock.now());
    match accepted.map_err(|error| store::failure(&configuration, error))? {
        Some(accepted) => {
            let (mut json, human) = told(&accepted);
            json["accepted"] = true.into();
            output.result(&json, || format!("{human}\nnext: bindeledd serve"));
        }
        None => output.result(&json!({ "accepted": false }), || {
            format!("{nothing}: there is nothing to accept")
        }),
    }
    Ok(Exit::Done)
}
