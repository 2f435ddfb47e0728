//! Codes that change with time (RFC 6238): SHA-1, 30 seconds, six digits, as every authenticator app knows them.

use data_encoding::BASE32_NOPAD;
use jiff::Timestamp;
use ring::hmac;

const SECONDS: i64 = 30;
/// Steps before and after the current one whose codes are accepted, for clocks that differ.
const WINDOW: u64 = 1;

fn step_at(now: Timestamp) -> u64 {
    u64::try_from(now.as_second().div_euclid(SECONDS)).unwrap_or(0)
}

/// Returns the number from which a code's digits come (RFC 4226, section 5.3).
fn number(secret: &[u8], step: u64) -> u32 {
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, secret);
    let tag = hmac::sign(&key, &step.to_be_bytes());
    let bytes = tag.as_ref();
    let at = usize::from(bytes.last().copied().unwrap_or(0) & 0x0f);
    let mut four = [0; 4];
    for (to, from) in four.iter_mut().zip(bytes.iter().skip(at)) {
        *to = *from;
    }
    u32::from_be_bytes(four) & 0x7fff_ffff
}

fn code(secret: &[u8], step: u64) -> String {
    format!("{:06}", number(secret, step) % 1_000_000)
}

/// Returns the step whose code was typed, if it is one of the steps around `now`. `None` for any other code.
pub(crate) fn matching(secret: &[u8], typed: &str, now: Timestamp) -> Option<u64> {
    let digits: String = typed.chars().filter(|c| !c.is_whitespace()).take(7).collect();
    let here = step_at(now);
    let steps = here.saturating_sub(WINDOW)..=here.saturating_add(WINDOW);
    // Tags are compared, and those of every step, so that the time tells nothing about the code.
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
    let tag = hmac::sign(&key, digits.as_bytes());
    let mut found = None;
    for step in steps {
        if hmac::verify(&key, code(secret, step).as_bytes(), tag.as_ref()).is_ok() {
            found = Some(step);
        }
    }
    found
}

/// Returns the secret in base32, for typing it.
pub(crate) fn base32(secret: &[u8]) -> String {
    BASE32_NOPAD.encode(secret)
}

/// Returns the address that an authenticator app reads from a QR code.
pub(crate) fn uri(secret: &[u8], issuer: &str, login: &str) -> String {
    let (issuer, login) = (escaped(issuer), escaped(login));
    let secret = base32(secret);
    format!("otpauth://totp/{issuer}:{login}?secret={secret}&issuer={issuer}&algorithm=SHA1&digits=6&period=30")
}

fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            escaped.push(char::from(byte));
        } else {
            escaped.push_str(&format!("%{byte:02X}"));
        }
    }
    escaped
}

#[cfg(test)]
pub(crate) fn code_at(secret: &[u8], now: Timestamp) -> String {
    code(secret, step_at(now))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &[u8] = b"12345678901234567890";

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn the_codes_are_those_of_rfc_6238_appendix_b() {
        for (second, eight) in [
            (59, 94_287_082),
            (1_111_111_109, 7_081_804),
            (1_111_111_111, 14_050_471),
            (1_234_567_890, 89_005_924),
            (2_000_000_000, 69_279_037),
            (20_000_000_000, 65_353_130),
        ] {
            assert_eq!(number(SECRET, step_at(at(second))) % 100_000_000, eight);
            assert_eq!(code_at(SECRET, at(second)), format!("{:06}", eight % 1_000_000));
        }
    }

    #[test]
    fn a_code_is_accepted_one_step_early_or_late_and_no_more() {
        let typed = code_at(SECRET, at(3000));
        for (second, accepted) in [(2969, false), (2970, true), (3000, true), (3059, true), (3060, false)] {
            assert_eq!(matching(SECRET, &typed, at(second)).is_some(), accepted, "{second}");
        }
        assert_eq!(matching(SECRET, &typed, at(3059)), Some(100));
        let spaced = format!("{} {}", &typed[..3], &typed[3..]);
        assert_eq!(matching(SECRET, &spaced, at(3000)), Some(100));
        for other in ["", "1", &format!("{typed}0"), "abcdef", "１２３４５６"] {
            assert_eq!(matching(SECRET, other, at(3000)), None);
        }
    }

    #[test]
    fn the_address_escapes_its_names() {
        assert_eq!(
            uri(SECRET, "Bindeledd Nordvik & co", "kari+1@hub"),
            "otpauth://totp/Bindeledd%20Nordvik%20%26%20co:kari%2B1%40hub?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ\
             &issuer=Bindeledd%20Nordvik%20%26%20co&algorithm=SHA1&digits=6&period=30"
        );
    }
}
