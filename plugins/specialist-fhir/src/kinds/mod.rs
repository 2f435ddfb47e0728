//! How each kind stands in FHIR: one [`Shape`] a kind. A further kind is a file here and an entry in [`SHAPES`].

mod dialogue;
mod function;
mod meeting;
mod treatment;

use bindeledd_sdk::catalogue::{Body, Kind, time};
use serde_json::{Map, Value, json};

use crate::codes;
use crate::document::Whole;
use crate::element::Element;
use crate::refusal::{Refused, refuse};

/// The resource that a message is in, while it is read.
pub(crate) struct Focus<'a> {
    pub(crate) whole: &'a Whole<'a>,
    pub(crate) resource: Element<'a>,
}

/// What a kind's own part of a document is made of, while it is written.
#[derive(Default)]
pub(crate) struct Parts {
    /// The members of the resource that the message is in.
    pub(crate) members: Map<String, Value>,
    /// Its extensions.
    pub(crate) extensions: Vec<Value>,
    /// A resource of its own that it refers to, and how.
    pub(crate) beside: Option<Beside>,
}

/// A resource beside the one that the message is in.
pub(crate) struct Beside {
    /// Its members; who it is about, who says it and when come with every message.
    pub(crate) members: Map<String, Value>,
}

/// Where the parts of an envelope stand in a resource.
#[derive(Debug)]
pub(crate) struct Layout {
    pub(crate) resource: &'static str,
    /// Whom it is about.
    pub(crate) subject: &'static str,
    /// When it was sent.
    pub(crate) sent: &'static str,
    /// Who sent it.
    pub(crate) author: &'static str,
    /// Whom it is for.
    pub(crate) receiver: &'static str,
}

pub(crate) static COMMUNICATION: Layout = Layout {
    resource: "Communication",
    subject: "subject",
    sent: "sent",
    author: "sender",
    receiver: "recipient",
};

/// A task that asks is the requester's.
static ASKING: Layout = Layout {
    resource: "Task",
    subject: "for",
    sent: "authoredOn",
    author: "requester",
    receiver: "owner",
};

/// The same task, answered, is the owner's.
static ANSWERING: Layout = Layout {
    resource: "Task",
    subject: "for",
    sent: "lastModified",
    author: "owner",
    receiver: "requester",
};

/// An observation that is sent by itself. It names no receiver.
pub(crate) static OBSERVATION: Layout = Layout {
    resource: "Observation",
    subject: "subject",
    sent: "issued",
    author: "performer",
    receiver: "recipient",
};

/// One kind in FHIR.
pub(crate) struct Shape {
    pub(crate) kind: Kind,
    pub(crate) layout: &'static Layout,
    /// Reads the kind's fields, as JSON that the catalogue then checks.
    pub(crate) read: fn(&Focus<'_>) -> Result<Map<String, Value>, Refused>,
    /// Writes them.
    pub(crate) write: fn(&Body) -> Parts,
    /// Where a field stands, said so that a person can put it there.
    pub(crate) place: fn(&str) -> &'static str,
}

/// Every kind that is read and written.
pub(crate) static SHAPES: [Shape; 6] = [
    Shape {
        kind: Kind::FunctionUpdate,
        layout: &COMMUNICATION,
        read: function::read,
        write: function::write,
        place: function::place,
    },
    Shape {
        kind: Kind::TreatmentStatus,
        layout: &COMMUNICATION,
        read: treatment::read,
        write: treatment::write,
        place: treatment::place,
    },
    Shape {
        kind: Kind::MeetingRequest,
        layout: &ASKING,
        read: meeting::read_request,
        write: meeting::write_request,
        place: meeting::place,
    },
    Shape {
        kind: Kind::MeetingResponse,
        layout: &ANSWERING,
        read: meeting::read_response,
        write: meeting::write_response,
        place: meeting::place,
    },
    Shape {
        kind: Kind::Question,
        layout: &COMMUNICATION,
        read: dialogue::read_question,
        write: dialogue::write,
        place: dialogue::place,
    },
    Shape {
        kind: Kind::Answer,
        layout: &COMMUNICATION,
        read: dialogue::read_answer,
        write: dialogue::write,
        place: dialogue::place,
    },
];

/// The shape of a kind; the refusal says which kinds there are.
pub(crate) fn shape(kind: Kind) -> Result<&'static Shape, Refused> {
    SHAPES
        .iter()
        .find(|s| s.kind == kind)
        .ok_or_else(|| not_covered(kind.spec().title))
}

fn not_covered(what: &str) -> Refused {
    let titles: Vec<_> = SHAPES.iter().map(|s| s.kind.spec().title).collect();
    refuse(
        "kind",
        format!(
            "FHIR-adapteren formidler ikke «{what}» ennå. Den formidler: {}.",
            titles.join(", ")
        ),
    )
}

