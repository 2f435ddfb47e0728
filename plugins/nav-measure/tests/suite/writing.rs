//! The shape of each kind at Nav, and its content.

use std::path::Path;

use bindeledd_catalogue::{Kind, PartyName, Recipients};
use bindeledd_sdk::{Adapter, Reference};
use nav_measure::{MEDIA_TYPE, NavMeasure, Shape, shape_of};
use serde_json::{Value, json};

use crate::common::{EARLIER, context, known_at_nav, message, with_body, with_minimised, written, written_in};

#[test]
fn the_committed_fixtures_are_what_is_written() {
    for kind in Kind::ALL.into_iter().filter(|kind| shape_of(*kind).is_some()) {
        // A correction is written only if Nav knows the corrected message.
        let context = if kind == Kind::Correction {
            known_at_nav()
        } else {
            context()
        };
        let native = written_in(&message(kind), &context);
        let native = format!("{}\n", serde_json::to_string_pretty(&native).unwrap());
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("fixtures/{kind}.json"));
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(&path, &native).unwrap();
        }
        let committed = std::fs::read_to_string(&path).unwrap_or_default();
        let how = "run `UPDATE=1 cargo test -p nav-measure` and commit what it writes";
        assert_eq!(committed, native, "{}: {how}", path.display());
    }
}

#[test]
fn the_readme_and_the_manifest_name_the_shape_of_every_kind() {
    let readme = include_str!("../../README.md");
    let manifest = NavMeasure::manifest();
    // Nav has no interface for providers, so that a document without an address is delivered once a person has entered it.
    assert!(manifest.entered_by_hand);
    let declared = &manifest.settings["properties"]["measure"]["enum"];
    assert_eq!(*declared, serde_json::json!(nav_measure::measures()));
    for kind in Kind::ALL {
        let shape = shape_of(kind).map_or("none", Shape::name);
        let row = readme.lines().find(|line| line.starts_with(&format!("| `{kind}` |")));
        let row = row.unwrap_or_else(|| panic!("the README has no row for {kind}"));
        assert!(row.contains(shape), "{row} does not name {shape}");
        assert_eq!(
            manifest.writes.iter().any(|k| k == kind.code()),
            shape_of(kind).is_some()
        );
    }
}

#[test]
fn the_request_says_where_to_and_what_it_is() {
    let message = message(Kind::MeasureEndProposed);
    let id = message.id.to_string();
    let request = NavMeasure::write(&message, &context()).unwrap();
    assert_eq!(request.path, "/bindeledd/nav");
    assert_eq!(request.headers[0], ("content-type".to_owned(), MEDIA_TYPE.to_owned()));
    assert_eq!(request.headers[1], ("x-bindeledd-melding".to_owned(), id.clone()));
    assert_eq!(request.credential.as_deref(), Some("transport"));
    assert_eq!(
        request.references,
        [Reference::new("msgid", id)],
        "the proposal's id is the message's own"
    );
    let mut elsewhere = context();
    elsewhere.settings = json!({"path": "/api"});
    assert_eq!(NavMeasure::write(&message, &elsewhere).unwrap().path, "/api");
    for wrong in [
        json!({"path": "api"}),
        json!({"measure": "KURS"}),
        json!({"source": "OSS"}),
    ] {
        elsewhere.settings = wrong;
        let kind = if elsewhere.setting("path").is_some() {
            Kind::Question
        } else {
            Kind::GoalsAgreed
        };
        let refusal = NavMeasure::write(&crate::common::message(kind), &elsewhere).unwrap_err();
        assert_eq!(refusal.code, "settings");
    }
}

fn end(body: Value) -> Value {
    written(&with_body(Kind::MeasureEndProposed, body))
}

#[test]
fn an_ending_is_proposed_in_navs_words() {
    let native = end(json!({"reason": "FATT_JOBB", "proposedDate": "2026-12-31", "why": "Fast jobb på lager."}));
    assert_eq!(native["form"], "Forslag");
    let nav = &native["nav"];
    assert_eq!(nav["type"], "Forslag");
    assert_eq!(
        nav["endring"],
        json!({"type": "AvsluttDeltakelse", "sluttdato": "2026-12-31", "aarsak": {"type": "FattJobb"},
            "harDeltatt": null, "harFullfort": null})
    );
    assert_eq!(nav["status"], json!({"type": "VenterPaSvar"}));
    assert_eq!(nav["begrunnelse"], "Fast jobb på lager.");
    assert_eq!(
        native["tilManuellRegistrering"]["felter"],
        json!([{"felt": "Årsak", "verdi": "Fått jobb"}, {"felt": "Sluttdato", "verdi": "31. desember 2026"},
            {"felt": "Begrunnelse", "verdi": "Fast jobb på lager."}])
    );
    assert_eq!(native["tilManuellRegistrering"]["tittel"], "Forslag om avslutning");
}

