//! Routes for the accounts of persons who sign in. An account stands in an address by its id, since a login name may be an
//! e-mail address.

use bindeledd_http::{Answer, Body, Route, handler};

use super::parameters::ACCOUNT;
use crate::inbound::requests::{NewUserRequest, SignOutRequest, UserLookup, UserRolesRequest};
use crate::inbound::state::Inner;
use crate::inbound::users::{self, NewUserJson, SessionsJson, SetUpLinkJson, SignedOutJson, UserJson, UsersJson};

pub(super) static ROUTES: [Route<Inner>; 10] = [
    Route {
        id: "listUsers",
        summary: "List the accounts of persons who sign in",
        answers: &[Answer::json::<UsersJson<'_>>(200)],
        ..Route::get("/v1/admin/users", handler!(users::list))
    },
    Route {
        id: "addUser",
        summary: "Give a person an account; the answer has the link by which the person sets the password, once and within 15 minutes",
        body: Some(Body::json::<NewUserRequest>()),
        answers: &[Answer::json::<NewUserJson<'_>>(201)],
        errors: &[
            "BL-1001", "BL-1002", "BL-1003", "BL-1004", "BL-1005", "BL-1104", "BL-1201",
        ],
        ..Route::post("/v1/admin/users", handler!(users::add))
    },
    Route {
        id: "lookUpUser",
        summary: "Look an account up by its login name, which stands in the body and never in an address",
        body: Some(Body::json::<UserLookup>()),
        answers: &[Answer::json::<UserJson<'_>>(200)],
        errors: &["BL-1001", "BL-1002", "BL-1003", "BL-1004", "BL-1107"],
        ..Route::post("/v1/admin/users/lookup", handler!(users::look_up))
    },
    Route {
        id: "getUser",
        summary: "Read an account",
        params: &[ACCOUNT],
        answers: &[Answer::json::<UserJson<'_>>(200)],
        errors: &["BL-1107"],
        ..Route::get("/v1/admin/users/{id}", handler!(users::get))
    },
    Route {
        id: "disableUser",
        summary: "Disable an account: its sessions end, and nobody signs in with it",
        params: &[ACCOUNT],
        answers: &[Answer::json::<UserJson<'_>>(200)],
        errors: &["BL-1107", "BL-1202"],
        ..Route::post("/v1/admin/users/{id}/disable", handler!(users::disable))
    },
    Route {
        id: "enableUser",
        summary: "Enable a disabled account",
        params: &[ACCOUNT],
        answers: &[Answer::json::<UserJson<'_>>(200)],
        errors: &["BL-1107"],
        ..Route::post("/v1/admin/users/{id}/enable", handler!(users::enable))
    },
    Route {
        id: "resetUser",
        summary: "Remove the password, the second factor and the sessions of an account; the answer has the link for a new password",
        params: &[ACCOUNT],
        answers: &[Answer::json::<SetUpLinkJson>(200)],
        errors: &["BL-1107"],
        ..Route::post("/v1/admin/users/{id}/reset", handler!(users::reset))
    },
    Route {
        id: "setUserRoles",
        summary: "Give an account other roles, at once for its sessions too",
        params: &[ACCOUNT],
        body: Some(Body::json::<UserRolesRequest>()),
        answers: &[Answer::json::<UserJson<'_>>(200)],
        errors: &[
            "BL-1001", "BL-1002", "BL-1003", "BL-1004", "BL-1005", "BL-1104", "BL-1107", "BL-1202",
        ],
        ..Route::post("/v1/admin/users/{id}/roles", handler!(users::set_roles))
    },
    Route {
        id: "listUserSessions",
        summary: "List the sessions of an account",
        params: &[ACCOUNT],
        answers: &[Answer::json::<SessionsJson>(200)],
        errors: &["BL-1107"],
        ..Route::get("/v1/admin/users/{id}/sessions", handler!(users::sessions))
    },
    Route {
        id: "signUserOut",
        summary: "End the sessions of an account, or one of them",
        params: &[ACCOUNT],
        body: Some(Body::optional_json::<SignOutRequest>()),
        answers: &[Answer::json::<SignedOutJson>(200)],
        errors: &["BL-1001", "BL-1003", "BL-1004", "BL-1107"],
        ..Route::post("/v1/admin/users/{id}/sign-out", handler!(users::sign_out))
    },
];
