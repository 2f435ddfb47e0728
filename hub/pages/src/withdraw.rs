//! A withdrawal on a participant's behalf: the choice, the preview of its effect, and the act. An operator withdraws for the
//! participant, and says why. A person of a mailbox withdraws for the party, from the party's own exchanges.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use bindeledd_console::view::withdraw::{Choice, Effect, Place, Step, View, render};
use bindeledd_console::{Errors, Fault, Section, Text};
use bindeledd_core::audit::reason_of_act;
use bindeledd_core::consent::Basis;
use bindeledd_core::withdrawal::{Between, Scope};
use bindeledd_core::{Category, CategorySet, ParticipantRef, PartyId, Purpose};
use bindeledd_engine::ports::{WithdrawalAnswer, WithdrawalPreview};

use crate::answer::{Answer, Trouble};
use crate::consents::Circle;
use crate::frame;
use crate::people::name;
use crate::people::whom;
use crate::route::{Cookies, PageRoute, get, post};
use crate::visit::Visit;

/// The pages of this file.
pub(crate) const ROUTES: &[PageRoute] = &[
    get!("/console/participants/{participant}/withdraw", Operator, ask),
    post!("/console/participants/{participant}/withdraw", Operator, withdraw),
    get!("/mailbox/consents/of/{participant}/withdraw", Mailbox, ask_own),
    post!("/mailbox/consents/of/{participant}/withdraw", Mailbox, withdraw_own),
];

/// The withdrawal of a page: the circle as the person may see it, and the place.
struct Of {
    circle: Circle,
    place: Place,
    /// Everything that the person can withdraw here.
    everything: Scope,
}

impl Of {
    async fn console(visit: &Visit) -> Result<Self, Trouble> {
        Ok(Self {
            circle: Circle::read(visit).await?,
            place: Place::Console,
            everything: Scope::Everything,
        })
    }

    /// Reads the participant of the address with the party's own exchanges, if the person follows them up.
    async fn mailbox(visit: &Visit) -> Result<Self, Trouble> {
        let participant: ParticipantRef = visit.call.param("participant").ok_or(Trouble::NotFound)?;
        let account = &visit.signed()?.account;
        let party = account.party.clone().ok_or(Trouble::NoRight)?;
        let found = visit.engine().own_consents_of(participant, account).await?;
        let found = found.filter(|of| of.may_see).ok_or(Trouble::NotFound)?;
        Ok(Self {
            place: Place::Mailbox(whom(participant, found.name.as_ref()).words(visit.lang)),
            circle: Circle::of(found.ledger),
            // Not the exchanges between others that the party registered: the person sees none of these.
            everything: Scope::Party(party),
        })
    }

    /// Returns whether the page offers an exchange. In a mailbox it is one of the party's own: what the party registered for
    /// others, the person does not see.
    fn offers(&self, from: &PartyId, to: &PartyId) -> bool {
        let mut grants = self.circle.ledger.grants.iter().map(|on_file| &on_file.grant);
        match self.place {
            Place::Console => true,
            Place::Mailbox(_) => grants.any(|grant| grant.from == *from && grant.to == *to),
        }
    }

    async fn previewed(&self, visit: &Visit, scope: &Scope) -> Result<WithdrawalPreview, Trouble> {
        let (engine, participant) = (visit.engine(), self.circle.participant);
        Ok(match self.place {
            Place::Console => {
                let by = visit.actor()?;
                engine.preview_withdrawal(participant, scope, &by).await?
            }
            Place::Mailbox(_) => {
                let by = &visit.signed()?.account;
                engine.preview_own_withdrawal(participant, scope, by).await?
            }
        })
    }
}

/// `GET /console/participants/{participant}/withdraw`
pub(crate) async fn ask(visit: &Visit, _: &mut Cookies) -> Result<Answer, Trouble> {
    chosen(visit, &Of::console(visit).await?).await
}

/// `GET /mailbox/consents/of/{participant}/withdraw`
async fn ask_own(visit: &Visit, _: &mut Cookies) -> Result<Answer, Trouble> {
    chosen(visit, &Of::mailbox(visit).await?).await
}

