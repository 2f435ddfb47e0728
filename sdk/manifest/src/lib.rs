//! The manifest of an adapter: data that its author writes as `adapter.toml`, and that the build puts into the component. A hub and
//! a registry read it there without compiling or running anything.
//!
//! Owns: the file `adapter.toml`, and the component's section [`SECTION`]. Never does: judging a component. Start at
//! [`of_project`] and [`section`].

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use bindeledd_catalogue::contract::{CONTRACT, EndpointNeeds, Format, On2xx, is_slug};
use serde::Deserialize;
use serde_json::Value;

pub use bindeledd_catalogue::contract::{MANIFEST_SECTION as SECTION, Manifest};

/// Name of the file, in the folder of the project.
pub const FILE: &str = "adapter.toml";

/// A fault in a project's manifest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Path of the file with the fault.
    pub path: PathBuf,
    /// The fault and its remedy.
    pub what: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path.display(), self.what)
    }
}

impl std::error::Error for Fault {}

/// The file as it is written.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Written {
    id: String,
    version: String,
    description: String,
    #[serde(default)]
    reads: Vec<String>,
    #[serde(default)]
    writes: Vec<String>,
    #[serde(default)]
    formats: Vec<WrittenFormat>,
    /// Name of the file with the JSON Schema, or the schema itself.
    #[serde(default)]
    settings: Settings,
    #[serde(default)]
    needs: EndpointNeeds,
    #[serde(default)]
    entered_by_hand: bool,
    #[serde(default)]
    on2xx: On2xx,
    /// For the tools that build and test the project.
    #[expect(dead_code, reason = "hubs do not need it")]
    #[serde(default)]
    build: toml::Table,
    #[expect(dead_code, reason = "hubs do not need it")]
    #[serde(default)]
    budget: toml::Table,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct WrittenFormat {
    media_type: String,
    #[serde(default)]
    description: String,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Settings {
    File(String),
    Schema(Value),
}

impl Default for Settings {
    fn default() -> Self {
        Self::Schema(Value::Object(serde_json::Map::new()))
    }
}

/// Reads the manifest of the project in a folder.
///
/// # Errors
/// The file is missing, is no TOML, or says something that no hub accepts.
pub fn of_project(folder: &Path) -> Result<Manifest, Fault> {
    let path = folder.join(FILE);
    let text = read(&path)?;
    parse(&text, |file| read(&folder.join(file)).map_err(|fault| fault.what)).map_err(|what| Fault { path, what })
}

fn read(path: &Path) -> Result<String, Fault> {
    fs::read_to_string(path).map_err(|error| Fault {
        path: path.to_owned(),
        what: format!("can not be read: {error}"),
    })
}

/// Reads a manifest. `file` returns the text of another file of the project.
///
/// # Errors
/// The fault, with its place and remedy.
pub fn parse(text: &str, file: impl FnOnce(&str) -> Result<String, String>) -> Result<Manifest, String> {
    let written: Written = toml::from_str(text).map_err(|error| error.to_string())?;
    let settings = match written.settings {
        Settings::Schema(schema) => schema,
        Settings::File(name) => {
            let text = file(&name).map_err(|what| format!("settings = \"{name}\": {what}"))?;
            serde_json::from_str(&text).map_err(|error| format!("settings = \"{name}\" is not JSON: {error}"))?
        }
    };
    if !settings.is_object() {
        return Err("settings has to be a JSON Schema, which is an object".into());
    }
    for (name, value) in [("id", &written.id), ("version", &written.version)] {
        if !is_slug(value) {
            return Err(format!("{name} has to be 1 to 60 of a-z, 0-9, `-`, `.`, `_` and `+`"));
        }
    }
    let known = |kind: &&String| bindeledd_catalogue::Kind::parse(kind).is_none();
    if let Some(unknown) = written.reads.iter().chain(&written.writes).find(known) {
        return Err(format!("`{unknown}` is no kind of message; docs/messages has them all"));
    }
    let formats = written.formats.into_iter().map(|format| Format {
        media_type: format.media_type,
        description: format.description,
    });
    Ok(Manifest {
        id: written.id,
        version: written.version,
        contract: CONTRACT.into(),
        description: written.description,
        formats: formats.collect(),
        reads: written.reads,
        writes: written.writes,
        settings,
        needs: written.needs,
        entered_by_hand: written.entered_by_hand,
        on2xx: written.on2xx,
    })
}

/// Returns the custom section of a component that holds a manifest, to append to the component's bytes.
#[must_use]
pub fn section(manifest: &Manifest) -> Vec<u8> {
    // A manifest is texts and JSON values, which always serialise.
    let json = serde_json::to_vec(manifest).unwrap_or_default();
    custom_section(SECTION, &json)
}

/// Returns a custom section of WebAssembly: id 0, its size, its name with the name's size, its bytes.
#[must_use]
pub fn custom_section(name: &str, bytes: &[u8]) -> Vec<u8> {
    let mut named = leb128(name.len());
    named.extend_from_slice(name.as_bytes());
    let mut section = vec![0];
    section.extend(leb128(named.len() + bytes.len()));
    section.extend(named);
    section.extend_from_slice(bytes);
    section
}

/// Encodes an unsigned number as LEB128.
fn leb128(mut number: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    loop {
        let low = number.to_le_bytes()[0] & 0x7f;
        number >>= 7;
        if number == 0 {
            bytes.push(low);
            return bytes;
        }
        bytes.push(low | 0x80);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_section_has_the_sizes_of_its_parts() {
        assert_eq!(custom_section("a", b"bc"), [0, 4, 1, b'a', b'b', b'c']);
        let long = custom_section("n", &[7; 300]);
        assert_eq!(long[..4], [0, 0xae, 0x02, 1]);
        assert_eq!(long.len(), 3 + 302);
        assert_eq!(
            [leb128(0), leb128(127), leb128(128)],
            [vec![0], vec![127], vec![128, 1]]
        );
    }

    const LEAST: &str = "id = \"havn\"\nversion = \"0.1.0\"\ndescription = \"x\"\n";

    fn no_file(_: &str) -> Result<String, String> {
        Err("is not here".into())
    }

    #[test]
    fn the_least_manifest_needs_three_lines() {
        let manifest = parse(LEAST, no_file).unwrap();
        assert_eq!((manifest.id.as_str(), manifest.on2xx), ("havn", On2xx::Ask));
        assert!(manifest.settings.as_object().is_some_and(serde_json::Map::is_empty));
    }

    #[test]
    fn a_fault_names_its_place() {
        for (more, told) in [
            ("reeds = []", "unknown field `reeds`"),
            ("reads = [\"progress\"]", "`progress` is no kind of message"),
            ("settings = \"other.json\"", "other.json"),
            ("on2xx = 3", "on2xx"),
        ] {
            let fault = parse(&format!("{LEAST}{more}\n"), no_file).unwrap_err();
            assert!(fault.contains(told), "{more}: {fault}");
        }
        let fault = parse("id = \"Havn\"\nversion = \"1\"\ndescription = \"\"", no_file).unwrap_err();
        assert!(fault.starts_with("id has to be"), "{fault}");
    }
}
