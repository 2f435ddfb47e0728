//! Compiled adapters, stored between starts. Loading a compiled adapter runs its machine code, so that only files that
//! this hub wrote are loaded.

use std::hash::{Hash, Hasher};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use std::{fs, io, process};

use bindeledd_files::Access;
use bindeledd_texts::{FileFault, Said};
use ring::hmac;
use wasmtime::Engine;
use wasmtime::component::Component;

use crate::compiler::{ChildCompiler, NotCompiled};
use crate::file::AdapterFile;
use crate::limits::Limits;
use crate::{HostError, Sha256};

/// The place for compiled adapters.
#[derive(Clone)]
pub struct CompiledCache {
    /// Folder that only the hub uses.
    pub dir: PathBuf,
    /// Key of the MAC by which the hub recognises files that it wrote. Derive the key from the hub's master key.
    pub key: [u8; 32],
    /// Compiler in a child process; `None` to compile in this process.
    pub compiler: Option<ChildCompiler>,
}

impl std::fmt::Debug for CompiledCache {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CompiledCache")
            .field("dir", &self.dir)
            .finish_non_exhaustive()
    }
}

const TAG_BYTES: usize = 32;

/// The cache, with its folder checked.
#[derive(Debug)]
pub(crate) struct Cache {
    dir: PathBuf,
    key: hmac::Key,
    owner: u32,
    compiler: Option<ChildCompiler>,
}

impl Cache {
    /// Makes the folder if it is missing. Refuses a folder that others own or may write to.
    pub(crate) fn open(options: &CompiledCache) -> Result<Self, HostError> {
        let dir = options.dir.clone();
        let unusable = |what: Said| HostError::Cache {
            path: options.dir.clone(),
            what,
        };
        bindeledd_files::folder(&dir, Access::Private).map_err(|e| unusable(Said::of_error(&e)))?;
        let owner = own_uid(&dir).map_err(|e| {
            let error = Said::of_error(&e);
            unusable(FileFault::NotWritable { error }.into())
        })?;
        let meta = fs::symlink_metadata(&dir).map_err(|e| unusable(Said::of_error(&e)))?;
        if !meta.is_dir() {
            return Err(unusable(FileFault::NoFolder.into()));
        }
        if meta.uid() != owner {
            return Err(unusable(FileFault::OtherOwner.into()));
        }
        if meta.mode() & 0o077 != 0 {
            let path = dir.display().to_string();
            return Err(unusable(FileFault::OthersReach { path }.into()));
        }
        Ok(Self {
            dir,
            key: hmac::Key::new(hmac::HMAC_SHA256, &options.key),
            owner,
            compiler: options.compiler.clone(),
        })
    }

    /// Returns the compiled adapter, from the cache if it is there. `compile` compiles in this process.
    pub(crate) fn compiled(
        &self,
        engine: &Engine,
        file: &AdapterFile,
        limits: &Limits,
        compile: impl FnOnce(&Engine, &AdapterFile, Duration) -> wasmtime::Result<Component>,
    ) -> wasmtime::Result<Component> {
        let name = entry_name(engine, file.sha256);
        if let Some(component) = self.load(engine, &name) {
            return Ok(component);
        }
        let Some(compiler) = &self.compiler else {
            let component = compile(engine, file, limits.compile)?;
            self.keep(&name, &component.serialize()?);
            return Ok(component);
        };
        let code = compiler.compile(&file.bytes, limits).map_err(|not| match not {
            NotCompiled::Refused(what) => wasmtime::Error::new(what),
            NotCompiled::Failed(what) => wasmtime::Error::new(CompilerFailed(what)),
        })?;
        self.keep(&name, &code);
        deserialized(engine, &code)
    }

    /// Stores compiled code for the next start.
    fn keep(&self, name: &str, code: &[u8]) {
        if let Err(error) = self.save(name, code) {
            tracing::warn!(%error, "a compiled adapter could not be kept; it is compiled again at the next start");
        }
    }

    fn load(&self, engine: &Engine, name: &str) -> Option<Component> {
        let path = self.dir.join(name);
        let bytes = self.read_own(&path)?;
        let (tag, code) = bytes.split_at_checked(TAG_BYTES)?;
        if hmac::verify(&self.key, &marked(name, code), tag).is_err() {
            tracing::warn!(path = %path.display(), "a compiled adapter is damaged or was not written by this hub; compiling it again");
            return None;
        }
        deserialized(engine, code)
            .inspect_err(|error| tracing::warn!(%error, "a compiled adapter does not fit; compiling it again"))
            .ok()
    }

    /// Reads a plain file that the hub owns and no other user may write.
    fn read_own(&self, path: &Path) -> Option<Vec<u8>> {
        let meta = fs::symlink_metadata(path).ok()?;
        if !meta.is_file() || meta.uid() != self.owner || meta.mode() & 0o022 != 0 {
            tracing::warn!(path = %path.display(), "a compiled adapter belongs to others or may be written by them; not using it");
            return None;
        }
        fs::read(path).ok()
    }

    fn save(&self, name: &str, code: &[u8]) -> io::Result<()> {
        let tag = hmac::sign(&self.key, &marked(name, code));
        bindeledd_files::replace_parts(&self.dir.join(name), &[tag.as_ref(), code], Access::Private)
    }
}

/// Turns compiled code into a component.
fn deserialized(engine: &Engine, code: &[u8]) -> wasmtime::Result<Component> {
    #[expect(unsafe_code, reason = "loading compiled code is what the cache is for")]
    // SAFETY: `Component::deserialize` must only get what wasmtime's compiler made. The code is either what a child process of
    // this binary just wrote to a pipe of this process, or comes from a file that `save` wrote and marked with a key that only
    // this hub has. The mark covers a name that holds the engine's version and settings. The check reads the code in memory,
    // so the file can not change before its use.
    unsafe {
        Component::deserialize(engine, code)
    }
}

/// The error of a compiler that died or took too long, apart from one about the component.
#[derive(Debug)]
pub(crate) struct CompilerFailed(pub(crate) Said);

impl std::fmt::Display for CompilerFailed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for CompilerFailed {}

/// Returns the bytes that the MAC covers. They include the name, so that no entry can replace another.
fn marked(name: &str, code: &[u8]) -> Vec<u8> {
    [name.as_bytes(), &[0], code].concat()
}

/// Returns the name of an entry: the digest of the source, and a hash of every engine property that compiled code
/// depends on.
fn entry_name(engine: &Engine, sha256: Sha256) -> String {
    // The hasher has the same keys in every process, unlike that of a map.
    #[expect(deprecated, reason = "the only hasher of std that is the same in every process")]
    let mut hasher = std::hash::SipHasher::new();
    engine.precompile_compatibility_hash().hash(&mut hasher);
    format!("{sha256}-{:016x}.compiled", hasher.finish())
}

/// Returns the user id of the process, which is the owner of the files that it writes.
fn own_uid(dir: &Path) -> io::Result<u32> {
    static PROBES: AtomicU64 = AtomicU64::new(0);
    // Several hosts of one process, or of several, may probe a folder at once.
    let probe = dir.join(format!(
        ".probe.{}.{}",
        process::id(),
        PROBES.fetch_add(1, Ordering::Relaxed)
    ));
    bindeledd_files::replace(&probe, &[], Access::Private)?;
    let uid = fs::symlink_metadata(&probe).map(|meta| meta.uid());
    fs::remove_file(&probe)?;
    uid
}
