//! A new consent in a mailbox: the other parties, the content, the form to print, and the registration of the signed paper.
//! The draft stands in the addresses, and has nothing of a person besides a pseudonym. The identity number is posted once, with
//! the registration, and no page has it.

use axum::http::StatusCode;
use bindeledd_console::view::consent_form::{Draft, Typed, With, Wrong, wrong};
use bindeledd_console::view::{consent_choose, consent_form, consent_what};
use bindeledd_console::{Errors, Fault, address};
use bindeledd_core::consent::{Basis, Evidence, GivenBy, Grant, Moment, Period};
use bindeledd_core::form::{Form, Language, Line, TEXT_VERSION, form as printed};
use bindeledd_core::time::{local, parse_date, parse_instant};
use bindeledd_core::{
    Category, CategorySet, ConsentId, NationalId, ParticipantRef, PartyId, PartyKind, Purpose, consent, guard,
};
use bindeledd_engine::EngineError;
use bindeledd_engine::ports::NewConsent;
use bindeledd_fields::is_line;
use jiff::Timestamp;

use crate::answer::{Answer, Trouble};
use crate::own_consents::{frame, may_register, own};
use crate::people;
use crate::people::name;
use crate::route::{Cookies, PageRoute, get, post};
use crate::session;
use crate::visit::Visit;

/// The pages of this file.
pub(crate) const ROUTES: &[PageRoute] = &[
    get!(address::NEW_CONSENT, Mailbox, choose),
    get!(address::CONSENT_CONTENT, Mailbox, content),
    get!(address::CONSENT_FORM, Mailbox, form),
    post!(address::REGISTER_CONSENT, Mailbox, register),
];

/// Other parties of one consent.
const WITH: usize = 10;
/// Characters of a line about the paper. Three of them make the reference of the evidence.
const LINE: usize = 140;
/// Type of the evidence.
const SIGNED_FORM: &str = "signed-form";

/// The values of a form or of an address, by the names of the fields.
pub(crate) struct Values<'v>(&'v [(String, String)]);

impl<'v> Values<'v> {
    /// Returns the values of the request: those of a posted form, else those of the address.
    pub(crate) fn of(visit: &'v Visit) -> Self {
        match visit.call.form.is_empty() {
            true => Self(&visit.call.query),
            false => Self(&visit.call.form),
        }
    }

    fn all(&self, field: &str) -> impl Iterator<Item = &'v str> {
        let pairs = self.0.iter().filter(move |(name, _)| name == field);
        pairs.map(|(_, value)| value.as_str())
    }

    pub(crate) fn first(&self, field: &str) -> &'v str {
        let found = self.0.iter().find(|(name, _)| name == field);
        found.map_or("", |(_, value)| value.as_str())
    }

    fn categories(&self, field: &str) -> CategorySet {
        self.0
            .iter()
            .filter(|(name, _)| name == field)
            .filter_map(|(_, code)| Category::parse(code))
            .collect()
    }
}

/// A draft as a request has it, with its parties and its period.
pub(crate) struct Read {
    pub(crate) draft: Draft,
    with: Vec<PartyId>,
    start: Option<Moment>,
    end: Option<Moment>,
    is_end_wrong: bool,
}

impl Read {
    fn of(visit: &Visit) -> Result<Self, Trouble> {
        let values = Values::of(visit);
        let directory = visit.engine().directory();
        let own = own(&visit.signed()?.account)?;
        let mut with: Vec<PartyId> = Vec::new();
        for id in values.all("with").filter_map(|raw| PartyId::parse(raw).ok()) {
            if id != *own && directory.get(&id).is_some() && !with.contains(&id) {
                with.push(id);
            }
        }
        let start = parse_date(values.first("from").trim());
        let typed_end = values.first("until").trim();
        let end = parse_date(typed_end).filter(|end| start.is_none_or(|start| *end >= start));
        let parties = with.iter().enumerate().map(|(n, id)| With {
            id: id.to_string(),
            name: name(visit, id),
            gives: values.categories(&format!("give.{n}")),
            gets: values.categories(&format!("get.{n}")),
        });
        let draft = Draft {
            participant: ParticipantRef::parse(values.first("participant"))
                .map(|participant| participant.to_string())
                .unwrap_or_default(),
            key: ConsentId::parse(values.first("key"))
                .unwrap_or_else(|| ConsentId(visit.engine().random_id()))
                .to_string(),
            with: parties.collect(),
            from: values.first("from").chars().take(20).collect(),
            until: values.first("until").chars().take(20).collect(),
            paper: Language::parse(values.first("paper")).unwrap_or(Language::Bokmal),
        };
        Ok(Self {
            draft,
            with,
            start: start.map(Moment::Day),
            end: end.map(Moment::Day),
            is_end_wrong: end.is_none() && !typed_end.is_empty(),
        })
    }

