//! Checks of an adapter's answer. The contract's types fix the form of an answer; these checks hold its content to the
//! rules that later code relies on. The text of a fault names the place, and never the content.

use bindeledd_core::Draft;
use bindeledd_core::contract::rules::{
    MAX_JSON_BYTES, MAX_LIST, MAX_MESSAGES, MAX_TEXT_CHARS, MAX_VALUE_BYTES, is_text, is_value,
};
use bindeledd_core::contract::{
    InboxAnswer, Item, Listing, Manifest, MessagesJson, Method, Reading, Receipt, Reference, Refusal, Request,
    Settlement, is_slug,
};
use bindeledd_core::json::JsonFault;
use serde::de::DeserializeOwned;

use crate::call::Failure;
use crate::wire::{self, Answered, Problem};

/// A fault in an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Wrong(pub(crate) String);

type Checked<T> = Result<T, Wrong>;

/// Maximum number of items in one page of an inbox.
const MAX_ITEMS: usize = 500;
const MAX_PATH_BYTES: usize = 2_000;
const MAX_HEADER_BYTES: usize = 4_000;

fn wrong<T>(what: impl Into<String>) -> Checked<T> {
    Err(Wrong(what.into()))
}

fn json<T: DeserializeOwned>(bytes: &[u8], what: &str) -> Checked<T> {
    if bytes.len() > MAX_JSON_BYTES {
        return wrong(format!("{what}: more than {} MB of JSON", MAX_JSON_BYTES >> 20));
    }
    bindeledd_core::json::read(bytes).map_err(|e| match e.fault {
        JsonFault::Shape => Wrong(format!("{what}: not the fields of the contract ({})", e.place())),
        JsonFault::Encoding(_) | JsonFault::CutOff | JsonFault::Syntax | JsonFault::Twice => {
            Wrong(format!("{what}: {e}"))
        }
    })
}

impl From<Wrong> for Failure {
    fn from(wrong: Wrong) -> Self {
        Self::broken(wrong.0)
    }
}

/// The result of a call that the adapter answered: its value, or its refusal.
type Said<T> = Result<Result<T, Refusal>, Failure>;

/// Splits what a call gave: a value, a refusal, or a fault of the adapter's own.
fn said<W, T>(raw: Answered<W>, manifest: &Manifest, check: impl FnOnce(W) -> Checked<T>) -> Said<T> {
    match raw {
        Ok(raw) => Ok(Ok(check(raw)?)),
        Err(Problem::Refused(raw)) => Ok(Err(refusal(raw, manifest)?)),
        Err(Problem::Defect(place)) => Err(Failure::Defect(place_of(&place))),
    }
}

/// Returns the place that a defect names, without anything that might be a value: a word of a source has these characters alone.
fn place_of(raw: &str) -> String {
    let is_of_source = |c: &char| c.is_ascii_alphanumeric() || " _.:/<>$-".contains(*c);
    let digits = |place: &str| place.chars().filter(char::is_ascii_digit).count();
    let place: String = raw.chars().filter(is_of_source).take(200).collect();
    // A place has a line and a column. More digits may be a number of a person.
    if place.is_empty() || digits(&place) > 10 {
        "unnamed".into()
    } else {
        place
    }
}

/// Checks a manifest. Its contract is the one that the file's exports name.
pub(crate) fn manifest(bytes: &[u8], contract: &str) -> Checked<Manifest> {
    let mut manifest: Manifest = json(bytes, "manifest")?;
    contract.clone_into(&mut manifest.contract);
    if !is_slug(&manifest.id) || !is_slug(&manifest.version) {
        return wrong("manifest: id and version are 1 to 60 of a-z, 0-9, `-`, `.`, `_` and `+`");
    }
    Ok(manifest)
}

/// Checks the reading of a document.
pub(crate) fn reading(raw: Answered<wire::Reading>, manifest: &Manifest) -> Result<Reading, Failure> {
    let read = said(raw, manifest, |raw| match raw {
        wire::Reading::Messages(json) => messages(json.as_bytes()),
        wire::Reading::Receipt(json) => receipt(json.as_bytes()).map(Reading::Receipt),
        wire::Reading::Nothing(why) => {
            text(&why, "nothing")?;
            Ok(Reading::Nothing(why))
        }
    })?;
    Ok(read.unwrap_or_else(Reading::Refused))
}

fn receipt(bytes: &[u8]) -> Checked<Receipt> {
    let receipt: Receipt = json(bytes, "receipt")?;
    identifier(&receipt.scheme, "receipt.scheme")?;
    value(&receipt.refers_to, "receipt.refersTo")?;
    at_most(receipt.errors.len(), MAX_LIST, "receipt.errors")?;
    for error in &receipt.errors {
        text(&error.code, "receipt.errors.code")?;
        text(&error.text, "receipt.errors.text")?;
    }
    Ok(receipt)
}

