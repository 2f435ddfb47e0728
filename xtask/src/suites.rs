//! Every suite of tests, with its tier and its minutes.
//!
//! `.ci/run` and `cargo xtask test` run the first tier, which tests every promise. With a build from nothing, the first tier takes
//! less than thirty minutes on two cores. `cargo xtask test --long` runs every suite at full strength.
//!
//! A new test target needs a row here, or a test below fails. The minutes are those of a suite that runs alone; `cargo xtask test
//! <suite>` prints them.

use std::fmt;

/// The condition under which a suite runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tier {
    /// The suite always runs.
    First,
    /// The suite runs with `--long`, or if its name is given.
    Long,
}

/// Whether a suite can run beside other suites.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Beside {
    /// The suite can run beside others.
    Others,
    /// The suite must run alone, since it measures times or uses up resources that others need.
    Nobody,
}

/// A test target, or the tests inside a crate.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Suite {
    pub(crate) package: &'static str,
    /// Name of the test target; `unit` for the tests inside the crate.
    pub(crate) target: &'static str,
    pub(crate) tier: Tier,
    pub(crate) beside: Beside,
    /// Minutes at usual strength.
    pub(crate) minutes: f64,
    /// Minutes at full strength.
    pub(crate) full_minutes: f64,
    /// Environment variables that set the suite to full strength.
    pub(crate) full_strength: &'static [(&'static str, &'static str)],
    /// Reason why the suite is not in the first tier.
    pub(crate) why: &'static str,
}

impl fmt::Display for Suite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.package, self.target)
    }
}

/// Makes a suite of the first tier.
const fn first(package: &'static str, target: &'static str, minutes: f64) -> Suite {
    Suite {
        package,
        target,
        tier: Tier::First,
        beside: Beside::Others,
        minutes,
        full_minutes: minutes,
        full_strength: &[],
        why: "",
    }
}

/// Makes a suite of the long tier, with the reason.
const fn long(package: &'static str, target: &'static str, minutes: f64, why: &'static str) -> Suite {
    Suite {
        tier: Tier::Long,
        why,
        ..first(package, target, minutes)
    }
}

impl Suite {
    /// Sets the suite's environment variables and minutes for `--long`.
    const fn full(self, strength: &'static [(&'static str, &'static str)], minutes: f64) -> Self {
        Self {
            full_strength: strength,
            full_minutes: minutes,
            ..self
        }
    }

    /// Makes the suite run alone.
    const fn alone(self) -> Self {
        Self {
            beside: Beside::Nobody,
            ..self
        }
    }
}

