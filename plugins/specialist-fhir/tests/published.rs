//! Every available published document has the expected reading: it is read, or refused for the right reason.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

mod support;

use bindeledd_sdk::catalogue::Kind;
use bindeledd_sdk::{Reading, ReceiptStatus};
use serde_json::{Value, json};

/// The reading of each file: `message <kind>`, `receipt` or `refused <code>`.
const TABLE: [(&str, &str); 44] = [
    ("examples/audit-disclosure.json", "refused resource-type"),
    ("examples/bundle-message.json", "refused missing"),
    ("examples/careplan-goals-agreed.json", "refused reference"),
    ("examples/communication-answer.json", "message answer"),
    ("examples/communication-facilitation-need.json", "refused missing"),
    ("examples/communication-function-update.json", "refused reference"),
    ("examples/communication-measure-ended.json", "refused missing"),
    ("examples/communication-progress-update.json", "refused missing"),
    ("examples/communication-question.json", "message question"),
    (
        "examples/communication-treatment-status.json",
        "message treatment-status",
    ),
    ("examples/consent-withdrawn.json", "refused resource-type"),
    ("examples/consent.json", "refused resource-type"),
    ("examples/goal.json", "refused kind"),
    ("examples/observation-function.json", "message function-update"),
    ("examples/task-meeting-request.json", "message meeting-request"),
    ("examples/task-meeting-response.json", "message meeting-response"),
    (
        "medcom/Bundle-R-A-new-b10f940e-2000-4ec8-9e0b-a3fb60fc5bb5.json",
        "refused participant",
    ),
    (
        "medcom/Bundle-R-C-forward-8352b67a-23b2-44c5-b43a-725270a90722.json",
        "refused forwarded",
    ),
    (
        "medcom/Bundle-R-Tek-B-82875f08-4b9e-4a23-b81a-e23ec1251334.json",
        "refused participant",
    ),
    (
        "medcom/Bundle-R-Tek-CPR-1-06326cfc-5cfc-4bb1-bcd0-c49b8f8033e6.json",
        "refused participant",
    ),
    (
        "medcom/Bundle-R-Tek-CPR-3-4d9d90c5-5647-4b4a-8c61-770bc5c3e092.json",
        "refused participant",
    ),
    (
        "medcom/Bundle-R-Tek-E-new-parallel-c1edf6f3-2554-4b72-b58b-0f030ee555ba.json",
        "refused participant",
    ),
    (
        "medcom/Bundle-R-Tek-G-20fcbedb-ced8-4949-9edf-a145e0bb9b09.json",
        "refused participant",
    ),
    (
        "medcom/Bundle-R-Tek-I-reply-order-7c5a0cc0-f0f8-4a2e-9de9-d9293598bf94.json",
        "refused participant",
    ),
    (
        "medcom/Bundle-R-Tek-K-dublicate-5de12884-eae7-4fd3-ba4a-d8b56be4baff.json",
        "refused participant",
    ),
    (
        "medcom/Bundle-R-Tek-M-dublicate-inv-260a3cc1-38eb-454a-a57b-9e32eabb54a3.json",
        "refused participant",
    ),
    (
        "medcom/Bundle-S-A-new-1932711d-49d0-4ad7-b1ee-61de711892d2.json",
        "refused participant",
    ),
    (
        "medcom/Bundle-S-C-new-aca3d03a-febd-4b88-ad53-ac1bc36da615.json",
        "refused participant",
    ),
    (
        "medcom/Bundle-S-E-forward-77c771ca-05d6-4efb-9a74-2fc513787f3a.json",
        "refused forwarded",
    ),
    (
        "medcom/Bundle-S-Tek-B-new-episodeOfCare-98eb081e-a66f-41a2-b2f7-c455782563b0.json",
        "refused participant",
    ),
    (
        "medcom/Bundle-S-Tek-CPR-77ff05d0-9eca-4a59-b436-fe1b97673817.json",
        "refused participant",
    ),
    ("r4/AuditEvent-example-disclosure.json", "refused resource-type"),
    ("r4/Bundle-10bb101f-a121-4264-a920-67be9cb82c74.json", "refused kind"),
    ("r4/CarePlan-gpvisit.json", "refused kind"),
    ("r4/Communication-example.json", "refused kind"),
    ("r4/Communication-fm-solicited.json", "refused kind"),
    ("r4/Consent-consent-example-basic.json", "refused resource-type"),
    ("r4/Consent-consent-example-notOrg.json", "refused resource-type"),
    ("r4/Goal-example.json", "refused kind"),
    (
        "r4/MessageHeader-1cbdfb97-5859-48a4-8301-d54eab818d68.json",
        "refused resource-type",
    ),
    ("r4/Provenance-example.json", "refused resource-type"),
    ("r4/ServiceRequest-example.json", "refused is-a-record"),
    ("r4/Task-example1.json", "refused kind"),
    ("r4/Task-example3.json", "refused kind"),
];

