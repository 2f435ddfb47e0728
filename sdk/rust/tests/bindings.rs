//! Compares the committed bindings of a guest with the bindings that wit-bindgen makes from the contract. They are
//! committed so that building a guest does not compile the wasm tools as well.
//!
//! `UPDATE=1 cargo test --workspace --test bindings` writes them anew.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::fs;
use std::path::Path;

use wit_bindgen_core::{Files, WorldGenerator as _};
use wit_parser::Resolve;

const HOW: &str = "run `UPDATE=1 cargo test --workspace --test bindings`";

fn generated(contract: &Path, world: &str, module: &str) -> String {
    let mut resolve = Resolve::default();
    let (package, _) = resolve.push_path(contract).unwrap();
    let world = resolve.select_world(&[package], Some(world)).unwrap();
    let options = wit_bindgen_rust::Opts {
        format: true,
        pub_export_macro: true,
        export_macro_name: Some("export_contract".to_owned()),
        default_bindings_module: Some(format!("bindeledd_sdk::guest::{module}")),
        ..wit_bindgen_rust::Opts::default()
    };
    let mut files = Files::default();
    options.build().generate(&mut resolve, world, &mut files).unwrap();
    let (_, source) = files.iter().next().unwrap();
    let source = String::from_utf8(source.to_vec()).unwrap();
    // Macros of a crate share one namespace, and both worlds have the same interface.
    source.replace("__export_bindeledd_", &format!("__{module}_export_bindeledd_"))
}

#[test]
fn the_bindings_are_those_of_the_contract() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    for (world, module) in [("adapter", "plain"), ("fetching-adapter", "fetching")] {
        let committed = here.join(format!("src/guest/{module}.rs"));
        let generated = generated(&here.join("../wit/adapter.wit"), world, module);
        if std::env::var_os("UPDATE").is_some() {
            fs::write(&committed, &generated).unwrap();
        }
        let committed = fs::read_to_string(&committed).unwrap_or_default();
        assert!(
            committed == generated,
            "sdk/rust/src/guest/{module}.rs is not what sdk/wit says; {HOW}"
        );
    }
}
