//! Drift: the settings in force, each with its origin.

use super::hub::Nav;
use crate::frame::Frame;
use crate::markup::Text;
use crate::text::settings as text;

/// The page of the settings.
#[derive(Debug, Clone)]
pub struct View {
    /// Surroundings.
    pub frame: Frame,
    /// Local navigation.
    pub nav: Nav,
    /// Sections of the configuration.
    pub sections: Vec<Section>,
}

/// A section of the configuration.
#[derive(Debug, Clone)]
pub struct Section {
    /// Name, which is the first part of its keys.
    pub name: Text,
    /// Settings.
    pub rows: Vec<Row>,
}

/// A setting.
#[derive(Debug, Clone)]
pub struct Row {
    /// Key.
    pub key: Text,
    /// Value.
    pub value: Text,
    /// Origin.
    pub origin: Origin,
}

/// The origin of a setting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// The default.
    Default,
    /// The configuration file.
    File,
    /// A variable of the environment.
    Environment(Text),
}

impl Origin {
    const fn word(&self, text: &text::Texts) -> &'static str {
        match self {
            Self::Default => text.default,
            Self::File => text.file,
            Self::Environment(_) => text.environment,
        }
    }

    const fn variable(&self) -> Option<&Text> {
        match self {
            Self::Default | Self::File => None,
            Self::Environment(variable) => Some(variable),
        }
    }
}

page!("settings.html");
