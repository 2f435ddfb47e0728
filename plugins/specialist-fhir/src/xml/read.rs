//! Reads XML into the equivalent JSON.

use std::collections::BTreeMap;

use bindeledd_sdk::catalogue::{encoding, json};
use roxmltree::{Document, Node, ParsingOptions};
use serde_json::{Map, Number, Value};

use super::model::{Model, Slot, Type};
use super::{FHIR, XHTML, guard, xhtml};
use crate::json::MAX_BYTES;
use crate::refusal::{Refused, refuse};

/// Members that every resource may have.
const COMMON: [&str; 8] = [
    "contained",
    "extension",
    "id",
    "implicitRules",
    "language",
    "meta",
    "modifierExtension",
    "text",
];

/// The values of one name, each with its extensions.
type Values = Vec<(Value, Value)>;

/// Reads a resource in XML.
pub(crate) fn parse(body: &[u8]) -> Result<Value, Refused> {
    if body.len() > MAX_BYTES {
        return Err(refuse(
            "too-large",
            "Dokumentet er for stort. Send det på nytt uten vedlegg.",
        ));
    }
    let text = encoding::text(body).map_err(|found| {
        let found = found
            .name()
            .map_or_else(String::new, |name| format!(" Det er i {name}."));
        refuse(
            "xml",
            format!("Dokumentet er ikke XML i UTF-8, som FHIR krever.{found} Send det på nytt i UTF-8."),
        )
    })?;
    guard::check(text)?;
    let options = ParsingOptions {
        nodes_limit: guard::MAX_NODES,
        ..ParsingOptions::default()
    };
    let document = Document::parse_with_options(text, options).map_err(|e| match e {
        roxmltree::Error::NodesLimitReached => guard::too_large(),
        // The parser's error text may repeat the document, so that only the position is reported.
        e => refuse(
            "xml",
            format!(
                "Dokumentet er ikke lesbar XML (linje {}, tegn {}). Send en FHIR R4-ressurs som application/fhir+xml.",
                e.pos().row,
                e.pos().col
            ),
        ),
    })?;
    let root = document.root_element();
    if root.tag_name().namespace() != Some(FHIR) {
        return Err(refuse(
            "xml",
            format!("Dokumentet er ikke FHIR: rotelementet er ikke i navnerommet {FHIR}."),
        ));
    }
    Reader { model: Model::new() }.resource(root)
}

struct Reader {
    model: Model,
}

impl Reader {
    fn resource(&self, node: Node<'_, '_>) -> Result<Value, Refused> {
        let name = node.tag_name().name();
        let mut members = self.members(node, name)?;
        members.insert("resourceType".into(), name.into());
        Ok(members.into())
    }

    /// Reads the members of an element of this type. An element that the model lacks is read without a type.
    fn members(&self, node: Node<'_, '_>, type_name: &str) -> Result<Map<String, Value>, Refused> {
        let mut found: BTreeMap<&str, (bool, Values)> = BTreeMap::new();
        for attribute in attributes(node) {
            let known = attribute.name() == "id" || (attribute.name() == "url" && type_name == "Extension");
            if !known {
                return Err(not_fhir(node, "et attributt"));
            }
            found.insert(attribute.name(), (false, vec![(attribute.value().into(), Value::Null)]));
        }
        for child in elements(node)? {
            let name = child.tag_name().name();
            // In JSON these names have another meaning.
            if name == "resourceType" || !name.bytes().all(|b| b.is_ascii_alphanumeric()) {
                return Err(not_fhir(child, "et navn"));
            }
            let element = self
                .model
                .element(type_name, name)
                .or_else(|| self.common(type_name, name));
            let value = match &element {
                Some((_, of)) => self.value(child, of)?,
                None => self.value(child, &Type::Unknown)?,
            };
            let (many, values) = found.entry(name).or_default();
            match element {
                Some((slot, _)) => *many = slot.many,
                // It is unknown whether an unknown element may repeat.
                None => *many = !values.is_empty(),
            }
            if !*many && !values.is_empty() {
                return Err(refuse(
                    "duplicate-member",
                    format!(
                        "Dokumentet har samme element to ganger ({}), og det er ikke sikkert hva som gjelder.",
                        place(child)
                    ),
                ));
            }
            values.push(value);
        }
        Ok(put_together(found))
    }

