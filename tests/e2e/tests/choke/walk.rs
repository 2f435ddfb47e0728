//! The walk over every page, by the people who may see something there.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::time::Duration;

use bindeledd_e2e::{Hub, Page, Visitor, kind_of_page};

/// Tries for a page, a tenth of a second apart.
const TRIES: usize = 300;
/// Pages of one kind that a person visits. A list leads to many of the same kind.
const OF_ONE_KIND: usize = 12;
/// Pages that no visit opens here, with the reason.
const NOT_HERE: [(&str, &str); 3] = [
    ("/console/live", "a stream of topics, which does not end"),
    ("/console/openid/", "this hub has no issuer"),
    ("/meg/openid/", "this hub has no issuer"),
];

/// Rows that answer with no page in the story, each with the reason.
pub(crate) const NO_PAGE: [(&str, &[&str]); 6] = [
    (
        "it is for somebody who signs in, and leads these people on",
        &[
            "/console/enrol",
            "/console/sign-in",
            "/console/sign-in/code",
            "/console/set-up/{token}",
        ],
    ),
    (
        "it sets the language and leads back",
        &["/console/language", "/meg/language"],
    ),
    ("it is a stream of topics", &["/console/live"]),
    (
        "this hub has no issuer",
        &[
            "/console/openid/start/{issuer}",
            "/console/openid/callback/{issuer}",
            "/meg/openid/start",
            "/meg/openid/callback/{issuer}",
            "/mailbox/consents/new/send",
        ],
    ),
    (
        "the story has nothing there: no alert, run, opening, waiting grant, suspension, draft of a consent or question to a participant, and nobody enters for Nav",
        &[
            "/console/hub/alerts/{id}",
            "/console/messages/runs/{run}",
            "/console/messages/{id}/open",
            "/console/openings/{id}",
            "/console/participants/{participant}/grants/{consent}/{grant}/confirm",
            "/console/parties/{party}/unsuspend",
            "/mailbox/consents/new/content",
            "/mailbox/consents/new/form",
            "/mailbox/consents/requests/{request}",
            "/mailbox/entries/{id}",
        ],
    ),
    (
        "nothing has the address",
        &["/console/{*rest}", "/mailbox/{*rest}", "/meg/{*rest}"],
    ),
];

/// The ids of one story, by the part of an address where they stand.
pub(crate) struct Ids {
    pub(crate) messages: Vec<String>,
    pub(crate) deliveries: Vec<String>,
    pub(crate) participant: String,
    pub(crate) consent: String,
    pub(crate) parties: Vec<String>,
}

/// A person, and the roots of the pages that they may see.
pub(crate) struct Walker {
    pub(crate) name: &'static str,
    pub(crate) visitor: Visitor,
    pub(crate) roots: &'static [&'static str],
}

/// A page that had one of the texts.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Seen {
    pub(crate) who: &'static str,
    pub(crate) page: String,
    pub(crate) text: usize,
}

