//! Documents that the parties' systems send, and values that are read out of answers and arrivals.

use jiff::ToSpan as _;
use serde_json::{Value, json};

use crate::failure::{Result, unlike};
use crate::people::{Person, SPECIALIST_HER};
use crate::world::{World, now};

/// Returns the date `from_today` days after today, as `YYYY-MM-DD`.
pub(crate) fn day(from_today: i64) -> String {
    let oslo = jiff::tz::TimeZone::get("Europe/Oslo").unwrap_or(jiff::tz::TimeZone::UTC);
    let today = now().1.to_zoned(oslo).date();
    today.saturating_add(from_today.days()).to_string()
}

/// Makes a document of the provider's own system.
pub(crate) fn native(kind: &str, reference: &str, person: Person, to: &Value, content: &Value) -> Value {
    json!({"document": {
        "meldingstype": kind, "referanse": reference, "deltaker": {"norskIdent": person.id, "navn": person.name},
        "veileder": {"navn": "Kari Veileder", "rolle": "jobbkonsulent", "enhet": "Avdeling Havna", "telefon": "22 11 22 33"},
        "mottakere": to, "formaal": "ARBEIDSRETTET_OPPFOLGING", "sendt": now().1.to_string(), "innhold": content,
    }})
}

pub(crate) fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or("?")
}

pub(crate) fn words(value: &Value) -> String {
    let all: Vec<_> = value
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    if all.is_empty() {
        "nothing".into()
    } else {
        all.join(", ")
    }
}

/// Returns the delivery to `to` from the answer to a sender.
pub(crate) fn answered<'a>(message: &'a Value, to: &str) -> Result<&'a Value> {
    let deliveries = message["deliveries"].as_array().into_iter().flatten();
    deliveries
        .into_iter()
        .find(|d| d["to"] == to)
        .ok_or_else(|| unlike(&format!("a delivery to {to}"), message))
}

/// Returns true if the arrived document, or the body without a wrapping, contains `part`.
pub(crate) fn has(arrival: &Value, part: &str) -> bool {
    ["document", "body"]
        .iter()
        .any(|name| arrival[*name].as_str().is_some_and(|text| text.contains(part)))
}

/// Reports the start of a treatment, as the specialist.
pub(crate) async fn treatment(world: &World, person: Person, to: &[&str], number: u32, when: &str) -> Result<Value> {
    let order = json!({"treatment": {
        "status": "started", "nationalId": person.id, "to": to, "herId": SPECIALIST_HER, "number": number,
        "from": day(3), "until": day(120), "text": when,
    }});
    world.send(&world.specialist, &order).await
}

/// Asks a party a question about function, as the provider.
pub(crate) async fn ask(world: &World, reference: &str, person: Person, to: &str, question: &str) -> Result<Value> {
    let content = json!({"tekst": question, "svarfrist": day(14), "opplysningstyper": ["FUNKSJON"]});
    world
        .send(
            &world.provider,
            &native("SPORSMAL", reference, person, &json!([to]), &content),
        )
        .await
}