    /// Returns the faults of the content.
    fn faults(&self) -> Vec<consent_what::Wrong> {
        let nothing = |with: &With| with.gives.is_empty() && with.gets.is_empty();
        let parties = self.draft.with.iter().enumerate();
        let mut faults: Vec<_> = parties
            .filter(|(_, with)| nothing(with))
            .map(|(n, _)| consent_what::Wrong::Nothing(n))
            .collect();
        faults.extend(self.start.is_none().then_some(consent_what::Wrong::From));
        faults.extend(self.is_end_wrong.then_some(consent_what::Wrong::Until));
        faults
    }

    fn is_chosen(&self) -> bool {
        (1..=WITH).contains(&self.with.len())
    }

    /// Returns the grants of these categories, both ways.
    pub(crate) fn grants(&self, own: &PartyId, of: impl Fn(usize) -> (CategorySet, CategorySet)) -> Vec<Grant> {
        let mut grants = Vec::new();
        for (n, other) in self.with.iter().enumerate() {
            let (gives, gets) = of(n);
            for (from, to, categories) in [(own, other, gives), (other, own, gets)] {
                if categories.is_empty() {
                    continue;
                }
                grants.push(Grant {
                    from: from.clone(),
                    to: to.clone(),
                    purpose: Purpose::WorkOrientedFollowup,
                    categories,
                    basis: Basis::Consent,
                    period: None,
                    // The engine lets those of others wait, unless they trust this party.
                    confirmed: true,
                });
            }
        }
        grants
    }

    pub(crate) fn drafted(&self, n: usize) -> (CategorySet, CategorySet) {
        let with = self.draft.with.get(n);
        with.map_or((CategorySet::EMPTY, CategorySet::EMPTY), |with| (with.gives, with.gets))
    }

    pub(crate) fn period(&self) -> Option<Period> {
        self.start.map(|start| Period { start, end: self.end })
    }
}

/// `GET /mailbox/consents/new`
async fn choose(visit: &Visit, _: &mut Cookies) -> Result<Answer, Trouble> {
    choice(visit, &Read::of(visit)?, Errors::none()).await
}

async fn choice(visit: &Visit, read: &Read, errors: Errors) -> Result<Answer, Trouble> {
    let directory = visit.engine().directory();
    let own = own(&visit.signed()?.account)?;
    let others = directory.iter().filter(|party| party.id != *own && !party.suspended);
    let mut parties: Vec<_> = others
        .map(|party| consent_choose::Choice {
            id: party.id.to_string(),
            name: name(visit, &party.id),
            kind: directory
                .get(&party.id)
                .map_or(PartyKind::Other, |party| party.as_others_see_it().kind),
        })
        .collect();
    parties.sort_by_key(|choice| choice.name.as_str().to_lowercase());
    let status = status(&errors);
    let view = consent_choose::View {
        frame: frame(visit).await?,
        may_register: may_register(visit)?,
        parties,
        draft: read.draft.clone(),
        errors,
    };
    Ok(Answer::Page(status, consent_choose::render(&view, visit.lang)))
}

pub(crate) fn status(errors: &Errors) -> StatusCode {
    match errors.is_empty() {
        true => StatusCode::OK,
        false => StatusCode::UNPROCESSABLE_ENTITY,
    }
}

/// `GET /mailbox/consents/new/content`
async fn content(visit: &Visit, _: &mut Cookies) -> Result<Answer, Trouble> {
    let mut read = Read::of(visit)?;
    if !read.is_chosen() || !may_register(visit)? {
        return choice(visit, &read, consent_choose::no_party(visit.lang)).await;
    }
    if read.draft.from.is_empty() {
        read.draft.from = local(visit.now).date().to_string();
    }
    what(visit, &read, Errors::none()).await
}

