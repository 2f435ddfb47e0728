//! Dialog messages, by Nav's two schemas. The schemas' names are Nav's view: the adapter writes *incoming* messages and
//! reads *outgoing* ones.

use bindeledd_sdk::catalogue::{
    Body, Conversation, Draft, Kind, Message, NationalId, Participant, PartyName, Purpose, Recipients, SenderReference,
    prose, ungrouped,
};
use bindeledd_sdk::{Context, Reading};
use serde_json::{Map, Value, json};

use crate::refuse::Problem;

/// Largest number of characters of a question or an answer.
const MAX_TEXT: usize = 2_000;

/// Writes the dialog message to Nav, in Nav's form only. The message is not a dialogmelding of Helsenettet, and no health
/// professional signs it.
pub(crate) fn write(message: &Message, context: &Context) -> Value {
    let (body, references) = (&message.draft.body, &context.references);
    let (replied, superseded) = (references.in_reply_to.as_deref(), references.supersedes.as_deref());
    // The corrected message has already answered the question.
    let parent = match body.kind() {
        Kind::Correction => superseded.or(replied),
        _ => replied.or(superseded),
    };
    let conversation = parent.map(|parent| {
        json!({
            "parentMessageId": parent,
            "conversationId": references.conversation.as_deref().unwrap_or(parent),
        })
    });
    let sender = context.sender.as_ref();
    let provider = sender.map_or("bindeledd", |s| s.org_number.as_deref().unwrap_or(s.id.as_str()));
    json!({
        "version": 1,
        "id": message.id.to_string(),
        "type": kind_for_nav(body, references.in_reply_to.is_some()),
        "receivedAt": context.now.to_string(),
        "patientIdent": message.draft.participant.national_id.reveal(),
        "sender": {"providerId": provider, "signingProviderId": provider},
        "conversationReference": conversation,
        "message": prose::write_message(message),
        "numberOfAttachments": 0,
    })
}

/// Chooses Nav's message type. A message is an answer only if it answers a document from Nav; otherwise it is an inquiry.
fn kind_for_nav(body: &Body, answers: bool) -> &'static str {
    match (body.kind(), body.text("answer")) {
        (Kind::Answer, _) if answers => "PATIENT_REQUEST_RESPONSE",
        (Kind::MeetingResponse, Some("accepted")) if answers => "ACCEPTS_MEETING_INVITATION",
        (Kind::MeetingResponse, Some("other-time")) if answers => "REQUESTS_NEW_MEETING_TIME",
        (Kind::MeetingResponse, Some("declined")) if answers => "DECLINES_MEETING_WITH_REASON",
        _ => "PATIENT_INQUIRY",
    }
}

/// Kind of a message from Nav, derived from its type.
enum FromNav {
    /// A question from Nav.
    Asks,
    /// An answer or other information from Nav.
    Tells,
    /// A message about a meeting in a sick-leave case, which is not a meeting of a measure. It becomes a question with that label.
    SickLeaveMeeting,
    /// A document of a sick-leave case, which is for health personnel only.
    HealthOnly,
}

fn from_nav(raw: &str) -> Option<FromNav> {
    Some(match raw {
        "PATIENT_REQUEST" | "PATIENT_REQUEST_REMINDER" => FromNav::Asks,
        "NAV_FEEDBACK" | "NAV_MESSAGE" | "NAV_INFORMATION" => FromNav::Tells,
        "MEETING_INVITATION_2"
        | "MEETING_RESCHEDULE_2"
        | "MEETING_INVITATION_3"
        | "MEETING_RESCHEDULE_3"
        | "MEETING_CANCELLATION" => FromNav::SickLeaveMeeting,
        "FOLLOW_UP_PLAN" | "RETURN_TO_WORK_NOTIFICATION" | "MEDICAL_CERTIFICATE_RETURN" | "MEETING_EXEMPTION" => {
            FromNav::HealthOnly
        }
        _ => return None,
    })
}

