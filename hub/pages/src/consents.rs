//! Samtykker: the grants that await a confirmation, the search for a participant, and one participant's circle.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use bindeledd_console::view::circle::{self, Event, Grant, Member, Status, Trial, Waits, What};
use bindeledd_console::view::consents::{Person, View, Waiting, render, render_person};
use bindeledd_console::{Errors, Fault, Said, Section, Text, address};
use bindeledd_core::account::Act;
use bindeledd_core::consent::{Basis, Confirmer, Consent, ConsentStatus, GivenBy, GrantOnFile, Ledger, When};
use bindeledd_core::withdrawal::left_of;
use bindeledd_core::{Category, CategorySet, ConsentId, NationalId, ParticipantRef, PartyId, Purpose, decide};
use bindeledd_engine::ports::WaitingGrant;
use jiff::{SignedDuration, Timestamp};

use crate::answer::{Answer, Trouble};
use crate::frame;
use crate::people;
use crate::people::name;
use crate::route::{Cookies, PageRoute, get, post};
use crate::visit::Visit;

/// The pages of this file.
pub(crate) const ROUTES: &[PageRoute] = &[
    get!(address::PARTICIPANTS, Console, list),
    get!(address::FIND_PERSON, Operator, ask_person),
    post!(address::FIND_PERSON, Operator, find_person),
    get!("/console/participants/{participant}", Console, one),
];

/// Grants of the list.
const ROWS: usize = 100;

/// `GET /console/participants`
pub(crate) async fn list(visit: &Visit, _: &mut Cookies) -> Result<Answer, Trouble> {
    let typed = visit.call.asked("reference").unwrap_or_default();
    let may_find_person = visit.signed()?.account.roles.may(Act::HandleParticipants);
    if people::has_number(typed) {
        // The number leaves the address at once. It is searched for where it is posted.
        let page = if may_find_person {
            address::FIND_PERSON
        } else {
            address::PARTICIPANTS
        };
        return Ok(Answer::See(page.to_owned()));
    }
    let mut errors = Errors::none();
    if !typed.is_empty() {
        match ParticipantRef::parse(typed) {
            Some(found) => return Ok(Answer::See(address::participant(&found.to_string()))),
            None => errors = errors.and("reference", Fault::Reference.text(visit.lang)),
        }
    }
    let status = if errors.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    let mut grants = visit.engine().waiting_grants(None, ROWS + 1).await?;
    let has_more = grants.len() > ROWS;
    grants.truncate(ROWS);
    let row = |waiting: WaitingGrant| Waiting {
        participant: Text::new(&waiting.participant.to_string()),
        from: name(visit, &waiting.grant.from),
        to: name(visit, &waiting.grant.to),
        categories: waiting.grant.categories,
        registrar: name(visit, &waiting.registrar),
        since: waiting.since,
        blocked: blocked(&waiting),
        confirm: may_find_person.then(|| confirmation(&waiting)),
    };
    let view = View {
        typed: typed.to_owned(),
        errors,
        waiting: grants.into_iter().map(row).collect(),
        has_more,
        may_find_person,
        frame: frame::of(visit, Some(Section::Consents)).await?,
    };
    Ok(Answer::Page(status, render(&view, visit.lang)))
}

/// Returns the ids of the messages that are blocked because a grant waits.
pub(crate) fn blocked(waiting: &WaitingGrant) -> Vec<Text> {
    let ids = waiting.blocked.iter();
    ids.map(|message| Text::new(&message.to_string())).collect()
}

/// Returns the address where an operator confirms a grant.
fn confirmation(waiting: &WaitingGrant) -> String {
    let (participant, consent) = (waiting.participant.to_string(), waiting.consent.to_string());
    address::confirmation(&participant, &consent, waiting.index)
}

/// `GET /console/participants/find`
pub(crate) async fn ask_person(visit: &Visit, _: &mut Cookies) -> Result<Answer, Trouble> {
    person_page(visit, StatusCode::OK, Errors::none()).await
}

async fn person_page(visit: &Visit, status: StatusCode, errors: Errors) -> Result<Answer, Trouble> {
    let frame = frame::of(visit, Some(Section::Consents)).await?;
    Ok(Answer::Page(
        status,
        render_person(&Person { frame, errors }, visit.lang),
    ))
}

