//! Consents in a mailbox: the small provider's day from the start-up meeting to the first message, confirmation and withdrawal.

use axum::http::StatusCode;
use bindeledd_accounts::{Enrolled, Person, Step};
use bindeledd_console::address;
use bindeledd_core::account::{DisplayName, LoginName, Role, Roles};
use bindeledd_core::audit::Actor;
use bindeledd_core::consent::{Confirmer, Consent};
use bindeledd_core::follow_up::Change;
use bindeledd_core::{AccountId, Category, ConsentId, ParticipantRef, PartyId};
use bindeledd_engine::ports::MessageFilter;
use bindeledd_simulators::authenticator_code;
use bindeledd_test_engine::{GP, KARI, PROVIDER, READER, SPECIALIST, consent};

use super::browser::{Browser, Console, NAME, PASSWORD, Seen};

/// Number of a synthetic person whom the hub does not know.
const OLA: &str = "31777207884";

/// The answers about a signed paper, besides the person and the time.
const PAPER: [(&str, &str); 6] = [
    ("signer", "participant"),
    ("place", "Møterommet <b>Havna</b>"),
    ("kept", "arkiv 2026/114"),
    ("taken", "Blid Måke"),
    ("yes.give.0", "progress"),
    ("yes.get.0", "meeting"),
];

/// Makes a person of a party's mailbox, who has signed in.
pub(super) async fn of_party<'c>(
    console: &'c Console,
    login: &str,
    role: Role,
    party: &str,
) -> (AccountId, Browser<'c>) {
    let party = PartyId::parse(party).unwrap();
    let person = Person {
        login: LoginName::parse(login).unwrap(),
        name: DisplayName::parse(NAME).unwrap(),
        roles: Roles::of(&[role], Some(&party)).unwrap(),
        party: Some(party),
    };
    let now = console.now();
    let (id, link) = console.accounts.add(person, &Actor::Operator, now).await.unwrap();
    let step = console.accounts.set_up(link.token.reveal(), PASSWORD, now).await;
    let Step::EnrolNeeded { challenge, secret, .. } = step.unwrap() else {
        panic!("no second factor")
    };
    let code = authenticator_code(&secret, now);
    let Enrolled::Signed { signed, .. } = console.accounts.enrol(&challenge, &code, now).await.unwrap() else {
        panic!("not signed in")
    };
    let mut browser = console.browser();
    let token = signed.token.reveal().to_owned();
    browser.cookies.insert(crate::session::SESSION.to_owned(), token);
    (id, browser)
}

/// Makes a person of the provider's mailbox who follows Kari up.
pub(super) async fn follower<'c>(console: &'c Console, login: &str) -> (AccountId, Browser<'c>) {
    let (id, browser) = of_party(console, login, Role::MailboxUser, PROVIDER).await;
    console.account("leder", &[Role::TeamLeader]).await;
    let leader = console.accounts.find(&LoginName::parse("leder").unwrap()).await;
    let change = Change::Give { to: id, seen: None };
    let engine = console.test.engine();
    let given = engine
        .change_follow_up(console.test.kari, change, &leader.unwrap().unwrap())
        .await;
    assert_eq!(given.unwrap(), Ok(true));
    (id, browser)
}

/// Returns the address of the form of a draft with one other party.
pub(super) fn drafted(with: &str) -> String {
    format!(
        "{}?with={with}&give.0=progress&give.0=goals&get.0=meeting&from=2026-09-01&until=2027-06-30",
        address::CONSENT_FORM
    )
}

/// Returns the hidden fields of the form that registers.
pub(super) fn hidden(page: &Seen) -> Vec<(String, String)> {
    let form = page.between(&format!("action=\"{}\"", address::REGISTER_CONSENT), "</form>");
    let inputs = form.split("<input type=\"hidden\" name=\"").skip(1);
    let pairs = inputs.map(|rest| {
        let (name, rest) = rest.split_once('"').unwrap();
        let value = rest.split_once("value=\"").unwrap().1.split_once('"').unwrap().0;
        (name.to_owned(), value.to_owned())
    });
    pairs.filter(|(name, _)| name != "csrf").collect()
}

