//! Checks requests against the service's own OpenAPI document: path and method, headers, query and body.

use std::path::Path;

use boon::{Compiler, SchemaIndex, Schemas};
use serde_json::{Map, Value, json};

use crate::Problem;
use crate::serve::Incoming;

/// The OpenAPI document.
pub(crate) struct OpenApi {
    document: Value,
}

impl std::fmt::Debug for OpenApi {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("OpenApi")
    }
}

impl OpenApi {
    pub(crate) fn read(file: &Path) -> Result<Self, Problem> {
        let text = std::fs::read_to_string(file).map_err(|e| Problem::new(format!("{}: {e}", file.display())))?;
        let document = serde_json::from_str(&text).map_err(|e| Problem::new(format!("{}: {e}", file.display())))?;
        Ok(Self { document })
    }

    /// Returns the fault of a request; `None` if it obeys the document.
    pub(crate) fn wrong(&self, incoming: &Incoming) -> Option<String> {
        let Some(operation) = self.operation(incoming) else {
            return Some(format!("{} {} is no operation", incoming.method, incoming.path));
        };
        let parameters = operation["parameters"]
            .as_array()
            .map(Vec::as_slice)
            .unwrap_or_default();
        for parameter in parameters {
            let name = parameter["name"].as_str().unwrap_or_default();
            let given: Vec<String> = match parameter["in"].as_str() {
                Some("query") => pairs(&incoming.query)
                    .filter(|(n, _)| n.eq_ignore_ascii_case(name))
                    .map(|(_, v)| v.to_owned())
                    .collect(),
                Some("header") => incoming.header(name).map(str::to_owned).into_iter().collect(),
                _ => continue,
            };
            if given.is_empty() {
                if parameter["required"] == json!(true) {
                    return Some(format!("the parameter {name} is missing"));
                }
                continue;
            }
            let value = typed(&parameter["schema"], &given);
            if let Some(wrong) = self.against(&parameter["schema"], &value) {
                return Some(format!("the parameter {name}: {wrong}"));
            }
        }
        for (name, _) in pairs(&incoming.query) {
            if !parameters
                .iter()
                .any(|p| p["in"] == "query" && p["name"].as_str().is_some_and(|known| known.eq_ignore_ascii_case(name)))
            {
                return Some(format!("{name} is no parameter"));
            }
        }
        let wanted = &operation["requestBody"]["content"]["application/json"]["schema"];
        if wanted.is_null() {
            return (!incoming.body.is_empty()).then(|| "a body where there is none".to_owned());
        }
        let Ok(body) = serde_json::from_slice(&incoming.body) else {
            return Some("the body is not JSON".into());
        };
        self.against(wanted, &body).map(|wrong| format!("the body: {wrong}"))
    }

    /// Finds the operation whose path matches, with any values for its parameters.
    fn operation(&self, incoming: &Incoming) -> Option<&Value> {
        let method = incoming.method.as_str().to_ascii_lowercase();
        let given: Vec<&str> = incoming.path.trim_matches('/').split('/').collect();
        let fits = |template: &str| {
            let wanted: Vec<&str> = template.trim_matches('/').split('/').collect();
            wanted.len() == given.len() && wanted.iter().zip(&given).all(|(w, g)| w.starts_with('{') || w == g)
        };
        let paths = self.document["paths"].as_object()?;
        let (_, found) = paths.iter().find(|(template, _)| fits(template))?;
        found.get(&method)
    }

    fn against(&self, schema: &Value, value: &Value) -> Option<String> {
        let mut whole: Map<String, Value> = schema.as_object().cloned().unwrap_or_default();
        whole.insert("components".into(), self.document["components"].clone());
        let mut schemas = Schemas::new();
        let mut compiler = Compiler::new();
        let made = compiler
            .add_resource("mem:///schema", Value::Object(whole))
            .map_err(|e| e.to_string())
            .and_then(|()| {
                compiler
                    .compile("mem:///schema", &mut schemas)
                    .map_err(|e| e.to_string())
            });
        let index: SchemaIndex = match made {
            Ok(index) => index,
            Err(error) => return Some(format!("the schema can not be used: {error}")),
        };
        schemas.validate(value, index).err().map(|error| error.to_string())
    }
}

fn pairs(query: &str) -> impl Iterator<Item = (&str, &str)> {
    query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
}

/// Converts a parameter's text to the JSON type of its schema.
fn typed(schema: &Value, given: &[String]) -> Value {
    let one = |schema: &Value, text: &str| match schema["type"].as_str() {
        Some("integer" | "number") => text.parse::<i64>().map_or_else(|_| json!(text), |n| json!(n)),
        Some("boolean") => text.parse::<bool>().map_or_else(|_| json!(text), |b| json!(b)),
        _ => json!(text),
    };
    if schema["type"] == "array" {
        given.iter().map(|text| one(&schema["items"], text)).collect()
    } else {
        one(schema, &given[0])
    }
}
