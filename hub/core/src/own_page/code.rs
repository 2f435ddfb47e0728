//! The one-time code, and the PIN that the participant chooses. `Debug` prints neither.

use std::fmt;

/// Letters and digits of a code: those that nobody confuses when a code is read aloud or copied by hand.
const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Letters of a code: 50 bits.
const LENGTH: usize = 10;
/// Longest text that is read as a code.
const LONGEST: usize = 40;

/// A one-time code, without its hyphen.
#[derive(Clone, PartialEq, Eq)]
pub struct OwnCode(String);

impl OwnCode {
    /// Makes a code from random bytes.
    #[must_use]
    pub fn of(random: [u8; 8]) -> Self {
        let bits = u64::from_be_bytes(random);
        let letter = |n: usize| LETTERS[usize::try_from(bits >> (5 * n) & 31).unwrap_or_default()];
        Self((0..LENGTH).map(|n| char::from(letter(n))).collect())
    }

    /// Reads what a person typed: capitals or not, with any spaces and hyphens. Letters that look like a digit count as
    /// that digit.
    #[must_use]
    pub fn parse(typed: &str) -> Option<Self> {
        if typed.len() > LONGEST {
            return None;
        }
        let letters: Option<String> = typed
            .chars()
            .filter(|c| !c.is_whitespace() && *c != '-' && *c != '–')
            .map(|c| match c.to_ascii_uppercase() {
                'O' => Some('0'),
                'I' | 'L' => Some('1'),
                c => u8::try_from(c)
                    .ok()
                    .filter(|byte| LETTERS.contains(byte))
                    .map(char::from),
            })
            .collect();
        letters.filter(|letters| letters.len() == LENGTH).map(Self)
    }

    /// Returns the letters, for the digest that the store keeps.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// Returns the code as people write it: two groups of five.
    #[must_use]
    pub fn written(&self) -> String {
        let (first, last) = self.0.split_at(LENGTH / 2);
        format!("{first}-{last}")
    }
}

impl fmt::Debug for OwnCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OwnCode(…)")
    }
}

/// A PIN that the participant chose.
#[derive(Clone, PartialEq, Eq)]
pub struct Pin(String);

/// Reason why a PIN is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PinFault {
    /// It does not have six digits.
    Digits,
    /// Others would guess it first.
    Simple,
}

/// Digits of a PIN.
const PIN_DIGITS: usize = 6;

impl Pin {
    /// Reads a new PIN.
    ///
    /// # Errors
    /// The reason why it is refused.
    pub fn parse(typed: &str) -> Result<Self, PinFault> {
        let typed = typed.trim();
        if typed.len() != PIN_DIGITS || !typed.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(PinFault::Digits);
        }
        let digits = typed.as_bytes();
        let is_run = |step: i16| {
            let pairs = digits.iter().zip(&digits[1..]);
            pairs.into_iter().all(|(a, b)| i16::from(*b) - i16::from(*a) == step)
        };
        let is_twice = digits[..3] == digits[3..];
        if is_run(0) || is_run(1) || is_run(-1) || is_twice {
            return Err(PinFault::Simple);
        }
        Ok(Self(typed.to_owned()))
    }

    /// Returns the digits.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Pin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pin(…)")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_code_is_read_however_it_is_typed() {
        let code = OwnCode::parse("k7mpr-2xq9t").unwrap();
        for typed in [" K7MPR 2XQ9T ", "k7mpr2xq9t", "K7MPR–2XQ9T"] {
            assert!(OwnCode::parse(typed) == Some(code.clone()), "{typed}");
        }
        assert!(OwnCode::parse("oil00-11111") == OwnCode::parse("01100-11111"));
        for other in [
            "",
            "K7MPR-2XQ9",
            "K7MPR-2XQ9TT",
            "K7MPR-2XQ9U",
            "ÅÅÅÅÅ-ÅÅÅÅÅ",
            &"0".repeat(50),
        ] {
            assert!(OwnCode::parse(other).is_none(), "{other}");
        }
        assert_eq!(format!("{code:?}"), "OwnCode(…)");
    }

    #[test]
    fn a_pin_has_six_digits_that_nobody_guesses_first() {
        assert!(Pin::parse(" 402913 ").is_ok());
        for digits in ["", "40291", "4029133", "40291a", "４０２９１３"] {
            assert_eq!(Pin::parse(digits), Err(PinFault::Digits), "{digits}");
        }
        for simple in ["000000", "123456", "987654", "123123"] {
            assert_eq!(Pin::parse(simple), Err(PinFault::Simple), "{simple}");
        }
        assert_eq!(format!("{:?}", Pin::parse("402913").unwrap()), "Pin(…)");
    }

    proptest! {
        #[test]
        fn every_code_comes_back_from_its_writing(random in any::<[u8; 8]>()) {
            let code = OwnCode::of(random);
            prop_assert!(OwnCode::parse(&code.written()) == Some(code));
        }
    }
}
