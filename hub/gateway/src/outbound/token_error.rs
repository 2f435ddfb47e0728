//! Errors of a token request, and the pause after each.

use jiff::SignedDuration;

/// Reason why there is no token.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum TokenError {
    /// The issuer is unreachable, or its answer can not be used.
    #[error("BL-4009: {what}")]
    Away {
        what: String,
        after: Option<SignedDuration>,
    },
    /// The issuer refuses the hub: the configuration is wrong, or a key is being changed.
    #[error("BL-6013: the token endpoint refuses the hub ({code}); check its client id, scope and key")]
    Refused { code: String },
}

impl TokenError {
    pub(super) const fn away(what: String) -> Self {
        Self::Away { what, after: None }
    }

    pub(super) fn refused(code: &str) -> Self {
        Self::Refused { code: code.to_owned() }
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
