//! A real browser at a hub's pages, driven by the scripts of `tests/browser`.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::world::World;

/// The browser, and the folder of the scripts that drive it.
#[derive(Debug)]
pub struct Browser {
    folder: PathBuf,
    /// Path of the program.
    pub program: &'static str,
}

impl Browser {
    /// Finds the browser. Without it a note is printed, and nothing is tested.
    #[must_use]
    #[expect(clippy::print_stdout, reason = "a test says what was not tried")]
    pub fn find() -> Option<Self> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../browser");
        let program = "/usr/bin/chromium";
        let is_here = folder.join("node_modules/playwright-core").is_dir() && Path::new(program).exists();
        if !is_here {
            println!("no browser is here: no page is looked at");
        }
        is_here.then_some(Self { folder, program })
    }

    /// Runs a script with an order, and returns its findings.
    ///
    /// # Panics
    /// The script ends without findings.
    #[must_use]
    #[expect(clippy::print_stdout, reason = "findings stand in the output of a test")]
    pub fn run(&self, script: &str, order_in: &Path, order: &Value) -> Value {
        let file = order_in.join("order.json");
        std::fs::write(&file, order.to_string()).unwrap();
        let mut node = Command::new("node");
        let output = node.arg(script).arg(&file).current_dir(&self.folder).output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        let found: Value = serde_json::from_str(&said).unwrap_or_else(|_| {
            panic!("{said}{}", String::from_utf8_lossy(&output.stderr));
        });
        println!("{found:#}");
        found
    }
}

/// Returns the folder for pictures, if there is to be one: `BINDELEDD_SHOTS`.
#[must_use]
pub fn shots() -> Option<String> {
    std::env::var_os("BINDELEDD_SHOTS").map(|folder| folder.to_string_lossy().into_owned())
}

/// Returns the path of the link that makes the first administrator.
///
/// # Panics
/// The hub wrote no link.
#[must_use]
pub fn first_link(world: &World) -> String {
    let file = world.hub.dir().join("data/first-administrator.link");
    path_of(&std::fs::read_to_string(file).unwrap())
}

/// Returns the path of a link into the console.
///
/// # Panics
/// The text is no such link.
#[must_use]
pub fn path_of(link: &str) -> String {
    let at = link.find("/console").unwrap();
    link[at..].trim().to_owned()
}
