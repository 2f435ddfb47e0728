//! Acceptance of a document: separates its new messages from repeated ones, and plans the new ones.

use bindeledd_catalogue::{Category, CategorySet, Conversation, Draft, Kind, Message, MessageId, PartyId, is_same_id};
use jiff::Timestamp;

use crate::alert::{Dialogue, ending_without_dialogue, is_in_circle};
use crate::consent::Ledger;
use crate::decide::decide;
use crate::delivery::{Cause, End, Ended, State, Waiting};
use crate::party::PartyKind;
use crate::route::{Planned, PlannedState, Reached, Receivers, Target, route};

/// A digest, made with a secret key of the store.
pub type Digest = [u8; 32];

/// One message of a document, with the digests that identify it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Incoming {
    /// Id of the message.
    pub message: MessageId,
    /// Digest of the sender's reference.
    pub reference: Digest,
    /// Digest of everything that the sender said, with ids in their one spelling.
    pub content: Digest,
    /// Digest of the same content, with each id as the sender spelt it. Rows that are older than
    /// the common spelling of ids hold this digest.
    pub content_as_written: Digest,
}

/// The message on file that has a sender's reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OnFile {
    /// Id of the message.
    pub message: MessageId,
    /// Digest of everything that its sender said.
    pub content: Digest,
}

/// Answer to the question whether a message came before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Came {
    /// The message is new.
    First,
    /// The message is on file. Its sender gets the first answer again.
    Before,
    /// The message repeats an earlier message of the same document, at this index.
    InDocument(usize),
}

/// Error: a sender's reference already belongs to a message with other content. The hub refuses the
/// whole document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Taken {
    /// The earlier message with this reference.
    pub earlier: MessageId,
}

/// Separates the new messages of a document from repeated ones. `on_file` holds the earlier message
/// of each reference, in the same order.
///
/// # Errors
/// [`Taken`] if a reference belongs to a message with other content, on file or earlier in the
/// document.
pub fn came_before(document: &[Incoming], on_file: &[Option<OnFile>]) -> Result<Vec<Came>, Taken> {
    let mut came = Vec::with_capacity(document.len());
    for (i, new) in document.iter().enumerate() {
        let in_document = document
            .iter()
            .take(i)
            .position(|before| before.reference == new.reference);
        let (earlier, how) = match (on_file.get(i).copied().flatten(), in_document) {
            (Some(on_file), _) => (Some(on_file), Came::Before),
            (None, Some(place)) => (document.get(place).map(Incoming::as_on_file), Came::InDocument(place)),
            (None, None) => (None, Came::First),
        };
        if let Some(OnFile { message, content }) = earlier
            && content != new.content
            && content != new.content_as_written
        {
            return Err(Taken { earlier: message });
        }
        came.push(how);
    }
    Ok(came)
}

impl Incoming {
    const fn as_on_file(&self) -> OnFile {
        OnFile {
            message: self.message,
            content: self.content,
        }
    }
}

/// Returns whether a correction names a message that comes before it in its document. A correction
/// and the message that it names are about the same participant.
#[must_use]
pub fn corrects_one_of<'m>(correction: &Message, mut before: impl Iterator<Item = &'m Message>) -> bool {
    let named = correction.draft.supersedes.as_ref();
    named.is_some_and(|named| before.any(|m| is_same_id(named.as_str(), m.draft.sender_reference.as_str())))
}

/// Returns the name of a message's conversation, as its draft spells it. A message without a
/// conversation opens one, named by the message's id.
#[must_use]
pub fn conversation_of(message: &Message) -> String {
    let named = message.draft.conversation.as_ref();
    named.map_or_else(|| message.id.to_string(), |c| c.as_str().to_owned())
}

/// Returns whether every delivery of a plan is blocked.
#[must_use]
pub fn goes_nowhere(planned: &[Planned]) -> bool {
    planned.iter().all(|p| matches!(p.state, PlannedState::Blocked(_)))
}

/// The message that another message corrects or replaces. Both have the same sender and the same
/// participant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Original {
    /// Id of the original.
    pub id: MessageId,
    /// Name of the original's conversation; `None` if the hub no longer has it.
    pub conversation: Option<String>,
}

/// The facts that a new message's acceptance depends on.
#[derive(Debug, Clone, PartialEq)]
pub struct Facts<'a> {
    /// The participant's ledger, limited to grants and withdrawals that concern the sender.
    pub ledger: &'a Ledger,
    /// Message that the new one corrects or replaces.
    pub original: Option<Original>,
    /// Parties that the original reached or may still reach. Set only for a correction.
    pub reached: Option<Reached>,
    /// Dialogue about the participant so far.
    pub dialogue: Dialogue,
    /// Message on file that the new one answers.
    pub in_reply_to: Option<MessageId>,
}