pub(super) fn key(hidden: &[(String, String)]) -> &str {
    let found = hidden.iter().find(|(name, _)| name == "key");
    &found.unwrap().1
}

async fn register(browser: &mut Browser<'_>, hidden: &[(String, String)], typed: &[(&str, &str)]) -> Seen {
    let mut all: Vec<(&str, &str)> = hidden.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    all.extend_from_slice(typed);
    browser.act(address::REGISTER_CONSENT, &all).await
}

/// The answers about a new participant's paper, signed just now.
fn signed<'a>(given: &'a str, more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut all = vec![("given", given)];
    all.extend_from_slice(more);
    all.extend(PAPER);
    all
}

fn now_of(page: &Seen) -> String {
    page.between("id=\"given\" name=\"given\" required value=\"", "\"")
}

async fn on_file(console: &Console, key: &str) -> Consent {
    let id = ConsentId::parse(key).unwrap();
    console.test.engine().consent(id).await.unwrap().unwrap()
}

async fn registrations(console: &Console) -> usize {
    console.test.audited("consent-registered").await
}

/// A browser that counts what a person clicks.
struct Clicks<'b, 'c>(&'b mut Browser<'c>, usize);

impl Clicks<'_, '_> {
    async fn open(&mut self, path: &str) -> Seen {
        self.1 += 1;
        let page = self.0.get(path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}: {}", page.html);
        page
    }
}

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "one day, from the first click to the last")]
async fn the_small_providers_day_goes_from_the_start_up_meeting_to_the_first_message() {
    let console = Console::new().await;
    let before = registrations(&console).await;
    let (me, mut browser) = of_party(&console, "blid", Role::MailboxUser, PROVIDER).await;
    let inbox = browser.get(address::MAILBOX).await;
    assert!(
        inbox.html.contains("href=\"/mailbox/consents\""),
        "the menu: {}",
        inbox.html
    );
    let mut clicks = Clicks(&mut browser, 0);
    let list = clicks.open(address::MAILBOX_CONSENTS).await;
    assert!(list.html.contains("Ingen samtykker ennå"), "{}", list.html);
    let choice = clicks.open(address::NEW_CONSENT).await;
    assert!(choice.html.contains(&format!("value=\"{GP}\"")) && choice.html.contains("Fastlegekontor"));
    assert!(
        !choice.html.contains(&format!("value=\"{PROVIDER}\"")),
        "not the party itself"
    );
    let content = clicks.open(&format!("{}?with={GP}", address::CONSENT_CONTENT)).await;
    assert!(
        content
            .html
            .contains("Dere kan fortelle Navnet til fjellvik-legekontor om")
    );
    let form = clicks.open(&drafted(GP)).await;
    // The printed form is the one that the core writes, in the language of choice.
    assert!(form.html.contains("Samtykke til å dele opplysninger om deg") && form.html.contains("bindeledd-form/1"));
    assert!(
        form.html
            .contains("Kan Navnet til nordvik-aft fortelle Navnet til fjellvik-legekontor om dette?")
    );
    let nynorsk = clicks.0.get(&format!("{}&paper=nn", drafted(GP))).await;
    assert!(nynorsk.html.contains("<article class=\"letter paper mt\" lang=\"nn\">"));

    let (fields, given) = (hidden(&form), now_of(&form));
    clicks.1 += 1;
    let number = [("who", "new"), ("number", "317772 07884")];
    let done = register(clicks.0, &fields, &signed(&given, &number)).await;
    let registered = done.to().to_owned();
    assert_eq!(registered, address::registered_consent(key(&fields)));
    let page = clicks.0.get(&registered).await;
    assert!(
        page.html.contains("Samtykket er registrert") && page.html.contains("er kontaktperson"),
        "{}",
        page.html
    );
    assert!(
        page.html
            .contains("Venter på at Navnet til fjellvik-legekontor bekrefter"),
        "{}",
        page.html
    );
    let consent = on_file(&console, key(&fields)).await;
    assert_eq!(consent.grants.len(), 2);
    assert_eq!(consent.grants[0].categories, [Category::Progress].into_iter().collect());
    assert!(consent.grants[0].confirmed && !consent.grants[1].confirmed);
    assert_eq!(
        (consent.evidence.kind.as_str(), consent.text_version.as_str()),
        ("signed-form", "bindeledd-form/1")
    );
    assert_eq!(
        consent.evidence.reference,
        "arkiv 2026/114. Signert: Møterommet <b>Havna</b>. Tatt imot av Blid Måke"
    );

    let to_message = address::new_message_about(&consent.participant.to_string());
    assert!(page.html.contains(&to_message));
    let kinds = clicks.open(&to_message).await;
    assert!(
        kinds
            .html
            .contains(&format!("value=\"{}\" checked", consent.participant))
    );
    let write = format!(
        "{}?participant={}&kind=progress-update",
        address::WRITE_MESSAGE,
        consent.participant
    );
    let write = clicks.open(&write).await;
    let id = write.between("<input type=\"hidden\" name=\"id\" value=\"", "\"");
    let participant = consent.participant.to_string();
    let typed = [
        ("id", id.as_str()),
        ("participant", participant.as_str()),
        ("kind", "progress-update"),
        ("to", GP),
        ("f.status", "DELTAR"),
    ];
    clicks.1 += 1;
    let review = clicks.0.act(address::WRITE_MESSAGE, &typed).await;
    assert_eq!(review.status, StatusCode::OK, "{}", review.html);
    clicks.1 += 1;
    let sent = clicks.0.act(address::SEND_MESSAGE, &typed).await;
    assert!(sent.to().starts_with(address::SENT));
    assert_eq!(clicks.1, 9, "clicks from the inbox to the message");

    let filter = MessageFilter {
        participant: Some(consent.participant),
        limit: 10,
        ..MessageFilter::default()
    };
    assert_eq!(console.test.engine().views().messages(&filter).await.unwrap().len(), 1);
    assert_eq!(registrations(&console).await, before + 1);
    let rows = console.test.audit().await;
    let by_me: Vec<_> = rows
        .iter()
        .filter(|row| row.actor == Actor::Person(me).text())
        .collect();
    for action in ["consent-registered", "follow-up.given", "accepted"] {
        assert!(by_me.iter().any(|row| row.action == action), "{action}");
    }
    // The number is in no page, no address and no row.
    for seen in [&page, &kinds, &write, &review] {
        assert!(!seen.html.contains(OLA) && !seen.html.contains("07884"));
    }
    assert!(!registered.contains(OLA) && rows.iter().all(|row| !row.detail.contains(OLA)));
}

