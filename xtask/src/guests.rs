//! From a plugin's source to `target/plugins/<id>.wasm`: a component that imports nothing and names its contract.

use std::fs;
use std::path::{Path, PathBuf};

use ring::digest;
use wit_component::ComponentEncoder;

use crate::failure::{About, Failure, Result};
use crate::sh;
use crate::toolchain::{TARGET, Toolchain};

/// The custom section that a hub reads before it compiles anything, and what stands in it.
const CONTRACT_SECTION: &str = "bindeledd:contract";
const CONTRACT: &str = "0.2";

/// An instance lives for one call and its allocator never frees, so memory that is there from the start spares the
/// call from growing it, which costs more than anything else a guest does. See docs/decisions/0004-guests.md.
const STACK_BYTES: u32 = 65_536;
const MEMORY_BYTES: u32 = 1_048_576;

/// Builds the plugins that are named, or all of them. Every one is tried, and the failure names those that failed.
pub(crate) fn build(only: &[String]) -> Result<()> {
    let plugins = choose(only)?;
    let toolchain = Toolchain::find()?;
    let out = sh::root().join("target/plugins");
    fs::create_dir_all(&out).about("make", &out)?;
    let failed: Vec<String> = plugins
        .iter()
        .filter_map(|plugin| match build_one(toolchain, plugin, &out) {
            Ok(line) => {
                sh::say(&line);
                None
            }
            Err(failure) => {
                sh::say(&format!("{plugin}: {failure}"));
                Some(plugin.clone())
            }
        })
        .collect();
    if failed.is_empty() {
        Ok(())
    } else {
        Err(Failure(format!("could not build {}", failed.join(", "))))
    }
}

fn choose(only: &[String]) -> Result<Vec<String>> {
    let all = plugins()?;
    if let Some(unknown) = only.iter().find(|p| !all.contains(p)) {
        return Err(Failure(format!(
            "plugins/ has no `{unknown}`; it has {}",
            all.join(", ")
        )));
    }
    Ok(if only.is_empty() { all } else { only.to_vec() })
}

/// The folders of `plugins/` that hold a crate, which has the folder's name.
fn plugins() -> Result<Vec<String>> {
    let folder = sh::root().join("plugins");
    let entries = fs::read_dir(&folder).about("read", &folder)?;
    let mut ids: Vec<String> = entries
        .filter_map(std::result::Result::ok)
        .filter(|entry| entry.path().join("Cargo.toml").exists())
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    ids.sort();
    Ok(ids)
}

fn build_one(toolchain: Toolchain, id: &str, out: &Path) -> Result<String> {
    let component = componentize(&compile(toolchain, id)?)?;
    let path = out.join(format!("{id}.wasm"));
    write_if_other(&path, &component)?;
    let sha256: String = digest::digest(&digest::SHA256, &component)
        .as_ref()
        .iter()
        .map(|b| format!("{b:02x}"))
        .collect();
    Ok(format!(
        "target/plugins/{id}.wasm  {} KB  sha256 {sha256}",
        component.len().div_ceil(1024)
    ))
}

/// The core module. Guests have a target directory of their own, since their compiler may be another one.
fn compile(toolchain: Toolchain, id: &str) -> Result<Vec<u8>> {
    let target_dir = sh::root().join("target/guest-build");
    let mut cargo = toolchain.cargo("rustc");
    cargo.args([
        "--quiet",
        "--profile",
        "guest",
        "--target",
        TARGET,
        "--package",
        id,
        "--lib",
        "--crate-type",
        "cdylib",
    ]);
    cargo.arg("--target-dir").arg(&target_dir);
    cargo.arg("--");
    cargo.arg(format!("-Clink-arg=-zstack-size={STACK_BYTES}"));
    cargo.arg(format!("-Clink-arg=--initial-memory={MEMORY_BYTES}"));
    sh::run(&mut cargo)?;
    let module = target_dir
        .join(TARGET)
        .join("guest")
        .join(format!("{}.wasm", id.replace('-', "_")));
    fs::read(&module).about("read", &module)
}

/// The component: the module, the contract that its exports follow, and the section that names the contract's version.
fn componentize(module: &[u8]) -> Result<Vec<u8>> {
    let mut component = ComponentEncoder::default()
        .validate(true)
        .module(module)
        .and_then(|encoder| encoder.encode())
        .map_err(|e| Failure(format!("is not a component of the contract: {e:#}")))?;
    component.extend(contract_section());
    Ok(component)
}

/// A custom section: id 0, its size, its name with a size, its bytes. Both sizes fit one byte of LEB128.
fn contract_section() -> Vec<u8> {
    const SIZE: usize = 1 + CONTRACT_SECTION.len() + CONTRACT.len();
    const _: () = assert!(SIZE < 0x80);
    let sizes = [SIZE, CONTRACT_SECTION.len()].map(|size| size.to_le_bytes()[0]);
    [&[0], &sizes[..], CONTRACT_SECTION.as_bytes(), CONTRACT.as_bytes()].concat()
}

/// Writes by renaming, so that a hub never reads half a file; leaves a file alone that is already the same.
fn write_if_other(path: &PathBuf, bytes: &[u8]) -> Result<()> {
    if fs::read(path).is_ok_and(|old| old == bytes) {
        return Ok(());
    }
    let partial = path.with_extension(format!("wasm.{}", std::process::id()));
    fs::write(&partial, bytes).about("write", &partial)?;
    fs::rename(&partial, path).about("write", path)
}
