//! The state machine of a delivery, for every state and every event.

#![expect(clippy::unwrap_used, reason = "tests")]

use bindeledd_core::delivery::{
    AwaitingReceipt, ByHand, Cause, End, Ended, Event, Reserved, Sending, State, Taker, Waiting, WaitingStep,
    WithPerson, taken,
};
use jiff::Timestamp;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

fn states() -> Vec<State> {
    let mut states = vec![
        State::Waiting(Waiting {
            attempts: 1,
            due: at(10),
        }),
        State::Reserved(Reserved {
            attempts: 1,
            until: at(20),
        }),
        State::Sending(Sending { attempts: 1 }),
        State::AwaitingReceipt(AwaitingReceipt {
            attempts: 1,
            until: at(100),
        }),
    ];
    states.extend(End::ALL.map(|how| State::Ended(Ended { how, attempts: 1 })));
    states.push(State::WithPerson(WithPerson {
        attempts: 1,
        until: at(100),
    }));
    states
}

fn events() -> [Event; 12] {
    [
        Event::Reserve { until: at(20) },
        Event::BeginSending,
        Event::Delivered,
        Event::HandedOver { receipt_by: at(100) },
        Event::TakenByPerson,
        Event::Refused,
        Event::TryAgain { due: at(30) },
        Event::Cancel,
        Event::Expire,
        Event::Fail,
        Event::Replay { due: at(15) },
        Event::Replay { due: at(0) },
    ]
}

/// The table as text: one row for each state, with the outcome of each event. A reviewer reads this table.
#[test]
fn every_state_answers_every_event() {
    let mut table = String::new();
    for state in states() {
        table.push_str(&format!("{:<17}", state.name()));
        for event in events() {
            let next = state.apply(&event, at(15)).map_or("-", |next| next.name());
            table.push_str(&format!(" {next}"));
        }
        table.push('\n');
    }
    let expected = "\
waiting           reserved - delivered - - refused waiting cancelled expired failed waiting waiting
reserved          - sending - - - - waiting cancelled - - - -
sending           - - delivered awaiting-receipt - refused waiting - - failed - -
awaiting-receipt  - - delivered - with-a-person refused - - - failed - -
delivered         - - - - - - - - - - - -
refused           - - - - - - - - - - waiting waiting
blocked           - - - - - - - - - - waiting waiting
cancelled         - - - - - - - - - - waiting waiting
expired           - - - - - - - - - - waiting waiting
failed            - - - - - - - - - - waiting waiting
with-a-person     - - delivered - - refused - - - failed - -
";
    assert_eq!(table, expected);
}

#[test]
fn nothing_is_released_before_it_is_due_or_sent_after_its_deadline() {
    let waiting = State::Waiting(Waiting {
        attempts: 0,
        due: at(10),
    });
    assert!(waiting.apply(&Event::Reserve { until: at(11) }, at(9)).is_err());
    let reserved = waiting.apply(&Event::Reserve { until: at(11) }, at(10)).unwrap();
    assert!(reserved.apply(&Event::BeginSending, at(11)).is_err());
    let sending = reserved.apply(&Event::BeginSending, at(10)).unwrap();
    assert_eq!(sending.attempts(), 1);
}

#[test]
fn what_was_never_sent_is_settled_by_no_receipt() {
    let waiting = State::Waiting(Waiting {
        attempts: 0,
        due: at(10),
    });
    assert!(waiting.apply(&Event::Delivered, at(15)).is_err());
    assert!(waiting.apply(&Event::Refused, at(15)).is_err());
}

#[test]
fn a_conversation_goes_on_when_its_head_is_handed_over_or_over() {
    for state in states() {
        let open = matches!(state, State::Waiting(_) | State::Reserved(_) | State::Sending(_));
        assert_eq!(state.frees_the_conversation(), !open);
    }
}

#[test]
fn the_receiver_has_what_it_took_itself_and_nobody_still_has_to_enter() {
    assert_eq!(taken(Taker::Receiver, false), Event::Delivered);
    for (by, is_entered_by_hand) in [
        (Taker::Receiver, true),
        (Taker::Operator, false),
        (Taker::Operator, true),
        (Taker::Sender, false),
        (Taker::Sender, true),
    ] {
        assert_eq!(
            taken(by, is_entered_by_hand),
            Event::TakenByPerson,
            "{by:?} {is_entered_by_hand}"
        );
    }
    let awaiting = State::AwaitingReceipt(AwaitingReceipt {
        attempts: 2,
        until: at(100),
    });
    let with_person = awaiting.apply(&Event::TakenByPerson, at(15)).unwrap();
    let expected = WithPerson {
        attempts: 2,
        until: at(100),
    };
    assert_eq!(with_person, State::WithPerson(expected), "its deadline stays");
    for said in ByHand::ALL {
        let ended = with_person.apply(&said.event(), at(15)).unwrap();
        let expected = if said == ByHand::NotPossible {
            "failed"
        } else {
            "delivered"
        };
        assert_eq!(ended.name(), expected, "{}", said.code());
        assert_eq!(ByHand::parse(said.code()), Some(said));
    }
}

#[test]
fn the_list_of_names_is_the_states_own() {
    let own: Vec<_> = states().iter().map(State::name).collect();
    assert_eq!(State::NAMES.as_slice(), own);
}

/// Each of the four steps changes a waiting delivery, and keeps its cause.
#[test]
fn every_step_of_a_waiting_delivery_is_one_that_it_can_take() {
    let cause = || Cause::new("BL-4001", "hvorfor");
    let waiting = &states()[0];
    for (step, leads_to) in [
        (WaitingStep::Fail(cause()), "failed"),
        (
            WaitingStep::TryAgain {
                due: at(30),
                cause: cause(),
            },
            "waiting",
        ),
        (WaitingStep::Expire(cause()), "expired"),
        (WaitingStep::Cancel(cause()), "cancelled"),
    ] {
        assert_eq!(waiting.apply(&step.event(), at(12)).unwrap().name(), leads_to);
        assert_eq!(*step.cause(), cause());
    }
    let put_off = WaitingStep::TryAgain {
        due: at(30),
        cause: cause(),
    };
    assert_eq!(put_off.event(), Event::TryAgain { due: at(30) });
}
