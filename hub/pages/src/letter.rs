//! A delivery of a mailbox as a letter. Reading it is logged with the person, and so is the word of a person who entered
//! it by hand.

use axum::http::StatusCode;
use bindeledd_console::view::{letter, letter_away};
use bindeledd_console::{Errors, Fault, Section, address};
use bindeledd_core::DeliveryId;
use bindeledd_core::delivery::ByHand;
use bindeledd_engine::ReadLetter;
use bindeledd_engine::ports::NotShown;

use crate::answer::{Answer, Trouble};
use crate::frame;
use crate::letter_page::view;
use crate::route::{Cookies, PageRoute, get, post};
use crate::visit::Visit;

/// The pages of this file.
pub(crate) const ROUTES: &[PageRoute] = &[
    get!("/mailbox/deliveries/{id}", Mailbox, page),
    post!("/mailbox/deliveries/{id}/entered", Mailbox, entered),
];

/// `GET /mailbox/deliveries/{id}`
async fn page(visit: &Visit, _: &mut Cookies) -> Result<Answer, Trouble> {
    let id: DeliveryId = visit.call.param("id").ok_or(Trouble::NotFound)?;
    let account = &visit.signed()?.account;
    let is_gone = match visit.engine().read_letter(id, account).await? {
        Ok(ReadLetter { letter, leave }) => {
            let view = view(visit, &letter).await?;
            return Ok(Answer::Letter(StatusCode::OK, letter::render(&view, visit.lang), leave));
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

/// `POST /mailbox/deliveries/{id}/entered`
async fn entered(visit: &Visit, _: &mut Cookies) -> Result<Answer, Trouble> {
    let id: DeliveryId = visit.call.param("id").ok_or(Trouble::NotFound)?;
    let account = &visit.signed()?.account;
    let Some(said) = ByHand::parse(visit.call.field("how")) else {
        // The hub decides anew. The person who opened the page has a row in the log already.
        let read = visit.engine().letter_again(id, account).await?;
        let Ok(ReadLetter { letter, leave }) = read else {
            return Err(Trouble::NotFound);
        };
        let mut view = view(visit, &letter).await?;
        view.errors = Errors::none().and("how", Fault::Choice.text(visit.lang));
        let html = letter::render(&view, visit.lang);
        return Ok(Answer::Letter(StatusCode::UNPROCESSABLE_ENTITY, html, leave));
    };
    // A second click, and a second person, find it entered already: the letter says so.
    visit.engine().enter_letter(id, said, account).await?;
    Ok(Answer::See(match said {
        ByHand::NotPossible => address::MAILBOX.to_owned(),
        ByHand::Entered | ByHand::Posted | ByHand::HandedOver => address::letter(&id.to_string()),
    }))
}
