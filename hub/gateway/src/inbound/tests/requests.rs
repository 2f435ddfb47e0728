//! The schemas of the OpenAPI document and the readers of requests take the same fields, within the same bounds.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use bindeledd_consent_document::read_consent;
use bindeledd_core::{Draft, InputCode, InputError, Party};
use boon::{Compiler, SchemaIndex, Schemas};
use serde_json::{Value, json};

use super::super::alerts::AlertClosing;
use super::super::api::PartyJson;
use super::super::requests::{
    AdapterBackRequest, AdapterRemovalRequest, AdapterShadowRequest, AdapterUseRequest, AnyId, ByHandRequest,
    ClockAcceptance, ConfirmationRequest, ExportRequest, ImportRequest, LinkRequest, MessageNames, NewUserRequest,
    OpenInboxRequest, OpeningRequest, ParticipantLookup, PartyRequest, PauseRequest, ProtectionRequest, Request,
    RetryStart, Revocation, RollBackRequest, Rotation, SignOutRequest, UserLookup, UserRolesRequest, WithdrawalRequest,
    read,
};
use super::super::{openapi, routes};

type Reader = fn(&[u8]) -> Result<(), InputError>;

/// The readers of the gateway's own requests, by the names of their schemas.
const OWN: [(&str, Reader); 28] = [
    ("AdapterBack", of::<AdapterBackRequest>),
    ("AdapterRemoval", of::<AdapterRemovalRequest>),
    ("AdapterShadowing", of::<AdapterShadowRequest>),
    ("AdapterUse", of::<AdapterUseRequest>),
    ("AlertClosing", of::<AlertClosing>),
    ("AnyId", of::<AnyId>),
    ("ByHand", of::<ByHandRequest>),
    ("ClockAcceptance", of::<ClockAcceptance>),
    ("Confirmation", of::<ConfirmationRequest>),
    ("ExportRequest", of::<ExportRequest>),
    ("Import", import),
    ("MessageNames", of::<MessageNames>),
    ("NationalId", of::<LinkRequest>),
    ("NewUser", of::<NewUserRequest>),
    ("OpenInboxRequest", of::<OpenInboxRequest>),
    ("OpeningRequest", of::<OpeningRequest>),
    ("ParticipantLookup", of::<ParticipantLookup>),
    ("Party", |body| party(body).map(drop)),
    ("PauseRequest", of::<PauseRequest>),
    ("Protection", of::<ProtectionRequest>),
    ("RetryStart", of::<RetryStart>),
    ("Revocation", of::<Revocation>),
    ("RollBack", of::<RollBackRequest>),
    ("Rotation", of::<Rotation>),
    ("SignOut", of::<SignOutRequest>),
    ("UserLookup", of::<UserLookup>),
    ("UserRoles", of::<UserRolesRequest>),
    ("Withdrawal", of::<WithdrawalRequest>),
];

/// The readers of requests with separately published schemas.
const PUBLISHED: [(&str, Reader); 2] = [
    ("Consent", |body| read_consent(body, None).map(drop)),
    ("MessageDraft", |body| Draft::parse(body).map(drop)),
];

fn of<T: Request>(body: &[u8]) -> Result<(), InputError> {
    read::<T>(body).map(drop)
}

fn party(body: &[u8]) -> Result<Party, InputError> {
    read::<PartyRequest>(body)?.into_party(|_| None)
}

fn import(body: &[u8]) -> Result<(), InputError> {
    let parties = read::<ImportRequest>(body)?.into_parties(|_| None);
    parties
        .into_iter()
        .try_for_each(|party| party.map(drop).map_err(|(_, error)| error))
}

/// The document, with one of its schemas compiled.
struct Compiled<'a> {
    document: &'a Value,
    name: &'static str,
    reader: Reader,
    schemas: Schemas,
    index: SchemaIndex,
}

impl<'a> Compiled<'a> {
    fn new(document: &'a Value, (name, reader): (&'static str, Reader)) -> Self {
        let (mut schemas, mut compiler) = (Schemas::new(), Compiler::new());
        let address = "https://hub.example/openapi.json";
        compiler.add_resource(address, document.clone()).unwrap();
        let index = compiler
            .compile(&format!("{address}#/components/schemas/{name}"), &mut schemas)
            .unwrap();
        Self {
            document,
            name,
            reader,
            schemas,
            index,
        }
    }

    fn schema(&self) -> &'a Value {
        &self.document["components"]["schemas"][self.name]
    }

    fn examples(&self) -> &'a [Value] {
        let examples = self.schema()["examples"].as_array();
        examples.unwrap_or_else(|| panic!("{} has no example", self.name))
    }

    /// Checks that the schema and the reader both accept a body, or both refuse it.
    fn hold(&self, body: &Value, is_right: bool) {
        let by_schema = self.schemas.validate(body, self.index).map_err(|e| e.to_string());
        let by_reader = (self.reader)(body.to_string().as_bytes());
        assert_eq!(by_schema.is_ok(), is_right, "{}: {body}: {by_schema:?}", self.name);
        assert_eq!(by_reader.is_ok(), is_right, "{}: {body}: {by_reader:?}", self.name);
    }

    /// Returns the schemas of every field, by the field's path. `[]` stands for the items of a list.
    fn fields(&self) -> BTreeMap<String, Vec<&'a Value>> {
        let mut found = BTreeMap::new();
        fields(self.document, self.schema(), "", &mut found);
        found
    }
}

