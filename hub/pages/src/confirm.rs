//! The confirmation of waiting grants by an operator, with evidence of the sender's word.

use axum::http::StatusCode;
use bindeledd_console::view::confirm::{Ask, EVIDENCE, Step, View, render};
use bindeledd_console::{Errors, Fault, Said, Section, Text, address};
use bindeledd_core::audit::{Actor, AuditAction};
use bindeledd_core::consent::{Confirmation, Confirmer, Consent, Evidence, Grant};
use bindeledd_core::{ConsentId, guard};
use bindeledd_engine::ports::{AuditFilter, WaitingGrant};
use bindeledd_fields::is_line;

use crate::answer::{Answer, Trouble};
use crate::consents::{Circle, blocked, circle_page};
use crate::frame;
use crate::people::{self, name};
use crate::route::{Cookies, PageRoute, get, post};
use crate::visit::Visit;

/// The pages of this file.
pub(crate) const ROUTES: &[PageRoute] = &[
    get!(
        "/console/participants/{participant}/grants/{consent}/{grant}/confirm",
        Operator,
        ask
    ),
    post!(
        "/console/participants/{participant}/grants/{consent}/{grant}/confirm",
        Operator,
        confirm
    ),
];

/// Rows of the log that the page looks through for the one that confirmed.
const LOOKS_BACK: usize = 100;

/// The grant of an address, in its circle.
struct Named {
    circle: Circle,
    consent: Consent,
    grant: Grant,
    index: u16,
}

impl Named {
    async fn read(visit: &Visit) -> Result<Self, Trouble> {
        let circle = Circle::read(visit).await?;
        let consent: ConsentId = visit.call.param("consent").ok_or(Trouble::NotFound)?;
        let index: u16 = visit.call.text("grant").parse().map_err(|_| Trouble::NotFound)?;
        let consent = circle.consents.iter().find(|of| of.id == consent).cloned();
        let consent = consent.ok_or(Trouble::NotFound)?;
        let grant = consent.grants.get(usize::from(index)).cloned();
        Ok(Self {
            grant: grant.ok_or(Trouble::NotFound)?,
            circle,
            consent,
            index,
        })
    }

    fn waits(&self) -> Option<&WaitingGrant> {
        self.circle.waits(self.consent.id, self.index)
    }

    fn confirmation(&self) -> Option<&Confirmation> {
        self.consent.confirmations.iter().find(|of| of.grant == self.index)
    }

    /// Returns the waiting grants of the same sender in the same consent.
    fn of_sender(&self) -> impl Iterator<Item = &WaitingGrant> {
        let is_of_sender = |of: &&WaitingGrant| of.consent == self.consent.id && of.grant.from == self.grant.from;
        self.circle.waiting.iter().filter(is_of_sender)
    }

    fn address(&self) -> String {
        let (participant, consent) = (self.circle.participant.to_string(), self.consent.id.to_string());
        address::confirmation(&participant, &consent, self.index)
    }

    async fn view(&self, visit: &Visit, step: Step) -> Result<View, Trouble> {
        // All grants to the same receiver are confirmed at once.
        let mut categories = self.grant.categories;
        if let Some(waiting) = self.waits() {
            let same = self.of_sender().filter(|of| of.grant.to == self.grant.to);
            categories = same.fold(waiting.grant.categories, |sum, of| sum.union(of.grant.categories));
        }
        Ok(View {
            participant: Text::new(&self.circle.participant.to_string()),
            consent: Text::new(&self.consent.id.to_string()),
            grant: self.index,
            registrar: name(visit, &self.consent.registrar),
            sender: name(visit, &self.grant.from),
            receiver: name(visit, &self.grant.to),
            categories,
            step,
            frame: frame::of(visit, Some(Section::Consents)).await?,
        })
    }

    /// Writes the form as it was filled in.
    async fn form(&self, visit: &Visit, waiting: &WaitingGrant, errors: Errors) -> Result<String, Trouble> {
        let typed = |field| visit.call.field(field).chars().take(1000).collect();
        let others = self.of_sender().filter(|of| of.grant.to != self.grant.to);
        let step = Step::Ask(Box::new(Ask {
            since: waiting.since,
            others: others
                .map(|of| (name(visit, &of.grant.to), of.grant.categories))
                .collect(),
            blocked: blocked(waiting),
            kind: typed("kind"),
            place: typed("place"),
            digest: typed("digest"),
            is_all: is_all(visit),
            errors,
        }));
        Ok(render(&self.view(visit, step).await?, visit.lang))
    }

