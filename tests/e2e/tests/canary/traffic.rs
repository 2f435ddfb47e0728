//! Real messages with a unique text (a canary) in every field where a person may write one.

use std::path::PathBuf;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bindeledd_e2e::{World, eventually};
use bindeledd_simulators::{ControlClient, write_secret};
use serde_json::{Value, json};

use crate::people::{People, UNFINISHED};
use crate::{echo, people};

const SOON: Duration = Duration::from_secs(30);
/// HER-ids of the hub and of the practice.
const HUB: u32 = 8_094_866;
const GP: u32 = 8_142_952;

/// Synthetic persons who stand in no example of the API's document, which is an answer as any other.
const WHO: &str = "07839139203";
/// A person without any consent.
pub(crate) const OTHER: &str = "19846839960";
const NAME: &str = "Bruno Kanarilenestol";
const WORKER: &str = "Vigdis Kanarivits";
const PHONE: &str = "98401577";
const TEXT: &str = "Kanarifuglen trives på lageret";
const ANSWER: &str = "Kanarien svarer: kan løfte ti kilo";
const REFERENCE: &str = "REF-kanari-4711";
const CONVERSATION: &str = "samtale-kanarioya";
const EVIDENCE: &str = "arkiv/kanarimappe 12";
const FIELD: &str = "kanarifeltet";
const FILE: &str = "kanarivedlegg-1957.pdf";
const QUERY: &str = "kanarisporring";
const HEADER: &str = "kanari-i-hodet";
const TREATMENT: &str = "Kanaribehandlingen er i gang";
const REFUSAL: &str = "Kanarien finnes ikke på listen vår";
const REASON: &str = "kanaribegrunnelsen er privat";

/// All canaries, which must not be found anywhere.
pub(crate) const CANARIES: [&str; 18] = [
    WHO,
    OTHER,
    NAME,
    WORKER,
    PHONE,
    TEXT,
    ANSWER,
    REFERENCE,
    CONVERSATION,
    EVIDENCE,
    FIELD,
    FILE,
    QUERY,
    HEADER,
    TREATMENT,
    REFUSAL,
    REASON,
    UNFINISHED,
];
/// Canaries that the receivers must have got.
pub(crate) const SENT_ON: &[&str] = &[WHO, NAME, TEXT, ANSWER, TREATMENT, WORKER, PHONE];
/// A text that the store deliberately keeps in the clear.
pub(crate) const PLANTED: &str = "Plantet kanari i klartekst";

/// Gives the hub an issuer for participants, so that a party can ask them on their own pages. Nobody signs in at it.
async fn issuer_of_participants(world: &mut World) {
    let secret = world.dir.path().join("own.secret");
    write_secret(&secret, "a secret of the tests\n").unwrap();
    for (key, value) in [
        ("FOR", "participants"),
        ("TITLE", "ID-porten"),
        ("ISSUER", "https://issuer.example"),
        ("CLIENT_ID", "hub"),
        ("ACR", "idporten-loa-high"),
        ("SECRET_FILE", &secret.display().to_string()),
    ] {
        world.hub.set(&format!("BINDELEDD__CONSOLE_ISSUERS__OWN__{key}"), value);
    }
    let console = world.hub.address().to_owned();
    world.hub.set("BINDELEDD__CONSOLE__URL", &console);
    world.hub.kill();
    world.hub.restart().await;
}

/// A hub with all its counterparts, and the texts sent through it.
pub(crate) struct Traffic {
    pub(crate) world: World,
    /// Every problem that a caller got as an answer.
    pub(crate) problems: Vec<(String, Value)>,
    tmp: tempfile::TempDir,
    provider: ControlClient,
    gp: ControlClient,
    specialist: ControlClient,
    mail: ControlClient,
    key: String,
    inbox: String,
    dps: String,
    sent: usize,
    messages: Vec<String>,
    consents: Vec<String>,
    /// The text with which the sender was told about a refusal.
    pub(crate) told: String,
    /// The content that a receiver fetched from its inbox.
    fetched: String,
    /// The people who worked at their pages.
    pub(crate) people: Option<People>,
}

