//! Makes an adapter's component from its source: the core module here, the component by `bindeledd-componentize`.

use std::fs;
use std::path::PathBuf;
use std::thread::available_parallelism;

use crate::cargo::watched;
use crate::failure::{About, Failure, Result};
use crate::profile::Profile;
use crate::progress::{Part, Progress};
use crate::sh;
use crate::toolchain::{TARGET, Toolchain};

/// Size of a guest's stack. An instance lives for one call, and its allocator never frees memory. Memory that exists from the
/// start does not have to grow during the call, which costs more than anything else in a guest. See docs/decisions/0004-guests.md.
const STACK_BYTES: u32 = 65_536;
const MEMORY_BYTES: u32 = 1_048_576;

/// Measured CPU seconds for building an adapter of the demo or the tests.
const SECONDS: f64 = 40.0;

/// Builds the named plugins, or all of them.
pub(crate) fn build(only: &[String]) -> Result<()> {
    let plugins = choose(only)?;
    let toolchain = Toolchain::find()?;
    let progress = Progress::new("building", parts(&plugins));
    componentizer()?;
    let modules = compile(toolchain, Profile::Release, &plugins, &progress);
    progress.end();
    componentize(Profile::Release, modules)
}

/// Builds only the tool that makes components, with the features of the selections.
pub(crate) fn componentizer() -> Result<()> {
    sh::run(sh::outer_cargo().args(["build", "--quiet", "--workspace", "--bin=bindeledd-componentize"]))
}

/// A plugin, and its module or the reason why it has none.
pub(crate) type Module = (String, Result<PathBuf>);

/// Returns the expected parts of building these plugins.
pub(crate) fn parts(plugins: &[String]) -> Vec<Part> {
    plugins
        .iter()
        .map(|plugin| (format!("adapter {plugin}"), SECONDS))
        .collect()
}

/// Compiles the plugins one after the other. After a failure, the remaining plugins are still compiled.
pub(crate) fn compile(toolchain: Toolchain, profile: Profile, plugins: &[String], progress: &Progress) -> Vec<Module> {
    let compile = |plugin: &String| {
        progress.begins(&format!("adapter {plugin}"));
        let module = compile_one(toolchain, profile, plugin, progress);
        progress.done(&format!("adapter {plugin}"), false);
        (plugin.clone(), module)
    };
    plugins.iter().map(compile).collect()
}

/// Turns modules into components in the folder of the profile. The error names the plugins that failed.
pub(crate) fn componentize(profile: Profile, modules: Vec<Module>) -> Result<()> {
    let folder = profile.adapters();
    let out = sh::root().join(folder);
    fs::create_dir_all(&out).about("make", &out)?;
    let mut tool = sh::command(sh::built(Profile::Dev, "bindeledd-componentize")?);
    let mut failed = Vec::new();
    for (plugin, module) in modules {
        match module {
            Ok(module) => {
                tool.arg(module)
                    .arg(PathBuf::from("plugins").join(&plugin))
                    .arg(PathBuf::from(folder).join(format!("{plugin}.wasm")));
            }
            Err(failure) => {
                sh::say(&format!("{plugin}: {failure}"));
                failed.push(plugin);
            }
        }
    }
    let made = sh::run(&mut tool);
    if failed.is_empty() {
        made
    } else {
        Err(Failure(format!("could not build {}", failed.join(", "))))
    }
}

/// Returns the named plugins, or all of them.
pub(crate) fn choose(only: &[String]) -> Result<Vec<String>> {
    let all = plugins()?;
    if let Some(unknown) = only.iter().find(|p| !all.contains(p)) {
        return Err(Failure(format!(
            "plugins/ has no `{unknown}`; it has {}",
            all.join(", ")
        )));
    }
    Ok(if only.is_empty() { all } else { only.to_vec() })
}

/// Returns the folders of `plugins/` that contain a crate with the folder's name.
fn plugins() -> Result<Vec<String>> {
    let folder = sh::root().join("plugins");
    let entries = fs::read_dir(&folder).about("read", &folder)?;
    let mut ids: Vec<String> = entries
        .filter_map(std::result::Result::ok)
        .filter(|entry| entry.path().join("Cargo.toml").exists())
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    ids.sort();
    Ok(ids)
}

/// Compiles a plugin's core module. Guests have a target directory of their own, since another compiler may build them.
fn compile_one(toolchain: Toolchain, profile: Profile, id: &str, progress: &Progress) -> Result<PathBuf> {
    let target_dir = sh::root().join("target/guest-build");
    let mut cargo = toolchain.cargo("rustc");
    cargo.args([
        "--profile",
        profile.of_guests(),
        "--target",
        TARGET,
        "--package",
        id,
        "--lib",
        "--crate-type",
        "cdylib",
    ]);
    cargo.arg("--target-dir").arg(&target_dir);
    // Half of the processors are left to the hub, which is compiled at the same time and takes longer.
    let jobs = available_parallelism().map_or(1, |cores| (cores.get() / 2).max(1));
    cargo
        .arg("--jobs")
        .arg(jobs.to_string())
        .arg("--message-format=json-render-diagnostics");
    cargo.arg("--");
    cargo.arg(format!("-Clink-arg=-zstack-size={STACK_BYTES}"));
    cargo.arg(format!("-Clink-arg=--initial-memory={MEMORY_BYTES}"));
    watched(&mut cargo, progress, drop)?;
    Ok(target_dir
        .join(TARGET)
        .join(profile.of_guests())
        .join(format!("{}.wasm", id.replace('-', "_"))))
}
