//! The journal at the second place: steps that must never be undone, with pseudonyms only.
//!
//! A line holds JSON and an HMAC over it and the line before, so that no line can be forged, changed or removed from
//! the middle. A cut at the end shows in the checkpoint beside the journal, which signs the journal's length and
//! content.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use bindeledd_files::Access;
use ring::digest::{Context, SHA256, digest};
use ring::hmac;
use serde::{Deserialize, Serialize};

use crate::conn::codec::{hexadecimal, of_hexadecimal};
use crate::fault::{JournalFault, OpenError};

/// A step that must never be undone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct JournalEntry {
    /// Time of the step, in microseconds since 1970.
    pub(crate) at: i64,
    pub(crate) participant: String,
    #[serde(rename = "word")]
    pub(crate) step: JournalStep,
}

/// The step that an entry records.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum JournalStep {
    /// Withdrawals, as in their table. `consent` names a consent that was withdrawn as a whole.
    Withdrawn {
        consent: Option<String>,
        said: Vec<WithdrawalEntry>,
    },
    /// Address protection was set or lifted.
    Protected(bool),
    /// The participant was erased, and their key destroyed.
    Erased,
    /// The data of another pseudonym was joined to this participant.
    Joined { from: String },
}

/// One withdrawal. A field that is `None` matches everything.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct WithdrawalEntry {
    pub(crate) party: Option<String>,
    pub(crate) from: Option<String>,
    pub(crate) to: Option<String>,
    pub(crate) purpose: Option<String>,
    pub(crate) categories: u8,
    pub(crate) given_until: i64,
    /// Whether the withdrawal ends everything that was registered before it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) all_registered: bool,
    /// Registrar whose registrations the withdrawal ends; `None` for every registrar.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) registrar: Option<String>,
}

/// The part of the journal that a checkpoint signs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Signed {
    pub(crate) lines: u64,
    bytes: u64,
    sum: String,
}

impl Signed {
    const WORD: &'static str = "bindeledd-journal/1";

    /// Returns the checkpoint's line about the journal.
    pub(crate) fn line(&self) -> String {
        format!("{} {} {} {}", Self::WORD, self.lines, self.bytes, self.sum)
    }

    pub(crate) fn parse(line: &str) -> Option<Self> {
        let mut words = line.split(' ');
        let (word, lines, bytes, sum) = (words.next()?, words.next()?, words.next()?, words.next()?);
        let signed = Self {
            lines: lines.parse().ok()?,
            bytes: bytes.parse().ok()?,
            sum: sum.to_owned(),
        };
        (word == Self::WORD && signed.line() == line).then_some(signed)
    }
}

/// The journal's file, and its content when it was opened.
pub(crate) struct Journal {
    path: PathBuf,
    key: hmac::Key,
    records: Vec<JournalEntry>,
    is_there: bool,
    /// Number of whole lines.
    lines: u64,
    /// Number of the first line that the hub did not write.
    damaged: Option<u64>,
    /// HMAC of the newest line, and the offset of its end.
    end: ([u8; 32], u64),
    /// Digest over everything up to that offset.
    sum: Context,
}

