//! Finds an adapter for the command line: a file, an adapter named in the configuration, or a built one.

use std::path::{Path, PathBuf};
use std::time::Duration;

use bindeledd_core::AdapterId;
use bindeledd_core::encoding::without_mark;
use bindeledd_engine::ports::AdapterFault;
use bindeledd_host::{CompiledCache, Host, HostError, HostOptions, Limits, PinnedAdapter, Sha256};
use bindeledd_texts::cli::plugin::Plugin;

use crate::config::Configuration;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::shared::Shared;
use crate::store;

/// An adapter, ready to be called.
pub(crate) struct Loaded {
    /// The host that runs the adapter.
    pub(crate) host: Host,
    /// Id for calling the adapter.
    pub(crate) id: AdapterId,
}

/// Loads the adapter that `name` means. A path to a .wasm file needs no configuration. Any other name is first looked
/// up in the configuration.
pub(crate) fn load(name: &str, shared: &Shared) -> Result<Loaded, Failure> {
    if let Some(path) = as_path(name) {
        return load_file(
            &path,
            HostOptions {
                limits: limits_for_a_file(shared),
                ..HostOptions::default()
            },
        );
    }
    let id = AdapterId::parse(name).ok_or_else(|| unknown(name))?;
    let configuration = shared.configuration_if_any()?;
    let (limits, cache) = configuration
        .as_ref()
        .map_or_else(Default::default, |c| (limits(c), cache(c)));
    let options = HostOptions {
        limits: few(limits),
        cache,
        ..HostOptions::default()
    };
    if let Some(pinned) = configuration.as_ref().and_then(|c| pinned(c, &id)) {
        let host = Host::new(HostOptions {
            plugins: vec![pinned],
            ..options
        })
        .map_err(host_failure)?;
        return Ok(Loaded { host, id });
    }
    let file = built_folders(configuration.as_ref())
        .into_iter()
        .map(|dir| dir.join(format!("{id}.wasm")));
    let file = file
        .into_iter()
        .find(|file| file.is_file())
        .ok_or_else(|| unknown(name))?;
    load_file(&file, options)
}

/// Returns the hub's own cache of compiled adapters, if its key can be read. Other users compile at each start.
pub(crate) fn cache(configuration: &Configuration) -> Option<CompiledCache> {
    let master_key = store::master_key(configuration).ok()?;
    Some(store::compiled_cache(configuration, &master_key))
}

/// Returns the file that `name` means, if it looks like a path.
pub(crate) fn as_path(name: &str) -> Option<PathBuf> {
    let path = Path::new(name);
    let looks_like_one = path.extension().is_some_and(|ending| ending == "wasm") || name.contains('/');
    looks_like_one.then(|| path.to_path_buf())
}

fn load_file(path: &Path, options: HostOptions) -> Result<Loaded, Failure> {
    let mut host = Host::new(options).map_err(host_failure)?;
    let id = host.load_file(path).map_err(host_failure)?;
    Ok(Loaded { host, id })
}

/// Returns the limits for one call at a time.
fn few(limits: Limits) -> Limits {
    Limits { instances: 1, ..limits }
}

/// Returns the limits for inspecting a file: those of the configuration, if there is a valid one.
pub(crate) fn limits_for_a_file(shared: &Shared) -> Limits {
    let configuration = shared.configuration_if_any().ok().flatten();
    few(configuration.as_ref().map_or_else(Limits::default, limits))
}

/// Returns the configured limits.
pub(crate) fn limits(configuration: &Configuration) -> Limits {
    let limits = &configuration.settings.adapter_limits;
    let bytes = |mb: u32| usize::try_from(mb).unwrap_or(64).saturating_mul(1024 * 1024);
    Limits {
        memory_bytes: bytes(limits.memory_mb),
        fuel: limits.fuel,
        fuel_per_byte: limits.fuel_per_byte,
        file_bytes: bytes(limits.file_mb),
        compile: Duration::from_secs(limits.compile_seconds.into()),
        input_bytes: bytes(limits.input_mb),
        output_bytes: bytes(limits.output_mb),
        instances: limits.instances,
        instances_per_party: limits.instances_per_party,
        ..Limits::default()
    }
}

/// Returns an adapter as the configuration pins it.
pub(crate) fn pinned(configuration: &Configuration, id: &AdapterId) -> Option<PinnedAdapter> {
    let adapter = configuration.settings.adapters.get(id.as_str())?;
    Some(PinnedAdapter {
        id: id.clone(),
        path: configuration.path(&adapter.path),
        sha256: Sha256::parse(&adapter.sha256),
    })
}

