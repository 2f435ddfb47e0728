//! Runs of retries: each step is on disk, and a repetition of a step does nothing.

use bindeledd_core::{DeliveryId, MessageId};
use bindeledd_engine::ports::{
    Actor, Candidate, NewRun, Order, Outcome, Replayed, RetryRun, RunEnd, RunStatus, Selection, Why,
};
use uuid::Uuid;

use crate::TestStore;
use crate::world::{AFT, GP, KARI, World, at, progress};

const RUN: Uuid = Uuid::from_u128(0x019d_0000_0000_7000_8000_0000_0000_0001);

/// Makes messages, each with one delivery that waits, and the run of a retry of all of them.
async fn run_of<P: TestStore>(world: &World<P>, order: Order, many: i64) -> NewRun {
    world.usual_consent().await;
    let mut waiting = Vec::new();
    for n in 0..many {
        let name = format!("r{n}");
        waiting.push(world.deliver(AFT, GP, progress(&name, KARI, &name), at(10 + n)).await);
    }
    let preview = world
        .store()
        .replay_preview(&Selection::Deliveries(waiting), at(20))
        .await
        .unwrap();
    assert_eq!(preview.goes.len(), usize::try_from(many).unwrap());
    NewRun {
        id: RUN,
        token: "the token of a preview".to_owned(),
        by: Actor::Operator,
        reason: "an outage is over".to_owned(),
        began_at: at(20),
        order,
        goes: preview.goes,
    }
}

async fn run<P: TestStore>(world: &World<P>) -> RetryRun {
    world.store().run(RUN).await.unwrap().unwrap()
}

/// Does the next step of the run.
async fn step<P: TestStore>(world: &World<P>, now: i64) -> (Vec<Candidate>, Replayed) {
    let next = world.store().next_of_run(RUN).await.unwrap().unwrap().next;
    let replayed = replay(world, &next, now).await;
    (next, replayed)
}

async fn replay<P: TestStore>(world: &World<P>, of: &[Candidate], now: i64) -> Replayed {
    let why = Why {
        run: RUN,
        reason: "an outage is over".to_owned(),
    };
    let message: MessageId = of[0].message;
    let replayed = world
        .store()
        .replay_as_previewed(message, of, &Actor::Operator, &why, at(now));
    replayed.await.unwrap()
}

fn ids(of: &[Candidate]) -> Vec<DeliveryId> {
    of.iter().map(|candidate| candidate.delivery).collect()
}

/// The result for each delivery is on disk with its move, and the same step again does nothing.
pub async fn a_run_is_on_disk_and_does_nothing_twice<P: TestStore>(make: impl Fn() -> P) {
    let mut world = World::new(make()).await;
    let new = run_of(&world, Order::All, 3).await;
    let all = ids(&new.goes);
    assert_eq!(world.store().begin_run(&new).await.unwrap(), RUN);
    let again = NewRun {
        id: Uuid::from_u128(2),
        ..new.clone()
    };
    assert_eq!(
        world.store().begin_run(&again).await.unwrap(),
        RUN,
        "a token begins one run"
    );
    assert_eq!(world.store().run(again.id).await.unwrap(), None);

    let (next, replayed) = step(&world, 21).await;
    assert_eq!(
        (ids(&next), replayed.goes.clone()),
        (vec![all[2]], vec![all[2]]),
        "the oldest first"
    );
    assert_eq!(replay(&world, &next, 21).await, Replayed::default());
    assert_eq!(world.audited("replayed").await, 1);

    world.reopen();
    let told = run(&world).await;
    assert_eq!((told.total, told.done, told.left()), (3, 1, 2));
    assert_eq!((told.status, told.reason), (RunStatus::Running, new.reason.clone()));
    assert_eq!(world.store().resume_runs().await.unwrap(), [(RUN, at(20))]);
    assert_eq!(world.store().left_of_run(RUN).await.unwrap(), [all[1], all[0]]);

    // A delivery that has changed meanwhile is left out, and one that can not be changed is told.
    world
        .store()
        .cancel(new.goes[1].message, &Actor::Operator, at(22))
        .await
        .unwrap();
    let (next, replayed) = step(&world, 23).await;
    assert_eq!((replayed.goes, ids(&replayed.left_out)), (vec![], vec![all[1]]));
    assert_eq!(ids(&next), [all[1]]);
    let next = world.store().next_of_run(RUN).await.unwrap().unwrap().next;
    world.store().fail_in_run(RUN, &next).await.unwrap();
    assert_eq!(
        replay(&world, &next, 24).await,
        Replayed::default(),
        "it was dealt with"
    );
    let open = world.store().next_of_run(RUN).await.unwrap().unwrap();
    assert_eq!((open.next, open.first, open.by), (vec![], None, Actor::Operator));
    world.store().end_run(RUN, RunEnd::Done).await.unwrap();
    world.store().end_run(RUN, RunEnd::Interrupted).await.unwrap();
    world.store().stop_run(RUN, &Actor::Hub).await.unwrap();
    world.reopen();
    let told = run(&world).await;
    assert_eq!((told.done, told.left(), told.status), (1, 0, RunStatus::Done));
    assert_eq!((ids(&told.left_out), ids(&told.failed)), (vec![all[1]], vec![all[0]]));
    assert_eq!(world.store().next_of_run(RUN).await.unwrap(), None);
    assert_eq!(world.store().resume_runs().await.unwrap(), []);
    assert_eq!(world.store().runs_under_way().await.unwrap(), []);

    let of = async |token: &str, by: &Actor| world.store().run_of_token(token, by).await.unwrap().map(|run| run.id);
    assert_eq!(of(&new.token, &Actor::Operator).await, Some(RUN));
    assert_eq!(of(&new.token, &Actor::Hub).await, None);
    assert_eq!(of("another", &Actor::Operator).await, None);
    let newest = world.store().runs(9).await.unwrap();
    assert_eq!(newest, [run(&world).await]);

    // A run leaves after 90 days.
    let day = 24 * 3_600;
    world.store().sweep(at(20 + 90 * day)).await.unwrap();
    assert!(world.store().run(RUN).await.unwrap().is_some());
    world.store().sweep(at(21 + 90 * day)).await.unwrap();
    assert_eq!(world.store().run(RUN).await.unwrap(), None);
}

