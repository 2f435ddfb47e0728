//! Compares the outputs of two versions of an adapter by value: JSON and XML as trees, any other text by line.
//!
//! A reordered field or another indentation is no difference. A path leads to each one that is.

use std::collections::BTreeMap;

use bindeledd_core::contract::{Method, Reading, Refusal, Request};
use bindeledd_core::encoding::without_mark;
use bindeledd_engine::ports::AdapterFault;
use serde_json::{Map, Value, json};

/// A difference between two outputs. The values may be content, so that a difference is shown for synthetic samples alone.
#[derive(Debug, Clone, PartialEq)]
pub struct Difference {
    /// Place in the output, such as `body.messages[0].text`.
    pub path: String,
    /// Value before; `None` if there was none.
    pub before: Option<Value>,
    /// Value after; `None` if there is none.
    pub after: Option<Value>,
}

/// Maximum number of differences of one output.
const DIFFERENCES: usize = 200;
/// Maximum depth of a document that is compared as a tree.
const DEPTH: usize = 64;

/// Returns a reading as a tree.
#[must_use]
pub fn reading(read: &Result<Reading, AdapterFault>) -> Value {
    match read {
        Ok(Reading::Messages {
            messages,
            left_out,
            origin,
            wants_receipt,
        }) => {
            let messages: Vec<_> = messages.iter().map(bindeledd_core::Draft::to_json).collect();
            json!({ "messages": messages, "leftOut": left_out, "origin": origin, "wantsReceipt": wants_receipt })
        }
        Ok(Reading::Receipt(receipt)) => json!({ "receipt": receipt }),
        Ok(Reading::Nothing(why)) => json!({ "nothing": why }),
        Ok(Reading::Refused(refused)) => refusal(refused),
        Err(fault) => json!({ "fault": fault.code() }),
    }
}

/// Returns a written request as a tree. Its body is one, too, if it is JSON or XML.
#[must_use]
pub fn written(written: &Result<Result<Request, Refusal>, AdapterFault>) -> Value {
    match written {
        Ok(Ok(written)) => request(written),
        Ok(Err(refused)) => refusal(refused),
        Err(fault) => json!({ "fault": fault.code() }),
    }
}

fn refusal(refused: &Refusal) -> Value {
    let answer = refused.answer.as_ref().map(request);
    json!({ "refused": { "code": refused.code, "text": refused.text, "answer": answer } })
}

fn request(request: &Request) -> Value {
    let method = match request.method {
        Method::Get => "GET",
        Method::Post => "POST",
        Method::Put => "PUT",
        Method::Patch => "PATCH",
        Method::Delete => "DELETE",
    };
    let headers: BTreeMap<_, _> = request
        .headers
        .iter()
        .map(|(name, value)| (name.to_ascii_lowercase(), value))
        .collect();
    let references: Vec<_> = request
        .references
        .iter()
        .map(|r| json!({ "scheme": r.scheme, "value": r.value }))
        .collect();
    json!({
        "method": method, "path": request.path, "headers": headers, "credential": request.credential, "references": references,
        "body": document(&request.body),
    })
}

/// Returns a document as a tree: JSON and XML by value, other text by line, and bytes by their number and their beginning.
#[must_use]
pub fn document(bytes: &[u8]) -> Value {
    let bytes = without_mark(bytes);
    let first = bytes.iter().find(|byte| !byte.is_ascii_whitespace());
    let tree = match first {
        Some(b'{' | b'[') => bindeledd_core::json::parse(bytes).ok(),
        Some(b'<') => xml(bytes),
        _ => None,
    };
    tree.unwrap_or_else(|| match std::str::from_utf8(bytes) {
        Ok(text) => json!({ "lines": text.lines().collect::<Vec<_>>() }),
        Err(_) => json!({ "bytes": bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>() }),
    })
}

fn xml(bytes: &[u8]) -> Option<Value> {
    let text = std::str::from_utf8(bytes).ok()?;
    let options = roxmltree::ParsingOptions {
        nodes_limit: 200_000,
        ..roxmltree::ParsingOptions::default()
    };
    let parsed = roxmltree::Document::parse_with_options(text, options).ok()?;
    let root = parsed.root_element();
    Some(json!({ root.tag_name().name(): element(root, 0)? }))
}

/// Returns an element: its attributes, its text, and its children by name. `None` for a document that is too deep.
fn element(node: roxmltree::Node<'_, '_>, depth: usize) -> Option<Value> {
    if depth > DEPTH {
        return None;
    }
    let mut map = Map::new();
    for attribute in node.attributes() {
        map.insert(format!("@{}", attribute.name()), attribute.value().into());
    }
    let text: String = node
        .children()
        .filter(|child| child.is_text())
        .filter_map(|child| child.text())
        .collect();
    if !text.trim().is_empty() {
        map.insert("text".to_owned(), text.trim().into());
    }
    for child in node.children().filter(roxmltree::Node::is_element) {
        let of_name = map.entry(child.tag_name().name()).or_insert_with(|| json!([]));
        let value = element(child, depth + 1)?;
        if let Value::Array(items) = of_name {
            items.push(value);
        }
    }
    Some(map.into())
}

