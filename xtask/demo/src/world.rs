//! The world of the demo: its folder, its keys and certificates, the hub, and the systems around it.

use std::fs::{self, File};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Instant;

use bindeledd_simulators::{Authority, CompiledAdapters, ControlClient, Problem, Process, write_secret};
use serde_json::{Value, json};
use tokio::process::{Child, Command};

use crate::doors::Doors;
use crate::failure::{About, Failure, Result, unlike};
use crate::folders::root;
use crate::hub::{Hub, OPERATOR};
use crate::people::{self, EMPLOYER, GP, NAV, PROVIDER, SPECIALIST};
use crate::teller::Teller;

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        Self(problem.to_string())
    }
}

/// The hub and the simulators around it.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) hub: Hub,
    pub(crate) provider: ControlClient,
    pub(crate) gp: ControlClient,
    pub(crate) specialist: ControlClient,
    pub(crate) nav: ControlClient,
    /// Links for people, once the story has made them.
    pub(crate) doors: Doors,
    bindeledd: PathBuf,
    config: PathBuf,
    ca: PathBuf,
    operator_key_file: PathBuf,
    keys_dir: PathBuf,
    /// Time of the hub's start.
    pub(crate) started: Instant,
    simulators: Vec<(&'static str, Process)>,
    child: Child,
}

/// The clock of the demo.
#[expect(
    clippy::disallowed_methods,
    reason = "the demo is a person at a terminal: this is the clock on the wall"
)]
pub(crate) fn now() -> (Instant, jiff::Timestamp) {
    (Instant::now(), jiff::Timestamp::now())
}

/// Finds a free port. Another program could take the port before its use; the start then fails with an error.
fn free_port() -> Result<u16> {
    let port = TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr());
    port.map(|a| a.port())
        .map_err(|e| Failure(format!("no free port on this machine: {e}")))
}

/// Prepares the folder of compiled adapters, which all demos share.
fn compiled() -> Result<CompiledAdapters> {
    let dir = root().join("target/compiled-adapters");
    CompiledAdapters::new(&dir).about("make", &dir)
}

struct Layout<'a> {
    bindeledd: PathBuf,
    simulators: PathBuf,
    dir: &'a Path,
}

impl Layout<'_> {
    fn log(&self, name: &str) -> Result<File> {
        let path = self.dir.join("logs").join(format!("{name}.log"));
        File::create(&path).about("make", &path)
    }

    /// Runs `bindeledd init`, and sets the three values that the demo needs.
    async fn init(&self, port: u16) -> Result<PathBuf> {
        let hub = self.dir.join("hub");
        let plugins = self.bindeledd.with_file_name("plugins");
        // A demo that gets the right to compile first gives it back at once, so that no other demo waits for it.
        drop(compiled()?.give(&hub).about("prepare", &hub)?);
        let mut init = Command::new(&self.bindeledd);
        init.arg("init")
            .arg(&hub)
            .arg("--plugins")
            .arg(plugins)
            .stdin(Stdio::null());
        let log = self.log("init")?;
        init.stdout(log.try_clone().map_err(|e| Failure(e.to_string()))?)
            .stderr(log);
        let status = init.status().await.about("run", &self.bindeledd)?;
        if !status.success() {
            return Err(Failure(format!(
                "`bindeledd init` ended with {status}; see logs/init.log"
            )));
        }
        let config = hub.join("bindeledd.toml");
        let mut text = fs::read_to_string(&config).about("read", &config)?;
        for (from, to) in [
            (
                "#address = \"127.0.0.1:8443\"".to_owned(),
                format!("address = \"127.0.0.1:{port}\""),
            ),
            ("#ca_files = []".to_owned(), "ca_files = [\"../tls/ca.crt\"]".to_owned()),
        ] {
            if !text.contains(&from) {
                return Err(Failure(format!(
                    "the configuration that `bindeledd init` made has no line `{from}`"
                )));
            }
            text = text.replace(&from, &to);
        }
        fs::write(&config, text).about("write", &config)?;
        Ok(config)
    }

    fn serve(&self, config: &Path) -> Result<Child> {
        let log = self.log("hub")?;
        let mut serve = Command::new(&self.bindeledd);
        serve
            .arg("serve")
            .arg("--config")
            .arg(config)
            .stdin(Stdio::null())
            .kill_on_drop(true)
            // Ctrl-C at the terminal stops the demo, which then lets the hub drain. A second signal to the hub would cut the drain
            // short.
            .process_group(0);
        serve
            .stdout(log.try_clone().map_err(|e| Failure(e.to_string()))?)
            .stderr(log);
        serve.spawn().about("start", &self.bindeledd)
    }

    /// Starts the system of a party.
    async fn simulator(&self, kind: &'static str, party: &str, port: u16, hub: &Hub) -> Result<Process> {
        let tls = self.dir.join("tls");
        let path = |p: PathBuf| p.display().to_string();
        let mut arguments = vec![kind.to_owned()];
        let mut add = |name: &str, value: String| arguments.extend([name.to_owned(), value]);
        add("--listen", format!("127.0.0.1:{port}"));
        add("--tls-cert", path(tls.join(format!("{kind}.crt"))));
        add("--tls-key", path(tls.join(format!("{kind}.key"))));
        add("--hub", hub.url.clone());
        add("--hub-ca", path(self.dir.join("hub/tls/hub.crt")));
        add("--party", party.to_owned());
        add("--key-file", path(self.dir.join("keys").join(format!("{party}.key"))));
        Ok(Process::start(&self.simulators, &arguments, self.log(kind)?).await?)
    }
}

