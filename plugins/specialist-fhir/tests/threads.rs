//! Messages in relation to others: new, reply, duplicate, out of order, forwarded, corrected, taken back. They follow
//! `MedCom`'s test messages, with Norwegian identifiers; each is read in JSON and in XML.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

mod support;

use bindeledd_sdk::catalogue::{Conversation, Draft, Kind};
use bindeledd_sdk::{Adapter as _, Context};
use serde_json::{Value, json};
use specialist_fhir::SpecialistFhir;
use support::{extension, fixture, messages, read_in_both, refusal};

const KIND: &str = "https://bindeledd.example/fhir/CodeSystem/message-kind";
const ACTIVITY: &str = "https://bindeledd.example/fhir/CodeSystem/message-activity";
const FIRST: &str = "22222222-0000-4000-8000-000000000002";
const THREAD: &str = "urn:uuid:22222222-0000-4000-8000-00000000000a";

fn one(document: &Value) -> Draft {
    let (mut drafts, _) = messages(read_in_both(document));
    assert_eq!(drafts.len(), 1);
    drafts.remove(0)
}

fn code(document: &Value) -> String {
    refusal(read_in_both(document)).code
}

fn first() -> Value {
    fixture("care-communication.json")
}

/// Returns the position of the only resource of a type.
fn at(bundle: &Value, resource_type: &str) -> usize {
    let entries = bundle["entry"].as_array().unwrap();
    entries
        .iter()
        .position(|e| e["resource"]["resourceType"] == resource_type)
        .unwrap()
}

/// Makes a later message of the thread. Its header's id ends in `n`, it includes the first message's part, and its own Provenance
/// has `activity`.
fn later(n: u8, activity: &str, text: &str) -> Value {
    let mut bundle = first();
    let id = format!("22222222-0000-4000-8000-0000000000{n:02}");
    let part = format!("urn:uuid:22222222-0000-4000-8000-0000000001{n:02}");
    bundle["id"] = format!("22222222-0000-4000-8000-0000000002{n:02}").into();
    bundle["entry"][0]["fullUrl"] = format!("https://poliklinikk.example/fhir/MessageHeader/{id}").into();
    bundle["entry"][0]["resource"]["id"] = id.as_str().into();
    let communication = at(&bundle, "Communication");
    let payload = &mut bundle["entry"][communication]["resource"]["payload"];
    let mut own = payload[0].clone();
    own["contentString"] = text.into();
    own["extension"][0]["valueIdentifier"]["value"] = part.as_str().into();
    payload.as_array_mut().unwrap().push(own);
    let mut provenance = bundle["entry"][at(&bundle, "Provenance")].clone();
    provenance["fullUrl"] = "https://poliklinikk.example/fhir/Provenance/v2".into();
    let resource = &mut provenance["resource"];
    resource["id"] = "v2".into();
    resource["target"][0]["reference"] = format!("MessageHeader/{id}").into();
    resource["activity"]["coding"][0]["code"] = activity.into();
    resource["entity"][0]["what"]["identifier"]["value"] = part.into();
    let revision = json!({"role": "revision", "what": {"reference": format!("MessageHeader/{FIRST}")}});
    resource["entity"].as_array_mut().unwrap().push(revision);
    bundle["entry"].as_array_mut().unwrap().push(provenance);
    bundle
}

#[test]
fn a_new_care_communication_is_a_question_and_its_reply_an_answer() {
    let question = one(&first()).to_json();
    assert_eq!(question["kind"], "question");
    assert_eq!(question["senderReference"], FIRST);
    assert_eq!(question["conversation"], THREAD);
    assert_eq!(question.get("inReplyTo"), None);
    assert_eq!(question["to"], json!(["org:915933149"]));
    assert_eq!(
        question["body"],
        json!({"text": "Arbeidstid\nHvor mange dager i uken jobber hun nå?", "about": ["function", "treatment-status"]})
    );

    let (mut drafts, left_out) = messages(read_in_both(&later(3, "reply-message", "To dager.")));
    let answer = drafts.remove(0).to_json();
    assert_eq!(answer["kind"], "answer");
    assert_eq!(answer["inReplyTo"], FIRST);
    assert_eq!(answer["conversation"], THREAD);
    assert_eq!(answer["body"]["text"], "Arbeidstid\nTo dager.");
    let told = left_out.join("\n");
    assert!(told.contains("Tidligere meldinger i tråden"), "{told}");
}

