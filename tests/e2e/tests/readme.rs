//! README and docs are right: their commands run, and every file that they name exists.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::collections::BTreeSet;
use std::fs;
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use bindeledd_e2e::{built_binary, eventually, out};
use gp_dialogmelding::Gp;
use nav_measure::NavMeasure;
use print_letter::PrintLetter;
use provider_json::ProviderJson;
use specialist_fhir::SpecialistFhir;
use tempfile::TempDir;

const SOON: Duration = Duration::from_secs(30);

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .canonicalize()
        .unwrap()
}

/// Returns the commands of a section, without comments beside them.
fn commands(page: &str, heading: &str) -> Vec<String> {
    let section = page.split(&format!("\n## {heading}\n")).nth(1).unwrap();
    let section = section.split("\n## ").next().unwrap();
    let code = section.lines().filter_map(|line| line.strip_prefix("    "));
    code.map(|line| line.split(" #").next().unwrap().trim().to_owned())
        .filter(|line| !line.is_empty())
        .collect()
}

/// The repository after `cargo xtask build`, as a shell sees it.
struct Checkout {
    folder: TempDir,
    listen: String,
    /// Variables that earlier lines exported.
    exports: String,
    hub: Option<Child>,
}

impl Checkout {
    fn new() -> Self {
        let folder = TempDir::new().unwrap();
        fs::create_dir(folder.path().join("target")).unwrap();
        let built = built_binary("bindeledd").parent().unwrap().to_owned();
        symlink(built, folder.path().join("target/release")).unwrap();
        symlink(root().join("config"), folder.path().join("config")).unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        Self {
            folder,
            listen: format!("127.0.0.1:{port}"),
            exports: String::new(),
            hub: None,
        }
    }

    fn shell(&self, line: &str) -> Command {
        let mut shell = Command::new("bash");
        shell.args(["-ec", &format!("{}{line}", self.exports)]);
        shell.current_dir(self.folder.path());
        // Another hub may already listen at README's address.
        shell.env("BINDELEDD__LISTEN__ADDRESS", &self.listen);
        shell.stdin(Stdio::null());
        shell
    }

    /// Runs one line. A command that starts a server is left running.
    async fn run(&mut self, line: &str) -> Option<Output> {
        if line.starts_with("export ") {
            self.exports.push_str(line);
            self.exports.push('\n');
            return None;
        }
        if !line.starts_with("bindeledd serve") {
            return Some(self.shell(line).output().unwrap());
        }
        let log = fs::File::create(self.folder.path().join("log")).unwrap();
        let mut serve = self.shell(&format!("exec {line}"));
        let serve = serve.stdout(log.try_clone().unwrap()).stderr(log).spawn().unwrap();
        self.hub = Some(serve);
        let listens = eventually(SOON, || async { TcpStream::connect(&self.listen).ok().map(|_| ()) });
        assert!(
            listens.await.is_some(),
            "{}",
            fs::read_to_string(self.folder.path().join("log")).unwrap()
        );
        None
    }
}

