use std::panic::{AssertUnwindSafe, catch_unwind};

use super::*;

const STEPS: [Step; 6] = [
    Step::Begin,
    Step::Beside,
    Step::HalfWritten,
    Step::Written,
    Step::Synced,
    Step::Renamed,
];

fn mode(path: &Path) -> u32 {
    fs::symlink_metadata(path).unwrap().mode() & 0o777
}

/// Interrupts a writing at a step, so that its files stay and nothing is tidied up.
fn killed_at(path: &Path, bytes: &[u8], over: bool, step: Step) {
    let killed = catch_unwind(AssertUnwindSafe(|| {
        let _ = write(path, &[bytes], Access::Private, over, &mut |at| {
            assert_ne!(at, step, "killed");
            Ok(())
        });
    }));
    assert!(killed.is_err(), "{step:?} was not reached");
}

#[test]
fn a_stop_at_any_step_leaves_the_old_file_or_the_new_one_and_the_next_attempt_succeeds() {
    for step in STEPS {
        for old in [None, Some(&b"old"[..])] {
            let dir = tempfile::tempdir().unwrap();
            let path = dir.path().join("operator.key");
            if let Some(old) = old {
                replace(&path, old, Access::Private).unwrap();
            }
            killed_at(&path, b"the new one", old.is_some(), step);
            let there = fs::read(&path).ok();
            let new = Some(&b"the new one"[..]);
            let expected = if step == Step::Renamed { new } else { old };
            assert_eq!(there.as_deref(), expected, "{step:?}");
            match (create(&path, b"second", Access::Private), there) {
                (Ok(()), None) => {}
                (Err(error), Some(_)) => assert_eq!(error.kind(), ErrorKind::AlreadyExists, "{step:?}"),
                (made, there) => panic!("{step:?}: {made:?} over {there:?}"),
            }
            replace(&path, b"third", Access::Private).unwrap();
            assert_eq!(fs::read(&path).unwrap(), b"third");
            tidy(&path).unwrap();
            assert_eq!(
                fs::read_dir(dir.path()).unwrap().count(),
                1,
                "{step:?}: something is left over"
            );
        }
    }
}

#[test]
fn a_full_disk_at_any_step_leaves_the_old_file_and_nothing_beside_it() {
    for step in STEPS {
        for old in [None, Some(&b"old"[..])] {
            let dir = tempfile::tempdir().unwrap();
            let path = dir.path().join("master.key");
            if let Some(old) = old {
                replace(&path, old, Access::Private).unwrap();
            }
            let failed = write(&path, &[b"new", b"er"], Access::Private, old.is_some(), &mut |at| {
                if at == step {
                    return Err(ErrorKind::StorageFull.into());
                }
                Ok(())
            });
            assert_eq!(failed.unwrap_err().kind(), ErrorKind::StorageFull, "{step:?}");
            let expected = if step == Step::Renamed {
                Some(&b"newer"[..])
            } else {
                old
            };
            assert_eq!(fs::read(&path).ok().as_deref(), expected, "{step:?}");
            assert!(!beside(&path).exists(), "{step:?}");
        }
    }
}

#[test]
fn nothing_is_written_over_and_no_link_is_followed() {
    let dir = tempfile::tempdir().unwrap();
    let (path, elsewhere) = (dir.path().join("page.html"), dir.path().join("elsewhere"));
    std::os::unix::fs::symlink("nowhere", &path).unwrap();
    assert_eq!(
        create(&path, b"x", Access::Private).unwrap_err().kind(),
        ErrorKind::AlreadyExists
    );
    fs::remove_file(&path).unwrap();
    // An attacker knows the temporary name, and has put a link there.
    fs::write(&elsewhere, "untouched").unwrap();
    std::os::unix::fs::symlink(&elsewhere, beside(&path)).unwrap();
    create(&path, b"page", Access::Private).unwrap();
    assert_eq!(fs::read(&elsewhere).unwrap(), b"untouched");
    assert_eq!((fs::read(&path).unwrap(), mode(&path)), (b"page".to_vec(), 0o600));
}

#[test]
fn two_that_write_the_same_file_never_mix() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("key");
    let writing = open_beside(&beside(&path)).unwrap();
    assert_eq!(
        create(&path, b"another", Access::Private).unwrap_err().kind(),
        ErrorKind::WouldBlock
    );
    drop(writing);
    let texts: Vec<Vec<u8>> = (0..4_u8).map(|n| vec![b'a' + n; 70_000]).collect();
    std::thread::scope(|scope| {
        for text in &texts {
            let (path, texts) = (&path, &texts);
            scope.spawn(move || {
                for _ in 0..20 {
                    // A writer that comes too late gets an error.
                    let _ = replace(path, text, Access::Private);
                    if let Ok(there) = fs::read(path) {
                        assert!(texts.contains(&there), "two are mixed");
                    }
                }
            });
        }
    });
    assert!(texts.contains(&fs::read(&path).unwrap()));
}

#[test]
fn permissions_do_not_follow_the_umask_and_an_edit_keeps_them() {
    let dir = tempfile::tempdir().unwrap();
    let place = dir.path().join("second/place");
    let old = rustix::process::umask(rustix::fs::Mode::from_raw_mode(0));
    folder(&place, Access::Private).unwrap();
    create(&place.join("checkpoint"), b"x", Access::Private).unwrap();
    rustix::process::umask(rustix::fs::Mode::from_raw_mode(0o077));
    create(&place.join("page"), b"x", Access::Open).unwrap();
    rustix::process::umask(old);
    assert_eq!((mode(&place), mode(place.parent().unwrap())), (0o700, 0o700));
    assert_eq!(
        (mode(&place.join("checkpoint")), mode(&place.join("page"))),
        (0o600, 0o644)
    );
    let (file, link) = (dir.path().join("real.toml"), dir.path().join("hub.toml"));
    create(&file, b"a", Access::Bits(0o640)).unwrap();
    std::os::unix::fs::symlink("real.toml", &link).unwrap();
    edit(&link, b"ab").unwrap();
    assert_eq!((fs::read(&file).unwrap(), mode(&file)), (b"ab".to_vec(), 0o640));
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert!(edit(&dir.path().join("none"), b"x").is_err());
}
