//! The service over a real store.

use std::sync::Arc;
use std::time::Duration;

use bindeledd_core::account::{DisplayName, LoginName, PasswordError, Role, Roles, SecondFactor};
use bindeledd_core::audit::Actor;
use bindeledd_engine::ports::{Accounts as _, Audit as _, Entropy};
use bindeledd_store::{AlertRules, AuditOptions, Budgets, SqliteOptions, SqliteStore};
use data_encoding::BASE32_NOPAD;
use jiff::Timestamp;
use ring::rand::{SecureRandom as _, SystemRandom};
use tempfile::TempDir;

use super::*;
use crate::totp::code_at;

const PASSWORD: &str = "hest batteri stift";

struct System(SystemRandom);

impl Entropy for System {
    fn fill(&self, bytes: &mut [u8]) {
        self.0.fill(bytes).unwrap();
    }
}

struct Hub {
    accounts: Accounts,
    store: Arc<SqliteStore>,
    folder: TempDir,
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + second).unwrap()
}

fn person(login: &str, role: Role) -> Person {
    Person {
        login: LoginName::parse(login).unwrap(),
        name: DisplayName::parse("Kari Nordmann").unwrap(),
        roles: Roles::of(&[role], None).unwrap(),
        party: None,
    }
}

fn secret_of(step: &Step) -> (Challenge, Vec<u8>) {
    match step {
        Step::EnrolNeeded { challenge, uri, secret } => {
            assert!(uri.contains(&format!("secret={secret}&issuer=Hub%20Nord")), "{uri}");
            (challenge.clone(), BASE32_NOPAD.decode(secret.as_bytes()).unwrap())
        }
        Step::SecondFactorNeeded { .. } | Step::Refused { .. } => panic!("{step:?}"),
    }
}

fn wait_of(step: &Step) -> Option<Duration> {
    match step {
        Step::Refused { wait } => *wait,
        Step::SecondFactorNeeded { .. } | Step::EnrolNeeded { .. } => panic!("{step:?}"),
    }
}

impl Hub {
    fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let entropy: Arc<dyn Entropy> = Arc::new(System(SystemRandom::new()));
        let options = SqliteOptions {
            path: folder.path().join("hub.db"),
            master_key: [7; 32].into(),
            entropy: Arc::clone(&entropy),
            retention_days: 90,
            audit: AuditOptions::default(),
            alerts: AlertRules::default(),
            budgets: Budgets::default(),
        };
        let store = Arc::new(SqliteStore::open(options).unwrap());
        let parts = Parts {
            store: store.clone(),
            own_pages: store.clone(),
            entropy,
            issuer: "Hub Nord".into(),
        };
        Self {
            accounts: Accounts::new(parts),
            store,
            folder,
        }
    }

    async fn sign_in(&self, login: &str, password: &str, now: i64) -> Step {
        self.accounts.sign_in(login, password, at(now)).await.unwrap()
    }

    /// Signs in with the password, up to the second factor.
    async fn challenge(&self, now: i64) -> Challenge {
        match self.sign_in(" KARI@hub", PASSWORD, now).await {
            Step::SecondFactorNeeded { challenge } => challenge,
            other @ (Step::EnrolNeeded { .. } | Step::Refused { .. }) => panic!("{other:?}"),
        }
    }

    async fn finish(&self, challenge: &Challenge, code: &str, now: i64) -> Finished {
        self.accounts.finish(challenge, code, at(now)).await.unwrap()
    }

    /// Makes an account with a second factor, at the second 0.
    async fn kari(&self) -> (SignedIn, Vec<u8>, Vec<RecoveryCode>) {
        let kari = person("kari@hub", Role::Operator);
        let (_, link) = self.accounts.add(kari, &Actor::Operator, at(0)).await.unwrap();
        let step = self
            .accounts
            .set_up(link.token.reveal(), PASSWORD, at(0))
            .await
            .unwrap();
        let (challenge, secret) = secret_of(&step);
        match self
            .accounts
            .enrol(&challenge, &code_at(&secret, at(0)), at(0))
            .await
            .unwrap()
        {
            Enrolled::Signed { signed, recovery } => (*signed, secret, recovery),
            other @ (Enrolled::Refused { .. } | Enrolled::Over) => panic!("{other:?}"),
        }
    }

    async fn is_open(&self, signed: &SignedIn, now: i64) -> bool {
        self.accounts
            .session(signed.token.reveal(), at(now))
            .await
            .unwrap()
            .is_some()
    }

    /// Returns the number of commits in the log beside the store's file.
    fn commits(&self) -> usize {
        let log = std::fs::read(self.folder.path().join("hub.db-wal")).unwrap();
        let number = |at: usize| u32::from_be_bytes(log[at..at + 4].try_into().unwrap());
        let (page, salt) = (usize::try_from(number(8)).unwrap(), &log[16..24]);
        let frames = (32..log.len()).step_by(24 + page);
        // The last frame of a commit has the size of the file. Frames with another salt are left from before.
        frames
            .filter(|at| number(at + 4) != 0 && &log[at + 8..at + 16] == salt)
            .count()
    }

    async fn refusals(&self) -> usize {
        let rows = self.store.audit(0, 1000).await.unwrap();
        rows.iter().filter(|row| row.action == "session.refused").count()
    }
}

