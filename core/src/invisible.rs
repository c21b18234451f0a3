//! Characters that cannot be seen, or that turn the text around them: they have no place in a name.

/// Whether a character cannot be seen by itself, wherever it stands: control characters, blanks that are no white space,
/// marks of direction, and what Unicode has programs ignore.
///
/// Joiners and variation selectors are among them; [`belongs`] says where a name needs one.
pub fn is_invisible(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
            | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d159}'
            | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// Whether an invisible character belongs to the text between these two characters: a joiner between letters of a script
/// that joins (Arabic, those of India) or between emoji, a selector behind an emoji.
///
/// Scripts without joining, Latin above all, begin with no such character: two names that look alike are the same.
pub fn belongs(before: Option<char>, character: char, after: Option<char>) -> bool {
    /// The first letters that are joined.
    const ARABIC: char = '\u{600}';
    /// The first signs that are letters of no alphabet.
    const SIGNS: char = '\u{2000}';
    match (before, character, after) {
        (Some(before), '\u{200c}' | '\u{200d}', Some(after)) => {
            let letter = |sign: char| sign >= ARABIC && !is_invisible(sign);
            (letter(before) || before == '\u{fe0f}') && letter(after)
        }
        (Some(before), '\u{fe0e}' | '\u{fe0f}', _) => before >= SIGNS && !is_invisible(before),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_seen_is_known() {
        for invisible in "\0\u{7}\u{ad}\u{200b}\u{200c}\u{200d}\u{200e}\u{200f}\u{202a}\u{202e}\u{2060}\u{2066}\u{2069}\u{2800}\u{3164}\u{feff}\u{ffa0}\u{e0041}\u{115f}\u{fe0f}".chars() {
            assert!(is_invisible(invisible), "{:x}", u32::from(invisible));
        }
        for visible in "aZ0é'-.,ÑßЖعש東あ한👍\u{301}ก".chars() {
            assert!(!is_invisible(visible), "{visible}");
        }
    }

    #[test]
    fn joiners_stay_where_they_join() {
        assert!(belongs(Some('م'), '\u{200c}', Some('خ')));
        assert!(belongs(Some('क'), '\u{200d}', Some('ष')));
        assert!(belongs(Some('👩'), '\u{200d}', Some('🚀')));
        assert!(belongs(Some('❤'), '\u{fe0f}', None));
        assert!(belongs(Some('\u{fe0f}'), '\u{200d}', Some('🔥')));
        assert!(!belongs(Some('م'), '\u{200c}', Some('\u{200c}')));
        assert!(!belongs(Some('\u{200c}'), '\u{200c}', Some('خ')));
        assert!(!belongs(Some('A'), '\u{200d}', Some('d')));
        assert!(!belongs(Some('م'), '\u{200c}', None));
        assert!(!belongs(None, '\u{200d}', Some('م')));
        assert!(!belongs(Some('A'), '\u{fe0f}', None));
        assert!(!belongs(Some('م'), '\u{202e}', Some('خ')));
    }
}
