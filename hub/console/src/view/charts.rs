//! Charts as shapes with their places, ready to be written as SVG: bars, lines, and ribbons between two columns.
//!
//! The words of a chart stand beside it as HTML. A chart stretches, so that its numbers have no unit.

/// Width and height of a plot.
const WIDTH: f64 = 1000.0;
const HEIGHT: f64 = 200.0;
/// Part of a bar's place that the bar fills.
const FILLED: f64 = 0.68;

/// Turns a count into a length.
fn length(n: u64) -> f64 {
    n as f64
}

/// Turns a number of places into a length.
fn places(n: usize) -> f64 {
    length(u64::try_from(n).unwrap_or(u64::MAX))
}

fn written(at: f64) -> String {
    format!("{at:.1}")
}

/// Returns the number at the top of an axis, which four lines divide evenly.
pub(crate) fn top_of_axis(most: u64) -> u64 {
    let mut unit = 1_u64;
    loop {
        for step in [1, 2, 5] {
            let top = unit.saturating_mul(4 * step);
            if top >= most {
                return top;
            }
        }
        unit = unit.saturating_mul(10);
    }
}

/// Returns the numbers beside an axis, from its top down.
pub(crate) fn axis(top: u64) -> [u64; 5] {
    [top, top / 4 * 3, top / 2, top / 4, 0]
}

/// The heights of an axis's lines.
pub(crate) const LINES: [u64; 5] = [0, 50, 100, 150, 200];

/// A bar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Bar {
    pub(crate) x: String,
    pub(crate) y: String,
    pub(crate) width: String,
    pub(crate) height: String,
}

/// Draws a bar for each number, over the whole width.
pub(crate) fn bars(numbers: &[u64], top: u64) -> Vec<Bar> {
    let place = WIDTH / places(numbers.len().max(1));
    let width = place * FILLED;
    let bar = |(at, n): (usize, &u64)| {
        let height = HEIGHT * length(*n) / length(top.max(1));
        Bar {
            x: written(places(at).mul_add(place, (place - width) / 2.0)),
            y: written(HEIGHT - height),
            width: written(width),
            height: written(height),
        }
    };
    numbers.iter().enumerate().map(bar).collect()
}

/// Draws a line through the middle of each number's place. A number that is not known breaks the line.
pub(crate) fn line(numbers: &[Option<u64>], top: u64) -> String {
    let place = WIDTH / places(numbers.len().max(1));
    let mut path = String::new();
    let mut goes_on = false;
    for (at, number) in numbers.iter().enumerate() {
        if let Some(n) = number {
            let (x, y) = (places(at).mul_add(place, place / 2.0), height(*n, top));
            let verb = if goes_on { 'L' } else { 'M' };
            path.push_str(&format!("{verb}{x:.1} {y}"));
        }
        goes_on = number.is_some();
    }
    path
}

/// Returns the height of a number.
pub(crate) fn height(n: u64, top: u64) -> String {
    let part = (length(n) / length(top.max(1))).min(1.0);
    written(HEIGHT.mul_add(-part, HEIGHT))
}

/// Returns the left edge and the width of everything after a part of the width, in thousandths.
pub(crate) fn after(per_mille: u64) -> (String, String) {
    let x = length(per_mille.min(1000));
    (written(x), written(WIDTH - x))
}

/// Width of the picture of ribbons, and the columns in it.
pub(crate) const RIBBONS_WIDTH: u64 = 1120;
/// Sum of all ribbons' widths.
const RIBBONS: f64 = 300.0;
/// Least height of a name with its number.
const NAMED: f64 = 30.0;
/// Space between two names.
const GAP: f64 = 10.0;
/// Top of the columns.
const TOP: f64 = 34.0;
/// Most names of one column.
pub(crate) const MOST_NAMES: usize = 14;

/// A name at the side of the picture, with the bar at which its ribbons end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Node {
    pub(crate) y: String,
    pub(crate) height: String,
    /// Lines of the name and of the number.
    pub(crate) name_y: String,
    pub(crate) number_y: String,
}

/// A ribbon from the left to the right column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Ribbon {
    pub(crate) width: String,
    pub(crate) path: String,
}

/// The picture of ribbons.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Ribbons {
    pub(crate) height: String,
    pub(crate) left: Vec<Node>,
    pub(crate) right: Vec<Node>,
    pub(crate) ribbons: Vec<Ribbon>,
}