    /// Returns a common member of a resource, or of an element in it, that the model lacks.
    fn common<'n>(&self, type_name: &str, name: &'n str) -> Option<(Slot, Type<'n>)> {
        let is_common = match type_name {
            "" => matches!(name, "extension" | "modifierExtension"),
            resource => self.model.slots(resource).is_none() && COMMON.contains(&name),
        };
        if is_common {
            self.model.element("Communication", name)
        } else {
            None
        }
    }

    /// Returns an element's value, and the extensions if the value is primitive.
    fn value(&self, node: Node<'_, '_>, of: &Type<'_>) -> Result<(Value, Value), Refused> {
        let whole = |value: Value| (value, Value::Null);
        match of {
            Type::Primitive(name) => self.primitive(node, name),
            Type::Complex(name) => Ok(whole(self.members(node, name)?.into())),
            Type::Resource => {
                let inside = elements(node)?;
                match inside.as_slice() {
                    [one] => Ok(whole(self.resource(*one)?)),
                    _ => Err(not_fhir(node, "ikke én ressurs")),
                }
            }
            Type::Xhtml => Ok(whole(xhtml::from_element(node).into())),
            Type::Unknown if node.tag_name().namespace() == Some(XHTML) => Ok(whole(xhtml::from_element(node).into())),
            Type::Unknown if node.attribute("value").is_some() => self.primitive(node, "string"),
            Type::Unknown => Ok(whole(self.members(node, "")?.into())),
        }
    }

    fn primitive(&self, node: Node<'_, '_>, type_name: &str) -> Result<(Value, Value), Refused> {
        let mut extended = Map::new();
        let mut value = Value::Null;
        for attribute in attributes(node) {
            match attribute.name() {
                "value" => value = typed(attribute.value(), type_name),
                "id" => {
                    extended.insert("id".into(), attribute.value().into());
                }
                _ => return Err(not_fhir(node, "et attributt")),
            }
        }
        let mut extensions = Vec::new();
        for child in elements(node)? {
            if child.tag_name().name() != "extension" {
                return Err(not_fhir(child, "et element i en verdi"));
            }
            extensions.push(self.members(child, "Extension")?.into());
        }
        if !extensions.is_empty() {
            extended.insert("extension".into(), Value::Array(extensions));
        }
        let extended = if extended.is_empty() {
            Value::Null
        } else {
            extended.into()
        };
        Ok((value, extended))
    }
}

/// Converts a value to JSON. A value that does not have its declared type stays text.
fn typed(raw: &str, type_name: &str) -> Value {
    let found = match type_name {
        "boolean" => raw.parse::<bool>().ok().map(Value::Bool),
        "integer" | "positiveInt" | "unsignedInt" => whole(raw).map(Value::from),
        "decimal" => raw
            .parse::<i64>()
            .ok()
            .map(Value::from)
            .or_else(|| decimal(raw).map(Value::Number)),
        _ => None,
    };
    found.unwrap_or_else(|| raw.into())
}

fn whole(raw: &str) -> Option<i64> {
    raw.parse().ok().or_else(|| decimal(raw)?.as_i64())
}

fn decimal(raw: &str) -> Option<Number> {
    // Rust reads `inf` and `.5` as numbers; JSON does not.
    let number = serde_json::from_str::<Number>(raw).ok()?;
    // A number without a fraction is a whole number, as in JSON.
    number
        .as_f64()
        .filter(|_| number.is_f64())
        .and_then(json::number)
        .or(Some(number))
}

fn put_together(found: BTreeMap<&str, (bool, Values)>) -> Map<String, Value> {
    let mut out = Map::new();
    for (name, (many, values)) in found {
        let (values, extended): (Vec<_>, Vec<_>) = values.into_iter().unzip();
        let (has_value, has_extended) = (
            values.iter().any(|v| !v.is_null()),
            extended.iter().any(|v| !v.is_null()),
        );
        let mut put = |name: String, mut list: Vec<Value>| {
            let value = if many { Value::Array(list) } else { list.swap_remove(0) };
            out.insert(name, value);
        };
        if has_value {
            put(name.to_owned(), values);
        }
        if has_extended {
            put(format!("_{name}"), extended);
        }
    }
    out
}

/// Returns the attributes without a namespace, since FHIR defines no others. `xsi:schemaLocation` is skipped.
fn attributes<'a, 'i: 'a>(node: Node<'a, 'i>) -> impl Iterator<Item = roxmltree::Attribute<'a, 'i>> {
    node.attributes().filter(|a| a.namespace().is_none())
}

/// Returns the child elements. They must be in FHIR's namespace, with no text between them.
fn elements<'a, 'i>(node: Node<'a, 'i>) -> Result<Vec<Node<'a, 'i>>, Refused> {
    let mut out = Vec::new();
    for child in node.children() {
        if child.is_element() {
            match child.tag_name().namespace() {
                Some(FHIR) => out.push(child),
                Some(XHTML) if child.tag_name().name() == "div" => out.push(child),
                _ => return Err(not_fhir(child, "et element fra et annet navnerom")),
            }
        } else if child.is_text() && child.text().is_some_and(|t| !t.trim().is_empty()) {
            return Err(not_fhir(node, "tekst mellom elementene"));
        }
    }
    Ok(out)
}

fn place(node: Node<'_, '_>) -> String {
    let at = node.document().text_pos_at(node.range().start);
    format!("linje {}, tegn {}", at.row, at.col)
}

fn not_fhir(node: Node<'_, '_>, what: &str) -> Refused {
    refuse(
        "xml",
        format!(
            "Dokumentet er ikke FHIR i XML: det har {what} som ikke hører hjemme der ({}).",
            place(node)
        ),
    )
}