impl Traffic {
    pub(crate) async fn new() -> Self {
        let tmp = tempfile::TempDir::new().unwrap();
        let own = ["core", "engine", "store", "host", "http", "gateway", "watch", "tlog"]
            .map(|part| format!("bindeledd_{part}=trace"));
        let mut world = World::new(&[
            ("TMPDIR", tmp.path().display().to_string()),
            (
                "BINDELEDD__LOG__LEVEL",
                format!("debug,bindeledd=trace,{}", own.join(",")),
            ),
            ("BINDELEDD__OUTBOUND__ALLOW_HTTP_LOOPBACK", "true".into()),
            ("BINDELEDD__AUDIT__CHECKPOINT_SECONDS", "1".into()),
        ])
        .await;
        issuer_of_participants(&mut world).await;
        let mail = world.mail_server("https://hub.nordvik.example/mailbox").await;
        let (to_provider, provider) = world.counterpart("provider", &[]).await;
        let (to_gp, gp) = world.counterpart("gp", &[]).await;
        let (to_dps, specialist) = world.counterpart("specialist", &[]).await;
        let key = world
            .provider(
                "nordvik",
                Some(&to_provider),
                json!({"herId": HUB, "orgNumber": "915933149"}),
            )
            .await;
        let inbox = world
            .provider(
                "klubben",
                None,
                json!({"kind": "clubhouse", "registrar": true, "notify": {"email": "post@klubben.example"}}),
            )
            .await;
        for (id, status) in [
            ("ekko-feil", "500 Internal Server Error"),
            ("ekko-nei", "422 Unprocessable Content"),
            ("ekko-flytt", "302 Found"),
            ("ekko-vent", "429 Too Many Requests"),
        ] {
            world.provider(id, Some(&echo::start(status)), json!({})).await;
        }
        let party = json!({
            "id": "fjellvik", "name": "Fjellvik legekontor", "kind": "gp", "herId": GP, "orgNumber": "974760924",
            "person": {"givenName": "Grønn", "familyName": "Vits", "hpr": "565501872"},
            "endpoint": {"adapter": "gp-dialogmelding", "address": to_gp, "herId": HUB, "settings": {},
                "limits": {"pollSeconds": 1, "timeoutSeconds": 5, "receiptSeconds": 3600}},
        });
        world.hub.add_party(&party).await;
        let party = json!({"id": "dps", "name": "Nordvik DPS", "kind": "specialist-service", "orgNumber": "883974832",
            "endpoint": {"adapter": "specialist-fhir", "address": to_dps, "settings": {}}});
        let dps = world.hub.add_party(&party).await;
        let party = json!({"id": "skriveren", "name": "Skriveren", "kind": "clubhouse",
            "endpoint": {"adapter": "print-letter", "settings": {"format": "html"}}});
        world.hub.add_party(&party).await;
        Self {
            world,
            problems: Vec::new(),
            tmp,
            provider,
            gp,
            specialist,
            mail,
            key,
            inbox,
            dps,
            sent: 0,
            messages: Vec::new(),
            consents: Vec::new(),
            told: String::new(),
            fetched: String::new(),
            people: None,
        }
    }

    /// Returns the folder that the hub uses for temporary files.
    pub(crate) fn tmp(&self) -> PathBuf {
        self.tmp.path().to_owned()
    }

    /// Sends all kinds of messages.
    pub(crate) async fn everything(&mut self) {
        self.agree().await;
        self.something_for_everyone().await;
        self.letters_of_the_doctor().await;
        self.words_of_the_specialist().await;
        self.refused().await;
        self.open_inboxes().await;
        self.people = Some(people::work(self, &self.consents[0], &self.inbox).await);
        // The practice's refusal has arrived with its text, and the sender can read it.
        let refused = eventually(SOON, || async {
            let path = format!("/v1/messages/{}", self.messages[0]);
            let (_, seen) = self.world.hub.call(Some(&self.key), "GET", &path, None).await;
            (seen["deliveries"][0]["state"] == "refused").then_some(seen.to_string())
        });
        self.told = refused.await.unwrap();
        // The hub has tried the failing endpoints more than once, and the second place is up to date.
        let tried = eventually(SOON, || async {
            let messages = self
                .world
                .hub
                .operator("GET", "/v1/admin/messages?limit=500", None)
                .await
                .to_string();
            (messages.contains("\"attempts\":2") || messages.contains("\"attempts\":3")).then_some(())
        });
        assert!(tried.await.is_some());
        self.taken_back().await;
    }