impl Journal {
    /// Opens the journal and reads it. Lines that the hub did not write are left out; [`Journal::fault`] reports them.
    pub(crate) fn open(path: PathBuf, key: hmac::Key) -> Result<Self, OpenError> {
        let mut journal = Self {
            path,
            key,
            records: Vec::new(),
            is_there: true,
            lines: 0,
            damaged: None,
            end: ([0; 32], 0),
            sum: Context::new(&SHA256),
        };
        let text = match fs::read(&journal.path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                journal.is_there = false;
                Vec::new()
            }
            Err(error) => return Err(OpenError::Unreachable(journal.path, error)),
        };
        journal.read(&text);
        Ok(journal)
    }

    fn read(&mut self, text: &[u8]) {
        // The line after a wrong line may continue the HMAC of the wrong line, or the HMAC that the line should have.
        // In the second case only the HMAC of the wrong line was changed, and its text is right.
        let mut other: Option<([u8; 32], Option<JournalEntry>)> = None;
        for whole in text.split_inclusive(|byte| *byte == b'\n') {
            // A stop interrupted the writing of an incomplete last line. No caller got an answer that depends on it.
            let Some(line) = whole.strip_suffix(b"\n") else { break };
            self.lines += 1;
            self.sum.update(whole);
            let split = std::str::from_utf8(line).ok().and_then(|line| line.rsplit_once(' '));
            let (json, written) = split.unwrap_or_default();
            let record: Option<JournalEntry> = serde_json::from_str(json).ok();
            let follows = |before: &[u8; 32]| hexadecimal(&self.tag(before, json)) == written;
            let expected = if follows(&self.end.0) {
                Some(self.tag(&self.end.0, json))
            } else {
                let (before, text) = other.take().filter(|(before, _)| follows(before)).unzip();
                self.records.extend(text.flatten());
                before.map(|before: [u8; 32]| self.tag(&before, json))
            };
            other = None;
            match (expected, record) {
                (Some(tag), Some(record)) => {
                    self.records.push(record);
                    self.end.0 = tag;
                }
                (_, record) => {
                    self.damaged.get_or_insert(self.lines);
                    other = Some((self.tag(&self.end.0, json), record));
                    self.end.0 = of_hexadecimal(written).unwrap_or_default();
                }
            }
            self.end.1 += whole.len() as u64;
        }
    }

    /// Returns every entry, oldest first.
    pub(crate) fn records(&self) -> &[JournalEntry] {
        &self.records
    }

    /// Returns the number of whole lines.
    pub(crate) const fn lines(&self) -> u64 {
        self.lines
    }

    /// Returns the difference from the signed journal, if there is one.
    pub(crate) fn fault(&self, signed: Option<&Signed>) -> Result<Option<JournalFault>, OpenError> {
        let damaged = self.damaged.map(|line| JournalFault::Damaged { line });
        let Some(signed) = signed else { return Ok(damaged) };
        if !self.is_there && signed.lines > 0 {
            return Ok(Some(JournalFault::Missing { signed: signed.lines }));
        }
        if self.lines < signed.lines || self.end.1 < signed.bytes {
            let (found, signed) = (self.lines, signed.lines);
            return Ok(Some(JournalFault::Cut { found, signed }));
        }
        if damaged.is_none() && self.prefix(signed)?.is_none() {
            return Ok(Some(JournalFault::Other { signed: signed.lines }));
        }
        Ok(damaged)
    }

    /// Returns the difference from the signed journal, without the journal's own key.
    pub(crate) fn differs(&self, signed: &Signed) -> Result<Option<JournalFault>, OpenError> {
        let fault = self.fault(Some(signed))?;
        let is_other = |fault: &JournalFault| matches!(fault, JournalFault::Damaged { .. });
        let other = JournalFault::Other { signed: signed.lines };
        Ok(Some(fault.filter(|fault| !is_other(fault)).unwrap_or(other)))
    }

    /// Returns the bytes that were signed, if the journal has that many.
    fn prefix(&self, signed: &Signed) -> Result<Option<Vec<u8>>, OpenError> {
        let mut text = match fs::read(&self.path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
            Err(error) => return Err(OpenError::Unreachable(self.path.clone(), error)),
        };
        let bytes = usize::try_from(signed.bytes).unwrap_or(usize::MAX);
        if text.len() < bytes {
            return Ok(None);
        }
        text.truncate(bytes);
        Ok((hexadecimal(digest(&SHA256, &text).as_ref()) == signed.sum).then_some(text))
    }

    /// Returns the part of the journal that a checkpoint signs.
    pub(crate) fn signed(&self) -> Signed {
        Signed {
            lines: self.lines,
            bytes: self.end.1,
            sum: hexadecimal(self.sum.clone().finish().as_ref()),
        }
    }

    fn tag(&self, before: &[u8; 32], json: &str) -> [u8; 32] {
        let mut context = hmac::Context::with_key(&self.key);
        context.update(before);
        context.update(json.as_bytes());
        let mut tag = [0; 32];
        tag.copy_from_slice(context.sign().as_ref());
        tag
    }

    /// Returns lines for these entries, which continue the HMAC `before`, and the HMAC of the last line.
    fn written(&self, mut before: [u8; 32], records: &[JournalEntry]) -> io::Result<(String, [u8; 32])> {
        let mut lines = String::new();
        for record in records {
            let json = serde_json::to_string(record).map_err(io::Error::other)?;
            before = self.tag(&before, &json);
            lines.push_str(&format!("{json} {}\n", hexadecimal(&before)));
        }
        Ok((lines, before))
    }

    /// Appends entries, and waits until they are on disk.
    pub(crate) fn append(&mut self, records: &[JournalEntry]) -> io::Result<()> {
        if records.is_empty() {
            return Ok(());
        }
        let (lines, tag) = self.written(self.end.0, records)?;
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(false);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&self.path)?;
        // A failed attempt may have left bytes after the last whole line. They are cut off first.
        file.set_len(self.end.1)?;
        io::Seek::seek(&mut file, io::SeekFrom::Start(self.end.1))?;
        file.write_all(lines.as_bytes())?;
        file.sync_all()?;
        if self.end.1 == 0 {
            bindeledd_files::sync_folder_of(&self.path)?;
        }
        self.end = (tag, self.end.1 + lines.len() as u64);
        self.lines += records.len() as u64;
        self.sum.update(lines.as_bytes());
        Ok(())
    }

    /// Renames the file, and writes a new journal with these entries only.
    pub(crate) fn make_anew(&mut self, records: Vec<JournalEntry>, aside: &Path) -> io::Result<()> {
        if self.is_there {
            bindeledd_files::replace(aside, &fs::read(&self.path)?, Access::Private)?;
        }
        let (lines, tag) = self.written([0; 32], &records)?;
        bindeledd_files::replace(&self.path, lines.as_bytes(), Access::Private)?;
        let mut sum = Context::new(&SHA256);
        sum.update(lines.as_bytes());
        self.end = (tag, lines.len() as u64);
        self.lines = records.len() as u64;
        (self.is_there, self.damaged, self.sum, self.records) = (true, None, sum, records);
        Ok(())
    }

    /// Returns the path of the journal's file.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}

/// Returns the entries of a journal whose key is lost, up to the length that a checkpoint signed.
pub(crate) fn signed_steps(path: &Path, signed: &Signed) -> Result<Option<Vec<JournalEntry>>, OpenError> {
    let nobodys = hmac::Key::new(hmac::HMAC_SHA256, &[0; 32]);
    let Some(text) = Journal::open(path.to_owned(), nobodys)?.prefix(signed)? else {
        return Ok(None);
    };
    let text = String::from_utf8_lossy(&text);
    let steps = text.lines().map(|line| {
        let json = line.rsplit_once(' ').map_or("", |(json, _)| json);
        serde_json::from_str(json).ok()
    });
    Ok(steps.collect())
}
