//! Tests: unknown keys, wrong types, the environment before the file, and that `default.toml` documents every key.

use std::collections::{BTreeMap, HashMap};

use super::layers::defaults;
use super::values::Origin;
use super::*;

fn load_with(text: &str, variables: &[(&str, &str)]) -> Result<Configuration, String> {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join(FILE_NAME);
    std::fs::write(&file, text).unwrap();
    let variables: HashMap<_, _> = variables
        .iter()
        .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
        .collect();
    Configuration::load(Some(&file), Some(variables)).map_err(|failure| {
        failure
            .text(Lang::English)
            .replace(&file.display().to_string(), "<file>")
    })
}

fn wrong(text: &str, variables: &[(&str, &str)]) -> String {
    load_with(text, variables).map(|_| ()).unwrap_err()
}

#[test]
fn an_empty_file_is_a_configuration_of_defaults() {
    let configuration = load_with("", &[]).unwrap();
    assert_eq!(configuration.settings.listen.address.to_string(), "127.0.0.1:8443");
    assert_eq!(configuration.settings.store.retention_days, 90);
    assert!(configuration.settings.adapters.is_empty());
    assert!(configuration.leaves.iter().all(|leaf| leaf.origin == Origin::Default));
}

#[test]
fn an_unknown_key_is_refused_with_the_one_that_was_meant() {
    assert_eq!(
        wrong("[listen]\nadress = \"127.0.0.1:1\"\n", &[]),
        "error BL-6002: one thing is wrong with the configuration <file>\n  \
         - BL-6002 `listen.adress` (file <file>): there is no such key; did you mean `listen.address`?\n  \
         next: mend each of these, then run `bindeledd check`\n  \
         page: docs/errors/BL-6002.md\n"
    );
    let misplaced = wrong("[hub]\nretention_days = 30\n", &[]);
    assert!(
        misplaced.contains("did you mean `store.retention_days`?"),
        "{misplaced}"
    );
    let section = wrong("hub = 3\n", &[]);
    assert!(
        section.contains("`hub`") && section.contains("below [hub]"),
        "{section}"
    );
    let section = wrong("[storage]\n", &[]);
    assert!(section.contains("`storage`"), "{section}");
    let section = wrong("[stoer]\npath = \"x\"\n", &[]);
    assert!(
        section.contains("did you mean `store`?") && section.matches("BL-6002 `").count() == 1,
        "{section}"
    );
}

#[test]
fn a_variable_with_an_unknown_key_is_named() {
    let text = wrong("", &[("BINDELEDD__STORE__RETENTON_DAYS", "3")]);
    assert!(text.contains("(environment BINDELEDD__STORE__RETENTON_DAYS)"), "{text}");
    assert!(text.contains("did you mean `store.retention_days`?"), "{text}");
}

#[test]
fn everything_that_is_wrong_is_told_at_once() {
    let text = wrong(
        "[listen]\naddress = \"localhost\"\nallow_http = \"yes\"\n[store]\nretention_days = 0\npath = 3\n\
         [adapters.Gp]\npath = \"gp.wasm\"\nsha256 = \"abc\"\n[credentials.a]\nkind = \"bearer\"\ncertificate = \"c\"\n\
         [credentials.b]\n[log]\nformat = \"xml\"\nlevel = \"info,=\"\n",
        &[("BINDELEDD__DELIVERY__EXPIRE_DAYS", "soon")],
    );
    for expected in [
        "`listen.address`",
        "`listen.allow_http`",
        "`store.retention_days`",
        "`store.path`",
        "`adapters.Gp`",
        "`adapters.Gp.sha256`",
        "`credentials.a.token_file`",
        "`credentials.a.key`",
        "`credentials.b.kind`",
        "`log.format`",
        "`log.level`",
        "`delivery.expire_days` (environment BINDELEDD__DELIVERY__EXPIRE_DAYS)",
    ] {
        assert!(text.contains(expected), "{expected} is not in:\n{text}");
    }
    assert!(text.starts_with("error BL-6003: 12 things are wrong"), "{text}");
}

#[test]
fn what_is_not_toml_is_told_with_its_place() {
    let text = wrong("[hub]\nname = \"x\nz = 1\n", &[]);
    assert!(text.contains("BL-6001") && text.contains("line 2, column"), "{text}");
}

