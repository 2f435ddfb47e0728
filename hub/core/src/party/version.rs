//! Versions of a party's set-up. Every change makes a new version, and the earlier ones stay, so that somebody can go back to them.
//!
//! The set-up is the party without its pause and its suspension. Going back to a version neither pauses a party nor resumes it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use bindeledd_catalogue::{Handler, HerId, OrgNumber, PartyId, json};

use super::{Endpoint, Party, Professional};

/// The number of a version of a party, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VersionNumber(u32);

impl VersionNumber {
    /// The number of a party's first version.
    pub const FIRST: Self = Self(1);

    /// Makes a number; `None` for 0.
    #[must_use]
    pub const fn new(number: u32) -> Option<Self> {
        match number {
            0 => None,
            number => Some(Self(number)),
        }
    }

    /// Parses the digits of a number.
    #[must_use]
    pub fn parse(digits: &str) -> Option<Self> {
        let is_written_once = !digits.starts_with('0') && digits.bytes().all(|b| b.is_ascii_digit());
        is_written_once.then(|| digits.parse().ok().and_then(Self::new))?
    }

    /// Returns the number.
    #[must_use]
    pub const fn get(self) -> u32 {
        self.0
    }

    /// Returns the number of the next version.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }

    /// Returns the number of the version before; `None` for the first one.
    #[must_use]
    pub const fn before(self) -> Option<Self> {
        Self::new(self.0 - 1)
    }
}

impl fmt::Display for VersionNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The effect of a change on the versions of its party.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Revision {
    /// The change makes this version.
    New(VersionNumber),
    /// The set-up stays as it is in this version.
    Same(VersionNumber),
    /// The change was built on an earlier version than this one. Nothing changes.
    SomebodyElse(VersionNumber),
}

/// Decides about a change of a party. `newest` is the party's newest version, and `built_on` the version that the caller saw.
/// A caller that saw none changes any version.
#[must_use]
pub fn revise(newest: Option<(VersionNumber, &Party)>, built_on: Option<VersionNumber>, changed: &Party) -> Revision {
    match newest {
        None => Revision::New(VersionNumber::FIRST),
        Some((number, _)) if built_on.is_some_and(|seen| seen != number) => Revision::SomebodyElse(number),
        Some((number, party)) if party.has_set_up_of(changed) => Revision::Same(number),
        Some((number, _)) => Revision::New(number.next()),
    }
}

/// A field of a party's set-up, in the order in which changes are listed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum PartyField {
    /// Name.
    Name,
    /// Name that others see.
    PublicLabel,
    /// Telephone number that others see.
    PublicPhone,
    /// Kind of party.
    Kind,
    /// Organisation that the party is a unit of.
    PartOf,
    /// Organisation number.
    OrgNumber,
    /// HER-id.
    HerId,
    /// Health professional to whom documents are addressed.
    Person,
    /// Telephone number.
    Phone,
    /// Persons who follow participants up.
    Handlers,
    /// Whether the party may register consents: `true` or `false`.
    Registrar,
    /// Registrars that the party trusts.
    Trusts,
    /// Address for mail about waiting documents.
    Notify,
    /// Adapter of the endpoint.
    Adapter,
    /// Address of the endpoint.
    Address,
    /// Name of the endpoint's credential.
    Credential,
    /// A setting of the adapter, by its name.
    Setting(String),
    /// The hub's own HER-id over the connection.
    EndpointHerId,
    /// The hub's own organisation number over the connection.
    EndpointOrgNumber,
    /// Maximum number of requests under way at the same time.
    InFlight,
    /// Longest time of a request, in seconds.
    Timeout,
    /// Longest wait for a receipt, in seconds.
    ReceiptWithin,
    /// Seconds between two polls of an inbox.
    Poll,
}

