//! Reads the filters of a list of messages, and writes deliveries for pages.

use bindeledd_console::view::query::{Filter, Query, Span, Tab};
use bindeledd_console::view::way::Why;
use bindeledd_console::{Standing, Text};
use bindeledd_core::delivery::{Cause, End, State};
use bindeledd_core::time::local;
use bindeledd_core::{Kind, MessageId, ParticipantRef, PartyId, PartyName, Target};
use bindeledd_engine::Directory;
use bindeledd_engine::ports::{DeliveryView, MessageFilter, MessageView};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use crate::people;
use crate::visit::Visit;

/// The filters of an address, as far as they were understood.
pub(crate) struct Selected {
    /// Filters without a state.
    pub(crate) filter: MessageFilter,
    pub(crate) tab: Tab,
    pub(crate) not_understood: Vec<Filter>,
}

impl Selected {
    /// Returns a filter for each state of the tab.
    pub(crate) fn by_state(&self) -> Vec<MessageFilter> {
        let with = |state: Option<&&str>| MessageFilter {
            state: state.map(|state| (*state).to_owned()),
            ..self.filter.clone()
        };
        let states = self.tab.states();
        if states.is_empty() {
            return vec![with(None)];
        }
        states.iter().map(|state| with(Some(state))).collect()
    }

    /// Returns whether the selection has this delivery of a message that it has.
    pub(crate) fn has(&self, message: &MessageView, delivery: &DeliveryView) -> bool {
        let states = self.tab.states();
        let in_state = states.is_empty() || states.contains(&delivery.state.name());
        let by_code = self
            .filter
            .code
            .as_ref()
            .is_none_or(|code| delivery.cause.as_ref().is_some_and(|cause| cause.code == *code));
        let of_party = self
            .filter
            .party
            .as_ref()
            .is_none_or(|party| message.from == *party || delivery.to == Target::Party(party.clone()));
        in_state && by_code && of_party
    }
}

/// Reads the filters of a query. The searched id is not among them.
pub(crate) fn read(visit: &Visit, query: &Query) -> Selected {
    let mut not_understood = Vec::new();
    let directory = visit.engine().directory();
    let party = understood(query.get(Filter::Party), Filter::Party, &mut not_understood, |raw| {
        party_of(&directory, raw)
    });
    let kind = understood(query.get(Filter::Kind), Filter::Kind, &mut not_understood, Kind::parse);
    let tab = understood(query.get(Filter::State), Filter::State, &mut not_understood, Tab::parse);
    let span = understood(query.get(Filter::Time), Filter::Time, &mut not_understood, Span::parse);
    let first = understood(query.get(Filter::Since), Filter::Since, &mut not_understood, begin_of);
    let last = understood(query.get(Filter::Until), Filter::Until, &mut not_understood, end_of);
    let participant = understood(
        query.get(Filter::Participant),
        Filter::Participant,
        &mut not_understood,
        ParticipantRef::parse,
    );
    let code = understood(query.get(Filter::Code), Filter::Code, &mut not_understood, |raw| {
        let raw = raw.to_ascii_uppercase();
        Cause::is_code(&raw).then_some(raw)
    });
    let since = span.map(|span| begin(span, visit.now));
    let before = Uuid::try_parse(&query.before).ok().map(MessageId);
    Selected {
        filter: MessageFilter {
            party,
            kind,
            participant,
            code,
            since: since.max(first),
            until: last,
            before,
            ..MessageFilter::default()
        },
        tab: tab.unwrap_or(Tab::All),
        not_understood,
    }
}

/// Returns the party of a name, if the hub has it.
pub(crate) fn party_of(directory: &Directory, raw: &str) -> Option<PartyId> {
    Some(directory.resolve(&PartyName::parse(raw).ok()?)?.id.clone())
}

/// Reads the value of one filter. A filter that is set and not understood is noted.
pub(crate) fn understood<F, T>(
    raw: &str,
    filter: F,
    not_understood: &mut Vec<F>,
    read: impl FnOnce(&str) -> Option<T>,
) -> Option<T> {
    if raw.is_empty() {
        return None;
    }
    let value = read(raw);
    if value.is_none() {
        not_understood.push(filter);
    }
    value
}

/// Returns the time at which a span begins.
pub(crate) fn begin(span: Span, now: Timestamp) -> Timestamp {
    let ago = |days: i64| now.checked_sub(SignedDuration::from_hours(24 * days)).unwrap_or(now);
    match span {
        Span::Today => local(now).start_of_day().map_or(now, |start| start.timestamp()),
        Span::Week => ago(7),
        Span::Month => ago(30),
    }
}

