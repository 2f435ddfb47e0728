//! The participant's own page at `/meg`: the session, the language, and the overview. A participant by a code sees the
//! exchanges of one party, and one who signed in at an issuer sees all. Both can only narrow them.

use axum::http::HeaderMap;
use bindeledd_console::view::meg::{Contact, Did, Duty, Fate, Followed, Look, Pair, Shared, View, Way, render};
use bindeledd_console::view::meg_door::{self, Door};
use bindeledd_console::view::meg_frame::MegFrame;
use bindeledd_console::{Text, address};
use bindeledd_core::audit::AuditAction;
use bindeledd_core::delivery::{End, State};
use bindeledd_core::disclosure::Disclosure;
use bindeledd_core::form::Language;
use bindeledd_core::opening;
use bindeledd_core::own_page::{
    DutyShown, OwnSession, OwnWay, PairShown, Shown, has_page, has_part, shown, shown_whole,
};
use bindeledd_core::request::ConsentRequest;
use bindeledd_core::{DeliveryId, PartyId};
use bindeledd_engine::ports::{Actor, AuditFilter, DisclosureFilter};
use bindeledd_http::Verb;

use crate::answer::{Answer, IssuerTrouble, Trouble};
use crate::asked::{asked_first, onwards_below};
use crate::meg_asked::{answered, asked};
use crate::meg_handed::handed;
use crate::needs::Needs;
use crate::people::name;
use crate::route::{Cookies, PageRoute, get};
use crate::session;
use crate::visit::Visit;

/// The pages of this file.
pub(crate) const ROUTES: &[PageRoute] = &[
    get!(address::OWN_PAGE, OwnPage, overview),
    get!(address::OWN_LANGUAGE, OwnDoor, language),
    get!("/meg/{*rest}", OwnDoor, nothing),
];

/// Disclosures on the page.
const LAST: usize = 30;

async fn nothing(_: &Visit, _: &mut Cookies) -> Result<Answer, Trouble> {
    Err(Trouble::NotFound)
}

/// Reads the session of a participant, and refuses a form that is not of this session. A session of the console is nobody
/// here.
pub(crate) async fn admitted(visit: &mut Visit, route: &PageRoute) -> Result<(), Trouble> {
    let token = visit.call.cookie(session::OWN).unwrap_or_default().to_owned();
    if !token.is_empty() {
        let found = visit.state.accounts.own_session(&token, visit.now).await?;
        let own = found.filter(|own| is_taken(visit, own));
        visit.own = own.map(|own| (own, token));
    }
    // Every try with a code or at the issuer counts against the address, with a session too.
    let is_at_issuer = route.path.starts_with(address::OWN_AT_ISSUER);
    let is_try = (route.method == Verb::Post || is_at_issuer) && route.needs == Needs::OwnDoor;
    if visit.own.is_none() || is_try {
        visit.state.web.count_stranger(visit.call.address)?;
    }
    if route.method == Verb::Post && !visit.call.is_same_origin() {
        return Err(Trouble::StrangeForm);
    }
    if route.needs == Needs::OwnDoor {
        return Ok(());
    }
    let Some((_, token)) = &visit.own else {
        return Err(Trouble::SignedOut);
    };
    if route.method == Verb::Post && !session::is_own_form(token, visit.call.field("csrf")) {
        return Err(Trouble::StrangeForm);
    }
    Ok(())
}

/// Returns whether the configuration still takes the way into a session: an issuer that is gone, or a level that no longer
/// suffices, opens nothing.
fn is_taken(visit: &Visit, own: &OwnSession) -> bool {
    let OwnWay::Issuer(by) = &own.way else {
        return true;
    };
    let openid = visit.state.own_issuer.as_ref();
    openid.is_some_and(|openid| openid.takes(&by.issuer, &by.level))
}

/// Returns the language of a participant's page: the one that they chose, else the one that the browser asks for first.
pub(crate) fn spoken(chosen: Option<&str>, headers: &HeaderMap) -> Language {
    let first = || {
        asked_first(headers, |tag| match tag {
            "nb" | "no" | "da" | "sv" => Some(Language::Bokmal),
            "nn" => Some(Language::Nynorsk),
            "en" => Some(Language::English),
            _ => None,
        })
    };
    chosen
        .and_then(Language::parse)
        .or_else(first)
        .unwrap_or(Language::Bokmal)
}

pub(crate) fn language_of(visit: &Visit) -> Language {
    spoken(visit.call.cookie(session::OWN_LANGUAGE), &visit.call.headers)
}

/// Returns the address of the page after a session. A session at an issuer is ended on that page.
pub(crate) fn left_page(session: &OwnSession) -> String {
    match session.way {
        OwnWay::Code { .. } => address::OWN_LEFT.to_owned(),
        OwnWay::Issuer(_) => format!("{}?at=issuer", address::OWN_LEFT),
    }
}

