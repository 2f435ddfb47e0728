//! The answer to a letter: its form, its sending, and its receipt.

use axum::http::StatusCode;
use bindeledd_console::view::letter_answered::Standing;
use bindeledd_console::view::{letter, letter_answered};
use bindeledd_console::{Errors, Fault, Said, Section, address};
use bindeledd_core::delivery::{End, State};
use bindeledd_core::{Body, CategorySet, DeliveryId, Kind, Message, MessageId, Target};
use bindeledd_engine::ports::{DeliveryView, LetterContent};
use bindeledd_engine::{NotReplied, ReadLetter, WrittenReply};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::answer::{Answer, Trouble};
use crate::frame;
use crate::letter_page as page;
use crate::people;
use crate::route::{Cookies, PageRoute, get, post};
use crate::visit::Visit;

/// The pages of this file.
pub(crate) const ROUTES: &[PageRoute] = &[
    post!("/mailbox/deliveries/{id}/answer", Mailbox, send),
    get!("/mailbox/answers/{message}", Mailbox, receipt),
];

/// Reads the answer out of the form. The faults are those of its fields.
fn read(visit: &Visit, kind: Kind, question: &Message) -> Result<Body, Vec<(&'static str, Fault)>> {
    let line = |field: &str| visit.call.field(field).trim().replace("\r\n", "\n");
    let (mut body, mut faults) = (Map::new(), Vec::new());
    let mut put = |name: &str, value: Value| body.insert(name.to_owned(), value);
    let text = line("text");
    if kind != Kind::Answer {
        if !text.is_empty() {
            put("comment", text.into());
        }
    } else if text.is_empty() {
        faults.push(("text", Fault::Missing));
    } else {
        put("text", text.into());
        put("about", json!(CategorySet::codes(question.draft.body.about())));
    }
    if kind == Kind::MeetingResponse {
        let choice = line("choice");
        if choice.is_empty() {
            faults.push(("choice", Fault::Choice));
        } else {
            put("answer", choice.into());
        }
        let times = question.draft.body.get("proposedTimes").and_then(Value::as_array);
        let chosen = line("time")
            .parse::<usize>()
            .ok()
            .and_then(|place| place.checked_sub(1));
        if let Some(time) = chosen.and_then(|place| times?.get(place)) {
            put("time", time.clone());
        }
    }
    if kind == Kind::SupportResponse {
        let who = line("who");
        if who.is_empty() {
            faults.push(("who", Fault::Missing));
        } else {
            put("who", who.into());
        }
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    Body::parse(kind, Value::Object(body)).map_err(|error| vec![(field_of(&error.path), Fault::Longer)])
}

/// Returns the field of the form that holds a field of the message.
fn field_of(path: &str) -> &'static str {
    match path.trim_start_matches("body.") {
        "who" => "who",
        "answer" => "choice",
        _ => "text",
    }
}

/// `POST /mailbox/deliveries/{id}/answer`
async fn send(visit: &Visit, _: &mut Cookies) -> Result<Answer, Trouble> {
    let id: DeliveryId = visit.call.param("id").ok_or(Trouble::NotFound)?;
    let account = &visit.signed()?.account;
    let Ok(reference) = Uuid::try_parse(visit.call.field("reference")) else {
        return Err(Trouble::NotFound);
    };
    let Ok(ReadLetter { letter, .. }) = visit.engine().letter_again(id, account).await? else {
        return Err(Trouble::NotFound);
    };
    let LetterContent::Message(part) = &letter.content else {
        return Err(Trouble::NotFound);
    };
    let kind = letter.view.kind.answer().ok_or(Trouble::NotFound)?;
    let body = match read(visit, kind, part.content()) {
        Ok(body) => body,
        Err(faults) => return again(visit, id, (visit.errors(faults), false)).await,
    };
    let written = WrittenReply {
        delivery: id,
        reference,
        body,
        is_sure: !visit.call.field("sure").is_empty(),
    };
    match visit.engine().reply(&written, account).await? {
        Ok(message) => Ok(Answer::See(address::answer(&message.to_string()))),
        Err(NotReplied::NotShown(_) | NotReplied::NoAnswer) => Err(Trouble::NotFound),
        Err(NotReplied::Before(_)) => first(visit, id).await,
        // The form comes back with a reference of its own, and nothing was sent.
        Err(NotReplied::ReferenceTaken) => {
            let errors = visit.errors(vec![("text", Fault::NotSent)]);
            let reference = visit.engine().random_id();
            again_as(visit, id, (errors, false), Some(reference)).await
        }
        Err(NotReplied::Found(found)) => {
            let faults = found.iter().map(|finding| {
                let what = Fault::Found(finding.what.norwegian());
                (field_of(&finding.path), what)
            });
            // A refusal of the hub stands whatever the person says.
            let may_insist = !written.is_sure;
            again(visit, id, (visit.errors(faults.collect()), may_insist)).await
        }
    }
}

