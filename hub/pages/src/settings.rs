//! Drift: the settings in force.

use bindeledd_console::view::hub::Place;
use bindeledd_console::view::settings::{Origin, Row, Section as Part, View, render};
use bindeledd_console::{Section, Text, address};

use crate::answer::{Answer, Trouble};
use crate::route::{Cookies, PageRoute, get};
use crate::setting::{Setting, SettingOrigin};
use crate::visit::Visit;
use crate::{frame, hub};

/// The pages of this file.
pub(crate) const ROUTES: &[PageRoute] = &[get!(address::SETTINGS, Console, list)];

/// `GET /console/hub/settings`
pub(crate) async fn list(visit: &Visit, _: &mut Cookies) -> Result<Answer, Trouble> {
    let view = View {
        sections: sections(&visit.state.settings),
        nav: hub::nav(visit, Place::Settings)?,
        frame: frame::of(visit, Some(Section::Hub)).await?,
    };
    Ok(Answer::page(render(&view, visit.lang)))
}

/// Puts the settings of a section together, in the order of the keys.
fn sections(settings: &[Setting]) -> Vec<Part> {
    let mut settings: Vec<_> = settings.iter().collect();
    settings.sort_by(|a, b| a.key.cmp(&b.key));
    let mut parts: Vec<Part> = Vec::new();
    for setting in settings {
        let name = setting.key.split('.').next().unwrap_or_default();
        if parts.last().is_none_or(|part| part.name.as_str() != name) {
            parts.push(Part {
                name: Text::new(name),
                rows: Vec::new(),
            });
        }
        let row = Row {
            key: Text::new(&setting.key),
            value: Text::new(&setting.value),
            origin: match &setting.origin {
                SettingOrigin::Default => Origin::Default,
                SettingOrigin::File => Origin::File,
                SettingOrigin::Environment(variable) => Origin::Environment(Text::new(variable)),
            },
        };
        if let Some(part) = parts.last_mut() {
            part.rows.push(row);
        }
    }
    parts
}