#[tokio::test]
async fn a_form_is_registered_once() {
    let console = Console::new().await;
    let before = registrations(&console).await;
    let (_, mut browser) = of_party(&console, "blid", Role::MailboxUser, PROVIDER).await;
    let form = browser.get(&drafted(GP)).await;
    let (fields, given) = (hidden(&form), now_of(&form));
    let typed = signed(&given, &[("who", "new"), ("number", OLA)]);
    let registered = address::registered_consent(key(&fields));
    let (mut one, mut other) = (browser.clone(), browser.clone());
    // Two tabs at the same time, and with other ticks.
    let fewer = [
        &[("who", "new"), ("number", OLA), ("given", given.as_str())],
        &PAPER[..5],
    ]
    .concat();
    let (a, b) = tokio::join!(
        register(&mut one, &fields, &typed),
        register(&mut other, &fields, &fewer)
    );
    assert_eq!((a.to(), b.to()), (registered.as_str(), registered.as_str()));
    // The back button, and the same draft in another tab.
    assert_eq!(register(&mut browser, &fields, &typed).await.to(), registered);
    let again = format!("{}&key={}", drafted(GP), key(&fields));
    assert_eq!(browser.get(&again).await.to(), registered);
    assert_eq!(registrations(&console).await, before + 1);
    assert_eq!(console.test.audited("follow-up.given").await, 1);
    // A key of somebody else's consent leads nowhere.
    let (_, mut reader) = of_party(&console, "varm", Role::MailboxUser, READER).await;
    assert_eq!(reader.get(&registered).await.status, StatusCode::NOT_FOUND);
    let mut taken = fields.clone();
    taken.iter_mut().find(|(name, _)| name == "key").unwrap().1 = ConsentId(uuid::Uuid::from_u128(1)).to_string();
    // The page of a consent about somebody else would say that Ola is registered.
    let shown = register(&mut browser, &taken, &typed).await;
    assert_eq!(shown.status, StatusCode::CONFLICT, "{}", shown.html);
    // One draft for two participants: the second one is not told to be registered.
    let second = signed(&given, &[("who", "new"), ("number", KARI)]);
    let shown = register(&mut browser, &fields, &second).await;
    assert_eq!(shown.status, StatusCode::CONFLICT, "{}", shown.html);
    assert_eq!(registrations(&console).await, before + 1);
}

