//! The link by which the first administrator's account is made.

use std::fs;
use std::io::{ErrorKind, IsTerminal as _};
use std::path::Path;

use bindeledd_accounts::Accounts;
use bindeledd_files::Access;
use bindeledd_texts::cli::user::User;
use jiff::Timestamp;
use serde_json::Value;

use crate::output::Output;

/// Gives the link where nobody can administer: on the terminal that started the hub, else in `file`, which its owner
/// alone can read. No log has it. A fault is told in the log, and the hub goes on.
pub(crate) async fn offer(accounts: &Accounts, file: &Path, console: &str, now: Timestamp, output: Output) {
    let link = match accounts.first_administrator_link(now).await {
        Ok(link) => link,
        Err(error) => {
            tracing::warn!(%error, "no link for the first administrator could be made");
            return;
        }
    };
    // A link of an earlier start does not work any longer.
    if let Err(error) = fs::remove_file(file)
        && error.kind() != ErrorKind::NotFound
    {
        tracing::warn!(%error, file = %file.display(), "an old link for the first administrator could not be removed");
    }
    let Some(link) = link else { return };
    let (address, until) = (link.address(console), link.expires_at);
    if !output.is_json() && std::io::stdout().is_terminal() {
        let until = until.to_string();
        output.told(&Value::Null, &User::FirstAdministrator { until, address });
        return;
    }
    match bindeledd_files::replace(file, format!("{address}\n").as_bytes(), Access::Private) {
        Ok(()) => tracing::info!(
            file = %file.display(), %until,
            "nobody can administer this hub: the file has the link for the first administrator's account"
        ),
        Err(error) => {
            tracing::warn!(%error, file = %file.display(), "the link for the first administrator could not be written");
        }
    }
}