    async fn agree(&mut self) {
        let all = [
            "progress",
            "goals",
            "meeting",
            "dialogue",
            "facilitation",
            "function",
            "treatment-status",
            "outcome",
        ];
        let to = [
            "fjellvik",
            "dps",
            "klubben",
            "skriveren",
            "ekko-feil",
            "ekko-nei",
            "ekko-flytt",
            "ekko-vent",
        ];
        let grant = |from: &str, to: &str| json!({"from": from, "to": to, "purpose": "work-oriented-followup", "categories": all});
        let grants: Vec<_> = to
            .iter()
            .flat_map(|party| [grant("nordvik", party), grant(party, "nordvik")])
            .collect();
        let consent = json!({
            "schema": "bindeledd/consent/1", "participant": {"nationalId": WHO}, "givenAt": "2026-01-02T09:00:00+01:00",
            "givenBy": {"role": "guardian", "basis": REASON}, "controller": "nordvik",
            "evidence": {"type": "signed-form", "reference": EVIDENCE}, "textVersion": "1.0",
            "period": {"start": "2026-01-02"}, "grants": grants,
        });
        let answer = self.world.hub.operator("POST", "/v1/consents", Some(&consent)).await;
        self.consents.push(answer["id"].as_str().unwrap().to_owned());
        // Refused documents, with faults in different places.
        for (name, value) in [
            ("participant", json!({"nationalId": format!("{WHO}9"), "name": NAME})),
            ("participant", json!({"nationalId": NAME})),
            ("controller", json!(NAME)),
            ("evidence", json!({"type": EVIDENCE, "reference": EVIDENCE})),
            (
                "grants",
                json!([{"from": OTHER, "to": TEXT, "purpose": TEXT, "categories": [TEXT]}]),
            ),
            (FIELD, json!(TEXT)),
        ] {
            let mut wrong = consent.clone();
            wrong[name] = value;
            self.refuse("/v1/consents", &wrong.to_string(), "application/json")
                .await;
        }
        self.refuse("/v1/consents", &format!("{{\"{FIELD}\": \"{WHO}\""), "application/json")
            .await;
        let fhir = json!({"resourceType": "Consent", "patient": {"identifier": {"value": WHO}, "display": NAME}, "note": TEXT});
        self.refuse("/v1/consents", &fhir.to_string(), "application/fhir+json")
            .await;
    }

    /// Sends a message as the provider, and returns its id if it was accepted.
    async fn send(&mut self, kind: &str, who: &str, to: &[&str], body: Value) -> Value {
        self.sent += 1;
        let message = json!({
            "schema": "bindeledd/message/1", "kind": kind, "senderReference": format!("{REFERENCE}-{}", self.sent),
            "conversation": format!("{CONVERSATION}-{}", self.sent), "participant": {"nationalId": who, "name": NAME},
            "handler": {"name": WORKER, "phone": PHONE}, "to": to, "purpose": "work-oriented-followup",
            "sentAt": "2026-11-20T09:00:00+01:00", "body": body,
        });
        let (status, answer) = self
            .world
            .hub
            .call(Some(&self.key), "POST", "/v1/messages", Some(&message))
            .await;
        assert_eq!(status, 202, "{answer}");
        let id = answer["messages"][0]["id"].as_str().unwrap().to_owned();
        self.messages.push(id);
        answer
    }

    async fn something_for_everyone(&mut self) {
        let question = json!({"text": TEXT, "about": ["function"]});
        // The practice refuses one message with a text of its own.
        let plan = json!({"status": "refused", "errors": [{"code": "E21", "text": REFUSAL}], "times": 1});
        self.gp.receipts(&plan).await.unwrap();
        self.send("question", WHO, &["fjellvik"], question.clone()).await;
        let meeting =
            json!({"proposedTimes": [{"start": "2026-12-10T10:00:00+01:00"}], "place": "Storgata 1", "topic": TEXT});
        let to = [
            "dps",
            "klubben",
            "skriveren",
            "ekko-feil",
            "ekko-nei",
            "ekko-flytt",
            "ekko-vent",
        ];
        self.send("meeting-request", WHO, &to, meeting).await;
        self.send("question", WHO, &["fjellvik"], question.clone()).await;
        // No consent covers these messages: one person is unknown, and the consents of the other do not include the receiver.
        self.send("question", OTHER, &["fjellvik"], question.clone()).await;
        // A message in the provider's own format.
        let document = json!({
            "meldingstype": "FREMDRIFT", "referanse": format!("{REFERENCE}-native"), "samtalegruppe": CONVERSATION,
            "deltaker": {"norskIdent": WHO, "navn": NAME},
            "veileder": {"navn": WORKER, "rolle": "jobbkonsulent", "enhet": "Avdeling Havna", "telefon": PHONE},
            "mottakere": ["klubben", "ekko-feil"], "sendt": "2026-11-20T10:15:00+01:00",
            "innhold": {"status": {"type": "DELTAR"}, "aktivitet": TEXT, "arbeidssted": TEXT},
        });
        let (status, answer) = self
            .world
            .hub
            .call(
                Some(&self.key),
                "POST",
                "/v1/parties/nordvik/documents",
                Some(&document),
            )
            .await;
        assert_eq!(status, 202, "{answer}");
        // The same reference with a different text.
        let mut other = document.clone();
        other["innhold"]["aktivitet"] = json!(ANSWER);
        self.refuse("/v1/parties/nordvik/documents", &other.to_string(), "application/json")
            .await;
        let arrived = self.specialist.arrival(0, SOON, |_| true).await;
        assert!(arrived.is_ok(), "{}", self.world.hub.log());
        let arrived = self
            .gp
            .arrival(0, SOON, |a| a["document"].as_str().is_some_and(|d| d.contains(TEXT)))
            .await;
        assert!(arrived.is_ok(), "{}", self.world.hub.log());
    }

