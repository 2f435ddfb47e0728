//! Runs one suite, and reads its result.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::Duration;

use crate::build::minutes;
use crate::cargo::Binary;
use crate::failure::{About, Failure, Result};
use crate::options::Test;
use crate::progress::Progress;
use crate::sh;
use crate::suites::Suite;

/// Minutes, and a factor for the minutes in a suite's row. A suite that takes longer than their sum counts as hanging, and is
/// stopped.
const HANGS: (f64, f64) = (10.0, 5.0);

/// Maximum size of the shown output of a failed suite, in bytes. The end is shown, which contains the reason.
const SHOWN: usize = 30_000;

/// The result of a suite.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) suite: String,
    pub(crate) ended_well: bool,
    pub(crate) passed: usize,
    pub(crate) failed: usize,
    pub(crate) ignored: usize,
    took: Duration,
    out: PathBuf,
    err: PathBuf,
    /// Reason why a suite ended without counts.
    broke: Option<String>,
}

/// Runs a suite as `cargo test` would, with its output in `target/suites`.
pub(crate) fn run_suite(suite: &Suite, binary: &Binary, options: &Test) -> Outcome {
    let file = |ending: &str| {
        let name = format!("{}.{}.{ending}", suite.package, suite.target);
        sh::root().join("target/suites").join(name)
    };
    let (out, err) = (file("out"), file("err"));
    let clock = Progress::new("", Vec::new());
    let ended = start(suite, binary, options, &out, &err).and_then(|child| wait(child, suite, options, &clock));
    let said = fs::read_to_string(&out).unwrap_or_default();
    let counted = |what: &str| {
        said.lines()
            .rev()
            .find_map(|line| count(line, what))
            .unwrap_or_default()
    };
    let broke = match &ended {
        Ok(status) if status.success() || counted("failed") > 0 => None,
        Ok(status) => Some(format!("it ended with {status}")),
        Err(failure) => Some(failure.to_string()),
    };
    Outcome {
        suite: suite.to_string(),
        ended_well: ended.is_ok_and(|status| status.success()),
        passed: counted("passed"),
        failed: counted("failed"),
        ignored: counted("ignored"),
        took: clock.elapsed(),
        out,
        err,
        broke,
    }
}

fn start(suite: &Suite, binary: &Binary, options: &Test, out: &PathBuf, err: &PathBuf) -> Result<Child> {
    if let Some(folder) = out.parent() {
        fs::create_dir_all(folder).about("make", folder)?;
    }
    let file = |path: &PathBuf| File::create(path).about("make", path);
    let mut test = sh::outer(Command::new(&binary.executable));
    test.current_dir(&binary.folder)
        .env("CARGO_MANIFEST_DIR", &binary.folder)
        .env("CARGO_PKG_NAME", &binary.package)
        .env("BINDELEDD_PLUGINS", sh::root().join(options.profile().adapters()))
        .args(&options.told)
        .stdin(Stdio::null())
        .stdout(file(out)?)
        .stderr(file(err)?);
    if options.long {
        test.envs(suite.full_strength.iter().copied());
        test.args(["--nocapture", "--test-threads", "1"]);
    }
    test.spawn().about("run", &binary.executable)
}

/// Waits for the suite's end, within its time limit.
fn wait(mut child: Child, suite: &Suite, options: &Test, clock: &Progress) -> Result<ExitStatus> {
    let expected = if options.long {
        suite.full_minutes
    } else {
        suite.minutes
    };
    let deadline = Duration::from_secs_f64((HANGS.0 + HANGS.1 * expected) * 60.0);
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return Ok(status),
            Ok(None) if clock.elapsed() < deadline => thread::sleep(Duration::from_millis(50)),
            Ok(None) => {
                let _ = child.kill().and_then(|()| child.wait());
                return Err(Failure(format!("it hung: it was ended after {}", minutes(deadline))));
            }
            Err(e) => return Err(Failure(format!("it can not be waited for: {e}"))),
        }
    }
}

/// Returns a number from a suite's last line: `test result: ok. 38 passed; 1 failed; …`.
fn count(line: &str, what: &str) -> Option<usize> {
    let parts = line.strip_prefix("test result: ")?.split([';', '.']);
    parts
        .map(str::trim)
        .find_map(|part| part.strip_suffix(what)?.trim().parse().ok())
}

impl Outcome {
    /// Describes the result in a line.
    pub(crate) fn line(&self) -> String {
        let word = if self.ended_well { "ok" } else { "FAILED" };
        let mut line = format!("{word:<6} {:<36} {:>4} passed", self.suite, self.passed);
        if self.failed > 0 {
            let _ = write!(line, ", {} failed", self.failed);
        }
        if self.ignored > 0 {
            let _ = write!(line, ", {} skipped", self.ignored);
        }
        let _ = write!(line, "  {}", minutes(self.took));
        line
    }

    /// Returns the lines that the tests printed; in a long run they are measurements.
    pub(crate) fn figures(&self) -> String {
        let said = fs::read_to_string(&self.out).unwrap_or_default();
        let figures: Vec<String> = said.lines().filter_map(figure).collect();
        let mut text = format!("\n{}", self.line());
        for figure in figures {
            let _ = write!(text, "\n       {figure}");
        }
        text
    }

    /// Returns the output from the first failure on.
    pub(crate) fn why(&self) -> String {
        let said = fs::read_to_string(&self.out).unwrap_or_default();
        let failures = said.find("\nfailures:\n").map_or(said.as_str(), |at| &said[at..]);
        let errors = fs::read_to_string(&self.err).unwrap_or_default();
        let broke = self.broke.as_deref().unwrap_or_default();
        format!(
            "\n== {} failed {broke}\n{}\n{}\n(all of it: {} and {})\n",
            self.suite,
            end(failures),
            end(&errors),
            self.out.display(),
            self.err.display()
        )
    }
}

/// Returns the end of a text that is longer than the limit.
fn end(text: &str) -> &str {
    let mut from = text.len().saturating_sub(SHOWN);
    while !text.is_char_boundary(from) {
        from += 1;
    }
    &text[from..]
}

/// Returns a line that a test printed, without the test harness's own text.
fn figure(line: &str) -> Option<String> {
    let line = line.trim_end();
    let said = match line.strip_prefix("test ").and_then(|rest| rest.split_once(" ... ")) {
        Some((_, said)) => said,
        None => line,
    };
    let harness = ["ok", "ignored", "FAILED", ""].contains(&said)
        || ["running ", "test result: ", "ignored, "]
            .iter()
            .any(|start| said.starts_with(start));
    (!harness).then(|| said.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_line_of_a_suite_is_counted() {
        let line =
            "test result: FAILED. 38 passed; 1 failed; 2 ignored; 0 measured; 0 filtered out; finished in 252.90s";
        assert_eq!(count(line, "passed"), Some(38));
        assert_eq!(count(line, "failed"), Some(1));
        assert_eq!(count(line, "ignored"), Some(2));
        assert_eq!(count("test result of mine: 3 passed", "passed"), None);
    }

    #[test]
    fn figures_are_what_tests_print_themselves() {
        let said = "\nrunning 2 tests\ntest a ... 986 arrivals before their answer\nok\ntest b ... ok\n\
                    test result: ok. 2 passed; 0 failed\n12 µs a message";
        let figures: Vec<String> = said.lines().filter_map(figure).collect();
        assert_eq!(figures, ["986 arrivals before their answer", "12 µs a message"]);
    }
}