#[tokio::test]
async fn faults_stand_at_their_fields_and_keep_what_was_typed_but_never_the_number() {
    let console = Console::new().await;
    let before = registrations(&console).await;
    let (_, mut browser) = of_party(&console, "blid", Role::MailboxUser, PROVIDER).await;
    for (path, field) in [
        (address::CONSENT_CONTENT.to_owned(), "with"),
        (format!("{}?with=ukjent", address::CONSENT_CONTENT), "with"),
        (format!("{}?with={PROVIDER}", address::CONSENT_FORM), "with"),
        (format!("{}?with={GP}&from=2026-09-01", address::CONSENT_FORM), "give.0"),
        (
            format!("{}?with={GP}&give.0=goals&from=i+dag", address::CONSENT_FORM),
            "from",
        ),
        (
            format!(
                "{}?with={GP}&give.0=goals&from=2026-09-02&until=2026-09-01",
                address::CONSENT_FORM
            ),
            "until",
        ),
    ] {
        let page = browser.get(&path).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{path}");
        assert!(
            page.html.contains(&format!("href=\"#{field}\"")),
            "{path}: {}",
            page.html
        );
    }
    let form = browser.get(&drafted(GP)).await;
    let (fields, given) = (hidden(&form), now_of(&form));
    let wrong = "15720255179";
    let page = register(
        &mut browser,
        &fields,
        &[
            ("who", "new"),
            ("number", wrong),
            ("given", "2126-09-01T10:00"),
            ("place", "hjemme <b>hos</b> Ola"),
            ("kept", &format!("mappen til {KARI}")),
            ("taken", ""),
            ("signer", "guardian"),
            ("yes.give.0", "outcome"),
        ],
    )
    .await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    for field in ["number", "ticks", "given", "kept", "taken", "decision"] {
        assert!(
            page.html.contains(&format!("href=\"#{field}\"")),
            "{field}: {}",
            page.html
        );
    }
    assert!(page.html.contains("hjemme &#60;b&#62;hos") && !page.html.contains("href=\"#place\""));
    assert!(!page.html.contains(wrong), "a number does not come back");
    // Nobody chosen, somebody unknown, and somebody whom another person follows up.
    let kari = console.test.kari.to_string();
    for who in ["", "x", "0197a3c2-0000-4000-8000-000000000001", kari.as_str()] {
        let page = register(&mut browser, &fields, &signed(&given, &[("who", who)])).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{who}");
        assert!(page.html.contains("href=\"#who\""), "{who}: {}", page.html);
    }
    assert_eq!(registrations(&console).await, before);
}

#[tokio::test]
async fn a_number_beside_another_participant_registers_nothing() {
    let console = Console::new().await;
    let before = registrations(&console).await;
    let (_, mut browser) = follower(&console, "blid").await;
    let kari = console.test.kari.to_string();
    let form = browser.get(&format!("{}&participant={kari}", drafted(GP))).await;
    let (fields, given) = (hidden(&form), now_of(&form));
    for number in [OLA, "15720255179"] {
        let typed = signed(&given, &[("who", kari.as_str()), ("number", number)]);
        let page = register(&mut browser, &fields, &typed).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{number}");
        assert!(
            page.html.contains("href=\"#who\"") && !page.html.contains(number),
            "{}",
            page.html
        );
    }
    assert_eq!(registrations(&console).await, before);
    let typed = signed(&given, &[("who", kari.as_str()), ("number", KARI)]);
    let done = register(&mut browser, &fields, &typed).await;
    assert_eq!(done.to(), address::registered_consent(key(&fields)));
    assert_eq!(registrations(&console).await, before + 1);
}

