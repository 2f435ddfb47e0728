//! Persons who sign in: accounts, links, attempts and sessions.

use std::sync::Arc;
use std::time::Duration;

use bindeledd_core::account::{DisplayName, EndedWhy, LoginName, Role, Roles, SecondFactor, Session};
use bindeledd_core::{AccountId, SessionId};
use bindeledd_engine::ports::{
    Actor, Added, Begun, Changed, Identity, IssuerSession, LinkFor, Linked, NewAccount, NewLink, NewSession,
    RefusedWhy, RolesFor, SecretHash, SecretsVersion, Shown, Store,
};
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use crate::TestStore;
use crate::world::{AFT, World, at, id};

const SECRET: &[u8] = b"a secret of twenty b";

fn new(n: u128, login: &str, roles: &[Role]) -> NewAccount {
    NewAccount {
        id: AccountId(Uuid::from_u128(n)),
        login: LoginName::parse(login).unwrap(),
        name: DisplayName::parse("Kåre Ødegård").unwrap(),
        roles: Roles::of(roles, None).unwrap(),
        party: None,
    }
}

fn link(n: u8, expires_at: Timestamp) -> NewLink {
    NewLink {
        hash: [n; 32],
        expires_at,
    }
}

fn session(account: AccountId, n: u8, shown: Shown) -> NewSession {
    NewSession {
        account,
        id: SessionId(Uuid::from_u128(u128::from(n))),
        token: [n; 32],
        shown,
        at_issuer: None,
        version: SecretsVersion(0),
    }
}

fn held(roles: &[Role]) -> RolesFor {
    RolesFor {
        roles: Roles::of(roles, None).unwrap(),
        party: None,
    }
}

/// Begins a session of a person who was checked just before.
async fn begin(store: &Arc<dyn Store>, new: &NewSession, now: Timestamp) -> Option<Session> {
    let version = store.credentials_of(new.account).await.unwrap().unwrap().version;
    let new = NewSession { version, ..new.clone() };
    match store.begin_session(&new, now).await.unwrap() {
        Begun::Done(session) => Some(session),
        Begun::Used | Begun::Changed => None,
    }
}

fn enrolled(step: u64, recovery: &[SecretHash]) -> Shown {
    Shown::Enrolled {
        secret: SECRET.to_vec(),
        step,
        recovery: recovery.to_vec(),
    }
}

async fn actions<P: TestStore>(world: &World<P>, from: usize) -> Vec<(String, String)> {
    let rows = world.audit().await;
    rows.into_iter().skip(from).map(|row| (row.action, row.actor)).collect()
}

/// An account is there after a reopen, and its secrets are sealed.
pub async fn an_account_comes_back_as_it_was_made<P: TestStore>(make: impl Fn() -> P) {
    let mut world = World::new(make()).await;
    let before = world.audit().await.len();
    let kari = new(7, "kari@hub", &[Role::Administrator, Role::Auditor]);
    let added = world
        .store()
        .add_account(&kari, link(1, at(900)), &Actor::Operator, at(1))
        .await;
    assert_eq!(added.unwrap(), Added::Done);
    let again = new(8, "KARI@hub", &[Role::Viewer]);
    let taken = world
        .store()
        .add_account(&again, link(2, at(900)), &Actor::Operator, at(2))
        .await;
    assert_eq!(taken.unwrap(), Added::LoginTaken);
    assert_eq!(
        world.store().use_link(&[1; 32], "$phc$", at(3)).await.unwrap(),
        Some(kari.id)
    );
    let begun = session(kari.id, 5, enrolled(10, &[[9; 32]]));
    begin(world.store(), &begun, at(4)).await.unwrap();
    world.reopen();
    let found = world.store().credentials(&kari.login).await.unwrap().unwrap();
    assert_eq!(
        (&found.account.login, &found.account.name, &found.account.roles),
        (&kari.login, &kari.name, &kari.roles)
    );
    assert_eq!(
        (found.account.made_at, &found.account.made_by),
        (at(1), &Actor::Operator)
    );
    assert_eq!(found.account.second_factor, SecondFactor::Totp);
    assert_eq!(
        (found.password.as_deref(), found.totp.as_deref()),
        (Some("$phc$"), Some(SECRET))
    );
    assert_eq!(found.totp_step, 10);
    assert_eq!(world.store().accounts().await.unwrap(), [found.account]);
    let at_rest = world.place.at_rest();
    assert!(!at_rest.windows(SECRET.len()).any(|part| part == SECRET));
    // The log has the account's id, and never a name.
    let person = Actor::Person(kari.id).to_string();
    let (operator, hers) = ("operator".to_owned(), person);
    assert_eq!(
        actions(&world, before).await,
        [
            ("user.added".to_owned(), operator),
            ("user.password".to_owned(), hers.clone()),
            ("user.second-factor".to_owned(), hers.clone()),
            ("session.began".to_owned(), hers),
        ]
    );
    for row in world.audit().await {
        let row = format!("{row:?}");
        assert!(
            !row.contains("kari@hub") && !row.contains("Ødegård") && !row.contains("phc"),
            "{row}"
        );
    }
}

