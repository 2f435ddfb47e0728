//! The parts that every kind of message has: participant, receivers, references, times, contact person.

use bindeledd_sdk::catalogue::{
    Draft, FieldType, InputCode, InputError, Kind, MAX_RECIPIENTS, PartyName, Purpose, is_same_id, time,
};
use serde_json::{Map, Value, json};

use crate::document::Whole;
use crate::element::Element;
use crate::kinds::{Focus, Layout, OBSERVATION, Shape, correction};
use crate::provenance::{Activity, Trail};
use crate::refusal::{Refused, refuse};
use crate::{codes, identity, url};

/// The parts of a Bundle that apply to each of its messages.
#[derive(Default, Clone, Copy)]
pub(crate) struct Cover<'a> {
    /// Message header.
    pub(crate) header: Option<Element<'a>>,
    /// Bundle of the document.
    pub(crate) bundle: Option<Element<'a>>,
    /// Effect of the message on an earlier one.
    pub(crate) trail: Option<&'a Trail>,
    /// True for a thread of `MedCom`, where the resource's identifier is that of the thread.
    pub(crate) in_thread: bool,
}

impl Cover<'_> {
    /// Returns the document's own id: the Bundle's identifier, or the header's id.
    pub(crate) fn reference(&self) -> Option<String> {
        let identifier = self
            .bundle
            .and_then(|b| b.get("identifier"))
            .and_then(identity::reference_of);
        let id = |of: Option<Element<'_>>| {
            of.and_then(|e| e.text("id"))
                .filter(|id| !id.is_empty())
                .map(ToOwned::to_owned)
        };
        identifier.or_else(|| id(self.header)).or_else(|| id(self.bundle))
    }
}

/// Reads the message of `shape` in `focus`.
pub(crate) fn draft<'a>(focus: &Focus<'a>, shape: &Shape, cover: Cover<'a>) -> Result<Draft, Refused> {
    let (whole, resource) = (focus.whole, focus.resource);
    let layout = if resource.resource_type() == "Observation" {
        &OBSERVATION
    } else {
        shape.layout
    };
    let (kind, body) = if focus.corrects {
        (Kind::Correction, correction::read(focus, shape)?)
    } else {
        (shape.kind, shape.read(focus)?)
    };
    let mut out = Map::new();
    out.insert("kind".into(), kind.code().into());
    out.insert("body".into(), body.into());
    out.insert(
        "participant".into(),
        identity::participant(whole, resource, layout.subject)?.into(),
    );
    out.insert("to".into(), recipients(whole, resource, layout, cover)?);
    out.insert("sentAt".into(), sent_at(whole, resource, layout, cover).into());
    references(&mut out, focus, shape, cover)?;
    let mut set = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            out.insert(name.to_owned(), value);
        }
    };
    set("handler", handler(whole, resource, layout, cover).map(Value::from));
    set("purpose", purpose(cover)?);
    let expires = resource.extension("expires-at").and_then(|e| e.text("valueDateTime"));
    set("expiresAt", expires.map(Value::from));
    // Replies and receipts name the message's identifier, so that this reference is only for a person.
    resource
        .extension("sender-reference")
        .and_then(|e| e.text("valueString"));
    Draft::from_json(out.into()).map_err(|e| explain(&e, shape))
}

fn sent_at(whole: &Whole<'_>, resource: Element<'_>, layout: &Layout, cover: Cover<'_>) -> String {
    for understood in ["sent", "received", "authoredOn", "lastModified", "issued", "created"] {
        if let Some(instant) = resource.peek(understood)
            && instant.value().as_str().and_then(time::parse_instant).is_some()
        {
            instant.mark();
        }
    }
    let said = |of: Element<'_>, member: &str| {
        of.value()
            .get(member)
            .and_then(Value::as_str)
            .and_then(time::parse_instant)
    };
    let instant = said(resource, layout.sent)
        .or_else(|| said(resource, "authoredOn"))
        .or_else(|| cover.bundle.and_then(|b| said(b, "timestamp")))
        .unwrap_or(whole.context.now);
    time::local_rfc3339(instant)
}