#[test]
fn a_part_of_a_thread_is_the_messages_own_however_its_id_is_spelt() {
    for prefix in ["urn:uuid:", "URN:UUID:", ""] {
        let mut bundle = later(3, "reply-message", "To dager.");
        let provenance = bundle["entry"].as_array().unwrap().len() - 1;
        let named = &mut bundle["entry"][provenance]["resource"]["entity"][0]["what"]["identifier"]["value"];
        let id = named.as_str().unwrap().trim_start_matches("urn:uuid:").to_owned();
        *named = format!("{prefix}{id}").into();
        let (mut drafts, _) = messages(read_in_both(&bundle));
        let answer = drafts.remove(0).to_json();
        assert_eq!(answer["body"]["text"], "Arbeidstid\nTo dager.", "{prefix}");
    }
}

#[test]
fn a_duplicate_is_the_same_message_and_a_parallel_one_another() {
    assert_eq!(
        one(&first()),
        one(&first()),
        "the hub knows it by its reference and its content"
    );
    let mut changed = first();
    changed["entry"][2]["resource"]["payload"][0]["contentString"] = "Noe annet?".into();
    let (original, changed) = (one(&first()), one(&changed));
    assert_eq!(
        original.sender_reference, changed.sender_reference,
        "the same id with other content"
    );
    assert_ne!(original.body, changed.body, "is for the hub to refuse");

    let parallel = one(&later(4, "new-message", "Og hvor lenge?"));
    assert_ne!(parallel.sender_reference, original.sender_reference);
    assert_eq!(
        parallel.in_reply_to, None,
        "a new message answers nothing, whatever its Provenance refers to"
    );
    assert_eq!(parallel.conversation, original.conversation);
}

#[test]
fn replies_out_of_order_name_what_they_answer_all_the_same() {
    let documents = [
        later(6, "reply-message", "Tre dager fra januar."),
        later(5, "reply-message", "To dager."),
        first(),
    ];
    let read: Vec<_> = documents.iter().map(one).collect();
    let told: Vec<_> = read
        .iter()
        .map(|d| {
            (
                d.sender_reference.as_str().rsplit('0').next().unwrap(),
                d.in_reply_to.as_ref().map(|r| r.as_str()),
            )
        })
        .collect();
    assert_eq!(told, [("6", Some(FIRST)), ("5", Some(FIRST)), ("2", None)]);
}

#[test]
fn a_forwarded_message_is_refused_whoever_the_format_is_by() {
    let refusal = refusal(read_in_both(&later(7, "forward-message", "Til orientering.")));
    assert_eq!(refusal.code, "forwarded");
    assert!(refusal.text.contains("sende den selv"), "{}", refusal.text);
    assert_eq!(code(&ours("forward-message", "treatment-status", "m1")), "forwarded");
}

#[test]
fn a_provenance_that_can_mean_two_things_is_refused() {
    let mut two = first();
    let second = two["entry"][at(&two, "Provenance")].clone();
    two["entry"].as_array_mut().unwrap().push(second);
    assert_eq!(code(&two), "provenance");
    assert_eq!(code(&later(8, "unheard-of", "x")), "provenance");
    let mut both = later(9, "reply-message", "x");
    let last = both["entry"].as_array().unwrap().len() - 1;
    let another = json!({"role": "revision", "what": {"reference": "MessageHeader/other"}});
    both["entry"][last]["resource"]["entity"]
        .as_array_mut()
        .unwrap()
        .push(another);
    assert_eq!(code(&both), "provenance");
    let mut other_event = first();
    other_event["entry"][0]["resource"]["eventCoding"]["code"] = "hospital-notification-message".into();
    assert_eq!(code(&other_event), "kind");
    let mut danish = first();
    danish["entry"][1]["resource"]["identifier"][0] =
        json!({"system": "urn:oid:1.2.208.176.1.2", "value": "2509479989"});
    assert_eq!(code(&danish), "participant");
}

/// Makes a Bundle of the project's own: a treatment status whose header has `event`, with a Provenance about `revised`.
fn ours(activity: &str, event: &str, revised: &str) -> Value {
    let mut bundle = fixture("bundle-treatment-status.json");
    bundle["entry"][0]["resource"]["eventCoding"]["code"] = event.into();
    let provenance = at(&bundle, "Provenance");
    bundle["entry"][provenance]["resource"] = json!({
        "resourceType": "Provenance",
        "target": [{"reference": bundle["entry"][0]["fullUrl"]}],
        "recorded": "2026-12-01T12:00:00+01:00",
        "activity": {"coding": [{"system": ACTIVITY, "code": activity}]},
        "agent": [{"who": {"display": "Poliklinikken"}}],
        "entity": [{"role": "revision", "what": {"identifier": {"value": revised}}}],
    });
    bundle
}