impl Drop for Checkout {
    fn drop(&mut self) {
        if let Some(mut hub) = self.hub.take() {
            // The process may have ended already.
            let _ = hub.kill();
            let _ = hub.wait();
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn running_it_for_real_goes_as_the_readme_says() {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let mut commands = commands(&readme, "Running it for real").into_iter();
    assert_eq!(
        commands.next().as_deref(),
        Some("cargo xtask build"),
        "what the tests run with"
    );
    let mut checkout = Checkout::new();
    let mut said = String::new();
    let mut ran = BTreeSet::new();
    for line in commands {
        ran.insert(line.split_whitespace().take(3).collect::<Vec<_>>().join(" "));
        if let Some(output) = checkout.run(&line).await {
            assert!(output.status.success(), "`{line}`: {}", out(&output));
            said.push_str(&out(&output));
        }
    }
    assert!(checkout.hub.is_some(), "{ran:?}");
    for shown in [
        "init",
        "party add",
        "party import",
        "party test",
        "party key",
        "consent register",
        "message list",
    ] {
        let shown = format!("bindeledd {shown}");
        assert!(
            ran.iter().any(|line| line.starts_with(&shown)),
            "README does not show `{shown}`"
        );
    }
    assert!(
        said.contains("blk_") && said.contains("the hub can deliver to"),
        "{said}"
    );
}

/// Returns the row of a table that begins with this word.
fn row<'p>(section: &'p str, begins: &str) -> &'p str {
    let start = format!("| {begins}");
    let mut rows = section.lines().filter(|line| line.starts_with(&start));
    rows.next().unwrap_or_else(|| panic!("README has no row `{begins}`"))
}

/// README's table of receivers decides whether somebody reads on. It agrees with the adapters.
#[test]
fn the_table_of_receivers_says_what_the_adapters_need() {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let section = readme
        .split("\n## Receivers that a hub reaches today\n")
        .nth(1)
        .unwrap();
    let section = section.split("\n## ").next().unwrap();
    let adapters = [
        ("a GP", Gp::manifest()),
        ("Nav", NavMeasure::manifest()),
        ("a specialist health service", SpecialistFhir::manifest()),
        ("providers", ProviderJson::manifest()),
    ];
    for (receiver, manifest) in adapters {
        let row = row(section, receiver);
        let has_own_her_id = manifest.needs.endpoint.iter().any(|need| need == "herId");
        assert_eq!(row.contains("a HER-id of your own"), has_own_her_id, "{row}");
        assert_eq!(row.contains("a person enters them"), manifest.entered_by_hand, "{row}");
        // Without a wire there is paper, except for Nav.
        assert_eq!(row.contains("letter"), !manifest.entered_by_hand, "{row}");
    }
    for receiver in ["a GP", "a specialist health service"] {
        assert!(row(section, receiver).contains("dialogmelding"));
    }
    assert_eq!(PrintLetter::manifest().needs.endpoint, Vec::<String>::new());
    assert!(readme.contains("**A shared hub is the better choice** for a provider without a HER-id"));
}

/// Returns every page for people.
fn pages() -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![root()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            let is_ours = !name.starts_with('.') && !name.starts_with("target") && name != "node_modules";
            if path.is_dir() && is_ours {
                folders.push(path);
            } else if name.ends_with(".md") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

const ENDINGS: [&str; 9] = [".json", ".csv", ".md", ".rs", ".mjs", ".txt", ".html", ".xml", ".toml"];
const OUR_FOLDERS: [&str; 7] = ["config/", "docs/", "hub/", "plugins/", "sdk/", "tests/", "xtask/"];
/// Files that a hub or its operator makes. Pages name them, although no checkout contains them.
const MADE: [&str; 9] = [
    "bindeledd.toml",
    "sent.xml",
    "number.txt",
    "d-number.txt",
    "innsyn.html",
    "export.json",
    "question.html",
    "question.txt",
    "message.json",
];

fn ends_as_a_file(word: &str) -> bool {
    ENDINGS.iter().any(|ending| word.ends_with(ending))
}

fn is_there(page: &Path, name: &str) -> bool {
    let name = name.split('#').next().unwrap();
    name.is_empty() || page.parent().unwrap().join(name).exists() || root().join(name).exists()
}

/// Returns a page's links within the project.
fn links(text: &str) -> Vec<&str> {
    let targets = text
        .split("](")
        .skip(1)
        .filter_map(|rest| rest.split([')', ' ']).next());
    targets
        .filter(|target| !target.contains("://") && !target.starts_with("mailto:"))
        .collect()
}

/// Returns the code in a page: text between backquotes, or after four spaces.
fn code(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut is_fenced = false;
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            is_fenced = !is_fenced;
        } else if line.starts_with("    ") && !is_fenced {
            found.push(line.trim().to_owned());
        } else if !is_fenced {
            found.extend(line.split('`').skip(1).step_by(2).map(str::to_owned));
        }
    }
    found
}

#[test]
fn every_file_that_a_page_names_is_there() {
    let mut missing = Vec::new();
    let mut looked = 0;
    for page in pages() {
        let text = fs::read_to_string(&page).unwrap();
        let mut miss = |name: &str| missing.push(format!("{}: {name}", page.strip_prefix(root()).unwrap().display()));
        for link in links(&text) {
            looked += 1;
            if !is_there(&page, link) {
                miss(link);
            }
        }
        for code in code(&text) {
            let is_command = code.starts_with("bindeledd ");
            let words = code
                .split_whitespace()
                .map(|word| word.trim_end_matches([',', ';', ')', ':']));
            for word in words.filter(|word| ends_as_a_file(word)) {
                let name = Path::new(word).file_name().unwrap().to_string_lossy();
                let is_pattern = word.contains(['<', '>', '*', '{', '…', '$', '=']) || word.starts_with('/');
                let is_made = MADE.contains(&name.as_ref());
                let is_ours = OUR_FOLDERS.iter().any(|folder| word.starts_with(folder));
                if is_pattern || is_made || !(is_command || is_ours) {
                    continue;
                }
                looked += 1;
                if !is_there(&page, word) {
                    miss(word);
                }
            }
        }
    }
    assert!(missing.is_empty(), "no such files:\n{}", missing.join("\n"));
    assert!(looked > 300, "it found the names: {looked}");
}

#[test]
fn a_credential_of_an_example_is_one_that_the_docs_explain() {
    let docs = fs::read_to_string(root().join("docs/operating.md")).unwrap();
    let index = fs::read_to_string(root().join("config/examples/README.md")).unwrap();
    for entry in fs::read_dir(root().join("config/examples")).unwrap() {
        let path = entry.unwrap().path();
        let text = fs::read_to_string(&path).unwrap();
        let names = text
            .split("\"credential\": \"")
            .skip(1)
            .filter_map(|rest| rest.split('"').next());
        for name in names {
            let section = format!("[credentials.{name}]");
            let told = docs.contains(&section) || index.contains(&section);
            assert!(told, "{}: nothing says what {section} is", path.display());
        }
    }
}
