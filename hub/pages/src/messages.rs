//! Meldinger: the list with its filters, the search by any id, and errors by cause.

use std::collections::BTreeMap;

use bindeledd_console::view::causes;
use bindeledd_console::view::messages::{Found, Row, View, What, render};
use bindeledd_console::view::query::{Filter, Query, Span, Tab};
use bindeledd_console::view::way::Count;
use bindeledd_console::{Section, Text, address};
use bindeledd_core::delivery::replay::{Replay, of_state};
use bindeledd_core::{DeliveryId, MessageId, Target};
use bindeledd_engine::Directory;
use bindeledd_engine::ports::{DeliveryView, ErrorCount, ErrorFilter, FoundAs, Hit, MessageFilter, MessageView};
use uuid::Uuid;

use crate::answer::{Answer, Trouble};
use crate::frame;
use crate::people;
use crate::route::{Cookies, PageRoute, get};
use crate::selection::{self, Selected};
use crate::visit::Visit;

/// The pages of this file.
pub(crate) const ROUTES: &[PageRoute] = &[
    get!(address::MESSAGES, Console, list),
    get!(address::CAUSES, Console, by_cause),
];

/// Rows of a page. A message with several receivers may add some more.
const ROWS: usize = 50;

/// An id that is older than every message.
const BEFORE_ALL: MessageId = MessageId(Uuid::nil());

/// Reads the filters of the address.
pub(crate) fn query(visit: &Visit) -> Query {
    let pairs = visit.call.query.iter();
    Query::read(pairs.map(|(name, value)| (name.as_str(), value.as_str())))
}

/// `GET /console/messages`
pub(crate) async fn list(visit: &Visit, _: &mut Cookies) -> Result<Answer, Trouble> {
    let query = query(visit);
    let searched = query.get(Filter::Id);
    if people::is_number_asked(visit) {
        // The number leaves the address at once, and is looked up where it is posted.
        return Ok(Answer::See(address::FIND_PERSON.to_owned()));
    }
    let mut selected = selection::read(visit, &query);
    let mut hits = Vec::new();
    if !searched.is_empty() {
        let found = by_id(visit, searched, &mut selected.filter).await?;
        let lists = found.iter().any(|hit| hit.what == FoundAs::Conversation);
        hits = places(&found);
        if let ([only], false, [Filter::Id]) = (hits.as_slice(), lists, query.filters().as_slice()) {
            return Ok(Answer::See(only.address.clone()));
        }
        if hits.len() < 2 {
            hits.clear();
        }
    }
    let (rows, older, first) = rows(visit, &query, &selected).await?;
    // A page that refreshes its regions names the newest message that it shows.
    let known = visit.call.asked("newest").and_then(|raw| Uuid::try_parse(raw).ok());
    let known = known.map(MessageId).filter(|_| visit.wants_regions());
    let newer = known.map_or(0, |known| first.iter().filter(|message| **message > known).count());
    let newest = known.or_else(|| {
        let first = first.first().copied().unwrap_or(BEFORE_ALL);
        query.before.is_empty().then_some(first)
    });
    let view = View {
        newest: newest.map(|message| message.to_string()),
        newer: selection::count(newer),
        counts: counts(visit, &selected).await?,
        rows,
        older,
        hits,
        not_understood: selected.not_understood,
        parties: selection::parties(&visit.engine().directory()),
        may_retry: visit.signed()?.account.roles.may_operate(),
        by_number: Some(address::FIND_PERSON.to_owned()),
        query,
        frame: frame::of(visit, Some(Section::Messages)).await?,
    };
    Ok(Answer::page(render(&view, visit.lang)))
}

/// Finds an id, and narrows a filter to its messages: those with it as a sender's reference, else those with it as another id.
pub(crate) async fn by_id(visit: &Visit, searched: &str, filter: &mut MessageFilter) -> Result<Vec<Hit>, Trouble> {
    if searched.is_empty() {
        return Ok(Vec::new());
    }
    let found = visit.engine().views().find(searched).await?;
    if found.iter().any(|hit| hit.what == FoundAs::Reference) {
        filter.reference = Some(searched.to_owned());
    } else {
        filter.external_id = Some(searched.to_owned());
    }
    Ok(found)
}

/// Most messages that are read for a neighbour. Few of a selection have no delivery in it.
const NEAR: usize = 20;

