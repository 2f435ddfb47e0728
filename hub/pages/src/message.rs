//! One message: its receivers, why it stands there, and its way.

use bindeledd_console::view::message::{
    Acts, Answer as Reply, Attempt, Coming, Decision, Delivery, Ending, Facts, View, Way, render,
};
use bindeledd_console::view::query::Query;
use bindeledd_console::view::way::Party;
use bindeledd_console::{Notice, Said, Section, Standing, Text, address};
use bindeledd_core::account::Act;
use bindeledd_core::delivery::State;
use bindeledd_core::delivery::next::Next;
use bindeledd_core::{DeliveryId, GrantRef, MessageId, ParticipantRef, PartyId, Target};
use bindeledd_engine::Directory;
use bindeledd_engine::ports::{
    Answered, AttemptResult, AttemptView, DeliveryView, MessageView, ReleaseView, SendFailure, Timeline,
};
use jiff::SignedDuration;

use crate::answer::{Answer, Trouble};
use crate::frame;
use crate::messages::{can_be_sent_again, neighbours, query};
use crate::people;
use crate::route::{Cookies, PageRoute, get};
use crate::selection;
use crate::visit::Visit;

/// The pages of this file.
pub(crate) const ROUTES: &[PageRoute] = &[get!("/console/messages/{id}", Console, page)];

/// `GET /console/messages/{id}`
pub(crate) async fn page(visit: &Visit, _: &mut Cookies) -> Result<Answer, Trouble> {
    let id: MessageId = visit.call.param("id").ok_or(Trouble::NotFound)?;
    let timeline = visit.engine().views().timeline(id).await?.ok_or(Trouble::NotFound)?;
    let asked = visit.call.asked("to").and_then(DeliveryId::parse);
    let shown = shown(&timeline.message, asked);
    let directory = visit.engine().directory();
    let mut frame = frame::of(visit, Some(Section::Messages)).await?;
    frame.notice = done(visit);
    let message = &timeline.message;
    let query = query(visit);
    let (previous, next) = match message.deliveries.get(shown) {
        // The regions that refresh do not have them.
        Some(of) if !visit.wants_regions() => neighbours(visit, &query, (message, of.id)).await?,
        Some(_) | None => (None, None),
    };
    let may_operate = visit.signed()?.account.roles.may_operate();
    let view = View {
        kind: message.kind,
        from: party(&directory, &message.from),
        accepted_at: message.accepted_at,
        deliveries: message
            .deliveries
            .iter()
            .map(|of| delivery(&directory, &query, message, of))
            .collect(),
        shown,
        way: way(&timeline, shown),
        acts: message
            .deliveries
            .get(shown)
            .filter(|_| may_operate)
            .map(|of| acts(message, of))
            .unwrap_or_default(),
        facts: facts(&timeline, shown),
        back: query.address(),
        previous,
        next,
        ask: (visit.engine().has_break_glass() && visit.signed()?.account.may(Act::AskToOpen))
            .then(|| address::message_open(&message.id.to_string())),
        frame,
    };
    Ok(Answer::page(render(&view, visit.lang)))
}

/// Returns the line about the act that led here.
fn done(visit: &Visit) -> Option<Notice> {
    let said = match visit.call.asked("done")? {
        "sent" => Said::SentAgain,
        "cancelled" => Said::Cancelled,
        _ => return None,
    };
    Some(said.notice(visit.lang))
}

/// Returns the place of the delivery to show: the one that is asked for, else the first that has not arrived.
fn shown(message: &MessageView, asked: Option<DeliveryId>) -> usize {
    let place = |is: &dyn Fn(&DeliveryView) -> bool| message.deliveries.iter().position(is);
    place(&|of| Some(of.id) == asked)
        .or_else(|| place(&|of| Standing::from(&of.state) != Standing::Delivered))
        .unwrap_or_default()
}

fn party(directory: &Directory, id: &PartyId) -> Party {
    Party {
        name: people::label(directory, id),
        address: Some(address::party(id.as_str())),
    }
}

fn delivery(directory: &Directory, query: &Query, message: &MessageView, of: &DeliveryView) -> Delivery {
    Delivery {
        to: match &of.to {
            Target::Party(id) => Some(party(directory, id)),
            Target::Circle => None,
        },
        address: query.beside(&address::delivery(&message.id.to_string(), &of.id.to_string())),
        standing: selection::standing(of),
        code: of.cause.as_ref().map(|cause| Text::new(&cause.code)),
        why: selection::why(of),
        withheld: of.withheld,
    }
}

