//! One call: a fresh instance with its limits, and the names of its failures.

use bindeledd_engine::ports::AdapterFault;
use wasmtime::{Store, Trap};

use crate::bindings::{Adapter, AdapterPre};
use crate::limits::{Limits, Meter};

/// Beginning of wasmtime's message for an answer that is too large. That error has no type of its own; a test holds the
/// words.
const ANSWER_TOO_LARGE: &str = "too much data is being copied";

/// Reason why a call failed: [`AdapterFault`] without the adapter's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Failure {
    Trapped(String),
    Limit(String),
    Broken(String),
}

impl Failure {
    pub(crate) fn of(self, adapter: &impl std::fmt::Display) -> AdapterFault {
        let adapter = adapter.to_string();
        match self {
            Self::Trapped(what) => AdapterFault::Trapped { adapter, what },
            Self::Limit(limit) => AdapterFault::Limit { adapter, limit },
            Self::Broken(what) => AdapterFault::Broken { adapter, what },
        }
    }
}

/// Makes an instance, calls it with `ask`, and drops the instance with its memory.
pub(crate) fn in_fresh_instance<T>(
    adapter: &AdapterPre<Meter>,
    limits: &Limits,
    input_bytes: usize,
    ask: impl FnOnce(&Adapter, &mut Store<Meter>) -> wasmtime::Result<T>,
) -> Result<T, Failure> {
    let mut store = Store::new(adapter.engine(), Meter::new(limits));
    store.limiter(|meter| meter);
    store.set_hostcall_fuel(limits.output_bytes);
    let answer = store
        .set_fuel(limits.fuel_for(input_bytes))
        .and_then(|()| adapter.instantiate(&mut store))
        .and_then(|instance| ask(&instance, &mut store));
    answer.map_err(|error| name(&error, store.data(), limits, input_bytes))
}

/// Names a failure, in a text without content.
fn name(error: &wasmtime::Error, meter: &Meter, limits: &Limits, input_bytes: usize) -> Failure {
    match error.downcast_ref::<Trap>() {
        Some(Trap::OutOfFuel) => Failure::Limit(limits.fuel_words(input_bytes)),
        Some(Trap::StackOverflow) => Failure::Limit("its stack: a recursion without end, or one too deep".into()),
        // A guest that gets no more memory traps by itself.
        Some(_) if meter.memory_refused => Failure::Limit(limits.memory_words()),
        Some(
            trap @ (Trap::StringOutOfBounds
            | Trap::ListOutOfBounds
            | Trap::InvalidDiscriminant
            | Trap::InvalidChar
            | Trap::UnalignedPointer),
        ) => Failure::Broken(words(*trap)),
        Some(trap) => Failure::Trapped(words(*trap)),
        None if error.to_string().starts_with(ANSWER_TOO_LARGE) => Failure::Limit(limits.output_words()),
        None if meter.memory_refused => Failure::Limit(limits.memory_words()),
        // Every other error of wasmtime concerns a value that breaks the interface, such as a string that is not UTF-8.
        None => Failure::Broken("a value that is not of its type".into()),
    }
}

fn words(trap: Trap) -> String {
    trap.to_string().trim_start_matches("wasm trap: ").to_owned()
}
