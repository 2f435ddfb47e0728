//! The rule for new passwords.

use super::name::LoginName;

/// Fewest characters of a password.
pub const PASSWORD_SHORTEST: usize = 12;
/// Most characters of a password.
pub const PASSWORD_LONGEST: usize = 128;

/// Reason why a text can not be a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    /// The text is too short.
    #[error("a password has at least 12 characters")]
    TooShort,
    /// The text is too long.
    #[error("a password has at most 128 characters")]
    TooLong,
    /// The text is the login name.
    #[error("a password is not the login name")]
    IsLogin,
}

/// Checks a new password. It has no rule about kinds of characters: length is what counts.
///
/// # Errors
/// [`PasswordError`], with the rule that the text breaks.
pub fn check_password(password: &str, login: &LoginName) -> Result<(), PasswordError> {
    let length = password.chars().count();
    if length < PASSWORD_SHORTEST {
        return Err(PasswordError::TooShort);
    }
    if length > PASSWORD_LONGEST {
        return Err(PasswordError::TooLong);
    }
    if password.trim().eq_ignore_ascii_case(login.as_str()) {
        return Err(PasswordError::IsLogin);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_has_a_length_in_characters_and_is_not_the_login_name() {
        let login = LoginName::parse("kari.nordmann@hub").unwrap();
        let check = |password: &str| check_password(password, &login);
        assert_eq!(check("elleve tegn"), Err(PasswordError::TooShort));
        assert_eq!(check("åååååååååååå"), Ok(()));
        assert_eq!(check(&"å".repeat(128)), Ok(()));
        assert_eq!(check(&"å".repeat(129)), Err(PasswordError::TooLong));
        assert_eq!(check("Kari.Nordmann@hub"), Err(PasswordError::IsLogin));
        assert_eq!(check(" kari.nordmann@hub "), Err(PasswordError::IsLogin));
        assert_eq!(check("kari.nordmann@hub2"), Ok(()));
    }
}