/// Checks the interpretation of an inbox's response.
pub(crate) fn inbox_answer(raw: Answered<wire::Answer>, manifest: &Manifest) -> Result<InboxAnswer, Failure> {
    let answer = said(raw, manifest, |raw| {
        Ok(match raw {
            wire::Answer::Items(raw) => {
                if let Some(cursor) = &raw.cursor {
                    value(cursor, "items.cursor")?;
                }
                InboxAnswer::Listing(listing(raw.items, raw.cursor, raw.more))
            }
            wire::Answer::Document(raw) => {
                value(&raw.media_type, "document.mediaType")?;
                InboxAnswer::Document {
                    media_type: raw.media_type,
                    body: raw.body.into_bytes(),
                }
            }
            wire::Answer::Receipt(json) => InboxAnswer::Receipt(receipt(json.as_bytes())?),
            wire::Answer::Ready => InboxAnswer::Ready,
            wire::Answer::Done => InboxAnswer::Done,
            wire::Answer::Gone => InboxAnswer::Gone,
            wire::Answer::Later(seconds) => InboxAnswer::Later(seconds),
        })
    })?;
    Ok(answer.unwrap_or_else(InboxAnswer::Refused))
}

/// Checks a listing, which may contain data of strangers. An entry that is no item is left out, and the other entries
/// are kept. A page that is too long is cut; the rest is listed again, so that its cursor is not stored.
fn listing(raw: Vec<wire::Item>, cursor: Option<String>, more: bool) -> Listing {
    let is_cut = raw.len() > MAX_ITEMS;
    let page = raw.len().min(MAX_ITEMS);
    let items: Vec<Item> = raw.into_iter().take(MAX_ITEMS).filter_map(item).collect();
    Listing {
        strange: page - items.len(),
        items,
        cursor: cursor.filter(|_| !is_cut),
        more: more || is_cut,
    }
}

fn item(raw: wire::Item) -> Option<Item> {
    let fits = is_value(&raw.id) && is_value(&raw.sender) && is_text(&raw.note);
    fits.then_some(Item {
        id: raw.id,
        sender: raw.sender,
        note: raw.note,
    })
}

fn messages(bytes: &[u8]) -> Checked<Reading> {
    let raw: MessagesJson = json(bytes, "messages")?;
    if raw.messages.is_empty() {
        return wrong("messages: there is none; a document with nothing to move is `nothing`");
    }
    at_most(raw.messages.len(), MAX_MESSAGES, "messages")?;
    at_most(raw.left_out.len(), MAX_LIST, "leftOut")?;
    raw.left_out.iter().try_for_each(|what| text(what, "leftOut"))?;
    let read = |(place, message)| {
        Draft::from_json(message).map_err(|e| Wrong(format!("messages[{place}].{}: expected {}", e.path, e.expected)))
    };
    let messages = raw
        .messages
        .into_iter()
        .enumerate()
        .map(read)
        .collect::<Checked<Vec<_>>>()?;
    Ok(Reading::Messages {
        messages,
        left_out: raw.left_out,
        origin: raw.origin,
        wants_receipt: raw.wants_receipt,
    })
}

/// Checks a written message.
pub(crate) fn written(raw: Answered<wire::Request>, manifest: &Manifest) -> Said<Request> {
    said(raw, manifest, |raw| request(raw, manifest))
}

/// Checks a request that may be none. An adapter that refuses makes none: there is nobody whom its refusal could reach.
pub(crate) fn request_or_none(
    raw: Answered<Option<wire::Request>>,
    manifest: &Manifest,
) -> Result<Option<Request>, Failure> {
    let made = said(raw, manifest, |raw| raw.map(|raw| request(raw, manifest)).transpose())?;
    Ok(made.unwrap_or_else(|refusal| {
        tracing::warn!(
            adapter = manifest.id,
            code = refusal.code,
            "an adapter refused to make an answer or a request of an inbox"
        );
        None
    }))
}