const SYSTEMS: [(&str, &str); 4] = [
    ("provider", PROVIDER),
    ("gp", GP),
    ("specialist", SPECIALIST),
    ("nav", NAV),
];

impl World {
    /// Makes the folder, starts the hub, adds the parties, and starts their systems.
    pub(crate) async fn start(binaries: &Path, dir: &Path, teller: &mut Teller) -> Result<Self> {
        let layout = Layout {
            bindeledd: binaries.join("bindeledd"),
            simulators: binaries.join("bindeledd-simulators"),
            dir,
        };
        for part in ["logs", "keys", "tls"] {
            let path = dir.join(part);
            fs::create_dir_all(&path).about("make", &path)?;
        }
        let authority = Authority::new()?;
        authority.write_ca(&dir.join("tls/ca.crt"))?;
        let mut ports = [0; SYSTEMS.len()];
        for (port, (kind, _)) in ports.iter_mut().zip(SYSTEMS) {
            *port = free_port()?;
            authority.write_leaf(
                &dir.join(format!("tls/{kind}.crt")),
                &dir.join(format!("tls/{kind}.key")),
            )?;
        }
        let port = free_port()?;
        let config = layout.init(port).await?;

        teller.step("0. A hub, and the systems around it");
        let started = now().0;
        let mut child = layout.serve(&config)?;
        let (ca, operator_key_file) = (dir.join("hub/tls/hub.crt"), dir.join("hub/data/operator.key"));
        let operator_key = fs::read_to_string(&operator_key_file).about("read", &operator_key_file)?;
        let mut hub = Hub::new(format!("https://localhost:{port}"), &ca, &operator_key)?;
        tokio::select! {
            ready = hub.ready() => ready?,
            ended = child.wait() => {
                let ended = ended.map_or_else(|e| e.to_string(), |status| status.to_string());
                let said = fs::read_to_string(dir.join("logs/hub.log")).unwrap_or_default();
                return Err(unlike("the hub starts", format!("it ended with {ended}\n{}", said.trim())));
            }
        }
        teller.plain(&format!("The hub is ready at {}.", hub.url));
        compiled()?
            .keep(&dir.join("hub"))
            .about("keep what was compiled of", &dir.join("hub"))?;
        Self::add_parties(&mut hub, dir, &ports, teller).await?;
        let mut simulators = Vec::new();
        for (port, (kind, party)) in ports.into_iter().zip(SYSTEMS) {
            simulators.push((kind, layout.simulator(kind, party, port, &hub).await?));
        }
        let control = |n: usize| ControlClient::new(&simulators[n].1.control);
        Ok(Self {
            hub,
            provider: control(0)?,
            gp: control(1)?,
            specialist: control(2)?,
            nav: control(3)?,
            doors: Doors::default(),
            bindeledd: layout.bindeledd,
            config,
            ca,
            operator_key_file,
            keys_dir: dir.join("keys"),
            started,
            simulators,
            child,
        })
    }

