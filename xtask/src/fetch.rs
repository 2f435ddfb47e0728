//! Installs tools that tests need: Debian packages where this runs as root, else pinned versions below `target`. A test without
//! its tool prints a note and passes.

use std::fs;
use std::path::Path;

use crate::failure::About;
use crate::sh;

/// Installs every tool for the suites of the first tier.
pub(crate) fn offer_all() {
    offer_xmllint();
    offer_faketime();
    offer_postgresql();
    offer_npm();
}

/// Installs xmllint, which checks documents against the KITH schemas.
fn offer_xmllint() {
    if sh::ask(sh::command("xmllint").arg("--version")).is_none() && !Path::new("/usr/bin/xmllint").exists() {
        offer_debian(
            "libxml2-utils",
            "the GP adapter's documents are not checked against the XML schemas",
        );
    }
}

/// Installs libfaketime, which sets a hub's clock in tests.
fn offer_faketime() {
    let there = |arch| Path::new(&format!("/usr/lib/{arch}/faketime/libfaketime.so.1")).exists();
    if !["x86_64-linux-gnu", "aarch64-linux-gnu"].into_iter().any(there) {
        offer_debian("libfaketime", "no test sets a hub's clock");
    }
}

/// Installs PostgreSQL, in which a test prepares the store's statements.
fn offer_postgresql() {
    if !Path::new("/usr/lib/postgresql").exists() {
        offer_debian("postgresql", "no statement of the store's is prepared on PostgreSQL");
    }
}

/// Installs a Debian package if this runs as root on Debian. Otherwise prints `without`, the effect of the missing package.
fn offer_debian(package: &str, without: &str) {
    let debian = Path::new("/etc/debian_version").exists();
    let root = sh::ask(sh::command("id").arg("-u")).as_deref() == Some("0");
    if !(debian && root) {
        sh::say(&format!("the package {package} is not here: {without}"));
        return;
    }
    sh::say(&format!("installing {package}: else {without}"));
    let mut install = sh::command("apt-get");
    install.env("DEBIAN_FRONTEND", "noninteractive");
    install.args(["install", "-y", "-qq", "--no-install-recommends", package]);
    if let Err(failure) = sh::run(&mut install) {
        sh::say(&format!("{failure}; those tests print a note and pass"));
    }
}

/// Installs the FHIR validators and the identity provider, which are npm packages.
fn offer_npm() {
    offer("tests/fhir-validators", "the FHIR validators");
    offer("tests/oidc-peer", "the identity provider");
    offer("tests/openapi-validators", "the OpenAPI validators");
}

/// Installs the tool that tests a running hub by its OpenAPI document. The tool is a Python program with pinned versions, in a
/// virtual environment below `target`.
pub(crate) fn offer_python() {
    let tools = sh::root().join("target/openapi-tools");
    let wanted = sh::root().join("tests/openapi-validators/requirements.txt");
    let installed = tools.join("requirements.txt");
    if let (Ok(there), Ok(wanted)) = (fs::read(&installed), fs::read(&wanted))
        && there == wanted
    {
        return;
    }
    const WITHOUT: &str = "no hub is tried by its OpenAPI document";
    if sh::ask(sh::command("python3").arg("--version")).is_none() {
        sh::say(&format!("python3 is not here: {WITHOUT}"));
        return;
    }
    sh::say("installing schemathesis");
    let made = sh::run(sh::command("python3").args(["-m", "venv"]).arg(&tools)).and_then(|()| {
        let mut install = sh::command(tools.join("bin/pip"));
        install.args(["install", "--quiet", "--disable-pip-version-check", "--requirement"]);
        sh::run(install.arg(&wanted))
    });
    let done = made.and_then(|()| fs::copy(&wanted, &installed).about("write", &installed));
    if let Err(failure) = done {
        sh::say(&format!("{failure}; {WITHOUT}"));
    }
}

/// Installs Chromium, which Debian has, and the packages that drive it over the console's pages.
pub(crate) fn offer_browser() {
    if !Path::new("/usr/bin/chromium").exists() {
        offer_debian("chromium", "no page is looked at in a browser");
    }
    offer("tests/browser", "the browser's driver");
}

/// Downloads HAPI's FHIR validator with Maven.
pub(crate) fn offer_hapi() {
    let missing = |program: &str| sh::ask(sh::command(program).arg("--version")).is_none();
    let without = "nothing is validated with HAPI";
    if missing("java") {
        offer_debian("default-jdk-headless", without);
    }
    if missing("mvn") {
        offer_debian("maven", without);
    }
    let folder = sh::root().join("tests/fhir-hapi");
    if is_newer(&folder.join("target/classpath.txt"), &folder.join("pom.xml")) {
        return;
    }
    sh::say("fetching HAPI, the FHIR validator");
    let mut fetch = sh::command("mvn");
    fetch
        .args([
            "-B",
            "-q",
            "dependency:build-classpath",
            "-Dmdep.outputFile=target/classpath.txt",
        ])
        .current_dir(&folder);
    if let Err(failure) = sh::run(&mut fetch) {
        sh::say(&format!("{failure}; {without}"));
    }
}

/// Returns true if `file` exists and is not older than `other`.
fn is_newer(file: &Path, other: &Path) -> bool {
    let at = |p: &Path| fs::metadata(p).and_then(|m| m.modified()).ok();
    at(file) >= at(other) && at(file).is_some()
}

fn offer(folder: &str, what: &str) {
    let folder = sh::root().join(folder);
    let lock = folder.join("package-lock.json");
    let installed = folder.join("node_modules/.package-lock.json");
    if is_newer(&installed, &lock) {
        return;
    }
    sh::say(&format!("installing {what}"));
    let mut install = sh::command("npm");
    install
        .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"])
        .current_dir(&folder);
    if let Err(failure) = sh::run(&mut install) {
        sh::say(&format!("{failure}; nothing is tested with {what}"));
    }
}
