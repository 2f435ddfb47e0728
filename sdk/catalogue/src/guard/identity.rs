//! Finds national identity numbers in a text, in the groupings that people use.

use crate::identifier::NationalId;

/// The groupings of the eleven digits: unbroken; the date apart; day, month and year apart; and the last two with the check digits
/// apart. Account numbers (4, 2, 5) and telephone numbers have other groupings.
const LAYOUTS: [&[usize]; 5] = [&[11], &[6, 5], &[2, 2, 2, 5], &[6, 3, 2], &[2, 2, 2, 3, 2]];

/// Returns true if an identity number other than `own` begins at `start`, where a run of digits begins.
pub(super) fn is_at(text: &str, start: usize, own: Option<&NationalId>) -> bool {
    let mut digits = String::new();
    let mut groups = [0; 5];
    let mut rest = &text[start..];
    for (i, group) in groups.iter_mut().enumerate() {
        let length = rest.bytes().take_while(u8::is_ascii_digit).count();
        *group = length;
        // A longer run is not an identity number. The limit also bounds the work on a text that consists of digits.
        if length > 11 || digits.len() + length > 11 {
            return false;
        }
        digits.push_str(&rest[..length]);
        if digits.len() == 11 {
            return LAYOUTS.contains(&&groups[..=i])
                && NationalId::parse(&digits).is_ok_and(|id| own.is_none_or(|own| *own != id));
        }
        let Some(after) = behind_separator(&rest[length..]) else {
            return false;
        };
        rest = after;
    }
    false
}

/// Returns the digits after one separator, if there are any.
fn behind_separator(rest: &str) -> Option<&str> {
    let mut chars = rest.chars();
    let separates = matches!(
        chars.next()?,
        ' ' | '.' | '-' | '/' | '\u{a0}' | '\u{2009}' | '\u{202f}' | '\u{2011}' | '\u{2013}' | '\u{ad}' | '\u{200b}'
    );
    let rest = chars.as_str();
    (separates && rest.starts_with(|c: char| c.is_ascii_digit())).then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> bool {
        let starts = text
            .char_indices()
            .filter(|(i, c)| c.is_ascii_digit() && !text[..*i].ends_with(|before: char| before.is_ascii_digit()));
        starts.map(|(i, _)| i).any(|i| is_at(text, i, None))
    }

    #[test]
    fn a_number_is_found_however_it_is_broken_up() {
        for text in [
            "15720255178",
            "fnr15720255178.",
            "(157202 55178)",
            "157202-55178",
            "15.72.02 55178",
            "15 72 02 551 78",
            "157202\u{a0}551 78",
            "Kari, 157202.55178, søster",
            "31777207884",
            "tlf 22 33 44 55 og 15720255178",
        ] {
            assert!(found(text), "{text}");
        }
    }

    #[test]
    fn other_long_numbers_are_none() {
        for text in [
            "15720255179",
            "157202551780",
            "1572.02.55178",
            "15720 255178",
            "157202  55178",
            "91 23 45 67 89",
            "+47 912 34 567",
            "915933149",
            "2026-11-21 10:30",
        ] {
            assert!(!found(text), "{text}");
        }
    }

    #[test]
    fn the_end_of_a_longer_number_is_none() {
        assert!(crate::guard::has_identity_number("ring 15720255178"));
        for text in ["115720255178", "faktura 2026157202-55178"] {
            assert!(!found(text) && !crate::guard::has_identity_number(text), "{text}");
        }
    }
}
