//! The column forms of the core's types.

use bindeledd_core::consent::{Moment, Period};
use bindeledd_core::delivery::{AwaitingReceipt, End, Ended, Reserved, Sending, State, Waiting, WithPerson};
use bindeledd_core::{
    AccountId, AlertId, ConsentId, DeliveryId, GrantRef, HandOverId, LookId, MessageId, OpeningId, OwnCodeId,
    ParticipantRef, ReleaseId, SessionId, UnsentId,
};
use jiff::Timestamp;
use uuid::Uuid;

use crate::fault::{Fault, damaged};

/// An id as a key: the 16 bytes of its UUID.
pub(crate) trait Key: Sized {
    fn key(&self) -> [u8; 16];
    fn of(key: [u8; 16]) -> Self;
}

macro_rules! key {
    ($($name:ident),*) => {$(
        impl Key for $name {
            fn key(&self) -> [u8; 16] {
                self.0.into_bytes()
            }

            fn of(key: [u8; 16]) -> Self {
                Self(Uuid::from_bytes(key))
            }
        }
    )*};
}
key!(
    MessageId,
    DeliveryId,
    ConsentId,
    ParticipantRef,
    ReleaseId,
    AlertId,
    AccountId,
    SessionId,
    OpeningId,
    UnsentId,
    LookId,
    OwnCodeId,
    HandOverId
);

pub(super) fn parsed<T>(raw: &str, parse: impl FnOnce(&str) -> Option<T>) -> Result<T, Fault> {
    parse(raw).ok_or_else(|| damaged(format!("an unknown word of type {}", std::any::type_name::<T>())))
}

/// Returns microseconds since 1970.
pub(crate) fn micros(at: Timestamp) -> i64 {
    at.as_microsecond()
}

/// Returns a time rounded to the precision of the store.
pub(crate) fn as_kept(at: Timestamp) -> Timestamp {
    time(micros(at)).unwrap_or(at)
}

/// Returns the time of a number of microseconds.
pub(super) fn time(micros: i64) -> Result<Timestamp, Fault> {
    Timestamp::from_microsecond(micros).map_err(|_| damaged("a time is out of range"))
}

/// Returns a limit as a database parameter.
pub(crate) fn limit(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}

/// Number of the state of a delivery with a person. It was added after the ends, so that no row of an older store had
/// to change.
pub(crate) const WITH_PERSON: i64 = 10;

/// Returns the number of a state.
pub(crate) fn state_number(state: &State) -> i64 {
    match state {
        State::Waiting(_) => 0,
        State::Reserved(_) => 1,
        State::Sending(_) => 2,
        State::AwaitingReceipt(_) => 3,
        State::Ended(ended) => end_number(ended.how),
        State::WithPerson(_) => WITH_PERSON,
    }
}

pub(crate) fn end_number(end: End) -> i64 {
    match end {
        End::Delivered => 4,
        End::Refused => 5,
        End::Blocked => 6,
        End::Cancelled => 7,
        End::Expired => 8,
        End::Failed => 9,
    }
}

/// Returns the state of a row's columns.
pub(crate) fn state(number: i64, attempts: u32, due: Timestamp, deadline: Option<Timestamp>) -> Result<State, Fault> {
    let until = || deadline.ok_or_else(|| damaged("a delivery has no deadline where it needs one"));
    let end = |how| State::Ended(Ended { how, attempts });
    Ok(match number {
        0 => State::Waiting(Waiting { attempts, due }),
        1 => State::Reserved(Reserved {
            attempts,
            until: until()?,
        }),
        2 => State::Sending(Sending { attempts }),
        3 => State::AwaitingReceipt(AwaitingReceipt {
            attempts,
            until: until()?,
        }),
        4 => end(End::Delivered),
        5 => end(End::Refused),
        6 => end(End::Blocked),
        7 => end(End::Cancelled),
        8 => end(End::Expired),
        9 => end(End::Failed),
        WITH_PERSON => State::WithPerson(WithPerson {
            attempts,
            until: until()?,
        }),
        _ => return Err(damaged("a delivery is in an unknown state")),
    })
}

