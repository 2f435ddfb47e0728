//! The filters of the list of messages, as typed: what an address has, what a form shows, and what a link keeps.

use crate::address;

/// A filter of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Filter {
    /// Any id.
    Id,
    /// Sender or receiver.
    Party,
    /// Kind of message.
    Kind,
    /// Tab of states.
    State,
    /// A span of time that ends now.
    Time,
    /// First day.
    Since,
    /// Last day.
    Until,
    /// Pseudonym of the participant.
    Participant,
    /// Code of a cause.
    Code,
}

impl Filter {
    /// Every filter, in the order of the form.
    pub const ALL: [Self; 9] = [
        Self::Id,
        Self::Party,
        Self::Kind,
        Self::State,
        Self::Time,
        Self::Since,
        Self::Until,
        Self::Participant,
        Self::Code,
    ];

    /// Returns the name in an address and in a form.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Id => "q",
            Self::Party => "party",
            Self::Kind => "kind",
            Self::State => "state",
            Self::Time => "time",
            Self::Since => "since",
            Self::Until => "until",
            Self::Participant => "participant",
            Self::Code => "code",
        }
    }

    const fn place(self) -> usize {
        self as usize
    }
}

/// Longest value that is kept of one filter.
const LONGEST: usize = 200;

/// The filters as typed. An empty value is no filter.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Query {
    values: [String; Filter::ALL.len()],
    /// Last message of the page before.
    pub before: String,
}

impl Query {
    /// Reads pairs of an address or a form. Unknown names are passed over, and of a name that comes twice the last counts.
    pub fn read<'p>(pairs: impl IntoIterator<Item = (&'p str, &'p str)>) -> Self {
        let mut query = Self::default();
        for (name, value) in pairs {
            if let Some(filter) = Filter::ALL.into_iter().find(|filter| filter.name() == name) {
                query.set(filter, value);
            } else if name == "before" {
                query.before = bounded(value);
            }
        }
        query
    }

    /// Returns the value of a filter as typed.
    #[must_use]
    pub fn get(&self, filter: Filter) -> &str {
        &self.values[filter.place()]
    }

    /// Sets a filter.
    pub fn set(&mut self, filter: Filter, value: &str) {
        self.values[filter.place()] = bounded(value);
    }

    /// Returns the query with another value of a filter, from the first page on.
    #[must_use]
    pub fn with(&self, filter: Filter, value: &str) -> Self {
        let mut other = self.clone();
        other.set(filter, value);
        other.before.clear();
        other
    }

    /// Returns the query of the page after this one.
    #[must_use]
    pub fn older_than(&self, last: &str) -> Self {
        Self {
            before: bounded(last),
            ..self.clone()
        }
    }

    /// Returns the query of the first page.
    #[must_use]
    pub fn first_page(&self) -> Self {
        Self {
            before: String::new(),
            ..self.clone()
        }
    }

    /// Returns the filters that are set.
    #[must_use]
    pub fn filters(&self) -> Vec<Filter> {
        Filter::ALL
            .into_iter()
            .filter(|filter| !self.get(*filter).is_empty())
            .collect()
    }

    /// Returns the filters that are set with their names and values, for hidden fields.
    #[must_use]
    pub fn pairs(&self) -> Vec<(&'static str, &str)> {
        let filters = self.filters().into_iter();
        filters.map(|filter| (filter.name(), self.get(filter))).collect()
    }

    /// Returns the address of the list with these filters.
    #[must_use]
    pub fn address(&self) -> String {
        self.at(address::MESSAGES)
    }

    /// Returns the address of a message with these filters, so that the page knows its neighbours.
    #[must_use]
    pub fn beside(&self, message: &str) -> String {
        let mut out = message.to_owned();
        for (name, value) in self.pairs() {
            let mark = if out.contains('?') { '&' } else { '?' };
            out.push_str(&format!("{mark}{name}={}", address::segment(value)));
        }
        out
    }

    /// Returns the address of a page with these filters.
    #[must_use]
    pub fn at(&self, page: &str) -> String {
        let mut pairs = self.pairs();
        if !self.before.is_empty() {
            pairs.push(("before", &self.before));
        }
        let mut out = page.to_owned();
        for (at, (name, value)) in pairs.into_iter().enumerate() {
            let mark = if at == 0 { '?' } else { '&' };
            out.push_str(&format!("{mark}{name}={}", address::segment(value)));
        }
        out
    }
}

/// Bounds the value of a filter, without the blanks around it.
pub(super) fn bounded(value: &str) -> String {
    value.trim().chars().take(LONGEST).collect()
}