/// Reads a day, or a time with its zone, as the beginning of a selection.
pub(crate) fn begin_of(raw: &str) -> Option<Timestamp> {
    raw.parse().ok().or_else(|| midnight(day(raw)?))
}

/// Reads a day, or a time with its zone, as the end of a selection. A day belongs to the selection.
pub(crate) fn end_of(raw: &str) -> Option<Timestamp> {
    raw.parse().ok().or_else(|| midnight(day(raw)?.tomorrow().ok()?))
}

/// Reads a day alone. A time of day without a zone is not understood, since it would be lost.
fn day(raw: &str) -> Option<Date> {
    Date::strptime("%Y-%m-%d", raw).ok()
}

fn midnight(day: Date) -> Option<Timestamp> {
    let zone = local(Timestamp::UNIX_EPOCH).time_zone().clone();
    day.to_zoned(zone).ok().map(|start| start.timestamp())
}

/// Returns every party, to choose from: id and label, by label.
pub(crate) fn parties(directory: &Directory) -> Vec<(String, Text)> {
    let mut parties: Vec<_> = directory
        .iter()
        .map(|party| (party.id.as_str().to_owned(), people::label(directory, &party.id)))
        .collect();
    parties.sort_by_key(|(_, label)| label.as_str().to_lowercase());
    parties
}

/// Returns the receiver's label; `None` for a circle.
pub(crate) fn receiver(directory: &Directory, to: &Target) -> Option<Text> {
    match to {
        Target::Party(party) => Some(people::label(directory, party)),
        Target::Circle => None,
    }
}

/// Code of the cause of a delivery that the participant's withdrawal ended.
const WITHDRAWN: &str = "BL-2003";

/// Returns a delivery's state as pages show it.
pub(crate) fn standing(delivery: &DeliveryView) -> Standing {
    let is_withdrawn = matches!(&delivery.state, State::Ended(ended) if ended.how == End::Cancelled)
        && delivery.cause.as_ref().is_some_and(|cause| cause.code == WITHDRAWN);
    if is_withdrawn {
        Standing::Withdrawn
    } else {
        Standing::from(&delivery.state)
    }
}

/// Returns the line under a delivery's state.
pub(crate) fn why(delivery: &DeliveryView) -> Why {
    let cause = || {
        let cause = delivery.cause.as_ref();
        cause.map_or(Why::Nothing, |cause| Why::Cause(Text::new(&cause.code)))
    };
    match &delivery.state {
        State::Waiting(waiting) => Why::Attempts {
            made: waiting.attempts,
            next: (waiting.attempts > 0).then_some(waiting.due),
        },
        State::Reserved(_) | State::Sending(_) => Why::Nothing,
        State::AwaitingReceipt(awaiting) => Why::ReceiptBy(awaiting.until),
        State::WithPerson(with_person) => Why::PersonBy(with_person.until),
        State::Ended(ended) => match (ended.how, &delivery.cause) {
            (End::Delivered, None) if ended.attempts > 1 => Why::AtAttempt(ended.attempts),
            _ => cause(),
        },
    }
}

/// Returns a number of things as pages show it.
pub(crate) fn count(n: usize) -> u64 {
    u64::try_from(n).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_and_ends_in_norway() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        assert_eq!(begin_of("2026-10-06"), Some(at("2026-10-06T00:00:00+02:00")));
        assert_eq!(end_of("2026-10-25"), Some(at("2026-10-26T00:00:00+01:00")));
        assert_eq!(end_of("2026-10-06T10:00:00Z"), Some(at("2026-10-06T10:00:00Z")));
        assert_eq!(begin_of("i går"), None);
        for lost in ["2026-10-06T10:00", "2026-10-06 10:00:00", "2026-10-06+02:00"] {
            assert_eq!((begin_of(lost), end_of(lost)), (None, None), "{lost}");
        }
        assert_eq!(end_of("9999-12-31"), None);
    }

    #[test]
    fn the_day_begins_at_midnight_in_norway() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        assert_eq!(
            begin(Span::Today, at("2026-10-06T00:30:00+02:00")),
            at("2026-10-06T00:00:00+02:00")
        );
        assert_eq!(
            begin(Span::Today, at("2026-10-25T12:00:00+01:00")),
            at("2026-10-25T00:00:00+02:00")
        );
    }
}