/// Returns the receivers that the resource names, else the parties to which the message is addressed. If there are none, returns
/// the participant's circle, which the hub limits to the participant's consents.
fn recipients<'a>(
    whole: &Whole<'a>,
    resource: Element<'a>,
    layout: &Layout,
    cover: Cover<'a>,
) -> Result<Value, Refused> {
    let to_circle = resource.extension("recipients").and_then(|e| e.text("valueCode")) == Some("circle");
    let mut named: Vec<Element<'a>> = match resource.get(layout.receiver) {
        Some(one) => vec![one],
        None => resource.items(layout.receiver),
    };
    named.extend(
        resource
            .extensions("recipient")
            .into_iter()
            .filter_map(|e| e.get("valueReference")),
    );
    if to_circle && named.is_empty() {
        return Ok("circle".into());
    }
    let parties = parties(whole, &named, resource)?;
    if !parties.is_empty() && !to_circle {
        return names(&parties);
    }
    if !named.is_empty() {
        let member = if layout.receiver.is_empty() {
            "extension"
        } else {
            layout.receiver
        };
        return Err(refuse(
            "receiver",
            format!(
                "{}.{} sier ikke hvem mottakeren er. Oppgi HER-id (urn:oid:{}) eller organisasjonsnummer (urn:oid:{}) som \
                 identifier.",
                layout.resource,
                member,
                codes::HER_ID,
                codes::ORG_NUMBER
            ),
        ));
    }
    let mut addressed = destinations(whole, cover)?;
    // A message addressed to the hub itself goes to the circle.
    addressed.retain(|name| !identity::is_named(&whole.context.endpoint, name));
    if addressed.is_empty() {
        Ok("circle".into())
    } else {
        names(&addressed)
    }
}

fn names(parties: &[PartyName]) -> Result<Value, Refused> {
    if parties.len() > MAX_RECIPIENTS {
        return Err(refuse(
            "receiver",
            format!("Meldingen har for mange mottakere. Det kan være {MAX_RECIPIENTS}."),
        ));
    }
    Ok(parties.iter().map(ToString::to_string).collect())
}

fn parties<'a>(whole: &Whole<'a>, named: &[Element<'a>], from: Element<'a>) -> Result<Vec<PartyName>, Refused> {
    let mut out = Vec::new();
    for reference in named {
        if let Some(party) = identity::party(whole, *reference, from)?
            && !out.contains(&party)
        {
            out.push(party);
        }
    }
    Ok(out)
}

fn destinations(whole: &Whole<'_>, cover: Cover<'_>) -> Result<Vec<PartyName>, Refused> {
    let Some(header) = cover.header else {
        return Ok(Vec::new());
    };
    let receivers: Vec<_> = header
        .items("destination")
        .into_iter()
        .map(Element::mark)
        .filter_map(|destination| destination.get("receiver"))
        .collect();
    parties(whole, &receivers, header)
}

