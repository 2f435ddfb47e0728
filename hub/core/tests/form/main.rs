//! The page that a participant signs: its text in three languages, its readability, and its content. The page states
//! what the grants permit, and no more.
//!
//! The expected pages are files beside this file. `FORM_WRITE=1` writes them again, so that a person can read the
//! difference.

#![expect(clippy::unwrap_used, reason = "tests")]

#[path = "../support/lix.rs"]
mod lix;

use std::path::Path;

use bindeledd_core::consent::{Basis, Grant, Moment, Period};
use bindeledd_core::form::{Form, Language, Line, form, to_page, to_text};
use bindeledd_core::{Category, CategorySet, PartyId, Purpose};

use lix::lix;

use Category::{Dialogue, Facilitation, Function, Goals, Meeting, Outcome, Progress, TreatmentStatus};

fn party(slug: &str) -> PartyId {
    PartyId::parse(slug).unwrap()
}

/// Public labels. The clinic's own name would reveal an illness.
fn label(id: &PartyId) -> String {
    match id.as_str() {
        "nordvik" => "Nordvik Vekst".into(),
        "fjellvik" => "Fjellvik legekontor".into(),
        "dps" => "Sykehuset i Nordvik".into(),
        "nav" => "Nav Nordvik".into(),
        other => other.to_owned(),
    }
}

fn grant(from: &str, to: &str, categories: &[Category]) -> Grant {
    Grant {
        from: party(from),
        to: party(to),
        purpose: Purpose::WorkOrientedFollowup,
        categories: CategorySet::of(categories),
        basis: Basis::Consent,
        period: None,
        confirmed: true,
    }
}

fn duty(categories: &[Category]) -> Grant {
    Grant {
        basis: Basis::Duty {
            reference: "avtalen med Nav om tiltaket".into(),
        },
        ..grant("nordvik", "nav", categories)
    }
}

fn period(start: &str, end: Option<&str>) -> Period {
    Period {
        start: Moment::parse(start).unwrap(),
        end: end.map(|end| Moment::parse(end).unwrap()),
    }
}

/// Grants with every category, both bases, a grant with a period of its own, and the same parties twice.
fn everything() -> Vec<Grant> {
    vec![
        grant("nordvik", "fjellvik", &[Meeting, Goals]),
        grant("fjellvik", "nordvik", &[Function, TreatmentStatus, Dialogue]),
        grant("nordvik", "fjellvik", &[Progress, Facilitation, Dialogue]),
        Grant {
            period: Some(period("2026-12-01", Some("2027-02-01T12:00:00+01:00"))),
            ..grant("dps", "nordvik", &[TreatmentStatus, Outcome])
        },
        duty(&[Progress, Outcome]),
    ]
}

fn page(grants: &[Grant], language: Language) -> Vec<Line> {
    page_of(grants, language, true)
}

fn page_of(grants: &[Grant], language: Language, lifts_secrecy: bool) -> Vec<Line> {
    let nordvik = party("nordvik");
    let about = Form {
        grants,
        period: period("2026-11-20", Some("2027-05-20")),
        controller: &nordvik,
        contact: Some("telefon 70 00 00 00"),
        lifts_secrecy,
        label: &label,
    };
    form(&about, language)
}

fn words(line: &Line) -> &str {
    match line {
        Line::Title(words)
        | Line::Heading(words)
        | Line::Text(words)
        | Line::Item(words)
        | Line::Choice(words)
        | Line::Blank(words) => words,
    }
}

fn says(lines: &[Line], what: &str) -> bool {
    lines.iter().any(|line| words(line).contains(what))
}

#[test]
#[expect(clippy::disallowed_methods, reason = "a test's own setting")]
fn the_page_is_printed_as_it_was_read_and_found_good() {
    for language in Language::ALL {
        let printed = to_text(&page(&everything(), language));
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/form/{}.txt", language.code()));
        if std::env::var("FORM_WRITE").is_ok() {
            std::fs::write(&file, &printed).unwrap();
        }
        assert_eq!(printed, std::fs::read_to_string(&file).unwrap(), "{}", language.code());
    }
}

#[test]
#[expect(clippy::disallowed_methods, reason = "a test's own setting")]
fn the_page_as_html_is_as_it_was_read_and_found_good() {
    for language in Language::ALL {
        let printed = to_page(&page(&everything(), language), language);
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/form/{}.html", language.code()));
        if std::env::var("FORM_WRITE").is_ok() {
            std::fs::write(&file, &printed).unwrap();
        }
        assert_eq!(printed, std::fs::read_to_string(&file).unwrap(), "{}", language.code());
    }
}