fn summary(reading: &Reading) -> String {
    match reading {
        Reading::Messages { messages, .. } => {
            let kinds: Vec<_> = messages.iter().map(|m| m.kind().code()).collect();
            format!("message {}", kinds.join(" "))
        }
        Reading::Receipt(receipt) => {
            assert_ne!(receipt.status, ReceiptStatus::Partial);
            "receipt".into()
        }
        Reading::Nothing(_) => "nothing".into(),
        Reading::Refused(refusal) => format!("refused {}", refusal.code),
    }
}

#[test]
fn every_published_document_has_its_reading() {
    let Some(root) = support::standards() else { return };
    for (file, expected) in TABLE {
        let value = serde_json::from_slice(&std::fs::read(root.join(file)).unwrap()).unwrap();
        let reading = support::read_in_both(&value);
        assert_eq!(summary(&reading), expected, "{file}: {reading:?}");
    }
    for folder in ["examples", "medcom", "r4"] {
        for entry in std::fs::read_dir(root.join(folder)).unwrap() {
            let name = format!("{folder}/{}", entry.unwrap().file_name().to_string_lossy());
            assert!(
                TABLE.iter().any(|(file, _)| *file == name),
                "{name} has no line in the table"
            );
        }
    }
}

#[test]
fn the_base_profiles_and_their_examples_are_no_messages() {
    let Some(root) = support::standards() else { return };
    for entry in std::fs::read_dir(root.join("no-basis")).unwrap() {
        let path = entry.unwrap().path();
        let code = support::refusal(support::read(&std::fs::read(&path).unwrap())).code;
        assert_eq!(code, "resource-type", "{}", path.display());
    }
}

/// Validators take one of two definitions with the same URL, so that a document may be held against the other one.
#[test]
fn every_published_definition_has_a_url_of_its_own() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/fhir");
    let mut urls = std::collections::BTreeMap::new();
    let mut open = vec![root];
    while let Some(at) = open.pop() {
        for entry in std::fs::read_dir(at).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
                continue;
            }
            if path.extension().is_none_or(|e| e != "json") {
                continue;
            }
            let document: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
            let defines = ["StructureDefinition", "CodeSystem", "ValueSet"].map(Value::from);
            if defines.contains(&document["resourceType"]) {
                let url = document["url"].as_str().unwrap().to_owned();
                let other = urls.insert(url, path.clone());
                assert_eq!(other, None, "{}", path.display());
            }
        }
    }
    assert!(urls.len() > 30, "{}", urls.len());
}

fn example(name: &str) -> Option<Value> {
    let root = support::standards()?;
    Some(serde_json::from_slice(&std::fs::read(root.join("examples").join(name)).unwrap()).unwrap())
}

#[test]
fn the_treatment_example_says_what_it_says() {
    let Some(value) = example("communication-treatment-status.json") else {
        return;
    };
    let (mut messages, left_out) = support::messages(support::read_value(&value));
    let draft = messages.remove(0);
    assert_eq!(
        draft.body.to_json(),
        json!({"status": "started", "availableWhen": "Behandling startet; tilgjengelig tirs og tors."})
    );
    let json = draft.to_json();
    assert_eq!(json["senderReference"], "00000000-0000-4000-8000-000000000006");
    assert_eq!(json["to"], json!(["org:915933149"]));
    assert_eq!(json["participant"], json!({"nationalId": support::BIRTH_NUMBER}));
    assert_eq!(json["sentAt"], "2026-11-20T10:00:00+01:00");
    assert_eq!(left_out, ["Elementet Communication.basedOn er ikke tatt med."]);
}

