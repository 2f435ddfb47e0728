//! Writes a message as a Bundle for `$process-message`.

use bindeledd_sdk::catalogue::{Body, Kind, Message, Recipients, prose, time};
use bindeledd_sdk::page::Html;
use bindeledd_sdk::{Context, Reference, Request};
use serde_json::{Map, Value, json};

use crate::coded::{coding, concept, extension};
use crate::kinds::{self, Beside, Layout, correction};
use crate::provenance::{self, Activity};
use crate::refusal::{Refused, refuse};
use crate::{codes, identity, xml};

/// FHIR's media type for JSON.
pub(crate) const JSON: &str = "application/fhir+json";
/// FHIR's media type for XML.
pub(crate) const XML: &str = "application/fhir+xml";
const PATH: &str = "/$process-message";

/// Writes a message.
pub(crate) fn write(message: &Message, context: &Context) -> Result<Request, Refused> {
    let shape = correction::written_as(&message.draft.body)?;
    if !message.draft.body.is_complete() {
        return Err(refuse(
            "incomplete",
            "Det som mottakeren kan få av meldingen, gir ikke mening alene: en opplysning som meldingstypen må ha, er \
             holdt tilbake.",
        ));
    }
    let mut parts = correction::write(&message.draft.body, shape);
    let focus_url = urn(context, "focus");
    let mut after = Vec::new();
    for (i, beside) in parts.beside.into_iter().enumerate() {
        let url = urn(context, &format!("beside-{i}"));
        (beside.refer)(&mut parts.members, &url);
        after.push(entry(&url, written_beside(beside, message, context)));
    }
    let handler = message.draft.handler.as_ref().map(|h| (urn(context, "handler"), h));
    if let Some((url, handler)) = &handler {
        after.push(entry(url, identity::handler_resource(handler)));
    }
    let author = handler
        .as_ref()
        .map(|(url, handler)| json!({"reference": url, "type": "PractitionerRole", "display": handler.name}));
    let references = Referred::of(message, context);
    let header = header(message, context, author, &focus_url)?;
    let header_url = header.get("fullUrl").and_then(Value::as_str).unwrap_or_default();
    let earlier = references.earlier(message.draft.kind(), &message.draft.body);
    if let Some((activity, revises)) = earlier {
        let (who, recorded) = (
            sender_reference(message, context),
            time::local_rfc3339(message.draft.sent_at),
        );
        let mut provenance = provenance::resource(activity, header_url, revises, who, &recorded);
        if activity != Activity::Reply {
            provenance["meta"] = json!({"profile": [codes::profile(Kind::Correction)]});
        }
        after.push(entry(&urn(context, "provenance"), provenance));
    }
    let focus = focus(
        shape.layout,
        parts.members,
        parts.extensions,
        message,
        context,
        &references,
    );
    let mut entries = vec![header, entry(&focus_url, focus)];
    entries.extend(after);
    let mut request = request(&bundle(entries, context), context).ok_or_else(|| {
        refuse(
            "format",
            "Meldingen kan ikke skrives som XML. Velg format json for endepunktet, og meld fra om feilen.",
        )
    })?;
    // Answers and corrections refer to the message's own resource by its identifier.
    request
        .references
        .push(Reference::new("message", message.id.to_string()));
    Ok(request)
}

/// The documents that a message refers to, by the receiver's ids if the hub knows them.
struct Referred<'a> {
    in_reply_to: Option<&'a str>,
    conversation: Option<&'a str>,
    supersedes: Option<&'a str>,
}

impl<'a> Referred<'a> {
    fn of(message: &'a Message, context: &'a Context) -> Self {
        let (draft, known) = (&message.draft, &context.references);
        let replied = known.in_reply_to.as_deref();
        let superseded = known.supersedes.as_deref();
        Self {
            in_reply_to: replied.or_else(|| draft.in_reply_to.as_ref().map(|r| r.as_str())),
            // All messages of a conversation have the same id, which the hub decides.
            conversation: draft.conversation.as_ref().map(|c| c.as_str()),
            supersedes: superseded.or_else(|| draft.supersedes.as_ref().map(|s| s.as_str())),
        }
    }

    /// Returns the earlier message for the Provenance, and the effect on that message.
    fn earlier(&self, kind: Kind, body: &Body) -> Option<(Activity, &'a str)> {
        if kind == Kind::Correction {
            let mistaken = body.text("action") == Some("sent-by-mistake");
            let activity = if mistaken { Activity::Retract } else { Activity::Correct };
            return Some((activity, self.supersedes?));
        }
        Some((Activity::Reply, self.in_reply_to?))
    }
}

/// Makes a Bundle with these entries, under the call's own id.
pub(crate) fn bundle(entries: Vec<Value>, context: &Context) -> Value {
    let id = context.uuid("bundle").to_string();
    json!({
        "resourceType": "Bundle",
        "id": id,
        "identifier": identity::identifier(&id),
        "type": "message",
        "timestamp": time::local_rfc3339(context.now),
        "entry": entries,
    })
}