/// Returns every adapter that the configuration pins.
pub(crate) fn all_pinned(configuration: &Configuration) -> Vec<PinnedAdapter> {
    let ids = configuration
        .settings
        .adapters
        .keys()
        .filter_map(|id| AdapterId::parse(id));
    ids.filter_map(|id| pinned(configuration, &id)).collect()
}

/// Returns the folder of the adapters that were built with this program: `plugins` beside it (`cargo xtask demo` and `test`) or
/// beside its folder (`cargo xtask build`).
pub(crate) fn folder_beside_the_binary() -> Option<PathBuf> {
    let binary = std::env::current_exe().ok()?.canonicalize().ok()?;
    let folders = binary.ancestors().skip(1).take(2).map(|folder| folder.join("plugins"));
    folders.into_iter().find(|folder| folder.is_dir())
}

fn built_folders(configuration: Option<&Configuration>) -> Vec<PathBuf> {
    let mut folders = vec![PathBuf::from("target/plugins")];
    folders.extend(folder_beside_the_binary());
    folders.extend(configuration.map(|configuration| configuration.path("plugins")));
    folders.push(PathBuf::from("plugins"));
    folders
}

fn unknown(name: &str) -> Failure {
    let what = Plugin::NotFound {
        adapter: name.to_owned(),
    };
    Failure::new(Exit::Failed, "BL-3001", what).next(Plugin::BuildOrName)
}

/// Returns the failure for a file that can not be used as an adapter.
pub(crate) fn host_failure(error: HostError) -> Failure {
    let exit = match &error {
        HostError::Digest { .. } => Exit::Refused,
        HostError::Manifest { .. } | HostError::Compiler { .. } => Exit::Adapter,
        HostError::Unreadable { .. }
        | HostError::NotAComponent { .. }
        | HostError::NoContract { .. }
        | HostError::Contract { .. }
        | HostError::Sections { .. }
        | HostError::Imports { .. }
        | HostError::Unfit { .. }
        | HostError::TooMuch { .. }
        | HostError::Twice(_)
        | HostError::Cache { .. }
        | HostError::Engine(_) => Exit::Failed,
    };
    Failure::new(exit, error.code(), error.words()).because_of(error.cause())
}

/// Returns the exit code for a fault of a call.
pub(crate) const fn fault_exit(fault: &AdapterFault) -> Exit {
    match fault {
        AdapterFault::OtherFormat { .. } => Exit::Refused,
        AdapterFault::Trapped { .. }
        | AdapterFault::Defect { .. }
        | AdapterFault::Limit { .. }
        | AdapterFault::Broken { .. }
        | AdapterFault::ReadUndeclared { .. }
        | AdapterFault::WriteUndeclared { .. } => Exit::Adapter,
        AdapterFault::Unknown(_)
        | AdapterFault::NotLoaded(_)
        | AdapterFault::Quarantined(_)
        | AdapterFault::Resting { .. }
        | AdapterFault::Busy => Exit::Failed,
    }
}

/// Returns a document's media type, from its content, then from its name.
pub(crate) fn media_type_of(path: &Path, body: &[u8]) -> &'static str {
    let start = body
        .iter()
        .position(|b| !b.is_ascii_whitespace() && !matches!(b, 0xef | 0xbb | 0xbf));
    let ending = path
        .extension()
        .and_then(|ending| ending.to_str())
        .unwrap_or_default()
        .to_ascii_lowercase();
    match (start.map(|at| body[at]), ending.as_str()) {
        (Some(b'<'), _) => "application/xml",
        (Some(b'{' | b'['), _) | (_, "json") => {
            let is_fhir = serde_json::from_slice::<serde_json::Value>(without_mark(body))
                .is_ok_and(|v| v.get("resourceType").is_some());
            if is_fhir {
                "application/fhir+json"
            } else {
                "application/json"
            }
        }
        (_, "xml") => "application/xml",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn media_types_are_guessed_by_content_first() {
        for (name, body, expected) in [
            ("a.txt", &b"\xef\xbb\xbf <?xml?>"[..], "application/xml"),
            ("a", b" {\"resourceType\": \"Bundle\"}", "application/fhir+json"),
            ("a.xml", b"{\"kind\": \"question\"}", "application/json"),
            ("a.json", b"{ cut", "application/json"),
            ("a.XML", b"", "application/xml"),
            ("a", b"%PDF-", "application/octet-stream"),
        ] {
            assert_eq!(media_type_of(Path::new(name), body), expected, "{name}");
        }
    }

    #[test]
    fn what_looks_like_a_path_is_one() {
        assert_eq!(as_path("gp-dialogmelding"), None);
        assert_eq!(as_path("gp.wasm"), Some("gp.wasm".into()));
        assert_eq!(as_path("./gp"), Some("./gp".into()));
    }
}
