//! Synthetic data for the tests of the pages: what a day looks like, and what nobody should send.

pub(crate) mod compose;
mod consents;
mod entry;
mod hub;
mod log;
mod mailbox;
pub(crate) mod meg;
mod meg_yes;
pub(crate) mod messages;
mod openings;
mod own_consents;
mod parties;
mod requests;

use jiff::{SignedDuration, Timestamp};

use bindeledd_core::alert::{AlertKind, AlertStanding};
use bindeledd_core::audit::AuditAction;

use super::{account, alerts, enrol, figures, help, new_password, now as first, problem, second_factor, sign_in};
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
        menu: Section::OF_CONSOLE.to_vec(),
        section: Some(section),
        matters: 5,
        csrf: "k1".to_owned(),
        other_language: "/console?lang=en".to_owned(),
        is_live: true,
        ..signed_out()
    }
}

/// Returns the frame of a person of a mailbox.
pub(crate) fn mailbox_frame(section: Section) -> Frame {
    Frame {
        person: Some(Person {
            name: "Blid Måke".into(),
        }),
        menu: Section::OF_MAILBOX.to_vec(),
        section: Some(section),
        openings: Some(0),
        is_mailbox: true,
        other_language: "/console/language?to=en&back=%2Fmailbox".to_owned(),
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
    pages.extend(gate(false));
    pages.push(sample("now", now_day(), first::render));
    let mut unbalanced = now_day();
    unbalanced.balance.all += 1;
    let differs = matter(first::Cause::Unbalanced, "2026-10-06T10:42:07+02:00");
    unbalanced.matters.insert(0, differs);
    unbalanced.frame.matters += 1;
    pages.push(sample("now-unbalanced", unbalanced, first::render));
    let mut calm = now_day();
    calm.matters.clear();
    calm.frame.matters = 0;
    pages.push(sample("now-calm", calm.clone(), first::render));
    calm.balance = first::Balance {
        all: 0,
        parts: Vec::new(),
        oldest_waiting: None,
    };
    (calm.solved, calm.coming, calm.done) = (None, Vec::new(), Vec::new());
    calm.figures = None;
    calm.start = Some(first::Start {
        party: (true, "/console/parties".to_owned()),
        consent: (false, "/console/participants".to_owned()),
        message: (false, "/console/messages".to_owned()),
    });
    pages.push(sample("now-empty", calm, first::render));
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
    pages.extend(messages::day());
    pages.extend(openings::day());
    pages.extend(parties::day());
    pages.extend(consents::day());
    pages.extend(log::day());
    pages.extend(hub::day());
    pages.extend(mailbox::day());
    pages.extend(entry::day());
    pages.extend(compose::day());
    pages.extend(own_consents::day());
    pages.extend(own_consents::withdrawals());
    pages.extend(requests::day());
    pages.extend(meg::samples());
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
    sign_in.way_out = Some((nasty().into(), nasty()));
    let mut pages = vec![
        sample("problem", problem, problem::render),
        sample("sign-in", sign_in, sign_in::render),
        sample("now", now_nasty(), first::render),
    ];
    pages.extend(gate(true));
    pages.extend(messages::nasty_pages());
    pages.extend(openings::nasty_pages());
    pages.extend(parties::nasty_pages());
    pages.extend(consents::nasty_pages());
    pages.extend(log::nasty_pages());
    pages.extend(hub::nasty_pages());
    pages.extend(mailbox::nasty_pages());
    pages.extend(entry::nasty_pages());
    pages.extend(compose::nasty_pages());
    pages.extend(own_consents::nasty_pages());
    pages.extend(requests::nasty_pages());
    pages.extend(meg::nasty_samples());
    pages
}

fn sign_in_day() -> sign_in::View {
    sign_in::View {
        frame: signed_out(),
        login: "klar.vind".to_owned(),
        to: "/console".to_owned(),
        errors: Errors::none(),
        has_accounts: true,
        issuers: vec![(
            "Nordvik kommune".into(),
            "/console/openid/start/nordvik?to=%2Fconsole".to_owned(),
        )],
        way_out: None,
    }
}

/// Returns the further pages of sign-in.
fn gate(is_nasty: bool) -> Vec<Sample> {
    let pick = |usual: &str| if is_nasty { nasty() } else { usual.to_owned() };
    let frame = || {
        if is_nasty {
            nasty_frame(Section::Now)
        } else {
            signed_out()
        }
    };
    let wrong = |field| Errors::none().and(field, pick("Koden er feil. Den har seks sifre."));
    let codes = enrol::Step::Codes {
        codes: (0..10).map(|i| Text::new(&pick(&format!("abcd-efg{i}")))).collect(),
        onwards: pick("/console"),
    };
    let secret = enrol::Step::Secret {
        secret: pick("JBSW Y3DP EHPK 3PXP").into(),
        link: pick("otpauth://totp/Bindeledd:klar.vind?secret=JBSWY3DPEHPK3PXP"),
        errors: wrong("code"),
    };
    let second = second_factor::View {
        frame: frame(),
        to: pick("/console"),
        errors: wrong("code"),
    };
    let password = new_password::View {
        frame: frame(),
        account: new_password::Account::Existing(pick("klar.vind").into()),
        action: pick("/console/set-up/abc"),
        issuers: vec![(pick("Entra ID").into(), pick("/console/openid/start/entra?link=abc"))],
        shortest: 12,
        errors: wrong("again"),
    };
    let first = new_password::View {
        account: new_password::Account::First {
            login: pick("klar.vind"),
            name: pick("Klar Vind"),
        },
        issuers: Vec::new(),
        ..password.clone()
    };
    let enrol = |step| enrol::View { frame: frame(), step };
    vec![
        sample("second-factor", second, second_factor::render),
        sample("enrol-secret", enrol(secret), enrol::render),
        sample("enrol-codes", enrol(codes), enrol::render),
        sample("new-password", password, new_password::render),
        sample("first-account", first, new_password::render),
        sample("account", account_sample(is_nasty), account::render),
        sample("help", help_sample(is_nasty, false), help::render),
        sample("alerts", alerts_sample(is_nasty, AlertStanding::Open), alerts::render),
        sample(
            "alerts-closed",
            alerts_sample(is_nasty, AlertStanding::Closed),
            alerts::render,
        ),
        sample("help-code", help_sample(is_nasty, true), help::render),
    ]
}

fn alerts_sample(is_nasty: bool, standing: AlertStanding) -> alerts::View {
    let pick = |usual: &str| if is_nasty { nasty() } else { usual.to_owned() };
    let is_closed = standing == AlertStanding::Closed;
    let row = |id: &str, kind| alerts::Row {
        id: id.to_owned(),
        kind,
        since: at("2026-10-06T08:27:00+02:00"),
        times: 6,
        party: Some(Text::new(&pick("Fjellvik legekontor"))),
        phone: Some(Text::new(&pick("22 11 22 33"))),
        code: Some(Text::new(&pick("BL-4002"))),
        address: Some(pick("/console/parties/fjellvik")),
        by: is_closed.then(|| (Some(Text::new(&pick("Rolig Sti"))), at("2026-10-06T09:00:00+02:00"))),
        word: is_closed.then(|| Text::new(&pick("ringte legekontoret"))),
        pushes: Vec::new(),
    };
    let by_itself = alerts::Row {
        by: is_closed.then(|| (None, at("2026-10-06T09:00:00+02:00"))),
        word: None,
        pushes: pushes(&pick),
        ..row("a2", AlertKind::ReceiptOverdue)
    };
    alerts::View {
        frame: if is_nasty {
            nasty_frame(Section::Hub)
        } else {
            frame(Section::Hub)
        },
        nav: hub::nav(crate::view::hub::Place::Alerts),
        standing,
        rows: vec![row("a1", AlertKind::EndpointSilent), by_itself],
        older: Some(pick("/console/hub?state=open&before=a2")),
        newest: Some(pick("a1")),
        newer: 2,
        limits: alerts::Threshold::ALL
            .map(|of| alerts::Limit {
                of,
                value: Text::new(&pick("4")),
            })
            .to_vec(),
        may_operate: true,
        wrong: (!is_closed).then(|| {
            let errors = Errors::none().and("word", pick("Skriv en linje."));
            ("a1".to_owned(), pick("Kari"), errors)
        }),
    }
}

fn pushes(pick: &dyn Fn(&str) -> String) -> Vec<alerts::Push> {
    let push = |target: &str, at: Option<&str>, next: Option<&str>| alerts::Push {
        target: Text::new(&pick(target)),
        at: at.map(self::at),
        failed: at.is_none().then(|| alerts::Failed {
            tries: 7,
            at: self::at("2026-10-06T10:40:00+02:00"),
            answer: next.is_none().then_some(410),
            next: next.map(self::at),
        }),
    };
    vec![
        push("vakt", Some("2026-10-06T08:28:00+02:00"), None),
        push("hendelser", None, Some("2026-10-06T10:45:00+02:00")),
        push("eldre", None, None),
    ]
}

fn help_sample(is_nasty: bool, is_article: bool) -> help::View {
    let text = |usual: &str| Text::new(&if is_nasty { nasty() } else { usual.to_owned() });
    help::View {
        frame: Frame {
            section: None,
            is_live: false,
            ..if is_nasty {
                nasty_frame(Section::Now)
            } else {
                frame(Section::Now)
            }
        },
        rows: vec![help::Row {
            code: "BL-1101".into(),
            title: text("Nobody is known by that key"),
        }],
        article: is_article.then(|| help::Article {
            code: "BL-1101".into(),
            title: text("Nobody is known by that key"),
            sections: vec![(text("What happened"), vec![text("The request has no key.")])],
        }),
    }
}

fn account_sample(is_nasty: bool) -> account::View {
    let pick = |usual: &str| if is_nasty { nasty() } else { usual.to_owned() };
    let session = |id: &str, began: &str, is_own| account::SessionRow {
        id: pick(id),
        began: at(began),
        seen: at("2026-10-06T10:40:00+02:00"),
        end: None,
        is_own,
    };
    let frame = Frame {
        section: None,
        is_live: false,
        ..if is_nasty {
            nasty_frame(Section::Now)
        } else {
            frame(Section::Now)
        }
    };
    account::View {
        frame,
        login: pick("klar.vind").into(),
        name: pick("Klar Vind").into(),
        roles: bindeledd_core::account::Role::ALL.to_vec(),
        sessions: vec![
            session("s1", "2026-10-06T08:00:00+02:00", true),
            account::SessionRow {
                end: Some((at("2026-10-05T16:00:00+02:00"), account::End::SignedOut)),
                ..session("s2", "2026-10-05T08:00:00+02:00", false)
            },
        ],
        shortest: 12,
        mail: Some(account::MailForm {
            email: pick("klar.vind@fontenehuset.example"),
            is_on: true,
            is_sent: false,
        }),
        errors: Errors::none().and("old", pick("Det gamle passordet er feil.")),
    }
}

fn matter(cause: first::Cause, since: &str) -> first::Matter {
    first::Matter {
        cause,
        since: at(since),
        from: None,
        to: None,
        participant: None,
        waiting: None,
        times: 1,
        next_attempt: None,
        code: None,
        taken_by: None,
        address: "/console/messages?cause=1".to_owned(),
        step: Some("/console/messages?cause=1".to_owned()),
    }
}

fn matters() -> Vec<first::Matter> {
    use first::Cause::{Alert, Failing};
    vec![
        first::Matter {
            from: Some("Nordvik AFT".into()),
            to: Some("Nav Nordvik".into()),
            participant: Some("p-7k3m-q2ra".into()),
            ..matter(Alert(AlertKind::EndingWithoutDialogue), "2026-10-06T10:04:00+02:00")
        },
        first::Matter {
            to: Some("Fjellvik legekontor".into()),
            waiting: Some(14),
            next_attempt: Some(at("2026-10-06T10:48:02+02:00")),
            ..matter(Failing, "2026-10-06T08:27:00+02:00")
        },
        first::Matter {
            from: Some("Solsiden helse".into()),
            to: Some("Havneservice".into()),
            times: 6,
            code: Some("BL-2001".into()),
            taken_by: Some("Rolig Sti".into()),
            ..matter(Alert(AlertKind::RepeatedBlocks), "2026-10-06T07:55:00+02:00")
        },
        matter(Alert(AlertKind::ReceiptOverdue), "2026-10-05T08:40:00+02:00"),
        matter(Alert(AlertKind::CertificateExpiring), "2026-10-02T08:40:00+02:00"),
    ]
}

fn now_day() -> first::View {
    use first::Part;
    first::View {
        frame: frame(Section::Now),
        balance: first::Balance {
            all: 412,
            parts: vec![
                (Part::Delivered, 371),
                (Part::AwaitingReceipt, 8),
                (Part::Waiting, 21),
                (Part::Blocked, 6),
                (Part::Bad, 3),
                (Part::Off, 3),
            ],
            oldest_waiting: Some(at("2026-10-06T08:27:00+02:00")),
        },
        matters: matters(),
        solved: Some((7, "/console/hub#solved".to_owned())),
        well: vec![
            first::Fact::Store {
                is_ready: true,
                has_room: true,
            },
            first::Fact::Log {
                rows: 48_211,
                is_whole: true,
            },
            first::Fact::Parties { accepting: 8, all: 9 },
            first::Fact::Adapters { working: 5, all: 5 },
            first::Fact::SecondPlace {
                written_at: Some(at("2026-10-06T10:41:58+02:00")),
                is_well: true,
                is_apart: true,
            },
        ],
        runs: vec![first::RunUnderWay {
            id: "019d0f2e-8c1a-7b60-9a57-3a5f0d1c2b4e".to_owned(),
            who: Some("Rolig Sti".into()),
            began_at: at("2026-10-06T09:55:00+02:00"),
            total: 14,
            done: 3,
        }],
        done: vec![
            first::Done {
                who: Some("Rolig Sti".into()),
                act: AuditAction::PartyChanged,
                at: at("2026-10-06T09:50:00+02:00"),
                about: Some("Fjellvik legekontor".into()),
                address: None,
                roll_back: Some("/console/parties/fjellvik/roll-back/2".to_owned()),
            },
            first::Done {
                who: Some("Rolig Sti".into()),
                act: AuditAction::AdapterReset,
                at: at("2026-10-05T14:05:00+02:00"),
                about: Some("provider-json".into()),
                address: Some("/console/log".to_owned()),
                roll_back: None,
            },
        ],
        coming: vec![first::Coming {
            at: at("2026-10-29T12:00:00+01:00"),
            what: "Sertifikatet mot Helsenettet går ut".into(),
            about: "4 aktører".into(),
        }],
        start: None,
        figures: Some(figures_day()),
    }
}

fn figures_day() -> figures::Figures {
    let counts = [
        (1, 0),
        (0, 1),
        (2, 1),
        (3, 4),
        (9, 8),
        (16, 19),
        (28, 30),
        (41, 38),
        (39, 45),
        (52, 49),
        (61, 57),
        (54, 63),
        (66, 60),
        (40, 58),
    ];
    let begin = at("2026-10-06T04:00:00+02:00");
    let half = |(n, (today, before)): (i64, (u64, u64))| figures::Half {
        begin: begin + SignedDuration::from_mins(30 * n),
        today: (n < 14).then_some(today),
        before,
        median: (n != 1).then(|| SignedDuration::from_millis(1_100 + 20 * n)),
        most: (n != 1).then(|| SignedDuration::from_millis(3_000 + 300 * n)),
    };
    let pair = |from: &str, to: &str, sent, blocked| figures::Pair {
        from: (from.to_lowercase(), from.into()),
        to: (to.to_lowercase(), to.into()),
        sent,
        blocked,
        is_failing: to.starts_with("Fjellvik"),
        address: "/console/messages?party=x&time=today".to_owned(),
        blocked_address: "/console/messages?party=x&state=blocked&time=today".to_owned(),
    };
    figures::Figures {
        halves: (0..).zip(counts).map(half).collect(),
        weekday: jiff::civil::Weekday::Tuesday,
        outages: vec![("Fjellvik legekontor".into(), at("2026-10-06T08:27:00+02:00"))],
        median: Some(SignedDuration::from_millis(1_200)),
        most: Some(SignedDuration::from_millis(4_600)),
        goal: SignedDuration::from_secs(10),
        pairs: vec![
            pair("Nordvik AFT", "Nav Nordvik", 96, 0),
            pair("Lyngen Vekst", "Nav Nordvik", 58, 0),
            pair("Nordvik AFT", "Fjellvik legekontor", 31, 0),
            pair("Solsiden helse", "Nordvik AFT", 28, 0),
            pair("Solsiden helse", "Havneservice", 15, 6),
        ],
    }
}

fn now_nasty() -> first::View {
    let text = || Text::new(&nasty());
    let mut view = now_day();
    view.frame = nasty_frame(Section::Now);
    view.balance.all = u64::MAX;
    for matter in &mut view.matters {
        (matter.from, matter.to, matter.participant) = (Some(text()), Some(text()), Some(text()));
        (matter.code, matter.taken_by) = (Some(text()), Some(text()));
        (matter.address, matter.step) = (nasty(), Some(nasty()));
    }
    view.well = vec![
        first::Fact::Store {
            is_ready: false,
            has_room: false,
        },
        first::Fact::Log {
            rows: u64::MAX,
            is_whole: false,
        },
        first::Fact::SecondPlace {
            written_at: None,
            is_well: false,
            is_apart: false,
        },
    ];
    (view.runs[0].id, view.runs[0].who) = (nasty(), Some(text()));
    (view.done[0].who, view.done[0].about) = (Some(text()), Some(text()));
    view.done[0].address = Some(nasty());
    view.coming[0].what = text();
    if let Some(figures) = &mut view.figures {
        figures.outages[0].0 = text();
        for pair in &mut figures.pairs {
            (pair.from, pair.to, pair.sent, pair.blocked) = ((nasty(), text()), (nasty(), text()), u64::MAX / 8, 1);
            (pair.address, pair.blocked_address) = (nasty(), nasty());
        }
    }
    view.solved = Some((1, nasty()));
    view
}

#[test]
fn an_account_that_does_not_add_up_says_so() {
    let mut view = now_day();
    assert!(first::render(&view, Lang::Bokmal).contains("og alle er gjort rede for"));
    view.balance.all += 1;
    assert!(first::render(&view, Lang::Bokmal).contains("går ikke opp"));
}