/// Extracts the words of a page, without markup and without generated layout.
fn plain(html: &str) -> Vec<String> {
    let body = html.split_once("<main>").unwrap().1;
    let mut text = String::new();
    for part in body.split('<') {
        let (_, words) = part.split_once('>').unwrap_or(("", part));
        text.push(' ');
        text.push_str(words);
    }
    let text = [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#39;", "'"),
        ("&amp;", "&"),
    ]
    .iter()
    .fold(text, |text, (entity, c)| text.replace(entity, c));
    text.split_whitespace().map(str::to_lowercase).collect()
}

#[test]
fn the_html_has_the_words_of_the_text_and_no_markup_of_anybody_elses() {
    let hostile = |id: &PartyId| format!("<b>{id}</b> & 'co' \"x\"");
    let (grants, nordvik) = (everything(), party("nordvik"));
    let about = Form {
        grants: &grants,
        period: period("2026-11-20", Some("2027-05-20")),
        controller: &nordvik,
        contact: Some("<script>1</script>"),
        lifts_secrecy: true,
        label: &hostile,
    };
    for language in Language::ALL {
        let lines = form(&about, language);
        let html = to_page(&lines, language);
        let set = |word: &&str| !word.is_empty() && !word.chars().all(|c| matches!(c, '_' | '-' | '[' | ']'));
        let text: Vec<_> = to_text(&lines)
            .split_whitespace()
            .filter(set)
            .map(str::to_lowercase)
            .collect();
        assert_eq!(plain(&html), text, "{}", language.code());
        assert!(!html.contains("<b>") && !html.contains("<script"), "{html}");
        assert!(html.contains(&format!("<html lang=\"{}\"", language.code())));
        // The page has one title, and a heading for each section.
        assert_eq!((html.matches("<h1>").count(), html.matches("<title>").count()), (1, 1));
        assert_eq!(html.matches("<section").count(), html.matches("<h2>").count());
        assert_eq!(html.matches("class=\"signature\"").count(), 1);
        assert!(!html.contains("<input") && !html.contains("checked") && !html.contains("src="));
        for tag in ["ul", "li", "p", "section", "main"] {
            let opened = html.matches(&format!("<{tag}>")).count() + html.matches(&format!("<{tag} ")).count();
            assert_eq!(opened, html.matches(&format!("</{tag}>")).count(), "{tag}");
        }
    }
}

#[test]
fn words_stay_apart_and_nothing_turns_them_around() {
    let lines = [Line::Title("Nord\nVik\u{202e} \u{200f}שלום\u{ffff}".into())];
    let html = to_page(&lines, Language::Bokmal);
    assert!(html.contains("<h1>Nord\nVik \u{200f}שלום</h1>"), "{html}");
}

#[test]
fn lix_is_counted_as_it_is_defined() {
    // Ten words, two sentences, three long words: 5 + 30.
    let text = ["Vi skriver lett. Deltakeren leser siden og forstår alt her."];
    assert!((lix(text.into_iter()) - 35.0).abs() < 1e-9);
    // The ordinal of a date does not end a sentence: six words, one sentence, one long word.
    let date = ["Det gjelder til 20. mai 2027."];
    assert!((lix(date.into_iter()) - (6.0 + 100.0 / 6.0)).abs() < 1e-9);
}

#[test]
fn the_norwegian_pages_can_be_read_by_nearly_everybody() {
    for language in [Language::Bokmal, Language::Nynorsk] {
        let lines = page(&everything(), language);
        let whole = lix(lines.iter().map(words));
        // Lists and headings are short and would improve the score. The prose therefore has to pass alone.
        let prose = lix(lines.iter().filter(|l| matches!(l, Line::Text(_))).map(words));
        println!("{}: the whole page {whole:.1}, its prose {prose:.1}", language.code());
        assert!(
            whole <= 40.0 && prose <= 40.0,
            "{}: {whole:.1}, {prose:.1}",
            language.code()
        );
    }
}

#[test]
fn each_category_is_said_in_words_of_its_own_and_only_where_it_is_granted() {
    for language in Language::ALL {
        let mut seen = Vec::new();
        for category in Category::ALL {
            let lines = page(&[grant("nordvik", "fjellvik", &[category])], language);
            let items: Vec<_> = lines.iter().filter(|l| matches!(l, Line::Choice(_))).cloned().collect();
            assert_eq!(items.len(), 1, "{category}");
            assert!(!seen.contains(&items[0]), "{category} reads like another");
            seen.extend(items);
        }
    }
}

#[test]
fn what_is_sent_by_duty_is_under_its_own_heading_with_its_law_and_is_not_asked_for() {
    let lines = page(&everything(), Language::Bokmal);
    let place = |what: &str| lines.iter().position(|l| words(l).contains(what)).unwrap();
    let (asked, anyway, choice) = (
        place("Dette blir du spurt om"),
        place("Dette sendes uansett"),
        place("Du velger selv"),
    );
    let to_nav = place("Nordvik Vekst sender dette til Nav Nordvik:");
    let law = place("Det bygger på: avtalen med Nav om tiltaket.");
    assert!(asked < anyway && anyway < to_nav && to_nav < law && law < choice);
    assert!(!says(&lines, "Kan Nordvik Vekst fortelle Nav Nordvik"));
    assert!(!says(
        &page(&[grant("nordvik", "nav", &[Goals])], Language::Bokmal),
        "uansett"
    ));
}

