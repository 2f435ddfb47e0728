//! Every text of the participant's page is easy to read, and the page is in nynorsk as well.
//!
//! LIX (Björnsson, 1968): words for each sentence, and 100 times the share of words with more than six letters. Children's
//! books have less than 30.

use std::path::Path;

use bindeledd_core::form::Language;

use super::samples::meg::day;
use crate::assets;

/// The highest LIX of a page.
const HIGHEST: f64 = 30.0;
/// Elements whose text is read as sentences of its own.
const BLOCKS: [&str; 12] = [
    "h1", "h2", "h3", "p", "li", "label", "legend", "button", "small", "title", "desc", "text",
];

/// Returns the running text of a page: a line for each block. Names of the samples' parties and persons are those of
/// others, and count as one short word.
fn running_text(html: &str) -> Vec<String> {
    let main = html.split("<main").nth(1).unwrap().split("</main>").next().unwrap();
    let mut lines = vec![String::new()];
    for part in main.split('<').skip(1) {
        let (tag, text) = part.split_once('>').unwrap();
        let name = tag.trim_start_matches('/').split([' ', '/']).next().unwrap();
        if BLOCKS.contains(&name) {
            lines.push(String::new());
        }
        lines.last_mut().unwrap().push_str(text);
    }
    let names = [
        "Fjellvik legekontor",
        "Solsiden helse",
        "Nordvik AFT",
        "Nav Nordvik",
        "Havneservice",
        "Fontenehuset",
        "Stødig Lykt",
        "Grønn Vits",
        "Nordvik kommune",
        "Avtalen mellom Ola og Nav",
        "datatilsynet.no",
        "ID-porten",
    ];
    let named = |line: String| names.iter().fold(line, |line, name| line.replace(name, "Ola"));
    let lines = lines.into_iter().map(|line| named(line.trim().to_owned()));
    lines.filter(|line| line.chars().any(char::is_alphabetic)).collect()
}

/// Counts words, long words, and sentences.
fn counted(lines: &[String]) -> (f64, f64, f64) {
    let (mut words, mut long, mut sentences) = (0.0, 0.0, 0.0);
    for line in lines {
        let mut is_open = false;
        for word in line.split_whitespace() {
            let letters = word.chars().filter(|c| c.is_alphabetic()).count();
            if letters > 0 {
                words += 1.0;
                is_open = true;
            }
            if letters > 6 {
                long += 1.0;
            }
            if is_open && word.ends_with(['.', '?', '!', ':']) {
                sentences += 1.0;
                is_open = false;
            }
        }
        if is_open {
            sentences += 1.0;
        }
    }
    (words, long, sentences)
}

fn lix(lines: &[String]) -> f64 {
    let (words, long, sentences) = counted(lines);
    if words == 0.0 {
        return 0.0;
    }
    words / sentences + 100.0 * long / words
}

#[test]
fn lix_is_counted_as_it_is_written() {
    // Ten words in two sentences, and one of them is long: 5 + 10.
    let lines = ["Du kan se alt her. Dette er ikke veldig farlig.".to_owned()];
    assert!((lix(&lines) - 5.0).abs() < 0.01, "{}", lix(&lines));
    let lines = ["Du kan se alt her. Dette er ikke spesielt farlig.".to_owned()];
    assert!((lix(&lines) - 15.0).abs() < 0.01, "{}", lix(&lines));
}

#[test]
fn every_page_of_a_participant_is_easy_to_read() {
    let mut hard = Vec::new();
    for (name, page) in day() {
        for language in [Language::Bokmal, Language::Nynorsk] {
            let lines = running_text(&page(language));
            let whole = lix(&lines);
            // Headings and buttons are short, and could hide long sentences: so sentences count alone as well.
            let sentences: Vec<String> = lines.into_iter().filter(|line| line.ends_with(['.', '?'])).collect();
            let alone = lix(&sentences);
            if whole > HIGHEST || alone > HIGHEST {
                hard.push(format!("{name} {}: {whole:.1}, sentences {alone:.1}", language.code()));
            }
        }
    }
    assert!(hard.is_empty(), "{hard:#?}");
}

#[test]
fn no_sentence_of_a_participants_page_is_long() {
    for (name, page) in day() {
        for language in Language::ALL {
            for line in running_text(&page(language)) {
                for sentence in line.split_inclusive(['.', '?', '!', ':']) {
                    let words = sentence.split_whitespace().count();
                    assert!(words <= 22, "{name} {}: {words} words: {sentence}", language.code());
                }
            }
        }
    }
}

#[test]
fn no_page_of_a_participant_names_a_party_in_its_title_or_an_address() {
    for (name, page) in day() {
        for language in Language::ALL {
            let html = page(language);
            let title = html.split("<title>").nth(1).unwrap().split("</title>").next().unwrap();
            assert!(
                !title.contains("Nordvik") && !title.contains("Fjellvik"),
                "{name}: {title}"
            );
            for address in html.split("href=\"").skip(1) {
                let address = address.split('"').next().unwrap();
                assert!(
                    !address.contains("nordvik") && !address.contains("fjellvik"),
                    "{name}: {address}"
                );
            }
            // One small script helps. It has no name of anything, and no page needs it.
            assert_eq!(html.matches("<script").count(), 1, "{name}");
            assert!(html.contains("<script defer src=\"/assets/meg."), "{name}");
            assert!(
                html.contains("class=\"meg\" data-size=\"md\" data-color=\"plum\""),
                "{name}"
            );
        }
    }
}

/// The other languages are held with the console's pages.
#[test]
fn pages_in_nynorsk_are_as_expected() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/view/expected");
    let looked_at = std::env::var_os("BINDELEDD_PAGES").map(std::path::PathBuf::from);
    for (name, page) in day() {
        let html = page(Language::Nynorsk);
        assert!(html.contains("<html lang=\"nn\""), "{name}");
        if let Some(folder) = &looked_at {
            std::fs::create_dir_all(folder).unwrap();
            let html = html.replace("\"/assets/", "\"assets/");
            std::fs::write(folder.join(format!("{name}.nn.html")), html).unwrap();
        }
        let all = assets::all();
        let found = all
            .iter()
            .fold(html, |text, asset| text.replace(&asset.name, asset.source));
        let path = folder.join(format!("{name}.nn.html"));
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(&path, &found).unwrap();
        }
        let expected = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(expected == found, "{} differs; UPDATE=1 writes it anew", path.display());
    }
}
