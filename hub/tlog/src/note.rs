//! C2SP `signed-note` with Ed25519: a text, a blank line, and signatures that each name their key.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::digest::{SHA256, digest};
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair as _, UnparsedPublicKey};

/// Kind number of an Ed25519 signature.
const ED25519_KIND: u8 = 1;

/// Reason why a note is refused. The texts for people stand with those of the hub.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoteError {
    /// The text is no signed note.
    Malformed,
    /// The key did not sign the note, or the note was changed.
    NotSigned,
    /// The text is no verifying key.
    Key,
}

/// Returns a name without the characters that have a meaning in key names: spaces and `+`.
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

/// A key that verifies notes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifyingKey {
    name: String,
    key: [u8; 32],
}

impl SigningKey {
    /// Makes a key from a seed of 32 bytes, under a name; see [`key_name`].
    ///
    /// # Errors
    /// [`NoteError::Key`] if the algorithm refuses the seed.
    pub fn new(name: &str, seed: &[u8; 32]) -> Result<Self, NoteError> {
        let pair = Ed25519KeyPair::from_seed_unchecked(seed).map_err(|_| NoteError::Key)?;
        let key = pair.public_key().as_ref().try_into().map_err(|_| NoteError::Key)?;
        let public = VerifyingKey {
            name: key_name(name),
            key,
        };
        Ok(Self { pair, public })
    }

    /// Returns the key that verifies this key's notes.
    #[must_use]
    pub const fn verifying_key(&self) -> &VerifyingKey {
        &self.public
    }

    /// Signs a text that ends with a line break.
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
    /// Parses `name+id+key`.
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

    /// Returns the name of the signer.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the id that tells this key from others of the same name.
    fn id(&self) -> [u8; 4] {
        let mut named = self.name.as_bytes().to_vec();
        named.extend_from_slice(&[b'\n', ED25519_KIND]);
        named.extend_from_slice(&self.key);
        let digest = digest(&SHA256, &named);
        let mut id = [0; 4];
        id.copy_from_slice(&digest.as_ref()[..4]);
        id
    }

    /// Returns the text of a note that this key signed. Signatures of other keys are skipped.
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

/// Formats `name+id+key`, which [`VerifyingKey::parse`] reads.
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