/// A link works once, for its time, and for an account that is not disabled.
pub async fn a_link_works_once_and_for_its_time<P: TestStore>(make: impl Fn() -> P) {
    let world = World::new(make()).await;
    let store = world.store();
    let kari = new(7, "kari", &[Role::Viewer]);
    store
        .add_account(&kari, link(1, at(900)), &Actor::Operator, at(0))
        .await
        .unwrap();
    assert!(store.account_link(&[1; 32], at(899)).await.unwrap().is_some());
    assert_eq!(store.account_link(&[1; 32], at(900)).await.unwrap(), None);
    assert_eq!(store.use_link(&[1; 32], "$phc$", at(900)).await.unwrap(), None);
    // A new link takes the place of the earlier one.
    let reset = store
        .reset_account(kari.id, link(2, at(2000)), &Actor::Operator, at(1000))
        .await;
    assert_eq!(reset.unwrap(), Changed::Done);
    assert_eq!(store.use_link(&[1; 32], "$phc$", at(10)).await.unwrap(), None);
    assert_eq!(
        store.use_link(&[2; 32], "$phc$", at(1001)).await.unwrap(),
        Some(kari.id)
    );
    assert_eq!(store.use_link(&[2; 32], "$phc$", at(1002)).await.unwrap(), None);
    store
        .reset_account(kari.id, link(3, at(2000)), &Actor::Operator, at(1003))
        .await
        .unwrap();
    store
        .set_disabled(kari.id, true, &Actor::Operator, at(1004))
        .await
        .unwrap();
    assert_eq!(store.account_link(&[3; 32], at(1005)).await.unwrap(), None);
}

/// The first administrator's link makes one administrator, once, and never beside another.
pub async fn the_first_administrator_is_made_once<P: TestStore>(make: impl Fn() -> P) {
    let world = World::new(make()).await;
    let store = world.store();
    assert!(store.put_first_link(link(1, at(900))).await.unwrap());
    assert!(store.put_first_link(link(2, at(900))).await.unwrap());
    assert_eq!(store.account_link(&[1; 32], at(1)).await.unwrap(), None);
    assert_eq!(
        store.account_link(&[2; 32], at(1)).await.unwrap(),
        Some(LinkFor::FirstAdministrator)
    );
    assert_eq!(store.use_link(&[2; 32], "$phc$", at(1)).await.unwrap(), None);
    let kari = new(7, "kari", &[Role::Administrator]);
    let first = store.use_first_link(&[2; 32], &kari, "$phc$", at(2)).await.unwrap();
    assert_eq!(first, Added::Done);
    let other = new(8, "ola", &[Role::Administrator]);
    let second = store.use_first_link(&[2; 32], &other, "$phc$", at(3)).await.unwrap();
    assert_eq!(second, Added::LinkOver);
    assert!(!store.put_first_link(link(3, at(900))).await.unwrap());
}

