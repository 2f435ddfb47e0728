//! Client for a running simulator. It can also start a simulator as a process.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

use crate::hub::chain;
use crate::{Problem, clock, tls};

/// Waits until `probe` returns a value; `None` after `within`.
pub async fn eventually<T, F>(within: Duration, mut probe: impl FnMut() -> F) -> Option<T>
where
    F: Future<Output = Option<T>>,
{
    let deadline = clock::instant() + within;
    loop {
        if let Some(found) = probe().await {
            return Some(found);
        }
        if clock::instant() >= deadline {
            return None;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// The control port of a simulator.
#[derive(Debug, Clone)]
pub struct ControlClient {
    base: String,
    client: reqwest::Client,
}

impl ControlClient {
    /// Makes a client for `address`, such as `127.0.0.1:4711`.
    ///
    /// # Errors
    /// No HTTP client can be made.
    pub fn new(address: &str) -> Result<Self, Problem> {
        Ok(Self {
            base: format!("http://{address}/_control"),
            client: tls::client(None)?,
        })
    }

    async fn call(&self, request: reqwest::RequestBuilder) -> Result<Value, Problem> {
        let failed = |e: reqwest::Error| Problem::new(format!("the simulator did not answer: {}", chain(&e)));
        let response = request.send().await.map_err(failed)?;
        let status = response.status();
        let bytes = response.bytes().await.map_err(failed)?;
        let body: Value = serde_json::from_slice(&bytes).unwrap_or_default();
        if status.is_success() {
            return Ok(body);
        }
        let why = body
            .get("error")
            .and_then(Value::as_str)
            .unwrap_or("it did not say why");
        Err(Problem::new(format!("the simulator answered {status}: {why}")))
    }

    async fn read(&self, path: &str) -> Result<Value, Problem> {
        self.call(self.client.get(format!("{}{path}", self.base))).await
    }

    async fn tell(&self, path: &str, order: &Value) -> Result<Value, Problem> {
        self.call(self.client.post(format!("{}{path}", self.base)).json(order))
            .await
    }

    /// Returns every arrival from number `since` on.
    ///
    /// # Errors
    /// The simulator does not answer.
    pub async fn arrivals(&self, since: usize) -> Result<Vec<Value>, Problem> {
        let mut page = self.read(&format!("/arrivals?since={since}&limit=1000")).await?;
        Ok(page
            .get_mut("arrivals")
            .and_then(Value::as_array_mut)
            .map(std::mem::take)
            .unwrap_or_default())
    }

    /// Waits for the first arrival, from number `since` on, that `is_it` accepts.
    ///
    /// # Errors
    /// The arrival does not come in time, or the simulator does not answer.
    pub async fn arrival(
        &self,
        since: usize,
        within: Duration,
        is_it: impl Fn(&Value) -> bool,
    ) -> Result<Value, Problem> {
        let found = eventually(within, || async {
            match self.arrivals(since).await {
                Ok(arrivals) => arrivals.into_iter().find(&is_it).map(Ok),
                Err(problem) => Some(Err(problem)),
            }
        });
        found.await.unwrap_or_else(|| {
            Err(Problem::new(format!(
                "no such arrival within {} ms",
                within.as_millis()
            )))
        })
    }

    /// Returns counts: `total`, `taken`, `distinct`, `repeated`, `changed` (repeated with other bytes), `withoutId`.
    ///
    /// # Errors
    /// The simulator does not answer.
    pub async fn summary(&self) -> Result<Value, Problem> {
        self.read("/summary").await
    }

    /// Deletes the record of arrivals.
    ///
    /// # Errors
    /// The simulator does not answer.
    pub async fn forget(&self) -> Result<(), Problem> {
        self.call(self.client.delete(format!("{}/arrivals", self.base)))
            .await
            .map(drop)
    }

    /// Sets the behaviour, which holds when this function returns.
    ///
    /// # Errors
    /// The order is not valid.
    pub async fn behave(&self, order: &Value) -> Result<(), Problem> {
        self.tell("/behave", order).await.map(drop)
    }

    /// Plans the receipts of a GP's system.
    ///
    /// # Errors
    /// The plan is not valid.
    pub async fn receipts(&self, plan: &Value) -> Result<(), Problem> {
        self.tell("/receipts", plan).await.map(drop)
    }

    /// Returns the proposals in Nav's system, in the order of arrival: `{"id", "person", "type", "status"}`.
    ///
    /// # Errors
    /// The simulator does not answer, or does not simulate Nav's system.
    pub async fn proposals(&self) -> Result<Vec<Value>, Problem> {
        let mut all = self.read("/proposals").await?;
        Ok(all
            .get_mut("proposals")
            .and_then(Value::as_array_mut)
            .map(std::mem::take)
            .unwrap_or_default())
    }

    /// Orders the simulator to send a document, and returns `{"id", "status", "answer"}` from the hub.
    ///
    /// # Errors
    /// The order is not valid, or the hub does not answer.
    pub async fn send(&self, order: &Value) -> Result<Value, Problem> {
        self.tell("/send", order).await
    }

    /// Returns everything that the simulator sent, by itself and by order, with the results.
    ///
    /// # Errors
    /// The simulator does not answer.
    pub async fn sent(&self) -> Result<Vec<Value>, Problem> {
        let mut sent = self.read("/sent").await?;
        Ok(sent
            .get_mut("sent")
            .and_then(Value::as_array_mut)
            .map(std::mem::take)
            .unwrap_or_default())
    }
}

/// A simulator as a process, which is killed when the value is dropped.
#[derive(Debug)]
pub struct Process {
    child: Child,
    /// Address for the hub, such as `https://127.0.0.1:4711`; `None` for a party that fetches.
    pub address: Option<String>,
    /// Control port, such as `127.0.0.1:4712`.
    pub control: String,
}

impl Process {
    /// Starts `binary` with `arguments`, and returns once it listens. Its output goes to `log`.
    ///
    /// # Errors
    /// The program can not be started, or ends at once.
    pub async fn start(binary: &Path, arguments: &[String], log: std::fs::File) -> Result<Self, Problem> {
        let mut command = Command::new(binary);
        command
            .args(arguments)
            .arg("--end-with-stdin")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(log)
            .kill_on_drop(true);
        // Ctrl-C at a terminal is for the program that started the simulator, which decides when the simulator ends.
        #[cfg(unix)]
        command.process_group(0);
        let failed = |e: std::io::Error| Problem::new(format!("cannot start {}: {e}", binary.display()));
        let mut child = command.spawn().map_err(failed)?;
        let stdout = child
            .stdout
            .take()
            .ok_or_else(|| Problem::new("the simulator has no output"))?;
        let mut lines = BufReader::new(stdout).lines();
        let first = tokio::time::timeout(Duration::from_secs(20), lines.next_line()).await;
        let line = first.ok().and_then(Result::ok).flatten();
        let line = line.ok_or_else(|| Problem::new("the simulator ended, or said nothing, before it listened"))?;
        let said: Value =
            serde_json::from_str(&line).map_err(|e| Problem::new(format!("the simulator's first line: {e}")))?;
        let text = |name: &str| said.get(name).and_then(Value::as_str).map(str::to_owned);
        let control = text("control").ok_or_else(|| Problem::new("the simulator did not say where it takes orders"))?;
        // `child` keeps the process's input open. When this value ends for any reason, the simulator ends too.
        Ok(Self {
            child,
            address: text("address"),
            control,
        })
    }

    /// Returns the process id while the process runs.
    #[must_use]
    pub fn id(&self) -> Option<u32> {
        self.child.id()
    }

    /// Stops the process, and waits until it has ended.
    pub async fn stop(mut self) {
        // The process has ended already, or ends now.
        let _ = self.child.kill().await;
    }
}
