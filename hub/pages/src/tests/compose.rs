//! A new message of a person in a mailbox: the choice, the form, the look at it, the sending, and drafts.

use axum::http::{StatusCode, header};
use bindeledd_console::address;
use bindeledd_core::account::{LoginName, Role};
use bindeledd_core::follow_up::Change;
use bindeledd_core::{AccountId, Category, Kind};
use bindeledd_engine::ports::{Actor, MessageFilter};
use bindeledd_engine::{FreeText, Settings};
use bindeledd_test_engine::{GP, KARI, MAILBOX, PROVIDER, READER, SPECIALIST, consent};

use super::browser::{Browser, Console, Seen};

/// A text that only the message has.
const TEXT: &str = "Kjøkkengruppa <b>tirsdag</b> og torsdag";

/// Makes a person of the mailbox who stands in for Kari's contact person.
async fn writer<'c>(console: &'c Console, login: &str, role: Role) -> (AccountId, Browser<'c>) {
    let (account, token, _) = console.signed(login, &[role]).await;
    follows(console, account).await;
    let mut browser = console.browser();
    browser.cookies.insert(crate::session::SESSION.to_owned(), token);
    (account, browser)
}

async fn follows(console: &Console, person: AccountId) {
    let leader = LoginName::parse("leder").unwrap();
    if console.accounts.find(&leader).await.unwrap().is_none() {
        console.account("leder", &[Role::TeamLeader]).await;
    }
    let leader = console.accounts.find(&leader).await.unwrap().unwrap();
    let until = console.now().checked_add(jiff::SignedDuration::from_hours(24)).unwrap();
    let change = Change::StandIn { person, until };
    let changed = console
        .test
        .engine()
        .change_follow_up(console.test.kari, change, &leader)
        .await;
    assert_eq!(changed.unwrap(), Ok(true));
}

fn form(console: &Console, kind: Kind) -> String {
    format!(
        "{}?participant={}&kind={}",
        address::WRITE_MESSAGE,
        console.test.kari,
        kind.code()
    )
}

/// Opens the form of a kind about Kari, and returns it with its hidden fields.
async fn begun(browser: &mut Browser<'_>, kind: Kind) -> (Seen, Vec<(String, String)>) {
    let page = browser.get(&form(browser.console, kind)).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.html);
    let hidden = ["id", "participant", "kind"].map(|name| {
        let value = page.between(&format!("<input type=\"hidden\" name=\"{name}\" value=\""), "\"");
        (name.to_owned(), value)
    });
    (page, hidden.to_vec())
}

/// Posts a form with what a person typed.
async fn post(browser: &mut Browser<'_>, to: &str, hidden: &[(String, String)], typed: &[(&str, &str)]) -> Seen {
    let mut all: Vec<(&str, &str)> = hidden
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    all.extend_from_slice(typed);
    browser.act(to, &all).await
}

fn id(hidden: &[(String, String)]) -> &str {
    &hidden[0].1
}

async fn messages(console: &Console) -> usize {
    let all = MessageFilter {
        limit: 100,
        ..MessageFilter::default()
    };
    console.test.engine().views().messages(&all).await.unwrap().len()
}

const PROGRESS: &[(&str, &str)] = &[
    ("to", GP),
    ("to", READER),
    ("f.status", "DELTAR"),
    ("f.daysPerWeek", "2,5"),
    ("f.activity", TEXT),
];