fn fields<'a>(document: &'a Value, schema: &'a Value, path: &str, found: &mut BTreeMap<String, Vec<&'a Value>>) {
    let reference = schema["$ref"].as_str().and_then(|to| to.strip_prefix('#'));
    let schema = reference.map_or(schema, |pointer| document.pointer(pointer).unwrap());
    found.entry(path.to_owned()).or_default().push(schema);
    let forms = ["anyOf", "oneOf"]
        .into_iter()
        .filter_map(|word| schema[word].as_array());
    for form in forms.flatten() {
        fields(document, form, path, found);
    }
    for (name, property) in schema["properties"].as_object().into_iter().flatten() {
        fields(document, property, &format!("{path}/{name}"), found);
    }
    if schema["items"].is_object() {
        fields(document, &schema["items"], &format!("{path}/[]"), found);
    }
}

/// Collects the JSON pointer of every value inside a value, including its own.
fn pointers(value: &Value, pointer: &str, found: &mut Vec<String>) {
    found.push(pointer.to_owned());
    match value {
        Value::Object(map) => {
            for (name, value) in map {
                pointers(value, &format!("{pointer}/{name}"), found);
            }
        }
        Value::Array(items) => {
            for (place, item) in items.iter().enumerate() {
                pointers(item, &format!("{pointer}/{place}"), found);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn pointers_in(value: &Value) -> Vec<String> {
    let mut found = Vec::new();
    pointers(value, "", &mut found);
    found
}

/// Returns the path of a pointer, with `[]` for positions in lists.
fn path_of(pointer: &str) -> String {
    let is_place = |part: &&str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let parts = pointer.split('/').map(|part| if is_place(&part) { "[]" } else { part });
    parts.collect::<Vec<_>>().join("/")
}

fn with(example: &Value, pointer: &str, value: Value) -> Value {
    let mut changed = example.clone();
    *changed.pointer_mut(pointer).unwrap() = value;
    changed
}

#[test]
fn every_request_has_a_reader_here_and_examples_that_its_schema_and_its_reader_take() {
    let document = openapi::document();
    let mut named = BTreeSet::new();
    for route in routes::all() {
        let operation = &document["paths"][openapi::documented_path(route)][route.method.name().to_ascii_lowercase()];
        let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
        if !schema.is_null() {
            let reference = schema["$ref"].as_str().unwrap();
            named.insert(reference.rsplit('/').next().unwrap().to_owned());
        }
    }
    let known: BTreeSet<_> = OWN
        .iter()
        .chain(&PUBLISHED)
        .map(|(name, _)| (*name).to_owned())
        .collect();
    assert_eq!(named, known);
    for request in OWN.into_iter().chain(PUBLISHED) {
        let compiled = Compiled::new(&document, request);
        for example in compiled.examples() {
            compiled.hold(example, true);
        }
    }
}

/// Together with the test above: the reader takes every field of a schema.
#[test]
fn every_field_of_a_request_stands_in_an_example() {
    let document = openapi::document();
    for request in OWN {
        let compiled = Compiled::new(&document, request);
        let shown: BTreeSet<_> = compiled
            .examples()
            .iter()
            .flat_map(pointers_in)
            .map(|pointer| path_of(&pointer))
            .collect();
        for path in compiled.fields().into_keys() {
            assert!(shown.contains(&path), "{}: no example has {path}", compiled.name);
        }
    }
}

/// When a reader refuses an unknown field, its error lists the fields that it knows; they are those of its schema.
#[test]
fn a_reader_knows_the_fields_of_its_schema_and_no_other() {
    let document = openapi::document();
    for request in OWN {
        let compiled = Compiled::new(&document, request);
        let fields = compiled.fields();
        for example in compiled.examples() {
            for pointer in pointers_in(example) {
                let path = path_of(&pointer);
                let is_closed = fields
                    .get(&path)
                    .is_some_and(|s| s.iter().any(|s| s["additionalProperties"] == json!(false)));
                if !is_closed || !example.pointer(&pointer).unwrap().is_object() {
                    continue;
                }
                let mut changed = example.clone();
                changed.pointer_mut(&pointer).unwrap()["unheardOf"] = json!(1);
                compiled.hold(&changed, false);
                let error = (compiled.reader)(changed.to_string().as_bytes()).unwrap_err();
                assert_eq!(error.code, InputCode::Unknown, "{}: {changed}", compiled.name);
                let names: BTreeSet<_> = fields
                    .keys()
                    .filter_map(|field| field.strip_prefix(&path)?.strip_prefix('/'))
                    .filter(|name| !name.contains('/'))
                    .map(str::to_owned)
                    .collect();
                assert_eq!(known(&error.expected), names, "{}: {}", compiled.name, error.expected);
            }
        }
    }
}

/// Returns the fields that a reader lists when it refuses an unknown one.
fn known(expected: &str) -> BTreeSet<String> {
    let expected = expected
        .replace("nothing for the whole", "")
        .replace("where it is not all", "");
    let words = expected.split(|c: char| !c.is_ascii_alphanumeric());
    let is_name = |word: &&str| !["", "one", "of", "and", "or", "with", "nothing"].contains(word);
    words.filter(is_name).map(str::to_owned).collect()
}

/// Tries values at the edge of each bound of a schema, and just beyond it.
#[test]
fn schema_and_reader_have_the_same_bounds() {
    let document = openapi::document();
    let mut tried = 0;
    for request in OWN {
        let compiled = Compiled::new(&document, request);
        let fields = compiled.fields();
        for example in compiled.examples() {
            for pointer in pointers_in(example) {
                let forms = fields.get(&path_of(&pointer)).into_iter().flatten();
                for (value, is_right) in forms.flat_map(|form| edges(form, example.pointer(&pointer).unwrap())) {
                    compiled.hold(&with(example, &pointer, value), is_right);
                    tried += 1;
                }
            }
        }
    }
    assert!(tried > 150, "{tried}");
}

/// Returns values for a field of this schema with the current value `now`, each with whether it is valid.
fn edges(schema: &Value, now: &Value) -> Vec<(Value, bool)> {
    let size = |word: &str| schema[word].as_u64().map(|n| usize::try_from(n).unwrap());
    let mut found = Vec::new();
    match schema["type"].as_str() {
        Some("boolean") => found.push((json!("true"), false)),
        Some("integer") => {
            let (least, most) = (schema["minimum"].as_i64().unwrap(), schema["maximum"].as_i64().unwrap());
            found.extend(
                [(least, true), (least - 1, false), (most, true), (most + 1, false)].map(|(n, is)| (n.into(), is)),
            );
        }
        Some("array") => {
            let of = |many: usize| Value::Array(vec![now[0].clone(); many]);
            if let Some(least) = size("minItems") {
                found.extend([(of(least), true), (of(least - 1), false)]);
            }
            if let Some(most) = size("maxItems") {
                found.extend([(of(most), true), (of(most + 1), false)]);
            }
            found.push((json!("x"), false));
        }
        Some("object") => found.push((json!([]), false)),
        Some("string") => {
            let is_free = schema["pattern"]
                .as_str()
                .is_some_and(|pattern| pattern.starts_with(r"\S"));
            if is_free {
                let of = |many: usize| Value::from("x".repeat(many));
                let (least, most) = (size("minLength").unwrap(), size("maxLength").unwrap());
                found.extend([(of(least), true), (of(least - 1), false)]);
                found.extend([(of(most), true), (of(most + 1), false)]);
                found.push((" ".repeat(least).into(), false));
            } else {
                found.push((json!("?"), false));
            }
        }
        _ => {}
    }
    for code in schema["enum"].as_array().into_iter().flatten() {
        found.push((code.clone(), true));
    }
    if schema["enum"].is_array() {
        found.push((json!("unheard-of"), false));
    }
    found
}

#[test]
fn the_parties_of_the_example_configuration_are_right() {
    let document = openapi::document();
    let party = OWN.into_iter().find(|(name, _)| *name == "Party").unwrap();
    let compiled = Compiled::new(&document, party);
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../config/examples");
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let parties = files.filter(|file| file.extension().is_some_and(|e| e == "json") && !file.ends_with("consent.json"));
    let mut tried = 0;
    for file in parties {
        let text = std::fs::read_to_string(&file).unwrap();
        compiled.hold(&serde_json::from_str(&text).unwrap(), true);
        tried += 1;
    }
    assert!(tried > 10);
}

/// A party object from an answer can be used unchanged in a request.
#[test]
fn a_party_in_an_answer_is_the_party_of_the_request() {
    let document = openapi::document();
    let answers = Compiled::new(&document, ("PartyAnswer", |_| Ok(())));
    for example in document["components"]["schemas"]["Party"]["examples"]
        .as_array()
        .unwrap()
    {
        let asked = party(example.to_string().as_bytes()).unwrap();
        let answer = json!(PartyJson::of(&asked));
        answers.hold(&answer, true);
        assert_eq!(party(answer.to_string().as_bytes()).unwrap(), asked);
        let noted = json!(PartyJson::of(&asked).with_note(Some("en merknad".into())));
        answers.hold(&noted, true);
    }
}

#[test]
fn no_schema_is_of_requests_and_of_answers() {
    let (_, [requests, answers]) = openapi::paths();
    let both: Vec<_> = requests.keys().filter(|name| answers.contains_key(*name)).collect();
    assert_eq!(both, Vec::<&String>::new());
}
