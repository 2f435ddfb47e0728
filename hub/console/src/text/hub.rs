//! Words of the pages of Drift that several of them share: the local navigation.

use super::table::table;

table! {
    pages: &'static str = "Sider i Drift", "Pages of operation";
    alerts: &'static str = "Varsler", "Alerts";
    state: &'static str = "Tilstand", "State";
    adapters: &'static str = "Adaptere", "Adapters";
    keys: &'static str = "Nøkler", "Keys";
    settings: &'static str = "Innstillinger", "Settings";
    users: &'static str = "Brukere", "Users";
}
