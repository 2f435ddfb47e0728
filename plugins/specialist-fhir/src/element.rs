//! FHIR elements that record the reading of each member, so that no part of a document is silently ignored.
//!
//! Reading an element marks it. Afterwards [`Marks::left_over`] walks the document and names everything unread.

use std::cell::RefCell;
use std::collections::BTreeSet;

use serde_json::Value;

use crate::codes;

/// Members without meaning for the message: they are neither read nor reported.
const NOISE: [&str; 6] = ["resourceType", "id", "meta", "text", "language", "fhir_comments"];
/// Maximum number of unread elements that are named individually.
const MAX_NAMED: usize = 40;

/// Addresses of the values that were read. Addresses identify values, since the document does not move while it is read.
#[derive(Debug, Default)]
pub(crate) struct Marks(RefCell<BTreeSet<usize>>);

/// One element of a document.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Element<'a> {
    value: &'a Value,
    marks: &'a Marks,
}

impl<'a> Element<'a> {
    pub(crate) fn root(value: &'a Value, marks: &'a Marks) -> Self {
        Self { value, marks }.mark()
    }

    pub(crate) const fn value(&self) -> &'a Value {
        self.value
    }

    /// Marks only the element itself as read; its members need marks of their own.
    pub(crate) fn mark(self) -> Self {
        self.marks.0.borrow_mut().insert(std::ptr::from_ref(self.value).addr());
        self
    }

    /// Marks everything in the element as read.
    pub(crate) fn mark_all(self) -> Self {
        let mut open = vec![self.value];
        while let Some(value) = open.pop() {
            self.marks.0.borrow_mut().insert(std::ptr::from_ref(value).addr());
            match value {
                Value::Array(items) => open.extend(items),
                Value::Object(members) => open.extend(members.values()),
                _ => {}
            }
        }
        self
    }

    /// Returns a member without marking it.
    pub(crate) fn peek(&self, name: &str) -> Option<Self> {
        self.value.get(name).map(|value| Self {
            value,
            marks: self.marks,
        })
    }

    /// Returns a member that is an object, and marks it.
    pub(crate) fn get(&self, name: &str) -> Option<Self> {
        self.peek(name).filter(|e| e.value.is_object()).map(Self::mark)
    }

    /// Returns a member that is text, and marks it.
    pub(crate) fn text(&self, name: &str) -> Option<&'a str> {
        let found = self.peek(name)?;
        let text = found.value.as_str()?;
        found.mark();
        Some(text)
    }

    /// Returns the objects in a member that is a list. The caller marks those it uses.
    pub(crate) fn items(&self, name: &str) -> Vec<Self> {
        let Some(list) = self.peek(name) else { return Vec::new() };
        let Some(items) = list.value.as_array() else {
            return Vec::new();
        };
        list.mark();
        items
            .iter()
            .filter(|v| v.is_object())
            .map(|value| Self {
                value,
                marks: self.marks,
            })
            .collect()
    }

    pub(crate) fn resource_type(&self) -> &'a str {
        self.value
            .get("resourceType")
            .and_then(Value::as_str)
            .unwrap_or_default()
    }

    /// Returns the project's extensions with this name, and marks them.
    pub(crate) fn extensions(&self, name: &str) -> Vec<Self> {
        let url = codes::extension(name);
        let is_it = |e: &Self| e.value.get("url").and_then(Value::as_str) == Some(url.as_str());
        let found: Vec<_> = self
            .items("extension")
            .into_iter()
            .filter(is_it)
            .map(Self::mark)
            .collect();
        for extension in &found {
            extension.text("url");
        }
        found
    }

    /// Returns the project's extension with this name, if there is exactly one.
    pub(crate) fn extension(&self, name: &str) -> Option<Self> {
        match self.extensions(name).as_slice() {
            [one] => Some(*one),
            _ => None,
        }
    }

    /// Returns the codes of one system in a `CodeableConcept`. Its text and displays are ignored, since they repeat the codes in
    /// words.
    pub(crate) fn codes_of(&self, system: &str) -> Vec<&'a str> {
        let mut found = Vec::new();
        for coding in self.items("coding") {
            if coding.value.get("system").and_then(Value::as_str) == Some(system)
                && let Some(code) = coding.text("code")
            {
                coding.mark();
                for said in ["system", "display", "version"] {
                    coding.text(said);
                }
                found.push(code);
            }
        }
        if !found.is_empty() {
            self.mark().text("text");
        }
        found
    }
}

