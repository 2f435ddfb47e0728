//! The form of a new party.

use axum::http::StatusCode;
use bindeledd_console::view::party_form::{Typed, View, render};
use bindeledd_console::{Errors, Fault, Section, Text, address};
use bindeledd_core::{
    AdapterId, Endpoint, EndpointAddress, EndpointLimits, HerId, OrgNumber, Party, PartyId, PartyKind,
};
use bindeledd_engine::EngineError;
use bindeledd_fields::is_line;

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
            let errors = Errors::none().and(field_of(&error), error.to_string());
            page(visit, StatusCode::UNPROCESSABLE_ENTITY, typed, errors).await
        }
        Err(error) => Err(error.into()),
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

    /// Reads an optional text, by the rule for texts of the API.
    fn line(&mut self, field: &'static str, raw: &str) -> Option<String> {
        self.read(field, raw, Fault::Line, |raw| is_line(raw).then(|| raw.to_owned()))
    }
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
    let name = reader.line("name", &typed.name).unwrap_or_default();
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
    let directory = visit.engine().directory();
    if her_id.is_some() && directory.iter().any(|party| party.her_id == her_id) {
        reader.wrong("her-id", Fault::TakenHerId);
    }
    let is_whole = |party: &Party| party.part_of.is_none() && party.org_number == org_number;
    if org_number.is_some() && directory.iter().any(|party| is_whole(party)) {
        reader.wrong("org-number", Fault::TakenOrgNumber);
    }
    let endpoint = endpoint(&mut reader, typed);
    match (id, kind, reader.errors.is_empty()) {
        (Some(id), Some(kind), true) => Ok(Party {
            id,
            name,
            public_label,
            public_phone,
            kind,
            part_of: None,
            org_number,
            her_id,
            person: None,
            phone,
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
        limits: EndpointLimits::default(),
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
