//! The picture of a circle: parties on a ring, and an arrow with a number for each grant.

use std::f64::consts::PI;

use bindeledd_core::PartyKind;

use super::{Grant, Member, Status};
use crate::icon::Icon;

/// Most parties that a picture shows. More would lie on top of each other.
const MOST: usize = 12;
const CENTRE: Point = Point { x: 320.0, y: 264.0 };
const RING: Point = Point { x: 212.0, y: 178.0 };
/// Radius of a party.
const BUBBLE: f64 = 38.0;
/// Radius of a number, with the space around it.
const NUMBER: f64 = 15.0;
/// Places of a number along its arrow, the best first.
const PLACES: [f64; 9] = [0.5, 0.42, 0.58, 0.35, 0.65, 0.3, 0.7, 0.25, 0.75];
/// Longest name in the picture, in characters. The table has the whole name.
const NAME: usize = 22;

/// A picture: shapes with their places, ready to be written.
#[derive(Debug, Clone, PartialEq)]
pub struct Picture {
    pub(crate) bubbles: Vec<Bubble>,
    pub(crate) arrows: Vec<Arrow>,
}

/// A party in the picture.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Bubble {
    pub(crate) at: Point,
    pub(crate) icon: Icon,
    pub(crate) name: String,
    pub(crate) kind: PartyKind,
    /// Height of the name's and the kind's lines.
    pub(crate) name_y: f64,
    pub(crate) kind_y: f64,
}

/// An arrow in the picture.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Arrow {
    pub(crate) number: usize,
    pub(crate) class: &'static str,
    /// Line, and the head of the arrow, as paths.
    pub(crate) line: String,
    pub(crate) head: String,
    pub(crate) label: Point,
}

/// A place in the picture.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Point {
    pub(crate) x: f64,
    pub(crate) y: f64,
}

impl Point {
    fn plus(self, other: Self, times: f64) -> Self {
        Self {
            x: other.x.mul_add(times, self.x),
            y: other.y.mul_add(times, self.y),
        }
    }

    fn minus(self, other: Self) -> Self {
        self.plus(other, -1.0)
    }

    fn length(self) -> f64 {
        self.x.hypot(self.y)
    }

    /// Returns the direction, of length 1.
    fn direction(self) -> Self {
        let length = self.length().max(1e-9);
        Self {
            x: self.x / length,
            y: self.y / length,
        }
    }

    /// Returns the direction to the left.
    const fn turned(self) -> Self {
        Self { x: self.y, y: -self.x }
    }

    /// Writes the place for a path.
    fn path(self) -> String {
        format!("{:.1} {:.1}", self.x, self.y)
    }

    /// Writes the place of an icon's corner, whose centre is here.
    pub(crate) fn corner(self) -> (String, String) {
        (format!("{:.1}", self.x - 17.0), format!("{:.1}", self.y - 17.0))
    }

    pub(crate) fn left(self) -> String {
        format!("{:.1}", self.x)
    }

    pub(crate) fn top(self) -> String {
        format!("{:.1}", self.y)
    }

    /// Writes the line on which a number's digits stand.
    pub(crate) fn baseline(self) -> String {
        format!("{:.1}", self.y + 4.5)
    }
}

impl Picture {
    /// Draws a circle. `None` if it has fewer than two parties or too many.
    pub(crate) fn of(parties: &[Member], grants: &[Grant]) -> Option<Self> {
        if !(2..=MOST).contains(&parties.len()) {
            return None;
        }
        let bubbles: Vec<_> = parties
            .iter()
            .enumerate()
            .map(|(place, party)| Bubble::new(party, place, parties.len()))
            .collect();
        let mut labels = Vec::new();
        let arrows = grants.iter().enumerate().filter_map(|(place, grant)| {
            // Grants between the same two parties bend more and more.
            let earlier = grants.iter().take(place);
            let same = earlier.filter(|g| (g.from, g.to) == (grant.from, grant.to)).count();
            Arrow::new(place + 1, grant, &bubbles, same, &mut labels)
        });
        let arrows = arrows.collect();
        Some(Self { bubbles, arrows })
    }
}

/// Returns the direction of a party from the centre. The first party is on top. A few others leave room around it, since most
/// arrows go to it and from it.
fn angle(place: usize, number: usize) -> f64 {
    const FEW: usize = 9;
    const FIRST: f64 = -8.0;
    const ARC: f64 = 196.0;
    let degrees = match (place, number) {
        (0, _) => -90.0,
        (_, 2) => 90.0,
        (_, 3..=FEW) => as_number(place - 1).mul_add(ARC / as_number(number - 2), FIRST),
        _ => as_number(place).mul_add(360.0 / as_number(number), -90.0),
    };
    degrees * PI / 180.0
}

impl Bubble {
    fn new(party: &Member, place: usize, number: usize) -> Self {
        let angle = angle(place, number);
        let at = Point {
            x: angle.cos().mul_add(RING.x, CENTRE.x),
            y: angle.sin().mul_add(RING.y, CENTRE.y),
        };
        // The topmost party has its name above, so that no arrow crosses it.
        let (name_y, kind_y) = if place == 0 {
            (at.y - 63.0, at.y - 45.0)
        } else {
            (at.y + 59.0, at.y + 77.0)
        };
        let mut name: String = party.name.as_str().chars().take(NAME).collect();
        if party.name.as_str().chars().count() > NAME {
            name.pop();
            name.push('…');
        }
        Self {
            at,
            icon: icon(party.kind),
            name,
            kind: party.kind,
            name_y: if place == 0 && party.kind == PartyKind::Other {
                kind_y
            } else {
                name_y
            },
            kind_y,
        }
    }

