//! Aktører: the list, one party, and the test of its connection.

use std::collections::HashMap;

use bindeledd_console::view::parties::{Filter, Row, STANDINGS, View, render};
use bindeledd_console::view::party::{self, Change, Hold, Key, Outcome, What, Which, Whose};
use bindeledd_console::{Lang, Section, Standing, Text, address};
use bindeledd_core::account::Act;
use bindeledd_core::audit::{Actor, AuditAction};
use bindeledd_core::{HerId, OrgNumber, Party, PartyId, PartyKind, VersionNumber};
use bindeledd_engine::ports::{AuditFilter, AuditRow, Backlog, Failing, key_id};
use bindeledd_engine::{FaultSide, StepResult, TestStep, TestedStep};
use jiff::{SignedDuration, Timestamp};

use crate::answer::{Answer, Trouble};
use crate::changes;
use crate::figures;
use crate::frame;
use crate::people;
use crate::people::Names;
use crate::route::{Cookies, PageRoute, get, post};
use crate::selection;
use crate::visit::Visit;

/// The pages of this file.
pub(crate) const ROUTES: &[PageRoute] = &[
    get!(address::PARTIES, Console, list),
    get!("/console/parties/{party}", Console, one),
    post!("/console/parties/{party}/test", Operator, test),
];

/// Rows of a page.
const ROWS: usize = 100;
/// Changes that the page shows.
const CHANGES: usize = 20;

/// Facts about all parties that the store keeps apart from them.
struct Flow {
    failing: HashMap<PartyId, Failing>,
    backlog: HashMap<PartyId, Backlog>,
}

impl Flow {
    async fn read(visit: &Visit) -> Result<Self, Trouble> {
        let failing = visit.engine().glance().failing().await?;
        let backlog = visit.engine().backlog().await?;
        Ok(Self {
            failing: failing.into_iter().map(|f| (f.party.clone(), f)).collect(),
            backlog: backlog.into_iter().map(|b| (b.party.clone(), b)).collect(),
        })
    }

    fn waiting(&self, party: &PartyId) -> u64 {
        self.backlog.get(party).map_or(0, |backlog| backlog.waiting)
    }

    fn oldest(&self, party: &PartyId) -> Option<Timestamp> {
        self.backlog.get(party).and_then(|backlog| backlog.oldest)
    }

    fn standing(&self, party: &Party) -> Standing {
        if party.suspended {
            Standing::Suspended
        } else if party.paused {
            Standing::Paused
        } else if self.failing.contains_key(&party.id) {
            Standing::NotAccepting
        } else if party.fetches() {
            Standing::Fetches
        } else {
            Standing::Accepting
        }
    }

    fn since(&self, party: &Party) -> Option<Timestamp> {
        let failing = self.failing.get(&party.id)?;
        (self.standing(party) == Standing::NotAccepting).then_some(failing.since)
    }
}

/// `GET /console/parties`
pub(crate) async fn list(visit: &Visit, _: &mut Cookies) -> Result<Answer, Trouble> {
    if people::is_number_asked(visit) {
        return Ok(Answer::See(address::PARTIES.to_owned()));
    }
    let flow = Flow::read(visit).await?;
    let directory = visit.engine().directory();
    let mut not_understood = Vec::new();
    let filter = Filter {
        text: visit.call.asked("q").unwrap_or_default().to_owned(),
        kind: understood(visit, "kind", &mut not_understood, PartyKind::parse),
        standing: understood(visit, "state", &mut not_understood, |code| {
            STANDINGS
                .iter()
                .find(|(c, _)| *c == code)
                .map(|(_, standing)| *standing)
        }),
    };
    let mut found: Vec<&Party> = directory.iter().map(AsRef::as_ref).collect();
    let in_hub = selection::count(found.len());
    found.retain(|party| fits(party, &filter, &flow));
    // Parties that need a person come first, then by name.
    found.sort_by_cached_key(|party| {
        let needs_nobody = matches!(flow.standing(party), Standing::Accepting | Standing::Fetches);
        let seen = party.as_others_see_it();
        (needs_nobody, seen.name.to_lowercase(), party.id.clone())
    });
    let from = visit
        .call
        .asked("from")
        .map_or(Some(0_usize), |raw| {
            let is_number = raw.bytes().all(|b| b.is_ascii_digit());
            is_number.then(|| raw.parse().ok())?
        })
        .ok_or(Trouble::NotFound)?;
    let older = (found.len() > from.saturating_add(ROWS)).then(|| more(&filter, from + ROWS));
    let rows = found.into_iter().skip(from).take(ROWS).map(|party| row(party, &flow));
    let view = View {
        rows: rows.collect(),
        filter,
        not_understood,
        in_hub,
        older,
        may_add: visit.signed()?.account.roles.may(Act::ChangeParties),
        frame: frame::of(visit, Some(Section::Parties)).await?,
    };
    Ok(Answer::page(render(&view, visit.lang)))
}

