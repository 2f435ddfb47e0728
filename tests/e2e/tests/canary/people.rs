//! People at their pages: a person of a mailbox reads letters and begins a message, and a participant opens their own page.

use bindeledd_e2e::{Page, Visitor};
use serde_json::json;

use crate::traffic::{OTHER, Traffic};

/// A text in an unfinished message.
pub(crate) const UNFINISHED: &str = "Kanariutkastet ligger i skuffen";

/// Secrets and pages of the people.
pub(crate) struct People {
    /// Values that stand in nobody's files: cookies, a one-time code, a password.
    pub(crate) secrets: Vec<String>,
    /// Every visited page with its address.
    pub(crate) pages: Vec<(String, Page)>,
}

/// Lets a person of the party `klubben` work at its mailbox, and the participant of `consent` at their own page.
pub(crate) async fn work(traffic: &Traffic, consent: &str, key: &str) -> People {
    let hub = &traffic.world.hub;
    let read = hub.operator("GET", &format!("/v1/consents/{consent}"), None).await;
    let participant = read["participant"]["ref"].as_str().unwrap().to_owned();
    let roles = ["mailbox-user", "team-leader"];
    let (mut person, id) = Visitor::person_of(hub, "klubben", "vokter", &roles).await;
    let mut pages = Vec::new();

    let address = format!("/mailbox/participants/{participant}");
    let page = person.get(&address).await;
    person.act(&page, &format!("{address}/give"), &[("to", &id)]).await;
    let write = format!("/mailbox/new/write?participant={participant}&kind=question");
    let page = person.get(&write).await;
    let begun = person
        .act(&page, "/mailbox/new/write", &[("do", "save"), ("f.text", UNFINISHED)])
        .await;
    assert_eq!(begun.status, 303, "{}", begun.html);
    let inbox = person.get("/mailbox").await;
    let letters: Vec<String> = inbox.links_into("/mailbox/deliveries/");
    assert!(!letters.is_empty(), "{}", inbox.html);
    for address in letters
        .into_iter()
        .chain(["/mailbox", "/mailbox/drafts", "/mailbox/participants"].map(str::to_owned))
    {
        let page = person.get(&address).await;
        assert_eq!(page.status, 200, "{address}");
        pages.push((address, page));
    }

    // A question to somebody whom the hub does not know, by their number.
    let draft = "with=dps&give.0=progress&from=2026-01-02&key=0197a3c2-0000-4000-8000-0000000000d7";
    let address = format!("/mailbox/consents/new/send?{draft}");
    let page = person.get(&address).await;
    assert_eq!(page.status, 200, "{}", page.html);
    let whom = [("who", "new"), ("number", OTHER), ("days", "30")];
    let asked = person.act(&page, "/mailbox/consents/new/send", &whom).await;
    assert_eq!(asked.status, 303, "{}", asked.html);
    for address in [address, asked.to.clone(), "/mailbox/consents".to_owned()] {
        let page = person.get(&address).await;
        assert!([200, 303].contains(&page.status), "{address}: {}", page.html);
        pages.push((address, page));
    }

    let made = hub
        .call(
            Some(key),
            "POST",
            &format!("/v1/participants/{participant}/code"),
            Some(&json!({})),
        )
        .await;
    let code = made.1["code"]
        .as_str()
        .unwrap_or_else(|| panic!("{}", made.1))
        .to_owned();
    let mut own = Visitor::participant(hub, &code).await.unwrap();
    for address in ["/meg", "/meg/take-back"] {
        let page = own.get(address).await;
        assert!([200, 303].contains(&page.status), "{address}: {}", page.html);
        pages.push((address.to_owned(), page));
    }
    let mut secrets = person.secrets();
    secrets.extend(own.secrets());
    // A cookie for the language is no secret.
    secrets.retain(|secret| secret.len() >= 16);
    secrets.extend([code, "et langt nok passord".to_owned()]);
    assert!(secrets.len() >= 4, "{secrets:?}");
    People { secrets, pages }
}
