//! The audit log, and the data that must not be readable on disk.

use bindeledd_core::audit::AuditAction;
use bindeledd_core::contract::{Receipt, ReceiptStatus};
use bindeledd_core::delivery::Cause;
use bindeledd_core::{Category, ControlNotice, Receivers};
use bindeledd_engine::ports::{Actor, Attempt, NewMessage, Origin, Outcome, Scope};
use serde_json::json;

use crate::TestStore;
use crate::world::{AFT, GP, KARI, World, at, document, draft, grant, id, progress};

const STEPS: [&str; 20] = [
    "party-changed",
    "party-changed",
    "party-changed",
    "party-changed",
    "participant-known",
    "consent-registered",
    "accepted",
    "blocked",
    "reserved",
    "sending",
    "retry",
    "reserved",
    "sending",
    "handed-over",
    "receipt-ok",
    "accepted",
    "consent-withdrawn",
    "notice-decided",
    "cancelled",
    "inbox-read",
];

/// Every step writes its row in its own transaction, and the chain of rows is unbroken.
pub async fn every_step_has_its_row_and_the_chain_holds<P: TestStore>(make: impl Fn() -> P) {
    let mut world = World::new(make()).await;
    let kari = world.usual_consent().await;
    let accepted = world
        .send(AFT, &[GP, "nav-nordvik"], progress("r1", KARI, "c"), at(1))
        .await;
    let delivery = accepted.deliveries[0].id;
    let later = Outcome::TryAgain {
        due: at(3),
        cause: Cause::new("BL-4002", "x"),
    };
    world.carry(delivery, later, at(2)).await;
    let handed = Outcome::AwaitingReceipt {
        references: Vec::new(),
        until: at(900),
    };
    world.carry(delivery, handed, at(3)).await;
    let receipt = Receipt {
        status: ReceiptStatus::Ok,
        refers_to: format!("ext-{delivery}"),
        scheme: "msgid".into(),
        errors: Vec::new(),
    };
    world.store().receipt(&id(GP), &receipt, at(4)).await.unwrap();
    world.deliver(AFT, GP, progress("r2", KARI, "c"), at(5)).await;
    world
        .store()
        .withdraw(kari, &Scope::Everything, &Actor::Party(id(AFT)), at(6))
        .await
        .unwrap();
    world
        .store()
        .note(
            AuditAction::InboxRead,
            &Actor::Operator,
            &json!({"adapter": "x"}),
            at(7),
        )
        .await
        .unwrap();
    world.reopen();
    let rows = world.audit().await;
    let actions: Vec<_> = rows.iter().map(|r| r.action.as_str()).collect();
    assert_eq!(actions, STEPS);
    for (i, row) in rows.iter().enumerate() {
        assert_eq!(row.seq, u64::try_from(i).unwrap() + 1);
        assert!(
            serde_json::from_str::<serde_json::Value>(&row.detail)
                .unwrap()
                .is_object(),
            "{}",
            row.detail
        );
    }
    let row = |action: &str| rows.iter().find(|r| r.action == action).unwrap();
    assert_eq!(
        (row("accepted").actor.as_str(), row("accepted").at),
        ("party:nordvik-aft", at(1))
    );
    assert_eq!(row("inbox-read").actor, "operator");
    assert_eq!(row("reserved").actor, "hub");
    assert!(
        row("reserved").detail.contains("progress"),
        "what was released under which grants is told"
    );
    assert!(row("reserved").detail.contains("/1/0"), "{}", row("reserved").detail);
    let mut hashes: Vec<_> = rows.iter().map(|r| r.hash).collect();
    hashes.dedup();
    assert_eq!(hashes.len(), rows.len());
    assert_eq!(world.store().audit(3, 2).await.unwrap(), rows[2..4]);
    assert_eq!(world.store().audit(1000, 2).await.unwrap(), []);
}

const CANARIES: [&str; 14] = [
    KARI,
    "Hemmelig",
    "Nordmann",
    "KANARIFUGL",
    "REFERANSE-hemmelig",
    "SAMTALE-hemmelig",
    "OPPHAV-hemmelig",
    "STI-hemmelig",
    "HODE-hemmelig",
    "DOKUMENT-hemmelig",
    "EKSTERN-hemmelig",
    "AVVIST-hemmelig",
    "VARSEL-hemmelig",
    "arkiv/Kari",
];