#[test]
fn own_words_stand_with_annet_alone_and_lengths_are_navs() {
    let words = "Flytter til en annen kommune og vil ha et tiltak der fra nyttår av";
    let native =
        end(json!({"reason": "ANNET", "reasonText": words, "proposedDate": "2026-12-31", "why": "x".repeat(1999)}));
    let reason = &native["nav"]["endring"]["aarsak"];
    assert_eq!(reason["type"], "Annet");
    let described = reason["beskrivelse"].as_str().unwrap();
    assert!(
        described.chars().count() <= 40 && described.ends_with('…'),
        "{described}"
    );
    assert_eq!(native["nav"]["begrunnelse"].as_str().unwrap().chars().count(), 200);
    assert!(
        native["tekst"].as_str().unwrap().contains(words),
        "the whole of it stands beside"
    );

    // If minimising leaves own words beside another reason, these words are not written to Nav's field.
    let stray = json!({"reason": "SYK", "reasonText": "Egne ord", "proposedDate": "2026-12-31"});
    let native = written(&with_minimised(Kind::MeasureEndProposed, stray));
    assert_eq!(native["nav"]["endring"]["aarsak"], json!({"type": "Syk"}));

    let native = end(json!({"reason": "SAMARBEIDET_MED_ARRANGOREN_ER_AVBRUTT", "proposedDate": "2026-12-31"}));
    let reason = json!({"type": "Annet", "beskrivelse": "Samarbeidet med arrangøren er avbrutt"});
    assert_eq!(native["nav"]["endring"]["aarsak"], reason);
}

#[test]
fn what_was_held_back_makes_another_proposal_and_never_a_guess() {
    let change = |body: Value| written(&with_minimised(Kind::MeasureEndProposed, body))["nav"]["endring"].clone();
    assert_eq!(
        change(json!({"proposedDate": "2026-12-31"})),
        json!({"type": "Sluttdato", "sluttdato": "2026-12-31"})
    );
    assert_eq!(
        change(json!({"reason": "UTDANNING"})),
        json!({"type": "Sluttarsak", "aarsak": {"type": "Utdanning"}})
    );
    let nothing = with_minimised(Kind::MeasureEndProposed, json!({"outcome": "job"}));
    assert_eq!(
        NavMeasure::write(&nothing, &context()).unwrap_err().code,
        "nothing-to-propose"
    );
}

#[test]
fn who_never_began_is_not_relevant_and_who_lacks_what_is_demanded_is_assessed() {
    let never = end(json!({"reason": "KURS_FULLT", "proposedDate": "2026-12-31"}));
    assert_eq!(
        never["nav"]["endring"],
        json!({"type": "IkkeAktuell", "aarsak": {"type": "Annet", "beskrivelse": "Kurset er fullt"}})
    );
    assert!(
        never["nav"]["begrunnelse"]
            .as_str()
            .unwrap()
            .contains("31. desember 2026"),
        "what the shape has no field for stands in the grounds: {never}"
    );
    let demanded =
        end(json!({"reason": "KRAV_IKKE_OPPFYLT", "proposedDate": "2026-12-31", "why": "Mangler førerkort."}));
    assert_eq!(demanded["form"], "Vurdering");
    assert_eq!(demanded["nav"]["vurderingstype"], "OPPFYLLER_IKKE_KRAVENE");
    assert_eq!(
        demanded["nav"]["begrunnelse"],
        "Mangler førerkort. Foreslått sluttdato: 31. desember 2026."
    );
}