/// The refusal of something that is none of the kinds.
pub(crate) fn unknown_kind(place: &str) -> Refused {
    let codes: Vec<_> = SHAPES.iter().map(|s| s.kind.code()).collect();
    refuse(
        "kind",
        format!(
            "{place} sier ikke hvilken meldingstype dette er. Bruk en av kodene {} fra {}.",
            codes.join(", "),
            codes::KIND
        ),
    )
}

/// The kind that a resource says it is; `None` where it says nothing.
pub(crate) fn said_kind(resource: Element<'_>) -> Result<Option<Kind>, Refused> {
    let codes: Vec<&str> = match resource.resource_type() {
        "Communication" => resource
            .items("category")
            .into_iter()
            .flat_map(|category| category.codes_of(codes::KIND))
            .collect(),
        "Task" | "Observation" => resource
            .get("code")
            .map(|c| c.codes_of(codes::KIND))
            .unwrap_or_default(),
        _ => Vec::new(),
    };
    let code = match codes.as_slice() {
        [] => return Ok(None),
        [one] => *one,
        _ => {
            return Err(refuse(
                "kind",
                "Dokumentet sier flere meldingstyper om det samme. Oppgi én.",
            ));
        }
    };
    let answered = || {
        !matches!(
            resource.value().get("status").and_then(Value::as_str),
            Some("requested" | "ready" | "draft")
        )
    };
    match (resource.resource_type(), Kind::parse(code)) {
        ("Observation", _) if code == function::OBSERVATION_CODE => Ok(Some(Kind::FunctionUpdate)),
        ("Task", Some(Kind::MeetingRequest)) if answered() => Ok(Some(Kind::MeetingResponse)),
        (_, Some(kind)) => Ok(Some(kind)),
        (_, None) => Err(unknown_kind(resource.resource_type())),
    }
}

/// Refuses a resource whose status says that it is not to be used, or that it is not sent.
pub(crate) fn check_status(resource: Element<'_>, usable: &[&str]) -> Result<(), Refused> {
    match resource.text("status") {
        Some(status) if usable.contains(&status) => Ok(()),
        Some("entered-in-error") => Err(refuse(
            "status",
            "Ressursen er merket som feilregistrert (entered-in-error). Det trekker ikke tilbake en melding som er sendt. \
             Send en melding av typen «Retting» (correction) som viser til den.",
        )),
        Some("amended" | "corrected") => Err(refuse(
            "status",
            "Ressursen retter en tidligere. Send en melding av typen «Retting» (correction) som viser til den.",
        )),
        _ => Err(refuse(
            "status",
            format!(
                "{}.status må være {}. Med en annen status er det ikke sikkert at innholdet gjelder.",
                resource.resource_type(),
                usable.join(" eller ")
            ),
        )),
    }
}

/// A calendar day out of a FHIR date or dateTime; a month or a year alone is not one.
pub(crate) fn day(of: Element<'_>, member: &str) -> Option<Value> {
    let raw = of.peek(member)?.value().as_str()?;
    let day = time::parse_date(raw).or_else(|| time::parse_instant(raw).map(time::local_date))?;
    of.text(member);
    Some(day.to_string().into())
}

/// The text of every `contentString` of a Communication's payload, and the names of attachments that are left out.
pub(crate) fn payload_texts(focus: &Focus<'_>) -> Vec<String> {
    let mut texts = Vec::new();
    for payload in focus.resource.items("payload") {
        if let Some(text) = payload.text("contentString") {
            payload.mark();
            texts.push(text.to_owned());
        } else if let Some(attachment) = payload.peek("contentAttachment") {
            payload.mark();
            attachment.mark_all();
            focus.whole.note(attachment_left_out(attachment.value()));
        }
    }
    texts
}

/// Says which attachment is left out.
fn attachment_left_out(attachment: &Value) -> String {
    let said = |member: &str| {
        let text = attachment.get(member).and_then(Value::as_str)?;
        let clean: String = text.chars().filter(|c| !c.is_control()).take(100).collect();
        (!clean.trim().is_empty()).then(|| clean.trim().to_owned())
    };
    let title = said("title").map_or_else(|| "uten navn".to_owned(), |t| format!("«{t}»"));
    let kind = said("contentType").map_or_else(String::new, |t| format!(" ({t})"));
    format!("Vedlegget {title}{kind} er ikke tatt med. Vedlegg sendes ikke gjennom Bindeledd.")
}

/// A coding of the project's own.
pub(crate) fn coding(system: &str, code: &str) -> Value {
    json!({"system": system, "code": code})
}

/// A concept of the project's own.
pub(crate) fn concept(system: &str, code: &str) -> Value {
    json!({"coding": [coding(system, code)]})
}

/// A project extension.
pub(crate) fn extension(name: &str, value_type: &str, value: Value) -> Value {
    json!({"url": codes::extension(name), value_type: value})
}

/// Puts `value` into `body` where there is one.
pub(crate) fn put(body: &mut Map<String, Value>, name: &str, value: Option<Value>) {
    if let Some(value) = value {
        body.insert(name.to_owned(), value);
    }
}