/// Makes the surroundings of a page.
pub(crate) fn frame(visit: &Visit) -> MegFrame {
    MegFrame {
        now: visit.now,
        place: Text::new(&visit.state.hub_name),
        csrf: visit
            .own
            .as_ref()
            .map(|(_, token)| session::form_token(token))
            .unwrap_or_default(),
        is_open: visit.own.is_some(),
        left: visit
            .own
            .as_ref()
            .map(|(session, _)| left_page(session))
            .unwrap_or_default(),
        // The answer of an issuer counts once, so that nobody comes back to it in another language.
        here: if visit.here.starts_with(address::OWN_AT_ISSUER) {
            address::OWN_CODE.to_owned()
        } else {
            visit.here.clone()
        },
    }
}

pub(crate) fn door(visit: &Visit, door: Door) -> String {
    let view = meg_door::View {
        frame: frame(visit),
        door,
    };
    meg_door::render(&view, language_of(visit))
}

/// Makes the answer for a trouble on a participant's page.
pub(crate) fn trouble(visit: &Visit, route: &PageRoute, found: &Trouble, cookies: &mut Cookies) -> Answer {
    if matches!(found, Trouble::SignedOut) && route.method == Verb::Get {
        let had_session = visit.call.cookie(session::OWN).is_some();
        cookies.extend(had_session.then(|| session::end(session::OWN)).flatten());
        let over = if had_session { "?over=1" } else { "" };
        return Answer::See(format!("{}{over}", address::OWN_CODE));
    }
    let (status, what) = meg_trouble(route, found);
    Answer::Page(status, door(visit, Door::Trouble(what)))
}

/// Returns the status and the words of a trouble on a page.
pub(crate) fn meg_trouble(route: &PageRoute, found: &Trouble) -> (axum::http::StatusCode, meg_door::Trouble) {
    use axum::http::StatusCode as Status;
    use meg_door::Trouble as Told;
    // Something may have been taken back, or answered, before the hub failed, or before its time was over.
    let is_act = route.method == Verb::Post && [address::OWN_TAKE_BACK, address::OWN_YES].contains(&route.path);
    let away = if is_act { Told::Maybe } else { Told::Away };
    match found {
        Trouble::NotFound | Trouble::LinkOver | Trouble::NoRight => (Status::NOT_FOUND, Told::NotFound),
        Trouble::AtIssuer(issuer) => match issuer {
            IssuerTrouble::Away => (Status::SERVICE_UNAVAILABLE, Told::IssuerAway),
            IssuerTrouble::Refused => (Status::BAD_REQUEST, Told::IssuerRefused),
            IssuerTrouble::NotAccepted | IssuerTrouble::Unknown | IssuerTrouble::Taken => {
                (Status::BAD_REQUEST, Told::IssuerStrange)
            }
            IssuerTrouble::TooWeak => (Status::FORBIDDEN, Told::TooLow),
            IssuerTrouble::Unnamed => (Status::FORBIDDEN, Told::NoNumber),
        },
        Trouble::SignedOut => (Status::UNAUTHORIZED, Told::Over),
        Trouble::StrangeForm => (Status::FORBIDDEN, Told::OldForm),
        Trouble::Away => (Status::SERVICE_UNAVAILABLE, away),
        Trouble::Problem(problem) => {
            let status = problem.status();
            let told = match status {
                Status::TOO_MANY_REQUESTS => Told::TooMany,
                Status::NOT_FOUND => Told::NotFound,
                status if status.is_client_error() => Told::OldForm,
                _ => away,
            };
            (status, told)
        }
    }
}

/// The session, and the part of the consents that it may show now.
pub(crate) struct Own<'v> {
    pub(crate) session: &'v OwnSession,
    pub(crate) shown: Shown,
    /// Questions to the participant, newest first; by a code, those of the code's party alone.
    pub(crate) requests: Vec<ConsentRequest>,
}

impl<'v> Own<'v> {
    /// Reads the consents. `None` if there is nothing to show: the person is unknown or protected, nothing is left of a
    /// consent that names the party of a code, or neither a consent nor a question is on file.
    pub(crate) async fn read(visit: &'v Visit) -> Result<Option<Self>, Trouble> {
        let session = visit.own()?;
        let ledger = visit.engine().ledger(session.participant).await?;
        let requests = visit.engine().requests_to(session).await?;
        let shown = match session.party() {
            Some(party) if has_part(&ledger, party, visit.now) => shown(&ledger, party, visit.now),
            None if has_page(&ledger, !requests.is_empty()) => shown_whole(&ledger, visit.now),
            Some(_) | None => return Ok(None),
        };
        Ok(Some(Self {
            session,
            shown,
            requests,
        }))
    }

    pub(crate) fn actor(&self) -> Actor {
        self.session.actor()
    }
}