    /// Sends letters that the hub fetches; it accepts one and refuses the others.
    async fn letters_of_the_doctor(&mut self) {
        let letter = |more: Value| {
            let mut order = json!({
                "via": "queue", "to": {"name": "Bindeledd", "herId": HUB}, "what": "question", "text": ANSWER,
                "patient": {"nationalId": WHO, "givenName": "Bruno", "familyName": "Kanarilenestol"},
            });
            for (name, value) in more.as_object().unwrap() {
                order[name] = value.clone();
            }
            order
        };
        for order in [
            letter(json!({})),
            letter(json!({"what": "referral"})),
            letter(json!({"patient": {"nationalId": OTHER, "givenName": "Bruno", "familyName": "Kanarilenestol"}})),
        ] {
            self.gp.send(&order).await.unwrap();
        }
        let strange = format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?><{FIELD}>{WHO} {NAME} {TEXT}</{FIELD}>");
        let raw = json!({"via": "queue", "to": {"name": "Bindeledd", "herId": HUB}, "what": "raw",
            "base64": STANDARD.encode(strange)});
        self.gp.send(&raw).await.unwrap();
        let arrived = self
            .provider
            .arrival(0, SOON, |a| a["body"].as_str().is_some_and(|b| b.contains(ANSWER)))
            .await;
        assert!(arrived.is_ok(), "{}", self.world.hub.log());
    }

    async fn words_of_the_specialist(&mut self) {
        let key = self.dps.clone();
        let message = json!({
            "kind": "treatment-status", "senderReference": format!("{REFERENCE}-dps"),
            "participant": {"nationalId": WHO, "name": NAME}, "to": ["nordvik"], "sentAt": "2026-11-20T09:00:00+01:00",
            "body": {"status": "started", "availableWhen": TREATMENT},
        });
        let (status, answer) = self
            .world
            .hub
            .call(Some(&key), "POST", "/v1/messages", Some(&message))
            .await;
        assert_eq!(status, 202, "{answer}");
        assert_eq!(answer["messages"][0]["deliveries"][0]["state"], "waiting", "{answer}");
        let bundle = json!({"resourceType": "Bundle", "type": "message", "entry": [
            {"resource": {"resourceType": "Patient", "identifier": [{"value": WHO}], "name": [{"text": NAME}]}},
            {"resource": {"resourceType": "Communication", "payload": [{"contentString": TREATMENT}]}}]});
        let path = "/v1/parties/dps/documents";
        self.refuse_as(Some(&key), path, &bundle.to_string(), "application/fhir+json")
            .await;
        let xml = format!(
            "<Bundle xmlns=\"http://hl7.org/fhir\"><{FIELD} value=\"{WHO}\"/><text>{TREATMENT}</text></Bundle>"
        );
        self.refuse_as(Some(&key), path, &xml, "application/fhir+xml").await;
    }