impl PartyField {
    /// Returns the path of the field in the API's JSON of a party.
    #[must_use]
    pub fn path(&self) -> String {
        let path = match self {
            Self::Name => "name",
            Self::PublicLabel => "publicLabel",
            Self::PublicPhone => "publicPhone",
            Self::Kind => "kind",
            Self::PartOf => "partOf",
            Self::OrgNumber => "orgNumber",
            Self::HerId => "herId",
            Self::Person => "person",
            Self::Phone => "phone",
            Self::Handlers => "handlers",
            Self::Registrar => "registrar",
            Self::Trusts => "trusts",
            Self::Notify => "notify.email",
            Self::Adapter => "endpoint.adapter",
            Self::Address => "endpoint.address",
            Self::Credential => "endpoint.credential",
            Self::Setting(name) => return format!("endpoint.settings.{name}"),
            Self::EndpointHerId => "endpoint.herId",
            Self::EndpointOrgNumber => "endpoint.orgNumber",
            Self::InFlight => "endpoint.limits.inFlight",
            Self::Timeout => "endpoint.limits.timeoutSeconds",
            Self::ReceiptWithin => "endpoint.limits.receiptSeconds",
            Self::Poll => "endpoint.limits.pollSeconds",
        };
        path.to_owned()
    }
}

/// The change of one field between two versions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldChange {
    /// Field.
    pub field: PartyField,
    /// Value before; `None` if the field was empty.
    pub from: Option<String>,
    /// Value after; `None` if the field is empty.
    pub to: Option<String>,
}

impl Party {
    /// Returns whether the other party has the same set-up. Pause and suspension are no part of it.
    #[must_use]
    pub fn has_set_up_of(&self, other: &Self) -> bool {
        let set_up = |party: &Self| {
            let mut party = party.clone();
            (party.paused, party.suspended) = (false, false);
            let settings = party
                .endpoint
                .as_mut()
                .map(|endpoint| std::mem::take(&mut endpoint.settings));
            // The same settings may be written in different ways.
            let settings = settings.map(|text| json::parse(text.as_bytes()).map_err(|_| text));
            (party, settings)
        };
        set_up(self) == set_up(other)
    }

    /// Returns the fields that differ in the set-up of a later version.
    #[must_use]
    pub fn changes_to(&self, later: &Self) -> Vec<FieldChange> {
        let (mut from, mut to) = (fields(self), fields(later));
        let named: BTreeSet<PartyField> = from.keys().chain(to.keys()).cloned().collect();
        let changes = named.into_iter().map(|field| FieldChange {
            from: from.remove(&field),
            to: to.remove(&field),
            field,
        });
        changes.filter(|change| change.from != change.to).collect()
    }
}

/// Returns the filled fields of a set-up, each as a text.
fn fields(party: &Party) -> BTreeMap<PartyField, String> {
    let mut fields = BTreeMap::new();
    let mut put = |field, value: Option<String>| {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            fields.insert(field, value);
        }
    };
    put(PartyField::Name, Some(party.name.clone()));
    put(PartyField::PublicLabel, party.public_label.clone());
    put(PartyField::PublicPhone, party.public_phone.clone());
    put(PartyField::Kind, Some(party.kind.code().to_owned()));
    put(PartyField::PartOf, party.part_of.as_ref().map(PartyId::to_string));
    put(PartyField::OrgNumber, party.org_number.as_ref().map(org_number));
    put(PartyField::HerId, party.her_id.map(|id: HerId| id.to_string()));
    put(PartyField::Person, party.person.as_ref().map(professional));
    put(PartyField::Phone, party.phone.clone());
    put(
        PartyField::Handlers,
        Some(joined("; ", party.handlers.iter().map(handler))),
    );
    put(PartyField::Registrar, Some(party.registrar.to_string()));
    put(
        PartyField::Trusts,
        Some(joined(", ", party.trusts.iter().map(PartyId::to_string))),
    );
    let email = party.notify.as_ref().map(|notify| notify.email.reveal().to_owned());
    put(PartyField::Notify, email);
    if let Some(endpoint) = &party.endpoint {
        put_endpoint(endpoint, put);
    }
    fields
}

