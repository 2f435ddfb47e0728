//! Drift: the state of the store, the log, the second place and the targets of alerts, and what the hub knows of backups.

use jiff::Timestamp;

use super::hub::Nav;
use crate::address;
use crate::frame::Frame;
use crate::icon::Icon;
use crate::markup::Text;
use crate::text::hub_state as text;
use crate::write::Write;

/// The page of the state.
#[derive(Debug, Clone)]
pub struct View {
    /// Surroundings.
    pub frame: Frame,
    /// Local navigation.
    pub nav: Nav,
    /// Whether the store can write.
    pub is_ready: bool,
    /// Whether its disk has room.
    pub has_room: bool,
    /// Whether the hub believes the machine's clock.
    pub is_clock_right: bool,
    /// Number of rows of the log.
    pub rows: u64,
    /// Whether the log is as the hub wrote it.
    pub is_whole: bool,
    /// The second place, if there is one.
    pub second_place: Option<SecondPlace>,
    /// Whether something holds an old snapshot of the store.
    pub is_held: bool,
    /// Targets of alerts.
    pub targets: Vec<Target>,
}

/// The second place of the log.
#[derive(Debug, Clone, Copy)]
pub struct SecondPlace {
    /// Time when the newest checkpoint was written there.
    pub written_at: Option<Timestamp>,
    /// Whether a later writing failed.
    pub is_behind: bool,
    /// Whether no checkpoint is witnessed, since the log differs.
    pub is_halted: bool,
    /// Distance from the store.
    pub distance: Distance,
}

/// The distance of the second place from the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Distance {
    /// It lies on another file system.
    Apart,
    /// It lies beside the store's folder.
    Beside,
    /// It lies on the store's file system.
    SameFileSystem,
    /// Its disk does not answer.
    Unreachable,
}

/// A target of alerts.
#[derive(Debug, Clone)]
pub struct Target {
    /// Name in configuration.
    pub name: Text,
    /// Whether it gets every alert.
    pub is_all: bool,
    /// Number of alerts that are tried again.
    pub waiting: u64,
    /// Number of alerts that it refused until the hub gave up.
    pub given_up: u64,
}

/// A line about one thing.
struct Line {
    is_well: bool,
    heading: &'static str,
    detail: String,
    /// Time behind the detail.
    at: Option<Timestamp>,
    /// Code whose page says what to do.
    code: Option<&'static str>,
}

impl Line {
    fn well(heading: &'static str, detail: impl Into<String>) -> Self {
        Self {
            is_well: true,
            heading,
            detail: detail.into(),
            at: None,
            code: None,
        }
    }

    fn bad(heading: &'static str, detail: &str, code: &'static str) -> Self {
        Self {
            is_well: false,
            code: Some(code),
            ..Self::well(heading, detail)
        }
    }

    const fn color(&self) -> &'static str {
        if self.is_well { "success" } else { "danger" }
    }

    const fn icon(&self) -> Icon {
        if self.is_well {
            Icon::CheckmarkCircle
        } else {
            Icon::ExclamationmarkTriangle
        }
    }

    fn help(&self) -> Option<String> {
        self.code.map(address::code)
    }
}

impl View {
    fn store(&self, text: &text::Texts, write: Write) -> Vec<Line> {
        let store = match (self.has_room, self.is_ready) {
            (false, _) => Line::bad(text.full, text.full_text, "BL-5001"),
            (true, false) => Line::bad(text.away, text.away_text, "BL-5002"),
            (true, true) => Line::well(text.ready, text.ready_text),
        };
        let clock = match self.is_clock_right {
            true => Line::well(text.clock_right, ""),
            false => Line::bad(text.clock_wrong, text.clock_wrong_text, "BL-4030"),
        };
        let log = match self.is_whole {
            true => Line::well(text.log_whole, (text.log_rows)(&write.number(self.rows))),
            false => Line::bad(text.log_differs, text.log_differs_text, "BL-5011"),
        };
        vec![store, clock, log]
    }

    fn place(&self, text: &text::Texts) -> Vec<Line> {
        let Some(place) = self.second_place else {
            return vec![Line::bad(text.no_place, text.no_place_text, "BL-6021")];
        };
        let written = match place {
            SecondPlace { is_halted: true, .. } => Line::bad(text.halted, "", "BL-5011"),
            SecondPlace { is_behind: true, .. } => Line::bad(text.behind, text.behind_text, "BL-5034"),
            SecondPlace { written_at: None, .. } => Line::bad(text.never, "", "BL-5034"),
            SecondPlace {
                written_at: Some(_), ..
            } => Line::well(text.witnessed, ""),
        };
        let distance = match place.distance {
            Distance::Apart => Line::well(text.apart, text.apart_text),
            Distance::Beside => Line::bad(text.beside, text.near_text, "BL-6021"),
            Distance::SameFileSystem => Line::bad(text.same, text.near_text, "BL-6021"),
            Distance::Unreachable => Line::bad(text.unreachable, text.unreachable_text, "BL-5034"),
        };
        let written = Line {
            at: place.written_at,
            ..written
        };
        vec![written, distance]
    }
}

impl Target {
    const fn is_well(&self) -> bool {
        self.waiting == 0 && self.given_up == 0
    }

    /// Returns the lines below the name.
    fn lines(&self, text: &text::Texts, write: Write) -> Vec<String> {
        let mut lines = Vec::new();
        if self.is_well() {
            lines.push(text.target_works.to_owned());
        }
        if self.waiting > 0 {
            lines.push((text.target_waits)(&write.number(self.waiting)));
        }
        if self.given_up > 0 {
            lines.push((text.target_given_up)(&write.number(self.given_up)));
        }
        lines
    }
}

page!("hub_state.html");
