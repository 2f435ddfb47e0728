//! The kinds in FHIR, with a [`Shape`] each. A new kind is a file here and an entry in [`SHAPES`].
//!
//! A [`correction`] has no resource of its own. It uses the resource of the corrected kind, marked as a correction.

pub(crate) mod correction;
mod dialogue;
mod facilitation;
mod function;
pub(crate) mod mapping;
mod measure;
mod meeting;
mod plan;
mod support;
mod treatment;
mod withdrawn;

use bindeledd_sdk::catalogue::{Body, Kind, time};
use serde_json::{Map, Value};

use crate::coded::{coding, concept, extension};
use crate::document::Whole;
use crate::element::Element;
use crate::refusal::{Refused, refuse};
use crate::{codes, identity};
use mapping::FieldMapping;

/// The resource of a message that is being read.
pub(crate) struct Focus<'a> {
    pub(crate) whole: &'a Whole<'a>,
    pub(crate) resource: Element<'a>,
    /// Kind of the message, or of the message that it corrects.
    pub(crate) kind: Kind,
    /// True if the message corrects an earlier one.
    pub(crate) corrects: bool,
    /// True if the message belongs to a thread, as `MedCom` sends them.
    pub(crate) in_thread: bool,
    /// Ids of the message's own parts, if the document has the whole thread.
    pub(crate) own_parts: Option<&'a [String]>,
}

/// Parts of a kind's resource that is being written.
#[derive(Default)]
pub(crate) struct Parts {
    /// Members of the message's own resource.
    pub(crate) members: Map<String, Value>,
    /// Extensions of the message's own resource.
    pub(crate) extensions: Vec<Value>,
    /// Further resources to which the message's own resource refers.
    pub(crate) beside: Vec<Beside>,
}

/// A resource beside the message's own.
pub(crate) struct Beside {
    pub(crate) resource: &'static str,
    /// Members of the resource, without participant, sender and time, which every message has.
    pub(crate) members: Map<String, Value>,
    /// Writes a reference with this URL into the message's own resource.
    pub(crate) refer: fn(&mut Map<String, Value>, &str),
}

/// The elements of a resource that hold the parts of the envelope.
#[derive(Debug)]
pub(crate) struct Layout {
    pub(crate) resource: &'static str,
    /// Element for the participant.
    pub(crate) subject: &'static str,
    /// Element for the time of sending.
    pub(crate) sent: &'static str,
    /// Element for the sender.
    pub(crate) author: &'static str,
    /// Element for the receiver; empty if the resource has none.
    pub(crate) receiver: &'static str,
    /// True if the resource belongs to another party, whose request this message answers.
    pub(crate) answers: bool,
}

pub(crate) static COMMUNICATION: Layout = Layout {
    resource: "Communication",
    subject: "subject",
    sent: "sent",
    author: "sender",
    receiver: "recipient",
    answers: false,
};

/// Layout of a `Task` that makes a request; the requester owns the task.
static ASKING: Layout = Layout {
    resource: "Task",
    subject: "for",
    sent: "authoredOn",
    author: "requester",
    receiver: "owner",
    answers: false,
};

/// Layout of a `Task` that answers a request; the answering party is the task's owner.
static ANSWERING: Layout = Layout {
    resource: "Task",
    subject: "for",
    sent: "lastModified",
    author: "owner",
    receiver: "requester",
    answers: true,
};

/// Layout of a plan, which names no receiver.
static PLAN: Layout = Layout {
    resource: "CarePlan",
    subject: "subject",
    sent: "created",
    author: "author",
    receiver: "",
    answers: false,
};

/// Layout of an observation that is sent alone, which names no receiver.
pub(crate) static OBSERVATION: Layout = Layout {
    resource: "Observation",
    subject: "subject",
    sent: "issued",
    author: "performer",
    receiver: "",
    answers: false,
};

/// One kind in FHIR.
pub(crate) struct Shape {
    pub(crate) kind: Kind,
    pub(crate) layout: &'static Layout,
    /// Statuses with which the resource can be read; empty if the kind checks them itself.
    pub(crate) statuses: &'static [&'static str],
    /// Place of each field.
    pub(crate) mappings: &'static [FieldMapping],
    /// Reads the fields at positions that only this kind has, as JSON that the catalogue then checks.
    pub(crate) read: fn(&Focus<'_>, &mut Map<String, Value>) -> Result<(), Refused>,
    /// Writes the fields at positions that only this kind has, and the resource's other required members.
    pub(crate) write: fn(&Body, &mut Parts),
}

