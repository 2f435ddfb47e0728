//! Unusable endpoints: no route lets anybody add one, and an existing one is reported.

use std::fs;

use bindeledd_e2e::{World, cli, out};
use bindeledd_simulators::write_secret;
use serde_json::{Value, json};

/// Returns faulty endpoints, each with the code and path of its problem.
fn wrong() -> [(Value, &'static str, &'static str); 6] {
    [
        (
            json!({"adapter": "print-letter", "settings": {"format": "pdf"}}),
            "BL-1005",
            "endpoint.settings.format",
        ),
        (
            json!({"adapter": "print-letter", "settings": {"formt": "html"}}),
            "BL-1003",
            "endpoint.settings.formt",
        ),
        (
            json!({"adapter": "provider-json", "settings": {"path": "uten-skråstrek"}}),
            "BL-1004",
            "endpoint.settings.path",
        ),
        (
            json!({"adapter": "nav-measure", "address": "https://localhost:9", "credential": "finnes-ikke"}),
            "BL-1005",
            "endpoint.credential",
        ),
        (
            json!({"adapter": "nav-measure", "address": "http://nav.example"}),
            "BL-1004",
            "endpoint.address",
        ),
        (json!({"adapter": "finnes-ikke"}), "BL-1005", "endpoint.adapter"),
    ]
}

fn party(endpoint: &Value) -> Value {
    json!({"id": "havna", "name": "Havna", "kind": "employer", "endpoint": endpoint})
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_endpoint_that_can_not_be_used_comes_in_by_no_way() {
    let world = World::new(&[]).await;
    let file = world.dir.path().join("havna.json");
    let run = |arguments: &[&str]| {
        let output = cli(&world, &[arguments, &["--url", world.hub.address()]].concat());
        (output.status.success(), out(&output))
    };
    for round in ["new", "known"] {
        for (endpoint, code, path) in wrong() {
            let party = party(&endpoint);
            let (status, answer) = world.hub.call(None, "POST", "/v1/admin/parties", Some(&party)).await;
            let found = (status, answer["code"].as_str(), answer["path"].as_str());
            assert_eq!(found, (422, Some(code), Some(path)), "{round}: {answer}");
            for dry_run in [true, false] {
                let import = json!({"parties": [party], "dryRun": dry_run});
                let answer = world
                    .hub
                    .operator("POST", "/v1/admin/parties/import", Some(&import))
                    .await;
                assert_eq!(answer["applied"], false, "{round}: {answer}");
                let row = &answer["parties"][0];
                assert_eq!(row["outcome"], "refused", "{round}: {answer}");
                // An import reports a missing adapter by the same code as a document.
                if path != "endpoint.adapter" {
                    let found = (row["problem"]["code"].as_str(), row["problem"]["path"].as_str());
                    assert_eq!(found, (Some(code), Some(path)), "{round}: {answer}");
                }
            }
            fs::write(&file, party.to_string()).unwrap();
            let (ok, said) = run(&["party", "add", file.to_str().unwrap()]);
            assert!(!ok && said.contains(code) && said.contains(path), "{round}: {said}");
            let (ok, said) = run(&["party", "import", file.to_str().unwrap()]);
            assert!(!ok && said.contains("refused"), "{round}: {said}");
        }
        let there = world.hub.operator("GET", "/v1/admin/parties", None).await;
        let endpoints: Vec<_> = there["parties"]
            .as_array()
            .unwrap()
            .iter()
            .map(|p| &p["endpoint"]["settings"])
            .collect();
        let right = json!({"format": "text"});
        match round {
            "new" => assert_eq!(endpoints, Vec::<&Value>::new()),
            _ => assert_eq!(endpoints, [&right], "it is as it was"),
        }
        world
            .hub
            .add_party(&party(&json!({"adapter": "print-letter", "settings": right})))
            .await;
    }
    let (ok, said) = run(&["party", "test", "havna"]);
    assert!(ok && said.contains("the hub can deliver to havna"), "{said}");
    let (_, said) = run(&["party", "pause", "havna"]);
    let (ok, tested) = run(&["party", "test", "havna"]);
    assert!(!ok && tested.contains("it is paused"), "{said} {tested}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_credential_that_is_taken_out_of_the_configuration_is_told_of() {
    let mut world = World::new(&[]).await;
    let config = world.hub.dir().join("bindeledd.toml");
    let before = fs::read_to_string(&config).unwrap();
    let token = world.dir.path().join("token");
    write_secret(&token, "et-adgangstegn").unwrap();
    let section = format!(
        "\n[credentials.havna]\nkind = \"bearer\"\ntoken_file = \"{}\"\n",
        token.display()
    );
    fs::write(&config, before.clone() + &section).unwrap();
    world.hub.kill();
    world.hub.restart().await;
    let endpoint = json!({"adapter": "print-letter", "credential": "havna"});
    world.hub.add_party(&party(&endpoint)).await;
    let tested = async |world: &World| {
        let path = "/v1/admin/parties/havna/test";
        world.hub.operator("POST", path, Some(&json!({}))).await
    };
    assert_eq!(tested(&world).await["ok"], true);
    assert!(!world.hub.log().contains("BL-6023"));

    fs::write(&config, before).unwrap();
    world.hub.kill();
    world.hub.restart().await;
    assert!(world.hub.log().contains("BL-6023"), "{}", world.hub.log());
    let test = tested(&world).await;
    assert_eq!(test["ok"], false, "{test}");
    assert!(test["findings"].to_string().contains("endpoint.credential"), "{test}");
}
