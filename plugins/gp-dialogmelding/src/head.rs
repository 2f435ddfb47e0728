//! MsgHead: sender, receiver, patient, and the answered message.

use bindeledd_sdk::catalogue::{HerId, NationalId, OrgNumber, Participant, PartyName, PersonName, ungrouped};
use roxmltree::Node;
use serde::{Deserialize, Serialize};

use crate::text::one_line;
use crate::why::Why;
use crate::xml::{attribute, child, child_text, children, coded, text};

/// An organisation at one of its levels, such as a department.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Unit {
    pub(crate) name: String,
    pub(crate) her: Option<String>,
    pub(crate) org: Option<String>,
    /// True if the organisation has another HER-id besides `her`.
    #[serde(skip)]
    pub(crate) has_other_her: bool,
    /// True if the organisation has another organisation number besides `org`.
    #[serde(skip)]
    pub(crate) has_other_org: bool,
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

/// The part of a MsgHead about its message.
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
    /// True if the document has another receiver besides `receiver`.
    has_other_receiver: bool,
    pub(crate) patient: Option<Patient>,
}

/// The patient, as the document names them.
#[derive(Debug, Clone)]
pub(crate) struct Patient {
    /// Fødselsnummer and D-numbers, unchecked.
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
        let mut receivers = children(info, "Receiver").map(Side::read);
        let receiver = receivers.next().unwrap_or_default();
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
            has_other_receiver: receivers.any(|other| other.party() != receiver.party()),
            receiver,
            patient: Patient::read(info),
        }
    }

    /// Completes the head of a message inside another message: values that the inner head lacks are taken from the outer one.
    ///
    /// # Errors
    /// The two heads are about different patients, or the outer one is about several.
    pub(crate) fn inside(self, outer: &Self) -> Result<Self, Why> {
        match (self.participant(), outer.participant()) {
            (Ok(inner), Ok(outer)) if inner.national_id != outer.national_id => return Err(Why::PatientsDiffer),
            (_, Err(Why::PatientsSeveral)) => return Err(Why::PatientsSeveral),
            (_, _) => {}
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

    /// Returns the name by which the hub finds the receiver.
    ///
    /// # Errors
    /// The document names no receiver, or several.
    pub(crate) fn to(&self) -> Result<PartyName, Why> {
        match self.has_other_receiver {
            true => Err(Why::ReceiversSeveral),
            false => self.receiver.party(),
        }
    }

    /// Returns the participant.
    pub(crate) fn participant(&self) -> Result<Participant, Why> {
        let patient = self.patient.as_ref().ok_or(Why::PatientMissing)?;
        Ok(Participant {
            national_id: patient.number()?,
            name: patient.name.clone().map(PersonName),
        })
    }
}

impl Patient {
    /// Returns the person's number. An invalid number may be another person's.
    fn number(&self) -> Result<NationalId, Why> {
        let mut numbers: Vec<NationalId> = Vec::new();
        for raw in &self.numbers {
            let number = NationalId::parse(raw).map_err(|_| Why::PatientWrong);
            match number {
                Ok(number) => numbers.push(number),
                // The document does not show which of the two numbers is meant.
                Err(_) if self.numbers.iter().any(|other| other != raw) => return Err(Why::PatientsSeveral),
                Err(why) => return Err(why),
            }
        }
        match NationalId::of_one_person(&numbers) {
            Some(number) => Ok(number.clone()),
            None if numbers.is_empty() => Err(Why::PatientMissing),
            None => Err(Why::PatientsSeveral),
        }
    }

    /// Reads the patient. A message should have one; the numbers of further patients count too, so that a second patient is
    /// noticed.
    fn read(info: Node<'_, '_>) -> Option<Self> {
        let first = child(info, "Patient")?;
        let numbers = children(info, "Patient")
            .flat_map(idents)
            .filter(|(kind, _)| ["FNR", "DNR"].iter().any(|of| kind.eq_ignore_ascii_case(of)))
            .map(|(_, id)| ungrouped(&id).into_owned());
        Some(Self {
            numbers: numbers.collect(),
            name: person_name(first),
        })
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

    /// Returns the innermost level.
    pub(crate) fn unit(&self) -> Option<&Unit> {
        self.units.last()
    }

    /// Returns the name by which the hub finds the party: that of the innermost level with an identity.
    ///
    /// # Errors
    /// No level has a valid identity, or that level has several.
    fn party(&self) -> Result<PartyName, Why> {
        for unit in self.units.iter().rev() {
            if let Some(name) = unit.party()? {
                return Ok(name);
            }
        }
        let is_said = self.units.iter().any(|unit| unit.her.is_some() || unit.org.is_some());
        Err(if is_said { Why::ReceiverWrong } else { Why::Receiver })
    }
}

impl Unit {
    fn read(organisation: Node<'_, '_>) -> Self {
        let (her, has_other_her) = one_of(organisation, "HER");
        let (org, has_other_org) = one_of(organisation, "ENH");
        Self {
            name: child_text(organisation, "OrganisationName")
                .as_deref()
                .and_then(one_line)
                .unwrap_or_default(),
            her,
            org,
            has_other_her,
            has_other_org,
            phone: phone(organisation),
        }
    }

    /// Returns the name by which the hub finds the organisation: its HER-id, else its organisation number.
    ///
    /// # Errors
    /// The organisation has several numbers of that type. Each may be another receiver's.
    fn party(&self) -> Result<Option<PartyName>, Why> {
        if self.has_other_her {
            return Err(Why::ReceiversSeveral);
        }
        let her = self.her.as_deref().and_then(|her| HerId::parse(her).ok());
        if let Some(her) = her {
            return Ok(Some(PartyName::Her(her)));
        }
        if self.has_other_org {
            return Err(Why::ReceiversSeveral);
        }
        let org = self.org.as_deref().and_then(|org| OrgNumber::parse(org).ok());
        Ok(org.map(PartyName::Org))
    }
}

impl Professional {
    pub(crate) fn read(person: Node<'_, '_>) -> Self {
        let role = coded(person, "TypeHealthcareProfessional");
        Self {
            name: person_name(person).unwrap_or_default(),
            hpr: number(person, "HPR"),
            her: number(person, "HER"),
            role: one_line(if role.text.is_empty() { &role.value } else { &role.text }),
            phone: phone(person),
        }
    }
}

/// Returns the ids of an element with their types. A second `Id` in one `Ident` counts too, so that it is noticed.
fn idents(node: Node<'_, '_>) -> impl Iterator<Item = (String, String)> {
    children(node, "Ident").flat_map(|ident| {
        let kind = coded(ident, "TypeId").value;
        children(ident, "Id").filter_map(move |id| Some((kind.clone(), text(id)?)))
    })
}

/// Returns the numbers of this type, without the spaces between groups of digits.
fn numbers(node: Node<'_, '_>, kind: &str) -> impl Iterator<Item = String> {
    idents(node)
        .filter(move |(of, _)| of.eq_ignore_ascii_case(kind))
        .filter_map(|(_, id)| one_line(&ungrouped(&id)))
}

/// Returns the first number of this type.
fn number(node: Node<'_, '_>, kind: &str) -> Option<String> {
    numbers(node, kind).next()
}

/// Returns the first number of this type, and true if there is another one. Leading zeros make no other number.
fn one_of(node: Node<'_, '_>, kind: &str) -> (Option<String>, bool) {
    let mut all = numbers(node, kind);
    let first = all.next();
    let bare = |number: &str| number.trim_start_matches('0').to_owned();
    let has_other = first
        .as_deref()
        .is_some_and(|first| all.any(|other| bare(&other) != bare(first)));
    (first, has_other)
}

fn person_name(node: Node<'_, '_>) -> Option<String> {
    let parts = ["GivenName", "MiddleName", "FamilyName"]
        .into_iter()
        .filter_map(|part| child(node, part).and_then(text));
    one_line(&parts.collect::<Vec<_>>().join(" "))
}

/// Returns a telephone number: from an address with `tel:` or `mob:`, else from one without a scheme.
fn phone(node: Node<'_, '_>) -> Option<String> {
    let addresses =
        || children(node, "TeleCom").filter_map(|t| child(t, "TeleAddress").and_then(|a| attribute(a, "V")));
    let said = |scheme: &str| addresses().find_map(|a| a.strip_prefix(scheme)).and_then(one_line);
    let plain = || addresses().find(|a| !a.contains(':')).and_then(one_line);
    said("tel:").or_else(|| said("mob:")).or_else(plain)
}
