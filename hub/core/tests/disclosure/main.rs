//! The page of disclosures for a participant: its text in three languages, its readability, and its content. The page
//! contains every disclosure, and parties by public names only.
//!
//! The expected pages are files beside this file. `DISCLOSURE_WRITE=1` writes them again, so that a person can read the
//! difference.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

#[path = "../support/lix.rs"]
mod lix;

use std::path::Path;

use bindeledd_core::account::Role;
use bindeledd_core::consent::Basis;
use bindeledd_core::delivery::{AwaitingReceipt, End, Ended, Reserved, Sending, State, Waiting, WithPerson};
use bindeledd_core::disclosure::{Block, Corrected, Disclosure, Page, PublicParty, UsedGrant, page, to_page};
use bindeledd_core::form::Language;
use bindeledd_core::opening::{Look, LookWay, LookedAs};
use bindeledd_core::{
    AccessReason, Category, CategorySet, ConsentId, DeliveryId, GrantRef, Kind, LookId, MessageId, PartyId, Purpose,
};
use jiff::Timestamp;
use lix::lix;
use uuid::Uuid;

use Category::{Facilitation, Function, Goals, Meeting, Outcome, Progress, TreatmentStatus};

fn party(slug: &str) -> PartyId {
    PartyId::parse(slug).unwrap()
}

fn at(raw: &str) -> Timestamp {
    raw.parse().unwrap()
}

/// Public names. The clinic's own name would reveal an illness.
fn public(id: &PartyId) -> PublicParty {
    let (name, phone) = match id.as_str() {
        "nordvik" => ("Nordvik Vekst", Some("70 00 00 00")),
        "fjellvik" => ("Fjellvik legekontor", None),
        "dps-for-rus" => ("Sykehuset i Nordvik", Some("71 00 00 00")),
        "nav" => ("Nav Nordvik", None),
        other => (other, None),
    };
    PublicParty {
        name: name.to_owned(),
        phone: phone.map(str::to_owned),
    }
}

fn used(consent: u128, basis: Basis) -> UsedGrant {
    UsedGrant {
        grant: GrantRef {
            consent: ConsentId(Uuid::from_u128(consent)),
            version: 1,
            index: 0,
        },
        basis,
        given_at: at("2026-11-20T08:00:00Z"),
    }
}

fn disclosure(n: u128, kind: Kind, to: &str, categories: &[Category], state: State) -> Disclosure {
    let first = at("2026-12-01T08:05:00Z") + jiff::SignedDuration::from_hours(24 * i64::try_from(n).unwrap());
    Disclosure {
        delivery: DeliveryId(Uuid::from_u128(n)),
        message: MessageId(Uuid::from_u128(100 + n)),
        kind,
        from: party("nordvik"),
        to: party(to),
        purpose: Purpose::WorkOrientedFollowup,
        categories: CategorySet::of(categories),
        withheld: CategorySet::EMPTY,
        state,
        first,
        last: first,
        times: 1,
        grants: vec![used(1, Basis::Consent)],
        corrects: None,
        corrected: None,
    }
}

const fn ended(how: End) -> State {
    State::Ended(Ended { how, attempts: 1 })
}

fn until() -> Timestamp {
    at("2026-12-24T08:00:00Z")
}

