//! `bindeledd consent decide`

use std::path::{Path, PathBuf};

use bindeledd_consent_document::{offline_party, read_consent};
use bindeledd_core::consent::{Ledger, Moment};
use bindeledd_core::{Category, CategorySet, Decision, InputCode, PartyName, Purpose, decide};
use bindeledd_texts::cli::common::Common;
use bindeledd_texts::cli::consent::{Consent, reason};
use bindeledd_texts::{Lang, Text as _};
use clap::Args;
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::command::{party_name, read_file, refused_input};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Output;
use crate::party_names::one_ledger;

/// Decide which categories consents permit from one party to another. It is the hub's own decision, on files instead
/// of a store. Several consents of one participant count together. Parties are identified by the names in the files.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  bindeledd consent decide --consent consent.json --from nordvik-aft --to her:8094866 \\\n    \
    --purpose work-oriented-followup --category progress,meeting --at 2026-12-01 --json\n\n\
    The answer is permit, partial or deny, each with exit code 0. A consent that is not understood is refused with 3."
)]
pub(crate) struct Arguments {
    /// A consent: the project's JSON or a FHIR R4 Consent
    #[arg(long = "consent", required = true, value_name = "FILE", num_args = 1..)]
    consents: Vec<PathBuf>,
    /// The sender: an id, org:<number> or her:<id>
    #[arg(long, value_parser = party_name, value_name = "PARTY")]
    from: PartyName,
    /// The receiver
    #[arg(long, value_parser = party_name, value_name = "PARTY")]
    to: PartyName,
    /// The purpose, such as work-oriented-followup
    #[arg(long)]
    purpose: String,
    /// The categories to send; several separated by commas, or repeated
    #[arg(long = "category", required = true, value_delimiter = ',', value_name = "CATEGORY")]
    categories: Vec<String>,
    /// The time: RFC 3339, or a day, which means its beginning in Europe/Oslo
    #[arg(long, value_parser = instant, value_name = "TIME")]
    at: Timestamp,
}

fn instant(raw: &str) -> Result<Timestamp, String> {
    Moment::parse(raw)
        .map(Moment::first)
        .ok_or_else(|| "write RFC 3339 or a day: 2026-12-01T12:00:00+01:00, 2026-12-01".into())
}

pub(crate) fn run(arguments: &Arguments, output: Output) -> Result<Exit, Failure> {
    let purpose = Purpose::parse(&arguments.purpose)
        .ok_or_else(|| unknown_code("--purpose", &Purpose::ALL.map(Purpose::code)))?;
    let asked = arguments
        .categories
        .iter()
        .map(|code| {
            Category::parse(code.trim()).ok_or_else(|| unknown_code("--category", &Category::ALL.map(Category::code)))
        })
        .collect::<Result<CategorySet, Failure>>()?;
    let ledger = ledger(&arguments.consents)?;
    let (from, to) = (offline_party(&arguments.from), offline_party(&arguments.to));
    let decision = decide(&ledger, &from, &to, purpose, asked, arguments.at);
    let answer = to_json((&decision, output.lang()), &ledger, arguments);
    output.result(&answer, || human(&decision, output.lang()));
    Ok(Exit::Done)
}

fn unknown_code(argument: &str, known: &[&str]) -> Failure {
    let code = InputCode::UnknownCode.code();
    Failure::new(
        Exit::Refused,
        code,
        Consent::UnknownCode {
            argument: argument.to_owned(),
        },
    )
    .at(argument)
    .next(Common::WriteOneOf {
        names: known.join(", "),
    })
}

fn ledger(files: &[PathBuf]) -> Result<Ledger, Failure> {
    let read = |file: &PathBuf| read_one(file);
    let documents = files.iter().map(read).collect::<Result<Vec<_>, Failure>>()?;
    one_ledger(&documents).ok_or_else(|| {
        Failure::new(Exit::Refused, InputCode::Invalid.code(), Consent::DifferentParticipants)
            .at("participant")
            .next(Consent::OneAtATime)
    })
}

fn read_one(file: &Path) -> Result<bindeledd_consent_document::ConsentDocument, Failure> {
    read_consent(&read_file(file)?, None).map_err(|error| refused_input(file, &error))
}

fn to_json((decision, lang): (&Decision, Lang), ledger: &Ledger, arguments: &Arguments) -> Value {
    let grants = decision.grants().iter().filter_map(|used| {
        let of = |g: &&bindeledd_core::consent::GrantOnFile| {
            (g.consent, g.version, g.index) == (used.consent, used.version, used.index)
        };
        let grant = &ledger.grants.iter().find(of)?.grant;
        Some(json!({
            "consent": used.consent.to_string(), "index": used.index,
            // The names are those of the arguments, which may be org: or her:.
            "from": arguments.from.to_string(), "to": arguments.to.to_string(),
            "categories": grant.categories.codes(),
        }))
    });
    json!({
        "decision": decision.verdict().code(),
        "permitted": decision.permitted().codes(),
        "withheld": decision.withheld().codes(),
        "reason": decision.reason().code(),
        "text": reason(decision.reason()).text(lang),
        "grants": grants.collect::<Vec<_>>(),
    })
}

/// Function that names a set of categories.
type Named = fn(String) -> Consent;

fn human(decision: &Decision, lang: Lang) -> String {
    let why = reason(decision.reason()).text(lang);
    let mut lines = vec![format!("{}: {why}", decision.verdict().code())];
    let sets: [(Named, _); 2] = [
        (|categories| Consent::Permitted { categories }, decision.permitted()),
        (|categories| Consent::Withheld { categories }, decision.withheld()),
    ];
    for (named, set) in sets {
        if !set.is_empty() {
            lines.push(format!("  {}", named(set.to_string()).text(lang)));
        }
    }
    for grant in decision.grants() {
        let by = Consent::ByGrant {
            index: grant.index.to_string(),
            consent: grant.consent.to_string(),
        };
        lines.push(format!("  {}", by.text(lang)));
    }
    lines.join("\n")
}