    async fn add_parties(hub: &mut Hub, dir: &Path, ports: &[u16; 4], teller: &Teller) -> Result<()> {
        let [provider, gp, specialist, _] = ports.map(|port| format!("https://localhost:{port}"));
        for party in people::parties(&provider, &gp, &specialist) {
            hub.post(OPERATOR, "/v1/admin/parties", &party).await?;
        }
        for party in [PROVIDER, GP, SPECIALIST, NAV, EMPLOYER] {
            let answer = hub
                .post(OPERATOR, &format!("/v1/admin/parties/{party}/keys"), &json!({}))
                .await?;
            let key = answer["key"]
                .as_str()
                .ok_or_else(|| Failure("the hub gave no key".into()))?
                .to_owned();
            let path = dir.join("keys").join(format!("{party}.key"));
            write_secret(&path, &key).about("write", &path)?;
            hub.keep_key(party, &key);
        }
        let listed = hub.get(OPERATOR, "/v1/admin/parties").await?;
        for party in listed["parties"].as_array().into_iter().flatten() {
            let how = party["endpoint"]["adapter"]
                .as_str()
                .map_or("its inbox at the hub", |adapter| adapter);
            let (name, id) = (party["name"].as_str().unwrap_or("?"), &party["id"]);
            teller.line(&format!("{name} is reached through {how}."), &json!({"party": id}));
        }
        Ok(())
    }

    /// Returns the places of everything, and commands to try, for a person.
    pub(crate) fn to_try(&self) -> String {
        let config = self.config.display();
        let bindeledd = self.bindeledd.display();
        let keys = self.keys_dir.display();
        format!(
            "hub            {url}   (certificate {ca})\n\
             operator key   {operator}\n\
             party keys     {keys}/<party>.key\n\
             control ports  {controls}\n\
             console        {console}\n\
             {doors}\n\n\
             Try:\n  \
             {bindeledd} --config {config} message list\n  \
             {bindeledd} --config {config} alert list\n  \
             {bindeledd} --config {config} audit list\n  \
             {bindeledd} --config {config} party list",
            url = self.hub.url,
            ca = self.ca.display(),
            operator = self.operator_key_file.display(),
            controls = self.controls(),
            console = self.console(),
            doors = self.doors.to_try(),
        )
    }

    /// Describes the console, with the link that makes the first administrator.
    fn console(&self) -> String {
        let file = self.operator_key_file.with_file_name("first-administrator.link");
        match fs::read_to_string(file) {
            Ok(link) => format!(
                "{}\n               makes your account (once, within 15 minutes; an app for codes is needed), and shows the story's messages",
                link.trim()
            ),
            Err(_) => format!("{}/console", self.hub.url),
        }
    }

    /// Describes the control ports, for a person.
    fn controls(&self) -> String {
        let all = self
            .simulators
            .iter()
            .map(|(kind, p)| format!("{kind} http://{}/_control/arrivals", p.control));
        all.collect::<Vec<_>>().join("\n               ")
    }

    /// Stops everything; the hub drains first.
    pub(crate) async fn stop(mut self) {
        if let Some(id) = self.child.id() {
            // On this signal the hub drains. A hub that does not end is killed.
            let _ = Command::new("kill").arg("-TERM").arg(id.to_string()).status().await;
            let ended = tokio::time::timeout(std::time::Duration::from_secs(15), self.child.wait()).await;
            if ended.is_err() {
                let _ = self.child.kill().await;
            }
        }
        for (_, simulator) in self.simulators {
            simulator.stop().await;
        }
    }

    /// Sends a document from a party's system, and returns the single message in the hub's answer.
    pub(crate) async fn send(&self, system: &ControlClient, order: &Value) -> Result<Value> {
        let sent = system.send(order).await?;
        if sent["status"] != 202 {
            return Err(unlike("the hub answers 202", &sent));
        }
        let message = sent.pointer("/answer/messages/0").cloned();
        message.ok_or_else(|| unlike("the answer names a message", &sent))
    }
}