#[tokio::test]
async fn a_message_is_chosen_written_looked_over_and_sent_once() {
    let console = Console::new().await;
    let (account, mut browser) = writer(&console, "kari", Role::MailboxUser).await;

    let choice = browser.get(address::NEW_MESSAGE).await;
    let pseudonym = console.test.kari.to_string();
    assert!(
        choice.html.contains(&format!("value=\"{pseudonym}\" checked")),
        "{}",
        choice.html
    );
    assert!(choice.html.contains("Fremdrift i tiltaket") && !choice.html.contains("Retting"));
    let nothing = browser.get(address::WRITE_MESSAGE).await;
    assert_eq!(nothing.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(nothing.html.contains("href=\"#participant\"") && nothing.html.contains("href=\"#kind\""));

    let (page, hidden) = begun(&mut browser, Kind::ProgressUpdate).await;
    for offered in [GP, READER, SPECIALIST] {
        assert!(page.html.contains(&format!("Navnet til {offered}")), "{offered}");
    }
    assert!(!page.html.contains(MAILBOX), "nobody else is named");
    assert!(
        !page.html.contains(KARI) && !choice.html.contains(KARI),
        "never the number"
    );
    assert!(page.html.contains("Bekymring (valgfritt)") && !page.html.contains("Status (valgfritt)"));

    let review = post(&mut browser, address::WRITE_MESSAGE, &hidden, PROGRESS).await;
    assert_eq!(review.status, StatusCode::OK, "{}", review.html);
    assert!(
        review.html.contains("Aktivitet: Kj\u{f8}kkengruppa &#60;b&#62;tirsdag"),
        "{}",
        review.html
    );
    assert!(review.html.contains("Dager i uken: 2,5 dager") && review.html.contains("Navnet til fontenehuset"));
    assert!(!review.html.contains(SPECIALIST), "only those that were chosen");
    assert_eq!(review.headers[header::CACHE_CONTROL], "no-store");
    assert_eq!(messages(&console).await, 0, "nothing is sent by a look");

    let sent = post(&mut browser, address::SEND_MESSAGE, &hidden, PROGRESS).await;
    let receipt = sent.to().to_owned();
    assert!(receipt.starts_with(address::SENT), "{receipt}");
    // A double click, the back button with other text, and an older page.
    for (to, typed) in [
        (address::SEND_MESSAGE, PROGRESS),
        (address::SEND_MESSAGE, &[("to", GP), ("f.status", "VURDERES")]),
        (address::WRITE_MESSAGE, PROGRESS),
        (address::WRITE_MESSAGE, &[("do", "save"), ("f.activity", TEXT)]),
    ] {
        assert_eq!(post(&mut browser, to, &hidden, typed).await.to(), receipt);
    }
    assert_eq!(messages(&console).await, 1);
    let page = browser.get(&receipt).await;
    assert!(page.html.contains("Navnet til fjellvik-legekontor") && page.html.contains("Navnet til fontenehuset"));
    assert!(!page.html.contains("tirsdag"), "the receipt has no content");
    let rows = console.test.audit().await;
    let row = rows.iter().find(|row| row.action == "accepted").unwrap();
    assert_eq!(row.actor, Actor::Person(account).text());
    assert!(rows.iter().all(|row| !row.detail.to_string().contains("tirsdag")));

    // Only those who follow the participant up see the receipt, and nobody without a mailbox.
    let mut colleague = console
        .of_days(9, "varm", &[Role::MailboxUser], &Actor::Operator)
        .await
        .1;
    assert_eq!(colleague.get(&receipt).await.status, StatusCode::NOT_FOUND);
    let mut viewer = console.signed_in("siv", &[Role::Operator]).await;
    assert_eq!(viewer.get(&receipt).await.status, StatusCode::FORBIDDEN);
    let of_other = console
        .test
        .try_accept(MAILBOX, &bindeledd_test_engine::question("q", PROVIDER))
        .await
        .unwrap();
    let foreign = browser.get(&address::sent(&of_other.id.to_string())).await;
    assert_eq!(foreign.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_form_is_read_while_it_is_filled_in_and_nothing_is_kept() {
    let console = Console::new().await;
    let mut browser = writer(&console, "kari", Role::MailboxUser).await.1;
    let (page, hidden) = begun(&mut browser, Kind::ProgressUpdate).await;
    assert!(page.html.contains("data-looks=\"/mailbox/new/look\""), "{}", page.html);
    assert!(page.html.contains("id=\"f.concern-guard\" data-look"), "{}", page.html);
    let before = console.test.audit().await.len();
    let typed = [
        ("f.activity", TEXT),
        ("f.daysPerWeek", "2,5"),
        ("f.percent", "mye"),
        ("f.concern", "Legen skrev diagnosen F32.1"),
    ];
    let look = post(&mut browser, address::LOOK_AT_MESSAGE, &hidden, &typed).await;
    assert_eq!(look.status, StatusCode::OK, "{}", look.html);
    assert_eq!(look.headers[header::CACHE_CONTROL], "no-store");
    assert!(
        look.html
            .contains("<dt>Aktivitet</dt><dd><p>Kjøkkengruppa &#60;b&#62;tirsdag"),
        "{}",
        look.html
    );
    assert!(
        look.html.contains("2,5 dager") && !look.html.contains("mye"),
        "{}",
        look.html
    );
    assert!(
        !look.html.contains("<html") && !look.html.contains("<form"),
        "{}",
        look.html
    );
    let marks = look.html.split("id=\"f.").filter(|part| part.contains("diagnosekode"));
    assert_eq!(
        marks.map(|part| part.starts_with("concern-guard")).collect::<Vec<_>>(),
        [true]
    );
    // The participant's own number is no finding, and no page shows it.
    let own = post(&mut browser, address::LOOK_AT_MESSAGE, &hidden, &[("f.concern", KARI)]).await;
    assert!(!own.html.contains("fødselsnummer"), "{}", own.html);

    assert_eq!(messages(&console).await, 0);
    assert_eq!(console.test.audit().await.len(), before);
    assert!(browser.get(address::DRAFTS).await.html.contains("Ingen utkast"));

    // Nobody else reads anything: a colleague, a viewer, an ended session.
    let mut colleague = console
        .of_days(9, "varm", &[Role::MailboxUser], &Actor::Operator)
        .await
        .1;
    let page = post(&mut colleague, address::LOOK_AT_MESSAGE, &hidden, &typed).await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    assert!(!page.html.contains("tirsdag"));
    let mut ended = browser.clone();
    browser.act(address::SIGN_OUT, &[]).await;
    let page = post(&mut ended, address::LOOK_AT_MESSAGE, &hidden, &typed).await;
    assert_eq!(page.status, StatusCode::UNAUTHORIZED);
    assert!(!page.html.contains("tirsdag"));
}

#[tokio::test]
async fn faults_stand_at_their_fields_and_keep_what_was_typed() {
    let console = Console::new().await;
    let mut browser = writer(&console, "kari", Role::TeamLeader).await.1;
    let (_, hidden) = begun(&mut browser, Kind::ProgressUpdate).await;
    let typed = [("f.daysPerWeek", "mange"), ("f.activity", TEXT), ("f.percent", "101")];
    let page = post(&mut browser, address::WRITE_MESSAGE, &hidden, &typed).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    for fault in ["#to", "#f.status", "#f.daysPerWeek", "#f.percent"] {
        assert!(
            page.html.contains(&format!("href=\"{fault}\"")),
            "{fault}: {}",
            page.html
        );
    }
    assert!(page.html.contains("Skriv et helt tall fra 0 til 100."), "{}", page.html);
    assert!(page.html.contains("value=\"mange\"") && page.html.contains("&#60;b&#62;tirsdag"));
    browser.language = "en";
    let page = post(&mut browser, address::SEND_MESSAGE, &hidden, &typed).await;
    assert_eq!(
        page.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "a form that nobody looked over"
    );
    assert!(page.html.contains("Write a whole number from 0 to 100.") && page.html.contains("Days a week (optional)"));
    assert_eq!(messages(&console).await, 0);

    // More rows keep what stands in the others.
    browser.language = "nb";
    let (page, hidden) = begun(&mut browser, Kind::GoalsAgreed).await;
    assert!(page.html.contains("name=\"f.goals.2\"") && !page.html.contains("name=\"f.goals.3\""));
    let rows = [("do", "rows"), ("f.goals.2", "Fast jobb")];
    let page = post(&mut browser, address::WRITE_MESSAGE, &hidden, &rows).await;
    assert!(
        page.html.contains("value=\"Fast jobb\"") && page.html.contains("name=\"f.goals.5\""),
        "{}",
        page.html
    );

    // A form that no page of this hub has.
    for (name, value) in [
        ("id", "x"),
        ("participant", "x"),
        ("kind", "correction"),
        ("kind", "consent-withdrawn"),
    ] {
        let mut strange = hidden.clone();
        strange.iter_mut().find(|(n, _)| n == name).unwrap().1 = value.to_owned();
        let page = post(&mut browser, address::SEND_MESSAGE, &strange, PROGRESS).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{name} {value}");
    }
}

#[tokio::test]
async fn receivers_are_those_of_the_grants_and_each_with_what_it_would_get() {
    let console = Console::new().await;
    let mut browser = writer(&console, "kari", Role::MailboxUser).await.1;
    // No grant of the party covers adaptations: everybody is greyed, with what may be told.
    let (page, hidden) = begun(&mut browser, Kind::FacilitationNeed).await;
    assert_eq!(page.html.matches("disabled").count(), 3, "{}", page.html);
    assert!(
        page.html
            .contains("kan ikke få denne. Dere kan fortelle om møter, mål og plan, fremdrift"),
        "{}",
        page.html
    );
    let typed = [("to", GP), ("f.needs.0.area", "hours"), ("f.needs.0.need", "pauser")];
    let page = post(&mut browser, address::SEND_MESSAGE, &hidden, &typed).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.html.contains("kan ikke få dette lenger"), "{}", page.html);

    // A party that is in no grant of the sender can not be chosen.
    let (_, hidden) = begun(&mut browser, Kind::ProgressUpdate).await;
    let page = post(
        &mut browser,
        address::SEND_MESSAGE,
        &hidden,
        &[("to", MAILBOX), ("f.status", "DELTAR")],
    )
    .await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(!page.html.contains(MAILBOX));

    // The value of a code needs more than its field: the receiver would get nothing of this message.
    let outcome = consent(90, PROVIDER, GP, &[Category::Outcome]);
    console
        .test
        .engine()
        .register_consent(outcome, &Actor::Operator)
        .await
        .unwrap();
    let (page, hidden) = begun(&mut browser, Kind::MeasureEnded).await;
    assert!(
        page.html.contains(&format!("value=\"{GP}\" checked")),
        "the only one is chosen: {}",
        page.html
    );
    let ill = [("to", GP), ("f.reason", "SYK"), ("f.date", "2026-09-01")];
    let page = post(&mut browser, address::WRITE_MESSAGE, &hidden, &ill).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.html.contains("kan ikke få meldingen slik den er"), "{}", page.html);
    // A part that it does not get is told before it is sent, and on the receipt.
    let moves_on = [
        ("to", GP),
        ("f.reason", "UTDANNING"),
        ("f.date", "2026-09-01"),
        ("f.outcome", "treatment"),
    ];
    let page = post(&mut browser, address::WRITE_MESSAGE, &hidden, &moves_on).await;
    assert!(
        page.html.contains("får ikke det som gjelder behandling"),
        "{}",
        page.html
    );
    let receipt = post(&mut browser, address::SEND_MESSAGE, &hidden, &moves_on)
        .await
        .to()
        .to_owned();
    assert!(browser.get(&receipt).await.html.contains("Utelatt: behandling"));
    assert_eq!(messages(&console).await, 1);
}

#[tokio::test]
async fn the_guard_complains_before_the_sending_and_stops_it_where_the_hub_refuses() {
    let typed = [
        ("to", GP),
        ("f.status", "DELTAR"),
        ("f.activity", "Legen sier diagnose F32.1"),
        ("f.concern", "Søsteren har 31777207884"),
    ];
    for (free_text, sends) in [(FreeText::Flag, true), (FreeText::Refuse, false)] {
        let console = Console::of(Settings {
            free_text,
            ..Settings::default()
        })
        .await;
        let mut browser = writer(&console, "kari", Role::MailboxUser).await.1;
        let (_, hidden) = begun(&mut browser, Kind::ProgressUpdate).await;
        let page = post(&mut browser, address::WRITE_MESSAGE, &hidden, &typed).await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(
            page.html.contains("«Aktivitet» har noe som ligner en diagnosekode"),
            "{}",
            page.html
        );
        assert!(page.html.contains("«Bekymring» har et fødselsnummer"), "{}", page.html);
        assert_eq!(page.html.contains("</svg>Send</button>"), sends, "{}", page.html);
        let page = post(&mut browser, address::SEND_MESSAGE, &hidden, &typed).await;
        assert_eq!(page.status == StatusCode::SEE_OTHER, sends);
        assert_eq!(messages(&console).await, usize::from(sends));
    }
}

#[tokio::test]
async fn an_unknown_a_protected_and_a_withdrawn_participant_look_the_same() {
    let mut seen = Vec::new();
    for case in ["unknown", "protected", "withdrawn", "not-yours"] {
        let console = Console::new().await;
        let (person, mut browser) = writer(&console, "kari", Role::MailboxUser).await;
        let (_, mut hidden) = begun(&mut browser, Kind::ProgressUpdate).await;
        let engine = console.test.engine();
        match case {
            "protected" => {
                engine
                    .protect(&console.test.number(), true, &Actor::Operator)
                    .await
                    .unwrap();
            }
            "withdrawn" => {
                console.test.withdraw().await;
            }
            "not-yours" => {
                // The stand-in is over while somebody writes.
                let leader = console
                    .accounts
                    .find(&LoginName::parse("leder").unwrap())
                    .await
                    .unwrap()
                    .unwrap();
                let change = Change::End { person };
                let ended = engine.change_follow_up(console.test.kari, change, &leader).await;
                assert_eq!(ended.unwrap(), Ok(true));
            }
            _ => {
                // Nobody may be written about, and the address names somebody unknown.
                console.test.withdraw().await;
                hidden[1].1 = "0197a3c2-0000-4000-8000-000000000001".to_owned();
            }
        }
        let address = format!("{}?participant={}&kind=question", address::WRITE_MESSAGE, hidden[1].1);
        let page = browser.get(&address).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{case}");
        assert!(
            page.html.contains("Dere kan ikke skrive om denne deltakeren nå"),
            "{case}: {}",
            page.html
        );
        // The consent ends while somebody writes.
        for (to, what) in [
            (address::WRITE_MESSAGE, "review"),
            (address::WRITE_MESSAGE, "save"),
            (address::WRITE_MESSAGE, "rows"),
            (address::SEND_MESSAGE, ""),
        ] {
            let typed = [&[("do", what)], PROGRESS].concat();
            let page = post(&mut browser, to, &hidden, &typed).await;
            assert_eq!(page.status, StatusCode::NOT_FOUND, "{case} {to} {what}");
            assert!(
                page.html.contains("Dere kan ikke skrive om denne deltakeren nå"),
                "{case}"
            );
        }
        assert_eq!(messages(&console).await, 0, "{case}");
        seen.push(page.between("<main", "</main>"));
    }
    assert!(seen.iter().all(|page| *page == seen[0]));
}

#[tokio::test]
async fn a_draft_is_there_again_for_its_person_alone_and_leaves_when_it_is_sent() {
    let console = Console::new().await;
    let mut browser = writer(&console, "kari", Role::MailboxUser).await.1;
    let mut other = writer(&console, "siv", Role::TeamLeader).await.1;
    assert!(browser.get(address::DRAFTS).await.html.contains("Ingen utkast"));
    let (_, hidden) = begun(&mut browser, Kind::ProgressUpdate).await;
    let half = [
        ("do", "save"),
        ("to", READER),
        ("f.activity", TEXT),
        ("f.daysPerWeek", "mange"),
    ];
    let saved = post(&mut browser, address::WRITE_MESSAGE, &hidden, &half).await;
    let draft = saved.to().to_owned();
    assert_eq!(draft, address::draft(id(&hidden)), "no text in an address");
    let page = browser.get(&draft).await;
    assert!(
        page.html.contains("&#60;b&#62;tirsdag") && page.html.contains("value=\"mange\""),
        "{}",
        page.html
    );
    assert!(
        page.html.contains(&format!("value=\"{READER}\" checked"))
            && !page.html.contains(&format!("value=\"{GP}\" checked"))
    );
    assert!(page.html.contains(id(&hidden)), "it is the same message");
    let list = browser.get(address::DRAFTS).await;
    assert!(
        list.html.contains(&draft) && !list.html.contains("tirsdag"),
        "{}",
        list.html
    );
    assert!(!list.between("<title>", "</title>").contains("Fremdrift"));

    // Nobody else sees, sends or removes it.
    assert_eq!(other.get(&draft).await.status, StatusCode::NOT_FOUND);
    assert!(!other.get(address::DRAFTS).await.html.contains(&draft));
    assert_eq!(
        post(&mut other, address::WRITE_MESSAGE, &hidden, &half).await.status,
        StatusCode::NOT_FOUND
    );
    assert_eq!(
        other.act(&address::draft_discard(id(&hidden)), &[]).await.to(),
        address::DRAFTS
    );
    assert!(browser.get(&draft).await.html.contains("tirsdag"));

    // The page saves by itself, and the message is sent from the look at it.
    let kept = post(
        &mut browser,
        address::WRITE_MESSAGE,
        &hidden,
        &[&[("do", "keep")], PROGRESS].concat(),
    )
    .await;
    assert_eq!((kept.status, kept.html.as_str()), (StatusCode::OK, "{}"));
    assert!(browser.get(&draft).await.html.contains("value=\"2,5\""));
    let receipt = post(&mut browser, address::SEND_MESSAGE, &hidden, PROGRESS)
        .await
        .to()
        .to_owned();
    assert_eq!(browser.get(&draft).await.status, StatusCode::NOT_FOUND);
    assert!(browser.get(address::DRAFTS).await.html.contains("Ingen utkast"));
    let late = post(
        &mut browser,
        address::WRITE_MESSAGE,
        &hidden,
        &[&[("do", "keep")], PROGRESS].concat(),
    )
    .await;
    // The script of an older page saves nothing. Another page than its answer would look like the sign-in.
    assert_eq!(late.status, StatusCode::CONFLICT);
    assert!(browser.get(address::DRAFTS).await.html.contains("Ingen utkast"));
    assert!(receipt.starts_with(address::SENT), "{receipt}");
    // Saving writes no row, and no row has a word of it.
    let rows = console.test.audit().await;
    assert!(
        rows.iter()
            .all(|row| !row.action.contains("unsent") && !row.detail.to_string().contains("tirsdag"))
    );
}

#[tokio::test]
async fn a_draft_leaves_when_it_is_not_wanted_any_more_and_with_an_erasure() {
    let console = Console::new().await;
    let mut browser = writer(&console, "kari", Role::MailboxUser).await.1;
    for erases in [false, true] {
        let (_, hidden) = begun(&mut browser, Kind::Question).await;
        let typed = [("do", "save"), ("f.text", "Hvordan går det?")];
        let draft = post(&mut browser, address::WRITE_MESSAGE, &hidden, &typed)
            .await
            .to()
            .to_owned();
        assert_eq!(browser.get(&draft).await.status, StatusCode::OK);
        if erases {
            console
                .test
                .engine()
                .erase(console.test.kari, &Actor::Operator)
                .await
                .unwrap()
                .unwrap();
        } else {
            assert_eq!(
                browser.act(&address::draft_discard(id(&hidden)), &[]).await.to(),
                address::DRAFTS
            );
        }
        assert_eq!(browser.get(&draft).await.status, StatusCode::NOT_FOUND);
        assert!(browser.get(address::DRAFTS).await.html.contains("Ingen utkast"));
    }
}

#[tokio::test]
async fn a_form_that_is_posted_after_the_session_is_there_after_sign_in() {
    let console = Console::new().await;
    let mut browser = writer(&console, "kari", Role::MailboxUser).await.1;
    let (_, hidden) = begun(&mut browser, Kind::ProgressUpdate).await;
    let token = browser.cookies[crate::session::SESSION].clone();
    for _ in 0..31 {
        console.advance(std::time::Duration::from_secs(60));
    }
    // A form without the token of the ended session keeps nothing, and neither does one from elsewhere.
    let mut strange = browser.clone();
    let mut all: Vec<(&str, &str)> = hidden
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    all.extend_from_slice(PROGRESS);
    assert_eq!(
        strange.post(address::SEND_MESSAGE, &all).await.status,
        StatusCode::UNAUTHORIZED
    );
    let csrf = crate::session::form_token(&token);
    all.push(("csrf", &csrf));
    let foreign = strange.post_from("cross-site", address::SEND_MESSAGE, &all).await;
    assert_eq!(foreign.status, StatusCode::FORBIDDEN);

    let draft = address::draft(id(&hidden));
    let late = browser.post(address::SEND_MESSAGE, &all).await;
    assert_eq!(
        late.to(),
        format!("{}?over=1&to={}", address::SIGN_IN, address::segment(&draft))
    );
    assert!(!late.html.contains("tirsdag"), "the ended session shows nothing");
    assert_eq!(messages(&console).await, 0, "and sends nothing");
    let mut again = console.signed_in_again("kari").await;
    let page = again.get(&draft).await;
    assert!(
        page.html.contains("&#60;b&#62;tirsdag") && page.html.contains("value=\"2,5\""),
        "{}",
        page.html
    );

    // A session that somebody ended keeps nothing.
    let mut ended = again.clone();
    assert_eq!(again.act(address::SIGN_OUT, &[]).await.to(), address::SIGN_IN);
    assert_eq!(
        post(&mut ended, address::WRITE_MESSAGE, &hidden, PROGRESS).await.status,
        StatusCode::UNAUTHORIZED
    );
}
