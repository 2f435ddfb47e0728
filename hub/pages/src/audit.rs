//! Logg: the rows of the audit log, its verification, its newest checkpoint, and a delivery's proof.

use axum::http::StatusCode;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bindeledd_console::view::NEWER_AT_MOST;
use bindeledd_console::view::log::{Filter, Query, Row, Thing, Verified, View, What, render};
use bindeledd_console::view::way::Who;
use bindeledd_console::{Errors, Fault, Notice, Said, Section, Text, address};
use bindeledd_core::audit::{Actor, ActorFilter, AuditAction};
use bindeledd_core::{AccountId, DeliveryId, ParticipantRef, PartyId};
use bindeledd_engine::ports::{AuditFilter, AuditRow, StoreError};
use bindeledd_engine::{Directory, VerificationState};
use serde_json::Value;

use crate::answer::{Answer, Trouble};
use crate::frame;
use crate::people::{self, Names};
use crate::route::{Cookies, PageRoute, get, post};
use crate::selection;
use crate::visit::Visit;

/// The pages of this file.
pub(crate) const ROUTES: &[PageRoute] = &[
    get!(address::LOG, Auditor, list),
    post!(address::LOG_VERIFY, Auditor, verify),
    get!(address::LOG_CHECKPOINT, Auditor, checkpoint),
    get!(address::LOG_PROOF, Auditor, proof),
];

/// Rows of a page.
const ROWS: usize = 50;
/// Things of one kind that a row shows, such as receivers.
const THINGS: usize = 5;

/// `GET /console/log`
pub(crate) async fn list(visit: &Visit, _: &mut Cookies) -> Result<Answer, Trouble> {
    if people::is_number_asked(visit) {
        return Ok(Answer::See(address::LOG.to_owned()));
    }
    let view = if visit.wants_regions() {
        newer(visit).await?
    } else {
        view(visit).await?
    };
    Ok(Answer::page(render(&view, visit.lang)))
}

/// Returns the page in a browser with the line about newer rows, which refreshes, and with nothing else.
async fn newer(visit: &Visit) -> Result<View, Trouble> {
    let query = Query::read(|name| visit.call.asked(name));
    let (mut filter, not_understood) = filter(&query, &visit.engine().directory());
    filter.limit = usize::try_from(NEWER_AT_MOST).unwrap_or(usize::MAX);
    let known: u64 = visit
        .call
        .asked("newest")
        .and_then(|raw| raw.parse().ok())
        .unwrap_or(u64::MAX);
    let rows = visit.engine().audit().audit_rows(&filter).await?;
    Ok(View {
        older: None,
        rows: Vec::new(),
        not_understood,
        parties: Vec::new(),
        persons: Vec::new(),
        is_later: false,
        newest: Some(known),
        newer: selection::count(rows.iter().filter(|row| row.seq > known).count()),
        verified: Verified::Never,
        checkpoint: None,
        delivery: String::new(),
        errors: Errors::none(),
        frame: frame::bare(visit),
        query,
    })
}

async fn view(visit: &Visit) -> Result<View, Trouble> {
    let engine = visit.engine();
    let (names, directory) = (people::names(visit).await?, engine.directory());
    let query = Query::read(|name| visit.call.asked(name));
    let (mut filter, not_understood) = filter(&query, &directory);
    filter.before = visit.call.asked("before").and_then(|raw| raw.parse().ok());
    let is_later = filter.before.is_some();
    let rows = engine.audit().audit_rows(&filter).await?;
    let older = rows.last().filter(|last| rows.len() == ROWS && last.seq > 1);
    // A filter that was not understood is kept in the form, but no link repeats it.
    let kept = if not_understood.is_empty() {
        &query
    } else {
        &Query::default()
    };
    Ok(View {
        older: older.map(|last| kept.before(last.seq)),
        rows: rows.iter().map(|found| row(found, &names, &directory)).collect(),
        not_understood,
        parties: selection::parties(&directory),
        persons: persons(&names),
        newest: (!is_later).then(|| rows.first().map_or(0, |first| first.seq)),
        newer: 0,
        is_later,
        verified: verified(visit, &names, &directory),
        checkpoint: newest_checkpoint(visit).await?,
        delivery: String::new(),
        errors: Errors::none(),
        frame: frame(visit).await?,
        query,
    })
}