/// The plan of a new message.
#[derive(Debug, Clone, PartialEq)]
pub struct MessagePlan {
    /// Name of the conversation. A message that corrects or replaces another one
    /// stays in the conversation of its original, so that it is delivered after the original.
    pub conversation: String,
    /// Whether the message refers to no other message. Its deliveries then head their
    /// conversations, so that the store need not look for earlier ones.
    pub opens_its_conversation: bool,
    /// Whether nobody gets the message.
    pub goes_nowhere: bool,
    /// Deliveries of the message.
    pub deliveries: Vec<NewDelivery>,
    /// Parties to alert of an ending for treatment without a dialogue; `None` if the message is no such ending.
    pub alerts_of_ending: Option<Vec<PartyId>>,
}

/// A new message's delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewDelivery {
    /// Receiver.
    pub to: Target,
    /// `Waiting`, or `Ended` as blocked.
    pub state: State,
    /// Categories that may be sent.
    pub permitted: CategorySet,
    /// Categories that are withheld. For a blocked delivery: the categories that a consent would
    /// have to cover.
    pub withheld: CategorySet,
    /// Cause of the block.
    pub cause: Option<Cause>,
    /// Whether the content can not wait.
    pub is_urgent: bool,
}

/// Plans a new message: its conversation, its deliveries and its alerts.
#[must_use]
pub fn plan(
    message: &Message,
    receivers: &Receivers,
    facts: &Facts<'_>,
    kind_of: &dyn Fn(&PartyId) -> Option<PartyKind>,
    now: Timestamp,
) -> MessagePlan {
    let body = &message.draft.body;
    let planned = route(message, receivers, facts.reached.as_ref(), facts.ledger, kind_of, now);
    let is_ending = ending_without_dialogue(body, facts.dialogue) && is_in_circle(facts.ledger, &message.from, now);
    MessagePlan {
        conversation: conversation(message, facts),
        opens_its_conversation: opens_its_conversation(message, facts.in_reply_to),
        goes_nowhere: goes_nowhere(&planned),
        alerts_of_ending: is_ending.then(|| told_of_treatment(facts.ledger, message, now)),
        deliveries: planned
            .into_iter()
            .map(|planned| new_delivery(planned, body.is_urgent(), now))
            .collect(),
    }
}

impl MessagePlan {
    /// Returns the message with the conversation of its plan; `None` if the message already has
    /// that conversation.
    #[must_use]
    pub fn refile(&self, message: &Message) -> Option<Message> {
        if self.conversation == conversation_of(message) {
            return None;
        }
        let draft = Draft {
            conversation: Some(Conversation::parse(&self.conversation)?),
            ..message.draft.clone()
        };
        Some(Message {
            draft,
            ..message.clone()
        })
    }
}

/// Returns the conversation of a message. A message that replaces or corrects another one stays in
/// the conversation of the original, even if its sender gives a new name. A reply already has the
/// conversation of the message that it answers; only a correction leaves it.
fn conversation(message: &Message, facts: &Facts<'_>) -> String {
    let is_reply = facts.in_reply_to.is_some() && message.draft.kind() != Kind::Correction;
    let original = facts.original.as_ref().filter(|_| !is_reply);
    let of_original = original.and_then(|original| original.conversation.clone());
    of_original.unwrap_or_else(|| conversation_of(message))
}

fn opens_its_conversation(message: &Message, in_reply_to: Option<MessageId>) -> bool {
    let draft = &message.draft;
    let is_alone = in_reply_to.is_none() && draft.in_reply_to.is_none() && draft.supersedes.is_none();
    is_alone && conversation_of(message) == message.id.to_string()
}

fn new_delivery(planned: Planned, can_not_wait: bool, now: Timestamp) -> NewDelivery {
    match planned.state {
        PlannedState::Waiting { decision, withheld } => NewDelivery {
            to: planned.to,
            state: State::Waiting(Waiting { attempts: 0, due: now }),
            permitted: decision.permitted(),
            withheld,
            cause: None,
            is_urgent: can_not_wait,
        },
        PlannedState::Blocked(blocked) => NewDelivery {
            to: planned.to,
            state: State::Ended(Ended {
                how: End::Blocked,
                attempts: 0,
            }),
            permitted: CategorySet::EMPTY,
            withheld: blocked.would_need,
            cause: Some(Cause::new(blocked.reason.code(), blocked.reason.text())),
            is_urgent: can_not_wait,
        },
    }
}

