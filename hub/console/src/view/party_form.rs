//! The form of a party: a new one, or one that is edited. It keeps everything as it was typed.

use bindeledd_core::EndpointLimits;

use super::field_change::{self, FieldChange};
use crate::address;
use crate::errors::Errors;
use crate::frame::Frame;
use crate::lang::Lang;
use crate::markup::{Html, Text};
use crate::text::{party_form as text, terms};

/// The form of a party.
#[derive(Debug, Clone)]
pub struct View {
    /// Surroundings.
    pub frame: Frame,
    /// The party that is edited; `None` for a new one.
    pub edited: Option<Edited>,
    /// The form, as it was typed.
    pub typed: Typed,
    /// Names of the installed adapters.
    pub adapters: Vec<Text>,
    /// Faults of the form. Each field has the name of its input.
    pub errors: Errors,
}

/// A party that is edited.
#[derive(Debug, Clone)]
pub struct Edited {
    /// Id.
    pub id: Text,
    /// Name as others may see it.
    pub name: Text,
    /// Version on which the form is built. The form posts it back.
    pub version: u64,
    /// Whether the party has values that the form does not show. They stay as they are.
    pub has_more: bool,
    /// The change of somebody else since the form was opened.
    pub others: Option<Others>,
}

/// A change of somebody else since the form was opened.
#[derive(Debug, Clone)]
pub struct Others {
    /// Actors of the changes.
    pub by: Vec<Text>,
    /// Changed fields.
    pub changes: Vec<FieldChange>,
}

/// The typed form. The names of the inputs are the names of the fields, with `-` for `_`.
#[derive(Debug, Clone, Default)]
pub struct Typed {
    /// Input `id`, for a new party.
    pub id: String,
    /// Input `name`.
    pub name: String,
    /// Input `kind`: a code.
    pub kind: String,
    /// Input `label`.
    pub label: String,
    /// Input `public-phone`.
    pub public_phone: String,
    /// Input `org-number`.
    pub org_number: String,
    /// Input `her-id`.
    pub her_id: String,
    /// Input `phone`.
    pub phone: String,
    /// Input `registrar`, a box to tick.
    pub registrar: bool,
    /// Input `notify`: an e-mail address.
    pub notify: String,
    /// Input `adapter`.
    pub adapter: String,
    /// Input `address`.
    pub address: String,
    /// Input `credential`.
    pub credential: String,
    /// Input `endpoint-her`.
    pub endpoint_her: String,
    /// Input `endpoint-org`.
    pub endpoint_org: String,
    /// Input `settings`.
    pub settings: String,
    /// Input `in-flight`; empty for the usual limit.
    pub in_flight: String,
    /// Input `timeout`, in seconds; empty for the usual limit.
    pub timeout: String,
    /// Input `receipt`, in seconds; empty for the usual limit.
    pub receipt: String,
    /// Input `poll`, in seconds; empty for the usual limit.
    pub poll: String,
    /// Health professional to whom documents are addressed.
    pub person: TypedPerson,
    /// Contacts. The inputs of the first one are `contact-1-name`, `contact-1-role`, `contact-1-unit` and `contact-1-phone`.
    pub contacts: Vec<TypedContact>,
}

/// A health professional, as it was typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TypedPerson {
    /// Input `person-given`.
    pub given: String,
    /// Input `person-family`.
    pub family: String,
    /// Input `person-hpr`.
    pub hpr: String,
    /// Input `person-her`.
    pub her: String,
}

/// A contact, as it was typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TypedContact {
    /// Name.
    pub name: String,
    /// Role.
    pub role: String,
    /// Unit.
    pub unit: String,
    /// Phone.
    pub phone: String,
}

impl TypedContact {
    /// Returns the name of an input of the contact with this number, from 1.
    #[must_use]
    pub fn input(number: usize, part: &str) -> String {
        format!("contact-{number}-{part}")
    }
}

/// Contacts that the form has room for besides the typed ones.
const MORE_CONTACTS: usize = 2;

/// The inputs of a contact: the name of each, its label, and the typed value.
struct Contact<'v> {
    legend: String,
    inputs: [(String, &'static str, &'v str); 4],
}

impl View {
    /// Returns the limits that an empty field gives.
    const fn usual(&self) -> EndpointLimits {
        EndpointLimits::USUAL
    }

    /// Returns the typed contacts.
    fn contacts(&self, text: &text::Texts) -> Vec<Contact<'_>> {
        let typed = (1..).zip(&self.typed.contacts);
        typed.map(|(number, typed)| contact(number, typed, text)).collect()
    }

    /// Returns contacts without a value, for further ones.
    fn more_contacts(&self, text: &text::Texts) -> Vec<Contact<'static>> {
        static EMPTY: TypedContact = TypedContact {
            name: String::new(),
            role: String::new(),
            unit: String::new(),
            phone: String::new(),
        };
        let numbers = (self.typed.contacts.len() + 1..).take(MORE_CONTACTS);
        numbers.map(|number| contact(number, &EMPTY, text)).collect()
    }

    fn heading(&self, text: &text::Texts) -> String {
        match &self.edited {
            None => text.heading.to_owned(),
            Some(edited) => (text.edit)(edited.name.as_str()),
        }
    }

    fn action(&self) -> String {
        match &self.edited {
            None => address::NEW_PARTY.to_owned(),
            Some(edited) => address::of_party(edited.id.as_str(), "edit"),
        }
    }

    fn back(&self) -> String {
        match &self.edited {
            None => address::PARTIES.to_owned(),
            Some(edited) => address::party(edited.id.as_str()),
        }
    }
}

fn contact<'v>(number: usize, typed: &'v TypedContact, text: &text::Texts) -> Contact<'v> {
    let input = |part| TypedContact::input(number, part);
    Contact {
        legend: (text.contact)(&number.to_string()),
        inputs: [
            (input("name"), text.name, &typed.name),
            (input("role"), text.role, &typed.role),
            (input("unit"), text.unit, &typed.unit),
            (input("phone"), text.phone, &typed.phone),
        ],
    }
}

impl Others {
    fn heading(&self, text: &text::Texts) -> String {
        let by: Vec<_> = self.by.iter().map(Text::as_str).collect();
        (text.others)(&by.join(", "))
    }

    fn list(&self, lang: Lang) -> Html {
        field_change::list(&self.changes, lang)
    }
}

page!("party_form.html");
