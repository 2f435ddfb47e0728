//! Readability of a text.

/// LIX: the average number of words in a sentence, plus the percentage of words with more than six letters. A sentence
/// ends at the end of its line, or at a punctuation mark that is neither a colon nor part of an ordinal.
pub(crate) fn lix<'a>(lines: impl Iterator<Item = &'a str>) -> f64 {
    let (mut all, mut long, mut sentences) = (0.0, 0.0, 0.0);
    for line in lines {
        let mut open = false;
        for word in line.split_whitespace() {
            let letters = word.chars().filter(|c| c.is_alphabetic()).count();
            if letters == 0 && !word.chars().any(char::is_numeric) {
                continue;
            }
            all += 1.0;
            long += f64::from(u8::from(letters > 6));
            let ordinal = word.chars().next().unwrap().is_numeric();
            open = ordinal || !word.ends_with(['.', '!', '?']);
            sentences += f64::from(u8::from(!open));
        }
        sentences += f64::from(u8::from(open));
    }
    all / sentences + 100.0 * long / all
}
