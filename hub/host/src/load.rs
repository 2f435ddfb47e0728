//! Loading: from a file to a version that can be called.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bindeledd_core::AdapterId;
use bindeledd_core::contract::Manifest;
use bindeledd_texts::Said;
use wasmtime::component::{Component, Linker};
use wasmtime::{
    Config, Engine, InstanceAllocationStrategy, OptLevel, PoolingAllocationConfig, RegallocAlgorithm, Store,
};

use crate::bounds;
use crate::cache::{Cache, CompilerFailed};
use crate::call::{self, Failure};
use crate::file::AdapterFile;
use crate::guest::{Guest, Live};
use crate::limits::{Limits, Meter, SHADOW_PLACES};
use crate::quarantine::Record;
use crate::watch::Watch;
use crate::{HostError, Sha256, reply, settings};
use serde_json::Value;

/// The facts about a file, as `bindeledd plugin inspect` shows them.
#[derive(Debug, Clone, PartialEq)]
pub struct Inspection {
    /// Path of the file.
    pub path: PathBuf,
    /// Size in bytes.
    pub bytes: usize,
    /// Digest of the file, for pinning.
    pub sha256: Sha256,
    /// Contract that the file was built for.
    pub contract: String,
    /// Exports.
    pub exports: Vec<String>,
    /// Manifest.
    pub manifest: Manifest,
}

/// A compiled version of an adapter, with its manifest.
pub(crate) struct Version {
    pub(crate) guest: Guest,
    pub(crate) inspection: Inspection,
    /// Settings that an endpoint need not have, with their values.
    pub(crate) defaults: serde_json::Map<String, Value>,
    pub(crate) watch: Watch,
    record: Mutex<Record>,
}

impl Version {
    /// Checks and compiles a file, and calls it for its manifest.
    pub(crate) fn load(
        engine: &Engine,
        cache: Option<&Cache>,
        limits: &Limits,
        path: &Path,
        pinned: Option<Sha256>,
    ) -> Result<Self, HostError> {
        let file = AdapterFile::open(path, pinned, limits.file_bytes)?;
        let unfit = |e: wasmtime::Error| HostError::Unfit {
            path: path.to_owned(),
            what: e
                .downcast_ref::<Said>()
                .cloned()
                .unwrap_or_else(|| format!("{e:#}").into()),
        };
        let component = match cache {
            Some(cache) => cache.compiled(engine, &file, limits, compile),
            None => compile(engine, &file, limits.compile),
        };
        if let Err(Some(failed)) = component
            .as_ref()
            .map_err(|error| error.downcast_ref::<CompilerFailed>())
        {
            return Err(HostError::Compiler {
                path: path.to_owned(),
                what: failed.0.clone(),
            });
        }
        // The contract has no imports, so that nothing is linked.
        let linked = component.and_then(|component| Linker::new(engine).instantiate_pre(&component));
        let guest = linked
            .and_then(|pre| Guest::new(pre, &file.contract))
            .and_then(|guest| checked(&guest, limits).map(|()| guest))
            .map_err(unfit)?;
        let manifest = manifest(&guest, &file, limits).map_err(|failure| HostError::Manifest {
            path: path.to_owned(),
            source: failure.of(&path.display()),
        })?;
        let defaults = settings::defaults(&manifest.settings);
        let inspection = Inspection {
            path: path.to_owned(),
            bytes: file.bytes.len(),
            sha256: file.sha256,
            contract: file.contract.version(),
            exports: file.exports,
            manifest,
        };
        Ok(Self {
            guest,
            defaults,
            inspection,
            watch: Watch::default(),
            record: Mutex::default(),
        })
    }

    /// Returns the version's record of successes and failures. A record from before a panic is still valid.
    pub(crate) fn record(&self) -> MutexGuard<'_, Record> {
        self.record.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for Version {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Version")
            .field("sha256", &self.inspection.sha256)
            .finish_non_exhaustive()
    }
}

fn compile(engine: &Engine, file: &AdapterFile, within: Duration) -> wasmtime::Result<Component> {
    let (engine, bytes) = (engine.clone(), file.bytes.clone());
    bounds::in_time(within, move || Component::new(&engine, &bytes))
}

