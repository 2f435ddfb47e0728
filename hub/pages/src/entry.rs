//! Deliveries that a person of the sender enters in a form of the receiver's, such as Nav's page for providers: the list,
//! one delivery field by field, "entered" as an act of its own, and the receiver's answer. Nothing is decided here.

use axum::http::StatusCode;
use bindeledd_console::view::{entries, entry, letter_away};
use bindeledd_console::{Errors, Said, Section, Text, address};
use bindeledd_core::delivery::ByHand;
use bindeledd_core::entry::{AnswerFault, EntryStanding, ReceiverSaid};
use bindeledd_core::{DeliveryId, time};
use bindeledd_engine::ports::{EntryView, NotEntered, NotShown};
use bindeledd_engine::{EntryText, NotAnswered, ReadEntry, TypedAnswer};
use jiff::Timestamp;

use crate::answer::{Answer, Trouble};
use crate::frame;
use crate::letter_page::typed;
use crate::people;
use crate::people::whom;
use crate::route::{Cookies, PageRoute, get, post};
use crate::visit::Visit;

/// The pages of this file.
pub(crate) const ROUTES: &[PageRoute] = &[
    get!(address::ENTRIES, Mailbox, list),
    get!("/mailbox/entries/{id}", Mailbox, page),
    post!("/mailbox/entries/{id}/entered", Mailbox, entered),
    post!("/mailbox/entries/{id}/answer", Mailbox, answer),
];

/// Characters of a step and of a name of a field.
const LINE: usize = 400;

/// Returns the number of deliveries that the person of a visit has to enter, or must not.
pub(crate) async fn count(visit: &Visit) -> Result<usize, Trouble> {
    let all = visit.engine().entries(&visit.signed()?.account).await?;
    let waits = |view: &&EntryView| view.standing != Some(EntryStanding::Entered);
    Ok(all.iter().filter(waits).count())
}

/// `GET /mailbox/entries`
async fn list(visit: &Visit, _: &mut Cookies) -> Result<Answer, Trouble> {
    let all = visit.engine().entries(&visit.signed()?.account).await?;
    let row = |view: &EntryView| {
        let standing = match (view.standing?, view.answer) {
            (EntryStanding::ToEnter, _) => entries::Standing::ToEnter,
            (EntryStanding::NotToEnter, _) => entries::Standing::NotToEnter,
            (EntryStanding::Entered, None) => entries::Standing::Entered,
            (EntryStanding::Entered, Some(answer)) => entries::Standing::Answered(answer.said),
        };
        Some(entries::Row {
            delivery: view.delivery.to_string(),
            kind: view.kind,
            whom: whom(view.participant, view.name.as_ref()),
            to: people::name(visit, &view.to),
            at: view.at,
            standing,
        })
    };
    let view = entries::View {
        frame: frame::of(visit, Some(Section::Inbox)).await?,
        rows: all.iter().filter_map(row).collect(),
    };
    Ok(Answer::page(entries::render(&view, visit.lang)))
}

/// `GET /mailbox/entries/{id}`
async fn page(visit: &Visit, _: &mut Cookies) -> Result<Answer, Trouble> {
    let id: DeliveryId = visit.call.param("id").ok_or(Trouble::NotFound)?;
    shown(visit, id, StatusCode::OK, (Errors::none(), None)).await
}

/// Reads a delivery, and writes its page.
async fn shown(
    visit: &Visit,
    id: DeliveryId,
    status: StatusCode,
    (errors, said): (Errors, Option<Said>),
) -> Result<Answer, Trouble> {
    let account = &visit.signed()?.account;
    let is_gone = match visit.engine().read_entry(id, account).await? {
        Ok(ReadEntry { view, text, leave }) => {
            let mut page = view_of(visit, &view, text).await?;
            page.errors = errors;
            if let Some(said) = said {
                page.frame.notice = Some(said.notice(visit.lang));
            }
            return Ok(Answer::Letter(status, entry::render(&page, visit.lang), leave));
        }
        // One page for what is not there, what is not this person's, and what no grant covers.
        Err(NotShown::Unknown) => return Err(Trouble::NotFound),
        Err(NotShown::Halted) => return Err(Trouble::Away),
        Err(NotShown::NotNow) => false,
        Err(NotShown::ContentGone) => true,
    };
    let view = letter_away::View {
        frame: frame::of(visit, Some(Section::Inbox)).await?,
        delivery: id.to_string(),
        is_gone,
    };
    let status = match is_gone {
        true => StatusCode::GONE,
        false => StatusCode::SERVICE_UNAVAILABLE,
    };
    Ok(Answer::Page(status, letter_away::render(&view, visit.lang)))
}

async fn view_of(visit: &Visit, found: &EntryView, text: Option<EntryText>) -> Result<entry::View, Trouble> {
    let now = match (found.standing, found.entered) {
        (Some(EntryStanding::ToEnter), _) => entry::Now::ToEnter(text.map(document)),
        (Some(EntryStanding::Entered), Some(by)) => {
            let names = people::names(visit).await?;
            let answer = answer_of(visit, found, &names).await?;
            entry::Now::Entered {
                by: people::person(by.person, &names),
                at: by.at,
                form: form(visit, found, answer.as_ref()),
                answer,
            }
        }
        (Some(EntryStanding::NotToEnter), _) => entry::Now::NotToEnter,
        (Some(EntryStanding::Entered) | None, _) => return Err(Trouble::NotFound),
    };
    Ok(entry::View {
        frame: frame::of(visit, Some(Section::Inbox)).await?,
        delivery: found.delivery.to_string(),
        kind: found.kind,
        whom: whom(found.participant, found.name.as_ref()),
        to: people::name(visit, &found.to),
        at: found.at,
        now,
        errors: Errors::none(),
    })
}

