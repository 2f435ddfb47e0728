//! Samples of Drift.

use bindeledd_core::Kind;
use bindeledd_core::account::Role;

use super::{Sample, at, frame, nasty, nasty_frame, sample};
use crate::errors::Errors;
use crate::frame::{Frame, Section};
use crate::markup::Text;
use crate::view::hub::{Nav, Place};
use crate::view::way::Who;
use crate::view::{account, adapter_switch, adapters, hub_state, keys, settings, user, user_form, user_link, users};

pub(crate) fn nav(at: Place) -> Nav {
    Nav {
        at,
        places: Place::ALL.to_vec(),
    }
}

pub(crate) fn day() -> Vec<Sample> {
    let mut pages = pages(false);
    let aside = adapters::View {
        may_reset: false,
        rows: Vec::new(),
        limits: None,
        ..adapters_page(false)
    };
    pages.push(sample("adapters-none", aside, adapters::render));
    let before = adapter_switch::View {
        back: true,
        grants: Vec::new(),
        meanwhile: true,
        ..switch_page(false)
    };
    pages.push(sample("adapter-back", before.clone(), adapter_switch::render));
    let nothing = adapter_switch::View {
        to: None,
        meanwhile: false,
        ..before
    };
    pages.push(sample("adapter-back-none", nothing, adapter_switch::render));
    let blocked = user::View {
        state: users::State::Blocked(at("2026-10-05T12:00:00+02:00")),
        sessions: Vec::new(),
        password_at: None,
        has_factor: false,
        errors: Errors::none(),
        ..user_page(false)
    };
    pages.push(sample("user-blocked", blocked, user::render));
    let one = keys::View {
        masters: vec!["5d41402abc4b2a76".into()],
        to_rewrap: 0,
        keys: Vec::new(),
        ..keys_page(false)
    };
    pages.push(sample("keys-none", one, keys::render));
    let mut ill = hub_state::View {
        is_ready: false,
        is_clock_right: false,
        is_whole: false,
        is_held: true,
        targets: Vec::new(),
        ..state_page(false)
    };
    pages.push(sample("hub-state-ill", ill.clone(), hub_state::render));
    ill.second_place = None;
    pages.push(sample("hub-state-no-place", ill, hub_state::render));
    pages
}

pub(crate) fn nasty_pages() -> Vec<Sample> {
    pages(true)
}

fn pages(is_nasty: bool) -> Vec<Sample> {
    vec![
        sample("adapters", adapters_page(is_nasty), adapters::render),
        sample("adapter-use", switch_page(is_nasty), adapter_switch::render),
        sample("hub-state", state_page(is_nasty), hub_state::render),
        sample("keys", keys_page(is_nasty), keys::render),
        sample("settings", settings_page(is_nasty), settings::render),
        sample("users", users_page(is_nasty), users::render),
        sample("user", user_page(is_nasty), user::render),
        sample("user-form", form_page(is_nasty), user_form::render),
        sample("user-link", link_page(is_nasty), user_link::render),
    ]
}

fn surroundings(is_nasty: bool) -> Frame {
    if is_nasty {
        nasty_frame(Section::Hub)
    } else {
        frame(Section::Hub)
    }
}

fn pick(is_nasty: bool, usual: &str) -> String {
    if is_nasty { nasty() } else { usual.to_owned() }
}

fn text(is_nasty: bool, usual: &str) -> Text {
    Text::new(&pick(is_nasty, usual))
}

/// An adapter with versions side by side, one of them in the shadow.
fn in_versions(is_nasty: bool, like: adapters::Row) -> adapters::Row {
    let text = |usual: &str| text(is_nasty, usual);
    let version = |name: &str, key: &str, state| adapters::Version {
        name: text(name),
        digest: text("9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"),
        key: text(key),
        state,
        installed: Some((at("2026-10-05T12:10:00+02:00"), text("Kari Berg"))),
        signed_by: None,
        waits: None,
    };
    adapters::Row {
        id: text("nav-measure"),
        versions: vec![
            adapters::Version {
                installed: None,
                ..version("0.3.1", "configured", adapters::VersionState::Ready)
            },
            adapters::Version {
                signed_by: Some(text("RWRU1234")),
                ..version("0.4.0", "9f86d081", adapters::VersionState::InUse)
            },
            adapters::Version {
                waits: Some(text("writes function-update; credentials archive")),
                ..version("0.5.0", "1b2b0b82", adapters::VersionState::Waits)
            },
        ],
        switched: Some((
            at("2026-10-05T12:14:00+02:00"),
            text("Kari Berg"),
            Some(text("nytt skjema")),
        )),
        has_before: true,
        shadow: Some(adapters::Shadow {
            name: text("0.5.0"),
            runs: true,
            until: at("2026-10-06T12:00:00+02:00"),
            documents: 412,
            different: 3,
            dropped: 8,
            paths: vec![(text("write body.Bundle.entry[].resource[].status[].@value"), 3)],
        }),
        ..like
    }
}

