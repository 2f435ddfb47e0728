//! Tests national identity numbers against Nav's published vectors, and the identifiers' rules on random values.

use std::path::{Path, PathBuf};

use bindeledd_catalogue::{
    HerId, HprNumber, IdentifierError, NationalId, NationalIdKind, OrgNumber, PartyId, PartyName,
};
use proptest::prelude::*;
use serde_json::Value;

/// Returns the folder of published formats; `None` on a machine that does not have the folder.
fn standards() -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/standards");
    let folder = std::env::var_os("BINDELEDD_STANDARDS").map_or_else(beside, PathBuf::from);
    folder.is_dir().then_some(folder)
}

#[test]
fn navs_vectors_are_read_as_nav_reads_them() {
    let Some(folder) = standards() else {
        println!("the folder of standards is not there: Nav's vectors are not tried");
        return;
    };
    let vectors = std::fs::read_to_string(folder.join("nav/idnr-vectors.json")).unwrap();
    let vectors: Value = serde_json::from_str(&vectors).unwrap();
    let pairs = |list: &str| {
        let list = vectors[list].as_array().unwrap().clone();
        assert!(list.len() >= 10);
        list.into_iter()
            .map(|p| (p[0].as_str().unwrap().to_owned(), p[1].as_str().unwrap().to_owned()))
    };
    for (number, what) in pairs("valid") {
        let id = NationalId::parse(&number).unwrap_or_else(|e| panic!("{what}: {e}"));
        assert_eq!(id.kind() == NationalIdKind::D, what.contains("dnr"), "{what}");
        assert_eq!(
            id.is_synthetic(),
            what.contains("hnr") || what.contains("tnr") || number.as_bytes()[2] >= b'4'
        );
    }
    for (number, why) in pairs("invalid") {
        assert!(NationalId::parse(&number).is_err(), "{why}");
    }
}

/// Returns the check digit of a sum, if one exists.
fn check_digit(digits: &[u32], weights: &[u32]) -> Option<u32> {
    let sum: u32 = digits.iter().zip(weights).map(|(d, w)| d * w).sum();
    Some((11 - sum % 11) % 11).filter(|digit| *digit < 10)
}

fn said(digits: &[u32]) -> String {
    digits.iter().map(ToString::to_string).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_number_that_is_built_by_the_rules_is_read(
        (day, month, year, serial) in (1_u32..=28, 1_u32..=12, 0_u32..100, 0_u32..1000),
        d_number: bool, synthetic in prop::sample::select(vec![0, 40, 65, 80]), later in 0_u32..=3,
    ) {
        let (day, month) = (if d_number { day + 40 } else { day }, month + synthetic);
        let mut digits: Vec<u32> = format!("{day:02}{month:02}{year:02}{serial:03}").chars().filter_map(|c| c.to_digit(10)).collect();
        // Numbers assigned from 2032 may leave a remainder of up to 3.
        let sum: u32 = digits.iter().zip([3, 7, 6, 1, 8, 9, 4, 5, 2]).map(|(d, w)| d * w).sum();
        let k1 = (11 + later - sum % 11) % 11;
        prop_assume!(k1 < 10);
        digits.push(k1);
        let k2 = check_digit(&digits, &[5, 4, 3, 2, 7, 6, 5, 4, 3, 2]);
        prop_assume!(k2.is_some());
        digits.extend(k2);
        let id = NationalId::parse(&said(&digits)).unwrap();
        prop_assert_eq!(id.kind() == NationalIdKind::D, d_number);
        prop_assert_eq!(id.is_synthetic(), synthetic > 0);
        // Any other last digit makes the number wrong.
        digits[10] = (digits[10] + 1) % 10;
        prop_assert!(NationalId::parse(&said(&digits)).is_err());
    }

    #[test]
    fn an_organisation_number_has_one_right_check_digit(first in 8_u32..=9, rest in prop::collection::vec(0_u32..10, 7)) {
        let mut digits = vec![first];
        digits.extend(rest);
        let right = check_digit(&digits, &[3, 2, 7, 6, 5, 4, 3, 2]);
        for last in 0..10 {
            let raw = format!("{}{last}", said(&digits));
            let parsed = OrgNumber::parse(&raw);
            prop_assert_eq!(parsed.is_ok(), right == Some(last));
            if let Ok(number) = parsed {
                prop_assert_eq!(PartyName::parse(&format!("org:{raw}")).unwrap(), PartyName::Org(number));
            }
        }
    }

    #[test]
    fn a_her_id_prints_what_it_reads(id in 1_u32..) {
        prop_assert_eq!(HerId::parse(&id.to_string()).unwrap().get(), id);
        prop_assert_eq!(PartyName::parse(&format!("her:{id}")).unwrap().to_string(), format!("her:{id}"));
    }

    #[test]
    fn no_text_makes_an_identifier_panic_and_what_is_read_prints_the_same(raw: String) {
        let _ = (NationalId::parse(&raw), HprNumber::parse(&raw));
        if let Ok(name) = PartyName::parse(&raw) {
            prop_assert_eq!(PartyName::parse(&name.to_string()).unwrap(), name);
        }
    }

    #[test]
    fn a_slug_is_a_partys_id(raw in "[a-z][a-z0-9-]{1,63}") {
        prop_assume!(raw != "circle" && raw != "reply");
        let id = PartyId::parse(&raw).unwrap();
        prop_assert_eq!(id.as_str(), raw.as_str());
        prop_assert!(PartyId::parse(&raw.to_uppercase()).is_err());
    }
}

#[test]
fn no_new_party_is_called_what_means_somebody_else() {
    for word in ["operator", "hub", "circle", "reply"] {
        assert_eq!(PartyId::for_new(word), Err(IdentifierError::ReservedPartyId), "{word}");
    }
    // An older store may have such a party, and its rows must stay readable.
    assert!(PartyId::parse("operator").unwrap().is_reserved());
    assert!(PartyId::for_new("operators").is_ok());
}
