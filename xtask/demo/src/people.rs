//! Parties, participants and consents of the story. Every identity is synthetic.

use serde_json::{Value, json};

pub(crate) const PROVIDER: &str = "nordvik-aft";
pub(crate) const GP: &str = "fjellvik-legekontor";
pub(crate) const SPECIALIST: &str = "fjellvik-poliklinikk";
pub(crate) const NAV: &str = "nav-nordvik";
pub(crate) const EMPLOYER: &str = "havna-lager";

pub(crate) const PROVIDER_ORG: &str = "915933149";
pub(crate) const GP_ORG: &str = "974760924";
pub(crate) const GP_HER: u32 = 8_142_952;
pub(crate) const SPECIALIST_HER: u32 = 91_111;
/// The hub's own HER-id on Helsenettet.
const HUB_HER: u32 = 8_094_866;

/// A participant: national identity number (month plus 80) and name.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Person {
    pub(crate) id: &'static str,
    pub(crate) name: &'static str,
}

pub(crate) const SNILL: Person = Person {
    id: "15720255178",
    name: "Snill Tester",
};
pub(crate) const LINE: Person = Person {
    id: "31777207884",
    name: "Line Prøve",
};
pub(crate) const ODA: Person = Person {
    id: "03869030065",
    name: "Oda Eksempel",
};

/// Returns the parties, at the addresses of their systems.
pub(crate) fn parties(provider: &str, gp: &str, specialist: &str) -> Vec<Value> {
    vec![
        json!({
            "id": PROVIDER, "name": "Nordvik Arbeid og Kompetanse", "kind": "aft-provider", "orgNumber": PROVIDER_ORG,
            "phone": "22112233", "registrar": true, "trusts": [],
            "endpoint": {"adapter": "provider-json", "address": provider, "settings": {}},
        }),
        json!({
            "id": GP, "name": "Fjellvik legekontor", "kind": "gp", "orgNumber": GP_ORG, "herId": GP_HER,
            "person": {"givenName": "Grønn", "familyName": "Vits", "hpr": "565501872", "herId": 8_143_025},
            "registrar": false, "trusts": [PROVIDER],
            "endpoint": {
                "adapter": "gp-dialogmelding", "address": gp, "settings": {}, "herId": HUB_HER, "orgNumber": "999999999",
            },
        }),
        json!({
            "id": SPECIALIST, "name": "Fjellvik distriktspsykiatriske poliklinikk", "publicLabel": "Fjellvik poliklinikk",
            "kind": "specialist-service", "orgNumber": "883974832", "herId": SPECIALIST_HER, "registrar": false,
            "trusts": [PROVIDER],
            "endpoint": {"adapter": "specialist-fhir", "address": specialist, "settings": {}},
        }),
        json!({"id": NAV, "name": "Nav Nordvik", "kind": "nav-office", "orgNumber": "911000032", "registrar": false, "trusts": [PROVIDER]}),
        json!({"id": EMPLOYER, "name": "Havna lager", "kind": "employer", "orgNumber": "911000040", "registrar": false, "trusts": []}),
    ]
}

/// A grant: sender, receiver, categories.
pub(crate) type Grant = (&'static str, &'static str, &'static [&'static str]);

/// Grants of Snill's consent: a whole circle.
pub(crate) const SNILL_GRANTS: &[Grant] = &[
    (
        PROVIDER,
        GP,
        &[
            "meeting",
            "goals",
            "dialogue",
            "function",
            "treatment-status",
            "outcome",
        ],
    ),
    (GP, PROVIDER, &["meeting", "dialogue", "function", "treatment-status"]),
    (PROVIDER, SPECIALIST, &["dialogue", "function"]),
    (SPECIALIST, PROVIDER, &["treatment-status", "dialogue", "function"]),
    (SPECIALIST, GP, &["treatment-status"]),
    (PROVIDER, NAV, &["facilitation"]),
];

/// Grants of Line's consent. By one of them, Nav may know the reason for ending the measure.
pub(crate) const LINE_GRANTS: &[Grant] = &[
    (SPECIALIST, PROVIDER, &["treatment-status", "dialogue", "function"]),
    (PROVIDER, SPECIALIST, &["dialogue", "function"]),
    (PROVIDER, NAV, &["outcome", "treatment-status"]),
];

/// Grants of Oda's consent: provider and GP.
pub(crate) const ODA_GRANTS: &[Grant] = &[
    (PROVIDER, GP, &["meeting", "dialogue", "function"]),
    (GP, PROVIDER, &["meeting", "dialogue", "function"]),
];

/// Grants that rest on a legal duty: the provider's reports to Nav, which need no consent.
pub(crate) const DUTY_GRANTS: &[Grant] = &[(PROVIDER, NAV, &["meeting", "goals", "progress", "outcome"])];

/// Makes a consent. `duty` is the legal reference of the grants that rest on a duty.
pub(crate) fn consent(person: Person, grants: &[Grant], given_at: &str, duty: Option<&str>) -> Value {
    let grants: Vec<_> = grants
        .iter()
        .map(|(from, to, categories)| {
            let basis = duty.map_or_else(|| json!("consent"), |reference| json!({"duty": reference}));
            json!({"from": from, "to": to, "purpose": "work-oriented-followup", "categories": categories, "basis": basis})
        })
        .collect();
    let day = given_at.get(..10).unwrap_or(given_at);
    json!({
        "schema": "bindeledd/consent/1", "version": 1, "participant": {"nationalId": person.id}, "givenAt": given_at,
        "givenBy": {"role": "participant"}, "controller": if duty.is_some() { NAV } else { PROVIDER },
        "evidence": {"type": "signed-form", "reference": format!("arkiv/{}", person.name.replace(' ', "-"))},
        "textVersion": "2026-01", "period": {"start": day}, "grants": grants,
    })
}
