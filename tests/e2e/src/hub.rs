//! One hub as a process, set up by its own `init`.

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use reqwest::Client;
use serde_json::{Value, json};

use bindeledd_simulators::{CompiledAdapters, eventually};

/// Returns the path of a program of this workspace, in the profile of the running test. `cargo xtask test` builds it.
///
/// # Panics
/// The program does not exist.
#[must_use]
pub fn built_binary(name: &str) -> PathBuf {
    let here = std::env::current_exe().unwrap();
    let folder = here
        .ancestors()
        .find(|p| p.join(name).is_file() && p.join(name) != here);
    folder
        .unwrap_or_else(|| panic!("{name} is not built; run `cargo build --workspace --bins`"))
        .join(name)
}

fn target() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    root.canonicalize().unwrap().join("target")
}

/// Returns the compiled adapters that the hubs of all tests and of `cargo xtask demo` share.
fn compiled() -> CompiledAdapters {
    CompiledAdapters::new(target().join("compiled-adapters")).unwrap()
}

fn plugins() -> PathBuf {
    let built = std::env::var_os("BINDELEDD_PLUGINS").map_or_else(|| target().join("debug/plugins"), PathBuf::from);
    assert!(
        built.join("provider-json.wasm").is_file(),
        "no adapters in {}; run `cargo xtask test flow`, which builds them",
        built.display()
    );
    built
}

/// A hub that runs, or was killed and can be started again.
#[derive(Debug)]
pub struct Hub {
    dir: PathBuf,
    address: String,
    environment: Vec<(String, String)>,
    child: Option<Child>,
    /// HTTP client that trusts the hub's certificate.
    pub client: Client,
    operator: String,
}

impl Hub {
    /// Makes a hub in `dir` with `bindeledd init` and starts it. `extra` are configuration values as environment variables.
    ///
    /// # Panics
    /// The hub does not become ready.
    pub async fn start(dir: &Path, extra: &[(&str, String)]) -> Self {
        let dir = dir.to_owned();
        let first = compiled().give(&dir).unwrap();
        let made = Command::new(built_binary("bindeledd"))
            .args([
                "init".as_ref(),
                dir.as_os_str(),
                "--plugins".as_ref(),
                plugins().as_os_str(),
            ])
            .output()
            .unwrap();
        assert!(made.status.success(), "init: {}", String::from_utf8_lossy(&made.stderr));
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let mut environment = vec![
            ("BINDELEDD__LISTEN__ADDRESS".to_owned(), format!("127.0.0.1:{port}")),
            ("BINDELEDD__LIMITS__REQUESTS_PER_SECOND".to_owned(), "100000".to_owned()),
            ("BINDELEDD__LIMITS__BURST".to_owned(), "100000".to_owned()),
            ("BINDELEDD__LOG__LEVEL".to_owned(), "warn".to_owned()),
        ];
        environment.extend(extra.iter().map(|(k, v)| ((*k).to_owned(), v.clone())));
        let client = bindeledd_simulators::http_client(Some(&dir.join("tls/hub.crt"))).unwrap();
        let operator = fs::read_to_string(dir.join("data/operator.key"))
            .unwrap()
            .trim()
            .to_owned();
        let address = format!("https://localhost:{port}");
        let mut hub = Self {
            dir,
            address,
            environment,
            child: None,
            client,
            operator,
        };
        hub.restart().await;
        compiled().keep(&hub.dir).unwrap();
        drop(first);
        hub
    }

    /// Sets a configuration value as an environment variable, from the next start on.
    pub fn set(&mut self, variable: &str, value: &str) {
        self.environment.push((variable.to_owned(), value.to_owned()));
    }

    /// Starts the hub, or restarts it after a kill, and waits until it is ready.
    ///
    /// # Panics
    /// The hub is not ready within 30 seconds.
    pub async fn restart(&mut self) {
        self.answers("/readyz").await;
    }

    /// Starts the hub, and waits until it answers, even if it is not ready.
    ///
    /// # Panics
    /// The hub does not answer within 30 seconds.
    pub async fn launch(&mut self) {
        self.answers("/healthz").await;
    }

    async fn answers(&mut self, path: &str) {
        let log = fs::File::options()
            .create(true)
            .append(true)
            .open(self.dir.join("hub.log"))
            .unwrap();
        let child = Command::new(built_binary("bindeledd"))
            .args([
                "--config".as_ref(),
                self.dir.join("bindeledd.toml").as_os_str(),
                "serve".as_ref(),
            ])
            .envs(self.environment.iter().map(|(k, v)| (k, v)))
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn()
            .unwrap();
        self.child = Some(child);
        let ready = eventually(Duration::from_secs(120), || async {
            let answer = self.client.get(format!("{}{path}", self.address)).send().await.ok()?;
            answer.status().is_success().then_some(())
        });
        if ready.await.is_none() {
            panic!("the hub did not come up:\n{}", self.log());
        }
    }

