//! Parties: their own ids in the hub, and the names that others use for them.

use std::fmt;

use crate::identifier::{HerId, IdentifierError, OrgNumber};

/// A party's id in the hub: a slug of 2 to 64 characters, `a-z`, `0-9` and `-`, starting with a letter.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PartyId(String);

/// Words with a meaning of their own among receivers and in the audit log. No new party may have one as its id.
const RESERVED: [&str; 4] = ["circle", "hub", "operator", "reply"];

impl PartyId {
    /// Reads a slug.
    ///
    /// # Errors
    /// The slug is too short, too long, or has another character than `a-z`, `0-9` and `-`.
    pub fn parse(raw: &str) -> Result<Self, IdentifierError> {
        let ok = (2..=64).contains(&raw.len())
            && raw.starts_with(|c: char| c.is_ascii_lowercase())
            && raw
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        if ok && raw != "circle" && raw != "reply" {
            Ok(Self(raw.to_owned()))
        } else {
            Err(IdentifierError::PartyId)
        }
    }

    /// Reads the id of a new party, and refuses reserved words.
    ///
    /// # Errors
    /// As [`PartyId::parse`], and for a reserved word.
    pub fn for_new(raw: &str) -> Result<Self, IdentifierError> {
        match Self::parse(raw) {
            Err(_) if RESERVED.contains(&raw) => Err(IdentifierError::ReservedPartyId),
            Ok(id) if id.is_reserved() => Err(IdentifierError::ReservedPartyId),
            read => read,
        }
    }

    /// Returns true if the id is a reserved word. An older store may have such a party.
    #[must_use]
    pub fn is_reserved(&self) -> bool {
        RESERVED.contains(&self.as_str())
    }

    /// Returns the slug.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for PartyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The name of a party in a document: its id in the hub, `org:<organisation number>` or `her:<HER-id>`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PartyName {
    /// The party's id in the hub.
    Id(PartyId),
    /// The party's organisation number.
    Org(OrgNumber),
    /// The party's HER-id.
    Her(HerId),
}

impl PartyName {
    /// Reads `slug`, `org:915933149` or `her:8094866`.
    ///
    /// # Errors
    /// The identifier breaks its rule.
    pub fn parse(raw: &str) -> Result<Self, IdentifierError> {
        if let Some(number) = raw.strip_prefix("org:") {
            OrgNumber::parse(number).map(Self::Org)
        } else if let Some(id) = raw.strip_prefix("her:") {
            HerId::parse(id).map(Self::Her)
        } else {
            PartyId::parse(raw).map(Self::Id)
        }
    }
}

impl fmt::Display for PartyName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Id(id) => id.fmt(f),
            Self::Org(number) => write!(f, "org:{number}"),
            Self::Her(id) => write!(f, "her:{id}"),
        }
    }
}
