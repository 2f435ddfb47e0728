//! A setting in force, for the page that shows it.

/// A setting in force. It is never a secret: the configuration names files and variables that hold those.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// Key, such as `store.retention_days`.
    pub key: String,
    /// Value, as JSON.
    pub value: String,
    /// Origin.
    pub origin: SettingOrigin,
}

/// The origin of a setting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SettingOrigin {
    /// The default.
    Default,
    /// The configuration file.
    File,
    /// The variable of the environment with this name.
    Environment(String),
}
