//! The content of a letter, in its order, without a layout.

use bindeledd_sdk::Context;
use bindeledd_sdk::catalogue::{Body, FieldSpec, FieldType, Handler, Kind, Message, NationalIdKind, prose, time};

/// A letter. Its texts are not escaped: [`crate::page`] and [`crate::plain`] escape them and lay them out.
#[derive(Debug)]
pub(crate) struct Letter {
    /// Title of the message's kind, such as `Spørsmål`.
    pub(crate) title: &'static str,
    /// Sender, under the name that others may know.
    pub(crate) sender: String,
    /// Lines below the sender's name: unit, telephone, contact person.
    pub(crate) letterhead: Vec<(&'static str, String)>,
    /// Name of the receiver.
    pub(crate) receiver: String,
    /// Health professional that the letter is addressed to.
    pub(crate) attention: Option<String>,
    /// Day of sending.
    pub(crate) date: String,
    /// Participant, dates and references.
    pub(crate) about: Vec<(&'static str, String)>,
    /// Content of the message.
    pub(crate) entries: Vec<Entry>,
    /// A note that the hub withheld something from the receiver.
    pub(crate) withheld: Option<&'static str>,
    /// Ways to answer, one sentence each.
    pub(crate) answering: Vec<String>,
    /// Instructions for a reader who should not have the letter.
    pub(crate) privacy: Vec<String>,
}

/// One field of the message.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    /// Norwegian name of the field.
    pub(crate) label: &'static str,
    /// Content of the field.
    pub(crate) said: Value,
}

/// Content of a field.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Value {
    /// Lines of text.
    Text(Vec<String>),
    /// A list; each item has lines.
    List(Vec<Vec<String>>),
    /// The fields of a corrected message.
    Entries(Vec<Entry>),
}

const WITHHELD: &str =
    "Noe er utelatt. Deltakerens samtykke omfatter ikke alt som sto i meldingen, og det er holdt tilbake.";

impl Letter {
    pub(crate) fn new(message: &Message, context: &Context) -> Self {
        let draft = &message.draft;
        let handler = draft.handler.as_ref();
        let sender = context.sender.as_ref();
        let name = sender.map_or_else(|| message.from.to_string(), |s| s.name.clone());
        let sender_phone = sender.and_then(|s| s.phone.as_deref()).map(telephone);
        let handler_phone = handler.and_then(|h| h.phone.as_deref()).map(telephone);
        let reference = draft.sender_reference.as_str().to_owned();
        let whom = whom_to_call(&name, handler, handler_phone.as_deref(), sender_phone.as_deref());
        let mut about = Vec::new();
        if let Some(name) = &draft.participant.name {
            about.push(("Deltaker", name.0.clone()));
        }
        let number = match draft.participant.national_id.kind() {
            NationalIdKind::Birth => "Fødselsnummer",
            NationalIdKind::D => "D-nummer",
        };
        about.push((number, draft.participant.national_id.reveal().to_owned()));
        about.push(("Sendt", time::norwegian_instant(draft.sent_at)));
        about.extend(draft.expires_at.map(|e| ("Gjelder til", time::norwegian_instant(e))));
        about.push(("Referanse", reference.clone()));
        let replied = context.references.in_reply_to.clone();
        let replied = replied.or_else(|| draft.in_reply_to.as_ref().map(|c| c.as_str().to_owned()));
        about.extend(replied.map(|r| ("Svar på", r)));
        about.extend(message.corrects.as_ref().map(|c| ("Retter", prose::superseded(c))));
        let person = context.party.person.as_ref();
        Self {
            title: draft.kind().spec().title,
            letterhead: letterhead(handler, handler_phone, sender_phone),
            receiver: context.party.name.clone(),
            attention: person.map(|p| format!("{} {}", p.given_name, p.family_name).trim().to_owned()),
            date: time::norwegian_date(time::local_date(draft.sent_at)),
            about,
            entries: entries(&draft.body),
            withheld: context.withheld.then_some(WITHHELD),
            answering: answering(draft.kind(), &whom, &name, &reference),
            privacy: privacy(&context.party.name, &name, &whom),
            sender: name,
        }
    }
}

fn letterhead(
    handler: Option<&Handler>,
    handler_phone: Option<String>,
    sender_phone: Option<String>,
) -> Vec<(&'static str, String)> {
    let mut head = Vec::new();
    head.extend(handler.and_then(|h| h.unit.clone()).map(|unit| ("Avdeling", unit)));
    head.extend(sender_phone.map(|phone| ("Telefon", phone)));
    head.extend(handler.map(|h| ("Kontaktperson", called(h))));
    head.extend(handler_phone.map(|phone| ("Direkte telefon", phone)));
    head
}

/// Writes a contact person's name and role: `Grønn Vits (jobbkonsulent)`.
fn called(handler: &Handler) -> String {
    match &handler.role {
        Some(role) => format!("{} ({role})", handler.name),
        None => handler.name.clone(),
    }
}

