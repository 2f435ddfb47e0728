//! The context of an adapter call.

use std::fmt::Write as _;

use bindeledd_core::contract::{Context, Identity, Person, References};
use bindeledd_core::time::local_rfc3339;
use bindeledd_core::{Endpoint, Message, Party, SeenParty};
use jiff::Timestamp;
use serde_json::Value;

use crate::directory::Directory;
use crate::inner::Inner;

impl Inner {
    /// Returns the context of a call for `party`'s endpoint.
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
            now_local: local_rfc3339(now),
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
            party: identity(&party.as_it_sees_itself(), &directory),
            sender: None,
            references: References::default(),
            item: None,
            withheld: false,
        }
    }

    /// Returns the sender of a message, as receivers may see that sender.
    pub(crate) fn sender_of(&self, message: &Message) -> Option<Identity> {
        let directory = self.directory();
        let sender = directory.get(&message.from)?;
        Some(identity(&sender.as_others_see_it(), &directory))
    }
}

fn identity(seen: &SeenParty<'_>, directory: &Directory) -> Identity {
    let part_of = seen.part_of.and_then(|id| directory.get(id));
    Identity {
        id: seen.id.to_string(),
        name: seen.name.to_owned(),
        kind: Some(seen.kind.code().into()),
        org_number: seen.org_number.map(ToString::to_string),
        her_id: seen.her_id.map(bindeledd_core::HerId::get),
        // The formats have one level of parent. Following more levels would loop if two units name each other.
        part_of: part_of.map(|whole| {
            let whole = whole.as_others_see_it();
            Box::new(Identity {
                id: whole.id.to_string(),
                name: whole.name.to_owned(),
                org_number: whole.org_number.map(ToString::to_string),
                her_id: whole.her_id.map(bindeledd_core::HerId::get),
                ..Identity::default()
            })
        }),
        person: seen.person.map(|p| Person {
            given_name: p.given_name.clone(),
            family_name: p.family_name.clone(),
            hpr: p.hpr.as_ref().map(|h| h.as_str().to_owned()),
            her_id: p.her_id.map(bindeledd_core::HerId::get),
        }),
        phone: seen.phone.map(ToOwned::to_owned),
    }
}