/// Checks a request.
fn request(raw: wire::Request, manifest: &Manifest) -> Checked<Request> {
    path(&raw.path)?;
    at_most(raw.headers.len(), MAX_LIST, "request.headers")?;
    let headers = raw
        .headers
        .into_iter()
        .map(|h| header(h.name, h.value))
        .collect::<Checked<_>>()?;
    if let Some(slot) = &raw.credential
        && !manifest.needs.credentials.contains(slot)
    {
        return wrong("request.credential: a slot that the manifest does not list under needs.credentials");
    }
    Ok(Request {
        method: match raw.method {
            wire::HttpMethod::Get => Method::Get,
            wire::HttpMethod::Post => Method::Post,
            wire::HttpMethod::Put => Method::Put,
            wire::HttpMethod::Patch => Method::Patch,
            wire::HttpMethod::Delete => Method::Delete,
        },
        path: raw.path,
        headers,
        body: raw.body.into_bytes(),
        credential: raw.credential,
        references: references(raw.carries)?,
    })
}

/// Checks the interpretation of a response.
pub(crate) fn settlement(raw: Answered<wire::Settlement>, manifest: &Manifest) -> Result<Settlement, Failure> {
    let settled = said(raw, manifest, |raw| {
        Ok(match raw {
            wire::Settlement::Delivered => Settlement::Delivered,
            wire::Settlement::AwaitingReceipt(raw) => Settlement::AwaitingReceipt(references(raw)?),
            wire::Settlement::WithAPerson => Settlement::WithPerson,
            wire::Settlement::RetryAfter(seconds) => Settlement::RetryAfter(seconds),
            wire::Settlement::Rejected(raw) => Settlement::Refused(refusal(raw, manifest)?),
        })
    })?;
    Ok(settled.unwrap_or_else(Settlement::Refused))
}

/// Checks a refusal.
fn refusal(raw: wire::Refusal, manifest: &Manifest) -> Checked<Refusal> {
    value(&raw.code, "refusal.code")?;
    text(&raw.text, "refusal.text")?;
    let answer = raw.reply.map(|reply| request(reply, manifest)).transpose()?;
    Ok(Refusal {
        code: raw.code,
        text: raw.text,
        answer,
    })
}

fn references(raw: Vec<wire::Reference>) -> Checked<Vec<Reference>> {
    at_most(raw.len(), MAX_LIST, "references")?;
    let checked = raw.into_iter().map(|r| {
        identifier(&r.scheme, "references.scheme")?;
        value(&r.value, "references.value")?;
        Ok(Reference {
            scheme: r.scheme,
            value: r.value,
        })
    });
    checked.collect()
}

/// Checks that a path stays below the endpoint's address, however a server interprets the path.
fn path(raw: &str) -> Checked<()> {
    let place = "request.path";
    if !raw.starts_with('/') {
        return wrong(format!(
            "{place}: has to begin with `/`; the hub adds the endpoint's address"
        ));
    }
    if raw.len() > MAX_PATH_BYTES {
        return wrong(format!("{place}: longer than {MAX_PATH_BYTES} bytes"));
    }
    if !raw.bytes().all(|b| b.is_ascii_graphic()) || raw.contains(['\\', '#']) {
        return wrong(format!(
            "{place}: has a character that a path must not have; percent-encode it"
        ));
    }
    let path = raw.split_once('?').map_or(raw, |(path, _)| path).to_ascii_lowercase();
    if path.contains("//") || path.contains("%2f") || path.contains("%5c") || path.contains("%00") {
        return wrong(format!("{place}: has `//` or an encoded separator"));
    }
    if path
        .replace("%2e", ".")
        .split('/')
        .any(|segment| matches!(segment.split(';').next(), Some("." | "..")))
    {
        return wrong(format!("{place}: has a segment `.` or `..`"));
    }
    Ok(())
}

fn header(name: String, value: String) -> Checked<(String, String)> {
    let is_token = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b);
    if name.is_empty() || name.len() > 100 || !name.bytes().all(is_token) {
        return wrong("request.headers: a name that is none");
    }
    if value.len() > MAX_HEADER_BYTES || !value.bytes().all(|b| b.is_ascii_graphic() || b == b' ') {
        return wrong("request.headers: a value that is too long or has something else than visible ASCII and spaces");
    }
    Ok((name, value))
}

fn identifier(raw: &str, place: &str) -> Checked<()> {
    if is_slug(raw) {
        Ok(())
    } else {
        wrong(format!("{place}: has to be 1 to 60 of a-z, 0-9, `-`, `.`, `_` and `+`"))
    }
}

/// Checks an external id.
fn value(raw: &str, place: &str) -> Checked<()> {
    if is_value(raw) {
        Ok(())
    } else {
        wrong(format!(
            "{place}: has to be 1 to {MAX_VALUE_BYTES} bytes without control characters"
        ))
    }
}

/// Checks a text for a person.
fn text(raw: &str, place: &str) -> Checked<()> {
    if is_text(raw) {
        Ok(())
    } else {
        wrong(format!(
            "{place}: has to be at most {MAX_TEXT_CHARS} characters of text"
        ))
    }
}

