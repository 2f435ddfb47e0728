//! Reads and writes participants, organisations and handlers as FHIR references and identifiers.

use bindeledd_sdk::Identity;
use bindeledd_sdk::catalogue::{
    Handler, HerId, Message, NationalId, NationalIdKind, OrgNumber, Participant, PartyName, ungrouped,
};
use serde_json::{Map, Value, json};

use crate::codes;
use crate::document::Whole;
use crate::element::Element;
use crate::refusal::{Refused, refuse};
use crate::url;

/// Maximum length of a chain of references, such as role to service to organisation.
const MAX_STEPS: usize = 4;

/// Returns an identifier in the hub's form: a UUID bare, another URI unchanged, anything else as `system|value`.
///
/// [`identifier`] writes it back unchanged.
pub(crate) fn reference_of(identifier: Element<'_>) -> Option<String> {
    let value = identifier.value().get("value").and_then(Value::as_str)?.trim();
    let system = identifier
        .value()
        .get("system")
        .and_then(Value::as_str)
        .map_or("", str::trim);
    let kept = match system {
        codes::URI => url::uuid(value).unwrap_or_else(|| value.to_owned()),
        "" => value.to_owned(),
        system => format!("{system}|{value}"),
    };
    let usable = (1..=200).contains(&kept.len()) && kept.bytes().all(|b| b.is_ascii_graphic());
    usable.then(|| {
        identifier.mark_all();
        kept
    })
}

/// Returns the first current identifier of a list.
pub(crate) fn first_reference<'a>(whole: &Whole<'a>, of: Element<'a>) -> Option<String> {
    of.items("identifier")
        .into_iter()
        .filter(|identifier| whole.is_current(identifier))
        .find_map(reference_of)
}

/// Writes an identifier that [`reference_of`] read.
pub(crate) fn identifier(kept: &str) -> Value {
    if url::uuid(kept).as_deref() == Some(kept) {
        return json!({"system": codes::URI, "value": format!("urn:uuid:{kept}")});
    }
    match kept.split_once('|') {
        Some((system, value)) if url::is_uri(system) && system != codes::URI && !value.is_empty() => {
            json!({"system": system, "value": value})
        }
        None if url::is_uri(kept) => json!({"system": codes::URI, "value": kept}),
        _ => json!({"value": kept}),
    }
}

/// Reads the participant from a reference to a Patient.
pub(crate) fn participant(whole: &Whole<'_>, of: Element<'_>, member: &str) -> Result<Map<String, Value>, Refused> {
    let place = format!("{}.{member}", of.resource_type());
    let missing = || {
        refuse(
            "participant",
            format!(
                "{place} sier ikke hvem meldingen gjelder. Oppgi fødselsnummer (urn:oid:{}) eller D-nummer (urn:oid:{}) \
                 som identifier.",
                codes::BIRTH_NUMBER,
                codes::D_NUMBER
            ),
        )
    };
    let reference = of.get(member).ok_or_else(missing)?;
    let patient = whole.target(reference, of).filter(|r| r.resource_type() == "Patient");
    let mut numbers = Vec::new();
    let own = reference.get("identifier").into_iter();
    let resolved = patient.iter().flat_map(|p| p.items("identifier"));
    for id in own.chain(resolved).filter(|id| whole.is_current(id)) {
        let system = id.value().get("system").and_then(Value::as_str).unwrap_or_default();
        if [codes::BIRTH_NUMBER, codes::D_NUMBER]
            .iter()
            .any(|oid| codes::is_oid(system, oid))
        {
            let raw = id
                .mark_all()
                .value()
                .get("value")
                .and_then(Value::as_str)
                .unwrap_or_default();
            let number = NationalId::parse(raw.trim()).map_err(|_| {
                refuse(
                    "participant",
                    format!("Fødselsnummeret eller D-nummeret i {place} er ikke gyldig."),
                )
            })?;
            numbers.push(number);
        }
    }
    let number = NationalId::of_one_person(&numbers).ok_or_else(|| match numbers.is_empty() {
        true => missing(),
        false => refuse(
            "participant",
            format!("{place} har flere fødselsnumre eller D-numre. Oppgi ett."),
        ),
    })?;
    let name = patient
        .and_then(|patient| person_name(whole, patient))
        .or_else(|| reference.text("display").and_then(line));
    reference.mark_all();
    let mut out = Map::from_iter([("nationalId".to_owned(), Value::from(number.reveal()))]);
    out.extend(name.map(|name| ("name".to_owned(), name.into())));
    Ok(out)
}

