//! `bindeledd party import`

use std::path::{Path, PathBuf};

use bindeledd_core::encoding::{self, Encoding};
use bindeledd_texts::cli::common::Common;
use bindeledd_texts::cli::party::{Import, Party};
use bindeledd_texts::{Lang, Said, Text as _};
use clap::Args;
use serde_json::{Map, Value, json};

use crate::caller::{Hub, HubArguments};
use crate::command::{cell, number, read_file, refused_json, rows};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Output;
use crate::shared::Shared;

/// Add or change many parties from one file: all of them, or none.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  bindeledd party import aktører.csv --dry-run\n  bindeledd party import aktører.json\n\n\
    JSON is a list of parties as from `party list --json`. CSV has a first line of names, separated by , or ;. The names are\n\
    id, name, kind, publicLabel, publicPhone, partOf, orgNumber, herId, phone, registrar, trusts, adapter, address, credential, settings,\n\
    endpointHerId, endpointOrgNumber, personGivenName, personFamilyName, personHpr, personHerId, handlerName, handlerRole,\n\
    handlerPhone, notifyEmail. Empty values are left out; trusts are separated by spaces, and settings are JSON."
)]
pub(crate) struct Arguments {
    #[command(flatten)]
    hub: HubArguments,
    /// The file of the parties, .json or .csv; - for JSON on standard input
    file: PathBuf,
    /// Show the outcome for each party, and change nothing
    #[arg(long)]
    dry_run: bool,
}

pub(crate) fn run(arguments: &Arguments, shared: &Shared, output: Output) -> Result<Exit, Failure> {
    let file = &arguments.file;
    let bytes = read_file(file)?;
    let is_csv = file.extension().is_some_and(|e| e.eq_ignore_ascii_case("csv"));
    let parties = if is_csv {
        csv(file, &bytes)?
    } else {
        list(file, &bytes)?
    };
    let order = json!({"parties": parties, "dryRun": arguments.dry_run});
    let answer = Hub::open(&arguments.hub, shared)?.post("/v1/admin/parties/import", &order)?;
    output.result(&answer, || report(&answer, is_csv, output.lang()));
    let refused = rows(&answer, "parties").iter().any(|p| p["outcome"] == "refused");
    Ok(if refused { Exit::Refused } else { Exit::Done })
}

/// Formats one line for each party, then a summary.
fn report(answer: &Value, is_csv: bool, lang: Lang) -> String {
    let parties = rows(answer, "parties");
    let mut lines: Vec<String> = Vec::with_capacity(parties.len() + 1);
    for (n, party) in parties.iter().enumerate() {
        // The first line of a CSV file holds the column names.
        let place = if is_csv { n + 2 } else { n + 1 };
        let problem = party.get("problem").map(|p| {
            let path = cell(p, "path");
            let path = if path.is_empty() { path } else { format!(" {path}:") };
            format!("  {}{path} {}", cell(p, "code"), cell(p, "text"))
        });
        lines.push(format!(
            "{place:>4}  {:<8} {}{}",
            cell(party, "outcome"),
            cell(party, "id"),
            problem.unwrap_or_default()
        ));
    }
    let count = |outcome: &str| number(parties.iter().filter(|p| p["outcome"] == outcome).count());
    let (added, changed, same) = (count("added"), count("changed"), count("same"));
    let refused = count("refused");
    let summary = if answer["applied"] == true {
        Party::Imported { added, changed, same }
    } else if refused > 0 {
        let all = number(parties.len());
        Party::NotImported { refused, all }
    } else {
        Party::WouldImport { added, changed, same }
    };
    lines.push(summary.text(lang));
    lines.join("\n")
}

fn unreadable(file: &Path, place: impl Into<String>, problem: impl Into<Said>) -> Failure {
    Failure::new(Exit::Refused, "BL-1001", Said::of(file.display(), problem))
        .at(place.into())
        .next(Party::WritePartiesAsHelp)
}

fn list(file: &Path, bytes: &[u8]) -> Result<Vec<Value>, Failure> {
    let value =
        bindeledd_core::json::parse(bytes).map_err(|error| refused_json(file, error, Party::WritePartiesAsHelp))?;
    match value {
        Value::Array(parties) => Ok(parties),
        Value::Object(mut root) => match root.remove("parties") {
            Some(Value::Array(parties)) => Ok(parties),
            Some(_) => Err(unreadable(file, "parties", Import::NoList)),
            None => Ok(vec![Value::Object(root)]),
        },
        _ => Err(unreadable(file, "", Import::NeitherListNorParty)),
    }
}

