//! The host with a shipped adapter, provider-json.
#![expect(clippy::unwrap_used, reason = "a test says by failing what it needed")]

mod common;
mod shipped;
mod withheld;

use bindeledd_catalogue::fixtures;
use bindeledd_core::contract::{CONTRACT, Outcome, Reading, Settlement};
use bindeledd_core::{
    AdapterId, Category, CategorySet, Kind, NationalId, PartyId, Purpose, WithdrawalNotice, Withdrawn,
};
use bindeledd_engine::ports::{AdapterFault, Adapters};
use bindeledd_host::{Host, HostOptions, Limits, PinnedAdapter, Sha256};
use common::{context, document, message, response};

fn id() -> AdapterId {
    AdapterId::parse("provider-json@test").unwrap()
}

fn host() -> Host {
    let path = shipped::plugin("provider-json");
    let sha256 = Some(Sha256::of(&std::fs::read(&path).unwrap()));
    let plugins = vec![PinnedAdapter { id: id(), path, sha256 }];
    Host::new(HostOptions {
        plugins,
        ..HostOptions::default()
    })
    .unwrap()
}

#[tokio::test]
async fn what_it_writes_it_reads_back() {
    let host = host();
    for kind in Kind::by_parties() {
        let sent = message(kind);
        let request = host
            .write(&id(), &sent, &context("nordvik-aft"))
            .await
            .unwrap()
            .unwrap();
        let read = host
            .read(&id(), document(&request.body), &context("nordvik-aft"))
            .await
            .unwrap();
        let Reading::Messages { messages, .. } = read else {
            panic!("{kind:?}: {read:?}")
        };
        assert_eq!(messages.len(), 1, "{kind:?}");
        assert_eq!(messages[0].body, sent.content().draft.body, "{kind:?}");
    }
}

#[tokio::test]
async fn it_behaves_as_its_source_does_natively() {
    use bindeledd_core::contract::Context;
    let host = host();
    let context: Context = context("nordvik-aft");
    for kind in Kind::by_parties() {
        let sent = message(kind);
        let native = <provider_json::ProviderJson as bindeledd_sdk::Adapter>::write(sent.content(), &context);
        let same = host.write(&id(), &sent, &context).await.unwrap() == native;
        assert!(
            same,
            "{kind:?}: the built provider-json is another adapter than its source; run `cargo xtask test bindeledd-host/real`"
        );
    }
    let withdrawn = Withdrawn {
        id: message(Kind::Answer).content().id,
        participant: NationalId::parse("15720255178").unwrap(),
        from: PartyId::parse("nordvik-aft").unwrap(),
        to: PartyId::parse("mottaker").unwrap(),
        purpose: Purpose::WorkOrientedFollowup,
        at: context.now,
        categories: CategorySet::of(&[Category::Goals]),
    };
    let notice = WithdrawalNotice::new(withdrawn).unwrap();
    let native = <provider_json::ProviderJson as bindeledd_sdk::Adapter>::write(notice.content(), &context);
    assert_eq!(host.write_notice(&id(), &notice, &context).await.unwrap(), native);
    for status in [200, 202, 400, 429, 500] {
        let native = <provider_json::ProviderJson as bindeledd_sdk::Adapter>::settle(&response(status), &context);
        assert_eq!(
            host.settle(&id(), &response(status), &context).await,
            Ok(native),
            "{status}"
        );
    }
    assert_eq!(host.manifest(&id()).await, Ok(provider_json::ProviderJson::manifest()));
}

/// The adapter refuses or cleans unusable words of the sender in a receipt, and keeps to the contract.
#[tokio::test]
async fn odd_receipts_are_their_senders_error() {
    let host = host();
    let odd = ["", "\u{0}", "a\u{1b}b", &"x".repeat(9_000)];
    for value in odd {
        let refers = serde_json::json!({"kvittering": {"gjelder": value, "status": "mottatt"}}).to_string();
        let read = host.read(&id(), document(refers.as_bytes()), &context("a")).await;
        assert!(
            matches!(&read, Ok(Reading::Refused(r)) if r.code == "invalid" || r.code == "missing"),
            "{read:?}"
        );
        let errors = serde_json::json!([{"kode": value, "tekst": value}, value]);
        let says = serde_json::json!({"kvittering": {"gjelder": "1", "status": "avvist", "feil": errors}}).to_string();
        let read = host.read(&id(), document(says.as_bytes()), &context("a")).await;
        assert!(matches!(read, Ok(Reading::Receipt(_))), "{read:?}");
    }
    assert!(!host.installed()[0].set_aside);
}

#[tokio::test]
async fn every_call_of_the_contract_gets_through() {
    let host = host();
    let manifest = host.manifest(&id()).await.unwrap();
    assert_eq!(
        (manifest.id.as_str(), manifest.contract.as_str()),
        ("provider-json", CONTRACT)
    );
    let outcome = Outcome {
        messages: Vec::new(),
        refused: None,
    };
    host.acknowledge(&id(), &outcome, &serde_json::Value::Null, &context("a"))
        .await
        .unwrap();
    assert_eq!(
        host.settle(&id(), &response(202), &context("a")).await,
        Ok(Settlement::Delivered)
    );
    let unknown = AdapterId::parse("nobody").unwrap();
    assert_eq!(
        host.manifest(&unknown).await,
        Err(AdapterFault::Unknown("nobody".into()))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn documents_of_any_kind_end_as_a_reading_within_the_limits() {
    let host = host();
    let hostile: [Vec<u8>; 6] = [
        Vec::new(),
        b"\xff\xfe".to_vec(),
        fixtures::json(Kind::Question).as_bytes()[..200].to_vec(),
        vec![b'['; 5 << 20],
        format!("\"{}\"", "æ".repeat(5 << 19)).into_bytes(),
        format!("[{}0]", "0,".repeat(5 << 19)).into_bytes(),
    ];
    for body in &hostile {
        let read = host.read(&id(), document(body), &context("a")).await;
        let is_named = matches!(&read, Ok(Reading::Refused(_)) | Err(AdapterFault::Limit { .. }));
        assert!(is_named, "{:?}…: {read:?}", &body[..body.len().min(10)]);
    }
    assert_eq!(
        host.settle(&id(), &response(202), &context("a")).await,
        Ok(Settlement::Delivered)
    );
}

#[test]
fn it_can_be_inspected_and_called_without_configuration() {
    let mut host = Host::new(HostOptions {
        limits: Limits {
            instances: 1,
            ..Limits::default()
        },
        ..HostOptions::default()
    })
    .unwrap();
    let path = shipped::plugin("provider-json");
    let inspection = host.inspect(&path).unwrap();
    assert_eq!(inspection.sha256, Sha256::of(&std::fs::read(&path).unwrap()));
    assert_eq!(inspection.contract, CONTRACT);
    assert_eq!(inspection.exports, ["bindeledd:adapter/translate@1.0.0"]);
    assert_eq!(inspection.manifest.id, "provider-json");
    assert_eq!(host.load_file(&path).unwrap().as_str(), "provider-json");
    assert_eq!(host.installed().len(), 1);
}
