//! Secrets and files that are cut: a kill or a full disk at every step of `init`, `plugin install` and a change of the master key;
//! and keys that were stolen.

use std::fs;
use std::os::unix::process::ExitStatusExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use bindeledd_e2e::{release_binary, strength};
use tempfile::TempDir;

/// A small disk of memory; unmounted at the end. None where this machine lets nobody mount one.
struct SmallDisk(PathBuf);

impl SmallDisk {
    fn mount(at: &Path, options: &str) -> Option<Self> {
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", options, "tmpfs"])
            .arg(at)
            .output();
        mounted
            .is_ok_and(|output| output.status.success())
            .then(|| Self(at.to_owned()))
    }

    fn grow(&self) {
        let grown = Command::new("mount")
            .args(["-o", "remount,size=256m,nr_inodes=100000"])
            .arg(&self.0)
            .status();
        assert!(grown.unwrap().success());
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // Lazily, so that a test that fails still lets go of it.
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

/// Adapters that are only copied and pinned: what is in them does not matter.
fn adapters(dir: &Path) -> PathBuf {
    let from = dir.join("from");
    fs::create_dir_all(&from).unwrap();
    for (id, size) in [("first", 10_000), ("second", 30_000)] {
        let bytes: Vec<u8> = (0..size).map(|n: u32| n.to_le_bytes()[0]).collect();
        fs::write(from.join(format!("{id}.wasm")), bytes).unwrap();
    }
    from
}

fn init(hub: &Path, adapters: &Path) -> Command {
    let mut command = Command::new(release_binary("bindeledd"));
    command.arg("init").arg(hub).arg("--plugins").arg(adapters);
    command.env_remove("BINDELEDD_CONFIG");
    command
}

fn told(output: &Output) -> String {
    format!(
        "{}\n{}\n{}",
        output.status,
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

/// What is there under its name is whole; and where `all`, everything is there and nothing beside it.
fn whole(hub: &Path, adapters: &Path, configuration: &[u8], all: bool, when: &str) {
    let hex = |bytes: &[u8]| bytes.len() == 65 && bytes[..64].iter().all(u8::is_ascii_hexdigit);
    let ends = |bytes: &[u8], end: &str| bytes.trim_ascii().ends_with(end.as_bytes());
    let mut files: Vec<(&str, Box<dyn Fn(&[u8]) -> bool>)> = vec![
        (
            "data/operator.key",
            Box::new(|b| b.len() == 48 && b.starts_with(b"blk_")),
        ),
        ("data/master.key", Box::new(hex)),
        ("data/audit.key", Box::new(hex)),
        ("tls/hub.key", Box::new(move |b| ends(b, "-----END PRIVATE KEY-----"))),
        ("tls/hub.crt", Box::new(move |b| ends(b, "-----END CERTIFICATE-----"))),
    ];
    let configuration = configuration.to_vec();
    files.push(("bindeledd.toml", Box::new(move |b| b == configuration)));
    for id in ["first", "second"] {
        let source = fs::read(adapters.join(format!("{id}.wasm"))).unwrap();
        let name = if id == "first" {
            "plugins/first.wasm"
        } else {
            "plugins/second.wasm"
        };
        files.push((name, Box::new(move |b| b == source)));
    }
    for (name, is_whole) in &files {
        match fs::read(hub.join(name)) {
            Ok(bytes) => assert!(is_whole(&bytes), "{when}: {name} is cut, {} bytes", bytes.len()),
            Err(_) => assert!(!all, "{when}: {name} is not there"),
        }
    }
    if all {
        for folder in ["data", "tls", "plugins", "."] {
            let names = fs::read_dir(hub.join(folder)).unwrap();
            let left: Vec<_> = names
                .map(|entry| entry.unwrap().file_name().into_string().unwrap())
                .filter(|name| name.ends_with(".new"))
                .collect();
            assert!(left.is_empty(), "{when}: left over in {folder}: {left:?}");
        }
    }
}

/// The configuration that a run without a stop makes.
fn reference(dir: &Path, adapters: &Path) -> Vec<u8> {
    let hub = dir.join("reference");
    let made = init(&hub, adapters).output().unwrap();
    assert!(made.status.success(), "{}", told(&made));
    let configuration = fs::read(hub.join("bindeledd.toml")).unwrap();
    whole(&hub, adapters, &configuration, true, "without a stop");
    configuration
}

#[test]
fn init_on_a_full_disk_leaves_whole_files_and_a_second_one_completes_them() {
    let dir = TempDir::new().unwrap();
    let adapters = adapters(dir.path());
    let configuration = reference(dir.path(), &adapters);
    let at = dir.path().join("disk");
    fs::create_dir(&at).unwrap();
    let mut full = 0;
    // A page more each time, then a file more each time: every write and every new file meets the full disk once.
    for kind in ["size", "inodes"] {
        for n in 1.. {
            let options = if kind == "size" {
                format!("size={},nr_inodes=1000", n * 4096)
            } else {
                format!("size=16m,nr_inodes={}", n + 1)
            };
            let Some(disk) = SmallDisk::mount(&at, &options) else {
                println!(
                    "this machine mounts no small disk: a full disk is tried in the unit tests of hub/files alone"
                );
                return;
            };
            let hub = at.join("hub");
            let first = init(&hub, &adapters).output().unwrap();
            whole(
                &hub,
                &adapters,
                &configuration,
                first.status.success(),
                &format!("{options}\n{}", told(&first)),
            );
            if first.status.success() {
                break;
            }
            full += 1;
            assert_eq!(first.status.code(), Some(1), "{}", told(&first));
            assert!(told(&first).contains("BL-6008"), "{}", told(&first));
            disk.grow();
            let second = init(&hub, &adapters).output().unwrap();
            assert!(second.status.success(), "{options}: {}", told(&second));
            whole(&hub, &adapters, &configuration, true, &options);
            assert!(n < 500, "it never fits");
        }
    }
    assert!(full > 20, "the disk was full only {full} times");
    println!("init on a full disk: {full} times, each whole, each completed by a second run");
}

/// The calls by which files change; a kill comes at the n-th of them.
const CALLS: &str = "openat,write,fsync,rename,renameat2,mkdir,fchmod,chmod,flock,unlink,close";

/// Runs a command that is killed at its n-th call; whether it was. None where this machine has no strace that may do so.
fn killed_at(command: &Command, calls: &str, n: usize) -> Option<(bool, Output)> {
    let mut traced = Command::new("strace");
    traced.args(["-f", "-qq", "-o", "/dev/null", "-e", &format!("trace={calls}")]);
    traced.args(["-e", &format!("inject={calls}:signal=SIGKILL:when={n}")]);
    traced.arg(command.get_program()).args(command.get_args());
    traced.env_remove("BINDELEDD_CONFIG");
    let output = traced.output().ok()?;
    let killed = output.status.signal() == Some(9) || output.status.code() == Some(137);
    (killed || output.status.code() != Some(1) || !told(&output).contains("strace:")).then_some((killed, output))
}

#[test]
fn init_that_is_killed_leaves_whole_files_and_a_second_one_completes_them() {
    let dir = TempDir::new().unwrap();
    let adapters = adapters(dir.path());
    let configuration = reference(dir.path(), &adapters);
    let (step, mut kills) = (strength(5, 1), 0);
    for n in (1..).step_by(step) {
        let hub = dir.path().join(format!("hub-{n}"));
        let Some((killed, first)) = killed_at(&init(&hub, &adapters), CALLS, n) else {
            println!("this machine has no strace: a kill at each step is tried in the unit tests of hub/files alone");
            return;
        };
        whole(&hub, &adapters, &configuration, !killed, &format!("killed at call {n}"));
        if !killed {
            assert!(first.status.success(), "{}", told(&first));
            break;
        }
        kills += 1;
        let second = init(&hub, &adapters).output().unwrap();
        assert!(second.status.success(), "killed at call {n}: {}", told(&second));
        whole(
            &hub,
            &adapters,
            &configuration,
            true,
            &format!("killed at call {n}, and made again"),
        );
        fs::remove_dir_all(&hub).unwrap();
    }
    assert!(kills > 20, "only {kills} kills");
    println!("init: killed at {kills} calls, each whole, each completed by a second run");
}

/// An adapter that exists, and a hub that has none.
fn hub_without_adapters(dir: &Path) -> (PathBuf, PathBuf) {
    let (hub, none) = (dir.join("hub"), dir.join("none"));
    fs::create_dir_all(&none).unwrap();
    let made = init(&hub, &none).output().unwrap();
    assert!(made.status.success(), "{}", told(&made));
    let built = release_binary("bindeledd");
    let adapter = built.ancestors().find_map(|folder| {
        let file = folder.join("plugins/print-letter.wasm");
        file.is_file().then_some(file)
    });
    (
        hub,
        adapter.unwrap_or_else(|| panic!("no adapters are built; run `cargo xtask build`")),
    )
}

fn install(hub: &Path, adapter: &Path) -> Command {
    let mut command = Command::new(release_binary("bindeledd"));
    command.arg("--config").arg(hub.join("bindeledd.toml"));
    command.args(["plugin", "install"]).arg(adapter);
    command
}

/// The file is not there or whole, and the configuration is the old one or the new one.
fn installed_or_not(hub: &Path, adapter: &Path, old: &str, when: &str) -> bool {
    let file = hub.join("plugins/print-letter.wasm");
    if file.exists() {
        assert!(
            fs::read(&file).unwrap() == fs::read(adapter).unwrap(),
            "{when}: the adapter is cut"
        );
    }
    let text = fs::read_to_string(hub.join("bindeledd.toml")).unwrap();
    let new = text
        .strip_prefix(old)
        .unwrap_or_else(|| panic!("{when}: the configuration is cut"));
    let pinned = new.contains("[adapters.print-letter]") && new.trim_end().ends_with('"');
    assert!(new.is_empty() || (pinned && file.exists()), "{when}: {new}");
    pinned
}

#[test]
fn an_install_that_is_killed_or_meets_a_full_disk_is_done_or_not_and_succeeds_again() {
    let dir = TempDir::new().unwrap();
    let (hub, adapter) = hub_without_adapters(dir.path());
    let old = fs::read_to_string(hub.join("bindeledd.toml")).unwrap();
    let reset = || {
        let _ = fs::remove_file(hub.join("plugins/print-letter.wasm"));
        fs::write(hub.join("bindeledd.toml"), &old).unwrap();
    };
    let (step, mut kills) = (strength(3, 1), 0);
    for n in (1..).step_by(step) {
        reset();
        let Some((killed, first)) = killed_at(&install(&hub, &adapter), "fsync,rename,renameat2,fchmod", n) else {
            println!("this machine has no strace: a kill at each step is tried in the unit tests of hub/files alone");
            break;
        };
        let done = installed_or_not(&hub, &adapter, &old, &format!("killed at call {n}"));
        if !killed {
            assert!(done && first.status.success(), "{}", told(&first));
            break;
        }
        kills += 1;
        let second = install(&hub, &adapter).output().unwrap();
        assert!(second.status.success(), "killed at call {n}: {}", told(&second));
        assert!(installed_or_not(&hub, &adapter, &old, "again"));
    }
    reset();
    let size = usize::try_from(fs::metadata(&adapter).unwrap().len()).unwrap();
    let at = dir.path().join("disk");
    fs::create_dir(&at).unwrap();
    let mut full = 0;
    // From no room at all to room for the adapter and not for the configuration.
    for room in [0, 1, size / 8192, size.div_ceil(4096), size.div_ceil(4096) + 1] {
        let taken = fs::metadata(hub.join("bindeledd.toml")).unwrap().len().div_ceil(4096) + 3;
        let pages = usize::try_from(taken).unwrap() + room;
        let Some(disk) = SmallDisk::mount(&at, &format!("size={}", pages * 4096)) else {
            println!("this machine mounts no small disk: a full disk is tried in the unit tests of hub/files alone");
            break;
        };
        let small = at.join("hub");
        fs::create_dir_all(small.join("plugins")).unwrap();
        fs::copy(hub.join("bindeledd.toml"), small.join("bindeledd.toml")).unwrap();
        let first = install(&small, &adapter).output().unwrap();
        let done = installed_or_not(&small, &adapter, &old, &format!("{pages} pages: {}", told(&first)));
        assert_eq!(done, first.status.success(), "{}", told(&first));
        full += usize::from(!done);
        disk.grow();
        let second = install(&small, &adapter).output().unwrap();
        assert!(second.status.success(), "{pages} pages: {}", told(&second));
        assert!(installed_or_not(&small, &adapter, &old, "again"));
    }
    println!("plugin install: killed at {kills} calls, {full} full disks, each old or new, each succeeded again");
}
