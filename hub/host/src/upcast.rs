//! Contract 0.2 in the values of contract 1.0, for adapters that were built for it. It goes with the release after the next one.

use wasmtime::Store;

use crate::bindings::Adapter;
use crate::bindings::bindeledd::adapter::types as old;
use crate::limits::Meter;
use crate::wire::{
    Answer, Answered, Answering, Content, Document, Header, HttpMethod, Item, ItemIn, Listed, Problem, Reading,
    Reference, ReferenceIn, Refusal, Request, Settlement, StepIn,
};

type Called<T> = wasmtime::Result<Answered<T>>;

pub(crate) fn read(
    guest: &Adapter,
    store: &mut Store<Meter>,
    (media_type, body): (&str, &[u8]),
    context: &str,
) -> Called<Reading> {
    let document = old::DocumentParam { media_type, body };
    Ok(match guest.call_read(store, document, context.as_bytes())? {
        old::Reading::Messages(json) => Ok(Reading::Messages(text(json)?)),
        old::Reading::Receipt(json) => Ok(Reading::Receipt(text(json)?)),
        old::Reading::Nothing(why) => Ok(Reading::Nothing(why)),
        old::Reading::Refused(it) => Err(Problem::Refused(refusal(it))),
    })
}

pub(crate) fn acknowledge(
    guest: &Adapter,
    store: &mut Store<Meter>,
    (outcome, origin): (&str, &str),
    context: &str,
) -> Called<Option<Request>> {
    let answer = guest.call_acknowledge(store, outcome.as_bytes(), origin.as_bytes(), context.as_bytes())?;
    Ok(Ok(answer.map(request)))
}

pub(crate) fn write(guest: &Adapter, store: &mut Store<Meter>, message: &str, context: &str) -> Called<Request> {
    let written = guest.call_write(store, message.as_bytes(), context.as_bytes())?;
    Ok(written.map(request).map_err(|it| Problem::Refused(refusal(it))))
}

pub(crate) fn settle(
    guest: &Adapter,
    store: &mut Store<Meter>,
    response: &Answering<'_>,
    context: &str,
) -> Called<Settlement> {
    let headers = headers(response);
    let settled = guest.call_settle(store, answered(response, &headers), context.as_bytes())?;
    Ok(Ok(match settled {
        old::Settlement::Delivered => Settlement::Delivered,
        old::Settlement::AwaitingReceipt(them) => Settlement::AwaitingReceipt(references(them)),
        old::Settlement::RetryAfter(seconds) => Settlement::RetryAfter(seconds),
        old::Settlement::Refused(it) => Settlement::Rejected(refusal(it)),
    }))
}

pub(crate) fn prepare(
    guest: &Adapter,
    store: &mut Store<Meter>,
    step: StepIn<'_>,
    context: &str,
) -> Called<Option<Request>> {
    let asked = asking(step, |ask| guest.call_ask(store, ask, context.as_bytes()))?;
    Ok(Ok(asked.map(request)))
}

pub(crate) fn interpret(
    guest: &Adapter,
    store: &mut Store<Meter>,
    step: StepIn<'_>,
    response: &Answering<'_>,
    context: &str,
) -> Called<Answer> {
    let headers = headers(response);
    let response = answered(response, &headers);
    let answer = asking(step, |ask| {
        guest.call_answered(store, ask, response, context.as_bytes())
    })?;
    Ok(match answer {
        old::InboxAnswer::Listing(it) => Ok(Answer::Items(Listed {
            items: it.items.into_iter().map(item).collect(),
            cursor: it.cursor,
            more: it.more,
        })),
        old::InboxAnswer::Document(it) => Ok(Answer::Document(Document {
            media_type: it.media_type,
            body: Content::Bytes(it.body),
        })),
        old::InboxAnswer::Receipt(json) => Ok(Answer::Receipt(text(json)?)),
        old::InboxAnswer::Ready => Ok(Answer::Ready),
        old::InboxAnswer::Done => Ok(Answer::Done),
        old::InboxAnswer::Gone => Ok(Answer::Gone),
        old::InboxAnswer::Later(seconds) => Ok(Answer::Later(seconds)),
        old::InboxAnswer::Refused(it) => Err(Problem::Refused(refusal(it))),
    })
}

/// Returns JSON as text. JSON in another encoding is a value that is not of its type.
fn text(json: Vec<u8>) -> wasmtime::Result<String> {
    String::from_utf8(json).map_err(wasmtime::Error::new)
}

/// Calls `with` with the step as contract 0.2 has it.
fn asking<T>(step: StepIn<'_>, with: impl FnOnce(old::InboxAsk<'_>) -> T) -> T {
    match step {
        StepIn::Listing(cursor) => with(old::InboxAsk::Listing(cursor)),
        StepIn::Listening(cursor) => with(old::InboxAsk::Listening(cursor)),
        StepIn::Fetching(it) => with(old::InboxAsk::Fetching(item_in(it))),
        StepIn::Declining(it) => with(old::InboxAsk::Declining(old::Declined {
            item: item_in(it.item),
            code: it.code,
            text: it.text,
        })),
        StepIn::Marking(it) => with(old::InboxAsk::Marking(item_in(it))),
        StepIn::Status(them) => with(old::InboxAsk::Status(&references_in(them))),
        StepIn::Receipt(them) => with(old::InboxAsk::Receipt(&references_in(them))),
    }
}

const fn item_in(it: ItemIn<'_>) -> old::ItemParam<'_> {
    old::ItemParam {
        id: it.id,
        sender: it.sender,
        note: it.note,
    }
}

fn references_in<'a>(them: &[ReferenceIn<'a>]) -> Vec<old::ReferenceParam<'a>> {
    let borrowed = them.iter().map(|it| old::ReferenceParam {
        scheme: it.scheme,
        value: it.value,
    });
    borrowed.collect()
}

fn headers<'a>(response: &Answering<'a>) -> Vec<old::HeaderParam<'a>> {
    let headers = response.headers.iter();
    headers
        .map(|it| old::HeaderParam {
            name: it.name,
            value: it.value,
        })
        .collect()
}

const fn answered<'a>(response: &Answering<'a>, headers: &'a [old::HeaderParam<'a>]) -> old::Response<'a> {
    old::Response {
        status: response.status,
        headers,
        body: response.bytes,
    }
}

fn item(it: old::ItemResult) -> Item {
    Item {
        id: it.id,
        sender: it.sender,
        note: it.note,
    }
}

fn references(them: Vec<old::ReferenceResult>) -> Vec<Reference> {
    let owned = them.into_iter().map(|it| Reference {
        scheme: it.scheme,
        value: it.value,
    });
    owned.collect()
}

fn request(it: old::Request) -> Request {
    let header = |it: old::HeaderResult| Header {
        name: it.name,
        value: it.value,
    };
    Request {
        method: match it.method {
            old::HttpMethod::Get => HttpMethod::Get,
            old::HttpMethod::Post => HttpMethod::Post,
            old::HttpMethod::Put => HttpMethod::Put,
            old::HttpMethod::Patch => HttpMethod::Patch,
            old::HttpMethod::Delete => HttpMethod::Delete,
        },
        path: it.path,
        headers: it.headers.into_iter().map(header).collect(),
        body: Content::Bytes(it.body),
        credential: it.credential,
        carries: references(it.references),
    }
}

fn refusal(it: old::Refusal) -> Refusal {
    Refusal {
        code: it.code,
        text: it.text,
        reply: it.answer.map(request),
    }
}