/// A person can not take the last administrator away. The operator can.
pub async fn no_person_removes_the_last_administrator<P: TestStore>(make: impl Fn() -> P) {
    let world = World::new(make()).await;
    let store = world.store();
    let (kari, ola) = (
        new(7, "kari", &[Role::Administrator]),
        new(8, "ola", &[Role::Administrator]),
    );
    for (one, n) in [(&kari, 1), (&ola, 2)] {
        store
            .add_account(one, link(n, at(900)), &Actor::Operator, at(0))
            .await
            .unwrap();
    }
    let (by_kari, viewer) = (Actor::Person(kari.id), held(&[Role::Viewer]));
    assert_eq!(
        store.set_disabled(ola.id, true, &by_kari, at(1)).await.unwrap(),
        Changed::Done
    );
    let own = store.set_disabled(kari.id, true, &by_kari, at(2)).await.unwrap();
    assert_eq!(own, Changed::LastAdministrator);
    let set = |one: AccountId, asked: &RolesFor, by: &Actor, n: i64| {
        let (asked, by) = (asked.clone(), by.clone());
        async move { store.set_roles(one, &asked, None, &by, at(n)).await.unwrap() }
    };
    assert_eq!(
        set(kari.id, &viewer, &by_kari, 2).await,
        Some(Changed::LastAdministrator)
    );
    assert_eq!(set(kari.id, &viewer, &Actor::Operator, 3).await, Some(Changed::Done));
    let party = id("nobody");
    let mailbox = Roles::of(&[Role::MailboxUser], Some(&party)).unwrap();
    let mailbox = RolesFor {
        roles: mailbox,
        party: Some(party),
    };
    let unknown = set(ola.id, &mailbox, &Actor::Operator, 4).await;
    assert_eq!(unknown, Some(Changed::UnknownParty));
    let mailbox = RolesFor {
        party: Some(id(AFT)),
        ..mailbox
    };
    assert_eq!(set(ola.id, &mailbox, &Actor::Operator, 5).await, Some(Changed::Done));
    let nobody = AccountId(Uuid::from_u128(99));
    let unknown = store.set_disabled(nobody, true, &Actor::Operator, at(6)).await.unwrap();
    assert_eq!(unknown, Changed::UnknownAccount);
}

/// Of two changes that began from the same roles, the second is refused. A repeated one is done already.
pub async fn roles_change_from_the_roles_that_were_seen<P: TestStore>(make: impl Fn() -> P) {
    let world = World::new(make()).await;
    let store = world.store();
    let kari = new(7, "kari", &[Role::Viewer]);
    let by = &Actor::Operator;
    store.add_account(&kari, link(1, at(900)), by, at(0)).await.unwrap();
    let (seen, one, other) = (held(&[Role::Viewer]), held(&[Role::Operator]), held(&[Role::Auditor]));
    let set = |asked: &RolesFor, n: i64| {
        let (asked, was) = (asked.clone(), seen.clone());
        async move { store.set_roles(kari.id, &asked, Some(&was), by, at(n)).await.unwrap() }
    };
    let (first, second) = tokio::join!(set(&one, 1), set(&other, 2));
    assert_eq!((first, second), (Some(Changed::Done), None));
    assert_eq!(set(&one, 3).await, Some(Changed::Done));
    let found = store.credentials_of(kari.id).await.unwrap().unwrap();
    assert_eq!(found.account.roles, one.roles);
    let rows = actions(&world, 0).await;
    assert_eq!(rows.iter().filter(|(action, _)| action == "user.roles").count(), 1);
}

/// A code and a recovery code work once.
pub async fn a_second_factor_is_used_up<P: TestStore>(make: impl Fn() -> P) {
    let world = World::new(make()).await;
    let store = world.store();
    let kari = new(7, "kari", &[Role::Viewer]).id;
    store
        .add_account(
            &new(7, "kari", &[Role::Viewer]),
            link(1, at(900)),
            &Actor::Operator,
            at(0),
        )
        .await
        .unwrap();
    let begins = |n: u8, shown: Shown| async move {
        let new = session(kari, n, shown);
        begin(store, &new, at(i64::from(n))).await.is_some()
    };
    assert!(!begins(1, Shown::Totp { step: 1 }).await);
    assert!(begins(2, enrolled(10, &[[8; 32], [9; 32]])).await);
    assert!(!begins(3, enrolled(11, &[])).await);
    assert!(!begins(4, Shown::Totp { step: 10 }).await);
    assert!(begins(5, Shown::Totp { step: 11 }).await);
    assert!(!begins(6, Shown::Totp { step: 11 }).await);
    assert!(!begins(7, Shown::Totp { step: 9 }).await);
    assert!(begins(8, Shown::Recovery([9; 32])).await);
    assert!(!begins(9, Shown::Recovery([9; 32])).await);
    assert!(begins(10, Shown::Recovery([8; 32])).await);
    store.set_disabled(kari, true, &Actor::Operator, at(11)).await.unwrap();
    assert!(!begins(12, Shown::Totp { step: 20 }).await);
}

