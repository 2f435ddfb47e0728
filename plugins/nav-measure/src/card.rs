//! Activity cards, by Nav's schema `Aktivitetskort.V1`.

use bindeledd_sdk::Context;
use bindeledd_sdk::catalogue::{Body, Kind, Message, time};
use serde_json::{Map, Value, json};

use crate::codes::{self, DEFAULT_MEASURE, DEFAULT_SOURCE};
use crate::fields;
use crate::refuse::Problem;

/// A card with its two ids.
pub(crate) struct Card {
    pub(crate) nav: Value,
    /// Id of the activity; it stays the same when the card is corrected.
    pub(crate) id: String,
    /// Id by which Nav detects repetitions. Nav refuses a card with two equal ids.
    pub(crate) message_id: String,
}

/// The facts of a message that a card shows.
struct Shown {
    title: String,
    status: &'static str,
    from: Option<String>,
    until: Option<String>,
    details: Value,
}

/// Makes a card for `body`; `replaces` is the id of the card that it corrects.
pub(crate) fn card(message: &Message, body: &Body, replaces: Option<&str>, context: &Context) -> Result<Card, Problem> {
    let details = fields::said(body, &[]);
    let details = details
        .iter()
        .map(|field| json!({"label": field.label, "verdi": field.value}));
    let first = body.get("proposedTimes").and_then(|times| times.get(0));
    let first = first.and_then(|time| time.get("start")?.as_str()?.get(..10));
    let from = body.text("from").or(first);
    let shown = Shown {
        title: body.kind().spec().title.to_owned(),
        status: status(body, context),
        from: from.map(str::to_owned),
        until: body.text("until").map(str::to_owned),
        details: details.collect(),
    };
    write(message, body, replaces, shown, context)
}

/// Cancels a card that was sent by mistake. The card can not be discarded, since that would need the id of an employee at Nav.
pub(crate) fn cancelled(message: &Message, body: &Body, id: &str, context: &Context) -> Result<Card, Problem> {
    let title = body.corrected_kind().map_or("Aktivitet", |kind| kind.spec().title);
    let shown = Shown {
        title: format!("Feilsendt: {title}"),
        status: "AVBRUTT",
        from: None,
        until: None,
        details: json!([]),
    };
    write(message, body, Some(id), shown, context)
}

/// Chooses the card's status. The status is never final, since another plan may follow.
fn status(body: &Body, context: &Context) -> &'static str {
    let today = time::local_rfc3339(context.now);
    let later = body
        .text("from")
        .is_some_and(|from| from > today.get(..10).unwrap_or_default());
    if body.kind() == Kind::StartMeeting || later {
        "PLANLAGT"
    } else {
        "GJENNOMFORES"
    }
}

fn write(
    message: &Message,
    body: &Body,
    replaces: Option<&str>,
    shown: Shown,
    context: &Context,
) -> Result<Card, Problem> {
    let id = replaces.map_or_else(|| message.id.to_string(), str::to_owned);
    let message_id = context.uuid("aktivitetskort").to_string();
    let measure = body
        .text("measure")
        .or_else(|| context.setting("measure"))
        .unwrap_or(DEFAULT_MEASURE);
    let card_type = codes::card_type(measure).ok_or_else(|| {
        Problem::new(
            "settings",
            "Innstillingen measure er ikke et av Navs tiltak. Rett den i endepunktet til Nav.",
        )
    })?;
    let source = context.setting("source").unwrap_or(DEFAULT_SOURCE);
    if !codes::SOURCES.contains(&source) {
        return Err(Problem::new(
            "settings",
            "Innstillingen source er ikke en avsender som Nav kjenner. Rett den i endepunktet til Nav.",
        ));
    }
    let mut card = Map::new();
    card.insert("id".into(), id.as_str().into());
    let person = message.draft.participant.national_id.reveal();
    card.insert("personIdent".into(), person.into());
    card.insert("tittel".into(), shown.title.into());
    card.insert("aktivitetStatus".into(), shown.status.into());
    card.insert("startDato".into(), shown.from.into());
    card.insert("sluttDato".into(), shown.until.into());
    card.insert("beskrivelse".into(), described(message, context).into());
    card.insert("endretAv".into(), changed_by(context));
    card.insert(
        "endretTidspunkt".into(),
        time::local_rfc3339(message.draft.sent_at).into(),
    );
    card.insert("avtaltMedNav".into(), false.into());
    card.insert("detaljer".into(), shown.details);
    let nav = json!({
        "messageId": message_id,
        "source": source,
        "aktivitetskortType": card_type,
        "actionType": "UPSERT_AKTIVITETSKORT_V1",
        "aktivitetskort": card,
    });
    Ok(Card { nav, id, message_id })
}

fn described(message: &Message, context: &Context) -> Option<String> {
    let mut lines = Vec::new();
    if let Some(sender) = context.sender.as_ref().filter(|sender| !sender.name.is_empty()) {
        lines.push(format!("Fra {}.", sender.name));
    }
    if let Some(handler) = &message.draft.handler {
        let said = [
            Some(handler.name.as_str()),
            handler.role.as_deref(),
            handler.phone.as_deref(),
        ];
        let said: Vec<_> = said.into_iter().flatten().collect();
        lines.push(format!("Kontaktperson: {}.", said.join(", ")));
    }
    (!lines.is_empty()).then(|| lines.join(" "))
}

/// Names the provider by its organisation number, as Nav requires. Without a number, the system is named.
fn changed_by(context: &Context) -> Value {
    let number = context.sender.as_ref().and_then(|sender| sender.org_number.as_deref());
    match number {
        Some(number) => json!({"ident": number, "identType": "TILTAKSARRAGOER"}),
        None => {
            let id = context.sender.as_ref().map_or("bindeledd", |sender| sender.id.as_str());
            json!({"ident": id, "identType": "SYSTEM"})
        }
    }
}
