//! The participant's own yes: a party sends a drafted consent to the own page, and the participant answers it at level high.

use std::time::Duration;

use axum::http::StatusCode;
use bindeledd_console::address;
use bindeledd_core::account::Role;
use bindeledd_core::audit::Actor;
use bindeledd_core::request::SIGNED_IN_YES;
use bindeledd_core::{Category, CategorySet, ConsentId, ParticipantRef};
use bindeledd_http::ConsoleIssuer;
use bindeledd_test_engine::{GP, KARI, PROVIDER, READER, party_id};
use serde_json::Value;

use super::browser::{Browser, Console, Seen};
use super::issuer::Issuer;
use super::meg::{NOBODY, opened};
use super::meg_openid::{broker, console_of, id_porten, of_broker, of_id_porten, signed_in, through};
use super::own_consents::{drafted, follower, hidden, key, of_party};

/// Number of a synthetic person whom the hub does not know.
const OLA: &str = "31777207884";
/// A question that only the text has.
const QUESTION: &str = "Kan Navnet til nordvik-aft fortelle Navnet til fjellvik-legekontor om dette?";
const WAITS: &str = "Venter på deltakeren";

/// Sends the draft of a page to somebody, and returns the id.
async fn sent(browser: &mut Browser<'_>, whom: &[(&str, &str)]) -> ConsentId {
    let form = browser.get(&drafted(GP)).await;
    assert!(
        form.html.contains("Spør på deltakerens egen side …") && form.html.contains(address::SEND_REQUEST),
        "{}",
        form.html
    );
    let fields = hidden(&form);
    let id = ConsentId::parse(key(&fields)).unwrap();
    let done = send(browser, &fields, whom).await;
    assert_eq!(done.to(), address::request(key(&fields)), "{}", done.html);
    id
}

async fn send(browser: &mut Browser<'_>, fields: &[(String, String)], whom: &[(&str, &str)]) -> Seen {
    let mut all: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    all.push(("days", "30"));
    all.extend_from_slice(whom);
    browser.act(address::SEND_REQUEST, &all).await
}

/// Returns the address of the question on the overview.
async fn question(browser: &mut Browser<'_>) -> String {
    let page = browser.get(address::OWN_PAGE).await;
    assert!(page.html.contains("Noen spør deg om noe"), "{}", page.html);
    format!("/meg/yes{}", page.between("href=\"/meg/yes", "\""))
}

/// Answers the question of a page.
async fn answer(browser: &mut Browser<'_>, page: &Seen, said: &[(&str, &str)]) -> Seen {
    let what = page.between("name=\"what\" value=\"", "\"");
    let text = page.between("name=\"text\" value=\"", "\"");
    let mut all = vec![("what", what.as_str()), ("text", text.as_str())];
    all.extend_from_slice(said);
    browser.own_act(address::OWN_YES, &all).await
}

async fn given(console: &Console, id: ConsentId) -> Option<bindeledd_core::consent::Consent> {
    console.test.engine().consent(id).await.unwrap()
}

