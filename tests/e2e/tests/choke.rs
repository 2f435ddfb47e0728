//! The choke point. The test enumerates every path by which content could leave the hub, from the code and from the
//! running hub's list of routes. Under a consent, content leaves by the intended paths; after its withdrawal, by none.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

#[path = "choke/walk.rs"]
mod walk;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use bindeledd_e2e::{Visitor, World, built_binary, person};
use bindeledd_simulators::ControlClient;
use serde_json::{Value, json};
use walk::{Ids, Seen, Walker};

const SOON: Duration = Duration::from_secs(30);

// ---- the paths by the code ----

fn source(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path)).unwrap()
}

/// Returns every source file below a folder.
fn files_of(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if path.is_dir() {
            found.extend(files_of(&path));
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
    found
}

/// Returns a file's module name; a `mod.rs` has its folder's.
fn module(path: &Path) -> String {
    let stem = |path: &Path| path.file_stem().unwrap().to_string_lossy().into_owned();
    match stem(path).as_str() {
        "mod" => stem(path.parent().unwrap()),
        name => name.to_owned(),
    }
}

/// Returns every function of the store that contains one of `calls`, as `file::function`.
fn functions_with(calls: &[&str]) -> BTreeSet<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../hub/store/src");
    let mut found = BTreeSet::new();
    for path in files_of(&folder) {
        let name = module(&path);
        if name == "seal" {
            continue;
        }
        // A call may span several lines, so white space is removed.
        let mut function = String::new();
        let mut dense = String::new();
        let code = fs::read_to_string(&path).unwrap();
        let code = code.split("#[cfg(test)]\nmod ").next().unwrap().to_owned();
        for line in code.lines().chain(["fn end("]) {
            let words = line.trim_start();
            let declared = ["fn ", "pub(crate) fn ", "pub(super) fn ", "pub fn ", "async fn "]
                .iter()
                .find_map(|prefix| words.strip_prefix(prefix));
            if let Some(declared) = declared {
                if calls.iter().any(|call| dense.contains(call)) {
                    found.insert(format!("{name}::{function}"));
                }
                dense.clear();
                declared.split(['(', '<']).next().unwrap().clone_into(&mut function);
            } else {
                dense.extend(words.chars().filter(|c| !c.is_whitespace()));
            }
        }
    }
    found
}

