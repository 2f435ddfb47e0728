//! The shared SQL stays one text for both databases: PostgreSQL prepares every statement of it.
//!
//! The test reads the statements from this crate's source. It leaves out parts that only SQLite has: the store's file,
//! its settings, and the upgrade of older stores.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use crate::commands::join::SEALED_COLUMNS;
use crate::commands::letter_list;
use crate::conn::Conn;
use crate::sqlite::plans::{all_questions, message_filters};
use crate::sqlite::testing::empty;
use crate::views;

/// Files with statements for SQLite alone, and with upgrades of older SQLite stores.
const OF_SQLITE: [&str; 4] = ["sqlite/file.rs", "sqlite/plans.rs", "sqlite/testing.rs", "upgrade/"];

/// Returns a shared statement in the form that PostgreSQL accepts.
fn in_postgres(sql: &str) -> String {
    let mut words: Vec<&str> = sql.split_whitespace().collect();
    while let Some(at) = words.iter().position(|word| *word == "INDEXED") {
        // `INDEXED BY name` is a hint that PostgreSQL does not have.
        words.drain(at..at + 3);
    }
    let text = words
        .join(" ")
        .replace("CROSS JOIN", "JOIN")
        .replace("instr(", "strpos(");
    let mut numbered = String::new();
    let mut parts = text.split('?');
    numbered.push_str(parts.next().unwrap_or_default());
    for part in parts {
        numbered.push('$');
        numbered.push_str(part);
    }
    numbered
}

/// Returns the string literals of a source file, without comments, with their first lines.
fn literals(code: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let mut rest = code;
    while let Some(at) = rest.find(['"', '/', '\'']) {
        rest = &rest[at..];
        if rest.starts_with("//") {
            rest = rest.split_once('\n').map_or("", |(_, rest)| rest);
        } else if rest.starts_with('"') {
            let line = code[..code.len() - rest.len()].matches('\n').count() + 1;
            let mut text = String::new();
            let mut chars = rest[1..].char_indices();
            let mut end = rest.len();
            while let Some((i, c)) = chars.next() {
                match c {
                    '"' => {
                        end = i + 2;
                        break;
                    }
                    '\\' => text.extend(chars.next().map(|(_, escaped)| escaped)),
                    c => text.push(c),
                }
            }
            found.push((line, text));
            rest = &rest[end..];
        } else {
            // A character literal that is a quotation mark must not begin a string.
            let is_quote = rest.starts_with("'\"'") || rest.starts_with("'\\\"'");
            rest = &rest[if is_quote {
                3 + usize::from(rest.starts_with("'\\"))
            } else {
                1
            }..];
        }
    }
    found
}

fn is_statement(text: &str) -> bool {
    ["SELECT ", "INSERT ", "UPDATE ", "DELETE ", "WITH "]
        .iter()
        .any(|verb| text.starts_with(verb))
}

/// Returns the fixed parts of a `macro_rules!` that composes a statement: before and after its argument.
fn frames(code: &str) -> Vec<(String, String, String)> {
    let blocks = code.split("macro_rules! ").skip(1);
    let frame = |block: &str| {
        let (name, body) = block.split_once(" {")?;
        let body = body.split_once("\n}\n")?.0;
        let (before, after) = body
            .split_once("$from_and_where,")
            .or_else(|| body.split_once("$from_and_where\n"))?;
        let text = |part: &str| literals(part).into_iter().map(|(_, text)| text).collect::<String>();
        Some((name.to_owned(), text(before), text(after)))
    };
    blocks.filter_map(frame).collect()
}

/// Collects every statement of a file, with its place.
fn statements_of(name: &str, code: &str, found: &mut BTreeMap<String, String>) {
    let code = code.split("#[cfg(test)]\nmod ").next().unwrap_or_default();
    let frames = frames(code);
    for (line, text) in literals(code) {
        let before: String = code.lines().take(line).collect::<Vec<_>>().join("\n");
        let called = frames.iter().find(|(name, ..)| {
            let call = before.rfind(&format!("{name}!("));
            // The literal must be the first argument of the call.
            call.is_some_and(|at| {
                let between = &before[at + name.len() + 2..];
                between
                    .find('"')
                    .is_some_and(|quote| between[..quote].trim().is_empty())
                    && between.matches('"').count() <= 2
                    && text.starts_with("FROM ")
            })
        });
        let statement = match called {
            Some((_, head, tail)) => format!("{head}{text}{tail}"),
            None if is_statement(&text) => text,
            None => continue,
        };
        let is_frame = frames.iter().any(|(_, head, _)| *head == statement);
        // The code below handles statements that are composed in another way.
        if !is_frame && !statement.contains('{') {
            found.insert(format!("{name}:{line}"), statement);
        }
    }
}