/// `POST /console/participants/find`
pub(crate) async fn find_person(visit: &Visit, _: &mut Cookies) -> Result<Answer, Trouble> {
    let typed: String = visit.call.field("number").split_whitespace().collect();
    let wrong = match NationalId::parse(&typed) {
        Err(_) => Fault::Number,
        Ok(number) => match visit.engine().find_participant(&number, &visit.actor()?).await? {
            Some(found) => return Ok(Answer::See(address::participant(&found.to_string()))),
            None => Fault::UnknownNumber,
        },
    };
    let errors = Errors::none().and("number", wrong.text(visit.lang));
    person_page(visit, StatusCode::UNPROCESSABLE_ENTITY, errors).await
}

/// A participant's circle, as the store has it.
pub(crate) struct Circle {
    pub(crate) participant: ParticipantRef,
    pub(crate) ledger: Ledger,
    pub(crate) consents: Vec<Consent>,
    /// Grants that wait for a confirmation.
    pub(crate) waiting: Vec<WaitingGrant>,
    /// Parties, the one with most grants first.
    pub(crate) parties: Vec<PartyId>,
}

impl Circle {
    /// Reads the circle of the address.
    pub(crate) async fn read(visit: &Visit) -> Result<Self, Trouble> {
        let participant = ParticipantRef::parse(visit.call.text("participant")).ok_or(Trouble::NotFound)?;
        if visit.engine().national_id(participant).await?.is_none() {
            return Err(Trouble::NotFound);
        }
        let ledger = visit.engine().ledger(participant).await?;
        let consents = visit.engine().consents_of(participant).await?;
        let waiting = visit.engine().waiting_grants_of(participant).await?;
        Ok(Self {
            consents,
            waiting,
            ..Self::of(ledger)
        })
    }

    /// Makes a circle out of a ledger alone.
    pub(crate) fn of(ledger: Ledger) -> Self {
        let mut grants: BTreeMap<&PartyId, usize> = BTreeMap::new();
        for on_file in &ledger.grants {
            for party in [&on_file.grant.from, &on_file.grant.to] {
                *grants.entry(party).or_default() += 1;
            }
        }
        let mut parties: Vec<_> = grants.into_iter().collect();
        parties.sort_by_key(|(party, n)| (std::cmp::Reverse(*n), (*party).clone()));
        let parties = parties.into_iter().map(|(party, _)| party.clone()).collect();
        Self {
            participant: ledger.participant,
            consents: Vec::new(),
            waiting: Vec::new(),
            parties,
            ledger,
        }
    }

    /// Returns a grant that waits; `None` if it does not wait.
    pub(crate) fn waits(&self, consent: ConsentId, index: u16) -> Option<&WaitingGrant> {
        let is_it = |waiting: &&WaitingGrant| waiting.consent == consent && waiting.index == index;
        self.waiting.iter().find(is_it)
    }

    /// Returns the parties as others may see them.
    pub(crate) fn members(&self, visit: &Visit) -> Vec<Member> {
        let directory = visit.engine().directory();
        let member = |id: &PartyId| Member {
            id: Text::new(id.as_str()),
            name: name(visit, id),
            kind: directory
                .get(id)
                .map_or(bindeledd_core::PartyKind::Other, |party| party.as_others_see_it().kind),
        };
        self.parties.iter().map(member).collect()
    }

    pub(crate) fn place(&self, party: &PartyId) -> usize {
        self.parties.iter().position(|p| p == party).unwrap_or(usize::MAX)
    }

    /// Returns the grants, in the order of their numbers.
    fn grants(&self, visit: &Visit, may_confirm: bool) -> Vec<Grant> {
        self.ledger
            .grants
            .iter()
            .map(|on_file| self.grant(visit, on_file, may_confirm))
            .collect()
    }