    pub(crate) fn name_top(&self) -> String {
        format!("{:.1}", self.name_y)
    }

    pub(crate) fn kind_top(&self) -> String {
        format!("{:.1}", self.kind_y)
    }
}

impl Arrow {
    fn new(number: usize, grant: &Grant, bubbles: &[Bubble], same: usize, labels: &mut Vec<Point>) -> Option<Self> {
        let from = bubbles.get(grant.from)?.at;
        let to = bubbles.get(grant.to)?.at;
        if grant.from == grant.to {
            return None;
        }
        let way = to.minus(from);
        let bend = as_number(same).mul_add(38.0, 44.0);
        let bow = from.plus(way, 0.5).plus(way.direction().turned(), bend);
        let start = from.plus(bow.minus(from).direction(), BUBBLE + 4.0);
        let back = bow.minus(to).direction();
        let tip = to.plus(back, BUBBLE + 5.0);
        let end = to.plus(back, BUBBLE + 14.0);
        let side = back.turned();
        let (left, right) = (
            tip.plus(back, 10.0).plus(side, 5.0),
            tip.plus(back, 10.0).plus(side, -5.0),
        );
        let on_line = |t: f64| {
            let (a, b) = (start.plus(bow.minus(start), t), bow.plus(end.minus(bow), t));
            a.plus(b.minus(a), t)
        };
        let is_free = |at: Point| {
            labels.iter().all(|label| label.minus(at).length() > 2.0 * NUMBER)
                && bubbles.iter().all(|b| b.at.minus(at).length() > BUBBLE + NUMBER)
        };
        let places = PLACES.map(on_line);
        let label = places.into_iter().find(|at| is_free(*at)).unwrap_or(places[0]);
        labels.push(label);
        Some(Self {
            number,
            class: match (grant.status, &grant.duty) {
                (Status::InForce, Some(_)) => "duty",
                (Status::InForce, None) => "",
                _ => "gone",
            },
            line: format!("M{}Q{} {}", start.path(), bow.path(), end.path()),
            head: format!("M{}L{}L{}Z", tip.path(), left.path(), right.path()),
            label,
        })
    }
}

/// Returns the icon of a kind of party. A party with a public label is of the kind `Other`, whose icon tells nothing.
const fn icon(kind: PartyKind) -> Icon {
    match kind {
        PartyKind::AftProvider => Icon::Briefcase,
        PartyKind::NavOffice | PartyKind::Municipality => Icon::Buildings3,
        PartyKind::Clubhouse => Icon::PersonGroup,
        PartyKind::Gp
        | PartyKind::SpecialistService
        | PartyKind::AidsCentre
        | PartyKind::Employer
        | PartyKind::JobMasteryCentre
        | PartyKind::HealthAtWork
        | PartyKind::Rehabilitation
        | PartyKind::Other => Icon::Buildings2,
    }
}

fn as_number(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use bindeledd_core::CategorySet;

    use super::*;

    fn member(name: &str) -> Member {
        Member {
            id: name.into(),
            name: name.into(),
            kind: PartyKind::Other,
        }
    }

    fn grant(from: usize, to: usize) -> Grant {
        Grant {
            from,
            to,
            categories: CategorySet::EMPTY,
            withdrawn: CategorySet::EMPTY,
            duty: None,
            status: Status::InForce,
            confirmed: None,
            waits: None,
        }
    }

    #[test]
    fn every_number_has_a_place_of_its_own() {
        for size in 2..=6 {
            let parties: Vec<_> = (0..size).map(|n| member(&format!("p{n}"))).collect();
            let both = |n| [grant(0, n), grant(n, 0)];
            let grants: Vec<_> = (1..size).flat_map(both).collect();
            let picture = Picture::of(&parties, &grants).unwrap();
            assert_eq!(picture.arrows.len(), grants.len());
            for (place, arrow) in picture.arrows.iter().enumerate() {
                for other in &picture.arrows[place + 1..] {
                    let between = arrow.label.minus(other.label).length();
                    assert!(between > 2.0 * NUMBER, "{size}: {} and {}", arrow.number, other.number);
                }
                assert!((30.0..610.0).contains(&arrow.label.x) && (30.0..510.0).contains(&arrow.label.y));
            }
        }
    }

    #[test]
    fn a_circle_that_can_not_be_drawn_has_no_picture() {
        let parties: Vec<_> = (0..=MOST).map(|n| member(&format!("p{n}"))).collect();
        assert_eq!(Picture::of(&parties, &[]), None);
        assert_eq!(Picture::of(&parties[..1], &[]), None);
        let strange = Picture::of(&parties[..2], &[grant(0, 7), grant(1, 1)]).unwrap();
        assert!(strange.arrows.is_empty(), "a grant of a strange party has no arrow");
    }

    #[test]
    fn a_long_name_is_cut_and_a_label_has_the_icon_of_any_house() {
        let long = Picture::of(&[member(&"x".repeat(90)), member("b")], &[]).unwrap();
        assert_eq!(long.bubbles[0].name.chars().count(), NAME);
        assert_eq!(long.bubbles[0].icon, Icon::Buildings2);
    }
}