#[test]
fn a_missing_file_says_how_to_make_one() {
    let failure = Configuration::load(Some(Path::new("/nowhere/bindeledd.toml")), Some(HashMap::new())).unwrap_err();
    assert_eq!(failure.exit().code(), 6);
    assert!(
        failure.text(Lang::English).contains("`bindeledd init`"),
        "{}",
        failure.text(Lang::English)
    );
}

#[test]
fn the_environment_is_over_the_file_and_each_value_tells_where_it_came_from() {
    let configuration = load_with(
        "[store]\nretention_days = 30\n[hub]\nname = \"Nordvik\"\n",
        &[
            ("BINDELEDD__STORE__RETENTION_DAYS", "7"),
            ("BINDELEDD__LISTEN__ALLOW_HTTP", "true"),
            ("BINDELEDD__OUTBOUND__CA_FILES", "a.pem, b.pem"),
            ("BINDELEDD__ADAPTERS__GP__PATH", "gp.wasm"),
            ("BINDELEDD__ADAPTERS__GP__SHA256", &"ab".repeat(32)),
            ("BINDELEDD_CONFIG", "is none of its keys"),
        ],
    )
    .unwrap();
    let settings = &configuration.settings;
    assert_eq!((settings.store.retention_days, settings.listen.allow_http), (7, true));
    assert_eq!(settings.outbound.ca_files, ["a.pem", "b.pem"]);
    assert_eq!(settings.adapters["gp"].path, "gp.wasm");
    let origin = |key: &str| {
        configuration
            .leaves
            .iter()
            .find(|leaf| leaf.key == key)
            .unwrap()
            .origin
            .to_string()
    };
    assert_eq!(
        origin("store.retention_days"),
        "environment BINDELEDD__STORE__RETENTION_DAYS"
    );
    assert!(origin("hub.name").starts_with("file "));
    assert_eq!(origin("store.path"), "default");
}

#[test]
fn plain_http_is_for_this_machine_alone() {
    let text = wrong("[listen]\naddress = \"0.0.0.0:8080\"\nallow_http = true\n", &[]);
    assert!(
        text.contains("`listen.allow_http`") && text.contains("loopback"),
        "{text}"
    );
    assert!(load_with("[listen]\naddress = \"[::1]:8080\"\nallow_http = true\n", &[]).is_ok());
}

#[test]
fn a_mail_server_is_named_with_all_it_needs_or_not_at_all() {
    assert!(load_with("", &[]).unwrap().settings.mail.host.is_empty());
    let text = wrong(
        "[mail]\nhost = \"mail.nordvik.example\"\nfrom = \"hub\"\nsecurity = \"none\"\nusername = \"hub\"\n",
        &[],
    );
    for expected in [
        "`mail.from`",
        "`mail.security`",
        "`mail.username`",
        "on this machine only",
    ] {
        assert!(text.contains(expected), "{expected} is not in:\n{text}");
    }
    let text = wrong(
        "[mail]\nsecurity = \"ssl\"\nport = 0\nwhere_to_look = \"a\\nBcc: b\"\n",
        &[],
    );
    for expected in ["`mail.security`", "`mail.port`", "`mail.where_to_look`"] {
        assert!(text.contains(expected), "{expected} is not in:\n{text}");
    }
    let local =
        "[mail]\nhost = \"localhost\"\nfrom = \"Huben <hub@nordvik.example>\"\nsecurity = \"none\"\nport = 25\n";
    let settings = load_with(local, &[]).unwrap().settings;
    assert_eq!((settings.mail.port, settings.mail.security), (25, MailSecurity::None));
}

#[test]
fn paths_are_taken_from_the_configuration_files_folder() {
    let configuration = load_with("[hub]\ndata_dir = \"d\"\n[store]\npath = \"s.db\"\n", &[]).unwrap();
    let base = configuration.file.parent().unwrap();
    assert_eq!(configuration.store_file(), base.join("d/s.db"));
    assert_eq!(configuration.path("/etc/x.pem"), Path::new("/etc/x.pem"));
}