fn put_endpoint(endpoint: &Endpoint, mut put: impl FnMut(PartyField, Option<String>)) {
    put(PartyField::Adapter, Some(endpoint.adapter.to_string()));
    put(PartyField::Address, endpoint.address.as_ref().map(ToString::to_string));
    put(PartyField::Credential, endpoint.credential.clone());
    for (name, value) in settings(&endpoint.settings) {
        put(PartyField::Setting(name), Some(value));
    }
    put(PartyField::EndpointHerId, endpoint.her_id.map(|id| id.to_string()));
    put(
        PartyField::EndpointOrgNumber,
        endpoint.org_number.as_ref().map(org_number),
    );
    let limits = endpoint.limits;
    put(PartyField::InFlight, Some(limits.in_flight.to_string()));
    put(PartyField::Timeout, Some(limits.timeout_seconds.to_string()));
    put(PartyField::ReceiptWithin, Some(limits.receipt_seconds.to_string()));
    put(PartyField::Poll, Some(limits.poll_seconds.to_string()));
}

/// Returns the settings of an adapter by name: a text as it is, any other value as JSON.
fn settings(text: &str) -> Vec<(String, String)> {
    let value = json::parse(text.as_bytes()).ok();
    let settings = value.as_ref().and_then(|value| value.as_object());
    let written = settings.into_iter().flatten().map(|(name, value)| {
        let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        (name.clone(), value)
    });
    written.collect()
}

fn org_number(number: &OrgNumber) -> String {
    number.as_str().to_owned()
}

fn professional(person: &Professional) -> String {
    let hpr = person.hpr.as_ref().map(|hpr| format!("HPR {}", hpr.as_str()));
    let her = person.her_id.map(|her| format!("HER-id {her}"));
    let name = format!("{} {}", person.given_name, person.family_name);
    joined(", ", [Some(name), hpr, her].into_iter().flatten())
}

fn handler(handler: &Handler) -> String {
    let Handler {
        name,
        role,
        unit,
        phone,
    } = handler.clone();
    joined(", ", [Some(name), role, unit, phone].into_iter().flatten())
}