async fn what(visit: &Visit, read: &Read, errors: Errors) -> Result<Answer, Trouble> {
    let status = status(&errors);
    let view = consent_what::View {
        frame: frame(visit).await?,
        draft: read.draft.clone(),
        errors,
    };
    Ok(Answer::Page(status, consent_what::render(&view, visit.lang)))
}

/// `GET /mailbox/consents/new/form`
async fn form(visit: &Visit, _: &mut Cookies) -> Result<Answer, Trouble> {
    let mut read = match drafted(visit).await? {
        Ok(read) => read,
        Err(answer) => return Ok(answer),
    };
    if let Some(before) = before(visit, &read, None).await? {
        return Ok(before);
    }
    let known = participants(visit).await?;
    // A participant whom the person does not follow up is as unknown as any other.
    if known.iter().all(|(known, _)| *known != read.draft.participant) {
        read.draft.participant = String::new();
    }
    let typed = Typed {
        who: read.draft.participant.clone(),
        given: local(visit.now).strftime("%Y-%m-%dT%H:%M").to_string(),
        taken: visit.signed()?.account.name.as_str().to_owned(),
        ..Typed::default()
    };
    paper(visit, &read, typed, Errors::none()).await
}

/// Reads a whole draft. The answer is the page on which something is missing.
pub(crate) async fn drafted(visit: &Visit) -> Result<Result<Read, Answer>, Trouble> {
    let read = Read::of(visit)?;
    if !read.is_chosen() || !may_register(visit)? {
        return Ok(Err(choice(visit, &read, consent_choose::no_party(visit.lang)).await?));
    }
    let faults = read.faults();
    if !faults.is_empty() {
        let errors = consent_what::wrong(&faults, visit.lang);
        return Ok(Err(what(visit, &read, errors).await?));
    }
    Ok(Ok(read))
}

/// Returns the page of a consent that was registered from this draft already: a second click, the back button, another tab.
/// `None` if it is not about the person with this number: that page would say of the wrong person that they are registered.
pub(crate) async fn before(visit: &Visit, read: &Read, number: Option<&NationalId>) -> Result<Option<Answer>, Trouble> {
    let Some(key) = ConsentId::parse(&read.draft.key) else {
        return Ok(None);
    };
    let account = &visit.signed()?.account;
    let found = visit.engine().own_consent(key, account).await?;
    let Some(consent) = found.filter(|consent| Some(&consent.registrar) == account.party.as_ref()) else {
        return Ok(None);
    };
    if let Some(number) = number
        && visit.engine().find_participant(number, &visit.actor()?).await? != Some(consent.participant)
    {
        return Ok(None);
    }
    Ok(Some(Answer::See(address::registered_consent(&read.draft.key))))
}

/// Returns the participants whom the person follows up, each with the pseudonym.
pub(crate) async fn participants(visit: &Visit) -> Result<Vec<(String, bindeledd_console::Text)>, Trouble> {
    let account = &visit.signed()?.account;
    let all = visit.engine().own_consents(account).await?;
    let own = all.iter().filter(|of| of.may_see);
    let mut named: Vec<_> = own
        .map(|of| {
            let whom = people::whom(of.participant, of.name.as_ref());
            (of.participant.to_string(), whom.words(visit.lang))
        })
        .collect();
    named.sort_by(|(_, a), (_, b)| a.as_str().cmp(b.as_str()));
    Ok(named)
}

/// Writes the printed form, as the core has it.
fn lines(visit: &Visit, read: &Read, own: &PartyId, period: Period) -> Vec<Line> {
    with_form(visit, read, (own, period), |form| printed(form, read.draft.paper))
}

