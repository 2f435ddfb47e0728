//! Makes components from the texts in `tests/hostile-guests`.
#![expect(clippy::unwrap_used, reason = "a guest that can not be made fails its test")]

use std::fs;
use std::path::{Path, PathBuf};

use bindeledd_core::contract::{CONTRACT, CONTRACT_SECTION};
use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};
use wit_parser::Resolve;

/// The exports of the contract, with parameters and result, and their behaviour if a guest does not define them.
const EXPORTS: [(&str, &str); 7] = [
    (
        "manifest",
        "(result i32) (i32.store (i32.const 16) (i32.const 2048)) (i32.store (i32.const 20) (i32.const {{size}})) (i32.const 16)",
    ),
    (
        "read",
        "(param i32 i32 i32 i32 i32 i32) (result i32) (call $nothing (i32.const 0) (i32.const 0))",
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
        "(param i32 i32 i32 i32 i32 i32 i32) (result i32) (i32.const 16)",
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

/// Makes a guest of `exports` in WebAssembly text. The guest names `contract`, and declares to read and write every
/// kind.
pub(crate) fn component(exports: &str, contract: Option<&str>) -> Vec<u8> {
    let all: Vec<_> = bindeledd_core::Kind::ALL
        .into_iter()
        .map(bindeledd_core::Kind::code)
        .collect();
    declaring(exports, contract, (&all, &all))
}

/// Makes a guest like [`component`] that declares these kinds.
pub(crate) fn declaring(exports: &str, contract: Option<&str>, (reads, writes): (&[&str], &[&str])) -> Vec<u8> {
    let manifest = serde_json::json!({
        "id": "hostile", "version": "1.0.0", "contract": CONTRACT, "description": "", "formats": [], "reads": reads, "writes": writes,
        "settings": {}, "needs": {},
    })
    .to_string();
    let mut all = exports.to_owned();
    for (name, body) in EXPORTS {
        if !exports.contains(&format!("(export \"{name}\")")) {
            let body = body.replace("{{size}}", &manifest.len().to_string());
            all.push_str(&format!("\n(func (export \"{name}\") {body})"));
        }
    }
    if !exports.contains("(export \"write\")") {
        all.push_str("\n(data (i32.const 40000) \"/x\")");
    }
    let skeleton = fs::read_to_string(folder().join("skeleton.wat")).unwrap();
    let text = skeleton
        .replace("{{manifest}}", &manifest.replace('"', "\\\""))
        .replace("{{exports}}", &all);
    let mut module = wat::parse_str(&text).unwrap();
    let mut resolve = Resolve::default();
    let wit = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../sdk/wit/adapter.wit")).unwrap();
    let package = resolve.push_str("adapter.wit", &wit).unwrap();
    let world = resolve.select_world(&[package], Some("adapter")).unwrap();
    embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8).unwrap();
    let mut component = ComponentEncoder::default()
        .validate(true)
        .module(&module)
        .unwrap()
        .encode()
        .unwrap();
    component.extend(contract.map(contract_section).unwrap_or_default());
    component
}

/// Makes the custom section that names the contract.
pub(crate) fn contract_section(contract: &str) -> Vec<u8> {
    let name = CONTRACT_SECTION.as_bytes();
    let size = |n: usize| u8::try_from(n).unwrap();
    let head = [0, size(1 + name.len() + contract.len()), size(name.len())];
    [&head[..], name, contract.as_bytes()].concat()
}

/// Makes the hostile guest with this name.
pub(crate) fn hostile(name: &str) -> Vec<u8> {
    component(
        &fs::read_to_string(folder().join(format!("{name}.wat"))).unwrap(),
        Some(CONTRACT),
    )
}

/// Writes a file into `dir`, and returns its path.
pub(crate) fn put(dir: &Path, name: &str, bytes: &[u8]) -> PathBuf {
    let path = dir.join(format!("{name}.wasm"));
    fs::write(&path, bytes).unwrap();
    path
}