fn joined(between: &str, parts: impl IntoIterator<Item = String>) -> String {
    parts.into_iter().collect::<Vec<_>>().join(between)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{AdapterId, EndpointAddress, EndpointLimits, PartyKind};

    fn party() -> Party {
        Party {
            id: PartyId::parse("fjellvik").unwrap(),
            name: "Fjellvik legekontor".to_owned(),
            public_label: None,
            public_phone: None,
            kind: PartyKind::Gp,
            part_of: None,
            org_number: None,
            her_id: None,
            person: None,
            phone: None,
            handlers: Vec::new(),
            registrar: false,
            trusts: Vec::new(),
            endpoint: Some(Endpoint {
                adapter: AdapterId::parse("provider-json").unwrap(),
                address: EndpointAddress::parse("https://fjellvik.example/inn"),
                credential: Some("fjellvik".to_owned()),
                settings: r#"{"api": 1, "path": "/a"}"#.to_owned(),
                her_id: None,
                org_number: None,
                limits: EndpointLimits::default(),
            }),
            notify: None,
            paused: false,
            suspended: false,
        }
    }

    fn number(n: u32) -> VersionNumber {
        VersionNumber::new(n).unwrap()
    }

    #[test]
    fn a_number_is_read_in_one_spelling() {
        assert_eq!(VersionNumber::parse("12"), Some(number(12)));
        for raw in ["", "0", "01", "+1", "-1", " 1", "1.0", "4294967296"] {
            assert_eq!(VersionNumber::parse(raw), None, "{raw:?}");
        }
        assert_eq!(VersionNumber::FIRST.before(), None);
        assert_eq!(number(1).next().before(), Some(number(1)));
    }

    #[test]
    fn a_change_makes_a_version_and_a_repetition_none() {
        let old = party();
        let mut new = party();
        new.name = "Fjellvik legesenter".to_owned();
        assert_eq!(revise(None, None, &new), Revision::New(VersionNumber::FIRST));
        let newest = Some((number(3), &old));
        assert_eq!(revise(newest, None, &new), Revision::New(number(4)));
        assert_eq!(revise(newest, Some(number(3)), &new), Revision::New(number(4)));
        assert_eq!(revise(newest, Some(number(3)), &old), Revision::Same(number(3)));
    }

    #[test]
    fn a_change_that_was_built_on_an_earlier_version_is_not_made() {
        let (old, newest) = (party(), number(3));
        for seen in [1, 2, 4] {
            let revision = revise(Some((newest, &old)), Some(number(seen)), &old);
            assert_eq!(revision, Revision::SomebodyElse(newest), "{seen}");
        }
    }

    #[test]
    fn holds_and_the_spelling_of_settings_are_no_change() {
        let old = party();
        let mut new = party();
        (new.paused, new.suspended) = (true, true);
        new.endpoint.as_mut().unwrap().settings = r#"{"path":"/a","api":1}"#.to_owned();
        assert!(old.has_set_up_of(&new) && old.changes_to(&new).is_empty());
        new.endpoint.as_mut().unwrap().limits.in_flight = 4;
        assert!(!old.has_set_up_of(&new));
    }

    #[test]
    fn changes_name_each_field_with_both_values() {
        let old = party();
        let mut new = party();
        new.phone = Some("22334455".to_owned());
        new.registrar = true;
        let endpoint = new.endpoint.as_mut().unwrap();
        (endpoint.credential, endpoint.limits.in_flight) = (None, 4);
        endpoint.settings = r#"{"api": 2, "path": "/a"}"#.to_owned();
        let change = |field: PartyField, from: Option<&str>, to: Option<&str>| FieldChange {
            field,
            from: from.map(str::to_owned),
            to: to.map(str::to_owned),
        };
        let expected = [
            change(PartyField::Phone, None, Some("22334455")),
            change(PartyField::Registrar, Some("false"), Some("true")),
            change(PartyField::Credential, Some("fjellvik"), None),
            change(PartyField::Setting("api".to_owned()), Some("1"), Some("2")),
            change(PartyField::InFlight, Some("16"), Some("4")),
        ];
        assert_eq!(old.changes_to(&new), expected);
        let back: Vec<_> = new.changes_to(&old).into_iter().map(|c| (c.to, c.from)).collect();
        assert_eq!(back, expected.map(|c| (c.from, c.to)));
    }

    #[test]
    fn persons_of_a_party_are_told_apart() {
        let (mut one, mut other) = (party(), party());
        let handler = |name: &str, role: Option<&str>| Handler {
            name: name.to_owned(),
            role: role.map(str::to_owned),
            unit: None,
            phone: None,
        };
        one.handlers = vec![handler("Siri Dal, veileder", None)];
        other.handlers = vec![handler("Siri Dal", Some("veileder"))];
        assert!(!one.has_set_up_of(&other), "texts that read alike are different values");
        one.person = Some(Professional {
            given_name: "Grønn".to_owned(),
            family_name: "Vits".to_owned(),
            hpr: None,
            her_id: HerId::parse("8143025").ok(),
        });
        let change = &party().changes_to(&one)[0];
        assert_eq!(
            (change.field.clone(), change.to.as_deref()),
            (PartyField::Person, Some("Grønn Vits, HER-id 8143025"))
        );
    }

    #[test]
    fn every_field_has_a_path_of_its_own() {
        let mut full = party();
        full.part_of = PartyId::parse("kommune").ok();
        let paths: Vec<_> = fields(&full).keys().map(PartyField::path).collect();
        let different: BTreeSet<_> = paths.iter().collect();
        assert_eq!(different.len(), paths.len());
        assert!(paths.contains(&"endpoint.settings.api".to_owned()), "{paths:?}");
    }
}