/// A tab of states.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tab {
    /// Every state.
    All,
    /// Refused, expired or failed.
    Bad,
    /// Waiting, or being sent.
    Waiting,
    /// A receipt or a person is awaited.
    AwaitingReceipt,
    /// Not sent, since no consent covers it.
    Blocked,
    /// Refused by the receiver.
    Refused,
    /// Failed.
    Failed,
    /// Expired.
    Expired,
    /// Ended by a withdrawal or by an operator.
    Cancelled,
    /// Delivered.
    Delivered,
}

impl Tab {
    /// Every tab, in their order.
    pub const ALL: [Self; 10] = [
        Self::All,
        Self::Bad,
        Self::Waiting,
        Self::AwaitingReceipt,
        Self::Blocked,
        Self::Refused,
        Self::Failed,
        Self::Expired,
        Self::Cancelled,
        Self::Delivered,
    ];

    /// Returns the value in an address.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::All => "",
            Self::Bad => "bad",
            Self::Waiting => "waiting",
            Self::AwaitingReceipt => "awaiting-receipt",
            Self::Blocked => "blocked",
            Self::Refused => "refused",
            Self::Failed => "failed",
            Self::Expired => "expired",
            Self::Cancelled => "cancelled",
            Self::Delivered => "delivered",
        }
    }

    /// Returns the names of the states on this tab. The tab of every state names none.
    #[must_use]
    pub const fn states(self) -> &'static [&'static str] {
        match self {
            Self::All => &[],
            Self::Bad => &["refused", "expired", "failed"],
            Self::Waiting => &["waiting", "reserved", "sending"],
            Self::AwaitingReceipt => &["awaiting-receipt", "with-a-person"],
            Self::Blocked => &["blocked"],
            Self::Refused => &["refused"],
            Self::Failed => &["failed"],
            Self::Expired => &["expired"],
            Self::Cancelled => &["cancelled"],
            Self::Delivered => &["delivered"],
        }
    }

    /// Reads a tab by its value in an address, or by the name of one of its states.
    #[must_use]
    pub fn parse(value: &str) -> Option<Self> {
        let by_name = Self::ALL.into_iter().find(|tab| tab.name() == value);
        by_name.or(match value {
            "reserved" | "sending" => Some(Self::Waiting),
            "with-a-person" => Some(Self::AwaitingReceipt),
            _ => None,
        })
    }

    /// Returns whether deliveries of this tab can be sent once more.
    #[must_use]
    pub const fn can_be_sent_again(self) -> bool {
        matches!(
            self,
            Self::Bad | Self::Waiting | Self::Blocked | Self::Refused | Self::Failed | Self::Expired | Self::Cancelled
        )
    }
}

/// A span of time that ends now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Span {
    /// The day so far.
    Today,
    /// Seven days.
    Week,
    /// Thirty days.
    Month,
}

impl Span {
    /// Every span.
    pub const ALL: [Self; 3] = [Self::Today, Self::Week, Self::Month];

    /// Returns the value in an address.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Today => "today",
            Self::Week => "7d",
            Self::Month => "30d",
        }
    }

    /// Reads a span by its value in an address.
    #[must_use]
    pub fn parse(value: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|span| span.name() == value)
    }
}

#[cfg(test)]
mod tests {
    use bindeledd_core::delivery::State;

    use super::*;

    #[test]
    fn an_address_and_a_query_are_the_same() {
        let query = Query::read([("q", " a&b "), ("kind", "question"), ("other", "x"), ("before", "m1")]);
        assert_eq!(query.address(), "/console/messages?q=a%26b&kind=question&before=m1");
        assert_eq!(query.filters(), [Filter::Id, Filter::Kind]);
        assert_eq!(query.beside("/m?to=1"), "/m?to=1&q=a%26b&kind=question");
        let without = query.with(Filter::Id, "");
        assert_eq!(without.address(), "/console/messages?kind=question");
        assert_eq!(Query::default().address(), "/console/messages");
        let long = "x".repeat(5000);
        assert_eq!(Query::read([("code", long.as_str())]).get(Filter::Code).len(), LONGEST);
    }

    #[test]
    fn every_state_is_on_a_tab() {
        for name in State::NAMES {
            let tab = Tab::parse(name).unwrap();
            assert!(tab.states().contains(&name), "{name}");
        }
        assert_eq!(Tab::parse("Stanset"), None);
        assert!(Tab::ALL.iter().all(|tab| Tab::parse(tab.name()) == Some(*tab)));
        assert!(Span::ALL.iter().all(|span| Span::parse(span.name()) == Some(*span)));
    }
}
