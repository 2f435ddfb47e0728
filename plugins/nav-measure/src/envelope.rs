//! Reads the adapter's own wrapping. Nav may use it for every kind that Nav's own forms do not cover.

use bindeledd_sdk::catalogue::{
    Conversation, Draft, Handler, Kind, NationalId, Participant, PartyName, PersonName, Purpose, Recipients,
    SenderReference, Supersedes, prose, time,
};
use bindeledd_sdk::{Context, Reading};
use serde_json::Value;

use crate::dialog;
use crate::refuse::Problem;

const REFERENCE: &str = "1 til 200 synlige tegn uten mellomrom, æ, ø og å";

pub(crate) fn read(document: &Value, context: &Context) -> Result<Reading, Problem> {
    let kind = document["meldingstype"].as_str().unwrap_or_default();
    let kind = Kind::parse(kind)
        .ok_or_else(|| Problem::unknown_code("meldingstype", kind, "en av meldingstypene i Bindeledd"))?;
    if kind.spec().by_hub {
        return Err(Problem::only_by_hub("meldingstype"));
    }
    let text = document["tekst"]
        .as_str()
        .ok_or_else(|| Problem::missing("tekst", "innholdet i klar tekst"))?;
    let body = prose::read(text).filter(|body| body.kind() == kind && body.is_complete());
    let body = body.ok_or_else(|| {
        Problem::invalid(
            "tekst",
            "meldingstypens tittel på første linje, og så en linje for hvert felt, slik Bindeledd skriver det",
        )
    })?;
    let referred = |name: &str| -> Result<Option<&str>, Problem> {
        match &document[name] {
            Value::Null => Ok(None),
            Value::String(raw) => Ok(Some(raw)),
            _ => Err(Problem::invalid(name, REFERENCE)),
        }
    };
    let in_reply_to = parsed("svarPaa", referred("svarPaa")?, Conversation::parse)?;
    let supersedes = parsed("erstatter", referred("erstatter")?, Supersedes::parse)?;
    if kind == Kind::Correction && supersedes.is_none() {
        return Err(Problem::missing("erstatter", "referansen til meldingen som rettes"));
    }
    let person = &document["deltaker"];
    let national_id = person["personIdent"]
        .as_str()
        .and_then(|raw| NationalId::parse(raw).ok());
    let sent = document["sendt"].as_str().and_then(time::parse_instant);
    let draft = Draft {
        sender_reference: parsed("referanse", referred("referanse")?, SenderReference::parse)?
            .ok_or_else(|| Problem::missing("referanse", "avsenderens egen referanse"))?,
        conversation: parsed("samtale", referred("samtale")?, Conversation::parse)?,
        to: recipients(&document["mottakere"], kind, in_reply_to.is_some(), context)?,
        in_reply_to,
        supersedes,
        participant: Participant {
            national_id: national_id.ok_or_else(|| {
                Problem::invalid("deltaker.personIdent", "et fødselsnummer eller D-nummer, 11 siffer")
            })?,
            name: short(&person["navn"]).map(PersonName),
        },
        handler: handler(&document["kontaktperson"]),
        purpose: Purpose::WorkOrientedFollowup,
        sent_at: sent.ok_or_else(|| Problem::invalid("sendt", "et tidspunkt, som 2026-12-01T09:00:00+01:00"))?,
        expires_at: expires_at(&document["utloper"])?,
        body,
    };
    Ok(Reading::one(draft))
}

/// Reads the expiry. An unreadable expiry is refused, since the message must not live longer than its sender intended.
fn expires_at(raw: &Value) -> Result<Option<time::Timestamp>, Problem> {
    let wrong = || Problem::invalid("utloper", "et tidspunkt, som 2026-12-01T09:00:00+01:00");
    match raw {
        Value::Null => Ok(None),
        Value::String(raw) => time::parse_instant(raw).map(Some).ok_or_else(wrong),
        _ => Err(wrong()),
    }
}

fn parsed<T>(name: &str, raw: Option<&str>, parse: fn(&str) -> Option<T>) -> Result<Option<T>, Problem> {
    raw.map(|raw| parse(raw).ok_or_else(|| Problem::invalid(name, REFERENCE)))
        .transpose()
}

fn recipients(raw: &Value, kind: Kind, replies: bool, context: &Context) -> Result<Recipients, Problem> {
    let expected = "SAMARBEIDSKRETS, eller en liste av navn i Bindeledd eller org:<organisasjonsnummer>";
    match raw {
        Value::String(circle) if circle == "SAMARBEIDSKRETS" && !kind.spec().named_parties_only => {
            Ok(Recipients::Circle)
        }
        Value::Array(items) if (1..=20).contains(&items.len()) => {
            let parties = items
                .iter()
                .map(|item| item.as_str().and_then(|raw| PartyName::parse(raw).ok()));
            let parties: Option<Vec<_>> = parties.collect();
            parties
                .map(Recipients::Parties)
                .ok_or_else(|| Problem::invalid("mottakere", expected))
        }
        Value::Null => dialog::reply_to_asker(replies, context).ok_or_else(|| Problem::missing("mottakere", expected)),
        _ => Err(Problem::invalid("mottakere", expected)),
    }
}

/// Reads a text of 1 to 200 characters on one line; `None` for any other value.
fn short(raw: &Value) -> Option<String> {
    let text = raw.as_str()?.trim();
    let ok = (1..=200).contains(&text.chars().count()) && !text.chars().any(char::is_control);
    ok.then(|| text.to_owned())
}

fn handler(raw: &Value) -> Option<Handler> {
    Some(Handler {
        name: short(&raw["navn"])?,
        role: short(&raw["rolle"]),
        unit: short(&raw["enhet"]),
        phone: short(&raw["telefon"]),
    })
}
