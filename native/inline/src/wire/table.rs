//! The engine's messages as far as they hold each other; written by the build script.

/// A message of the engine.
pub(crate) struct Message {
    /// A level of the tree that a decode builds.
    pub level: bool,
    pub chain: Chain,
    pub ipc: Ipc,
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

/// Which fields of a message hold Arrow data.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ipc {
    None,
    /// Each field 1 is a stream.
    Streams,
    /// Field 1 is a message, field 2 its body.
    Value,
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
