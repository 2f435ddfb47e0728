//! The commands, one file each.

mod alert;
mod audit;
mod check;
mod clock;
pub(crate) mod compile_adapter;
pub(crate) mod config_show;
mod consent;
mod init;
mod key;
mod message;
mod participant;
mod party;
mod plugin;
mod serve;
mod user;
mod withdrawal;

use std::path::Path;

use bindeledd_core::encoding;
use bindeledd_engine::ports::Clock as _;
use bindeledd_texts::Said;
use bindeledd_texts::cli::common::Common;
use bindeledd_texts::problem::Detail;
use clap::Subcommand;
use serde_json::Value;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Output;
use crate::shared::Shared;

/// Every command.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Make a complete hub in a folder: configuration, keys, certificate, adapters
    Init(init::Arguments),
    /// Run the hub
    Serve(serve::Arguments),
    /// Report everything that is wrong with configuration, keys, adapters and store
    Check(check::Arguments),
    /// Show the configuration
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Try, inspect and install adapters
    #[command(subcommand)]
    Plugin(plugin::Command),
    /// The parties that send and receive
    #[command(subcommand)]
    Party(party::Command),
    /// Consents, and the categories that they permit
    #[command(subcommand)]
    Consent(consent::Command),
    /// A participant: their rights, and changes that concern all their data
    #[command(subcommand)]
    Participant(participant::Command),
    /// Messages and their states
    #[command(subcommand)]
    Message(message::Command),
    /// The accounts of persons who sign in
    #[command(subcommand)]
    User(user::Command),
    /// Alerts that need a person's attention
    #[command(subcommand)]
    Alert(alert::Command),
    /// The master key: show it by its id, and change it
    #[command(subcommand)]
    Key(key::Command),
    /// The machine's clock, and whether the hub trusts it
    #[command(subcommand)]
    Clock(clock::Command),
    /// The audit log
    #[command(subcommand)]
    Audit(audit::Command),
    /// Compile a component for the hub, which starts this itself
    #[command(hide = true)]
    CompileAdapter(compile_adapter::Arguments),
}

/// `bindeledd config`
#[derive(Debug, Subcommand)]
pub(crate) enum ConfigCommand {
    /// Print every value and its origin
    Show(config_show::Arguments),
}

impl Command {
    /// Runs the command.
    pub(crate) fn run(self, shared: &Shared, output: Output) -> Result<Exit, Failure> {
        match self {
            Self::Init(arguments) => init::run(&arguments, output),
            Self::Serve(arguments) => serve::run(&arguments, shared, output),
            Self::Check(arguments) => check::run(&arguments, shared, output),
            Self::Config(ConfigCommand::Show(arguments)) => config_show::run(&arguments, shared, output),
            Self::Plugin(command) => command.run(shared, output),
            Self::Party(command) => command.run(shared, output),
            Self::Consent(command) => command.run(shared, output),
            Self::Participant(command) => command.run(shared, output),
            Self::Message(command) => command.run(shared, output),
            Self::User(command) => command.run(shared, output),
            Self::Alert(command) => command.run(shared, output),
            Self::Key(command) => command.run(shared, output),
            Self::Clock(command) => command.run(shared, output),
            Self::Audit(command) => command.run(shared, output),
            Self::CompileAdapter(arguments) => Ok(compile_adapter::run(&arguments)),
        }
    }
}

/// Reads a file that the command line names; `-` is standard input.
pub(crate) fn read_file(path: &Path) -> Result<Vec<u8>, Failure> {
    let read = if path == Path::new("-") {
        let mut bytes = Vec::new();
        std::io::Read::read_to_end(&mut std::io::stdin().lock(), &mut bytes).map(|_| bytes)
    } else {
        std::fs::read(path)
    };
    read.map_err(|error| {
        Failure::new(
            Exit::Failed,
            "BL-6009",
            Common::FileUnreadable {
                file: path.display().to_string(),
            },
        )
        .next(Common::CheckPath)
        .because(error)
    })
}

/// Returns the failure for an error in an input file: refused, with the place and the expected value.
pub(crate) fn refused_input(file: &Path, error: &bindeledd_core::InputError) -> Failure {
    let what = Said::of(file.display(), Detail::from(error));
    Failure::new(Exit::Refused, error.code.code(), what)
        .at(&error.path)
        .next(Common::CorrectPlace)
}

/// Returns the failure for a file that is not valid JSON.
pub(crate) fn refused_json(file: &Path, error: bindeledd_core::json::JsonError, next: impl Into<Said>) -> Failure {
    Failure::new(Exit::Refused, "BL-1001", Said::of(file.display(), error.to_string()))
        .at(error.place())
        .next(next)
}

/// Reads the text of a file that the command line names; `-` is standard input.
pub(crate) fn read_text(path: &Path) -> Result<String, Failure> {
    let bytes = read_file(path)?;
    encoding::text(&bytes).map(str::to_owned).map_err(|found| {
        Failure::new(Exit::Refused, "BL-1001", Said::of(path.display(), found.to_string())).next(Common::SaveAsUtf8)
    })
}

/// Returns the text of a JSON value for a table: text without quotes, and nothing for null.
pub(crate) fn cell(value: &Value, name: &str) -> String {
    match value.get(name) {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => crate::output::shown_in_line(text),
        Some(Value::Array(items)) => {
            let texts: Vec<_> = items
                .iter()
                .map(|item| item.as_str().map_or_else(|| item.to_string(), str::to_owned))
                .collect();
            crate::output::shown_in_line(&texts.join(", "))
        }
        Some(other) => other.to_string(),
    }
}

