use super::MessageKind;
use crate::InlineError;

/// Reads the wire format field by field, without recursion.
pub(crate) struct Reader<'a> {
    pub kind: MessageKind,
    pub bytes: &'a [u8],
}

/// A field as it stands on the wire.
pub(crate) enum Content {
    Number(u64),
    /// Of 4 or 8 bytes.
    Fixed,
    /// From byte, to byte.
    Bytes((usize, usize)),
    /// The deepest nesting inside a group, the group itself counting one.
    Group(usize),
}

impl Reader<'_> {
    /// Reads one field and leaves `at` behind it.
    pub fn field(&self, at: &mut usize, end: usize) -> Result<(u32, Content), InlineError> {
        let start = *at;
        let (number, wire_type) = self.key(at, end)?;
        let content = match wire_type {
            0 => self.varint(at, end).map(Content::Number)?,
            1 => self.skip(at, end, 8).map(|()| Content::Fixed)?,
            2 => {
                let length = self.varint(at, end)?;
                let from = *at;
                self.skip(at, end, length)?;
                Content::Bytes((from, *at))
            }
            3 => Content::Group(self.group(number, at, end)?),
            4 => return Err(self.malformed(start, "a group ends that did not begin")),
            5 => self.skip(at, end, 4).map(|()| Content::Fixed)?,
            _ => return Err(self.malformed(start, "a field has an unknown wire type")),
        };
        Ok((number, content))
    }

    /// Skips a group with all groups inside it, on a stack of its own.
    fn group(&self, number: u32, at: &mut usize, end: usize) -> Result<usize, InlineError> {
        let mut open = vec![number];
        let mut deepest = 1;
        while let Some(&innermost) = open.last() {
            let start = *at;
            let (number, wire_type) = self.key(at, end)?;
            if wire_type != 4 {
                deepest = deepest.max(open.len() + 1);
            }
            match wire_type {
                0 => drop(self.varint(at, end)?),
                1 => self.skip(at, end, 8)?,
                2 => {
                    let length = self.varint(at, end)?;
                    self.skip(at, end, length)?;
                }
                3 => open.push(number),
                4 if number == innermost => drop(open.pop()),
                4 => {
                    return Err(self.malformed(start, "a group ends that is not the innermost one"));
                }
                5 => self.skip(at, end, 4)?,
                _ => return Err(self.malformed(start, "a field has an unknown wire type")),
            }
        }
        Ok(deepest)
    }

    fn key(&self, at: &mut usize, end: usize) -> Result<(u32, u8), InlineError> {
        let start = *at;
        let key = self.varint(at, end)?;
        let number = u32::try_from(key)
            .map(|key| key >> 3)
            .ok()
            .filter(|number| *number > 0);
        let number = number.ok_or_else(|| self.malformed(start, "a field has no valid number"))?;
        Ok((number, (key & 7) as u8))
    }

    fn varint(&self, at: &mut usize, end: usize) -> Result<u64, InlineError> {
        let start = *at;
        let mut value = 0u64;
        for shift in (0..70).step_by(7) {
            let byte = *self.bytes[..end]
                .get(*at)
                .ok_or_else(|| self.malformed(start, "a number is cut off"))?;
            *at += 1;
            value |= u64::from(byte & 0x7f).checked_shl(shift).unwrap_or(0);
            if byte < 0x80 {
                return Ok(value);
            }
        }
        Err(self.malformed(start, "a number has more than 10 bytes"))
    }

    fn skip(&self, at: &mut usize, end: usize, length: u64) -> Result<(), InlineError> {
        let left = end - *at;
        match usize::try_from(length)
            .ok()
            .filter(|length| *length <= left)
        {
            Some(length) => {
                *at += length;
                Ok(())
            }
            None => Err(self.malformed(
                *at,
                &format!("a field has {length} bytes, and {left} are left"),
            )),
        }
    }

    fn malformed(&self, at: usize, reason: &str) -> InlineError {
        InlineError::Malformed {
            what: format!("{} message", self.kind.noun()),
            reason: format!("at byte {at} of {}: {reason}", self.bytes.len()),
        }
    }
}
