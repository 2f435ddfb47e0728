//! Every kind as a page and as a letter: the committed examples, the required content, and the forbidden content.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test tells by panicking")]

use std::path::Path;

use bindeledd_catalogue::{CategorySet, Draft, Kind, Message, arbitrary, fixtures};
use bindeledd_sdk::{Adapter, Context, Document, Identity, Method, Reading, Reference, Response, Settlement};
use print_letter::{LINE, PAGE, PLAIN, PrintLetter};
use proptest::prelude::*;
use serde_json::{Value, json};

fn context(settings: Value) -> Context {
    Context {
        settings,
        ..Context::example()
    }
}

fn written(message: &Message, context: &Context) -> String {
    String::from_utf8(PrintLetter::write(message, context).unwrap().body).unwrap()
}

fn page(message: &Message) -> String {
    written(message, &context(json!({})))
}

fn plain(message: &Message) -> String {
    written(message, &context(json!({"format": "text"})))
}

/// Returns the page's text. The page is XML as well, so a parser checks its markup.
fn text_of(page: &str) -> String {
    let xml = page.strip_prefix("<!DOCTYPE html>\n").unwrap();
    let document = roxmltree::Document::parse(xml).unwrap_or_else(|e| panic!("{e}:\n{page}"));
    let body = document
        .descendants()
        .find(|n| n.has_tag_name(("http://www.w3.org/1999/xhtml", "body")));
    let texts = body
        .unwrap()
        .descendants()
        .filter_map(|n| n.text().filter(|_| n.is_text()));
    texts.collect::<Vec<_>>().join(" ")
}

/// Removes the white space that layout adds or changes.
fn squeezed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn the_committed_examples_are_what_is_written() {
    for kind in Kind::ALL {
        let message = fixtures::message(kind).unwrap();
        for (ending, text) in [("html", page(&message)), ("txt", plain(&message))] {
            let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("fixtures/{kind}.{ending}"));
            if std::env::var_os("UPDATE").is_some() {
                std::fs::write(&path, &text).unwrap();
            }
            let committed = std::fs::read_to_string(&path).unwrap_or_default();
            let how = "run `UPDATE=1 cargo test -p print-letter` and commit what it writes";
            assert_eq!(committed, text, "{}: {how}", path.display());
        }
    }
}

#[test]
fn everything_that_was_said_is_on_the_paper() {
    for kind in Kind::ALL {
        let message = fixtures::message(kind).unwrap();
        let mut said = Vec::new();
        leaves(&message.draft.body.to_json(), &mut said);
        assert!(!said.is_empty());
        for text in [squeezed(&text_of(&page(&message))), squeezed(&plain(&message))] {
            for words in said
                .iter()
                .flat_map(|s| s.lines())
                .map(squeezed)
                .filter(|w| w.contains(' '))
            {
                assert!(text.contains(&words), "{kind}: `{words}` is not in {text}");
            }
            let mut musts = vec![
                kind.spec().title,
                "Nordvik Arbeid og Kompetanse",
                "22 11 22 33",
                "20. august 2026",
                "15720255178",
                "Til Fjellvik legekontor",
                "Ved Grønn Vits",
                message.draft.sender_reference.as_str(),
                "Har du fått brevet ved en feil",
            ];
            // The hub's own messages name no person, and nobody answers them.
            if kind.spec().by_hub {
                assert!(!text.contains("Svaret går til"), "{text}");
                musts.push("Ring Nordvik Arbeid og Kompetanse på telefon 22 11 22 33.");
            } else {
                musts.extend([
                    "Avdeling Havna",
                    "Grønn Vits (jobbkonsulent)",
                    "Snill Tester",
                    "Ring Grønn Vits (jobbkonsulent) på telefon 22 11 22 33.",
                    "Svaret går til Nordvik Arbeid og Kompetanse",
                ]);
            }
            for must in musts {
                let there = text.contains(must) || text.contains(&must.to_uppercase());
                assert!(there, "{kind}: `{must}` is not in {text}");
            }
            assert!(!text.contains("utelatt"), "{kind}: nothing was withheld");
        }
    }
}

