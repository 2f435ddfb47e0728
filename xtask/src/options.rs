//! Parses the command line by hand, since a crate for it would have to be compiled first.

use crate::failure::{Failure, Result};
use crate::profile::Profile;

pub(crate) const HELP: &str = "\
Builds, shows and tests this repository.

  cargo xtask build                     the hub to target/release/bindeledd, every adapter to target/plugins/<id>.wasm
  cargo xtask build --plugins [ID …]    only these adapters, by their folders' names in plugins/, and not the hub
  cargo xtask demo                      a hub with the systems around it, and a story played through them; stays up
      --once                            ends after the story, with 0 only if everything happened as told
      --json                            tells the story as JSON, one object a line
      --as-built                        builds nothing: uses the existing hub, simulators and adapters
  cargo xtask test [SUITE …] [-- ARG …] the first tier of the tests, or the named suites
      --long                            every suite at full strength, one after the other, with its figures
      --release                         tests the deployed build, not the one that compiles fast
      --lint                            compiles with clippy; a warning is an error
      --list                            the suites, their tiers and their minutes
  cargo xtask bench way                 a benchmark, which prints ratios

A SUITE is a package, a test target or both, as in `bindeledd-store`, `attack`, `bindeledd-core/unit`. Each ARG goes to the
suites, such as the name of a test.";

/// The command that the user asked for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Command {
    Help,
    Build { plugins: Option<Vec<String>> },
    Demo(Demo),
    Test(Test),
    Bench(Vec<String>),
}

/// Options of the demo.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Demo {
    pub(crate) as_built: bool,
    /// Arguments for the demo itself.
    pub(crate) told: Vec<String>,
}

/// Options of a test run.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Test {
    pub(crate) long: bool,
    pub(crate) release: bool,
    pub(crate) lint: bool,
    pub(crate) list: bool,
    pub(crate) suites: Vec<String>,
    /// Arguments for each suite.
    pub(crate) told: Vec<String>,
}

impl Test {
    pub(crate) const fn profile(&self) -> Profile {
        if self.release { Profile::Release } else { Profile::Dev }
    }
}

/// Reads the command line.
pub(crate) fn parse(mut words: Vec<String>) -> Result<Command> {
    if words.is_empty()
        || words
            .iter()
            .take_while(|w| *w != "--")
            .any(|w| w == "--help" || w == "-h")
    {
        return Ok(Command::Help);
    }
    let command = words.remove(0);
    let unknown = |word: &str| {
        Failure(format!(
            "`{command}` takes no `{word}`; `cargo xtask --help` shows what there is"
        ))
    };
    match command.as_str() {
        "build" => match words.split_first() {
            None => Ok(Command::Build { plugins: None }),
            Some((first, ids)) if first == "--plugins" => Ok(Command::Build {
                plugins: Some(ids.to_vec()),
            }),
            Some((first, _)) => Err(unknown(first)),
        },
        "demo" => {
            let mut demo = Demo::default();
            for word in words {
                match word.as_str() {
                    "--as-built" => demo.as_built = true,
                    "--once" | "--json" => demo.told.push(word),
                    _ => return Err(unknown(&word)),
                }
            }
            Ok(Command::Demo(demo))
        }
        "test" => {
            let mut test = Test::default();
            let mut words = words.into_iter();
            for word in words.by_ref() {
                match word.as_str() {
                    "--long" => test.long = true,
                    "--release" => test.release = true,
                    "--lint" => test.lint = true,
                    "--list" => test.list = true,
                    "--" => break,
                    _ if word.starts_with('-') => return Err(unknown(&word)),
                    _ => test.suites.push(word),
                }
            }
            test.told = words.collect();
            Ok(Command::Test(test))
        }
        "bench" if !words.is_empty() => Ok(Command::Bench(words)),
        _ => Err(Failure(format!(
            "there is no `cargo xtask {command}`; `cargo xtask --help` shows what there is"
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &str) -> Result<Command> {
        parse(line.split_whitespace().map(str::to_owned).collect())
    }

    fn words(line: &str) -> Vec<String> {
        line.split_whitespace().map(str::to_owned).collect()
    }

    #[test]
    fn what_the_help_shows_is_understood() {
        assert_eq!(parsed("").unwrap(), Command::Help);
        assert_eq!(parsed("test --help").unwrap(), Command::Help);
        assert_eq!(parsed("build").unwrap(), Command::Build { plugins: None });
        let plugins = Some(words("nav-measure print-letter"));
        assert_eq!(
            parsed("build --plugins nav-measure print-letter").unwrap(),
            Command::Build { plugins }
        );
        let demo = Demo {
            as_built: true,
            told: words("--once --json"),
        };
        assert_eq!(parsed("demo --once --as-built --json").unwrap(), Command::Demo(demo));
        let test = Test {
            long: true,
            release: true,
            lint: true,
            list: false,
            suites: words("attack"),
            told: words("second_place --exact"),
        };
        assert_eq!(
            parsed("test --long --release --lint attack -- second_place --exact").unwrap(),
            Command::Test(test)
        );
        assert_eq!(parsed("bench way").unwrap(), Command::Bench(words("way")));
    }

    #[test]
    fn what_is_not_understood_is_told_of() {
        for line in ["demo --twice", "test --all", "build everything", "bench", "deploy"] {
            let failure = parsed(line).unwrap_err().to_string();
            assert!(failure.contains("cargo xtask --help"), "{line}: {failure}");
        }
    }
}