fn signed(finished: Finished) -> SignedIn {
    match finished {
        Finished::Signed(signed) => *signed,
        other @ (Finished::Refused { .. } | Finished::Over) => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_person_sets_a_password_enrols_and_signs_in_with_both() {
    let hub = Hub::new();
    let (first, secret, recovery) = hub.kari().await;
    assert_eq!(first.account.second_factor, SecondFactor::Totp);
    assert_eq!(recovery.len(), 10);
    assert!(hub.is_open(&first, 60).await);
    let challenge = hub.challenge(60).await;
    let second = signed(hub.finish(&challenge, &code_at(&secret, at(60)), 60).await);
    assert_eq!(second.account.second_factor, SecondFactor::Totp);
    assert_ne!(second.token, first.token);
    // A challenge works once.
    let code = code_at(&secret, at(90));
    assert_eq!(hub.finish(&challenge, &code, 90).await, Finished::Over);
    let found = hub
        .accounts
        .session(second.token.reveal(), at(90))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        (found.account.id, found.session.id),
        (first.account.id, second.session.id)
    );
    let sessions = hub.accounts.sessions(first.account.id).await.unwrap();
    assert_eq!(
        sessions.iter().map(|s| s.id).collect::<Vec<_>>(),
        [second.session.id, first.session.id]
    );
}

#[tokio::test]
async fn a_code_and_a_recovery_code_work_once() {
    let hub = Hub::new();
    let (_, secret, recovery) = hub.kari().await;
    let code = code_at(&secret, at(60));
    signed(hub.finish(&hub.challenge(60).await, &code, 60).await);
    let again = hub.finish(&hub.challenge(61).await, &code, 61).await;
    assert!(matches!(again, Finished::Refused { .. }));
    let typed = recovery[3].reveal().to_lowercase().replace('-', " ");
    signed(hub.finish(&hub.challenge(62).await, &typed, 62).await);
    let again = hub.finish(&hub.challenge(63).await, &typed, 63).await;
    assert!(matches!(again, Finished::Refused { .. }));
}

#[tokio::test]
async fn a_challenge_ends_with_its_time_its_tries_and_its_password() {
    let hub = Hub::new();
    let (kari, secret, _) = hub.kari().await;
    let challenge = hub.challenge(60).await;
    assert_eq!(
        hub.finish(&challenge, &code_at(&secret, at(360)), 360).await,
        Finished::Over
    );
    let challenge = hub.challenge(1000).await;
    hub.accounts
        .reset(kari.account.id, &Actor::Operator, at(1001))
        .await
        .unwrap();
    assert_eq!(
        hub.finish(&challenge, &code_at(&secret, at(1002)), 1002).await,
        Finished::Over
    );
    assert!(!hub.is_open(&kari, 1002).await);
    assert_eq!(wait_of(&hub.sign_in("kari@hub", PASSWORD, 1003).await), None);
    let never = Challenge::parse(kari.token.reveal()).unwrap();
    assert_eq!(hub.finish(&never, "000000", 1004).await, Finished::Over);
}

#[tokio::test]
async fn wrong_codes_cost_a_wait_although_the_password_is_right() {
    let hub = Hub::new();
    let (_, secret, _) = hub.kari().await;
    let challenge = hub.challenge(60).await;
    for n in 0..4 {
        let refused = hub.finish(&challenge, "nothing", 60 + n).await;
        assert_eq!(refused, Finished::Refused { wait: None });
    }
    // The right password counts for nothing against the codes.
    let challenge = hub.challenge(65).await;
    let fifth = hub.finish(&challenge, "nothing", 65).await;
    assert_eq!(
        fifth,
        Finished::Refused {
            wait: Some(Duration::from_secs(15))
        }
    );
    let waits = hub.finish(&challenge, &code_at(&secret, at(66)), 66).await;
    assert_eq!(
        waits,
        Finished::Refused {
            wait: Some(Duration::from_secs(14))
        }
    );
    assert_eq!(
        wait_of(&hub.sign_in("kari@hub", PASSWORD, 67).await),
        Some(Duration::from_secs(13))
    );
    signed(hub.finish(&challenge, &code_at(&secret, at(90)), 90).await);
    assert_eq!(hub.refusals().await, 5);
}

#[tokio::test]
async fn an_unknown_login_name_costs_as_many_commits_as_a_wrong_password() {
    let hub = Hub::new();
    hub.kari().await;
    let mut cost = Vec::new();
    for login in ["kari@hub", "nobody@hub", "no such name at all"] {
        let mut of_login = Vec::new();
        // The last attempts have to wait.
        for n in 0..8 {
            let before = hub.commits();
            hub.sign_in(login, "a wrong password", 60 + n).await;
            of_login.push(hub.commits() - before);
        }
        cost.push(of_login);
    }
    assert_eq!(cost[0][0], 2);
    assert_eq!(cost[0], cost[1]);
    assert_eq!(cost[0], cost[2]);
}

#[tokio::test]
async fn an_unknown_login_name_is_answered_like_a_wrong_password() {
    let hub = Hub::new();
    hub.kari().await;
    for n in 0..8 {
        let (mut answers, now) = (Vec::new(), 60 + n);
        for login in ["kari@hub", "nobody@hub", "no such name at all"] {
            answers.push(hub.sign_in(login, "a wrong password", now).await);
        }
        assert_eq!(answers[0], answers[1], "attempt {n}");
        assert_eq!(answers[0], answers[2], "attempt {n}");
        assert_eq!(wait_of(&answers[0]).is_some(), n >= 4);
    }
}

#[tokio::test]
async fn a_disabled_account_is_answered_like_a_wrong_password_and_its_sessions_end() {
    let hub = Hub::new();
    let (kari, secret, _) = hub.kari().await;
    let challenge = hub.challenge(60).await;
    hub.accounts
        .disable(kari.account.id, &Actor::Operator, at(61))
        .await
        .unwrap();
    assert_eq!(
        hub.finish(&challenge, &code_at(&secret, at(61)), 61).await,
        Finished::Over
    );
    assert_eq!(wait_of(&hub.sign_in("kari@hub", PASSWORD, 62).await), None);
    assert!(!hub.is_open(&kari, 62).await);
    hub.accounts
        .enable(kari.account.id, &Actor::Operator, at(63))
        .await
        .unwrap();
    assert!(!hub.is_open(&kari, 64).await, "an ended session does not come back");
    signed(
        hub.finish(&hub.challenge(90).await, &code_at(&secret, at(90)), 90)
            .await,
    );
}

#[tokio::test]
async fn a_session_ends_when_nobody_uses_it_and_when_the_person_signs_out() {
    let hub = Hub::new();
    let (kari, ..) = hub.kari().await;
    let minute = 60;
    assert!(hub.is_open(&kari, 29 * minute).await);
    assert!(
        hub.is_open(&kari, 58 * minute).await,
        "the request before moved the end"
    );
    assert!(!hub.is_open(&kari, 88 * minute).await);
    let (kari, accounts) = (hub.challenge(100 * minute).await, &hub.accounts);
    let secret = hub
        .store
        .credentials(&LoginName::parse("kari@hub").unwrap())
        .await
        .unwrap();
    let code = code_at(&secret.unwrap().totp.unwrap(), at(100 * minute));
    let kari = signed(hub.finish(&kari, &code, 100 * minute).await);
    assert!(hub.is_open(&kari, 101 * minute).await);
    accounts.sign_out(kari.token.reveal(), at(102 * minute)).await.unwrap();
    assert!(!hub.is_open(&kari, 102 * minute).await);
    for other in ["", "x", &"A".repeat(43)] {
        assert_eq!(accounts.session(other, at(0)).await.unwrap(), None);
        accounts.sign_out(other, at(0)).await.unwrap();
    }
}

#[tokio::test]
async fn a_person_who_begins_often_makes_nobody_else_begin_anew() {
    let hub = Hub::new();
    let (kari, secret, _) = hub.kari().await;
    let siv = person("siv@hub", Role::Viewer);
    let (siv, link) = hub.accounts.add(siv, &Actor::Operator, at(0)).await.unwrap();
    let step = hub
        .accounts
        .set_up(link.token.reveal(), PASSWORD, at(59))
        .await
        .unwrap();
    let (of_siv, _) = secret_of(&step);
    let first = hub.challenge(60).await;
    let found = hub.store.credentials_of(kari.account.id).await.unwrap().unwrap();
    for _ in 0..2000 {
        hub.accounts.next(&found, None, at(61));
    }
    assert!(
        hub.accounts.enrolling(&of_siv, at(62)).await.unwrap().is_some(),
        "{siv}"
    );
    // The person's own oldest made room.
    let code = code_at(&secret, at(62));
    assert_eq!(hub.finish(&first, &code, 62).await, Finished::Over);
    signed(
        hub.finish(&hub.challenge(63).await, &code_at(&secret, at(63)), 63)
            .await,
    );
}

#[tokio::test]
async fn a_busy_hub_counts_no_attempt_and_so_tells_of_no_name_whether_it_exists() {
    let hub = Hub::new();
    hub.kari().await;
    for login in ["kari@hub", "nobody@hub"] {
        let crowd = hub.accounts.0.hashing.crowd().await;
        for _ in 0..6 {
            let busy = hub.accounts.sign_in(login, "wrong", at(60)).await;
            assert!(matches!(busy, Err(AccountsError::Busy)), "{login}: {busy:?}");
        }
        drop(crowd);
        assert_eq!(wait_of(&hub.sign_in(login, "wrong", 61).await), None, "{login}");
    }
}

#[tokio::test]
async fn a_person_changes_the_password_with_the_old_one() {
    let hub = Hub::new();
    let (first, secret, _) = hub.kari().await;
    let second = signed(
        hub.finish(&hub.challenge(60).await, &code_at(&secret, at(60)), 60)
            .await,
    );
    let me = hub
        .accounts
        .session(second.token.reveal(), at(61))
        .await
        .unwrap()
        .unwrap();
    let change = |old: &'static str, new: &'static str| {
        let (accounts, me) = (hub.accounts.clone(), me.clone());
        async move { accounts.set_password(&me, old, new, at(61)).await }
    };
    let refused = change("not the old one", "another long password").await.unwrap();
    assert_eq!(refused, PasswordChange::Refused { wait: None });
    let short = change(PASSWORD, "short").await;
    assert!(matches!(short, Err(AccountsError::Password(PasswordError::TooShort))));
    assert_eq!(
        change(PASSWORD, "another long password").await.unwrap(),
        PasswordChange::Done
    );
    assert!(hub.is_open(&second, 62).await && !hub.is_open(&first, 62).await);
    assert_eq!(wait_of(&hub.sign_in("kari@hub", PASSWORD, 63).await), None);
}

#[tokio::test]
async fn the_first_administrator_comes_by_a_link_that_works_once() {
    let hub = Hub::new();
    let link = hub.accounts.first_administrator_link(at(0)).await.unwrap().unwrap();
    let token = link.token.reveal();
    assert_eq!(
        hub.accounts.link(token, at(1)).await.unwrap(),
        Some(LinkFor::FirstAdministrator)
    );
    let viewer = person("ola", Role::Viewer);
    let lesser = hub.accounts.set_up_first(token, viewer, PASSWORD, at(1)).await;
    assert!(matches!(lesser, Err(AccountsError::LinkOver)));
    let kari = person("kari@hub", Role::Administrator);
    let step = hub
        .accounts
        .set_up_first(token, kari.clone(), PASSWORD, at(2))
        .await
        .unwrap();
    let (challenge, secret) = secret_of(&step);
    let again = hub.accounts.set_up_first(token, kari, PASSWORD, at(3)).await;
    assert!(matches!(again, Err(AccountsError::LinkOver)));
    assert_eq!(hub.accounts.first_administrator_link(at(4)).await.unwrap(), None);
    let done = hub
        .accounts
        .enrol(&challenge, &code_at(&secret, at(5)), at(5))
        .await
        .unwrap();
    assert!(matches!(done, Enrolled::Signed { .. }));
    assert_eq!(
        hub.accounts
            .enrol(&challenge, &code_at(&secret, at(40)), at(40))
            .await
            .unwrap(),
        Enrolled::Over
    );
}
