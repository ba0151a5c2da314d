//! Sessions that others keep.

use std::fmt;
use std::sync::{Arc, Weak};

use datafusion::prelude::SessionContext;
use datafusion_inline::{CodecStack, DepthLimits};

use crate::functions::KnownFunctions;
use crate::host::Host;
use crate::planner::Planners;
use crate::session::Session;

/// A session for what it may itself come to hold: it lives only as long as others keep the engine's.
pub struct LentSession {
    context: Weak<SessionContext>,
    known: Arc<KnownFunctions>,
    codecs: CodecStack,
    planners: Planners,
    limits: DepthLimits,
    host: Arc<Host>,
    data: u64,
}

impl LentSession {
    pub fn of(session: &Session) -> Self {
        Self {
            context: Arc::downgrade(&session.context),
            known: Arc::clone(&session.known),
            codecs: session.codecs.clone(),
            planners: session.planners.clone(),
            limits: session.limits,
            host: Arc::clone(&session.host),
            data: session.data,
        }
    }

    pub fn upgrade(&self) -> Option<Session> {
        Some(Session {
            context: self.context.upgrade()?,
            known: Arc::clone(&self.known),
            codecs: self.codecs.clone(),
            planners: self.planners.clone(),
            limits: self.limits,
            host: Arc::clone(&self.host),
            data: self.data,
        })
    }
}

impl fmt::Debug for LentSession {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LentSession")
    }
}
