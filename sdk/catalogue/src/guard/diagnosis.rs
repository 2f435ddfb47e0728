//! Finds codes of ICD-10 and ICPC-2 in a text, by their shape and the words around them.
//!
//! A letter and two digits can also be a room, a train, a road, a vitamin or a paper size. So the shape alone counts
//! only for a code with a decimal (F32.1), and only if no word beside it points to a place or a version. The words are
//! in `words.rs`.

use super::words;

/// The shape of a possible diagnosis code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    /// `F32`.
    Bare,
    /// `F32.1`, `Z73.0`: other things rarely have this shape.
    Decimal,
    /// `F321`, `F32,1`, `F32 1`, `P76.0001`: diagnosis codes only if the surrounding words indicate one.
    Loose,
}

struct Candidate {
    start: usize,
    end: usize,
    shape: Shape,
    is_upper: bool,
}

/// Returns true if the digits from `digits` to `end` belong to a code.
pub(super) fn is_at(text: &str, digits: usize, end: usize) -> bool {
    candidate(text, digits, end).is_some_and(|found| is_code(&found, &Around::of(text, &found)))
}

/// Finds a text with the shape of a code that is not part of a word, an address or a longer number.
fn candidate(text: &str, digits: usize, end: usize) -> Option<Candidate> {
    let bytes = text.as_bytes();
    let letter = *bytes.get(digits.checked_sub(1)?)?;
    if !letter.is_ascii_alphabetic() || !(2..=4).contains(&(end - digits)) {
        return None;
    }
    let start = digits - 1;
    let (shape, end) = shape(text, end - digits, end);
    (stands_apart_before(text, start) && stands_apart_after(text, end)).then_some(Candidate {
        start,
        end,
        shape,
        is_upper: letter.is_ascii_uppercase(),
    })
}

/// Determines the shape and its end from the number of digits and the characters after them.
fn shape(text: &str, digits: usize, end: usize) -> (Shape, usize) {
    if digits > 2 {
        return (Shape::Loose, end);
    }
    let rest = &text.as_bytes()[end..];
    let decimals = rest.iter().skip(1).take_while(|b| b.is_ascii_digit()).count();
    match (rest.first(), decimals) {
        (Some(b'.'), 1 | 2) => (Shape::Decimal, end + 1 + decimals),
        (Some(b'.'), 4) => (Shape::Loose, end + 1 + decimals),
        (Some(b','), 1 | 2) => (Shape::Loose, end + 1 + decimals),
        (Some(b' '), 1) => (Shape::Loose, end + 2),
        _ => (Shape::Bare, end),
    }
}

fn stands_apart_before(text: &str, start: usize) -> bool {
    let before = &text[..start];
    match before.chars().next_back() {
        None => true,
        Some('.') => words::is_cue(words::trimmed(last_token(before))),
        // `ICD-10-F32`, `F32/F41`, `F32-F39`: if a digit precedes the separator, a code may follow. Otherwise the text is part of
        // a name or an address.
        Some('-' | '/' | '\u{2013}') => before.chars().rev().nth(1).is_some_and(|c| c.is_ascii_digit()),
        Some('_' | '@' | '#' | '\\' | '&') => false,
        Some(c) => !c.is_alphanumeric(),
    }
}

fn stands_apart_after(text: &str, end: usize) -> bool {
    let mut after = text[end..].chars();
    let digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
    match after.next() {
        None => true,
        Some('.' | ',' | ':') => !digit(after.next()),
        // A range of codes continues with another code; `E39-krysset`, `M365-lisens` and `P12-2` do not.
        Some('-' | '/' | '\u{2013}') => {
            let next = after.next();
            let is_code = next.is_some_and(|c| c.is_ascii_uppercase()) && digit(after.next());
            is_code || next.is_none_or(char::is_whitespace)
        }
        Some('_' | '@' | '%' | '°' | '\\' | '&' | '=') => false,
        Some(c) => !c.is_alphanumeric(),
    }
}

fn last_token(text: &str) -> &str {
    text.rsplit(char::is_whitespace).next().unwrap_or_default()
}

/// The words around a candidate in its own sentence, in lower case, nearest first.
struct Around {
    before: Vec<String>,
    after: Vec<String>,
    in_parentheses: bool,
    is_coordinate: bool,
}

const LOOK_BACK: usize = 7;
const LOOK_AHEAD: usize = 3;

impl Around {
    fn of(text: &str, found: &Candidate) -> Self {
        let (before, after) = (&text[..found.start], &text[found.end..]);
        Self {
            before: words_before(before),
            after: words_after(after),
            in_parentheses: before.ends_with(['(', '[']) || after.starts_with([')', ']']),
            is_coordinate: is_coordinate(before, after),
        }
    }