async fn frame(visit: &Visit) -> Result<bindeledd_console::Frame, Trouble> {
    let mut frame = frame::of(visit, Some(Section::Log)).await?;
    frame.notice = visit
        .call
        .asked("runs")
        .map(|_| -> Notice { Said::AlreadyVerifying.notice(visit.lang) });
    Ok(frame)
}

/// Reads the filters. If one is not understood, none is in use.
fn filter(query: &Query, directory: &Directory) -> (AuditFilter, Vec<Filter>) {
    let mut strange = Vec::new();
    let bare = AuditFilter {
        limit: ROWS,
        ..AuditFilter::default()
    };
    let party = |raw: &str| selection::party_of(directory, raw);
    let read = AuditFilter {
        action: selection::understood(
            query.get(Filter::Action),
            Filter::Action,
            &mut strange,
            AuditAction::parse,
        ),
        actor: selection::understood(
            query.get(Filter::Actor),
            Filter::Actor,
            &mut strange,
            ActorFilter::parse,
        ),
        party: selection::understood(query.get(Filter::Party), Filter::Party, &mut strange, party),
        participant: selection::understood(
            query.get(Filter::Participant),
            Filter::Participant,
            &mut strange,
            ParticipantRef::parse,
        ),
        since: selection::understood(
            query.get(Filter::Since),
            Filter::Since,
            &mut strange,
            selection::begin_of,
        ),
        until: selection::understood(query.get(Filter::Until), Filter::Until, &mut strange, selection::end_of),
        ..bare
    };
    (if strange.is_empty() { read } else { bare }, strange)
}

/// Returns the persons to choose from, by name.
fn persons(names: &Names) -> Vec<(String, Text)> {
    let value = |id: &AccountId| ActorFilter::One(Actor::Person(*id)).text().into_owned();
    let mut persons: Vec<_> = names.iter().map(|(id, name)| (value(id), name.clone())).collect();
    persons.sort_by_key(|(value, name)| (name.as_str().to_lowercase(), value.clone()));
    persons
}

fn row(row: &AuditRow, names: &Names, directory: &Directory) -> Row {
    let detail: Value = serde_json::from_str(&row.detail).unwrap_or_default();
    let text = |name: &str| detail.get(name).and_then(Value::as_str);
    let actor = Actor::parse(&row.actor);
    Row {
        seq: row.seq,
        at: row.at,
        act: AuditAction::parse(&row.action).ok_or_else(|| Text::new(&row.action)),
        who: actor
            .map(|actor| people::who(&actor, names, directory))
            .ok_or_else(|| Text::new(&row.actor)),
        things: things(&detail, names, directory),
        why: text("reason")
            .or_else(|| text("word"))
            .map(|why| Text::of_at_most(why, 300)),
        proof: text("delivery").and_then(DeliveryId::parse).map(|id| id.to_string()),
    }
}

/// Returns the things that a detail names, each with its page.
fn things(detail: &Value, names: &Names, directory: &Directory) -> Vec<Thing> {
    let text = |name: &str| detail.get(name).and_then(Value::as_str);
    let message = text("message");
    let mut things = Vec::new();
    let mut add = |what, name: Text, address: Option<String>| things.push(Thing { what, name, address });
    match (message, text("delivery")) {
        (Some(message), Some(delivery)) => {
            add(
                What::Delivery,
                Text::new(delivery),
                Some(address::delivery(message, delivery)),
            );
        }
        (Some(message), None) => add(What::Message, Text::new(message), Some(address::message(message))),
        (None, Some(delivery)) => add(What::Delivery, Text::new(delivery), None),
        (None, None) => {}
    }
    for name in ["party", "from", "to"] {
        let several = detail.get(name).and_then(Value::as_array).into_iter().flatten();
        let ids = text(name).into_iter().chain(several.filter_map(Value::as_str));
        let known = ids.filter_map(|id| PartyId::parse(id).ok());
        // The roles of an account stand under the same names, and are no parties.
        let known = known.filter(|id| directory.get(id).is_some());
        for id in known.take(THINGS) {
            add(
                What::Party,
                people::label(directory, &id),
                Some(address::party(id.as_str())),
            );
        }
    }
    if let Some(participant) = text("participant") {
        add(
            What::Participant,
            Text::new(participant),
            Some(address::participant(participant)),
        );
    }
    if let Some(account) = text("account") {
        let named = AccountId::parse(account).map(|id| people::person(id, names));
        add(What::Account, named.unwrap_or_else(|| Text::new(account)), None);
    }
    for (name, what) in [
        ("consent", What::Consent),
        ("alert", What::Alert),
        ("adapter", What::Adapter),
        ("key", What::Key),
    ] {
        if let Some(id) = text(name) {
            add(what, Text::new(id), None);
        }
    }
    if let Some(code) = text("code") {
        // A code may have the place of the fault behind it.
        let page = code.split(' ').next().unwrap_or_default();
        add(What::Code, Text::new(code), Some(address::code(page)));
    }
    things
}