/// Reads the message's own reference, and its references to the messages that it answers, corrects or belongs to.
fn references(out: &mut Map<String, Value>, focus: &Focus<'_>, shape: &Shape, cover: Cover<'_>) -> Result<(), Refused> {
    let resource = focus.resource;
    let by_extension = |name: &str| {
        resource
            .extension(name)
            .and_then(|e| e.get("valueIdentifier"))
            .and_then(identity::reference_of)
    };
    let own = identity::first_reference(focus.whole, resource);
    let id = resource
        .text("id")
        .map(|id| format!("{}/{id}", resource.resource_type()));
    let answers_task = shape.layout.answers;
    let revised = |activities: &[Activity]| {
        let trail = cover
            .trail
            .filter(|t| t.activity.is_some_and(|a| activities.contains(&a)));
        trail.and_then(|t| t.revises.clone())
    };
    let mut supersedes = by_extension("supersedes");
    if focus.corrects {
        supersedes = supersedes.or_else(|| revised(&[Activity::Correct, Activity::Retract]));
    }
    // A resource that is sent again, corrected or entered in error is a new version of the earlier message.
    let is_new_version = focus.corrects && supersedes.is_none() && !answers_task;
    if is_new_version {
        supersedes.clone_from(&own);
    }
    let sender_reference = if cover.in_thread {
        cover.header.and_then(|h| h.text("id")).map(ToOwned::to_owned)
    } else if answers_task || is_new_version {
        let document = cover
            .reference()
            .filter(|reference| !supersedes.as_ref().is_some_and(|named| is_same_id(named, reference)));
        document.or_else(|| {
            Some(format!(
                "{}/_history/{}",
                own.as_ref().or(id.as_ref())?,
                version(resource)
            ))
        })
    } else {
        own.clone().or_else(|| cover.reference()).or(id)
    };
    let sender_reference = sender_reference.ok_or_else(|| {
        refuse(
            "reference",
            "Meldingen har ingen egen referanse. Oppgi identifier i ressursen eller i Bundle, så den ikke blir sendt to \
             ganger.",
        )
    })?;
    let (thread, own) = if cover.in_thread { (own, None) } else { (None, own) };
    let answered = if answers_task {
        own
    } else {
        answered_communication(focus.whole, resource)
    };
    let response = cover.header.and_then(|h| h.get("response")).map(Element::mark_all);
    let responded = response.and_then(|r| r.text("identifier"));
    let in_reply_to = by_extension("in-reply-to")
        .or(answered)
        .or_else(|| revised(&[Activity::Reply]))
        .or_else(|| responded.map(url::bare));
    let conversation = by_extension("conversation")
        .or_else(|| resource.get("groupIdentifier").and_then(identity::reference_of))
        .or(thread);
    out.insert("senderReference".into(), sender_reference.into());
    for (name, value) in [
        ("inReplyTo", in_reply_to),
        ("conversation", conversation),
        ("supersedes", supersedes),
    ] {
        if let Some(value) = value {
            out.insert(name.to_owned(), value.into());
        }
    }
    Ok(())
}

/// Returns the version of a resource. An answered task keeps the asking party's id, so that only the version distinguishes the
/// answer.
fn version(resource: Element<'_>) -> &str {
    let said = resource
        .peek("meta")
        .and_then(|m| m.text("versionId"))
        .or_else(|| resource.text("lastModified"));
    said.unwrap_or_else(|| resource.text("status").unwrap_or_default())
}

/// Returns the Communication that this resource answers, by its identifier or by a reference to it.
fn answered_communication<'a>(whole: &Whole<'a>, resource: Element<'a>) -> Option<String> {
    let answered = *resource.items("inResponseTo").first()?;
    let by_identifier = answered.get("identifier").and_then(identity::reference_of);
    let in_document = || {
        whole
            .look_at(answered, resource)
            .and_then(|found| identity::first_reference(whole, found))
    };
    let by_address = || url::id_of(answered.value().get("reference").and_then(Value::as_str)?);
    let found = by_identifier.or_else(in_document).or_else(by_address)?;
    answered.text("reference");
    answered.mark().text("type");
    answered.text("display");
    Some(found)
}

/// Reads the contact person: the message's author, or the person who is named as sender.
fn handler<'a>(
    whole: &Whole<'a>,
    resource: Element<'a>,
    layout: &Layout,
    cover: Cover<'a>,
) -> Option<Map<String, Value>> {
    let author = cover.header.and_then(|h| Some((h.get("author")?, h)));
    let sender = match resource.get(layout.author) {
        Some(one) => Some(one),
        None => resource.items(layout.author).first().map(|e| e.mark()),
    };
    let found = author
        .and_then(|(reference, from)| identity::handler(whole, reference, from))
        .or_else(|| sender.and_then(|reference| identity::handler(whole, reference, resource)));
    // The hub knows the sending organisation from its credentials.
    if let Some(sender) = sender {
        sender.mark_all();
        whole.target(sender, resource);
    }
    found
}

