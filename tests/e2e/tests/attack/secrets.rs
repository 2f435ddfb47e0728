//! Secrets and truncated files: `init`, `plugin install` and a change of the master key meet a kill or a full disk at every step.
//! Also attacks with stolen keys.

use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::os::unix::process::{CommandExt as _, ExitStatusExt as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use bindeledd_e2e::{World, built_binary, eventually, strength};
use serde_json::{Value, json};
use tempfile::TempDir;

/// A small disk in memory, unmounted when the value is dropped. `None` if this machine does not allow mounting.
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
        // The disk is unmounted lazily, so that a failing test releases it too.
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

/// Makes adapters that are only copied and pinned, so that their content does not matter.
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
    let mut command = Command::new(built_binary("bindeledd"));
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

/// Decides whether the bytes of a file are complete.
type IsWhole = Box<dyn Fn(&[u8]) -> bool>;

/// Checks that every existing file is complete. With `all`, also checks that exactly the expected files exist.
fn whole(hub: &Path, adapters: &Path, configuration: &[u8], all: bool, when: &str) {
    let hex = |bytes: &[u8]| bytes.len() == 65 && bytes[..64].iter().all(u8::is_ascii_hexdigit);
    let ends = |bytes: &[u8], end: &str| bytes.trim_ascii().ends_with(end.as_bytes());
    let mut files: Vec<(&str, IsWhole)> = vec![
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

/// Returns the configuration that `init` makes when nothing interrupts it.
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
    // The disk has one page more each time, then room for one file more each time. Every write and every new file thus meets the
    // full disk once.
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

/// The system calls that change files. A kill comes at the n-th of them.
const CALLS: &str = "openat,write,fsync,rename,renameat2,mkdir,fchmod,chmod,flock,unlink,close";

/// Runs a command that is killed at its n-th call. Returns whether it was killed, and its output. `None` if this machine has no
/// usable strace.
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
    // The kills are counted for each kind of call, since the number of opened files differs between machines.
    assert!(kills > 5, "only {kills} kills");
    println!("init: killed at {kills} calls, each whole, each completed by a second run");
}

/// Makes an adapter, and a hub without adapters. Returns both paths.
fn hub_without_adapters(dir: &Path) -> (PathBuf, PathBuf) {
    let (hub, none) = (dir.join("hub"), dir.join("none"));
    fs::create_dir_all(&none).unwrap();
    let made = init(&hub, &none).output().unwrap();
    assert!(made.status.success(), "{}", told(&made));
    let built = built_binary("bindeledd");
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
    let mut command = Command::new(built_binary("bindeledd"));
    command.arg("--config").arg(hub.join("bindeledd.toml"));
    command.args(["plugin", "install"]).arg(adapter);
    command
}

/// Checks that the adapter's file is complete or absent, and that the configuration is the old or the new one. Returns whether the
/// adapter is installed.
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
    // The room grows from none at all to room for the adapter without the configuration.
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

fn is_master_key(file: &Path) -> bool {
    let text = fs::read_to_string(file).unwrap_or_default();
    text.trim().len() == 64 && text.trim().bytes().all(|b| b.is_ascii_hexdigit())
}

/// Removes the adapters. Compiled adapters are marked with the master key, so that a new key would compile them again at each
/// start.
async fn without_adapters(world: &mut World) {
    world.hub.kill();
    fs::write(
        world.hub.dir().join("bindeledd.toml"),
        "# Every value is the default.\n",
    )
    .unwrap();
    world.hub.restart().await;
}

/// Checks that every file with a master key is complete, above all the one in use.
fn master_keys_are_whole(data: &Path, when: &str) {
    for entry in fs::read_dir(data).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if name.starts_with("master.key") && !name.ends_with(".new") {
            assert!(is_master_key(&path), "{when}: {name} is cut");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_change_of_the_master_key_that_is_killed_leaves_a_whole_key_and_succeeds_again() {
    let mut world = World::new(&[]).await;
    without_adapters(&mut world).await;
    let data = world.hub.dir().join("data");
    let rounds = strength(8, 100);
    for round in 0..rounds {
        let change = async {
            let body = json!({ "rewrap": false });
            world.hub.call(None, "POST", "/v1/admin/key/rotate", Some(&body)).await;
            world.hub.call(None, "POST", "/v1/admin/key/retire", None).await;
        };
        // In each round the change is interrupted at another moment, from before its first step to after its last.
        let moment = u64::try_from(round * 40_000 / rounds).unwrap();
        let _ = tokio::time::timeout(Duration::from_micros(moment), change).await;
        world.hub.kill();
        master_keys_are_whole(&data, &format!("killed after {moment} µs"));
        world.hub.restart().await;
        let body = json!({ "rewrap": false });
        world.hub.operator("POST", "/v1/admin/key/rotate", Some(&body)).await;
        world.hub.operator("POST", "/v1/admin/key/retire", None).await;
        master_keys_are_whole(&data, "changed again");
    }
    println!("key rotate and retire: {rounds} kills, each with whole keys, each change succeeded again");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_change_of_the_master_key_on_a_full_disk_leaves_the_old_key_or_the_new_one() {
    let mut world = World::new(&[("BINDELEDD__STORE__RESERVE_MB", "1".to_owned())]).await;
    without_adapters(&mut world).await;
    let (dir, hub) = (world.hub.dir().to_owned(), &mut world.hub);
    hub.kill();
    let aside = dir.join("aside");
    fs::rename(dir.join("data"), &aside).unwrap();
    fs::create_dir(dir.join("data")).unwrap();
    let taken: u64 = fs::read_dir(&aside)
        .unwrap()
        .map(|entry| entry.unwrap().metadata().unwrap().len())
        .sum();
    let size = format!("size={}", taken + 32 * 1024 * 1024);
    let Some(disk) = SmallDisk::mount(&dir.join("data"), &size) else {
        println!("this machine mounts no small disk: a full disk is tried in the unit tests of hub/files alone");
        return;
    };
    for entry in fs::read_dir(&aside).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            fs::copy(&path, dir.join("data").join(path.file_name().unwrap())).unwrap();
        }
    }
    hub.restart().await;
    let data = dir.join("data");
    let mut refused = 0;
    for pages in 0..strength(4, 16) {
        let ballast = data.join("ballast");
        // When the disk is full, the hub releases its reserve file; the test fills that room too.
        let full = (0..20).any(|_| {
            fill(&ballast);
            let more = fs::write(data.join("more"), [1; 8192]);
            fs::remove_file(data.join("more")).unwrap_or_default();
            more.is_err()
        });
        assert!(full, "the disk is not full");
        let file = fs::File::options().write(true).open(&ballast).unwrap();
        let left = file
            .metadata()
            .unwrap()
            .len()
            .saturating_sub(u64::try_from(pages).unwrap() * 4096);
        file.set_len(left).unwrap();
        // An open file takes room until it is closed, even when it is removed.
        drop(file);
        let body = json!({ "rewrap": false });
        let (status, _) = hub.call(None, "POST", "/v1/admin/key/rotate", Some(&body)).await;
        refused += usize::from(status >= 300);
        master_keys_are_whole(&data, &format!("{pages} pages free, answered {status}"));
        hub.kill();
        fs::remove_file(&ballast).unwrap();
        hub.restart().await;
        hub.operator("POST", "/v1/admin/key/rotate", Some(&body)).await;
        hub.operator("POST", "/v1/admin/key/retire", None).await;
        master_keys_are_whole(&data, "changed again");
    }
    hub.kill();
    drop(disk);
    println!("key rotate on a full disk: refused {refused} times, whole keys, each change succeeded again");
}

/// Writes to `file` until the disk is full.
fn fill(file: &Path) {
    use std::io::Write as _;
    let mut file = fs::File::create(file).unwrap();
    for size in [1 << 16, 1 << 12, 1] {
        while file.write(&vec![0; size]).is_ok_and(|written| written > 0) {}
    }
}

/// The keys of a half-made hub of an earlier version, and a truncated key. An empty key makes nobody the operator.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_empty_operator_key_lets_nobody_in_and_no_hub_starts_with_it() {
    let mut world = World::new(&[]).await;
    let file = world.hub.dir().join("data/operator.key");
    let good = fs::read(&file).unwrap();
    for value in ["", " ", "Bearer ", "blk_"] {
        for header in ["x-api-key", "authorization"] {
            let url = format!("{}/v1/admin/parties", world.hub.address());
            let answer = world.hub.client.get(url).header(header, value).send().await.unwrap();
            assert_eq!(answer.status().as_u16(), 401, "{header}: {value:?}");
        }
    }
    world.hub.kill();
    let config = world.hub.dir().join("bindeledd.toml");
    for text in [&b""[..], b"\n", b"blk_", &good[..20]] {
        fs::write(&file, text).unwrap();
        for command in ["check", "serve"] {
            let mut run = Command::new(built_binary("bindeledd"));
            run.arg("--config").arg(&config).arg(command);
            let output = run.env("BINDELEDD__LISTEN__ADDRESS", "127.0.0.1:9").output().unwrap();
            assert_eq!(output.status.code(), Some(6), "{command}: {}", told(&output));
            assert!(told(&output).contains("BL-6020"), "{command}: {}", told(&output));
        }
    }
    fs::write(&file, good).unwrap();
    world.hub.restart().await;
}

/// A thief has a party's key and an open connection, and sends one request after the other.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stolen_key_is_of_no_use_from_the_answer_on() {
    let world = World::new(&[]).await;
    let rounds = strength(5, 100);
    for round in 0..rounds {
        let id = format!("part-{round}");
        let key = world.provider(&id, None, json!({})).await;
        let path = format!("/v1/parties/{id}/inbox");
        let order = if round % 2 == 0 { "keys/revoke" } else { "suspend" };
        let admin = format!("/v1/admin/parties/{id}/{order}");
        let done = std::sync::atomic::AtomicBool::new(false);
        let thief = async {
            let (mut before, mut after) = (0, 0);
            while after < 20 {
                let was_done = done.load(std::sync::atomic::Ordering::SeqCst);
                let (status, _) = world.hub.call(Some(&key), "GET", &path, None).await;
                if was_done {
                    assert!(matches!(status, 401 | 403 | 429), "{order}: {status} after the answer");
                    after += 1;
                } else {
                    before += usize::from(status == 200);
                }
            }
            before
        };
        let operator = async {
            tokio::task::yield_now().await;
            let body = if order == "suspend" {
                Value::Null
            } else {
                json!({ "all": true })
            };
            world.hub.operator("POST", &admin, Some(&body)).await;
            done.store(true, std::sync::atomic::Ordering::SeqCst);
        };
        tokio::join!(thief, operator);
    }
    println!("stolen keys: {rounds} revoked or suspended, none of 20 requests each after the answer was let in");
}

/// A crashing hub writes no core dump, although the shell that started it allows dumps.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_crash_writes_no_memory() {
    let dir = TempDir::new().unwrap();
    let (hub, none, cwd) = (dir.path().join("hub"), dir.path().join("none"), dir.path().join("cwd"));
    fs::create_dir(&none).unwrap();
    fs::create_dir(&cwd).unwrap();
    let made = init(&hub, &none).output().unwrap();
    assert!(made.status.success(), "{}", told(&made));
    let mut user = None;
    if fs::metadata(&hub).unwrap().uid() == 0 {
        // Root may read everything, so that the hub runs as another user here.
        let changed = Command::new("chown")
            .args(["-R", "65534:65534"])
            .arg(dir.path())
            .status()
            .unwrap();
        user = changed.success().then_some(65534);
        let _ = Command::new("chmod").arg("755").arg(dir.path()).status();
    }
    for signal in ["SEGV", "ABRT"] {
        let log = fs::File::create(dir.path().join("log")).unwrap();
        let mut command = Command::new("sh");
        command.args(["-c", "ulimit -c unlimited; exec \"$0\" --config \"$1\" serve"]);
        command.arg(built_binary("bindeledd")).arg(hub.join("bindeledd.toml"));
        command
            .env("BINDELEDD__LISTEN__ADDRESS", "127.0.0.1:0")
            .current_dir(&cwd);
        command
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log);
        if let Some(user) = user {
            command.uid(user).gid(user);
        }
        let mut child = command.spawn().unwrap();
        let ready = eventually(Duration::from_secs(30), || async {
            let log = fs::read_to_string(dir.path().join("log")).unwrap_or_default();
            log.contains("is ready on").then_some(())
        });
        let log = || fs::read_to_string(dir.path().join("log")).unwrap_or_default();
        assert!(ready.await.is_some(), "{}", log());
        let process = PathBuf::from(format!("/proc/{}", child.id()));
        let limits = fs::read_to_string(process.join("limits")).unwrap();
        let core = limits
            .lines()
            .find(|line| line.starts_with("Max core file size"))
            .unwrap();
        let numbers: Vec<_> = core
            .split_whitespace()
            .filter(|word| word.parse::<u64>().is_ok())
            .collect();
        assert_eq!(numbers, ["0", "0"], "{core}");
        // Only root can read the memory of a process that must not be dumped.
        assert_eq!(
            fs::metadata(process.join("environ")).unwrap().uid(),
            0,
            "others of its user may look into it"
        );
        let pid = child.id().to_string();
        // The first SIGSEGV may be handled as an adapter's; the second one ends the hub.
        let ended = eventually(Duration::from_secs(30), || {
            let ended = child.try_wait().unwrap();
            if ended.is_none() {
                let _ = Command::new("kill").args(["-s", signal, &pid]).status();
            }
            std::future::ready(ended)
        });
        let ended = ended.await.unwrap_or_else(|| panic!("{signal} does not end the hub"));
        assert!(ended.signal().is_some() && !ended.core_dumped(), "{signal}: {ended}");
        assert_eq!(fs::read_dir(&cwd).unwrap().count(), 0, "{signal} left a file");
    }
    let pattern = fs::read_to_string("/proc/sys/kernel/core_pattern").unwrap_or_default();
    println!(
        "crashes: no dump by SIGSEGV and SIGABRT (core_pattern {})",
        pattern.trim()
    );
}
