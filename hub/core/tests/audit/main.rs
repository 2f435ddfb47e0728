//! The texts of the audit log never change, because the log's hashes cover them.

use std::collections::BTreeSet;
use std::path::Path;

use bindeledd_core::audit::{Actor, AuditAction};
use bindeledd_core::{AccountId, PartyId};

/// The texts in the logs of running hubs. Add a line for a new action; never change or remove one.
const WRITTEN: &str = include_str!("actions.txt");

#[test]
fn every_action_keeps_the_text_that_logs_have() {
    let texts: Vec<&str> = AuditAction::ALL.iter().map(|action| action.as_str()).collect();
    assert_eq!(texts, WRITTEN.lines().collect::<Vec<_>>());
    assert_eq!(
        texts.iter().collect::<BTreeSet<_>>().len(),
        texts.len(),
        "no text stands twice"
    );
    for action in AuditAction::ALL {
        assert_eq!(AuditAction::parse(action.as_str()), Some(*action));
        assert_eq!(action.to_string(), action.as_str());
    }
    assert_eq!(AuditAction::parse("of-an-older-hub"), None);
}

#[test]
fn every_actor_keeps_the_text_that_logs_have() {
    let nordvik = PartyId::parse("nordvik-aft").unwrap();
    for (actor, text) in [
        (Actor::Party(nordvik.clone()), "party:nordvik-aft"),
        (Actor::Participant(nordvik), "participant:nordvik-aft"),
        (Actor::SignedParticipant, "participant"),
        (
            Actor::Person(AccountId(uuid::Uuid::from_u128(0xff))),
            "person:00000000-0000-0000-0000-0000000000ff",
        ),
        (Actor::Operator, "operator"),
        (Actor::Hub, "hub"),
    ] {
        assert_eq!(actor.to_string(), text);
        assert_eq!(Actor::parse(text), Some(actor));
    }
    for other in ["", "party:", "party:Ola Nordmann", "operator ", "Hub"] {
        assert_eq!(Actor::parse(other), None, "{other}");
    }
}

#[test]
fn a_party_is_itself_and_nobody_else() {
    // The two other texts are valid slugs, so that a party could have them as ids.
    let [nordvik, hub, operator] = ["nordvik-aft", "hub", "operator"].map(|id| PartyId::parse(id).unwrap());
    assert!(Actor::Party(nordvik.clone()).is_party(&nordvik));
    assert!(!Actor::Party(nordvik).is_party(&hub));
    assert!(!Actor::Hub.is_party(&hub) && !Actor::Operator.is_party(&operator));
    assert_eq!(Actor::parse("hub"), Some(Actor::Hub));
    assert_eq!(Actor::parse("party:hub"), Some(Actor::Party(hub)));
}

#[test]
#[expect(clippy::disallowed_methods, reason = "a test's own setting")]
fn the_published_list_has_every_action() {
    let mut page = String::from(
        "# Actions of the audit log\n\nThe `action` of each row, in the order in which a hub declares them. A row of an older hub may \
         have another one.\n\n| action | meaning |\n|---|---|\n",
    );
    for action in AuditAction::ALL {
        page.push_str(&format!("| `{action}` | {} |\n", action.meaning()));
    }
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/audit/actions.md");
    if std::env::var("ACTIONS_WRITE").is_ok() {
        std::fs::write(&file, &page).unwrap();
    }
    let committed = std::fs::read_to_string(&file).unwrap_or_default();
    assert_eq!(
        committed, page,
        "`ACTIONS_WRITE=1 cargo test --release -p bindeledd-core --test audit` writes it again"
    );
}