fn csv(file: &Path, bytes: &[u8]) -> Result<Vec<Value>, Failure> {
    let text = encoding::text(bytes).map_err(|found| {
        let (place, problem) = match found {
            Encoding::Unknown { line, .. } => (format!("line {line}"), Import::NotUtf8),
            Encoding::Utf16 | Encoding::Utf32 => {
                let found = found.to_string();
                (String::new(), Import::OtherEncoding { found })
            }
        };
        unreadable(file, place, problem)
    })?;
    let first = text.lines().next().unwrap_or_default();
    let delimiter = if first.matches(';').count() > first.matches(',').count() {
        b';'
    } else {
        b','
    };
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let failed = |error: csv::Error| {
        let line = error
            .position()
            .map_or_else(String::new, |p| format!("line {}", p.line()));
        unreadable(file, line, Import::NotCsv)
    };
    let names: Vec<String> = reader.headers().map_err(failed)?.iter().map(str::to_owned).collect();
    let twice = names.iter().enumerate().find(|(at, name)| names[..*at].contains(name));
    if let Some((at, _)) = twice.filter(|(_, name)| !name.is_empty()) {
        return Err(unreadable(
            file,
            format!("line 1, column {}", at + 1),
            Import::NameTwice,
        ));
    }
    let mut parties = Vec::new();
    for record in reader.records() {
        let record = record.map_err(failed)?;
        let line = record.position().map_or(0, csv::Position::line);
        let mut party = Map::new();
        for (name, value) in names.iter().zip(record.iter()).filter(|(_, v)| !v.is_empty()) {
            put(&mut party, name, value).map_err(|what| unreadable(file, format!("line {line}, {name}"), what))?;
        }
        parties.push(Value::Object(party));
    }
    Ok(parties)
}

/// Puts a field of a line into its place in a party's JSON.
fn put(party: &mut Map<String, Value>, name: &str, value: &str) -> Result<(), Said> {
    let text = || Value::from(value);
    // A spreadsheet may write a whole number as 8143060.0. The hub refuses a value that is no number.
    let number = || match (value.parse::<u32>(), bindeledd_core::json::parse(value.as_bytes())) {
        (Ok(number), _) => Value::from(number),
        (Err(_), Ok(number @ Value::Number(_))) => number,
        (Err(_), _) => text(),
    };
    let (group, field, value) = match name {
        "id" | "name" | "kind" | "publicLabel" | "publicPhone" | "partOf" | "orgNumber" | "phone" => {
            (None, name, text())
        }
        "herId" => (None, name, number()),
        "registrar" => {
            let flag = match value.to_lowercase().as_str() {
                "true" | "ja" | "1" | "x" => true,
                "false" | "nei" | "0" => false,
                _ => return Err(Common::WriteTrueOrFalse.into()),
            };
            (None, name, flag.into())
        }
        "trusts" => (None, name, value.split_whitespace().collect()),
        "notifyEmail" => (Some("notify"), "email", text()),
        "adapter" | "address" | "credential" => (Some("endpoint"), name, text()),
        "settings" => {
            let settings = bindeledd_core::json::parse(value.as_bytes()).map_err(|error| Import::SettingsAsJson {
                error: error.to_string(),
            });
            let settings = settings.map_err(Said::from)?;
            (Some("endpoint"), name, settings)
        }
        "endpointHerId" => (Some("endpoint"), "herId", number()),
        "endpointOrgNumber" => (Some("endpoint"), "orgNumber", text()),
        "personGivenName" => (Some("person"), "givenName", text()),
        "personFamilyName" => (Some("person"), "familyName", text()),
        "personHpr" => (Some("person"), "hpr", text()),
        "personHerId" => (Some("person"), "herId", number()),
        "handlerName" | "handlerRole" | "handlerPhone" => {
            let field = match name {
                "handlerName" => "name",
                "handlerRole" => "role",
                _ => "phone",
            };
            let handlers = party.entry("handlers").or_insert_with(|| json!([{}]));
            handlers[0][field] = text();
            return Ok(());
        }
        _ => return Err(Import::NoColumn.into()),
    };
    match group {
        None => party.insert(field.to_owned(), value),
        Some(group) => {
            let inner = party.entry(group).or_insert_with(|| json!({}));
            inner[field] = value;
            None
        }
    };
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_csv_is_a_party_with_its_parts() {
        let text = "\u{feff}id;name;kind;registrar;adapter;settings;endpointHerId;personHpr;handlerName;trusts\r\n\
                    nordvik;Nordvik AS;aft-provider;ja;provider-json;{\"format\": \"x\"};8094866;565501872;Kari;a b\r\n\
                    liten;\"Liten; og god\";aft-provider;;;;;;;\r\n";
        let parties = csv(Path::new("x.csv"), text.as_bytes()).unwrap();
        assert_eq!(
            parties,
            [
                json!({
                    "id": "nordvik", "name": "Nordvik AS", "kind": "aft-provider", "registrar": true, "trusts": ["a", "b"],
                    "endpoint": {"adapter": "provider-json", "settings": {"format": "x"}, "herId": 8_094_866},
                    "person": {"hpr": "565501872"}, "handlers": [{"name": "Kari"}],
                }),
                json!({"id": "liten", "name": "Liten; og god", "kind": "aft-provider"}),
            ]
        );
    }

    #[test]
    fn what_is_wrong_with_a_file_is_told_with_its_line() {
        for (text, place) in [
            ("id,nme\na,b\n", "line 2, nme"),
            ("id,name\na,b,c\n", "line 2"),
            ("id,registrar\na,kanskje\n", "line 2, registrar"),
            ("id,settings\na,{\n", "line 2, settings"),
        ] {
            let failure = csv(Path::new("x.csv"), text.as_bytes()).unwrap_err();
            assert!(format!("{failure:?}").contains(place), "{failure:?}");
        }
        let latin1 = b"id,name\na,\xe5\n";
        assert!(format!("{:?}", csv(Path::new("x.csv"), latin1).unwrap_err()).contains("line 2"));
    }
}
