//! Every route with every role, from the tables themselves.

use axum::http::StatusCode;
use bindeledd_core::account::{Role, Roles};
use bindeledd_http::Verb;

use super::browser::{Console, person};
use crate::needs::Needs;
use crate::route::PageRoute;
use crate::routes;

/// The routes of persons. Those of participants, who have no account, are in `meg.rs`.
fn of_persons() -> impl Iterator<Item = &'static PageRoute> {
    routes::all().filter(|route| !route.needs.is_of_participant())
}

/// Returns an address of a route, with something in the place of each parameter.
fn address(path: &str) -> String {
    let part = |part: &str| {
        if part.starts_with('{') {
            "x".to_owned()
        } else {
            part.to_owned()
        }
    };
    path.split('/').map(part).collect::<Vec<_>>().join("/")
}

#[tokio::test]
async fn each_route_admits_the_roles_that_it_names_and_nobody_else() {
    let console = Console::new().await;
    let mut stranger = console.browser();
    for route in of_persons() {
        let path = address(route.path);
        let seen = match route.method {
            Verb::Get => stranger.get(&path).await,
            Verb::Post => stranger.post(&path, &[]).await,
        };
        match (route.needs, route.method) {
            (Needs::Nobody, _) => assert_ne!(seen.status, StatusCode::UNAUTHORIZED, "{path}"),
            (_, Verb::Get) => assert!(seen.to().starts_with("/console/sign-in?to="), "{path}"),
            (_, Verb::Post) => assert_eq!(seen.status, StatusCode::UNAUTHORIZED, "{path}"),
        }
        assert!(!seen.status.is_server_error(), "{path}: {}", seen.status);
        // Strangers' requests are counted by address.
        console.advance(std::time::Duration::from_secs(1));
    }
    for role in Role::ALL {
        let roles: Roles = person("kari", &[*role]).roles;
        let mut signed_in = None;
        for (n, route) in of_persons().enumerate() {
            let path = address(route.path);
            // A route may have ended the session.
            let mut browser = match signed_in.take() {
                Some(browser) => browser,
                None => console.signed_in(&format!("{}-{n}", role.code()), &[*role]).await,
            };
            let seen = match route.method {
                Verb::Get => browser.get(&path).await,
                Verb::Post => browser.act(&path, &[]).await,
            };
            let is_refused = seen.status == StatusCode::FORBIDDEN;
            assert_eq!(
                is_refused,
                !route.needs.admits(&roles),
                "{role} {path}: {}",
                seen.status
            );
            assert!(!seen.status.is_server_error(), "{role} {path}: {}", seen.status);
            if browser.get(bindeledd_console::address::ACCOUNT).await.status == StatusCode::OK {
                signed_in = Some(browser);
            }
        }
    }
}

#[test]
fn only_reading_needs_no_form() {
    for route in routes::all() {
        let folders: &[&str] = if route.needs.is_of_participant() {
            &["/meg"]
        } else {
            &["/console", "/mailbox"]
        };
        let is_own = folders.iter().any(|folder| route.path.starts_with(folder));
        assert!(is_own, "{}", route.path);
        assert!(
            route.method == Verb::Post || route.method == Verb::Get,
            "{}",
            route.path
        );
    }
}
