//! Fills the page of a letter, with the form of the answer that it asks for.

use bindeledd_console::view::letter;
use bindeledd_console::{Errors, Section, Text, address};
use bindeledd_core::compose::{Gets, Receiver, may_propose_meeting};
use bindeledd_core::delivery::State;
use bindeledd_core::time::local_date;
use bindeledd_core::{Handler, Kind, Message, prose};
use bindeledd_engine::ports::{Letter, LetterContent, LetterView};
use uuid::Uuid;

use crate::answer::Trouble;
use crate::frame;
use crate::people;
use crate::people::whom;
use crate::visit::Visit;

/// Characters of one line of content.
const LINE: usize = 4_000;
/// Characters of a text that a page gives back.
const TYPED: usize = 4_000;

/// Returns what was typed into a field, to be given back.
pub(crate) fn typed(visit: &Visit, field: &str) -> String {
    visit.call.field(field).chars().take(TYPED).collect()
}

/// Makes the form of the answer that a delivery asks for, with what was typed. `None` where none is asked for, or the
/// party has answered.
fn form(visit: &Visit, found: &LetterView, message: &Message) -> Option<letter::AnswerForm> {
    let kind = found.kind.answer().filter(|_| found.reply.is_none())?;
    let reference = Uuid::try_parse(visit.call.field("reference"));
    let reference = reference.unwrap_or_else(|_| visit.engine().random_id());
    let times = match kind {
        Kind::MeetingResponse => proposed(message),
        _ => Vec::new(),
    };
    Some(letter::AnswerForm {
        kind,
        reference: reference.to_string(),
        to: people::name(visit, &message.from),
        text: typed(visit, "text"),
        who: typed(visit, "who"),
        choice: typed(visit, "choice"),
        times,
        time: typed(visit, "time"),
        asks_if_sure: false,
        meeting: None,
    })
}

/// Returns the address of the form that proposes a meeting instead of an answer; `None` if no grant lets the sender of the
/// question get one.
async fn meeting(visit: &Visit, found: &LetterView) -> Result<Option<String>, Trouble> {
    let Some(from) = found.from.as_ref().filter(|_| may_propose_meeting(found.kind)) else {
        return Ok(None);
    };
    let account = &visit.signed()?.account;
    let offered = visit
        .engine()
        .receivers_of(account, found.participant, Kind::MeetingRequest);
    let gets = |one: &Receiver| one.party == *from && one.gets != Gets::Nothing;
    let is_offered = offered.await?.iter().any(gets);
    let (participant, delivery) = (found.participant.to_string(), found.delivery.to_string());
    Ok(is_offered.then(|| address::meeting_instead(&participant, &delivery)))
}

/// Returns the proposed times of a request for a meeting, as people read them.
fn proposed(message: &Message) -> Vec<Text> {
    let label = Kind::MeetingRequest.spec().fields.iter();
    let label = label
        .filter(|field| field.name == "proposedTimes")
        .map(|field| field.label);
    let labels: Vec<_> = label.collect();
    let fields = prose::fields(message).into_iter();
    let times = fields.filter(|(label, _)| labels.contains(label));
    times
        .flat_map(|(_, text)| text.lines().map(Text::new).collect::<Vec<_>>())
        .collect()
}

/// Fills the page of a letter.
pub(crate) async fn view(visit: &Visit, letter: &Letter) -> Result<letter::View, Trouble> {
    let account = &visit.signed()?.account;
    let names = people::names(visit).await?;
    let found = &letter.view;
    let message: &Message = match &letter.content {
        LetterContent::Message(part) => part.content(),
        LetterContent::Withdrawal(notice) => notice.content(),
    };
    let fields = prose::fields(message).into_iter().map(|(label, text)| letter::Field {
        label,
        lines: text.lines().map(|line| Text::of_at_most(line, LINE)).collect(),
    });
    let others = found.reads.iter().filter(|read| read.person != account.id);
    let number = &message.draft.participant.national_id;
    let whom = whom(found.participant, found.name.as_ref());
    let mut answer = form(visit, found, message);
    if let Some(form) = &mut answer {
        form.meeting = meeting(visit, found).await?;
    }
    Ok(letter::View {
        frame: frame::of(visit, Some(Section::Inbox)).await?,
        delivery: found.delivery.to_string(),
        kind: found.kind,
        number: whom.name.is_none().then(|| Text::new(number.reveal())),
        from: found.from.as_ref().map(|from| people::name(visit, from)),
        handler: message.draft.handler.as_ref().map(handler),
        at: found.at,
        fields: fields.collect(),
        answer_by: found.answer_by.map(|day| (day, day < local_date(visit.now))),
        is_partial: found.is_partial,
        is_to_enter: matches!(found.state, State::WithPerson(_)),
        answered: found.reply.map(|reply| {
            let by = reply.by.map(|by| people::person(by, &names));
            (reply.at, by)
        }),
        meeting: letter.meeting.as_ref().map(|meeting| {
            let by = meeting.by.as_ref().map(|by| Text::new(&by.0));
            (meeting.at, by)
        }),
        unsent: None,
        answer,
        reads: others
            .map(|read| (people::person(read.person, &names), read.at))
            .collect(),
        followed_by: letter
            .followed_by
            .iter()
            .map(|row| (people::person(row.person, &names), row.part.until()))
            .collect(),
        participant: address::followed(&whom.pseudonym),
        party: account
            .party
            .as_ref()
            .map(|party| people::name(visit, party))
            .unwrap_or_default(),
        whom,
        errors: Errors::none(),
    })
}

fn handler(handler: &Handler) -> letter::Handler {
    let parts = [handler.role.as_deref(), handler.unit.as_deref()];
    let role: Vec<_> = parts.into_iter().flatten().collect();
    letter::Handler {
        name: Text::new(&handler.name),
        role: (!role.is_empty()).then(|| Text::new(&role.join(", "))),
        phone: handler.phone.as_deref().map(Text::new),
    }
}