#[test]
fn progress_is_a_proposal_where_it_says_how_much() {
    let progress = |body: Value| written(&with_body(Kind::ProgressUpdate, body));
    let native = progress(
        json!({"status": "DELTAR", "percent": 60, "daysPerWeek": 3, "changedFrom": "2026-12-07",
        "activity": "Lager."}),
    );
    assert_eq!(
        native["nav"]["endring"],
        json!({"type": "Deltakelsesmengde", "deltakelsesprosent": 60, "dagerPerUke": 3, "gyldigFra": "2026-12-07"})
    );
    assert_eq!(native["nav"]["begrunnelse"], "Status: Deltar. Aktivitet: Lager.");
    let half = progress(json!({"status": "DELTAR", "percent": 50, "daysPerWeek": 2.5, "changedFrom": "2026-12-07"}));
    assert_eq!(half["nav"]["endring"]["dagerPerUke"], Value::Null);
    assert!(half["nav"]["begrunnelse"].as_str().unwrap().contains("2,5 dager"));
    // An unchanged amount is not a proposal, and would replace one that waits at Nav.
    for without in [
        json!({"status": "DELTAR"}),
        json!({"status": "DELTAR", "percent": 60, "daysPerWeek": 3}),
        json!({"status": "DELTAR", "percent": 0, "changedFrom": "2026-12-07"}),
        json!({"status": "DELTAR", "changedFrom": "2026-12-07"}),
    ] {
        assert_eq!(progress(without)["form"], "Dialogmelding");
    }
}

#[test]
fn what_a_person_must_see_is_not_cut_off() {
    let body = json!({"status": "DELTAR", "percent": 60, "changedFrom": "2026-12-07",
        "activity": format!("Lager. {}", "Plukk og pakking. ".repeat(20)), "workplace": "Havneservice AS",
        "concern": "Sover lite, og snakker om å slutte."});
    let native = written(&with_body(Kind::ProgressUpdate, body));
    let grounds = native["nav"]["begrunnelse"].as_str().unwrap();
    assert!(
        grounds.starts_with("Bekymring: Sover lite, og snakker om å slutte."),
        "{grounds}"
    );
    assert!(grounds.chars().count() <= 200 && grounds.ends_with('…'), "{grounds}");
    // Own words that are too long for Nav's field are written whole after `why`.
    let words = "Flytter til en annen kommune og vil ha et tiltak der";
    let native =
        end(json!({"reason": "ANNET", "reasonText": words, "proposedDate": "2026-12-31", "why": "Se vedtaket."}));
    let grounds = native["nav"]["begrunnelse"].as_str().unwrap();
    assert_eq!(grounds, format!("Se vedtaket. Årsak med egne ord: {words}."));
}

#[test]
fn another_reason_says_which_or_that_none_was_given() {
    let said = |body: Value| end(body)["nav"]["endring"]["aarsak"]["beskrivelse"].clone();
    let day = "2026-12-31";
    assert_eq!(
        said(json!({"reason": "ANNET", "proposedDate": day, "why": "Vil studere."})),
        "Vil studere."
    );
    assert_eq!(said(json!({"reason": "ANNET", "proposedDate": day})), "Ikke oppgitt");
    let ended = json!({"reason": "ANNET", "date": day, "outcome": "education"});
    let native = written(&with_body(Kind::MeasureEnded, ended));
    let beside = native["nav"]["endring"]["aarsak"]["beskrivelse"].as_str().unwrap();
    assert!(beside.starts_with("Går videre til: "), "{beside}");
}

#[test]
fn what_has_ended_had_begun_whatever_the_reason() {
    for (reason, navs) in [
        ("FIKK_IKKE_PLASS", json!({"type": "FikkIkkePlass"})),
        ("KURS_FULLT", json!({"type": "Annet", "beskrivelse": "Kurset er fullt"})),
    ] {
        let native = written(&with_body(
            Kind::MeasureEnded,
            json!({"reason": reason, "date": "2026-12-18"}),
        ));
        assert_eq!(
            native["nav"]["endring"],
            json!({"type": "AvsluttDeltakelse", "sluttdato": "2026-12-18", "aarsak": navs, "harDeltatt": null,
                "harFullfort": null})
        );
        assert_eq!(native["tilManuellRegistrering"]["tittel"], "Forslag om avslutning");
        let corrected = json!({"reason": reason, "date": "2026-12-18"});
        let native =
            correction(json!({"action": "corrected", "correctedKind": "measure-ended", "corrected": corrected}));
        assert_eq!(native["nav"]["endring"]["type"], "EndreAvslutning");
    }
}

