//! MsgHead: who sends, to whom, about whom, and which message it answers.

use bindeledd_sdk::catalogue::{HerId, NationalId, OrgNumber, Participant, PartyName, PersonName};
use roxmltree::Node;
use serde::{Deserialize, Serialize};

use crate::refuse::Why;
use crate::text::one_line;
use crate::xml::{attribute, child, child_text, children, coded, text};

/// An organisation on one of its levels.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Unit {
    pub(crate) name: String,
    pub(crate) her: Option<String>,
    pub(crate) org: Option<String>,
    #[serde(skip)]
    pub(crate) phone: Option<String>,
}

/// A health professional.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Professional {
    pub(crate) name: String,
    pub(crate) hpr: Option<String>,
    pub(crate) her: Option<String>,
    #[serde(skip)]
    pub(crate) role: Option<String>,
    #[serde(skip)]
    pub(crate) phone: Option<String>,
}

/// One side of a message: its organisation, outermost level first, and the person.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Side {
    pub(crate) units: Vec<Unit>,
    pub(crate) person: Option<Professional>,
}

/// What a MsgHead says of its message.
#[derive(Debug, Clone, Default)]
pub(crate) struct Head {
    pub(crate) version: Option<String>,
    pub(crate) type_code: String,
    pub(crate) type_text: String,
    pub(crate) gen_date: Option<String>,
    pub(crate) msg_id: Option<String>,
    pub(crate) ack: Option<String>,
    pub(crate) parent: Option<String>,
    pub(crate) conversation: Option<String>,
    pub(crate) sender: Side,
    pub(crate) receiver: Side,
    pub(crate) patient: Option<Patient>,
}

/// The patient as the document has them.
#[derive(Debug, Clone)]
pub(crate) struct Patient {
    /// Fødselsnummer and D-numbers, not checked.
    numbers: Vec<String>,
    name: Option<String>,
}

impl Head {
    pub(crate) fn read(head: Node<'_, '_>) -> Self {
        let Some(info) = child(head, "MsgInfo") else {
            return Self::default();
        };
        let kind = coded(info, "Type");
        let reference = child(info, "ConversationRef");
        let referred = |name| reference.and_then(|r| child_text(r, name));
        Self {
            version: child_text(info, "MIGversion"),
            type_code: kind.value,
            type_text: kind.text,
            gen_date: child_text(info, "GenDate"),
            msg_id: child_text(info, "MsgId"),
            ack: child(info, "Ack")
                .and_then(|ack| attribute(ack, "V"))
                .map(str::to_owned),
            parent: referred("RefToParent"),
            conversation: referred("RefToConversation"),
            sender: child(info, "Sender").map(Side::read).unwrap_or_default(),
            receiver: child(info, "Receiver").map(Side::read).unwrap_or_default(),
            patient: child(info, "Patient").map(Patient::read),
        }
    }

    /// A message inside another message: what it does not say itself, the one around it says.
    ///
    /// # Errors
    /// Where the two are about different patients.
    pub(crate) fn inside(self, outer: &Self) -> Result<Self, Why> {
        if let (Ok(inner), Ok(outer)) = (self.participant(), outer.participant())
            && inner.national_id != outer.national_id
        {
            return Err(Why::PatientsDiffer);
        }
        Ok(Self {
            gen_date: self.gen_date.or_else(|| outer.gen_date.clone()),
            parent: self.parent.or_else(|| outer.parent.clone()),
            conversation: self.conversation.or_else(|| outer.conversation.clone()),
            sender: if self.sender.units.is_empty() {
                outer.sender.clone()
            } else {
                self.sender
            },
            patient: self.patient.or_else(|| outer.patient.clone()),
            ..self
        })
    }

    /// The person whom it is about.
    pub(crate) fn participant(&self) -> Result<Participant, Why> {
        let patient = self.patient.as_ref().ok_or(Why::PatientMissing)?;
        let right = patient.numbers.iter().find_map(|number| NationalId::parse(number).ok());
        let national_id = right.ok_or(if patient.numbers.is_empty() {
            Why::PatientMissing
        } else {
            Why::PatientWrong
        })?;
        Ok(Participant {
            national_id,
            name: patient.name.clone().map(PersonName),
        })
    }
}

impl Patient {
    fn read(node: Node<'_, '_>) -> Self {
        let numbers = idents(node)
            .filter(|(kind, _)| matches!(kind.as_str(), "FNR" | "DNR"))
            .map(|(_, id)| id);
        Self {
            numbers: numbers.collect(),
            name: person_name(node),
        }
    }
}

impl Side {
    fn read(node: Node<'_, '_>) -> Self {
        let mut side = Self::default();
        let mut level = child(node, "Organisation");
        while let Some(organisation) = level {
            side.units.push(Unit::read(organisation));
            side.person = child(organisation, "HealthcareProfessional")
                .map(Professional::read)
                .or(side.person);
            level = child(organisation, "Organisation");
        }
        side
    }

    /// The innermost level.
    pub(crate) fn unit(&self) -> Option<&Unit> {
        self.units.last()
    }

    /// How the hub can find the party: by its innermost level that has an identity.
    pub(crate) fn party(&self) -> Option<PartyName> {
        self.units.iter().rev().find_map(|unit| {
            let her = unit
                .her
                .as_deref()
                .and_then(|her| HerId::parse(her).ok())
                .map(PartyName::Her);
            her.or_else(|| {
                unit.org
                    .as_deref()
                    .and_then(|org| OrgNumber::parse(org).ok())
                    .map(PartyName::Org)
            })
        })
    }
}

impl Unit {
    fn read(organisation: Node<'_, '_>) -> Self {
        Self {
            name: child_text(organisation, "OrganisationName")
                .as_deref()
                .and_then(one_line)
                .unwrap_or_default(),
            her: ident(organisation, "HER"),
            org: ident(organisation, "ENH"),
            phone: phone(organisation),
        }
    }
}

impl Professional {
    pub(crate) fn read(person: Node<'_, '_>) -> Self {
        let role = coded(person, "TypeHealthcareProfessional");
        Self {
            name: person_name(person).unwrap_or_default(),
            hpr: ident(person, "HPR"),
            her: ident(person, "HER"),
            role: one_line(if role.text.is_empty() { &role.value } else { &role.text }),
            phone: phone(person),
        }
    }
}

/// The ids of an element with their types.
fn idents(node: Node<'_, '_>) -> impl Iterator<Item = (String, String)> {
    children(node, "Ident").filter_map(|ident| Some((coded(ident, "TypeId").value, child_text(ident, "Id")?)))
}

fn ident(node: Node<'_, '_>, kind: &str) -> Option<String> {
    idents(node)
        .find(|(of, _)| of == kind)
        .and_then(|(_, id)| one_line(&id))
}

fn person_name(node: Node<'_, '_>) -> Option<String> {
    let parts = ["GivenName", "MiddleName", "FamilyName"]
        .into_iter()
        .filter_map(|part| child(node, part).and_then(text));
    one_line(&parts.collect::<Vec<_>>().join(" "))
}

/// A telephone number: of an address that says so, else one without a scheme.
fn phone(node: Node<'_, '_>) -> Option<String> {
    let addresses =
        || children(node, "TeleCom").filter_map(|t| child(t, "TeleAddress").and_then(|a| attribute(a, "V")));
    let said = |scheme: &str| addresses().find_map(|a| a.strip_prefix(scheme)).and_then(one_line);
    let plain = || addresses().find(|a| !a.contains(':')).and_then(one_line);
    said("tel:").or_else(|| said("mob:")).or_else(plain)
}
