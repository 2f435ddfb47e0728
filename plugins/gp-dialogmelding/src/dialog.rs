//! Dialogmelding: which message each request and note is.

use bindeledd_sdk::catalogue::{Body, Handler, Kind, time};
use roxmltree::Node;
use serde_json::{Map, Value, json};

use crate::frame::{self, Framed};
use crate::head::Professional;
use crate::refuse::Why;
use crate::text::{one_line, raw, tidy};
use crate::xml::{Coded, attribute, child, child_text, children, coded};

/// The most characters that a question or an answer has.
const MAX_TEXT: usize = 2_000;
/// The most requests or notes in one document.
const MAX_PARTS: usize = 20;

/// One request or note.
#[derive(Debug)]
pub(crate) struct Part {
    pub(crate) body: Body,
    pub(crate) contact: Contact,
    pub(crate) left_out: Vec<String>,
}

/// Whom a part says one should talk to.
#[derive(Debug)]
pub(crate) enum Contact {
    /// As a text of our own says, which is all there is to say.
    Ours(Option<Handler>),
    /// A person whom it names, for want of one at its sender's organisation.
    Named(Option<Handler>),
}

/// The parts of a Dialogmelding.
pub(crate) fn parts(dialog: Node<'_, '_>) -> Result<Vec<Part>, Why> {
    if has_diagnosis(dialog) {
        return Err(Why::Diagnosis);
    }
    let elements: Vec<_> = dialog.children().filter(Node::is_element).take(MAX_PARTS + 1).collect();
    if elements.len() > MAX_PARTS {
        return Err(Why::TooMany);
    }
    let parts = elements
        .into_iter()
        .filter_map(|element| match element.tag_name().name() {
            "Foresporsel" => Some(request(element)),
            "Notat" => Some(note(element)),
            _ => None,
        });
    let parts = parts.collect::<Result<Vec<_>, _>>()?;
    if parts.is_empty() { Err(Why::Empty) } else { Ok(parts) }
}

/// Whether anything is coded in a system of diagnoses: ICPC-2, ICD-10 or SNOMED CT, by their Norwegian and
/// international OIDs.
fn has_diagnosis(dialog: Node<'_, '_>) -> bool {
    dialog.descendants().filter_map(|n| attribute(n, "S")).any(|oid| {
        matches!(oid.rsplit('.').next(), Some("7170" | "7171" | "7110"))
            || matches!(
                oid,
                "2.16.840.1.113883.6.3"
                    | "2.16.840.1.113883.6.90"
                    | "2.16.840.1.113883.6.139"
                    | "2.16.840.1.113883.6.96"
            )
    })
}

fn request(request: Node<'_, '_>) -> Result<Part, Why> {
    let written = child(request, "Sporsmal").map(raw).unwrap_or_default();
    let left_out = if child(request, "KodetOpplysning").is_some() {
        vec!["Kodet opplysning".to_owned()]
    } else {
        vec![]
    };
    if let Some(ours) = whole(frame::read(&written))? {
        return Ok(Part {
            body: ours.body,
            contact: Contact::Ours(ours.handler),
            left_out,
        });
    }
    let kind = coded(request, "TypeForesp");
    let invitation = kind.system == "8125";
    let mut text = Text::default();
    if invitation {
        let what = if kind.text.is_empty() {
            "innkalling eller endring"
        } else {
            &kind.text
        };
        text.label("Fra Nav, om dialogmøte i en sykmeldingssak", what);
    }
    text.label("Emne", &child_text(request, "EmneSporsmal").unwrap_or_default());
    text.own(&tidy(&written));
    text.own_label("Begrunnelse", &child_text(request, "Begrunnelse").unwrap_or_default());
    text.label("Formål", &coded(request, "Formål").text);
    text.label("Hastegrad", &coded(request, "Hastegrad").text);
    for information in children(request, "TypeJournalinfo") {
        text.label("Gjelder", attribute(information, "DN").unwrap_or_default());
    }
    let (from, until) = (day(request, "FraDato"), day(request, "TilDato"));
    let mut fields = Map::new();
    match (from, until) {
        // A period is what is asked about; a last day alone is when the answer is wanted.
        (Some(from), until) => text.label("Periode", &format!("{from} til {}", until.unwrap_or_default())),
        (None, Some(until)) => {
            fields.insert("answerBy".into(), until.into());
        }
        (None, None) => {}
    }
    fields.insert("text".into(), text.finish()?.into());
    let about: &[&str] = if invitation {
        &["meeting", "dialogue"]
    } else {
        &["dialogue"]
    };
    fields.insert("about".into(), json!(about));
    Ok(Part {
        body: body(Kind::Question, fields)?,
        contact: Contact::Named(named(request)),
        left_out,
    })
}

