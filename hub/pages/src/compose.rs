//! A new message of a person in a mailbox: the participant and the kind, the form, the look at it, the sending, and what
//! was begun and not sent. Nothing is sent before somebody has seen the message as receivers read it.

use axum::http::StatusCode;
use bindeledd_console::view::{compose, compose_choose, compose_look, compose_review, compose_sent, drafts};
use bindeledd_console::{Errors, Frame, Lang, Section, Text, address};
use bindeledd_core::account::Account;
use bindeledd_core::compose::{Gets, Receiver, Typed, Writing, fields, is_usual, read, so_far, writing};
use bindeledd_core::{Body, DeliveryId, Kind, MessageId, ParticipantRef, PartyId, PartyKind, UnsentId, guard, prose};
use bindeledd_engine::ports::{Actor, DeliveryView, Followed, MessageFilter, Saved, Unsent, on_behalf_of};
use bindeledd_engine::{EngineError, LookedOver, Written};

use crate::answer::{Answer, Trouble};
use crate::frame;
use crate::people;
use crate::route::{Cookies, PageRoute, get, post};
use crate::selection;
use crate::session;
use crate::visit::Visit;

/// The pages of this file.
pub(crate) const ROUTES: &[PageRoute] = &[
    get!(address::NEW_MESSAGE, Mailbox, choose),
    get!(address::WRITE_MESSAGE, Mailbox, begin),
    post!(address::WRITE_MESSAGE, Mailbox, write),
    post!(address::LOOK_AT_MESSAGE, Mailbox, look),
    post!(address::SEND_MESSAGE, Mailbox, send),
    get!("/mailbox/sent/{id}", Mailbox, sent),
    get!(address::DRAFTS, Mailbox, list),
    get!("/mailbox/drafts/{id}", Mailbox, draft),
    post!("/mailbox/drafts/{id}/discard", Mailbox, discard),
];

/// Receivers of one message.
const RECEIVERS: usize = 20;
/// Rows that a list gets when somebody asks for more.
const MORE_ROWS: usize = 3;
/// Characters of one line of the text.
const LINE: usize = 2_100;

/// A message that is being written, as a form posts it.
#[derive(Clone)]
struct Posted {
    id: UnsentId,
    participant: ParticipantRef,
    kind: Kind,
    to: Vec<PartyId>,
    typed: Typed,
    /// Delivery with the question, for a meeting that is proposed instead of an answer.
    instead_of: Option<DeliveryId>,
}

impl Posted {
    /// Reads a form, with the values that a person typed.
    fn read(visit: &Visit) -> Result<Self, Trouble> {
        let call = &visit.call;
        let to = call.fields("to").filter_map(|raw| PartyId::parse(raw).ok());
        let kind = kind(call.field("kind")).ok_or(Trouble::NotFound)?;
        Ok(Self {
            id: UnsentId::parse(call.field("id")).ok_or(Trouble::NotFound)?,
            participant: ParticipantRef::parse(call.field("participant")).ok_or(Trouble::NotFound)?,
            kind,
            to: to.take(RECEIVERS).collect(),
            instead_of: DeliveryId::parse(call.field("instead_of")),
            typed: Typed::of(call.form.iter().map(|(name, value)| (name.as_str(), value.as_str()))),
        })
    }

    async fn of(&self, visit: &Visit) -> Result<compose::Of, Trouble> {
        Ok(compose::Of {
            id: self.id.to_string(),
            participant: self.participant.to_string(),
            whom: whom(visit, self.participant).await?,
            kind: self.kind,
            instead_of: self.instead_of.map(|delivery| delivery.to_string()),
        })
    }

    fn written(&self, body: Body) -> Written {
        Written {
            id: self.id,
            participant: self.participant,
            to: self.to.clone(),
            body,
            instead_of: self.instead_of,
        }
    }
}

/// Reads the code of a kind that a person begins.
fn kind(raw: &str) -> Option<Kind> {
    Kind::parse(raw).filter(|kind| writing(*kind) == Writing::New)
}

/// Returns a participant as the people of the mailbox know them.
async fn whom(visit: &Visit, participant: ParticipantRef) -> Result<Text, Trouble> {
    let found = visit.engine().followed_one(participant, account(visit)?).await?;
    let name = found.as_ref().and_then(|one| one.name.as_ref());
    Ok(people::whom(participant, name).words(visit.lang))
}

/// The participants whom a person follows up, as the people of the mailbox know them.
struct Names(Vec<Followed>, Lang);

