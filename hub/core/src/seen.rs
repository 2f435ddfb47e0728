//! A party as others may see it: the only place that decides which parts of a party's identity
//! others see.
//!
//! The own name of a party with a public label would reveal an illness. So would every value that
//! leads to that name: numbers, telephone, address, parent organisation, and the unit and role of
//! its staff.

use bindeledd_catalogue::{Handler, HerId, OrgNumber, PartyId};

use crate::party::{Party, PartyField, PartyKind, Professional};

/// A party as somebody may see it. Only [`Party::as_others_see_it`] and
/// [`Party::as_it_sees_itself`] make this value.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct SeenParty<'p> {
    /// Id in the hub. Every answer carries this id, so that an operator gives a labelled party an
    /// id that reveals nothing.
    pub id: &'p PartyId,
    /// Name.
    pub name: &'p str,
    /// Kind of party.
    pub kind: PartyKind,
    /// Organisation that the party is a unit of.
    pub part_of: Option<&'p PartyId>,
    /// Organisation number.
    pub org_number: Option<&'p OrgNumber>,
    /// HER-id.
    pub her_id: Option<HerId>,
    /// Health professional to whom documents are addressed.
    pub person: Option<&'p Professional>,
    /// Telephone number.
    pub phone: Option<&'p str>,
    /// Persons to call at the party.
    pub handlers: &'p [Handler],
}

impl Party {
    /// Returns the party as any other party may see it. A labelled party shows its label and the
    /// telephone number of the label.
    #[must_use]
    pub fn as_others_see_it(&self) -> SeenParty<'_> {
        let Some(label) = &self.public_label else {
            return self.as_it_sees_itself();
        };
        SeenParty {
            id: &self.id,
            name: label,
            kind: PartyKind::Other,
            part_of: None,
            org_number: None,
            her_id: None,
            person: None,
            phone: self.public_phone.as_deref(),
            handlers: &[],
        }
    }

    /// Returns the party with all its fields, for the operator and for documents that go to the
    /// party alone.
    #[must_use]
    pub fn as_it_sees_itself(&self) -> SeenParty<'_> {
        SeenParty {
            id: &self.id,
            name: &self.name,
            kind: self.kind,
            part_of: self.part_of.as_ref(),
            org_number: self.org_number.as_ref(),
            her_id: self.her_id,
            person: self.person.as_ref(),
            phone: self.phone.as_deref(),
            handlers: &self.handlers,
        }
    }

    /// Returns the handler of a message from this party, as others may see that person. For a
    /// labelled party this is the name alone, since the receiver asks for that person. Unit, role
    /// and a listed telephone number would reveal the party.
    #[must_use]
    pub fn handler_as_others_see_it(&self, handler: &Handler) -> Handler {
        if self.public_label.is_none() {
            return handler.clone();
        }
        Handler {
            name: handler.name.clone(),
            role: None,
            unit: None,
            phone: self.public_phone.clone(),
        }
    }

    /// Returns whether others may find the party by this name. A labelled party is never found by a number, since
    /// the answer would link the two.
    #[must_use]
    pub fn is_found_by_others(&self, name: &bindeledd_catalogue::PartyName) -> bool {
        self.public_label.is_none() || matches!(name, bindeledd_catalogue::PartyName::Id(_))
    }
}

impl PartyField {
    /// Returns whether a value of this field may be shown beside the party's public label, in a list of changes. Every
    /// other value could lead to the party's own name.
    #[must_use]
    pub const fn is_seen_beside_label(&self) -> bool {
        match self {
            Self::PublicLabel
            | Self::PublicPhone
            | Self::Registrar
            | Self::Trusts
            | Self::InFlight
            | Self::Timeout
            | Self::ReceiptWithin
            | Self::Poll => true,
            Self::Name
            | Self::Kind
            | Self::PartOf
            | Self::OrgNumber
            | Self::HerId
            | Self::Person
            | Self::Phone
            | Self::Handlers
            | Self::Notify
            | Self::Adapter
            | Self::Address
            | Self::Credential
            | Self::Setting(_)
            | Self::EndpointHerId
            | Self::EndpointOrgNumber => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clinic(label: Option<&str>) -> Party {
        Party {
            id: PartyId::parse("unit-7").unwrap(),
            name: "Solsiden psykiatriske poliklinikk".to_owned(),
            public_label: label.map(str::to_owned),
            public_phone: Some("22 00 00 00".to_owned()),
            kind: PartyKind::SpecialistService,
            part_of: Some(PartyId::parse("hospital").unwrap()),
            org_number: Some(OrgNumber::parse("915933149").unwrap()),
            her_id: Some(HerId::parse("8094866").unwrap()),
            person: Some(Professional {
                given_name: "Kari".to_owned(),
                family_name: "Nordmann".to_owned(),
                hpr: None,
                her_id: None,
            }),
            phone: Some("22 11 11 11".to_owned()),
            handlers: vec![handler()],
            registrar: false,
            trusts: Vec::new(),
            endpoint: None,
            notify: None,
            paused: false,
            suspended: false,
        }
    }

    fn handler() -> Handler {
        Handler {
            name: "Ola Nordmann".to_owned(),
            role: Some("psykolog".to_owned()),
            unit: Some("Psykosepoliklinikken".to_owned()),
            phone: Some("22 11 11 12".to_owned()),
        }
    }

    #[test]
    fn nothing_that_leads_to_a_labelled_partys_name_is_seen() {
        let party = clinic(Some("Helsetjeneste"));
        let seen = party.as_others_see_it();
        assert_eq!((seen.name, seen.phone), ("Helsetjeneste", Some("22 00 00 00")));
        assert_eq!(seen.kind, PartyKind::Other);
        assert_eq!((seen.part_of, seen.org_number, seen.her_id), (None, None, None));
        assert!(seen.person.is_none() && seen.handlers.is_empty(), "{seen:?}");
        let handler = party.handler_as_others_see_it(&handler());
        assert_eq!((handler.role, handler.unit), (None, None));
        assert_eq!(handler.phone.as_deref(), Some("22 00 00 00"));
    }

    #[test]
    fn a_party_without_a_label_is_seen_as_it_sees_itself() {
        let party = clinic(None);
        assert_eq!(party.as_others_see_it(), party.as_it_sees_itself());
        assert!(party.as_others_see_it().org_number.is_some());
        assert_eq!(party.handler_as_others_see_it(&handler()), handler());
    }
}
