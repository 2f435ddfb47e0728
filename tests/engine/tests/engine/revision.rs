//! Earlier versions of a party, and going back to one.

use bindeledd_core::{EndpointAddress, Party, PartyKind, VersionNumber};
use bindeledd_engine::ports::Actor;
use bindeledd_engine::{EngineError, RollBack};
use bindeledd_test_engine::{GP, TestEngine, party, progress};

use crate::origin;

fn number(n: u32) -> VersionNumber {
    VersionNumber::new(n).unwrap()
}

fn back(to: u32, from: u32) -> RollBack {
    RollBack {
        to: number(to),
        from: number(from),
        why: Some("den nye adressen svarer ikke".to_owned()),
    }
}

/// Returns the GP at another address, with a credential.
fn moved() -> Party {
    let mut moved = party(GP, PartyKind::Gp, true);
    let endpoint = moved.endpoint.as_mut().unwrap();
    endpoint.address = EndpointAddress::parse("https://nye.example/api");
    endpoint.credential = Some("helseid".to_owned());
    moved
}

fn code(result: Result<VersionNumber, EngineError>) -> &'static str {
    result.unwrap_err().code()
}

#[tokio::test]
async fn a_party_that_is_rolled_back_is_sent_to_as_before() {
    let test = TestEngine::new().await;
    let engine = test.engine();
    engine.put_party(moved(), &Actor::Operator).await.unwrap();
    let versions = engine.party_versions(&test.party(GP), None, 10).await.unwrap();
    let changes = versions[1].party.changes_to(&versions[0].party);
    let paths: Vec<_> = changes.iter().map(|change| change.field.path()).collect();
    assert_eq!(paths, ["endpoint.address", "endpoint.credential"]);
    let rolled = engine.roll_back(&test.party(GP), &back(1, 2), &Actor::Operator).await;
    assert_eq!(rolled.unwrap(), number(3));
    let delivery = test.deliver(&progress("r1", "a", GP)).await;
    test.until(delivery, "delivered").await;
    assert_eq!(test.until_sent(1).await[0].to, origin(GP));
    assert_eq!(test.audited("party-rolled-back").await, 1);
}

#[tokio::test]
async fn a_change_of_somebody_else_is_not_lost() {
    let test = TestEngine::new().await;
    let (engine, gp) = (test.engine(), test.party(GP));
    engine.put_party(moved(), &Actor::Operator).await.unwrap();
    let mut third = moved();
    third.phone = Some("22334455".to_owned());
    let changed = engine.change_party(third.clone(), number(2), &Actor::Operator).await;
    assert_eq!(changed.unwrap(), number(3));
    let refused = engine.roll_back(&gp, &back(1, 2), &Actor::Operator).await.unwrap_err();
    assert_eq!(refused.code(), "BL-1162");
    let told = refused.to_string();
    assert!(told.contains("version 3") && told.contains("operator"), "{told}");
    let late = engine.change_party(moved(), number(2), &Actor::Operator).await;
    assert_eq!(code(late), "BL-1162");
    assert_eq!(
        code(engine.roll_back(&gp, &back(7, 3), &Actor::Operator).await),
        "BL-1107"
    );
    assert!(engine.directory().get(&gp).unwrap().has_set_up_of(&third));
    let same = engine.change_party(third, number(3), &Actor::Operator).await;
    assert_eq!(same.unwrap(), number(3), "a repetition makes no version");
}

#[tokio::test]
async fn a_version_that_does_not_fit_any_longer_is_refused_with_a_way_forward() {
    let test = TestEngine::new().await;
    let (engine, gp) = (test.engine(), test.party(GP));
    engine.put_party(moved(), &Actor::Operator).await.unwrap();
    let mut fetches = moved();
    fetches.endpoint = None;
    engine.put_party(fetches.clone(), &Actor::Operator).await.unwrap();
    test.adapters.uninstall(true);
    let refused = engine.roll_back(&gp, &back(2, 3), &Actor::Operator).await.unwrap_err();
    assert_eq!(refused.code(), "BL-1163");
    let told = refused.to_string();
    assert!(told.contains("version 2") && told.contains("`obedient`"), "{told}");
    let next = format!("{:?}", refused.what_to_do());
    assert!(next.contains("OtherVersion"), "{next}");
    test.adapters.uninstall(false);
    test.courier.lose_credentials(true);
    assert_eq!(
        code(engine.roll_back(&gp, &back(2, 3), &Actor::Operator).await),
        "BL-1163"
    );
    assert!(
        engine.directory().get(&gp).unwrap().has_set_up_of(&fetches),
        "nothing was done"
    );
    assert_eq!(test.audited("party-rolled-back").await, 0);
    // A version without the credential still fits.
    engine.roll_back(&gp, &back(1, 3), &Actor::Operator).await.unwrap();
}