#[test]
fn a_start_date_is_told_and_an_invitation_without_one_is_a_card() {
    let times = json!([{"start": "2026-12-01T09:00:00+01:00"}]);
    let told = json!({"proposedTimes": times, "place": "Nordvik skole", "measureFrom": "2026-12-07",
        "measureUntil": "2027-12-06"});
    let native = written(&with_body(Kind::StartMeeting, told));
    assert_eq!(native["form"], "EndringFraArrangor");
    assert_eq!(
        native["nav"]["endring"],
        json!({"type": "LeggTilOppstartsdato", "startdato": "2026-12-07", "sluttdato": "2027-12-06"})
    );
    let manual = &native["tilManuellRegistrering"];
    assert_eq!(
        manual["felter"],
        json!([{"felt": "Startdato", "verdi": "7. desember 2026"}, {"felt": "Sluttdato", "verdi": "6. desember 2027"}])
    );
    let rest = manual["tilVeilederen"].to_string();
    assert!(
        rest.contains("1. desember 2026 kl. 09.00") && rest.contains("Nordvik skole"),
        "{rest}"
    );
    assert!(
        manual["steg"].to_string().contains("Gi resten til Nav-veilederen"),
        "{manual}"
    );
    let native = written(&with_body(
        Kind::StartMeeting,
        json!({"proposedTimes": times, "measure": "AVKLARING"}),
    ));
    assert_eq!(native["form"], "Aktivitetskort");
    assert_eq!(native["nav"]["aktivitetskortType"], "AVKLARAG");
    assert_eq!(native["nav"]["aktivitetskort"]["startDato"], "2026-12-01");
}

#[test]
fn a_card_has_two_ids_that_differ_and_is_answered_by_either() {
    let message = message(Kind::GoalsAgreed);
    let request = NavMeasure::write(&message, &context()).unwrap();
    let native: Value = serde_json::from_slice(&request.body).unwrap();
    let card = &native["nav"];
    assert_ne!(card["messageId"], card["aktivitetskort"]["id"]);
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    assert_eq!(
        request.references,
        [
            Reference::new("msgid", text(&card["aktivitetskort"]["id"])),
            Reference::new("nav-melding", text(&card["messageId"])),
        ]
    );
    assert_eq!(
        card["aktivitetskort"]["endretAv"],
        json!({"ident": "915933149", "identType": "TILTAKSARRAGOER"})
    );
}

#[test]
fn answers_are_answers_only_to_what_nav_sent() {
    let kind = |message, context: &_| written_in(&message, context)["nav"]["type"].clone();
    let answer = |answer: &str| with_body(Kind::MeetingResponse, json!({"answer": answer}));
    for (said, navs) in [
        ("accepted", "ACCEPTS_MEETING_INVITATION"),
        ("other-time", "REQUESTS_NEW_MEETING_TIME"),
        ("declined", "DECLINES_MEETING_WITH_REASON"),
    ] {
        assert_eq!(kind(answer(said), &known_at_nav()), navs);
        assert_eq!(kind(answer(said), &context()), "PATIENT_INQUIRY");
    }
    assert_eq!(kind(message(Kind::Answer), &known_at_nav()), "PATIENT_REQUEST_RESPONSE");
    assert_eq!(kind(message(Kind::Question), &known_at_nav()), "PATIENT_INQUIRY");
    let native = written_in(&message(Kind::Answer), &known_at_nav());
    assert_eq!(
        native["nav"]["conversationReference"],
        json!({"parentMessageId": "nav-1", "conversationId": "nav-0"})
    );
    assert_eq!(native["nav"]["sender"]["providerId"], "915933149");
}

/// The corrected message of the fixture, as a person at Nav reads about it.
const CORRECTED: &str = "meldingen som ble sendt 20. august 2026 kl. 09.30, med referanse NAK-2026-0004";

fn correction(body: Value) -> Value {
    written_in(&with_body(Kind::Correction, body), &known_at_nav())
}

#[test]
fn a_correction_is_the_right_content_and_names_what_it_replaces() {
    let corrected = json!({"reason": "UTDANNING", "date": "2026-12-18"});
    let native = correction(json!({"action": "corrected", "correctedKind": "measure-ended", "corrected": corrected}));
    assert_eq!(native["erstatter"], EARLIER);
    assert_eq!(native["nav"]["endring"]["type"], "EndreAvslutning");
    assert_ne!(
        native["nav"]["id"], EARLIER,
        "a proposal that replaces another is a new one"
    );

    let native = correction(
        json!({"action": "corrected", "correctedKind": "goals-agreed", "corrected": {"goals": ["Truckbevis"]}}),
    );
    assert_eq!(native["nav"]["aktivitetskort"]["id"], EARLIER, "a card keeps its id");
}

