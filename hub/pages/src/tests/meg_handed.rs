//! What the participant's own page tells of hand-overs.

use bindeledd_console::address;
use bindeledd_core::account::Role;
use bindeledd_core::audit::Actor;
use bindeledd_core::follow_up::Change;
use bindeledd_test_engine::{GP, PROVIDER, party_id};

use super::browser::Console;

/// Returns the participant's page by a code of a party.
async fn page(console: &Console, party: &str) -> String {
    let made = console
        .accounts
        .hand_over(console.test.kari, &party_id(party), console.now())
        .await;
    let code = made.unwrap().unwrap().code.written();
    let mut browser = console.browser();
    browser.post(address::OWN_CODE, &[("code", &code), ("pin", "")]).await;
    browser.get(address::OWN_PAGE).await.html
}

#[tokio::test]
async fn a_participant_sees_who_took_over_at_the_party_of_the_code() {
    let console = Console::new().await;
    let by = Actor::Operator;
    let (leader, _) = console.of_days(9, "leder", &[Role::TeamLeader], &by).await;
    let (blid, _) = console.of_days(9, "blid", &[Role::MailboxUser], &by).await;
    let (varm, _) = console.of_days(9, "varm", &[Role::MailboxUser], &by).await;
    assert!(!page(&console, PROVIDER).await.contains("Nye folk rundt deg"));
    let leader = console.accounts.get(leader).await.unwrap().unwrap();
    for (to, seen) in [(blid, None), (varm, Some(blid))] {
        let change = Change::Give { to, seen };
        let engine = console.test.engine();
        let changed = engine.change_follow_up(console.test.kari, change, &leader).await;
        changed.unwrap().unwrap();
    }
    let own = page(&console, PROVIDER).await;
    let label = format!("Navnet til {PROVIDER}");
    // The contact person of now is named, and the one before is not.
    assert_eq!(
        own.matches(&format!("hos {label} tok over. Ring dit.")).count(),
        1,
        "{own}"
    );
    assert!(own.contains(&format!("En ny hos {label} tok over.")), "{own}");
    assert!(!own.contains("Kari <b>"), "{own}");
    assert!(
        !page(&console, GP).await.contains("Nye folk rundt deg"),
        "another party's matter"
    );
}