fn statements() -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut folders = vec![src.clone()];
    while let Some(folder) = folders.pop() {
        for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            let name = path.strip_prefix(&src).unwrap().to_string_lossy().into_owned();
            if path.is_dir() {
                folders.push(path);
            } else if !OF_SQLITE.iter().any(|of| name.starts_with(of)) && name != "conn/portable.rs" {
                statements_of(&name, &fs::read_to_string(&path).unwrap(), &mut found);
            }
        }
    }
    for column in SEALED_COLUMNS {
        for (i, statement) in column.statements().into_iter().enumerate() {
            found.insert(format!("commands/join.rs, {statement}, {i}"), statement);
        }
    }
    for question in message_filters().flat_map(|filter| all_questions(&filter)) {
        found.insert(format!("views/selection.rs, {}", question.sql), question.sql);
    }
    for question in [letter_list::unanswered_of(), letter_list::unanswered_by_party()] {
        found.insert(format!("commands/letter_list.rs, {question}"), question);
    }
    for question in views::audit::all_questions() {
        found.insert(format!("views/audit.rs, {}", question.sql), question.sql);
    }
    found
}

/// Returns the newest schema in PostgreSQL's form, one statement for each line. It has names, types, keys and indexes,
/// enough to prepare statements.
fn schema(conn: &Conn) -> Vec<String> {
    let mut ddl = vec![
        // PostgreSQL has this function from version 18 on. A store on an earlier version creates it.
        "CREATE FUNCTION larger(bytea, bytea) RETURNS bytea LANGUAGE sql IMMUTABLE STRICT AS \
         'SELECT CASE WHEN $1 > $2 THEN $1 ELSE $2 END'"
            .to_owned(),
        "CREATE AGGREGATE max(bytea) (sfunc = larger, stype = bytea)".to_owned(),
    ];
    let tables = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'";
    for table in conn.all(tables, [], |row| row.get::<String>(0)).unwrap() {
        let columns = "SELECT name, type, \"notnull\", pk FROM pragma_table_info(?1)";
        let columns: Vec<(String, String, bool, i64)> = conn
            .all(columns, [&table], |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
            })
            .unwrap();
        let mut keys: Vec<(i64, &str)> = columns
            .iter()
            .filter(|c| c.3 > 0)
            .map(|c| (c.3, c.0.as_str()))
            .collect();
        keys.sort_unstable();
        let keys: Vec<&str> = keys.into_iter().map(|(_, name)| name).collect();
        let mut parts: Vec<String> = Vec::new();
        for (name, kind, is_needed, _) in &columns {
            let kind = match (kind.as_str(), keys == [name]) {
                ("INTEGER", true) => "BIGINT GENERATED BY DEFAULT AS IDENTITY",
                ("INTEGER", false) => "BIGINT",
                ("BLOB", _) => "BYTEA",
                (kind, _) => kind,
            };
            let needed = if *is_needed { " NOT NULL" } else { "" };
            parts.push(format!("{name} {kind}{needed}"));
        }
        if !keys.is_empty() {
            parts.push(format!("PRIMARY KEY ({})", keys.join(", ")));
        }
        ddl.push(format!("CREATE TABLE {table} ({})", parts.join(", ")));
    }
    let indexes = "SELECT sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL";
    let indexes = conn.all(indexes, [], |row| row.get::<String>(0)).unwrap();
    ddl.extend(indexes.iter().map(|sql| in_postgres(sql)));
    ddl
}

/// A server of the test's own, on a socket in its own folder. Dropping it stops the server and removes the folder.
struct Server {
    programs: PathBuf,
    folder: tempfile::TempDir,
    is_root: bool,
}

