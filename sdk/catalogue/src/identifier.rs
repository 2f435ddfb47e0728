//! National identity numbers, organisation numbers, HER-ids and HPR numbers, parsed by their rules.

use std::borrow::Cow;
use std::fmt;

use jiff::civil::Date;

/// Removes the white space between groups of digits, as in `974 760 924`, including no-break spaces.
#[must_use]
pub fn ungrouped(raw: &str) -> Cow<'_, str> {
    let groups = |c: char| c.is_whitespace() || matches!(c, '\u{200b}' | '\u{2060}' | '\u{feff}');
    if raw.contains(groups) {
        Cow::Owned(raw.replace(groups, ""))
    } else {
        Cow::Borrowed(raw)
    }
}

/// The reason why an identifier is not valid. It names the rule, never the number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum IdentifierError {
    /// Wrong length or a character that is not a digit.
    #[error("a national identity number has 11 digits")]
    Digits,
    /// The date part is not a date.
    #[error("the national identity number has no possible date of birth")]
    Date,
    /// A check digit is wrong.
    #[error("the national identity number's check digits are wrong")]
    Checksum,
    /// Not an organisation number.
    #[error("an organisation number has 9 digits, starts with 8 or 9 and has a right check digit")]
    OrgNumber,
    /// Not a HER-id.
    #[error("a HER-id is a whole number from 1")]
    HerId,
    /// Not an HPR number.
    #[error("an HPR number has 1 to 9 digits")]
    HprNumber,
    /// Not a party's id.
    #[error("a party's id has 2 to 64 characters, a-z, 0-9 and -, and starts with a letter")]
    PartyId,
    /// The text is a reserved word.
    #[error("`operator`, `hub`, `circle` and `reply` have a meaning of their own: choose another id")]
    ReservedPartyId,
}

/// The kind of a [`NationalId`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NationalIdKind {
    /// Fødselsnummer.
    Birth,
    /// D-number: the day plus 40.
    D,
}

/// A fødselsnummer or a D-number whose date and check digits are right. Synthetic numbers count.
///
/// Rules: `shared/standards/README.md`; k1 has the weights 3 7 6 1 8 9 4 5 2 and k2 5 4 3 2 7 6 5 4 3 2, modulo 11.
/// Numbers assigned from 2032 may leave a remainder of 0 to 3 for k1. Synthetic numbers add 40 (Nav), 65 (Norsk
/// helsenett) or 80 (Skatteetaten) to the month.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NationalId(String);

impl NationalId {
    /// Reads 11 digits.
    ///
    /// # Errors
    /// [`IdentifierError::Digits`], [`IdentifierError::Date`] or [`IdentifierError::Checksum`].
    pub fn parse(raw: &str) -> Result<Self, IdentifierError> {
        let digits = digits::<11>(raw).ok_or(IdentifierError::Digits)?;
        birth_date(&digits).ok_or(IdentifierError::Date)?;
        let k1 = weighted(&digits, &[3, 7, 6, 1, 8, 9, 4, 5, 2, 1]);
        let k2 = weighted(&digits, &[5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1]);
        if k1 % 11 <= 3 && k2.is_multiple_of(11) {
            Ok(Self(raw.to_owned()))
        } else {
            Err(IdentifierError::Checksum)
        }
    }

    /// Returns the 11 digits. They are personal data: for an adapter's document and for sealing, never for a log.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// Tells a fødselsnummer from a D-number.
    #[must_use]
    pub fn kind(&self) -> NationalIdKind {
        if self.0.as_bytes()[0] >= b'4' {
            NationalIdKind::D
        } else {
            NationalIdKind::Birth
        }
    }

