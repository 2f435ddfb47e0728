//! An adapter's file before its compilation: its digest, its contract, its imports and exports.

use std::fs;
use std::path::Path;

use bindeledd_core::contract::{INBOX, MANIFEST_SECTION, OLD_CONTRACT, OLD_CONTRACT_SECTION, TRANSLATE};
use bindeledd_texts::{FileFault, Said};
use wasmparser::{ComponentTypeRef, Encoding, Parser, Payload, TypeBounds};

use crate::bounds::{self, Measure};
use crate::{HostError, Sha256};

/// Prefix of the types of contract 0.2, which a component lists like an import. The types contain no function.
const OLD_TYPES: &str = "bindeledd:adapter/types@";

/// The contract that a file was built for, with the names of its exports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Contract {
    /// Contract 1.0 or a later minor version.
    Current {
        /// Export that every adapter has.
        translate: String,
        /// Export of an adapter with an inbox.
        inbox: Option<String>,
    },
    /// Contract 0.2.
    Old,
}

impl Contract {
    /// Returns the contract's major and minor version.
    pub(crate) fn version(&self) -> String {
        match self {
            Self::Current { translate, .. } => minor(version_of(translate)).to_owned(),
            Self::Old => OLD_CONTRACT.to_owned(),
        }
    }
}

/// Returns the version in an export's name.
fn version_of(export: &str) -> &str {
    export.split_once('@').map_or("", |(_, version)| version)
}

/// Returns major and minor of a version.
fn minor(version: &str) -> &str {
    let dots = version.match_indices('.');
    dots.map(|(at, _)| at)
        .nth(1)
        .and_then(|at| version.get(..at))
        .unwrap_or(version)
}

/// A checked file, which may be compiled.
#[derive(Debug)]
pub(crate) struct AdapterFile {
    pub(crate) bytes: Vec<u8>,
    pub(crate) sha256: Sha256,
    pub(crate) contract: Contract,
    pub(crate) exports: Vec<String>,
    /// JSON of the manifest. A file of contract 0.2 has none, and is asked for it.
    pub(crate) manifest: Option<Vec<u8>>,
}

impl AdapterFile {
    /// Reads a file, and compares its digest with the pinned one, if there is one.
    pub(crate) fn open(path: &Path, pinned: Option<Sha256>, largest: usize) -> Result<Self, HostError> {
        let unreadable = |source| HostError::Unreadable {
            path: path.to_owned(),
            source,
        };
        let size = fs::metadata(path).map_err(unreadable)?.len();
        bounds::size(size, largest).map_err(|what| HostError::TooMuch {
            path: path.to_owned(),
            what: what.into(),
        })?;
        let bytes = fs::read(path).map_err(unreadable)?;
        let sha256 = Sha256::of(&bytes);
        if let Some(pinned) = pinned.filter(|pinned| *pinned != sha256) {
            return Err(HostError::Digest {
                path: path.to_owned(),
                found: sha256,
                pinned,
            });
        }
        Self::checked(path, bytes, sha256)
    }

    fn checked(path: &Path, bytes: Vec<u8>, sha256: Sha256) -> Result<Self, HostError> {
        let owned = || path.to_owned();
        let mut outline = Outline::of(&bytes).map_err(|what| HostError::NotAComponent { path: owned(), what })?;
        // The contract is checked first: a wrong contract explains the faults that the other checks would find.
        let contract = outline.contract().map_err(|found| match found {
            None => HostError::NoContract { path: owned() },
            Some(found) => HostError::Contract { path: owned(), found },
        })?;
        let excused = |import: &String| contract == Contract::Old && import.starts_with(OLD_TYPES);
        let imports: Vec<String> = outline.imports.into_iter().filter(|import| !excused(import)).collect();
        if !imports.is_empty() {
            return Err(HostError::Imports { path: owned(), imports });
        }
        if let Some(what) = outline.too_much {
            let what = what.into();
            return Err(HostError::TooMuch { path: owned(), what });
        }
        let manifest = match (&contract, outline.manifests.len()) {
            (Contract::Old, _) => None,
            (Contract::Current { .. }, 1) => outline.manifests.pop(),
            (Contract::Current { .. }, sections) => {
                return Err(HostError::Sections {
                    path: owned(),
                    sections,
                });
            }
        };
        Ok(Self {
            bytes,
            sha256,
            contract,
            exports: outline.exports,
            manifest,
        })
    }
}