    fn grant(&self, visit: &Visit, on_file: &GrantOnFile, may_confirm: bool) -> Grant {
        let grant = &on_file.grant;
        let withdrawn = withdrawn_of(on_file, &self.ledger);
        Grant {
            from: self.place(&grant.from),
            to: self.place(&grant.to),
            categories: grant.categories,
            withdrawn,
            duty: match &grant.basis {
                Basis::Consent => None,
                Basis::Duty { reference } => Some(Text::new(reference)),
            },
            status: status(on_file, withdrawn, visit.now),
            confirmed: self.confirmed(visit, on_file),
            waits: self.waits(on_file.consent, on_file.index).map(|waiting| Waits {
                since: waiting.since,
                blocked: blocked(waiting),
                confirm: may_confirm.then(|| confirmation(waiting)),
            }),
        }
    }

    fn confirmed(&self, visit: &Visit, on_file: &GrantOnFile) -> Option<(Timestamp, Option<Text>)> {
        let consent = self.consents.iter().find(|consent| consent.id == on_file.consent)?;
        let confirmation = consent.confirmations.iter().find(|c| c.grant == on_file.index)?;
        Some((confirmation.at, confirmer(visit, &confirmation.by)))
    }

    /// Returns the number of a grant in the table.
    fn number(&self, consent: &Consent, index: u16) -> Option<u64> {
        let is_it = |on_file: &GrantOnFile| on_file.consent == consent.id && on_file.index == index;
        let place = self.ledger.grants.iter().position(is_it)?;
        u64::try_from(place + 1).ok()
    }

    /// Returns the events of the consents, newest first.
    fn events(&self, visit: &Visit) -> Vec<Event> {
        let mut events = Vec::new();
        for consent in &self.consents {
            events.push(Event {
                at: consent.given_at,
                what: What::Registered {
                    by: name(visit, &consent.registrar),
                    text_version: Text::new(&consent.text_version),
                    evidence: Text::new(&consent.evidence.kind),
                    sha256: consent.evidence.sha256.as_deref().map(Text::new),
                    by_guardian: matches!(consent.given_by, GivenBy::Guardian { .. }),
                },
            });
            for confirmation in &consent.confirmations {
                events.extend(self.number(consent, confirmation.grant).map(|number| Event {
                    at: confirmation.at,
                    what: What::Confirmed {
                        number,
                        by: confirmer(visit, &confirmation.by),
                    },
                }));
            }
            if let ConsentStatus::Withdrawn { at } = consent.status {
                events.push(Event {
                    at,
                    what: What::Withdrawn,
                });
            }
        }
        // Withdrawals of parts, one event for each time.
        let mut partly: BTreeMap<Timestamp, u64> = BTreeMap::new();
        for withdrawal in &self.ledger.withdrawals {
            let ended = self.ledger.grants.iter().filter(|grant| withdrawal.ends(grant)).count();
            *partly.entry(withdrawal.at).or_default() += u64::try_from(ended).unwrap_or(0);
        }
        events.extend(
            partly
                .into_iter()
                .filter(|(_, grants)| *grants > 0)
                .map(|(at, grants)| Event {
                    at,
                    what: What::PartlyWithdrawn { grants },
                }),
        );
        events.sort_by_key(|event| std::cmp::Reverse(event.at));
        events
    }

    /// Returns the end of the last grant in force; `None` for one without an end.
    fn valid_until(&self, grants: &[Grant]) -> Option<Timestamp> {
        let in_force = self.ledger.grants.iter().zip(grants);
        let in_force = in_force.filter(|(_, grant)| matches!(grant.status, Status::InForce));
        let ends: Vec<_> = in_force.map(|(on_file, _)| end(on_file)).collect();
        if ends.iter().any(Option::is_none) {
            return None;
        }
        ends.into_iter().flatten().max()
    }
}

fn confirmer(visit: &Visit, by: &Confirmer) -> Option<Text> {
    match by {
        Confirmer::Party(party) => Some(name(visit, party)),
        Confirmer::Operator => None,
    }
}

/// Returns the categories of a grant that are withdrawn.
pub(crate) fn withdrawn_of(on_file: &GrantOnFile, ledger: &Ledger) -> CategorySet {
    let categories = on_file.grant.categories;
    match (&on_file.grant.basis, on_file.withdrawn) {
        (Basis::Duty { .. }, _) => CategorySet::EMPTY,
        (Basis::Consent, true) => categories,
        (Basis::Consent, false) => categories.difference(left_of(on_file, ledger)),
    }
}

