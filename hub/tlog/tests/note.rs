//! Signed notes and checkpoints.

use bindeledd_tlog::{Checkpoint, CheckpointError, NoteError, SigningKey, VerifyingKey, key_name, leaf};

/// The example of the first implementation of the note format.
const KEY: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
const NOTE: &str = "If you think cryptography is the answer to your problem,\n\
    then you don't know what your problem is.\n\n\
    — PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

#[test]
fn the_published_note_is_taken_and_no_changed_one() {
    let key = VerifyingKey::parse(KEY).unwrap();
    assert_eq!(key.to_string(), KEY);
    let text = key.open(NOTE).unwrap();
    assert!(text.ends_with("problem is.\n") && !text.ends_with("\n\n"));
    assert_eq!(key.open(&NOTE.replace("answer", "Answer")), Err(NoteError::NotSigned));
    assert_eq!(key.open(&NOTE.replace("x08go/Z", "x08go/Y")), Err(NoteError::NotSigned));
    assert_eq!(key.open(&NOTE.replace("— Peter", "— peter")), Err(NoteError::NotSigned));
    assert_eq!(key.open("text\n"), Err(NoteError::Malformed));
    assert_eq!(key.open("text\n\n"), Err(NoteError::Malformed));
    assert_eq!(key.open(NOTE.trim_end()), Err(NoteError::Malformed));
    // A second signature, by another key, changes nothing.
    let other = SigningKey::new("other", &[3; 32]).unwrap();
    let theirs = other.sign(text);
    let both = format!("{NOTE}{}", theirs.rsplit_once("\n\n").unwrap().1);
    assert_eq!(key.open(&both), Ok(text));
    assert_eq!(other.verifying_key().open(&both), Ok(text));
}

#[test]
fn keys_that_are_none_are_refused() {
    for wrong in [
        "",
        "PeterNeumann",
        "PeterNeumann+c74f20a3",
        "PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "Peter Neumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+c74f20a3+AhpcQcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+c74f20a3+****",
    ] {
        assert_eq!(VerifyingKey::parse(wrong), Err(NoteError::Key), "{wrong}");
    }
}

#[test]
fn a_checkpoint_is_of_its_log_and_by_its_key() {
    let key = SigningKey::new("Nordvik hub", &[7; 32]).unwrap();
    let again = VerifyingKey::parse(&key.verifying_key().to_string()).unwrap();
    assert_eq!(
        (key_name("Nordvik hub+æ").as_str(), key_name("  ").as_str()),
        ("Nordvik-hub-æ", "log")
    );
    let checkpoint = Checkpoint {
        origin: again.name().to_owned(),
        size: 12,
        root: leaf(b"x"),
    };
    let note = checkpoint.sign(&key);
    assert!(note.starts_with("Nordvik-hub\n12\n"), "{note}");
    assert_eq!(Checkpoint::open(&note, &again), Ok(checkpoint.clone()));
    let stranger = SigningKey::new("Nordvik hub", &[8; 32]).unwrap();
    assert_eq!(
        Checkpoint::open(&note, stranger.verifying_key()),
        Err(CheckpointError::Note(NoteError::NotSigned))
    );
    assert_eq!(
        Checkpoint::open(&note.replace("\n12\n", "\n13\n"), &again),
        Err(CheckpointError::Note(NoteError::NotSigned))
    );
    let of_another = Checkpoint {
        origin: "elsewhere".into(),
        ..checkpoint
    };
    assert_eq!(
        Checkpoint::open(&of_another.sign(&key), &again),
        Err(CheckpointError::Origin)
    );
    assert_eq!(
        Checkpoint::open(&key.sign("Nordvik-hub\n012\nAAAA\n"), &again),
        Err(CheckpointError::Malformed)
    );
    // Lines after the root are extensions, which this reader ignores.
    let more = key.sign(&format!(
        "{}something\n",
        note.split_once("\n\n").unwrap().0.to_owned() + "\n"
    ));
    assert_eq!(Checkpoint::open(&more, &again).unwrap().size, 12);
    let with = checkpoint.sign_with("something 1", &key);
    let (read, lines) = Checkpoint::open_with(&with, &again).unwrap();
    assert_eq!((read, lines), (checkpoint, vec!["something 1"]));
    assert_eq!(
        Checkpoint::open_with(&with.replace("something 1", "something 2"), &again),
        Err(CheckpointError::Note(NoteError::NotSigned))
    );
}