fn document(text: EntryText) -> entry::Document {
    let pairs = |pairs: Vec<(String, String)>| {
        let field = |(name, value): (String, String)| entry::Field {
            name: Text::of_at_most(&name, LINE),
            value,
        };
        pairs.into_iter().map(field).collect()
    };
    entry::Document {
        title: Text::of_at_most(&text.title, LINE),
        steps: text.steps.iter().map(|step| Text::of_at_most(step, LINE)).collect(),
        fields: pairs(text.fields),
        to_tell: pairs(text.to_tell),
    }
}

/// Returns the receiver's answer. Its words are those of the delivery's cause, which the sender may read.
async fn answer_of(visit: &Visit, found: &EntryView, names: &people::Names) -> Result<Option<entry::Answer>, Trouble> {
    let Some(answer) = found.answer else {
        return Ok(None);
    };
    let message = visit.engine().views().message(found.message).await?;
    let deliveries = message.into_iter().flat_map(|message| message.deliveries);
    let own = deliveries.into_iter().find(|delivery| delivery.id == found.delivery);
    Ok(Some(entry::Answer {
        said: answer.said,
        on: answer.on,
        words: own.and_then(|delivery| delivery.cause).map(|cause| cause.text),
        by: people::person(answer.person, names),
        at: answer.at,
    }))
}

/// Returns the form of the answer: as it was typed, or as the answer is.
fn form(visit: &Visit, found: &EntryView, answer: Option<&entry::Answer>) -> entry::Form {
    let seen = found.answer.map(|answer| answer.at.as_microsecond().to_string());
    let seen = seen.unwrap_or_default();
    if !visit.call.form.is_empty() {
        return entry::Form {
            said: typed(visit, "said"),
            on: typed(visit, "on"),
            words: typed(visit, "words"),
            seen,
        };
    }
    answer.map_or_else(
        || entry::Form {
            seen: seen.clone(),
            ..entry::Form::default()
        },
        |answer| entry::Form {
            said: answer.said.code().to_owned(),
            on: answer.on.to_string(),
            words: answer.words.clone().unwrap_or_default(),
            seen: seen.clone(),
        },
    )
}

/// `POST /mailbox/entries/{id}/entered`
async fn entered(visit: &Visit, _: &mut Cookies) -> Result<Answer, Trouble> {
    let id: DeliveryId = visit.call.param("id").ok_or(Trouble::NotFound)?;
    let account = &visit.signed()?.account;
    let said = ByHand::parse(visit.call.field("how")).filter(|said| *said != ByHand::Posted);
    let Some(said) = said else {
        let errors = entry::undone(visit.lang);
        return shown(visit, id, StatusCode::UNPROCESSABLE_ENTITY, (errors, None)).await;
    };
    let knows = !visit.call.field("knows").is_empty();
    match visit.engine().enter(id, (said, knows), account).await? {
        Ok(()) => Ok(Answer::See(match said {
            ByHand::NotPossible => address::ENTRIES.to_owned(),
            ByHand::Entered | ByHand::Posted | ByHand::HandedOver => address::entry(&id.to_string()),
        })),
        Err(NotEntered::Unknown | NotEntered::Over) => Err(Trouble::NotFound),
        // The consent ended while the page was open: the page says so, and asks again.
        Err(NotEntered::Uncovered) => shown(visit, id, StatusCode::CONFLICT, (Errors::none(), None)).await,
        Err(NotEntered::Before) => first(visit, id).await,
    }
}

/// Shows the delivery to somebody who was second, with who was first.
async fn first(visit: &Visit, id: DeliveryId) -> Result<Answer, Trouble> {
    shown(
        visit,
        id,
        StatusCode::CONFLICT,
        (Errors::none(), Some(Said::SomebodyFirst)),
    )
    .await
}

/// `POST /mailbox/entries/{id}/answer`
async fn answer(visit: &Visit, _: &mut Cookies) -> Result<Answer, Trouble> {
    let id: DeliveryId = visit.call.param("id").ok_or(Trouble::NotFound)?;
    let account = &visit.signed()?.account;
    let field = |name: &str| visit.call.field(name).trim();
    let (said, on) = (ReceiverSaid::parse(field("said")), time::parse_date(field("on")));
    let (Some(said), Some(on)) = (said, on) else {
        // Both faults are shown at once.
        let errors = match said {
            None => entry::unsaid(visit.lang),
            Some(_) => Errors::none(),
        };
        let day = on.is_none().then_some(AnswerFault::Day);
        let errors = entry::faults(errors, day.as_slice(), visit.lang);
        return shown(visit, id, StatusCode::UNPROCESSABLE_ENTITY, (errors, None)).await;
    };
    let seen = field("seen").parse().ok();
    let typed = TypedAnswer {
        said,
        on,
        words: visit.call.field("words").to_owned(),
        seen: seen.and_then(|at| Timestamp::from_microsecond(at).ok()),
    };
    match visit.engine().answer_entry(id, &typed, account).await? {
        Ok(()) => Ok(Answer::See(address::entry(&id.to_string()))),
        Err(NotAnswered::Not(NotEntered::Before)) => first(visit, id).await,
        Err(NotAnswered::Not(_)) => Err(Trouble::NotFound),
        Err(NotAnswered::Faults(faults)) => {
            let errors = entry::faults(Errors::none(), &faults, visit.lang);
            shown(visit, id, StatusCode::UNPROCESSABLE_ENTITY, (errors, None)).await
        }
    }
}
