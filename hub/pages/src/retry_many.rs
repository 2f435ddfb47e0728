//! Many deliveries: a preview, the start of exactly what it shows, and the run.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use bindeledd_console::view::query::{Filter, Query};
use bindeledd_console::view::retry_many::{Fate, Group, Item, LISTED_AT_MOST, View, render};
use bindeledd_console::view::run;
use bindeledd_console::{Errors, Fault, Section, Text, address};
use bindeledd_core::DeliveryId;
use bindeledd_core::audit::reason_of_act;
use bindeledd_engine::ports::{Candidate, Selection};
use bindeledd_engine::{Directory, EngineError, Order, RetryPreview, RetryRun, RunStatus};
use uuid::Uuid;

use crate::answer::{Answer, Trouble};
use crate::frame;
use crate::messages;
use crate::people;
use crate::route::{Cookies, PageRoute, get, post};
use crate::selection;
use crate::visit::Visit;

/// The pages of this file.
pub(crate) const ROUTES: &[PageRoute] = &[
    get!(address::RETRY, Operator, ask),
    post!(address::RETRY, Operator, choose),
    post!(address::RETRY_START, Operator, start),
    get!("/console/messages/runs/{run}", Console, progress),
    post!("/console/messages/runs/{run}/stop", Operator, stop),
];

/// `GET /console/messages/retry`: a preview of the address's selection, or of the deliveries that a run left.
pub(crate) async fn ask(visit: &Visit, _: &mut Cookies) -> Result<Answer, Trouble> {
    if let Some(run) = visit.call.asked("run") {
        let run = Uuid::try_parse(run).map_err(|_| Trouble::NotFound)?;
        let chosen = Chosen {
            back: address::run(&run.to_string()),
            query: Query::default(),
            deliveries: visit.engine().left_of_retry(run).await?,
        };
        return previewed(visit, chosen, false).await;
    }
    let query = messages::query(visit);
    let chosen = Chosen {
        back: query.address(),
        query,
        deliveries: Vec::new(),
    };
    previewed(visit, chosen, false).await
}

/// `POST /console/messages/retry`: a preview of the list's selection, or of the ticked deliveries.
pub(crate) async fn choose(visit: &Visit, _: &mut Cookies) -> Result<Answer, Trouble> {
    let mut chosen = Chosen::posted(visit);
    if visit.call.field("what") == "all" {
        chosen.deliveries.clear();
    } else {
        chosen.query = Query::default();
    }
    previewed(visit, chosen, false).await
}

/// The subject of a preview.
struct Chosen {
    /// The list that the person came from.
    back: String,
    query: Query,
    deliveries: Vec<DeliveryId>,
}

impl Chosen {
    fn posted(visit: &Visit) -> Self {
        let pairs = visit.call.form.iter();
        let query = Query::read(pairs.map(|(name, value)| (name.as_str(), value.as_str())));
        Self {
            back: query.address(),
            query,
            deliveries: visit.call.fields("d").filter_map(DeliveryId::parse).collect(),
        }
    }

    /// Returns the selection. A selection without a filter, or with one that is not understood, is nothing.
    async fn selection(&self, visit: &Visit) -> Result<Selection, Trouble> {
        if !self.deliveries.is_empty() {
            return Ok(Selection::Deliveries(self.deliveries.clone()));
        }
        let mut selected = selection::read(visit, &self.query);
        if !selected.not_understood.is_empty() || self.query.filters().is_empty() {
            return Ok(Selection::Deliveries(Vec::new()));
        }
        messages::by_id(visit, self.query.get(Filter::Id), &mut selected.filter).await?;
        selected.filter.before = None;
        Ok(Selection::Filters(selected.by_state()))
    }
}

