//! Searches bytes for texts in every encoding.

use std::collections::{BTreeSet, HashMap};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};

/// One text in one encoding.
struct Needle {
    canary: String,
    form: &'static str,
    bytes: Vec<u8>,
}

/// Searches for every canary in every encoding, by their first four bytes.
pub(crate) struct Search {
    needles: Vec<Needle>,
    by_start: HashMap<[u8; 4], Vec<usize>>,
}

/// A place where the search found a text.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Hit {
    pub(crate) place: String,
    pub(crate) canary: String,
    pub(crate) form: &'static str,
    pub(crate) around: String,
}

/// Returns a text in every encoding, as bytes.
pub(crate) fn forms(text: &str) -> Vec<(&'static str, Vec<u8>)> {
    let bytes = text.as_bytes();
    let hex = |upper: bool| -> Vec<u8> {
        let digits = bytes
            .iter()
            .map(|b| if upper { format!("{b:02X}") } else { format!("{b:02x}") });
        digits.collect::<String>().into_bytes()
    };
    let percent = |all: bool| -> Vec<u8> {
        let written = bytes.iter().map(|b| {
            let plain = b.is_ascii_alphanumeric() || b"-._~".contains(b);
            if plain && !all {
                char::from(*b).to_string()
            } else {
                format!("%{b:02X}")
            }
        });
        written.collect::<String>().into_bytes()
    };
    let json = |all: bool| -> Vec<u8> {
        let mut written = String::new();
        for unit in text.encode_utf16() {
            match u8::try_from(unit) {
                Ok(b) if b.is_ascii() && !all => written.push(char::from(b)),
                _ => written.push_str(&format!("\\u{unit:04x}")),
            }
        }
        written.into_bytes()
    };
    let xml: String = text
        .chars()
        .map(|c| {
            if c.is_ascii() {
                c.to_string()
            } else {
                format!("&#{};", u32::from(c))
            }
        })
        .collect();
    let latin: Vec<u8> = text.chars().filter_map(|c| u8::try_from(u32::from(c)).ok()).collect();
    let mut forms = vec![
        ("UTF-8", bytes.to_vec()),
        ("lower case", text.to_lowercase().into_bytes()),
        ("upper case", text.to_uppercase().into_bytes()),
        ("Latin-1", latin),
        ("UTF-16LE", text.encode_utf16().flat_map(u16::to_le_bytes).collect()),
        ("UTF-16BE", text.encode_utf16().flat_map(u16::to_be_bytes).collect()),
        ("hexadecimal", hex(false)),
        ("hexadecimal", hex(true)),
        ("percent", percent(false)),
        ("percent", percent(true)),
        (
            "form",
            String::from_utf8_lossy(&percent(false))
                .replace("%20", "+")
                .into_bytes(),
        ),
        ("JSON", json(false)),
        ("JSON", json(true)),
        ("XML", xml.into_bytes()),
        (
            "digits apart",
            bytes
                .iter()
                .map(|b| b.to_string())
                .collect::<Vec<_>>()
                .join(", ")
                .into_bytes(),
        ),
        ("backwards", bytes.iter().rev().copied().collect()),
    ];
    forms.extend(in_base64(bytes));
    forms.retain(|(_, bytes)| bytes.len() >= 8);
    forms
}

/// Returns the base64 forms of a text at the three possible alignments, without the characters that depend on neighbours.
fn in_base64(bytes: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    let mut forms = Vec::new();
    for before in 0..3 {
        let mut padded = vec![b'x'; before];
        padded.extend_from_slice(bytes);
        for (form, engine) in [("base64", &STANDARD), ("base64url", &URL_SAFE)] {
            let written = engine.encode(&padded);
            let from = if before == 0 { 0 } else { before + 1 };
            let whole = padded.len() / 3 * 4;
            forms.push((form, written.as_bytes()[from..whole].to_vec()));
        }
    }
    forms
}

impl Search {
    /// Makes a search for these texts, each of at least eight characters.
    pub(crate) fn new<'a>(canaries: impl IntoIterator<Item = &'a str>) -> Self {
        let mut needles = Vec::new();
        for canary in canaries {
            assert!(canary.len() >= 8, "{canary} may stand anywhere by chance");
            for (form, bytes) in forms(canary) {
                needles.push(Needle {
                    canary: canary.to_owned(),
                    form,
                    bytes,
                });
            }
        }
        let mut by_start: HashMap<[u8; 4], Vec<usize>> = HashMap::new();
        for (n, needle) in needles.iter().enumerate() {
            by_start
                .entry(needle.bytes[..4].try_into().unwrap())
                .or_default()
                .push(n);
        }
        Self { needles, by_start }
    }

    /// Finds all canaries in `bytes`; each canary in each encoding is reported once.
    pub(crate) fn bytes(&self, place: &str, bytes: &[u8]) -> Vec<Hit> {
        let mut found = BTreeSet::new();
        let mut seen = BTreeSet::new();
        for (at, start) in bytes.windows(4).enumerate() {
            let start: [u8; 4] = start.try_into().unwrap();
            for &n in self.by_start.get(&start).into_iter().flatten() {
                let needle = &self.needles[n];
                if bytes[at..].starts_with(&needle.bytes) && seen.insert(n) {
                    let around = &bytes[at.saturating_sub(80)..(at + 120).min(bytes.len())];
                    found.insert(Hit {
                        place: place.to_owned(),
                        canary: needle.canary.clone(),
                        form: needle.form,
                        around: String::from_utf8_lossy(around).replace(char::is_control, " "),
                    });
                }
            }
        }
        found.into_iter().collect()
    }

    /// Finds all canaries in the files below `folder` and in their names. Returns the hits and the number of searched
    /// bytes.
    pub(crate) fn folder(&self, folder: &Path) -> (Vec<Hit>, usize) {
        let (mut hits, mut looked) = (Vec::new(), 0);
        for file in files(folder) {
            let name = file.display().to_string();
            hits.extend(self.bytes(&format!("the name {name}"), name.as_bytes()));
            let bytes = match std::fs::read(&file) {
                // A hub that runs removes files of its own, such as a journal, after the folder was listed.
                Err(error) if error.kind() == ErrorKind::NotFound => continue,
                read => read.unwrap(),
            };
            looked += bytes.len();
            hits.extend(self.bytes(&name, &bytes));
        }
        (hits, looked)
    }

    /// Returns the number of searched forms.
    pub(crate) fn len(&self) -> usize {
        self.needles.len()
    }

    /// Returns the canaries that occur in `bytes`.
    pub(crate) fn canaries_in(&self, bytes: &[u8]) -> BTreeSet<String> {
        self.bytes("", bytes).into_iter().map(|hit| hit.canary).collect()
    }
}

/// Returns every file below a folder.
pub(crate) fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let entries = match std::fs::read_dir(&folder) {
            Err(error) if error.kind() == ErrorKind::NotFound => continue,
            entries => entries.unwrap(),
        };
        for entry in entries {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.is_file() {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}
