//! Synthetic data for the tests of the pages: what a day looks like, and what nobody should send.

use jiff::Timestamp;

use super::{problem, sign_in};
use crate::errors::Errors;
use crate::frame::{Frame, Notice, Person, Section, Tone};
use crate::lang::Lang;
use crate::markup::Text;

/// A text with markup, quotes, marks of direction, several scripts and no end.
pub(crate) fn nasty() -> String {
    let long = "x".repeat(3000);
    format!("<script>alert(1)</script>\"'><img src=x onerror=y>&\u{202e}txt.exe\u{202c} ŋáđ čšŧž שלום 数据 {long}")
}

pub(crate) fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// The time of every sample: a Tuesday in October.
pub(crate) fn now() -> Timestamp {
    at("2026-10-06T10:42:07+02:00")
}

pub(crate) fn frame(section: Section) -> Frame {
    Frame {
        person: Some(Person {
            name: "Klar Vind".into(),
        }),
        menu: Section::ALL.to_vec(),
        section: Some(section),
        matters: 5,
        csrf: "k1".to_owned(),
        other_language: "/console?lang=en".to_owned(),
        is_live: true,
        ..signed_out()
    }
}

pub(crate) fn signed_out() -> Frame {
    Frame {
        other_language: "/console/sign-in?lang=en".to_owned(),
        csrf: "k0".to_owned(),
        ..Frame::signed_out(now(), "Nordvik".into(), "0.1.0".into())
    }
}

/// Returns a frame in which everything from outside is nasty.
pub(crate) fn nasty_frame(section: Section) -> Frame {
    let text = Text::new(&nasty());
    Frame {
        place: text.clone(),
        version: text.clone(),
        person: Some(Person { name: text.clone() }),
        csrf: nasty(),
        other_language: nasty(),
        notice: Some(Notice {
            tone: Tone::Warning,
            text,
        }),
        ..frame(section)
    }
}

/// A page of the samples: its name, and the page in a language.
pub(crate) type Sample = (String, Box<dyn Fn(Lang) -> String>);

fn sample<V: 'static>(name: &str, view: V, render: fn(&V, Lang) -> String) -> Sample {
    (name.to_owned(), Box::new(move |lang| render(&view, lang)))
}

/// Returns every page with the data of a day.
pub(crate) fn day() -> Vec<Sample> {
    let mut pages = vec![sample("sign-in", sign_in_day(), sign_in::render)];
    for cause in problem::Cause::ALL {
        let view = problem::View {
            frame: frame(Section::Messages),
            cause,
            code: Some("BL-6001".into()),
            onwards: Some("/console/messages".to_owned()),
        };
        pages.push(sample(
            &format!("problem-{cause:?}").to_lowercase(),
            view,
            problem::render,
        ));
    }
    pages
}

/// Returns every page with nasty data in every field.
pub(crate) fn nasty_pages() -> Vec<Sample> {
    let problem = problem::View {
        frame: nasty_frame(Section::Messages),
        cause: problem::Cause::NotFound,
        code: Some(nasty().into()),
        onwards: Some(nasty()),
    };
    let mut sign_in = sign_in_day();
    sign_in.frame = nasty_frame(Section::Now);
    sign_in.login = nasty();
    sign_in.to = nasty();
    sign_in.errors = Errors::none().and("login", nasty()).and("password", nasty());
    sign_in.issuers = vec![(nasty().into(), nasty())];
    vec![
        sample("problem", problem, problem::render),
        sample("sign-in", sign_in, sign_in::render),
    ]
}

fn sign_in_day() -> sign_in::View {
    sign_in::View {
        frame: signed_out(),
        login: "klar.vind".to_owned(),
        to: "/console".to_owned(),
        errors: Errors::none(),
        has_accounts: true,
        issuers: vec![("Nordvik kommune".into(), "/console/sign-in/nordvik".to_owned())],
    }
}
