//! The way of a delivery as one thread of steps. Equal attempts fold into one.

use bindeledd_core::CategorySet;
use jiff::{SignedDuration, Timestamp};

use super::{Attempt, Coming, Decision, Ending, View};
use crate::icon::Icon;
use crate::markup::{Html, escaped};
use crate::text::{kinds, message as text};
use crate::view::way::cause;
use crate::write::Write;

/// A step of the thread.
pub(super) struct Step {
    pub(super) at: Timestamp,
    /// Whether the time is to come, and so needs no seconds.
    pub(super) is_next: bool,
    /// Time since the step before.
    pub(super) gap: Option<SignedDuration>,
    pub(super) color: &'static str,
    pub(super) icon: Icon,
    pub(super) heading: String,
    pub(super) lines: Vec<Html>,
    /// Attempts with the same answer, after the first.
    pub(super) folded: Vec<Attempt>,
}

impl Step {
    fn new(at: Timestamp, color: &'static str, icon: Icon, heading: impl Into<String>) -> Self {
        Self {
            at,
            is_next: false,
            gap: None,
            color,
            icon,
            heading: heading.into(),
            lines: Vec::new(),
            folded: Vec::new(),
        }
    }

    fn saying(mut self, line: &str) -> Self {
        self.lines.push(Html::trusted(escaped(line)));
        self
    }

    fn with(mut self, line: String) -> Self {
        self.lines.push(Html::trusted(line));
        self
    }

    fn coming(mut self) -> Self {
        self.is_next = true;
        self
    }

    /// Returns the words on the fold.
    pub(super) fn fold(&self, text: &text::Texts) -> Option<String> {
        let (first, last) = (self.folded.first()?, self.folded.last()?);
        Some((text.folded)(first.number, last.number))
    }
}

/// Returns the steps, oldest first.
pub(super) fn of(view: &View, text: &text::Texts, write: Write) -> Vec<Step> {
    let mut steps = accepted(view, text);
    let mut happened = attempts_and_decisions(view, text, write);
    happened.extend(ends(view, text, write));
    happened.sort_by_key(|step| step.at);
    let mut before = Some(view.accepted_at);
    for step in &mut happened {
        step.gap = before
            .map(|at| step.at.duration_since(at))
            .filter(|gap| gap.is_positive());
        before = Some(step.at);
    }
    steps.extend(happened);
    steps.extend(to_come(view, text));
    steps
}

/// Returns the steps of the transaction in which the hub accepted the message.
fn accepted(view: &View, text: &text::Texts) -> Vec<Step> {
    let at = view.accepted_at;
    let read = view.way.read_by.as_ref();
    let read = read.map_or_else(
        || text.read_by_hub.to_owned(),
        |adapter| (text.read_by)(adapter.as_str()),
    );
    let number = u64::try_from(view.deliveries.len()).unwrap_or(u64::MAX);
    vec![
        Step::new(at, "accent", Icon::InboxDown, (text.got_from)(view.from.name.as_str())),
        Step::new(at, "accent", Icon::FileSearch, read),
        Step::new(at, "success", Icon::ShieldCheckmark, text.committed).saying(&(text.committed_text)(number)),
    ]
}

fn decided(view: &View, decision: &Decision, is_first: bool, text: &text::Texts, write: Write) -> Step {
    let heading = if is_first { text.decided } else { text.decided_again };
    let mut step = Step::new(decision.at, "accent", Icon::PersonCheckmark, heading);
    if !decision.grants.is_empty() {
        let grants: Vec<String> = decision.grants.iter().map(grant).collect();
        step = step.with(format!("{} {}", text.grants, grants.join(", ")));
    }
    let withheld = view.delivery().map_or(CategorySet::EMPTY, |delivery| delivery.withheld);
    let held = if withheld.is_empty() {
        text.nothing_withheld.to_owned()
    } else {
        (text.withheld)(&kinds::categories(withheld, write.lang))
    };
    if decision.categories.is_empty() {
        return step.saying(&held);
    }
    let covers = (text.covers)(&kinds::categories(decision.categories, write.lang));
    step.saying(&format!("{covers} {held}"))
}

