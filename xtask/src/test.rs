//! `cargo xtask test`: runs the suites of a tier, from a fresh clone, and first fetches the tools that tests need.

use std::collections::VecDeque;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::thread;

use crate::build::{self, Selection, minutes};
use crate::cargo::Binary;
use crate::failure::{Failure, Result};
use crate::options::Test;
use crate::progress::Progress;
use crate::run::{Outcome, run_suite};
use crate::suites::{Beside, SUITES, Suite, Tier};
use crate::{fetch, sh};

/// Number of suites that run at the same time. They mostly wait for other processes.
const AT_A_TIME: usize = 2;

/// Builds the programs that the suites start, fetches their reference data, and runs the suites.
pub(crate) fn run(options: &Test) -> Result<()> {
    if options.list {
        list();
        return Ok(());
    }
    let mut chosen = choose(options)?;
    let binaries = build::everything(Selection::Tests {
        profile: options.profile(),
        lint: options.lint,
    })?;
    fetch::offer_all();
    if options.long {
        fetch::offer_hapi();
        fetch::offer_python();
        fetch::offer_browser();
    }
    chosen.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    let suites: Vec<(&Suite, &Binary)> = chosen
        .iter()
        .map(|(_, suite)| Ok((*suite, binary(&binaries, suite)?)))
        .collect::<Result<_>>()?;
    sh::say(&format!(
        "running {} suites{}",
        suites.len(),
        if options.long { " at full strength" } else { "" }
    ));
    let parts = chosen
        .iter()
        .map(|(minutes, suite)| (suite.to_string(), minutes * 60.0));
    let progress = Progress::new("testing", parts.collect());
    let outcomes = build::drawn(&progress, || run_all(&suites, options, &progress));
    told(&outcomes, options, &progress)
}

/// Returns the suites with their expected minutes.
fn choose(options: &Test) -> Result<Vec<(f64, &'static Suite)>> {
    let named = |suite: &Suite| {
        let is = |name: &String| *name == suite.package || *name == suite.target || *name == suite.to_string();
        options.suites.iter().any(is)
    };
    let in_tier = |suite: &&Suite| match options.suites.is_empty() {
        true => options.long || suite.tier == Tier::First,
        false => named(suite),
    };
    let time = |suite: &'static Suite| {
        (
            if options.long {
                suite.full_minutes
            } else {
                suite.minutes
            },
            suite,
        )
    };
    let chosen: Vec<_> = SUITES.iter().filter(in_tier).map(time).collect();
    if chosen.is_empty() {
        return Err(Failure(format!(
            "no suite is called {}; `cargo xtask test --list` shows them",
            options.suites.join(" or ")
        )));
    }
    Ok(chosen)
}

fn binary<'a>(binaries: &'a [Binary], suite: &Suite) -> Result<&'a Binary> {
    let found = binaries
        .iter()
        .find(|b| b.package == suite.package && b.target == suite.target);
    found.ok_or_else(|| Failure(format!("cargo built no {suite}")))
}

/// Runs the suites: first those that can run beside others, then the rest one after the other. At full strength each suite runs
/// alone, since its measurements are the result.
fn run_all(suites: &[(&Suite, &Binary)], options: &Test, progress: &Progress) -> Vec<Outcome> {
    let (mut beside, mut alone) = (VecDeque::new(), VecDeque::new());
    for suite in suites {
        match suite.0.beside {
            Beside::Others if !options.long => beside.push_back(*suite),
            Beside::Others | Beside::Nobody => alone.push_back(*suite),
        }
    }
    let outcomes = Mutex::new(Vec::new());
    let work = |queue: &Mutex<VecDeque<(&Suite, &Binary)>>| {
        loop {
            let next = queue.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
            let Some((suite, binary)) = next else { return };
            progress.begins(suite.target);
            let outcome = run_suite(suite, binary, options);
            progress.say(&outcome.line());
            progress.done(&suite.to_string(), false);
            outcomes.lock().unwrap_or_else(PoisonError::into_inner).push(outcome);
        }
    };
    let beside = Mutex::new(beside);
    thread::scope(|scope| {
        for _ in 0..AT_A_TIME {
            scope.spawn(|| work(&beside));
        }
    });
    work(&Mutex::new(alone));
    outcomes.into_inner().unwrap_or_else(PoisonError::into_inner)
}

/// Prints the failures, the measurements of a long run, and the total.
fn told(outcomes: &[Outcome], options: &Test, progress: &Progress) -> Result<()> {
    if options.long {
        for outcome in outcomes {
            sh::out(&outcome.figures());
        }
    }
    let failed: Vec<&Outcome> = outcomes.iter().filter(|o| !o.ended_well).collect();
    for outcome in &failed {
        sh::out(&outcome.why());
    }
    sh::out(&format!("{} suites in {}", outcomes.len(), minutes(progress.elapsed())));
    let sum = |of: fn(&Outcome) -> usize| outcomes.iter().map(of).sum::<usize>();
    // An interrupted suite has failed, although it counts no failed test.
    let broken = failed.iter().filter(|o| o.failed == 0).count();
    sh::out(&format!(
        "{} passed, {} failed, {} skipped",
        sum(|o| o.passed),
        sum(|o| o.failed) + broken,
        sum(|o| o.ignored)
    ));
    if failed.is_empty() {
        return Ok(());
    }
    let names: Vec<String> = failed.iter().map(|o| o.suite.clone()).collect();
    Err(Failure(format!("failed: {}", names.join(", "))))
}

/// Prints the table of suites.
fn list() {
    sh::out(&format!(
        "{:<40} {:<6} {:>8} {:>8}",
        "suite", "tier", "minutes", "--long"
    ));
    for suite in SUITES {
        let tier = match suite.tier {
            Tier::First => "first",
            Tier::Long => "long",
        };
        let usual = match suite.tier {
            Tier::First => format!("{:.1}", suite.minutes),
            Tier::Long => "-".to_owned(),
        };
        let line = format!(
            "{:<40} {tier:<6} {usual:>8} {:>8.1}  {}",
            suite.to_string(),
            suite.full_minutes,
            suite.why
        );
        sh::out(line.trim_end());
    }
    let first = SUITES
        .iter()
        .filter(|s| s.tier == Tier::First)
        .map(|s| s.minutes)
        .sum::<f64>();
    let long = SUITES.iter().map(|s| s.full_minutes).sum::<f64>();
    sh::out(&format!(
        "{:<40} {:<6} {first:>8.1} {long:>8.1}",
        "one after the other", ""
    ));
}