/// Formats a moment: a day as `2026-12-01`, an instant in microseconds.
pub(crate) fn moment_text(moment: Moment) -> String {
    match moment {
        Moment::Day(day) => day.to_string(),
        Moment::Instant(instant) => micros(instant).to_string(),
    }
}

fn moment(raw: &str) -> Option<Moment> {
    if raw.get(1..).is_some_and(|rest| rest.contains('-')) {
        raw.parse().ok().map(Moment::Day)
    } else {
        raw.parse()
            .ok()
            .and_then(|micros| time(micros).ok())
            .map(Moment::Instant)
    }
}

/// Parses a period from its two columns.
pub(crate) fn period(start: &str, end: Option<&str>) -> Result<Period, Fault> {
    Ok(Period {
        start: parsed(start, moment)?,
        end: end.map(|end| parsed(end, moment)).transpose()?,
    })
}

/// Parses the grants of a release's row.
pub(crate) fn grants(packed: &[u8]) -> Result<Vec<GrantRef>, Fault> {
    let unreadable = || damaged("a release's grants can not be read");
    let grant = |chunk: &[u8]| -> Result<GrantRef, Fault> {
        let (consent, rest) = chunk.split_first_chunk::<16>().ok_or_else(unreadable)?;
        let (version, index) = rest.split_first_chunk::<4>().ok_or_else(unreadable)?;
        Ok(GrantRef {
            consent: Key::of(*consent),
            version: u32::from_be_bytes(*version),
            index: u16::from_be_bytes(index.try_into().map_err(|_| unreadable())?),
        })
    };
    packed.chunks(22).map(grant).collect()
}

/// Returns the smallest UUIDv7 of a time. A query by age begins or ends there.
pub(crate) fn oldest_id_at(at: Timestamp) -> [u8; 16] {
    let ms = u64::try_from(at.as_millisecond()).unwrap_or(0);
    let mut key = [0; 16];
    key[..6].copy_from_slice(&ms.to_be_bytes()[2..]);
    key
}

pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Parses 32 bytes from 64 hexadecimal digits.
pub(crate) fn of_hexadecimal(digits: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    if digits.len() != 64 || !digits.is_ascii() {
        return None;
    }
    for (byte, pair) in bytes.iter_mut().zip(digits.as_bytes().chunks(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_comes_back_as_it_was_stored() {
        let at = Timestamp::from_second(1_700_000_000).unwrap();
        for (number, name) in State::NAMES.iter().enumerate() {
            let number = i64::try_from(number).unwrap();
            let state = state(number, 3, at, Some(at)).unwrap();
            assert_eq!(
                (state_number(&state), state.name(), state.attempts()),
                (number, *name, 3)
            );
        }
        assert!(state(11, 0, at, Some(at)).is_err());
        assert!(state(WITH_PERSON, 0, at, None).is_err());
        assert!(state(1, 0, at, None).is_err());
    }

    #[test]
    fn days_and_instants_of_a_period_come_back_as_what_they_were() {
        for raw in ["2026-12-01", "2026-12-01T08:00:00.123456Z", "1969-12-31T23:59:59Z"] {
            let before = Moment::parse(raw).unwrap();
            let text = moment_text(before);
            assert_eq!(period(&text, Some(&text)).unwrap().start, before);
            assert_eq!(period(&text, Some(&text)).unwrap().end, Some(before));
        }
        assert!(period("x", None).is_err());
    }

    #[test]
    fn ids_of_before_a_time_sort_before_its_oldest() {
        let at = Timestamp::from_millisecond(1_700_000_000_123).unwrap();
        let id = |ms: u64| {
            uuid::Builder::from_unix_timestamp_millis(ms, &[0; 10])
                .into_uuid()
                .into_bytes()
        };
        assert!(id(1_700_000_000_122) < oldest_id_at(at));
        assert!(id(1_700_000_000_123) > oldest_id_at(at));
    }
}