fn acts(message: &MessageView, of: &DeliveryView) -> Acts {
    let (id, delivery) = (message.id.to_string(), of.id.to_string());
    Acts {
        retry: can_be_sent_again(of).then(|| address::delivery_retry(&id, &delivery)),
        cancel: matches!(of.state, State::Waiting(_)).then(|| address::delivery_cancel(&id, &delivery)),
    }
}

fn way(timeline: &Timeline, shown: usize) -> Way {
    let (way, of) = (timeline.ways.get(shown), timeline.message.deliveries.get(shown));
    let participant = timeline.message.participant;
    Way {
        read_by: timeline.read_by.as_ref().map(|read| Text::new(read.adapter.as_str())),
        decisions: way.map_or_else(Vec::new, |way| {
            way.releases
                .iter()
                .map(|release| decision(release, participant))
                .collect()
        }),
        attempts: way.map_or_else(Vec::new, |way| way.attempts.iter().map(attempt).collect()),
        receipt_at: way.and_then(|way| way.receipt_at),
        ended: of.and_then(|of| Some((ending(selection::standing(of))?, of.changed_at))),
        coming: way.map_or(Coming::Nothing, |way| coming(way.next)),
    }
}

fn decision(release: &ReleaseView, participant: ParticipantRef) -> Decision {
    let page = Some(address::participant(&participant.to_string()));
    Decision {
        at: release.at,
        categories: release.categories,
        grants: release
            .grants
            .iter()
            .map(|grant| (words(grant), page.clone()))
            .collect(),
    }
}

/// Returns a grant by its consent, its version and its number in the consent, from 1.
fn words(grant: &GrantRef) -> Text {
    let number = u32::from(grant.index) + 1;
    Text::new(&format!("{} v{}/{number}", grant.consent, grant.version))
}

fn attempt(view: &AttemptView) -> Attempt {
    Attempt {
        number: view.number,
        at: view.began_at,
        took: view.took.and_then(|took| SignedDuration::try_from(took).ok()),
        answer: answer(view.answer),
        is_well: matches!(view.result, AttemptResult::Delivered | AttemptResult::AwaitingReceipt),
        code: view.code.as_deref().map(Text::new),
        adapter: view.adapter.as_ref().map(|adapter| Text::new(adapter.as_str())),
    }
}

const fn answer(answered: Answered) -> Reply {
    match answered {
        Answered::Status(status) => Reply::Status(status),
        Answered::Nothing(SendFailure::NoConnection) => Reply::NoConnection,
        Answered::Nothing(SendFailure::NoAnswer) => Reply::Silence,
        Answered::Nothing(SendFailure::BrokenAnswer) => Reply::Broken,
        Answered::Nothing(SendFailure::NoToken) => Reply::NoToken,
        Answered::Nothing(SendFailure::NotSendable) => Reply::NotSendable,
        Answered::Nothing(SendFailure::Interrupted) => Reply::Interrupted,
        Answered::Fetched => Reply::Fetched,
    }
}

const fn coming(next: Next) -> Coming {
    match next {
        Next::Now => Coming::Now,
        Next::Attempt { at, ends_at } => Coming::Attempt { at, ends_at },
        Next::Behind { ends_at } => Coming::Behind { ends_at },
        Next::Held { ends_at } => Coming::Held { ends_at },
        Next::Receipt { by } => Coming::Receipt { by },
        Next::Person { by } => Coming::Person { by },
        Next::Nothing => Coming::Nothing,
    }
}

const fn ending(standing: Standing) -> Option<Ending> {
    Some(match standing {
        Standing::Delivered => Ending::Delivered,
        Standing::Refused => Ending::Refused,
        Standing::Blocked => Ending::Blocked,
        Standing::Withdrawn => Ending::Withdrawn,
        Standing::Cancelled => Ending::Cancelled,
        Standing::Expired => Ending::Expired,
        Standing::Failed => Ending::Failed,
        _ => return None,
    })
}

fn facts(timeline: &Timeline, shown: usize) -> Facts {
    let message = &timeline.message;
    let participant = message.participant.to_string();
    let page = Some(address::participant(&participant));
    let link = |id: MessageId| (Text::new(&id.to_string()), address::message(&id.to_string()));
    let of = message.deliveries.get(shown);
    Facts {
        participant: (Text::new(&participant), page),
        message: Text::new(&message.id.to_string()),
        delivery: of.map_or_else(Text::default, |of| Text::new(&of.id.to_string())),
        reference: None,
        conversation: None,
        receivers_id: None,
        answers: timeline.in_reply_to.map(link),
        corrects: timeline.corrects.map(link),
        corrected_by: timeline.corrected_by.iter().copied().map(link).collect(),
    }
}