fn understood<T>(
    visit: &Visit,
    name: &str,
    not_understood: &mut Vec<Text>,
    read: impl FnOnce(&str) -> Option<T>,
) -> Option<T> {
    let raw = visit.call.asked(name)?;
    let value = read(raw);
    if value.is_none() {
        not_understood.push(Text::new(raw));
    }
    value
}

fn fits(party: &Party, filter: &Filter, flow: &Flow) -> bool {
    let sought = filter.text.to_lowercase();
    let seen = party.as_others_see_it();
    let has_text =
        sought.is_empty() || party.id.as_str().contains(&sought) || seen.name.to_lowercase().contains(&sought);
    has_text
        && filter.kind.is_none_or(|kind| kind == seen.kind)
        && filter.standing.is_none_or(|standing| standing == flow.standing(party))
}

/// Returns the address of the next rows.
fn more(filter: &Filter, from: usize) -> String {
    let mut address = format!("{}?from={from}", address::PARTIES);
    let kind = filter.kind.map(PartyKind::code);
    let state = STANDINGS
        .iter()
        .find(|(_, s)| Some(*s) == filter.standing)
        .map(|(code, _)| *code);
    let text = Some(filter.text.as_str()).filter(|text| !text.is_empty());
    for (name, value) in [("q", text), ("kind", kind), ("state", state)] {
        if let Some(value) = value {
            address.push_str(&format!("&{name}={}", address::segment(value)));
        }
    }
    address
}

fn row(party: &Party, flow: &Flow) -> Row {
    let seen = party.as_others_see_it();
    let adapter = party.endpoint.as_ref().filter(|_| party.public_label.is_none());
    Row {
        id: Text::new(party.id.as_str()),
        name: Text::new(seen.name),
        kind: seen.kind,
        standing: flow.standing(party),
        since: flow.since(party),
        waiting: flow.waiting(&party.id),
        oldest: flow.oldest(&party.id),
        adapter: adapter.map(|endpoint| Text::new(endpoint.adapter.as_str())),
    }
}

/// Returns the party of the address.
pub(crate) fn named(visit: &Visit) -> Result<std::sync::Arc<Party>, Trouble> {
    let id = PartyId::parse(visit.call.text("party")).map_err(|_| Trouble::NotFound)?;
    visit.engine().directory().get(&id).cloned().ok_or(Trouble::NotFound)
}

/// `GET /console/parties/{party}`
pub(crate) async fn one(visit: &Visit, _: &mut Cookies) -> Result<Answer, Trouble> {
    let party = named(visit)?;
    let view = view(visit, &party).await?;
    Ok(Answer::page(party::render(&view, visit.lang)))
}

/// `POST /console/parties/{party}/test`. A repetition tests again, and does no harm.
pub(crate) async fn test(visit: &Visit, _: &mut Cookies) -> Result<Answer, Trouble> {
    let party = named(visit)?;
    tried(visit, &party.id).await?;
    Ok(Answer::See(address::party(party.id.as_str())))
}

/// Tests a party's connection, and keeps the result for its page.
pub(crate) async fn tried(visit: &Visit, party: &PartyId) -> Result<(), Trouble> {
    let tested = visit.engine().test_party(party).await?;
    let test = party::Test {
        at: visit.now,
        by: Some(Text::new(visit.signed()?.account.name.as_str())),
        steps: tested.steps.iter().map(|tested| step(tested, visit.lang)).collect(),
    };
    visit.state.tests.keep(party.clone(), test);
    Ok(())
}

fn step(tested: &TestedStep, lang: Lang) -> party::Step {
    let (result, detail) = match &tested.result {
        StepResult::Well => (Outcome::Well, Text::default()),
        StepResult::Fault { whose, what } => {
            let whose = match whose {
                FaultSide::Hub => Whose::Ours,
                FaultSide::Receiver => Whose::Theirs,
                FaultSide::Line => Whose::Line,
            };
            (Outcome::Fault { whose, code: None }, Text::new(&what.text(lang)))
        }
        StepResult::NotTried => (Outcome::NotTried, Text::default()),
    };
    party::Step {
        which: match tested.step {
            TestStep::Setup => Which::Setup,
            TestStep::Name => Which::Name,
            TestStep::Connection => Which::Tls,
            TestStep::Credential => Which::Credential,
            TestStep::Service => Which::Service,
        },
        result,
        took: Some(tested.took),
        detail,
    }
}

