//! Data categories: the kinds of information that a field gives about a person.

use std::fmt;

/// A category of data: the subject that a field is about. Consent is given for each category.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Category {
    /// Times, places and topics of meetings.
    Meeting,
    /// Goals, and the plan.
    Goals,
    /// Progress: attendance, days, activity.
    Progress,
    /// Adaptations at work.
    Facilitation,
    /// The person's abilities, conditions and limitations; never a diagnosis.
    Function,
    /// The fact and the time of treatment; never its nature.
    TreatmentStatus,
    /// Questions and answers between the parties.
    Dialogue,
    /// The end of the measure, past or planned.
    Outcome,
}

impl Category {
    /// Every category, in the order of the catalogue.
    pub const ALL: [Self; 8] = [
        Self::Meeting,
        Self::Goals,
        Self::Progress,
        Self::Facilitation,
        Self::Function,
        Self::TreatmentStatus,
        Self::Dialogue,
        Self::Outcome,
    ];

    /// The code on the wire, such as `treatment-status`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Meeting => "meeting",
            Self::Goals => "goals",
            Self::Progress => "progress",
            Self::Facilitation => "facilitation",
            Self::Function => "function",
            Self::TreatmentStatus => "treatment-status",
            Self::Dialogue => "dialogue",
            Self::Outcome => "outcome",
        }
    }

    /// The name in plain Norwegian (bokmål).
    #[must_use]
    pub const fn norwegian(self) -> &'static str {
        match self {
            Self::Meeting => "møter",
            Self::Goals => "mål og plan",
            Self::Progress => "fremdrift",
            Self::Facilitation => "tilrettelegging",
            Self::Function => "funksjonsopplysninger",
            Self::TreatmentStatus => "behandling",
            Self::Dialogue => "spørsmål og svar",
            Self::Outcome => "avslutning",
        }
    }

    /// Reads a code. An unknown code is `None`, and callers must deny it.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|c| c.code() == code)
    }
}

impl fmt::Display for Category {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// A set of categories.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default, PartialOrd, Ord)]
pub struct CategorySet(u8);

impl CategorySet {
    /// No category.
    pub const EMPTY: Self = Self(0);

    /// Makes a set of these categories.
    #[must_use]
    pub const fn of(categories: &[Category]) -> Self {
        let mut bits = 0;
        let mut i = 0;
        while i < categories.len() {
            bits |= 1 << categories[i] as u8;
            i += 1;
        }
        Self(bits)
    }

    /// Reads a set from its stored bits; `None` if a bit stands for no category.
    #[must_use]
    pub const fn from_bits(bits: u8) -> Option<Self> {
        // The eight categories use every bit of the byte, so that every value is a valid set.
        Some(Self(bits))
    }

    /// Returns the bits, as stored.
    #[must_use]
    pub const fn bits(self) -> u8 {
        self.0
    }

    /// Returns true if the set has no category.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Returns true if the set has `category`.
    #[must_use]
    pub const fn contains(self, category: Category) -> bool {
        self.0 & (1 << category as u8) != 0
    }

    /// Returns true if `other` has every category of `self`.
    #[must_use]
    pub const fn is_subset(self, other: Self) -> bool {
        self.0 & !other.0 == 0
    }

    /// Returns the union.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Returns the intersection.
    #[must_use]
    pub const fn intersection(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Returns the categories of `self` that are not in `other`.
    #[must_use]
    pub const fn difference(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Returns the categories in the order of the catalogue.
    pub fn iter(self) -> impl Iterator<Item = Category> {
        Category::ALL.into_iter().filter(move |c| self.contains(*c))
    }

    /// Returns the categories' codes, for the wire.
    #[must_use]
    pub fn codes(self) -> Vec<&'static str> {
        self.iter().map(Category::code).collect()
    }
}

impl FromIterator<Category> for CategorySet {
    fn from_iter<I: IntoIterator<Item = Category>>(iter: I) -> Self {
        iter.into_iter().fold(Self::EMPTY, |set, c| set.union(Self::of(&[c])))
    }
}

impl fmt::Debug for CategorySet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.codes()).finish()
    }
}

impl fmt::Display for CategorySet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.codes().join(", "))
    }
}
