//! The form of a new party. It keeps everything as it was typed.

use crate::errors::Errors;
use crate::frame::Frame;
use crate::markup::Text;
use crate::text::{party_form as text, terms};

/// The form of a new party.
#[derive(Debug, Clone)]
pub struct View {
    /// Surroundings.
    pub frame: Frame,
    /// The form, as it was typed.
    pub typed: Typed,
    /// Names of the installed adapters.
    pub adapters: Vec<Text>,
    /// Faults of the form. Each field has the name of its input.
    pub errors: Errors,
}

/// The typed form. The names of the inputs are the names of the fields, with `-` for `_`.
#[derive(Debug, Clone, Default)]
pub struct Typed {
    /// Input `id`.
    pub id: String,
    /// Input `name`.
    pub name: String,
    /// Input `kind`: a code.
    pub kind: String,
    /// Input `label`.
    pub label: String,
    /// Input `public-phone`.
    pub public_phone: String,
    /// Input `org-number`.
    pub org_number: String,
    /// Input `her-id`.
    pub her_id: String,
    /// Input `phone`.
    pub phone: String,
    /// Input `registrar`, a box to tick.
    pub registrar: bool,
    /// Input `adapter`.
    pub adapter: String,
    /// Input `address`.
    pub address: String,
    /// Input `credential`.
    pub credential: String,
    /// Input `endpoint-her`.
    pub endpoint_her: String,
    /// Input `endpoint-org`.
    pub endpoint_org: String,
    /// Input `settings`.
    pub settings: String,
}

page!("party_form.html");