/// Returns the last time at which a grant holds.
pub(crate) fn end(on_file: &GrantOnFile) -> Option<Timestamp> {
    let ends = [Some(on_file.consent_period), on_file.grant.period];
    let ends = ends.into_iter().flatten().filter_map(|period| period.end);
    ends.map(|end| {
        end.after()
            .checked_sub(SignedDuration::from_secs(1))
            .unwrap_or(Timestamp::MIN)
    })
    .min()
}

/// Returns whether a grant is in force, and the cause if not: in the order of `decide`.
pub(crate) fn status(on_file: &GrantOnFile, withdrawn: CategorySet, now: Timestamp) -> Status {
    let periods = [Some(on_file.consent_period), on_file.grant.period];
    for period in periods.into_iter().flatten() {
        match (period.at(now), period.end) {
            (When::Before, _) => return Status::Ahead(period.start.first()),
            (When::After, Some(_)) => return Status::Expired(end(on_file).unwrap_or(now)),
            (When::During | When::After, _) => {}
        }
    }
    if withdrawn == on_file.grant.categories && !withdrawn.is_empty() {
        return Status::Withdrawn;
    }
    if on_file.grant.confirmed {
        Status::InForce
    } else {
        Status::Awaits
    }
}

/// `GET /console/participants/{participant}`
pub(crate) async fn one(visit: &Visit, _: &mut Cookies) -> Result<Answer, Trouble> {
    let circle = Circle::read(visit).await?;
    circle_page(visit, &circle, StatusCode::OK, None).await
}

/// Writes the page of a circle, with a line above it.
pub(crate) async fn circle_page(
    visit: &Visit,
    circle: &Circle,
    status: StatusCode,
    said: Option<Said>,
) -> Result<Answer, Trouble> {
    let may_act = visit.signed()?.account.roles.may(Act::HandleParticipants);
    let grants = circle.grants(visit, may_act);
    let mut frame = frame::of(visit, Some(Section::Consents)).await?;
    frame.notice = said.map(|said| said.notice(visit.lang));
    let mut controllers: Vec<_> = circle.consents.iter().map(|consent| &consent.controller).collect();
    controllers.sort();
    controllers.dedup();
    let view = circle::View {
        participant: Text::new(&circle.participant.to_string()),
        // Of address protection, only an operator knows.
        is_protected: circle.ledger.protected && may_act,
        differs: circle.ledger.differs,
        valid_until: circle.valid_until(&grants),
        controllers: controllers.into_iter().map(|party| name(visit, party)).collect(),
        parties: circle.members(visit),
        grants,
        events: circle.events(visit),
        trial: trial(visit, circle),
        may_withdraw: may_act,
        frame,
    };
    Ok(Answer::Page(status, circle::render(&view, visit.lang)))
}

/// Tries the decision that the address asks for.
fn trial(visit: &Visit, circle: &Circle) -> Trial {
    let asked = |field| visit.call.asked(field);
    let (Some(from), Some(to), Some(about)) = (asked("from"), asked("to"), asked("about")) else {
        return Trial::default();
    };
    let member = |raw: &str| PartyId::parse(raw).ok().filter(|id| circle.parties.contains(id));
    let (sender, receiver, category) = (member(from), member(to), Category::parse(about));
    let mut errors = Errors::none();
    for (field, is_wrong, fault) in [
        ("from", sender.is_none(), Fault::Party),
        ("to", receiver.is_none(), Fault::Party),
        ("about", category.is_none(), Fault::Category),
    ] {
        if is_wrong {
            errors = errors.and(field, fault.text(visit.lang));
        }
    }
    let answer = match (&sender, &receiver, category) {
        (Some(sender), Some(receiver), Some(category)) => {
            let (purpose, asked) = (Purpose::WorkOrientedFollowup, CategorySet::of(&[category]));
            let decision = decide(&circle.ledger, sender, receiver, purpose, asked, visit.now);
            Some((decision.verdict(), decision.reason()))
        }
        _ => None,
    };
    Trial {
        from: from.to_owned(),
        to: to.to_owned(),
        about: category,
        errors,
        answer,
    }
}