/// Whatever changes the secrets of an account ends the sign-ins that were checked before, in the same transaction.
pub async fn a_session_begins_only_with_the_secrets_that_were_checked<P: TestStore>(make: impl Fn() -> P) {
    let world = World::new(make()).await;
    let store = world.store();
    let kari = new(7, "kari", &[Role::Viewer]);
    let by = &Actor::Operator;
    store.add_account(&kari, link(1, at(900)), by, at(0)).await.unwrap();
    let version = || async { store.credentials_of(kari.id).await.unwrap().unwrap().version };
    let begins = |n: u8, version: SecretsVersion| async move {
        let new = NewSession {
            version,
            ..session(kari.id, n, Shown::AtIssuer)
        };
        store.begin_session(&new, at(10)).await.unwrap()
    };
    let mut checked = version().await;
    let mut n = 0;
    macro_rules! ends_sign_ins {
        ($change:expr) => {
            assert!($change);
            n += 2;
            assert_eq!(begins(n, checked).await, Begun::Changed, "change {n}");
            checked = version().await;
            assert!(
                matches!(begins(n + 1, checked).await, Begun::Done(_)),
                "change {n}"
            );
        };
    }
    ends_sign_ins!(store.use_link(&[1; 32], "$phc$", at(1)).await.unwrap().is_some());
    ends_sign_ins!(
        begin(store, &session(kari.id, 100, enrolled(10, &[])), at(2))
            .await
            .is_some()
    );
    ends_sign_ins!(
        store
            .set_password(kari.id, ("$phc2$", checked), SessionId(Uuid::from_u128(100)), at(3))
            .await
            .unwrap()
    );
    ends_sign_ins!(store.reset_account(kari.id, link(2, at(900)), by, at(4)).await.unwrap() == Changed::Done);
    let who = identity("kari");
    ends_sign_ins!(store.link_identity(&[2; 32], &who, at(5)).await.unwrap() == Linked::Done(kari.id));
    store.set_disabled(kari.id, true, by, at(6)).await.unwrap();
    assert_eq!(begins(200, version().await).await, Begun::Changed);
    ends_sign_ins!(store.set_disabled(kari.id, false, by, at(7)).await.unwrap() == Changed::Done);
    // A second factor that was shown is used up, and ends no other sign-in.
    assert!(
        begin(store, &session(kari.id, 201, Shown::AtIssuer), at(8))
            .await
            .is_some()
    );
    assert_eq!(version().await, checked);
}

/// The wait counts attempts that began together, ends by itself, and ends with a sign-in.
pub async fn failed_attempts_cost_a_wait<P: TestStore>(make: impl Fn() -> P) {
    let mut world = World::new(make()).await;
    let kari = new(7, "kari", &[Role::Viewer]);
    world
        .store()
        .add_account(&kari, link(1, at(900)), &Actor::Operator, at(0))
        .await
        .unwrap();
    for n in 0..5 {
        assert_eq!(world.store().begin_attempt(kari.id, at(n)).await.unwrap(), None);
    }
    let wait = world
        .store()
        .refuse_attempt(kari.id, RefusedWhy::Password, at(4))
        .await
        .unwrap();
    assert_eq!(wait, Some(Duration::from_secs(15)));
    world.reopen();
    let store = world.store();
    assert_eq!(
        store.begin_attempt(kari.id, at(5)).await.unwrap(),
        Some(Duration::from_secs(14))
    );
    assert_eq!(store.begin_attempt(kari.id, at(19)).await.unwrap(), None);
    store.pass_attempt(kari.id).await.unwrap();
    let begun = session(kari.id, 5, enrolled(10, &[]));
    begin(store, &begun, at(50)).await.unwrap();
    for n in 50..54 {
        assert_eq!(store.begin_attempt(kari.id, at(n)).await.unwrap(), None);
    }
}

