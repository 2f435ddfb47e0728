//! The local navigation of Drift.

use askama::Template;
use askama::filters::HtmlSafe;

use crate::address;
use crate::lang::Lang;
use crate::text::hub as text;

/// A page of Drift.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Alerts.
    Alerts,
    /// State of the hub.
    State,
    /// Adapters.
    Adapters,
    /// Keys.
    Keys,
    /// Settings in force.
    Settings,
    /// Users and roles.
    Users,
}

impl Place {
    /// Every page, in the order of the navigation.
    pub const ALL: [Self; 6] = [
        Self::Alerts,
        Self::State,
        Self::Adapters,
        Self::Keys,
        Self::Settings,
        Self::Users,
    ];

    /// Returns the address.
    #[must_use]
    pub const fn address(self) -> &'static str {
        match self {
            Self::Alerts => address::HUB,
            Self::State => address::STATE,
            Self::Adapters => address::ADAPTERS,
            Self::Keys => address::KEYS,
            Self::Settings => address::SETTINGS,
            Self::Users => address::USERS,
        }
    }

    const fn word(self, text: &text::Texts) -> &'static str {
        match self {
            Self::Alerts => text.alerts,
            Self::State => text.state,
            Self::Adapters => text.adapters,
            Self::Keys => text.keys,
            Self::Settings => text.settings,
            Self::Users => text.users,
        }
    }
}

/// The local navigation: the pages that the person may open, and the one that is open.
#[derive(Debug, Clone)]
pub struct Nav {
    /// Page that is open.
    pub at: Place,
    /// Pages that the person may open.
    pub places: Vec<Place>,
}

impl Nav {
    /// Makes the element.
    pub(crate) fn html(&self, lang: Lang) -> NavElement<'_> {
        NavElement {
            nav: self,
            text: text::of(lang),
        }
    }
}

/// The element of the local navigation.
#[derive(Template)]
#[template(path = "parts/hub_nav.html")]
pub(crate) struct NavElement<'n> {
    nav: &'n Nav,
    text: &'static text::Texts,
}

impl HtmlSafe for NavElement<'_> {}