#[test]
fn what_was_sent_by_mistake_is_withdrawn_cancelled_or_said() {
    let mistaken = |kind: &str| correction(json!({"action": "sent-by-mistake", "correctedKind": kind}));
    let native = mistaken("measure-end-proposed");
    assert_eq!(
        (&native["nav"]["id"], &native["nav"]["status"]["type"]),
        (&json!(EARLIER), &json!("Tilbakekalt"))
    );
    assert_eq!(
        native["tilManuellRegistrering"]["steg"][1],
        "Velg «Trekk tilbake forslaget»."
    );
    let body = json!({"action": "sent-by-mistake", "correctedKind": "measure-end-proposed"});
    let withdrawal = with_body(Kind::Correction, body);
    let request = NavMeasure::write(&withdrawal, &known_at_nav()).unwrap();
    assert_eq!(
        request.references,
        [Reference::new("msgid", withdrawal.id.to_string())],
        "what Nav says of the proposal is for the proposal's delivery"
    );
    let native = mistaken("goals-agreed");
    assert_eq!(native["nav"]["aktivitetskort"]["id"], EARLIER);
    assert_eq!(native["nav"]["aktivitetskort"]["aktivitetStatus"], "AVBRUTT");
    let native = mistaken("question");
    assert_eq!(native["nav"]["conversationReference"]["parentMessageId"], EARLIER);
    let said = native["nav"]["message"].as_str().unwrap();
    assert!(said.contains("feilsendt") && said.contains(CORRECTED), "{said}");
    assert_eq!(native["retterMelding"]["referanse"], "NAK-2026-0004");
    assert!(
        native["tilManuellRegistrering"]["felter"]
            .to_string()
            .contains(CORRECTED),
        "{native}"
    );

    let unknown = with_body(
        Kind::Correction,
        json!({"action": "sent-by-mistake", "correctedKind": "measure-end-proposed"}),
    );
    let refusal = NavMeasure::write(&unknown, &context()).unwrap_err();
    assert_eq!(refusal.code, "not-known-at-nav");
}

#[test]
fn health_is_not_told_to_nav_by_others_than_health_personnel() {
    for kind in [Kind::FunctionUpdate, Kind::TreatmentStatus] {
        let refusal = NavMeasure::write(&message(kind), &context()).unwrap_err();
        assert_eq!(refusal.code, "no-shape-at-nav");
        assert!(refusal.text.contains("Fastlegen eller behandleren"), "{}", refusal.text);
        let body = json!({"action": "sent-by-mistake", "correctedKind": kind.code()});
        let refusal = NavMeasure::write(&with_body(Kind::Correction, body), &known_at_nav()).unwrap_err();
        assert_eq!(refusal.code, "no-shape-at-nav");
    }
}

#[test]
fn a_person_is_told_that_nothing_is_submitted_yet() {
    for kind in Kind::ALL.into_iter().filter(|kind| shape_of(*kind).is_some()) {
        let native = written_in(&message(kind), &known_at_nav());
        let manual = &native["tilManuellRegistrering"];
        let steps = manual["steg"].as_array().unwrap();
        assert!(
            steps
                .last()
                .unwrap()
                .as_str()
                .unwrap()
                .contains("Før det er ikke noe sendt til Nav"),
            "{kind}"
        );
        assert!(!manual["felter"].as_array().unwrap().is_empty(), "{kind}: {manual}");
    }
}

#[test]
fn that_something_was_held_back_is_said_and_never_what() {
    let mut context = context();
    let message = message(Kind::Question);
    assert_eq!(written_in(&message, &context).get("holdtTilbake"), None);
    context.withheld = true;
    let native = written_in(&message, &context);
    assert_eq!(native["holdtTilbake"], true);
    // A sender without a public number is identified by its name in the hub. Without a sender, the hub is named.
    context.sender.as_mut().unwrap().org_number = None;
    assert_eq!(
        written_in(&message, &context)["nav"]["sender"]["providerId"],
        "nordvik-aft"
    );
    context.sender = None;
    let native = written_in(&message, &context);
    assert_eq!(native["nav"]["sender"]["providerId"], "bindeledd");
    assert_eq!(native.get("avsender"), None);
    let card = written_in(&crate::common::message(Kind::GoalsAgreed), &context);
    assert_eq!(
        card["nav"]["aktivitetskort"]["endretAv"],
        json!({"ident": "bindeledd", "identType": "SYSTEM"})
    );
}

#[test]
fn nobody_else_who_gets_the_message_is_named() {
    let mut message = message(Kind::GoalsAgreed);
    let parties = ["nav-nordvik", "klinikken"].map(|name| PartyName::parse(name).unwrap());
    message.draft.to = Recipients::Parties(parties.to_vec());
    assert!(!written(&message).to_string().contains("klinikken"));
}