/// Returns the sender, and every party that the sender may tell of treatment. These parties may
/// know why the measure ends.
fn told_of_treatment(ledger: &Ledger, message: &Message, now: Timestamp) -> Vec<PartyId> {
    let asked = CategorySet::of(&[Category::TreatmentStatus]);
    let purpose = message.draft.purpose;
    let mut parties: Vec<_> = ledger.grants.iter().map(|g| g.grant.to.clone()).collect();
    parties.sort();
    parties.dedup();
    parties.retain(|to| decide(ledger, &message.from, to, purpose, asked, now).permitted() == asked);
    parties.push(message.from.clone());
    parties.dedup();
    parties
}

#[cfg(test)]
mod tests {
    use bindeledd_catalogue::{SenderReference, Supersedes};
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::testing::{at, grant, ledger, message, message_id, party};

    fn incoming(message: u128, reference: u8, content: u8) -> Incoming {
        Incoming {
            message: message_id(message),
            reference: [reference; 32],
            content: [content; 32],
            content_as_written: [content; 32],
        }
    }

    /// A model of the references in a store: accepted messages, in order.
    fn accept_all(model: &mut Vec<Incoming>, document: &[Incoming]) -> Result<usize, MessageId> {
        let before = model.clone();
        let mut repeated = 0;
        for new in document {
            match model.iter().find(|earlier| earlier.reference == new.reference) {
                Some(earlier) if earlier.content != new.content => {
                    let taken = earlier.message;
                    *model = before;
                    return Err(taken);
                }
                Some(_) => repeated += 1,
                None => model.push(*new),
            }
        }
        Ok(repeated)
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 1_500, failure_persistence: None, ..ProptestConfig::default() })]

        /// A reference belongs to its first content in every later document. A document that uses
        /// it for other content is refused as a whole.
        #[test]
        fn a_reference_stands_for_its_first_content(
            documents in prop::collection::vec(prop::collection::vec((0_u8..3, 0_u8..2), 1..4), 1..4),
        ) {
            let mut model: Vec<Incoming> = Vec::new();
            let mut number = 0;
            for document in documents {
                let document: Vec<_> = document.into_iter().map(|(reference, content)| {
                    number += 1;
                    incoming(number, reference, content)
                }).collect();
                let of = |new: &Incoming| model.iter().find(|e| e.reference == new.reference).map(Incoming::as_on_file);
                let on_file: Vec<_> = document.iter().map(of).collect();
                let came = came_before(&document, &on_file);
                let known = model.len();
                match (accept_all(&mut model, &document), came) {
                    (Err(taken), Err(found)) => prop_assert_eq!(found.earlier, taken),
                    (Ok(repeated), Ok(came)) => {
                        prop_assert_eq!(came.iter().filter(|c| **c != Came::First).count(), repeated);
                        prop_assert_eq!(model.len() - known, came.len() - repeated);
                        for (new, came) in document.iter().zip(&came) {
                            match came {
                                Came::InDocument(place) => prop_assert_eq!(document[*place].reference, new.reference),
                                Came::Before => prop_assert!(model[..known].iter().any(|e| e.reference == new.reference)),
                                Came::First => {}
                            }
                        }
                    }
                    (model, came) => return Err(TestCaseError::fail(format!("{model:?} {came:?}"))),
                }
            }
        }
    }

    #[test]
    fn content_from_before_ids_had_one_spelling_is_the_same() {
        let new = Incoming {
            content_as_written: [8; 32],
            ..incoming(1, 1, 9)
        };
        let on_file = |content| {
            [Some(OnFile {
                message: message_id(5),
                content: [content; 32],
            })]
        };
        assert_eq!(came_before(&[new], &on_file(9)), Ok(vec![Came::Before]));
        assert_eq!(came_before(&[new], &on_file(8)), Ok(vec![Came::Before]));
        assert_eq!(came_before(&[new], &on_file(7)), Err(Taken { earlier: message_id(5) }));
    }

    fn progress(n: u128) -> Message {
        message(n, "progress-update", &json!({"status": "DELTAR"}))
    }

    fn correction(n: u128, named: &str) -> Message {
        let body =
            json!({"action": "corrected", "correctedKind": "progress-update", "corrected": {"status": "DELTAR"}});
        let mut correction = progress(n).draft.to_json();
        correction["kind"] = "correction".into();
        correction["supersedes"] = named.into();
        correction["body"] = body;
        Message {
            draft: Draft::from_json(correction).unwrap(),
            ..progress(n)
        }
    }

    #[test]
    fn a_correction_names_a_message_before_it_however_its_id_is_spelt() {
        let before = [progress(1), progress(2)];
        assert!(corrects_one_of(&correction(3, "r2"), before.iter()));
        assert!(!corrects_one_of(&correction(3, "r4"), before.iter()));
        assert!(!corrects_one_of(&progress(3), before.iter()), "it names none");
        let small = "5b1f0c52-1111-4a00-8000-00000000007a";
        let mut in_capitals = progress(4);
        in_capitals.draft.sender_reference = SenderReference::parse(&small.to_uppercase()).unwrap();
        for spelling in [small.to_owned(), format!("{{{small}}}"), format!("urn:uuid:{small}")] {
            assert!(
                corrects_one_of(&correction(5, &spelling), [&in_capitals].into_iter()),
                "{spelling}"
            );
        }
    }

    fn facts(ledger: &Ledger) -> Facts<'_> {
        Facts {
            ledger,
            original: None,
            reached: None,
            dialogue: Dialogue::default(),
            in_reply_to: None,
        }
    }

    fn plan_of(message: &Message, facts: &Facts<'_>) -> MessagePlan {
        plan(message, &Receivers::Circle, facts, &|_| None, at(50))
    }

    #[test]
    fn a_message_waits_where_a_grant_covers_it_and_is_blocked_elsewhere() {
        let covered = ledger(vec![grant(1, "nordvik", "nav", &[Category::Progress])]);
        let goes = plan_of(&progress(1), &facts(&covered));
        let [delivery] = goes.deliveries.as_slice() else {
            panic!("one delivery")
        };
        let waiting = State::Waiting(Waiting {
            attempts: 0,
            due: at(50),
        });
        assert_eq!(
            (&delivery.to, &delivery.state),
            (&Target::Party(party("nav")), &waiting)
        );
        assert_eq!(delivery.permitted, CategorySet::of(&[Category::Progress]));
        assert_eq!(
            (&delivery.cause, delivery.is_urgent, goes.goes_nowhere),
            (&None, false, false)
        );

        let nobody = ledger(Vec::new());
        let stays = plan_of(&progress(1), &facts(&nobody));
        let [delivery] = stays.deliveries.as_slice() else {
            panic!("one delivery")
        };
        assert_eq!((&delivery.to, delivery.state.name()), (&Target::Circle, "blocked"));
        assert_eq!(delivery.withheld, CategorySet::of(&[Category::Progress]));
        assert_eq!(delivery.cause.as_ref().unwrap().code, "BL-2001");
        assert!(stays.goes_nowhere && !delivery.is_urgent);
        let urgent = message(1, "support-request", &json!({"what": "Det butter", "urgency": "today"}));
        assert!(plan_of(&urgent, &facts(&nobody)).deliveries[0].is_urgent);
    }

    #[test]
    fn a_message_that_goes_to_one_of_its_receivers_goes_somewhere() {
        let covered = ledger(vec![grant(1, "nordvik", "nav", &[Category::Progress])]);
        let both = Receivers::Parties(vec![party("nav"), party("klinikken")]);
        let plan = plan(&progress(1), &both, &facts(&covered), &|_| None, at(50));
        let states: Vec<_> = plan.deliveries.iter().map(|d| d.state.name()).collect();
        assert_eq!((states, plan.goes_nowhere), (vec!["waiting", "blocked"], false));
    }

    #[test]
    fn a_message_that_refers_to_nothing_opens_its_conversation() {
        let nobody = ledger(Vec::new());
        let alone = progress(1);
        let plan = plan_of(&alone, &facts(&nobody));
        assert_eq!(
            (plan.conversation, plan.opens_its_conversation),
            (alone.id.to_string(), true)
        );

        let mut named = progress(1);
        named.draft.conversation = Conversation::parse("samtale-1");
        let plan = plan_of(&named, &facts(&nobody));
        assert_eq!(
            (plan.conversation.as_str(), plan.opens_its_conversation),
            ("samtale-1", false)
        );

        let mut own_id = progress(1);
        own_id.draft.conversation = Conversation::parse(&own_id.id.to_string());
        assert!(plan_of(&own_id, &facts(&nobody)).opens_its_conversation);
        let mut replaces = progress(1);
        replaces.draft.supersedes = Supersedes::parse("r0");
        assert!(!plan_of(&replaces, &facts(&nobody)).opens_its_conversation);
        let mut of_unknown = progress(1);
        of_unknown.draft.in_reply_to = Conversation::parse("ukjent");
        assert!(!plan_of(&of_unknown, &facts(&nobody)).opens_its_conversation);
        let reply = Facts {
            in_reply_to: Some(message_id(9)),
            ..facts(&nobody)
        };
        assert!(!plan_of(&alone, &reply).opens_its_conversation);
    }

    #[test]
    fn a_message_goes_on_with_the_conversation_of_its_original() {
        let nobody = ledger(Vec::new());
        let of = |message: &Message, in_reply_to: Option<u128>, conversation: Option<&str>| {
            let original = Original {
                id: message_id(2),
                conversation: conversation.map(ToOwned::to_owned),
            };
            let facts = Facts {
                original: Some(original),
                reached: Some(Reached(Vec::new())),
                in_reply_to: in_reply_to.map(message_id),
                ..facts(&nobody)
            };
            let plan = plan_of(message, &facts);
            let filed = plan.refile(message).unwrap_or_else(|| message.clone());
            assert_eq!(conversation_of(&filed), plan.conversation);
            assert_eq!((filed.id, &filed.draft.body), (message.id, &message.draft.body));
            plan.conversation
        };
        let mut replaces = progress(3);
        replaces.draft.supersedes = Supersedes::parse("r2");
        for follows in [correction(3, "r2"), replaces.clone()] {
            assert_eq!(of(&follows, None, Some("samtale-1")), "samtale-1");
            assert_eq!(of(&follows, None, None), follows.id.to_string());
        }
        // The engine gives a reply the conversation of the message that it answers.
        replaces.draft.conversation = Conversation::parse("samtale-2");
        assert_eq!(of(&replaces, Some(1), Some("samtale-1")), "samtale-2");
        assert_eq!(of(&correction(3, "r2"), Some(1), Some("samtale-1")), "samtale-1");
        assert_eq!(of(&replaces, None, Some("samtale-2")), "samtale-2");
    }

    #[test]
    fn a_message_that_has_the_conversation_of_its_plan_is_left_as_it_is() {
        let nobody = ledger(Vec::new());
        let mut named = progress(1);
        named.draft.conversation = Conversation::parse("samtale-1");
        for message in [progress(1), named] {
            assert_eq!(plan_of(&message, &facts(&nobody)).refile(&message), None);
        }
    }

    #[test]
    fn a_correction_goes_to_those_whom_its_original_reached() {
        let covered = ledger(vec![
            grant(1, "nordvik", "nav", &Category::ALL),
            grant(2, "nordvik", "klinikken", &Category::ALL),
        ]);
        let facts = Facts {
            reached: Some(Reached(vec![party("nav")])),
            ..facts(&covered)
        };
        let plan = plan_of(&correction(3, "r2"), &facts);
        let to: Vec<_> = plan.deliveries.iter().map(|d| d.to.to_string()).collect();
        assert_eq!(to, ["nav"]);
    }

    #[test]
    fn an_ending_for_treatment_without_a_dialogue_is_told_to_its_sender_and_to_those_who_may_know_of_treatment() {
        let ends = message(
            1,
            "measure-end-proposed",
            &json!({"reason": "SYK", "proposedDate": "2026-12-31"}),
        );
        assert!(ends.draft.body.ends_because_of_treatment());
        let on_file = ledger(vec![
            grant(1, "nordvik", "nav", &[Category::Outcome]),
            grant(2, "nordvik", "klinikken", &[Category::TreatmentStatus]),
            grant(3, "klinikken", "nordvik", &[Category::TreatmentStatus]),
        ]);
        let told = |ledger: &Ledger, dialogue| {
            plan_of(
                &ends,
                &Facts {
                    dialogue,
                    ..facts(ledger)
                },
            )
            .alerts_of_ending
        };
        let nobody_talked = Dialogue::default();
        assert_eq!(
            told(&on_file, nobody_talked),
            Some(vec![party("klinikken"), party("nordvik")])
        );
        let talked = Dialogue {
            treatment_status: Some(at(20)),
            talked: Some(at(30)),
        };
        assert_eq!(told(&on_file, talked), None);
        assert_eq!(
            told(&ledger(Vec::new()), nobody_talked),
            None,
            "a stranger learns nothing"
        );
        assert_eq!(plan_of(&progress(1), &facts(&on_file)).alerts_of_ending, None);
    }
}
