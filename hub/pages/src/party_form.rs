//! The form of a new party.

use axum::http::StatusCode;
use bindeledd_console::view::party_form::{Typed, View, render};
use bindeledd_console::{Errors, Fault, Section, Text, address};
use bindeledd_core::{
    AdapterId, Endpoint, EndpointAddress, EndpointLimits, HerId, OrgNumber, Party, PartyId, PartyKind,
};
use bindeledd_engine::EngineError;

use crate::answer::{Answer, Trouble};
use crate::route::{Cookies, PageRoute, get, post};
use crate::visit::Visit;
use crate::{frame, parties};

/// The pages of this file.
pub(crate) const ROUTES: &[PageRoute] = &[
    get!(address::NEW_PARTY, Operator, form),
    post!(address::NEW_PARTY, Operator, add),
];

/// `GET /console/parties/new`
pub(crate) async fn form(visit: &Visit, _: &mut Cookies) -> Result<Answer, Trouble> {
    page(visit, StatusCode::OK, Typed::default(), Errors::none()).await
}

async fn page(visit: &Visit, status: StatusCode, typed: Typed, errors: Errors) -> Result<Answer, Trouble> {
    let directory = visit.engine().directory();
    let endpoints = directory.iter().filter_map(|party| party.endpoint.as_ref());
    // Adapters that other parties use. Any other installed one can be set by the command line.
    let mut adapters: Vec<&str> = endpoints.map(|endpoint| endpoint.adapter.as_str()).collect();
    adapters.sort_unstable();
    adapters.dedup();
    let view = View {
        adapters: adapters.into_iter().map(Text::new).collect(),
        typed,
        errors,
        frame: frame::of(visit, Some(Section::Parties)).await?,
    };
    Ok(Answer::Page(status, render(&view, visit.lang)))
}

/// `POST /console/parties/new`: saves the party, and tests its connection if it has one.
pub(crate) async fn add(visit: &Visit, _: &mut Cookies) -> Result<Answer, Trouble> {
    let typed = typed(visit);
    let party = match read(visit, &typed) {
        Ok(party) => party,
        Err(errors) => return page(visit, StatusCode::UNPROCESSABLE_ENTITY, typed, errors).await,
    };
    let (id, has_endpoint) = (party.id.clone(), party.endpoint.is_some());
    match visit.engine().put_party(party, &visit.actor()?).await {
        Ok(()) => {
            if has_endpoint {
                parties::tried(visit, &id).await?;
            }
            Ok(Answer::See(address::party(id.as_str())))
        }
        // The adapter lacks something, or something does not fit it.
        Err(error @ (EngineError::Conflict { .. } | EngineError::Input(_) | EngineError::Adapter(_))) => {
            let errors = Errors::none().and("adapter", error.to_string());
            page(visit, StatusCode::UNPROCESSABLE_ENTITY, typed, errors).await
        }
        Err(error) => Err(error.into()),
    }
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
        adapter: field("adapter"),
        address: field("address"),
        credential: field("credential"),
        endpoint_her: field("endpoint-her"),
        endpoint_org: field("endpoint-org"),
        settings: field("settings"),
    }
}

/// Reads a form, and collects every fault.
struct Reader<'v> {
    visit: &'v Visit,
    errors: Errors,
}

impl Reader<'_> {
    fn wrong(&mut self, field: &'static str, wrong: Fault) {
        let errors = std::mem::take(&mut self.errors);
        self.errors = errors.and(field, wrong.text(self.visit.lang));
    }

    /// Reads an optional value.
    fn read<T>(
        &mut self,
        field: &'static str,
        raw: &str,
        wrong: Fault,
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        if raw.is_empty() {
            return None;
        }
        let value = read(raw);
        if value.is_none() {
            self.wrong(field, wrong);
        }
        value
    }
}

fn some(raw: &str) -> Option<String> {
    (!raw.is_empty()).then(|| raw.to_owned())
}

fn read(visit: &Visit, typed: &Typed) -> Result<Party, Errors> {
    let mut reader = Reader {
        visit,
        errors: Errors::none(),
    };
    let id = PartyId::parse(&typed.id).ok().filter(|id| !id.is_reserved());
    match &id {
        None => reader.wrong("id", Fault::PartyId),
        Some(id) if visit.engine().directory().get(id).is_some() => reader.wrong("id", Fault::TakenId),
        Some(_) => {}
    }
    if typed.name.is_empty() {
        reader.wrong("name", Fault::Missing);
    }
    let kind = PartyKind::parse(&typed.kind);
    if kind.is_none() {
        reader.wrong("kind", Fault::Missing);
    }
    let org = |raw: &str| OrgNumber::parse(raw).ok();
    let her = |raw: &str| HerId::parse(raw).ok();
    let org_number = reader.read("org-number", &typed.org_number, Fault::OrgNumber, org);
    let her_id = reader.read("her-id", &typed.her_id, Fault::HerId, her);
    let endpoint = endpoint(&mut reader, typed);
    match (id, kind, reader.errors.is_empty()) {
        (Some(id), Some(kind), true) => Ok(Party {
            id,
            name: typed.name.clone(),
            public_label: some(&typed.label),
            public_phone: some(&typed.public_phone),
            kind,
            part_of: None,
            org_number,
            her_id,
            person: None,
            phone: some(&typed.phone),
            handlers: Vec::new(),
            registrar: typed.registrar,
            trusts: Vec::new(),
            endpoint,
            notify: None,
            paused: false,
            suspended: false,
        }),
        _ => Err(reader.errors),
    }
}

fn endpoint(reader: &mut Reader<'_>, typed: &Typed) -> Option<Endpoint> {
    let address = reader.read("address", &typed.address, Fault::Address, EndpointAddress::parse);
    let her_id = reader.read("endpoint-her", &typed.endpoint_her, Fault::HerId, |raw| {
        HerId::parse(raw).ok()
    });
    let org_number = reader.read("endpoint-org", &typed.endpoint_org, Fault::OrgNumber, |raw| {
        OrgNumber::parse(raw).ok()
    });
    let settings = if typed.settings.is_empty() {
        "{}"
    } else {
        &typed.settings
    };
    let is_object = serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(settings).is_ok();
    if !is_object {
        reader.wrong("settings", Fault::Settings);
    }
    let rest = [
        &typed.address,
        &typed.credential,
        &typed.endpoint_her,
        &typed.endpoint_org,
        &typed.settings,
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
        credential: some(&typed.credential),
        settings: settings.to_owned(),
        her_id,
        org_number,
        limits: EndpointLimits::default(),
    })
}
