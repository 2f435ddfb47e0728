//! Taking back: the choice, the preview of its effect, and the act. Nothing here can widen.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use bindeledd_console::view::meg_back::{Choose, Effect, Fault, Other, Step, View, render};
use bindeledd_console::{Text, address};
use bindeledd_core::own_page::PairShown;
use bindeledd_core::withdrawal::Scope;
use bindeledd_core::{Category, CategorySet, PartyId, Purpose};
use bindeledd_engine::ports::{WithdrawalAnswer, WithdrawalPreview};

use crate::answer::{Answer, Trouble};
use crate::meg::{Own, duty, frame, handle, language_of, nobody, pair_handle};
use crate::people::name;
use crate::route::{Cookies, PageRoute, get, post};
use crate::visit::Visit;

/// The pages of this file.
pub(crate) const ROUTES: &[PageRoute] = &[
    get!(address::OWN_TAKE_BACK, OwnPage, ask),
    post!(address::OWN_TAKE_BACK, OwnPage, take_back),
];

fn some_handle(visit: &Visit, pair: &PairShown) -> String {
    handle(visit, &format!("some {} {}", pair.one, pair.other))
}

fn party_handle(visit: &Visit, party: &PartyId) -> String {
    handle(visit, &format!("party {party}"))
}

/// Returns the handle of some categories, whoever has them.
fn some_of_all_handle(visit: &Visit) -> String {
    handle(visit, "some of all")
}

fn category_handle(visit: &Visit, category: Category) -> String {
    handle(visit, &format!("category {}", category.code()))
}

/// The participant's choice.
enum Choice {
    /// Everything that the session shows.
    All,
    /// Everything to and from a party.
    Party(PartyId),
    /// Something of these pairs, in both directions.
    Pairs(Vec<PairShown>, CategorySet),
}

/// Reads a choice out of its handles, or the fault of the form. A handle of another session is no choice.
fn choice(visit: &Visit, own: &Own<'_>, (what, only): (&str, &[String])) -> Result<Choice, Fault> {
    if what == handle(visit, "all") {
        return Ok(Choice::All);
    }
    let is_whole = own.session.party().is_none();
    let parties = own.shown.parties();
    if let Some(party) = parties
        .iter()
        .find(|party| is_whole && what == party_handle(visit, party))
    {
        return Ok(Choice::Party((*party).clone()));
    }
    let pairs = || own.shown.pairs.iter();
    if let Some(pair) = pairs().find(|pair| what == pair_handle(visit, pair)) {
        return Ok(Choice::Pairs(vec![pair.clone()], CategorySet::of(&Category::ALL)));
    }
    let is_of_all = is_whole && what == some_of_all_handle(visit);
    let chosen = pairs().filter(|pair| is_of_all || what == some_handle(visit, pair));
    let mut chosen: Vec<PairShown> = chosen.cloned().collect();
    if chosen.is_empty() {
        return Err(Fault::Choice);
    }
    let named = |value: &String| {
        let mut all = Category::ALL.into_iter();
        all.find(|category| *value == category_handle(visit, *category))
    };
    // A value that names no category may not be passed over: it could have been meant.
    let categories: Option<CategorySet> = only.iter().map(named).collect();
    match categories {
        Some(categories) if !categories.is_empty() => {
            chosen.retain(|pair| !is_of_all || !pair.all().intersection(categories).is_empty());
            Ok(Choice::Pairs(chosen, categories))
        }
        Some(_) | None => Err(Fault::Only),
    }
}

/// Returns the withdrawals of a choice. By a code, each reaches exchanges of the code's party alone.
fn scopes(own: &Own<'_>, choice: &Choice) -> Vec<Scope> {
    match choice {
        Choice::All => vec![own.session.party().cloned().map_or(Scope::Everything, Scope::Party)],
        Choice::Party(party) => vec![Scope::Party(party.clone())],
        Choice::Pairs(pairs, categories) => {
            let both = |pair: &PairShown| {
                [(&pair.one, &pair.other), (&pair.other, &pair.one)].map(|(from, to)| Scope::Exchange {
                    from: from.clone(),
                    to: to.clone(),
                    purpose: Purpose::WorkOrientedFollowup,
                    categories: *categories,
                })
            };
            pairs.iter().flat_map(both).collect()
        }
    }
}

