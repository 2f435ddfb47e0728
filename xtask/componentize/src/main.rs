//! Makes a component from a plugin's core module. The component imports nothing and names its contract.
//!
//! `bindeledd-componentize MODULE COMPONENT …` takes pairs of files. `cargo xtask build` compiles the modules and starts this
//! program, so that the wasm tools are compiled at the same time as the hub. Owns: turning a module into a component. Never does:
//! compiling a module. Start at [`componentize`].

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;

use ring::digest;
use wit_component::ComponentEncoder;

/// Name of the custom section that holds the contract's version. A hub reads the section before it compiles the adapter.
const CONTRACT_SECTION: &str = "bindeledd:contract";

fn main() -> ExitCode {
    let files: Vec<String> = std::env::args().skip(1).collect();
    let mut all = true;
    for pair in files.chunks(2) {
        let said = match pair {
            [module, component] => one(Path::new(module), Path::new(component)),
            _ => Err("usage: bindeledd-componentize MODULE COMPONENT …".to_owned()),
        };
        let line = said.unwrap_or_else(|failure| {
            all = false;
            format!("{}: {failure}", pair.concat())
        });
        // Standard error may be closed; the work continues then.
        let _ = writeln!(std::io::stderr(), "{line}");
    }
    if all { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn one(module: &Path, path: &Path) -> Result<String, String> {
    let module = fs::read(module).map_err(|e| format!("can not read {}: {e}", module.display()))?;
    let component = componentize(&module)?;
    write_if_other(path, &component).map_err(|e| format!("can not write {}: {e}", path.display()))?;
    let sha256 = digest::digest(&digest::SHA256, &component);
    let sha256: String = sha256.as_ref().iter().map(|b| format!("{b:02x}")).collect();
    Ok(format!(
        "{}  {} KB  sha256 {sha256}",
        path.display(),
        component.len().div_ceil(1024)
    ))
}

/// Makes the component: the module, the contract of its exports, and the section with the contract's version.
fn componentize(module: &[u8]) -> Result<Vec<u8>, String> {
    let contract = contract(module)?;
    let mut component = ComponentEncoder::default()
        .validate(true)
        .module(module)
        .and_then(|mut encoder| encoder.encode())
        .map_err(|e| format!("is not a component of the contract: {e:#}"))?;
    component.extend(contract_section(&contract));
    Ok(component)
}

/// Returns major and minor of the contract for which the module was built. The SDK wrote the contract's package into the module.
fn contract(module: &[u8]) -> Result<String, String> {
    let (_, bound) = wit_component::metadata::decode(module).map_err(|e| format!("has no contract: {e:#}"))?;
    let mut packages = bound.resolve.packages.iter().map(|(_, package)| &package.name);
    let contract = packages.find(|name| name.namespace == "bindeledd" && name.name == "adapter");
    let version = contract.and_then(|name| name.version.as_ref());
    let version = version.ok_or("was not built with the SDK of this contract")?;
    Ok(format!("{}.{}", version.major, version.minor))
}

/// Makes a custom section: id 0, its size, its name with a size, its bytes. Both sizes fit one byte of LEB128, since a
/// version has at most 41 characters.
fn contract_section(contract: &str) -> Vec<u8> {
    let sizes = [1 + CONTRACT_SECTION.len() + contract.len(), CONTRACT_SECTION.len()];
    let sizes = sizes.map(|size| size.to_le_bytes()[0]);
    [&[0], &sizes[..], CONTRACT_SECTION.as_bytes(), contract.as_bytes()].concat()
}

/// Writes a file by renaming, so that a hub never reads half a file. A file with the same content is not touched.
fn write_if_other(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    if fs::read(path).is_ok_and(|old| old == bytes) {
        return Ok(());
    }
    let partial = path.with_extension(format!("wasm.{}", std::process::id()));
    fs::write(&partial, bytes)?;
    fs::rename(&partial, path)
}
