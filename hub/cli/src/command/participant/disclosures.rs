//! `bindeledd participant disclosures`

use std::path::PathBuf;

use bindeledd_core::form::Language;
use bindeledd_texts::cli::common::{About, Common};
use bindeledd_texts::cli::participant::Participant;
use bindeledd_texts::{Lang, Text as _};
use clap::Args;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Who, is_free, language, write};
use crate::caller::{Hub, HubArguments};
use crate::command::{cell, rows};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Output, table};
use crate::shared::Shared;

/// List the disclosures about a participant, newest first: every delivery that may have left the hub, with the
/// withheld categories, the reason and the grants. With a party's --key-file, only those that the party sent or
/// received.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  bindeledd participant disclosures 4f1c2a53-9d3e-4c36-8b6f-2f1f6a010b0f\n  \
    bindeledd participant disclosures --national-id-file - --page innsyn.html --language nn < number.txt\n\n\
    The page is for the participant. It has plain words and public names, and tells how to withdraw, correct and complain. Only\n\
    the owner may read the files, and none is overwritten."
)]
pub(crate) struct Arguments {
    #[command(flatten)]
    hub: HubArguments,
    #[command(flatten)]
    who: Who,
    /// Write the page for the participant into this file: HTML without further files
    #[arg(long, value_name = "FILE")]
    page: Option<PathBuf>,
    /// The page's language: nb, nn or en
    #[arg(long, value_parser = language, default_value = "nb", value_name = "CODE")]
    language: Language,
    /// Write FHIR R4 AuditEvents, one for each disclosure
    #[arg(long, value_name = "FILE")]
    fhir: Option<PathBuf>,
}

/// Number of disclosures in one request.
const AT_A_TIME: usize = 200;

pub(crate) fn run(arguments: &Arguments, shared: &Shared, output: Output) -> Result<Exit, Failure> {
    for file in [&arguments.page, &arguments.fhir].into_iter().flatten() {
        is_free(file)?;
    }
    let hub = Hub::open(&arguments.hub, shared)?;
    let participant = arguments.who.find(&hub)?;
    if let Some(file) = &arguments.page {
        write(file, &page(&hub, participant, arguments.language)?)?;
    }
    if let Some(file) = &arguments.fhir {
        write(file, &fhir(&hub, participant)?)?;
    }
    let (all, looks) = all(&hub, participant)?;
    let mut answer = json!({ "participant": participant.to_string(), "disclosures": all });
    if let Some(looks) = looks {
        answer["looks"] = looks;
    }
    for (name, file) in [("page", &arguments.page), ("fhir", &arguments.fhir)] {
        if let Some(file) = file {
            answer[name] = file.display().to_string().into();
        }
    }
    output.result(&answer, || human(&answer, output.lang()));
    Ok(Exit::Done)
}

/// Gets the page for the participant.
pub(super) fn page(hub: &Hub, participant: Uuid, language: Language) -> Result<Vec<u8>, Failure> {
    let path = format!(
        "/v1/participants/{participant}/disclosures?language={}",
        language.code()
    );
    hub.get_as(&path, "text/html")
}

/// Gets the AuditEvents.
pub(super) fn fhir(hub: &Hub, participant: Uuid) -> Result<Vec<u8>, Failure> {
    hub.get_as(
        &format!("/v1/participants/{participant}/disclosures"),
        "application/fhir+json",
    )
}

/// Gets every disclosure, and the looks at content, which the hub tells the operator.
fn all(hub: &Hub, participant: Uuid) -> Result<(Vec<Value>, Option<Value>), Failure> {
    let (mut all, mut looks): (Vec<Value>, _) = (Vec::new(), None);
    loop {
        let before = all.last().map(|last| format!("&before={}", cell(last, "delivery")));
        let before = before.unwrap_or_default();
        let path = format!("/v1/participants/{participant}/disclosures?limit={AT_A_TIME}{before}");
        let answer = hub.get(&path)?;
        let next = rows(&answer, "disclosures");
        all.extend_from_slice(next);
        looks = looks.or_else(|| answer.get("looks").cloned());
        if next.len() < AT_A_TIME {
            return Ok((all, looks));
        }
    }
}

fn human(answer: &Value, lang: Lang) -> String {
    let disclosures = rows(answer, "disclosures");
    let participant = cell(answer, "participant");
    let mut text = About::Participant { id: participant }.text(lang);
    if disclosures.is_empty() {
        text.push_str(&format!("\n{}", Participant::NothingLeft.text(lang)));
    } else {
        let cells = disclosures.iter().map(|disclosure| {
            let mut row = ["first", "from", "to", "kind", "categories", "withheld", "state"]
                .map(|name| cell(disclosure, name))
                .to_vec();
            row.push(under(disclosure, lang));
            row
        });
        let heading = Participant::Columns.text(lang);
        text.push('\n');
        text.push_str(&table(&heading, &cells.collect::<Vec<_>>()));
    }
    let looks = rows(answer, "looks");
    if !looks.is_empty() {
        let columns = ["at", "way", "lookedAs", "message", "reason"];
        let cells = looks.iter().map(|look| columns.map(|name| cell(look, name)).to_vec());
        let heading = Participant::LookColumns.text(lang);
        text.push('\n');
        text.push_str(&table(&heading, &cells.collect::<Vec<_>>()));
    }
    for name in ["page", "fhir"] {
        if answer.get(name).is_some() {
            let file = cell(answer, name);
            text.push_str(&format!("\n{}", Common::Written { file }.text(lang)));
        }
    }
    text
}

/// Formats the grants of a disclosure: consent and index, or the legal reference of a duty; and its correction.
fn under(disclosure: &Value, lang: Lang) -> String {
    let mut parts: Vec<String> = rows(disclosure, "grants")
        .iter()
        .map(|grant| {
            let place = format!("{}/{}", cell(grant, "consent"), cell(grant, "index"));
            match grant
                .get("basis")
                .and_then(|basis| basis.get("duty"))
                .and_then(Value::as_str)
            {
                Some(reference) => {
                    let reference = reference.to_owned();
                    Participant::UnderDuty { place, reference }.text(lang)
                }
                None => place,
            }
        })
        .collect();
    if let Some(corrected) = disclosure.get("corrected") {
        let reached = corrected.get("reached").and_then(Value::as_bool) == Some(true);
        let message = cell(corrected, "by");
        parts.push(if reached {
            Common::CorrectedBy { message }.text(lang)
        } else {
            Participant::CorrectedElsewhere { message }.text(lang)
        });
    }
    parts.join("; ")
}