    /// Returns the number of the person whom these numbers denote; `None` if they are no number, or may denote several
    /// persons. A person may have had a D-number before the national identity number; the latter then counts.
    #[must_use]
    pub fn of_one_person(numbers: &[Self]) -> Option<&Self> {
        let is_birth = |number: &Self| number.kind() == NationalIdKind::Birth;
        let first = numbers.first()?;
        let Some(other) = numbers.iter().find(|number| *number != first) else {
            return Some(first);
        };
        let is_third = |number: &Self| number != first && number != other;
        if is_birth(first) == is_birth(other) || numbers.iter().any(is_third) {
            return None;
        }
        Some(if is_birth(first) { first } else { other })
    }

    /// Returns true if the number is synthetic, for tests.
    #[must_use]
    pub fn is_synthetic(&self) -> bool {
        self.0.as_bytes()[2] >= b'4'
    }
}

impl fmt::Debug for NationalId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NationalId(…)")
    }
}

/// Returns `Some` if day and month form a possible date of birth, after removing the offsets of D-numbers and synthetic
/// numbers. Numbers assigned from 2032 do not tell the century, so 29 February is always allowed.
fn birth_date(digits: &[u32; 11]) -> Option<()> {
    let day = digits[0] * 10 + digits[1];
    let day = if day > 40 { day - 40 } else { day };
    let month = match digits[2] * 10 + digits[3] {
        m @ 1..=12 => m,
        m @ 41..=52 => m - 40,
        m @ 66..=77 => m - 65,
        m @ 81..=92 => m - 80,
        _ => return None,
    };
    let year = digits[4] * 10 + digits[5];
    [1800, 1900, 2000]
        .iter()
        .any(|century| {
            let year = i16::try_from(century + year).unwrap_or(0);
            let (month, day) = (i8::try_from(month).unwrap_or(0), i8::try_from(day).unwrap_or(0));
            Date::new(year, month, day).is_ok()
        })
        .then_some(())
}

fn digits<const N: usize>(raw: &str) -> Option<[u32; N]> {
    let mut out = [0; N];
    if raw.len() != N {
        return None;
    }
    for (slot, c) in out.iter_mut().zip(raw.chars()) {
        *slot = c.to_digit(10)?;
    }
    Some(out)
}

fn weighted(digits: &[u32], weights: &[u32]) -> u32 {
    digits.iter().zip(weights).map(|(d, w)| d * w).sum()
}

/// An organisation number with a right check digit (weights 3 2 7 6 5 4 3 2, modulo 11).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OrgNumber(String);

impl OrgNumber {
    /// Reads 9 digits.
    ///
    /// # Errors
    /// [`IdentifierError::OrgNumber`].
    pub fn parse(raw: &str) -> Result<Self, IdentifierError> {
        let digits = digits::<9>(raw).ok_or(IdentifierError::OrgNumber)?;
        let ok = matches!(digits[0], 8 | 9) && weighted(&digits, &[3, 2, 7, 6, 5, 4, 3, 2, 1]).is_multiple_of(11);
        if ok {
            Ok(Self(raw.to_owned()))
        } else {
            Err(IdentifierError::OrgNumber)
        }
    }

    /// The 9 digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for OrgNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A HER-id: an address in the health sector's address register.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HerId(u32);

impl HerId {
    /// Reads a whole number from 1. Real documents have leading zeros, which are dropped.
    ///
    /// # Errors
    /// [`IdentifierError::HerId`].
    pub fn parse(raw: &str) -> Result<Self, IdentifierError> {
        let all_digits = !raw.is_empty() && raw.bytes().all(|b| b.is_ascii_digit());
        match raw.parse::<u32>() {
            Ok(id @ 1..) if all_digits => Ok(Self(id)),
            _ => Err(IdentifierError::HerId),
        }
    }

