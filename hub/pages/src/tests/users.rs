//! Users and roles.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use bindeledd_console::address;
use bindeledd_core::account::Role;
use bindeledd_core::audit::AuditAction;
use bindeledd_engine::ports::AuditFilter;

use super::browser::Console;
use crate::session;

const NEW: &[(&str, &str)] = &[
    ("name", "Ola <i>Vind"),
    ("login", "ola.vind"),
    ("roles", "operator"),
    ("roles", "auditor"),
];

#[tokio::test]
async fn a_new_user_gets_a_link_that_is_shown_once() {
    let console = Console::new().await;
    let mut kari = console.signed_in("kari", &[Role::Administrator]).await;
    assert!(
        kari.get(address::HUB)
            .await
            .html
            .contains(&format!("href=\"{}\"", address::USERS))
    );
    let shown = kari.act(address::NEW_USER, NEW).await;
    assert_eq!(shown.status, StatusCode::OK);
    let link = shown.between("data-key-once>", "</code>");
    assert!(link.starts_with("https://hub.example/console/set-up/"), "{link}");
    let set_up = console
        .browser()
        .get(link.trim_start_matches("https://hub.example"))
        .await;
    assert_eq!(set_up.status, StatusCode::OK);
    let list = kari.get(address::USERS).await.html;
    assert!(
        list.contains("Ola &#60;i&#62;Vind")
            && list.contains("Operatør, Revisor")
            && list.contains("Har ikke brukt lenken")
            && list.contains("Passord og engangskode")
    );

    // A second click meets the name that is taken, and keeps the typed text.
    let again = kari.act(address::NEW_USER, NEW).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(again.html.contains("id=\"login-error\"") && again.html.contains("value=\"ola.vind\""));
    assert!(again.html.contains("value=\"auditor\" checked") && !again.html.contains("value=\"viewer\" checked"));
}

#[tokio::test]
async fn a_link_and_the_origin_of_a_form_are_right_in_http_2() {
    let console = Console::new().await;
    let mut kari = console.signed_in("kari", &[Role::Administrator]).await;
    let token = kari.cookies[session::SESSION].clone();
    for (origin, status) in [
        ("https://hub.example", StatusCode::OK),
        ("https://other.example", StatusCode::FORBIDDEN),
    ] {
        // The address names the host, and no header does.
        let request = Request::builder()
            .method("POST")
            .uri(format!("https://hub.example{}", address::NEW_USER))
            .header(header::COOKIE, format!("{}={token}", session::SESSION))
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::ORIGIN, origin);
        let form = format!("csrf={}&name=Ola&login=ola&roles=operator", session::form_token(&token));
        let shown = kari.send(request.body(Body::from(form)).unwrap()).await;
        assert_eq!(shown.status, status, "{origin}: {}", shown.html);
        if status == StatusCode::OK {
            let link = shown.between("data-key-once>", "</code>");
            assert!(link.starts_with("https://hub.example/console/set-up/"), "{link}");
        }
    }
}

#[tokio::test]
async fn a_link_has_the_configured_address_and_not_that_behind_a_proxy() {
    let console = Console::at("https://console.example:8443").await;
    let mut kari = console.signed_in("kari", &[Role::Administrator]).await;
    let link = kari
        .act(address::NEW_USER, NEW)
        .await
        .between("data-key-once>", "</code>");
    assert!(
        link.starts_with("https://console.example:8443/console/set-up/"),
        "{link}"
    );
}

#[tokio::test]
async fn a_wrong_form_names_each_field() {
    let console = Console::new().await;
    let mut kari = console.signed_in("kari", &[Role::Administrator]).await;
    let page = kari.act(address::NEW_USER, &[("name", ""), ("login", "ø")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    for field in ["name", "login", "roles"] {
        assert!(
            page.html.contains(&format!("id=\"{field}-error\"")),
            "{field}: {}",
            page.html
        );
        assert!(page.html.contains(&format!("href=\"#{field}\"")), "{field}");
    }
    let mixed = [("name", "Ola"), ("login", "ola"), ("roles", "mailbox-user")];
    assert!(
        kari.act(address::NEW_USER, &mixed)
            .await
            .html
            .contains("id=\"party-error\"")
    );
}

#[tokio::test]
async fn roles_change_at_once_and_not_over_somebody_elses_change() {
    let console = Console::new().await;
    let (id, _) = console.account("ola", &[Role::Operator]).await;
    let mut kari = console.signed_in("kari", &[Role::Administrator]).await;
    let page = address::user(&id.to_string());
    let seen = kari.get(&page).await;
    let was = seen.between("name=\"was\" value=\"", "\"");
    let act = format!("{page}/roles");
    let to_viewer = [("was", was.as_str()), ("roles", "viewer")];
    assert_eq!(kari.act(&act, &to_viewer).await.to(), page);
    assert!(kari.get(&page).await.html.contains("value=\"viewer\" checked"));
    // A second click is harmless, and an older page changes nothing.
    assert_eq!(kari.act(&act, &to_viewer).await.to(), page);
    let older = kari
        .act(&act, &[("was", was.as_str()), ("roles", "administrator")])
        .await;
    assert_eq!(older.to(), format!("{page}?first=1"));
    assert!(kari.get(older.to()).await.html.contains("Noen andre var før deg"));
    let changes = AuditFilter {
        action: Some(AuditAction::UserRoles),
        limit: 10,
        ..AuditFilter::default()
    };
    let rows = console.test.engine().audit().audit_rows(&changes).await.unwrap();
    assert_eq!(rows.len(), 1);
    assert!(rows[0].actor.starts_with("person:"), "{rows:?}");
}

#[tokio::test]
async fn an_account_is_blocked_reset_and_signed_out_and_the_last_administrator_stays() {
    let console = Console::new().await;
    let mut ola = console.signed_in("ola", &[Role::Viewer]).await;
    let mut kari = console.signed_in("kari", &[Role::Administrator]).await;
    let list = kari.get(address::USERS).await;
    let ids: Vec<_> = list
        .html
        .match_indices("href=\"/console/hub/users/")
        .map(|(at, _)| {
            let rest = &list.html[at + 6..];
            rest[..rest.find('"').unwrap()].to_owned()
        })
        .filter(|to| to != address::NEW_USER)
        .collect();
    let [of_kari, of_ola] = ids.as_slice() else {
        panic!("{ids:?}")
    };

    assert_eq!(kari.act(&format!("{of_ola}/block"), &[]).await.to(), of_ola);
    assert!(ola.get(address::NOW).await.to().starts_with(address::SIGN_IN));
    assert!(
        kari.act(&format!("{of_ola}/block"), &[])
            .await
            .to()
            .ends_with("?first=1")
    );
    assert_eq!(kari.act(&format!("{of_ola}/unblock"), &[]).await.to(), of_ola);
    let reset = kari.act(&format!("{of_ola}/reset"), &[]).await;
    assert!(reset.between("data-key-once>", "</code>").contains("/console/set-up/"));

    let page = kari.act(&format!("{of_kari}/block"), &[]).await;
    assert_eq!(page.status, StatusCode::CONFLICT);
    assert!(page.html.contains("id=\"roles-error\""), "{}", page.html);
    assert_eq!(kari.act(&format!("{of_kari}/sign-out"), &[]).await.to(), of_kari);
    assert!(kari.get(address::NOW).await.to().starts_with(address::SIGN_IN));
}