fn note(note: Node<'_, '_>) -> Result<Part, Why> {
    let written = child(note, "TekstNotatInnhold").map(raw).unwrap_or_default();
    let left_out = if child(note, "Foresporsel").is_some() {
        vec!["Forespørselen som fulgte med".to_owned()]
    } else {
        Vec::new()
    };
    if let Some(ours) = whole(frame::read(&written))? {
        return Ok(Part {
            body: ours.body,
            contact: Contact::Ours(ours.handler),
            left_out,
        });
    }
    let mut text = Text::default();
    text.label("Tema", &child_text(note, "Tema").unwrap_or_default());
    text.own(&tidy(&written));
    text.own_label("Merknad", &child_text(note, "Merknad").unwrap_or_default());
    let topic = coded(note, "TemaKodet");
    let mut fields = Map::new();
    let kind = if let Some(answer) = meeting_answer(&topic) {
        fields.insert("answer".into(), answer.into());
        // An answer to an invitation says what it says without a text.
        match text.finish() {
            Ok(comment) => drop(fields.insert("comment".into(), comment.into())),
            Err(Why::Empty) => {}
            Err(why) => return Err(why),
        }
        Kind::MeetingResponse
    } else {
        fields.insert("text".into(), text.finish()?.into());
        fields.insert("about".into(), json!(["dialogue"]));
        // Between health actors a note may ask: 8 for information, 9 for medicines.
        let asks = topic.system == "7322" && matches!(topic.value.as_str(), "8" | "9");
        if asks { Kind::Question } else { Kind::Answer }
    };
    Ok(Part {
        body: body(kind, fields)?,
        contact: Contact::Named(named(note)),
        left_out,
    })
}

/// What we wrote with something taken out of it is no message.
fn whole(framed: Option<Framed>) -> Result<Option<Framed>, Why> {
    match framed {
        Some(framed) if !framed.body.is_complete() => Err(Why::Fields),
        other => Ok(other),
    }
}

/// Kodeverk 8126: the answer to an invitation.
fn meeting_answer(topic: &Coded) -> Option<&'static str> {
    match (topic.system.as_str(), topic.value.as_str()) {
        ("8126", "1") => Some("accepted"),
        ("8126", "2") => Some("other-time"),
        ("8126", "3") => Some("declined"),
        _ => None,
    }
}

fn body(kind: Kind, fields: Map<String, Value>) -> Result<Body, Why> {
    Body::parse(kind, Value::Object(fields)).map_err(|_| Why::Fields)
}

/// A date that is one; others say nothing.
fn day(node: Node<'_, '_>, name: &str) -> Option<String> {
    child_text(node, name).filter(|raw| time::parse_date(raw).is_some())
}

/// The person whom a part names as the one to talk to, where its sender names none. Code 24 of kodeverk 9034 is the
/// person at the receiver.
fn named(part: Node<'_, '_>) -> Option<Handler> {
    let at_sender = children(part, "RollerRelatertNotat").filter(|role| coded(*role, "RoleToPatient").value != "24");
    let mut persons =
        at_sender.filter_map(|role| child(role, "HealthcareProfessional").or_else(|| child(role, "Person")));
    let person = persons.next().map(Professional::read)?;
    (!person.name.is_empty()).then_some(Handler {
        name: person.name,
        role: person.role,
        unit: None,
        phone: person.phone,
    })
}

/// A text in the making. What the sender wrote counts; labels that only describe it do not make a text of nothing.
#[derive(Default)]
struct Text {
    lines: Vec<String>,
    has_own: bool,
}

impl Text {
    fn own(&mut self, text: &str) {
        if !text.is_empty() {
            self.lines.push(text.to_owned());
            self.has_own = true;
        }
    }

    fn own_label(&mut self, label: &str, raw: &str) {
        let text = tidy(raw);
        if !text.is_empty() {
            self.own(&format!("{label}: {text}"));
        }
    }

    fn label(&mut self, label: &str, raw: &str) {
        if let Some(text) = one_line(raw) {
            self.lines.push(format!("{label}: {text}"));
        }
    }

    fn finish(self) -> Result<String, Why> {
        if !self.has_own {
            return Err(Why::Empty);
        }
        let text = self.lines.join("\n");
        if text.chars().count() > MAX_TEXT {
            Err(Why::TooLong)
        } else {
            Ok(text)
        }
    }
}
