//! Limits of a call.

use std::time::Duration;

use bindeledd_texts::AdapterLimit;
use wasmtime::ResourceLimiter;

const MB: usize = 1024 * 1024;

/// The limits of one adapter call, and the number of calls at the same time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Maximum linear memory of an instance, in bytes.
    pub memory_bytes: usize,
    /// Maximum number of instructions, roughly, of a call with little input. The same input needs the same number on
    /// every machine, so that an adapter's author can test it.
    pub fuel: u64,
    /// Further instructions for each byte of input. A large document may cost more, and a small one may not.
    pub fuel_per_byte: u64,
    /// Maximum number of bytes of input: document or message, and context.
    pub input_bytes: usize,
    /// Maximum number of bytes of output.
    pub output_bytes: usize,
    /// Maximum number of instances at the same time.
    pub instances: u32,
    /// Maximum number of instances that work on one party's input. A call with a large input counts as half of them.
    pub instances_per_party: u32,
    /// Longest wait of a call for an instance. After that the call fails as busy.
    pub wait: Duration,
    /// Largest file that is compiled, in bytes.
    pub file_bytes: usize,
    /// Longest time to compile one file.
    pub compile: Duration,
    /// Time after which a slow call is logged. A slow call is not interrupted: on a loaded machine a faultless adapter
    /// is slow, and the same call must end in the same way everywhere.
    pub slow: Duration,
}

impl Default for Limits {
    /// With these limits a document of 5 MB fits with room to spare. An endless loop over a small document ends within
    /// a fraction of a second.
    fn default() -> Self {
        Self {
            memory_bytes: 64 * MB,
            fuel: 250_000_000,
            fuel_per_byte: 500,
            input_bytes: 6 * MB,
            output_bytes: 8 * MB,
            instances: 16,
            instances_per_party: 4,
            file_bytes: 32 * MB,
            compile: Duration::from_secs(60),
            wait: Duration::from_secs(5),
            slow: Duration::from_millis(500),
        }
    }
}

impl Limits {
    pub(crate) fn memory_words(&self) -> AdapterLimit {
        AdapterLimit::Memory {
            megabytes: megabytes(self.memory_bytes),
        }
    }

    /// Returns the instructions for a call with this much input.
    pub(crate) fn fuel_for(&self, input_bytes: usize) -> u64 {
        let bytes = u64::try_from(input_bytes).unwrap_or(u64::MAX);
        self.fuel.saturating_add(self.fuel_per_byte.saturating_mul(bytes))
    }

    pub(crate) fn fuel_words(&self, input_bytes: usize) -> AdapterLimit {
        AdapterLimit::Instructions {
            millions: self.fuel_for(input_bytes) / 1_000_000,
            kilobytes: number(input_bytes / 1024),
        }
    }

    pub(crate) fn input_words(&self) -> AdapterLimit {
        AdapterLimit::Input {
            megabytes: megabytes(self.input_bytes),
        }
    }

    pub(crate) fn output_words(&self) -> AdapterLimit {
        AdapterLimit::Output {
            megabytes: megabytes(self.output_bytes),
        }
    }
}

fn megabytes(bytes: usize) -> u64 {
    number(bytes / MB)
}

fn number(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}

/// Calls of shadows at the same time. The engine has room for them beside the calls of all versions in use.
pub(crate) const SHADOW_PLACES: u32 = 2;

/// Maximum number of table elements of an instance. A Rust guest has some hundreds.
const TABLE_ELEMENTS: usize = 20_000;

/// Limits the memory of one instance, over all its memories, and records whether the instance asked for more.
#[derive(Debug)]
pub(crate) struct Meter {
    left: usize,
    pub(crate) memory_refused: bool,
}

impl Meter {
    pub(crate) const fn new(limits: &Limits) -> Self {
        Self {
            left: limits.memory_bytes,
            memory_refused: false,
        }
    }
}

impl ResourceLimiter for Meter {
    fn memory_growing(&mut self, current: usize, desired: usize, _maximum: Option<usize>) -> wasmtime::Result<bool> {
        let left = self.left.checked_sub(desired.saturating_sub(current));
        self.memory_refused |= left.is_none();
        self.left = left.unwrap_or(self.left);
        Ok(left.is_some())
    }

    fn table_growing(&mut self, _current: usize, desired: usize, _maximum: Option<usize>) -> wasmtime::Result<bool> {
        Ok(desired <= TABLE_ELEMENTS)
    }
}
