//! The form of a party: a new one, or one that is edited.

use std::collections::BTreeSet;
use std::str::FromStr;

use axum::http::StatusCode;
use bindeledd_console::view::party_form::{Edited, Others, Typed, View, render};
use bindeledd_console::{Errors, Fault, Section, Text, address};
use bindeledd_core::notice::EmailAddress;
use bindeledd_core::{
    AdapterId, Endpoint, EndpointAddress, EndpointLimits, HerId, Notify, OrgNumber, Party, PartyId, PartyKind,
    VersionNumber,
};
use bindeledd_engine::EngineError;
use bindeledd_engine::ports::PartyVersion;
use bindeledd_http::whole;

use crate::answer::{Answer, Trouble};
use crate::party_reader::Reader;
use crate::route::{Cookies, PageRoute, get, post};
use crate::visit::Visit;
use crate::{changes, frame, parties, party_contacts, people};

/// The pages of this file.
pub(crate) const ROUTES: &[PageRoute] = &[
    get!(address::NEW_PARTY, Operator, form),
    post!(address::NEW_PARTY, Operator, add),
    get!("/console/parties/{party}/edit", Operator, edit),
    post!("/console/parties/{party}/edit", Operator, save),
];

/// Changes of others that the form names.
const OTHERS: usize = 20;

/// `GET /console/parties/new`
pub(crate) async fn form(visit: &Visit, _: &mut Cookies) -> Result<Answer, Trouble> {
    page(visit, StatusCode::OK, None, Typed::default(), Errors::none()).await
}

async fn page(
    visit: &Visit,
    status: StatusCode,
    edited: Option<Edited>,
    typed: Typed,
    errors: Errors,
) -> Result<Answer, Trouble> {
    let view = View {
        adapters: adapters(visit, &typed),
        edited,
        typed,
        errors,
        frame: frame::of(visit, Some(Section::Parties)).await?,
    };
    Ok(Answer::Page(status, render(&view, visit.lang)))
}

/// Returns the installed adapters. A chosen one that is not installed stays in the list, so that the form shows what stands.
fn adapters(visit: &Visit, typed: &Typed) -> Vec<Text> {
    let listed = visit.engine().adapters().listed();
    let mut names: BTreeSet<String> = listed.iter().map(|adapter| adapter.id.to_string()).collect();
    if !typed.adapter.is_empty() {
        names.insert(typed.adapter.clone());
    }
    names.iter().map(|name| Text::new(name)).collect()
}

/// `POST /console/parties/new`: saves the party, and tests its connection if it has one.
pub(crate) async fn add(visit: &Visit, _: &mut Cookies) -> Result<Answer, Trouble> {
    let typed = typed(visit);
    let party = match read(visit, &typed, None) {
        Ok(party) => party,
        Err(errors) => return page(visit, StatusCode::UNPROCESSABLE_ENTITY, None, typed, errors).await,
    };
    let (id, has_endpoint) = (party.id.clone(), party.endpoint.is_some());
    match visit.engine().put_party(party, &visit.actor()?).await {
        Ok(()) => saved(visit, &id, has_endpoint).await,
        Err(error) => {
            let errors = misfit(visit, error)?;
            page(visit, StatusCode::UNPROCESSABLE_ENTITY, None, typed, errors).await
        }
    }
}

async fn saved(visit: &Visit, id: &PartyId, has_endpoint: bool) -> Result<Answer, Trouble> {
    if has_endpoint {
        parties::tried(visit, id).await?;
    }
    Ok(Answer::See(address::party(id.as_str())))
}

/// Returns the fault of a form whose party the engine refuses: its adapter lacks something, or something does not fit it.
fn misfit(visit: &Visit, error: EngineError) -> Result<Errors, Trouble> {
    match error {
        error @ (EngineError::Conflict { .. } | EngineError::Input(_) | EngineError::Adapter(_)) => {
            Ok(Errors::none().and(field_of(&error), error.said().text(visit.lang)))
        }
        error => Err(error.into()),
    }
}

/// `GET /console/parties/{party}/edit`
async fn edit(visit: &Visit, _: &mut Cookies) -> Result<Answer, Trouble> {
    let newest = changes::newest(visit, &parties::named(visit)?.id).await?;
    let edited = edited(visit, &newest, newest.number);
    page(
        visit,
        StatusCode::OK,
        Some(edited),
        filled(&newest.party),
        Errors::none(),
    )
    .await
}

