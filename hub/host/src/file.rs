//! An adapter's file before its compilation: its digest, its contract, its imports and exports.

use std::fs;
use std::path::Path;

use bindeledd_core::contract::{CONTRACT, CONTRACT_SECTION};
use bindeledd_texts::{FileFault, Said};
use wasmparser::{ComponentTypeRef, Encoding, Parser, Payload, TypeBounds};

use crate::bounds::{self, Measure};
use crate::{HostError, Sha256};

/// Prefix of the contract's own types, which a component lists like an import. The types contain no function.
const CONTRACT_TYPES: &str = "bindeledd:adapter/types@";

/// A checked file, which may be compiled.
#[derive(Debug)]
pub(crate) struct AdapterFile {
    pub(crate) bytes: Vec<u8>,
    pub(crate) sha256: Sha256,
    pub(crate) contract: String,
    pub(crate) exports: Vec<String>,
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
        let outline = Outline::of(&bytes).map_err(|what| HostError::NotAComponent { path: owned(), what })?;
        // The contract is checked first: a wrong contract explains the faults that the other checks would find.
        let contract = match outline.contracts.as_slice() {
            [] => return Err(HostError::NoContract { path: owned() }),
            [one] if one == CONTRACT => one.clone(),
            several => {
                return Err(HostError::Contract {
                    path: owned(),
                    found: several.join(" and "),
                });
            }
        };
        let imports: Vec<String> = outline
            .imports
            .into_iter()
            .filter(|import| !import.starts_with(CONTRACT_TYPES))
            .collect();
        if !imports.is_empty() {
            return Err(HostError::Imports { path: owned(), imports });
        }
        if let Some(what) = outline.too_much {
            let what = what.into();
            return Err(HostError::TooMuch { path: owned(), what });
        }
        Ok(Self {
            bytes,
            sha256,
            contract,
            exports: outline.exports,
        })
    }
}

/// The top level of a component.
#[derive(Debug, Default)]
struct Outline {
    contracts: Vec<String>,
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
                Payload::CustomSection(section) if depth == 1 && section.name() == CONTRACT_SECTION => {
                    outline.contracts.push(shown(&String::from_utf8_lossy(section.data())));
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