fn set(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

/// Only these functions open sealed content. A new function needs an entry here, with the reason why its content may leave or does
/// not leave. A message's content (`body`, `frozen`) leaves only by a decision.
#[test]
fn content_is_opened_where_a_decision_follows_and_nowhere_else() {
    let opens = functions_with(&["vault.open("]);
    let known = set(&[
        // A message's content; the functions that call this one are listed below.
        "release_input::message",
        "frozen::get",
        // A person's numbers: for their own copy under a `ContentAccess`, for a withdrawal notice, and for a consent that is
        // registered again.
        "participant::national_id",
        "participant::other_numbers",
        // A party's own ids for messages, which only that party gets.
        "frozen::open_reference",
        "release_input::names",
        // The ids in their original spelling, for new digests; they never leave.
        "ids::opened",
        // The reasons of failures, for the sender and the operator; they contain no content.
        "messages::cause",
        // The words of a receiver's answer that a person entered, to compare them with those of an older form. They never leave.
        "delivery::cause_text",
        // The consent itself, for its parties and the operator.
        "consent::read",
        "consent::confirmations",
        // The salt of a digest in the audit log, for a holder of the bytes. The salt alone reveals nothing.
        "frozen::salt",
        // The facts that an adapter kept from reading a document, for the answer that the adapter makes.
        "answer::pending",
        // The secret of a person's second factor, which checks a code and never leaves.
        "account::totp",
        // Items fetched from an inbox, before they are read. They come from outside and go to an adapter's `read`.
        "fetched::open",
        "fetched::cursor",
        // Content is sealed again under another key of the same person, in one transaction.
        "join::again",
        "join::move_numbers",
        // The reasons of requests to open content, and of looks: for the console and for the participant.
        "look::reason",
        // A message that a person has begun and not sent, for that person alone. It leaves the hub only by acceptance and a decision.
        "unsent::read",
        // A question to the participant: for the participant, and for the party that wrote it. It is the text of a form.
        "request::found",
        // Checks whether a number opens under its person's key after rows were edited. A number that does not open is removed, and
        // none leaves.
        "mismatch::own_numbers",
    ]);
    assert_eq!(opens, known, "a place that opens something sealed came or went");

    // For a writing, the content goes to `decide` and `minimise` in the engine. For a replay, it is routed and decided again. For
    // the participant's own copy and for break-glass, it is opened under a `ContentAccess`, which exists only with its audit row. For a
    // letter in a mailbox, it is decided and minimised in the store; a list has the participant's name out of that, or out of a message
    // of the party's own. A meeting that the party proposed has its contact person out of its own message.
    assert_eq!(
        functions_with(&["=message(db,", "release_input::message("]),
        set(&[
            "letter::meeting",
            "letter::name",
            "letter::part",
            "opening::content",
            "release_input::to_write",
            "replay::held",
            "subject::message"
        ])
    );
    // Content that is no delivery is opened under a `ContentAccess`, and each of these places writes the audit row and the look first,
    // in the same transaction. Break-glass decides about each receiver as well.
    assert_eq!(
        functions_with(&["ContentAccess::recorded("]),
        set(&["look::into_inbox", "opening::read", "subject::access"])
    );
    for (file, function) in [
        ("commands/look.rs", "into_inbox"),
        ("commands/opening.rs", "read"),
        ("views/subject.rs", "access"),
    ] {
        let code = source(&format!("hub/store/src/{file}"));
        let code = code.split(&format!("pub(crate) fn {function}(")).nth(1).unwrap();
        let code = code.split("\n}\n").next().unwrap();
        let (row, look) = (code.find("tx.audit(").unwrap(), code.find("put(").unwrap());
        let made = code.find("ContentAccess::recorded(").unwrap();
        assert!(row < made && look < made, "{file}: the row and the look come first");
    }
    let opening = source("hub/store/src/commands/opening.rs");
    let content = opening.split("fn content(").nth(1).unwrap();
    assert!(content.contains("= decide(&ledger") && content.contains("decision.minimise(&message)"));
}

/// A letter of a mailbox is decided and minimised in the store.
#[test]
fn a_letter_is_read_by_a_person_who_follows_the_participant_up() {
    let letter = source("hub/store/src/commands/letter.rs");
    let part = letter.split("fn part(").nth(1).unwrap();
    assert!(part.contains("= decide(&ledger") && part.contains("decision.minimise(&message)"));
    // A letter is read by a person who follows the participant up, and its row comes before its content leaves.
    let read = letter.split("pub(crate) fn read(").nth(1).unwrap();
    let read = read.split("\n}\n").next().unwrap();
    let (own, row) = (read.find("= own(tx,").unwrap(), read.find("tx.audit(").unwrap());
    assert!(own < row && row < read.find("Letter {").unwrap());
    let own = letter.split("fn own(").nth(1).unwrap();
    assert!(
        own.split("\n}\n")
            .next()
            .unwrap()
            .contains("sees_content(&person, party, &rows, now)")
    );
}

/// A delivery that the sender's person enters is read by a person who follows the participant up, and the row comes before its
/// bytes leave.
#[test]
fn a_delivery_is_entered_by_a_person_of_its_sender_who_follows_the_participant_up() {
    let entry = source("hub/store/src/commands/entry.rs");
    let body = |function: &str| {
        let rest = entry.split(function).nth(1).unwrap();
        rest.split("\n}\n").next().unwrap().to_owned()
    };
    let read = body("pub(crate) fn read(");
    let places = [
        "own(tx,",
        "hand_over_again(&ledger",
        "tx.audit(",
        "document: Some(released)",
    ];
    let places = places.map(|part| read.find(part).unwrap());
    assert!(places.is_sorted(), "{places:?}");
    let own = body("fn own(");
    assert!(own.contains("of.sender == by.party") && own.contains("sees_content(&person, &by.party, &rows, now)"));
    for act in ["enter", "answer", "one"] {
        assert!(body(&format!("pub(crate) fn {act}(")).contains("own("), "{act}");
    }
}

/// The bytes of a delivery leave only after a decision in the transaction that hands them out.
#[test]
fn bytes_are_released_where_a_decision_stands_before_them() {
    // Both functions decide again in the transaction. A notice has no content about the participant.
    assert_eq!(
        functions_with(&["frozen::get("]),
        set(&[
            "release::reserve_message",
            "release::reserve_notice",
            "inbox::reread",
            // For a person of the sender, who enters the document in the receiver's form.
            "entry::read"
        ])
    );
    let rules = source("hub/core/src/delivery/release.rs");
    for (function, file) in [
        ("reserve", "release.rs"),
        ("hand_over_again", "inbox.rs"),
        ("hand_over_again", "entry.rs"),
    ] {
        let rule = rules.split(&format!("pub fn {function}<T>")).nth(1).unwrap();
        let rule = rule.split("\n    }\n").next().unwrap();
        assert!(
            rule.contains("self.decide(ledger, now)") && rule.contains("Released::under(&decision"),
            "{function}"
        );
        let code = source(&format!("hub/store/src/commands/{file}"));
        assert!(code.contains(&format!("of_message.{function}(&ledger")), "{file}");
    }
}

/// All content leaves through one of these functions. Each takes a value that only a decision makes, or a value without content.
#[test]
fn every_way_out_takes_what_only_a_decision_makes() {
    let carries: BTreeMap<&str, &str> = [
        // Content for a party's address.
        ("courier::send", "Released<Frozen>"),
        // Requests to an inbox from which the hub fetches, and the check whether an address answers.
        ("courier::ask", "MailboxRequest"),
        ("courier::listen", "MailboxRequest"),
        ("courier::next", "&mut self"),
        ("courier::probe", "&EndpointAddress"),
        // The look-up of an address's name; nothing is sent to the address.
        ("courier::find", "&EndpointAddress"),
        // A mail that only announces that a message waits, or alerts by their kinds.
        ("mailer::send", "Mail"),
        // A push of an alert, which names its kind and nobody.
        ("pusher::push", "PushNotice"),
        // Input of an adapter: a message to be written, or a document from outside.
        ("adapters::write", "Minimised<Message>"),
        ("adapters::write_notice", "WithdrawalNotice"),
        ("adapters::read", "Document"),
        ("adapters::acknowledge", "Outcome"),
        ("adapters::settle", "Response"),
        ("adapters::ask", "InboxAsk"),
        ("adapters::answered", "InboxAsk"),
        ("adapters::manifest", "AdapterId"),
        // An operator's settings, which are compared with the adapter's manifest.
        ("adapters::settings_faults", "settings: &Value"),
    ]
    .into();
    let mut seen = BTreeSet::new();
    for port in ["courier", "adapters", "mailer", "pusher"] {
        let code = source(&format!("hub/engine/src/ports/{port}.rs"));
        for part in code.split("async fn ").skip(1) {
            let signature = part.split(';').next().unwrap();
            let name = format!("{port}::{}", signature.split(['(', '<']).next().unwrap());
            let takes = carries
                .get(name.as_str())
                .unwrap_or_else(|| panic!("{name} is a way out that is not known here"));
            assert!(signature.contains(takes), "{name} does not take {takes}: {signature}");
            seen.insert(name);
        }
    }
    let known: BTreeSet<_> = carries.keys().map(|name| (*name).to_owned()).collect();
    assert_eq!(seen, known);
}

// ---- the paths of the running hub ----

/// A participant with messages in every state from which content could still leave.
struct Story {
    person: String,
    canary: String,
    messages: Vec<String>,
    consent: String,
    reference: String,
    is_taken_back: bool,
}

impl Story {
    /// Returns the texts that pages may have: the participant's name, the content, and an unfinished message.
    fn texts(&self) -> [String; 3] {
        ["navn", "arbeid", "utkast"].map(|part| format!("{}{part}", self.canary))
    }
}

struct Choke {
    world: World,
    provider: String,
    nav: String,
    havna: ControlClient,
    skogen: ControlClient,
    /// The people of the hub and of three parties, with the ids of their accounts.
    people: Vec<(Walker, String)>,
}

impl Choke {
    async fn new() -> Self {
        let mut world = World::new(&[]).await;
        let (havna_address, havna) = world.counterpart("provider", &[]).await;
        let (skogen_address, skogen) = world.counterpart("provider", &[]).await;
        let provider = world.provider("nordvik", None, json!({})).await;
        world.provider("havna", Some(&havna_address), json!({})).await;
        world.provider("skogen", Some(&skogen_address), json!({})).await;
        let nav = json!({"id": "nav-nordvik", "name": "Nav Nordvik", "kind": "nav-office"});
        let nav = world.hub.add_party(&nav).await;
        let printer = json!({
            "id": "fontenehuset", "name": "Fontenehuset", "kind": "clubhouse",
            "endpoint": {"adapter": "print-letter", "settings": {"format": "text"}},
        });
        world.hub.add_party(&printer).await;
        let administrator = Visitor::first_administrator(&world.hub).await;
        let administrator = Walker::new("operator", administrator, &["/console", "/mailbox"]);
        let mut people = vec![(administrator, String::new())];
        for (name, party) in [("sender", "nordvik"), ("nav", "nav-nordvik"), ("house", "fontenehuset")] {
            people.push(Walker::of_party(&world.hub, name, party).await);
        }
        Self {
            world,
            provider,
            nav,
            havna,
            skogen,
            people,
        }
    }

    /// Makes a story with one message in each state: tried and waiting for its retry (havna), never written (skogen,
    /// paused), fetched and unfetched in an inbox (Nav), and one for a printer.
    async fn story(&self, n: usize) -> Story {
        let (person, canary) = (person(n), format!("KANARI{n}FUGL"));
        self.havna
            .behave(&json!({"mode": "status", "status": 503}))
            .await
            .unwrap();
        self.operate("/v1/admin/parties/skogen/pause").await;
        let all = ["havna", "skogen", "nav-nordvik", "fontenehuset"];
        let grants: Vec<_> = all.iter().map(|to| ("nordvik", *to, &["progress"][..])).collect();
        let consent = self.world.consent(&person, &grants).await;
        let mut messages = Vec::new();
        for (m, to) in all.iter().chain(["nav-nordvik"].iter()).enumerate() {
            let message = json!({
                "kind": "progress-update", "senderReference": format!("{canary}-{m}"), "conversation": format!("{canary}-{m}"),
                "participant": {"nationalId": person, "name": format!("{canary}navn")}, "to": [to],
                "sentAt": "2026-11-20T10:00:00+01:00", "body": {"status": "DELTAR", "activity": format!("{canary}arbeid")},
            });
            let (status, answer) = self
                .world
                .hub
                .call(Some(&self.provider), "POST", "/v1/messages", Some(&message))
                .await;
            assert_eq!(status, 202, "{answer}");
            messages.push(answer["messages"][0]["id"].as_str().unwrap().to_owned());
            if m == 2 {
                let inbox = self.as_nav("/v1/parties/nav-nordvik/inbox?limit=200").await;
                assert!(inbox.to_string().contains(&canary), "{n}: {inbox}");
            }
        }
        let tried = bindeledd_e2e::eventually(SOON, || async {
            let message = self.world.hub.message(&messages[0]).await;
            (message["deliveries"][0]["attempts"].as_u64() > Some(0) && message["deliveries"][0]["state"] == "waiting")
                .then_some(())
        });
        tried.await.expect("havna was tried");
        Story {
            person,
            canary,
            messages,
            consent: consent["id"].as_str().unwrap().to_owned(),
            reference: consent["participant"]["ref"].as_str().unwrap().to_owned(),
            is_taken_back: false,
        }
    }

    async fn operate(&self, path: &str) -> Value {
        self.world.hub.operator("POST", path, Some(&json!({}))).await
    }

    async fn as_nav(&self, path: &str) -> Value {
        self.world.hub.call(Some(&self.nav), "GET", path, None).await.1
    }

    /// Returns the routes that return the content, for the operator, the sender and a receiver.
    async fn by_every_route(&self, story: &Story) -> BTreeSet<String> {
        let document = self.world.hub.operator("GET", "/v1/openapi.json", None).await;
        let mut leaks = BTreeSet::new();
        for (path, methods) in document["paths"].as_object().unwrap() {
            if methods.get("get").is_none() {
                continue;
            }
            let delivery = self.world.hub.message(&story.messages[2]).await["deliveries"][0]["id"].clone();
            for message in &story.messages {
                let adapter = "provider-json".to_owned();
                let id = if path.contains("consents") {
                    &story.consent
                } else if path.contains("adapters") {
                    &adapter
                } else {
                    message
                };
                for party in ["nav-nordvik", "nordvik", "fontenehuset", "havna"] {
                    let address = path
                        .replace("{party}", party)
                        .replace("{id}", id)
                        .replace("{ref}", &story.reference)
                        .replace("{name}", party)
                        .replace("{delivery}", delivery.as_str().unwrap())
                        .replace("{tile}", "entries/000.p/1")
                        .replace("{version}", "configured");
                    assert!(!address.contains('{'), "{path} has a part that this test does not know");
                    for key in [None, Some(&self.provider), Some(&self.nav)] {
                        let url = format!("{}{address}", self.world.hub.address());
                        let key = key.map_or_else(|| self.operator_key(), Clone::clone);
                        let answer = self.world.hub.client.get(url).bearer_auth(key).send().await.unwrap();
                        if answer.text().await.unwrap().contains(&story.canary) {
                            leaks.insert(path.clone());
                        }
                    }
                }
            }
        }
        leaks
    }

    /// Lets the people of the three parties follow the participant up. The sender's person begins a message.
    async fn begin_work(&mut self, story: &Story) {
        for (walker, id) in self.people.iter_mut().skip(1) {
            walker.follow_up(id, &story.reference).await;
        }
        let sender = &mut self.people[1].0.visitor;
        let address = format!(
            "/mailbox/new/write?participant={}&kind=progress-update",
            story.reference
        );
        let page = sender.get(&address).await;
        let [_, _, unfinished] = story.texts();
        let fields = [("do", "save"), ("f.activity", unfinished.as_str())];
        let saved = sender.act(&page, "/mailbox/new/write", &fields).await;
        assert_eq!(saved.status, 303, "{}", saved.html);
    }

    /// Lets every person walk every page, the participant with a code among them. Returns the pages with a text of the story, and
    /// the rows that answered with a page.
    async fn by_every_page(&mut self, story: &Story) -> (BTreeSet<Seen>, BTreeSet<String>) {
        let mut deliveries = Vec::new();
        for message in &story.messages {
            let told = self.world.hub.message(message).await;
            deliveries.push(told["deliveries"][0]["id"].as_str().unwrap_or_default().to_owned());
        }
        let ids = Ids {
            messages: story.messages.clone(),
            deliveries,
            participant: story.reference.clone(),
            consent: story.consent.clone(),
            parties: ["nordvik", "havna", "nav-nordvik", "fontenehuset"]
                .map(str::to_owned)
                .to_vec(),
        };
        let path = format!("/v1/participants/{}/code", story.reference);
        let (status, code) = self
            .world
            .hub
            .call(Some(&self.provider), "POST", &path, Some(&json!({})))
            .await;
        // A participant without anything to show gets no code, or a code that opens nothing.
        let opened = match code["code"].as_str() {
            Some(code) => Visitor::participant(&self.world.hub, code).await,
            None => None,
        };
        assert!(opened.is_some() || story.is_taken_back, "{status}: {code}");
        let participant = opened.unwrap_or_else(|| Visitor::stranger(&self.world.hub));
        let mut participant = Walker::new("participant", participant, &["/meg"]);
        let (mut found, mut answered) = participant.walk(&ids, &story.texts()).await;
        for (walker, _) in &mut self.people {
            let (seen, rows) = walker.walk(&ids, &story.texts()).await;
            found.extend(seen);
            answered.extend(rows);
        }
        (found, answered)
    }

    fn operator_key(&self) -> String {
        let file = self.world.hub.dir().join("data/operator.key");
        fs::read_to_string(file).unwrap().trim().to_owned()
    }

    /// Returns true if the output or the file of a command contains the content.
    fn by_command(&self, story: &Story, arguments: &[&str], out: Option<&Path>) -> bool {
        let run = Command::new(built_binary("bindeledd"))
            .args(arguments)
            .args(["--url", self.world.hub.address(), "--config"])
            .arg(self.world.hub.dir().join("bindeledd.toml"))
            .args(out.iter().flat_map(|out| [Path::new("--out"), *out]))
            .output()
            .unwrap();
        let mut text = String::from_utf8_lossy(&run.stdout).into_owned();
        text.push_str(&String::from_utf8_lossy(&run.stderr));
        for file in out.into_iter().filter_map(|out| fs::read_dir(out).ok()).flatten() {
            text.push_str(&String::from_utf8_lossy(&fs::read(file.unwrap().path()).unwrap()));
        }
        text.contains(&story.canary)
    }

    /// Returns the commands that reveal the content, among those about messages and the printing command.
    fn by_every_command(&self, story: &Story, folder: &str) -> BTreeSet<String> {
        let mut leaks = BTreeSet::new();
        let mut note = |name: &str, leaked: bool| {
            if leaked {
                leaks.insert(name.to_owned());
            }
        };
        for message in &story.messages {
            note(
                "message show",
                self.by_command(story, &["message", "show", message], None),
            );
            note(
                "message retry",
                self.by_command(story, &["message", "retry", message], None),
            );
        }
        note(
            "message list",
            self.by_command(story, &["message", "list", "--json"], None),
        );
        note("alert list", self.by_command(story, &["alert", "list", "--json"], None));
        note("audit list", self.by_command(story, &["audit", "list", "--json"], None));
        note(
            "consent show",
            self.by_command(story, &["consent", "show", &story.consent, "--json"], None),
        );
        let out: PathBuf = self.world.dir.path().join(folder);
        note(
            "party print",
            self.by_command(
                story,
                &["party", "print", "fontenehuset", "--reason", "sak 2026/17"],
                Some(&out),
            ),
        );
        leaks
    }

    /// Returns true if the participant's own copy contains the content. The audit log then has a row for it.
    async fn exported(&self, story: &Story, folder: &str) -> bool {
        let out = self.world.dir.path().join(format!("copy-{folder}"));
        let arguments = ["participant", "export", &story.reference, "--reason", "sak 2026/17"];
        let found = self.by_command(story, &arguments, Some(&out));
        let (mut audited, mut from) = (false, 1);
        loop {
            let path = format!("/v1/admin/audit?from={from}&limit=1000");
            let page = self.world.hub.operator("GET", &path, None).await;
            let rows = page["rows"].as_array().unwrap();
            let about = |row: &Value| row["action"] == "exported" && row.to_string().contains(&story.reference);
            audited |= rows.iter().any(about);
            match rows.last() {
                Some(last) => from = last["seq"].as_u64().unwrap() + 1,
                None => break,
            }
        }
        assert_eq!(found, audited);
        found
    }

    async fn arrived(&self, story: &Story) -> usize {
        let mut count = 0;
        for receiver in [&self.havna, &self.skogen] {
            let arrivals = receiver.arrivals(0).await.unwrap();
            count += arrivals
                .iter()
                .filter(|a| a.to_string().contains(&story.canary))
                .count();
        }
        count
    }

    /// Releases everything that waits: the receivers answer, the paused party resumes, and every message is replayed.
    async fn let_loose(&self, story: &Story) {
        self.havna.behave(&json!({"mode": "ok"})).await.unwrap();
        self.operate("/v1/admin/parties/skogen/resume").await;
        for message in &story.messages {
            self.world
                .hub
                .call(None, "POST", &format!("/v1/messages/{message}/retry"), Some(&json!({})))
                .await;
        }
        for message in &story.messages {
            self.world
                .hub
                // A fetched delivery waits for its acknowledgement, and is decided again at the next reading.
                .settled(message, &["cancelled", "failed", "blocked", "awaiting-receipt"], SOON)
                .await;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_taken_back_leaves_by_no_path() {
    let mut choke = Choke::new().await;
    for (n, how) in ["nothing", "withdrawn", "party by party", "protected", "erased"]
        .iter()
        .enumerate()
    {
        let mut story = choke.story(n).await;
        if *how == "nothing" {
            // While the consent stands, the search finds the content on the intended paths.
            assert_eq!(choke.by_every_route(&story).await, set(&["/v1/parties/{party}/inbox"]));
            assert_eq!(choke.by_every_command(&story, "before"), set(&["party print"]));
            assert!(choke.arrived(&story).await > 0);
            choke.begin_work(&story).await;
            let (seen, rows) = choke.by_every_page(&story).await;
            // The content is on a letter of its receiver, what somebody began on that person's own page, and the name in the
            // mailboxes of the parties. Neither the operator nor the participant's own page has any of it.
            let expected = |one: &Seen| match (one.text, one.who) {
                (1, "nav" | "house") => one.page == "/mailbox/deliveries/*",
                (2, "sender") => one.page == "/mailbox/drafts/*",
                (0, "nav" | "house" | "sender") => one.page.starts_with("/mailbox"),
                _ => false,
            };
            assert!(seen.iter().all(expected), "{seen:#?}");
            for (who, text) in [("nav", 1), ("house", 1), ("sender", 2), ("sender", 0)] {
                assert!(
                    seen.iter().any(|one| (one.who, one.text) == (who, text)),
                    "{who} {text}"
                );
            }
            let silent: BTreeSet<String> = walk::rows().into_iter().filter(|row| !rows.contains(row)).collect();
            let known = walk::NO_PAGE.iter().flat_map(|(_, rows)| rows.iter());
            assert_eq!(
                silent,
                known.map(|row| (*row).to_owned()).collect(),
                "rows without a page"
            );
            continue;
        }
        choke.begin_work(&story).await;
        let participant = format!("/v1/admin/participants/{}", story.reference);
        match *how {
            "withdrawn" => {
                choke.operate(&format!("/v1/consents/{}/withdraw", story.consent)).await;
            }
            "party by party" => {
                for party in ["havna", "skogen", "nav-nordvik", "fontenehuset"] {
                    let scope = json!({ "party": party });
                    choke
                        .world
                        .hub
                        .operator("POST", &format!("{participant}/withdraw"), Some(&scope))
                        .await;
                }
            }
            "protected" => {
                let body = json!({"nationalId": story.person, "protected": true});
                let path = "/v1/admin/participants/protect";
                choke.world.hub.operator("POST", path, Some(&body)).await;
            }
            _ => {
                choke.operate(&format!("{participant}/erase")).await;
            }
        }
        story.is_taken_back = true;
        let before = choke.arrived(&story).await;
        choke.let_loose(&story).await;
        assert_eq!(choke.by_every_route(&story).await, BTreeSet::new(), "{how}");
        assert_eq!(choke.by_every_command(&story, how), BTreeSet::new(), "{how}");
        let (seen, _) = choke.by_every_page(&story).await;
        // Nobody's page has the content any longer, nor the name, nor the message that somebody began.
        assert_eq!(seen, BTreeSet::new(), "{how}");
        assert_eq!(
            choke.arrived(&story).await,
            before,
            "{how}: something was sent after it"
        );
        // The participant's right of access is the only exception: the operator exports the content with a reason, and an audit
        // row is written.
        let exported = choke.exported(&story, how).await;
        assert_eq!(exported, *how != "erased", "{how}: the participant's own copy");
    }
}
