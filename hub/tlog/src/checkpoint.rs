//! C2SP `tlog-checkpoint`: the name of a log, the number of its entries and their root, signed as a note.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::hash::Hash;
use crate::note::{NoteError, SigningKey, VerifyingKey};

/// The commitment of a log to its entries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// Name of the log, and of the key that signs it.
    pub origin: String,
    /// Number of entries.
    pub size: u64,
    /// Root hash of the entries.
    pub root: Hash,
}

/// Reason why a checkpoint is refused. The texts for people stand with those of the hub.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CheckpointError {
    /// The checkpoint's note is refused.
    Note(NoteError),
    /// The note is no checkpoint.
    Malformed,
    /// The checkpoint is of another log.
    Origin,
}

impl From<NoteError> for CheckpointError {
    fn from(error: NoteError) -> Self {
        Self::Note(error)
    }
}

impl Checkpoint {
    /// Signs the checkpoint.
    #[must_use]
    pub fn sign(&self, key: &SigningKey) -> String {
        key.sign(&self.text())
    }

    /// Signs the checkpoint with one further line, which is not empty and has no line break. A reader that does not
    /// know this line skips it.
    #[must_use]
    pub fn sign_with(&self, line: &str, key: &SigningKey) -> String {
        key.sign(&format!("{}{line}\n", self.text()))
    }

    /// Opens a note that `key` signed for the log of the key's name.
    ///
    /// # Errors
    /// [`CheckpointError`].
    pub fn open(note: &str, key: &VerifyingKey) -> Result<Self, CheckpointError> {
        Self::open_with(note, key).map(|(checkpoint, _)| checkpoint)
    }

    /// Opens a note, and also returns the further lines that were signed.
    ///
    /// # Errors
    /// [`CheckpointError`].
    pub fn open_with<'n>(note: &'n str, key: &VerifyingKey) -> Result<(Self, Vec<&'n str>), CheckpointError> {
        let text = key.open(note)?;
        let checkpoint = Self::parse(text).ok_or(CheckpointError::Malformed)?;
        if checkpoint.origin != key.name() {
            return Err(CheckpointError::Origin);
        }
        Ok((checkpoint, text.lines().skip(3).collect()))
    }

    fn text(&self) -> String {
        format!("{}\n{}\n{}\n", self.origin, self.size, STANDARD.encode(self.root.0))
    }

    /// Parses the text. Further lines may follow, and are ignored.
    fn parse(text: &str) -> Option<Self> {
        let mut lines = text.lines();
        let (origin, size, root) = (lines.next()?, lines.next()?, lines.next()?);
        let checkpoint = Self {
            origin: origin.to_owned(),
            size: size.parse().ok()?,
            root: Hash::from_slice(&STANDARD.decode(root).ok()?)?,
        };
        text.starts_with(&checkpoint.text()).then_some(checkpoint)
    }
}
