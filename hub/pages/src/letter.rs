//! A delivery of a mailbox as a letter. Reading it is logged with the person, and so is the word of a person who entered
//! it by hand.

use axum::http::StatusCode;
use bindeledd_console::view::{letter, letter_away};
use bindeledd_console::{Errors, Fault, Section, Text, address};
use bindeledd_core::delivery::{ByHand, State};
use bindeledd_core::time::local_date;
use bindeledd_core::{DeliveryId, Handler, Message, prose};
use bindeledd_engine::ReadLetter;
use bindeledd_engine::ports::{Letter, LetterContent, NotShown};

use crate::answer::{Answer, Trouble};
use crate::frame;
use crate::mailbox::whom;
use crate::people;
use crate::route::{Cookies, PageRoute, get, post};
use crate::visit::Visit;

/// The pages of this file.
pub(crate) const ROUTES: &[PageRoute] = &[
    get!("/mailbox/deliveries/{id}", Mailbox, page),
    post!("/mailbox/deliveries/{id}/entered", Mailbox, entered),
];

/// Characters of one line of content.
const LINE: usize = 4_000;

/// `GET /mailbox/deliveries/{id}`
async fn page(visit: &Visit, _: &mut Cookies) -> Result<Answer, Trouble> {
    let id: DeliveryId = visit.call.param("id").ok_or(Trouble::NotFound)?;
    let account = &visit.signed()?.account;
    let is_gone = match visit.engine().read_letter(id, account).await? {
        Ok(ReadLetter { letter, leave }) => {
            let view = view(visit, &letter).await?;
            return Ok(Answer::Letter(letter::render(&view, visit.lang), leave));
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

async fn view(visit: &Visit, letter: &Letter) -> Result<letter::View, Trouble> {
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
        answered_at: found.reply.map(|reply| reply.at),
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

/// `POST /mailbox/deliveries/{id}/entered`
async fn entered(visit: &Visit, _: &mut Cookies) -> Result<Answer, Trouble> {
    let id: DeliveryId = visit.call.param("id").ok_or(Trouble::NotFound)?;
    let account = &visit.signed()?.account;
    let Some(said) = ByHand::parse(visit.call.field("how")) else {
        // The reading below decides anew, and is logged as any other.
        let read = visit.engine().read_letter(id, account).await?;
        let Ok(ReadLetter { letter, leave }) = read else {
            return Err(Trouble::NotFound);
        };
        let mut view = view(visit, &letter).await?;
        view.errors = Errors::none().and("how", Fault::Choice.text(visit.lang));
        return Ok(Answer::Letter(letter::render(&view, visit.lang), leave));
    };
    // A second click, and a second person, find it entered already: the letter says so.
    visit.engine().enter_letter(id, said, account).await?;
    Ok(Answer::See(match said {
        ByHand::NotPossible => address::MAILBOX.to_owned(),
        ByHand::Entered | ByHand::Posted | ByHand::HandedOver => address::letter(&id.to_string()),
    }))
}
