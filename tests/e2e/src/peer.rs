//! The identity provider of persons in `tests/oidc-peer`, as a process.

use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde_json::Value;

/// npm's `oidc-provider`, which signs a browser in at once as the person that was set.
#[derive(Debug)]
pub struct Peer {
    /// The issuer's address.
    pub issuer: String,
    process: Child,
}

impl Peer {
    /// Starts it with the certificate in a folder, for the pages at an address. Without it a note is printed.
    ///
    /// # Panics
    /// It does not start.
    #[must_use]
    #[expect(clippy::print_stdout, reason = "a test says what was not tried")]
    pub fn start(folder: &Path, hub: &str, trusted: &Path) -> Option<Self> {
        let project = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../oidc-peer");
        let node = Command::new("node").arg("--version").output();
        if !project.join("node_modules/oidc-provider").is_dir() || node.is_err() {
            println!("node or oidc-provider is not here: nobody signed in at it");
            return None;
        }
        let mut process = Command::new("node")
            .arg(project.join("persons.mjs"))
            .arg(folder)
            .arg(hub)
            .env("NODE_EXTRA_CA_CERTS", trusted)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(File::create(folder.join("peer.log")).unwrap())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let ready: Value = serde_json::from_str(&line).unwrap();
        Some(Self {
            issuer: ready["issuer"].as_str().unwrap().to_owned(),
            process,
        })
    }

    /// Ends the process.
    pub fn stop(&mut self) {
        // The process may have ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        self.stop();
    }
}