/// `POST /console/parties/{party}/edit`: saves the party as it was typed, unless somebody has changed it since the form was opened.
async fn save(visit: &Visit, _: &mut Cookies) -> Result<Answer, Trouble> {
    let newest = changes::newest(visit, &parties::named(visit)?.id).await?;
    let seen = VersionNumber::parse(visit.call.field("version")).unwrap_or(VersionNumber::FIRST);
    let typed = typed(visit);
    let changed = match read(visit, &typed, Some(&newest.party)) {
        Ok(party) => party,
        Err(errors) => {
            let edited = edited(visit, &newest, seen);
            return page(visit, StatusCode::UNPROCESSABLE_ENTITY, Some(edited), typed, errors).await;
        }
    };
    // A second click finds its own change.
    if seen != newest.number && newest.party.has_set_up_of(&changed) {
        return Ok(Answer::See(address::party(changed.id.as_str())));
    }
    let (id, has_endpoint) = (changed.id.clone(), changed.endpoint.is_some());
    match visit.engine().change_party(changed, seen, &visit.actor()?).await {
        Ok(_) => saved(visit, &id, has_endpoint).await,
        Err(EngineError::PartyChanged { .. }) => late(visit, &id, seen, typed).await,
        Err(error) => {
            let errors = misfit(visit, error)?;
            let edited = edited(visit, &newest, seen);
            page(visit, StatusCode::UNPROCESSABLE_ENTITY, Some(edited), typed, errors).await
        }
    }
}

/// Shows the form again as it was typed, with the changes that others made in the meantime. Saving once more builds on them.
async fn late(visit: &Visit, id: &PartyId, seen: VersionNumber, typed: Typed) -> Result<Answer, Trouble> {
    let (persons, directory) = (people::names(visit).await?, visit.engine().directory());
    let versions = visit.engine().party_versions(id, None, OTHERS).await?;
    let newest = versions.first().ok_or(Trouble::NotFound)?;
    let mut by: Vec<Text> = Vec::new();
    for (_, actor) in versions
        .iter()
        .take_while(|version| version.number > seen)
        .filter_map(|version| version.made.as_ref())
    {
        let name = people::told(actor, &persons, &directory, visit.lang);
        if !by.contains(&name) {
            by.push(name);
        }
    }
    let mut edited = edited(visit, newest, newest.number);
    let before = visit.engine().party_version(id, seen).await;
    edited.others = Some(Others {
        by,
        changes: before.map_or_else(
            |_| Vec::new(),
            |before| changes::fields(&directory, &before.party, &newest.party),
        ),
    });
    page(visit, StatusCode::CONFLICT, Some(edited), typed, Errors::none()).await
}

fn edited(visit: &Visit, newest: &PartyVersion, seen: VersionNumber) -> Edited {
    let party = &newest.party;
    Edited {
        id: Text::new(party.id.as_str()),
        name: people::name(visit, &party.id),
        version: seen.get().into(),
        has_more: party.part_of.is_some() || !party.trusts.is_empty(),
        others: None,
    }
}

/// Returns the form of a party as it is set up.
fn filled(party: &Party) -> Typed {
    let endpoint = party.endpoint.as_ref();
    let text = |value: Option<&String>| value.cloned().unwrap_or_default();
    let settings = endpoint.map(|endpoint| endpoint.settings.clone());
    // A usual limit stands as an empty field.
    let limit = |of: fn(&EndpointLimits) -> u32| {
        let limit = endpoint.map(|endpoint| of(&endpoint.limits));
        let unusual = limit.filter(|limit| *limit != of(&EndpointLimits::USUAL));
        unusual.map(|limit| limit.to_string()).unwrap_or_default()
    };
    let org = |number: Option<&OrgNumber>| number.map(|number| number.as_str().to_owned()).unwrap_or_default();
    let her = |id: Option<HerId>| id.map(|id| id.to_string()).unwrap_or_default();
    Typed {
        id: party.id.to_string(),
        name: party.name.clone(),
        kind: party.kind.code().to_owned(),
        label: text(party.public_label.as_ref()),
        public_phone: text(party.public_phone.as_ref()),
        org_number: org(party.org_number.as_ref()),
        her_id: her(party.her_id),
        phone: text(party.phone.as_ref()),
        registrar: party.registrar,
        notify: party
            .notify
            .as_ref()
            .map(|notify| notify.email.reveal().to_owned())
            .unwrap_or_default(),
        adapter: endpoint
            .map(|endpoint| endpoint.adapter.to_string())
            .unwrap_or_default(),
        address: endpoint
            .and_then(|endpoint| endpoint.address.as_ref())
            .map(ToString::to_string)
            .unwrap_or_default(),
        credential: text(endpoint.and_then(|endpoint| endpoint.credential.as_ref())),
        endpoint_her: her(endpoint.and_then(|endpoint| endpoint.her_id)),
        endpoint_org: org(endpoint.and_then(|endpoint| endpoint.org_number.as_ref())),
        settings: settings.filter(|settings| settings != "{}").unwrap_or_default(),
        in_flight: limit(|limits| limits.in_flight.into()),
        timeout: limit(|limits| limits.timeout_seconds.into()),
        receipt: limit(|limits| limits.receipt_seconds),
        poll: limit(|limits| limits.poll_seconds.into()),
        person: party_contacts::filled_person(party.person.as_ref()),
        contacts: party_contacts::filled(&party.handlers),
    }
}