/// Returns the differences between two trees, at most some hundreds.
#[must_use]
pub fn differences(before: &Value, after: &Value) -> Vec<Difference> {
    let mut found = Vec::new();
    compare(String::new(), (Some(before), Some(after)), &mut found);
    found
}

fn compare(path: String, (before, after): (Option<&Value>, Option<&Value>), found: &mut Vec<Difference>) {
    if before == after || found.len() >= DIFFERENCES {
        return;
    }
    match (before, after) {
        (Some(Value::Object(before)), Some(Value::Object(after))) => {
            let names = before
                .keys()
                .chain(after.keys().filter(|name| !before.contains_key(*name)));
            for name in names {
                let path = if path.is_empty() {
                    name.clone()
                } else {
                    format!("{path}.{name}")
                };
                compare(path, (before.get(name), after.get(name)), found);
            }
        }
        (Some(Value::Array(before)), Some(Value::Array(after))) => {
            for place in 0..before.len().max(after.len()) {
                let path = format!("{path}[{place}]");
                compare(path, (before.get(place), after.get(place)), found);
            }
        }
        (before, after) => found.push(Difference {
            path,
            before: before.cloned(),
            after: after.cloned(),
        }),
    }
}

/// Returns a path without anything that could be a value. Positions become `[]`, and a name that an adapter may have made out of
/// content becomes `*`.
pub(crate) fn without_values(path: &str) -> String {
    let part = |part: &str| {
        let name = part.split('[').next().unwrap_or_default();
        let places = "[]".repeat(part.matches('[').count());
        let digits = name.bytes().filter(u8::is_ascii_digit).count();
        let legal = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'@' | b'-' | b'_' | b':');
        let is_name = !name.is_empty() && name.len() <= 40 && digits <= 2 && name.bytes().all(legal);
        format!("{}{places}", if is_name { name } else { "*" })
    };
    let parts: Vec<_> = path.split('.').map(part).collect();
    parts.join(".")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(before: &[u8], after: &[u8]) -> Vec<String> {
        let found = differences(&document(before), &document(after));
        found.into_iter().map(|difference| difference.path).collect()
    }

    #[test]
    fn order_of_fields_and_white_space_are_no_difference() {
        assert_eq!(paths(br#"{"a": 1, "b": [1, 2]}"#, b"{\"b\":[1,2],\n\"a\":1}"), [""; 0]);
        assert_eq!(
            paths(
                b"<a x='1' y='2'><b>t</b></a>",
                b"\xef\xbb\xbf<a y=\"2\" x=\"1\">\n  <b>t</b>\n</a>"
            ),
            [""; 0]
        );
        assert_eq!(paths(b"a,b\r\n1,2\r\n", b"a,b\n1,2\n"), [""; 0]);
    }

    #[test]
    fn each_difference_has_its_place_and_both_values() {
        assert_eq!(
            paths(br#"{"a": {"b": [1, 2]}}"#, br#"{"a": {"b": [1, 3, 4]}, "c": 1}"#),
            ["a.b[1]", "a.b[2]", "c"]
        );
        assert_eq!(
            paths(b"<a><b>x</b><b>y</b><c/></a>", b"<a><b>x</b><b z='1'>w</b></a>"),
            ["a.b[1].text", "a.b[1].@z", "a.c"]
        );
        assert_eq!(paths(b"a\nb", b"a\nc"), ["lines[1]"]);
        assert_eq!(paths(b"\xff", b"\xfe"), ["bytes"]);
        let found = differences(&json!({"a": 1}), &json!({"a": "1"}));
        assert_eq!(
            (&found[0].before, &found[0].after),
            (&Some(1.into()), &Some("1".into()))
        );
    }

    #[test]
    fn a_hostile_document_is_compared_as_text() {
        let deep = "<a>".repeat(5_000);
        assert_eq!(document(deep.as_bytes()), json!({ "lines": [deep] }));
        let closed = format!("{}{}", "<a>".repeat(100), "</a>".repeat(100));
        assert_eq!(document(closed.as_bytes()), json!({ "lines": [closed] }));
        let many: Value = (0..1_000).collect::<Vec<_>>().into();
        assert_eq!(differences(&many, &json!([])).len(), DIFFERENCES);
    }

    #[test]
    fn a_path_for_a_report_has_no_value() {
        assert_eq!(without_values("body.messages[12].text"), "body.messages[].text");
        assert_eq!(without_values("body.15720255178.name"), "body.*.name");
        assert_eq!(without_values("body.Kari Berg[0][1]"), "body.*[][]");
        assert_eq!(without_values(&"x".repeat(50)), "*");
    }
}