/// Returns each line of `default.toml` that sets a key, with the comment above the line. A line that is commented out
/// counts too.
fn commented_keys() -> Vec<(String, String)> {
    let (mut section, mut comment, mut keys) = (String::new(), String::new(), Vec::new());
    for line in DEFAULT_TOML.lines() {
        let bare = line.strip_prefix("# ").unwrap_or(line);
        if bare.starts_with('[') && bare.ends_with(']') {
            if line.starts_with('[') {
                assert!(!comment.is_empty(), "section {bare} has no comment");
            }
            section = bare.trim_matches(['[', ']']).to_owned();
            comment.clear();
        } else if let Some((name, _)) = bare.split_once(" = ").filter(|(name, _)| {
            name.bytes()
                .all(|b| b.is_ascii_lowercase() || b == b'_' || b.is_ascii_digit())
        }) {
            keys.push((format!("{section}.{name}"), std::mem::take(&mut comment)));
        } else if line.starts_with("# ") {
            comment.push_str(bare);
            comment.push(' ');
        } else {
            comment.clear();
        }
    }
    keys
}

#[test]
fn every_key_is_commented_with_its_default() {
    let keys: BTreeMap<String, String> = commented_keys().into_iter().collect();
    for leaf in defaults() {
        let comment = keys
            .get(&leaf.key)
            .unwrap_or_else(|| panic!("{} is not found", leaf.key));
        assert!(
            comment.contains("Default: "),
            "{} does not tell its default: {comment}",
            leaf.key
        );
        let value = match &leaf.value {
            config::ValueKind::String(text) => format!("\"{text}\""),
            config::ValueKind::Array(items) => format!("{items:?}"),
            value => value.to_string(),
        };
        assert!(
            comment.trim_end().ends_with(&format!("Default: {value}.")),
            "{}: {value} is not what {comment}",
            leaf.key
        );
        assert!(
            comment.len() > "Default: .".len() + value.len() + 30,
            "{} does not say why",
            leaf.key
        );
    }
    for named in ["adapters.provider-json.path", "adapters.provider-json.sha256"] {
        assert!(keys[named].contains("No default."), "{named}");
    }
    for (section, parts) in &parts::NAMED[1..] {
        for part in *parts {
            let named = format!("{section}.example.{part}");
            let comment = keys
                .get(&named)
                .unwrap_or_else(|| panic!("{named} is not in default.toml"));
            assert!(comment.contains("No default."), "{named}");
        }
    }
}

#[test]
fn the_bounds_of_a_number_are_told_where_its_default_is() {
    let keys: BTreeMap<String, String> = commented_keys().into_iter().collect();
    for (key, low, high) in rules::RANGES {
        let comment = &keys[key];
        let told = if high == i64::MAX {
            "From 1 000 000.".to_owned()
        } else {
            format!("From {low} to {high}.")
        };
        assert!(comment.contains(&told), "{key}: {told} is not in {comment}");
    }
    for leaf in defaults()
        .iter()
        .filter(|leaf| matches!(leaf.value, config::ValueKind::I64(_)))
    {
        assert!(
            rules::RANGES.iter().any(|(key, ..)| *key == leaf.key),
            "{} has no bounds",
            leaf.key
        );
    }
}

#[test]
fn each_kind_of_credential_has_its_own_keys() {
    let right = "[credentials.a]\nkind = \"helseid\"\nissuer = \"https://sts.example\"\nclient_id = \"c\"\nscope = \"s\"\n\
        signing_key = \"k.jwk\"\nalgorithm = \"PS256\"\n\
        [credentials.b]\nkind = \"maskinporten\"\nissuer = \"https://mp.example/\"\nclient_id = \"c\"\nscope = \"s\"\n\
        signing_key = \"k.pem\"\nconsumer_org = \"915933149\"\ncertificate = \"c\"\nkey = \"k\"\n\
        [credentials.c]\nkind = \"oauth\"\nissuer = \"https://as.example\"\nclient_id = \"c\"\nscope = \"s\"\n\
        secret_file = \"s\"\n";
    let configuration = load_with(right, &[]).unwrap();
    assert_eq!(configuration.settings.credentials["a"].kind, CredentialKind::HelseId);
    for (wrong_line, told) in [
        ("kind = \"helseid\"", "`credentials.x.signing_key`"),
        ("kind = \"helseid\"\nalgorithm = \"HS256\"", "`credentials.x.algorithm`"),
        ("kind = \"helseid\"\nalgorithm = \"none\"", "`credentials.x.algorithm`"),
        (
            "kind = \"helseid\"\nconsumer_org = \"915933149\"",
            "`credentials.x.consumer_org`",
        ),
        (
            "kind = \"maskinporten\"\nconsumer_org = \"123\"",
            "`credentials.x.consumer_org`",
        ),
        (
            "kind = \"oauth\"\nsecret_file = \"s\"\nsigning_key = \"k\"",
            "`credentials.x.signing_key`",
        ),
        (
            "kind = \"mtls\"\ncertificate = \"c\"\nissuer = \"x\"",
            "`credentials.x.issuer`",
        ),
        ("kind = \"kerberos\"", "`credentials.x.kind`"),
    ] {
        let text = wrong(&format!("[credentials.x]\n{wrong_line}\n"), &[]);
        assert!(text.contains(told), "{told} is not in:\n{text}");
    }
}