    /// Kills the hub with SIGKILL, as a power cut would.
    ///
    /// # Panics
    /// The hub is not running.
    pub fn kill(&mut self) {
        let mut child = self.child.take().unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
    }

    /// Returns the process id.
    ///
    /// # Panics
    /// The hub is not running.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.child.as_ref().unwrap().id()
    }

    /// Returns the hub's folder.
    #[must_use]
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Returns the operator's key.
    #[must_use]
    pub fn operator_key(&self) -> &str {
        &self.operator
    }

    /// Returns the address, such as `https://localhost:4711`.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Returns the hub's log.
    #[must_use]
    pub fn log(&self) -> String {
        fs::read_to_string(self.dir.join("hub.log")).unwrap_or_default()
    }

    /// Sends a request as the operator, or with `key`. Returns status and body.
    ///
    /// # Panics
    /// The hub does not answer.
    pub async fn call(&self, key: Option<&str>, method: &str, path: &str, body: Option<&Value>) -> (u16, Value) {
        let method = method.parse().unwrap();
        let mut request = self.client.request(method, format!("{}{path}", self.address));
        request = request.bearer_auth(key.unwrap_or(&self.operator));
        if let Some(body) = body {
            request = request.json(body);
        }
        let answer = request
            .send()
            .await
            .unwrap_or_else(|e| panic!("{path}: {e:?}\n{}", self.log()));
        let status = answer.status().as_u16();
        let bytes = answer.bytes().await.unwrap();
        (status, serde_json::from_slice(&bytes).unwrap_or(Value::Null))
    }

    /// Sends a request as the operator.
    ///
    /// # Panics
    /// The request fails.
    pub async fn operator(&self, method: &str, path: &str, body: Option<&Value>) -> Value {
        let (status, answer) = self.call(None, method, path, body).await;
        assert!(status < 300, "{method} {path}: {status} {answer}");
        answer
    }

    /// Adds a party, and returns a key for it.
    ///
    /// # Panics
    /// The party can not be added.
    pub async fn add_party(&self, party: &Value) -> String {
        self.operator("POST", "/v1/admin/parties", Some(party)).await;
        let path = format!("/v1/admin/parties/{}/keys", party["id"].as_str().unwrap());
        let answer = self.operator("POST", &path, Some(&json!({}))).await;
        answer["key"].as_str().unwrap().to_owned()
    }

    /// Returns a message's state, as the operator sees it.
    pub async fn message(&self, id: &str) -> Value {
        self.operator("GET", &format!("/v1/messages/{id}"), None).await
    }

    /// Waits until every delivery of a message is in one of these states, and returns the message.
    ///
    /// # Panics
    /// The wait takes longer than `within`.
    pub async fn settled(&self, id: &str, states: &[&str], within: Duration) -> Value {
        let looked = eventually(within, || async {
            let message = self.message(id).await;
            let there = |d: &Value| states.contains(&d["state"].as_str().unwrap_or_default());
            message["deliveries"].as_array()?.iter().all(there).then_some(message)
        });
        match looked.await {
            Some(message) => message,
            None => panic!(
                "message {id} came to {} and not {states:?}\n{}",
                self.message(id).await,
                self.log()
            ),
        }
    }

    /// Returns the CPU seconds that the hub has used, user and system.
    ///
    /// # Panics
    /// The process has ended.
    #[must_use]
    pub fn cpu_seconds(&self) -> f64 {
        process_cpu_seconds(self.pid())
    }

    /// Returns the hub's resident memory in bytes.
    ///
    /// # Panics
    /// The process has ended.
    #[must_use]
    pub fn resident_bytes(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.pid())).unwrap();
        let line = status.lines().find(|l| l.starts_with("VmRSS:")).unwrap();
        line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() * 1024
    }
}

/// Returns the CPU seconds of a process, from `/proc/<pid>/stat` in clock ticks of a hundredth of a second.
///
/// # Panics
/// The process has ended.
#[must_use]
pub fn process_cpu_seconds(pid: u32) -> f64 {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
    let after_name = stat.rsplit_once(") ").unwrap().1;
    let fields: Vec<&str> = after_name.split(' ').collect();
    let ticks: f64 = fields[11].parse::<f64>().unwrap() + fields[12].parse::<f64>().unwrap();
    ticks / 100.0
}

impl Drop for Hub {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            // The process may have ended already.
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}
