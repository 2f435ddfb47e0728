//! Random consents, written in either form and read back: nothing is lost, and nothing is added.

use bindeledd_core::consent::{Basis, Evidence, GivenBy, Moment, Period};
use bindeledd_core::{
    CategorySet, ConsentId, HerId, NationalId, OrgNumber, ParticipantRef, PartyId, PartyName, Purpose,
};
use jiff::Timestamp;
use jiff::civil::Date;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, FileFailurePersistence};
use uuid::Uuid;

use super::super::*;
use super::fhir::example;

const DAY: i128 = 86_400_000_000_000;

/// A text as people and archives write it, up to the maximum length.
fn text() -> impl Strategy<Value = String> {
    let short = "[A-Za-z0-9æøåÆØÅ §.,:;/\\\\\"'<>&{}\\[\\]\u{a0}-]{1,40}";
    let long = "[a-zæøå]{500}";
    prop_oneof![9 => short, 1 => long].prop_filter("not blank", |text| !text.trim().is_empty())
}

/// Any time from 1900 to 2100, to the nanosecond; half of them whole seconds.
fn time() -> impl Strategy<Value = Timestamp> {
    (-25_000 * DAY..47_000 * DAY, any::<bool>()).prop_map(|(nanos, whole)| {
        let nanos = if whole {
            nanos / 1_000_000_000 * 1_000_000_000
        } else {
            nanos
        };
        Timestamp::from_nanosecond(nanos).unwrap()
    })
}

fn moment() -> impl Strategy<Value = Moment> {
    let day = (1900_i16..2100, 1_i8..=12, 1_i8..=31).prop_filter_map("a day", |(year, month, day)| {
        Date::new(year, month, day).ok().map(Moment::Day)
    });
    prop_oneof![day, time().prop_map(Moment::Instant)]
}

/// A period; its end, if it has one, is the later of two moments.
fn period() -> impl Strategy<Value = Period> {
    let turned = |(a, b): (Moment, Option<Moment>)| match b {
        Some(b) if b.first() < a.first() => Period { start: b, end: Some(a) },
        end => Period { start: a, end },
    };
    (moment(), prop::option::of(moment()))
        .prop_map(turned)
        .prop_filter("something in it", |p| {
            p.end.is_none_or(|end| end.after() > p.start.first())
        })
}

/// A synthetic number, with or without 40 added to its day. Of the hundred pairs of check digits at most one is
/// valid.
fn national_id() -> impl Strategy<Value = NationalId> {
    let parts = (1..=28, 1..=12, 0..100, 0..1000, any::<bool>(), select(&[65, 80]));
    parts.prop_filter_map("check digits", |(day, month, year, number, d_number, synthetic)| {
        let day = if d_number { day + 40 } else { day };
        let month = month + synthetic;
        let start = format!("{day:02}{month:02}{year:02}{number:03}");
        (0..100).find_map(|check| NationalId::parse(&format!("{start}{check:02}")).ok())
    })
}

fn party() -> impl Strategy<Value = PartyName> {
    let id = "[a-z][a-z0-9]{1,20}(-[a-z0-9]{1,8}){0,3}";
    prop_oneof![
        id.prop_map(|id| PartyName::Id(PartyId::parse(&id).unwrap())),
        select(&["915933149", "974760924", "889640782"]).prop_map(|n| PartyName::Org(OrgNumber::parse(n).unwrap())),
        (1_u32..10_000_000).prop_map(|n| PartyName::Her(HerId::parse(&n.to_string()).unwrap())),
    ]
}

fn grant() -> impl Strategy<Value = DocumentGrant> {
    let basis = prop_oneof![
        Just(Basis::Consent),
        text().prop_map(|reference| Basis::Duty { reference })
    ];
    let parts = (
        party(),
        party(),
        1..=u8::MAX,
        basis,
        prop::option::of(period()),
        any::<bool>(),
    );
    parts.prop_map(|(from, to, bits, basis, period, awaits_confirmation)| DocumentGrant {
        from,
        to,
        purpose: Purpose::WorkOrientedFollowup,
        categories: CategorySet::from_bits(bits).unwrap(),
        basis,
        period,
        awaits_confirmation,
    })
}

fn evidence() -> impl Strategy<Value = Evidence> {
    let kind = prop_oneof![Just("document".to_owned()), Just("signed-form".to_owned()), text()];
    let hash = prop::option::of("[0-9a-f]{64}");
    (kind, text(), hash).prop_map(|(kind, reference, sha256)| Evidence {
        kind,
        reference,
        sha256,
    })
}

fn consent() -> impl Strategy<Value = ConsentDocument> {
    let given_by = prop_oneof![
        Just(GivenBy::Participant),
        text().prop_map(|basis| GivenBy::Guardian { basis })
    ];
    let status = prop_oneof![
        Just(DocumentStatus::Active),
        prop::option::of(time()).prop_map(|at| DocumentStatus::Withdrawn { at }),
    ];
    let id = prop::option::of(any::<u128>().prop_map(|id| ConsentId(Uuid::from_u128(id))));
    let whose = prop_oneof![
        national_id().prop_map(DocumentParticipant::NationalId),
        any::<u128>().prop_map(|id| DocumentParticipant::Pseudonym(ParticipantRef(Uuid::from_u128(id)))),
    ];
    let who = (id, 1..=u32::MAX, whose, time(), given_by);
    let what = (
        party(),
        evidence(),
        text(),
        period(),
        prop::collection::vec(grant(), 1..6),
        status,
    );
    (who, what).prop_map(
        |(
            (id, version, participant, given_at, given_by),
            (controller, evidence, text_version, period, grants, status),
        )| ConsentDocument {
            id,
            version,
            participant,
            given_at,
            given_by,
            controller,
            evidence,
            text_version,
            period,
            grants,
            status,
        },
    )
}

/// Number of cases: a thousand in every run, ten thousand in a long one.
#[expect(clippy::disallowed_methods, reason = "a test's own setting")]
fn cases() -> u32 {
    std::env::var("CONSENT_CASES")
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(1_000)
}

fn config() -> Config {
    Config {
        cases: cases(),
        failure_persistence: Some(Box::new(FileFailurePersistence::Off)),
        ..Config::default()
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn the_projects_json_is_read_as_it_was_written(consent in consent()) {
        let written = consent.to_json().to_string();
        prop_assert_eq!(read_consent(written.as_bytes(), None), Ok(consent));
    }

    #[test]
    fn fhir_is_read_as_it_was_written(consent in consent()) {
        let written = consent.to_fhir().to_string();
        let read = read_consent(written.as_bytes(), Some("application/fhir+json"));
        prop_assert_eq!(read.as_ref(), Ok(&consent));
        // A consent that is converted to the other form is still the same consent.
        let again = read.unwrap().to_json().to_string();
        prop_assert_eq!(read_consent(again.as_bytes(), None), Ok(consent));
    }
}

#[test]
fn published_consents_come_back_as_they_were() {
    for name in ["consent.json", "consent-withdrawn.json"] {
        let Some(published) = example(name) else { return };
        let read = read_consent(published.to_string().as_bytes(), None).unwrap();
        let written = read.to_fhir();
        assert_eq!(read_consent(written.to_string().as_bytes(), None), Ok(read), "{name}");
        // The elements that decide are in the same places as in the published consent.
        for pointer in [
            "/resourceType",
            "/status",
            "/scope/coding/0/code",
            "/provision/type",
            "/provision/period",
        ] {
            assert_eq!(
                written.pointer(pointer),
                published.pointer(pointer),
                "{name}: {pointer}"
            );
        }
    }
}
