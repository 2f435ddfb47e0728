//! Checks of an endpoint's settings against the schema in an adapter's manifest.
//!
//! The schema comes from an adapter. It is compiled without a loader, so that it can neither read a file nor contact a
//! server. Properties that the schema does not name are refused.

use bindeledd_core::{InputCode, InputError};
use boon::{Compiler, ErrorKind, Schemas, UrlLoader, ValidationError};
use serde_json::Value;

/// Name of the schema during its compilation.
const NAME: &str = "bindeledd:settings";

/// Keywords by which a schema itself decides about properties that it does not name.
const SAYS_WHAT_ELSE: [&str; 8] = [
    "additionalProperties",
    "unevaluatedProperties",
    "patternProperties",
    "$ref",
    "allOf",
    "anyOf",
    "oneOf",
    "if",
];

/// A loader of referenced schemas that loads nothing.
struct Nowhere;

impl UrlLoader for Nowhere {
    fn load(&self, _url: &str) -> Result<Value, Box<dyn std::error::Error>> {
        Err("a schema of settings refers to nothing outside of itself".into())
    }
}

/// Returns the faults of these settings by the schema. The path of a fault begins at the settings.
pub(crate) fn faults(schema: &Value, settings: &Value) -> Vec<InputError> {
    let unusable = || {
        let expected = "a schema in the adapter's manifest that can be used; tell the maker of the adapter";
        vec![InputError::new(InputCode::Invalid, "", expected)]
    };
    let mut compiler = Compiler::new();
    compiler.use_loader(Box::new(Nowhere));
    let mut schemas = Schemas::new();
    if compiler.add_resource(NAME, closed(schema)).is_err() {
        return unusable();
    }
    let Ok(compiled) = compiler.compile(NAME, &mut schemas) else {
        return unusable();
    };
    match schemas.validate(settings, compiled) {
        Ok(()) => Vec::new(),
        Err(error) => {
            let mut found = Vec::new();
            leaves(&error, &mut found);
            found
        }
    }
}

/// Returns the values of the settings that the schema gives a default for.
pub(crate) fn defaults(schema: &Value) -> serde_json::Map<String, Value> {
    let properties = schema.get("properties").and_then(Value::as_object);
    let properties = properties.into_iter().flatten();
    let with = properties.filter_map(|(name, schema)| Some((name.clone(), schema.get("default")?.clone())));
    with.collect()
}

/// Returns the schema, changed so that it refuses unknown properties at its top level.
fn closed(schema: &Value) -> Value {
    let mut schema = schema.clone();
    if let Value::Object(map) = &mut schema
        && !SAYS_WHAT_ELSE.iter().any(|word| map.contains_key(*word))
    {
        map.insert("additionalProperties".to_owned(), false.into());
    }
    schema
}

/// Collects the single faults from groups of faults. A fault names the expected value, and never the given value.
fn leaves(error: &ValidationError<'_, '_>, found: &mut Vec<InputError>) {
    let path = error.instance_location.to_string().replace('/', ".");
    match &error.kind {
        ErrorKind::AdditionalProperties { got } => {
            let unknown = |name: &str| {
                let expected = "a setting of this adapter; `bindeledd plugin inspect --json` names them";
                InputError::new(InputCode::Unknown, format!("{path}.{name}"), expected)
            };
            found.extend(got.iter().map(|name| unknown(name)));
        }
        ErrorKind::Required { want } => {
            let missing = |name: &str| {
                InputError::new(
                    InputCode::Missing,
                    format!("{path}.{name}"),
                    "a setting that the adapter needs",
                )
            };
            found.extend(want.iter().map(|name| missing(name)));
        }
        ErrorKind::Enum { want } => {
            let known: Vec<_> = want.iter().map(said).collect();
            let expected = format!("one of {}", known.join(", "));
            found.push(InputError::new(InputCode::UnknownCode, path, expected));
        }
        kind if error.causes.is_empty() => found.push(InputError::new(InputCode::Invalid, path, expected(kind))),
        _ => error.causes.iter().for_each(|cause| leaves(cause, found)),
    }
}

