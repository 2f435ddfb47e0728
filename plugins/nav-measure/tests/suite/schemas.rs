//! Nav's own schemas, from the standards folder: written documents obey them, and the folder's examples can be read.

use std::sync::OnceLock;

use boon::{Compiler, SchemaIndex, Schemas as Compiled};
use serde_json::{Map, Value, json};
use yaml_rust2::{Yaml, YamlLoader};

use crate::common::{known_at_nav, message, standard, with_body, written_in};
use bindeledd_catalogue::Kind;
use nav_measure::shape_of;

/// The schemas that written documents must obey.
pub(crate) struct Schemas {
    compiled: Compiled,
    card: SchemaIndex,
    dialog: SchemaIndex,
    receipt: SchemaIndex,
    failure: SchemaIndex,
    to_providers: SchemaIndex,
}

const CARD_FILES: [&str; 4] = [
    "Aktivitetskort.V1.aktivitetskort.schema.yml",
    "Aktivitetskort.V1.shared-definitions.schema.yml",
    "Aktivitetskort.V1.aktivitetskortkvittering.schema.yml",
    "Aktivitetskort.V1.aktivitetskortfeilmelding.schema.yml",
];
const TO_NAV: &str = "incoming-dialog-message-v1.schema.json";
const FROM_NAV: &str = "outgoing-dialog-message-v1.schema.json";

impl Schemas {
    /// Loads the schemas once for all tests; `None` if the folder does not exist.
    pub(crate) fn here() -> Option<&'static Self> {
        static HERE: OnceLock<Option<Schemas>> = OnceLock::new();
        HERE.get_or_init(Self::load).as_ref()
    }

    fn load() -> Option<Self> {
        let mut compiler = Compiler::new();
        compiler.enable_format_assertions();
        let url = |name: &str| format!("https://schemas.example/{name}");
        for name in CARD_FILES {
            let yaml = YamlLoader::load_from_str(&standard(&format!("nav/{name}"))?).unwrap();
            compiler.add_resource(&url(name), schema(json_of(&yaml[0]), 7)).unwrap();
        }
        for name in [TO_NAV, FROM_NAV] {
            let value = serde_json::from_str(&standard(&format!("nav/{name}"))?).unwrap();
            compiler.add_resource(&url(name), schema(value, 2020)).unwrap();
        }
        let mut compiled = Compiled::new();
        let mut compile = |name: &str| compiler.compile(&url(name), &mut compiled).unwrap();
        let [card, _, receipt, failure] = CARD_FILES;
        let (card, receipt, failure) = (compile(card), compile(receipt), compile(failure));
        let (dialog, to_providers) = (compile(TO_NAV), compile(FROM_NAV));
        Some(Self {
            compiled,
            card,
            dialog,
            receipt,
            failure,
            to_providers,
        })
    }

    fn check(&self, document: &Value, schema: SchemaIndex) -> Option<String> {
        self.compiled.validate(document, schema).err().map(|e| format!("{e:#}"))
    }

    /// Returns the fault in a written document, by its schema, or by the rules in Nav's code if it has no schema.
    pub(crate) fn problem(&self, native: &Value) -> Option<String> {
        let nav = &native["nav"];
        match native["form"].as_str().unwrap() {
            "Aktivitetskort" => self.check(nav, self.card),
            "Dialogmelding" => self.check(nav, self.dialog),
            "Forslag" | "EndringFraArrangor" => change_problem(nav),
            "Vurdering" => (nav["vurderingstype"] != "OPPFYLLER_IKKE_KRAVENE").then(|| nav.to_string()),
            other => Some(format!("unknown form {other}")),
        }
    }
}

/// Gives a schema this draft, and an address to which other schemas can refer. The draft and address in the files are removed,
/// since one of them is wrong.
fn schema(mut value: Value, draft: u16) -> Value {
    let map = value.as_object_mut().unwrap();
    map.remove("$id");
    let meta = if draft == 7 {
        "http://json-schema.org/draft-07/schema"
    } else {
        "https://json-schema.org/draft/2020-12/schema"
    };
    map.insert("$schema".into(), meta.into());
    value
}

