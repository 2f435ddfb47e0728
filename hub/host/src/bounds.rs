//! How much may be compiled. Compiling takes time and memory that grow faster than a function does, so a file is measured
//! before: by its size, by what is in it, and by how long the compiler may take.

use std::sync::mpsc;
use std::time::Duration;

use wasmparser::{FunctionBody, Operator};

const MB: usize = 1024 * 1024;

/// Modules and components inside a component; one with a whole Python inside has some 40.
const MODULES: usize = 1_000;
/// Functions in all; one with a whole Python inside has some 20,000.
const FUNCTIONS: usize = 100_000;
/// What one function may be worth, in the words of [`Measure::function`].
const ONE_FUNCTION: usize = 4_000_000;
/// What all of them may be worth together.
const ALL_FUNCTIONS: usize = 100_000_000;

/// What was counted so far.
#[derive(Debug, Default)]
pub(crate) struct Measure {
    modules: usize,
    functions: usize,
    worth: usize,
}

impl Measure {
    /// A module or a component begins.
    pub(crate) fn module(&mut self) -> Result<(), String> {
        self.modules += 1;
        within(self.modules, MODULES, "modules and components inside it")
    }

    /// A function: the compiler looks at each instruction, and at each variable where ways meet.
    pub(crate) fn function(&mut self, body: &FunctionBody<'_>) -> Result<(), String> {
        self.functions += 1;
        within(self.functions, FUNCTIONS, "functions")?;
        // What can not be read is for the compiler to refuse, which reads it first as well.
        let worth = worth(body).unwrap_or(0);
        within(worth, ONE_FUNCTION, "instructions and variables in one function")?;
        self.worth = self.worth.saturating_add(worth);
        within(self.worth, ALL_FUNCTIONS, "instructions and variables in all")
    }
}

/// What a function costs the compiler, roughly: an instruction is worth one.
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
    // Variables that live across many meetings cost at each of them, though most of a real function's do not.
    Ok(operators.saturating_add(meetings.saturating_mul(locals) / 16))
}

fn within(found: usize, most: usize, of: &str) -> Result<(), String> {
    if found <= most {
        Ok(())
    } else {
        Err(format!("it has more than the {most} {of} that an adapter may have"))
    }
}

/// What is wrong with a file of this size.
pub(crate) fn size(bytes: u64, most: usize) -> Result<(), String> {
    if usize::try_from(bytes).is_ok_and(|bytes| bytes <= most) {
        return Ok(());
    }
    let (found, most) = (bytes.div_ceil(1024 * 1024), most / MB);
    Err(format!(
        "its {found} MB are more than the {most} MB that an adapter may have (`adapter_limits.file_mb`)"
    ))
}

/// Compiles beside this thread, and gives up after a while. What was begun can not be stopped; the process that asked ends.
pub(crate) fn in_time<T: Send + 'static>(
    within: Duration,
    compile: impl FnOnce() -> wasmtime::Result<T> + Send + 'static,
) -> wasmtime::Result<T> {
    let (done, compiled) = mpsc::sync_channel(1);
    std::thread::Builder::new()
        .name("compiling".into())
        .spawn(move || {
            // Where nobody waits any longer there is nobody to tell.
            let _ = done.send(compile());
        })
        .map_err(wasmtime::Error::from)?;
    compiled.recv_timeout(within).unwrap_or_else(|_| {
        Err(wasmtime::Error::msg(format!(
            "it was not compiled within {} seconds (`adapter_limits.compile_seconds`)",
            within.as_secs()
        )))
    })
}