    /// Returns the person who confirmed, from the audit log.
    async fn confirmer(&self, visit: &Visit, confirmation: &Confirmation) -> Result<Option<Text>, Trouble> {
        if let Confirmer::Party(party) = &confirmation.by {
            return Ok(Some(name(visit, party)));
        }
        let filter = AuditFilter {
            action: Some(AuditAction::ConsentConfirmed),
            participant: Some(self.circle.participant),
            limit: LOOKS_BACK,
            ..AuditFilter::default()
        };
        let rows = visit.engine().audit().audit_rows(&filter).await?;
        let consent = self.consent.id.to_string();
        let row = rows
            .iter()
            .find(|row| row.at == confirmation.at && row.detail.contains(&consent));
        let names = people::names(visit).await?;
        Ok(match row.and_then(|row| Actor::parse(&row.actor)) {
            Some(Actor::Person(id)) => Some(people::person(id, &names)),
            Some(Actor::Operator | Actor::Party(_) | Actor::Participant(_) | Actor::SignedParticipant | Actor::Hub)
            | None => None,
        })
    }
}

fn is_all(visit: &Visit) -> bool {
    visit.call.field("scope") == "all"
}

/// `GET /console/participants/{participant}/grants/{consent}/{grant}/confirm`
async fn ask(visit: &Visit, _: &mut Cookies) -> Result<Answer, Trouble> {
    let named = Named::read(visit).await?;
    if let Some(waiting) = named.waits() {
        return Ok(Answer::page(named.form(visit, waiting, Errors::none()).await?));
    }
    let Some(confirmation) = named.confirmation() else {
        // It is over, withdrawn, or needed no confirmation.
        let circle = address::participant(&named.circle.participant.to_string());
        return Ok(Answer::See(circle));
    };
    let evidence = confirmation.evidence.as_ref();
    let step = Step::Done {
        at: confirmation.at,
        by: named.confirmer(visit, confirmation).await?,
        evidence: evidence.map(|of| (Text::new(&of.kind), of.sha256.as_deref().map(Text::new))),
    };
    Ok(Answer::page(render(&named.view(visit, step).await?, visit.lang)))
}

/// `POST /console/participants/{participant}/grants/{consent}/{grant}/confirm`
async fn confirm(visit: &Visit, _: &mut Cookies) -> Result<Answer, Trouble> {
    let named = Named::read(visit).await?;
    let evidence = evidence(visit);
    let Some(waiting) = named.waits() else {
        return already(visit, &named, evidence.ok()).await;
    };
    let evidence = match evidence {
        Ok(evidence) => evidence,
        Err(faults) => {
            let html = named.form(visit, waiting, visit.errors(faults)).await?;
            return Ok(Answer::Page(StatusCode::UNPROCESSABLE_ENTITY, html));
        }
    };
    let receiver = (!is_all(visit)).then_some(&named.grant.to);
    let confirmed = visit
        .engine()
        .confirm_consent(
            &named.consent,
            (&named.grant.from, receiver),
            Some(evidence.clone()),
            &visit.actor()?,
        )
        .await?;
    if confirmed == 0 {
        return already(visit, &Named::read(visit).await?, Some(evidence)).await;
    }
    Ok(Answer::See(named.address()))
}

/// Answers a form about a grant that does not wait: a second click leads on, and somebody else was first otherwise.
async fn already(visit: &Visit, named: &Named, evidence: Option<Evidence>) -> Result<Answer, Trouble> {
    let on_file = named.confirmation().and_then(|of| of.evidence.as_ref());
    if evidence.is_some() && on_file == evidence.as_ref() {
        return Ok(Answer::See(named.address()));
    }
    circle_page(visit, &named.circle, StatusCode::CONFLICT, Some(Said::SomebodyFirst)).await
}

/// Reads the evidence of the form, or the faults of its fields.
fn evidence(visit: &Visit) -> Result<Evidence, Vec<(&'static str, Fault)>> {
    let typed = |field| visit.call.field(field).trim().to_owned();
    let (kind, reference, digest) = (typed("kind"), typed("place"), typed("digest").to_ascii_lowercase());
    let mut faults = Vec::new();
    if !(EVIDENCE.contains(&kind.as_str()) && Evidence::is_type(&kind)) {
        faults.push(("kind", Fault::EvidenceType));
    }
    if !is_line(&reference) || guard::has_identity_number(&reference) {
        faults.push(("place", Fault::EvidencePlace));
    }
    // Tools write a digest in upper case too; the hub keeps one spelling.
    let sha256 = Evidence::parse_sha256(&digest);
    if sha256.is_none() && !digest.is_empty() {
        faults.push(("digest", Fault::Digest));
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    Ok(Evidence {
        kind,
        reference,
        sha256,
    })
}
