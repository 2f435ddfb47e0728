//! Scripted adapters: the words in a document and the test's script decide their results.

use std::collections::{HashSet, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use bindeledd_core::contract::{
    Context, Document, EndpointNeeds, InboxAnswer, InboxAsk, Manifest, Method, On2xx, Outcome, Reading, Receipt,
    ReceiptStatus, Reference, Refusal, Request, Response, Settlement,
};
use bindeledd_core::{AdapterId, Draft, Kind, Message, Minimised, WithdrawalNotice, prose};
use bindeledd_engine::ports::{AdapterFault, Adapters, ListedAdapter};
use serde_json::{Value, json};
use tokio::sync::watch;

use crate::mailbox::{Letter, Mailbox};
use crate::parties::MAILBOX;

/// The scripted outcome of the next writing.
#[derive(Debug, Clone)]
pub enum Written {
    /// The receiver's format cannot carry the message.
    Refused(String),
    /// The adapter fails.
    Fault(AdapterFault),
}

/// The adapter `obedient`, which reads documents by a few words, and `by-hand`, whose documents a person enters.
///
/// A document is a message's JSON, or one of `trap`, `slow`, `stuck`, `nothing`, `refuse`, `receipt`, `receipt <status> <id>`. If
/// a document begins with the line `wants-receipt`, it is a message whose sender's system gets an answer.
#[derive(Debug)]
pub struct ScriptedAdapters {
    script: Mutex<Script>,
    writing: watch::Sender<bool>,
}

#[derive(Debug, Default)]
struct Script {
    writes: VecDeque<Written>,
    settlements: VecDeque<Result<Settlement, AdapterFault>>,
    failed_answers: VecDeque<AdapterFault>,
    quarantined: HashSet<String>,
    /// Every outcome from which an answer was made.
    acknowledged: Vec<Outcome>,
    /// Number of writings that began.
    written: usize,
    mailbox: Mailbox,
    by_hand: bool,
    is_uninstalled: bool,
}

impl Default for ScriptedAdapters {
    fn default() -> Self {
        Self {
            script: Mutex::default(),
            writing: watch::channel(true).0,
        }
    }
}

impl ScriptedAdapters {
    fn script(&self) -> MutexGuard<'_, Script> {
        self.script.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Scripts the result of the next writing; later writings succeed.
    pub fn next_write(&self, written: Written) {
        self.script().writes.push_back(written);
    }

    /// Scripts the meaning of the receiver's next answer. Later answers are interpreted by their status.
    pub fn next_settlement(&self, settlement: Settlement) {
        self.script().settlements.push_back(Ok(settlement));
    }

    /// Makes the adapter fail on the receiver's next answer.
    pub fn next_settlement_fails(&self, fault: AdapterFault) {
        self.script().settlements.push_back(Err(fault));
    }

    /// Makes the adapter fail on the next answer to a sender's system.
    pub fn next_answer_fails(&self, fault: AdapterFault) {
        self.script().failed_answers.push_back(fault);
    }

    /// Sets the adapter `obedient` aside, as after too many failures, or ends that.
    pub fn quarantine(&self, is_set_aside: bool) {
        let mut script = self.script();
        if is_set_aside {
            script.quarantined.insert("obedient".into());
        } else {
            script.quarantined.clear();
        }
    }

    /// Takes the adapter `obedient` out of the configuration, or puts it in again.
    pub fn uninstall(&self, is_uninstalled: bool) {
        self.script().is_uninstalled = is_uninstalled;
    }

    /// Declares that a person enters this adapter's documents.
    pub fn enter_by_hand(&self) {
        self.script().by_hand = true;
    }

    /// Holds every writing at its beginning, or lets it continue.
    pub fn hold_writing(&self, is_held: bool) {
        self.writing.send_replace(!is_held);
    }

    /// Returns the number of writings that began.
    #[must_use]
    pub fn written(&self) -> usize {
        self.script().written
    }

    /// Returns every outcome from which an answer to a sender's system was made.
    #[must_use]
    pub fn acknowledged(&self) -> Vec<Outcome> {
        self.script().acknowledged.clone()
    }

    /// Puts letters into the mailbox of the party [`MAILBOX`].
    pub fn put_letters(&self, letters: impl IntoIterator<Item = Letter>) {
        self.script().mailbox.letters.extend(letters);
    }

    /// Sets the number of invalid entries in each later listing.
    pub fn strange_entries(&self, strange: usize) {
        self.script().mailbox.strange = strange;
    }

    /// Returns the fetched items, in order.
    #[must_use]
    pub fn fetched(&self) -> Vec<String> {
        self.script().mailbox.fetched.clone()
    }

    /// Returns the number of fetches after each listing of the mailbox, before the next one.
    #[must_use]
    pub fn fetched_by_each_listing(&self) -> Vec<usize> {
        self.script().mailbox.fetched_by_listing.clone()
    }

    /// Returns the items that were marked as read, in order.
    #[must_use]
    pub fn marked(&self) -> Vec<String> {
        self.script().mailbox.marked.clone()
    }

    /// Returns the declined items, with the code.
    #[must_use]
    pub fn declined(&self) -> Vec<(String, String)> {
        self.script().mailbox.declined.clone()
    }

    fn is_there(&self, adapter: &AdapterId) -> Result<(), AdapterFault> {
        if self.script().quarantined.contains(adapter.as_str()) {
            return Err(AdapterFault::Quarantined(adapter.to_string()));
        }
        Ok(())
    }

    async fn write_content(
        &self,
        adapter: &AdapterId,
        message: &Message,
    ) -> Result<Result<Request, Refusal>, AdapterFault> {
        self.script().written += 1;
        let mut writing = self.writing.subscribe();
        // `self` holds the sender, so that the channel can not close.
        let _ = writing.wait_for(|goes_on| *goes_on).await;
        self.is_there(adapter)?;
        match self.script().writes.pop_front() {
            Some(Written::Refused(text)) => return Ok(Err(Refusal::new("no-words", text))),
            Some(Written::Fault(fault)) => return Err(fault),
            None => {}
        }
        let mut body = message.to_json();
        if self.script().by_hand {
            body["tilManuellRegistrering"] = by_hand(message);
        }
        let body = body.to_string().into_bytes();
        let mut request = Request::post("/in", "application/json", body);
        request.references.push(Reference::new(
            "msgid",
            format!("ext-{}", message.draft.sender_reference.as_str()),
        ));
        Ok(Ok(request))
    }
}

/// Writes a message field by field, for a person who enters it.
fn by_hand(message: &Message) -> Value {
    let fields = prose::fields(message).into_iter();
    let fields: Vec<_> = fields
        .map(|(name, value)| json!({"felt": name, "verdi": value}))
        .collect();
    json!({"tittel": "Til skjemaet", "steg": ["Velg «Nytt»."], "felter": fields})
}

fn codes(kinds: impl Iterator<Item = Kind>) -> Vec<String> {
    kinds.map(|kind| kind.code().to_owned()).collect()
}

fn receipt(words: &str) -> Receipt {
    let mut words = words.split_whitespace().skip(1);
    let status = match words.next() {
        None | Some("ok") => ReceiptStatus::Ok,
        Some("refused") => ReceiptStatus::Refused,
        Some("partial") => ReceiptStatus::Partial,
        Some(_) => ReceiptStatus::Unknown,
    };
    Receipt {
        status,
        refers_to: words.next().unwrap_or("m-1").into(),
        scheme: "msgid".into(),
        errors: Vec::new(),
    }
}

/// Returns the manifest of `obedient`.
pub(crate) fn manifest() -> Manifest {
    Manifest {
        id: "obedient".into(),
        version: "0.1.0".into(),
        contract: "0.1".into(),
        description: "For tests.".into(),
        formats: Vec::new(),
        reads: codes(Kind::by_parties()),
        // The adapter writes every kind but this one.
        writes: codes(Kind::by_parties().filter(|kind| *kind != Kind::AfterFollowUp)),
        settings: json!({}),
        needs: EndpointNeeds {
            endpoint: Vec::new(),
            party: Vec::new(),
            credentials: Vec::new(),
        },
        entered_by_hand: false,
        on2xx: On2xx::Ask,
    }
}

#[async_trait]
impl Adapters for ScriptedAdapters {
    fn reset(&self, adapter: &AdapterId) -> Result<bool, AdapterFault> {
        Ok(self.script().quarantined.remove(adapter.as_str()))
    }

    fn listed(&self) -> Vec<ListedAdapter> {
        let listed = |id| ListedAdapter {
            set_aside: self.script().quarantined.contains("obedient"),
            manifest: manifest(),
            sha256: [1; 32],
            id,
        };
        let installed = AdapterId::parse("obedient").filter(|_| !self.script().is_uninstalled);
        installed.map(listed).into_iter().collect()
    }

    fn entered_by_hand(&self) -> std::collections::BTreeSet<AdapterId> {
        let by_hand = self.script().by_hand;
        AdapterId::parse("obedient").filter(|_| by_hand).into_iter().collect()
    }

    async fn manifest(&self, adapter: &AdapterId) -> Result<Manifest, AdapterFault> {
        if adapter.as_str() != "obedient" || self.script().is_uninstalled {
            return Err(AdapterFault::Unknown(adapter.to_string()));
        }
        Ok(manifest())
    }

    async fn read(&self, adapter: &AdapterId, document: Document<'_>, _: &Context) -> Result<Reading, AdapterFault> {
        self.is_there(adapter)?;
        match document.body {
            b"trap" => Err(AdapterFault::Trapped {
                adapter: adapter.to_string(),
                what: "unreachable".into(),
            }),
            b"slow" => {
                tokio::time::sleep(Duration::from_millis(400)).await;
                Ok(Reading::Nothing("sent".into()))
            }
            b"stuck" => {
                tokio::time::sleep(Duration::from_secs(3600)).await;
                Ok(Reading::Nothing("never".into()))
            }
            b"nothing" => Ok(Reading::Nothing("a bekreftelse".into())),
            b"refuse" => {
                let mut refusal = Refusal::new("is-a-record", "Dette er en henvisning.");
                refusal.answer = Some(Request::post("/", "application/xml", b"<AppRec/>".to_vec()));
                Ok(Reading::Refused(refusal))
            }
            words if words.starts_with(b"receipt") => Ok(Reading::Receipt(receipt(&String::from_utf8_lossy(words)))),
            body => {
                let asks = body.strip_prefix(b"wants-receipt\n");
                Ok(match Draft::parse(asks.unwrap_or(body)) {
                    Ok(draft) => match (Reading::one(draft), asks) {
                        (
                            Reading::Messages {
                                messages,
                                left_out,
                                origin,
                                ..
                            },
                            Some(_),
                        ) => Reading::Messages {
                            messages,
                            left_out,
                            origin,
                            wants_receipt: true,
                        },
                        (reading, _) => reading,
                    },
                    Err(error) => Reading::Refused(Refusal::new("unreadable", error.to_string())),
                })
            }
        }
    }

    async fn acknowledge(
        &self,
        adapter: &AdapterId,
        outcome: &Outcome,
        _: &Value,
        _: &Context,
    ) -> Result<Option<Request>, AdapterFault> {
        self.is_there(adapter)?;
        if let Some(fault) = self.script().failed_answers.pop_front() {
            return Err(fault);
        }
        self.script().acknowledged.push(outcome.clone());
        let body = json!({"answers": outcome.messages.len()}).to_string().into_bytes();
        Ok(Some(Request::post("/answer", "application/json", body)))
    }

    async fn write(
        &self,
        adapter: &AdapterId,
        message: &Minimised<Message>,
        _: &Context,
    ) -> Result<Result<Request, Refusal>, AdapterFault> {
        self.write_content(adapter, message.content()).await
    }

    async fn write_notice(
        &self,
        adapter: &AdapterId,
        notice: &WithdrawalNotice,
        _: &Context,
    ) -> Result<Result<Request, Refusal>, AdapterFault> {
        self.write_content(adapter, notice.content()).await
    }

    async fn settle(&self, _: &AdapterId, response: &Response, _: &Context) -> Result<Settlement, AdapterFault> {
        let scripted = self.script().settlements.pop_front();
        scripted.unwrap_or_else(|| Ok(response.settle_by_status()))
    }

    async fn ask(&self, _: &AdapterId, what: &InboxAsk, context: &Context) -> Result<Option<Request>, AdapterFault> {
        if context.party.id != MAILBOX {
            return Ok(None);
        }
        match what {
            InboxAsk::List { .. } | InboxAsk::Fetch(_) | InboxAsk::Mark(_) => {
                let mut request = Request::post("/mailbox", "application/json", Vec::new());
                request.method = Method::Get;
                Ok(Some(request))
            }
            InboxAsk::Decline { item, code, .. } => {
                self.script().mailbox.declined.push((item.id.clone(), code.clone()));
                let body = json!({"declined": item.id}).to_string().into_bytes();
                Ok(Some(Request::post("/declined", "application/json", body)))
            }
            InboxAsk::Listen { .. } | InboxAsk::Status(_) | InboxAsk::Receipt(_) => Ok(None),
        }
    }

    async fn answered(
        &self,
        _: &AdapterId,
        what: &InboxAsk,
        _: &Response,
        _: &Context,
    ) -> Result<InboxAnswer, AdapterFault> {
        Ok(self.script().mailbox.answer(what))
    }
}
