//! One call: a fresh instance with its limits, and the names of its failures.

use bindeledd_engine::ports::AdapterFault;
use bindeledd_texts::{AdapterLimit, Broken, Trapped};
use wasmtime::{Store, Trap};

use crate::guest::{Guest, Live};
use crate::limits::{Limits, Meter};

/// Beginning of wasmtime's message for an answer that is too large. That error has no type of its own; a test holds the
/// words.
const ANSWER_TOO_LARGE: &str = "too much data is being copied";

/// Reason why a call failed: [`AdapterFault`] without the adapter's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Failure {
    Trapped(Trapped),
    /// The adapter caught a fault of its own, at this place in its source.
    Defect(String),
    Limit(AdapterLimit),
    Broken(Broken),
}

impl Failure {
    pub(crate) fn of(self, adapter: &impl std::fmt::Display) -> AdapterFault {
        let adapter = adapter.to_string();
        match self {
            Self::Trapped(what) => AdapterFault::Trapped {
                adapter,
                what: what.into(),
            },
            Self::Defect(place) => AdapterFault::Defect { adapter, place },
            Self::Limit(limit) => AdapterFault::Limit {
                adapter,
                limit: limit.into(),
            },
            Self::Broken(what) => AdapterFault::Broken {
                adapter,
                what: what.into(),
            },
        }
    }

    /// The answer breaks the contract, as `text` says.
    pub(crate) const fn broken(text: String) -> Self {
        Self::Broken(Broken::Other { text })
    }
}

/// Makes an instance, calls it with `ask`, and drops the instance with its memory.
pub(crate) fn in_fresh_instance<T>(
    adapter: &Guest,
    limits: &Limits,
    input_bytes: usize,
    ask: impl FnOnce(&Live<'_>, &mut Store<Meter>) -> wasmtime::Result<T>,
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
        Some(Trap::StackOverflow) => Failure::Limit(AdapterLimit::Stack),
        // A guest that gets no more memory traps by itself.
        Some(_) if meter.memory_refused => Failure::Limit(limits.memory_words()),
        Some(
            trap @ (Trap::StringOutOfBounds
            | Trap::ListOutOfBounds
            | Trap::InvalidDiscriminant
            | Trap::InvalidChar
            | Trap::UnalignedPointer),
        ) => Failure::broken(words(*trap)),
        Some(trap) => Failure::Trapped(trapped(*trap)),
        None if error.to_string().starts_with(ANSWER_TOO_LARGE) => Failure::Limit(limits.output_words()),
        None if meter.memory_refused => Failure::Limit(limits.memory_words()),
        // Every other error of wasmtime concerns a value that breaks the interface, such as a string that is not UTF-8.
        None => Failure::Broken(Broken::Type),
    }
}

fn words(trap: Trap) -> String {
    trap.to_string().trim_start_matches("wasm trap: ").to_owned()
}

fn trapped(trap: Trap) -> Trapped {
    match trap {
        Trap::UnreachableCodeReached => Trapped::Unreachable,
        Trap::MemoryOutOfBounds => Trapped::Memory,
        Trap::TableOutOfBounds => Trapped::Table,
        Trap::IndirectCallToNull => Trapped::NullCall,
        Trap::BadSignature => Trapped::Signature,
        Trap::IntegerOverflow => Trapped::Overflow,
        Trap::IntegerDivisionByZero => Trapped::Division,
        Trap::BadConversionToInteger => Trapped::Conversion,
        other => Trapped::Other { text: words(other) },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trap_reads_in_english_as_the_runtime_says_it() {
        for number in 0..=u8::MAX {
            if let Some(trap) = Trap::from_u8(number) {
                assert_eq!(trapped(trap).to_string(), words(trap));
            }
        }
    }
}