/// The others wait for the first delivery over a reopen, and a stop is on disk.
pub async fn the_first_of_a_run_goes_alone_and_a_stop_holds<P: TestStore>(make: impl Fn() -> P) {
    let mut world = World::new(make()).await;
    let new = run_of(&world, Order::OneFirst, 2).await;
    let all = ids(&new.goes);
    world.store().begin_run(&new).await.unwrap();
    assert_eq!(run(&world).await.status, RunStatus::Running);
    step(&world, 21).await;
    world.reopen();
    assert_eq!(run(&world).await.status, RunStatus::WaitsForFirst);
    assert_eq!(world.store().runs_under_way().await.unwrap(), [run(&world).await]);
    let open = async |world: &World<P>| world.store().next_of_run(RUN).await.unwrap().unwrap();
    let first = |first: Option<(Candidate, u32)>| first.map(|(first, attempts)| (first.delivery, attempts));
    assert_eq!(first(open(&world).await.first), Some((all[1], 0)));
    assert!(open(&world).await.next.is_empty(), "nothing goes before it arrived");
    // The attempt that a stop interrupts does not count against the first delivery.
    let written = world.written(all[1], at(22)).await;
    world.store().reserve(all[1], written, at(22), at(23)).await.unwrap();
    assert!(world.store().begin_sending(all[1], at(22)).await.unwrap());
    world.reopen();
    world.store().recover(at(24)).await.unwrap();
    assert_eq!(first(open(&world).await.first), Some((all[1], 0)));
    world.store().resume_runs().await.unwrap();
    assert_eq!(first(open(&world).await.first), Some((all[1], 1)));
    world.carry(all[1], Outcome::Delivered, at(25)).await;

    world.store().first_arrived(RUN).await.unwrap();
    let next = open(&world).await;
    assert_eq!((next.first, ids(&next.next)), (None, vec![all[0]]));
    world.store().stop_run(RUN, &Actor::Operator).await.unwrap();
    world.store().stop_run(RUN, &Actor::Hub).await.unwrap();
    world.reopen();
    assert_eq!(
        open(&world).await.stopped_by,
        Some(Actor::Operator),
        "the first one stopped it"
    );
    world.store().end_run(RUN, RunEnd::Stopped).await.unwrap();
    let told = run(&world).await;
    assert_eq!(told.status, RunStatus::Stopped { by: Actor::Operator });
    assert_eq!((told.done, told.left()), (1, 1));
    assert_eq!(world.store().left_of_run(RUN).await.unwrap(), [all[0]]);
}
