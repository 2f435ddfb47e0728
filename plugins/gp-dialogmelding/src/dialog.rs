//! Dialogmelding: turns each request and note into a message.

use bindeledd_sdk::catalogue::{Body, Handler, Kind, time};
use roxmltree::Node;
use serde_json::{Map, Value, json};

use crate::frame::{self, Framed, Times};
use crate::head::Professional;
use crate::markup::unmarked;
use crate::text::{one_line, raw, tidy};
use crate::why::Why;
use crate::xml::{Coded, attribute, child, child_text, children, coded};

/// Largest number of characters of a question or an answer.
const MAX_TEXT: usize = 2_000;
/// Largest number of requests or notes in one document.
const MAX_PARTS: usize = 20;

/// One request or note.
#[derive(Debug)]
pub(crate) struct Part {
    pub(crate) body: Body,
    pub(crate) contact: Contact,
    pub(crate) times: Times,
    pub(crate) left_out: Vec<String>,
    /// Parts that were not understood, as sentences for the sender.
    pub(crate) not_understood: Vec<String>,
}

/// The contact person of a part.
#[derive(Debug)]
pub(crate) enum Contact {
    /// The contact person as our own frame names them. No other contact person is used then.
    Ours(Option<Handler>),
    /// The contact person that the part names, if the sender's organisation names none.
    Named(Option<Handler>),
}

/// Reads the parts of a Dialogmelding.
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

/// Returns true if any code in the document belongs to a system of diagnoses: ICPC-2, ICD-10 or SNOMED CT, by their Norwegian and
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
            times: ours.times,
            left_out,
            not_understood: ours.not_understood,
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
    text.own(&tidy(&unmarked(&written)));
    text.own_label("Begrunnelse", &child_text(request, "Begrunnelse").unwrap_or_default());
    text.label("Formål", &coded(request, "Formål").text);
    text.label("Hastegrad", &coded(request, "Hastegrad").text);
    for information in children(request, "TypeJournalinfo") {
        text.label("Gjelder", attribute(information, "DN").unwrap_or_default());
    }
    let mut not_understood = Vec::new();
    let mut day = |name| day(request, name, &mut not_understood);
    let (from, until) = (day("FraDato"), day("TilDato"));
    let mut fields = Map::new();
    match (from, until) {
        // A period is the subject of the question. A last day alone is the deadline for the answer.
        (Day::Is(from), Day::Is(until)) => text.label("Periode", &format!("{from} til {until}")),
        (Day::Is(from), Day::Unsaid | Day::NotUnderstood) => text.label("Periode", &format!("fra {from}")),
        (Day::NotUnderstood, Day::Is(until)) => text.label("Periode", &format!("til {until}")),
        (Day::Unsaid, Day::Is(until)) => {
            fields.insert("answerBy".into(), until.into());
        }
        (Day::Unsaid | Day::NotUnderstood, Day::Unsaid | Day::NotUnderstood) => {}
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
        times: Times::default(),
        left_out,
        not_understood,
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
            times: ours.times,
            left_out,
            not_understood: ours.not_understood,
        });
    }
    let mut text = Text::default();
    text.label("Tema", &child_text(note, "Tema").unwrap_or_default());
    text.own(&tidy(&unmarked(&written)));
    text.own_label("Merknad", &child_text(note, "Merknad").unwrap_or_default());
    let topic = coded(note, "TemaKodet");
    let mut fields = Map::new();
    let kind = if let Some(answer) = meeting_answer(&topic) {
        fields.insert("answer".into(), answer.into());
        // An answer to an invitation needs no text.
        match text.finish() {
            Ok(comment) => drop(fields.insert("comment".into(), comment.into())),
            Err(Why::Empty) => {}
            Err(why) => return Err(why),
        }
        Kind::MeetingResponse
    } else {
        fields.insert("text".into(), text.finish()?.into());
        fields.insert("about".into(), json!(["dialogue"]));
        // Between health actors a note may be a question: 8 asks for information, 9 for medicines.
        let asks = topic.system == "7322" && matches!(topic.value.as_str(), "8" | "9");
        if asks { Kind::Question } else { Kind::Answer }
    };
    Ok(Part {
        body: body(kind, fields)?,
        contact: Contact::Named(named(note)),
        times: Times::default(),
        left_out,
        not_understood: unknown_answer(&topic).into_iter().collect(),
    })
}

/// Refuses a text that the hub wrote and that lacks a required field.
fn whole(framed: Option<Framed>) -> Result<Option<Framed>, Why> {
    match framed {
        Some(framed) if !framed.body.is_complete() => Err(Why::Fields),
        other => Ok(other),
    }
}

/// Returns the answer to an invitation, by kodeverk 8126.
fn meeting_answer(topic: &Coded) -> Option<&'static str> {
    match (topic.system.as_str(), topic.value.as_str()) {
        ("8126", "1") => Some("accepted"),
        ("8126", "2") => Some("other-time"),
        ("8126", "3") => Some("declined"),
        _ => None,
    }
}

/// Describes an unknown code in an answer to an invitation. The text is then read as an ordinary answer.
fn unknown_answer(topic: &Coded) -> Option<String> {
    let is_unknown = topic.system == "8126" && meeting_answer(topic).is_none();
    let is_code = (1..=10).contains(&topic.value.len()) && topic.value.bytes().all(|b| b.is_ascii_alphanumeric());
    let code = if is_code {
        format!("Koden {}", topic.value)
    } else {
        "Koden".to_owned()
    };
    is_unknown.then(|| {
        format!(
            "{code} i TemaKodet er ikke et svar på en innkalling i kodeverk 8126 (1, 2 eller 3), og er ikke brukt. Teksten er \
             sendt videre som et vanlig svar."
        )
    })
}

fn body(kind: Kind, fields: Map<String, Value>) -> Result<Body, Why> {
    Body::parse(kind, Value::Object(fields)).map_err(|_| Why::Fields)
}

/// The result of reading a day from an element.
enum Day {
    Unsaid,
    Is(String),
    NotUnderstood,
}

/// Reads the day of an `xs:date`, or of an `xs:dateTime`, which some systems use instead. The written day counts, whatever its
/// zone.
fn day(node: Node<'_, '_>, name: &str, not_understood: &mut Vec<String>) -> Day {
    let Some(raw) = child_text(node, name) else {
        return Day::Unsaid;
    };
    let of_instant = || time::parse_date(raw.get(..10)?).filter(|_| time::parse_instant(&raw).is_some());
    match time::parse_xs_date(&raw).or_else(of_instant) {
        Some(day) => Day::Is(day.to_string()),
        None => {
            not_understood.push(format!("Datoen i {name} er ikke forstått og er utelatt."));
            Day::NotUnderstood
        }
    }
}

/// Returns the contact person that a part names, for a sender that names none. Code 24 of kodeverk 9034 denotes the person at the
/// receiver, and is skipped.
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

/// Collects a text. Labels alone, without the sender's own words, do not make a text.
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
        let text = tidy(&unmarked(raw));
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
