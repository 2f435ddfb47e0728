//! A hub with a provider, a specialist service, a GP and a Nav office around it, all as processes with TLS.

use std::fs::File;

use bindeledd_simulators::{Authority, ControlClient, Process, write_secret};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::hub::{Hub, built_binary};

/// A small world on loopback.
pub struct World {
    /// The hub.
    pub hub: Hub,
    /// Temporary folder, removed when the world is dropped.
    pub dir: TempDir,
    authority: Authority,
    counterparts: Vec<Process>,
}

impl World {
    /// Makes a hub without parties. `extra` are configuration values as environment variables.
    ///
    /// # Panics
    /// The hub can not be set up.
    pub async fn new(extra: &[(&str, String)]) -> Self {
        let dir = TempDir::new().unwrap();
        let authority = Authority::new().unwrap();
        let ca = dir.path().join("ca.pem");
        authority.write_ca(&ca).unwrap();
        let mut environment = vec![("BINDELEDD__OUTBOUND__CA_FILES", ca.display().to_string())];
        environment.extend_from_slice(extra);
        let hub = Hub::start(&dir.path().join("hub"), &environment).await;
        Self {
            hub,
            dir,
            authority,
            counterparts: Vec::new(),
        }
    }

    /// Starts a simulator of `kind` as a process, over TLS. Returns its address and its control port.
    ///
    /// # Panics
    /// The simulator does not start.
    pub async fn counterpart(&mut self, kind: &str, arguments: &[&str]) -> (String, ControlClient) {
        let n = self.counterparts.len();
        let cert = self.dir.path().join(format!("{kind}-{n}.crt"));
        let key = self.dir.path().join(format!("{kind}-{n}.key"));
        self.authority.write_leaf(&cert, &key).unwrap();
        let mut all = vec![kind.to_owned()];
        all.extend(["--tls-cert".to_owned(), cert.display().to_string()]);
        all.extend(["--tls-key".to_owned(), key.display().to_string()]);
        all.extend(arguments.iter().map(|a| (*a).to_owned()));
        let log = File::create(self.dir.path().join(format!("{kind}-{n}.log"))).unwrap();
        let process = Process::start(&built_binary("bindeledd-simulators"), &all, log)
            .await
            .unwrap();
        let address = process
            .address
            .clone()
            .unwrap_or_default()
            .replace("127.0.0.1", "localhost");
        let control = ControlClient::new(&process.control).unwrap();
        self.counterparts.push(process);
        (address, control)
    }

    /// Lets the hub send its mail through a mail server of the test, and returns the server's control port. The hub starts again.
    ///
    /// # Panics
    /// The server or the hub does not start.
    pub async fn mail_server(&mut self, where_to_look: &str) -> ControlClient {
        let (address, server) = self.counterpart("smtp", &[]).await;
        let password = self.key_file("mail.password", "hemmelig-passord");
        self.hub.kill();
        for (variable, value) in [
            ("BINDELEDD__HUB__NAME", "Nordvik-huben"),
            ("BINDELEDD__MAIL__HOST", "localhost"),
            ("BINDELEDD__MAIL__PORT", address.rsplit(':').next().unwrap()),
            ("BINDELEDD__MAIL__FROM", "Nordvik-huben <hub@nordvik.example>"),
            ("BINDELEDD__MAIL__USERNAME", "hub"),
            ("BINDELEDD__MAIL__PASSWORD_FILE", &password),
            ("BINDELEDD__MAIL__WHERE_TO_LOOK", where_to_look),
            ("BINDELEDD__MAIL__GATHER_MINUTES", "0"),
        ] {
            self.hub.set(variable, value);
        }
        self.hub.restart().await;
        server
    }

