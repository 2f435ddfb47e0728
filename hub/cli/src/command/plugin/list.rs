//! `bindeledd plugin list`

use bindeledd_host::{Host, HostError, HostOptions, Inspection};
use bindeledd_texts::cli::plugin::Plugin;
use bindeledd_texts::{Lang, Text as _};
use clap::Args;
use serde_json::{Value, json};

use super::inspect::to_json;
use super::live;
use crate::adapter::{all_pinned, cache, limits_for_a_file};
use crate::caller::HubArguments;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Output, table};
use crate::shared::Shared;

/// List the adapters that the configuration pins, and whether each file has its pinned digest and can be used.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  bindeledd plugin list")]
pub(crate) struct Arguments {
    /// List the versions of the running hub: the one in use, and those beside it
    #[arg(long)]
    running: bool,
    #[command(flatten)]
    hub: HubArguments,
}

pub(crate) fn run(arguments: &Arguments, shared: &Shared, output: Output) -> Result<Exit, Failure> {
    if arguments.running {
        return live::list(&arguments.hub, shared, output);
    }
    let configuration = shared.configuration()?;
    let limits = limits_for_a_file(shared);
    let cache = cache(&configuration);
    let mut adapters = Vec::new();
    for pinned in all_pinned(&configuration) {
        let id = pinned.id.clone();
        let options = HostOptions {
            plugins: vec![pinned],
            limits: limits.clone(),
            cache: cache.clone(),
            ..HostOptions::default()
        };
        let inspection = Host::new(options).map(|host| host.installed().into_iter().next().map(|i| i.inspection));
        adapters.push((id.to_string(), inspection));
    }
    let all_right = adapters.iter().all(|(_, found)| found.is_ok());
    let lang = output.lang();
    let json: Vec<_> = adapters.iter().map(|(id, found)| entry(id, found, lang)).collect();
    output.result(&json!({ "adapters": json }), || {
        let row = |(id, found): &(String, Result<Option<Inspection>, HostError>)| match found {
            Ok(Some(i)) => vec![
                id.clone(),
                i.manifest.version.clone(),
                i.sha256.to_string()[..12].to_owned(),
                Plugin::Ready.text(lang),
            ],
            Ok(None) => vec![id.clone(), String::new(), String::new(), Plugin::NotLoaded.text(lang)],
            Err(error) => vec![
                id.clone(),
                String::new(),
                String::new(),
                format!("{} {}", error.code(), error.words().text(lang)),
            ],
        };
        table(
            &Plugin::Columns.text(lang),
            &adapters.iter().map(row).collect::<Vec<_>>(),
        )
    });
    Ok(if all_right { Exit::Done } else { Exit::Failed })
}

fn entry(id: &str, found: &Result<Option<Inspection>, HostError>, lang: Lang) -> Value {
    let mut entry = match found {
        Ok(Some(inspection)) => to_json(inspection),
        Ok(None) => json!({}),
        Err(error) => json!({ "problem": { "code": error.code(), "text": error.words().text(lang) } }),
    };
    entry["id"] = id.into();
    entry
}