/// The page where there is nothing to show, for whichever reason.
pub(crate) fn nobody(visit: &Visit) -> Answer {
    Answer::page(door(visit, Door::Nobody(None)))
}

/// Returns a value for a field or an address that means something in this session alone.
pub(crate) fn handle(visit: &Visit, about: &str) -> String {
    let token = visit.own.as_ref().map_or("", |(_, token)| token.as_str());
    session::handle(token, about)
}

/// Returns the handle of everything between two parties.
pub(crate) fn pair_handle(visit: &Visit, pair: &PairShown) -> String {
    handle(visit, &format!("pair {} {}", pair.one, pair.other))
}

fn contact(visit: &Visit, party: &PartyId) -> Contact {
    let directory = visit.engine().directory();
    let Some(seen) = directory.get(party).map(|party| party.as_others_see_it()) else {
        return Contact {
            name: Text::new(party.as_str()),
            ..Contact::default()
        };
    };
    let person = |handler: &bindeledd_core::Handler| {
        let phone = handler.phone.as_deref().map(Text::new);
        (Text::new(&handler.name), phone)
    };
    Contact {
        name: Text::new(seen.name),
        phone: seen.phone.map(Text::new),
        people: seen.handlers.iter().map(person).collect(),
    }
}

pub(crate) fn duty(visit: &Visit, duty: &DutyShown) -> Duty {
    Duty {
        from: name(visit, &duty.from),
        to: name(visit, &duty.to),
        categories: duty.categories,
        reference: Text::new(&duty.reference),
    }
}

fn fate(state: &State) -> Fate {
    match state {
        // A delivery that waits again may have arrived on its last try.
        State::Waiting(_) | State::Reserved(_) | State::Sending(_) => Fate::Sending,
        State::AwaitingReceipt(_) => Fate::HandedOver,
        State::WithPerson(_) => Fate::WithPerson,
        State::Ended(ended) => match ended.how {
            End::Delivered => Fate::Delivered,
            End::Refused => Fate::Refused,
            End::Blocked | End::Cancelled | End::Expired | End::Failed => Fate::Stopped,
        },
    }
}

pub(crate) fn shared(visit: &Visit, one: &Disclosure) -> Shared {
    Shared {
        at: one.first,
        from: name(visit, &one.from),
        to: name(visit, &one.to),
        categories: one.categories,
        left_out: one.withheld,
        fate: fate(&one.state),
    }
}

/// Returns the way into the session, as the page tells it.
fn way(visit: &Visit, own: &Own<'_>) -> Way {
    match &own.session.way {
        OwnWay::Code {
            party, may_choose_pin, ..
        } => Way::Code {
            party: contact(visit, party),
            may_choose_pin: *may_choose_pin,
        },
        OwnWay::Issuer(by) => {
            let title = visit
                .state
                .own_issuer
                .as_ref()
                .and_then(|openid| openid.title_of(&by.issuer));
            Way::Issuer {
                title: Text::new(title.map_or(by.issuer.as_str(), |(title, _)| title)),
                parties: own
                    .shown
                    .everyone()
                    .into_iter()
                    .map(|party| contact(visit, party))
                    .collect(),
            }
        }
    }
}

/// Returns the looks that the session shows. The reasons are for the participant alone, so that a code does not show them.
async fn looks(visit: &Visit, session: &OwnSession) -> Result<Vec<Look>, Trouble> {
    let engine = visit.engine();
    let found = match session.party() {
        Some(party) => engine.looks_with(session.participant, party).await?,
        None => engine.looks(session.participant).await?.unwrap_or_default(),
    };
    let look = |look: &opening::Look| Look {
        at: look.at,
        way: look.way,
        by: look.by.clone(),
        reason: session.party().is_none().then(|| Text::new(look.reason.as_str())),
    };
    Ok(found.iter().map(look).collect())
}

/// Returns the acts of persons in mailboxes about the participant, newest first. A code shows none.
async fn followed(visit: &Visit, session: &OwnSession) -> Result<Vec<Followed>, Trouble> {
    if session.party().is_some() {
        return Ok(Vec::new());
    }
    let mut all = Vec::new();
    for (action, what) in [
        (AuditAction::InboxRead, Did::Read),
        (AuditAction::FollowUpGiven, Did::Given),
        (AuditAction::FollowUpHandedOver, Did::HandedOver),
        (AuditAction::FollowUpStandIn, Did::StandIn),
        (AuditAction::FollowUpEnded, Did::Ended),
    ] {
        let filter = AuditFilter {
            action: Some(action),
            participant: Some(session.participant),
            limit: LAST,
            ..AuditFilter::default()
        };
        let rows = visit.engine().audit().audit_rows(&filter).await?;
        all.extend(rows.into_iter().filter_map(|row| {
            let detail: serde_json::Value = serde_json::from_str(&row.detail).ok()?;
            let party = PartyId::parse(detail.get("party")?.as_str()?).ok()?;
            let party = name(visit, &party);
            Some((
                row.seq,
                Followed {
                    at: row.at,
                    party,
                    what,
                },
            ))
        }));
    }
    all.sort_by_key(|(seq, _)| std::cmp::Reverse(*seq));
    Ok(all.into_iter().map(|(_, one)| one).take(LAST).collect())
}

