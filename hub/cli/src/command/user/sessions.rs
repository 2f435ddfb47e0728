//! `bindeledd user sessions`

use bindeledd_texts::Text as _;
use bindeledd_texts::cli::common::Common;
use bindeledd_texts::cli::user::User;
use serde_json::Value;

use super::{Named, cell, rows};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Output, table};
use crate::shared::Shared;

pub(super) fn run(named: &Named, shared: &Shared, output: Output) -> Result<Exit, Failure> {
    let answer = named.get(shared, "/sessions")?;
    output.result(&answer, || {
        let lang = output.lang();
        let row = |session: &Value| {
            let is_open = session.get("isOpen").and_then(Value::as_bool) == Some(true);
            let state = match cell(session, "endedWhy") {
                why if !why.is_empty() => why,
                _ if is_open => Common::Open.text(lang),
                _ => User::Expired.text(lang),
            };
            vec![
                cell(session, "id"),
                state,
                cell(session, "beganAt"),
                cell(session, "seenAt"),
            ]
        };
        let sessions: Vec<_> = rows(&answer, "sessions").iter().map(row).collect();
        if sessions.is_empty() {
            return User::NoSession.text(lang);
        }
        table(&User::SessionColumns.text(lang), &sessions)
    });
    Ok(Exit::Done)
}
