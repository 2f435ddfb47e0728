//! Nav's answers to documents from the hub: the state of a proposal, receipts of activity cards, and plain receipts.

use bindeledd_sdk::{Receipt, ReceiptError, ReceiptStatus};
use serde_json::Value;

use crate::codes::{self, DUPLICATE, ProposalStatus};
use crate::format::{CARD_MESSAGE_SCHEME, SCHEME};
use crate::refuse::{self, Problem};

/// Nav's answer.
#[derive(Debug, PartialEq)]
pub(crate) enum Answer {
    /// Nav has decided about the proposal.
    Final(Receipt),
    /// Nav has received the proposal with this id, and has not decided yet.
    Pending(String),
}

/// Largest number of characters of Nav's own words that are passed on.
const MAX_WORDS: usize = 300;

/// Reads an answer; `None` if the document is something else.
pub(crate) fn read(document: &Value) -> Option<Result<Answer, Problem>> {
    let has = |name: &str| document.get(name).is_some();
    if has("kvittering") {
        return Some(plain(&document["kvittering"]));
    }
    let status = document["status"]["type"].as_str();
    let is_proposal = document["type"] == "Forslag"
        || (!has("personIdent") && status.is_some_and(|s| ProposalStatus::parse(s).is_some()));
    if is_proposal {
        return Some(proposal(document, status));
    }
    if has("aktivitetId") && has("suksess") {
        return Some(card_receipt(document));
    }
    if has("key") && has("errorType") {
        return Some(card_failure(document));
    }
    if document["actionType"] == "KASSER_AKTIVITET" {
        return Some(discarded(document));
    }
    None
}

fn proposal(document: &Value, status: Option<&str>) -> Result<Answer, Problem> {
    let id = named(document, "id")?;
    let raw = status.ok_or_else(|| Problem::missing("status.type", "hvor forslaget står"))?;
    let expected = "VenterPaSvar, Godkjent, Avvist, Tilbakekalt eller Erstattet";
    let status = ProposalStatus::parse(raw).ok_or_else(|| Problem::unknown_code("status.type", raw, expected))?;
    let (status, code, text) = match status {
        ProposalStatus::VenterPaSvar => return Ok(Answer::Pending(id)),
        ProposalStatus::Godkjent => (ReceiptStatus::Ok, "", String::new()),
        ProposalStatus::Avvist => (
            ReceiptStatus::Refused,
            "AVVIST",
            format!(
                "Nav har avvist forslaget. {}",
                words(&document["status"]["begrunnelseFraNav"])
            ),
        ),
        // For both statuses, Nav received the proposal and will not answer it. The receipt is neither a refusal nor an acceptance.
        ProposalStatus::Tilbakekalt => (
            ReceiptStatus::Partial,
            "TILBAKEKALT",
            "Nav mottok forslaget, og det ble siden trukket tilbake. Nav svarer ikke på det.".into(),
        ),
        ProposalStatus::Erstattet => (
            ReceiptStatus::Partial,
            "ERSTATTET",
            replaced_by(&document["status"]["erstattetMedForslagId"]),
        ),
    };
    Ok(Answer::Final(receipt(status, id, SCHEME, code, text)))
}

fn replaced_by(id: &Value) -> String {
    let by = id.as_str().filter(|id| is_id(id)).map(|id| format!(" ({id})"));
    format!(
        "Nav mottok forslaget, og et nyere forslag av samme type{} har erstattet det. Nav svarer på det nyeste.",
        by.unwrap_or_default()
    )
}

/// Returns Nav's reason, which is for the proposal's sender and is sealed with the delivery. Numbers of six or more digits are
/// replaced, since they may be a person's.
fn words(raw: &Value) -> String {
    let Some(text) = raw.as_str().filter(|text| !text.trim().is_empty()) else {
        return "Begrunnelsen står i Deltakeroversikten.".into();
    };
    let mut out = String::new();
    let mut digits = String::new();
    for c in text.chars().chain(['\n']) {
        if c.is_ascii_digit() {
            digits.push(c);
            continue;
        }
        out.push_str(if digits.len() >= 6 { "…" } else { &digits });
        digits.clear();
        out.push(if c.is_control() && c != '\n' { ' ' } else { c });
    }
    format!("Begrunnelse: {}", codes::clip(&out, MAX_WORDS))
}

