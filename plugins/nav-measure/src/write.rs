//! Writes Nav's own document, in a wrapping for all values that Nav's forms do not cover.
//!
//! Two of Nav's schemas allow no further fields, and an inbox shows only the document. Nav's document is thus unchanged in the
//! field `nav`, beside the text for a person.

use bindeledd_sdk::catalogue::{Kind, Message, prose, time};
use bindeledd_sdk::{Context, Identity, Reference, Refusal, Request};
use serde_json::{Map, Value};

use crate::format::{CARD_MESSAGE_SCHEME, DEFAULT_PATH, FORMAT, MEDIA_TYPE, SCHEME};
use crate::refuse::Problem;
use crate::shape::{self, Shape};
use crate::{card, dialog, manual, proposal};

/// Header with the message's id, so that a receiver can detect a repetition without opening the body.
const MESSAGE_HEADER: &str = "x-bindeledd-melding";

/// Makes the request that hands a message over.
pub(crate) fn request(message: &Message, context: &Context) -> Result<Request, Refusal> {
    compose(message, context).map_err(Problem::into_refusal)
}

fn compose(message: &Message, context: &Context) -> Result<Request, Problem> {
    let path = context.setting("path").unwrap_or(DEFAULT_PATH);
    if !path.starts_with('/') {
        return Err(Problem::new(
            "settings",
            "Innstillingen path må begynne med en skråstrek, som /bindeledd/nav.",
        ));
    }
    let written = nav_document(message, context)?;
    let body = wrap(message, context, &written);
    let body =
        serde_json::to_vec(&body).map_err(|_| Problem::new("write", "Meldingen kunne ikke skrives som JSON."))?;
    let mut request = Request::post(path, MEDIA_TYPE, body);
    request.headers.push((MESSAGE_HEADER.into(), message.id.to_string()));
    request.credential = Some("transport".into());
    request.references = written.references;
    Ok(request)
}

/// Nav's document, and those of its ids that Nav's answers may name.
struct Written {
    shape: Shape,
    nav: Value,
    references: Vec<Reference>,
}

fn nav_document(message: &Message, context: &Context) -> Result<Written, Problem> {
    let body = &message.draft.body;
    let Some(shape) = shape::of(body) else {
        return Err(Problem::new(
            "no-shape-at-nav",
            "Nav har ingen form for opplysninger om funksjon og behandling fra andre enn helsepersonell. Fastlegen eller \
             behandleren gir dem til Nav på vanlig måte; eller still et spørsmål eller be om et møte.",
        ));
    };
    let id = message.id.to_string();
    let corrected = body.corrected_body();
    let mistaken = body.kind() == Kind::Correction && corrected.is_none();
    // Nav gets the corrected content in its own shape, with the id of the document that it replaces.
    let content = corrected.as_ref().unwrap_or(body);
    let nav = match shape {
        Shape::Proposal if mistaken => proposal::withdrawal(message, context)?,
        Shape::Proposal => proposal::proposal(message, content, corrected.is_some())?,
        Shape::StartDate => proposal::start_date(message, content),
        Shape::Assessment => proposal::assessment(message, content),
        Shape::Dialog => dialog::write(message, context),
        Shape::Card => {
            let card = if mistaken {
                card::cancelled(message, body, proposal::superseded(context)?, context)?
            } else {
                let replaces = corrected.as_ref().and(context.references.supersedes.as_deref());
                card::card(message, content, replaces, context)?
            };
            let references = vec![
                Reference::new(SCHEME, card.id),
                Reference::new(CARD_MESSAGE_SCHEME, card.message_id),
            ];
            return Ok(Written {
                shape,
                nav: card.nav,
                references,
            });
        }
    };
    // A withdrawal also has an id of its own, since Nav's answer about the proposal settles the delivery of the proposal.
    Ok(Written {
        shape,
        nav,
        references: vec![Reference::new(SCHEME, id)],
    })
}

fn wrap(message: &Message, context: &Context, written: &Written) -> Value {
    let (draft, references) = (&message.draft, &context.references);
    let mut map = Map::new();
    let mut put = |name: &str, value: Value| {
        if !value.is_null() {
            map.insert(name.to_owned(), value);
        }
    };
    put("format", FORMAT.into());
    put("form", written.shape.name().into());
    put("meldingstype", draft.kind().code().into());
    put("id", message.id.to_string().into());
    put("referanse", draft.sender_reference.as_str().into());
    put("sendt", time::local_rfc3339(draft.sent_at).into());
    put("utloper", draft.expires_at.map(time::local_rfc3339).into());
    put(
        "deltaker",
        texts(&[
            ("personIdent", Some(draft.participant.national_id.reveal())),
            ("navn", draft.participant.name.as_ref().map(|name| name.0.as_str())),
        ]),
    );
    put("avsender", context.sender.as_ref().map_or(Value::Null, sender));
    put(
        "kontaktperson",
        draft.handler.as_ref().map_or(Value::Null, |handler| {
            texts(&[
                ("navn", Some(&handler.name)),
                ("rolle", handler.role.as_deref()),
                ("enhet", handler.unit.as_deref()),
                ("telefon", handler.phone.as_deref()),
            ])
        }),
    );
    // Nav's own ids, if the hub knows them; otherwise the sender's.
    let conversation = draft.conversation.as_ref().map(|c| c.as_str());
    put("samtale", references.conversation.as_deref().or(conversation).into());
    let replied = draft.in_reply_to.as_ref().map(|c| c.as_str());
    put("svarPaa", references.in_reply_to.as_deref().or(replied).into());
    let superseded = draft.supersedes.as_ref().map(|s| s.as_str());
    put("erstatter", references.supersedes.as_deref().or(superseded).into());
    put(
        "retterMelding",
        message.corrects.as_ref().map_or(Value::Null, |corrects| {
            texts(&[
                ("id", Some(&corrects.id.to_string())),
                ("referanse", Some(corrects.reference.as_str())),
                ("sendt", Some(&time::local_rfc3339(corrects.sent_at))),
            ])
        }),
    );
    put("nav", written.nav.clone());
    put("tekst", prose::write_message(message).into());
    if context.withheld {
        put("holdtTilbake", true.into());
    }
    put(
        "tilManuellRegistrering",
        manual::part(written.shape, &written.nav, message),
    );
    Value::Object(map)
}

fn sender(sender: &Identity) -> Value {
    let said = |text: &'_ str| (!text.is_empty()).then(|| text.to_owned());
    let (id, name) = (said(&sender.id), said(&sender.name));
    texts(&[
        ("id", id.as_deref()),
        ("navn", name.as_deref()),
        ("organisasjonsnummer", sender.org_number.as_deref()),
        ("telefon", sender.phone.as_deref()),
    ])
}

/// Makes a JSON object of texts, without absent ones.
fn texts(pairs: &[(&str, Option<&str>)]) -> Value {
    let there = pairs.iter().filter_map(|(name, value)| Some((*name, (*value)?)));
    Value::Object(there.map(|(name, value)| (name.to_owned(), value.into())).collect())
}