    /// Sends documents that the hub refuses, for every kind of reason.
    async fn refused(&mut self) {
        let document = json!({"meldingstype": TEXT, "referanse": REFERENCE, FIELD: TEXT, "deltaker": {"norskIdent": WHO, "navn": NAME}});
        let path = "/v1/parties/nordvik/documents";
        self.refuse(path, &document.to_string(), "application/json").await;
        self.refuse(path, &format!("{{\"{FIELD}\": \"{TEXT}"), "application/json")
            .await;
        self.refuse(
            path,
            &format!("{WHO} {NAME} {TEXT}"),
            &format!("text/plain; name={FILE}"),
        )
        .await;
        // The document is deeper than an adapter reads, or larger than the limit.
        self.refuse(
            path,
            &format!("{}\"{TEXT}\"{}", "[".repeat(100_000), "]".repeat(100_000)),
            "application/json",
        )
        .await;
        self.refuse(
            path,
            &format!("{{\"innhold\": \"{}\"}}", TEXT.repeat(300_000)),
            "application/json",
        )
        .await;
        self.refuse(
            path,
            &format!("{{\"innhold\": \"{}\"}}", TEXT.repeat(100_000)),
            "application/json",
        )
        .await;
        self.refuse(
            "/v1/messages",
            &json!({"kind": TEXT, "to": [WHO], FIELD: NAME}).to_string(),
            "application/json",
        )
        .await;
        let unknown = json!({"kind": "question", "senderReference": REFERENCE, "participant": {"nationalId": WHO, "name": NAME},
            "to": [FIELD], "sentAt": TEXT, "body": {"text": TEXT}});
        self.refuse("/v1/messages", &unknown.to_string(), "application/json")
            .await;
        self.strange_addresses().await;
        for key in [
            HEADER,
            "blk_kanari-i-hodet",
            &format!("eyJhbGciOiJFUzI1NiJ9.{FIELD}.{QUERY}"),
        ] {
            self.refuse_as(Some(key), "/v1/messages", TEXT, "application/json")
                .await;
        }
        let party = json!({"id": "ny-aktor", "name": "Ny aktør", "kind": TEXT, FIELD: NAME});
        self.refuse_as(None, "/v1/admin/parties", &party.to_string(), "application/json")
            .await;
    }

    /// Sends the texts in URLs and headers.
    async fn strange_addresses(&mut self) {
        for path in [
            format!("/v1/parties/{WHO}/documents"),
            format!("/v1/parties/{WHO}/inbox?{QUERY}={WHO}"),
            format!("/v1/messages/{WHO}?{QUERY}={QUERY}"),
            format!("/v1/messages?{QUERY}={WHO}"),
            format!("/v1/admin/messages?participant={WHO}"),
            format!("/v1/admin/messages?party={FIELD}&kind={QUERY}"),
            format!("/v1/directory/{WHO}"),
            format!("/v1/{FIELD}/{WHO}?navn={QUERY}"),
            format!("/v1/admin/audit/tile/{QUERY}"),
            format!("/{FILE}"),
        ] {
            for method in ["GET", "POST", "DELETE"] {
                let request = self
                    .world
                    .hub
                    .client
                    .request(method.parse().unwrap(), format!("{}{path}", self.world.hub.address()));
                let request = request
                    .bearer_auth(&self.key)
                    .header("x-request-id", HEADER)
                    .header("content-disposition", format!("attachment; filename=\"{FILE}\""))
                    .header("user-agent", HEADER)
                    .header("referer", format!("https://fagsystem.example/?{QUERY}={WHO}"));
                let answer = request.send().await.unwrap();
                let problem = answer.json().await.unwrap_or(Value::Null);
                self.problems.push((path.clone(), problem));
            }
        }
    }

    async fn refuse(&mut self, path: &str, body: &str, media_type: &str) {
        let key = self.key.clone();
        self.refuse_as(Some(&key), path, body, media_type).await;
    }

    async fn refuse_as(&mut self, key: Option<&str>, path: &str, body: &str, media_type: &str) {
        let operator = std::fs::read_to_string(self.world.hub.dir().join("data/operator.key")).unwrap();
        let request = self
            .world
            .hub
            .client
            .post(format!("{}{path}", self.world.hub.address()))
            .bearer_auth(key.unwrap_or_else(|| operator.trim()))
            .header("content-type", media_type)
            .header("content-disposition", format!("attachment; filename=\"{FILE}\""))
            .body(body.to_owned());
        let answer = request.send().await.unwrap();
        let status = answer.status().as_u16();
        let problem: Value = answer.json().await.unwrap_or(Value::Null);
        assert!(
            status >= 400 || path.ends_with("documents"),
            "{path} took {}: {problem}",
            &body[..body.len().min(300)]
        );
        self.problems.push((path.to_owned(), problem));
    }