async fn previewed(visit: &Visit, chosen: Chosen, is_renewed: bool) -> Result<Answer, Trouble> {
    let selection = chosen.selection(visit).await?;
    let preview = visit.engine().preview_retry(&selection, &visit.actor()?).await?;
    let mut view = view(visit, chosen, &preview, Errors::none()).await?;
    view.is_renewed = is_renewed;
    Ok(Answer::page(render(&view, visit.lang)))
}

async fn view(visit: &Visit, chosen: Chosen, preview: &RetryPreview, errors: Errors) -> Result<View, Trouble> {
    let directory = visit.engine().directory();
    let effect = &preview.effect;
    let all = effect.goes.iter().chain(&effect.blocked).chain(&effect.too_late);
    let mut receivers = all.map(|candidate| &candidate.to);
    let first = receivers.next();
    let only = first.filter(|first| receivers.all(|to| to == *first));
    let to = only.and_then(|to| selection::receiver(&directory, to));
    let (is_posted, is_one_first) = (!visit.call.field("token").is_empty(), visit.call.field("how") != "all");
    Ok(View {
        frame: frame::of(visit, Some(Section::Messages)).await?,
        back: chosen.back,
        query: chosen.query,
        chosen: chosen.deliveries.iter().map(ToString::to_string).collect(),
        parties: selection::parties(&directory),
        to,
        token: preview.token.clone(),
        until: preview.until,
        groups: groups(preview, &directory),
        is_more: effect.is_more,
        is_renewed: false,
        reason: visit.call.field("reason").to_owned(),
        is_one_first: !is_posted || is_one_first,
        count: visit.call.field("count").to_owned(),
        errors,
    })
}

/// Returns the groups: those that go, those that are blocked by reason, those that are too late.
fn groups(preview: &RetryPreview, directory: &Directory) -> Vec<Group> {
    let mut blocked: BTreeMap<&str, Vec<&Candidate>> = BTreeMap::new();
    for candidate in &preview.effect.blocked {
        blocked
            .entry(candidate.code.as_deref().unwrap_or_default())
            .or_default()
            .push(candidate);
    }
    let goes = (Fate::Goes, preview.effect.goes.iter().collect());
    let late = (Fate::TooLate, preview.effect.too_late.iter().collect());
    let blocked = blocked
        .into_iter()
        .map(|(code, of)| (Fate::Blocked(Text::new(code)), of));
    let groups: Vec<(Fate, Vec<&Candidate>)> = std::iter::once(goes).chain(blocked).chain([late]).collect();
    let group = |(fate, of): (Fate, Vec<&Candidate>)| Group {
        fate,
        n: selection::count(of.len()),
        items: of
            .iter()
            .take(LISTED_AT_MOST)
            .map(|candidate| item(candidate, directory))
            .collect(),
    };
    groups.into_iter().filter(|(_, of)| !of.is_empty()).map(group).collect()
}

fn item(candidate: &Candidate, directory: &Directory) -> Item {
    Item {
        address: address::delivery(&candidate.message.to_string(), &candidate.delivery.to_string()),
        kind: candidate.kind,
        to: selection::receiver(directory, &candidate.to),
        at: candidate.accepted_at,
    }
}

/// `POST /console/messages/retry/start`
pub(crate) async fn start(visit: &Visit, _: &mut Cookies) -> Result<Answer, Trouble> {
    let (engine, by) = (visit.engine(), visit.actor()?);
    let token = visit.call.field("token");
    let Some(preview) = engine.retry_preview(token, &by) else {
        // A second click leads to the run; a preview that is over is made anew.
        return match engine.retry_run_of(token, &by).await? {
            Some(run) => Ok(to_run(&run)),
            None => previewed(visit, Chosen::posted(visit), true).await,
        };
    };
    let going = selection::count(preview.effect.goes.len());
    let reason = reason_of_act(visit.call.field("reason"));
    let typed = count(visit.call.field("count"));
    let mut errors = Errors::none();
    if reason.is_none() {
        errors = errors.and("reason", Fault::Reason.text(visit.lang));
    }
    if typed != Some(going) {
        errors = errors.and("count", Fault::Count(going).text(visit.lang));
    }
    let (Some(reason), true) = (reason, errors.is_empty()) else {
        let html = render(&view(visit, Chosen::posted(visit), &preview, errors).await?, visit.lang);
        return Ok(Answer::Page(StatusCode::UNPROCESSABLE_ENTITY, html));
    };
    let order = if visit.call.field("how") == "all" {
        Order::All
    } else {
        Order::OneFirst
    };
    match engine.retry_previewed(token, reason, order, &by).await {
        Ok(run) => Ok(to_run(&run)),
        // Another tab was first by a moment.
        Err(EngineError::PreviewOver) => previewed(visit, Chosen::posted(visit), true).await,
        Err(error) => Err(error.into()),
    }
}