/// Collects every text that a person wrote.
fn leaves(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::String(text) => found.push(text.clone()),
        Value::Array(items) => items.iter().for_each(|item| leaves(item, found)),
        Value::Object(map) => map.values().for_each(|item| leaves(item, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

#[test]
fn a_page_stands_alone_and_says_its_language() {
    for kind in Kind::ALL {
        let page = page(&fixtures::message(kind).unwrap());
        let xml = page.strip_prefix("<!DOCTYPE html>\n").unwrap();
        let document = roxmltree::Document::parse(xml).unwrap();
        let root = document.root_element();
        assert_eq!(root.attribute("lang"), Some("nb"));
        let count = |name: &str| root.descendants().filter(|n| n.tag_name().name() == name).count();
        assert_eq!((count("h1"), count("main"), count("title")), (1, 1, 1));
        for never in ["script", "link", "img", "iframe", "object", "form", "a", "base"] {
            assert_eq!(count(never), 0, "{never}");
        }
        for attribute in root.descendants().flat_map(|n| n.attributes()) {
            let name = attribute.name();
            assert!(
                !name.starts_with("on") && !["src", "href", "style", "action"].contains(&name),
                "{name}"
            );
        }
        assert!(page.contains("size: A4") && page.contains("default-src 'none'"));
        assert!(!page.contains("url(") && !page.contains("@import"));
        let title = root.descendants().find(|n| n.tag_name().name() == "title").unwrap();
        assert_eq!(
            title.text().unwrap(),
            format!("{} fra Nordvik Arbeid og Kompetanse", kind.spec().title)
        );
    }
}

#[test]
fn what_looks_like_markup_is_text() {
    let hostile = "<script>alert(1)</script> & \"<b>\" ' ]]> <!-- |x|";
    let mut json = fixtures::message(Kind::Question).unwrap().to_json();
    json["body"]["text"] = hostile.into();
    json["participant"]["name"] = hostile.into();
    json["handler"]["name"] = "<i>Ola</i>".into();
    let message = Message::parse(json.to_string().as_bytes()).unwrap();
    // The hub's own values are not trusted either: here they contain terminal control characters and direction marks.
    let mut context = context(json!({}));
    context.sender = Some(Identity {
        name: "Nord & \u{202e}Vik\u{1b}[2J\u{ffff} <as>".into(),
        ..Identity::default()
    });
    let page = written(&message, &context);
    let text = squeezed(&text_of(&page));
    assert_eq!(text.matches(hostile).count(), 2, "{text}");
    assert!(
        text.contains("Nord & Vik[2J <as>") && text.contains("<i>Ola</i>"),
        "{text}"
    );
    assert!(
        !page.contains("<script") && !page.contains("<i>") && !page.contains(['\u{1b}', '\u{202e}']),
        "{page}"
    );
    context.settings = json!({"format": "text"});
    let plain = written(&message, &context);
    assert!(
        squeezed(&plain).contains(hostile) && plain.starts_with("Nord & Vik[2J <as>\n"),
        "{plain}"
    );
    assert!(!plain.contains(['\u{1b}', '\u{202e}', '\u{ffff}']), "{plain}");
}

#[test]
fn words_stay_apart_and_keep_the_marks_that_their_script_needs() {
    let message = fixtures::message(Kind::Question).unwrap();
    for format in ["html", "text"] {
        let mut context = context(json!({"format": format}));
        context.sender = Some(Identity {
            name: "Nord\nVik \u{200f}שלום\u{200e}".into(),
            ..Identity::default()
        });
        let letter = squeezed(&written(&message, &context));
        assert!(letter.contains("Nord Vik \u{200f}שלום\u{200e}"), "{letter}");
    }
}

#[test]
fn a_receiver_knows_that_something_was_left_out_and_never_what() {
    let original = fixtures::message(Kind::ProgressUpdate).unwrap();
    let nothing = Message {
        draft: Draft {
            body: original.draft.body.keep(CategorySet::EMPTY),
            ..original.draft.clone()
        },
        ..original
    };
    for format in ["html", "text"] {
        let context = Context {
            withheld: true,
            ..context(json!({"format": format}))
        };
        let text = written(&nothing, &context);
        assert!(text.contains("Noe er utelatt"), "{text}");
        assert!(
            text.contains("Ingen av opplysningene i meldingen kan vises her"),
            "{text}"
        );
        for what in ["fremdrift", "Lager", "lager", "oppmøte"] {
            assert!(!text.contains(what), "{what} is in {text}");
        }
    }
}

#[test]
fn the_way_to_answer_is_the_best_that_is_known() {
    let way = |handler: Value, phone: Option<&str>| {
        let mut json = fixtures::message(Kind::Question).unwrap().to_json();
        json["handler"] = handler;
        if json["handler"].is_null() {
            json.as_object_mut().unwrap().remove("handler");
        }
        let message = Message::parse(json.to_string().as_bytes()).unwrap();
        let mut context = context(json!({"format": "text"}));
        context.sender.as_mut().unwrap().phone = phone.map(Into::into);
        let text = squeezed(&written(&message, &context));
        let after = text.split("SLIK SVARER DU ").nth(1).unwrap();
        after.split(" Svaret går til").next().unwrap().to_owned()
    };
    assert_eq!(
        way(json!({"name": "Ola"}), Some("+47 22112233")),
        "Ring Nordvik Arbeid og Kompetanse på telefon +47 22112233, og spør etter Ola."
    );
    assert_eq!(
        way(Value::Null, Some("22112233")),
        "Ring Nordvik Arbeid og Kompetanse på telefon 22 11 22 33."
    );
    assert_eq!(
        way(json!({"name": "Ola", "role": "veileder"}), None),
        "Ta kontakt med Nordvik Arbeid og Kompetanse, og spør etter Ola (veileder)."
    );
    assert_eq!(way(Value::Null, None), "Ta kontakt med Nordvik Arbeid og Kompetanse.");
    // The letter names the sender only by its public identity.
    let unknown = Context {
        sender: None,
        ..context(json!({"format": "text"}))
    };
    assert!(written(&fixtures::message(Kind::Question).unwrap(), &unknown).starts_with("nordvik-aft\n"));
}

#[test]
fn the_request_says_where_to_and_what_it_is() {
    let message = fixtures::message(Kind::Answer).unwrap();
    let request = PrintLetter::write(&message, &context(json!({"path": "/utskrift"}))).unwrap();
    assert_eq!((request.method, request.path.as_str()), (Method::Post, "/utskrift"));
    assert_eq!(request.headers, [("content-type".to_owned(), PAGE.to_owned())]);
    assert_eq!(request.credential.as_deref(), Some("transport"));
    assert_eq!(request.references, [Reference::new("melding", message.id.to_string())]);
    let text = PrintLetter::write(&message, &context(json!({"format": "text"}))).unwrap();
    assert_eq!(text.headers, [("content-type".to_owned(), PLAIN.to_owned())]);
    for wrong in [
        json!({"path": "ut"}),
        json!({"format": "pdf"}),
        json!({"language": "nn"}),
    ] {
        let refused = PrintLetter::write(&message, &context(wrong.clone())).unwrap_err();
        let name = wrong.as_object().unwrap().keys().next().unwrap();
        assert_eq!(refused.code, "settings");
        assert!(refused.text.contains(name), "{}", refused.text);
    }
}

#[test]
fn nothing_is_read_and_responses_settle_by_status() {
    let document = Document {
        media_type: "text/plain",
        body: b"Hei",
    };
    match PrintLetter::read(document, &Context::example()) {
        Reading::Refused(refusal) => {
            assert_eq!(refusal.code, "print-only");
            assert!(refusal.text.contains("tar ikke imot dokumenter"), "{}", refusal.text);
        }
        other => panic!("{other:?}"),
    }
    assert!(PrintLetter::manifest().reads.is_empty());
    assert_eq!(PrintLetter::manifest().writes.len(), Kind::ALL.len());
    let settle = |status| {
        let response = Response {
            status,
            headers: Vec::new(),
            body: Vec::new(),
        };
        PrintLetter::settle(&response, &Context::example())
    };
    assert_eq!(settle(201), Settlement::Delivered);
    assert_eq!(settle(503), Settlement::RetryAfter(None));
    assert!(matches!(settle(410), Settlement::Refused(_)));
}

/// A correction names the corrected message, and a message has its expiry.
#[test]
fn a_letter_says_what_it_corrects_and_until_when_it_is_of_use() {
    let correction = fixtures::message(Kind::Correction).unwrap();
    let corrects = "Retter: meldingen som ble sendt 20. august 2026 kl. 09.30, med referanse NAK-2026-0004";
    let until = "Gjelder til: 31. august 2027 kl. 00.00";
    for text in [squeezed(&text_of(&page(&correction))), squeezed(&plain(&correction))] {
        let text = text
            .replace("Retter meldingen", "Retter: meldingen")
            .replace("Gjelder til 31.", "Gjelder til: 31.");
        assert!(text.contains(corrects), "{text}");
        assert!(text.contains(until), "{text}");
    }
}

/// If white space is preserved, a line break in the markup would be an empty line on paper.
#[test]
fn lists_have_no_lines_that_nobody_wrote() {
    for kind in Kind::ALL {
        let page = page(&fixtures::message(kind).unwrap());
        for gap in ["<ul>\n", "</li>\n", "<dd>\n"] {
            assert!(!page.contains(gap), "{kind}: {gap:?}");
        }
        assert!(page.contains("ul, .nested, .nested > dl { white-space: normal; }"));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_said_the_page_holds_and_the_letters_lines_are_short(message in arbitrary::message(), bits: u8) {
        let permitted = CategorySet::from_bits(bits).unwrap();
        let minimised = Message {
            draft: Draft { body: message.draft.body.keep(permitted), ..message.draft.clone() },
            ..message
        };
        let shown = squeezed(&text_of(&page(&minimised)));
        prop_assert!(shown.contains(minimised.draft.participant.national_id.reveal()));
        let plain = plain(&minimised);
        for line in plain.lines() {
            prop_assert!(line.chars().count() <= LINE, "{} characters: {line}", line.chars().count());
            prop_assert_eq!(line.trim_end(), line);
        }
        prop_assert!(plain.ends_with("makuleres.\n"));
    }

    #[test]
    fn a_persons_own_words_come_whole(words in "[a-zæøå|<>&;:\\- ]{1,300}") {
        let mut json = fixtures::message(Kind::Question).unwrap().to_json();
        let words = format!("Begynner {} slutt", words.trim());
        json["body"]["text"] = words.clone().into();
        let message = Message::parse(json.to_string().as_bytes()).unwrap();
        prop_assert!(squeezed(&text_of(&page(&message))).contains(&squeezed(&words)));
    }
}
