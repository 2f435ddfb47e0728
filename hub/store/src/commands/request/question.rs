//! The sealed part of a request: the grants, the days, and the text in each language.

use bindeledd_core::consent::{Basis, Grant, Period};
use bindeledd_core::form::{Language, Line, to_text};
use bindeledd_core::request::{Asked, AskedText};
use bindeledd_core::{CategorySet, PartyId, Purpose};
use bindeledd_engine::ports::NewRequest;
use ring::digest::{SHA256, digest};
use serde_json::{Value, json};

use crate::commands::consent::period_columns;
use crate::conn::codec::{self, hexadecimal};
use crate::fault::{Fault, damaged};

/// Writes the question of a request, with the digest of each text.
pub(super) fn write(new: &NewRequest) -> Result<Vec<u8>, Fault> {
    let grants = new.grants.iter().map(|grant| {
        let period = grant.period.as_ref().map(period_columns);
        let (from, to) = (grant.from.as_str(), grant.to.as_str());
        json!([from, to, grant.purpose.code(), grant.categories.bits(), period])
    });
    let texts = new.texts.iter().map(|(language, lines)| {
        let sha256 = hexadecimal(digest(&SHA256, to_text(lines).as_bytes()).as_ref());
        let lines = lines.iter().map(|line| {
            let (role, words) = parts(line);
            json!([role, words])
        });
        json!({"language": language.code(), "lines": lines.collect::<Vec<_>>(), "sha256": sha256})
    });
    let question = json!({
        "grants": grants.collect::<Vec<_>>(),
        "period": period_columns(&new.period),
        "textVersion": new.text_version,
        "texts": texts.collect::<Vec<_>>(),
    });
    serde_json::to_vec(&question).map_err(|_| damaged("a request can not be written"))
}

fn parts(line: &Line) -> (&'static str, &str) {
    match line {
        Line::Title(words) => ("title", words),
        Line::Heading(words) => ("heading", words),
        Line::Text(words) => ("text", words),
        Line::Item(words) => ("item", words),
        Line::Choice(words) => ("choice", words),
        Line::Blank(words) => ("blank", words),
    }
}

/// Reads the question of a request.
pub(super) fn read(plain: &[u8]) -> Option<Asked> {
    let json: Value = serde_json::from_slice(plain).ok()?;
    let grants = json.get("grants")?.as_array()?.iter().map(grant);
    let texts = json.get("texts")?.as_array()?.iter().map(text);
    Some(Asked {
        grants: grants.collect::<Option<_>>()?,
        period: period(json.get("period")?)?,
        text_version: json.get("textVersion")?.as_str()?.to_owned(),
        texts: texts.collect::<Option<_>>()?,
    })
}

fn period(json: &Value) -> Option<Period> {
    let [start, end] = json.as_array()?.as_slice() else {
        return None;
    };
    codec::period(start.as_str()?, end.as_str()).ok()
}

fn grant(json: &Value) -> Option<Grant> {
    let [from, to, purpose, categories, own] = json.as_array()?.as_slice() else {
        return None;
    };
    Some(Grant {
        from: PartyId::parse(from.as_str()?).ok()?,
        to: PartyId::parse(to.as_str()?).ok()?,
        purpose: Purpose::parse(purpose.as_str()?)?,
        categories: CategorySet::from_bits(u8::try_from(categories.as_u64()?).ok()?)?,
        basis: Basis::Consent,
        period: match own {
            Value::Null => None,
            own => Some(period(own)?),
        },
        // Whether the sender has confirmed it is decided at the answer.
        confirmed: true,
    })
}

fn text(json: &Value) -> Option<AskedText> {
    let lines = json.get("lines")?.as_array()?.iter().map(|line| {
        let [role, words] = line.as_array()?.as_slice() else {
            return None;
        };
        let words = words.as_str()?.to_owned();
        Some(match role.as_str()? {
            "title" => Line::Title(words),
            "heading" => Line::Heading(words),
            "text" => Line::Text(words),
            "item" => Line::Item(words),
            "choice" => Line::Choice(words),
            "blank" => Line::Blank(words),
            _ => return None,
        })
    });
    Some(AskedText {
        language: Language::parse(json.get("language")?.as_str()?)?,
        lines: lines.collect::<Option<_>>()?,
        sha256: json.get("sha256")?.as_str()?.to_owned(),
    })
}