/// The disk contains no name of a person and no text about a person in the clear.
pub async fn nothing_of_a_person_is_on_the_disk_in_the_clear<P: TestStore>(make: impl Fn() -> P) {
    let mut world = World::new(make()).await;
    let all = [Category::Dialogue, Category::Function, Category::Progress];
    world.consent(1, KARI, vec![grant(AFT, GP, &all)]).await;
    let body = json!({"text": "KANARIFUGL om hva som hemmes", "about": ["function"]});
    let question = draft("REFERANSE-hemmelig-17", KARI, "SAMTALE-hemmelig", "question", body);
    let new = world.new_message(question, Receivers::Parties(vec![id(GP)]), at(1));
    let mut acceptance = world.acceptance(AFT, vec![NewMessage { ..new }]);
    acceptance.origin = Some(Origin {
        adapter: bindeledd_core::AdapterId::parse("gp-dialogmelding").unwrap(),
        origin: json!({"patient": "OPPHAV-hemmelig"}),
    });
    let accepted = world.accept(acceptance, at(1)).await.unwrap();
    let delivery = accepted[0].deliveries[0].id;
    let (mut frozen, with) = world.written(delivery, at(2)).await.unwrap();
    frozen.request.path = "/STI-hemmelig".into();
    frozen
        .request
        .headers
        .push(("x-pasient".into(), "HODE-hemmelig".into()));
    frozen.request.body = b"DOKUMENT-hemmelig".to_vec();
    frozen.request.references[0].value = "EKSTERN-hemmelig".into();
    world
        .store()
        .reserve(delivery, Some((frozen, with)), at(2), at(3))
        .await
        .unwrap();
    world.store().begin_sending(delivery, at(2)).await.unwrap();
    let refused = Outcome::Refused(Cause::new("BL-4004", "AVVIST-hemmelig: Kari er ikke pasient her"));
    world
        .store()
        .settle(delivery, refused, Attempt::default(), at(2))
        .await
        .unwrap();
    world
        .store()
        .notify(
            ControlNotice::receipt_to_sender(id(GP), None),
            document("VARSEL-hemmelig"),
            at(9),
            at(2),
        )
        .await
        .unwrap();
    for closed in [false, true] {
        let at_rest = world.place.at_rest();
        let has = |what: &str| at_rest.windows(what.len()).any(|w| w == what.as_bytes());
        assert!(
            has("consent-registered") && has(AFT),
            "the files that were looked at are the store's"
        );
        for canary in CANARIES {
            assert!(!has(canary), "{canary} is on the disk (closed: {closed})");
        }
        let hex: String = KARI.bytes().map(|b| format!("{b:02x}")).collect();
        assert!(!has(&hex));
        if !closed {
            world.reopen();
        }
    }
    let rows = world.audit().await;
    assert!(
        rows.iter()
            .all(|r| !r.detail.contains("hemmelig") && !r.detail.contains(KARI))
    );
    // Everything is readable with the key.
    assert_eq!(
        world.store().pending_answers(1).await.unwrap()[0].origin.origin["patient"],
        "OPPHAV-hemmelig"
    );
    let view = world.store().message(accepted[0].id).await.unwrap().unwrap();
    assert!(
        view.deliveries[0]
            .cause
            .as_ref()
            .unwrap()
            .text
            .starts_with("AVVIST-hemmelig")
    );
}

/// A failed command changes nothing.
pub async fn what_fails_leaves_nothing<P: TestStore>(make: impl Fn() -> P) {
    let world = World::new(make()).await;
    world.usual_consent().await;
    let rows = world.audit().await.len();
    // The store refuses a key for a party that does not exist.
    let failed = world
        .store()
        .put_key(&id("ingen-slik"), [9; 32], &Actor::Operator, at(1))
        .await;
    assert!(failed.is_err());
    assert_eq!(world.store().keys().await.unwrap(), []);
    assert_eq!(world.audit().await.len(), rows);
    // If one of many concurrent commands fails, the changes of the others remain.
    let good = (0..20).map(|i| {
        let store = std::sync::Arc::clone(world.store());
        tokio::spawn(async move {
            let party = if i == 7 { id("ingen-slik") } else { id(GP) };
            store.put_key(&party, [i; 32], &Actor::Operator, at(2)).await.is_ok()
        })
    });
    let mut done = 0;
    for task in good.collect::<Vec<_>>() {
        done += usize::from(task.await.unwrap());
    }
    assert_eq!(
        (
            done,
            world.store().keys().await.unwrap().len(),
            world.audit().await.len()
        ),
        (19, 19, rows + 19)
    );
}
