//! No core dumps: the memory of the hub, and of a command that calls it, has keys and opened content.

use rustix::process::{Resource, Rlimit, setrlimit};

/// From now on a crash writes no memory to disk, and no other program of this user may look into it.
///
/// The limit keeps the kernel from writing a file. A program that the machine hands dumps to (`core_pattern` with a `|`) is kept
/// from them by the other mark alone. What remains: swap, hibernation, a snapshot of the machine with its memory, and root.
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