/// Reads a dialog message from Nav.
pub(crate) fn read(document: &Value, context: &Context) -> Result<Reading, Problem> {
    let text = |name: &str| document[name].as_str();
    let raw_type = text("type").unwrap_or_default();
    let what = from_nav(raw_type)
        .ok_or_else(|| Problem::unknown_code("type", raw_type, "en av Navs typer dialogmeldinger til behandlere"))?;
    if matches!(what, FromNav::HealthOnly) {
        return Err(Problem::new(
            "health-personnel-only",
            "Dette er et dokument i en sykmeldingssak og går bare til helsepersonell. Send det til fastlegen på Navs egen vei.",
        ));
    }
    if document["version"].as_i64() != Some(1) {
        return Err(Problem::invalid("version", "1"));
    }
    let id = text("id").and_then(SenderReference::parse);
    let id = id.ok_or_else(|| Problem::missing("id", "meldingens id, 1 til 200 synlige tegn"))?;
    let person = text("patientIdent").and_then(|raw| NationalId::parse(raw).ok());
    let national_id =
        person.ok_or_else(|| Problem::invalid("patientIdent", "et fødselsnummer eller D-nummer, 11 siffer"))?;
    let conversation = &document["conversationReference"];
    let parent = conversation["parentMessageId"].as_str().and_then(Conversation::parse);
    let message = text("message").map(str::trim).filter(|message| !message.is_empty());
    let message = message.ok_or_else(|| Problem::missing("message", "teksten i meldingen"))?;
    let draft = Draft {
        sender_reference: id,
        conversation: conversation["conversationId"].as_str().and_then(Conversation::parse),
        to: receiver(document, parent.is_some(), context)?,
        in_reply_to: parent,
        supersedes: None,
        participant: Participant {
            national_id,
            name: None,
        },
        handler: None,
        purpose: Purpose::WorkOrientedFollowup,
        sent_at: context.now,
        expires_at: None,
        body: body(&what, message)?,
    };
    if draft.kind().spec().by_hub {
        return Err(Problem::only_by_hub("message"));
    }
    if draft.kind() == Kind::Correction {
        return Err(Problem::invalid(
            "message",
            "en retting med hele innpakningen rundt, ikke som dialogmelding",
        ));
    }
    let left_out = if document["attachment"].is_null() {
        Vec::new()
    } else {
        vec!["Vedlegget ble ikke sendt videre.".into()]
    };
    Ok(Reading::Messages {
        messages: vec![draft],
        left_out,
        origin: Value::Null,
        wants_receipt: false,
    })
}

/// Makes the body. A text that the hub's own prose wrote is read back; any other text is a question or an answer in a
/// person's words.
fn body(what: &FromNav, message: &str) -> Result<Body, Problem> {
    if let Some(body) = prose::read(message).filter(Body::is_complete)
        && !matches!(what, FromNav::SickLeaveMeeting)
    {
        return Ok(body);
    }
    let (kind, text, about) = match what {
        FromNav::Asks => (Kind::Question, message.to_owned(), json!(["dialogue"])),
        FromNav::SickLeaveMeeting => (
            Kind::Question,
            format!("Fra Nav, om dialogmøte i en sykmeldingssak:\n{message}"),
            json!(["meeting", "dialogue"]),
        ),
        FromNav::Tells | FromNav::HealthOnly => (Kind::Answer, message.to_owned(), json!(["dialogue"])),
    };
    let mut fields = Map::new();
    fields.insert("text".into(), text.into());
    fields.insert("about".into(), about);
    Body::parse(kind, Value::Object(fields))
        .map_err(|_| Problem::invalid("message", &format!("tekst på 1 til {MAX_TEXT} tegn, uten styretegn")))
}

/// Finds the receiver: the provider that the document names, else the party that asked.
fn receiver(document: &Value, replies: bool, context: &Context) -> Result<Recipients, Problem> {
    let named = ungrouped(document["providerId"].as_str().unwrap_or_default());
    let party = PartyName::parse(&named).or_else(|_| PartyName::parse(&format!("org:{named}")));
    if let Ok(party) = party {
        return Ok(Recipients::Parties(vec![party]));
    }
    reply_to_asker(replies, context).ok_or_else(|| {
        Problem::new(
            "receiver",
            "Feltet providerId sier ikke hvem meldingen er til: ventet organisasjonsnummeret eller navnet i Bindeledd.",
        )
    })
}

/// Addresses a reply without a receiver to the hub's own number. The hub then finds the party that asked.
pub(crate) fn reply_to_asker(replies: bool, context: &Context) -> Option<Recipients> {
    let own = context.endpoint.org_number.as_deref().filter(|_| replies)?;
    let party = PartyName::parse(&format!("org:{own}")).ok()?;
    Some(Recipients::Parties(vec![party]))
}
