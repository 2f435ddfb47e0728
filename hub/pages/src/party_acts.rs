//! Acts on one party: pause, resume, suspend, keys. Each asks why, and changes nothing where somebody else was first.

use axum::http::StatusCode;
use bindeledd_console::view::party_confirm::{Act, View, render};
use bindeledd_console::view::party_key;
use bindeledd_console::{Errors, Fault, Notice, Section, Text, Tone, address};
use bindeledd_core::Party;
use bindeledd_core::audit::reason_of_act;
use bindeledd_core::time::local;
use bindeledd_engine::ports::{ActOutcome, ApiKey, KeyHash, PartyAct, key_id};
use bindeledd_http::make_key;
use jiff::Timestamp;
use jiff::civil::DateTime;

use crate::answer::{Answer, Trouble};
use crate::frame;
use crate::parties::{self, named};
use crate::people::name;
use crate::route::{Cookies, PageRoute, get, post};
use crate::visit::Visit;

/// The pages of this file.
pub(crate) const ROUTES: &[PageRoute] = &[
    get!("/console/parties/{party}/pause", Operator, ask_pause),
    post!("/console/parties/{party}/pause", Operator, pause),
    get!("/console/parties/{party}/resume", Operator, ask_resume),
    post!("/console/parties/{party}/resume", Operator, resume),
    get!("/console/parties/{party}/suspend", Operator, ask_suspend),
    post!("/console/parties/{party}/suspend", Operator, suspend),
    get!("/console/parties/{party}/unsuspend", Operator, ask_unsuspend),
    post!("/console/parties/{party}/unsuspend", Operator, unsuspend),
    get!("/console/parties/{party}/keys/new", Operator, ask_new_key),
    post!("/console/parties/{party}/keys/new", Operator, new_key),
    get!("/console/parties/{party}/keys/revoke", Operator, ask_revoke_all),
    post!("/console/parties/{party}/keys/revoke", Operator, revoke_all),
    get!("/console/parties/{party}/keys/{key}/revoke", Operator, ask_revoke),
    post!("/console/parties/{party}/keys/{key}/revoke", Operator, revoke),
];

/// An act that a page asks about.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Asked {
    Pause,
    Resume,
    Suspend,
    Unsuspend,
    NewKey,
    RevokeAll,
    RevokeKey,
}

macro_rules! acts {
    ($($ask:ident, $do:ident: $asked:ident;)*) => {
        $(
            async fn $ask(visit: &Visit, _: &mut Cookies) -> Result<Answer, Trouble> {
                ask(visit, Asked::$asked).await
            }

            async fn $do(visit: &Visit, _: &mut Cookies) -> Result<Answer, Trouble> {
                act(visit, Asked::$asked).await
            }
        )*
    };
}

acts! {
    ask_pause, pause: Pause;
    ask_resume, resume: Resume;
    ask_suspend, suspend: Suspend;
    ask_unsuspend, unsuspend: Unsuspend;
    ask_new_key, new_key: NewKey;
    ask_revoke_all, revoke_all: RevokeAll;
    ask_revoke, revoke: RevokeKey;
}

async fn ask(visit: &Visit, asked: Asked) -> Result<Answer, Trouble> {
    let party = named(visit)?;
    let facts = Facts::read(visit, &party).await?;
    // An act that is done already has nothing to ask.
    if !facts.can(&party, asked) {
        return Ok(Answer::See(address::party(party.id.as_str())));
    }
    let view = facts.view(visit, &party, asked, Errors::none()).await?;
    Ok(Answer::page(render(&view, visit.lang)))
}

/// Facts that a confirmation shows.
struct Facts {
    waiting: u64,
    keys: Vec<ApiKey>,
}

impl Facts {
    async fn read(visit: &Visit, party: &Party) -> Result<Self, Trouble> {
        let mut keys = visit.engine().keys().await?;
        keys.retain(|key| key.party == party.id);
        let backlog = visit.engine().backlog().await?;
        Ok(Self {
            waiting: backlog
                .iter()
                .find(|of| of.party == party.id)
                .map_or(0, |of| of.waiting),
            keys,
        })
    }

    fn count(&self) -> u64 {
        u64::try_from(self.keys.len()).unwrap_or(u64::MAX)
    }

    fn key(&self, visit: &Visit) -> Option<&ApiKey> {
        let id = visit.call.text("key");
        self.keys.iter().find(|key| key_id(&key.hash) == id)
    }

    fn can(&self, party: &Party, asked: Asked) -> bool {
        match asked {
            Asked::Pause => !party.paused,
            Asked::Resume => party.paused,
            Asked::Suspend => !party.suspended,
            Asked::Unsuspend => party.suspended,
            Asked::NewKey | Asked::RevokeKey => true,
            Asked::RevokeAll => !self.keys.is_empty(),
        }
    }

    fn act(&self, visit: &Visit, asked: Asked) -> Result<Act, Trouble> {
        let (waiting, keys) = (self.waiting, self.count());
        Ok(match asked {
            Asked::Pause => Act::Pause { waiting },
            Asked::Resume => Act::Resume { waiting },
            Asked::Suspend => Act::Suspend { waiting, keys },
            Asked::Unsuspend => Act::Unsuspend { waiting },
            Asked::NewKey => Act::NewKey { keys },
            Asked::RevokeAll => Act::RevokeAll { keys },
            Asked::RevokeKey => {
                let key = self.key(visit).ok_or(Trouble::NotFound)?;
                Act::RevokeKey {
                    key: Text::new(&key_id(&key.hash)),
                    added_at: key.added_at,
                    left: keys - 1,
                }
            }
        })
    }