#[test]
fn clients_and_issuers_say_who_is_who() {
    let issuer = "[issuers.helseid]\nissuer = \"https://sts.example\"\naudience = \"a\"\nparty_claim = \"client_id\"\n\
        party_by = \"clients\"\n";
    let client = "[clients.a]\nparty = \"nordvik-aft\"\nissuer = \"helseid\"\nclaim = \"x\"\n\
        [clients.b]\nparty = \"org:915933149\"\ncertificate_org_number = \"915933149\"\n";
    let configuration = load_with(&format!("{issuer}{client}"), &[]).unwrap();
    assert_eq!(configuration.settings.issuers["helseid"].party_by, PartyBy::Clients);
    assert_eq!(configuration.settings.clients.len(), 2);
    for (text, told) in [
        ("[clients.x]\nparty = \"a-as\"\n", "`clients.x`"),
        ("[clients.x]\ncertificate_sha256 = \"ab\"\n", "`clients.x.party`"),
        (
            "[clients.x]\nparty = \"a-as\"\ncertificate_sha256 = \"ab\"\n",
            "`clients.x.certificate_sha256`",
        ),
        (
            "[clients.x]\nparty = \"a-as\"\nissuer = \"nobody\"\nclaim = \"x\"\n",
            "`clients.x.issuer`",
        ),
        ("[clients.x]\nparty = \"a-as\"\nclaim = \"x\"\n", "`clients.x.claim`"),
        (
            "[clients.x]\nparty = \"a-as\"\ncertificate_common_name = \"n\"\n\
             [clients.y]\nparty = \"b-as\"\ncertificate_common_name = \"N\"\n",
            "`clients.y`",
        ),
        ("[issuers.x]\nissuer = \"https://a\"\n", "`issuers.x.audience`"),
        ("[issuers.x]\nparty_by = \"operator\"\n", "`issuers.x.party_by`"),
        ("[issuers.x]\nalgorithms = \"ES256 none\"\n", "`issuers.x.algorithms`"),
    ] {
        let text = wrong(text, &[]);
        assert!(text.contains(told), "{told} is not in:\n{text}");
    }
}

#[test]
fn a_key_file_holds_64_hexadecimal_digits() {
    assert_eq!(read_32_bytes(&format!("{}\n", "0f".repeat(32))), Some([15; 32]));
    for bad in ["", "0f", &"0g".repeat(32), &"é".repeat(32)] {
        assert_eq!(read_32_bytes(bad), None, "{bad}");
    }
}

#[test]
fn the_master_key_has_exactly_one_source() {
    let one = |text: &str| load_with(&format!("[master_key]\n{text}\n"), &[]).is_ok();
    assert!(one("") && one("file = \"k\"") && one("environment = \"HUB_KEY\"") && one("credential = \"hub\""));
    assert!(one("credential = \"hub\"\nnext_credential = \"hub-next\""));
    for (text, told) in [
        ("file = \"k\"\nenvironment = \"HUB_KEY\"", "BL-6015"),
        ("environment = \"HUB_KEY\"\ncredential = \"hub\"", "BL-6015"),
        ("file = \"k\"\ncredential = \"hub\"", "BL-6015"),
        (
            "environment = \"A\"\nnext_environment = \"B\"\nnext_credential = \"c\"",
            "BL-6015",
        ),
        ("next_environment = \"B\"", "BL-6015"),
        ("file = \"\"", "`master_key.file`"),
        ("credential = \"../hub\"", "`master_key.credential`"),
    ] {
        let text = wrong(&format!("[master_key]\n{text}\n"), &[]);
        assert!(text.contains(told), "{told} is not in:\n{text}");
    }
    let key = "ab".repeat(32);
    let text = wrong(&format!("[master_key]\nenvironment = \"{key}\"\n"), &[]);
    assert!(
        text.contains("`master_key.environment`") && !text.contains(&key),
        "{text}"
    );
}