fn adapters_page(is_nasty: bool) -> adapters::View {
    let text = |usual: &str| text(is_nasty, usual);
    let gp = adapters::Row {
        id: text("gp-dialogmelding"),
        description: text("Dialogmelding 1.1 og AppRec for legekontorer."),
        version: text("0.3.1"),
        contract: text("0.1"),
        digest: text("9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"),
        formats: vec![text("Dialogmelding 1.1"), text("AppRec 1.1")],
        reads: vec![Kind::Question, Kind::Answer],
        writes: vec![Kind::ProgressUpdate],
        by_hand: false,
        parties: 4,
        aside: None,
        not_loaded: false,
        versions: Vec::new(),
        switched: None,
        has_before: false,
        shadow: None,
    };
    let letter = adapters::Row {
        id: text("print-letter"),
        formats: Vec::new(),
        reads: Vec::new(),
        by_hand: true,
        parties: 1,
        aside: Some(Some(at("2026-10-06T08:27:00+02:00"))),
        ..gp.clone()
    };
    adapters::View {
        frame: surroundings(is_nasty),
        nav: nav(Place::Adapters),
        rows: vec![gp.clone(), letter, in_versions(is_nasty, gp)],
        limits: Some(adapters::Limits {
            memory: 64_000_000,
            fuel: 250_000_000,
            fuel_per_byte: 500,
            input: 6_000_000,
            output: 8_000_000,
        }),
        may_reset: true,
    }
}

fn switch_page(is_nasty: bool) -> adapter_switch::View {
    let text = |usual: &str| text(is_nasty, usual);
    let version = |name: &str, key: &str| adapter_switch::Version {
        name: text(name),
        digest: text("9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"),
        key: text(key),
    };
    adapter_switch::View {
        frame: surroundings(is_nasty),
        id: text("nav-measure"),
        from: Some(version("0.4.0", "9f86d081")),
        to: Some(version("0.5.0", "1b2b0b82")),
        back: false,
        grants: vec![text("writes function-update"), text("credentials archive")],
        meanwhile: false,
        why: pick(is_nasty, ""),
        errors: Errors::none(),
    }
}

fn state_page(is_nasty: bool) -> hub_state::View {
    let target = |name: &str, waiting, given_up| hub_state::Target {
        name: text(is_nasty, name),
        is_all: waiting > 0,
        waiting,
        given_up,
    };
    hub_state::View {
        frame: surroundings(is_nasty),
        nav: nav(Place::State),
        is_ready: true,
        has_room: true,
        is_clock_right: true,
        rows: 184_203,
        is_whole: true,
        second_place: Some(hub_state::SecondPlace {
            written_at: Some(at("2026-10-06T10:42:01+02:00")),
            is_behind: false,
            is_halted: false,
            distance: hub_state::Distance::SameFileSystem,
        }),
        is_held: false,
        targets: vec![target("vakt", 0, 0), target("hendelser", 3, 1)],
    }
}

fn keys_page(is_nasty: bool) -> keys::View {
    let text = |usual: &str| text(is_nasty, usual);
    keys::View {
        frame: surroundings(is_nasty),
        nav: nav(Place::Keys),
        masters: vec![text("5d41402abc4b2a76"), text("7d793037a0760186")],
        wrapping: 2,
        to_rewrap: 1204,
        keys: vec![keys::Row {
            party: text("nordvik-aft"),
            name: text("Nordvik AFT"),
            id: text("b94d27b9934d3e08"),
            added: at("2026-03-01T09:00:00+01:00"),
        }],
    }
}