    fn before(&self, place: usize) -> &str {
        self.before.get(place).map_or("", String::as_str)
    }

    fn any_before(&self, at_most: usize, is: impl Fn(&str) -> bool) -> bool {
        self.before.iter().take(at_most).any(|word| is(word))
    }

    fn any_after(&self, at_most: usize, is: impl Fn(&str) -> bool) -> bool {
        self.after.iter().take(at_most).any(|word| is(word))
    }
}

fn words_before(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = text;
    while found.len() < LOOK_BACK {
        let gap = rest.trim_end();
        // A line counts as a sentence, but a heading that ends with a colon belongs to the next line.
        if rest[gap.len()..].contains('\n') && !gap.ends_with(':') {
            break;
        }
        let token = last_token(gap);
        if token.is_empty() {
            break;
        }
        let is_attached = found.is_empty() && gap.len() == text.len();
        if !is_attached && ends_sentence(token) {
            break;
        }
        let word = words::trimmed(token).to_lowercase();
        if !word.is_empty() {
            found.push(word);
        }
        rest = &gap[..gap.len() - token.len()];
    }
    found
}

fn words_after(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = text;
    while found.len() < LOOK_AHEAD {
        let begin = rest.trim_start();
        if rest[..rest.len() - begin.len()].contains('\n') || begin.is_empty() {
            break;
        }
        let token = begin.split(char::is_whitespace).next().unwrap_or_default();
        let word = words::trimmed(token).to_lowercase();
        if !word.is_empty() {
            found.push(word);
        }
        if ends_sentence(token) {
            break;
        }
        rest = &begin[token.len()..];
    }
    found
}

fn ends_sentence(token: &str) -> bool {
    let bare = token.trim_end_matches(['"', '\'', ')', ']', '»', '”']);
    match bare.chars().next_back() {
        Some('!' | '?') => true,
        Some('.') => !words::is_abbreviation(&words::trimmed(token).to_lowercase()),
        _ => false,
    }
}

/// Returns true for a position on a map, such as `N59.91, Ø10.75`.
fn is_coordinate(before: &str, after: &str) -> bool {
    let half = |token: &str, letters: &[char]| {
        let token = words::trimmed(token);
        let digits = token.strip_prefix(letters).unwrap_or_default();
        let two_decimals = digits.split_once('.').is_some_and(|(_, d)| d.len() >= 2);
        two_decimals && digits.bytes().all(|b| b.is_ascii_digit() || b == b'.')
    };
    let next = after.trim_start_matches([',', ';', ' ']);
    half(
        next.split(char::is_whitespace).next().unwrap_or_default(),
        &['E', 'Ø', 'O'],
    ) || half(last_token(before.trim_end_matches([',', ';', ' '])), &['N', 'S'])
}

fn is_code(found: &Candidate, around: &Around) -> bool {
    let first = around.before(0);
    let is_place = words::is_place(first) || (words::is_filler(first) && words::is_place(around.before(1)));
    if is_place || around.any_after(1, words::is_place_after) {
        return false;
    }
    if around.any_before(LOOK_BACK, words::is_cue) || around.any_after(2, words::is_cue) {
        return !words::leads_to_a_place(first);
    }
    // `på` often precedes a room, but not after a word for a sick note.
    let care = |word: &str| words::is_care(word) && (first != "på" || !word.starts_with("utred"));
    let is_cared_for = words::leads_to_an_illness(first) && around.any_before(6, care);
    if found.shape == Shape::Decimal && found.is_upper && !around.is_coordinate {
        return is_cared_for || !(words::leads_to_a_place(first) || first == "på");
    }
    if says_code(around) {
        return true;
    }
    // Codes of three characters and decimals in lower case are decided below.
    let fits = match found.shape {
        Shape::Bare => found.is_upper,
        Shape::Decimal => !around.is_coordinate,
        Shape::Loose => found.is_upper && around.in_parentheses,
    };
    let is_named = words::is_illness(first) || around.any_after(1, words::is_illness);
    let is_in_parentheses =
        around.in_parentheses && around.any_before(4, |word| words::is_illness(word) || words::is_care(word));
    fits && (is_named || is_in_parentheses || is_cared_for)
}

/// Returns true for `kode P76`, unless a nearby word names something that is locked or sold.
fn says_code(around: &Around) -> bool {
    let is_word = |place| words::is_code(around.before(place));
    let is_said = is_word(0) || (matches!(around.before(0), "er" | "med") && is_word(1));
    is_said && !around.any_before(LOOK_BACK, words::has_codes) && !around.any_after(LOOK_AHEAD, words::has_codes)
}
