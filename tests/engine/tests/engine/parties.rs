//! The test of a party's connection.

use bindeledd_engine::{FaultSide, StepResult, TestStep};
use bindeledd_test_engine::{GP, TestEngine, answer};

use crate::origin;

#[tokio::test]
async fn an_address_that_does_not_take_the_credential_is_not_told_as_reached() {
    let test = TestEngine::new().await;
    let party = test.party(GP);
    for status in [401, 407] {
        test.courier.next_answer(&origin(GP), answer(status));
        let tested = test.engine().test_party(&party).await.unwrap();
        assert!(!tested.ok, "{status}: {:?}", tested.findings);
        let step = tested.steps.iter().find(|step| step.step == TestStep::Credential);
        assert!(
            matches!(
                &step.unwrap().result,
                StepResult::Fault { whose: FaultSide::Hub, what } if what.to_string().contains("credential")
            ),
            "{status}: {step:?}"
        );
    }
    let tested = test.engine().test_party(&party).await.unwrap();
    assert!(tested.ok, "{:?}", tested.findings);
}