/// `GET /meg/take-back`
pub(crate) async fn ask(visit: &Visit, _: &mut Cookies) -> Result<Answer, Trouble> {
    let Some(own) = Own::read(visit).await? else {
        return Ok(nobody(visit));
    };
    let what = visit.call.asked("what").unwrap_or_default();
    if visit.call.asked("see").is_none() {
        return Ok(choose(visit, &own, what, None));
    }
    let pairs = visit.call.query.iter().filter(|(field, _)| field == "only");
    let only: Vec<String> = pairs.map(|(_, value)| value.clone()).collect();
    let chosen = match choice(visit, &own, (what, &only)) {
        Ok(chosen) => chosen,
        Err(fault) => return Ok(choose(visit, &own, what, Some(fault))),
    };
    let mut all = WithdrawalPreview::default();
    for scope in scopes(&own, &chosen) {
        let by = own.actor();
        let one = visit
            .engine()
            .preview_withdrawal(own.session.participant, &scope, &by)
            .await?;
        all.ends.extend(one.ends);
        add(&mut all.answer, one.answer);
    }
    let step = Step::Preview {
        effect: effect(visit, &own, &all),
        what: what.to_owned(),
        only,
        again: format!("{}?what={}", address::OWN_TAKE_BACK, address::segment(what)),
    };
    Ok(page(visit, &own, step, StatusCode::OK))
}

/// `POST /meg/take-back`
pub(crate) async fn take_back(visit: &Visit, _: &mut Cookies) -> Result<Answer, Trouble> {
    let Some(own) = Own::read(visit).await? else {
        return Ok(nobody(visit));
    };
    let only: Vec<String> = visit.call.fields("only").map(str::to_owned).collect();
    let what = visit.call.field("what");
    let chosen = match choice(visit, &own, (what, &only)) {
        Ok(chosen) => chosen,
        Err(fault) => return Ok(choose(visit, &own, what, Some(fault))),
    };
    let by = own.actor();
    let mut all = WithdrawalPreview::default();
    for scope in scopes(&own, &chosen) {
        // A second click finds the withdrawal on file: it ends nothing more, and names what had left before.
        let before = visit
            .engine()
            .preview_withdrawal(own.session.participant, &scope, &by)
            .await?;
        all.ends.extend(before.ends);
        let answer = visit.engine().withdraw(own.session.participant, scope, &by).await?;
        add(&mut all.answer, answer);
    }
    let step = Step::Done {
        effect: effect(visit, &own, &all),
    };
    Ok(page(visit, &own, step, StatusCode::OK))
}

/// Adds the answer of another withdrawal. The two are about different exchanges, so that they share no delivery.
fn add(all: &mut WithdrawalAnswer, one: WithdrawalAnswer) {
    all.cancelled.extend(one.cancelled);
    all.reserved.extend(one.reserved);
    all.sending.extend(one.sending);
    all.handed_over.extend(one.handed_over);
    all.notified.extend(one.notified);
}

fn effect(visit: &Visit, own: &Own<'_>, all: &WithdrawalPreview) -> Effect {
    let count = |n: usize| u64::try_from(n).unwrap_or(u64::MAX);
    let answer = &all.answer;
    let told: BTreeSet<&PartyId> = answer.notified.iter().map(|between| &between.to).collect();
    Effect {
        ends: all
            .ends
            .iter()
            .map(|(between, categories)| (name(visit, &between.from), name(visit, &between.to), *categories))
            .collect(),
        stops: count(answer.cancelled.len() + answer.reserved.len()),
        in_flight: count(answer.sending.len()),
        handed_over: count(answer.handed_over.len()),
        told: told.into_iter().map(|party| name(visit, party)).collect(),
        remains: own.shown.duties.iter().map(|one| duty(visit, one)).collect(),
    }
}

/// Returns the parties with something to take back, each with its handle.
fn parties(visit: &Visit, own: &Own<'_>) -> Vec<(Text, String)> {
    let in_force = |party: &&PartyId| {
        let mut pairs = own.shown.pairs.iter().filter(|pair| pair.is_in_force());
        pairs.any(|pair| pair.one == **party || pair.other == **party)
    };
    let parties = own.shown.parties().into_iter().filter(in_force);
    parties
        .map(|party| (name(visit, party), party_handle(visit, party)))
        .collect()
}

fn choose(visit: &Visit, own: &Own<'_>, what: &str, fault: Option<Fault>) -> Answer {
    let in_force = own.shown.pairs.iter().filter(|pair| pair.is_in_force());
    let others: Vec<Other> = in_force
        .map(|pair| Other {
            one: name(visit, &pair.one),
            name: name(visit, &pair.other),
            pair: pair_handle(visit, pair),
            some: some_handle(visit, pair),
            categories: pair
                .all()
                .iter()
                .map(|category| (category, category_handle(visit, category)))
                .collect(),
        })
        .collect();
    let is_whole = own.session.party().is_none();
    let step = Step::Choose(Choose {
        others,
        parties: if is_whole { parties(visit, own) } else { Vec::new() },
        some_of_all: is_whole.then(|| some_of_all_handle(visit)),
        all: handle(visit, "all"),
        what: what.to_owned(),
        fault,
    });
    let status = match fault {
        None => StatusCode::OK,
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    page(visit, own, step, status)
}

fn page(visit: &Visit, own: &Own<'_>, step: Step, status: StatusCode) -> Answer {
    let view = View {
        frame: frame(visit),
        party: own.session.party().map(|party| name(visit, party)),
        step,
    };
    Answer::Page(status, render(&view, language_of(visit)))
}
