//! The digest that pins an adapter's file.

use std::fmt;

use ring::digest;

/// The SHA-256 of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Sha256(pub [u8; 32]);

impl Sha256 {
    /// Returns the digest of `bytes`.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        let mut sum = [0; 32];
        sum.copy_from_slice(digest::digest(&digest::SHA256, bytes).as_ref());
        Self(sum)
    }

    /// Parses 64 hexadecimal digits, with or without `sha256:` before them.
    #[must_use]
    pub fn parse(raw: &str) -> Option<Self> {
        let hex = raw.strip_prefix("sha256:").unwrap_or(raw).as_bytes();
        let digits: Vec<u8> = hex
            .iter()
            .map_while(|b| char::from(*b).to_digit(16)?.try_into().ok())
            .collect();
        if hex.len() != 64 || digits.len() != 64 {
            return None;
        }
        let mut sum = [0; 32];
        for (byte, pair) in sum.iter_mut().zip(digits.chunks_exact(2)) {
            *byte = pair.iter().fold(0, |b, digit| b << 4 | digit);
        }
        Some(Self(sum))
    }
}

impl fmt::Display for Sha256 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_and_reads_itself_and_nothing_shorter() {
        let sum = Sha256::of(b"abc");
        assert_eq!(
            sum.to_string(),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
        assert_eq!(Sha256::parse(&sum.to_string()), Some(sum));
        assert_eq!(
            Sha256::parse(&format!("sha256:{}", sum.to_string().to_uppercase())),
            Some(sum)
        );
        assert_eq!(Sha256::parse(&sum.to_string()[1..]), None);
        assert_eq!(Sha256::parse(&format!("x{}", &sum.to_string()[1..])), None);
    }
}
