//! Shows the progress of a build in one line of a terminal: the current step, and the approximate remaining time.
//!
//! If standard error is not a terminal, there is no line, and cargo prints the crates that it compiles.

use std::collections::BTreeMap;
use std::io::{IsTerminal as _, Write as _};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Crates that take long to compile, with their CPU seconds in the `dev` profile. Every other crate takes a second or two. Only
/// the proportions matter, since the machine's speed is measured during the build.
const HEAVY: [(&str, f64); 12] = [
    ("cranelift-codegen", 201.0),
    ("bindeledd-gateway", 21.0),
    ("wasmtime", 21.0),
    ("wasmtime-environ", 17.0),
    ("bindeledd-store", 16.0),
    ("cranelift-assembler-x64", 16.0),
    ("bindeledd", 12.0),
    ("wasmparser", 12.0),
    ("libsqlite3-sys", 12.0),
    ("bindeledd-simulators", 11.0),
    ("bindeledd-host", 11.0),
    ("wasmtime-internal-cranelift", 10.0),
];
const USUAL: f64 = 1.5;

/// Maximum width of the line; many terminals have no room for more.
const WIDTH: usize = 78;

/// An expected part of a build, such as `serde 1.0.0`, and its share of the work.
pub(crate) type Part = (String, f64);

/// Returns a package's share of the work.
pub(crate) fn weight(package: &str) -> f64 {
    let heavy = HEAVY.iter().find(|(name, _)| *name == package);
    heavy.map_or(USUAL, |(_, seconds)| *seconds)
}

/// The progress line of a build.
#[derive(Debug)]
pub(crate) struct Progress {
    what: &'static str,
    shown: bool,
    began: Instant,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// Parts that are not finished yet.
    left: BTreeMap<String, f64>,
    expected: usize,
    /// Work done in this run. Parts that existed before do not count, since they tell nothing about the machine's speed.
    worked: f64,
    now: String,
}

#[expect(
    clippy::disallowed_methods,
    reason = "a person at a terminal waits: this is the clock on the wall"
)]
fn now() -> Instant {
    Instant::now()
}

impl Progress {
    /// Makes a line for `what`, if standard error is a terminal.
    pub(crate) fn new(what: &'static str, parts: Vec<Part>) -> Self {
        let left: BTreeMap<String, f64> = parts.into_iter().collect();
        Self {
            what,
            shown: std::io::stderr().is_terminal(),
            began: now(),
            state: Mutex::new(State {
                expected: left.len(),
                left,
                ..State::default()
            }),
        }
    }

    /// Returns true if the line is shown.
    pub(crate) fn shown(&self) -> bool {
        self.shown
    }

    /// Returns the time since the start.
    pub(crate) fn elapsed(&self) -> Duration {
        self.began.elapsed()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // A thread that panicked with this lock left a state that can still be shown.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Shows `name` as the current step.
    pub(crate) fn begins(&self, name: &str) {
        name.clone_into(&mut self.state().now);
        self.draw();
    }

    /// Marks a part as finished; `fresh` is true if the part existed before.
    pub(crate) fn done(&self, part: &str, fresh: bool) {
        {
            let mut state = self.state();
            let weight = state.left.remove(part).unwrap_or_default();
            if !fresh {
                state.worked += weight;
            }
        }
        self.draw();
    }

    /// Prints a permanent line above the progress line.
    pub(crate) fn say(&self, line: &str) {
        let mut out = std::io::stderr().lock();
        let clear = if self.shown { "\r\x1b[2K" } else { "" };
        let _ = writeln!(out, "{clear}{line}");
        drop(out);
        self.draw();
    }

    /// Draws the line for the present state.
    pub(crate) fn draw(&self) {
        if self.shown {
            let line = line(self.what, &self.state(), self.elapsed());
            let mut out = std::io::stderr().lock();
            let _ = write!(out, "\r\x1b[2K{line}").and_then(|()| out.flush());
        }
    }

    /// Removes the line.
    pub(crate) fn end(&self) {
        if self.shown {
            let mut out = std::io::stderr().lock();
            let _ = write!(out, "\r\x1b[2K").and_then(|()| out.flush());
        }
    }
}

fn line(what: &str, state: &State, elapsed: Duration) -> String {
    let done = state.expected - state.left.len();
    let mut line = format!("{what}: {done} of {}", state.expected);
    if let Some(left) = remaining(state, elapsed) {
        line.push_str(&left);
    }
    if !state.now.is_empty() {
        line.push_str("; now ");
        line.push_str(&state.now);
    }
    line.chars().take(WIDTH).collect()
}

/// Estimates the remaining time, once there is enough data.
fn remaining(state: &State, elapsed: Duration) -> Option<String> {
    let elapsed = elapsed.as_secs_f64();
    if elapsed < 5.0 || state.worked < 5.0 {
        return None;
    }
    let left: f64 = state.left.values().sum();
    let minutes = left / state.worked * elapsed / 60.0;
    Some(if minutes < 1.0 {
        ", less than a minute left".to_owned()
    } else {
        format!(", about {minutes:.0} min left")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(left: &[(&str, f64)], worked: f64) -> State {
        State {
            left: left
                .iter()
                .map(|(name, weight)| ((*name).to_owned(), *weight))
                .collect(),
            expected: 10,
            worked,
            now: "wasmtime".to_owned(),
        }
    }

    #[test]
    fn the_line_says_what_is_done_and_what_remains() {
        let state = state(&[("a 1", 60.0), ("b 1", 30.0)], 45.0);
        assert_eq!(
            line("building", &state, Duration::from_secs(60)),
            "building: 8 of 10, about 2 min left; now wasmtime"
        );
    }

    #[test]
    fn nothing_is_guessed_before_there_is_something_to_tell_it_from() {
        let state = state(&[("a 1", 60.0)], 1.0);
        assert_eq!(
            line("building", &state, Duration::from_secs(60)),
            "building: 9 of 10; now wasmtime"
        );
    }

    #[test]
    fn what_was_there_already_is_no_sign_of_speed() {
        let progress = Progress::new("building", vec![("a 1".into(), 50.0), ("b 1".into(), 7.0)]);
        progress.done("a 1", true);
        progress.done("b 1", false);
        progress.done("another 1", false);
        let state = progress.state();
        assert!(state.left.is_empty());
        assert!((state.worked - 7.0).abs() < 1e-9);
    }
}
