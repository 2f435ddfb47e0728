//! Random histories of grants and withdrawals, in the test's own terms, and the ledger that the hub would have.

use std::fmt;

use bindeledd_core::consent::{self, Basis, Grant, GrantOnFile, Ledger, Period, Withdrawal};
use bindeledd_core::{ConsentId, ParticipantRef};
use jiff::Timestamp;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use uuid::Uuid;

use crate::naive::midnight;
use crate::{PURPOSE, party, set};

/// Nanoseconds since 1970.
pub(crate) type Nanos = i128;

#[derive(Clone, Debug)]
pub(crate) struct History {
    pub(crate) protected: bool,
    pub(crate) grants: Vec<GivenGrant>,
    pub(crate) withdrawals: Vec<TakenBack>,
}

#[derive(Clone)]
pub(crate) struct GivenGrant {
    pub(crate) consent: u128,
    pub(crate) version: u32,
    pub(crate) index: u16,
    pub(crate) given_at: Nanos,
    /// Order number among registrations and withdrawals.
    pub(crate) registered: u64,
    pub(crate) registrar: &'static str,
    pub(crate) consent_withdrawn: bool,
    pub(crate) consent_span: Span,
    pub(crate) from: &'static str,
    pub(crate) to: &'static str,
    pub(crate) categories: Vec<&'static str>,
    pub(crate) duty: bool,
    pub(crate) span: Option<Span>,
    pub(crate) confirmed: bool,
}

#[derive(Clone)]
pub(crate) struct TakenBack {
    pub(crate) from: &'static str,
    pub(crate) to: &'static str,
    pub(crate) categories: Vec<&'static str>,
    pub(crate) at: Nanos,
    /// Order number of the newest registration that the withdrawal ends, whatever the date of its
    /// consent.
    pub(crate) registered_until: Option<u64>,
    /// Registrar whose registrations the withdrawal ends; `None` for every registrar.
    pub(crate) registrar: Option<&'static str>,
}

#[derive(Clone)]
pub(crate) struct Question {
    pub(crate) from: &'static str,
    pub(crate) to: &'static str,
    pub(crate) asked: Vec<&'static str>,
    pub(crate) now: Nanos,
}

#[derive(Clone, Copy)]
pub(crate) struct Span {
    pub(crate) start: Moment,
    pub(crate) end: Option<Moment>,
}

#[derive(Clone, Copy)]
pub(crate) enum Moment {
    Day((i64, i64, i64)),
    Time(Nanos),
}

/// Days around both clock changes of a year. They are few, so that equal times are common and edges meet in most
/// histories.
const DAYS: [(i64, i64, i64); 8] = [
    (2026, 3, 28),
    (2026, 3, 29),
    (2026, 3, 30),
    (2026, 10, 24),
    (2026, 10, 25),
    (2026, 10, 26),
    (2026, 12, 31),
    (2027, 1, 1),
];

const CATEGORIES: [&str; 8] = [
    "meeting",
    "goals",
    "progress",
    "facilitation",
    "function",
    "treatment-status",
    "dialogue",
    "outcome",
];

/// A time at the edge of a day, or close to it.
fn time() -> impl Strategy<Value = Nanos> {
    let second = 1_000_000_000;
    let beside = [
        0,
        -1,
        1,
        -second,
        second,
        -3_600 * second,
        3_600 * second,
        12 * 3_600 * second,
    ];
    (select(&DAYS), select(beside.to_vec())).prop_map(|(day, beside)| midnight(day) + beside)
}

fn moment() -> impl Strategy<Value = Moment> {
    prop_oneof![select(&DAYS).prop_map(Moment::Day), time().prop_map(Moment::Time)]
}

/// A span that may end before its start, since a ledger may hold anything.
fn span() -> impl Strategy<Value = Span> {
    let wide = Span {
        start: Moment::Day((2026, 1, 1)),
        end: None,
    };
    let random = (moment(), prop::option::of(moment())).prop_map(|(start, end)| Span { start, end });
    prop_oneof![Just(wide), random]
}

fn categories() -> impl Strategy<Value = Vec<&'static str>> {
    subsequence(CATEGORIES.to_vec(), 0..=8)
}

fn from() -> impl Strategy<Value = &'static str> {
    select(&["nordvik", "klinikken"])
}

fn to() -> impl Strategy<Value = &'static str> {
    select(&["fjellvik", "nordvik"])
}

fn registrar() -> impl Strategy<Value = &'static str> {
    select(&["nordvik", "nav"])
}

/// Half of all consents were given before anything else happens.
fn given_at() -> impl Strategy<Value = Nanos> {
    prop_oneof![Just(midnight((2026, 1, 2))), time()]
}

/// True once in `n` times.
fn once_in(n: u32) -> impl Strategy<Value = bool> {
    (0..n).prop_map(move |i| i == n - 1)
}