/// Returns the field that an error is about; the adapter, if the error names none.
fn field_of(error: &EngineError) -> &'static str {
    let path = match error {
        EngineError::Input(input) => input.path.as_str(),
        _ => "",
    };
    let fields = [
        ("endpoint.settings", "settings"),
        ("endpoint.credential", "credential"),
        ("endpoint.address", "address"),
    ];
    let field = fields.into_iter().find(|(begin, _)| path.starts_with(begin));
    field.map_or("adapter", |(_, field)| field)
}

fn typed(visit: &Visit) -> Typed {
    let field = |name| visit.call.field(name).trim().to_owned();
    Typed {
        id: field("id"),
        name: field("name"),
        kind: field("kind"),
        label: field("label"),
        public_phone: field("public-phone"),
        org_number: field("org-number"),
        her_id: field("her-id"),
        phone: field("phone"),
        registrar: field("registrar") == "yes",
        notify: field("notify"),
        adapter: field("adapter"),
        address: field("address"),
        credential: field("credential"),
        endpoint_her: field("endpoint-her"),
        endpoint_org: field("endpoint-org"),
        settings: field("settings"),
        in_flight: field("in-flight"),
        timeout: field("timeout"),
        receipt: field("receipt"),
        poll: field("poll"),
        person: party_contacts::typed_person(visit),
        contacts: party_contacts::typed(visit),
    }
}

/// Reads the party of a form. `old` is the party that is edited: it keeps its id, and everything that the form does not show.
fn read(visit: &Visit, typed: &Typed, old: Option<&Party>) -> Result<Party, Errors> {
    let mut reader = Reader {
        visit,
        errors: Errors::none(),
    };
    let directory = visit.engine().directory();
    let id = match old {
        Some(old) => Some(old.id.clone()),
        None => new_id(&mut reader, typed),
    };
    let name = reader.need("name", &typed.name);
    let public_label = reader.line("label", &typed.label);
    let public_phone = reader.line("public-phone", &typed.public_phone);
    let phone = reader.line("phone", &typed.phone);
    let kind = PartyKind::parse(&typed.kind);
    if kind.is_none() {
        reader.wrong("kind", Fault::Missing);
    }
    let org = |raw: &str| OrgNumber::parse(raw).ok();
    let her = |raw: &str| HerId::parse(raw).ok();
    let org_number = reader.read("org-number", &typed.org_number, Fault::OrgNumber, org);
    let her_id = reader.read("her-id", &typed.her_id, Fault::HerId, her);
    let others = || directory.iter().filter(|party| Some(&party.id) != id.as_ref());
    if her_id.is_some() && others().any(|party| party.her_id == her_id) {
        reader.wrong("her-id", Fault::TakenHerId);
    }
    let is_whole = |party: &Party| party.part_of.is_none() && party.org_number == org_number;
    let is_part = old.is_some_and(|old| old.part_of.is_some());
    if org_number.is_some() && !is_part && others().any(|party| is_whole(party)) {
        reader.wrong("org-number", Fault::TakenOrgNumber);
    }
    let endpoint = endpoint(&mut reader, typed);
    let notify = reader.read("notify", &typed.notify, Fault::Email, EmailAddress::parse);
    if notify.is_some() && !typed.address.is_empty() {
        reader.wrong("notify", Fault::EmailWithAddress);
    }
    let person = party_contacts::person(&mut reader, &typed.person);
    let handlers = party_contacts::handlers(&mut reader, &typed.contacts);
    match (id, kind, reader.errors.is_empty()) {
        (Some(id), Some(kind), true) => Ok(Party {
            id,
            name,
            public_label,
            public_phone,
            kind,
            part_of: old.and_then(|old| old.part_of.clone()),
            org_number,
            her_id,
            person,
            phone,
            handlers,
            registrar: typed.registrar,
            trusts: old.map(|old| old.trusts.clone()).unwrap_or_default(),
            endpoint,
            notify: notify.map(|email| Notify { email }),
            paused: false,
            suspended: false,
        }),
        _ => Err(reader.errors),
    }
}

