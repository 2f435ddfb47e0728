//! The contacts in the form of a party: those who follow participants up, and the health professional.

use bindeledd_console::Fault;
use bindeledd_console::view::party_form::{TypedContact, TypedPerson};
use bindeledd_core::{Handler, HerId, HprNumber, Professional};

use crate::party_reader::Reader;
use crate::visit::Visit;

/// Returns the contacts of a form. One whose fields are all empty is removed.
pub(crate) fn typed(visit: &Visit) -> Vec<TypedContact> {
    let contact = |number| {
        let field = |part| visit.call.field(&TypedContact::input(number, part)).trim().to_owned();
        TypedContact {
            name: field("name"),
            role: field("role"),
            unit: field("unit"),
            phone: field("phone"),
        }
    };
    let is_there = |number: &usize| {
        visit
            .call
            .fields(&TypedContact::input(*number, "name"))
            .next()
            .is_some()
    };
    let all = (1..).take_while(is_there).map(contact);
    all.filter(|typed| *typed != TypedContact::default()).collect()
}

/// Returns the health professional of a form.
pub(crate) fn typed_person(visit: &Visit) -> TypedPerson {
    let field = |name| visit.call.field(name).trim().to_owned();
    TypedPerson {
        given: field("person-given"),
        family: field("person-family"),
        hpr: field("person-hpr"),
        her: field("person-her"),
    }
}

/// Returns the form of contacts as they are set up.
pub(crate) fn filled(handlers: &[Handler]) -> Vec<TypedContact> {
    let contact = |handler: &Handler| TypedContact {
        name: handler.name.clone(),
        role: handler.role.clone().unwrap_or_default(),
        unit: handler.unit.clone().unwrap_or_default(),
        phone: handler.phone.clone().unwrap_or_default(),
    };
    handlers.iter().map(contact).collect()
}

/// Returns the form of a health professional as it is set up.
pub(crate) fn filled_person(person: Option<&Professional>) -> TypedPerson {
    person.map_or_else(TypedPerson::default, |person| TypedPerson {
        given: person.given_name.clone(),
        family: person.family_name.clone(),
        hpr: person
            .hpr
            .as_ref()
            .map(|hpr| hpr.as_str().to_owned())
            .unwrap_or_default(),
        her: person.her_id.map(|her| her.to_string()).unwrap_or_default(),
    })
}

/// Reads the contacts of a form.
pub(crate) fn handlers(reader: &mut Reader<'_>, typed: &[TypedContact]) -> Vec<Handler> {
    let mut read = |(number, typed): (usize, &TypedContact)| {
        let input = |part| TypedContact::input(number, part);
        Handler {
            name: reader.need(input("name"), &typed.name),
            role: reader.line(input("role"), &typed.role),
            unit: reader.line(input("unit"), &typed.unit),
            phone: reader.line(input("phone"), &typed.phone),
        }
    };
    (1..).zip(typed).map(&mut read).collect()
}

/// Reads the health professional of a form; `None` if every field is empty.
pub(crate) fn person(reader: &mut Reader<'_>, typed: &TypedPerson) -> Option<Professional> {
    if *typed == TypedPerson::default() {
        return None;
    }
    Some(Professional {
        given_name: reader.need("person-given", &typed.given),
        family_name: reader.need("person-family", &typed.family),
        hpr: reader.read("person-hpr", &typed.hpr, Fault::Hpr, |raw| HprNumber::parse(raw).ok()),
        her_id: reader.read("person-her", &typed.her, Fault::HerId, |raw| HerId::parse(raw).ok()),
    })
}
