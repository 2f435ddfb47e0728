//! `bindeledd audit list`

use bindeledd_core::audit::{ActorFilter, AuditAction};
use bindeledd_texts::Text as _;
use bindeledd_texts::cli::audit::Audit;
use clap::Args;
use jiff::Timestamp;
use uuid::Uuid;

use crate::caller::{Hub, HubArguments};
use crate::command::{cell, moment, party_name, query, rows, uuid};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Output, table};
use crate::shared::Shared;

/// List the rows of the audit log: oldest first, or newest first with a filter. Each row has the hash of its entry in
/// the log's tree.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  bindeledd audit list --from 1 --limit 20\n  bindeledd audit list --actor person --since 24h\n  \
    bindeledd audit list --action user.roles"
)]
pub(crate) struct Arguments {
    #[command(flatten)]
    hub: HubArguments,
    /// The number of the first row, without any filter [default: 1]
    #[arg(long, value_name = "N", conflicts_with_all = ["action", "actor", "party", "participant", "since", "until", "before"])]
    from: Option<u64>,
    /// Only rows with this action, such as user.roles; docs/audit/actions.md lists them. Without it, a list of one actor, party or
    /// participant leaves out accepted, reserved, sending and delivered
    #[arg(long, value_parser = action)]
    action: Option<AuditAction>,
    /// Only rows of this actor: person, party, operator, hub, person:<account> or party:<id>
    #[arg(long, value_parser = actor)]
    actor: Option<ActorFilter>,
    /// Only rows of this party, and rows that name it
    #[arg(long, value_parser = party_name)]
    party: Option<bindeledd_core::PartyName>,
    /// Only rows about this participant, by pseudonym
    #[arg(long, value_name = "REF", value_parser = uuid)]
    participant: Option<Uuid>,
    /// Only rows from this time on: RFC 3339, a day, or a time ago such as 30m, 24h or 7d
    #[arg(long, value_name = "TIME", value_parser = moment)]
    since: Option<Timestamp>,
    /// Only rows from before this time
    #[arg(long, value_name = "TIME", value_parser = moment)]
    until: Option<Timestamp>,
    /// Only rows before the row with this number, newest first, to continue a list
    #[arg(long, value_name = "N")]
    before: Option<u64>,
    /// Maximum number of rows to list
    #[arg(long, default_value_t = 100, value_name = "N")]
    limit: u16,
}

fn action(raw: &str) -> Result<AuditAction, String> {
    AuditAction::parse(raw).ok_or_else(|| "this is no action of the log; docs/audit/actions.md lists them".to_owned())
}

fn actor(raw: &str) -> Result<ActorFilter, String> {
    ActorFilter::parse(raw)
        .ok_or_else(|| "write person, party, operator, hub, person:<account> or party:<id>".to_owned())
}

impl Arguments {
    /// Returns the conditions as parts of a query. Each begins with `&`.
    fn query(&self) -> String {
        query([
            ("from", self.from.map(|row| row.to_string())),
            ("action", self.action.map(|action| action.to_string())),
            ("actor", self.actor.as_ref().map(|actor| actor.text().into_owned())),
            ("party", self.party.as_ref().map(ToString::to_string)),
            ("participant", self.participant.map(|id| id.to_string())),
            ("since", self.since.map(|at| at.to_string())),
            ("until", self.until.map(|at| at.to_string())),
            ("before", self.before.map(|row| row.to_string())),
        ])
    }
}

pub(crate) fn run(arguments: &Arguments, shared: &Shared, output: Output) -> Result<Exit, Failure> {
    let hub = Hub::open(&arguments.hub, shared)?;
    let answer = hub.get(&format!(
        "/v1/admin/audit?limit={}{}",
        arguments.limit,
        arguments.query()
    ))?;
    output.result(&answer, || {
        let row = |row| {
            ["seq", "at", "action", "actor", "detail"]
                .map(|name| cell(row, name))
                .to_vec()
        };
        table(
            &Audit::Heading.text(output.lang()),
            &rows(&answer, "rows").iter().map(row).collect::<Vec<_>>(),
        )
    });
    Ok(Exit::Done)
}