#[test]
fn a_provenance_says_what_is_answered_and_what_is_corrected() {
    let reply = one(&ours("reply-message", "treatment-status", "m1")).to_json();
    assert_eq!(
        (&reply["kind"], &reply["inReplyTo"]),
        (&json!("treatment-status"), &json!("m1"))
    );

    let correction = one(&ours("correct-message", "correction", "m1")).to_json();
    assert_eq!(correction["kind"], "correction");
    assert_eq!(correction["supersedes"], "m1");
    assert_eq!(correction["senderReference"], "11111111-0000-4000-8000-000000000001");
    assert_eq!(
        correction["body"],
        json!({"action": "corrected", "correctedKind": "treatment-status",
               "corrected": {"status": "planned", "availableWhen": "Ledig alle dager etter kl. 12."}})
    );

    let mut mistaken = ours("retract-message", "correction", "m1");
    mistaken["entry"][1]["resource"]["status"] = "entered-in-error".into();
    assert_eq!(
        one(&mistaken).to_json()["body"],
        json!({"action": "sent-by-mistake", "correctedKind": "treatment-status"})
    );
}

fn communication() -> Value {
    json!({
        "resourceType": "Communication", "id": "m1", "meta": {"versionId": "2"}, "status": "entered-in-error",
        "identifier": [{"value": "K-1"}],
        "category": [{"coding": [{"system": KIND, "code": "treatment-status"}]}],
        "subject": {"identifier": {"system": "urn:oid:2.16.578.1.12.4.1.4.1", "value": support::BIRTH_NUMBER}},
        "topic": {"coding": [{"system": "https://bindeledd.example/fhir/CodeSystem/treatment-phase", "code": "started"}]},
        "payload": [{"contentString": "Ledig tirsdag."}],
    })
}

#[test]
fn what_is_entered_in_error_takes_back_what_was_sent_under_its_identifier() {
    let (mut drafts, left_out) = messages(read_in_both(&communication()));
    let draft = drafts.remove(0).to_json();
    assert_eq!(draft["supersedes"], "K-1");
    assert_eq!(
        draft["senderReference"], "K-1/_history/2",
        "it is not the message that it takes back"
    );
    assert_eq!(
        draft["body"],
        json!({"action": "sent-by-mistake", "correctedKind": "treatment-status"})
    );
    assert!(left_out.iter().any(|l| l.contains("payload")), "{left_out:?}");

    let mut anew = communication();
    anew["status"] = "completed".into();
    anew["category"]
        .as_array_mut()
        .unwrap()
        .push(json!({"coding": [{"system": KIND, "code": "correction"}]}));
    let draft = one(&anew).to_json();
    assert_eq!(draft["supersedes"], "K-1");
    assert_eq!(draft["body"]["corrected"]["availableWhen"], "Ledig tirsdag.");

    // A Bundle with the resource's own identifier, in other letters, gives the new version no name of its own.
    let small = "2222abcd-0000-4000-8000-00000000000a";
    let mut again = communication();
    again["identifier"] = json!([{"value": small}]);
    let bundle = json!({"resourceType": "Bundle", "type": "collection", "identifier": {"value": small.to_uppercase()},
        "entry": [{"resource": again}]});
    let draft = one(&bundle).to_json();
    assert_eq!(draft["supersedes"], small);
    assert_eq!(draft["senderReference"], format!("{small}/_history/2"));

    let mut nameless = communication();
    nameless["identifier"] = json!([]);
    let refusal = refusal(read_in_both(&nameless));
    assert!(refusal.text.contains("hva den retter"), "{}", refusal.text);
    // Without its kind, a correction's content can not be read.
    let mut kindless = communication();
    kindless["category"] = json!([{"coding": [{"system": KIND, "code": "correction"}]}]);
    assert_eq!(code(&kindless), "kind");
}

/// Returns the Provenance of a written document, if it has one.
fn written_provenance(kind: Kind, body: Value, in_reply_to: Option<&str>) -> Option<Value> {
    let mut context = Context::example();
    context.references.in_reply_to = in_reply_to.map(ToOwned::to_owned);
    context.references.supersedes = (kind == Kind::Correction).then(|| "theirs-1".to_owned());
    let mut message = support::outgoing(kind, body);
    message.draft.in_reply_to = None;
    let request = SpecialistFhir::write(&message, &context).unwrap();
    let bundle: Value = serde_json::from_slice(&request.body).unwrap();
    let header = &bundle["entry"][0];
    assert!(
        header["resource"].get("response").is_none(),
        "a reply is a message, and no receipt of what it answers"
    );
    let mut resources = bundle["entry"].as_array().unwrap().iter().map(|e| &e["resource"]);
    let found = resources.find(|r| r["resourceType"] == "Provenance").cloned()?;
    assert_eq!(found["target"], json!([{"reference": header["fullUrl"]}]));
    Some(found)
}