/// Makes the page of a party.
pub(crate) async fn view(visit: &Visit, party: &Party) -> Result<party::View, Trouble> {
    let flow = Flow::read(visit).await?;
    let (persons, directory) = (people::names(visit).await?, visit.engine().directory());
    let seen = party.as_others_see_it();
    let roles = &visit.signed()?.account.roles;
    let pause = visit.engine().pause_of(&party.id).await?;
    let mut keys = visit.engine().keys().await?;
    keys.retain(|key| key.party == party.id);
    keys.sort_by_key(|key| key.added_at);
    Ok(party::View {
        id: Text::new(party.id.as_str()),
        name: Text::new(seen.name),
        kind: seen.kind,
        her_id: seen.her_id.map(|id: HerId| Text::new(&id.to_string())),
        org_number: seen.org_number.map(|number: &OrgNumber| Text::new(number.as_str())),
        phone: seen.phone.map(Text::new),
        standing: flow.standing(party),
        since: flow.since(party).or_else(|| pause.as_ref().map(|pause| pause.at)),
        hold: pause.as_ref().map(|pause| Hold {
            by: people::told(&pause.by, &persons, &directory, visit.lang),
            why: Text::new(&pause.why),
            until: pause.until,
        }),
        backlog: party::Backlog {
            waiting: flow.waiting(&party.id),
            oldest: flow.oldest(&party.id),
            next_attempt: flow.failing.get(&party.id).map(|failing| failing.next_attempt_at),
        },
        test: visit.state.tests.of(&party.id),
        endpoint: party.endpoint.as_ref().map(endpoint),
        is_registrar: party.registrar,
        trusts: party.trusts.iter().map(|id| people::label(&directory, id)).collect(),
        certificates: Vec::new(),
        keys: keys
            .iter()
            .map(|key| Key {
                id: Text::new(&key_id(&key.hash)),
                added_at: key.added_at,
            })
            .collect(),
        changes: changes(visit, &party.id, &persons).await?,
        may_act: roles.may(Act::ChangeParties),
        figures: figures::of_party(visit, &party.id, flow.waiting(&party.id)).await?,
        frame: frame::of(visit, Some(Section::Parties)).await?,
    })
}

fn endpoint(endpoint: &bindeledd_core::Endpoint) -> party::Endpoint {
    party::Endpoint {
        adapter: Text::new(endpoint.adapter.as_str()),
        address: endpoint.address.as_ref().map(|address| Text::new(&address.to_string())),
        her_id: endpoint.her_id.map(|id| Text::new(&id.to_string())),
        credential: endpoint.credential.as_deref().map(Text::new),
        receipt_within: SignedDuration::from_secs(endpoint.limits.receipt_seconds.into()),
        in_flight: endpoint.limits.in_flight.into(),
    }
}

/// Returns the last changes of a party, newest first.
async fn changes(visit: &Visit, party: &PartyId, persons: &Names) -> Result<Vec<Change>, Trouble> {
    let mut rows = Vec::new();
    for action in AuditAction::ALL
        .iter()
        .copied()
        .filter(|action| what(*action).is_some())
    {
        let filter = AuditFilter {
            action: Some(action),
            party: Some(party.clone()),
            limit: CHANGES,
            ..AuditFilter::default()
        };
        rows.extend(visit.engine().audit().audit_rows(&filter).await?);
    }
    rows.sort_by_key(|row| std::cmp::Reverse(row.seq));
    let directory = visit.engine().directory();
    // Each version is compared with the one before it.
    let versions = visit.engine().party_versions(party, None, CHANGES + 1).await?;
    let in_version = |number: VersionNumber| versions.iter().find(|version| version.number == number);
    let fields = |made: VersionNumber| {
        let (earlier, later) = (in_version(made.before()?)?, in_version(made)?);
        Some(changes::fields(&directory, &earlier.party, &later.party))
    };
    let change = |row: &AuditRow| {
        let what = what(AuditAction::parse(&row.action)?)?;
        let actor = Actor::parse(&row.actor)?;
        let detail: serde_json::Value = serde_json::from_str(&row.detail).ok()?;
        let made = changes::version(&detail);
        Some(Change {
            at: row.at,
            what: match (what, made) {
                (What::Changed, Some(VersionNumber::FIRST)) => What::Added,
                (What::Changed, Some(_)) => What::Edited,
                (what, _) => what,
            },
            by: people::told(&actor, persons, &directory, visit.lang),
            why: detail.get("reason").and_then(|why| why.as_str()).map(Text::new),
            version: made.map(|made| made.get().into()),
            fields: made.and_then(fields).unwrap_or_default(),
            back_to: made
                .and_then(VersionNumber::before)
                .filter(|before| in_version(*before).is_some())
                .map(|before| before.get().into()),
        })
    };
    Ok(rows.iter().filter_map(change).take(CHANGES).collect())
}

const fn what(action: AuditAction) -> Option<What> {
    Some(match action {
        AuditAction::PartyChanged => What::Changed,
        AuditAction::PartyRolledBack => What::RolledBack,
        AuditAction::PartyPaused => What::Paused,
        AuditAction::PartyResumed => What::Resumed,
        AuditAction::PartySuspended => What::Suspended,
        AuditAction::PartyUnsuspended => What::Unsuspended,
        AuditAction::KeyAdded => What::KeyAdded,
        AuditAction::KeyRevoked => What::KeyRevoked,
        _ => return None,
    })
}