impl Server {
    /// Starts a server; `None` if Debian's package is not installed.
    fn start() -> Option<Self> {
        let versions = fs::read_dir("/usr/lib/postgresql").ok()?;
        let programs = versions.filter_map(|entry| Some(entry.ok()?.path().join("bin")));
        let programs = programs.filter(|bin| bin.join("initdb").exists()).max()?;
        let folder = tempfile::Builder::new().prefix("bindeledd-pg").tempdir().unwrap();
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o777)).unwrap();
        let id = Command::new("id").arg("-u").output().unwrap();
        let server = Self {
            programs,
            folder,
            is_root: id.stdout == b"0\n",
        };
        let (data, socket) = (server.data(), server.folder.path().display().to_string());
        done(server.run(
            "initdb",
            &["-D", &data, "-U", "postgres", "-A", "trust", "--no-sync", "-E", "UTF8"],
            "",
        ));
        let options = format!("-c listen_addresses= -c unix_socket_directories={socket} -c fsync=off");
        let log = format!("{socket}/log");
        done(server.run("pg_ctl", &["-D", &data, "-w", "-o", &options, "-l", &log, "start"], ""));
        Some(server)
    }

    fn data(&self) -> String {
        self.folder.path().join("data").display().to_string()
    }

    /// Runs a program of PostgreSQL. PostgreSQL refuses root, so that root runs it as nobody.
    fn run(&self, program: &str, arguments: &[&str], input: &str) -> Output {
        let program = self.programs.join(program);
        let mut command = match self.is_root {
            true => Command::new("runuser"),
            false => Command::new(&program),
        };
        if self.is_root {
            command.args(["-u", "nobody", "--"]).arg(&program);
        }
        // A server that keeps running would hold a pipe open.
        let is_start = arguments.last() == Some(&"start");
        let piped = || if is_start { Stdio::null() } else { Stdio::piped() };
        command.args(arguments).current_dir("/");
        command.stdin(Stdio::piped()).stdout(piped()).stderr(piped());
        let mut child = command.spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let text = input.to_owned();
        let writes = std::thread::spawn(move || stdin.write_all(text.as_bytes()));
        let output = child.wait_with_output().unwrap();
        // A program that reads nothing may close the pipe first.
        let _ = writes.join();
        output
    }

    /// Runs lines of SQL. Returns the refused lines, each with its reason.
    fn refused(&self, lines: &[String]) -> BTreeMap<usize, String> {
        let socket = self.folder.path().display().to_string();
        let text: String = lines.iter().map(|line| format!("{line};\n")).collect();
        let output = self.run("psql", &["-h", &socket, "-U", "postgres", "-X", "-q", "-f", "-"], &text);
        done(output.clone());
        let errors = String::from_utf8(output.stderr).unwrap();
        let refused = errors.lines().filter_map(|line| {
            let (line, why) = line.strip_prefix("psql:<stdin>:")?.split_once(": ERROR:")?;
            Some((line.parse().ok()?, why.trim().to_owned()))
        });
        refused.collect()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let data = self.data();
        let _ = self.run("pg_ctl", &["-D", &data, "-w", "-m", "immediate", "stop"], "");
    }
}

fn done(output: Output) {
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
}

#[test]
fn postgresql_prepares_every_statement_of_the_shared_text() {
    let statements = statements();
    assert!(
        statements.len() > 300,
        "only {} statements were found",
        statements.len()
    );
    let Some(server) = Server::start() else {
        println!("PostgreSQL is not here (Debian's package postgresql): NO STATEMENT WAS PREPARED ON IT");
        return;
    };
    let mut lines = schema(&empty());
    let first = lines.len();
    for (i, statement) in statements.values().enumerate() {
        lines.push(format!("PREPARE s{i} AS {}", in_postgres(statement)));
    }
    // PostgreSQL must refuse a statement that is wrong everywhere. Otherwise this test proves nothing.
    lines.push("PREPARE wrong AS SELECT nobody FROM nowhere".to_owned());
    let mut refused = server.refused(&lines);
    assert!(
        refused.remove(&lines.len()).is_some(),
        "psql did not tell of what it refused"
    );
    let wheres: Vec<&String> = statements.keys().collect();
    let told = refused.iter().map(|(line, why)| match line.checked_sub(first + 1) {
        Some(i) => format!("{}: {why}\n    {}", wheres[i], lines[line - 1]),
        None => format!("the schema: {why}\n    {}", lines[line - 1]),
    });
    let told: Vec<String> = told.collect();
    assert!(
        told.is_empty(),
        "PostgreSQL does not take {} statements:\n{}",
        told.len(),
        told.join("\n")
    );
    println!("PostgreSQL prepared {} statements", statements.len());
}