    async fn open_inboxes(&mut self) {
        let path = "/v1/parties/klubben/inbox";
        let (status, inbox) = self.world.hub.call(Some(&self.inbox), "GET", path, None).await;
        assert_eq!(status, 200, "{inbox}");
        let items = inbox["items"].as_array().unwrap();
        assert!(!items.is_empty(), "{inbox}");
        self.fetched = inbox.to_string();
        let ack = format!("{path}/{}/ack", items[0]["delivery"].as_str().unwrap());
        assert_eq!(self.world.hub.call(Some(&self.inbox), "POST", &ack, None).await.0, 204);
        let out = self.world.dir.path().join("post");
        let (code, told) = self.command(&[
            "party",
            "print",
            "skriveren",
            "--reason",
            "printed for the party",
            "--out",
            out.to_str().unwrap(),
        ]);
        assert_eq!(code, 0, "{}", String::from_utf8_lossy(&told));
    }

    async fn taken_back(&mut self) {
        for message in self.messages.clone() {
            self.world
                .hub
                .operator("POST", &format!("/v1/messages/{message}/retry"), None)
                .await;
        }
        let path = format!("/v1/consents/{}/withdraw", self.consents[0]);
        for wrong in [
            json!({"party": FIELD}),
            json!({FIELD: TEXT}),
            json!({"from": WHO, "to": NAME}),
        ] {
            self.refuse(&path, &wrong.to_string(), "application/json").await;
        }
        let part = json!({"from": "nordvik", "to": "ekko-nei", "purpose": "work-oriented-followup"});
        self.world.hub.operator("POST", &path, Some(&part)).await;
    }

    /// Returns everything that the receivers got.
    pub(crate) async fn received(&self) -> String {
        let mut all = self.fetched.clone();
        for system in [&self.provider, &self.gp, &self.specialist] {
            for arrival in system.arrivals(0).await.unwrap() {
                all.push_str(arrival["body"].as_str().unwrap_or_default());
                all.push_str(arrival["document"].as_str().unwrap_or_default());
            }
        }
        all
    }

    /// Returns every mail that the hub sent, at least one.
    pub(crate) async fn mails(&self) -> Vec<Value> {
        let mails = eventually(SOON, || async {
            let mails = self.mail.arrivals(0).await.unwrap();
            (!mails.is_empty()).then_some(mails)
        });
        mails.await.unwrap()
    }

    /// Returns every answer that is only for the operator, and other answers without content.
    pub(crate) async fn operators_answers(&self) -> Vec<(String, String)> {
        let mut paths: Vec<String> = [
            "/v1/admin/parties",
            "/v1/admin/messages?limit=500",
            "/v1/admin/alerts?limit=500",
            "/v1/admin/fetched?limit=500",
            "/v1/admin/audit?limit=1000",
            "/v1/admin/audit/checkpoint",
            "/v1/admin/key",
            "/v1/openapi.json",
            "/healthz",
            "/readyz",
            "/metrics",
        ]
        .map(str::to_owned)
        .to_vec();
        paths.extend(self.messages.iter().map(|id| format!("/v1/messages/{id}")));
        let mut answers = Vec::new();
        for path in paths {
            let operator = std::fs::read_to_string(self.world.hub.dir().join("data/operator.key")).unwrap();
            let request = self.world.hub.client.get(format!("{}{path}", self.world.hub.address()));
            let answer = request.bearer_auth(operator.trim()).send().await.unwrap();
            let (status, mut text) = (answer.status().as_u16(), format!("{:?}\n", answer.headers()));
            text.push_str(&answer.text().await.unwrap());
            assert_eq!(status, 200, "{path}: {text}");
            answers.push((path, text));
        }
        answers
    }

    /// Returns the output of every command that an operator may run.
    pub(crate) fn commands(&self) -> Vec<(String, Vec<u8>)> {
        let mut commands: Vec<Vec<String>> = [
            "party list",
            "message list",
            "alert list",
            "audit list",
            "audit verify",
            "key show",
            "check",
            "config show",
        ]
        .map(|line| line.split(' ').map(str::to_owned).collect())
        .to_vec();
        commands.extend(
            self.messages
                .iter()
                .map(|id| vec!["message".into(), "show".into(), id.clone()]),
        );
        let mut printed = Vec::new();
        for command in commands {
            for json in [false, true] {
                let mut arguments: Vec<&str> = command.iter().map(String::as_str).collect();
                if json {
                    arguments.push("--json");
                }
                let (code, out) = self.command(&arguments);
                assert!(
                    [0, 6].contains(&code),
                    "{arguments:?}: {}",
                    String::from_utf8_lossy(&out)
                );
                printed.push((arguments.join(" "), out));
            }
        }
        printed
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> (i32, Vec<u8>) {
        crate::run(self.world.hub.dir(), self.world.hub.address(), arguments)
    }
}