/// The top level of a component.
#[derive(Debug, Default)]
struct Outline {
    old_contracts: Vec<String>,
    manifests: Vec<Vec<u8>>,
    imports: Vec<String>,
    exports: Vec<String>,
    /// Reason why the component must not be compiled.
    too_much: Option<FileFault>,
}

impl Outline {
    fn of(bytes: &[u8]) -> Result<Self, Said> {
        let mut outline = Self::default();
        let mut measure = Measure::default();
        let mut depth = 0_usize;
        let words = |e: wasmparser::BinaryReaderError| Said::from(format!("{} at byte {}", e.message(), e.offset()));
        for payload in Parser::new(0).parse_all(bytes) {
            match payload.map_err(words)? {
                Payload::Version { encoding, .. } => {
                    if depth == 0 && encoding != Encoding::Component {
                        return Err(FileFault::CoreModule.into());
                    }
                    depth += 1;
                    outline.holds(measure.module());
                }
                Payload::CodeSectionEntry(body) if outline.too_much.is_none() => {
                    outline.holds(measure.function(&body));
                }
                Payload::End(_) => depth = depth.saturating_sub(1),
                Payload::CustomSection(section) if depth == 1 && section.name() == OLD_CONTRACT_SECTION => {
                    outline
                        .old_contracts
                        .push(shown(&String::from_utf8_lossy(section.data())));
                }
                Payload::CustomSection(section) if depth == 1 && section.name() == MANIFEST_SECTION => {
                    outline.manifests.push(section.data().to_vec());
                }
                Payload::ComponentImportSection(imports) if depth == 1 => {
                    for import in imports {
                        let import = import.map_err(words)?;
                        // The world lists the contract's types once more, as equal to the first ones. A type can not be
                        // called.
                        if !matches!(import.ty, ComponentTypeRef::Type(TypeBounds::Eq(_))) {
                            outline.imports.push(shown(import.name.name));
                        }
                    }
                }
                Payload::ComponentExportSection(exports) if depth == 1 => {
                    for export in exports {
                        outline.exports.push(shown(export.map_err(words)?.name.name));
                    }
                }
                _ => {}
            }
        }
        Ok(outline)
    }

    /// Returns the contract. The error is another contract's version, or `None` if the file names no contract at all.
    fn contract(&self) -> Result<Contract, Option<String>> {
        let exported = |interface: &str| {
            let named = |export: &&String| export.strip_prefix(interface).is_some_and(|rest| rest.starts_with('@'));
            self.exports.iter().find(named).cloned()
        };
        match (exported(TRANSLATE), self.old_contracts.as_slice()) {
            (Some(translate), _) if version_of(&translate).starts_with("1.") => Ok(Contract::Current {
                translate,
                inbox: exported(INBOX),
            }),
            (Some(translate), _) => Err(Some(minor(version_of(&translate)).to_owned())),
            (None, [one]) if one == OLD_CONTRACT => Ok(Contract::Old),
            (None, []) => Err(None),
            (None, several) => Err(Some(several.join(" and "))),
        }
    }

    fn holds(&mut self, measured: Result<(), FileFault>) {
        if let Err(what) = measured {
            self.too_much.get_or_insert(what);
        }
    }
}

/// Shortens a name from a file for a line of text. The name comes from a stranger, and must neither break nor flood the
/// line.
fn shown(name: &str) -> String {
    name.chars().filter(|c| !c.is_control()).take(120).collect()
}