/// Every kind except corrections, which take the shape of the corrected message.
pub(crate) static SHAPES: [Shape; 17] = [
    meeting::START,
    plan::SUMMARY,
    plan::GOALS,
    measure::PROGRESS,
    facilitation::SHAPE,
    function::SHAPE,
    treatment::SHAPE,
    meeting::REQUEST,
    meeting::RESPONSE,
    dialogue::QUESTION,
    dialogue::ANSWER,
    support::REQUEST,
    support::RESPONSE,
    measure::END_PROPOSED,
    measure::ENDED,
    measure::AFTER,
    withdrawn::SHAPE,
];

/// Statuses of a finished or ongoing communication.
const SAID: &[&str] = &["completed", "in-progress"];
/// `MedCom` fixes the status of a care communication at "unknown".
const IN_THREAD: &[&str] = &["unknown", "completed", "in-progress"];
const ASKED: &[&str] = &["requested", "ready"];

/// Reads nothing, for kinds without positions of their own.
#[expect(clippy::unnecessary_wraps, reason = "one of many functions of this type")]
fn nothing_read(_: &Focus<'_>, _: &mut Map<String, Value>) -> Result<(), Refused> {
    Ok(())
}

fn nothing_written(_: &Body, _: &mut Parts) {}

impl Shape {
    /// Reads the fields.
    pub(crate) fn read(&self, focus: &Focus<'_>) -> Result<Map<String, Value>, Refused> {
        if focus.in_thread {
            check_status(focus.resource, IN_THREAD)?;
        } else if !self.statuses.is_empty() {
            check_status(focus.resource, self.statuses)?;
        }
        let mut body = Map::new();
        mapping::read(focus, self.kind, self.mappings, &mut body)?;
        (self.read)(focus, &mut body)?;
        Ok(body)
    }

    /// Writes the fields.
    pub(crate) fn write(&self, body: &Body) -> Parts {
        let mut parts = Parts::default();
        mapping::write(body, self.mappings, &mut parts);
        (self.write)(body, &mut parts);
        parts
    }

    /// Describes the place of a field, for a person who has to fill it in.
    pub(crate) fn place(&self, field: &str) -> String {
        let found = self.mappings.iter().find(|mapping| mapping.field == field);
        found.map_or_else(
            || self.layout.resource.to_owned(),
            |mapping| mapping.words(self.kind, self.layout.resource),
        )
    }
}

/// Returns the shape of a kind. The shape of a correction is that of the corrected kind.
pub(crate) fn shape(kind: Kind) -> Result<&'static Shape, Refused> {
    let found = SHAPES.iter().find(|s| s.kind == kind);
    found.ok_or_else(|| unknown_kind(kind.spec().title))
}

/// Makes the refusal of a message of an unknown kind.
pub(crate) fn unknown_kind(place: &str) -> Refused {
    let codes: Vec<_> = Kind::by_parties().map(Kind::code).collect();
    refuse(
        "kind",
        format!(
            "{place} sier ikke hvilken meldingstype dette er. Bruk en av kodene {} fra {}.",
            codes.join(", "),
            codes::KIND
        ),
    )
}

/// The kind that a resource names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct CodedKind {
    pub(crate) kind: Kind,
    /// True if the resource corrects, or takes back, a message of the named kind.
    pub(crate) corrects: bool,
}

