//! The one-time link that makes the first administrator.

use std::io::IsTerminal as _;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::{fs, io};

use bindeledd_accounts::Accounts;
use bindeledd_core::time::local;
use bindeledd_files::Access;
use jiff::Timestamp;

use crate::config::Configuration;
use crate::output::Output;

/// Shows the link where nobody can administer: on a terminal, else in a file that only this user can read. The link never comes
/// into a log, since logs are kept and read by others.
pub(crate) async fn show(
    accounts: &Accounts,
    configuration: &Configuration,
    bound: SocketAddr,
    now: Timestamp,
    output: Output,
) {
    let file = configuration.data_dir().join("first-administrator");
    if let Err(error) = removed(&file) {
        tracing::warn!(%error, file = %file.display(), "an old link could not be removed");
    }
    let link = match accounts.first_administrator_link(now).await {
        Ok(Some(link)) => link,
        Ok(None) => return,
        Err(error) => {
            tracing::error!(%error, "no link for the first administrator could be made; start the hub again");
            return;
        }
    };
    let url = format!(
        "{}{}/{}",
        configuration.console_url(bound),
        bindeledd_pages::SET_UP,
        link.token.reveal()
    );
    if io::stdout().is_terminal() && !output.is_json() {
        let until = local(link.expires_at).strftime("%H:%M");
        println!("Nobody can administer yet. Make the first administrator here, once, until {until}:\n  {url}");
        return;
    }
    match bindeledd_files::replace(&file, format!("{url}\n").as_bytes(), Access::Private) {
        Ok(()) => tracing::info!(
            file = %file.display(),
            "nobody can administer yet; the link in this file makes the first administrator, once, within 15 minutes"
        ),
        Err(error) => tracing::error!(
            %error,
            file = %file.display(),
            "the link for the first administrator could not be written; make room there, and start the hub again"
        ),
    }
}

fn removed(file: &PathBuf) -> io::Result<()> {
    match fs::remove_file(file) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        done => done,
    }
}
