//! Random secrets that a person or their browser holds. `Debug` prints none of them.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bindeledd_core::AccountId;
use bindeledd_engine::ports::{Entropy, SecretHash};
use data_encoding::BASE32_NOPAD;
use ring::digest::{Context, SHA256, digest};

macro_rules! secret {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq)]
        pub struct $name(String);

        impl $name {
            /// Returns the text.
            #[must_use]
            pub fn reveal(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(…)"))
            }
        }
    };
}

secret!(
    /// The token of a session or of a link: 32 random bytes in base64url.
    Token
);
secret!(
    /// The token of a sign-in that awaits its second factor.
    Challenge
);
secret!(
    /// A recovery code: 80 random bits in base32, in four groups.
    RecoveryCode
);

fn random<const N: usize>(entropy: &dyn Entropy) -> [u8; N] {
    let mut bytes = [0; N];
    entropy.fill(&mut bytes);
    bytes
}

fn token(entropy: &dyn Entropy) -> String {
    URL_SAFE_NO_PAD.encode(random::<32>(entropy))
}

/// Returns the hash of a token; `None` if the text can not be a token.
pub(crate) fn token_hash(text: &str) -> Option<SecretHash> {
    // 32 bytes have 43 characters. Nothing longer is hashed.
    let is_token = text.len() == 43 && URL_SAFE_NO_PAD.decode(text).is_ok_and(|bytes| bytes.len() == 32);
    is_token.then(|| hash(text.as_bytes()))
}

fn hash(bytes: &[u8]) -> SecretHash {
    let mut hash = [0; 32];
    hash.copy_from_slice(digest(&SHA256, bytes).as_ref());
    hash
}

impl Token {
    /// Makes a token, and its hash.
    pub(crate) fn new(entropy: &dyn Entropy) -> (Self, SecretHash) {
        let token = token(entropy);
        let hash = hash(token.as_bytes());
        (Self(token), hash)
    }
}

impl Challenge {
    pub(crate) fn new(entropy: &dyn Entropy) -> Self {
        Self(token(entropy))
    }

    /// Parses the text of a form; `None` if it can not be a challenge.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        token_hash(text).map(|_| Self(text.to_owned()))
    }

    pub(crate) fn hash(&self) -> SecretHash {
        hash(self.0.as_bytes())
    }
}

impl RecoveryCode {
    pub(crate) fn new(entropy: &dyn Entropy) -> Self {
        let letters = BASE32_NOPAD.encode(&random::<10>(entropy));
        let groups: Vec<_> = (0..4).filter_map(|n| letters.get(n * 4..n * 4 + 4)).collect();
        Self(groups.join("-"))
    }

    /// Parses what a person typed: capitals or not, with any spaces and hyphens.
    pub(crate) fn parse(typed: &str) -> Option<Self> {
        if typed.len() > 64 {
            return None;
        }
        let letters: String = typed
            .chars()
            .filter(|c| !c.is_whitespace() && *c != '-')
            .map(|c| c.to_ascii_uppercase())
            .collect();
        let groups: Vec<_> = (0..4).filter_map(|n| letters.get(n * 4..n * 4 + 4)).collect();
        let is_code = letters.len() == 16 && BASE32_NOPAD.decode(letters.as_bytes()).is_ok();
        is_code.then(|| Self(groups.join("-")))
    }

    /// Returns the hash. It covers the account: equal codes of two accounts have different hashes. A slow hash would
    /// gain nothing, since nobody can try 80 random bits.
    pub(crate) fn hash(&self, account: AccountId) -> SecretHash {
        let mut context = Context::new(&SHA256);
        context.update(account.0.as_bytes());
        context.update(self.0.as_bytes());
        let mut hash = [0; 32];
        hash.copy_from_slice(context.finish().as_ref());
        hash
    }
}

/// Makes the secret of a second factor, as long as the hash of its codes.
pub(crate) fn totp_secret(entropy: &dyn Entropy) -> [u8; 20] {
    random(entropy)
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    struct Fixed(u8);

    impl Entropy for Fixed {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(self.0);
        }
    }

    #[test]
    fn a_token_is_43_characters_and_nothing_else_is_one() {
        let (token, hash) = Token::new(&Fixed(7));
        assert_eq!(token_hash(token.reveal()), Some(hash));
        assert!(Challenge::parse(token.reveal()).is_some());
        for other in [
            "",
            "x",
            &"a".repeat(44),
            &" ".repeat(43),
            &format!("{}=", &token.reveal()[..42]),
        ] {
            assert_eq!(token_hash(other), None, "{other}");
        }
        assert_eq!(format!("{token:?}"), "Token(…)");
    }

    #[test]
    fn a_recovery_code_is_read_however_it_is_typed() {
        let code = RecoveryCode::new(&Fixed(0x5a));
        assert_eq!(code.reveal().len(), 19);
        let typed = format!(" {} ", code.reveal().to_lowercase().replace('-', " "));
        assert!(RecoveryCode::parse(&typed) == Some(code.clone()));
        for other in ["", "123456", "1111-1111-1111-1111", &code.reveal()[1..], "ÅÅÅÅ-ÅÅÅÅ"] {
            assert!(RecoveryCode::parse(other).is_none(), "{other}");
        }
        let account = |n| AccountId(Uuid::from_u128(n));
        assert_ne!(code.hash(account(1)), code.hash(account(2)));
    }
}