/// A session ends once, is listed, and leaves the store 90 days after it was over.
pub async fn a_session_ends_and_is_kept_for_ninety_days<P: TestStore>(make: impl Fn() -> P) {
    let world = World::new(make()).await;
    let store = world.store();
    let (kari, ola) = (new(7, "kari", &[Role::Viewer]), new(8, "ola", &[Role::Viewer]));
    for (one, n) in [(&kari, 1), (&ola, 2)] {
        store
            .add_account(one, link(n, at(900)), &Actor::Operator, at(0))
            .await
            .unwrap();
    }
    let first = session(kari.id, 1, enrolled(1, &[]));
    let (one, two) = (first.id, session(kari.id, 2, Shown::Totp { step: 2 }));
    begin(store, &first, at(1)).await.unwrap();
    begin(store, &two, at(2)).await.unwrap();
    store.slide_session(two.id, at(100)).await.unwrap();
    store.slide_session(two.id, at(50)).await.unwrap();
    let (account, found) = store.session(&[2; 32]).await.unwrap().unwrap();
    assert_eq!((account.id, found.began_at, found.seen_at), (kari.id, at(2), at(100)));
    assert_eq!(store.session(&[3; 32]).await.unwrap(), None);
    let by = Actor::Person(kari.id);
    // Nobody ends a session of another account.
    assert!(
        !store
            .end_session(ola.id, one, EndedWhy::SignedOut, &by, at(101))
            .await
            .unwrap()
    );
    assert!(
        store
            .end_session(kari.id, one, EndedWhy::SignedOut, &by, at(101))
            .await
            .unwrap()
    );
    assert!(
        !store
            .end_session(kari.id, one, EndedWhy::SignedOut, &by, at(102))
            .await
            .unwrap()
    );
    let third = session(kari.id, 3, Shown::Totp { step: 3 });
    begin(store, &third, at(103)).await.unwrap();
    let version = store.credentials_of(kari.id).await.unwrap().unwrap().version;
    let set = |keep: SessionId, n: i64| async move {
        store
            .set_password(kari.id, ("$phc2$", version), keep, at(n))
            .await
            .unwrap()
    };
    assert!(!set(one, 104).await, "the session is over");
    assert!(set(third.id, 104).await);
    assert!(!set(third.id, 104).await, "the password has changed since");
    let ends: Vec<_> = store
        .sessions(kari.id)
        .await
        .unwrap()
        .into_iter()
        .map(|s| (s.id, s.ended))
        .collect();
    assert_eq!(
        ends,
        [
            (third.id, None),
            (two.id, Some((at(104), EndedWhy::Password))),
            (one, Some((at(101), EndedWhy::SignedOut))),
        ]
    );
    assert_eq!(store.end_sessions(kari.id, &Actor::Operator, at(105)).await.unwrap(), 1);
    assert_eq!(store.end_sessions(kari.id, &Actor::Operator, at(106)).await.unwrap(), 0);
    let later = |days: i64| at(106).checked_add(SignedDuration::from_hours(24 * days)).unwrap();
    store.sweep(later(90)).await.unwrap();
    assert_eq!(store.sessions(kari.id).await.unwrap().len(), 3);
    store.sweep(later(91)).await.unwrap();
    assert_eq!(store.sessions(kari.id).await.unwrap(), []);
}

const ISSUER: &str = "https://issuer.example";

fn identity(value: &str) -> Identity {
    Identity {
        issuer: ISSUER.into(),
        claim: "pid".into(),
        value: value.into(),
    }
}