/// `GET /meg`
pub(crate) async fn overview(visit: &Visit, _: &mut Cookies) -> Result<Answer, Trouble> {
    let Some(own) = Own::read(visit).await? else {
        return Ok(nobody(visit));
    };
    let session = own.session;
    let filter = DisclosureFilter {
        participant: session.participant,
        party: session.party().cloned(),
        before: None::<DeliveryId>,
        limit: LAST + 1,
    };
    let last = visit.engine().disclosures(&filter, &own.actor()).await?;
    let last = last.unwrap_or_default();
    let take_back = |what: &str| format!("{}?what={what}", address::OWN_TAKE_BACK);
    let view = View {
        frame: frame(visit),
        way: way(visit, &own),
        pairs: own
            .shown
            .pairs
            .iter()
            .map(|pair| Pair {
                one: name(visit, &pair.one),
                other: contact(visit, &pair.other),
                gets: pair.gets,
                tells: pair.tells,
                take_back: take_back(&pair_handle(visit, pair)),
            })
            .collect(),
        take_back_all: take_back(&handle(visit, "all")),
        asked: asked(visit, session, &own.requests),
        answered: answered(visit, session, &own.requests),
        duties: own.shown.duties.iter().map(|one| duty(visit, one)).collect(),
        has_more: last.len() > LAST,
        last: last.iter().take(LAST).map(|one| shared(visit, one)).collect(),
        looks: looks(visit, session).await?,
        followed: followed(visit, session).await?,
        handed: match session.party() {
            Some(party) => handed(visit, session.participant, std::slice::from_ref(party)).await?,
            // The list of who followed up has these changes, of every party.
            None => Vec::new(),
        },
        run_by: visit.state.contact.as_deref().map(Text::new),
    };
    Ok(Answer::page(render(&view, language_of(visit))))
}

/// `GET /meg/language`
pub(crate) async fn language(visit: &Visit, cookies: &mut Cookies) -> Result<Answer, Trouble> {
    let to = visit.call.asked("to").and_then(Language::parse);
    cookies.extend(session::own_language(to.unwrap_or_else(|| language_of(visit)).code()));
    Ok(Answer::See(onwards(visit.call.asked("back").unwrap_or_default())))
}

/// Returns the page to come back to: one of the participant's own.
fn onwards(raw: &str) -> String {
    onwards_below(raw, &[address::OWN_PAGE])
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderValue, header};

    use super::*;

    #[test]
    fn a_page_speaks_the_chosen_language_or_the_browsers_first() {
        let asks = |line: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_LANGUAGE, HeaderValue::from_static(line));
            headers
        };
        assert_eq!(spoken(None, &HeaderMap::new()), Language::Bokmal);
        assert_eq!(spoken(None, &asks("nn-NO,en;q=0.9")), Language::Nynorsk);
        assert_eq!(spoken(None, &asks("de, en;q=0.8")), Language::English);
        assert_eq!(spoken(Some("nn"), &asks("nb")), Language::Nynorsk);
        assert_eq!(spoken(Some("xx"), &asks("en")), Language::English);
    }

    #[test]
    fn an_act_whose_time_is_over_may_have_been_done() {
        use axum::http::StatusCode;
        use meg_door::Trouble as Told;
        let slow = Trouble::from(bindeledd_http::Problem::new(
            StatusCode::GATEWAY_TIMEOUT,
            "BL-1111",
            String::new(),
        ));
        let told = |method: Verb, path: &str| {
            let mut routes = crate::routes::all();
            let route = routes.find(|route| (route.method, route.path) == (method, path));
            meg_trouble(route.unwrap(), &slow).1
        };
        assert_eq!(told(Verb::Post, address::OWN_TAKE_BACK), Told::Maybe);
        assert_eq!(told(Verb::Get, address::OWN_TAKE_BACK), Told::Away);
        assert_eq!(told(Verb::Post, address::OWN_CODE), Told::Away);
    }

    #[test]
    fn a_language_leads_back_to_own_pages_alone() {
        for own in ["/meg", "/meg/take-back?what=x", "/meg/pin"] {
            assert_eq!(onwards(own), own);
        }
        for other in [
            "",
            "/console",
            "//evil.example",
            "/megx",
            "/meg/\\evil",
            "https://evil.example/meg",
        ] {
            assert_eq!(onwards(other), "/meg", "{other}");
        }
    }
}