/// Reads the id of a new party.
fn new_id(reader: &mut Reader<'_>, typed: &Typed) -> Option<PartyId> {
    let id = PartyId::parse(&typed.id).ok().filter(|id| !id.is_reserved());
    match &id {
        None => reader.wrong("id", Fault::PartyId),
        Some(id) if reader.visit.engine().directory().get(id).is_some() => reader.wrong("id", Fault::TakenId),
        Some(_) => {}
    }
    id
}

/// Reads a limit: a whole number from 1.
fn limit<T: FromStr + PartialEq + Default>(raw: &str) -> Option<T> {
    whole(raw).filter(|number| *number != T::default())
}

fn limits(reader: &mut Reader<'_>, typed: &Typed) -> EndpointLimits {
    let usual = EndpointLimits::USUAL;
    let in_flight = reader.read("in-flight", &typed.in_flight, Fault::WholeNumber, limit);
    let timeout = reader.read("timeout", &typed.timeout, Fault::WholeNumber, limit);
    let receipt = reader.read("receipt", &typed.receipt, Fault::WholeNumber, limit);
    let poll = reader.read("poll", &typed.poll, Fault::WholeNumber, limit);
    EndpointLimits {
        in_flight: in_flight.unwrap_or(usual.in_flight),
        timeout_seconds: timeout.unwrap_or(usual.timeout_seconds),
        receipt_seconds: receipt.unwrap_or(usual.receipt_seconds),
        poll_seconds: poll.unwrap_or(usual.poll_seconds),
    }
}

fn endpoint(reader: &mut Reader<'_>, typed: &Typed) -> Option<Endpoint> {
    let limits = limits(reader, typed);
    let address = reader.read("address", &typed.address, Fault::Address, EndpointAddress::parse);
    let her_id = reader.read("endpoint-her", &typed.endpoint_her, Fault::HerId, |raw| {
        HerId::parse(raw).ok()
    });
    let org_number = reader.read("endpoint-org", &typed.endpoint_org, Fault::OrgNumber, |raw| {
        OrgNumber::parse(raw).ok()
    });
    let credential = reader.line("credential", &typed.credential);
    // The strict reader: a name that stands twice is refused, as in the API.
    let settings = reader.read("settings", &typed.settings, Fault::Settings, |raw| {
        let settings = bindeledd_fields::parse(raw.as_bytes()).ok()?;
        settings.is_object().then(|| settings.to_string())
    });
    let rest = [
        &typed.address,
        &typed.credential,
        &typed.endpoint_her,
        &typed.endpoint_org,
        &typed.settings,
        &typed.in_flight,
        &typed.timeout,
        &typed.receipt,
        &typed.poll,
    ];
    let Some(adapter) = AdapterId::parse(&typed.adapter) else {
        if rest.iter().any(|raw| !raw.is_empty()) || !typed.adapter.is_empty() {
            reader.wrong("adapter", Fault::NoAdapter);
        }
        return None;
    };
    Some(Endpoint {
        adapter,
        address,
        credential,
        settings: settings.unwrap_or_else(|| "{}".to_owned()),
        her_id,
        org_number,
        limits,
    })
}

#[cfg(test)]
mod tests {
    use bindeledd_core::{InputCode, InputError};

    use super::*;

    #[test]
    fn an_error_stands_at_the_field_that_it_is_about() {
        for (path, field) in [
            ("endpoint.settings.api", "settings"),
            ("endpoint.credential", "credential"),
            ("endpoint.address", "address"),
            ("partOf", "adapter"),
        ] {
            let error = EngineError::Input(InputError::new(InputCode::Invalid, path, "another value"));
            assert_eq!(field_of(&error), field, "{path}");
        }
    }
}