fn json_of(yaml: &Yaml) -> Value {
    match yaml {
        Yaml::String(text) => text.as_str().into(),
        Yaml::Integer(number) => (*number).into(),
        Yaml::Boolean(value) => (*value).into(),
        Yaml::Array(items) => items.iter().map(json_of).collect(),
        Yaml::Hash(pairs) => {
            let pairs = pairs.iter().map(|(k, v)| (k.as_str().unwrap().to_owned(), json_of(v)));
            Value::Object(pairs.collect::<Map<_, _>>())
        }
        Yaml::Null => Value::Null,
        other => panic!("{other:?}"),
    }
}

/// Checks that a change has exactly the members that Nav's code has for it.
fn change_problem(nav: &Value) -> Option<String> {
    let Some(change) = nav["endring"].as_object() else {
        let withdrawn = nav["status"]["type"] == "Tilbakekalt";
        return (!withdrawn).then(|| format!("no change: {nav}"));
    };
    let members: &[&str] = match change["type"].as_str().unwrap_or_default() {
        "AvsluttDeltakelse" | "EndreAvslutning" => &["aarsak", "harDeltatt", "harFullfort", "sluttdato", "type"],
        "IkkeAktuell" | "Sluttarsak" => &["aarsak", "type"],
        "Sluttdato" => &["sluttdato", "type"],
        "Deltakelsesmengde" => &["dagerPerUke", "deltakelsesprosent", "gyldigFra", "type"],
        "LeggTilOppstartsdato" => &["sluttdato", "startdato", "type"],
        _ => &[],
    };
    let mut there: Vec<_> = change.keys().map(String::as_str).collect();
    there.sort_unstable();
    if there != members {
        return Some(format!("{there:?} and not {members:?}"));
    }
    let reason = change.get("aarsak").filter(|reason| !reason.is_null());
    let own_words = reason.and_then(|reason| reason["beskrivelse"].as_str());
    let is_other = reason.is_some_and(|reason| reason["type"] == "Annet");
    if own_words.is_some() != is_other || own_words.is_some_and(|text| !(1..=40).contains(&text.chars().count())) {
        return Some(format!("own words: {nav}"));
    }
    None
}

#[test]
fn everything_that_is_written_holds_navs_schemas() {
    let Some(schemas) = Schemas::here() else { return };
    for kind in Kind::ALL.into_iter().filter(|kind| shape_of(*kind).is_some()) {
        let native = written_in(&message(kind), &known_at_nav());
        assert_eq!(schemas.problem(&native), None, "{kind}: {native:#}");
    }
    let mistaken = json!({"action": "sent-by-mistake", "correctedKind": "goals-agreed"});
    let native = written_in(&with_body(Kind::Correction, mistaken), &known_at_nav());
    assert_eq!(schemas.problem(&native), None);
    let mut wrong = native.clone();
    wrong["nav"]["aktivitetskort"]["ekstra"] = json!(1);
    assert!(
        schemas.problem(&wrong).is_some(),
        "the schema would find a field too many"
    );
    let mut wrong = native;
    wrong["nav"]["source"] = json!("BINDELEDD");
    assert!(
        schemas.problem(&wrong).is_some(),
        "the schema would find an unknown source"
    );
}

#[test]
fn what_the_tests_read_as_from_nav_holds_navs_schemas() {
    let Some(schemas) = Schemas::here() else { return };
    let valid: Value = serde_json::from_str(&standard("nav/validaktivitetskort.json").unwrap()).unwrap();
    // Nav's own example is valid except for its links: their `format` is not one that JSON Schema defines.
    assert_eq!(schemas.check(&valid, schemas.card), None);
    let receipts = [crate::reading::card_receipt(true), crate::reading::card_receipt(false)];
    for receipt in receipts {
        assert_eq!(schemas.check(&receipt, schemas.receipt), None);
    }
    assert_eq!(schemas.check(&crate::reading::card_failure(), schemas.failure), None);
    let dialog = crate::reading::from_nav("PATIENT_REQUEST", "Kan vi møtes?");
    assert_eq!(schemas.check(&dialog, schemas.to_providers), None);
}
