//! Puts the pages of `docs/errors` into the program, so that the console can show what a code means.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/errors");
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut pages: Vec<PathBuf> = fs::read_dir(&folder)
        .expect("docs/errors lies beside the crate")
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| code(path).is_some())
        .collect();
    pages.sort();
    let mut table = String::from("[\n");
    for page in &pages {
        let path = page.canonicalize().expect("a page of docs/errors");
        let code = code(page).unwrap_or_default();
        let _ = writeln!(table, "    ({code:?}, include_str!({path:?})),");
    }
    table.push_str("]\n");
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    fs::write(out.join("articles.rs"), table).expect("the table can be written");
}

/// Returns the code of a page's file, such as `BL-1001`.
fn code(path: &Path) -> Option<&str> {
    let name = path.file_stem()?.to_str()?;
    name.starts_with("BL-").then_some(name)
}
