//! From a message to a Bundle for `$process-message`.

use bindeledd_sdk::catalogue::{Message, Recipients, prose, time};
use bindeledd_sdk::{Context, Reference, Request};
use serde_json::{Map, Value, json};

use crate::kinds::{self, Shape, coding, extension};
use crate::refusal::{Refused, refuse};
use crate::{codes, identity};

/// The media type of everything that is sent.
pub(crate) const MEDIA_TYPE: &str = "application/fhir+json";
const PATH: &str = "/$process-message";

/// Writes a message.
pub(crate) fn write(message: &Message, context: &Context) -> Result<Request, Refused> {
    let shape = kinds::shape(message.draft.kind())?;
    if !message.draft.body.is_complete() {
        return Err(refuse(
            "incomplete",
            "Det som mottakeren kan få av meldingen, gir ikke mening alene: en opplysning som meldingstypen må ha, er \
             holdt tilbake.",
        ));
    }
    let parts = (shape.write)(&message.draft.body);
    let focus_url = urn(context, "focus");
    let mut beside = Vec::new();
    let mut members = parts.members;
    if let Some(part) = parts.beside {
        let url = urn(context, "observation");
        members.insert(
            "payload".into(),
            json!([{"contentReference": {"reference": url, "type": "Observation"}}]),
        );
        beside.push(entry(&url, observation(part.members, message, context)));
    }
    let handler = message.draft.handler.as_ref().map(|h| (urn(context, "handler"), h));
    if let Some((url, handler)) = &handler {
        beside.push(entry(url, identity::handler_resource(handler)));
    }
    let author = handler
        .as_ref()
        .map(|(url, handler)| json!({"reference": url, "type": "PractitionerRole", "display": handler.name}));
    let header = header(message, context, author, &focus_url)?;
    let focus = focus(shape, members, parts.extensions, message, context);
    let mut entries = vec![header, entry(&focus_url, focus)];
    entries.extend(beside);
    Ok(request(bundle(entries, context), context))
}

/// A Bundle with these entries, known by the call's own id.
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

/// The request that carries a Bundle.
pub(crate) fn request(bundle: Value, context: &Context) -> Request {
    let path = context.setting("path").filter(|p| p.starts_with('/')).unwrap_or(PATH);
    let mut request = Request::post(path, MEDIA_TYPE, bundle.to_string().into_bytes());
    request.headers.push(("accept".into(), MEDIA_TYPE.into()));
    request.credential = Some("transport".into());
    // The Bundle, its identifier and the header share one id, so a response may name any of them.
    request.references = vec![Reference::new("bundle", context.uuid("bundle").to_string())];
    request
}

pub(crate) fn entry(full_url: &str, resource: Value) -> Value {
    json!({"fullUrl": full_url, "resource": resource})
}

/// The header's entry, before what it says in particular.
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
    members.insert(
        "reason".into(),
        kinds::concept(codes::PURPOSE, message.draft.purpose.code()),
    );
    members.insert("focus".into(), json!([{"reference": focus}]));
    kinds::put(&mut members, "author", author);
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

/// The resource that the message is in.
fn focus(
    shape: &Shape,
    mut members: Map<String, Value>,
    mut extensions: Vec<Value>,
    message: &Message,
    context: &Context,
) -> Value {
    let (draft, layout) = (&message.draft, shape.layout);
    let is_task = layout.resource == "Task";
    let sent = time::local_rfc3339(draft.sent_at);
    members.insert("resourceType".into(), layout.resource.into());
    members.insert("meta".into(), meta(message, context));
    members.insert("text".into(), narrative(message, context));
    members.insert(layout.subject.into(), identity::patient_reference(&draft.participant));
    members.insert(layout.author.into(), sender_reference(message, context));
    if is_task {
        members.insert("authoredOn".into(), sent.as_str().into());
        members.insert("lastModified".into(), sent.into());
    } else {
        let mut category = kinds::concept(codes::KIND, draft.kind().code());
        category["text"] = draft.kind().spec().title.into();
        members.insert("status".into(), "completed".into());
        members.insert("category".into(), json!([category]));
        members.insert("sent".into(), sent.into());
    }
    put_recipients(&mut members, &mut extensions, &draft.to, layout.receiver, is_task);
    put_references(&mut members, &mut extensions, shape, message, context);
    if let Some(expires) = draft.expires_at {
        extensions.push(extension(
            "expires-at",
            "valueDateTime",
            time::local_rfc3339(expires).into(),
        ));
    }
    if !extensions.is_empty() {
        members.insert("extension".into(), extensions.into());
    }
    members.into()
}

