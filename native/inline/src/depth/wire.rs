use crate::InlineError;

use super::table::{self, Chain, Field, MESSAGES};
use super::{Depth, MESSAGE_LIMIT};

/// Which message the bytes are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MessageKind {
    LogicalExpr,
    LogicalPlan,
    PhysicalExpr,
    PhysicalPlan,
}

/// What a message would cost to decode.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct MessageDepth {
    /// Nested messages and groups, the outermost not counted; the engine decodes 100.
    pub messages: usize,
    /// The tree that would be built.
    pub tree: Depth,
}

impl MessageKind {
    /// Answers what the bytes are called in messages to people.
    pub fn noun(self) -> &'static str {
        match self {
            MessageKind::LogicalExpr => "expression",
            MessageKind::LogicalPlan => "logical plan",
            MessageKind::PhysicalExpr => "physical expression",
            MessageKind::PhysicalPlan => "physical plan",
        }
    }

    fn root(self) -> usize {
        match self {
            MessageKind::LogicalExpr => table::LOGICAL_EXPR,
            MessageKind::LogicalPlan => table::LOGICAL_PLAN,
            MessageKind::PhysicalExpr => table::PHYSICAL_EXPR,
            MessageKind::PhysicalPlan => table::PHYSICAL_PLAN,
        }
    }
}

impl MessageDepth {
    /// Fails if the engine's protobuf library would not decode it.
    pub fn check_messages(&self, what: &str, remedy: &'static str) -> Result<(), InlineError> {
        if self.messages <= MESSAGE_LIMIT {
            return Ok(());
        }
        Err(InlineError::TooDeep {
            what: what.to_owned(),
            measure: "nested messages",
            measured: self.messages,
            limit: MESSAGE_LIMIT,
            remedy,
        })
    }
}

/// Measures a message on its bytes: no recursion, nothing is built. Fails where they are no message.
pub fn of_message(kind: MessageKind, bytes: &[u8]) -> Result<MessageDepth, InlineError> {
    let root = Node {
        message: kind.root(),
        segments: vec![(0, bytes.len())],
        messages: 0,
        tree: Depth::default(),
    };
    let mut walk = Walk {
        kind,
        bytes,
        deepest: MessageDepth::default(),
        stack: vec![root],
    };
    while let Some(node) = walk.stack.pop() {
        walk.node(&node)?;
    }
    Ok(walk.deepest)
}

/// A message and all its pieces: a field that may stand once and stands twice is merged, so its pieces
/// count as one message.
struct Node {
    message: usize,
    segments: Vec<(usize, usize)>,
    messages: usize,
    /// What lies above.
    tree: Depth,
}

struct Walk<'a> {
    kind: MessageKind,
    bytes: &'a [u8],
    deepest: MessageDepth,
    stack: Vec<Node>,
}

/// A field as it stands on the wire.
enum Content {
    Scalar,
    /// From byte, to byte.
    Bytes((usize, usize)),
    /// The deepest nesting inside a group, the group itself counting one.
    Group(usize),
}

impl Walk<'_> {
    fn node(&mut self, node: &Node) -> Result<(), InlineError> {
        let message = &MESSAGES[node.message];
        let mut tree = node.tree;
        if message.level {
            tree = tree.below_level();
        }
        if message.chain == Chain::Operators {
            // The level around it is the operator's own, and its operands count below.
            tree.nesting = tree.nesting.saturating_sub(1);
        }
        self.reached(node.messages, tree);
        let mut chain = ChainPosition::of(self, node)?;
        let mut merged: Vec<(&'static Field, Vec<(usize, usize)>)> = Vec::new();
        for &(start, end) in &node.segments {
            let mut at = start;
            while at < end {
                let (number, content) = self.field(&mut at, end)?;
                match (message.field(number), content) {
                    (Some(field), Content::Bytes(segment)) if field.repeated => {
                        self.child(field, vec![segment], node.messages, chain.next(tree));
                    }
                    (Some(field), Content::Bytes(segment)) => merge(&mut merged, field, segment),
                    (_, Content::Group(inside)) => self.reached(node.messages + inside, tree),
                    _ => {}
                }
            }
        }
        for (field, segments) in merged {
            self.child(field, segments, node.messages, chain.single(tree));
        }
        Ok(())
    }

    fn child(
        &mut self,
        field: &Field,
        segments: Vec<(usize, usize)>,
        messages: usize,
        tree: Depth,
    ) {
        self.stack.push(Node {
            message: field.child,
            segments,
            messages: messages + 1,
            tree,
        });
    }

    fn reached(&mut self, messages: usize, tree: Depth) {
        self.deepest.messages = self.deepest.messages.max(messages);
        self.deepest.tree = self.deepest.tree.max(tree);
    }

    /// Reads one field and leaves `at` behind it.
    fn field(&self, at: &mut usize, end: usize) -> Result<(u32, Content), InlineError> {
        let start = *at;
        let (number, wire_type) = self.key(at, end)?;
        let content = match wire_type {
            0 => self.varint(at, end).map(|_| Content::Scalar)?,
            1 => self.skip(at, end, 8).map(|()| Content::Scalar)?,
            2 => {
                let length = self.varint(at, end)?;
                let from = *at;
                self.skip(at, end, length)?;
                Content::Bytes((from, *at))
            }
            3 => Content::Group(self.group(number, at, end)?),
            4 => return Err(self.malformed(start, "a group ends that did not begin")),
            5 => self.skip(at, end, 4).map(|()| Content::Scalar)?,
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

fn merge(
    merged: &mut Vec<(&'static Field, Vec<(usize, usize)>)>,
    field: &'static Field,
    segment: (usize, usize),
) {
    match merged
        .iter_mut()
        .find(|(known, _)| known.number == field.number)
    {
        Some((_, segments)) => segments.push(segment),
        None => merged.push((field, vec![segment])),
    }
}

/// Where in a flattened chain the next operand stands. The decoded tree leans to the left: of n
/// operands the first two lie n - 1 deep, the last one 1.
struct ChainPosition {
    chain: Chain,
    length: usize,
    next: usize,
}

impl ChainPosition {
    fn of(walk: &Walk<'_>, node: &Node) -> Result<ChainPosition, InlineError> {
        let message = &MESSAGES[node.message];
        let mut length = 0;
        if message.chain != Chain::None {
            for &(start, end) in &node.segments {
                let mut at = start;
                while at < end {
                    let (number, content) = walk.field(&mut at, end)?;
                    let repeated = message.field(number).is_some_and(|field| field.repeated);
                    length += usize::from(repeated && matches!(content, Content::Bytes(_)));
                }
            }
        }
        Ok(ChainPosition {
            chain: message.chain,
            length,
            next: 0,
        })
    }

    fn next(&mut self, tree: Depth) -> Depth {
        let levels = self.length.saturating_sub(self.next.max(1)).max(1);
        self.next += 1;
        match self.chain {
            Chain::None => tree,
            Chain::Operators => Depth {
                operators: tree.operators + levels,
                ..tree
            },
            // The level around the chain is its outermost one.
            Chain::Levels => Depth {
                nesting: tree.nesting + levels - 1,
                ..tree
            },
        }
    }

    /// The depth below a field that stands once: the sides of an operator that is not flattened.
    fn single(&self, tree: Depth) -> Depth {
        match self.chain {
            Chain::Operators => tree.below_operator(),
            _ => tree,
        }
    }
}
