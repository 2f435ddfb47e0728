//! Limits of compilation. The time and memory of a compilation grow faster than the size of a function. A file is
//! therefore measured before: by its size, its contents, and the time that the compiler may take.

use std::sync::mpsc;
use std::time::Duration;

use bindeledd_texts::{Counted, FileFault, Said};
use wasmparser::{FunctionBody, Operator};

const MB: usize = 1024 * 1024;

/// Maximum number of modules and components inside a component. A component with a whole Python inside has some 40.
const MODULES: usize = 1_000;
/// Maximum number of functions in a component. A component with a whole Python inside has some 20,000.
const FUNCTIONS: usize = 100_000;
/// Maximum cost of one function, as measured by [`Measure::function`].
const ONE_FUNCTION: usize = 4_000_000;
/// Maximum cost of all functions together.
const ALL_FUNCTIONS: usize = 100_000_000;

/// Counts what a file contains, and refuses the file at a limit.
#[derive(Debug, Default)]
pub(crate) struct Measure {
    modules: usize,
    functions: usize,
    worth: usize,
}

impl Measure {
    /// Counts a module or a component.
    pub(crate) fn module(&mut self) -> Result<(), FileFault> {
        self.modules += 1;
        within(self.modules, MODULES, Counted::Modules)
    }

    /// Counts a function. The compiler's work depends on each instruction, and on each variable where branches meet.
    pub(crate) fn function(&mut self, body: &FunctionBody<'_>) -> Result<(), FileFault> {
        self.functions += 1;
        within(self.functions, FUNCTIONS, Counted::Functions)?;
        // An unreadable function costs nothing here: the compiler reads it first and refuses it.
        let worth = worth(body).unwrap_or(0);
        within(worth, ONE_FUNCTION, Counted::InOneFunction)?;
        self.worth = self.worth.saturating_add(worth);
        within(self.worth, ALL_FUNCTIONS, Counted::InAll)
    }
}

/// Estimates the cost of compiling a function. An instruction has the cost 1.
fn worth(body: &FunctionBody<'_>) -> wasmparser::Result<usize> {
    let many = |count: u32| usize::try_from(count).unwrap_or(usize::MAX);
    let mut locals = 0_usize;
    for group in body.get_locals_reader()? {
        locals = locals.saturating_add(many(group?.0));
    }
    let (mut operators, mut meetings) = (0_usize, 0_usize);
    let mut reader = body.get_operators_reader()?;
    while !reader.eof() {
        operators += 1;
        match reader.read()? {
            Operator::Block { .. } | Operator::Loop { .. } | Operator::If { .. } | Operator::Else => meetings += 1,
            Operator::BrTable { targets } => operators = operators.saturating_add(many(targets.len())),
            _ => {}
        }
    }
    // A variable that lives across many merges costs at each of them. Most variables of a real function do not live
    // that long.
    Ok(operators.saturating_add(meetings.saturating_mul(locals) / 16))
}

fn within(found: usize, most: usize, of: Counted) -> Result<(), FileFault> {
    if found <= most {
        Ok(())
    } else {
        Err(FileFault::More { most: number(most), of })
    }
}

/// Refuses a file of more than `most` bytes.
pub(crate) fn size(bytes: u64, most: usize) -> Result<(), FileFault> {
    if usize::try_from(bytes).is_ok_and(|bytes| bytes <= most) {
        return Ok(());
    }
    Err(FileFault::TooLarge {
        found: bytes.div_ceil(1024 * 1024),
        most: number(most / MB),
    })
}

fn number(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}

/// Compiles in another thread, and stops waiting after a time limit. The compilation itself can not be stopped; it ends
/// with the process.
pub(crate) fn in_time<T: Send + 'static>(
    within: Duration,
    compile: impl FnOnce() -> wasmtime::Result<T> + Send + 'static,
) -> wasmtime::Result<T> {
    let (done, compiled) = mpsc::sync_channel(1);
    std::thread::Builder::new()
        .name("compiling".into())
        .spawn(move || {
            // If the caller no longer waits, the result is dropped.
            let _ = done.send(compile());
        })
        .map_err(wasmtime::Error::from)?;
    compiled.recv_timeout(within).unwrap_or_else(|_| {
        let seconds = within.as_secs();
        Err(wasmtime::Error::new(Said::from(FileFault::NotInTime { seconds })))
    })
}
