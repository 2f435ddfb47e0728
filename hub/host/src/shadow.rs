//! A version in the shadow of the one in use: it gets the same calls at the same moment, and its output is compared and thrown away.
//!
//! A shadow has places of its own, and a call that finds none is dropped. Its failures count nowhere. A report has counts and
//! paths, and never a value. It ends by itself, and with the process.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use bindeledd_core::contract::{Context, Document, Reading, Refusal, Request};
use bindeledd_core::{AdapterId, Message};
use bindeledd_engine::ports::{AdapterFault, ShadowEnd, ShadowReport};
use serde_json::Value;
use tokio::time::Instant;

use crate::compare;

/// Maximum number of paths in a report.
const PATHS: usize = 200;

/// The calls of a version in the shadow. The version is the one in use of a host of its own.
#[async_trait]
pub(crate) trait Calls: std::fmt::Debug + Send + Sync {
    /// Reads a document.
    async fn read(
        &self,
        adapter: &AdapterId,
        document: Document<'_>,
        context: &Context,
    ) -> Result<Reading, AdapterFault>;

    /// Writes a message that is as minimised as for the version in use.
    async fn wrote(
        &self,
        adapter: &AdapterId,
        content: &Message,
        context: &Context,
    ) -> Result<Result<Request, Refusal>, AdapterFault>;
}

/// The shadows, by adapter. A new one replaces the one before.
#[derive(Debug, Default)]
pub(crate) struct Shadows(Mutex<BTreeMap<AdapterId, Arc<Shadow>>>);

/// A version in the shadow.
#[derive(Debug)]
pub(crate) struct Shadow {
    calls: Box<dyn Calls>,
    adapter: AdapterId,
    until: Instant,
    state: Mutex<ShadowReport>,
}

impl Shadows {
    fn all(&self) -> MutexGuard<'_, BTreeMap<AdapterId, Arc<Shadow>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins a shadow.
    pub(crate) fn begin(&self, adapter: &AdapterId, calls: Box<dyn Calls>, (lasts, report): (Duration, ShadowReport)) {
        let shadow = Shadow {
            calls,
            adapter: adapter.clone(),
            until: Instant::now() + lasts,
            state: Mutex::new(report),
        };
        self.all().insert(adapter.clone(), Arc::new(shadow));
    }

    /// Ends a shadow. Returns whether there was one that ran.
    pub(crate) fn end(&self, adapter: &AdapterId, why: ShadowEnd) -> bool {
        let shadow = self.all().get(adapter).cloned();
        shadow.is_some_and(|shadow| shadow.end(why))
    }

    /// Returns the report of an adapter's newest shadow.
    pub(crate) fn report(&self, adapter: &AdapterId) -> Option<ShadowReport> {
        let shadow = self.all().get(adapter).cloned()?;
        shadow.runs();
        Some(shadow.state().clone())
    }

    fn of(&self, adapter: &AdapterId) -> Option<Arc<Shadow>> {
        let shadow = self.all().get(adapter).cloned();
        shadow.filter(|shadow| shadow.runs())
    }

    /// Lets the shadow read a document that the version in use has read.
    pub(crate) fn read(
        &self,
        adapter: &AdapterId,
        document: Document<'_>,
        context: &Context,
        answer: &Result<Reading, AdapterFault>,
    ) {
        let Some(shadow) = self.of(adapter) else { return };
        if is_of_the_moment(answer) {
            return;
        }
        let (media_type, body) = (document.media_type.to_owned(), document.body.to_vec());
        let (context, before) = (context.clone(), compare::reading(answer));
        tokio::spawn(async move {
            let document = Document {
                media_type: &media_type,
                body: &body,
            };
            let after = shadow.calls.read(&shadow.adapter, document, &context).await;
            shadow.note("read", &before, &compare::reading(&after), after.err().as_ref());
        });
    }

    /// Lets the shadow write a message that the version in use has written. It is as minimised as for that one.
    pub(crate) fn wrote(
        &self,
        adapter: &AdapterId,
        content: &Message,
        context: &Context,
        answer: &Result<Result<Request, Refusal>, AdapterFault>,
    ) {
        let Some(shadow) = self.of(adapter) else { return };
        if is_of_the_moment(answer) {
            return;
        }
        let (content, context, before) = (content.clone(), context.clone(), compare::written(answer));
        tokio::spawn(async move {
            let after = shadow.calls.wrote(&shadow.adapter, &content, &context).await;
            shadow.note("write", &before, &compare::written(&after), after.err().as_ref());
        });
    }
}

/// Returns whether an answer depends on the moment and not on the version: a full pool, or a quarantine.
fn is_of_the_moment<T>(answer: &Result<T, AdapterFault>) -> bool {
    answer.as_ref().is_err_and(AdapterFault::is_transient)
}

impl Shadow {
    fn state(&self) -> MutexGuard<'_, ShadowReport> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn end(&self, why: ShadowEnd) -> bool {
        let mut state = self.state();
        let ran = state.ended.is_none();
        state.ended.get_or_insert(why);
        ran
    }

    /// Returns whether the shadow still runs. One whose time is over ends here.
    fn runs(&self) -> bool {
        if Instant::now() >= self.until {
            self.end(ShadowEnd::Time);
        }
        self.state().ended.is_none()
    }

    /// Writes down the comparison of one call.
    fn note(&self, task: &'static str, before: &Value, after: &Value, fault: Option<&AdapterFault>) {
        let mut state = self.state();
        if state.ended.is_some() {
            return;
        }
        match fault {
            // Its places were taken: this call is no call.
            Some(AdapterFault::Busy | AdapterFault::Resting { .. } | AdapterFault::Quarantined(_)) => {
                state.dropped += 1;
                return;
            }
            Some(fault) if before != after => *state.faults.entry(fault.code().to_owned()).or_default() += 1,
            Some(_) | None => {}
        }
        state.documents += 1;
        if before == after {
            state.same += 1;
        } else {
            state.different += 1;
            let mut paths: Vec<_> = compare::differences(before, after)
                .iter()
                .map(|difference| format!("{task} {}", compare::without_values(&difference.path)))
                .collect();
            paths.sort();
            paths.dedup();
            for path in paths {
                if state.paths.len() < PATHS || state.paths.contains_key(&path) {
                    *state.paths.entry(path).or_default() += 1;
                }
            }
        }
        if state.most.is_some_and(|most| state.documents >= most) {
            state.ended = Some(ShadowEnd::Documents);
        }
    }
}
