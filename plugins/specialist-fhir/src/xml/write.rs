//! Writes JSON as the equivalent XML, in the order of R4's model.

use bindeledd_sdk::page::xml;
use serde_json::{Map, Value};

use super::model::{Model, Slot, Type};
use super::{FHIR, xhtml};

/// Writes a resource; `None` if the model lacks a part of it. The adapter writes no such part.
pub(crate) fn write(resource: &Value) -> Option<String> {
    let mut writer = Writer {
        model: Model::new(),
        out: String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"),
    };
    writer.resource(resource, true)?;
    writer.out.push('\n');
    Some(writer.out)
}

struct Writer {
    model: Model,
    out: String,
}

impl Writer {
    fn resource(&mut self, resource: &Value, outermost: bool) -> Option<()> {
        let members = resource.as_object()?;
        let name = members.get("resourceType")?.as_str()?;
        self.out.push('<');
        self.out.push_str(name);
        if outermost {
            self.attribute("xmlns", FHIR);
        }
        self.out.push('>');
        let written = self.members(members, name, &["resourceType"])?;
        self.close(name);
        (written == members.len()).then_some(())
    }

    /// Writes the members except those in `elsewhere`, and returns the number of members including those.
    fn members(&mut self, members: &Map<String, Value>, type_name: &str, elsewhere: &[&str]) -> Option<usize> {
        let slots = self.model.slots(type_name)?.to_vec();
        let mut written = elsewhere.iter().filter(|name| members.contains_key(**name)).count();
        for slot in slots {
            if elsewhere.contains(&slot.name) {
                continue;
            }
            for (name, value, extended) in self.there(members, slot) {
                written += usize::from(value.is_some()) + usize::from(extended.is_some());
                let of = self.model.meant(slot, name)?;
                for (value, extended) in pairs(slot.many, value, extended)? {
                    self.element(name, value, extended, &of)?;
                }
            }
        }
        Some(written)
    }

    /// Returns the present elements of a slot: name, value and extension.
    fn there<'v>(
        &self,
        members: &'v Map<String, Value>,
        slot: Slot,
    ) -> Vec<(&'v str, Option<&'v Value>, Option<&'v Value>)> {
        let mut names: Vec<&str> = members
            .keys()
            .map(|key| key.strip_prefix('_').unwrap_or(key))
            .filter(|name| match slot.is_choice() {
                true => name.starts_with(slot.name) && self.model.meant(slot, name).is_some(),
                false => *name == slot.name,
            })
            .collect();
        names.sort_unstable();
        names.dedup();
        let found = |name: &'v str| (name, members.get(name), members.get(&format!("_{name}")));
        names.into_iter().map(found).collect()
    }

    fn element(&mut self, name: &str, value: Option<&Value>, extended: Option<&Value>, of: &Type<'_>) -> Option<()> {
        match (of, value) {
            (Type::Xhtml, Some(Value::String(text))) => {
                self.out.push_str(&xhtml::from_text(text)?);
                return Some(());
            }
            (Type::Resource, Some(resource)) => {
                self.out.push('<');
                self.out.push_str(name);
                self.out.push('>');
                self.resource(resource, false)?;
                self.close(name);
                return Some(());
            }
            (Type::Complex(type_name), Some(Value::Object(members))) => return self.complex(name, type_name, members),
            (Type::Primitive(_), _) => {}
            _ => return None,
        }
        self.out.push('<');
        self.out.push_str(name);
        let extended = extended.map(|e| e.as_object().ok_or(())).transpose().ok()?;
        if let Some(id) = extended.and_then(|e| e.get("id")) {
            self.attribute("id", id.as_str()?);
        }
        match value {
            Some(Value::String(text)) => self.attribute("value", text),
            Some(Value::Number(n)) => self.attribute("value", &n.to_string()),
            Some(Value::Bool(b)) => self.attribute("value", &b.to_string()),
            None => {}
            Some(_) => return None,
        }
        let Some(extensions) = extended.and_then(|e| e.get("extension")) else {
            self.out.push_str("/>");
            return Some(());
        };
        self.out.push('>');
        for extension in extensions.as_array()? {
            self.complex("extension", "Extension", extension.as_object()?)?;
        }
        self.close(name);
        Some(())
    }

    fn complex(&mut self, name: &str, type_name: &str, members: &Map<String, Value>) -> Option<()> {
        self.out.push('<');
        self.out.push_str(name);
        let attributes: &[&str] = if type_name == "Extension" {
            &["id", "url"]
        } else {
            &["id"]
        };
        for attribute in attributes {
            if let Some(value) = members.get(*attribute) {
                self.attribute(attribute, value.as_str()?);
            }
        }
        self.out.push('>');
        let written = self.members(members, type_name, attributes)?;
        self.close(name);
        (written == members.len()).then_some(())
    }

    fn attribute(&mut self, name: &str, value: &str) {
        self.out.push(' ');
        self.out.push_str(name);
        self.out.push_str("=\"");
        xml::attribute(&mut self.out, value.chars());
        self.out.push('"');
    }

    fn close(&mut self, name: &str) {
        self.out.push_str("</");
        self.out.push_str(name);
        self.out.push('>');
    }
}

/// Pairs each value with its extension. JSON has them in two parallel lists, with null for a missing entry.
fn pairs<'v>(
    many: bool,
    value: Option<&'v Value>,
    extended: Option<&'v Value>,
) -> Option<Vec<(Option<&'v Value>, Option<&'v Value>)>> {
    if !many {
        return Some(vec![(value, extended)]);
    }
    let list = |of: Option<&'v Value>| match of {
        None => Some(&[][..]),
        Some(of) => of.as_array().map(Vec::as_slice),
    };
    let (values, extended) = (list(value)?, list(extended)?);
    let at = |list: &'v [Value], i: usize| list.get(i).filter(|v| !v.is_null());
    let pair = |i| (at(values, i), at(extended, i));
    Some((0..values.len().max(extended.len())).map(pair).collect())
}
