//! The engine's messages as far as they hold each other; written by the build script.

/// A message of the engine.
pub(crate) struct Message {
    /// A level of the tree that a decode builds.
    pub level: bool,
    pub chain: Chain,
    /// The fields that hold messages, by number.
    pub fields: &'static [Field],
}

/// What a decode makes of the repeated operands of a message.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Chain {
    None,
    /// One operator an operand.
    Operators,
    /// One level an operand.
    Levels,
}

pub(crate) struct Field {
    pub number: u32,
    /// Index into `MESSAGES`.
    pub child: usize,
    pub repeated: bool,
    /// An entry of a map.
    pub map: bool,
}

impl Message {
    pub(crate) fn field(&self, number: u32) -> Option<&'static Field> {
        let index = self
            .fields
            .binary_search_by_key(&number, |field| field.number)
            .ok()?;
        Some(&self.fields[index])
    }
}

include!(concat!(env!("OUT_DIR"), "/engine_messages.rs"));
