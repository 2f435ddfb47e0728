use bindeledd_catalogue::arbitrary::body_of;
use bindeledd_catalogue::{Body, Category, CategorySet, Kind};
use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::party::PartyKind;
use crate::testing::{at, grant, ledger, party};

/// Returns the names of every input of a form, those in groups and rows included.
fn names(fields: &[Field]) -> Vec<String> {
    let mut all = Vec::new();
    for field in fields {
        match &field.input {
            Input::Group(inner) => all.extend(names(inner)),
            Input::Rows { rows, .. } => all.extend(names(rows)),
            Input::Categories => {
                all.extend(Category::ALL.map(|category| format!("{}.{}", field.name, category.code())));
            }
            Input::Text { .. }
            | Input::Day
            | Input::Moment
            | Input::Choice { .. }
            | Input::Whole { .. }
            | Input::Decimal { .. } => all.push(field.name.clone()),
        }
    }
    all
}

fn typed(pairs: &[(&str, &str)]) -> Typed {
    Typed::of(pairs.iter().copied())
}

fn faults(kind: Kind, pairs: &[(&str, &str)]) -> Vec<(String, FieldFault)> {
    let wrong = read(kind, &typed(pairs)).err().unwrap_or_default();
    wrong.into_iter().map(|wrong| (wrong.name, wrong.fault)).collect()
}

#[test]
fn every_kind_has_a_form_or_a_reason_why_nobody_writes_it() {
    for kind in Kind::ALL {
        let form = fields(kind, &Typed::default(), 0);
        match writing(kind) {
            Writing::New | Writing::Answer => {
                assert_eq!(form.len(), kind.spec().fields.len(), "{kind}");
                assert!(names(&form).len() >= form.len(), "{kind}");
            }
            Writing::Nobody(NotWritten::OfAnother) => assert_eq!((kind, form.len()), (Kind::Correction, 0)),
            Writing::Nobody(NotWritten::ByHub) => assert!(kind.spec().by_hub && form.is_empty(), "{kind}"),
        }
        assert!(
            !PartyKind::ALL.iter().any(|of| is_usual(kind, *of)) || writing(kind) == Writing::New,
            "{kind}: a usual kind is one that a person begins"
        );
    }
}

#[test]
fn every_party_has_usual_kinds_and_every_kind_a_usual_sender() {
    for of in PartyKind::ALL {
        assert!(Kind::ALL.iter().any(|kind| is_usual(*kind, of)), "{}", of.code());
    }
    for kind in Kind::ALL.into_iter().filter(|kind| writing(*kind) == Writing::New) {
        assert!(PartyKind::ALL.iter().any(|of| is_usual(kind, *of)), "{kind}");
    }
}

fn body_that_a_person_writes() -> impl Strategy<Value = Body> {
    let written: Vec<_> = Kind::ALL
        .into_iter()
        .filter(|kind| !matches!(writing(*kind), Writing::Nobody(_)))
        .collect();
    proptest::sample::select(written).prop_flat_map(body_of)
}

proptest! {
    #[test]
    fn a_message_in_a_form_is_read_as_the_same_message(body in body_that_a_person_writes()) {
        let typed = write(&body);
        prop_assert_eq!(read(body.kind(), &typed), Ok(body.clone()));
        // The form has an input for each value.
        let names = names(&fields(body.kind(), &typed, 0));
        for (name, _) in typed.iter() {
            prop_assert!(names.iter().any(|of| of == name), "{}", name);
        }
        // A browser posts a line break as two characters, and a draft keeps what was typed.
        let posted: Vec<_> = typed.iter().map(|(name, value)| (name.to_owned(), value.replace('\n', "\r\n"))).collect();
        let posted = Typed::of(posted.iter().map(|(name, value)| (name.as_str(), value.as_str())));
        prop_assert_eq!(read(body.kind(), &posted), Ok(body));
        prop_assert_eq!(Typed::from_json(&typed.to_json()), Some(typed));
    }

    #[test]
    fn no_form_makes_the_reading_fail(kind in proptest::sample::select(Kind::ALL.to_vec()),
        pairs in proptest::collection::vec(("f\\.[a-zA-Z]{1,12}(\\.[0-9]{1,3})?(\\.[a-z]{1,9})?", ".{0,40}"), 0..12)) {
        let typed = Typed::of(pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())));
        let _ = fields(kind, &typed, 2);
        if let Ok(body) = read(kind, &typed) {
            prop_assert!(body.is_complete());
        }
    }
}