/// Returns the name of a Patient or Practitioner.
fn person_name(whole: &Whole<'_>, person: Element<'_>) -> Option<String> {
    let names: Vec<_> = person
        .items("name")
        .into_iter()
        .filter(|name| whole.is_current(name))
        .collect();
    let official = |n: &&Element<'_>| n.value().get("use").and_then(Value::as_str) == Some("official");
    let name = names.iter().find(official).or_else(|| names.first())?.mark_all();
    let text = name.value().get("text").and_then(Value::as_str).map(ToOwned::to_owned);
    let whole = text.unwrap_or_else(|| {
        let given = name
            .value()
            .get("given")
            .and_then(Value::as_array)
            .into_iter()
            .flatten();
        given
            .chain(name.value().get("family"))
            .filter_map(Value::as_str)
            .collect::<Vec<_>>()
            .join(" ")
    });
    line(&whole)
}

/// Returns a text that fits on one line, or `None`.
pub(crate) fn line(raw: &str) -> Option<String> {
    let raw = raw.trim();
    let ok = !raw.is_empty() && raw.chars().count() <= 200 && !raw.chars().any(char::is_control);
    ok.then(|| raw.to_owned())
}

/// Finds the party that a reference to an organisation, a unit or a role denotes.
pub(crate) fn party<'a>(
    whole: &Whole<'a>,
    reference: Element<'a>,
    from: Element<'a>,
) -> Result<Option<PartyName>, Refused> {
    let (mut reference, mut from) = (reference, from);
    for _ in 0..MAX_STEPS {
        let target = whole.target(reference, from).filter(|target| is_held(whole, *target));
        let own = reference.peek("identifier").into_iter();
        let ids: Vec<_> = own
            .chain(target.iter().flat_map(|t| t.items("identifier")))
            .filter(|id| whole.is_current(id))
            .collect();
        if let Some(name) = party_among(&ids)? {
            reference.mark_all();
            return Ok(Some(name));
        }
        let next = ["organization", "providedBy", "partOf"]
            .iter()
            .find_map(|m| target.and_then(|t| t.get(m)));
        let (Some(next), Some(target)) = (next, target) else {
            return Ok(None);
        };
        reference.mark_all();
        // The next step starts at the address of the target.
        (reference, from) = (next, target);
    }
    Ok(None)
}

/// Returns true if a person still has the role. A role that is not `active` makes the whole document refused, as other modifiers
/// do.
fn is_held(whole: &Whole<'_>, of: Element<'_>) -> bool {
    of.resource_type() != "PractitionerRole" || whole.is_current(&of)
}

