//! C2SP `signed-note` with Ed25519: a text, a blank line, and signatures that each name their key.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::digest::{SHA256, digest};
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair as _, UnparsedPublicKey};

/// The kind of a signature: Ed25519.
const ED25519_KIND: u8 = 1;

/// Why a note is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoteError {
    /// It is no signed note.
    #[error("this is no signed note")]
    Malformed,
    /// The key did not sign it, or it was changed.
    #[error("the key has not signed this note, or it was changed")]
    NotSigned,
    /// This is no verifying key.
    #[error("this is no verifying key such as `name+12345678+A…`")]
    Key,
}

/// A name as a key can have it: spaces and `+` have a meaning of their own there.
#[must_use]
pub fn key_name(raw: &str) -> String {
    let name: String = raw
        .trim()
        .chars()
        .map(|c| {
            if c.is_whitespace() || c.is_control() || c == '+' {
                '-'
            } else {
                c
            }
        })
        .collect();
    if name.is_empty() { "log".to_owned() } else { name }
}

/// A key that signs notes.
pub struct SigningKey {
    pair: Ed25519KeyPair,
    public: VerifyingKey,
}

/// What a note is checked by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifyingKey {
    name: String,
    key: [u8; 32],
}

impl SigningKey {
    /// The key of a 32 byte seed, under a name; see [`key_name`].
    ///
    /// # Errors
    /// [`NoteError::Key`] where the arithmetic will not have the seed.
    pub fn new(name: &str, seed: &[u8; 32]) -> Result<Self, NoteError> {
        let pair = Ed25519KeyPair::from_seed_unchecked(seed).map_err(|_| NoteError::Key)?;
        let key = pair.public_key().as_ref().try_into().map_err(|_| NoteError::Key)?;
        let public = VerifyingKey {
            name: key_name(name),
            key,
        };
        Ok(Self { pair, public })
    }

    /// What its notes are checked by.
    #[must_use]
    pub const fn verifying_key(&self) -> &VerifyingKey {
        &self.public
    }

    /// Signs a text that ends with a line's end.
    #[must_use]
    pub fn sign(&self, text: &str) -> String {
        let mut signature = self.public.id().to_vec();
        signature.extend_from_slice(self.pair.sign(text.as_bytes()).as_ref());
        format!("{text}\n— {} {}\n", self.public.name, STANDARD.encode(signature))
    }
}

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SigningKey")
            .field("public", &self.public)
            .finish_non_exhaustive()
    }
}

impl VerifyingKey {
    /// Reads `name+id+key`.
    ///
    /// # Errors
    /// [`NoteError::Key`].
    pub fn parse(raw: &str) -> Result<Self, NoteError> {
        let mut parts = raw.trim().splitn(3, '+');
        let (Some(name), Some(id), Some(key)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(NoteError::Key);
        };
        let key = STANDARD.decode(key).map_err(|_| NoteError::Key)?;
        let (kind, key) = key.split_first().ok_or(NoteError::Key)?;
        let key = Self {
            name: name.to_owned(),
            key: key.try_into().map_err(|_| NoteError::Key)?,
        };
        let right = *kind == ED25519_KIND && key_name(name) == name && hexadecimal(key.id()) == id;
        right.then_some(key).ok_or(NoteError::Key)
    }

    /// The name of whoever signs.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What tells this key from others of its name.
    fn id(&self) -> [u8; 4] {
        let mut named = self.name.as_bytes().to_vec();
        named.extend_from_slice(&[b'\n', ED25519_KIND]);
        named.extend_from_slice(&self.key);
        let digest = digest(&SHA256, &named);
        let mut id = [0; 4];
        id.copy_from_slice(&digest.as_ref()[..4]);
        id
    }

    /// The text of a note that this key signed. Signatures by other keys are passed over.
    ///
    /// # Errors
    /// [`NoteError::Malformed`], [`NoteError::NotSigned`].
    pub fn open<'n>(&self, note: &'n str) -> Result<&'n str, NoteError> {
        let end = note.rfind("\n\n").ok_or(NoteError::Malformed)? + 1;
        let (text, signatures) = (&note[..end], &note[end + 1..]);
        if signatures.is_empty() || !signatures.ends_with('\n') {
            return Err(NoteError::Malformed);
        }
        let mut signed = false;
        for line in signatures.lines() {
            let line = line.strip_prefix("— ").ok_or(NoteError::Malformed)?;
            let (name, signature) = line.split_once(' ').ok_or(NoteError::Malformed)?;
            let signature = STANDARD.decode(signature).map_err(|_| NoteError::Malformed)?;
            let (id, signature) = signature.split_at_checked(4).ok_or(NoteError::Malformed)?;
            if name == self.name && id == self.id() {
                let key = UnparsedPublicKey::new(&ED25519, self.key);
                key.verify(text.as_bytes(), signature)
                    .map_err(|_| NoteError::NotSigned)?;
                signed = true;
            }
        }
        signed.then_some(text).ok_or(NoteError::NotSigned)
    }
}

/// `name+id+key`, as [`VerifyingKey::parse`] reads it.
impl std::fmt::Display for VerifyingKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut key = vec![ED25519_KIND];
        key.extend_from_slice(&self.key);
        write!(f, "{}+{}+{}", self.name, hexadecimal(self.id()), STANDARD.encode(key))
    }
}

fn hexadecimal(id: [u8; 4]) -> String {
    format!("{:08x}", u32::from_be_bytes(id))
}