/// Returns the addresses of the rows before and after a delivery, in the order of the list with these filters.
pub(crate) async fn neighbours(
    visit: &Visit,
    query: &Query,
    (message, delivery): (&MessageView, DeliveryId),
) -> Result<(Option<String>, Option<String>), Trouble> {
    let mut selected = selection::read(visit, query);
    let searched = query.get(Filter::Id);
    if !people::has_number(searched) {
        by_id(visit, searched, &mut selected.filter).await?;
    }
    let address = |message: &MessageView, delivery: &DeliveryView| {
        query.beside(&address::delivery(&message.id.to_string(), &delivery.id.to_string()))
    };
    let selected = &selected;
    let own = move || message.deliveries.iter().filter(move |of| selected.has(message, of));
    let before = own().take_while(|of| of.id < delivery).last();
    let after = own().find(|of| of.id > delivery);
    let (mut previous, mut next) = (
        before.map(|of| address(message, of)),
        after.map(|of| address(message, of)),
    );
    if previous.is_none() {
        let newer = found(visit, selected, |filter| {
            filter.limit = NEAR;
            filter.after = Some(message.id);
        })
        .await?;
        let of = |message: &MessageView| {
            let last = message.deliveries.iter().rfind(|of| selected.has(message, of));
            last.map(|of| address(message, of))
        };
        previous = newer.values().find_map(of);
    }
    if next.is_none() {
        let older = found(visit, selected, |filter| {
            filter.limit = NEAR;
            filter.before = Some(message.id);
        })
        .await?;
        let of = |message: &MessageView| {
            let first = message.deliveries.iter().find(|of| selected.has(message, of));
            first.map(|of| address(message, of))
        };
        next = older.values().rev().find_map(of);
    }
    Ok((previous, next))
}

/// Returns messages of a selection, from the oldest. `narrow` bounds each of its queries.
async fn found(
    visit: &Visit,
    selected: &Selected,
    narrow: impl Fn(&mut MessageFilter),
) -> Result<BTreeMap<MessageId, MessageView>, Trouble> {
    let mut messages = BTreeMap::new();
    for mut filter in selected.by_state() {
        narrow(&mut filter);
        let found = visit.engine().views().messages(&filter).await?;
        messages.extend(found.into_iter().map(|message| (message.id, message)));
    }
    Ok(messages)
}

/// Returns the things that hits name, each once. A message is often known elsewhere by the hub's own id: then it is one thing.
pub(crate) fn places(hits: &[Hit]) -> Vec<Found> {
    let mut places: Vec<Found> = Vec::new();
    let is_named = |hit: &Hit| {
        let mut messages = hits.iter().filter(|other| other.what == FoundAs::Message);
        hit.what != FoundAs::Message && hit.message.is_some() && messages.any(|other| other.message == hit.message)
    };
    for hit in hits.iter().filter(|hit| !is_named(hit)) {
        let (what, address) = place(hit);
        if !places.iter().any(|place| place.address == address) {
            places.push(Found {
                what,
                id: Text::new(&hit.id),
                address,
            });
        }
    }
    places
}

fn place(hit: &Hit) -> (What, String) {
    let of_message = || match (hit.message, hit.delivery) {
        (Some(message), Some(delivery)) => address::delivery(&message.to_string(), &delivery.to_string()),
        (Some(message), None) => address::message(&message.to_string()),
        (None, _) => by(Filter::Id, &hit.id),
    };
    match hit.what {
        FoundAs::Message => (What::Message, of_message()),
        FoundAs::Delivery => (What::Delivery, of_message()),
        FoundAs::Reference => (What::Reference, of_message()),
        FoundAs::ExternalId => (What::External, of_message()),
        FoundAs::Item => (What::Item, of_message()),
        FoundAs::Conversation => (What::Conversation, by(Filter::Id, &hit.id)),
        FoundAs::Participant => (What::Participant, address::participant(&hit.id)),
        FoundAs::Party => (What::Party, address::party(&hit.id)),
        FoundAs::Consent => (What::Consent, address::PARTICIPANTS.to_owned()),
        FoundAs::Alert => (
            What::Alert,
            hit.message.map_or_else(|| address::NOW.to_owned(), |_| of_message()),
        ),
    }
}

/// Returns the list with one filter.
fn by(filter: Filter, value: &str) -> String {
    Query::default().with(filter, value).address()
}

/// Returns the messages of a selection, newest first, and whether there are more.
async fn messages(visit: &Visit, selected: &Selected) -> Result<(Vec<MessageView>, bool), Trouble> {
    let messages = found(visit, selected, |filter| filter.limit = ROWS + 1).await?;
    let is_more = messages.len() > ROWS;
    Ok((messages.into_values().rev().take(ROWS).collect(), is_more))
}

/// The rows of a page, its last message if there are older ones, and the message of each row.
type Rows = (Vec<Row>, Option<String>, Vec<MessageId>);

