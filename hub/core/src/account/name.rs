//! The two names of an account.

use std::fmt;

use bindeledd_catalogue::is_hidden;

/// The name that a person signs in with: 3 to 64 of `a-z 0-9 . _ - @ +`. Upper case is folded. `Debug` does not print
/// it, since it may be an e-mail address.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LoginName(String);

/// Reason why a text is no login name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LoginNameError {
    /// The text is too short or too long.
    #[error("a login name has 3 to 64 characters")]
    Length,
    /// The text has another character.
    #[error("a login name has only letters a to z, digits, and . _ - @ +")]
    Character,
}

impl LoginName {
    /// Parses a login name, without the space around it.
    ///
    /// # Errors
    /// [`LoginNameError`], with the rule that the text breaks.
    pub fn parse(raw: &str) -> Result<Self, LoginNameError> {
        let folded = raw.trim().to_ascii_lowercase();
        let legal = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '_' | '-' | '@' | '+');
        if !folded.chars().all(legal) {
            return Err(LoginNameError::Character);
        }
        if !(3..=64).contains(&folded.len()) {
            return Err(LoginNameError::Length);
        }
        Ok(Self(folded))
    }

    /// Returns the name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for LoginName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LoginName(…)")
    }
}

/// The name of a person on pages: 1 to 100 characters of any script, none of them hidden. `Debug` does not print it.
#[derive(Clone, PartialEq, Eq)]
pub struct DisplayName(String);

/// Reason why a text is no name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DisplayNameError {
    /// The text is empty or too long.
    #[error("a name has 1 to 100 characters")]
    Length,
    /// The text has a character that nobody can see, such as a control character.
    #[error("a name has no control characters and no hidden ones")]
    Hidden,
}

impl DisplayName {
    /// Parses a name, without the space around it.
    ///
    /// # Errors
    /// [`DisplayNameError`], with the rule that the text breaks.
    pub fn parse(raw: &str) -> Result<Self, DisplayNameError> {
        let name = raw.trim();
        if !(1..=100).contains(&name.chars().count()) {
            return Err(DisplayNameError::Length);
        }
        if name.chars().any(|c| c.is_control() || is_hidden(c)) {
            return Err(DisplayNameError::Hidden);
        }
        Ok(Self(name.to_owned()))
    }

    /// Returns the name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for DisplayName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DisplayName(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_login_name_is_folded_and_has_few_characters() {
        assert_eq!(
            LoginName::parse(" Kari.N@Hub-1_x+y ").unwrap().as_str(),
            "kari.n@hub-1_x+y"
        );
        assert_eq!(LoginName::parse("kari"), LoginName::parse("KARI"));
        for (raw, why) in [
            ("", LoginNameError::Length),
            ("ab", LoginNameError::Length),
            (&*"a".repeat(65), LoginNameError::Length),
            ("kari n", LoginNameError::Character),
            ("kåre", LoginNameError::Character),
            ("K\u{212a}ri", LoginNameError::Character),
            ("kari\0", LoginNameError::Character),
            ("<b>kari", LoginNameError::Character),
        ] {
            assert_eq!(LoginName::parse(raw), Err(why), "{raw}");
        }
        assert!(LoginName::parse("abc").is_ok() && LoginName::parse(&"a".repeat(64)).is_ok());
    }

    #[test]
    fn a_name_is_of_any_script_and_shows_all_that_it_has() {
        for name in ["Kåre Ødegård", "Áile Ŋáŋ", "王小明", "O'Neil <b>", "x"] {
            assert_eq!(DisplayName::parse(name).unwrap().as_str(), name);
        }
        assert!(DisplayName::parse(&"å".repeat(100)).is_ok());
        for (raw, why) in [
            ("  ", DisplayNameError::Length),
            (&*"å".repeat(101), DisplayNameError::Length),
            ("Kari\u{202e}iraK", DisplayNameError::Hidden),
            ("Kari\nNordmann", DisplayNameError::Hidden),
        ] {
            assert_eq!(DisplayName::parse(raw), Err(why), "{raw:?}");
        }
    }

    #[test]
    fn neither_name_is_printed_by_debug() {
        let (login, name) = (
            LoginName::parse("kari@hub").unwrap(),
            DisplayName::parse("Kari").unwrap(),
        );
        assert_eq!(format!("{login:?} {name:?}"), "LoginName(…) DisplayName(…)");
    }
}
