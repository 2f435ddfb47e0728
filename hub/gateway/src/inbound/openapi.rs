//! Makes the OpenAPI document from the table of routes and the types that the rows name.

use bindeledd_http::{Access, Content, Contents, Parameter, ProblemJson, Route, listed_code};
use bindeledd_texts::Lang;
use schemars::SchemaGenerator;
use schemars::generate::{Contract, SchemaSettings};
use serde_json::{Map, Value, json};

use super::routes;
use super::state::Inner;

/// The generators of schemas, one for requests and one for answers: a field that is optional in a request can be always present in
/// an answer.
struct Generators {
    requests: SchemaGenerator,
    answers: SchemaGenerator,
}

impl Generators {
    fn new() -> Self {
        let generator = |contract| {
            let settings = SchemaSettings::draft2020_12().with(|settings| {
                settings.definitions_path = "/components/schemas".into();
                settings.contract = contract;
            });
            settings.into_generator()
        };
        Self {
            requests: generator(Contract::Deserialize),
            answers: generator(Contract::Serialize),
        }
    }

    /// Returns the schemas of requests and of answers. A test checks that no name occurs in both.
    fn into_schemas(mut self) -> [Map<String, Value>; 2] {
        [
            self.requests.take_definitions(true),
            self.answers.take_definitions(true),
        ]
    }
}

/// Returns the document's paths, and the schemas of requests and of answers.
pub(super) fn paths() -> (Map<String, Value>, [Map<String, Value>; 2]) {
    let mut generators = Generators::new();
    let mut paths = Map::new();
    for route in routes::all() {
        let path = paths.entry(documented_path(route)).or_insert_with(|| json!({}));
        path[route.method.name().to_ascii_lowercase()] = operation(route, &mut generators);
    }
    (paths, generators.into_schemas())
}

/// Returns the whole document.
pub(crate) fn document() -> Value {
    let (paths, schemas) = paths();
    let mut schemas = Value::Object(schemas.into_iter().flatten().collect());
    plain(&mut schemas);
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Bindeledd", "version": env!("CARGO_PKG_VERSION"),
            "description": "The HTTP API of a hub. Errors are RFC 9457 problems with a `code` that has a page. Their texts are in \
                English or bokmål, as `Accept-Language` asks.",
            "license": { "name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0" },
        },
        // The address is relative to the hub that served the document.
        "servers": [{ "url": "/", "description": "Hub that gave this document." }],
        "paths": paths,
        "components": {
            "securitySchemes": {
                "key": { "type": "http", "scheme": "bearer", "description": "Key of the party or of the operator." },
                "keyHeader": { "type": "apiKey", "in": "header", "name": "x-api-key" },
            },
            "parameters": { "AcceptLanguage": {
                "name": "Accept-Language", "in": "header", "required": false, "schema": { "type": "string" },
                "description": "Languages of texts for people (RFC 9110): English, or bokmål for `nb`, `no` and `nn`. Codes and keys \
                    are the same in every language.",
            } },
            "schemas": schemas,
        },
    })
}

