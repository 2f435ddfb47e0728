//! Sending a drafted consent to the participant's own page, instead of printing it. The draft stands in the addresses, as on the
//! pages before. The identity number is posted once, and no page has it.

use bindeledd_console::view::request_send::{View, Wrong, render, wrong};
use bindeledd_console::{Errors, address};
use bindeledd_core::form::{Language, TEXT_VERSION, question};
use bindeledd_core::request::{RequestState, USUAL_DAYS};
use bindeledd_core::{ConsentId, NationalId};
use bindeledd_engine::EngineError;
use bindeledd_engine::ports::{NewRequest, NotSent};

use crate::answer::{Answer, Trouble};
use crate::consent_draft::{Read, Values, before, drafted, participant, participants, status, with_form};
use crate::own_consents::{frame, own};
use crate::route::{Cookies, PageRoute, get, post};
use crate::visit::Visit;

/// The pages of this file.
pub(crate) const ROUTES: &[PageRoute] = &[
    get!(address::SEND_REQUEST, Mailbox, ask),
    post!(address::SEND_REQUEST, Mailbox, send),
];

/// The fields of the form, as typed. The identity number is not among them.
struct Typed {
    who: String,
    days: u8,
}

/// Reads a whole draft. The answer is the page on which something is missing, or of what became of the draft.
async fn draft(visit: &Visit) -> Result<Result<Read, Answer>, Trouble> {
    // Without an issuer nobody could answer.
    if visit.state.own_issuer.is_none() {
        return Err(Trouble::NotFound);
    }
    drafted(visit).await
}

/// Returns the page of the question, or of the consent, that was made of this draft already: a second click, the back button,
/// another tab. `None` if it is not about the person with this number.
async fn made_before(visit: &Visit, read: &Read, number: Option<&NationalId>) -> Result<Option<Answer>, Trouble> {
    let Some(id) = ConsentId::parse(&read.draft.key) else {
        return Ok(None);
    };
    if let Some(sent) = visit.engine().own_request(id, &visit.signed()?.account).await? {
        let is_same = match number {
            None => true,
            Some(number) => {
                visit.engine().find_participant(number, &visit.actor()?).await? == Some(sent.request.participant)
            }
        };
        return Ok(is_same.then(|| Answer::See(address::request(&read.draft.key))));
    }
    before(visit, read, number).await
}

/// `GET /mailbox/consents/new/send`
async fn ask(visit: &Visit, _: &mut Cookies) -> Result<Answer, Trouble> {
    let read = match draft(visit).await? {
        Ok(read) => read,
        Err(answer) => return Ok(answer),
    };
    if let Some(before) = made_before(visit, &read, None).await? {
        return Ok(before);
    }
    let typed = Typed {
        who: read.draft.participant.clone(),
        days: USUAL_DAYS,
    };
    page(visit, &read, typed, Errors::none()).await
}

async fn page(visit: &Visit, read: &Read, mut typed: Typed, errors: Errors) -> Result<Answer, Trouble> {
    let participants = participants(visit).await?;
    let is_known = |who: &str| participants.iter().any(|(known, _)| known == who);
    // A participant whom the person does not follow up is as unknown as any other.
    if !is_known(&typed.who) {
        let is_new = participants.is_empty() || typed.who == "new";
        typed.who = if is_new { "new".to_owned() } else { String::new() };
    }
    let status = status(&errors);
    let mut draft = read.draft.clone();
    if !is_known(&draft.participant) {
        draft.participant = String::new();
    }
    let view = View {
        frame: frame(visit).await?,
        draft,
        participants,
        who: typed.who,
        days: typed.days,
        errors,
    };
    Ok(Answer::Page(status, render(&view, visit.lang)))
}

/// `POST /mailbox/consents/new/send`
async fn send(visit: &Visit, _: &mut Cookies) -> Result<Answer, Trouble> {
    let read = match draft(visit).await? {
        Ok(read) => read,
        Err(answer) => return Ok(answer),
    };
    let values = Values::of(visit);
    let typed = Typed {
        who: values.first("who").chars().take(40).collect(),
        days: values.first("days").parse().unwrap_or(0),
    };
    let participant = participant(visit, &typed.who).await?;
    if let Some(before) = made_before(visit, &read, participant.as_ref().ok()).await? {
        return Ok(before);
    }
    let period = read.period().ok_or(Trouble::NotFound)?;
    let state = RequestState::sent(typed.days, &period, visit.now);
    let mut errors = Errors::none();
    if state.is_none() {
        errors = wrong(errors, Wrong::Days, visit.lang);
    }
    if let Err((field, fault)) = &participant {
        errors = match *field {
            "number" => errors.and("number", fault.text(visit.lang)),
            _ => wrong(errors, Wrong::Whom, visit.lang),
        };
    }
    let (Ok(participant), Some(state), Some(id)) = (participant, state, ConsentId::parse(&read.draft.key)) else {
        return page(visit, &read, typed, errors).await;
    };
    let account = &visit.signed()?.account;
    let own = own(account)?;
    let texts = with_form(visit, &read, (own, period), |form| {
        Language::ALL
            .map(|language| (language, question(form, language)))
            .to_vec()
    });
    let new = NewRequest {
        id,
        participant: participant.clone(),
        party: own.clone(),
        sent_by: account.id,
        grants: read.grants(own, |n| read.drafted(n)),
        period,
        text_version: TEXT_VERSION.to_owned(),
        texts,
        state,
    };
    match visit.engine().send_own_request(new, account).await? {
        Ok(_) => Ok(Answer::See(address::request(&read.draft.key))),
        Err(NotSent::TooMany) => page(visit, &read, typed, wrong(errors, Wrong::TooMany, visit.lang)).await,
        Err(NotSent::Erased) => Err(EngineError::ErasedBefore.into()),
        // Two tabs at the same time: the other one was first. A draft that was sent to somebody else is a conflict.
        Err(NotSent::Taken) => match made_before(visit, &read, Some(&participant)).await? {
            Some(before) => Ok(before),
            None => page(visit, &read, typed, wrong(errors, Wrong::Taken, visit.lang)).await,
        },
    }
}
