//! Telephone numbers, read only from texts that are a single number. Senders also write opening hours, two numbers or a
//! name into such a field. Making one number of those digits would call a stranger.

/// Returns the number to dial if the text is one number and nothing else. With a country code it begins with `+`;
/// otherwise it is dialled as in Norway.
#[must_use]
pub fn parse(raw: &str) -> Option<String> {
    let (digits, international) = digits(raw.trim())?;
    let country = match international {
        true => Some(digits.as_str()),
        false => digits.strip_prefix("00"),
    };
    match country {
        Some(number) => is_international(number).then(|| format!("+{number}")),
        None => is_norwegian(&digits).then_some(digits),
    }
}

/// Returns the digits of a text, and true if it begins with `+`. One space, dot or hyphen may stand between two digits,
/// and brackets around the country code.
fn digits(raw: &str) -> Option<(String, bool)> {
    let plain = match raw.strip_prefix('(') {
        Some(rest) => {
            let (code, rest) = rest.split_once(')')?;
            let is_code = ["+47", "0047"].contains(&code);
            is_code.then(|| format!("{code} {}", rest.trim_start()))?
        }
        None => raw.to_owned(),
    };
    let international = plain.starts_with('+');
    let mut found = String::new();
    let mut between = true;
    for c in plain.strip_prefix('+').unwrap_or(&plain).chars() {
        match c {
            '0'..='9' => {
                found.push(c);
                between = false;
            }
            ' ' | '\u{a0}' | '\u{202f}' | '.' | '-' | '\u{2011}' if !between => between = true,
            _ => return None,
        }
    }
    (!between).then_some((found, international))
}

/// Returns true for E.164: 8 to 15 digits without a leading 0. A Norwegian number has eight digits after its country
/// code.
fn is_international(number: &str) -> bool {
    match number.strip_prefix("47") {
        Some(own) => own.len() == 8 && own.starts_with(|c| ('2'..='9').contains(&c)),
        None => (8..=15).contains(&number.len()) && !number.starts_with('0'),
    }
}

/// Returns true for eight digits, five digits that begin with 0, or one of the helplines at 116.
fn is_norwegian(number: &str) -> bool {
    match number.len() {
        8 => number.starts_with(|c| ('2'..='9').contains(&c)),
        5 => number.starts_with('0'),
        6 => number.starts_with("116"),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn a_text_that_is_one_number_is_one() {
        for (raw, number) in [
            ("22112233", "22112233"),
            (" 22 11 22 33 ", "22112233"),
            ("900 12 345", "90012345"),
            ("22\u{a0}11\u{a0}22\u{a0}33", "22112233"),
            ("+47 22 11 22 33", "+4722112233"),
            ("0047 22112233", "+4722112233"),
            ("(+47) 22 11 22 33", "+4722112233"),
            ("+4790012345", "+4790012345"),
            ("+46 8-123 456 78", "+46812345678"),
            ("02800", "02800"),
            ("116 117", "116117"),
        ] {
            assert_eq!(parse(raw).as_deref(), Some(number), "{raw}");
        }
    }

    #[test]
    fn anything_else_stays_text() {
        for raw in [
            "",
            "+",
            "22 11 22 33 (kl. 9-15)",
            "22112233 / 90012345",
            "22112233, 90012345",
            "22 11 22 33 90 01 23 45",
            "22 11 22 33 eller 90 01 23 45",
            "22112233 linje 4",
            "22 11 22",
            "12345678",
            "+47 22 11 22 33 9",
            "+47 (0) 22 11 22 33",
            "+0 22112233",
            "22  11 22 33",
            "22112233-",
            "tel. 22112233",
            "+47",
            "(22) 11 22 33",
            "15720255178",
        ] {
            assert_eq!(parse(raw), None, "{raw}");
        }
    }
}
