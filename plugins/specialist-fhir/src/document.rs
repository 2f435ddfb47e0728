//! A FHIR document as a whole: its entries, and finding what a reference points at.

use std::cell::RefCell;

use bindeledd_sdk::Context;
use serde_json::Value;

use crate::element::{Element, Marks};

/// What is read: one resource, or the entries of a Bundle.
pub(crate) struct Whole<'a> {
    pub(crate) context: &'a Context,
    entries: Vec<Entry<'a>>,
    notes: RefCell<Vec<String>>,
}

#[derive(Clone, Copy)]
struct Entry<'a> {
    full_url: Option<&'a str>,
    resource: Element<'a>,
}

impl<'a> Whole<'a> {
    pub(crate) fn single(context: &'a Context) -> Self {
        Self {
            context,
            entries: Vec::new(),
            notes: RefCell::default(),
        }
    }

    /// The entries of a Bundle. Their resources count as read when something refers to them.
    pub(crate) fn bundle(bundle: Element<'a>, context: &'a Context) -> Self {
        let entries = bundle
            .items("entry")
            .into_iter()
            .map(Element::mark)
            .filter_map(|entry| {
                Some(Entry {
                    full_url: entry.text("fullUrl"),
                    resource: entry.peek("resource")?,
                })
            })
            .filter(|entry| entry.resource.value().is_object())
            .collect();
        Self {
            context,
            entries,
            notes: RefCell::default(),
        }
    }

    /// The resources of the entries, unmarked.
    pub(crate) fn resources(&self) -> impl Iterator<Item = Element<'a>> {
        self.entries.iter().map(|entry| entry.resource)
    }

    /// Notes something that the sender should know and that no element's name tells.
    pub(crate) fn note(&self, text: impl Into<String>) {
        let text = text.into();
        let mut notes = self.notes.borrow_mut();
        if !notes.contains(&text) {
            notes.push(text);
        }
    }

    pub(crate) fn into_notes(self) -> Vec<String> {
        self.notes.into_inner()
    }

    /// What `reference` points at from inside `from`: something contained, or another entry. Marks it.
    pub(crate) fn resolve(&self, reference: &str, from: Element<'a>) -> Option<Element<'a>> {
        if let Some(id) = reference.strip_prefix('#') {
            let is_it = |r: &Element<'a>| r.value().get("id").and_then(Value::as_str) == Some(id);
            return from.items("contained").into_iter().find(is_it).map(Element::mark);
        }
        let reference = reference
            .split_once("/_history/")
            .map_or(reference, |(resource, _)| resource);
        let by_url = self.entries.iter().find(|e| e.full_url == Some(reference));
        let by_type_and_id = || self.entries.iter().find(|e| e.is_named(reference));
        by_url.or_else(by_type_and_id).map(|e| e.resource.mark())
    }

    /// What a `Reference` element points at.
    pub(crate) fn target(&self, reference: Element<'a>, from: Element<'a>) -> Option<Element<'a>> {
        let raw = reference.value().get("reference").and_then(Value::as_str)?;
        self.resolve(raw, from)
    }
}

impl Entry<'_> {
    /// Whether a relative reference such as `Observation/o1` means this entry.
    fn is_named(&self, reference: &str) -> bool {
        let Some((resource_type, id)) = reference.split_once('/') else {
            return false;
        };
        let ends_so = |url: &str| {
            url.strip_suffix(id)
                .and_then(|u| u.strip_suffix('/'))
                .is_some_and(|u| u.ends_with(&format!("/{resource_type}")))
        };
        self.resource.resource_type() == resource_type
            && (self.resource.value().get("id").and_then(Value::as_str) == Some(id)
                || self.full_url.is_some_and(ends_so))
    }
}

/// Leaves out of `document` what nobody read, in words for its sender.
pub(crate) fn left_over(document: &Value, marks: &Marks) -> Vec<String> {
    let name = document.get("resourceType").and_then(Value::as_str).unwrap_or_default();
    marks.left_over(document, crate::element::sayable(name))
}