#[test]
fn question_and_answer_hang_together() {
    let (Some(question), Some(answer)) = (
        example("communication-question.json"),
        example("communication-answer.json"),
    ) else {
        return;
    };
    let (mut messages, left_out) = support::messages(support::read_value(&question));
    let question = messages.remove(0);
    assert_eq!(
        question.body.get("about"),
        Some(&json!(["function", "treatment-status"]))
    );
    assert!(
        left_out.iter().any(|l| l.contains("about")),
        "the sender is told what was assumed: {left_out:?}"
    );
    let answer = support::message(&answer);
    assert_eq!(answer.body.get("about"), Some(&json!(["function"])));
    assert_eq!(answer.in_reply_to.unwrap().as_str(), question.sender_reference.as_str());
}

#[test]
fn the_function_examples_are_one_message_together() {
    let (Some(communication), Some(observation)) = (
        example("communication-function-update.json"),
        example("observation-function.json"),
    ) else {
        return;
    };
    let bundle = json!({"resourceType": "Bundle", "type": "collection", "entry": [
        {"fullUrl": "http://example.org/fhir/Communication/m7", "resource": communication},
        {"fullUrl": "http://example.org/fhir/Observation/o1", "resource": observation}]});
    let (messages, left_out) = support::messages(support::read_value(&bundle));
    assert_eq!(messages.len(), 1);
    assert_eq!(
        messages[0].body.to_json(),
        json!({"manages": ["Omtrent 40 prosent"], "percent": 40, "limitations": ["Ikke tunge løft"],
               "validUntil": "2027-01-20"})
    );
    assert!(left_out.iter().any(|l| l.contains("manages")), "{left_out:?}");
}

#[test]
fn a_task_is_asked_and_answered_under_its_id() {
    let (Some(request), Some(response)) = (
        example("task-meeting-request.json"),
        example("task-meeting-response.json"),
    ) else {
        return;
    };
    let request = support::message(&request);
    assert_eq!(request.to_json()["to"], json!(["her:8094866"]));
    assert_eq!(request.body.get("answerBy"), Some(&json!("2026-12-04")));
    let response = support::message(&response);
    assert_eq!(response.kind(), Kind::MeetingResponse);
    assert_eq!(response.to_json()["to"], json!(["org:915933149"]));
    assert_eq!(
        response.in_reply_to.as_ref().unwrap().as_str(),
        request.sender_reference.as_str()
    );
    assert_ne!(response.sender_reference, request.sender_reference);
    assert_eq!(response.body.text("answer"), Some("accepted"));
    assert_eq!(response.body.get("time").unwrap()["start"], "2026-12-01T09:00:00+01:00");
}

#[test]
fn the_plan_and_its_goal_are_one_message_together() {
    let (Some(plan), Some(goal)) = (example("careplan-goals-agreed.json"), example("goal.json")) else {
        return;
    };
    let bundle = |goal: &Value| {
        json!({"resourceType": "Bundle", "type": "collection", "entry": [
        {"fullUrl": "https://b.example/fhir/CarePlan/p", "resource": plan},
        {"fullUrl": format!("https://b.example/fhir/Goal/{}", goal["id"].as_str().unwrap()), "resource": goal}]})
    };
    let (messages, left_out) = support::messages(support::read_in_both(&bundle(&goal)));
    assert_eq!(messages.len(), 1);
    assert_eq!(
        messages[0].body.to_json(),
        json!({"goals": ["Arbeidsutprøving 50 % innen 3 måneder"], "from": "2026-11-20", "until": "2027-05-20"})
    );
    let told = left_out.join("\n");
    assert!(
        told.contains("Goal.target") && told.contains("CarePlan.title"),
        "{told}"
    );

    let mut another = goal.clone();
    another["subject"]["identifier"]["value"] = "31777207884".into();
    assert_eq!(
        support::refusal(support::read_in_both(&bundle(&another))).code,
        "participant"
    );
    let mut dropped = goal;
    dropped["lifecycleStatus"] = "cancelled".into();
    assert_eq!(
        support::refusal(support::read_in_both(&bundle(&dropped))).code,
        "status"
    );
}
