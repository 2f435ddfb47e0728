//! Aktører: every party with its state, and the number of deliveries that wait for it.

use bindeledd_core::PartyKind;
use jiff::Timestamp;

use crate::address;
use crate::frame::Frame;
use crate::mark::Standing;
use crate::markup::Text;
use crate::text::{parties as text, terms};

/// The list of parties.
#[derive(Debug, Clone)]
pub struct View {
    /// Surroundings.
    pub frame: Frame,
    /// Filter in force.
    pub filter: Filter,
    /// Values of filters that were not understood.
    pub not_understood: Vec<Text>,
    /// Number of parties in the hub.
    pub in_hub: u64,
    /// Rows of this page.
    pub rows: Vec<Row>,
    /// Address of the next page.
    pub older: Option<String>,
    /// Whether the person may add a party.
    pub may_add: bool,
}

/// The filter of the list.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Part of a name or of an id, as it was typed.
    pub text: String,
    /// Kind of party.
    pub kind: Option<PartyKind>,
    /// State.
    pub standing: Option<Standing>,
}

/// A party in the list, as others may see it.
#[derive(Debug, Clone)]
pub struct Row {
    /// Id.
    pub id: Text,
    /// Name. A party with a public label has its label here.
    pub name: Text,
    /// Kind of party; `Other` for a party with a public label.
    pub kind: PartyKind,
    /// State.
    pub standing: Standing,
    /// Time since which the state lasts.
    pub since: Option<Timestamp>,
    /// Number of deliveries that wait.
    pub waiting: u64,
    /// Time since which the oldest of them waits.
    pub oldest: Option<Timestamp>,
    /// Adapter. `None` for a party with a public label, since an adapter's name may tell more than the label.
    pub adapter: Option<Text>,
}

/// The states that the filter offers, with the code of each in addresses.
pub const STANDINGS: [(&str, Standing); 5] = [
    ("not-accepting", Standing::NotAccepting),
    ("accepting", Standing::Accepting),
    ("paused", Standing::Paused),
    ("suspended", Standing::Suspended),
    ("fetches", Standing::Fetches),
];

impl View {
    fn shown(&self) -> u64 {
        u64::try_from(self.rows.len()).unwrap_or(u64::MAX)
    }
}

impl Filter {
    fn is_kind(&self, kind: &PartyKind) -> bool {
        self.kind == Some(*kind)
    }

    fn is_at(&self, standing: &Standing) -> bool {
        self.standing == Some(*standing)
    }
}

impl Row {
    fn address(&self) -> String {
        address::party(self.id.as_str())
    }
}

page!("parties.html");
