//! Rules that every page keeps, and every page as a whole.
//!
//! `UPDATE=1` writes the expected pages anew. `BINDELEDD_PAGES=FOLDER` writes every page and its files into a folder, to
//! be opened in a browser.

use std::path::{Path, PathBuf};

use super::samples;
use crate::assets;
use crate::lang::Lang;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

/// Returns every template: its path below `templates/` and its text.
fn templates() -> Vec<(PathBuf, String)> {
    let mut out = Vec::new();
    let mut folders = vec![root().join("templates")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let text = std::fs::read_to_string(&path).unwrap();
                out.push((path, text));
            }
        }
    }
    assert!(out.len() > 5);
    out
}

/// Returns the names of the attributes in a page or a template: words with `=` and a quote behind them.
fn attributes(text: &str) -> impl Iterator<Item = &str> {
    text.split("=\"").map(|before| {
        let start = before
            .rfind(|c: char| !c.is_ascii_alphanumeric() && c != '-')
            .map_or(0, |i| i + 1);
        &before[start..]
    })
}

#[test]
fn no_template_has_a_style_or_a_handler_of_its_own() {
    for (path, text) in templates() {
        let path = path.display();
        for name in attributes(&text) {
            assert!(name != "style" && !name.starts_with("on"), "{path}: {name}=");
        }
        for part in ["<style", "javascript:", "|safe", "| safe", "http://", "https://"] {
            assert!(!text.contains(part), "{path}: {part}");
        }
        // A script is a file of this crate, never text in a page.
        for script in text.split("<script").skip(1) {
            assert!(script.starts_with(" defer src="), "{path}");
        }
    }
}

#[test]
fn every_form_that_posts_has_the_token() {
    for (path, text) in templates() {
        for form in text.split("<form").skip(1) {
            let form = form.split("</form>").next().unwrap();
            if form.contains("method=\"post\"") {
                assert!(form.contains("parts/csrf.html"), "{}", path.display());
            }
        }
    }
}

/// Returns every region of a page that refreshes: the element with its content.
fn regions(html: &str) -> impl Iterator<Item = &str> {
    html.match_indices(" data-live=\"").map(|(at, _)| {
        let start = html[..at].rfind('<').unwrap();
        let name = html[start + 1..].split([' ', '>']).next().unwrap();
        let (open, close) = (format!("<{name}"), format!("</{name}>"));
        let mut depth = 0;
        let mut end = start;
        loop {
            let rest = &html[end..];
            let closes = rest.find(&close).unwrap();
            match rest.find(&open) {
                Some(opens) if opens < closes => {
                    depth += 1;
                    end += opens + open.len();
                }
                _ => {
                    depth -= 1;
                    end += closes + close.len();
                }
            }
            if depth == 0 {
                return &html[start..end];
            }
        }
    })
}

/// A region is fetched for all persons with the same roles, and it is morphed while somebody may type. So it has no field that
/// somebody fills in; the script puts the token of its forms in.
#[test]
fn no_region_that_refreshes_has_a_field() {
    let mut all = 0;
    for (name, page) in samples::day() {
        let html = page(Lang::Bokmal);
        for region in regions(&html) {
            all += 1;
            assert!(region.contains(" id=\""), "{name}: a region has no id");
            for field in ["<select", "<textarea"] {
                assert!(!region.contains(field), "{name}: {field} in a region");
            }
            for input in region.split("<input").skip(1) {
                assert!(input.starts_with(" type=\"hidden\""), "{name}: a field in a region");
            }
        }
    }
    assert!(all > 20);
}

/// Returns the title of a page.
fn title(page: &str) -> &str {
    page.split("<title>").nth(1).unwrap().split("</title>").next().unwrap()
}

