//! `bindeledd participant export`

use std::path::{Path, PathBuf};

use bindeledd_core::AccessReason;
use bindeledd_core::form::Language;
use bindeledd_texts::Text as _;
use bindeledd_texts::cli::common::Common;
use bindeledd_texts::cli::participant::Participant;
use clap::Args;
use serde_json::{Value, json};

use super::{Who, disclosures, is_free, language, make_folder, write};
use crate::caller::{Hub, HubArguments};
use crate::command::rows;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Output;
use crate::shared::Shared;

/// Write all data that the hub holds about a participant, for their right of access (GDPR articles 15 and 20):
/// identity, consents, withdrawals, messages with the content that the hub still has, deliveries, disclosures, alerts,
/// and rows of the audit log. Only the operator may, and the audit log keeps the reason for good.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  bindeledd participant export 4f1c2a53-9d3e-4c36-8b6f-2f1f6a010b0f \\\n    \
    --reason \"innsynskrav 2026/17\" --out innsyn-2026-17\n  \
    bindeledd participant export --national-id-file number.txt --reason \"innsynskrav 2026/17\" --out export.json\n\n\
    A folder gets export.json, disclosures.html as the page for the participant, and with --fhir disclosures.fhir.json. A name\n\
    that ends in .json gets only the JSON. Only the owner may read the files, and none is overwritten. Hand them over in person\n\
    or by a safe channel, and remove them."
)]
pub(crate) struct Arguments {
    #[command(flatten)]
    hub: HubArguments,
    #[command(flatten)]
    who: Who,
    /// The reason, in one line for the audit log: the case, never the person
    #[arg(long, value_parser = crate::command::access_reason, value_name = "TEXT")]
    reason: AccessReason,
    /// The folder, made if it is missing; or a file that ends in .json
    #[arg(long, value_name = "DIR|FILE")]
    out: PathBuf,
    /// The page's language: nb, nn or en
    #[arg(long, value_parser = language, default_value = "nb", value_name = "CODE")]
    language: Language,
    /// Also write the disclosures as FHIR R4 AuditEvents
    #[arg(long)]
    fhir: bool,
}

pub(crate) fn run(arguments: &Arguments, shared: &Shared, output: Output) -> Result<Exit, Failure> {
    let out = &arguments.out;
    let alone = out.extension().is_some_and(|ending| ending == "json") && !out.is_dir();
    if alone && arguments.fhir {
        return Err(Failure::new(Exit::Usage, "BL-1004", Participant::FileHasNoPlace).next(Participant::NameFolder));
    }
    let file = |name: &str| if alone { out.clone() } else { out.join(name) };
    let (whole, page) = (file("export.json"), file("disclosures.html"));
    let audit_events = arguments.fhir.then(|| file("disclosures.fhir.json"));
    // The files are checked before any data is opened, and before the audit log records the access.
    let files: Vec<&Path> = match alone {
        true => vec![&whole],
        false => [Some(&whole), Some(&page), audit_events.as_ref()]
            .into_iter()
            .flatten()
            .map(PathBuf::as_path)
            .collect(),
    };
    for file in &files {
        is_free(file)?;
    }
    if !alone {
        make_folder(out)?;
    }
    let hub = Hub::open(&arguments.hub, shared)?;
    let participant = arguments.who.find(&hub)?;
    let path = format!("/v1/participants/{participant}/export");
    let export = hub.post(&path, &json!({ "reason": arguments.reason.as_str() }))?;
    write(&whole, format!("{export:#}\n").as_bytes())?;
    if !alone {
        write(&page, &disclosures::page(&hub, participant, arguments.language)?)?;
    }
    if let Some(file) = &audit_events {
        write(file, &disclosures::fhir(&hub, participant)?)?;
    }
    let answer = summary(&export, &files);
    output.result(&answer, || {
        let count = |name| answer.get(name).and_then(Value::as_u64).unwrap_or_default();
        let exported = Participant::Exported {
            messages: count("messages"),
            without: count("withoutContent"),
            disclosures: count("disclosures"),
            consents: count("consents"),
            rows: count("auditRows"),
        };
        let mut text = exported.text(output.lang());
        for file in &files {
            let file = file.display().to_string();
            text.push_str(&format!("\n{}", Common::Written { file }.text(output.lang())));
        }
        text
    });
    Ok(Exit::Done)
}

fn summary(export: &Value, files: &[&Path]) -> Value {
    let count = |name| rows(export, name).len();
    let gone = rows(export, "messages").iter().filter(|m| m.get("content").is_none());
    let files: Vec<_> = files.iter().map(|file| file.display().to_string()).collect();
    json!({
        "participant": export.get("access").and_then(|access| access.get("participant")),
        "auditRow": export.get("access").and_then(|access| access.get("auditRow")),
        "messages": count("messages"), "withoutContent": gone.count(), "disclosures": count("disclosures"),
        "consents": count("consents"), "auditRows": count("audit"), "files": files,
    })
}
