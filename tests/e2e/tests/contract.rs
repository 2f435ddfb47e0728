//! Compares the schemas of the adapter contract with the real output of the hub's types and of the five adapters.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use bindeledd_catalogue::{Kind, fixtures};
use bindeledd_sdk::catalogue::contract::{Flag, Outcome};
use bindeledd_sdk::{
    Adapter, Context, DeliveryOutcome, Document, InboxAnswer, InboxAsk, Item, Manifest, MessageOutcome, Reading,
    Receipt, Reference, References, Response,
};
use boon::{Compiler, SchemaIndex, Schemas};
use gp_dialogmelding::Gp;
use nav_measure::NavMeasure;
use print_letter::PrintLetter;
use provider_json::ProviderJson;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use specialist_fhir::SpecialistFhir;

const FORMS: [&str; 5] = ["context", "manifest", "outcome", "reading", "receipt"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The published schemas.
struct Published {
    compiled: Schemas,
    forms: BTreeMap<&'static str, SchemaIndex>,
}

impl Published {
    fn read() -> Self {
        const AT: &str = "https://schemas.invalid/";
        let folder = root().join("docs/schemas");
        let mut compiler = Compiler::new();
        compiler.enable_format_assertions();
        let forms = FORMS.map(|form| format!("contract/{form}.json"));
        let bodies = Kind::ALL.map(|kind| format!("body/{kind}.json"));
        for name in forms.iter().chain(&bodies).map(String::as_str).chain(["message.json"]) {
            let schema = serde_json::from_slice(&fs::read(folder.join(name)).unwrap()).unwrap();
            compiler.add_resource(&format!("{AT}{name}"), schema).unwrap();
        }
        let mut compiled = Schemas::new();
        let forms = FORMS.map(|form| {
            let at = format!("{AT}contract/{form}.json");
            (
                form,
                compiler
                    .compile(&at, &mut compiled)
                    .unwrap_or_else(|e| panic!("{form}: {e:#}")),
            )
        });
        Self {
            compiled,
            forms: forms.into(),
        }
    }

    fn refuses(&self, form: &str, value: &Value) -> Option<String> {
        let validated = self.compiled.validate(value, self.forms[form]);
        validated.err().map(|e| format!("{e:#}"))
    }

    fn hold(&self, form: &str, value: &impl Serialize, whose: &str) {
        let value = serde_json::to_value(value).unwrap();
        if let Some(complaint) = self.refuses(form, &value) {
            panic!("{whose}: not by docs/schemas/contract/{form}.json: {complaint}\n{value:#}");
        }
    }
}

/// Makes a context with every possible part.
fn whole_context() -> Context {
    let example = Context::example();
    let mut party = example.party.clone();
    party.part_of = Some(Box::new(example.party.clone()));
    Context {
        settings: json!({"format": "html"}),
        party,
        references: References {
            in_reply_to: Some("nav-1".into()),
            conversation: Some("nav-0".into()),
            supersedes: Some("019d0000-0000-7000-8000-0000000000aa".into()),
        },
        item: Some(Item {
            id: "1".into(),
            sender: "her:8143060".into(),
            note: String::new(),
        }),
        withheld: true,
        ..example
    }
}

/// Makes an outcome with every possible part.
fn whole_outcome() -> Outcome {
    let delivery = |to: &str, state: &str| DeliveryOutcome {
        to: to.into(),
        state: state.into(),
        withheld: vec!["function".into()],
        would_need: Vec::new(),
        reason: None,
    };
    Outcome {
        messages: vec![MessageOutcome {
            id: "019d0000-0000-7000-8000-0000000000aa".into(),
            kind: "answer".into(),
            deliveries: vec![
                delivery("nordvik-aft", "waiting"),
                DeliveryOutcome {
                    would_need: vec!["function".into()],
                    reason: Some("no-grant".into()),
                    ..delivery("nav", "blocked")
                },
            ],
            flags: vec![Flag {
                path: "body.text".into(),
                what: "diagnosis-code".into(),
            }],
            remark: Some("Feltet «Svar» har noe som ligner en diagnosekode.".into()),
        }],
        refused: None,
    }
}

fn refused_outcome() -> Outcome {
    Outcome {
        messages: Vec::new(),
        refused: Some("Dokumentet gjelder ingen som er kjent.".into()),
    }
}

#[test]
fn what_the_hub_gives_holds_its_schemas() {
    let published = Published::read();
    for context in [Context::example(), whole_context()] {
        published.hold("context", &context, "the hub");
    }
    for outcome in [whole_outcome(), refused_outcome()] {
        published.hold("outcome", &outcome, "the hub");
    }
}

/// Numbers of messages and receipts that an adapter made from documents.
#[derive(Debug, Default, PartialEq, Eq)]
struct Made {
    messages: usize,
    receipts: usize,
}

/// Checks an adapter's manifest, and its readings of its own documents and of these documents.
fn made_by<A: Adapter>(manifest: &Manifest, published: &Published, documents: &[(&str, Vec<u8>)]) -> Made {
    published.hold("manifest", manifest, &manifest.id);
    let mut documents = documents.to_vec();
    for kind in Kind::ALL {
        for context in [Context::example(), whole_context()] {
            let written = A::write(&fixtures::message(kind).unwrap(), &context);
            documents.extend(written.map(|request| ("application/json", request.body)));
        }
    }
    let mut made = Made::default();
    for (media_type, body) in &documents {
        let document = Document { media_type, body };
        // The guest applies the same rules.
        let reading = A::read(document, &Context::example()).held_to_the_rules();
        match &reading {
            Reading::Messages { messages, origin, .. } => {
                published.hold("reading", &reading.messages_json().unwrap(), &manifest.id);
                for outcome in [whole_outcome(), refused_outcome()] {
                    A::acknowledge(&outcome, origin, &Context::example());
                }
                made.messages += messages.len();
            }
            Reading::Receipt(receipt) => {
                published.hold("receipt", receipt, &manifest.id);
                made.receipts += 1;
            }
            Reading::Nothing(_) | Reading::Refused(_) => {}
        }
    }
    made
}

/// Returns the fixtures of an adapter.
fn fixtures_of(adapter: &str, media_type: &'static str) -> Vec<(&'static str, Vec<u8>)> {
    let folder = root().join("plugins").join(adapter).join("fixtures");
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    files.map(|file| (media_type, fs::read(file).unwrap())).collect()
}

#[test]
fn what_each_adapter_gives_holds_its_schemas() {
    let published = Published::read();
    let json = |value: Value| ("application/json", value.to_string().into_bytes());

    let mut of_providers = fixtures_of("provider-json", "application/json");
    of_providers.push(json(json!({"kvittering": {"gjelder": "1", "status": "mottatt"}})));
    let errors = json!([{"kode": "E1", "tekst": "Ukjent deltaker"}]);
    of_providers.push(json(
        json!({"kvittering": {"gjelder": "1", "status": "avvist", "feil": errors}}),
    ));
    let made = made_by::<ProviderJson>(&ProviderJson::manifest(), &published, &of_providers);
    assert!(made.messages >= Kind::ALL.len() && made.receipts == 2, "{made:?}");

    let of_gps = fixtures_of("gp-dialogmelding", "application/xml");
    let made = made_by::<Gp>(&Gp::manifest(), &published, &of_gps);
    assert!(made.messages > 5 && made.receipts > 0, "{made:?}");

    let of_specialists = fixtures_of("specialist-fhir", "application/fhir+json");
    let made = made_by::<SpecialistFhir>(&SpecialistFhir::manifest(), &published, &of_specialists);
    assert!(made.messages > 10 && made.receipts > 0, "{made:?}");

    let status = json(json!({
        "id": "bd3b6087-2029-481b-bcf0-e37354c00286", "gjennomforingId": "1487f7fe-156c-41d7-8d90-bf108dd1b4d2",
        "personIdent": "15720255178", "startDato": "2026-02-25", "sluttDato": null,
        "status": {"type": "DELTAR", "tekst": "Deltar", "aarsak": null, "opprettetTidspunkt": "2026-10-24T11:47:48.254204"},
        "registrertTidspunkt": "2026-01-27T16:13:39", "endretTidspunkt": "2026-10-24T11:47:48.254204", "kilde": "KOMET"
    }));
    let made = made_by::<NavMeasure>(&NavMeasure::manifest(), &published, &[status]);
    assert!(made.messages > 0, "{made:?}");

    // A letter on paper has no answer to read.
    assert_eq!(
        made_by::<PrintLetter>(&PrintLetter::manifest(), &published, &[]),
        Made::default()
    );
}

#[test]
fn a_receipt_that_an_inbox_gives_holds_its_schema() {
    let published = Published::read();
    let errors = json!([{"errorCode": "E21", "details": "Pasienten er ikke kjent"}]);
    let state = json!([{"receiverHerId": 1, "appRecStatus": "Rejected", "appRecErrorList": errors}]);
    let response = Response {
        status: 200,
        headers: Vec::new(),
        body: state.to_string().into_bytes(),
    };
    let ask = InboxAsk::Receipt(vec![Reference::new("msh", "56155242-6481-43b5-9eac-4d7af695bf9d")]);
    let answer = Gp::answered(&ask, &response, &Context::example());
    let InboxAnswer::Receipt(receipt) = answer else {
        panic!("no receipt: {answer:?}")
    };
    assert_eq!(receipt.errors.len(), 1);
    published.hold("receipt", &receipt.held_to_the_rules(), "gp-dialogmelding");
}

/// Removes or adds one part at a time in a value. The schema must refuse the value exactly if the reader does.
fn same_as_reader<T: DeserializeOwned>(published: &Published, form: &str, whole: &Value) {
    let mut wrong: Vec<Value> = vec![json!(null), json!([]), json!("x"), json!({})];
    for name in whole.as_object().unwrap().keys() {
        let mut without = whole.clone();
        without.as_object_mut().unwrap().remove(name);
        wrong.push(without);
        let mut other = whole.clone();
        other[name] = json!(17);
        wrong.push(other);
    }
    let mut more = whole.clone();
    more["fromALaterVersion"] = json!({"x": 1});
    wrong.push(more);
    for value in wrong {
        let reader = serde_json::from_value::<T>(value.clone()).is_ok();
        let complaint = published.refuses(form, &value);
        // serde also reads a struct from a list, in the order of its fields; no document contains such a list.
        if !value.is_array() {
            assert_eq!(complaint.is_none(), reader, "{form}: {complaint:?}\n{value:#}");
        }
    }
}

#[test]
fn a_schema_refuses_what_its_reader_refuses() {
    let published = Published::read();
    same_as_reader::<Context>(&published, "context", &serde_json::to_value(whole_context()).unwrap());
    same_as_reader::<Outcome>(&published, "outcome", &serde_json::to_value(whole_outcome()).unwrap());
    same_as_reader::<Manifest>(&published, "manifest", &serde_json::to_value(Gp::manifest()).unwrap());
    let receipt =
        json!({"status": "refused", "refersTo": "1", "scheme": "msgid", "errors": [{"code": "E1", "text": "x"}]});
    same_as_reader::<Receipt>(&published, "receipt", &receipt);
    let message = fixtures::message(Kind::Answer).unwrap().to_json();
    let reading = json!({"messages": [message], "leftOut": ["vedlegg.pdf"], "origin": {"x": 1}, "wantsReceipt": true});
    assert_eq!(published.refuses("reading", &reading), None);
    same_as_reader::<bindeledd_sdk::catalogue::contract::MessagesJson>(&published, "reading", &reading);
    for wrong in [json!([]), json!([{"kind": "answer"}]), json!([{}])] {
        let mut other = reading.clone();
        other["messages"] = wrong;
        assert!(published.refuses("reading", &other).is_some(), "{other:#}");
    }
}

#[test]
fn the_contract_points_to_every_schema() {
    let wit = fs::read_to_string(root().join("sdk/wit/adapter.wit")).unwrap();
    for form in FORMS {
        assert!(wit.contains(&format!("docs/schemas/contract/{form}.json")), "{form}");
    }
}