fn grant() -> impl Strategy<Value = GivenGrant> {
    let registration = (1_u64..6, registrar());
    let consent = (
        0_u128..4,
        1_u32..4,
        0_u16..3,
        (given_at(), registration),
        once_in(6),
        span(),
    );
    let grant = (
        from(),
        to(),
        categories(),
        any::<bool>(),
        prop::option::of(span()),
        once_in(5),
    );
    (consent, grant).prop_map(
        |(
            (consent, version, index, (given_at, (registered, registrar)), consent_withdrawn, consent_span),
            (from, to, categories, duty, span, unconfirmed),
        )| GivenGrant {
            consent,
            version,
            index,
            given_at,
            registered,
            registrar,
            consent_withdrawn,
            consent_span,
            from,
            to,
            categories,
            duty,
            span,
            confirmed: !unconfirmed,
        },
    )
}

fn taken_back() -> impl Strategy<Value = TakenBack> {
    let reach = (prop::option::of(1_u64..6), prop::option::of(registrar()));
    (from(), to(), categories(), time(), reach).prop_map(|(from, to, categories, at, (registered_until, registrar))| {
        TakenBack {
            from,
            to,
            categories,
            at,
            registered_until,
            registrar,
        }
    })
}

pub(crate) fn history() -> impl Strategy<Value = History> {
    let grants = prop::collection::vec(grant(), 0..10);
    let withdrawals = prop::collection::vec(taken_back(), 0..5);
    (once_in(16), grants, withdrawals).prop_map(|(protected, grants, withdrawals)| History {
        protected,
        grants,
        withdrawals,
    })
}

pub(crate) fn question() -> impl Strategy<Value = Question> {
    (from(), to(), categories(), time()).prop_map(|(from, to, asked, now)| Question { from, to, asked, now })
}

pub(crate) fn timestamp(nanos: Nanos) -> Timestamp {
    Timestamp::from_nanosecond(nanos).unwrap()
}

impl Span {
    fn period(self) -> Period {
        Period {
            start: self.start.moment(),
            end: self.end.map(Moment::moment),
        }
    }
}

impl Moment {
    fn moment(self) -> consent::Moment {
        match self {
            Self::Day((year, month, day)) => consent::Moment::parse(&format!("{year:04}-{month:02}-{day:02}")).unwrap(),
            Self::Time(nanos) => consent::Moment::Instant(timestamp(nanos)),
        }
    }
}

impl History {
    /// The ledger that the hub would have on file.
    pub(crate) fn ledger(&self) -> Ledger {
        let on_file = |g: &GivenGrant| GrantOnFile {
            consent: ConsentId(Uuid::from_u128(g.consent)),
            version: g.version,
            index: g.index,
            given_at: timestamp(g.given_at),
            registered: g.registered,
            registrar: Some(party(g.registrar)),
            withdrawn: g.consent_withdrawn,
            consent_period: g.consent_span.period(),
            grant: Grant {
                from: party(g.from),
                to: party(g.to),
                purpose: PURPOSE,
                categories: set(&g.categories),
                basis: match g.duty {
                    true => Basis::Duty {
                        reference: "forskrift".into(),
                    },
                    false => Basis::Consent,
                },
                period: g.span.map(Span::period),
                confirmed: g.confirmed,
            },
        };
        let withdrawal = |w: &TakenBack| Withdrawal {
            from: party(w.from),
            to: party(w.to),
            purpose: PURPOSE,
            categories: set(&w.categories),
            at: timestamp(w.at),
            registered_until: w.registered_until,
            registrar: w.registrar.map(party),
        };
        Ledger {
            participant: ParticipantRef(Uuid::from_u128(7)),
            protected: self.protected,
            differs: false,
            grants: self.grants.iter().map(on_file).collect(),
            withdrawals: self.withdrawals.iter().map(withdrawal).collect(),
        }
    }
}

// People read these failures: one line for each event.

impl fmt::Debug for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Day((year, month, day)) => write!(f, "{year}-{month:02}-{day:02}"),
            Self::Time(nanos) => write!(f, "{}", timestamp(*nanos)),
        }
    }
}

impl fmt::Debug for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} until ", self.start)?;
        match self.end {
            Some(end) => write!(f, "{end:?}"),
            None => f.write_str("ever"),
        }
    }
}

impl fmt::Debug for GivenGrant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let basis = if self.duty { "duty" } else { "consent" };
        write!(
            f,
            "{} {}/{}.{} of {}, place {} by {}: {} to {} {:?}, {:?}",
            basis,
            self.consent,
            self.version,
            self.index,
            timestamp(self.given_at),
            self.registered,
            self.registrar,
            self.from,
            self.to,
            self.categories,
            self.consent_span
        )?;
        if let Some(span) = self.span {
            write!(f, ", of that {span:?}")?;
        }
        if self.consent_withdrawn {
            f.write_str(", withdrawn")?;
        }
        if !self.confirmed {
            f.write_str(", not confirmed")?;
        }
        Ok(())
    }
}

impl fmt::Debug for TakenBack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (from, to, at) = (self.from, self.to, timestamp(self.at));
        write!(
            f,
            "{from} to {to} {:?} at {at}, place {:?} of {:?}",
            self.categories, self.registered_until, self.registrar
        )
    }
}

impl fmt::Debug for Question {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (from, to, now) = (self.from, self.to, timestamp(self.now));
        write!(f, "{from} to {to} {:?} at {now}", self.asked)
    }
}