/// Chooses the party's name. The HER-id comes first, since it denotes a unit; an organisation number denotes the whole
/// organisation.
fn party_among(ids: &[Element<'_>]) -> Result<Option<PartyName>, Refused> {
    let value_of = |is: &dyn Fn(&str) -> bool| {
        let found = ids
            .iter()
            .filter(|id| id.value().get("system").and_then(Value::as_str).is_some_and(is));
        let mut values: Vec<String> = found
            .filter_map(|id| id.mark_all().value().get("value").and_then(Value::as_str))
            .map(|raw| raw.chars().filter(|c| !c.is_whitespace()).collect())
            .collect();
        values.sort_unstable();
        values.dedup();
        match values.len() {
            0 => Ok(None),
            1 => Ok(values.pop()),
            _ => Err(refuse(
                "party",
                "En avsender eller mottaker har flere numre av samme slag, og det er ikke sikkert hvem som er ment. Oppgi ett.",
            )),
        }
    };
    let wrong = |what: &str| refuse("party", format!("{what} for avsender eller mottaker er ikke gyldig."));
    if let Some(raw) = value_of(&|system| system == codes::PARTY)? {
        return PartyName::parse(&raw).map(Some).map_err(|_| wrong("Aktør-ID-en"));
    }
    if let Some(raw) = value_of(&|system| codes::is_oid(system, codes::HER_ID))? {
        return HerId::parse(&ungrouped(&raw))
            .map(|id| Some(PartyName::Her(id)))
            .map_err(|_| wrong("HER-id-en"));
    }
    if let Some(raw) = value_of(&|system| codes::is_oid(system, codes::ORG_NUMBER))? {
        return OrgNumber::parse(&ungrouped(&raw))
            .map(|n| Some(PartyName::Org(n)))
            .map_err(|_| wrong("Organisasjonsnummeret"));
    }
    Ok(None)
}

/// Reads the contact person from a reference to a Practitioner, or to a role with person, unit and telephone.
pub(crate) fn handler<'a>(whole: &Whole<'a>, reference: Element<'a>, from: Element<'a>) -> Option<Map<String, Value>> {
    let mut out = Map::new();
    let mut put = |name: &str, value: Option<String>| {
        if let Some(value) = value {
            out.entry(name).or_insert_with(|| value.into());
        }
    };
    let display = |r: Element<'a>| r.text("display").and_then(line);
    let mut person = reference;
    let mut from = from;
    let target = whole.target(reference, from);
    // A person who has left the role is no contact person.
    if target.is_some_and(|target| !is_held(whole, target)) {
        return None;
    }
    if let Some(role) = target.filter(|t| t.resource_type() == "PractitionerRole") {
        put("phone", phone(whole, role));
        put("role", role.items("code").into_iter().find_map(words_of));
        if let Some(unit) = role.get("organization") {
            let name = whole.target(unit, role).and_then(|o| o.text("name")).and_then(line);
            put("unit", name.or_else(|| display(unit)));
            unit.text("reference");
            unit.text("type");
        }
        person = role.get("practitioner")?;
        from = role;
    } else if target.is_none() {
        let said = reference.value().get("type").and_then(Value::as_str);
        if !matches!(said, Some("Practitioner" | "PractitionerRole")) {
            return None;
        }
    }
    let practitioner = whole
        .target(person, from)
        .filter(|p| p.resource_type() == "Practitioner");
    if target.is_some() && practitioner.is_none() && person.value() == reference.value() {
        return None;
    }
    let name = practitioner.and_then(|practitioner| person_name(whole, practitioner));
    put("name", name.or_else(|| display(person)));
    put(
        "phone",
        practitioner.and_then(|practitioner| phone(whole, practitioner)),
    );
    for understood in [reference, person] {
        for member in ["reference", "type", "display"] {
            understood.text(member);
        }
    }
    out.contains_key("name").then(|| {
        reference.mark();
        out
    })
}

fn words_of(concept: Element<'_>) -> Option<String> {
    let coding = || {
        concept
            .items("coding")
            .into_iter()
            .find_map(|c| c.text("display").map(|d| (c, d)))
    };
    let words = concept
        .text("text")
        .or_else(|| coding().map(|(_, display)| display))
        .and_then(line)?;
    concept.mark_all();
    Some(words)
}

fn phone(whole: &Whole<'_>, of: Element<'_>) -> Option<String> {
    let is_phone = |t: &Element<'_>| {
        let system = t.value().get("system").and_then(Value::as_str);
        matches!(system, None | Some("phone")) && whole.is_current(t)
    };
    let found = of.items("telecom").into_iter().find(is_phone)?;
    let number = found.text("value").and_then(line)?;
    found.mark_all();
    Some(number)
}

/// Returns true if a party's name denotes this organisation.
pub(crate) fn is_named(identity: &Identity, name: &PartyName) -> bool {
    match name {
        PartyName::Id(id) => identity.id == id.as_str(),
        PartyName::Org(number) => identity.org_number.as_deref() == Some(number.as_str()),
        PartyName::Her(id) => identity.her_id == Some(id.get()),
    }
}