/// All suites. Their order does not matter, since the longest begins first.
pub(crate) const SUITES: &[Suite] = &[
    first("bindeledd-accounts", "unit", 0.2),
    first("bindeledd-catalogue", "unit", 0.1),
    first("bindeledd-catalogue", "committed", 0.1),
    first("bindeledd-catalogue", "guard", 1.2),
    first("bindeledd-catalogue", "identifiers", 0.1),
    first("bindeledd-catalogue", "laws", 0.8),
    first("bindeledd-core", "unit", 0.1),
    first("bindeledd-core", "audit", 0.1),
    first("bindeledd-core", "decide_model", 1.0).full(&[("DECIDE_CASES", "1000000")], 5.0),
    first("bindeledd-core", "delivery", 0.1),
    first("bindeledd-core", "disclosure", 0.1),
    first("bindeledd-core", "forge", 1.1),
    first("bindeledd-core", "form", 0.1),
    first("bindeledd-core", "leaving", 0.1),
    first("bindeledd-core", "route", 0.1),
    first("bindeledd-core", "shown", 0.1),
    first("bindeledd-core", "withdrawal_model", 0.4),
    first("bindeledd-engine", "unit", 0.1),
    first("bindeledd-files", "unit", 0.1),
    first("bindeledd-consent-document", "unit", 0.2).full(&[("CONSENT_CASES", "10000")], 4.0),
    first("bindeledd-gateway", "unit", 0.8),
    first("bindeledd-host", "unit", 0.2),
    first("bindeledd-host", "cache", 0.1),
    first("bindeledd-host", "hostile", 0.2),
    first("bindeledd-host", "real", 1.0),
    first("bindeledd-host", "versions", 0.2),
    first("bindeledd-http", "unit", 0.2),
    first("bindeledd-store", "unit", 0.1),
    first("bindeledd-store", "audit", 0.2),
    first("bindeledd-store", "bound", 1.0),
    first("bindeledd-store", "budgets", 0.1),
    first("bindeledd-store", "contract", 0.3),
    first("bindeledd-store", "erase", 0.1),
    first("bindeledd-store", "guard", 0.1),
    first("bindeledd-store", "journal", 0.1),
    first("bindeledd-store", "keyring", 0.1),
    first("bindeledd-store", "ledger", 0.3),
    first("bindeledd-store", "scrub", 0.2),
    first("bindeledd-store", "sqlite", 0.1),
    first("bindeledd-store", "upgrade", 0.1),
    first("bindeledd-store", "watching", 0.1),
    first("bindeledd-store-contract", "unit", 0.1),
    first("bindeledd-test-engine", "engine", 0.3).full(&[("HISTORIES", "300")], 5.0),
    first("bindeledd-texts", "unit", 0.1),
    first("bindeledd-console", "unit", 0.1),
    first("bindeledd-pages", "unit", 0.3),
    first("bindeledd-tlog", "note", 0.1),
    first("bindeledd-tlog", "tree", 0.1),
    first("bindeledd-watch", "unit", 0.1),
    first("bindeledd", "unit", 0.1),
    first("bindeledd", "cli", 1.6),
    first("gp-dialogmelding", "unit", 0.1),
    first("gp-dialogmelding", "suite", 1.2),
    first("nav-measure", "unit", 0.1),
    first("nav-measure", "suite", 0.2),
    first("print-letter", "letters", 0.2),
    first("provider-json", "cases", 0.1),
    first("provider-json", "names", 0.1),
    first("provider-json", "reading", 0.3),
    first("provider-json", "round_trip", 0.3),
    first("specialist-fhir", "unit", 0.1),
    first("specialist-fhir", "answers", 0.1),
    first("specialist-fhir", "cases", 0.1),
    long(
        "specialist-fhir",
        "hapi",
        0.1,
        "HAPI is Java, fetched by Maven, and takes minutes",
    )
    .full(&[("HAPI", "full")], 6.0),
    first("specialist-fhir", "hostile", 0.1),
    first("specialist-fhir", "published", 0.1),
    first("specialist-fhir", "reading", 0.1),
    first("specialist-fhir", "roundtrip", 0.2),
    first("specialist-fhir", "spelling", 0.1),
    first("specialist-fhir", "threads", 0.1),
    first("specialist-fhir", "validators", 0.3),
    first("bindeledd-sdk", "bindings", 0.1),
    first("bindeledd-page", "markup", 0.1),
    first("bindeledd-manifest", "unit", 0.1),
    first("bindeledd-simulators", "unit", 0.1),
    first("bindeledd-simulators", "gp", 0.1),
    first("bindeledd-simulators", "misbehaviour", 0.1),
    first("bindeledd-simulators", "nav_measure", 0.1),
    first("bindeledd-e2e", "attack", 4.3)
        .full(&[("ATTACK", "full")], 20.0)
        .alone(),
    first("bindeledd-e2e", "audit", 0.3),
    first("bindeledd-e2e", "canary", 2.8),
    first("bindeledd-e2e", "choke", 0.4),
    first("bindeledd-e2e", "contract", 0.1),
    first("bindeledd-e2e", "corrections", 0.1),
    long(
        "bindeledd-e2e",
        "days",
        2.0,
        "needs Chromium; each page is tested without a browser in its own crates",
    ),
    first("bindeledd-e2e", "endpoints", 0.1),
    first("bindeledd-e2e", "fetch", 1.5),
    first("bindeledd-e2e", "flow", 0.1),
    long(
        "bindeledd-e2e",
        "issuers",
        1.0,
        "needs npm's oidc-provider; a scripted issuer takes the same steps in the pages' own tests",
    ),
    first("bindeledd-e2e", "keys", 0.1),
    first("bindeledd-e2e", "kill", 1.2).full(&[("ATTACK", "full")], 2.4),
    first("bindeledd-e2e", "label", 0.1),
    first("bindeledd-e2e", "lastmile", 0.2),
    first("bindeledd-e2e", "nav", 0.1),
    first("bindeledd-e2e", "notices", 0.2),
    long(
        "bindeledd-e2e",
        "openapi",
        10.0,
        "needs schemathesis; the document itself is validated in the gateway's own tests",
    ),
    long(
        "bindeledd-e2e",
        "pages",
        2.0,
        "needs Chromium; each page is tested without a browser in its own crates",
    ),
    first("bindeledd-e2e", "privacy", 0.1),
    first("bindeledd-e2e", "project", 0.1),
    first("bindeledd-e2e", "readme", 1.0),
    first("bindeledd-e2e", "rights", 0.1),
    first("bindeledd-e2e", "rotate", 2.4).full(&[("ATTACK", "full")], 3.8),
    first("bindeledd-e2e", "routes", 0.2),
    first("bindeledd-e2e", "switch", 0.5).full(&[("ATTACK", "full")], 2.0),
    first("bindeledd-e2e", "told", 0.1),
    first("bindeledd-e2e", "withdraw", 1.0)
        .full(&[("WITHDRAWALS", "1000"), ("KILLS", "300")], 20.0)
        .alone(),
    first("xtask", "unit", 0.1),
];

