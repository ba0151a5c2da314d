//! The engine's messages as far as they hold each other; written by the build script.

use std::ops::RangeInclusive;

use crate::InlineError;
use crate::depth::{BATCH_LIMIT, PARTITION_LIMIT};

/// A message of the engine.
pub(crate) struct Message {
    /// A level of the tree that a decode builds.
    pub level: bool,
    pub chain: Chain,
    pub ipc: Ipc,
    pub limited: &'static [Limited],
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

/// A number that the engine makes room for at once.
pub(crate) struct Limited {
    pub message: &'static str,
    pub field: &'static str,
    pub number: u32,
    pub range: RangeInclusive<u64>,
    /// Where it is absent, the engine takes one of its own.
    pub optional: bool,
}

/// Operators wait for ever for a batch of no rows.
const ROWS: RangeInclusive<u64> = 1..=BATCH_LIMIT;

const PARTITIONS: RangeInclusive<u64> = 1..=PARTITION_LIMIT as u64;

/// With none, the engine makes one.
const ANY_PARTITIONS: RangeInclusive<u64> = 0..=PARTITION_LIMIT as u64;

impl Limited {
    /// Fails where the number would end the process.
    pub(crate) fn check(&self, given: u64) -> Result<(), InlineError> {
        if self.range.contains(&given) {
            return Ok(());
        }
        Err(InlineError::Malformed {
            what: "physical plan message".to_owned(),
            reason: format!(
                "{} has {} {given}, and {} to {} are allowed",
                self.message,
                self.field,
                self.range.start(),
                self.range.end()
            ),
        })
    }
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

    pub(crate) fn limited(&self, number: u32) -> Option<&'static Limited> {
        self.limited.iter().find(|limited| limited.number == number)
    }
}

include!(concat!(env!("OUT_DIR"), "/engine_messages.rs"));