/// Disclosures with every kind of end, both bases, a withheld category, a repetition and a correction.
fn everything() -> Vec<Disclosure> {
    let attempts = 1;
    let duty = Basis::Duty {
        reference: "avtalen med Nav om tiltaket".into(),
    };
    let by = MessageId(Uuid::from_u128(104));
    vec![
        Disclosure {
            withheld: CategorySet::of(&[Facilitation]),
            last: at("2026-12-03T08:05:00Z"),
            times: 2,
            ..disclosure(
                1,
                Kind::StartMeetingSummary,
                "fjellvik",
                &[Meeting, Goals],
                ended(End::Delivered),
            )
        },
        Disclosure {
            corrected: Some(Corrected { by, reached: true }),
            ..disclosure(2, Kind::FunctionUpdate, "fjellvik", &[Function], ended(End::Delivered))
        },
        Disclosure {
            corrected: Some(Corrected { by, reached: false }),
            ..disclosure(3, Kind::FunctionUpdate, "dps-for-rus", &[Function], ended(End::Refused))
        },
        Disclosure {
            corrects: Some(MessageId(Uuid::from_u128(102))),
            ..disclosure(
                4,
                Kind::Correction,
                "fjellvik",
                &[Function],
                State::AwaitingReceipt(AwaitingReceipt {
                    attempts,
                    until: until(),
                }),
            )
        },
        Disclosure {
            grants: vec![used(2, duty.clone()), used(2, duty)],
            ..disclosure(
                5,
                Kind::MeasureEnded,
                "nav",
                &[Outcome],
                State::Sending(Sending { attempts }),
            )
        },
        Disclosure {
            from: party("dps-for-rus"),
            ..disclosure(
                6,
                Kind::TreatmentStatus,
                "nordvik",
                &[TreatmentStatus],
                State::Waiting(Waiting { attempts, due: until() }),
            )
        },
        disclosure(
            7,
            Kind::ProgressUpdate,
            "nav",
            &[Progress],
            State::Reserved(Reserved {
                attempts,
                until: until(),
            }),
        ),
        disclosure(8, Kind::ProgressUpdate, "nav", &[Progress], ended(End::Cancelled)),
        disclosure(9, Kind::ProgressUpdate, "nav", &[Progress], ended(End::Expired)),
        disclosure(10, Kind::ProgressUpdate, "nav", &[Progress], ended(End::Failed)),
        with_a_person(),
    ]
}

fn with_a_person() -> Disclosure {
    let state = State::WithPerson(WithPerson {
        attempts: 1,
        until: until(),
    });
    disclosure(11, Kind::MeasureEndProposed, "nav", &[Outcome], state)
}

fn page_of(disclosures: &[Disclosure], language: Language) -> Vec<Block> {
    let about = Page {
        disclosures,
        looks: &[],
        made_at: at("2026-12-24T08:30:00Z"),
        party: &public,
    };
    page(&about, language)
}

/// Every line on the page. Each line of a cell counts as a line.
fn lines(blocks: &[Block]) -> Vec<String> {
    let mut lines = Vec::new();
    for block in blocks {
        match block {
            Block::Title(words) => lines.push(format!("# {words}")),
            Block::Heading(words) => lines.push(format!("## {words}")),
            Block::Text(words) => lines.push(words.clone()),
            Block::Items(items) => lines.extend(items.iter().map(|item| format!("- {item}"))),
            Block::Table { caption, head, rows } => {
                lines.push(format!("[{caption}]"));
                for row in rows {
                    assert_eq!(row.len(), head.len(), "a row has a cell for each column");
                    let cells = head.iter().zip(row);
                    lines.extend(cells.map(|(name, cell)| format!("  {name}: {}", cell.join(" / "))));
                    lines.push(String::new());
                }
            }
        }
    }
    lines
}

#[test]
#[expect(clippy::disallowed_methods, reason = "a test's own setting")]
fn the_page_reads_as_it_was_read_and_found_good() {
    for language in Language::ALL {
        let read = lines(&page_of(&everything(), language)).join("\n") + "\n";
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/disclosure/{}.txt", language.code()));
        if std::env::var("DISCLOSURE_WRITE").is_ok() {
            std::fs::write(&file, &read).unwrap();
        }
        assert_eq!(read, std::fs::read_to_string(&file).unwrap(), "{}", language.code());
    }
}

#[test]
#[expect(clippy::disallowed_methods, reason = "a test's own setting")]
fn the_page_as_html_is_as_it_was_read_and_found_good() {
    for language in Language::ALL {
        let html = to_page(&page_of(&everything(), language), language);
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/disclosure/{}.html", language.code()));
        if std::env::var("DISCLOSURE_WRITE").is_ok() {
            std::fs::write(&file, &html).unwrap();
        }
        assert_eq!(html, std::fs::read_to_string(&file).unwrap(), "{}", language.code());
    }
}