#[test]
fn a_key_file_beside_another_source_is_told() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join(FILE_NAME);
    std::fs::write(
        &file,
        "[hub]\ndata_dir = \".\"\n[master_key]\nenvironment = \"HUB_KEY\"\n",
    )
    .unwrap();
    let variables: HashMap<_, _> = [("HUB_KEY".to_owned(), "ab".repeat(32))].into();
    let configuration = Configuration::load(Some(&file), Some(variables)).unwrap();
    let about = || {
        let problems = configuration.file_problems();
        problems
            .into_iter()
            .filter(|p| p.key.starts_with("master_key"))
            .map(|p| p.code)
            .collect::<Vec<_>>()
    };
    assert_eq!(about(), [] as [&str; 0]);
    std::fs::write(dir.path().join("master.key"), "x").unwrap();
    assert_eq!(about(), ["BL-6015"]);
}

#[test]
fn an_authority_vouches_for_what_names_it_where_there_are_several() {
    let client = "[clients.a]\nparty = \"nordvik\"\ncertificate_org_number = \"915933149\"\n";
    let one = "[listen]\nclient_ca_files = [\"a.pem\"]\n";
    let two = "[listen]\nclient_ca_files = [\"a.pem\", \"b.pem\"]\n";
    load_with(&format!("{one}{client}"), &[]).unwrap();
    load_with(&format!("{two}{client}authority = \"b.pem\"\n"), &[]).unwrap();
    let pinned = format!(
        "{two}[clients.a]\nparty = \"nordvik\"\ncertificate_sha256 = \"{}\"\n",
        "0".repeat(64)
    );
    load_with(&pinned, &[]).unwrap();
    for (text, told) in [
        (format!("{two}{client}"), "there are several authorities"),
        (
            format!("{two}{client}authority = \"c.pem\"\n"),
            "none of listen.client_ca_files",
        ),
        (
            format!("{one}[clients.a]\nparty = \"nordvik\"\nissuer = \"i\"\nclaim = \"c\"\nauthority = \"a.pem\"\n"),
            "this client shows none",
        ),
    ] {
        let text = wrong(&text, &[]);
        assert!(text.contains("`clients.a.authority`") && text.contains(told), "{text}");
    }
    let lists = wrong("[listen]\nclient_crl_files = [\"a.crl\"]\n", &[]);
    assert!(lists.contains("`listen.client_crl_files`"), "{lists}");
}

#[test]
fn proofs_of_possession_need_the_hubs_own_address() {
    let issuer =
        "[issuers.a]\nissuer = \"https://sts.example\"\naudience = \"a\"\nparty_claim = \"c\"\nparty_by = \"org\"\n";
    load_with(issuer, &[]).unwrap();
    load_with(
        &format!("{issuer}dpop = \"required\"\norigin = \"https://hub.example\"\n"),
        &[],
    )
    .unwrap();
    let text = wrong(&format!("{issuer}dpop = \"required\"\n"), &[]);
    assert!(
        text.contains("`issuers.a.origin`") && text.contains("https://hub.example"),
        "{text}"
    );
    assert!(wrong(&format!("{issuer}dpop = \"no\"\n"), &[]).contains("`issuers.a.dpop`"));
}