fn card_receipt(document: &Value) -> Result<Answer, Problem> {
    let (scheme, id) = match named(document, "meldingId") {
        Ok(id) => (CARD_MESSAGE_SCHEME, id),
        Err(_) => (SCHEME, named(document, "aktivitetId")?),
    };
    let suksess = document["suksess"]
        .as_bool()
        .ok_or_else(|| Problem::invalid("suksess", "true eller false"))?;
    if suksess {
        return Ok(Answer::Final(receipt(ReceiptStatus::Ok, id, scheme, "", String::new())));
    }
    let raw = document["behandlingsStatus"].as_str().unwrap_or_default();
    Ok(Answer::Final(card_problem(raw, id, scheme)))
}

/// Reads Nav's report of a faulty card. The report contains the whole card, which is never repeated.
fn card_failure(document: &Value) -> Result<Answer, Problem> {
    let id = named(document, "key")?;
    let raw = document["errorType"].as_str().unwrap_or_default();
    Ok(Answer::Final(card_problem(raw, id, SCHEME)))
}

fn card_problem(raw: &str, id: String, scheme: &str) -> Receipt {
    match codes::card_error(raw) {
        // The message id is the same, so that Nav already has this very card.
        Some(_) if raw == DUPLICATE => receipt(ReceiptStatus::Ok, id, scheme, "", String::new()),
        Some(text) => receipt(ReceiptStatus::Refused, id, scheme, raw, text.into()),
        None => receipt(
            ReceiptStatus::Unknown,
            id,
            scheme,
            refuse::code(raw).unwrap_or("UKJENT"),
            "Nav svarte med en status som Bindeledd ikke kjenner.".into(),
        ),
    }
}

fn discarded(document: &Value) -> Result<Answer, Problem> {
    let id = named(document, "aktivitetsId")?;
    let text = "Nav mottok aktivitetskortet og har siden kassert det.";
    Ok(Answer::Final(receipt(
        ReceiptStatus::Partial,
        id,
        SCHEME,
        "KASSERT",
        text.into(),
    )))
}

/// Reads a plain receipt, for shapes without an answer format at Nav.
fn plain(raw: &Value) -> Result<Answer, Problem> {
    let id =
        named(raw, "gjelder").map_err(|_| Problem::missing("kvittering.gjelder", "id-en til det som kvitteres"))?;
    let status = match raw["status"].as_str() {
        Some("mottatt") => ReceiptStatus::Ok,
        Some("avvist") => ReceiptStatus::Refused,
        Some("delvis") => ReceiptStatus::Partial,
        Some(_) => ReceiptStatus::Unknown,
        None => return Err(Problem::missing("kvittering.status", "mottatt, avvist eller delvis")),
    };
    let code = raw["kode"].as_str().and_then(refuse::code).unwrap_or_default();
    let text = match status {
        ReceiptStatus::Ok => "",
        ReceiptStatus::Refused => "Nav tok ikke imot meldingen. Spør Nav-veilederen hva som mangler.",
        ReceiptStatus::Partial => "Nav har meldingen, men noe i den var ikke riktig. Spør Nav-veilederen.",
        ReceiptStatus::Unknown => "Nav svarte med en status som Bindeledd ikke kjenner.",
    };
    Ok(Answer::Final(receipt(status, id, SCHEME, code, text.into())))
}

fn receipt(status: ReceiptStatus, refers_to: String, scheme: &str, code: &str, text: String) -> Receipt {
    let errors = if text.is_empty() {
        Vec::new()
    } else {
        vec![ReceiptError {
            code: code.to_owned(),
            text,
        }]
    };
    Receipt {
        status,
        refers_to,
        scheme: scheme.to_owned(),
        errors,
    }
}

fn named(document: &Value, name: &str) -> Result<String, Problem> {
    let id = document[name].as_str().filter(|id| is_id(id));
    id.map(str::to_owned)
        .ok_or_else(|| Problem::missing(name, "id-en til det som svaret gjelder"))
}

fn is_id(raw: &str) -> bool {
    (1..=200).contains(&raw.len()) && raw.bytes().all(|b| b.is_ascii_graphic())
}