/// An identity is linked once, to one account, and a reset removes it. Its value is not on the disk.
pub async fn an_identity_belongs_to_one_account<P: TestStore>(make: impl Fn() -> P) {
    let mut world = World::new(make()).await;
    let before = world.audit().await.len();
    let (kari, ola) = (new(7, "kari", &[Role::Viewer]), new(8, "ola", &[Role::Viewer]));
    for (one, n) in [(&kari, 1), (&ola, 2)] {
        let added = world
            .store()
            .add_account(one, link(n, at(900)), &Actor::Operator, at(0));
        assert_eq!(added.await.unwrap(), Added::Done);
    }
    let who = identity("a-number-of-a-person");
    assert!(world.store().identified(&who).await.unwrap().is_none());
    let late = world.store().link_identity(&[1; 32], &who, at(900)).await.unwrap();
    assert_eq!(late, Linked::LinkOver);
    let linked = world.store().link_identity(&[1; 32], &who, at(1)).await.unwrap();
    assert_eq!(linked, Linked::Done(kari.id));
    let again = world.store().link_identity(&[1; 32], &who, at(2)).await.unwrap();
    assert_eq!(again, Linked::LinkOver, "a link works once");
    let taken = world.store().link_identity(&[2; 32], &who, at(3)).await.unwrap();
    assert_eq!(taken, Linked::Taken);
    assert!(world.store().account_link(&[2; 32], at(3)).await.unwrap().is_some());

    world.reopen();
    let found = world.store().identified(&who).await.unwrap().unwrap();
    assert_eq!(found.account.id, kari.id);
    for other in [
        identity("another-person"),
        Identity {
            claim: "sub".into(),
            ..who.clone()
        },
        Identity {
            issuer: "https://other.example".into(),
            ..who.clone()
        },
    ] {
        assert!(world.store().identified(&other).await.unwrap().is_none(), "{other:?}");
    }
    let reset = world
        .store()
        .reset_account(kari.id, link(3, at(2000)), &Actor::Operator, at(5));
    assert_eq!(reset.await.unwrap(), Changed::Done);
    assert!(world.store().identified(&who).await.unwrap().is_none());
    let linked = world.store().link_identity(&[2; 32], &who, at(6)).await.unwrap();
    assert_eq!(linked, Linked::Done(ola.id));

    let rows = actions(&world, before).await;
    let rows: Vec<_> = rows.iter().filter(|(action, _)| action == "user.identity").collect();
    assert_eq!(rows.len(), 3, "{rows:?}");
    assert_eq!(rows[0].1, Actor::Person(kari.id).to_string());
    assert!(!format!("{:?}", world.audit().await).contains("a-number-of-a-person"));
}

/// A logout token ends the sessions of the person and the session that it names, and no other.
pub async fn an_issuer_ends_the_sessions_that_it_names<P: TestStore>(make: impl Fn() -> P) {
    let world = World::new(make()).await;
    let store = world.store();
    let kari = new(7, "kari", &[Role::Viewer]);
    store
        .add_account(&kari, link(1, at(900)), &Actor::Operator, at(0))
        .await
        .unwrap();
    let of = |issuer: &str, subject: Option<&str>, session: Option<&str>| IssuerSession {
        issuer: issuer.into(),
        subject: subject.map(str::to_owned),
        session: session.map(str::to_owned),
    };
    let begins = |n: u8, at_issuer: Option<IssuerSession>| {
        let new = NewSession {
            at_issuer,
            ..session(kari.id, n, Shown::AtIssuer)
        };
        async move { begin(store, &new, at(1)).await.unwrap() }
    };
    let first = begins(1, Some(of(ISSUER, Some("kari"), Some("s1")))).await;
    assert_eq!(first.issuer.as_deref(), Some(ISSUER));
    begins(2, Some(of(ISSUER, Some("kari"), Some("s2")))).await;
    begins(3, Some(of(ISSUER, Some("kari"), None))).await;
    begins(4, Some(of("https://other.example", Some("kari"), Some("s1")))).await;
    begins(5, None).await;
    let ends = |named: IssuerSession| async move { store.end_issuer_sessions(&named, at(2)).await.unwrap() };
    assert_eq!(ends(of(ISSUER, None, None)).await, 0);
    assert_eq!(ends(of(ISSUER, Some("ola"), Some("s1"))).await, 0);
    assert_eq!(ends(of(ISSUER, Some("kari"), Some("s1"))).await, 1);
    assert_eq!(ends(of(ISSUER, Some("kari"), Some("s1"))).await, 0, "it is over");
    assert_eq!(ends(of(ISSUER, None, Some("s2"))).await, 1);
    assert_eq!(ends(of(ISSUER, Some("kari"), None)).await, 1);
    let open = store.sessions(kari.id).await.unwrap();
    let open: Vec<_> = open
        .iter()
        .filter(|one| one.is_open(at(3)))
        .map(|one| one.issuer.clone())
        .collect();
    assert_eq!(open.len(), 2);
    assert!(open.contains(&None) && open.contains(&Some("https://other.example".to_owned())));
    let (_, ended) = store.session(&[1; 32]).await.unwrap().unwrap();
    assert_eq!(ended.ended, Some((at(2), EndedWhy::Issuer)));
}