/// A page that has the same text in every place for a text.
fn full_of(text: &str) -> String {
    let text = || text.to_owned();
    let blocks = [
        Block::Title(text()),
        Block::Heading(text()),
        Block::Text(text()),
        Block::Items(vec![text(), text()]),
        Block::Table {
            caption: text(),
            head: vec![text(), text()],
            rows: vec![vec![vec![text()], vec![text(), text()]]],
        },
    ];
    to_page(&blocks, Language::Nynorsk)
}

/// Lists the elements of a page with the names of their attributes. The page is also XML, so that a parser can read it.
fn elements(html: &str) -> Vec<String> {
    let xml = html.strip_prefix("<!DOCTYPE html>\n").unwrap();
    let document = roxmltree::Document::parse(xml).unwrap_or_else(|e| panic!("{e}:\n{html}"));
    let elements = document.descendants().filter(roxmltree::Node::is_element);
    elements
        .map(|element| {
            let attributes: Vec<_> = element.attributes().map(|a| a.name()).collect();
            format!("{} {}", element.tag_name().name(), attributes.join(" "))
        })
        .collect()
}

#[test]
fn hostile_texts_stay_texts_wherever_they_stand() {
    let plain = elements(&full_of("Fjellvik"));
    for hostile in [
        "<script>alert(1)</script>",
        "\" onfocus=\"alert(1)",
        "' onfocus='alert(1)",
        "</title></style><img src=x onerror=alert(1)>",
        "&lt;b&gt;",
        "<!-- x -->",
        "x\u{0}\u{7}\u{202e}y\u{2066}",
    ] {
        let html = full_of(hostile);
        assert_eq!(elements(&html), plain, "{hostile}");
        assert!(html.chars().all(|c| !c.is_control() || c == '\n'), "{hostile:?}");
        assert!(!html.contains(['\u{202e}', '\u{2066}']));
    }
}

#[test]
fn the_page_stands_alone_and_can_be_read_without_eyes() {
    let html = full_of("Fjellvik");
    assert!(html.starts_with("<!DOCTYPE html>\n<html lang=\"nn\""));
    for absent in ["<script", "src=", "href=", "@import", "url("] {
        assert!(!html.contains(absent), "{absent}");
    }
    let count = |what: &str| html.matches(what).count();
    assert_eq!((count("<h1>"), count("<main>"), count("<title>")), (1, 1, 1));
    assert_eq!(
        (count("scope=\"col\""), count("scope=\"row\""), count("<caption>")),
        (2, 1, 1)
    );
    assert_eq!(count("tabindex=\"0\""), 1);
    // The lines of a cell are separate.
    assert!(html.contains("<td>Fjellvik<br/>Fjellvik</td>"));
}

#[test]
fn the_norwegian_pages_can_be_read_by_nearly_everybody() {
    for language in [Language::Bokmal, Language::Nynorsk] {
        let blocks = page_of(&everything(), language);
        let prose = blocks.iter().filter_map(|block| match block {
            Block::Text(words) => Some(words.as_str()),
            Block::Title(_) | Block::Heading(_) | Block::Items(_) | Block::Table { .. } => None,
        });
        let prose = lix(prose);
        let whole = lix(lines(&blocks).iter().map(String::as_str));
        println!("{}: the whole page {whole:.1}, its prose {prose:.1}", language.code());
        assert!(
            prose <= 40.0 && whole <= 40.0,
            "{}: {prose:.1}, {whole:.1}",
            language.code()
        );
    }
}