fn verified(visit: &Visit, names: &Names, directory: &Directory) -> Verified {
    let Some(last) = visit.engine().last_verification() else {
        return Verified::Never;
    };
    let by: Who = people::who(&last.by, names, directory);
    match last.state {
        VerificationState::Running => Verified::Running { since: last.since, by },
        VerificationState::Stopped => Verified::Stopped,
        VerificationState::Done { at, result } => Verified::Done {
            at,
            by,
            size: result.size,
            // As in a checkpoint, so that the two can be compared.
            root: Text::new(&STANDARD.encode(result.root)),
            findings: result.findings.iter().map(|finding| Text::new(finding)).collect(),
        },
    }
}

/// Returns the size and the root of the newest checkpoint; `None` if the log differs from the written one.
async fn newest_checkpoint(visit: &Visit) -> Result<Option<(u64, Text)>, Trouble> {
    let note = match visit.engine().audit().audit_checkpoint().await {
        Ok(note) => note,
        Err(StoreError::LogDiffers(_)) => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    // The second line is the number of rows, the third the root (C2SP tlog-checkpoint).
    let mut lines = note.lines().skip(1);
    let size = lines.next().and_then(|line| line.parse().ok()).unwrap_or(0);
    Ok(Some((size, Text::new(lines.next().unwrap_or_default()))))
}

/// `POST /console/log/verify`
pub(crate) async fn verify(visit: &Visit, _: &mut Cookies) -> Result<Answer, Trouble> {
    let begun = visit.engine().verify_audit(&visit.actor()?);
    let more = if begun { "" } else { "?runs=1" };
    Ok(Answer::See(format!("{}{more}#hel", address::LOG)))
}

/// `GET /console/log/checkpoint`
pub(crate) async fn checkpoint(visit: &Visit, _: &mut Cookies) -> Result<Answer, Trouble> {
    let note = visit.engine().audit().audit_checkpoint().await?;
    Ok(Answer::File {
        name: "checkpoint.txt".to_owned(),
        media_type: "text/plain; charset=utf-8",
        body: note,
    })
}

/// `GET /console/log/proof`
pub(crate) async fn proof(visit: &Visit, _: &mut Cookies) -> Result<Answer, Trouble> {
    if people::is_number_asked(visit) {
        return Ok(Answer::See(address::LOG.to_owned()));
    }
    let typed = visit.call.asked("delivery").unwrap_or_default();
    let proved = match DeliveryId::parse(typed) {
        Some(delivery) => {
            let proof = visit.engine().audit().audit_proof(delivery).await?;
            proof.map(|proof| (delivery, proof))
        }
        None => None,
    };
    let Some((delivery, proof)) = proved else {
        let mut view = view(visit).await?;
        view.delivery = typed.chars().take(200).collect();
        view.errors = Errors::none().and("delivery", Fault::Delivery.text(visit.lang));
        return Ok(Answer::Page(
            StatusCode::UNPROCESSABLE_ENTITY,
            render(&view, visit.lang),
        ));
    };
    Ok(Answer::File {
        name: format!("proof-{delivery}.json"),
        media_type: "application/json",
        body: format!("{:#}\n", proof.json(delivery)),
    })
}