fn purpose(cover: Cover<'_>) -> Result<Option<Value>, Refused> {
    let codes = cover
        .header
        .and_then(|h| h.get("reason"))
        .map(|r| r.codes_of(codes::PURPOSE))
        .unwrap_or_default();
    match codes.as_slice() {
        [] => Ok(None),
        [one] if Purpose::parse(one).is_some() => Ok(Some(json!(one))),
        _ => {
            let known: Vec<_> = Purpose::ALL.into_iter().map(Purpose::code).collect();
            Err(refuse(
                "value",
                format!("MessageHeader.reason har et ukjent formål. Bruk {}.", known.join(", ")),
            ))
        }
    }
}

/// Translates the catalogue's error for the document's sender, without repeating the value.
fn explain(error: &InputError, shape: &Shape) -> Refused {
    let spec = shape.kind.spec();
    let path = error.path.strip_prefix("body.");
    let path = path.map(|p| p.strip_prefix("corrected.").unwrap_or(p));
    let field = path.map(|p| p.split(['.', '[']).next().unwrap_or_default());
    let found = field.and_then(|field| spec.fields.iter().find(|f| f.name == field));
    let Some(field) = found else {
        return explain_envelope(&error.path);
    };
    let (label, title, place) = (field.label, spec.title, shape.place(field.name));
    if error.code == InputCode::Missing && path == Some(field.name) {
        return refuse(
            "missing",
            format!("Meldingen mangler «{label}», som «{title}» må ha. Oppgi det i {place}."),
        );
    }
    refuse(
        "value",
        format!(
            "«{label}» ({place}) kan ikke brukes. Det må være {}.",
            in_words(&field.ty)
        ),
    )
}

fn explain_envelope(path: &str) -> Refused {
    let name = path.split(['.', '[']).next().unwrap_or_default();
    let text = match name {
        "to" => {
            "Spørsmål og svar går bare til mottakere som er navngitt. Oppgi mottakeren med HER-id eller organisasjonsnummer \
             i Communication.recipient."
        }
        "senderReference" | "conversation" | "inReplyTo" => {
            "En referanse i meldingen kan ikke brukes. Den må ha 1 til 200 synlige tegn uten æ, ø, å og mellomrom."
        }
        "supersedes" => {
            "En retting må si hva den retter: med utvidelsen «supersedes», med Provenance.entity i rollen revision, eller \
             ved å ha samme identifier."
        }
        "expiresAt" => "Utvidelsen «expires-at» må ha et tidspunkt med klokkeslett.",
        "body" => "En dato i meldingen kommer før den dagen den skal komme etter.",
        _ => "Meldingen har en opplysning som ikke kan brukes.",
    };
    refuse("value", text)
}

fn in_words(ty: &FieldType) -> String {
    match ty {
        FieldType::Text { max } => format!("tekst på høyst {max} tegn"),
        FieldType::Date => "en dato, ÅÅÅÅ-MM-DD".into(),
        FieldType::Instant => "et tidspunkt med klokkeslett, for eksempel 2026-12-01T09:00:00+01:00".into(),
        FieldType::Code(codes) => {
            format!(
                "en av kodene {}",
                codes.iter().map(|c| c.code).collect::<Vec<_>>().join(", ")
            )
        }
        FieldType::Integer { min, max, .. } => format!("et helt tall fra {min} til {max}"),
        FieldType::Number { min, max, .. } => format!("et tall fra {min} til {max} med høyst én desimal"),
        FieldType::List { of, max } => format!("1 til {max} ganger {}", in_words(of)),
        FieldType::Record(fields) => fields
            .iter()
            .map(|f| format!("«{}»: {}", f.label, in_words(&f.ty)))
            .collect::<Vec<_>>()
            .join(", "),
        FieldType::About => "en liste av opplysningstyper".into(),
        FieldType::CorrectedKind | FieldType::CorrectedBody => "slik typen som rettes, har det".into(),
    }
}
