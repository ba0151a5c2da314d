use crate::InlineError;
use crate::wire::ipc::{ArrowBudget, ArrowData};
use crate::wire::reader::{Content, Reader};
use crate::wire::table::{Chain, Field, Limited, MESSAGES};

use super::{Depth, MESSAGE_LIMIT, MessageKind};

/// What a message would cost to decode.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct MessageDepth {
    /// Nested messages and groups, the outermost not counted; the engine decodes 100.
    pub messages: usize,
    /// The tree that would be built.
    pub tree: Depth,
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
        reader: Reader { kind, bytes },
        deepest: MessageDepth::default(),
        stack: vec![root],
        arrow: ArrowBudget::of(bytes.len()),
        parts: 0,
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
    reader: Reader<'a>,
    deepest: MessageDepth,
    stack: Vec<Node>,
    arrow: ArrowBudget,
    parts: usize,
}

/// Messages within one message: each becomes an object of hundreds of bytes.
const PART_LIMIT: usize = 1 << 21;

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
        let mut arrow = ArrowData::new(message.ipc);
        let mut absent: Vec<&Limited> = message.limited.iter().filter(|n| !n.optional).collect();
        for &(start, end) in &node.segments {
            let mut at = start;
            while at < end {
                let (number, content) = self.reader.field(&mut at, end)?;
                match (message.field(number), content) {
                    (Some(field), Content::Bytes(segment)) if field.repeated => {
                        self.child(field, vec![segment], node.messages, chain.next(tree))?;
                    }
                    (Some(field), Content::Bytes(segment)) => merge(&mut merged, field, segment),
                    (None, Content::Bytes((from, to))) => {
                        arrow.take(number, &self.reader.bytes[from..to], &mut self.arrow)?;
                    }
                    (None, Content::Number(value)) => {
                        if let Some(limited) = message.limited(number) {
                            limited.check(value)?;
                            absent.retain(|other| other.number != number);
                        }
                    }
                    (_, Content::Group(inside)) => self.reached(node.messages + inside, tree),
                    _ => {}
                }
            }
        }
        arrow.finish(&mut self.arrow)?;
        absent.iter().try_for_each(|limited| limited.check(0))?;
        for (field, segments) in merged {
            self.child(field, segments, node.messages, chain.single(tree))?;
        }
        Ok(())
    }

    fn child(
        &mut self,
        field: &Field,
        segments: Vec<(usize, usize)>,
        messages: usize,
        tree: Depth,
    ) -> Result<(), InlineError> {
        self.parts += 1;
        if self.parts > PART_LIMIT {
            return Err(InlineError::TooDeep {
                what: "message".to_owned(),
                measure: "parts",
                measured: self.parts,
                limit: PART_LIMIT,
                remedy: "Write it as several.",
            });
        }
        self.stack.push(Node {
            message: field.child,
            segments,
            messages: messages + 1,
            tree,
        });
        Ok(())
    }

    fn reached(&mut self, messages: usize, tree: Depth) {
        self.deepest.messages = self.deepest.messages.max(messages);
        self.deepest.tree = self.deepest.tree.max(tree);
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
                    let (number, content) = walk.reader.field(&mut at, end)?;
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