#[tokio::test]
async fn a_party_that_is_no_registrar_is_told_so_and_registers_nothing() {
    let console = Console::new().await;
    let before = registrations(&console).await;
    let (_, mut browser) = of_party(&console, "blid", Role::MailboxUser, PROVIDER).await;
    let form = browser.get(&drafted(GP)).await;
    let (fields, given) = (hidden(&form), now_of(&form));
    let (_, mut reader) = of_party(&console, "varm", Role::MailboxUser, READER).await;
    assert!(
        reader
            .get(address::NEW_CONSENT)
            .await
            .html
            .contains("Dere kan ikke registrere samtykker her")
    );
    assert!(
        !reader
            .get(address::MAILBOX_CONSENTS)
            .await
            .html
            .contains(address::NEW_CONSENT)
    );
    let page = register(
        &mut reader,
        &fields,
        &signed(&given, &[("who", "new"), ("number", OLA)]),
    )
    .await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(registrations(&console).await, before);
}

#[tokio::test]
async fn a_person_sees_the_consents_of_those_whom_they_follow_up_and_the_partys_own_exchanges() {
    let console = Console::new().await;
    let engine = console.test.engine();
    let between = consent(70, GP, READER, &[Category::Outcome]);
    engine.register_consent(between, &Actor::Operator).await.unwrap();
    let (_, mut blid) = follower(&console, "blid").await;
    let (_, mut varm) = of_party(&console, "varm", Role::MailboxUser, PROVIDER).await;
    let mut leader = console.signed_in_again("leder").await;
    let kari = console.test.kari.to_string();

    let own = blid.get(address::MAILBOX_CONSENTS).await;
    assert!(
        own.html.contains("Navnet til fjellvik-legekontor") && own.html.contains("Gjelder"),
        "{}",
        own.html
    );
    assert!(own.html.contains(&address::own_withdrawal(&kari)));
    assert!(
        !own.html.contains("slutten") && !own.html.contains(KARI),
        "{}",
        own.html
    );
    let one = blid.get(&address::followed(&kari)).await;
    assert!(one.html.contains(&address::consents_of(&kari)), "{}", one.html);

    let nothing = varm.get(address::MAILBOX_CONSENTS).await;
    assert!(nothing.html.contains("Ingen samtykker ennå"), "{}", nothing.html);
    assert_eq!(
        varm.get(&address::own_withdrawal(&kari)).await.status,
        StatusCode::NOT_FOUND
    );
    let act = varm.act(&address::own_withdrawal(&kari), &[("scope", "all")]).await;
    assert_eq!(act.status, StatusCode::NOT_FOUND);

    // A team leader sees the name and the deadline.
    let unit = leader.get(address::MAILBOX_CONSENTS).await;
    assert!(
        unit.html.contains("Andre deltakere i enheten") && unit.html.contains("uten sluttdato"),
        "{}",
        unit.html
    );
    assert!(!unit.html.contains("fjellvik"), "{}", unit.html);
    assert_eq!(
        leader.get(&address::own_withdrawal(&kari)).await.status,
        StatusCode::NOT_FOUND
    );

    // A number of somebody whom a colleague follows up: registered, and nothing more is told.
    let form = varm.get(&drafted(GP)).await;
    let (fields, given) = (hidden(&form), now_of(&form));
    let done = register(&mut varm, &fields, &signed(&given, &[("who", "new"), ("number", KARI)])).await;
    let page = varm.get(done.to()).await;
    assert!(
        page.html.contains("Noen andre hos dere følger opp deltakeren"),
        "{}",
        page.html
    );
    assert!(!page.html.contains(&kari), "{}", page.html);
    assert_eq!(
        console.test.audited("follow-up.given").await,
        1,
        "the contact person stays"
    );
}

