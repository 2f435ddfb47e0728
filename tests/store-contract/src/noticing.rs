//! Mails that announce waiting deliveries to parties.

use bindeledd_core::PartyKind;
use bindeledd_core::notice::{EmailAddress, LastMail};
use bindeledd_core::{DeliveryId, Notify, Party};
use bindeledd_engine::ports::{Actor, MailStatus, Outcome};

use crate::TestStore;
use crate::world::{AFT, GP, KARI, OLA, World, at, id, party, progress};

async fn notice<P: TestStore>(world: &World<P>) -> (Option<DeliveryId>, Option<LastMail>) {
    let found = world.store().mail_status(&[id(GP), id(AFT)]).await.unwrap();
    let of_the_sender = MailStatus {
        party: id(AFT),
        newest: None,
        last_mail: None,
    };
    assert_eq!(
        (found.len(), &found[1]),
        (2, &of_the_sender),
        "others' letters are not one's own"
    );
    assert_eq!(found[0].party, id(GP));
    (found[0].newest, found[0].last_mail)
}

/// The store keeps the newest waiting delivery and the last mail across a restart. Fetched and ended deliveries do not count as
/// waiting.
pub async fn a_party_is_told_of_the_newest_that_waits_and_that_is_on_disk<P: TestStore>(make: impl Fn() -> P) {
    let mut world = World::new(make()).await;
    world.usual_consent().await;
    assert_eq!(notice(&world).await, (None, None));
    let first = world.deliver(AFT, GP, progress("r1", KARI, "c"), at(1)).await;
    assert_eq!(notice(&world).await, (Some(first), None));
    // The second delivery is queued behind the first, and counts as waiting.
    let second = world.deliver(AFT, GP, progress("r2", KARI, "c"), at(2)).await;
    assert_eq!(notice(&world).await, (Some(second), None));
    world.store().record_mail_sent(&id(GP), second, at(3)).await.unwrap();
    world.reopen();
    let told = |of, seconds| Some(LastMail { of, at: at(seconds) });
    assert_eq!(notice(&world).await, (Some(second), told(second, 3)));
    assert_eq!(world.audited("notice-mailed").await, 1);
    // A mail that is recorded later for an older delivery does not hide the newer delivery.
    world.store().record_mail_sent(&id(GP), first, at(4)).await.unwrap();
    assert_eq!(notice(&world).await, (Some(second), told(second, 4)));
    let fetched = Outcome::AwaitingReceipt {
        references: Vec::new(),
        until: at(900),
    };
    world.carry(first, fetched.clone(), at(5)).await;
    assert_eq!(notice(&world).await.0, Some(second));
    world.carry(second, fetched, at(6)).await;
    assert_eq!(notice(&world).await, (None, told(second, 4)));
    // A delivery without a grant does not count as waiting.
    world.send(AFT, &[GP], progress("r3", OLA, "d"), at(7)).await;
    assert_eq!(notice(&world).await.0, None);
}

/// A new address gets a mail of its own. No other change of a party causes a second mail.
pub async fn a_new_address_has_been_told_of_nothing<P: TestStore>(make: impl Fn() -> P) {
    let world = World::new(make()).await;
    world.usual_consent().await;
    let at_address = |email: Option<&str>| Party {
        notify: email.map(|raw| Notify {
            email: EmailAddress::parse(raw).unwrap(),
        }),
        ..party(GP, PartyKind::Gp)
    };
    let put = async |party: &Party, seconds| {
        world
            .store()
            .put_party(party, &Actor::Operator, at(seconds))
            .await
            .unwrap()
    };
    put(&at_address(Some("post@fjellvik.example")), 1).await;
    let delivery = world.deliver(AFT, GP, progress("r1", KARI, "c"), at(2)).await;
    world.store().record_mail_sent(&id(GP), delivery, at(3)).await.unwrap();
    let renamed = Party {
        name: "Et annet navn".into(),
        ..at_address(Some("post@fjellvik.example"))
    };
    put(&renamed, 4).await;
    assert!(notice(&world).await.1.is_some());
    put(&at_address(Some("ny@fjellvik.example")), 5).await;
    assert_eq!(notice(&world).await, (Some(delivery), None));
    assert!(
        world.audit().await.iter().all(|row| !row.detail.contains('@')),
        "the audit log has no address"
    );
}