fn at_most(length: usize, most: usize, place: &str) -> Checked<()> {
    if length <= most {
        Ok(())
    } else {
        wrong(format!("{place}: more than {most}"))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    #[test]
    fn a_path_stays_below_the_address_however_it_is_read() {
        for good in [
            "/",
            "/Messages",
            "/a/b.c/..d/e%20f",
            "/a?next=//b/../c&x=%2F",
            "/a%2Db/",
            "/...",
        ] {
            assert_eq!(path(good), Ok(()), "{good}");
        }
        for bad in [
            "",
            "a",
            "https://b/c",
            "//b/c",
            "/a//b",
            "/..",
            "/a/../b",
            "/a/.",
            "/a/%2e%2e/b",
            "/a/.%2E",
            "/a/..;x=1/b",
            "/a%2f..%2fb",
            "/a\\..\\b",
            "/a%5C..",
            "/a b",
            "/a\r\nb",
            "/a#b",
            "/æ",
            "/a%00",
        ] {
            assert!(path(bad).is_err(), "{bad}");
        }
        assert!(path(&format!("/{}", "a".repeat(2_000))).is_err());
    }

    #[test]
    fn one_strange_entry_costs_the_other_items_nothing() {
        let entry = |id: &str| wire::Item {
            id: id.into(),
            sender: "her:1".into(),
            note: String::new(),
        };
        let long = "x".repeat(10_000);
        let raw = Vec::from(["a", "", "b\u{0}", &long, "c"].map(entry));
        let listed = listing(raw, Some("5".into()), false);
        let ids: Vec<_> = listed.items.iter().map(|item| item.id.as_str()).collect();
        assert_eq!((ids.as_slice(), listed.strange), (&["a", "c"][..], 3));
        assert_eq!((listed.cursor.as_deref(), listed.more), (Some("5"), false));
        let many = (0..5_000).map(|n| entry(&n.to_string())).collect();
        let listed = listing(many, Some("5000".into()), false);
        assert_eq!(
            (listed.items.len(), listed.cursor, listed.more),
            (MAX_ITEMS, None, true)
        );
    }

    #[test]
    fn a_header_is_one_header() {
        assert!(header("content-type".into(), "application/json; charset=utf-8".into()).is_ok());
        for (name, value) in [
            ("", "x"),
            ("a b", "x"),
            ("a:", "x"),
            ("æ", "x"),
            ("a\r\nb", "x"),
            ("a", "x\r\nb: c"),
            ("a", "\0"),
            ("a", "æ"),
        ] {
            assert!(header(name.into(), value.into()).is_err(), "{name:?}: {value:?}");
        }
    }

    #[test]
    fn a_defect_names_a_place_and_no_value() {
        assert_eq!(
            place_of("TypeError src/adapter.ts:41:9"),
            "TypeError src/adapter.ts:41:9"
        );
        assert_eq!(place_of("15720255178 is wrong"), "unnamed");
        assert_eq!(place_of("Æøå \n\0"), " ".to_owned() + "");
        assert_eq!(place_of(""), "unnamed");
        assert_eq!(place_of(&"x".repeat(1_000)).len(), 200);
    }

    #[test]
    fn what_an_adapter_says_of_a_receipt_is_held_to_the_contract() {
        let manifest = Manifest {
            id: "x".into(),
            version: "1.0.0".into(),
            contract: bindeledd_core::contract::CONTRACT.into(),
            description: String::new(),
            formats: Vec::new(),
            reads: Vec::new(),
            writes: Vec::new(),
            settings: Value::Null,
            needs: bindeledd_core::contract::EndpointNeeds::default(),
            entered_by_hand: false,
            on2xx: bindeledd_core::contract::On2xx::Ask,
        };
        let read = |json: &str| reading(Ok(wire::Reading::Receipt(json.into())), &manifest);
        assert!(read(r#"{"status": "ok", "refersTo": "1"}"#).is_ok());
        for bad in [
            r#"{"status": "ok", "refersTo": ""}"#,
            r#"{"status": "ok"}"#,
            r#"{"status": "ok", "refersTo": "1", "scheme": "M sg"}"#,
            "null",
        ] {
            assert!(read(bad).is_err(), "{bad}");
        }
        let Ok(Reading::Receipt(open)) = read(r#"{"status": "a-word-to-come", "refersTo": "1"}"#) else {
            unreachable!()
        };
        assert_eq!(open.status, bindeledd_core::contract::ReceiptStatus::Unknown);
    }
}
