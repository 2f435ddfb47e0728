//! How much a call may use.

use std::time::Duration;

use wasmtime::ResourceLimiter;

const MB: usize = 1024 * 1024;

/// How much one adapter call may use, and how many run at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Linear memory of an instance.
    pub memory_bytes: usize,
    /// Instructions, roughly, of a call with little input. It is the same for the same input on every machine, so an
    /// adapter's author can test it.
    pub fuel: u64,
    /// Instructions besides, for each byte of input: a large document may cost what it must, and a small one can not cost
    /// as much.
    pub fuel_per_byte: u64,
    /// Everything that goes in: document or message, and context.
    pub input_bytes: usize,
    /// Everything that comes out.
    pub output_bytes: usize,
    /// Instances that live at once.
    pub instances: u32,
    /// Of those, the ones that work on one party's input. A call with a large input counts as half of them.
    pub instances_per_party: u32,
    /// How long a call waits for a place before it is told that every place is taken.
    pub wait: Duration,
    /// The largest file that is compiled.
    pub file_bytes: usize,
    /// How long one file may be compiled.
    pub compile: Duration,
    /// A call that took longer is named in the log. Nothing is interrupted by it: on a loaded machine an innocent adapter
    /// is slow, and the same call ends the same way everywhere.
    pub slow: Duration,
}

impl Default for Limits {
    /// Reading a document of 5 MB fits with room to spare, and an endless loop over a small one ends within a fraction of a
    /// second.
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
    pub(crate) fn memory_words(&self) -> String {
        format!("{} MB of memory", self.memory_bytes / MB)
    }

    /// The instructions of a call with so much input.
    pub(crate) fn fuel_for(&self, input_bytes: usize) -> u64 {
        let bytes = u64::try_from(input_bytes).unwrap_or(u64::MAX);
        self.fuel.saturating_add(self.fuel_per_byte.saturating_mul(bytes))
    }

    pub(crate) fn fuel_words(&self, input_bytes: usize) -> String {
        let (fuel, kb) = (self.fuel_for(input_bytes) / 1_000_000, input_bytes / 1024);
        format!("{fuel} million instructions for {kb} KB of input")
    }

    pub(crate) fn input_words(&self) -> String {
        format!("{} MB of input", self.input_bytes / MB)
    }

    pub(crate) fn output_words(&self) -> String {
        format!("{} MB of output", self.output_bytes / MB)
    }
}

/// Table elements of an instance; a Rust guest has some hundreds.
const TABLE_ELEMENTS: usize = 20_000;

/// Holds one instance to its memory, over all of its memories, and remembers whether it asked for more.
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
