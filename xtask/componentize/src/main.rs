//! Makes a component from a plugin's core module. The component imports nothing and has the plugin's manifest.
//!
//! `bindeledd-componentize MODULE PROJECT COMPONENT …` takes a module, the folder with its `adapter.toml`, and the file to write.
//! `cargo xtask build` compiles the modules and starts this program, so that the wasm tools are compiled at the same time as the hub.
//! Owns: turning a module into a component. Never does: compiling a module. Start at [`componentize`].

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;

use bindeledd_manifest::Manifest;
use ring::digest;
use wit_component::ComponentEncoder;

fn main() -> ExitCode {
    let files: Vec<String> = std::env::args().skip(1).collect();
    let mut all = true;
    for three in files.chunks(3) {
        let said = match three {
            [module, project, component] => one(Path::new(module), Path::new(project), Path::new(component)),
            _ => Err("usage: bindeledd-componentize MODULE PROJECT COMPONENT …".to_owned()),
        };
        let line = said.unwrap_or_else(|failure| {
            all = false;
            format!("{}: {failure}", three.join(" "))
        });
        // Standard error may be closed; the work continues then.
        let _ = writeln!(std::io::stderr(), "{line}");
    }
    if all { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn one(module: &Path, project: &Path, path: &Path) -> Result<String, String> {
    let manifest = bindeledd_manifest::of_project(project).map_err(|fault| fault.to_string())?;
    let module = fs::read(module).map_err(|e| format!("can not read {}: {e}", module.display()))?;
    let component = componentize(&module, &manifest)?;
    write_if_other(path, &component).map_err(|e| format!("can not write {}: {e}", path.display()))?;
    let sha256 = digest::digest(&digest::SHA256, &component);
    let sha256: String = sha256.as_ref().iter().map(|b| format!("{b:02x}")).collect();
    Ok(format!(
        "{}  {} KB  sha256 {sha256}",
        path.display(),
        component.len().div_ceil(1024)
    ))
}

/// Makes the component: the module, the contract of its exports, and the section with the manifest.
fn componentize(module: &[u8], manifest: &Manifest) -> Result<Vec<u8>, String> {
    let mut component = ComponentEncoder::default()
        .validate(true)
        .module(module)
        .and_then(|mut encoder| encoder.encode())
        .map_err(|e| format!("is not a component of the contract: {e:#}"))?;
    component.extend(bindeledd_manifest::section(manifest));
    Ok(component)
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