/// Makes the request that carries a Bundle, in the endpoint's syntax; `None` if XML cannot carry it.
pub(crate) fn request(bundle: &Value, context: &Context) -> Option<Request> {
    let path = context.setting("path").filter(|p| p.starts_with('/')).unwrap_or(PATH);
    let (media_type, body) = if context.setting("format") == Some("xml") {
        (XML, xml::write(bundle)?)
    } else {
        (JSON, bundle.to_string())
    };
    let mut request = Request::post(path, media_type, body.into_bytes());
    request.headers.push(("accept".into(), media_type.into()));
    request.credential = Some("transport".into());
    // The Bundle, its identifier and the header share one id, so a response may name any of them.
    request.references = vec![Reference::new("bundle", context.uuid("bundle").to_string())];
    Some(request)
}

pub(crate) fn entry(full_url: &str, resource: Value) -> Value {
    json!({"fullUrl": full_url, "resource": resource})
}

/// Makes the header's entry from these members.
pub(crate) fn header_entry(mut members: Map<String, Value>, context: &Context) -> Value {
    let id = context.uuid("bundle").to_string();
    members.insert("resourceType".into(), "MessageHeader".into());
    members.insert("id".into(), id.as_str().into());
    entry(&format!("urn:uuid:{id}"), members.into())
}

fn urn(context: &Context, label: &str) -> String {
    format!("urn:uuid:{}", context.uuid(label))
}

fn header(message: &Message, context: &Context, author: Option<Value>, focus: &str) -> Result<Value, Refused> {
    let kind = message.draft.kind();
    let party = identity::known_as(&context.party).ok_or_else(|| {
        refuse(
            "party",
            "Mottakeren har verken HER-id, organisasjonsnummer eller ID. Legg det inn på aktøren.",
        )
    })?;
    let (sender, name) = identity::sender(message, context);
    let mut receiver = identity::party_reference(&party);
    let mut destination = json!({"endpoint": identity::endpoint_uri(&party)});
    if !context.party.name.is_empty() {
        receiver["display"] = context.party.name.as_str().into();
        destination["name"] = context.party.name.as_str().into();
    }
    destination["receiver"] = receiver;
    let mut source = json!({"software": "Bindeledd", "endpoint": identity::endpoint_uri(&sender)});
    if let Some(name) = name {
        source["name"] = name.into();
    }
    if let Some(phone) = context.sender.as_ref().and_then(|s| s.phone.as_ref()) {
        source["contact"] = json!({"system": "phone", "value": phone});
    }
    let mut event = coding(codes::KIND, kind.code());
    event["display"] = kind.spec().title.into();
    let mut members = Map::new();
    members.insert("eventCoding".into(), event);
    members.insert("destination".into(), json!([destination]));
    members.insert("sender".into(), sender_reference(message, context));
    members.insert("source".into(), source);
    members.insert("reason".into(), concept(codes::PURPOSE, message.draft.purpose.code()));
    members.insert("focus".into(), json!([{"reference": focus}]));
    kinds::put(&mut members, "author", author);
    // `response` is only for a system's automatic answers. A person's reply has no response code.
    Ok(header_entry(members, context))
}

fn sender_reference(message: &Message, context: &Context) -> Value {
    let (sender, name) = identity::sender(message, context);
    let mut reference = identity::party_reference(&sender);
    if let Some(name) = name {
        reference["display"] = name.into();
    }
    reference
}

/// Makes the message's own resource.
fn focus(
    layout: &Layout,
    mut members: Map<String, Value>,
    mut extensions: Vec<Value>,
    message: &Message,
    context: &Context,
    references: &Referred<'_>,
) -> Value {
    let draft = &message.draft;
    let sent = time::local_rfc3339(draft.sent_at);
    members.insert("resourceType".into(), layout.resource.into());
    let mut meta = meta(message, context);
    if draft.kind() != Kind::Correction {
        meta["profile"] = json!([codes::profile(draft.kind())]);
    }
    members.insert("meta".into(), meta);
    members.insert("text".into(), narrative(message, context));
    members.insert(layout.subject.into(), identity::patient_reference(&draft.participant));
    members.insert(layout.author.into(), sender_reference(message, context));
    if layout.resource == "Task" {
        members.insert("authoredOn".into(), sent.as_str().into());
        members.insert("lastModified".into(), sent.into());
    } else {
        members.insert(layout.sent.into(), sent.into());
        let kinds = [draft.body.corrected_kind(), Some(draft.kind())];
        let category = kinds.into_iter().flatten().map(|kind| {
            let mut category = concept(codes::KIND, kind.code());
            category["text"] = kind.spec().title.into();
            category
        });
        members.insert("category".into(), category.collect());
        members.entry("status").or_insert_with(|| "completed".into());
    }
    put_recipients(&mut members, &mut extensions, &draft.to, layout);
    put_references(&mut members, &mut extensions, layout, message, references);
    if let Some(expires) = draft.expires_at {
        extensions.push(extension(
            "expires-at",
            "valueDateTime",
            time::local_rfc3339(expires).into(),
        ));
    }
    // The identifier is the hub's id, which replies and corrections name. A person who calls the sender needs the sender's own.
    let reference = draft.sender_reference.as_str().into();
    extensions.push(extension("sender-reference", "valueString", reference));
    members.insert("extension".into(), extensions.into());
    members.into()
}

