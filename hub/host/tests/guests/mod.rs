//! Makes components from the texts in `tests/hostile-guests`.
#![expect(clippy::unwrap_used, reason = "a guest that can not be made fails its test")]

use std::fs;
use std::path::{Path, PathBuf};

use bindeledd_core::contract::{Manifest, OLD_CONTRACT, OLD_CONTRACT_SECTION};
use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};
use wit_parser::Resolve;

/// The functions of the contract, with parameters and result, and their behaviour if a guest does not define them.
const FUNCTIONS: [(&str, &str); 4] = [
    (
        "read",
        "(param i32 i32 i32 i32 i32 i32 i32) (result i32) (call $nothing (i32.const 0) (i32.const 0))",
    ),
    (
        "acknowledge",
        "(param i32 i32 i32 i32 i32 i32) (result i32) (i32.const 16)",
    ),
    (
        "write",
        "(param i32 i32 i32 i32) (result i32) (i32.store8 (i32.const 20) (i32.const 1)) (i32.store (i32.const 24) (i32.const 40000)) \
      (i32.store (i32.const 28) (i32.const 2)) (i32.const 16)",
    ),
    (
        "settle",
        "(param i32 i32 i32 i32 i32 i32 i32 i32) (result i32) (i32.const 16)",
    ),
];

/// The functions that contract 0.2 has besides.
const OLD_FUNCTIONS: [(&str, &str); 3] = [
    (
        "manifest",
        "(result i32) (i32.store (i32.const 16) (i32.const 2048)) (i32.store (i32.const 20) (i32.const {{size}})) (i32.const 16)",
    ),
    (
        "ask",
        "(param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32) (i32.const 16)",
    ),
    ("answered", "(param i32) (result i32) (i32.const 16)"),
];

/// Folder of the guests' texts.
pub(crate) fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/hostile-guests")
}

fn wit(file: &str) -> String {
    let wit = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../sdk/wit");
    fs::read_to_string(wit.join(file)).unwrap()
}

/// Returns the manifest of the guests, which declare these kinds.
pub(crate) fn manifest((reads, writes): (&[&str], &[&str])) -> Manifest {
    serde_json::from_value(serde_json::json!({
        "id": "hostile", "version": "1.0.0", "description": "", "formats": [], "reads": reads, "writes": writes,
    }))
    .unwrap()
}

/// Makes a guest of `exports` in WebAssembly text. The guest declares to read and write every kind.
pub(crate) fn component(exports: &str) -> Vec<u8> {
    let all: Vec<_> = bindeledd_core::Kind::ALL
        .into_iter()
        .map(bindeledd_core::Kind::code)
        .collect();
    declaring(exports, (&all, &all))
}

/// Makes a guest like [`component`] that declares these kinds.
pub(crate) fn declaring(exports: &str, kinds: (&[&str], &[&str])) -> Vec<u8> {
    [
        of_contract(exports, "1.0.0"),
        bindeledd_manifest::section(&manifest(kinds)),
    ]
    .concat()
}

/// Makes a guest like [`component`] of another version of the contract, without a manifest.
pub(crate) fn of_contract(exports: &str, version: &str) -> Vec<u8> {
    let mut all = whole(exports, &FUNCTIONS);
    for (name, _) in FUNCTIONS {
        let export = format!("(export \"bindeledd:adapter/translate@{version}#{name}\")");
        all = all.replace(&format!("(export \"{name}\")"), &export);
    }
    let skeleton = fs::read_to_string(folder().join("skeleton.wat")).unwrap();
    let wit = wit("adapter.wit").replace("@1.0.0;", &format!("@{version};"));
    encoded(&skeleton.replace("{{exports}}", &all), &wit)
}

/// Makes a guest of contract 0.2.
pub(crate) fn old(exports: &str, contracts: &[&str]) -> Vec<u8> {
    let all = bindeledd_core::Kind::ALL.map(bindeledd_core::Kind::code);
    let mut manifest = manifest((&all, &all));
    manifest.contract = OLD_CONTRACT.into();
    let manifest = serde_json::to_string(&manifest).unwrap();
    let functions = [&FUNCTIONS[..], &OLD_FUNCTIONS].concat();
    let all = whole(exports, &functions)
        .replace("{{size}}", &manifest.len().to_string())
        // A document and a response are one value shorter.
        .replace("(export \"read\") (param i32", "(export \"read\") (param")
        .replace("(export \"settle\") (param i32", "(export \"settle\") (param");
    let skeleton = fs::read_to_string(folder().join("skeleton-0.2.wat")).unwrap();
    let text = skeleton
        .replace("{{manifest}}", &manifest.replace('"', "\\\""))
        .replace("{{exports}}", &all);
    let mut component = encoded(&text, &wit("published/0.2.0/adapter.wit"));
    for contract in contracts {
        component.extend(bindeledd_manifest::custom_section(
            OLD_CONTRACT_SECTION,
            contract.as_bytes(),
        ));
    }
    component
}

/// Adds the functions that a guest does not define.
fn whole(exports: &str, functions: &[(&str, &str)]) -> String {
    let mut all = exports.to_owned();
    for (name, body) in functions {
        if !exports.contains(&format!("(export \"{name}\")")) {
            all.push_str(&format!("\n(func (export \"{name}\") {body})"));
        }
    }
    if !exports.contains("(export \"write\")") {
        all.push_str("\n(data (i32.const 40000) \"/x\")");
    }
    all
}

fn encoded(text: &str, wit: &str) -> Vec<u8> {
    let mut module = wat::parse_str(text).unwrap();
    let mut resolve = Resolve::default();
    let package = resolve.push_str("adapter.wit", wit).unwrap();
    let world = resolve.select_world(&[package], Some("adapter")).unwrap();
    embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8).unwrap();
    ComponentEncoder::default()
        .validate(true)
        .module(&module)
        .unwrap()
        .encode()
        .unwrap()
}

/// Makes the hostile guest with this name.
pub(crate) fn hostile(name: &str) -> Vec<u8> {
    component(&text(name))
}

/// Returns the text of a hostile guest.
pub(crate) fn text(name: &str) -> String {
    fs::read_to_string(folder().join(format!("{name}.wat"))).unwrap()
}

/// Writes a file into `dir`, and returns its path.
pub(crate) fn put(dir: &Path, name: &str, bytes: &[u8]) -> PathBuf {
    let path = dir.join(format!("{name}.wasm"));
    fs::write(&path, bytes).unwrap();
    path
}