/// Returns the failure to make a file or a folder.
pub(crate) fn cannot_make(path: &Path, next: impl Into<Said>, error: std::io::Error) -> Failure {
    let path = path.display().to_string();
    Failure::new(Exit::Failed, "BL-6008", Common::CanNotBeMade { path })
        .next(next)
        .because(error)
}

/// Returns filters as parts of a query. Each begins with `&`; a filter without a value is left out.
pub(crate) fn query<const N: usize>(filters: [(&str, Option<String>); N]) -> String {
    let filters = filters.into_iter();
    filters
        .filter_map(|(name, value)| Some(format!("&{name}={}", value?)))
        .collect()
}

/// Returns a count as the number in a text.
pub(crate) fn number(count: impl TryInto<u64>) -> u64 {
    count.try_into().unwrap_or(u64::MAX)
}

/// Returns the rows of a listing.
pub(crate) fn rows<'a>(answer: &'a Value, name: &str) -> &'a [Value] {
    answer.get(name).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// Parses a code such as `waiting` or `treatment-status`, which goes into an address unchanged.
pub(crate) fn slug(raw: &str) -> Result<String, String> {
    let ok = !raw.is_empty()
        && raw.len() <= 64
        && raw
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    if ok {
        Ok(raw.to_owned())
    } else {
        Err("a code has a-z, 0-9 and - only".to_owned())
    }
}

/// Parses the reason for an access to content.
pub(crate) fn access_reason(raw: &str) -> Result<bindeledd_core::AccessReason, String> {
    bindeledd_core::AccessReason::parse(raw).map_err(|error| error.to_string())
}

/// Parses a party's name: its id in the hub, `org:<number>` or `her:<id>`.
pub(crate) fn party_name(raw: &str) -> Result<bindeledd_core::PartyName, String> {
    bindeledd_core::PartyName::parse(raw).map_err(|error| format!("{error}; write an id, org:<number> or her:<id>"))
}

/// Parses the operator's reason for an act, as the console does.
pub(crate) fn reason(raw: &str) -> Result<String, String> {
    let expected = "write a line of 5 to 300 characters, without names and identity numbers of persons";
    let reason = bindeledd_core::audit::reason_of_act(raw);
    reason.map(str::to_owned).ok_or_else(|| expected.to_owned())
}

/// Parses a time: RFC 3339, a day in Europe/Oslo, or a time ago such as `30m`, `24h` or `7d`.
pub(crate) fn moment(raw: &str) -> Result<jiff::Timestamp, String> {
    let wrong = || "write RFC 3339, a day, or a time ago: 2026-12-01T12:00:00+01:00, 2026-12-01, 24h".to_owned();
    if let Some(moment) = bindeledd_core::consent::Moment::parse(raw) {
        return Ok(moment.first());
    }
    let ago = span(raw).ok_or_else(wrong)?;
    crate::world::SystemClock.now().checked_sub(ago).map_err(|_| wrong())
}

/// Parses a time that lies ahead: RFC 3339, a day in Europe/Oslo, or a time from now such as `30m`, `24h` or `7d`.
pub(crate) fn moment_ahead(raw: &str) -> Result<jiff::Timestamp, String> {
    let wrong = || "write RFC 3339, a day, or a time from now: 2026-12-01T12:00:00+01:00, 2026-12-01, 24h".to_owned();
    if let Some(moment) = bindeledd_core::consent::Moment::parse(raw) {
        return Ok(moment.first());
    }
    let ahead = span(raw).ok_or_else(wrong)?;
    crate::world::SystemClock.now().checked_add(ahead).map_err(|_| wrong())
}

/// Parses a length of time: minutes, hours or days.
fn span(raw: &str) -> Option<jiff::SignedDuration> {
    let (number, unit) = raw.split_at_checked(raw.len().saturating_sub(1))?;
    let minutes = match unit {
        "m" => 1,
        "h" => 60,
        "d" => 24 * 60,
        _ => return None,
    };
    let number: i32 = number.parse().ok().filter(|n| *n >= 0)?;
    Some(jiff::SignedDuration::from_mins(i64::from(number) * minutes))
}

/// Parses an id.
pub(crate) fn uuid(raw: &str) -> Result<uuid::Uuid, String> {
    uuid::Uuid::try_parse(raw).map_err(|_| "this is not an id such as 0190b7a0-1111-7222-8333-444455556666".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_an_instant_a_day_or_a_time_ago() {
        assert_eq!(
            moment("2026-12-01").unwrap(),
            moment("2026-12-01T00:00:00+01:00").unwrap()
        );
        let (hours, days) = (moment("48h").unwrap(), moment("2d").unwrap());
        assert!(days.duration_since(hours).abs() < jiff::SignedDuration::from_mins(1));
        let ahead = moment_ahead("2d").unwrap().duration_since(days);
        assert!((ahead - jiff::SignedDuration::from_hours(96)).abs() < jiff::SignedDuration::from_mins(1));
        for wrong in ["", "h", "-1h", "24", "24x", "1.5h", "yesterday", "é"] {
            assert!(moment(wrong).is_err() && moment_ahead(wrong).is_err(), "{wrong}");
        }
    }
}
