//! A withdrawal on a participant's behalf: the choice, the preview of its effect, and the act.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use bindeledd_console::view::withdraw::{Choice, Effect, Step, View, render};
use bindeledd_console::{Errors, Fault, Section, Text};
use bindeledd_core::audit::reason_of_act;
use bindeledd_core::consent::Basis;
use bindeledd_core::withdrawal::{Between, Scope};
use bindeledd_core::{Category, CategorySet, PartyId, Purpose};
use bindeledd_engine::ports::WithdrawalAnswer;

use crate::answer::{Answer, Trouble};
use crate::consents::Circle;
use crate::frame;
use crate::people::name;
use crate::route::{Cookies, PageRoute, get, post};
use crate::visit::Visit;

/// The pages of this file.
pub(crate) const ROUTES: &[PageRoute] = &[
    get!("/console/participants/{participant}/withdraw", Operator, ask),
    post!("/console/participants/{participant}/withdraw", Operator, withdraw),
];

/// `GET /console/participants/{participant}/withdraw`
pub(crate) async fn ask(visit: &Visit, _: &mut Cookies) -> Result<Answer, Trouble> {
    let circle = Circle::read(visit).await?;
    let values = |name: &str| -> Vec<String> {
        let pairs = visit.call.query.iter().filter(|(n, _)| n == name);
        pairs.map(|(_, value)| value.clone()).collect()
    };
    let choice = choice(values)?;
    if choice.scope.is_empty() {
        let step = Step::Choose { errors: Errors::none() };
        return page(visit, &circle, choice, step, StatusCode::OK).await;
    }
    let scope = match scope(&choice, &circle) {
        Ok(scope) => scope,
        Err((field, wrong)) => {
            let errors = Errors::none().and(field, wrong.text(visit.lang));
            return page(
                visit,
                &circle,
                choice,
                Step::Choose { errors },
                StatusCode::UNPROCESSABLE_ENTITY,
            )
            .await;
        }
    };
    preview(visit, &circle, choice, &scope, Errors::none()).await
}

/// `POST /console/participants/{participant}/withdraw`
pub(crate) async fn withdraw(visit: &Visit, _: &mut Cookies) -> Result<Answer, Trouble> {
    let circle = Circle::read(visit).await?;
    let choice = choice(|field| visit.call.fields(field).map(str::to_owned).collect())?;
    let Ok(scope) = scope(&choice, &circle) else {
        return Err(Trouble::StrangeForm);
    };
    let Some(why) = reason_of_act(visit.call.field("why")) else {
        let errors = Errors::none().and("why", Fault::Reason.text(visit.lang));
        return preview(visit, &circle, choice, &scope, errors).await;
    };
    let by = visit.actor()?;
    // A second click finds the withdrawal on file: it ends nothing more, and names what had left before.
    let ends = visit
        .engine()
        .preview_withdrawal(circle.participant, &scope, &by)
        .await?
        .ends;
    let answer = visit
        .engine()
        .withdraw_because(circle.participant, scope, why, &by)
        .await?;
    let effect = effect(visit, &circle, &ends, &answer);
    page(visit, &circle, choice, Step::Done { effect }, StatusCode::OK).await
}

/// Reads the choice out of fields. No category means all of them, so that one that does not exist may not be passed over.
fn choice(values: impl Fn(&str) -> Vec<String>) -> Result<Choice, Trouble> {
    let first = |field: &str| values(field).into_iter().next().unwrap_or_default();
    let only: Option<CategorySet> = values("only").iter().map(|code| Category::parse(code)).collect();
    Ok(Choice {
        scope: first("scope"),
        party: first("party"),
        pair: first("pair"),
        only: only.ok_or(Trouble::StrangeForm)?,
    })
}

/// Reads the scope of a choice, or the field that is wrong.
fn scope(choice: &Choice, circle: &Circle) -> Result<Scope, (&'static str, Fault)> {
    let member = |raw: &str| PartyId::parse(raw).ok().filter(|id| circle.parties.contains(id));
    match choice.scope.as_str() {
        "all" => Ok(Scope::Everything),
        "party" => member(&choice.party).map(Scope::Party).ok_or(("party", Fault::Party)),
        "pair" => {
            let (from, to) = choice.pair.split_once(' ').unwrap_or_default();
            let (Some(from), Some(to)) = (member(from), member(to)) else {
                return Err(("pair", Fault::Party));
            };
            let all = choice.only.is_empty();
            Ok(Scope::Exchange {
                from,
                to,
                purpose: Purpose::WorkOrientedFollowup,
                categories: if all {
                    CategorySet::of(&Category::ALL)
                } else {
                    choice.only
                },
            })
        }
        _ => Err(("scope", Fault::Choice)),
    }
}

async fn preview(
    visit: &Visit,
    circle: &Circle,
    choice: Choice,
    scope: &Scope,
    errors: Errors,
) -> Result<Answer, Trouble> {
    let by = visit.actor()?;
    let preview = visit
        .engine()
        .preview_withdrawal(circle.participant, scope, &by)
        .await?;
    let status = if errors.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    let step = Step::Preview {
        effect: effect(visit, circle, &preview.ends, &preview.answer),
        why: visit.call.field("why").to_owned(),
        once: String::new(),
        errors,
    };
    page(visit, circle, choice, step, status).await
}

fn effect(visit: &Visit, circle: &Circle, ends: &[(Between, CategorySet)], answer: &WithdrawalAnswer) -> Effect {
    let count = |n: usize| u64::try_from(n).unwrap_or(u64::MAX);
    let told: BTreeSet<&PartyId> = answer.notified.iter().map(|between| &between.to).collect();
    let duties = circle
        .ledger
        .grants
        .iter()
        .filter_map(|on_file| match &on_file.grant.basis {
            Basis::Consent => None,
            Basis::Duty { reference } => Some((
                name(visit, &on_file.grant.from),
                name(visit, &on_file.grant.to),
                Text::new(reference),
            )),
        });
    Effect {
        ends: ends
            .iter()
            .map(|(between, categories)| (name(visit, &between.from), name(visit, &between.to), *categories))
            .collect(),
        stops: count(answer.cancelled.len() + answer.reserved.len()),
        in_flight: count(answer.sending.len()),
        handed_over: count(answer.handed_over.len()),
        told: told.into_iter().map(|party| name(visit, party)).collect(),
        remains: duties.collect(),
    }
}

async fn page(
    visit: &Visit,
    circle: &Circle,
    choice: Choice,
    step: Step,
    status: StatusCode,
) -> Result<Answer, Trouble> {
    let consents = circle
        .ledger
        .grants
        .iter()
        .filter(|on_file| on_file.grant.basis == Basis::Consent);
    let pairs: BTreeSet<_> = consents
        .map(|on_file| (circle.place(&on_file.grant.from), circle.place(&on_file.grant.to)))
        .collect();
    let view = View {
        participant: Text::new(&circle.participant.to_string()),
        choice,
        parties: circle.members(visit),
        pairs: pairs.into_iter().collect(),
        step,
        frame: frame::of(visit, Some(Section::Consents)).await?,
    };
    Ok(Answer::Page(status, render(&view, visit.lang)))
}