#[test]
fn what_is_written_says_what_it_answers_or_corrects() {
    let question = json!({"text": "x", "about": ["function"]});
    assert_eq!(written_provenance(Kind::Question, question.clone(), None), None);
    let reply = written_provenance(Kind::Answer, question.clone(), Some(FIRST)).unwrap();
    assert_eq!(reply["activity"]["coding"][0]["code"], "reply-message");
    assert_eq!(reply["entity"][0]["role"], "revision");
    assert_eq!(
        reply["entity"][0]["what"]["identifier"]["value"],
        format!("urn:uuid:{FIRST}")
    );
    // A text that only looks like an address is not a system.
    assert!(written_provenance(Kind::Answer, question, Some("http://x.example|7")).is_some());
    for (action, activity, body) in [
        (
            "corrected",
            "correct-message",
            json!({"text": "y", "about": ["function"]}),
        ),
        ("sent-by-mistake", "retract-message", Value::Null),
    ] {
        let mut correction = json!({"action": action, "correctedKind": "answer"});
        if body.is_object() {
            correction["corrected"] = body;
        }
        let provenance = written_provenance(Kind::Correction, correction, None).unwrap();
        assert_eq!(provenance["activity"]["coding"][0]["code"], activity);
        assert_eq!(
            provenance["entity"][0]["what"]["identifier"],
            json!({"value": "theirs-1"})
        );
    }
}

/// Returns the message's own resource, and the identifier in one of its extensions.
fn written_focus(kind: Kind, body: Value, replied: Option<&str>) -> Value {
    let mut context = Context::example();
    context.references.in_reply_to = replied.map(ToOwned::to_owned);
    context.references.conversation = Some("theirs-0".into());
    context.references.supersedes = (kind == Kind::Correction).then(|| "theirs-1".to_owned());
    let mut message = support::outgoing(kind, body);
    message.draft.in_reply_to = None;
    message.draft.conversation = Conversation::parse("samtale-7");
    let request = SpecialistFhir::write(&message, &context).unwrap();
    let bundle: Value = serde_json::from_slice(&request.body).unwrap();
    bundle["entry"][1]["resource"].clone()
}

fn in_extension<'a>(resource: &'a Value, name: &str) -> &'a Value {
    extension(resource, name, "valueIdentifier")
}

#[test]
fn what_is_written_names_earlier_messages_by_the_receivers_ids_and_the_conversation_by_its_one_id() {
    let question = json!({"text": "x", "about": ["function"]});
    let alone = written_focus(Kind::Question, question.clone(), None);
    assert!(alone.get("inResponseTo").is_none() && in_extension(&alone, "supersedes").is_null());
    let reply = written_focus(Kind::Answer, question, Some(FIRST));
    let answered = json!({"system": "urn:ietf:rfc:3986", "value": format!("urn:uuid:{FIRST}")});
    assert_eq!(
        reply["inResponseTo"],
        json!([{"type": "Communication", "identifier": answered}])
    );
    assert!(in_extension(&reply, "supersedes").is_null());
    let body = json!({"action": "sent-by-mistake", "correctedKind": "question"});
    let correction = written_focus(Kind::Correction, body, None);
    assert_eq!(*in_extension(&correction, "supersedes"), json!({"value": "theirs-1"}));
    for resource in [alone, reply, correction] {
        assert_eq!(*in_extension(&resource, "conversation"), json!({"value": "samtale-7"}));
        assert_ne!(resource["identifier"][0]["value"], "theirs-1");
    }
}

#[test]
fn a_corrected_observation_says_that_it_is_one() {
    let body =
        json!({"action": "corrected", "correctedKind": "function-update", "corrected": {"manages": ["Kontorarbeid"]}});
    let message = support::outgoing(Kind::Correction, body);
    let request = SpecialistFhir::write(&message, &Context::example()).unwrap();
    let bundle: Value = serde_json::from_slice(&request.body).unwrap();
    assert_eq!(
        bundle["entry"][at(&bundle, "Observation")]["resource"]["status"],
        "corrected"
    );
    // A single observation that is not marked as a correction is refused.
    let mut alone = fixture("observation-function.json");
    alone["status"] = "corrected".into();
    assert_eq!(code(&alone), "status");
}
