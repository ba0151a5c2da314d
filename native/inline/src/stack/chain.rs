use std::fmt;
use std::sync::Arc;

use datafusion::error::{DataFusionError, Result};

use super::inlining::{InliningLayer, Route};
use crate::envelope::Envelope;
use crate::{CodecId, Direction, InlineError, Subject};

/// What the engine's own codec is called.
pub(super) const DEFAULT_NAME: &str = "default";

const HEAD: usize = 16;

/// A codec under its id.
pub(super) struct Entry<C: ?Sized> {
    pub id: CodecId,
    pub codec: Arc<C>,
}

impl<C: ?Sized> Clone for Entry<C> {
    fn clone(&self) -> Self {
        Self {
            id: self.id.clone(),
            codec: Arc::clone(&self.codec),
        }
    }
}

impl<C: ?Sized> fmt::Debug for Entry<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.id)
    }
}

/// The codecs in the order of their installation, and the engine's own behind them.
#[derive(Debug)]
pub(super) struct Chain<C: ?Sized> {
    pub entries: Vec<Entry<C>>,
    pub default: Arc<C>,
}

/// Appends a codec.
pub(super) fn install<C: ?Sized>(
    entries: &mut Vec<Entry<C>>,
    codec: Arc<C>,
    id: CodecId,
) -> Result<(), InlineError> {
    if entries.iter().any(|entry| entry.id == id) {
        return Err(InlineError::InvalidCodecId {
            id: id.to_string(),
            reason: "a codec of that id is already installed on this session".to_owned(),
        });
    }
    entries.push(Entry { id, codec });
    Ok(())
}

impl<C: ?Sized> Chain<C> {
    /// Asks each codec in order, each with a buffer of its own: an error declines, no bytes are no
    /// opinion, the first with bytes wins and is put into an envelope. Then the default codec, bare. `said` is what was said before.
    pub(super) fn encode(
        &self,
        layer: &InliningLayer,
        subject: Subject<'_>,
        mut said: Vec<(String, DataFusionError)>,
        into: &mut Vec<u8>,
        write: impl Fn(&C, &mut Vec<u8>) -> Result<()>,
    ) -> Result<()> {
        for entry in &self.entries {
            let mut scratch = Vec::new();
            match write(&entry.codec, &mut scratch) {
                Err(error) => said.push((entry.id.to_string(), error)),
                Ok(()) if scratch.is_empty() => {}
                // A codec must not carry in what the policy keeps out.
                Ok(()) if layer.keeps_out(subject, &scratch)? => {}
                Ok(()) => {
                    layer.traced(Direction::Wrote, entry.id.as_str(), subject, scratch.len());
                    Envelope::seal(&entry.id, &scratch, into);
                    return Ok(());
                }
            }
        }
        self.encode_default(layer, subject, into, said, write)
    }

    fn encode_default(
        &self,
        layer: &InliningLayer,
        subject: Subject<'_>,
        into: &mut Vec<u8>,
        mut said: Vec<(String, DataFusionError)>,
        write: impl Fn(&C, &mut Vec<u8>) -> Result<()>,
    ) -> Result<()> {
        let mut scratch = Vec::new();
        match write(&self.default, &mut scratch) {
            Ok(()) if !scratch.is_empty() => {
                layer.traced(Direction::Wrote, DEFAULT_NAME, subject, scratch.len());
                into.extend_from_slice(&scratch);
                Ok(())
            }
            // A function goes by name.
            Ok(()) if subject.function_kind().is_some() => Ok(()),
            outcome => {
                self.add_silent(&mut said);
                let error = outcome.err().unwrap_or_else(no_opinion);
                said.push((DEFAULT_NAME.to_owned(), error));
                Err(InlineError::Declined {
                    what: subject.to_string(),
                    said,
                }
                .into())
            }
        }
    }

    /// Reads bytes on the route that they say; `frame` reads a frame of the inlining layer.
    pub(super) fn decode<T>(
        &self,
        layer: &InliningLayer,
        subject: Subject<'_>,
        bytes: &[u8],
        frame: impl FnOnce(&[u8]) -> Result<T>,
        read: impl Fn(&C, &[u8]) -> Result<T>,
    ) -> Result<T> {
        match layer.route(subject, bytes)? {
            Route::Frame(bytes) => frame(bytes),
            Route::Codec(envelope) => {
                let entry = self
                    .entries
                    .iter()
                    .find(|entry| entry.id.as_str() == envelope.id);
                let entry = entry.ok_or_else(|| self.missing(envelope.id, subject))?;
                let decoded = read(&entry.codec, envelope.payload)?;
                layer.traced(
                    Direction::Read,
                    envelope.id,
                    subject,
                    envelope.payload.len(),
                );
                Ok(decoded)
            }
            Route::Empty => self.decode_empty(layer, subject, read),
            Route::Bare(bytes) => match read(&self.default, bytes) {
                Ok(decoded) => {
                    layer.traced(Direction::Read, DEFAULT_NAME, subject, bytes.len());
                    Ok(decoded)
                }
                Err(error) => Err(refused(
                    subject,
                    bytes,
                    vec![(DEFAULT_NAME.to_owned(), error)],
                )),
            },
        }
    }

    /// No bytes: each codec may know the name by itself.
    fn decode_empty<T>(
        &self,
        layer: &InliningLayer,
        subject: Subject<'_>,
        read: impl Fn(&C, &[u8]) -> Result<T>,
    ) -> Result<T> {
        let mut said = Vec::new();
        let default = (DEFAULT_NAME, &self.default);
        let entries = self
            .entries
            .iter()
            .map(|entry| (entry.id.as_str(), &entry.codec));
        for (id, codec) in entries.chain([default]) {
            match read(codec, &[]) {
                Ok(decoded) => {
                    layer.traced(Direction::Read, id, subject, 0);
                    return Ok(decoded);
                }
                Err(error) => said.push((id.to_owned(), error)),
            }
        }
        Err(refused(subject, &[], said))
    }

    fn missing(&self, id: &str, subject: Subject<'_>) -> InlineError {
        InlineError::MissingCodec {
            id: id.escape_debug().to_string(),
            what: capitalised(&subject.to_string()),
            installed: self
                .entries
                .iter()
                .map(|entry| entry.id.to_string())
                .collect(),
        }
    }

    /// The codecs that had no opinion, so that the error names every one.
    fn add_silent(&self, said: &mut Vec<(String, DataFusionError)>) {
        let silent = self.entries.iter().map(|entry| entry.id.to_string());
        let silent: Vec<String> = silent
            .filter(|id| !said.iter().any(|(known, _)| known == id))
            .collect();
        said.extend(silent.into_iter().map(|id| (id, no_opinion())));
    }
}

fn no_opinion() -> DataFusionError {
    DataFusionError::NotImplemented("no opinion (it wrote no bytes)".to_owned())
}

fn refused(
    subject: Subject<'_>,
    bytes: &[u8],
    said: Vec<(String, DataFusionError)>,
) -> DataFusionError {
    let Some(kind) = subject.function_kind() else {
        return InlineError::Declined {
            what: subject.to_string(),
            said,
        }
        .into();
    };
    let said: Vec<String> = said
        .iter()
        .map(|(id, error)| format!("{id}: {}", error.strip_backtrace()))
        .collect();
    InlineError::Unresolved {
        kind,
        name: subject.name.to_owned(),
        head: bytes[..bytes.len().min(HEAD)].to_vec(),
        length: bytes.len(),
        said: said.join("; "),
    }
    .into()
}

fn capitalised(text: &str) -> String {
    let mut characters = text.chars();
    let first = characters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(characters).collect()
}
