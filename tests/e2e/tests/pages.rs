//! The console in a real browser, over TLS: the first administrator signs in, and the browser follows every link, in both languages,
//! in two widths, in light and dark, and without script. axe-core looks at every page.
//!
//! `cargo xtask test --long` installs Chromium and the packages of `tests/browser`. Without them the test prints a note and passes.
//! With `BINDELEDD_SHOTS` the browser takes pictures of the pages into that folder.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test that can not go on fails, and what was not tried is said"
)]

use std::path::{Path, PathBuf};
use std::process::Command;

use bindeledd_e2e::{World, person};
use serde_json::{Value, json};

/// Returns the folder of the browser's script, and the browser.
fn tools() -> Option<(PathBuf, &'static str)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../browser");
    let chromium = "/usr/bin/chromium";
    let is_here = folder.join("node_modules/playwright-core").is_dir() && Path::new(chromium).exists();
    if !is_here {
        println!("no browser is here: no page is looked at");
    }
    is_here.then_some((folder, chromium))
}

/// Returns the path of the link that makes the first administrator.
fn link(world: &World) -> String {
    let file = world.hub.dir().join("data/first-administrator.link");
    let url = std::fs::read_to_string(file).unwrap();
    let at = url.find("/console").unwrap();
    url[at..].trim().to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_page_can_be_used_by_everybody() {
    let Some((folder, chromium)) = tools() else { return };
    let world = World::new(&[]).await;
    let key = world.provider("nordvik", None, json!({"registrar": true})).await;
    world.provider("havna", None, json!({})).await;
    world.provider("fjord", None, json!({})).await;
    let (who, stranger) = (person(0), person(1));
    world.consent(&who, &[("nordvik", "havna", &["progress"])]).await;
    world.consent(&stranger, &[("nordvik", "fjord", &["progress"])]).await;
    world.send_progress(&key, &who, "p1").await;
    // No consent covers this one.
    world.send_progress(&key, &stranger, "p2").await;

    let order = json!({
        "base": world.hub.address(),
        "setup": link(&world),
        "login": "kari.nordmann",
        "name": "Kari <b>Nordmann</b> čáhci",
        "password": "et langt nok passord",
        "pages": ["/console", "/console/account", "/console/help"],
        "chromium": chromium,
        "shots": std::env::var_os("BINDELEDD_SHOTS").map(|folder| folder.to_string_lossy().into_owned()),
    });
    let file = world.dir.path().join("walk.json");
    std::fs::write(&file, order.to_string()).unwrap();
    let output = Command::new("node")
        .arg("walk.mjs")
        .arg(&file)
        .current_dir(folder)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    let found: Value = serde_json::from_str(&said).unwrap_or_else(|_| {
        panic!("{said}{}", String::from_utf8_lossy(&output.stderr));
    });
    println!("{found:#}");
    for kind in ["failed", "policy", "axe", "wide", "script_off"] {
        assert_eq!(found[kind], json!([]), "{kind}");
    }
    assert_eq!(found["recovery"], 10);
    let pages = found["pages"].as_array().unwrap().len();
    assert!(
        pages >= 4 && found["looked"].as_u64().unwrap() >= 8 * 4,
        "{pages} pages"
    );
}