/// Makes one instance, and compares the types of its functions with the contract's.
fn checked(guest: &Guest, limits: &Limits) -> wasmtime::Result<()> {
    let mut store = Store::new(guest.engine(), Meter::new(limits));
    store.limiter(|meter| meter);
    store.set_fuel(limits.fuel)?;
    let live = guest.instantiate(&mut store)?;
    live.check(&mut store)
}

/// Returns the manifest: the section of the file, or the answer of an adapter of contract 0.2.
fn manifest(guest: &Guest, file: &AdapterFile, limits: &Limits) -> Result<Manifest, Failure> {
    let contract = file.contract.version();
    let checked = match &file.manifest {
        Some(json) => reply::manifest(json, &contract),
        None => {
            let json = call::in_fresh_instance(guest, limits, 0, |live, store| match live {
                Live::Old(adapter) => adapter.call_manifest(store),
                Live::Current(..) => Ok(Vec::new()),
            })?;
            reply::manifest(&json, &contract)
        }
    };
    checked.map_err(|wrong| Failure::broken(wrong.0))
}

/// Returns the id of a file outside configuration: the file's name without its ending, if that is a valid id.
pub(crate) fn name_of(path: &Path) -> Option<AdapterId> {
    let stem = path
        .file_stem()
        .map(|stem| stem.to_string_lossy().into_owned())
        .unwrap_or_default();
    let legal: String = stem
        .to_ascii_lowercase()
        .chars()
        .map(|c| {
            if c.is_ascii_lowercase() || c.is_ascii_digit() || "-._@".contains(c) {
                c
            } else {
                '-'
            }
        })
        .take(60)
        .collect();
    AdapterId::parse(&legal).or_else(|| AdapterId::parse(&format!("file-{legal}")))
}

/// Bytes of an instance's memory that stay resident and are zeroed. Zeroing is cheaper than returning pages to the
/// kernel and faulting them in again. Measured: docs/decisions/0004-guests.md.
const MEMORY_KEPT: usize = 256 * 1024;
const TABLE_KEPT: usize = 64 * 1024;
/// Number of core instances and of memories of a component. A Rust guest has one of each; a component with a whole
/// Python inside has 38 and 4.
const CORE_INSTANCES: u32 = 64;
const MEMORIES: u32 = 4;

/// Makes the engine, with room for all of `limits.instances` calls at once.
pub(crate) fn engine(limits: &Limits) -> Result<Engine, HostError> {
    // A shadow calls beside the versions in use.
    let instances = limits.instances.saturating_add(SHADOW_PLACES);
    let core_instances = instances.saturating_mul(CORE_INSTANCES);
    let mut pool = PoolingAllocationConfig::new();
    pool.total_component_instances(instances)
        .total_core_instances(core_instances)
        .total_tables(core_instances)
        .total_memories(instances.saturating_mul(MEMORIES))
        .max_core_instances_per_component(CORE_INSTANCES)
        .max_tables_per_component(CORE_INSTANCES)
        .max_memories_per_component(MEMORIES)
        .max_memory_size(limits.memory_bytes)
        .linear_memory_keep_resident(MEMORY_KEPT)
        .table_keep_resident(TABLE_KEPT);
    let mut config = Config::new();
    config
        .allocation_strategy(InstanceAllocationStrategy::Pooling(pool))
        .memory_init_cow(true)
        .consume_fuel(true)
        .concurrency_support(false)
        // The same input then has the same output and the same cost on every machine.
        .cranelift_nan_canonicalization(true)
        .wasm_relaxed_simd(false)
        // The place of a trap in a guest is of no use to an operator.
        .wasm_backtrace_max_frames(None)
        .generate_address_map(false);
    // A hub of the demo and the tests lives for seconds: it compiles adapters soon, and a call takes longer.
    if cfg!(debug_assertions) {
        config
            .cranelift_opt_level(OptLevel::None)
            .cranelift_regalloc_algorithm(RegallocAlgorithm::SinglePass);
    }
    Engine::new(&config).map_err(|e| HostError::Engine(format!("{e:#}")))
}