fn said(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn expected(kind: &ErrorKind<'_, '_>) -> String {
    match kind {
        ErrorKind::Type { want, .. } => {
            let types: Vec<_> = want.iter().map(|wanted| wanted.to_string()).collect();
            format!("of type {}", types.join(" or "))
        }
        ErrorKind::Const { want } => said(want),
        ErrorKind::Pattern { want, .. } => format!("text that fits {want}"),
        ErrorKind::Format { want, .. } => format!("a text of the format {want}"),
        ErrorKind::MinLength { want, .. } => format!("at least {want} characters"),
        ErrorKind::MaxLength { want, .. } => format!("at most {want} characters"),
        ErrorKind::Minimum { want, .. } => format!("at least {want}"),
        ErrorKind::Maximum { want, .. } => format!("at most {want}"),
        ErrorKind::ExclusiveMinimum { want, .. } => format!("more than {want}"),
        ErrorKind::ExclusiveMaximum { want, .. } => format!("less than {want}"),
        ErrorKind::MinItems { want, .. } => format!("at least {want} items"),
        ErrorKind::MaxItems { want, .. } => format!("at most {want} items"),
        _ => "a value by the schema in the adapter's manifest".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn found(schema: &Value, settings: &Value) -> Vec<(&'static str, String)> {
        let faults = faults(schema, settings);
        let mut found: Vec<_> = faults
            .into_iter()
            .map(|fault| (fault.code.code(), fault.path))
            .collect();
        found.sort();
        found
    }

    #[test]
    fn what_an_adapters_own_schema_does_not_take_is_named_with_its_place() {
        let schema = json!({
            "type": "object", "required": ["need"],
            "properties": {
                "need": {"type": "boolean"}, "path": {"type": "string", "pattern": "^/"},
                "format": {"enum": ["html", "text"]}, "many": {"type": "integer", "maximum": 9},
                "deep": {"type": "object", "additionalProperties": false, "properties": {"a": {"const": 1}}},
            },
        });
        let right = json!({"need": true, "path": "/x", "format": "text", "many": 9, "deep": {"a": 1}});
        assert_eq!(found(&schema, &right), []);
        let wrong = json!({"path": "x", "format": "pdf", "many": 10, "deep": {"a": 2, "b": 1}, "extra": 1});
        let expected = [
            ("BL-1002", ".need"),
            ("BL-1003", ".deep.b"),
            ("BL-1003", ".extra"),
            ("BL-1004", ".deep.a"),
            ("BL-1004", ".many"),
            ("BL-1004", ".path"),
            ("BL-1005", ".format"),
        ];
        assert_eq!(
            found(&schema, &wrong),
            expected.map(|(code, path)| (code, path.to_owned()))
        );
        for settings in [json!([]), json!("x"), json!(null)] {
            assert_eq!(found(&schema, &settings), [("BL-1004", String::new())], "{settings}");
        }
    }

    #[test]
    fn an_adapter_that_names_no_settings_takes_none_and_one_that_says_more_is_believed() {
        assert_eq!(found(&json!({}), &json!({})), []);
        assert_eq!(found(&json!({}), &json!({"a": 1})), [("BL-1003", ".a".to_owned())]);
        assert_eq!(
            found(&json!({"additionalProperties": {"type": "string"}}), &json!({"a": "x"})),
            []
        );
        let pattern = json!({"patternProperties": {"^x-": {}}, "additionalProperties": false});
        assert_eq!(found(&pattern, &json!({"x-a": 1})), []);
        assert_eq!(found(&pattern, &json!({"a": 1})), [("BL-1003", ".a".to_owned())]);
    }

    #[test]
    fn a_fault_never_repeats_what_is_there() {
        let schema = json!({"properties": {"a": {"enum": ["x"]}, "b": {"pattern": "^/"}, "c": {"const": 1}}});
        let secret = "hemmelig-verdi";
        for fault in faults(&schema, &json!({"a": secret, "b": secret, "c": secret})) {
            assert!(!fault.to_string().contains(secret), "{fault}");
        }
    }

    #[test]
    fn a_schema_reads_no_file_and_can_not_be_used_where_it_is_none() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("schema.json");
        std::fs::write(&file, "{}").unwrap();
        let outside = format!("file://{}", file.display());
        for schema in [
            json!({"$ref": outside}),
            json!({"$ref": "https://example.com/x"}),
            json!({"type": "nothing"}),
            json!({"properties": {"a": {"pattern": "("}}}),
            json!(null),
            json!(1),
        ] {
            assert_eq!(found(&schema, &json!({})), [("BL-1004", String::new())], "{schema}");
        }
    }
}