#[test]
fn the_operators_listener_is_an_address_or_a_socket_of_its_own() {
    let with = |address: &str| format!("[operator_listen]\naddress = \"{address}\"\n");
    let socket = load_with(&with("unix:operator.sock"), &[]).unwrap();
    assert!(socket.own_url().starts_with("unix:/") && socket.own_url().ends_with("/operator.sock"));
    assert_eq!(
        load_with(&with("127.0.0.1:8444"), &[]).unwrap().own_url(),
        "https://127.0.0.1:8444"
    );
    let long = format!("unix:/{}", "x".repeat(120));
    for address in ["localhost:1", "unix:", "operator.sock", "127.0.0.1:8443", &long] {
        let text = wrong(&with(address), &[]);
        assert!(text.contains("`operator_listen.address`"), "{address}: {text}");
    }
    let http = "[listen]\nallow_http = true\n[operator_listen]\naddress = \"0.0.0.0:8444\"\n";
    assert!(wrong(http, &[]).contains("`operator_listen.address`"));
    let console = |address: &str| {
        format!("[operator_listen]\naddress = \"127.0.0.1:8444\"\n[console]\naddress = \"{address}\"\n")
    };
    assert!(load_with(&console("127.0.0.1:8445"), &[]).is_ok());
    for address in ["localhost:1", "unix:console.sock", "127.0.0.1:8443", "127.0.0.1:8444"] {
        let text = wrong(&console(address), &[]);
        assert!(text.contains("`console.address`"), "{address}: {text}");
    }
    let url = |url: &str| format!("[listen]\naddress = \"0.0.0.0:8443\"\n[console]\nurl = \"{url}\"\n");
    for (given, url_of_links) in [
        ("", "https://127.0.0.1:8443"),
        ("https://hub.example/", "https://hub.example"),
        ("https://hub.example:8445", "https://hub.example:8445"),
    ] {
        let found = load_with(&url(given), &[]).unwrap().console_url();
        assert_eq!(found.as_deref(), Some(url_of_links));
    }
    for given in [
        "hub.example",
        "http://hub.example",
        "https://",
        "https://hub.example/x",
        "https://a@b",
    ] {
        assert!(wrong(&url(given), &[]).contains("`console.url`"), "{given}");
    }
    let off = "[console]\nenabled = false\n";
    assert_eq!(load_with(off, &[]).unwrap().console_url(), None);
    let proxies = wrong("[listen]\ntrusted_proxies = [\"10.0.0.0/8\", \"proxy\"]\n", &[]);
    assert!(proxies.contains("`proxy` is no address"), "{proxies}");
}

#[test]
fn a_target_of_alerts_has_the_keys_of_its_kind() {
    let mail = "[mail]\nhost = \"mail.nordvik.example\"\nfrom = \"hub@nordvik.example\"\n";
    let right = "[alerts]\nduty_hours = \"mon-fri 07:00-22:00, sat 10:00-14:00\"\nlink = \"https://hub.example/a/\"\n\
        webhook_networks = [\"10.1.0.0/16\"]\n\
        [alert_targets.duty-mail]\nkind = \"mail\"\nseverity = \"all\"\nto = \"vakt@nordvik.example\"\n\
        [alert_targets.phone]\nkind = \"webhook\"\nseverity = \"now\"\nurl = \"https://alarm.example/1\"\n\
        secret_file = \"s\"\n";
    let settings = load_with(&format!("{mail}{right}"), &[]).unwrap().settings;
    assert_eq!(settings.alert_targets.len(), 2);
    assert_eq!(settings.alert_targets["phone"].kind, AlertTargetKind::Webhook);
    assert_eq!(settings.alert_targets["duty-mail"].severity, PushedSeverity::All);
    let text = wrong(right, &[]);
    assert!(
        text.contains("`alert_targets.duty-mail.kind`") && text.contains("mail.host"),
        "{text}"
    );
    let target = |lines: &str| format!("{mail}[alert_targets.x]\n{lines}\n");
    for (lines, told) in [
        ("kind = \"pigeon\"\nseverity = \"now\"", "`alert_targets.x.kind`"),
        ("severity = \"now\"", "`alert_targets.x.kind`"),
        ("kind = \"mail\"\nto = \"a@b.example\"", "`alert_targets.x.severity`"),
        ("kind = \"mail\"\nseverity = \"some\"", "`alert_targets.x.severity`"),
        ("kind = \"mail\"\nseverity = \"now\"", "`alert_targets.x.to`"),
        (
            "kind = \"mail\"\nseverity = \"now\"\nto = \"vakt\"",
            "`alert_targets.x.to`",
        ),
        (
            "kind = \"mail\"\nseverity = \"now\"\nto = \"a@b.example\"\nurl = \"https://a.example\"",
            "`alert_targets.x.url`",
        ),
        (
            "kind = \"webhook\"\nseverity = \"now\"\nurl = \"alarm\"",
            "`alert_targets.x.url`",
        ),
        (
            "kind = \"webhook\"\nseverity = \"now\"\nurl = \"https://a.example\"",
            "`alert_targets.x.secret_file`",
        ),
    ] {
        let text = wrong(&target(lines), &[]);
        assert!(text.contains(told), "{told} is not in:\n{text}");
    }
    let name = wrong("[alert_targets.\"På vakt\"]\nkind = \"webhook\"\n", &[]);
    assert!(name.contains("this is not a target's name"), "{name}");
    let alerts = wrong(
        "[alerts]\nduty_hours = \"at day\"\nlink = \"hub\"\nwebhook_networks = [\"home\"]\npush_again_minutes = 1\n",
        &[],
    );
    for expected in ["duty_hours", "link", "webhook_networks", "push_again_minutes"] {
        assert!(
            alerts.contains(&format!("`alerts.{expected}`")),
            "{expected} is not in:\n{alerts}"
        );
    }
}

