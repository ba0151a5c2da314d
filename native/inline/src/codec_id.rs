use std::fmt;
use std::sync::Arc;

use crate::InlineError;

/// The reserved id of the inlining layer.
pub const INLINE_CODEC_ID: &str = "io.datafusion.inline";

const RESERVED: [&str; 3] = ["anon:", "session:", "io.datafusion."];
const LONGEST: usize = 255;

/// The name under which a codec is installed, and which the bytes it writes carry.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct CodecId(Arc<str>);

impl CodecId {
    /// An id that a user chose: 1 to 255 bytes of printable UTF-8, none of the reserved prefixes.
    pub fn new(id: &str) -> Result<CodecId, InlineError> {
        match RESERVED.iter().find(|reserved| id.starts_with(**reserved)) {
            Some(reserved) => Err(invalid(
                id,
                format!("ids that begin with '{reserved}' are reserved"),
            )),
            None => Self::reserved(id),
        }
    }

    /// An id that the program itself makes, reserved prefixes among them.
    pub fn reserved(id: &str) -> Result<CodecId, InlineError> {
        if id.is_empty() || id.len() > LONGEST {
            return Err(invalid(
                id,
                format!("it has {} bytes, and 1 to {LONGEST} are allowed", id.len()),
            ));
        }
        match id.chars().find(|character| !is_printable(*character)) {
            Some(character) => Err(invalid(
                id,
                format!("U+{:04X} is not printable", u32::from(character)),
            )),
            None => Ok(CodecId(Arc::from(id))),
        }
    }

    /// Answers the id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for CodecId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Control characters, line and paragraph separators, and the invisible formatting characters that
/// would make two ids look alike.
fn is_printable(character: char) -> bool {
    !character.is_control()
        && !matches!(
            character,
            '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
                | '\u{fff9}'..='\u{fffb}' | '\u{e000}'..='\u{f8ff}' | '\u{e0000}'..='\u{e0fff}'
        )
}

fn invalid(id: &str, reason: String) -> InlineError {
    let shown: String = id
        .chars()
        .take(LONGEST)
        .flat_map(char::escape_debug)
        .collect();
    InlineError::InvalidCodecId { id: shown, reason }
}