/// Shows the letter with the form and what was typed.
async fn again(visit: &Visit, id: DeliveryId, of: (Errors, bool)) -> Result<Answer, Trouble> {
    again_as(visit, id, of, None).await
}

async fn again_as(
    visit: &Visit,
    id: DeliveryId,
    (errors, asks_if_sure): (Errors, bool),
    reference: Option<Uuid>,
) -> Result<Answer, Trouble> {
    let account = &visit.signed()?.account;
    let Ok(ReadLetter { letter, leave }) = visit.engine().letter_again(id, account).await? else {
        return Err(Trouble::NotFound);
    };
    let mut view = page::view(visit, &letter).await?;
    view.errors = errors;
    if let Some(form) = &mut view.answer {
        form.asks_if_sure = asks_if_sure;
        if let Some(reference) = reference {
            form.reference = reference.to_string();
        }
    }
    let html = letter::render(&view, visit.lang);
    Ok(Answer::Letter(StatusCode::UNPROCESSABLE_ENTITY, html, leave))
}

/// Shows the letter to somebody who answered second, with who was first, and with what was typed.
async fn first(visit: &Visit, id: DeliveryId) -> Result<Answer, Trouble> {
    let account = &visit.signed()?.account;
    let Ok(ReadLetter { letter, leave }) = visit.engine().letter_again(id, account).await? else {
        return Err(Trouble::NotFound);
    };
    let mut view = page::view(visit, &letter).await?;
    view.frame.notice = Some(Said::SomebodyFirst.notice(visit.lang));
    view.unsent = Some(page::typed(visit, "text")).filter(|text| !text.is_empty());
    view.answer = None;
    let html = letter::render(&view, visit.lang);
    Ok(Answer::Letter(StatusCode::CONFLICT, html, leave))
}

/// `GET /mailbox/answers/{message}`
async fn receipt(visit: &Visit, _: &mut Cookies) -> Result<Answer, Trouble> {
    let id: MessageId = visit.call.param("message").ok_or(Trouble::NotFound)?;
    let account = &visit.signed()?.account;
    let sent = visit.engine().views().message(id).await?.ok_or(Trouble::NotFound)?;
    let is_own = account.party.as_ref() == Some(&sent.from);
    if !is_own || !visit.engine().follows_up(sent.participant, account).await? {
        return Err(Trouble::NotFound);
    }
    let to = sent.deliveries.iter().filter_map(|delivery| match &delivery.to {
        Target::Party(party) => Some((people::name(visit, party), standing(delivery))),
        Target::Circle => None,
    });
    let view = letter_answered::View {
        frame: frame::of(visit, Some(Section::Inbox)).await?,
        message: id.to_string(),
        to: to.collect(),
    };
    Ok(Answer::page(letter_answered::render(&view, visit.lang)))
}

fn standing(delivery: &DeliveryView) -> Standing {
    match &delivery.state {
        State::Ended(ended) if ended.how == End::Delivered => Standing::Delivered(delivery.changed_at),
        State::Ended(_) => Standing::NotSent,
        State::Waiting(_)
        | State::Reserved(_)
        | State::Sending(_)
        | State::AwaitingReceipt(_)
        | State::WithPerson(_) => Standing::OnItsWay,
    }
}