/// Draws ribbons: each goes from a name of the left column to one of the right, and is as wide as its number.
pub(crate) fn ribbons(left: usize, right: usize, flows: &[(usize, usize, u64)]) -> Ribbons {
    let all: u64 = flows.iter().map(|(.., n)| n).sum();
    let width = |n: u64| (RIBBONS * length(n) / length(all.max(1))).max(1.5);
    let column = |names: usize, of: &dyn Fn(&(usize, usize, u64)) -> usize| {
        let mut y = TOP;
        let mut tops = Vec::with_capacity(names);
        for name in 0..names {
            let sum: f64 = flows.iter().filter(|f| of(f) == name).map(|f| width(f.2)).sum();
            let room = sum.max(NAMED);
            tops.push((y + (room - sum) / 2.0, sum.max(4.0)));
            y += room + GAP;
        }
        (tops, y)
    };
    let (lefts, left_end) = column(left, &|flow| flow.0);
    let (rights, right_end) = column(right, &|flow| flow.1);
    // Ribbons leave a name in the order of the names that they go to, so that they cross as little as they can.
    let mut order: Vec<usize> = (0..flows.len()).collect();
    let mut from: Vec<f64> = lefts.iter().map(|(top, _)| *top).collect();
    let mut to: Vec<f64> = rights.iter().map(|(top, _)| *top).collect();
    let mut ends = vec![(0.0, 0.0); flows.len()];
    order.sort_by_key(|at| (flows[*at].0, flows[*at].1));
    for at in &order {
        let (name, _, n) = flows[*at];
        ends[*at].0 = from[name] + width(n) / 2.0;
        from[name] += width(n);
    }
    order.sort_by_key(|at| (flows[*at].1, flows[*at].0));
    for at in &order {
        let (_, name, n) = flows[*at];
        ends[*at].1 = to[name] + width(n) / 2.0;
        to[name] += width(n);
    }
    let node = |(top, height): &(f64, f64)| Node {
        y: written(*top),
        height: written(*height),
        name_y: written(top + height / 2.0 - 2.0),
        number_y: written(top + height / 2.0 + 13.0),
    };
    let ribbon = |(flow, (a, b)): (&(usize, usize, u64), &(f64, f64))| Ribbon {
        width: written(width(flow.2)),
        path: format!("M244 {a:.1}C547 {a:.1} 547 {b:.1} 850 {b:.1}"),
    };
    Ribbons {
        height: written(left_end.max(right_end)),
        left: lefts.iter().map(node).collect(),
        right: rights.iter().map(node).collect(),
        ribbons: flows.iter().zip(&ends).map(ribbon).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_axis_ends_at_a_round_number_that_four_lines_divide() {
        assert_eq!(
            [0, 1, 4, 5, 9, 21, 66, 81, 401].map(top_of_axis),
            [4, 4, 4, 8, 20, 40, 80, 200, 800]
        );
        assert_eq!(axis(80), [80, 60, 40, 20, 0]);
    }

    #[test]
    fn bars_and_lines_stay_inside_their_plot() {
        let bars = bars(&[0, 40, 80], 80);
        assert_eq!((bars[0].height.as_str(), bars[1].y.as_str()), ("0.0", "100.0"));
        assert_eq!((bars[2].y.as_str(), bars[2].height.as_str()), ("0.0", "200.0"));
        assert_eq!(
            line(&[Some(0), None, Some(80), Some(160)], 80),
            "M125.0 200.0M625.0 0.0L875.0 0.0"
        );
        assert_eq!(line(&[], 80), "");
    }

    #[test]
    fn ribbons_lie_side_by_side_at_both_ends() {
        let picture = ribbons(2, 2, &[(0, 0, 100), (0, 1, 50), (1, 0, 150)]);
        let widths: Vec<_> = picture.ribbons.iter().map(|r| r.width.as_str()).collect();
        assert_eq!(widths, ["100.0", "50.0", "150.0"]);
        assert_eq!(picture.ribbons[0].path, "M244 84.0C547 84.0 547 84.0 850 84.0");
        assert_eq!(picture.ribbons[1].path, "M244 159.0C547 159.0 547 319.0 850 319.0");
        assert_eq!(picture.ribbons[2].path, "M244 269.0C547 269.0 547 209.0 850 209.0");
        assert_eq!(
            (picture.left[0].y.as_str(), picture.left[0].height.as_str()),
            ("34.0", "150.0")
        );
    }
}
