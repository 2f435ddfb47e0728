//! Compiling in a child process of the hub's own binary. A component that takes too much memory or time then ends the child, and
//! never the hub. The child gets the component on its standard input and writes the compiled code to its standard output. The
//! hub alone tags that code and puts it into its cache.

use std::io::{Read, Write as _};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use bindeledd_texts::{FileFault, Said};
use tokio::time::Instant;

use crate::limits::Limits;

/// Exit status of a child that refuses a component. Any other failure is one of the child itself.
pub const REFUSED: u8 = 3;
/// Memory of the child, in bytes. A component with a whole Python inside takes some 500 MB.
const MEMORY: u64 = 2 * 1024 * 1024 * 1024;
/// Largest compiled code that the hub reads, in bytes. The largest component of the measurements has 36 MB.
const CODE_AT_MOST: u64 = 512 * 1024 * 1024;
/// Longest reason of a refusal that the hub reads, in bytes.
const WORDS_AT_MOST: u64 = 4 * 1024;
const LOOK_EVERY: Duration = Duration::from_millis(5);

/// The program that compiles in a child process: the hub's own binary.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChildCompiler {
    /// Path of the binary.
    pub program: PathBuf,
}

/// The limits and settings that a child gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CompileOrder {
    /// Maximum linear memory of an instance, in bytes. The compiled code depends on it.
    pub memory_bytes: usize,
    /// Longest time, in seconds.
    pub seconds: u64,
}

impl CompileOrder {
    /// Returns the memory that the child may use, in bytes.
    #[must_use]
    pub const fn memory(&self) -> u64 {
        MEMORY
    }

    /// Returns the processor time that the child may use, in seconds. The compiler works on all processors.
    #[must_use]
    pub fn processor_seconds(&self) -> u64 {
        let processors = thread::available_parallelism().map_or(1, |n| u64::try_from(n.get()).unwrap_or(1));
        self.seconds.saturating_mul(processors).saturating_add(1)
    }

    fn of(limits: &Limits) -> Self {
        Self {
            memory_bytes: limits.memory_bytes,
            seconds: limits.compile.as_secs().max(1),
        }
    }

    fn arguments(self) -> [String; 5] {
        [
            "compile-adapter".to_owned(),
            "--memory-bytes".to_owned(),
            self.memory_bytes.to_string(),
            "--seconds".to_owned(),
            self.seconds.to_string(),
        ]
    }
}

/// The reason why a child gave no code.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum NotCompiled {
    /// The compiler refused the component.
    Refused(Said),
    /// The child died or took too long.
    Failed(Said),
}

impl ChildCompiler {
    /// Compiles a component in a child process.
    pub(crate) fn compile(&self, component: &[u8], limits: &Limits) -> Result<Vec<u8>, NotCompiled> {
        let order = CompileOrder::of(limits);
        let failed = |error: std::io::Error| {
            NotCompiled::Failed(
                FileFault::NoCompiler {
                    error: Said::of_error(&error),
                }
                .into(),
            )
        };
        let mut child = Command::new(&self.program)
            .args(order.arguments())
            .env_clear()
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(failed)?;
        let ended = talk(&mut child, component, Instant::now() + limits.compile);
        // After an early end, the child must not go on, and its entry must leave the table of processes.
        let _ = child.kill();
        let status = child.wait().map_err(failed)?;
        match ended {
            Some((code, _)) if status.success() => Ok(code),
            Some((_, words)) if status.code() == Some(REFUSED.into()) => {
                let words = String::from_utf8_lossy(&words).trim().to_owned();
                Err(NotCompiled::Refused(words.into()))
            }
            Some(_) => {
                let how = how(status);
                Err(NotCompiled::Failed(FileFault::CompilerDied { how }.into()))
            }
            None => {
                let seconds = limits.compile.as_secs();
                Err(NotCompiled::Failed(FileFault::NotInTime { seconds }.into()))
            }
        }
    }
}