#[test]
fn every_page_is_a_whole_document() {
    for (name, page) in samples::day() {
        for lang in Lang::ALL {
            let html = page(lang);
            assert!(html.starts_with("<!DOCTYPE html>"), "{name}");
            assert!(html.contains(&format!("<html lang=\"{}\"", lang.tag())), "{name}");
            assert_eq!(html.matches("<h1").count(), 1, "{name}");
            assert_eq!(html.matches("<main").count(), 1, "{name}");
            assert!(title(&html).ends_with(" – Bindeledd"), "{name}");
            let mut ids: Vec<&str> = html
                .split(" id=\"")
                .skip(1)
                .map(|rest| rest.split('"').next().unwrap())
                .collect();
            let all = ids.len();
            ids.sort_unstable();
            ids.dedup();
            assert_eq!(ids.len(), all, "{name}: an id is given twice");
            for target in ["for", "aria-labelledby", "aria-describedby"] {
                for named in html.split(&format!(" {target}=\"")).skip(1) {
                    for id in named.split('"').next().unwrap().split(' ') {
                        assert!(ids.binary_search(&id).is_ok(), "{name}: {target} names {id}");
                    }
                }
            }
        }
    }
}

/// "siden 3 min siden": a time after "since" is a time of day.
#[test]
fn no_template_says_since_and_ago_of_one_time() {
    for (path, text) in templates() {
        let doubled = text.split("since }}").skip(1).any(|rest| {
            let after = rest.trim_start();
            after.starts_with("{{ write.when(") || after.starts_with("{{ write.near(")
        });
        assert!(!doubled, "{}", path.display());
    }
}

#[test]
fn nothing_from_outside_becomes_markup_or_has_no_end() {
    for (name, page) in samples::nasty_pages() {
        for lang in Lang::ALL {
            let html = page(lang);
            assert!(!html.contains("<script>") && !html.contains("<img"), "{name}");
            assert!(!html.contains("'><img") && !html.contains("\"'>"), "{name}");
            assert!(!html.contains('\u{202e}') || name_of_typed(&html), "{name}");
            assert!(
                !title(&html).contains("alert"),
                "{name}: a title names what the page is about"
            );
            for shown in html.split('>').filter_map(|rest| rest.split('<').next()) {
                assert!(shown.chars().count() < 1500, "{name}: a text has no end");
            }
        }
    }
}

/// Marks of direction stay in what a person typed into a field, and nowhere else.
fn name_of_typed(html: &str) -> bool {
    html.split('\u{202e}').all(|before| {
        let tag = before.rfind('<').unwrap_or(0);
        let end = before.rfind('>').unwrap_or(0);
        tag >= end
    }) || {
        let outside = html.split('>').filter_map(|rest| rest.split('<').next());
        outside.into_iter().all(|text| !text.contains('\u{202e}'))
    }
}

/// Digests change with every edit of a file, so expected pages have none.
fn without_digests(html: &str) -> String {
    assets::all()
        .iter()
        .fold(html.to_owned(), |text, asset| text.replace(&asset.name, asset.source))
}

#[test]
fn pages_are_as_expected() {
    let folder = root().join("src/view/expected");
    for (name, page) in samples::day() {
        for lang in Lang::ALL {
            let found = without_digests(&page(lang));
            let path = folder.join(format!("{name}.{}.html", lang.tag()));
            if std::env::var_os("UPDATE").is_some() {
                std::fs::create_dir_all(&folder).unwrap();
                std::fs::write(&path, &found).unwrap();
            }
            let expected = std::fs::read_to_string(&path).unwrap_or_default();
            assert!(expected == found, "{} differs; UPDATE=1 writes it anew", path.display());
        }
    }
}

#[test]
fn pages_can_be_looked_at() {
    let Some(folder) = std::env::var_os("BINDELEDD_PAGES").map(PathBuf::from) else {
        return;
    };
    std::fs::create_dir_all(folder.join("assets")).unwrap();
    for asset in assets::all() {
        std::fs::write(folder.join("assets").join(&asset.name), &asset.bytes).unwrap();
    }
    for (name, page) in samples::day() {
        for lang in Lang::ALL {
            let html = page(lang).replace("\"/assets/", "\"assets/");
            std::fs::write(folder.join(format!("{name}.{}.html", lang.tag())), html).unwrap();
        }
    }
}