#[test]
fn every_kind_every_category_and_every_state_has_words_of_its_own_in_each_language() {
    let cell = |d: &Disclosure, language, column: usize| {
        let blocks = page_of(std::slice::from_ref(d), language);
        let table = blocks.into_iter().find_map(|block| match block {
            Block::Table { rows, .. } => Some(rows[0][column].clone()),
            Block::Title(_) | Block::Heading(_) | Block::Text(_) | Block::Items(_) => None,
        });
        table.unwrap()
    };
    for language in Language::ALL {
        let (mut kinds, mut categories) = (Vec::new(), Vec::new());
        for kind in Kind::ALL {
            kinds.push(
                cell(
                    &disclosure(1, kind, "nav", &[Goals], ended(End::Delivered)),
                    language,
                    2,
                )[0]
                .clone(),
            );
        }
        for category in Category::ALL {
            let one = disclosure(1, Kind::Question, "nav", &[category], ended(End::Delivered));
            categories.push(cell(&one, language, 2)[1].clone());
        }
        for words in [&mut kinds, &mut categories] {
            let all = words.len();
            words.sort();
            words.dedup();
            assert_eq!(words.len(), all, "{language:?}: {words:?}");
        }
        // A delivery that may have arrived is never described like a delivery that did arrive.
        let states: Vec<_> = everything().iter().map(|d| cell(d, language, 5)[0].clone()).collect();
        assert_eq!(states[5], states[6]);
        assert!(states[7..10].iter().all(|s| *s == states[7]));
        let distinct = [0, 2, 3, 4, 5, 7, 10].map(|n| &states[n]);
        let mut sorted = distinct.to_vec();
        sorted.sort();
        sorted.dedup();
        assert_eq!(sorted.len(), distinct.len(), "{states:?}");
    }
}

#[test]
fn the_page_names_parties_by_what_others_may_see_and_nobody_who_got_nothing() {
    for language in Language::ALL {
        let text = lines(&page_of(&everything(), language)).join("\n");
        for id in ["dps", "rus", "fjellvik\n", "nordvik\n"] {
            assert!(!text.contains(id), "{id}");
        }
        assert!(text.contains("Sykehuset i Nordvik") && text.contains("70 00 00 00"));
        let one = lines(&page_of(&everything()[..1], language)).join("\n");
        assert!(!one.contains("Nav Nordvik") && !one.contains("Sykehuset"));
    }
}

#[test]
fn where_nothing_left_the_page_says_so_and_still_says_how_to_complain() {
    for language in Language::ALL {
        let blocks = page_of(&[], language);
        assert!(
            !blocks
                .iter()
                .any(|b| matches!(b, Block::Table { .. } | Block::Items(_)))
        );
        assert!(lines(&blocks).join(" ").contains("Datatilsynet"));
        assert!(matches!(blocks[0], Block::Title(_)));
    }
}

#[test]
fn a_reason_is_said_once_and_every_consent_by_its_number() {
    let blocks = lines(&page_of(&everything(), Language::Bokmal)).join("\n");
    assert!(
        blocks.contains("Hvorfor det var lov: Må sendes: avtalen med Nav om tiltaket\n"),
        "{blocks}"
    );
    assert_eq!(blocks.matches(&ConsentId(Uuid::from_u128(1)).to_string()).count(), 1);
    // A grant of duty is no agreement, so that its consent is not listed.
    assert!(!blocks.contains(&ConsentId(Uuid::from_u128(2)).to_string()));
}

#[test]
fn whoever_saw_content_stands_there_with_role_time_and_reason() {
    let look = |n, way, by, when: &str, why: &str| Look {
        id: LookId(Uuid::from_u128(n)),
        message: None,
        way,
        by,
        at: at(when),
        reason: AccessReason::parse(why).unwrap(),
    };
    let person = LookedAs::Person(vec![Role::Operator, Role::Auditor]);
    let looks = [
        look(
            2,
            LookWay::Inbox,
            LookedAs::OperatorKey,
            "2026-10-03T10:00:00Z",
            "skrives ut <b>",
        ),
        look(
            1,
            LookWay::Opening,
            person,
            "2026-10-02T10:00:00Z",
            "teksten avvises, sak 17",
        ),
    ];
    for language in Language::ALL {
        let about = Page {
            disclosures: &[],
            looks: &looks,
            made_at: at("2026-10-06T10:00:00Z"),
            party: &public,
        };
        let blocks = page(&about, language);
        let found = blocks.iter().find_map(|block| match block {
            Block::Items(items) if items.iter().any(|item| item.contains("sak 17")) => Some(items.clone()),
            _ => None,
        });
        let items = found.unwrap();
        assert!(
            items[0].contains("sak 17") && items[1].contains("skrives ut"),
            "oldest first: {items:?}"
        );
        assert!(items[0].contains(", "), "both roles: {items:?}");
        assert!(!to_page(&blocks, language).contains("<b>"));
    }
}