/// Sends the component and reads both outputs. `None` if the child did not end in time.
fn talk(child: &mut Child, component: &[u8], until: Instant) -> Option<(Vec<u8>, Vec<u8>)> {
    let (input, output, words) = (child.stdin.take()?, child.stdout.take()?, child.stderr.take()?);
    thread::scope(|scope| {
        scope.spawn(move || {
            let mut input = input;
            // A child that died reads nothing; its status tells more than this error.
            let _ = input.write_all(component);
        });
        let (done, read) = mpsc::channel();
        scope.spawn(move || {
            let _ = done.send(at_most(output, CODE_AT_MOST));
        });
        let words = scope.spawn(move || at_most(words, WORDS_AT_MOST));
        loop {
            let is_over = child.try_wait().ok().flatten().is_some();
            match read.recv_timeout(LOOK_EVERY) {
                Ok(code) => {
                    // The output is closed: the child has ended, or is about to.
                    while child.try_wait().ok().flatten().is_none() && Instant::now() < until {
                        thread::sleep(LOOK_EVERY);
                    }
                    // Kills a child that closed its output and goes on, so that its pipes close.
                    let _ = child.kill();
                    return Some((code, words.join().unwrap_or_default()));
                }
                Err(mpsc::RecvTimeoutError::Timeout) if is_over || Instant::now() < until => {}
                Err(_) => {
                    let _ = child.kill();
                    return None;
                }
            }
        }
    })
}

/// Reads to the end. Bytes beyond the limit are read and dropped, so that the child can end.
fn at_most(from: impl Read, limit: u64) -> Vec<u8> {
    let mut from = from;
    let mut bytes = Vec::new();
    let read = from.by_ref().take(limit).read_to_end(&mut bytes);
    if read.is_ok() {
        let _ = std::io::copy(&mut from, &mut std::io::sink());
    }
    bytes
}

fn how(status: ExitStatus) -> String {
    status.to_string()
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    /// A compiler that is a shell script.
    fn script(dir: &tempfile::TempDir, lines: &str) -> ChildCompiler {
        let program = dir.path().join("compiler");
        fs::write(&program, format!("#!/bin/sh\n{lines}\n")).unwrap();
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
        ChildCompiler { program }
    }

    fn compiled(lines: &str, seconds: u64) -> Result<Vec<u8>, NotCompiled> {
        let dir = tempfile::tempdir().unwrap();
        let limits = Limits {
            compile: Duration::from_secs(seconds),
            ..Limits::default()
        };
        script(&dir, lines).compile(&vec![b'x'; 200_000], &limits)
    }

    #[test]
    fn the_code_is_what_the_child_writes_and_the_child_has_no_environment() {
        // A shell sets these by itself.
        let lines = "cat > /dev/null; env | grep -v -E '^(PWD|OLDPWD|SHLVL|_)='; printf code";
        assert_eq!(compiled(lines, 20), Ok(b"code".to_vec()));
    }

    #[test]
    fn a_refusal_is_told_apart_from_a_death() {
        assert_eq!(
            compiled("echo 'no component' >&2; exit 3", 20),
            Err(NotCompiled::Refused("no component".to_owned().into()))
        );
        assert!(matches!(compiled("exit 1", 20), Err(NotCompiled::Failed(_))));
        assert!(matches!(
            compiled("printf half; kill -9 $$", 20),
            Err(NotCompiled::Failed(_))
        ));
    }

    #[test]
    fn a_child_that_takes_too_long_is_ended() {
        let began = Instant::now();
        let seconds = FileFault::NotInTime { seconds: 1 };
        assert_eq!(compiled("exec sleep 600", 1), Err(NotCompiled::Failed(seconds.into())));
        assert!(began.elapsed() < Duration::from_secs(60));
    }

    #[test]
    fn a_program_that_is_not_there_is_said() {
        let compiler = ChildCompiler {
            program: "/nowhere/bindeledd".into(),
        };
        assert!(matches!(
            compiler.compile(b"x", &Limits::default()),
            Err(NotCompiled::Failed(_))
        ));
    }
}