/// Returns the kind that a resource names; `None` if it names none.
pub(crate) fn said_kind(resource: Element<'_>) -> Result<Option<CodedKind>, Refused> {
    let mut codes: Vec<&str> = match resource.resource_type() {
        "Communication" | "CarePlan" => resource
            .items("category")
            .into_iter()
            .flat_map(|category| category.mark().codes_of(codes::KIND))
            .collect(),
        "Task" | "Observation" => resource
            .get("code")
            .map(|c| c.codes_of(codes::KIND))
            .unwrap_or_default(),
        _ => Vec::new(),
    };
    let said = codes.len();
    codes.retain(|code| *code != Kind::Correction.code());
    let status = resource.value().get("status").and_then(Value::as_str);
    let mistaken = status == Some("entered-in-error");
    let corrects = mistaken || codes.len() < said;
    let code = match codes.as_slice() {
        [] if said == 0 => return Ok(None),
        [one] => *one,
        _ => {
            return Err(refuse(
                "kind",
                "Dokumentet må si én meldingstype om det samme; en retting sier også hvilken type den retter.",
            ));
        }
    };
    let answered = !corrects && !matches!(status, Some("requested" | "ready" | "draft"));
    let kind = match (resource.resource_type(), Kind::parse(code)) {
        ("Observation", _) if code == function::OBSERVATION_CODE => Kind::FunctionUpdate,
        ("CarePlan", None) if code == plan::OTHER_NAME => Kind::GoalsAgreed,
        ("Task", Some(Kind::MeetingRequest | Kind::StartMeeting)) if answered => Kind::MeetingResponse,
        ("Task", Some(Kind::SupportRequest)) if answered => Kind::SupportResponse,
        (_, Some(kind)) if kind.spec().by_hub => {
            return Err(refuse(
                "by-hub-only",
                format!(
                    "Beskjeden «{}» lages bare av Bindeledd og tas ikke imot fra andre.",
                    kind.spec().title
                ),
            ));
        }
        (_, Some(kind)) => kind,
        (_, None) => return Err(unknown_kind(resource.resource_type())),
    };
    Ok(Some(CodedKind { kind, corrects }))
}

/// Refuses a resource with a status that forbids its use, or that marks it as unsent.
pub(crate) fn check_status(resource: Element<'_>, usable: &[&str]) -> Result<(), Refused> {
    check_status_in(resource, "status", usable)
}

/// As [`check_status`], for a status in another element.
pub(crate) fn check_status_in(resource: Element<'_>, element: &str, usable: &[&str]) -> Result<(), Refused> {
    match resource.text(element) {
        Some(status) if usable.contains(&status) => Ok(()),
        Some("entered-in-error") => Err(refuse(
            "status",
            "En ressurs som meldingen viser til, er merket som feilregistrert (entered-in-error) og kan ikke brukes.",
        )),
        Some("amended" | "corrected") => Err(refuse(
            "status",
            "Ressursen retter en tidligere. Send en melding av typen «Retting» (correction) som viser til den.",
        )),
        _ => Err(refuse(
            "status",
            format!(
                "{}.{element} må være {}. Med en annen status er det ikke sikkert at innholdet gjelder.",
                resource.resource_type(),
                usable.join(" eller ")
            ),
        )),
    }
}

/// Refuses a referenced resource about another person, which must not be joined with the message.
pub(crate) fn same_person(focus: &Focus<'_>, part: Element<'_>) -> Result<(), Refused> {
    if part.peek("subject").is_none() {
        return Ok(());
    }
    let national_id =
        |of: Element<'_>| identity::participant(focus.whole, of, "subject").map(|p| p.get("nationalId").cloned());
    if national_id(part)? == national_id(focus.resource)? {
        return Ok(());
    }
    Err(refuse(
        "participant",
        format!(
            "{} og {} gjelder ikke samme person.",
            focus.resource.resource_type(),
            part.resource_type()
        ),
    ))
}

/// Reads a calendar day from a FHIR date or dateTime; `None` for a month or a year alone.
pub(crate) fn day(of: Element<'_>, member: &str) -> Option<Value> {
    let raw = of.peek(member)?.value().as_str()?;
    let day = time::parse_xs_date(raw).or_else(|| time::parse_instant(raw).map(time::local_date))?;
    of.text(member);
    Some(day.to_string().into())
}

/// Returns the text of every `contentString` of a Communication's payload, and reports its attachments as left out.
pub(crate) fn payload_texts(focus: &Focus<'_>) -> Vec<String> {
    let mut texts = Vec::new();
    for payload in focus.resource.items("payload") {
        if focus.own_parts.is_some_and(|own| !crate::medcom::is_own(payload, own)) {
            payload.mark_all();
            focus
                .whole
                .note("Tidligere meldinger i tråden er ikke tatt med. De går bare til dem som fikk dem da.");
        } else if let Some(text) = payload.text("contentString") {
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

/// Returns the texts of a resource's notes.
pub(crate) fn notes(resource: Element<'_>) -> Vec<String> {
    let notes = resource.items("note").into_iter();
    notes
        .filter_map(|note| {
            let text = note.text("text")?;
            note.mark();
            Some(text.to_owned())
        })
        .collect()
}

/// Describes an attachment that is left out.
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

/// Puts `value` into `body`, if there is one.
pub(crate) fn put(body: &mut Map<String, Value>, name: &str, value: Option<Value>) {
    if let Some(value) = value {
        body.insert(name.to_owned(), value);
    }
}
