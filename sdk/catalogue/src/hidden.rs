//! Characters that are invisible, or that change how the surrounding text is shown.

/// Finds the first hidden character of a text. Hidden are control characters (ESC, line breaks and the like), marks
/// that turn the direction of reading, and characters without width. A name with one of these can look like another
/// name.
#[must_use]
pub fn hidden_character(text: &str) -> Option<char> {
    text.chars().find(|c| is_hidden(*c))
}

/// Returns true if a character is invisible or changes how others are shown.
#[must_use]
pub fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// Removes marks that turn the direction of reading. They can make a text look like another one, so no receiver gets
/// them in any format. Characters without width stay, since some scripts and emoji need them.
pub(crate) fn without_turns(text: String) -> String {
    let turns = |c: char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    if text.contains(turns) {
        text.replace(turns, "")
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_turns_the_direction_of_reading_is_taken_out_and_nothing_else() {
        let turned = "\u{202e}egnor\u{202c} \u{2067}x\u{2069} \u{202a}\u{202b}\u{202d}\u{2066}\u{2068}y";
        assert_eq!(without_turns(turned.into()), "egnor x y");
        let kept = "Ĝi મ – «ja» nå\u{ad}.\u{200b} 👩\u{200d}⚕ \u{200f}שלום\u{200e}";
        assert_eq!(without_turns(kept.into()), kept);
    }

    #[test]
    fn what_controls_a_terminal_or_turns_a_name_around_is_found_and_names_are_left_alone() {
        for hidden in [
            "a\u{1b}[31mb",
            "a\nb",
            "a\tb",
            "a\u{9b}31mb",
            "a\u{7f}",
            "a\u{202e}b",
            "\u{2067}a",
            "a\u{200b}b",
            "\u{feff}a",
            "a\u{e0041}",
        ] {
            assert!(hidden_character(hidden).is_some(), "{hidden:?}");
        }
        for plain in [
            "Fjellvik legekontor",
            "Guovdageainnu suohkan – Kautokeino",
            "Ørsta, Č. Ŋ.",
            "李",
            "Åse\u{a0}AS",
            "",
        ] {
            assert_eq!(hidden_character(plain), None, "{plain:?}");
        }
    }
}