/// Adds the receivers. A task has one element for a receiver, and a plan has none; further receivers are written in extensions.
fn put_recipients(members: &mut Map<String, Value>, extensions: &mut Vec<Value>, to: &Recipients, layout: &Layout) {
    match to {
        Recipients::Circle => extensions.push(extension("recipients", "valueCode", "circle".into())),
        Recipients::Parties(parties) => {
            let mut parties = parties.iter().map(identity::party_reference);
            match layout.resource {
                "Communication" => {
                    members.insert(layout.receiver.to_owned(), parties.by_ref().collect());
                }
                "Task" => kinds::put(members, layout.receiver, parties.next()),
                _ => {}
            }
            extensions.extend(parties.map(|party| extension("recipient", "valueReference", party)));
        }
    }
}

fn put_references(
    members: &mut Map<String, Value>,
    extensions: &mut Vec<Value>,
    layout: &Layout,
    message: &Message,
    references: &Referred<'_>,
) {
    let identifier = |id: Option<&str>| id.map(identity::identifier);
    let own = json!([identity::identifier(&message.id.to_string())]);
    match (identifier(references.in_reply_to), layout.resource) {
        // The answered task is the asking party's, and keeps that party's id.
        (Some(task), _) if layout.answers => kinds::put(members, "identifier", Some(json!([task]))),
        (None, _) if layout.answers => {}
        (Some(replied), "Communication") => {
            members.insert("identifier".into(), own);
            members.insert(
                "inResponseTo".into(),
                json!([{"type": "Communication", "identifier": replied}]),
            );
        }
        (replied, _) => {
            members.insert("identifier".into(), own);
            extensions.extend(replied.map(|id| extension("in-reply-to", "valueIdentifier", id)));
        }
    }
    let conversation = identifier(references.conversation);
    if layout.resource == "Task" {
        kinds::put(members, "groupIdentifier", conversation);
    } else {
        extensions.extend(conversation.map(|id| extension("conversation", "valueIdentifier", id)));
    }
    let supersedes = identifier(references.supersedes);
    extensions.extend(supersedes.map(|id| extension("supersedes", "valueIdentifier", id)));
}

/// Makes the security labels: confidentiality, the categories of the content, and a mark if something was withheld.
fn meta(message: &Message, context: &Context) -> Value {
    let mut security = vec![coding(codes::CONFIDENTIALITY, "R")];
    let categories = message.draft.body.all_needs();
    security.extend(
        categories
            .iter()
            .map(|category| coding(codes::DATA_CATEGORY, category.code())),
    );
    let mut meta = json!({"security": security});
    if context.withheld {
        let mut tag = coding(codes::DELIVERY, "something-withheld");
        tag["display"] = WITHHELD.into();
        meta["tag"] = json!([tag]);
    }
    meta
}

const WITHHELD: &str = "Noe er utelatt for denne mottakeren.";

/// Writes the message as text for a person, for systems that show nothing else.
fn narrative(message: &Message, context: &Context) -> Value {
    let mut text = prose::write_message(message);
    if context.withheld {
        text.push_str(WITHHELD);
    }
    let mut html = Html::new();
    html.markup("<div xmlns=\"http://www.w3.org/1999/xhtml\"><p>");
    for (place, line) in text.trim().lines().enumerate() {
        if place > 0 {
            html.markup("<br/>");
        }
        html.text(line.trim_end());
    }
    html.markup("</p></div>");
    json!({"status": "generated", "div": html.finish()})
}

/// Makes a resource beside the message's own, with the members of every such resource.
fn written_beside(beside: Beside, message: &Message, context: &Context) -> Value {
    let mut members = beside.members;
    members.insert("resourceType".into(), beside.resource.into());
    members.insert("meta".into(), meta(message, context));
    members.insert(
        "subject".into(),
        identity::patient_reference(&message.draft.participant),
    );
    if beside.resource == "Observation" {
        if message.draft.kind() == Kind::Correction {
            members.insert("status".into(), "corrected".into());
        }
        members.insert("text".into(), narrative(message, context));
        members.insert("issued".into(), time::local_rfc3339(message.draft.sent_at).into());
        members.insert("performer".into(), json!([sender_reference(message, context)]));
    }
    members.into()
}