#[test]
fn where_there_is_nothing_to_agree_to_there_is_nothing_to_sign() {
    for language in Language::ALL {
        let lines = page(&[duty(&[Progress])], language);
        let asks = |l: &Line| matches!(l, Line::Blank(_) | Line::Choice(_));
        assert!(!lines.iter().any(asks), "{language:?}");
        assert_eq!(lines.iter().filter(|l| matches!(l, Line::Item(_))).count(), 1);
        assert!(
            page(&everything(), language)
                .iter()
                .any(|l| matches!(l, Line::Blank(_)))
        );
    }
}

#[test]
fn grants_between_the_same_parties_are_one_question_unless_their_times_differ() {
    let lines = page(&everything(), Language::Bokmal);
    let asks = |what: &str| lines.iter().filter(|l| words(l).contains(what)).count();
    assert_eq!(asks("Kan Nordvik Vekst fortelle Fjellvik legekontor"), 1);
    assert_eq!(
        asks("Dette gjelder fra 1. desember 2026 til 1. februar 2027 kl. 12.00."),
        1
    );
    let mut apart = everything();
    apart[2].period = Some(period("2026-12-01", None));
    let lines = page(&apart, Language::Bokmal);
    let asks = |what: &str| lines.iter().filter(|l| words(l).contains(what)).count();
    assert_eq!(asks("Kan Nordvik Vekst fortelle Fjellvik legekontor"), 2);
}

#[test]
fn who_gets_something_is_never_run_together_with_another() {
    let grants = [
        grant("nordvik", "fjellvik", &[Meeting]),
        grant("nordvik", "dps", &[Goals]),
        grant("fjellvik", "dps", &[Progress]),
        duty(&[Outcome]),
        Grant {
            basis: Basis::Duty {
                reference: "en annen avtale".into(),
            },
            ..duty(&[Goals])
        },
    ];
    let lines = page(&grants, Language::Bokmal);
    let after = |what: &str| {
        let place = lines.iter().position(|l| words(l).contains(what)).unwrap();
        lines[place + 1..]
            .iter()
            .take_while(|l| matches!(l, Line::Choice(_) | Line::Item(_)))
            .count()
    };
    for asks in [
        "Kan Nordvik Vekst fortelle Fjellvik legekontor",
        "Kan Nordvik Vekst fortelle Sykehuset i Nordvik",
        "Kan Fjellvik legekontor fortelle Sykehuset i Nordvik",
    ] {
        assert_eq!(after(asks), 1, "{asks}");
    }
    assert!(says(&lines, "avtalen med Nav om tiltaket") && says(&lines, "en annen avtale"));
}

#[test]
fn the_page_says_that_secrecy_is_lifted_only_where_it_is() {
    for (language, lifted) in [
        (Language::Bokmal, "kan de dele det du sier ja til"),
        (Language::Nynorsk, "kan dei dele det du seier ja til"),
        (Language::English, "they may share what you say yes to"),
    ] {
        assert!(says(&page_of(&everything(), language, true), lifted));
        assert!(!says(&page_of(&everything(), language, false), lifted));
    }
}

#[test]
fn a_consent_without_an_end_says_so_and_an_empty_grant_asks_for_nothing() {
    let nordvik = party("nordvik");
    let grants = [grant("nordvik", "fjellvik", &[Meeting]), grant("nordvik", "dps", &[])];
    let about = Form {
        grants: &grants,
        period: period("2026-11-20", None),
        controller: &nordvik,
        contact: None,
        lifts_secrecy: false,
        label: &label,
    };
    for (language, end, clinic) in [
        (Language::Bokmal, "Det gjelder til du tar det tilbake.", "Sykehuset"),
        (Language::Nynorsk, "Det gjeld til du tek det tilbake.", "Sykehuset"),
        (Language::English, "It holds until you take it back.", "Sykehuset"),
    ] {
        let lines = form(&about, language);
        assert!(says(&lines, end));
        assert!(!says(&lines, clinic));
        assert!(!says(&page(&everything(), language), end));
    }
    assert!(says(
        &form(&about, Language::Bokmal),
        "Si fra til Nordvik Vekst. Du kan"
    ));
    assert!(says(
        &page(&everything(), Language::Bokmal),
        "Nordvik Vekst: telefon 70 00 00 00."
    ));
}

#[test]
fn a_language_is_read_by_its_code() {
    for language in Language::ALL {
        assert_eq!(Language::parse(language.code()), Some(language));
    }
    assert_eq!(Language::parse("no"), None);
}