#[test]
fn every_fault_of_a_form_is_told_at_its_input() {
    assert_eq!(
        faults(
            Kind::ProgressUpdate,
            &[
                ("f.attendancePercent", "mye"),
                ("f.daysPerWeek", "2,55"),
                ("f.percent", "101"),
                ("f.changedFrom", "i morgen"),
                ("f.activity", &"x".repeat(2001)),
                ("f.concern", "a\u{7}b"),
            ]
        ),
        [
            ("f.status".to_owned(), FieldFault::Missing),
            ("f.attendancePercent".to_owned(), FieldFault::NoWhole(0, 100)),
            ("f.daysPerWeek".to_owned(), FieldFault::NoDecimal(0.0, 7.0)),
            ("f.percent".to_owned(), FieldFault::NoWhole(0, 100)),
            ("f.changedFrom".to_owned(), FieldFault::NoDay),
            ("f.activity".to_owned(), FieldFault::TooLong(2000)),
            ("f.concern".to_owned(), FieldFault::Hidden),
        ]
    );
    // The second row is begun, and lacks its other part.
    assert_eq!(
        faults(
            Kind::FacilitationNeed,
            &[
                ("f.needs.1.need", "pauser"),
                ("f.needs.2.area", "x"),
                ("f.needs.2.need", "y")
            ]
        ),
        [
            ("f.needs.1.area".to_owned(), FieldFault::Missing),
            ("f.needs.2.area".to_owned(), FieldFault::NoChoice),
        ]
    );
    let until = [
        ("f.status", "ended"),
        ("f.from", "2026-05-02"),
        ("f.until", "2026-05-01"),
    ];
    assert_eq!(
        faults(Kind::TreatmentStatus, &until),
        [("f.until".to_owned(), FieldFault::BeforeStart)]
    );
    let own = [("f.reason", "SYK"), ("f.date", "2026-05-01"), ("f.reasonText", "x")];
    assert_eq!(
        faults(Kind::MeasureEnded, &own),
        [("f.reasonText".to_owned(), FieldFault::OwnWords)]
    );
    assert_eq!(
        faults(Kind::Question, &[("f.text", " \n ")]),
        [
            ("f.text".to_owned(), FieldFault::Missing),
            ("f.about".to_owned(), FieldFault::Missing)
        ]
    );
}

#[test]
fn an_unfinished_form_has_a_text_of_what_can_be_read() {
    let said = |kind, pairs: &[(&str, &str)]| {
        let body = so_far(kind, &typed(pairs))?;
        Some(bindeledd_catalogue::prose::write_fields_only(&body))
    };
    assert_eq!(said(Kind::ProgressUpdate, &[]), None);
    assert_eq!(said(Kind::ProgressUpdate, &[("f.daysPerWeek", "to")]), None);
    // The status is required, and nobody has chosen it yet.
    let half = [("f.daysPerWeek", "2,5"), ("f.percent", "mye"), ("f.concern", "Sliten")];
    assert_eq!(
        said(Kind::ProgressUpdate, &half).unwrap(),
        "Dager i uken: 2,5 dager\nBekymring: Sliten\n"
    );
    let rows = [
        ("f.needs.0.need", "pauser"),
        ("f.needs.1.area", "hours"),
        ("f.needs.1.need", "kortere dager"),
    ];
    let rows = said(Kind::FacilitationNeed, &rows).unwrap();
    assert!(rows.contains("kortere dager") && !rows.contains("pauser"), "{rows}");
    for kind in Kind::ALL {
        let all = typed(&[
            ("f.text", "x"),
            ("f.about", "x"),
            ("f.status", "x"),
            ("f.goals", "x"),
            ("f.needs", "x"),
        ]);
        assert!(so_far(kind, &all).is_none_or(|body| body.kind() == kind));
    }
}

#[test]
fn the_guard_marks_the_input_that_has_a_code_or_a_strange_number() {
    use bindeledd_catalogue::NationalId;
    use bindeledd_catalogue::guard::What;

    let own = NationalId::parse("15720255178").unwrap();
    let marked = |kind, pairs: &[(&str, &str)]| marks(kind, &typed(pairs), Some(&own));
    assert_eq!(
        marked(
            Kind::ProgressUpdate,
            &[
                ("f.activity", "Diagnosen er F32.1"),
                ("f.concern", "15720255178 er sliten")
            ]
        ),
        [("f.activity".to_owned(), What::DiagnosisCode)]
    );
    // The row keeps its number, though the rows before it are empty.
    let row = [("f.needs.2.need", "som for 15720255178 og 11815000007")];
    assert_eq!(
        marked(Kind::FacilitationNeed, &row),
        [("f.needs.2.need".to_owned(), What::IdentityNumber)]
    );
    // A text that is too long to be sent is marked as well.
    let long = format!("{} diagnose F32.1", "x".repeat(3000));
    assert_eq!(marked(Kind::Question, &[("f.text", &long)]).len(), 1);
}