/// Writes the sentence with the telephone number, which a reader of a letter needs first.
fn whom_to_call(
    sender: &str,
    handler: Option<&Handler>,
    handler_phone: Option<&str>,
    sender_phone: Option<&str>,
) -> String {
    match (handler, handler_phone, sender_phone) {
        (Some(handler), Some(phone), _) => format!("Ring {} på telefon {phone}.", called(handler)),
        (Some(handler), None, Some(phone)) => {
            format!("Ring {sender} på telefon {phone}, og spør etter {}.", called(handler))
        }
        (None, _, Some(phone)) => format!("Ring {sender} på telefon {phone}."),
        (Some(handler), None, None) => format!("Ta kontakt med {sender}, og spør etter {}.", called(handler)),
        (None, _, None) => format!("Ta kontakt med {sender}."),
    }
}

/// Writes the ways to answer; none for the hub's own messages.
fn answering(kind: Kind, whom: &str, sender: &str, reference: &str) -> Vec<String> {
    let mut lines = vec![whom.to_owned()];
    if !kind.spec().by_hub {
        lines.push(format!(
            "Svaret går til {sender}, som har sendt meldingen. Oppgi referansen {reference}."
        ));
    }
    lines
}

fn privacy(receiver: &str, sender: &str, whom: &str) -> Vec<String> {
    vec![
        format!(
            "Brevet inneholder taushetsbelagte opplysninger og er til {receiver}. Oppbevar det slik at andre ikke kan lese \
             det, og makuler det når dere ikke trenger det lenger."
        ),
        format!(
            "Har du fått brevet ved en feil: Les ikke videre, ta ikke kopi, og vis det ikke til andre. {whom} Si fra om \
             feilen, og avtal med {sender} om brevet skal leveres tilbake i lukket konvolutt eller makuleres."
        ),
    ]
}

/// Writes eight digits in pairs, as Norwegians read them. Any other text stays as it is.
fn telephone(raw: &str) -> String {
    let digits: Vec<char> = raw.chars().filter(|c| !c.is_whitespace()).collect();
    if digits.len() != 8 || !digits.iter().all(char::is_ascii_digit) {
        return raw.trim().to_owned();
    }
    let pairs: Vec<String> = digits.chunks(2).map(|pair| pair.iter().collect()).collect();
    pairs.join(" ")
}

/// Splits the catalogue's prose into one entry for each field. The prose has the fields in the kind's order, and each begins with
/// a line that is not indented.
pub(crate) fn entries(body: &Body) -> Vec<Entry> {
    let prose = prose::write_fields_only(body);
    let mut parts: Vec<Vec<&str>> = Vec::new();
    for line in prose.split_terminator('\n') {
        match parts.last_mut() {
            Some(part) if line.starts_with("- ") || line.starts_with("  ") => part.push(line),
            _ => parts.push(vec![line]),
        }
    }
    let there = |spec: &&FieldSpec| match spec.ty {
        FieldType::CorrectedBody => body.corrected_body().is_some(),
        _ => body.get(spec.name).is_some(),
    };
    let specs = body.kind().spec().fields.iter().filter(there);
    specs
        .zip(parts)
        .map(|(spec, lines)| entry(spec, &lines, body))
        .collect()
}

fn entry(spec: &'static FieldSpec, lines: &[&str], body: &Body) -> Entry {
    let said = match (&spec.ty, body.corrected_body()) {
        (FieldType::CorrectedBody, Some(corrected)) => Value::Entries(entries(&corrected)),
        (FieldType::List { of, .. }, _) => Value::List(list(lines, matches!(of, FieldType::Record(_)))),
        (ty, _) => Value::Text(text(spec, lines, matches!(ty, FieldType::Record(_)))),
    };
    Entry {
        label: spec.label,
        said,
    }
}

fn text(spec: &FieldSpec, lines: &[&str], record: bool) -> Vec<String> {
    let mut own = lines.iter();
    let first = own.next().copied().unwrap_or_default();
    let first = first
        .strip_prefix(spec.label)
        .and_then(|l| l.strip_prefix(':'))
        .unwrap_or(first);
    let first = first.strip_prefix(' ').unwrap_or(first);
    let rest = own.map(|line| line.strip_prefix("  ").unwrap_or(line));
    said(std::iter::once(first).chain(rest), record)
}

fn list(lines: &[&str], records: bool) -> Vec<Vec<String>> {
    let mut items: Vec<Vec<&str>> = Vec::new();
    for line in lines.iter().skip(1) {
        match (line.strip_prefix("- "), items.last_mut()) {
            (Some(begins), _) => items.push(vec![begins]),
            (None, Some(item)) => item.push(line.strip_prefix("  ").unwrap_or(line)),
            (None, None) => items.push(vec![line]),
        }
    }
    items.into_iter().map(|item| said(item.into_iter(), records)).collect()
}

/// Makes lines for a person. A record, which the prose writes on one line, gets a line for each field.
fn said<'a>(lines: impl Iterator<Item = &'a str>, record: bool) -> Vec<String> {
    if !record {
        return lines.map(str::to_owned).collect();
    }
    // ` | ` separates two fields; a `|` in a person's own words is doubled.
    const OWN: &str = "\u{1}";
    lines
        .flat_map(|line| {
            let line = line.replace("||", OWN);
            line.split(" | ").map(|part| part.replace(OWN, "|")).collect::<Vec<_>>()
        })
        .collect()
}