/// Removes details from derived schemas that do not help a caller: integer widths, and `null` as a value of optional fields (the
/// hub omits such a field instead).
fn plain(value: &mut Value) {
    match value {
        Value::Object(map) => {
            let width = map.get("format").and_then(Value::as_str);
            if width.is_some_and(|width| width.starts_with("uint") || width.starts_with("int")) {
                map.remove("format");
            }
            let required = map.get("required").cloned().unwrap_or_default();
            let is_required = |name: &str| required.as_array().is_some_and(|names| names.iter().any(|n| n == name));
            if let Some(Value::Object(properties)) = map.get_mut("properties") {
                for (name, property) in properties {
                    if !is_required(name) {
                        never_null(property);
                    }
                }
            }
            map.values_mut().for_each(plain);
        }
        Value::Array(items) => items.iter_mut().for_each(plain),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn never_null(property: &mut Value) {
    if let Some(Value::Array(types)) = property.get_mut("type") {
        types.retain(|named| named != "null");
        if let [only] = types.as_slice() {
            property["type"] = only.clone();
        }
    }
    if let Some(Value::Array(forms)) = property.get_mut("anyOf") {
        forms.retain(|form| form["type"] != "null");
        if let [only] = forms.as_slice() {
            let (only, about) = (only.clone(), property.get("description").cloned());
            *property = only;
            if let (Some(about), Some(map)) = (about, property.as_object_mut()) {
                map.insert("description".to_owned(), about);
            }
        }
    }
}

/// Returns a route's path in OpenAPI's form, which has no parameter for several path segments.
pub(crate) fn documented_path(route: &Route<Inner>) -> String {
    route.path.replace("{*", "{")
}

fn operation(route: &Route<Inner>, generators: &mut Generators) -> Value {
    let mut operation = json!({
        "operationId": route.id, "summary": route.summary, "x-access": access(route.access), "responses": responses(route, &mut generators.answers),
        "parameters": parameters(route),
    });
    operation["security"] = match route.access {
        Access::Anyone => json!([]),
        Access::OperatorOrWatcher => json!([{}, { "key": [] }, { "keyHeader": [] }]),
        Access::AnyCaller | Access::PartyInPath | Access::Operator => {
            json!([{ "key": [] }, { "keyHeader": [] }])
        }
    };
    if let Some(body) = route.body {
        operation["requestBody"] =
            json!({ "required": body.required, "content": content(&body.contents, &mut generators.requests) });
    }
    operation
}

/// Returns the header that names the language of an answer's texts.
fn content_language() -> Value {
    json!({
        "description": "Language of the texts for people: what `Accept-Language` asks for, else the hub's own setting.",
        "schema": languages(),
    })
}

fn languages() -> Value {
    json!({ "type": "string", "enum": Lang::ALL.map(Lang::tag) })
}

fn parameters(route: &Route<Inner>) -> Vec<Value> {
    let parameter = |parameter: &Parameter, place: &str, required: bool| {
        let page =
            || json!({ "type": "integer", "minimum": 1, "maximum": route.page.most, "default": route.page.usual });
        let schema = parameter.schema.map_or_else(page, |schema| schema());
        json!({
            "name": parameter.name, "in": place, "required": required, "schema": schema,
            "description": parameter.description,
        })
    };
    let in_path = route.params.iter().map(|p| parameter(p, "path", true));
    let in_query = route.query.iter().map(|p| parameter(p, "query", false));
    let language = json!({ "$ref": "#/components/parameters/AcceptLanguage" });
    in_path.chain(in_query).chain([language]).collect()
}

/// Returns contents by their media types.
fn content(contents: &Contents, generator: &mut SchemaGenerator) -> Value {
    let each = contents.each().iter().map(|content| {
        let told = match content {
            Content::Json(schema) => json!({ "schema": schema(generator) }),
            Content::Object(_) => json!({ "schema": { "type": "object" } }),
            Content::Untold(_) => json!({}),
        };
        (content.media_type().to_owned(), told)
    });
    Value::Object(each.collect())
}

const fn access(access: Access) -> &'static str {
    match access {
        Access::Anyone => "anyone",
        Access::AnyCaller => "any party that has a part in it, and the operator",
        Access::PartyInPath => "the party of the path, and the operator",
        Access::Operator => "the operator",
        Access::OperatorOrWatcher => {
            "the operator, holders of the key for watching, and callers that the configuration lets in"
        }
    }
}

fn responses(route: &Route<Inner>, generator: &mut SchemaGenerator) -> Value {
    let problem = generator.subschema_for::<ProblemJson>();
    let mut responses = Map::new();
    for answer in route.answers {
        let mut response = json!({ "description": answer.description });
        if !answer.contents.each().is_empty() {
            response["content"] = content(&answer.contents, generator);
        }
        responses.insert(answer.status.to_string(), response);
    }
    for code in route.all_errors() {
        let (status, title) =
            listed_code(code).map_or((422, ""), |listed| (listed.status, listed.title.text(Lang::English)));
        let entry = responses.entry(status.to_string()).or_insert_with(|| {
            json!({
                "description": "", "x-codes": [],
                "headers": { "Content-Language": content_language() },
                "content": { "application/problem+json": { "schema": problem } },
            })
        });
        let described = entry["description"].as_str().unwrap_or_default().to_owned();
        let separator = if described.is_empty() { "" } else { "; " };
        entry["description"] = format!("{described}{separator}{code} {title}").into();
        if let Some(codes) = entry["x-codes"].as_array_mut() {
            codes.push(code.into());
        }
    }
    Value::Object(responses)
}