impl Marks {
    /// Lists every unread part of `value`, whose path in the document is `path`.
    pub(crate) fn left_over(&self, value: &Value, path: &str) -> Vec<String> {
        let mut out = Vec::new();
        self.collect(value, path, &mut out);
        let more = out.len().saturating_sub(MAX_NAMED);
        out.truncate(MAX_NAMED);
        if more > 0 {
            out.push(format!("Ytterligere {more} elementer i {path} er ikke tatt med."));
        }
        out
    }

    pub(crate) fn is_marked(&self, value: &Value) -> bool {
        self.0.borrow().contains(&std::ptr::from_ref(value).addr())
    }

    fn collect(&self, value: &Value, path: &str, out: &mut Vec<String>) {
        match value {
            Value::Object(members) => {
                for (name, member) in members.iter().filter(|(name, _)| !NOISE.contains(&name.as_str())) {
                    self.one(member, &format!("{path}.{}", sayable(name)), out);
                }
            }
            Value::Array(items) => {
                for (i, item) in items.iter().enumerate() {
                    self.one(item, &format!("{path}[{i}]"), out);
                }
            }
            _ => {}
        }
    }

    fn one(&self, value: &Value, path: &str, out: &mut Vec<String>) {
        let resource = value.get("resourceType").and_then(Value::as_str).map(sayable);
        match (self.is_marked(value), resource) {
            (true, Some(resource)) => self.collect(value, resource, out),
            (true, None) => self.collect(value, path, out),
            (false, Some(resource)) => out.push(format!("Ressursen {resource} ({path}) er ikke tatt med.")),
            // The list of contained resources is not an element itself.
            (false, None) if path.ends_with(".contained") => self.collect(value, path, out),
            (false, None) => out.push(format!("Elementet {path} er ikke tatt med.")),
        }
    }
}

/// Returns a name if it looks like an element's name; an unknown name may itself be personal data.
pub(crate) fn sayable(name: &str) -> &str {
    let ok = (1..=40).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_alphabetic() || b == b'_');
    if ok { name } else { "?" }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_nobody_read_is_named_and_what_was_read_is_not() {
        let value = json!({"resourceType": "Communication", "id": "x", "text": {"div": "…"}, "medium": [{"text": "brev"}],
            "topic": {"text": "x", "coding": [{"system": "a", "code": "b"}, {"system": "c", "code": "d"}]}});
        let marks = Marks::default();
        let element = Element::root(&value, &marks);
        assert_eq!(element.get("topic").unwrap().codes_of("a"), ["b"]);
        assert_eq!(
            marks.left_over(&value, "Communication"),
            [
                "Elementet Communication.medium er ikke tatt med.",
                "Elementet Communication.topic.coding[1] er ikke tatt med."
            ]
        );
    }

    #[test]
    fn a_member_of_another_type_is_not_read_and_so_named() {
        let value = json!({"status": ["completed"], "sent": {"x": 1}, "Kari Nordmann 15720255178": true});
        let marks = Marks::default();
        let element = Element::root(&value, &marks);
        assert!(
            element.text("status").is_none() && element.items("sent").is_empty() && element.get("status").is_none()
        );
        let left = marks.left_over(&value, "Task");
        assert_eq!(left.len(), 3);
        assert!(!left.concat().contains("Kari"));
    }
}
