//! Errors of a token request, and the pause after each.

use std::fmt;

use bindeledd_texts::Said;
use bindeledd_texts::outbound::Unanswered;
use jiff::SignedDuration;

/// Reason why there is no token. `Display` is the English text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum TokenError {
    /// The issuer is unreachable, or its answer can not be used.
    Away {
        what: Unanswered,
        after: Option<SignedDuration>,
    },
    /// The issuer refuses the hub: the configuration is wrong, or a key is being changed.
    Refused { code: Said },
}

impl TokenError {
    pub(super) const fn away(what: Unanswered) -> Self {
        Self::Away { what, after: None }
    }

    /// `code` is the issuer's own, or the hub's reason.
    pub(super) fn refused(code: impl Into<Said>) -> Self {
        Self::Refused { code: code.into() }
    }

    /// Returns the reason in words.
    pub(super) fn words(&self) -> Said {
        match self {
            Self::Away { what, .. } => Said::of("BL-4009", what.clone()),
            Self::Refused { code } => Unanswered::IssuerRefuses { code: code.clone() }.into(),
        }
    }

    pub(super) fn after(mut self, wait: Option<SignedDuration>) -> Self {
        if let Self::Away { after, .. } = &mut self {
            *after = wait;
        }
        self
    }

    /// Returns the pause after the `n`th failure in a row.
    pub(super) fn rest(&self, failures: u32) -> SignedDuration {
        let (first, longest) = match self {
            Self::Away { after: Some(told), .. } => return *told,
            Self::Away { after: None, .. } => (1, 30),
            Self::Refused { .. } => (5, 300),
        };
        let doubled = first * 2_i64.pow(failures.saturating_sub(1).min(10));
        SignedDuration::from_secs(doubled.min(longest))
    }
}

impl fmt::Display for TokenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.words().fmt(f)
    }
}
