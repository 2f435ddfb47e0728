//! Shipped adapters.

use std::path::{Path, PathBuf};

/// Returns the file of a shipped adapter.
pub(crate) fn plugin(id: &str) -> PathBuf {
    let built = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/debug/plugins");
    let path = std::env::var_os("BINDELEDD_PLUGINS")
        .map_or(built, PathBuf::from)
        .join(format!("{id}.wasm"));
    assert!(
        path.exists(),
        "{} is missing: run `cargo xtask test bindeledd-host/real`, which builds the adapters",
        path.display()
    );
    path
}