fn grant((words, page): &(crate::Text, Option<String>)) -> String {
    let words = escaped(words.as_str());
    match page {
        Some(page) => format!(r#"<a class="mono" href="{}">{words}</a>"#, escaped(page)),
        None => format!(r#"<span class="mono">{words}</span>"#),
    }
}

/// Returns the attempts, the first decision, and those decisions that permit something else than the one before.
fn attempts_and_decisions(view: &View, text: &text::Texts, write: Write) -> Vec<Step> {
    let decisions = &view.way.decisions;
    let first = decisions.first().map(|first| decided(view, first, true, text, write));
    let later = decisions.windows(2).filter(|pair| differ(&pair[0], &pair[1]));
    let later = later.map(|pair| decided(view, &pair[1], false, text, write));
    let mut steps: Vec<Step> = first.into_iter().chain(later).collect();
    let changes: Vec<Timestamp> = steps.iter().map(|step| step.at).collect();
    let mut attempts = view.way.attempts.iter().peekable();
    while let Some(first) = attempts.next() {
        let mut step = attempt(view, first, text, write);
        // A changed decision stands between the attempts that it parts.
        let is_same = |next: &&Attempt| {
            answers_the_same(first, next) && !changes.iter().any(|at| first.at < *at && *at <= next.at)
        };
        while let Some(next) = attempts.next_if(is_same) {
            step.folded.push(next.clone());
        }
        steps.push(step);
    }
    steps
}

fn differ(one: &Decision, other: &Decision) -> bool {
    one.categories != other.categories || one.grants != other.grants
}

/// Returns whether two attempts differ in number, time and duration alone.
fn answers_the_same(one: &Attempt, other: &Attempt) -> bool {
    !one.is_well
        && !other.is_well
        && one.answer == other.answer
        && one.code == other.code
        && one.adapter == other.adapter
}

fn attempt(view: &View, attempt: &Attempt, text: &text::Texts, write: Write) -> Step {
    let (color, icon) = if attempt.is_well {
        ("success", Icon::Checkmark)
    } else {
        ("danger", Icon::XMark)
    };
    let answer = text::answer(attempt.answer, write.lang);
    let mut step = Step::new(attempt.at, color, icon, (text.attempt)(attempt.number, &answer));
    let mut words = Vec::new();
    words.extend(
        attempt
            .adapter
            .as_ref()
            .map(|adapter| escaped(&(text.written_by)(adapter.as_str()))),
    );
    words.extend(attempt.took.map(|took| (text.took)(&write.took(took))));
    let again = view.way.decisions.len() > 1;
    words.extend(again.then(|| text.decided_before.to_owned()));
    if !words.is_empty() {
        step = step.with(words.join(" · "));
    }
    match &attempt.code {
        Some(code) => step.with(cause(code, write.lang)),
        None => step,
    }
}

/// Returns the steps that settled the delivery.
fn ends(view: &View, text: &text::Texts, write: Write) -> Vec<Step> {
    let mut steps = Vec::new();
    if let Some(at) = view.way.receipt_at {
        steps.push(Step::new(at, "success", Icon::Receipt, text.receipt_came));
    }
    if let Some((ending, at)) = view.way.ended {
        let mark = ending.standing().mark(write.lang);
        let mut step = Step::new(at, mark.color, mark.icon, text::ending(ending, write.lang));
        if let (Some(code), false) = (view.code(), ending == Ending::Delivered) {
            step = step.with(cause(code, write.lang));
        }
        steps.push(step);
    }
    steps
}

/// Returns the steps that are to come by themselves.
fn to_come(view: &View, text: &text::Texts) -> Vec<Step> {
    let expires = |at| {
        Step::new(at, "neutral", Icon::ClockDashed, text.expires)
            .saying(&(text.expires_text)(view.from.name.as_str()))
            .coming()
    };
    match view.way.coming {
        Coming::Attempt { at, ends_at } => vec![
            Step::new(at, "neutral", Icon::Hourglass, text.next_at)
                .saying(text.next_text)
                .coming(),
            expires(ends_at),
        ],
        Coming::Behind { ends_at } | Coming::Held { ends_at } => vec![expires(ends_at)],
        Coming::Receipt { by } => {
            vec![
                Step::new(by, "neutral", Icon::Receipt, text.receipt_by)
                    .saying(text.fails_then)
                    .coming(),
            ]
        }
        Coming::Person { by } => {
            vec![
                Step::new(by, "neutral", Icon::Person, text.person_by)
                    .saying(text.fails_then)
                    .coming(),
            ]
        }
        Coming::Now | Coming::Nothing => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Answer, Way};
    use super::*;
    use crate::lang::Lang;
    use crate::view::samples;

    fn steps(change: impl FnOnce(&mut Way)) -> Vec<Step> {
        let mut view = samples::messages::message_day();
        change(&mut view.way);
        of(&view, text::of(Lang::Bokmal), Write::new(Lang::Bokmal, view.frame.now))
    }

    #[test]
    fn equal_attempts_fold_and_others_do_not() {
        let found = steps(|_| {});
        let attempts: Vec<_> = found.iter().filter(|step| step.heading.contains("forsøk: ")).collect();
        assert_eq!(attempts.len(), 1);
        assert_eq!(attempts[0].folded.len(), 10);
        let found = steps(|way| way.attempts[4].answer = Answer::Silence);
        let folds: Vec<_> = found.iter().map(|step| step.folded.len()).filter(|n| *n > 0).collect();
        assert_eq!(folds, [3, 5]);
    }

    #[test]
    fn a_changed_decision_parts_equal_attempts() {
        let found = steps(|way| {
            let mut other = way.decisions[0].clone();
            other.at = way.attempts[5].at;
            other.categories = CategorySet::EMPTY;
            way.decisions.push(other);
        });
        let headings: Vec<_> = found.iter().map(|step| step.heading.as_str()).collect();
        let at = headings
            .iter()
            .position(|words| words.starts_with("Avgjort på nytt"))
            .unwrap();
        assert!(
            headings[at - 1].starts_with("1. forsøk") && headings[at + 1].starts_with("6. forsøk"),
            "{headings:?}"
        );
    }

    #[test]
    fn steps_stand_in_order_with_their_gaps() {
        let found = steps(|_| {});
        assert!(found.is_sorted_by_key(|step| step.at));
        assert!(found.iter().any(|step| step.gap.is_some()));
        assert!(found.iter().rev().take(2).all(|step| step.is_next));
    }
}