/// Reads a number of deliveries, which may have a space before each three digits. Digits in any other text are no number.
fn count(typed: &str) -> Option<u64> {
    let mut groups = typed.split_whitespace();
    let first = groups.next()?;
    let rest: Vec<&str> = groups.collect();
    let is_grouped = rest.is_empty() || (first.len() <= 3 && rest.iter().all(|group| group.len() == 3));
    let digits = first.to_owned() + &rest.concat();
    let is_number = is_grouped && digits.bytes().all(|b| b.is_ascii_digit());
    is_number.then(|| digits.parse().ok())?
}

fn to_run(run: &RetryRun) -> Answer {
    Answer::See(address::run(&run.id.to_string()))
}

/// `GET /console/messages/runs/{run}`
pub(crate) async fn progress(visit: &Visit, _: &mut Cookies) -> Result<Answer, Trouble> {
    let run = visit.engine().retry_run(id(visit)?).await?.ok_or(Trouble::NotFound)?;
    let (directory, names) = (visit.engine().directory(), people::names(visit).await?);
    let items = |of: &[Candidate]| of.iter().map(|candidate| item(candidate, &directory)).collect();
    let view = run::View {
        frame: frame::of(visit, Some(Section::Messages)).await?,
        id: run.id.to_string(),
        by: people::who(&run.by, &names, &directory),
        reason: Text::of_at_most(&run.reason, 300),
        began_at: run.began_at,
        total: selection::count(run.total),
        done: selection::count(run.done),
        changed: items(&run.left_out),
        failed: items(&run.failed),
        left: selection::count(run.left()),
        status: match &run.status {
            RunStatus::Running => run::Status::Running,
            RunStatus::WaitsForFirst => run::Status::WaitsForFirst,
            RunStatus::Done => run::Status::Done,
            RunStatus::Stopped { by } => run::Status::Stopped {
                by: people::who(by, &names, &directory),
            },
            RunStatus::FirstFailed => run::Status::FirstFailed,
            RunStatus::Interrupted => run::Status::Interrupted,
        },
        may_stop: visit.signed()?.account.roles.may_operate(),
    };
    Ok(Answer::page(run::render(&view, visit.lang)))
}

/// `POST /console/messages/runs/{run}/stop`
pub(crate) async fn stop(visit: &Visit, _: &mut Cookies) -> Result<Answer, Trouble> {
    let run = visit.engine().stop_retry(id(visit)?, &visit.actor()?).await?;
    run.map(|run| to_run(&run)).ok_or(Trouble::NotFound)
}

fn id(visit: &Visit) -> Result<Uuid, Trouble> {
    Uuid::try_parse(visit.call.text("run")).map_err(|_| Trouble::NotFound)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_of_different_numbers_are_not_put_together() {
        for (typed, read) in [("12", 12), (" 12 ", 12), ("1 000", 1000), ("1\u{a0}000", 1000)] {
            assert_eq!(count(typed), Some(read), "{typed}");
        }
        for typed in ["", "1 2", "1,2", "1-2", "1 av 2", "+12", "12 0", "1000 000"] {
            assert_eq!(count(typed), None, "{typed}");
        }
    }
}
