//! No core dumps: the memory of the hub, and of a command that calls it, holds keys and opened content.

use rustix::process::{Resource, Rlimit, setrlimit};

/// Forbids core dumps of this process from now on. A crash then writes no memory to disk, and no other program of this
/// user may read the memory.
///
/// The limit keeps the kernel from writing a file. The other flag keeps out a program that receives the machine's dumps
/// (`core_pattern` with a `|`). The memory can still be read in swap, in hibernation, in a snapshot of the machine with
/// its memory, and by root.
pub(crate) fn forbid() -> std::io::Result<()> {
    let none = Rlimit {
        current: Some(0),
        maximum: Some(0),
    };
    setrlimit(Resource::Core, none)?;
    #[cfg(target_os = "linux")]
    rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable)?;
    Ok(())
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use rustix::process::{DumpableBehavior, dumpable_behavior, getrlimit};

    use super::*;

    #[test]
    fn neither_the_kernel_nor_a_program_gets_the_memory() {
        forbid().unwrap();
        assert_eq!(dumpable_behavior().unwrap(), DumpableBehavior::NotDumpable);
        let limit = getrlimit(Resource::Core);
        assert_eq!((limit.current, limit.maximum), (Some(0), Some(0)));
    }
}
