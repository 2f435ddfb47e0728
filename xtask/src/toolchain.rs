//! Finds a Rust toolchain that compiles for `wasm32-unknown-unknown`, and installs one if there is none.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::failure::{Failure, Result};
use crate::sh;

/// Compilation target of guests. The target has no system interface, so that a guest can not use one.
pub(crate) const TARGET: &str = "wasm32-unknown-unknown";

const DEBIAN_RUSTC: &str = "/usr/bin/rustc";
const DEBIAN_CARGO: &str = "/usr/bin/cargo";
const DEBIAN_STD: &str = "/usr/lib/rustlib/src/rust/library/std/Cargo.toml";
const DEBIAN_PACKAGES: [&str; 5] = ["rustc-web", "cargo-web", "rust-web-src", "rust-web-llvm", "lld-22"];

/// A Rust toolchain for guests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Toolchain {
    /// The repository's own toolchain, with the target's standard library.
    Installed,
    /// Debian's packages. They contain the standard library as source, which is built along with the first guest.
    Debian,
}

impl Toolchain {
    /// Returns the toolchain, which was present or could be installed.
    pub(crate) fn find() -> Result<Self> {
        if target_is_installed() {
            return Ok(Self::Installed);
        }
        if debian_is_installed() {
            return Ok(Self::Debian);
        }
        sh::say(&format!(
            "Rust has no standard library for {TARGET} here; asking rustup for it"
        ));
        if sh::run(sh::command("rustup").args(["target", "add", TARGET])).is_ok() && target_is_installed() {
            return Ok(Self::Installed);
        }
        if Path::new("/etc/debian_version").exists() && is_root() {
            install_on_debian()?;
            if debian_is_installed() {
                return Ok(Self::Debian);
            }
        }
        Err(Failure(format!(
            "adapters are compiled for {TARGET}, and neither rustup nor Debian's packages gave its standard library.\n\
             Do one of these and run the command again:\n  \
             rustup target add {TARGET}\n  \
             sudo apt-get install --no-install-recommends {}",
            DEBIAN_PACKAGES.join(" ")
        )))
    }

    /// Makes a `cargo` command with this toolchain, ready for its subcommand's arguments.
    pub(crate) fn cargo(self, subcommand: &str) -> Command {
        match self {
            Self::Installed => {
                let mut cargo = sh::command("cargo");
                cargo.arg(subcommand);
                cargo
            }
            Self::Debian => {
                let mut cargo = sh::command(DEBIAN_CARGO);
                // Building the standard library is a nightly feature. This compiler is told to allow it, since the library's
                // source has the same version.
                cargo.env("RUSTC", DEBIAN_RUSTC).env("RUSTC_BOOTSTRAP", "1");
                // Without its features, the library has no backtraces, which a guest could not print: five crates fewer.
                cargo.args([subcommand, "-Zbuild-std=std,panic_abort", "-Zbuild-std-features="]);
                cargo
            }
        }
    }
}

fn target_is_installed() -> bool {
    let libdir = sh::ask(sh::command("rustc").args(["--print", "target-libdir", "--target", TARGET]));
    let Some(Ok(mut files)) = libdir.map(fs::read_dir) else {
        return false;
    };
    files.any(|f| f.is_ok_and(|f| f.file_name().to_string_lossy().starts_with("libstd-")))
}

fn debian_is_installed() -> bool {
    [DEBIAN_RUSTC, DEBIAN_CARGO, DEBIAN_STD]
        .iter()
        .all(|p| Path::new(p).exists())
        && linker_is_installed()
}

/// Returns true if a linker for WebAssembly exists. Debian's compiler uses a linker with another name, from a separate package.
fn linker_is_installed() -> bool {
    let names = ["rust-lld", "wasm-ld", "wasm-ld-22", "lld-22"];
    names.iter().any(|name| Path::new("/usr/bin").join(name).exists())
        || sh::ask(sh::command(DEBIAN_RUSTC).args(["--print", "sysroot"])).is_some_and(|sysroot| {
            Path::new(&sysroot)
                .join("lib/rustlib/x86_64-unknown-linux-gnu/bin/rust-lld")
                .exists()
        })
}

fn is_root() -> bool {
    sh::ask(sh::command("id").arg("-u")).as_deref() == Some("0")
}

fn install_on_debian() -> Result<()> {
    sh::say(&format!(
        "installing Debian's Rust for adapters: {}",
        DEBIAN_PACKAGES.join(" ")
    ));
    // Old package lists may still have every package, so that a failed update does not stop the installation.
    if let Err(failure) = sh::run(apt_get().arg("update")) {
        sh::say(&format!("{failure}; trying with the old package lists"));
    }
    sh::run(
        apt_get()
            .args(["install", "-y", "--no-install-recommends"])
            .args(DEBIAN_PACKAGES),
    )
}

fn apt_get() -> Command {
    let mut apt = sh::command("apt-get");
    apt.env("DEBIAN_FRONTEND", "noninteractive");
    apt
}