#[tokio::test]
async fn the_page_of_a_registration_shows_the_partys_own_exchanges_alone() {
    let console = Console::new().await;
    let (_, mut browser) = follower(&console, "blid").await;
    let mut new = consent(72, PROVIDER, GP, &[Category::Goals]);
    let between = consent(73, GP, READER, &[Category::Outcome]);
    new.grants.extend(between.grants);
    let by = Actor::Party(console.test.party(PROVIDER));
    let registered = console.test.engine().register_consent(new, &by).await.unwrap();
    let page = browser
        .get(&address::registered_consent(&registered.id.to_string()))
        .await;
    assert!(page.html.contains(&format!("Navnet til {GP}")), "{}", page.html);
    assert!(!page.html.contains(&format!("Navnet til {READER}")), "{}", page.html);
}

/// Returns the rows about what ends.
fn ends(page: &Seen) -> String {
    page.between("aria-labelledby=\"slutter\"", "</section>")
}

#[tokio::test]
async fn a_withdrawal_does_what_its_preview_says_and_ends_the_partys_own_exchanges_alone() {
    let console = Console::new().await;
    let engine = console.test.engine();
    let between = consent(70, GP, READER, &[Category::Goals]);
    engine.register_consent(between, &Actor::Operator).await.unwrap();
    let (me, mut browser) = follower(&console, "blid").await;
    let path = address::own_withdrawal(&console.test.kari.to_string());
    let choice = browser.get(&path).await;
    assert!(choice.html.contains("Trekk for deltakeren") && !choice.html.contains("name=\"why\""));
    assert!(
        !choice.html.contains(&format!("value=\"{GP} {READER}\"")),
        "not between others"
    );

    let pair = format!("{GP} {PROVIDER}");
    let part = [("scope", "pair"), ("pair", pair.as_str()), ("only", "goals")];
    let preview = browser
        .get(&format!("{path}?scope=pair&pair={GP}+{PROVIDER}&only=goals"))
        .await;
    assert_eq!(preview.status, StatusCode::OK, "{}", preview.html);
    assert!(!preview.html.contains("name=\"why\""), "no reason is asked");
    assert_eq!(console.test.audited("consent-withdrawn").await, 0);
    let done = browser.act(&path, &part).await;
    assert_eq!(ends(&done), ends(&preview));

    let preview = browser.get(&format!("{path}?scope=all")).await;
    for other in [SPECIALIST, READER] {
        assert!(ends(&preview).contains(&format!("Navnet til {other}")), "{other}");
    }
    let done = browser.act(&path, &[("scope", "all")]).await;
    assert_eq!(done.status, StatusCode::OK, "{}", done.html);
    assert_eq!(ends(&done), ends(&preview));
    let again = browser.act(&path, &[("scope", "all")]).await;
    assert!(!again.html.contains("slutter å gjelde"), "{}", again.html);
    assert_eq!(console.test.audited("consent-withdrawn").await, 2);
    let rows = console.test.audit().await;
    let row = rows.iter().rev().find(|row| row.action == "consent-withdrawn").unwrap();
    assert!(
        row.actor == Actor::Person(me).text() && row.detail.contains(PROVIDER),
        "{}",
        row.detail
    );
    assert!(!row.detail.contains("reason"), "{}", row.detail);

    // Exchanges between others go on.
    let ledger = engine.ledger(console.test.kari).await.unwrap();
    let goes_on = bindeledd_core::follow_up::is_of_party(&ledger, &console.test.party(READER), console.now());
    assert!(goes_on);
    let list = browser.get(address::MAILBOX_CONSENTS).await;
    assert!(
        list.html.contains("Trukket") && !list.html.contains(&path),
        "{}",
        list.html
    );
    // A choice that no page has.
    let strange = browser
        .act(&path, &[("scope", "pair"), ("pair", &format!("{GP} {READER}"))])
        .await;
    assert_eq!(strange.status, StatusCode::FORBIDDEN);
    let strange = browser.act(&path, &[("scope", "party"), ("party", GP)]).await;
    assert_eq!(strange.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn protection_looks_like_a_withdrawal() {
    let mut seen = Vec::new();
    for is_protected in [true, false] {
        let console = Console::new().await;
        let (_, mut browser) = follower(&console, "blid").await;
        let engine = console.test.engine();
        if is_protected {
            let number = console.test.number();
            engine.protect(&number, true, &Actor::Operator).await.unwrap();
        } else {
            console.test.withdraw().await;
        }
        let list = browser.get(address::MAILBOX_CONSENTS).await;
        assert!(
            list.html.contains("Trukket") && !list.html.contains("Gjelder<"),
            "{}",
            list.html
        );
        let path = address::own_withdrawal(&console.test.kari.to_string());
        let preview = browser.get(&format!("{path}?scope=all")).await;
        assert!(
            preview.html.contains("Ingen tillatelse slutter å gjelde"),
            "{}",
            preview.html
        );
        let kari = console.test.kari.to_string();
        let main = |page: &Seen| {
            let has_form = page.html.contains("name=\"csrf\"");
            let csrf = if has_form { page.csrf() } else { String::new() };
            let main = page
                .between("<main", "</main>")
                .replace(&kari, "kari")
                .replace(&kari[..8], "kari");
            if csrf.is_empty() { main } else { main.replace(&csrf, "") }
        };
        seen.push([main(&list), main(&preview)]);
    }
    assert_eq!(seen[0], seen[1]);
}

/// Registers, as the provider's system, that the reader may tell the provider and the GP something about Ola.
async fn waits_for_reader(console: &Console) -> (ConsentId, ParticipantRef) {
    let mut new = consent(71, READER, PROVIDER, &[Category::Meeting]);
    new.participant = bindeledd_core::NationalId::parse(OLA).unwrap();
    let mut to_gp = new.grants[0].clone();
    to_gp.to = console.test.party(GP);
    new.grants.push(to_gp);
    let by = Actor::Party(console.test.party(PROVIDER));
    let registered = console.test.engine().register_consent(new, &by).await.unwrap();
    (registered.id, registered.participant)
}

#[tokio::test]
async fn a_party_confirms_its_own_side_by_a_person_who_knows_whom_it_is_about() {
    let console = Console::new().await;
    let (id, participant) = waits_for_reader(&console).await;
    let (me, mut leader) = of_party(&console, "stella", Role::TeamLeader, READER).await;
    let (_, mut user) = of_party(&console, "varm", Role::MailboxUser, READER).await;
    let path = address::own_confirmation(&id.to_string());
    assert_eq!(
        user.get(&path).await.status,
        StatusCode::NOT_FOUND,
        "somebody else's participant"
    );
    assert_eq!(user.act(&path, &[("number", OLA)]).await.status, StatusCode::NOT_FOUND);
    let (_, mut provider) = of_party(&console, "blid", Role::TeamLeader, PROVIDER).await;
    let others = provider.act(&path, &[("number", OLA)]).await;
    assert_eq!(others.to(), path, "the registrar confirms nothing for another party");

    let list = leader.get(address::MAILBOX_CONSENTS).await;
    assert!(
        list.html.contains("Venter på at dere bekrefter") && list.html.contains(&path),
        "{}",
        list.html
    );
    let page = leader.get(&path).await;
    assert!(
        page.html.contains("Registrert") || page.html.contains("har registrert samtykket"),
        "{}",
        page.html
    );
    for number in ["", KARI, "15720255179"] {
        let page = leader.act(&path, &[("number", number)]).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{number}");
        assert!(page.html.contains("href=\"#number\""), "{}", page.html);
        assert!(number.is_empty() || !page.html.contains(number));
    }
    let strange = leader.act(&path, &[("number", OLA), ("to", SPECIALIST)]).await;
    assert_eq!(strange.status, StatusCode::UNPROCESSABLE_ENTITY);
    // One receiver first, and then the rest.
    assert_eq!(leader.act(&path, &[("number", OLA), ("to", GP)]).await.to(), path);
    let consent = on_file(&console, &id.to_string()).await;
    assert_eq!(
        consent.grants.iter().map(|grant| grant.confirmed).collect::<Vec<_>>(),
        [false, true]
    );
    assert_eq!(leader.act(&path, &[("number", OLA)]).await.to(), path);
    // A second click confirms nothing more.
    assert_eq!(leader.act(&path, &[("number", OLA)]).await.to(), path);
    let page = leader.get(&path).await;
    assert!(
        page.html.contains("Dere kan sende under dette fra nå") && !page.html.contains(OLA),
        "{}",
        page.html
    );

    let consent = on_file(&console, &id.to_string()).await;
    let by = Confirmer::Party(console.test.party(READER));
    assert!(consent.confirmations.len() == 2 && consent.confirmations.iter().all(|one| one.by == by));
    let rows = console.test.audit().await;
    let confirmed: Vec<_> = rows.iter().filter(|row| row.action == "consent-confirmed").collect();
    assert_eq!(confirmed.len(), 2);
    assert!(confirmed.iter().all(|row| row.actor == Actor::Person(me).text()));
    assert!(
        confirmed[0].detail.contains("\"restsOn\":\"sender\""),
        "{}",
        confirmed[0].detail
    );
    // Nobody follows the participant up by a confirmation: the team leader assigns.
    let engine = console.test.engine();
    let leader = console
        .accounts
        .find(&LoginName::parse("stella").unwrap())
        .await
        .unwrap()
        .unwrap();
    assert!(engine.followers(participant, &leader).await.unwrap().is_empty());
}

#[tokio::test]
async fn many_waiting_grants_of_others_hide_none_of_one_participant() {
    let console = Console::new().await;
    let engine = console.test.engine();
    let by = Actor::Party(console.test.party(PROVIDER));
    // As many as a list reads, and one more whose id comes last.
    for number in 1000..1200 {
        let new = consent(number, READER, PROVIDER, &[Category::Meeting]);
        engine.register_consent(new, &by).await.unwrap();
    }
    let mut last = consent(5000, READER, PROVIDER, &[Category::Meeting]);
    last.participant = bindeledd_core::NationalId::parse(OLA).unwrap();
    let last = engine.register_consent(last, &by).await.unwrap();
    let (_, mut leader) = of_party(&console, "stella", Role::TeamLeader, READER).await;
    let path = address::own_confirmation(&last.id.to_string());
    let page = leader.get(&path).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.html);
    assert!(page.html.contains("name=\"number\""), "{}", page.html);
    assert_eq!(leader.act(&path, &[("number", OLA)]).await.to(), path);
    assert!(on_file(&console, &last.id.to_string()).await.grants[0].confirmed);
}

#[tokio::test]
async fn a_registration_after_the_session_leads_back_to_its_form() {
    let console = Console::new().await;
    let before = registrations(&console).await;
    let (_, mut browser) = of_party(&console, "blid", Role::MailboxUser, PROVIDER).await;
    let form = browser.get(&drafted(GP)).await;
    let (fields, given) = (hidden(&form), now_of(&form));
    for _ in 0..31 {
        console.advance(std::time::Duration::from_secs(60));
    }
    let typed = signed(&given, &[("who", "new"), ("number", OLA)]);
    let late = register(&mut browser, &fields, &typed).await;
    let to = late.to().to_owned();
    assert!(
        to.starts_with("/console/sign-in?over=1&to=%2Fmailbox%2Fconsents%2Fnew%2Fform"),
        "{to}"
    );
    assert!(
        to.contains(key(&fields)) && !to.contains(OLA) && !to.contains("114"),
        "{to}"
    );
    assert_eq!(registrations(&console).await, before);
    let mut again = console.signed_in_again("blid").await;
    let form = again.get(&format!("{}&key={}", drafted(GP), key(&fields))).await;
    assert_eq!(key(&hidden(&form)), key(&fields));
    let registered = register(&mut again, &hidden(&form), &typed).await;
    assert_eq!(registered.to(), address::registered_consent(key(&fields)));
}
