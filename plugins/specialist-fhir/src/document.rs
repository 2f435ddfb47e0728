//! A FHIR document as a whole: its entries, and the resolving of references.

use std::cell::RefCell;

use bindeledd_sdk::Context;
use serde_json::Value;

use crate::element::{Element, Marks};
use crate::period;
use crate::refusal::{Refused, refuse};
use crate::url::{self, Url};

/// A document to read: one resource, or the entries of a Bundle.
pub(crate) struct Whole<'a> {
    pub(crate) context: &'a Context,
    /// The resource of a document without a Bundle.
    alone: Option<Element<'a>>,
    entries: Vec<Entry<'a>>,
    notes: RefCell<Vec<String>>,
    /// The reason why the target of a reference is uncertain.
    doubt: RefCell<Option<&'static str>>,
}

struct Entry<'a> {
    full_url: Option<String>,
    resource: Element<'a>,
}

impl<'a> Whole<'a> {
    pub(crate) fn single(resource: Element<'a>, context: &'a Context) -> Self {
        Self {
            context,
            alone: Some(resource),
            entries: Vec::new(),
            notes: RefCell::default(),
            doubt: RefCell::default(),
        }
    }

    /// Takes the entries of a Bundle. A resource counts as read once a read element refers to it.
    pub(crate) fn bundle(bundle: Element<'a>, context: &'a Context) -> Self {
        let entries = bundle
            .items("entry")
            .into_iter()
            .map(Element::mark)
            .filter_map(|entry| {
                Some(Entry {
                    full_url: entry.text("fullUrl").map(url::canonical),
                    resource: entry.peek("resource")?,
                })
            })
            .filter(|entry| entry.resource.value().is_object())
            .collect();
        Self {
            context,
            alone: None,
            entries,
            notes: RefCell::default(),
            doubt: RefCell::default(),
        }
    }

    /// Returns the resources of the entries, without marking them as read.
    pub(crate) fn resources(&self) -> impl Iterator<Item = Element<'a>> {
        self.entries.iter().map(|entry| entry.resource)
    }

    /// Records a note for the sender that no element's name expresses.
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

    /// Finds the target of `reference` from inside the resource `from`: a contained resource or another entry.
    ///
    /// R4 defines the rules (Bundle, resolving references). A relative reference begins at the root of its own entry's `fullUrl`,
    /// and denotes the entry with exactly the resulting `fullUrl`. If the `fullUrl` of its own entry is not an address on a
    /// server, such as `urn:uuid:`, the reference has no target.
    fn find(&self, reference: &str, from: Element<'a>) -> Option<Element<'a>> {
        let holder = self.holder(from);
        if let Some(id) = reference.strip_prefix('#') {
            let container = holder.map_or(from, |entry| entry.0);
            return self.contained(id, container);
        }
        let Url { full_url, version } = url::parse(reference, holder.and_then(|entry| entry.1))?;
        let of_that_url = |entry: &&Entry<'a>| entry.full_url.as_deref() == Some(full_url.as_str());
        let found: Vec<_> = self.entries.iter().filter(of_that_url).map(|e| e.resource).collect();
        if found.is_empty() {
            return None;
        }
        let is_version = |resource: &Element<'a>| {
            version.is_none_or(|version| {
                let said = resource.value().get("meta").and_then(|meta| meta.get("versionId"));
                said.and_then(Value::as_str) == Some(version)
            })
        };
        self.only(found.into_iter().filter(is_version), OTHER_VERSION)
    }

    fn contained(&self, id: &str, container: Element<'a>) -> Option<Element<'a>> {
        if id.is_empty() {
            return Some(container);
        }
        let is_it = |r: &Element<'a>| r.value().get("id").and_then(Value::as_str) == Some(id);
        let found: Vec<_> = container.items("contained").into_iter().filter(is_it).collect();
        if found.is_empty() {
            return None;
        }
        self.only(found.into_iter(), SEVERAL)
    }

    /// Returns the resource if there is exactly one. Otherwise the target is uncertain.
    fn only(&self, mut found: impl Iterator<Item = Element<'a>>, none: &'static str) -> Option<Element<'a>> {
        let (first, more) = (found.next(), found.next().is_some());
        match first {
            Some(one) if !more => Some(one),
            found => {
                let why = if found.is_some() { SEVERAL } else { none };
                self.doubt.borrow_mut().get_or_insert(why);
                None
            }
        }
    }

    /// Returns the resource that is or contains `from`, and the `fullUrl` of its entry.
    fn holder(&self, from: Element<'a>) -> Option<(Element<'a>, Option<&str>)> {
        let is_from = |value: &Value| std::ptr::eq(value, from.value());
        let holds = |resource: Element<'a>| {
            let contained = resource.value().get("contained").and_then(Value::as_array);
            is_from(resource.value()) || contained.into_iter().flatten().any(is_from)
        };
        if let Some(alone) = self.alone {
            return holds(alone).then_some((alone, None));
        }
        let entry = self.entries.iter().find(|entry| holds(entry.resource))?;
        Some((entry.resource, entry.full_url.as_deref()))
    }

    /// Returns the refusal of a document with an ambiguous reference, or a reference to a missing version.
    pub(crate) fn doubt(&self) -> Option<Refused> {
        self.doubt.borrow().map(|why| refuse("reference", why))
    }

    /// Refuses a document with an uncertain reference.
    pub(crate) fn settled(&self) -> Result<(), Refused> {
        self.doubt().map_or(Ok(()), Err)
    }

    /// Returns true if a name, a number or a role is still valid at the hub's time: neither marked as old nor past its
    /// end.
    pub(crate) fn is_current(&self, of: &Element<'_>) -> bool {
        let called_old = matches!(of.value().get("use").and_then(Value::as_str), Some("old" | "maiden"));
        !called_old && !period::has_ended(of.value().get("period"), self.context.now)
    }

    /// Returns the target of a `Reference` element in the resource `from`, and marks it as read.
    pub(crate) fn target(&self, reference: Element<'a>, from: Element<'a>) -> Option<Element<'a>> {
        self.look_at(reference, from).map(Element::mark)
    }

    /// Returns the target of a `Reference` element without marking it as read.
    pub(crate) fn look_at(&self, reference: Element<'a>, from: Element<'a>) -> Option<Element<'a>> {
        let raw = reference.value().get("reference").and_then(Value::as_str)?;
        self.find(raw.trim(), from)
    }
}

const SEVERAL: &str = "En referanse i dokumentet kan bety flere ressurser, og det er ikke sikkert hvem av dem som er ment. \
    Gi hver ressurs sin egen fullUrl, eller nevn versjonen i referansen.";
const OTHER_VERSION: &str = "En referanse i dokumentet nevner en versjon (_history) av en ressurs som er med i en annen \
    versjon. Send den versjonen som er ment, med meta.versionId, eller vis til ressursen uten versjon.";

/// Lists the unread parts of `document`, for its sender.
pub(crate) fn left_over(document: &Value, marks: &Marks) -> Vec<String> {
    let name = document.get("resourceType").and_then(Value::as_str).unwrap_or_default();
    marks.left_over(document, crate::element::sayable(name))
}