/// Maximum sum of minutes in the first tier. With more, the first tier and its build would not end within thirty minutes. Suites
/// run two at a time, except those that run alone.
#[cfg(test)]
const FIRST_TIER_MINUTES: f64 = 22.0;

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;
    use std::path::Path;

    use serde_json::Value;

    use super::*;
    use crate::sh;

    /// Returns the workspace's packages from `cargo metadata`.
    fn packages() -> Vec<Value> {
        let mut cargo = sh::outer_cargo();
        cargo.args(["metadata", "--no-deps", "--offline", "--format-version", "1"]);
        let metadata: Value = serde_json::from_str(&sh::ask(&mut cargo).unwrap()).unwrap();
        metadata["packages"].as_array().unwrap().clone()
    }

    /// Returns the test targets of a package, under the names of the rows.
    fn targets(package: &Value) -> BTreeSet<String> {
        let targets = package["targets"].as_array().unwrap().iter();
        targets
            .filter(|target| target["test"] == true)
            .map(|target| match target["kind"][0].as_str().unwrap() {
                "test" => target["name"].as_str().unwrap().to_owned(),
                _ => "unit".to_owned(),
            })
            .collect()
    }

    #[test]
    fn every_suite_has_a_tier_and_every_row_a_suite() {
        let there: BTreeSet<String> = packages()
            .iter()
            .flat_map(|package| {
                let name = package["name"].as_str().unwrap();
                targets(package)
                    .into_iter()
                    .map(move |target| format!("{name}/{target}"))
            })
            .collect();
        let rows: Vec<String> = SUITES.iter().map(ToString::to_string).collect();
        let named: BTreeSet<String> = rows.iter().cloned().collect();
        assert_eq!(rows.len(), named.len(), "a suite stands twice in xtask/src/suites.rs");
        let missing: Vec<_> = there.difference(&named).collect();
        let stale: Vec<_> = named.difference(&there).collect();
        assert!(missing.is_empty(), "no row in xtask/src/suites.rs for {missing:?}");
        assert!(
            stale.is_empty(),
            "rows in xtask/src/suites.rs for suites that are not there: {stale:?}"
        );
    }

    fn sources(folder: &Path, found: &mut String) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                sources(&path, found);
            } else if path.extension().is_some_and(|ending| ending == "rs")
                && !path.ends_with("guest/plain.rs")
                && !path.ends_with("guest/fetching.rs")
            {
                found.push_str(&fs::read_to_string(&path).unwrap());
            }
        }
    }

    #[test]
    fn no_test_is_where_nobody_runs_it() {
        for package in packages() {
            let name = package["name"].as_str().unwrap();
            let folder = Path::new(package["manifest_path"].as_str().unwrap()).parent().unwrap();
            let mut source = String::new();
            sources(&folder.join("src"), &mut source);
            let lines = || source.lines().map(str::trim_start);
            let is_test = |line: &str| line.starts_with("#[test]") || line.starts_with("#[tokio::test");
            if !targets(&package).contains("unit") {
                assert!(
                    !lines().any(is_test),
                    "{name} has tests in src and `test = false` in its Cargo.toml"
                );
            }
            let example = |line: &str| line.starts_with("/// ```") || line.starts_with("//! ```");
            assert!(
                !lines().any(example),
                "{name} has an example in its docs, and no suite runs those"
            );
        }
    }

    #[test]
    fn the_first_tier_ends_in_time_and_the_long_one_says_why() {
        let share = |suite: &Suite| {
            if suite.beside == Beside::Nobody {
                suite.minutes
            } else {
                suite.minutes / 2.0
            }
        };
        let first: f64 = SUITES.iter().filter(|s| s.tier == Tier::First).map(share).sum();
        assert!(
            first <= FIRST_TIER_MINUTES,
            "the first tier takes {first:.1} minutes; move a suite to the long tier, or lower its usual strength"
        );
        for suite in SUITES {
            assert_eq!(
                suite.tier == Tier::Long,
                !suite.why.is_empty(),
                "{suite} has to say why"
            );
            assert!(suite.full_minutes >= suite.minutes, "{suite}");
        }
    }
}