    async fn view(&self, visit: &Visit, party: &Party, asked: Asked, errors: Errors) -> Result<View, Trouble> {
        let typed = |field| visit.call.field(field).to_owned();
        Ok(View {
            frame: frame::of(visit, Some(Section::Parties)).await?,
            id: Text::new(party.id.as_str()),
            name: name(visit, &party.id),
            act: self.act(visit, asked)?,
            why: typed("why"),
            until: (asked == Asked::Pause).then(|| typed("until")),
            once: self.count().to_string(),
            errors,
        })
    }
}

async fn act(visit: &Visit, asked: Asked) -> Result<Answer, Trouble> {
    let party = named(visit)?;
    let facts = Facts::read(visit, &party).await?;
    if !facts.can(&party, asked) {
        return somebody_was_first(visit, &party).await;
    }
    let (why, until) = (visit.call.field("why").trim(), end(visit, asked));
    let mut errors = Errors::none();
    if reason_of_act(why).is_none() {
        errors = errors.and("why", Fault::Reason.text(visit.lang));
    }
    if until.is_err() {
        errors = errors.and("until", Fault::Until.text(visit.lang));
    }
    if !errors.is_empty() {
        let html = render(&facts.view(visit, &party, asked, errors).await?, visit.lang);
        return Ok(Answer::Page(StatusCode::UNPROCESSABLE_ENTITY, html));
    }
    let mut made = None;
    let act = match asked {
        Asked::Pause => PartyAct::Pause {
            until: until.unwrap_or_default(),
        },
        Asked::Resume => PartyAct::Resume,
        Asked::Suspend => PartyAct::Suspend,
        Asked::Unsuspend => PartyAct::Unsuspend,
        Asked::NewKey => {
            let (key, hash) = new(visit);
            made = Some((key, hash));
            // A second click names the number of keys from before the first.
            let keys = visit.call.field("once").parse().unwrap_or(u64::MAX);
            PartyAct::AddKey { key: hash, keys }
        }
        Asked::RevokeAll => PartyAct::RevokeKeys(facts.keys.iter().map(|key| key.hash).collect()),
        Asked::RevokeKey => PartyAct::RevokeKeys(facts.key(visit).map(|key| key.hash).into_iter().collect()),
    };
    let outcome = visit
        .engine()
        .act_on_party(&party.id, &act, why, &visit.actor()?)
        .await?;
    if matches!(act, PartyAct::AddKey { .. } | PartyAct::RevokeKeys(_)) {
        visit.state.web.refresh_keys().await?;
    }
    match (outcome, made) {
        (ActOutcome::Unknown, _) => Err(Trouble::NotFound),
        (ActOutcome::Done, Some((key, hash))) => shown_once(visit, &party, &facts, (key, hash)).await,
        (ActOutcome::Done, None) => Ok(Answer::See(address::party(party.id.as_str()))),
        (ActOutcome::Already, _) => somebody_was_first(visit, &party).await,
    }
}

/// Forms of the end of a pause. A zone in the text would be lost, so that no form has one.
const FORMS: [&str; 2] = ["%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S"];

/// Reads the end of a pause: a time of day in Norway, that lies ahead.
fn end(visit: &Visit, asked: Asked) -> Result<Option<Timestamp>, ()> {
    let raw = visit.call.field("until").trim();
    if asked != Asked::Pause || raw.is_empty() {
        return Ok(None);
    }
    let raw = raw.replacen('T', " ", 1);
    let read = FORMS.iter().find_map(|form| DateTime::strptime(form, &raw).ok());
    let at = read.ok_or(())?;
    let at = at
        .to_zoned(local(visit.now).time_zone().clone())
        .map_err(|_| ())?
        .timestamp();
    if at > visit.now { Ok(Some(at)) } else { Err(()) }
}

fn new(visit: &Visit) -> (String, KeyHash) {
    let mut random = [0; 32];
    random[..16].copy_from_slice(visit.engine().random_id().as_bytes());
    random[16..].copy_from_slice(visit.engine().random_id().as_bytes());
    make_key(&random)
}

/// Shows a new key. The answer to the form alone has it.
async fn shown_once(
    visit: &Visit,
    party: &Party,
    facts: &Facts,
    (key, hash): (String, KeyHash),
) -> Result<Answer, Trouble> {
    let view = party_key::View {
        frame: frame::of(visit, Some(Section::Parties)).await?,
        id: Text::new(party.id.as_str()),
        name: name(visit, &party.id),
        key: key.into(),
        public_id: Text::new(&key_id(&hash)),
        has_others: !facts.keys.is_empty(),
    };
    Ok(Answer::page(party_key::render(&view, visit.lang)))
}

/// Shows the party as it is now, with a line that says that there was nothing to do.
pub(crate) async fn somebody_was_first(visit: &Visit, party: &Party) -> Result<Answer, Trouble> {
    let party = visit
        .engine()
        .directory()
        .get(&party.id)
        .cloned()
        .ok_or(Trouble::NotFound)?;
    let mut view = parties::view(visit, &party).await?;
    view.frame.notice = Some(Notice {
        tone: Tone::Warning,
        text: bindeledd_console::view::party::already(visit.lang).into(),
    });
    let html = bindeledd_console::view::party::render(&view, visit.lang);
    Ok(Answer::Page(StatusCode::CONFLICT, html))
}
