//! C2SP `tlog-checkpoint`: which log, how many entries, and their root; signed as a note.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::hash::Hash;
use crate::note::{NoteError, SigningKey, VerifyingKey};

/// What a log commits to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// Which log; also the name of its key.
    pub origin: String,
    /// How many entries.
    pub size: u64,
    /// Their root.
    pub root: Hash,
}

/// Why a checkpoint is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointError {
    /// Its note is not.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// The note is no checkpoint.
    #[error("this note is no checkpoint: it has to have origin, size and root, a line each")]
    Malformed,
    /// It is of another log.
    #[error("the checkpoint is of another log than its key")]
    Origin,
}

impl Checkpoint {
    /// Signs it.
    #[must_use]
    pub fn sign(&self, key: &SigningKey) -> String {
        key.sign(&self.text())
    }

    /// Signs it with a line more, which has no line's end and is not empty. Whoever does not know that line passes over it.
    #[must_use]
    pub fn sign_with(&self, line: &str, key: &SigningKey) -> String {
        key.sign(&format!("{}{line}\n", self.text()))
    }

    /// Reads a note that `key` signed for the log of its name.
    ///
    /// # Errors
    /// [`CheckpointError`].
    pub fn open(note: &str, key: &VerifyingKey) -> Result<Self, CheckpointError> {
        Self::open_with(note, key).map(|(checkpoint, _)| checkpoint)
    }

    /// Reads it with the lines that were signed below it.
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

    /// Reads the text. More lines may follow, which others put there for themselves.
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