/// The way from the draft to the yes of a participant whom the hub did not know, with the claims of one issuer.
async fn says_yes(options: ConsoleIssuer, change: impl FnOnce(&mut Value), level: &str) {
    let (console, issuer) = console_of(options).await;
    let (me, mut blid) = of_party(&console, "blid", Role::MailboxUser, PROVIDER).await;
    let id = sent(&mut blid, &[("who", "new"), ("number", "317772 07884")]).await;
    let own = blid.get(&address::request(&id.to_string())).await;
    assert!(own.html.contains(WAITS) && !own.html.contains(OLA), "{}", own.html);
    let list = blid.get(address::MAILBOX_CONSENTS).await;
    assert!(list.html.contains(WAITS), "{}", list.html);

    let mut ola = console.browser();
    let seen = through(&mut ola, &issuer, change).await;
    assert_eq!(seen.to(), address::OWN_PAGE, "a question is something to show");
    let place = question(&mut ola).await;
    let page = ola.get(&place).await;
    // It asks as the printed form does, and nothing is ticked.
    for told in [QUESTION, "Samtykke til å dele opplysninger om deg", "bindeledd-form/1"] {
        assert!(page.html.contains(told), "{told}: {}", page.html);
    }
    assert_eq!(page.html.matches("name=\"tick\"").count(), 3);
    assert!(!page.html.contains(" checked") && !page.html.contains("Underskrift"));
    let nothing = answer(&mut ola, &page, &[("answer", "yes")]).await;
    assert_eq!(nothing.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(nothing.html.contains("Sett kryss ved minst én ting, eller si nei."));
    assert!(given(&console, id).await.is_none());

    // Some of it: the goals that the provider tells, and the meetings that the GP tells.
    let part = [("answer", "yes"), ("tick", "0"), ("tick", "2")];
    let done = answer(&mut ola, &page, &part).await;
    assert_eq!(done.to(), place);
    let told = ola.get(&place).await;
    for words in [
        "Du sa ja til Navnet til nordvik-aft her",
        "Navnet til nordvik-aft kan fortelle Navnet til fjellvik-legekontor om:",
        "Noen av dem må selv si ja til å fortelle.",
    ] {
        assert!(told.html.contains(words), "{words}: {}", told.html);
    }
    // A second click, the back button with other boxes, and a no in another tab find the first answer.
    for again in [&part[..], &[("answer", "yes"), ("tick", "1")], &[("answer", "no")]] {
        assert_eq!(answer(&mut ola, &page, again).await.to(), place);
    }
    let consent = given(&console, id).await.unwrap();
    let categories: Vec<CategorySet> = consent.grants.iter().map(|grant| grant.categories).collect();
    let one = |category| CategorySet::of(&[category]);
    assert_eq!(categories, [one(Category::Goals), one(Category::Meeting)]);
    assert!(consent.grants[0].confirmed && !consent.grants[1].confirmed);
    assert_eq!(consent.registrar.as_str(), PROVIDER);
    assert_eq!(consent.evidence.kind, SIGNED_IN_YES);
    assert_eq!(
        consent.evidence.sha256,
        Some(page.between("name=\"text\" value=\"", "\""))
    );
    for part in [super::issuer::ISSUER, level] {
        assert!(
            consent.evidence.reference.contains(part),
            "{}",
            consent.evidence.reference
        );
    }
    assert_eq!(console.test.audited("consent-request.yes").await, 1);
    let rows = console.test.audit().await;
    assert!(rows.iter().all(|row| !row.detail.contains(OLA)));
    let registered = rows.iter().filter(|row| row.action == "consent-registered");
    assert_eq!(registered.filter(|row| row.actor == "participant").count(), 1);

    told_to_the_party(&console, &mut blid, id).await;
    takes_back(&mut ola, &console, consent.participant).await;
    assert!(
        rows.iter()
            .any(|row| row.actor == Actor::Person(me).text() && row.action == "consent-request.sent")
    );
    assert!([&page, &told, &own, &list].iter().all(|seen| !seen.html.contains(OLA)));
}

/// The sender is told that there is an answer, and of its content on the page of the question alone.
async fn told_to_the_party(console: &Console, blid: &mut Browser<'_>, id: ConsentId) {
    let inbox = blid.get(address::MAILBOX).await;
    assert!(inbox.html.contains(" har svart."), "{}", inbox.html);
    assert!(!inbox.html.contains("Svarte ja"));
    let own = blid.get(&address::request(&id.to_string())).await;
    assert!(own.html.contains("Svarte ja til noe") && own.html.contains("Deltakeren sa ja til"));
    let id = id.to_string();
    blid.act(address::ANSWERS_SEEN, &[("seen", id.as_str())]).await;
    assert!(!blid.get(address::MAILBOX).await.html.contains(" har svart."));
    let registered = blid.get(&address::registered_consent(&id)).await;
    assert!(registered.html.contains("er kontaktperson"), "{}", registered.html);
    assert_eq!(console.test.audited("follow-up.given").await, 1);
}

/// The participant takes it back, as before.
async fn takes_back(ola: &mut Browser<'_>, console: &Console, participant: ParticipantRef) {
    let page = ola.get(address::OWN_PAGE).await;
    assert!(
        page.html.contains("Du sa ja til Navnet til nordvik-aft her <time"),
        "{}",
        page.html
    );
    let what = page.between("href=\"/meg/take-back?what=", "\"");
    let done = ola.own_act(address::OWN_TAKE_BACK, &[("what", &what)]).await;
    assert!(done.html.contains("Det er tatt tilbake"), "{}", done.html);
    let ledger = console.test.engine().ledger(participant).await.unwrap();
    assert_eq!(ledger.withdrawals.len(), 2);
}

#[tokio::test]
async fn a_yes_by_id_porten_goes_from_the_draft_to_the_consent() {
    says_yes(id_porten(), of_id_porten(OLA), "idporten-loa-high").await;
}

#[tokio::test]
async fn a_yes_by_bank_id_through_a_broker_goes_from_the_draft_to_the_consent() {
    says_yes(broker(), of_broker(OLA), "urn:bankid:bid").await;
}

/// Returns the hub, with a person who follows Kari up and has sent her a question.
async fn asked(console: &Console) -> (Browser<'_>, ConsentId) {
    let (_, mut blid) = follower(console, "blid").await;
    let who = console.test.kari.to_string();
    let id = sent(&mut blid, &[("who", who.as_str())]).await;
    (blid, id)
}

async fn with_question() -> (Console, Issuer) {
    console_of(id_porten()).await
}

#[tokio::test]
async fn a_session_by_a_code_sees_no_question_and_answers_none() {
    let (console, _issuer) = with_question().await;
    let (_, id) = asked(&console).await;
    let mut of_provider = opened(&console, PROVIDER).await;
    let page = of_provider.get(address::OWN_PAGE).await;
    let line = "Navnet til nordvik-aft spør deg om noe. Logg inn på nivå høyt for å lese det og svare.";
    assert!(page.html.contains(line), "{}", page.html);
    assert!(!page.html.contains("/meg/yes") && !page.html.contains(QUESTION));
    // The code of another party does not even say that there is one.
    let mut of_gp = opened(&console, GP).await;
    let other = of_gp.get(address::OWN_PAGE).await;
    assert!(!other.html.contains("spør deg"), "{}", other.html);
    for browser in [&mut of_provider, &mut of_gp] {
        let seen = browser.get(&format!("{}?what={id}", address::OWN_YES)).await;
        assert_eq!(seen.status, StatusCode::OK);
        assert!(seen.html.contains("må du logge inn på nivå høyt") && !seen.html.contains(QUESTION));
        let what = id.to_string();
        let said = [("what", what.as_str()), ("answer", "yes"), ("tick", "0")];
        let seen = browser.own_act(address::OWN_YES, &said).await;
        assert_eq!(seen.status, StatusCode::NOT_FOUND, "{}", seen.html);
    }
    assert!(given(&console, id).await.is_none());
}

#[tokio::test]
async fn an_answer_that_came_too_late_is_told_why() {
    let (console, issuer) = with_question().await;
    let (mut blid, id) = asked(&console).await;
    let mut kari = signed_in(&console, &issuer).await;
    let place = question(&mut kari).await;
    let page = kari.get(&place).await;
    // The page showed another text, or has a box that the text does not have.
    let what = page.between("name=\"what\" value=\"", "\"");
    let text = page.between("name=\"text\" value=\"", "\"");
    let strange = "0".repeat(64);
    for fields in [
        [
            ("what", what.as_str()),
            ("text", &strange),
            ("answer", "yes"),
            ("tick", "0"),
        ],
        [
            ("what", what.as_str()),
            ("text", &text),
            ("answer", "yes"),
            ("tick", "3"),
        ],
        [
            ("what", what.as_str()),
            ("text", &strange),
            ("answer", "no"),
            ("tick", "0"),
        ],
    ] {
        let seen = kari.own_act(address::OWN_YES, &fields).await;
        assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", seen.html);
        assert!(seen.html.contains("Teksten her er en annen enn den du svarte på."));
    }
    // The text in another language is a text of the question.
    let english = kari.get("/meg/language?to=en&back=/meg").await;
    assert_eq!(english.to(), address::OWN_PAGE);
    assert!(
        kari.get(&place)
            .await
            .html
            .contains("Consent to share information about you")
    );
    kari.get("/meg/language?to=nb&back=/meg").await;

    let withdraw = address::request_act(&id.to_string(), "withdraw");
    for _ in 0..2 {
        assert_eq!(blid.act(&withdraw, &[]).await.to(), address::request(&id.to_string()));
    }
    assert!(
        blid.get(&address::request(&id.to_string()))
            .await
            .html
            .contains("Trukket")
    );
    for said in [&[("answer", "yes"), ("tick", "0")][..], &[("answer", "no")]] {
        assert_eq!(answer(&mut kari, &page, said).await.to(), place);
    }
    let told = kari.get(&place).await;
    let words = "Navnet til nordvik-aft spør ikke om dette lenger";
    assert!(
        told.html.contains(words) && told.html.contains("Ingenting er delt."),
        "{}",
        told.html
    );
    assert!(given(&console, id).await.is_none());
    assert!(!kari.get(address::OWN_PAGE).await.html.contains("Noen spør deg om noe"));
    assert_eq!(console.test.audited("consent-request.withdrawn").await, 1);
}

#[tokio::test]
async fn a_no_registers_nothing_and_is_kept() {
    let (console, issuer) = with_question().await;
    let (mut blid, id) = asked(&console).await;
    let mut kari = signed_in(&console, &issuer).await;
    let place = question(&mut kari).await;
    let page = kari.get(&place).await;
    for said in ["no", "no", "yes"] {
        let fields = [("answer", said), ("tick", "0")];
        assert_eq!(answer(&mut kari, &page, &fields).await.to(), place);
    }
    let told = kari.get(&place).await;
    assert!(
        told.html.contains("Du sa nei til Navnet til nordvik-aft her"),
        "{}",
        told.html
    );
    assert!(given(&console, id).await.is_none());
    let own = blid.get(&address::request(&id.to_string())).await;
    assert!(own.html.contains("Svarte nei") && own.html.contains("trenger ikke å si hvorfor"));
    assert_eq!(console.test.audited("consent-request.no").await, 1);
}

#[tokio::test]
async fn time_ends_a_question() {
    let (console, issuer) = with_question().await;
    let (mut blid, id) = asked(&console).await;
    console.advance(Duration::from_secs(30 * 24 * 3600));
    let mut kari = signed_in(&console, &issuer).await;
    let page = kari.get(address::OWN_PAGE).await;
    assert!(!page.html.contains("Noen spør deg om noe"), "{}", page.html);
    // The session of the mailbox is over as well.
    assert_eq!(
        blid.get(&address::request(&id.to_string())).await.status,
        StatusCode::SEE_OTHER
    );
    assert!(given(&console, id).await.is_none());
}

#[tokio::test]
async fn protection_and_a_lost_right_stop_a_yes() {
    let (console, issuer) = with_question().await;
    let (_, id) = asked(&console).await;
    let mut kari = signed_in(&console, &issuer).await;
    let place = question(&mut kari).await;
    let page = kari.get(&place).await;
    let engine = console.test.engine();
    let party = engine.directory().get(&party_id(PROVIDER)).unwrap().clone();
    let mut without = (*party).clone();
    without.registrar = false;
    engine.put_party(without, &Actor::Operator).await.unwrap();
    let yes = [("answer", "yes"), ("tick", "0")];
    let refused = answer(&mut kari, &page, &yes).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert!(refused.html.contains("Du kan ikke si ja her nå"), "{}", refused.html);
    engine.put_party((*party).clone(), &Actor::Operator).await.unwrap();
    let protected = engine.protect(&console.test.number(), true, &Actor::Operator).await;
    protected.unwrap();
    let seen = answer(&mut kari, &page, &yes).await;
    assert!(seen.html.contains(NOBODY), "{}", seen.html);
    for path in [place.as_str(), address::OWN_PAGE] {
        assert!(kari.get(path).await.html.contains(NOBODY));
    }
    assert!(given(&console, id).await.is_none());
}

#[tokio::test]
async fn a_question_is_for_those_who_follow_the_participant_up() {
    let (console, _issuer) = with_question().await;
    let (mut blid, id) = asked(&console).await;
    let own = address::request(&id.to_string());
    let (_, mut varm) = of_party(&console, "varm", Role::MailboxUser, PROVIDER).await;
    let (_, mut reader) = of_party(&console, "leser", Role::MailboxUser, READER).await;
    let withdraw = address::request_act(&id.to_string(), "withdraw");
    for other in [&mut varm, &mut reader] {
        assert_eq!(other.get(&own).await.status, StatusCode::NOT_FOUND);
        assert_eq!(other.act(&withdraw, &[]).await.status, StatusCode::NOT_FOUND);
        assert!(!other.get(address::MAILBOX_CONSENTS).await.html.contains(WAITS));
    }
    let waiting = async |party: Option<&str>| {
        let party = party.map(party_id);
        let found = console.test.engine().waiting_requests(party.as_ref(), 9).await.unwrap();
        found.into_iter().map(|request| request.id).collect::<Vec<_>>()
    };
    assert_eq!(
        (waiting(None).await, waiting(Some(PROVIDER)).await),
        (vec![id], vec![id])
    );
    assert_eq!(waiting(Some(GP)).await, []);
    let (_, mut leader) = of_party(&console, "leder2", Role::TeamLeader, PROVIDER).await;
    let page = leader.get(&own).await;
    assert!(page.html.contains(WAITS) && page.html.contains("Bare de ser hva det spørres om."));
    assert!(!page.html.contains("Det ble spurt om"));
    // The same draft again, in another tab, is the same question; and to somebody else it is none.
    let form = blid.get(&drafted(GP)).await;
    let mut fields = hidden(&form);
    fields.iter_mut().find(|(name, _)| name == "key").unwrap().1 = id.to_string();
    let who = console.test.kari.to_string();
    assert_eq!(send(&mut blid, &fields, &[("who", &who)]).await.to(), own);
    let seen = send(&mut blid, &fields, &[("who", "new"), ("number", OLA)]).await;
    assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", seen.html);
    assert!(
        seen.html.contains("Dette utkastet er brukt for en annen."),
        "{}",
        seen.html
    );
    for wrong in [&[("who", "new"), ("number", "123")][..], &[("who", "")]] {
        let fields = hidden(&blid.get(&drafted(GP)).await);
        let seen = send(&mut blid, &fields, wrong).await;
        assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", seen.html);
    }
    assert_eq!(console.test.audited("consent-request.sent").await, 1);
    assert!(!page.html.contains(KARI));
}

#[tokio::test]
async fn without_an_issuer_nobody_is_asked() {
    let console = Console::new().await;
    let (_, mut blid) = of_party(&console, "blid", Role::MailboxUser, PROVIDER).await;
    let form = blid.get(&drafted(GP)).await;
    assert_eq!(form.status, StatusCode::OK);
    assert!(!form.html.contains(address::SEND_REQUEST), "{}", form.html);
    let place = drafted(GP).replace(address::CONSENT_FORM, address::SEND_REQUEST);
    assert_eq!(blid.get(&place).await.status, StatusCode::NOT_FOUND);
}