/// Makes the content of the form, and lets it be written.
pub(crate) fn with_form<T>(
    visit: &Visit,
    read: &Read,
    (own, period): (&PartyId, Period),
    write: impl FnOnce(&Form<'_>) -> T,
) -> T {
    let directory = visit.engine().directory();
    let contact = directory
        .get(own)
        .and_then(|party| party.as_others_see_it().phone.map(str::to_owned));
    let grants = read.grants(own, |n| read.drafted(n));
    let form = Form {
        grants: &grants,
        period,
        controller: own,
        contact: contact.as_deref(),
        lifts_secrecy: false,
        label: &|id: &PartyId| name(visit, id).as_str().to_owned(),
    };
    write(&form)
}

async fn paper(visit: &Visit, read: &Read, mut typed: Typed, errors: Errors) -> Result<Answer, Trouble> {
    let own = own(&visit.signed()?.account)?;
    let Some(period) = read.period() else {
        return Err(Trouble::NotFound);
    };
    let participants = participants(visit).await?;
    if participants.is_empty() && typed.who.is_empty() {
        "new".clone_into(&mut typed.who);
    }
    let status = status(&errors);
    let view = consent_form::View {
        frame: frame(visit).await?,
        lines: lines(visit, read, own, period),
        draft: read.draft.clone(),
        participants,
        typed,
        may_ask: visit.state.own_issuer.is_some(),
        errors,
    };
    Ok(Answer::Page(status, consent_form::render(&view, visit.lang)))
}

/// `POST /mailbox/consents/new/register`
async fn register(visit: &Visit, _: &mut Cookies) -> Result<Answer, Trouble> {
    let read = match drafted(visit).await? {
        Ok(read) => read,
        Err(answer) => return Ok(answer),
    };
    let account = &visit.signed()?.account;
    let own = own(account)?;
    let typed = typed(visit, &read);
    let (said, mut errors) = (said(visit, &typed), Errors::none());
    let participant = participant(visit, &typed.who).await?;
    if let Some(before) = before(visit, &read, participant.as_ref().ok()).await? {
        return Ok(before);
    }
    let said = match (said, participant) {
        (Ok(said), Ok(participant)) => Some((said, participant)),
        (said, participant) => {
            if let Err((field, fault)) = participant {
                errors = match field {
                    "number" => errors.and("number", fault.text(visit.lang)),
                    _ => wrong(errors, Wrong::Whom, visit.lang),
                };
            }
            for fault in said.err().unwrap_or_default() {
                errors = wrong(errors, fault, visit.lang);
            }
            None
        }
    };
    let (Some(((given_at, given_by, evidence), participant)), Some(period), Some(id)) =
        (said, read.period(), ConsentId::parse(&read.draft.key))
    else {
        return paper(visit, &read, typed, errors).await;
    };
    let new = NewConsent {
        id,
        participant: participant.clone(),
        given_at,
        given_by,
        controller: own.clone(),
        registrar: own.clone(),
        evidence,
        text_version: TEXT_VERSION.to_owned(),
        period,
        grants: read.grants(own, |n| {
            let ticks = typed.ticks.get(n).copied();
            ticks.unwrap_or((CategorySet::EMPTY, CategorySet::EMPTY))
        }),
    };
    match visit.engine().register_own_consent(new, account).await {
        Ok(_) => Ok(Answer::See(address::registered_consent(&read.draft.key))),
        Err(EngineError::NotYetGiven) => {
            let errors = wrong(errors, Wrong::Given, visit.lang);
            paper(visit, &read, typed, errors).await
        }
        // Two tabs at the same time: the other one was first. A draft that was registered for somebody else is a conflict.
        Err(EngineError::Conflict { what }) => match before(visit, &read, Some(&participant)).await? {
            Some(before) => Ok(before),
            None => Err(EngineError::Conflict { what }.into()),
        },
        Err(error) => Err(error.into()),
    }
}

/// Reads the answers of the registration, as typed. A tick counts only for what the form asks.
fn typed(visit: &Visit, read: &Read) -> Typed {
    let values = Values::of(visit);
    let line = |field: &str| -> String { values.first(field).trim().chars().take(300).collect() };
    let ticks = read.draft.with.iter().enumerate().map(|(n, with)| {
        let gives = values.categories(&format!("yes.give.{n}")).intersection(with.gives);
        (
            gives,
            values.categories(&format!("yes.get.{n}")).intersection(with.gets),
        )
    });
    Typed {
        who: values.first("who").chars().take(40).collect(),
        ticks: ticks.collect(),
        given: line("given"),
        place: line("place"),
        kept: line("kept"),
        taken: line("taken"),
        is_guardian: values.first("signer") == "guardian",
        decision: line("decision"),
    }
}

/// Reads the paper: when the consent was given and by whom, and the evidence.
fn said(visit: &Visit, typed: &Typed) -> Result<(Timestamp, GivenBy, Evidence), Vec<Wrong>> {
    let mut faults = Vec::new();
    let is_ticked = typed
        .ticks
        .iter()
        .any(|(gives, gets)| !(gives.is_empty() && gets.is_empty()));
    faults.extend((!is_ticked).then_some(Wrong::Ticks));
    let given = parse_instant(&typed.given).filter(|given| consent::is_given(*given, visit.now));
    faults.extend(given.is_none().then_some(Wrong::Given));
    let is_wrong = |line: &str| !is_line(line) || line.chars().count() > LINE || guard::has_identity_number(line);
    let lines = [("place", &typed.place), ("kept", &typed.kept), ("taken", &typed.taken)];
    let decision = typed.is_guardian.then_some(("decision", &typed.decision));
    let wrong = lines.into_iter().chain(decision).filter(|(_, line)| is_wrong(line));
    faults.extend(wrong.map(|(field, _)| Wrong::Line(field)));
    let Some(given) = given.filter(|_| faults.is_empty()) else {
        return Err(faults);
    };
    let given_by = match typed.is_guardian {
        true => GivenBy::Guardian {
            basis: typed.decision.clone(),
        },
        false => GivenBy::Participant,
    };
    let evidence = Evidence {
        kind: SIGNED_FORM.to_owned(),
        reference: format!("{}. Signert: {}. Tatt imot av {}", typed.kept, typed.place, typed.taken),
        sha256: None,
    };
    Ok((given, given_by, evidence))
}

/// Returns the number of the participant: of one whom the person follows up, or as typed. The fault names its field.
pub(crate) async fn participant(
    visit: &Visit,
    who: &str,
) -> Result<Result<NationalId, (&'static str, Fault)>, Trouble> {
    let number: String = visit.call.field("number").split_whitespace().collect();
    if who == "new" {
        return Ok(NationalId::parse(&number).map_err(|_| ("number", Fault::Number)));
    }
    let Some(participant) = ParticipantRef::parse(who) else {
        return Ok(Err(("who", Fault::Choice)));
    };
    let account = &visit.signed()?.account;
    if !visit.engine().follows_up(participant, account).await? {
        return Ok(Err(("who", Fault::Choice)));
    }
    // A number beside the choice may be the one that was meant: of two persons, the hub guesses none.
    if !number.is_empty() {
        let meant = match NationalId::parse(&number) {
            Ok(number) => visit.engine().find_participant(&number, &visit.actor()?).await?,
            Err(_) => None,
        };
        if meant != Some(participant) {
            return Ok(Err(("who", Fault::Choice)));
        }
    }
    let number = visit.engine().national_id(participant).await?;
    Ok(number.ok_or(("who", Fault::Choice)))
}

/// Returns the address of the draft in a registration, or in a question, that was posted after time had ended the session, to go on to after
/// sign-in. The address has nothing of a person besides a pseudonym, and the answers are typed anew.
pub(crate) async fn draft_of(visit: &Visit, path: &str) -> Option<String> {
    if ![address::REGISTER_CONSENT, address::SEND_REQUEST].contains(&path) {
        return None;
    }
    let token = visit.call.cookie(session::SESSION)?;
    if !session::is_own_form(token, visit.call.field("csrf")) {
        return None;
    }
    visit.state.accounts.lapsed(token, visit.now).await.ok()??;
    let kept = |name: &str| {
        let is_part = |prefix: &str| name.strip_prefix(prefix).is_some_and(|n| n.parse::<usize>().is_ok());
        matches!(name, "participant" | "key" | "with" | "from" | "until" | "paper")
            || is_part("give.")
            || is_part("get.")
    };
    let pairs = visit
        .call
        .form
        .iter()
        .filter(|(name, value)| kept(name) && value.len() <= 100);
    let pairs: Vec<_> = pairs
        .map(|(name, value)| format!("{name}={}", address::segment(value)))
        .collect();
    Some(format!("{}?{}", address::CONSENT_FORM, pairs.join("&")))
}
