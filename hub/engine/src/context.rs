//! What an adapter gets to know in a call.

use std::fmt::Write as _;

use bindeledd_core::contract::{Context, Identity, Person, References};
use bindeledd_core::{Endpoint, Message, Party};
use jiff::Timestamp;
use serde_json::Value;

use crate::directory::Directory;
use crate::engine::Inner;

impl Inner {
    /// The context of a call for `party`'s endpoint.
    pub(crate) fn context(&self, party: &Party, endpoint: &Endpoint, now: Timestamp) -> Context {
        let directory = self.directory();
        let mut random = [0; 32];
        self.entropy.fill(&mut random);
        let entropy = random.iter().fold(String::with_capacity(64), |mut hex, byte| {
            let _ = write!(hex, "{byte:02x}");
            hex
        });
        Context {
            now,
            entropy,
            settings: serde_json::from_str(&endpoint.settings).unwrap_or(Value::Null),
            endpoint: Identity {
                id: "bindeledd".into(),
                name: self.settings.hub_name.clone(),
                kind: Some("hub".into()),
                org_number: endpoint.org_number.as_ref().map(ToString::to_string),
                her_id: endpoint.her_id.map(bindeledd_core::HerId::get),
                ..Identity::default()
            },
            party: identity(party, &party.name, &directory),
            sender: None,
            references: References::default(),
            item: None,
            withheld: false,
        }
    }

    /// A message's sender as receivers may know it.
    pub(crate) fn sender_of(&self, message: &Message) -> Option<Identity> {
        let directory = self.directory();
        let sender = directory.get(&message.from)?;
        Some(identity(sender, sender.public_name(), &directory))
    }
}

fn identity(party: &Party, name: &str, directory: &Directory) -> Identity {
    let part_of = party.part_of.as_ref().and_then(|id| directory.get(id));
    Identity {
        id: party.id.to_string(),
        name: name.to_owned(),
        kind: Some(party.kind.code().into()),
        org_number: party.org_number.as_ref().map(ToString::to_string),
        her_id: party.her_id.map(bindeledd_core::HerId::get),
        // One level is what the formats know; deeper ones would loop where two units name each other.
        part_of: part_of.map(|whole| {
            Box::new(Identity {
                id: whole.id.to_string(),
                name: whole.public_name().to_owned(),
                org_number: whole.org_number.as_ref().map(ToString::to_string),
                her_id: whole.her_id.map(bindeledd_core::HerId::get),
                ..Identity::default()
            })
        }),
        person: party.person.as_ref().map(|p| Person {
            given_name: p.given_name.clone(),
            family_name: p.family_name.clone(),
            hpr: p.hpr.as_ref().map(|h| h.as_str().to_owned()),
            her_id: p.her_id.map(bindeledd_core::HerId::get),
        }),
        phone: party.phone.clone(),
    }
}
