//! Requests about the accounts of persons. A login name may be an e-mail address: it stands in a body, never in an address.

use bindeledd_accounts::Person;
use bindeledd_core::account::{DisplayName, LoginName, Role, Roles, RolesError};
use bindeledd_core::notice::EmailAddress;
use bindeledd_core::{InputCode, InputError, PartyId, SessionId};
use bindeledd_fields::Fields;
use schemars::JsonSchema;
use serde_json::json;

use super::Request;
use super::fields::{EMAIL, PARTY_ID, SOMETHING};

/// The pattern of a login name.
const LOGIN: &str = "^[A-Za-z0-9._@+-]{3,64}$";
/// The pattern of a role's code. The reader knows the codes, and the rules about roles of the console and of a mailbox.
const ROLE: &str = "^[a-z]{4,}(-[a-z]{4,})?$";
/// The pattern of an id.
const UUID: &str = "^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$";

/// Person who gets an account.
#[derive(JsonSchema)]
#[schemars(
    rename = "NewUser",
    deny_unknown_fields,
    example = json!({ "login": "kari.nordmann", "name": "Kari Nordmann", "roles": ["operator", "auditor"] }),
    example = json!({ "login": "ola@nordvik.example", "name": "Ola", "roles": ["mailbox-user"], "party": "nordvik-aft", "email": "ola@nordvik.example" })
)]
pub(crate) struct NewUserRequest {
    /// Login name: 3 to 64 of a-z, 0-9 and . _ - @ +. Upper case is folded.
    #[schemars(with = "String", regex(pattern = LOGIN))]
    pub(crate) login: LoginName,
    /// Name that pages show.
    #[schemars(with = "String", length(min = 1, max = 100), regex(pattern = SOMETHING))]
    pub(crate) name: DisplayName,
    /// Roles of the console: viewer, operator, auditor, administrator. Or of a party's mailbox: mailbox-user, team-leader.
    #[schemars(with = "Vec<String>", length(min = 1), inner(regex(pattern = ROLE)))]
    pub(crate) roles: Roles,
    /// Party of the mailbox, for roles of a mailbox.
    #[schemars(with = "Option<String>", regex(pattern = PARTY_ID))]
    pub(crate) party: Option<PartyId>,
    /// Address for mails without content that tell a person of a mailbox that something waits.
    #[schemars(with = "Option<String>", length(max = 254), regex(pattern = EMAIL))]
    pub(crate) email: Option<EmailAddress>,
}

impl Request for NewUserRequest {
    fn take(mut fields: Fields) -> Result<Self, InputError> {
        let expected = "3 to 64 of the letters a to z, digits, and . _ - @ +";
        let login = fields.need_read("login", expected, |raw| LoginName::parse(raw).ok())?;
        let expected = "the person's name: 1 to 100 characters, none of them hidden";
        let name = fields.need_read("name", expected, |raw| DisplayName::parse(raw).ok())?;
        let (roles, party) = roles(&mut fields)?;
        let expected = "an e-mail address such as eva@nordvik.example";
        let email = fields.read("email", expected, EmailAddress::parse)?;
        fields.finish("login, name, roles, party and email")?;
        Ok(Self {
            login,
            name,
            roles,
            party,
            email,
        })
    }
}

impl From<NewUserRequest> for Person {
    fn from(new: NewUserRequest) -> Self {
        Self {
            login: new.login,
            name: new.name,
            roles: new.roles,
            party: new.party,
        }
    }
}

/// Roles of an account, in place of those that it has.
#[derive(JsonSchema)]
#[schemars(
    rename = "UserRoles",
    deny_unknown_fields,
    example = json!({ "roles": ["administrator"] }),
    example = json!({ "roles": ["mailbox-user", "team-leader"], "party": "nordvik-aft" })
)]
pub(crate) struct UserRolesRequest {
    /// Roles of the console: viewer, operator, auditor, administrator. Or of a party's mailbox: mailbox-user, team-leader.
    #[schemars(with = "Vec<String>", length(min = 1), inner(regex(pattern = ROLE)))]
    pub(crate) roles: Roles,
    /// Party of the mailbox, for roles of a mailbox.
    #[schemars(with = "Option<String>", regex(pattern = PARTY_ID))]
    pub(crate) party: Option<PartyId>,
}

impl Request for UserRolesRequest {
    fn take(mut fields: Fields) -> Result<Self, InputError> {
        let (roles, party) = roles(&mut fields)?;
        fields.finish("roles and party")?;
        Ok(Self { roles, party })
    }
}

/// Account to look up.
#[derive(JsonSchema)]
#[schemars(rename = "UserLookup", deny_unknown_fields, example = json!({ "login": "kari.nordmann" }))]
pub(crate) struct UserLookup {
    /// Login name.
    #[schemars(with = "String", regex(pattern = LOGIN))]
    pub(crate) login: LoginName,
}

impl Request for UserLookup {
    fn take(mut fields: Fields) -> Result<Self, InputError> {
        let login = fields.need_read("login", "a login name", |raw| LoginName::parse(raw).ok())?;
        fields.finish("login")?;
        Ok(Self { login })
    }
}

/// Sessions to end: one, or all of them where none is named.
#[derive(Default, JsonSchema)]
#[schemars(
    rename = "SignOut",
    deny_unknown_fields,
    example = json!({}),
    example = json!({ "session": "5b1f0c52-1111-4a00-8000-00000000007a" })
)]
pub(crate) struct SignOutRequest {
    /// Id of the session.
    #[schemars(with = "Option<String>", regex(pattern = UUID))]
    pub(crate) session: Option<SessionId>,
}

impl Request for SignOutRequest {
    fn take(mut fields: Fields) -> Result<Self, InputError> {
        let session = fields.read("session", "the id of a session", SessionId::parse)?;
        fields.finish("session, or nothing for the whole")?;
        Ok(Self { session })
    }
}

/// Takes roles, with the party of their mailbox.
fn roles(fields: &mut Fields) -> Result<(Roles, Option<PartyId>), InputError> {
    const EXPECTED: &str = "viewer, operator, auditor and administrator; or mailbox-user and team-leader, with a party";
    let role = |(path, value): (String, serde_json::Value)| {
        let role = value.as_str().and_then(Role::parse);
        role.ok_or_else(|| InputError::new(InputCode::UnknownCode, path, EXPECTED))
    };
    let given = fields.list("roles", EXPECTED)?;
    let given = given.into_iter().map(role).collect::<Result<Vec<_>, _>>()?;
    let party = fields.read("party", "the id of a party", |raw| PartyId::parse(raw).ok())?;
    let roles = Roles::of(&given, party.as_ref()).map_err(|error| {
        let place = match error {
            RolesError::None | RolesError::Mixed => "roles",
            RolesError::NoParty | RolesError::Party => "party",
        };
        fields.error(InputCode::Invalid, place, error.to_string())
    })?;
    Ok((roles, party))
}
