//! A reader of JSON Schema for tests. It knows the keywords of the catalogue's schemas and panics on any other, so that every rule
//! of a schema is tested.

use serde_json::Value;

/// Returns true if `value` obeys `schema`; `resolve` finds the schema that a `$ref` names.
pub(crate) fn accepts(schema: &Value, value: &Value, resolve: &dyn Fn(&str) -> Value) -> bool {
    let Value::Object(keywords) = schema else {
        return schema == &Value::Bool(true);
    };
    keywords.iter().all(|(keyword, rule)| match keyword.as_str() {
        "$schema" | "$id" | "title" | "description" | "format" | "x-category" | "x-value-categories" | "then" => true,
        "type" => is_type(rule.as_str().unwrap(), value),
        "const" => rule == value,
        "enum" => rule.as_array().unwrap().contains(value),
        "oneOf" => {
            rule.as_array()
                .unwrap()
                .iter()
                .filter(|s| accepts(s, value, resolve))
                .count()
                == 1
        }
        "allOf" => rule.as_array().unwrap().iter().all(|s| accepts(s, value, resolve)),
        "if" => !accepts(rule, value, resolve) || accepts(&schema["then"], value, resolve),
        "$ref" => accepts(&resolve(rule.as_str().unwrap()), value, resolve),
        "required" => value.as_object().is_none_or(|map| {
            rule.as_array()
                .unwrap()
                .iter()
                .all(|name| map.contains_key(name.as_str().unwrap()))
        }),
        "properties" => value.as_object().is_none_or(|map| {
            rule.as_object()
                .unwrap()
                .iter()
                .all(|(name, s)| map.get(name).is_none_or(|v| accepts(s, v, resolve)))
        }),
        "additionalProperties" => {
            assert_eq!(rule, &Value::Bool(false));
            value
                .as_object()
                .is_none_or(|map| map.keys().all(|name| schema["properties"].get(name).is_some()))
        }
        "items" => value
            .as_array()
            .is_none_or(|items| items.iter().all(|item| accepts(rule, item, resolve))),
        "minItems" => value
            .as_array()
            .is_none_or(|items| items.len() as u64 >= rule.as_u64().unwrap()),
        "maxItems" => value
            .as_array()
            .is_none_or(|items| items.len() as u64 <= rule.as_u64().unwrap()),
        "minLength" => value
            .as_str()
            .is_none_or(|text| text.chars().count() as u64 >= rule.as_u64().unwrap()),
        "maxLength" => value
            .as_str()
            .is_none_or(|text| text.chars().count() as u64 <= rule.as_u64().unwrap()),
        "minimum" => value.as_f64().is_none_or(|n| n >= rule.as_f64().unwrap()),
        "maximum" => value.as_f64().is_none_or(|n| n <= rule.as_f64().unwrap()),
        "pattern" => value.as_str().is_none_or(|text| matches(rule.as_str().unwrap(), text)),
        other => panic!("the schemas say `{other}`, which nothing checks"),
    })
}

fn is_type(name: &str, value: &Value) -> bool {
    match name {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "number" => value.is_number(),
        "integer" => value.as_f64().is_some_and(|n| n.fract() == 0.0),
        other => panic!("no type {other} in the schemas"),
    }
}

/// Matches the schemas' patterns in Rust. There are few patterns, and an unknown one panics.
fn matches(pattern: &str, text: &str) -> bool {
    let shaped = |shape: &str, text: &str| {
        text.len() >= shape.len()
            && shape
                .bytes()
                .zip(text.bytes())
                .all(|(s, t)| if s == b'd' { t.is_ascii_digit() } else { s == t })
    };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    match pattern {
        r"\S" => text.chars().any(|c| !c.is_whitespace()),
        "^[!-~]{1,200}$" => (1..=200).contains(&text.len()) && text.bytes().all(|b| (b'!'..=b'~').contains(&b)),
        "^[0-9]{11}$" => text.len() == 11 && digits(text),
        "^[0-9]{4}-[0-9]{2}-[0-9]{2}$" => text.len() == 10 && shaped("dddd-dd-dd", text),
        "^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:" => shaped("dddd-dd-ddTdd:", &text.replacen('t', "T", 1)),
        "^([a-z][a-z0-9-]{1,63}|org:[89][0-9]{8}|her:[0-9]+)$" => {
            if let Some(number) = text.strip_prefix("org:") {
                number.len() == 9 && digits(number) && number.starts_with(['8', '9'])
            } else if let Some(id) = text.strip_prefix("her:") {
                digits(id)
            } else {
                (2..=64).contains(&text.len())
                    && text.starts_with(|c: char| c.is_ascii_lowercase())
                    && text.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-'))
            }
        }
        other => panic!("the schemas have the pattern {other}, which nothing checks"),
    }
}
