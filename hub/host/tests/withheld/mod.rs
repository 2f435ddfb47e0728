//! A receiver may know only that something was left out. The test uses every shipped adapter, every kind, and every set
//! of grants that permits a part of the message.

use base64::Engine as _;
use bindeledd_catalogue::fixtures;
use bindeledd_core::{AdapterId, Category, CategorySet, Kind, Message};
use bindeledd_engine::ports::Adapters;
use bindeledd_host::{Host, HostOptions, PinnedAdapter, Sha256};

use crate::common::{context, permitting};
use crate::shipped;

const ADAPTERS: [&str; 5] = [
    "provider-json",
    "gp-dialogmelding",
    "specialist-fhir",
    "nav-measure",
    "print-letter",
];

fn id(adapter: &str) -> AdapterId {
    AdapterId::parse(adapter).unwrap()
}

fn host() -> Host {
    let pinned = |adapter: &&str| {
        let path = shipped::plugin(adapter);
        let sha256 = Some(Sha256::of(&std::fs::read(&path).unwrap()));
        PinnedAdapter {
            id: id(adapter),
            path,
            sha256,
        }
    };
    Host::new(HostOptions {
        plugins: ADAPTERS.iter().map(pinned).collect(),
        ..HostOptions::default()
    })
    .unwrap()
}

/// Returns the part that a receiver reads: the document, even if the transport wraps it in base64.
fn readable(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(body).into_owned();
    let wrapped = serde_json::from_str::<serde_json::Value>(&text).ok();
    let document = wrapped.as_ref().and_then(|w| w["businessDocument"].as_str());
    let inside = document.and_then(|d| base64::engine::general_purpose::STANDARD.decode(d).ok());
    inside.map_or(text, |inside| String::from_utf8_lossy(&inside).into_owned())
}

/// Returns the parts of a message that are smaller than the whole and make sense alone, by their permitted categories.
fn parts(message: &Message) -> Vec<CategorySet> {
    let needs = message.draft.body.all_needs();
    let mut parts: Vec<_> = (1..=u8::MAX)
        .filter_map(CategorySet::from_bits)
        .map(|set| set.intersection(needs))
        .filter(|set| !set.is_empty() && *set != needs && message.draft.body.keep(*set).is_complete())
        .collect();
    parts.sort_unstable();
    parts.dedup();
    parts
}

#[tokio::test]
async fn no_adapter_names_what_was_left_out() {
    let host = host();
    let (mut documents, mut told) = (0, 0);
    for adapter in ADAPTERS {
        for kind in Kind::ALL {
            let whole = fixtures::message(kind).unwrap();
            for permitted in parts(&whole) {
                let withheld = whole.draft.body.all_needs().difference(permitted);
                let minimised = permitting(&whole, permitted);
                let mut bare = whole.clone();
                bare.draft.body = whole.draft.body.keep(permitted);
                let bare = permitting(&bare, permitted);
                let mut with = context("mottaker");
                with.withheld = true;
                let mut without = with.clone();
                without.withheld = false;
                let written = host.write(&id(adapter), &minimised, &with).await.unwrap();
                // A message that never had the withheld fields is written in the same way.
                assert_eq!(
                    written,
                    host.write(&id(adapter), &bare, &with).await.unwrap(),
                    "{adapter} {kind:?}"
                );
                let (Ok(written), Ok(plain)) = (written, host.write(&id(adapter), &bare, &without).await.unwrap())
                else {
                    // The format does not have this kind, so that nothing is sent and nothing is revealed.
                    continue;
                };
                let (written, plain) = (readable(&written.body), readable(&plain.body));
                documents += 1;
                told += usize::from(written != plain);
                for category in withheld.iter() {
                    for name in [category.code(), Category::norwegian(category)] {
                        assert_eq!(
                            written.matches(name).count(),
                            plain.matches(name).count(),
                            "{adapter} {kind:?} names `{name}`: {written}"
                        );
                    }
                }
            }
        }
    }
    println!("{documents} documents of which a part was left out, {told} say that something was");
    assert!(documents >= 20 && told > 0);
}