impl Names {
    fn of(&self, participant: ParticipantRef) -> Text {
        let known = self.0.iter().find(|one| one.participant == participant);
        people::whom(participant, known.and_then(|one| one.name.as_ref())).words(self.1)
    }
}

async fn names(visit: &Visit) -> Result<Names, Trouble> {
    Ok(Names(visit.engine().followed(account(visit)?).await?.0, visit.lang))
}

async fn frame(visit: &Visit) -> Result<Frame, Trouble> {
    frame::of(visit, Some(Section::New)).await
}

fn account(visit: &Visit) -> Result<&Account, Trouble> {
    Ok(&visit.signed()?.account)
}

/// `GET /mailbox/new`
async fn choose(visit: &Visit, _: &mut Cookies) -> Result<Answer, Trouble> {
    let page = choice(visit, visit.call.asked("participant"), false, Errors::none()).await?;
    Ok(Answer::page(page))
}

/// Writes the choice of a participant and a kind.
async fn choice(visit: &Visit, participant: Option<&str>, is_not_now: bool, errors: Errors) -> Result<String, Trouble> {
    let account = account(visit)?;
    let own = account
        .party
        .as_ref()
        .and_then(|own| visit.engine().directory().kind_of(own));
    let own = own.unwrap_or(PartyKind::Other);
    let begun = Kind::ALL.into_iter().filter(|kind| writing(*kind) == Writing::New);
    let (usual, others) = begun.partition(|kind| is_usual(*kind, own));
    let known = visit.engine().writable(account).await?;
    let names = Names(known, visit.lang);
    let known = names.0.iter().map(|of| of.participant);
    let mut participants: Vec<_> = known.map(|of| (of.to_string(), names.of(of))).collect();
    participants.sort_by(|(_, a), (_, b)| a.as_str().cmp(b.as_str()));
    // The only participant is chosen already.
    let only = match participants.as_slice() {
        [(pseudonym, _)] if !is_not_now => Some(pseudonym.clone()),
        _ => None,
    };
    let view = compose_choose::View {
        frame: frame(visit).await?,
        participant: participant.map(str::to_owned).or(only).unwrap_or_default(),
        participants,
        usual,
        others,
        kind: visit.call.asked("kind").and_then(kind),
        is_not_now,
        errors,
    };
    Ok(compose_choose::render(&view, visit.lang))
}

/// Returns the one page for a participant who is unknown, protected or without a consent.
async fn not_now(visit: &Visit) -> Result<Answer, Trouble> {
    let page = choice(visit, None, true, Errors::none()).await?;
    Ok(Answer::Page(StatusCode::NOT_FOUND, page))
}

/// `GET /mailbox/new/write`
async fn begin(visit: &Visit, _: &mut Cookies) -> Result<Answer, Trouble> {
    let asked = (visit.call.asked("participant"), visit.call.asked("kind"));
    let (participant, kind) = match asked {
        (Some(participant), Some(code)) => (participant, kind(code).ok_or(Trouble::NotFound)?),
        (participant, code) => {
            let errors = compose_choose::missing(participant.is_none(), code.is_none(), visit.lang);
            let page = choice(visit, participant, false, errors).await?;
            return Ok(Answer::Page(StatusCode::UNPROCESSABLE_ENTITY, page));
        }
    };
    let Some(participant) = ParticipantRef::parse(participant) else {
        return not_now(visit).await;
    };
    let mut posted = Posted {
        id: UnsentId(visit.engine().random_id()),
        participant,
        kind,
        to: Vec::new(),
        typed: Typed::default(),
        instead_of: visit.call.asked("instead_of").and_then(DeliveryId::parse),
    };
    let offered = offered(visit, &posted).await?;
    // The only party that may get something is chosen already.
    if let [only] = may_get(&offered).collect::<Vec<_>>().as_slice() {
        posted.to.push(only.party.clone());
    }
    form(visit, &posted, &offered, (0, Errors::none())).await
}

async fn offered(visit: &Visit, posted: &Posted) -> Result<Vec<Receiver>, Trouble> {
    let (engine, account) = (visit.engine(), account(visit)?);
    let mut offered = engine.receivers_of(account, posted.participant, posted.kind).await?;
    if let Some(delivery) = posted.instead_of {
        // The proposal goes to the one who asked, and to nobody else.
        let asked = engine.meeting_instead_of(delivery, account).await?;
        let asked = asked.filter(|(participant, _)| *participant == posted.participant);
        let asked = asked.filter(|_| posted.kind == Kind::MeetingRequest);
        offered.retain(|one| asked.as_ref().is_some_and(|(_, from)| one.party == *from));
    }
    Ok(offered)
}

