//! Golden samples, replayed on the version in use and on another one, before a switch.
//!
//! A sample is a folder with `input.*` or `message.json`, and `context.json`. Both versions come from the hub, and run here.

use std::fs;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

use bindeledd_core::AdapterId;
use bindeledd_core::contract::{Context, Document};
use bindeledd_engine::ports::Adapters as _;
use bindeledd_host::compare::{self, Difference};
use bindeledd_host::{Host, HostOptions};
use bindeledd_texts::cli::plugin::Plugin;
use serde_json::{Value, json};

use super::{context, wait};
use crate::adapter::{host_failure, limits_for_a_file, media_type_of};
use crate::caller::Hub;
use crate::command::read_file;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::shared::Shared;

/// The samples whose output differs, with their differences.
pub(super) type Differing = Vec<(String, Vec<Difference>)>;

/// A sample, ready to be replayed.
struct Sample {
    name: String,
    context: Context,
    input: Input,
}

enum Input {
    Document(PathBuf, Vec<u8>),
    Message(PathBuf, Vec<u8>),
}

/// Replays the samples of a folder on two versions. Returns their number, and those whose output differs.
pub(super) fn replay(
    folder: &Path,
    (hub, shared): (&Hub, &Shared),
    adapter: &AdapterId,
    (before, after): (&str, &str),
) -> Result<(usize, Differing), Failure> {
    let samples = samples(folder)?;
    let (before, after) = (
        Version::of(hub, shared, adapter, before)?,
        Version::of(hub, shared, adapter, after)?,
    );
    let mut differing = Vec::new();
    for sample in &samples {
        let found = compare::differences(&before.output(sample)?, &after.output(sample)?);
        if !found.is_empty() {
            differing.push((sample.name.clone(), found));
        }
    }
    Ok((samples.len(), differing))
}

/// Returns the differences as JSON.
pub(super) fn to_json(count: usize, differing: &Differing) -> Value {
    let one = |(name, found): &(String, Vec<Difference>)| {
        let found = found
            .iter()
            .map(|d| json!({ "path": d.path, "before": d.before, "after": d.after }));
        json!({ "sample": name, "differences": found.collect::<Vec<_>>() })
    };
    json!({ "samples": count, "differing": differing.iter().map(one).collect::<Vec<_>>() })
}

/// Returns the differences in lines.
pub(super) fn lines(differing: &Differing) -> String {
    let shown = |value: &Option<Value>| value.as_ref().map_or_else(|| "–".to_owned(), ToString::to_string);
    let mut text = String::new();
    for (name, found) in differing {
        text.push_str(name);
        text.push('\n');
        for difference in found {
            let (before, after) = (shown(&difference.before), shown(&difference.after));
            text.push_str(&format!("  {}\n    - {before}\n    + {after}\n", difference.path));
        }
    }
    text
}

fn samples(folder: &Path) -> Result<Vec<Sample>, Failure> {
    let unreadable = |error: std::io::Error| {
        let what = Plugin::NoSamples {
            folder: folder.display().to_string(),
        };
        Failure::new(Exit::Refused, "BL-3049", what)
            .next(Plugin::SampleForm)
            .because(error)
    };
    let mut folders = Vec::new();
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        if path.is_dir() {
            folders.push(path);
        }
    }
    folders.sort();
    let mut samples = Vec::new();
    for folder in &folders {
        samples.extend(sample(folder)?);
    }
    if samples.is_empty() {
        let what = Plugin::NoSamples {
            folder: folder.display().to_string(),
        };
        return Err(Failure::new(Exit::Refused, "BL-3049", what).next(Plugin::SampleForm));
    }
    Ok(samples)
}

/// Reads the sample of a folder; `None` if the folder has no input.
fn sample(folder: &Path) -> Result<Option<Sample>, Failure> {
    let files = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut files: Vec<_> = files.map(|entry| entry.path()).collect();
    files.sort();
    let is_input = |path: &&PathBuf| path.file_stem().is_some_and(|stem| stem == "input");
    let message = folder.join("message.json");
    let input = if message.is_file() {
        Input::Message(message.clone(), read_file(&message)?)
    } else if let Some(path) = files.iter().find(is_input) {
        Input::Document(path.clone(), read_file(path)?)
    } else {
        return Ok(None);
    };
    let own = folder.join("context.json");
    Ok(Some(Sample {
        name: folder.file_name().unwrap_or_default().to_string_lossy().into_owned(),
        context: context(own.is_file().then_some(&*own))?,
        input,
    }))
}

/// A version of the hub's, loaded here.
struct Version {
    host: Host,
    id: AdapterId,
}

impl Version {
    fn of(hub: &Hub, shared: &Shared, adapter: &AdapterId, version: &str) -> Result<Self, Failure> {
        let bytes = hub.get_as(
            &format!("/v1/admin/adapters/{adapter}/versions/{version}/file"),
            "application/wasm",
        )?;
        let kept = |error: std::io::Error| Failure::new(Exit::Failed, "BL-6008", Plugin::NoRoomForCopy).because(error);
        let folder = std::env::temp_dir().join(format!("bindeledd-replay-{}", std::process::id()));
        // A folder that is there already is another program's.
        fs::DirBuilder::new().mode(0o700).create(&folder).map_err(kept)?;
        let file = folder.join("adapter.wasm");
        let written = fs::write(&file, bytes).map_err(kept);
        let mut host = Host::new(HostOptions {
            limits: limits_for_a_file(shared),
            ..HostOptions::default()
        })
        .map_err(host_failure)?;
        let id = written.and_then(|()| host.load_file(&file).map_err(host_failure));
        // A copy that can not be removed is in the folder for temporary files.
        let _ = fs::remove_dir_all(&folder);
        Ok(Self { host, id: id? })
    }

    /// Returns the output for a sample, as a tree.
    fn output(&self, sample: &Sample) -> Result<Value, Failure> {
        match &sample.input {
            Input::Document(path, body) => {
                let document = Document {
                    media_type: media_type_of(path, body),
                    body,
                };
                let read = wait(self.host.read(&self.id, document, &sample.context))?;
                Ok(compare::reading(&read))
            }
            Input::Message(path, bytes) => {
                let written = super::write::write(&self.host, &self.id, (path, bytes), &sample.context)?;
                Ok(compare::written(&written))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_without_samples_is_said() {
        let dir = tempfile::tempdir().unwrap();
        assert!(samples(dir.path()).is_err());
        assert!(samples(&dir.path().join("nowhere")).is_err());
        fs::create_dir(dir.path().join("empty")).unwrap();
        assert!(samples(dir.path()).is_err());
        fs::create_dir(dir.path().join("question")).unwrap();
        fs::write(dir.path().join("question/input.csv"), "a;b").unwrap();
        let found = samples(dir.path()).unwrap();
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].name, "question");
    }

    #[test]
    fn a_difference_is_shown_with_both_values() {
        let found = compare::differences(&json!({"a": 1}), &json!({"a": 2}));
        let text = lines(&vec![("question".to_owned(), found)]);
        assert_eq!(text, "question\n  a\n    - 1\n    + 2\n");
    }
}