impl Walker {
    pub(crate) fn new(name: &'static str, visitor: Visitor, roots: &'static [&'static str]) -> Self {
        Self { name, visitor, roots }
    }

    /// Makes a person of a party's mailbox. A team leader, who may become the contact person of anybody there.
    pub(crate) async fn of_party(hub: &Hub, name: &'static str, party: &str) -> (Self, String) {
        let roles = ["mailbox-user", "team-leader"];
        let (visitor, id) = Visitor::person_of(hub, party, name, &roles).await;
        (Self::new(name, visitor, &["/console", "/mailbox"]), id)
    }

    /// Makes this person the contact person of a participant.
    pub(crate) async fn follow_up(&mut self, own_id: &str, participant: &str) {
        let address = format!("/mailbox/participants/{participant}");
        let page = self.visitor.get(&address).await;
        assert_eq!(page.status, 200, "{}: {}", self.name, page.html);
        let given = self
            .visitor
            .act(&page, &format!("{address}/give"), &[("to", own_id)])
            .await;
        assert!([200, 303].contains(&given.status), "{}: {}", self.name, given.html);
    }

    /// Visits every page by the tables of routes, and by every link. Returns the pages that had one of the texts, and the rows of
    /// the tables that answered with a page.
    pub(crate) async fn walk(&mut self, ids: &Ids, texts: &[String]) -> (BTreeSet<Seen>, BTreeSet<String>) {
        let mut rows = rows();
        rows.retain(|row| self.roots.iter().any(|root| row.starts_with(root)));
        let mut ahead: Vec<String> = rows.iter().flat_map(|row| filled(row, ids)).collect();
        let (mut found, mut answered) = (BTreeSet::new(), BTreeSet::new());
        let mut visited: BTreeSet<String> = BTreeSet::new();
        let mut of_kind: BTreeMap<String, usize> = BTreeMap::new();
        let filled: BTreeSet<String> = ahead.iter().cloned().collect();
        while let Some(address) = ahead.pop() {
            if NOT_HERE.iter().any(|(not, _)| address.starts_with(not)) || !visited.insert(address.clone()) {
                continue;
            }
            let kind = of_kind.entry(shape(&address)).or_default();
            *kind += 1;
            if *kind > OF_ONE_KIND && !filled.contains(&address) {
                continue;
            }
            let page = self.page(&address).await;
            assert!(
                page.status < 500 && page.status != 429,
                "{} got {} at {address}: {}",
                self.name,
                page.status,
                page.html
            );
            if page.status == 200 {
                answered.extend(rows.iter().filter(|row| is_of(&address, row)).take(1).cloned());
            }
            found.extend(self.seen_on(&page, &address, texts));
            for root in self.roots {
                ahead.extend(page.links_into(root).iter().map(|link| without_fragment(link)));
            }
            if !page.to.is_empty() && page.to.starts_with('/') {
                ahead.push(without_fragment(&page.to));
            }
        }
        (found, answered)
    }

    /// Fetches a page. Requests without a session are counted by address, so that a walk over many pages waits for its turn.
    async fn page(&mut self, address: &str) -> Page {
        for _ in 0..TRIES {
            let page = self.visitor.get(address).await;
            if page.status != 429 {
                return page;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        self.visitor.get(address).await
    }

    fn seen_on(&self, page: &Page, address: &str, texts: &[String]) -> Vec<Seen> {
        let has = |text: &String| page.html.contains(text) || page.head.contains(text) || address.contains(text);
        let seen = texts.iter().enumerate().filter(|(_, text)| has(text));
        seen.map(|(text, _)| Seen {
            who: self.name,
            page: kind_of_page(address),
            text,
        })
        .collect()
    }
}

fn without_fragment(address: &str) -> String {
    address.split('#').next().unwrap_or_default().to_owned()
}

/// Returns the kind of an address, with the names of what it asks for.
fn shape(address: &str) -> String {
    let asked = address.split_once('?').map_or("", |(_, asked)| asked);
    let names: BTreeSet<&str> = asked.split('&').filter_map(|pair| pair.split('=').next()).collect();
    format!("{} {names:?}", kind_of_page(address))
}

/// Returns true if an address is one of a row.
fn is_of(address: &str, row: &str) -> bool {
    let path = address.split('?').next().unwrap_or_default();
    let (parts, of_row): (Vec<&str>, Vec<&str>) = (path.split('/').collect(), row.split('/').collect());
    let fits = |(part, of): (&&str, &&str)| part == of || of.starts_with('{');
    parts.len() == of_row.len() && parts.iter().zip(&of_row).all(fits)
}

/// Returns the addresses of a row for a story.
fn filled(row: &str, ids: &Ids) -> Vec<String> {
    let mut addresses = vec![row.to_owned()];
    while let Some(open) = addresses[0].find('{') {
        let close = addresses[0][open..].find('}').map_or(open, |at| open + at);
        let name = addresses[0][open..=close].to_owned();
        let before = &addresses[0][..open];
        let one = |id: &String| vec![id.clone()];
        let values: Vec<String> = match name.as_str() {
            "{*rest}" => vec!["KANARI".to_owned()],
            "{participant}" | "{ref}" => one(&ids.participant),
            "{party}" => ids.parties.clone(),
            "{delivery}" => ids.deliveries.clone(),
            "{message}" => ids.messages.clone(),
            "{id}" if before.contains("deliveries") => ids.deliveries.clone(),
            "{id}" if before.contains("consents") => one(&ids.consent),
            "{consent}" | "{request}" => one(&ids.consent),
            "{grant}" => vec!["0".to_owned()],
            "{id}" if before.contains("adapters") => vec!["provider-json".to_owned()],
            "{version}" if before.contains("adapters") => vec!["configured".to_owned()],
            "{id}" | "{run}" | "{key}" => ids.messages.clone(),
            "{version}" => vec!["1".to_owned()],
            "{code}" => vec!["BL-1001".to_owned()],
            "{token}" | "{issuer}" => vec!["0".repeat(32)],
            other => panic!("{row} has the part {other}, which this test does not know"),
        };
        addresses = addresses
            .iter()
            .flat_map(|address| values.iter().map(|value| address.replacen(&name, value, 1)))
            .collect();
    }
    // A page that needs to know about whom it is takes the pseudonym from its query.
    let asks = ["/mailbox/new", "/meg/take-back"]
        .iter()
        .any(|asks| row.starts_with(asks));
    if asks && !row.contains('{') {
        addresses.push(format!("{row}?participant={}&kind=progress-update", ids.participant));
    }
    addresses
}

/// Returns the addresses of all rows that read a page, out of the tables in the code.
pub(crate) fn rows() -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../hub");
    let addresses = fs::read_to_string(root.join("console/src/address.rs")).unwrap();
    let mut rows = Vec::new();
    for file in super::files_of(&root.join("pages/src")) {
        let below = file.strip_prefix(&root).unwrap();
        if below.components().any(|part| part.as_os_str() == "tests") {
            continue;
        }
        let code = fs::read_to_string(&file).unwrap();
        for row in code.split("get!(").skip(1) {
            let path = row.split(',').next().unwrap().trim();
            if let Some(constant) = path.strip_prefix("address::") {
                let line = format!("pub const {constant}: &str = \"");
                let value = addresses.split_once(&line);
                let value = value.unwrap_or_else(|| panic!("{constant} is no address"));
                rows.push(value.1.split('"').next().unwrap().to_owned());
            } else if path.starts_with("\"/") {
                rows.push(path.trim_matches('"').to_owned());
            }
        }
    }
    // Constant addresses come before those with a part that varies.
    rows.sort_by_key(|row| (row.contains('{'), row.clone()));
    assert!(rows.len() > 50, "{rows:?}");
    rows
}