#[test]
fn an_issuer_of_the_console_is_complete_and_has_an_address_to_lead_back_to() {
    let url = "[console]\nurl = \"https://hub.example\"\n";
    let whole = "title = \"Entra ID\"\nissuer = \"https://login.example/t/v2.0\"\nclient_id = \"c\"\n";
    let issuer = |lines: &str| format!("{url}[console_issuers.entra]\n{lines}\n");
    let right = format!(
        "{whole}secret_file = \"s\"\nclaim = \"oid\"\nauth_minutes = \"60\"\nacr = \"c1\"\nacr_claim = \"acrs\""
    );
    let settings = load_with(&issuer(&right), &[]).unwrap().settings;
    assert_eq!(settings.console_issuers["entra"].claim.as_deref(), Some("oid"));
    load_with(
        &issuer(&format!(
            "{whole}signing_key = \"k\"\nkey_id = \"1\"\nalgorithm = \"PS256\""
        )),
        &[],
    )
    .unwrap();
    for (lines, key) in [
        ("secret_file = \"s\"".to_owned(), "title"),
        (whole.to_owned(), "signing_key"),
        (
            format!("{whole}secret_file = \"s\"\nsigning_key = \"k\""),
            "signing_key",
        ),
        (format!("{whole}secret_file = \"s\"\nkey_id = \"1\""), "key_id"),
        (format!("{whole}secret_file = \"s\"\nacr_claim = \"acrs\""), "acr"),
        (format!("{whole}secret_file = \"s\"\nscope = \"profile\""), "scope"),
        (
            format!("{whole}secret_file = \"s\"\nauth_minutes = \"0\""),
            "auth_minutes",
        ),
        (
            format!("{whole}secret_file = \"s\"\nalgorithms = \"HS256\""),
            "algorithms",
        ),
        (
            format!("{}secret_file = \"s\"", whole.replace("https", "http")),
            "issuer",
        ),
    ] {
        let text = wrong(&issuer(&lines), &[]);
        assert!(
            text.contains(&format!("`console_issuers.entra.{key}`")),
            "{key}: {text}"
        );
    }
    let text = wrong(&issuer(&right).replace(url, ""), &[]);
    assert!(
        text.contains("`console_issuers.entra`") && text.contains("console.url"),
        "{text}"
    );
    let text = wrong(&issuer(&right).replace("issuers.entra", "issuers.\"Entra ID\""), &[]);
    assert!(text.contains("Entra ID"), "{text}");
}

#[test]
fn participants_sign_in_with_one_issuer_at_a_required_level() {
    let url = "[console]\nurl = \"https://hub.example\"\n";
    let issuer = |name: &str, lines: &str| {
        format!(
            "[console_issuers.{name}]\ntitle = \"ID-porten\"\nissuer = \"https://login.example\"\nclient_id = \"c\"\n\
             secret_file = \"s\"\n{lines}\n"
        )
    };
    let level = "acr = \"idporten-loa-high\"";
    let own = format!("for = \"participants\"\nclaim = \"/nin/value\"\n{level}");
    let workers = format!("for = \"workers\"\n{level}");
    let right = format!("{url}{}{}", issuer("idporten", &own), issuer("entra", &workers));
    let settings = load_with(&right, &[]).unwrap().settings;
    assert_eq!(
        settings.console_issuers["idporten"].audience.as_deref(),
        Some("participants")
    );
    for (text, key) in [
        (issuer("idporten", "for = \"participants\""), "idporten.acr"),
        (issuer("idporten", "for = \"everybody\""), "idporten.for"),
        (
            format!("{}{}", issuer("idporten", &own), issuer("bankid", &own)),
            "bankid.for",
        ),
    ] {
        let told = wrong(&format!("{url}{text}"), &[]);
        assert!(told.contains(&format!("`console_issuers.{key}`")), "{key}: {told}");
    }
}