fn settings_page(is_nasty: bool) -> settings::View {
    let text = |usual: &str| text(is_nasty, usual);
    let row = |key: &str, value: &str, origin| settings::Row {
        key: text(key),
        value: text(value),
        origin,
    };
    let alerts = settings::Section {
        name: text("alerts"),
        rows: vec![
            row("alerts.endpoint_silent_minutes", "60", settings::Origin::Default),
            row("alerts.duty_hours", "\"08.00-16.00\"", settings::Origin::File),
        ],
    };
    let variable = settings::Origin::Environment(text("BINDELEDD__STORE__RETENTION_DAYS"));
    let store = settings::Section {
        name: text("store"),
        rows: vec![row("store.retention_days", "30", variable)],
    };
    settings::View {
        frame: surroundings(is_nasty),
        nav: nav(Place::Settings),
        sections: vec![alerts, store],
    }
}

fn ways(is_nasty: bool) -> Vec<users::Way> {
    let issuer = users::Way::Issuer {
        title: text(is_nasty, "Nordvik ID"),
        with_code: false,
    };
    vec![users::Way::Password { has_code: true }, issuer]
}

fn users_page(is_nasty: bool) -> users::View {
    let text = |usual: &str| text(is_nasty, usual);
    let row = users::Row {
        id: pick(is_nasty, "u1"),
        name: text("Klar Vind"),
        login: text("klar.vind"),
        roles: vec![Role::Operator, Role::Administrator],
        party: None,
        state: users::State::Active,
        ways: ways(is_nasty),
        last: Some(at("2026-10-06T08:27:00+02:00")),
    };
    users::View {
        frame: surroundings(is_nasty),
        nav: nav(Place::Users),
        rows: vec![
            row.clone(),
            users::Row {
                roles: vec![Role::MailboxUser],
                party: Some(text("Nordvik AFT")),
                state: users::State::NotSetUp,
                ways: Vec::new(),
                last: None,
                ..row.clone()
            },
            users::Row {
                roles: vec![Role::Viewer],
                state: users::State::Blocked(at("2026-10-05T12:00:00+02:00")),
                ..row
            },
        ],
    }
}

fn roles(is_nasty: bool) -> user_form::RolesForm {
    user_form::RolesForm {
        roles: vec![Role::Operator],
        party: pick(is_nasty, ""),
        parties: vec![(pick(is_nasty, "nordvik-aft"), text(is_nasty, "Nordvik AFT"))],
    }
}

fn user_page(is_nasty: bool) -> user::View {
    let text = |usual: &str| text(is_nasty, usual);
    user::View {
        frame: surroundings(is_nasty),
        nav: nav(Place::Users),
        id: pick(is_nasty, "u1"),
        name: text("Klar Vind"),
        login: text("klar.vind"),
        state: users::State::Active,
        made_at: at("2026-09-01T09:00:00+02:00"),
        made_by: Who::Person(text("Rolig Sti")),
        password_at: Some(at("2026-09-01T10:00:00+02:00")),
        has_factor: true,
        was: pick(is_nasty, "operator "),
        roles: roles(is_nasty),
        ways: ways(is_nasty),
        identities: vec![(text("Nordvik ID"), at("2026-09-01T12:00:00+02:00"))],
        last: Some((at("2026-10-06T08:27:00+02:00"), Some(text("Nordvik ID")))),
        email: is_nasty.then(nasty),
        sessions: vec![account::SessionRow {
            id: pick(is_nasty, "s1"),
            began: at("2026-10-06T08:00:00+02:00"),
            seen: at("2026-10-06T10:40:00+02:00"),
            end: None,
            is_own: false,
        }],
        errors: Errors::none().and("roles", pick(is_nasty, "Velg minst én rolle.")),
    }
}

fn form_page(is_nasty: bool) -> user_form::View {
    let wrong = |field, errors: Errors| errors.and(field, pick(is_nasty, "Feltet er tomt."));
    user_form::View {
        frame: surroundings(is_nasty),
        nav: nav(Place::Users),
        name: pick(is_nasty, ""),
        login: pick(is_nasty, "klar.vind"),
        email: pick(is_nasty, ""),
        roles: roles(is_nasty),
        errors: wrong("party", wrong("login", wrong("name", Errors::none()))),
    }
}

fn link_page(is_nasty: bool) -> user_link::View {
    user_link::View {
        frame: surroundings(is_nasty),
        id: pick(is_nasty, "u1"),
        name: text(is_nasty, "Klar Vind"),
        link: text(is_nasty, "https://hub.example/console/set-up/abc"),
        until: at("2026-10-06T10:57:07+02:00"),
    }
}