/// Makes a reference to the participant, as a Patient.
pub(crate) fn patient_reference(participant: &Participant) -> Value {
    let number = &participant.national_id;
    let oid = match number.kind() {
        NationalIdKind::Birth => codes::BIRTH_NUMBER,
        NationalIdKind::D => codes::D_NUMBER,
    };
    let mut out = json!({
        "type": "Patient", "identifier": {"system": codes::urn_oid(oid), "value": number.reveal()},
    });
    if let Some(name) = &participant.name {
        out["display"] = name.0.as_str().into();
    }
    out
}

/// Makes a reference to an organisation by its name in the message.
pub(crate) fn party_reference(name: &PartyName) -> Value {
    let (system, value) = match name {
        PartyName::Id(id) => (codes::PARTY.to_owned(), id.to_string()),
        PartyName::Org(number) => (codes::urn_oid(codes::ORG_NUMBER), number.to_string()),
        PartyName::Her(id) => (codes::urn_oid(codes::HER_ID), id.to_string()),
    };
    json!({"type": "Organization", "identifier": {"system": system, "value": value}})
}

/// Returns the organisation's name on this wire: its HER-id, else its organisation number, else its id.
pub(crate) fn known_as(identity: &Identity) -> Option<PartyName> {
    let her = identity
        .her_id
        .and_then(|id| HerId::parse(&id.to_string()).ok())
        .map(PartyName::Her);
    let org = || {
        identity
            .org_number
            .as_deref()
            .and_then(|n| OrgNumber::parse(n).ok())
            .map(PartyName::Org)
    };
    her.or_else(org).or_else(|| PartyName::parse(&identity.id).ok())
}

/// Returns an organisation's address on this wire, as a URI.
pub(crate) fn endpoint_uri(name: &PartyName) -> String {
    match name {
        PartyName::Id(id) => format!("urn:bindeledd:party:{id}"),
        PartyName::Org(number) => format!("urn:orgnr:{number}"),
        PartyName::Her(id) => format!("urn:her:{id}"),
    }
}

/// Returns the sender's party name and display name, as receivers may see them.
pub(crate) fn sender(message: &Message, context: &bindeledd_sdk::Context) -> (PartyName, Option<String>) {
    let identity = context.sender.as_ref();
    let name = identity
        .and_then(known_as)
        .unwrap_or_else(|| PartyName::Id(message.from.clone()));
    (name, identity.map(|i| i.name.clone()).filter(|name| !name.is_empty()))
}

/// Makes the handler's role: name, unit and telephone, without a personal number.
pub(crate) fn handler_resource(handler: &Handler) -> Value {
    let mut out = json!({
        "resourceType": "PractitionerRole",
        "practitioner": {"type": "Practitioner", "display": handler.name},
    });
    if let Some(role) = &handler.role {
        out["code"] = json!([{"text": role}]);
    }
    if let Some(unit) = &handler.unit {
        out["organization"] = json!({"type": "Organization", "display": unit});
    }
    if let Some(phone) = &handler.phone {
        out["telecom"] = json!([{"system": "phone", "value": phone}]);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::element::Marks;

    #[test]
    fn an_identifier_that_is_kept_is_written_back_as_it_came() {
        for identifier_in in [
            json!({"system": codes::URI, "value": "urn:uuid:00000000-0000-4000-8000-000000000004"}),
            json!({"system": codes::URI, "value": "urn:oid:1.2.3"}),
            json!({"system": "http://www.providerco.com/communication", "value": "12345"}),
            json!({"value": "K-17"}),
            // A text that only looks like an address is not written as a system.
            json!({"value": "urn:|x"}),
            json!({"value": "http://|12"}),
            json!({"value": "urn:oid:1.2.x|12"}),
            json!({"value": "urn:oid:"}),
            json!({"value": "https://a.example/{b}|12"}),
            json!({"value": "urn:uuid:4711|12"}),
        ] {
            let marks = Marks::default();
            let kept = reference_of(Element::root(&identifier_in, &marks)).unwrap();
            assert_eq!(identifier(&kept), identifier_in);
        }
    }
}