    /// Adds a party that accepts the providers' JSON at `address`, and returns its key.
    pub async fn provider(&self, id: &str, address: Option<&str>, more: Value) -> String {
        let mut party = json!({"id": id, "name": format!("Aktør {id}"), "kind": "aft-provider"});
        if let Some(address) = address {
            party["endpoint"] = json!({"adapter": "provider-json", "address": address, "settings": {}});
        }
        merge(&mut party, more);
        self.hub.add_party(&party).await
    }

    /// Registers a consent for `person` as the operator, and returns it. Each grant is (from, to, categories).
    pub async fn consent(&self, person: &str, grants: &[(&str, &str, &[&str])]) -> Value {
        let grants: Vec<_> = grants
            .iter()
            .map(|(from, to, categories)| {
                json!({"from": from, "to": to, "purpose": "work-oriented-followup", "categories": categories})
            })
            .collect();
        let controller = grants[0]["from"].clone();
        let consent = json!({
            "schema": "bindeledd/consent/1", "participant": {"nationalId": person}, "givenAt": "2026-01-02T09:00:00+01:00",
            "givenBy": {"role": "participant"}, "controller": controller,
            "evidence": {"type": "signed-form", "reference": "arkiv-1"}, "textVersion": "1.0",
            "period": {"start": "2026-01-02"}, "grants": grants,
        });
        self.hub.operator("POST", "/v1/consents", Some(&consent)).await
    }

    /// Sends a progress update about `person` to `havna`, in a new conversation. Returns the message in the answer.
    ///
    /// # Panics
    /// The message is refused.
    pub async fn send_progress(&self, key: &str, person: &str, reference: &str) -> Value {
        self.send_progress_to("havna", key, person, reference).await
    }

    /// Sends such a progress report to another party.
    ///
    /// # Panics
    /// The hub does not take it.
    pub async fn send_progress_to(&self, to: &str, key: &str, person: &str, reference: &str) -> Value {
        let message = json!({
            "kind": "progress-update", "senderReference": reference, "conversation": reference,
            "participant": {"nationalId": person}, "to": [to], "sentAt": "2026-11-20T10:00:00+01:00",
            "body": {"status": "DELTAR"}
        });
        let (status, answer) = self.hub.call(Some(key), "POST", "/v1/messages", Some(&message)).await;
        assert_eq!(status, 202, "{answer}");
        answer["messages"][0].clone()
    }

    /// Writes a key to a file that only its owner can read, and returns the file's path.
    pub fn key_file(&self, name: &str, key: &str) -> String {
        let path = self.dir.path().join(name);
        write_secret(&path, key).unwrap();
        path.display().to_string()
    }
}

fn merge(into: &mut Value, more: Value) {
    if let (Value::Object(into), Value::Object(more)) = (into, more) {
        into.extend(more);
    }
}

/// Returns the `n`th synthetic national identity number (month plus 80), with right check digits.
///
/// # Panics
/// After some ten thousand numbers.
#[must_use]
pub fn person(n: usize) -> String {
    let weights = [[3, 7, 6, 1, 8, 9, 4, 5, 2, 0], [5, 4, 3, 2, 7, 6, 5, 4, 3, 2]];
    let check = |digits: &[u32], weights: &[u32]| {
        let sum: u32 = digits.iter().zip(weights).map(|(d, w)| d * w).sum();
        (11 - sum % 11) % 11
    };
    let candidates = (0..).filter_map(|serial: usize| {
        let (day, month, year, individual) = (
            1 + serial % 28,
            81 + serial / 28 % 12,
            50 + serial / 336 % 50,
            serial / 16_800,
        );
        let raw = format!("{day:02}{month:02}{year:02}{individual:03}");
        let mut digits: Vec<u32> = raw.chars().filter_map(|c| c.to_digit(10)).collect();
        for weights in weights {
            let k = check(&digits, &weights);
            if k == 10 {
                return None;
            }
            digits.push(k);
        }
        Some(
            digits
                .into_iter()
                .filter_map(|d| char::from_digit(d, 10))
                .collect::<String>(),
        )
    });
    candidates.skip(n).step_by(1).next().unwrap()
}