/// A task has one receiver of its own; further ones stand in extensions.
fn put_recipients(
    members: &mut Map<String, Value>,
    extensions: &mut Vec<Value>,
    to: &Recipients,
    member: &str,
    is_task: bool,
) {
    match to {
        Recipients::Circle => extensions.push(extension("recipients", "valueCode", "circle".into())),
        Recipients::Parties(parties) => {
            let mut parties = parties.iter().map(identity::party_reference);
            if is_task {
                kinds::put(members, member, parties.next());
                extensions.extend(parties.map(|party| extension("recipient", "valueReference", party)));
            } else {
                members.insert(member.to_owned(), parties.collect());
            }
        }
    }
}

fn put_references(
    members: &mut Map<String, Value>,
    extensions: &mut Vec<Value>,
    shape: &Shape,
    message: &Message,
    context: &Context,
) {
    let (draft, known) = (&message.draft, &context.references);
    let pick = |theirs: &Option<String>, ours: Option<&str>| theirs.as_deref().or(ours).map(identity::identifier);
    let in_reply_to = pick(&known.in_reply_to, draft.in_reply_to.as_ref().map(|r| r.as_str()));
    let conversation = pick(&known.conversation, draft.conversation.as_ref().map(|c| c.as_str()));
    let supersedes = pick(&known.supersedes, draft.supersedes.as_ref().map(|s| s.as_str()));
    let own = json!([identity::identifier(&message.id.to_string())]);
    let answers_task = shape.kind == bindeledd_sdk::catalogue::Kind::MeetingResponse;
    match (in_reply_to, shape.layout.resource) {
        // An answered task is the asker's task, known by the asker's id.
        (Some(task), _) if answers_task => kinds::put(members, "identifier", Some(json!([task]))),
        (None, _) if answers_task => {}
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
    if shape.layout.resource == "Task" {
        kinds::put(members, "groupIdentifier", conversation);
    } else {
        extensions.extend(conversation.map(|id| extension("conversation", "valueIdentifier", id)));
    }
    extensions.extend(supersedes.map(|id| extension("supersedes", "valueIdentifier", id)));
}

/// Confidentiality and the categories of what is inside; and that something is not, without telling what.
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

/// The message as a person reads it, for systems that show nothing else.
fn narrative(message: &Message, context: &Context) -> Value {
    let mut text = prose::write(&message.draft.body);
    if context.withheld {
        text.push_str(WITHHELD);
    }
    let escaped = text
        .trim()
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;");
    let div = format!(
        "<div xmlns=\"http://www.w3.org/1999/xhtml\"><p>{}</p></div>",
        escaped.replace('\n', "<br/>")
    );
    json!({"status": "generated", "div": div})
}

fn observation(mut members: Map<String, Value>, message: &Message, context: &Context) -> Value {
    members.insert("resourceType".into(), "Observation".into());
    members.insert("meta".into(), meta(message, context));
    members.insert("text".into(), narrative(message, context));
    members.insert(
        "subject".into(),
        identity::patient_reference(&message.draft.participant),
    );
    members.insert("issued".into(), time::local_rfc3339(message.draft.sent_at).into());
    members.insert("performer".into(), json!([sender_reference(message, context)]));
    members.into()
}