    /// The number.
    #[must_use]
    pub const fn get(self) -> u32 {
        self.0
    }
}

impl fmt::Display for HerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// An HPR number: a health professional's number, 1 to 9 digits without a check digit.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct HprNumber(String);

impl HprNumber {
    /// Reads 1 to 9 digits.
    ///
    /// # Errors
    /// [`IdentifierError::HprNumber`].
    pub fn parse(raw: &str) -> Result<Self, IdentifierError> {
        let ok = (1..=9).contains(&raw.len()) && raw.bytes().all(|b| b.is_ascii_digit());
        if ok {
            Ok(Self(raw.to_owned()))
        } else {
            Err(IdentifierError::HprNumber)
        }
    }

    /// The digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_that_norsk_helsenett_publishes_are_read() {
        for raw in ["15720255178", "31777207884"] {
            assert!(NationalId::parse(raw).unwrap().is_synthetic());
        }
    }

    #[test]
    fn a_change_of_any_one_digit_is_found() {
        // By k2, modulo 11 detects every single wrong digit. By k1 it may miss one, since k1 allows four remainders from 2032.
        let right = "15720255178";
        for place in 0..11 {
            for digit in b'0'..=b'9' {
                let mut wrong = right.as_bytes().to_vec();
                if wrong[place] == digit {
                    continue;
                }
                wrong[place] = digit;
                let wrong = String::from_utf8(wrong).unwrap();
                assert!(NationalId::parse(&wrong).is_err(), "{wrong}");
            }
        }
    }

    #[test]
    fn nothing_but_eleven_ascii_digits_is_a_national_id() {
        for raw in [
            "",
            "1572025517",
            "157202551780",
            "1572025517a",
            "１５７２０２５５１７８",
            "15720255 78",
        ] {
            assert_eq!(NationalId::parse(raw), Err(IdentifierError::Digits));
        }
    }

    #[test]
    fn a_d_number_beside_one_birth_number_is_the_same_person_and_no_other_two_are() {
        let [birth, other_birth, d, other_d] =
            ["15720255178", "01815000036", "41815000100", "42815000069"].map(|raw| NationalId::parse(raw).unwrap());
        for (numbers, person) in [
            (vec![&birth], Some(&birth)),
            (vec![&d], Some(&d)),
            (vec![&d, &birth], Some(&birth)),
            (vec![&birth, &d], Some(&birth)),
            (vec![&d, &d], Some(&d)),
            (vec![&birth, &d, &d, &birth], Some(&birth)),
            (vec![], None),
            (vec![&birth, &other_birth], None),
            (vec![&d, &other_d], None),
            (vec![&d, &birth, &other_d], None),
            (vec![&birth, &d, &other_birth], None),
        ] {
            let numbers: Vec<_> = numbers.into_iter().cloned().collect();
            assert!(NationalId::of_one_person(&numbers) == person, "{}", numbers.len());
        }
    }

    #[test]
    fn a_national_id_does_not_print_itself() {
        assert_eq!(
            format!("{:?}", NationalId::parse("15720255178").unwrap()),
            "NationalId(…)"
        );
    }

    #[test]
    fn organisation_numbers_need_their_check_digit() {
        assert!(OrgNumber::parse("889640782").is_ok());
        for raw in ["889640783", "123456785", "88964078", "8896407822"] {
            assert_eq!(OrgNumber::parse(raw), Err(IdentifierError::OrgNumber));
        }
    }

    #[test]
    fn spaces_between_digits_are_no_part_of_a_number() {
        for raw in [
            "974 760 924",
            " 974\u{a0}760\u{a0}924\n",
            "974\u{202f}760\u{2009}924",
            "974760924",
        ] {
            assert_eq!(ungrouped(raw), "974760924");
            assert!(OrgNumber::parse(&ungrouped(raw)).is_ok());
        }
        assert_eq!(ungrouped("974-760.924"), "974-760.924");
    }

    #[test]
    fn a_her_id_is_a_number_from_one() {
        assert_eq!(HerId::parse("0123").unwrap().get(), 123);
        for raw in ["", "0", "-1", "+1", "12a", "99999999999"] {
            assert_eq!(HerId::parse(raw), Err(IdentifierError::HerId));
        }
    }
}