#[test]
fn values_are_read_as_people_type_them() {
    let body = read(
        Kind::ProgressUpdate,
        &typed(&[
            ("f.status", "DELTAR"),
            ("f.daysPerWeek", " 2,5 "),
            ("f.percent", "50 "),
            ("f.changedFrom", "2.5.2026"),
        ]),
    );
    let body = body.unwrap();
    assert_eq!(body.get("daysPerWeek"), Some(&json!(2.5)));
    assert_eq!(
        (body.get("percent"), body.text("changedFrom")),
        (Some(&json!(50)), Some("2026-05-02"))
    );
    for raw in ["2026-12-01T09:00", "1.12.2026 9.00", "1.12.2026 kl. 09:00"] {
        let body = read(Kind::MeetingRequest, &typed(&[("f.proposedTimes.2.start", raw)])).unwrap();
        assert_eq!(
            body.get("proposedTimes"),
            Some(&json!([{"start": "2026-12-01T09:00:00+01:00"}])),
            "{raw}"
        );
    }
}

#[test]
fn a_list_has_three_rows_and_grows_with_what_is_typed() {
    let rows = |typed: &Typed, spare| {
        let form = fields(Kind::GoalsAgreed, typed, spare);
        let Input::Rows { rows, may_grow } = &form[0].input else {
            panic!("{form:?}")
        };
        (rows.len(), *may_grow)
    };
    assert_eq!(rows(&Typed::default(), 0), (ROWS, true));
    assert_eq!(rows(&typed(&[("f.goals.2", "c")]), 0), (3, true));
    assert_eq!(rows(&typed(&[("f.goals.2", "c")]), 3), (6, true));
    assert_eq!(rows(&typed(&[("f.goals.18", "c")]), 3), (20, false));
    assert_eq!(rows(&typed(&[("f.goals.999999999999999999999", "c")]), 3), (ROWS, true));
    assert_eq!(rows(&typed(&[("f.goals.99", "c")]), 3), (20, false));
    assert_eq!(rows(&typed(&[("f.goals.99999999", "c")]), 3), (ROWS, true));
}

#[test]
fn a_form_that_no_browser_posts_is_bounded() {
    let many: Vec<_> = (0..2000).map(|i| (format!("f.goals.{i}"), "x".repeat(9000))).collect();
    let typed = Typed::of(many.iter().map(|(name, value)| (name.as_str(), value.as_str())));
    assert!(typed.iter().count() <= 400 && typed.iter().all(|(_, value)| value.len() <= 8000));
    assert!(read(Kind::GoalsAgreed, &typed).is_err());
    assert!(Typed::of([("csrf", "x"), ("to", "y")]).is_empty());
    assert_eq!(format!("{:?}", Typed::of([("f.text", "hemmelig")])), "{\"f.text\"}");
}

#[test]
fn only_parties_with_an_active_grant_are_offered_and_each_with_what_it_would_get() {
    let ends = |mut of: crate::consent::GrantOnFile| {
        of.withdrawn = true;
        of
    };
    let mut waits = grant(5, "nordvik", "dps", &[Category::Progress]);
    waits.grant.confirmed = false;
    let of = ledger(vec![
        grant(1, "nordvik", "klinikken", &[Category::Progress]),
        grant(2, "nordvik", "nav", &[Category::Goals]),
        grant(2, "nordvik", "nav", &[Category::Meeting]),
        ends(grant(3, "nordvik", "kommunen", &[Category::Progress])),
        grant(4, "nav", "nordvik", &[Category::Progress]),
        waits,
    ]);
    let offered = |kind| -> Vec<(String, Gets)> {
        let all = receivers(&of, &party("nordvik"), kind, at(20));
        all.into_iter().map(|one| (one.party.to_string(), one.gets)).collect()
    };
    assert_eq!(
        offered(Kind::ProgressUpdate),
        [
            ("klinikken".to_owned(), Gets::Everything),
            ("nav".to_owned(), Gets::Nothing)
        ]
    );
    assert_eq!(
        offered(Kind::StartMeetingSummary),
        [
            ("klinikken".to_owned(), Gets::Nothing),
            ("nav".to_owned(), Gets::Without(vec!["Tilpasninger"]))
        ]
    );
    let granted = receivers(&of, &party("nordvik"), Kind::Question, at(20))
        .pop()
        .unwrap()
        .granted;
    assert_eq!(granted, CategorySet::of(&[Category::Goals, Category::Meeting]));
    assert!(
        receivers(&of, &party("nordvik"), Kind::Question, at(5)).is_empty(),
        "before the consents were given"
    );
    let mut protected = of.clone();
    protected.protected = true;
    assert!(receivers(&protected, &party("nordvik"), Kind::ProgressUpdate, at(20)).is_empty());
}
