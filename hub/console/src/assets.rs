//! The files that browsers fetch with a page. Each is served under a name with its digest, so that it may be cached for
//! ever: another content has another name.

use std::borrow::Cow;
use std::sync::OnceLock;

use ring::digest;

use crate::address;

/// A file as it is served.
#[derive(Debug)]
pub struct Asset {
    /// Name that the crate's templates use.
    pub source: &'static str,
    /// Name in the address, with the digest.
    pub name: String,
    /// Media type.
    pub media_type: &'static str,
    /// Content.
    pub bytes: Cow<'static, [u8]>,
    path: String,
}

const CSS: &str = "text/css; charset=utf-8";
const JS: &str = "text/javascript; charset=utf-8";
const SVG: &str = "image/svg+xml";
const FONT: &str = "font/woff2";

macro_rules! sources {
    ($($name:literal: $media:expr,)*) => {
        &[$(($name, $media, include_bytes!(concat!("../assets/", $name)))),*]
    };
}

/// Every file: its name, its media type and its content. A style sheet follows the files that it names.
const SOURCES: &[(&str, &str, &[u8])] = sources! {
    "inter-latin-wght-normal.woff2": FONT,
    "inter-latin-ext-wght-normal.woff2": FONT,
    "icons.svg": SVG,
    "mark.svg": SVG,
    "bindeledd-theme.css": CSS,
    "designsystemet.css": CSS,
    "console.css": CSS,
    "idiomorph.min.js": JS,
    "live.js": JS,
    "console.js": JS,
    "meg.js": JS,
};

/// Returns every file as it is served.
#[must_use]
pub fn all() -> &'static [Asset] {
    static ALL: OnceLock<Vec<Asset>> = OnceLock::new();
    ALL.get_or_init(|| {
        let mut served: Vec<Asset> = Vec::new();
        for &(source, media_type, bytes) in SOURCES {
            let bytes = if source == "console.css" {
                Cow::Owned(with_names(bytes, &served))
            } else {
                Cow::Borrowed(bytes)
            };
            let name = named(source, &bytes);
            let path = format!("{}{name}", address::ASSETS);
            served.push(Asset {
                source,
                name,
                media_type,
                bytes,
                path,
            });
        }
        served
    })
}

/// Returns the file that is served under a name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Asset> {
    all().iter().find(|asset| asset.name == name)
}

/// Returns the address of a file.
///
/// # Panics
/// If the crate has no such file.
#[must_use]
pub fn path(source: &str) -> &'static str {
    let asset = all().iter().find(|asset| asset.source == source);
    &asset.expect("a template names a file of this crate").path
}

/// Returns a file's content as it lies in the crate.
#[cfg(test)]
pub(crate) fn source(name: &str) -> Option<&'static [u8]> {
    SOURCES.iter().find(|(n, ..)| *n == name).map(|(_, _, bytes)| *bytes)
}

/// Puts the first half of the digest before the extension.
fn named(source: &str, bytes: &[u8]) -> String {
    let digest = digest::digest(&digest::SHA256, bytes);
    let hex: String = digest.as_ref()[..16].iter().map(|b| format!("{b:02x}")).collect();
    match source.rsplit_once('.') {
        Some((stem, extension)) => format!("{stem}.{hex}.{extension}"),
        None => format!("{source}.{hex}"),
    }
}

/// Replaces the names of files in a style sheet by the names under which they are served.
fn with_names(css: &[u8], served: &[Asset]) -> Vec<u8> {
    let mut text = String::from_utf8_lossy(css).into_owned();
    for asset in served {
        text = text.replace(&format!("url({})", asset.source), &format!("url({})", asset.name));
    }
    text.into_bytes()
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};
    use std::path::Path;

    use super::*;

    /// Files that the project itself wrote.
    const OWN: [&str; 5] = ["console.css", "console.js", "live.js", "mark.svg", "meg.js"];

    /// Reads the list of vendored files: a table a file, with the keys of `renew.sh`.
    fn vendored() -> Vec<BTreeMap<String, String>> {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/vendored.toml");
        let text = std::fs::read_to_string(path).unwrap();
        let mut rows: Vec<BTreeMap<String, String>> = Vec::new();
        for line in text.lines() {
            if line == "[[file]]" {
                rows.push(BTreeMap::new());
            } else if let Some((key, value)) = line.split_once(" = ") {
                let row = rows.last_mut().unwrap();
                row.insert(key.to_owned(), value.trim_matches('"').to_owned());
            }
        }
        rows
    }

    #[test]
    fn vendored_files_are_those_of_the_list() {
        let rows = vendored();
        for row in &rows {
            let bytes = source(&row["file"]).unwrap();
            let digest = digest::digest(&digest::SHA256, bytes);
            let hex: String = digest.as_ref().iter().map(|b| format!("{b:02x}")).collect();
            assert_eq!(hex, row["sha256"], "{}", row["file"]);
            for key in ["package", "version", "licence", "from"] {
                assert!(!row[key].is_empty(), "{}: {key}", row["file"]);
            }
        }
        let listed: BTreeSet<_> = rows.iter().map(|row| row["file"].as_str()).chain(OWN).collect();
        let served: BTreeSet<_> = SOURCES.iter().map(|(name, ..)| *name).collect();
        assert_eq!(listed, served);
    }

    #[test]
    fn names_carry_the_digest_and_style_sheets_name_served_files() {
        for asset in all() {
            assert!(std::ptr::eq(find(&asset.name).unwrap(), asset));
            assert_eq!(path(asset.source), format!("/assets/{}", asset.name));
        }
        let css = all().iter().find(|asset| asset.source == "console.css").unwrap();
        let css = std::str::from_utf8(&css.bytes).unwrap();
        assert_eq!(css.matches("url(").count(), 2);
        for file in css.split("url(").skip(1).map(|rest| rest.split(')').next().unwrap()) {
            assert!(find(file).is_some(), "{file}");
        }
        assert!(find("console.css").is_none(), "a name without a digest is not served");
    }
}