/// Returns the rows of a page.
async fn rows(visit: &Visit, query: &Query, selected: &Selected) -> Result<Rows, Trouble> {
    let (messages, mut is_more) = messages(visit, selected).await?;
    let directory = visit.engine().directory();
    let mut rows = Vec::new();
    let mut last = None;
    let mut of_rows = Vec::new();
    for (at, message) in messages.iter().enumerate() {
        let deliveries = message
            .deliveries
            .iter()
            .filter(|delivery| selected.has(message, delivery));
        rows.extend(deliveries.map(|delivery| row(&directory, query, message, delivery)));
        of_rows.resize(rows.len(), message.id);
        last = Some(message.id.to_string());
        if rows.len() >= ROWS {
            is_more |= at + 1 < messages.len();
            break;
        }
    }
    Ok((rows, last.filter(|_| is_more), of_rows))
}

fn row(directory: &Directory, query: &Query, message: &MessageView, delivery: &DeliveryView) -> Row {
    let id = delivery.id.to_string();
    Row {
        address: query.beside(&address::delivery(&message.id.to_string(), &id)),
        delivery: id,
        at: message.accepted_at,
        kind: message.kind,
        from: people::label(directory, &message.from),
        to: selection::receiver(directory, &delivery.to),
        participant: Text::new(&message.participant.to_string()),
        standing: selection::standing(delivery),
        why: selection::why(delivery),
        is_withheld: !delivery.withheld.is_empty(),
        can_be_sent_again: can_be_sent_again(delivery),
    }
}

/// Returns whether a delivery can be sent again by itself. One to a circle that reached nobody may add receivers.
pub(crate) fn can_be_sent_again(delivery: &DeliveryView) -> bool {
    delivery.to != Target::Circle && of_state(&delivery.state) != Replay::Leave
}

async fn counts(visit: &Visit, selected: &Selected) -> Result<Vec<(Tab, Count)>, Trouble> {
    let counted = visit.engine().views().message_counts(&selected.filter).await?;
    let of_tab = |tab: Tab| {
        let states = tab.states();
        let of = counted
            .iter()
            .filter(|count| states.is_empty() || states.contains(&count.state));
        let sum = of.fold(Count::default(), |sum, count| {
            sum.and(Count {
                n: count.n,
                is_over: count.is_over,
            })
        });
        (tab, sum)
    };
    Ok(Tab::ALL.map(of_tab).to_vec())
}

/// `GET /console/messages/causes`
pub(crate) async fn by_cause(visit: &Visit, _: &mut Cookies) -> Result<Answer, Trouble> {
    if people::is_number_asked(visit) {
        return Ok(Answer::See(address::CAUSES.to_owned()));
    }
    let mut query = query(visit);
    let mut selected = selection::read(visit, &query);
    if query.get(Filter::Time).is_empty() && selected.filter.since.is_none() {
        query.set(Filter::Time, Span::Week.name());
    }
    selected
        .not_understood
        .retain(|filter| matches!(filter, Filter::Party | Filter::Time));
    let week = selection::begin(Span::Week, visit.now);
    let filter = ErrorFilter {
        since: selected.filter.since.unwrap_or(week),
        until: selected.filter.until,
        party: selected.filter.party,
    };
    let errors = visit.engine().views().errors(&filter).await?;
    let directory = visit.engine().directory();
    let view = causes::View {
        causes: grouped(&errors, &directory),
        not_understood: selected.not_understood,
        parties: selection::parties(&directory),
        query,
        frame: frame::of(visit, Some(Section::Messages)).await?,
    };
    Ok(Answer::page(causes::render(&view, visit.lang)))
}

/// Puts the counts of one code together, the most frequent code first.
fn grouped(errors: &[ErrorCount], directory: &Directory) -> Vec<causes::Cause> {
    let mut codes: Vec<&str> = Vec::new();
    for error in errors {
        if !codes.contains(&error.code.as_str()) {
            codes.push(&error.code);
        }
    }
    let of_code = |code: &str| errors.iter().filter(|error| error.code == code).collect::<Vec<_>>();
    codes.sort_by_key(|code| std::cmp::Reverse(of_code(code).iter().map(|error| error.n).sum::<u64>()));
    let cause = |code: &str| {
        let errors = of_code(code);
        Some(causes::Cause {
            code: Text::new(code),
            newest_at: errors.iter().map(|error| error.newest_at).max()?,
            receivers: errors
                .iter()
                .map(|error| causes::Receiver {
                    to: error.party.as_ref().map(|party| people::label(directory, party)),
                    party: error.party.as_ref().map(|party| party.as_str().to_owned()),
                    n: error.n,
                    waiting: error.waiting,
                })
                .collect(),
        })
    };
    codes.into_iter().filter_map(cause).collect()
}