/// Writes the preview of what the address chooses, or the choice.
async fn chosen(visit: &Visit, of: &Of) -> Result<Answer, Trouble> {
    let values = |name: &str| -> Vec<String> {
        let pairs = visit.call.query.iter().filter(|(n, _)| n == name);
        pairs.map(|(_, value)| value.clone()).collect()
    };
    let choice = choice(values)?;
    if choice.scope.is_empty() {
        let step = Step::Choose { errors: Errors::none() };
        return page(visit, of, choice, step, StatusCode::OK).await;
    }
    let scope = match scope(&choice, of) {
        Ok(scope) => scope,
        Err((field, wrong)) => {
            let errors = Errors::none().and(field, wrong.text(visit.lang));
            return page(
                visit,
                of,
                choice,
                Step::Choose { errors },
                StatusCode::UNPROCESSABLE_ENTITY,
            )
            .await;
        }
    };
    preview(visit, of, choice, &scope, Errors::none()).await
}

/// `POST /console/participants/{participant}/withdraw`
pub(crate) async fn withdraw(visit: &Visit, _: &mut Cookies) -> Result<Answer, Trouble> {
    let of = Of::console(visit).await?;
    let (choice, scope) = posted(visit, &of)?;
    let Some(why) = reason_of_act(visit.call.field("why")) else {
        let errors = Errors::none().and("why", Fault::Reason.text(visit.lang));
        return preview(visit, &of, choice, &scope, errors).await;
    };
    // A second click finds the withdrawal on file: it ends nothing more, and names what had left before.
    let ends = of.previewed(visit, &scope).await?.ends;
    let answer = visit
        .engine()
        .withdraw_because(of.circle.participant, scope, why, &visit.actor()?)
        .await?;
    let effect = effect(visit, &of.circle, &ends, &answer);
    page(visit, &of, choice, Step::Done { effect }, StatusCode::OK).await
}

/// `POST /mailbox/consents/of/{participant}/withdraw`
async fn withdraw_own(visit: &Visit, _: &mut Cookies) -> Result<Answer, Trouble> {
    let of = Of::mailbox(visit).await?;
    let (choice, scope) = posted(visit, &of)?;
    let ends = of.previewed(visit, &scope).await?.ends;
    let by = &visit.signed()?.account;
    let answer = visit.engine().withdraw_own(of.circle.participant, scope, by).await?;
    let effect = effect(visit, &of.circle, &ends, &answer);
    page(visit, &of, choice, Step::Done { effect }, StatusCode::OK).await
}

/// Reads the choice of a form that does it.
fn posted(visit: &Visit, of: &Of) -> Result<(Choice, Scope), Trouble> {
    let choice = choice(|field| visit.call.fields(field).map(str::to_owned).collect())?;
    let Ok(scope) = scope(&choice, of) else {
        return Err(Trouble::StrangeForm);
    };
    Ok((choice, scope))
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
fn scope(choice: &Choice, of: &Of) -> Result<Scope, (&'static str, Fault)> {
    let member = |raw: &str| PartyId::parse(raw).ok().filter(|id| of.circle.parties.contains(id));
    match choice.scope.as_str() {
        "all" => Ok(of.everything.clone()),
        // By party, the withdrawal of a party would reach what it registered for others.
        "party" if matches!(of.place, Place::Console) => {
            member(&choice.party).map(Scope::Party).ok_or(("party", Fault::Party))
        }
        "pair" => {
            let (from, to) = choice.pair.split_once(' ').unwrap_or_default();
            let (Some(from), Some(to)) = (member(from), member(to)) else {
                return Err(("pair", Fault::Party));
            };
            if !of.offers(&from, &to) {
                return Err(("pair", Fault::Party));
            }
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

async fn preview(visit: &Visit, of: &Of, choice: Choice, scope: &Scope, errors: Errors) -> Result<Answer, Trouble> {
    let preview = of.previewed(visit, scope).await?;
    let status = if errors.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    let step = Step::Preview {
        effect: effect(visit, &of.circle, &preview.ends, &preview.answer),
        why: visit.call.field("why").to_owned(),
        once: String::new(),
        errors,
    };
    page(visit, of, choice, step, status).await
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

async fn page(visit: &Visit, of: &Of, choice: Choice, step: Step, status: StatusCode) -> Result<Answer, Trouble> {
    let circle = &of.circle;
    let section = match of.place {
        Place::Console => Section::Consents,
        Place::Mailbox(_) => Section::OwnConsents,
    };
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
        place: of.place.clone(),
        frame: frame::of(visit, Some(section)).await?,
    };
    Ok(Answer::Page(status, render(&view, visit.lang)))
}
