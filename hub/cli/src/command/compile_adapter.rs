//! `bindeledd compile-adapter`, which the hub runs in a child process. It reads a component from standard input, and writes the
//! compiled code to standard output.

use std::io::{Read as _, Write as _};

use bindeledd_host::{CompileOrder, CompilerInChild};
use clap::Args;
use rustix::process::{Resource, Rlimit, setrlimit};

use crate::exit::Exit;

/// Compile a component for the hub, in a process without files, network and environment.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The linear memory of an instance
    #[arg(long)]
    memory_bytes: usize,
    /// The longest time
    #[arg(long)]
    seconds: u64,
}

/// Compiles. The hub reads the reason of a refusal from standard error.
pub(crate) fn run(arguments: &Arguments) -> Exit {
    let order = CompileOrder {
        memory_bytes: arguments.memory_bytes,
        seconds: arguments.seconds,
    };
    let compiled = CompilerInChild::new(&order)
        .map_err(|error| (Exit::Failed, error.to_string()))
        .and_then(|compiler| {
            // The hub's own code ends here: from now on, a stranger's bytes are read.
            let failed = |error: std::io::Error| (Exit::Failed, error.to_string());
            limit(&order).map_err(failed)?;
            let mut component = Vec::new();
            std::io::stdin().read_to_end(&mut component).map_err(failed)?;
            let code = compiler.compile(&component).map_err(|what| (Exit::Refused, what))?;
            std::io::stdout().write_all(&code).map_err(failed)
        });
    match compiled {
        Ok(()) => Exit::Done,
        Err((exit, what)) => {
            let _ = writeln!(std::io::stderr(), "{what}");
            exit
        }
    }
}

/// Limits this process: its memory and time, no file, and no further descriptor, so that it can open no socket either.
fn limit(order: &CompileOrder) -> std::io::Result<()> {
    let limits = [
        (Resource::Data, order.memory()),
        (Resource::Cpu, order.processor_seconds()),
        (Resource::Fsize, 0),
        (Resource::Nofile, 3),
    ];
    for (resource, most) in limits {
        let limit = Rlimit {
            current: Some(most),
            maximum: Some(most),
        };
        setrlimit(resource, limit)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hub_knows_a_refusal_by_its_exit_code() {
        assert_eq!(Exit::Refused.code(), bindeledd_host::REFUSED);
    }
}