fn may_get(offered: &[Receiver]) -> impl Iterator<Item = &Receiver> {
    offered.iter().filter(|receiver| receiver.gets != Gets::Nothing)
}

/// Writes the form as it was filled in.
async fn form(
    visit: &Visit,
    posted: &Posted,
    offered: &[Receiver],
    (spare, errors): (usize, Errors),
) -> Result<Answer, Trouble> {
    if offered.is_empty() {
        return not_now(visit).await;
    }
    let status = match errors.is_empty() {
        true => StatusCode::OK,
        false => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let view = filled(visit, posted, offered, (spare, errors)).await?;
    Ok(Answer::Page(status, compose::render(&view, visit.lang)))
}

async fn filled(
    visit: &Visit,
    posted: &Posted,
    offered: &[Receiver],
    (spare, errors): (usize, Errors),
) -> Result<compose::View, Trouble> {
    let receiver = |of: &Receiver| compose::Receiver {
        id: of.party.to_string(),
        name: people::name(visit, &of.party),
        granted: of.granted,
        gets: of.gets.clone(),
        is_chosen: posted.to.contains(&of.party),
    };
    let said = |(label, text): (&'static str, String)| compose::Said {
        label,
        lines: text.lines().map(|line| Text::of_at_most(line, LINE)).collect(),
    };
    let account = account(visit)?;
    let body = so_far(posted.kind, &posted.typed);
    let written = (posted.kind, &posted.typed);
    Ok(compose::View {
        frame: frame(visit).await?,
        of: posted.of(visit).await?,
        fields: fields(posted.kind, &posted.typed, spare),
        receivers: offered.iter().map(receiver).collect(),
        typed: posted.typed.clone(),
        said: body.iter().flat_map(prose::body_fields).map(said).collect(),
        from: sender(visit, account),
        marks: visit.engine().marks_of(account, posted.participant, written).await?,
        errors,
    })
}

/// Returns the person and the party that send a message, as receivers see them.
fn sender(visit: &Visit, account: &Account) -> Text {
    let party = account.party.as_ref().map(|own| people::own_name(visit, own));
    Text::new(&format!("{}, {}", account.name.as_str(), party.unwrap_or_default()))
}

/// `POST /mailbox/new/look`
///
/// The answer has the text of the message so far, and no address leads to it. Nothing is kept.
async fn look(visit: &Visit, _: &mut Cookies) -> Result<Answer, Trouble> {
    // The question of a meeting is not read for this: that would hand an unopened one over, with a row in the log.
    let posted = Posted {
        instead_of: None,
        ..Posted::read(visit)?
    };
    let offered = offered(visit, &posted).await?;
    if offered.is_empty() {
        return Err(Trouble::NotFound);
    }
    let view = filled(visit, &posted, &offered, (0, Errors::none())).await?;
    Ok(Answer::page(compose_look::render(&view, visit.lang)))
}

/// Returns the receipt of a message that was sent already: a second click, or the back button.
async fn receipt(visit: &Visit, posted: &Posted) -> Result<Option<Answer>, Trouble> {
    let filter = MessageFilter {
        party: account(visit)?.party.clone(),
        reference: Some(posted.id.reference()),
        limit: 1,
        ..MessageFilter::default()
    };
    let found = visit.engine().views().messages(&filter).await?;
    let own = found
        .into_iter()
        .find(|message| Some(&message.from) == filter.party.as_ref());
    Ok(own.map(|message| Answer::See(address::sent(&message.id.to_string()))))
}

/// `POST /mailbox/new/write`
async fn write(visit: &Visit, _: &mut Cookies) -> Result<Answer, Trouble> {
    let posted = Posted::read(visit)?;
    // A script reads the answer: another page would look like the sign-in.
    if visit.call.field("do") == "keep" {
        return keep(visit, &posted).await;
    }
    if let Some(receipt) = receipt(visit, &posted).await? {
        return Ok(receipt);
    }
    match visit.call.field("do") {
        "save" => save(visit, &posted).await,
        "edit" => form(visit, &posted, &offered(visit, &posted).await?, (0, Errors::none())).await,
        "rows" => {
            let offered = offered(visit, &posted).await?;
            form(visit, &posted, &offered, (MORE_ROWS, Errors::none())).await
        }
        _ => match looked_over(visit, &posted).await? {
            Ok((written, looked)) => review(visit, &posted, &written, &looked).await,
            Err(answer) => Ok(answer),
        },
    }
}

/// Reads the form and looks the message over. The answer is the form with its faults where something is wrong.
async fn looked_over(visit: &Visit, posted: &Posted) -> Result<Result<(Written, LookedOver), Answer>, Trouble> {
    let offered = offered(visit, posted).await?;
    let is_offered = |to: &PartyId| may_get(&offered).any(|receiver| receiver.party == *to);
    let mut errors = match posted.to.iter().all(is_offered) {
        true if posted.to.is_empty() => compose::no_receiver(visit.lang),
        true => Errors::none(),
        false => compose::lost_receiver(visit.lang),
    };
    let body = match read(posted.kind, &posted.typed) {
        Ok(body) if errors.is_empty() => body,
        Ok(_) => return Ok(Err(form(visit, posted, &offered, (0, errors)).await?)),
        Err(wrong) => {
            let errors = compose::errors(errors, wrong, visit.lang);
            return Ok(Err(form(visit, posted, &offered, (0, errors)).await?));
        }
    };
    let written = posted.written(body);
    let looked = visit.engine().look_over(account(visit)?, &written).await?;
    for (to, _) in looked.to.iter().filter(|(_, gets)| gets.is_err()) {
        errors = compose::gets_none(errors, &people::name(visit, to), visit.lang);
    }
    match errors.is_empty() {
        true => Ok(Ok((written, looked))),
        false => Ok(Err(form(visit, posted, &offered, (0, errors)).await?)),
    }
}

/// Writes the message as receivers read it. The page is the answer to a form, so that no address leads to the text.
async fn review(visit: &Visit, posted: &Posted, written: &Written, looked: &LookedOver) -> Result<Answer, Trouble> {
    let account = account(visit)?;
    let receiver = |(to, gets): &(PartyId, Result<_, _>)| compose_review::Receiver {
        id: to.to_string(),
        name: people::name(visit, to),
        withheld: gets.unwrap_or_default(),
    };
    let found = looked.found.iter().filter_map(|found| {
        let labels = guard::labels(posted.kind, std::slice::from_ref(found));
        Some((*labels.first()?, found.what))
    });
    let lines = prose::write_fields_only(&written.body);
    let view = compose_review::View {
        frame: frame(visit).await?,
        of: posted.of(visit).await?,
        typed: posted.typed.clone(),
        lines: lines.lines().map(|line| Text::of_at_most(line, LINE)).collect(),
        from: sender(visit, account),
        receivers: looked.to.iter().map(receiver).collect(),
        found: found.collect(),
        is_taken: looked.is_taken,
    };
    Ok(Answer::page(compose_review::render(&view, visit.lang)))
}

/// `POST /mailbox/new/send`
async fn send(visit: &Visit, _: &mut Cookies) -> Result<Answer, Trouble> {
    let posted = Posted::read(visit)?;
    if let Some(receipt) = receipt(visit, &posted).await? {
        return Ok(receipt);
    }
    let (written, looked) = match looked_over(visit, &posted).await? {
        Ok(looked) => looked,
        Err(answer) => return Ok(answer),
    };
    if !looked.is_taken {
        return review(visit, &posted, &written, &looked).await;
    }
    let sent = visit.engine().send_written(account(visit)?, &written).await?;
    Ok(Answer::See(address::sent(&sent.to_string())))
}

/// `GET /mailbox/sent/{id}`
async fn sent(visit: &Visit, _: &mut Cookies) -> Result<Answer, Trouble> {
    let id: MessageId = visit.call.param("id").ok_or(Trouble::NotFound)?;
    let own = account(visit)?.party.as_ref();
    let found = visit.engine().views().message(id).await?;
    let message = found
        .filter(|message| Some(&message.from) == own)
        .ok_or(Trouble::NotFound)?;
    if !visit.engine().follows_up(message.participant, account(visit)?).await? {
        return Err(Trouble::NotFound);
    }
    let directory = visit.engine().directory();
    let delivery = |of: &DeliveryView| compose_sent::Delivery {
        to: selection::receiver(&directory, &of.to).unwrap_or_default(),
        standing: selection::standing(of),
        changed_at: of.changed_at,
        withheld: of.withheld,
    };
    let view = compose_sent::View {
        frame: frame(visit).await?,
        kind: message.kind,
        whom: whom(visit, message.participant).await?,
        at: message.accepted_at,
        here: address::sent(&id.to_string()),
        deliveries: message.deliveries.iter().map(delivery).collect(),
    };
    Ok(Answer::page(compose_sent::render(&view, visit.lang)))
}

/// Returns the draft of what a form has; `None` for an account without a mailbox.
fn unsent(visit: &Visit, posted: &Posted, account: &Account) -> Option<Unsent> {
    Some(Unsent {
        id: posted.id,
        account: account.id,
        party: account.party.clone()?,
        participant: posted.participant,
        kind: posted.kind,
        to: posted.to.iter().map(ToString::to_string).collect(),
        typed: posted.typed.clone(),
        instead_of: posted.instead_of,
        saved_at: visit.now,
    })
}

async fn saved(visit: &Visit, posted: &Posted) -> Result<Saved, Trouble> {
    let account = account(visit)?;
    let unsent = unsent(visit, posted, account).ok_or(Trouble::NoRight)?;
    match visit.engine().save_unsent(account, &unsent).await {
        // The one page for a participant about whom the party may not write.
        Err(EngineError::NotFound { .. }) => Ok(Saved::Gone),
        saved => Ok(saved?),
    }
}

async fn save(visit: &Visit, posted: &Posted) -> Result<Answer, Trouble> {
    match saved(visit, posted).await? {
        Saved::Now => Ok(Answer::See(address::draft(&posted.id.to_string()))),
        Saved::Gone => not_now(visit).await,
        Saved::Over => Err(Trouble::NotFound),
        Saved::TooMany => {
            let errors = compose::too_many(visit.lang);
            form(visit, posted, &offered(visit, posted).await?, (0, errors)).await
        }
    }
}

/// Keeps a form that was posted after time had ended the session, as a draft of its person. Returns the draft's address, to
/// go on to after sign-in. The token of the ended session shows nothing and sends nothing.
pub(crate) async fn kept_for_later(visit: &Visit, path: &str) -> Option<String> {
    if ![address::WRITE_MESSAGE, address::SEND_MESSAGE].contains(&path) {
        return None;
    }
    let token = visit.call.cookie(session::SESSION)?;
    if !session::is_own_form(token, visit.call.field("csrf")) {
        return None;
    }
    let account = visit.state.accounts.lapsed(token, visit.now).await.ok()??;
    let unsent = unsent(visit, &Posted::read(visit).ok()?, &account)?;
    let saved = on_behalf_of(Actor::Person(account.id), visit.engine().save_unsent(&account, &unsent)).await;
    matches!(saved, Ok(Saved::Now)).then(|| address::draft(&unsent.id.to_string()))
}

/// Saves what a page sends by itself while somebody types.
async fn keep(visit: &Visit, posted: &Posted) -> Result<Answer, Trouble> {
    let status = match saved(visit, posted).await? {
        Saved::Now => StatusCode::OK,
        Saved::Gone | Saved::Over | Saved::TooMany => StatusCode::CONFLICT,
    };
    Ok(Answer::Machine(status, "{}"))
}

/// `GET /mailbox/drafts`
async fn list(visit: &Visit, _: &mut Cookies) -> Result<Answer, Trouble> {
    let all = visit.engine().all_unsent(account(visit)?).await?;
    let names = names(visit).await?;
    let row = |of: &Unsent| drafts::Row {
        id: of.id.to_string(),
        kind: of.kind,
        whom: names.of(of.participant),
        saved_at: of.saved_at,
    };
    let view = drafts::View {
        frame: frame(visit).await?,
        rows: all.iter().map(row).collect(),
    };
    Ok(Answer::page(drafts::render(&view, visit.lang)))
}

/// `GET /mailbox/drafts/{id}`
async fn draft(visit: &Visit, _: &mut Cookies) -> Result<Answer, Trouble> {
    let id = UnsentId::parse(visit.call.text("id")).ok_or(Trouble::NotFound)?;
    let unsent = visit.engine().unsent(account(visit)?, id).await?;
    let unsent = unsent.ok_or(Trouble::NotFound)?;
    let posted = Posted {
        id: unsent.id,
        participant: unsent.participant,
        kind: kind(unsent.kind.code()).ok_or(Trouble::NotFound)?,
        to: unsent.to.iter().filter_map(|to| PartyId::parse(to).ok()).collect(),
        typed: unsent.typed,
        instead_of: unsent.instead_of,
    };
    form(visit, &posted, &offered(visit, &posted).await?, (0, Errors::none())).await
}

/// `POST /mailbox/drafts/{id}/discard`
async fn discard(visit: &Visit, _: &mut Cookies) -> Result<Answer, Trouble> {
    let id = UnsentId::parse(visit.call.text("id")).ok_or(Trouble::NotFound)?;
    // A second click finds nothing, and leads to the same list.
    visit.engine().discard_unsent(account(visit)?, id).await?;
    Ok(Answer::See(address::DRAFTS.to_owned()))
}
