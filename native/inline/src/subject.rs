use std::fmt;

/// The kinds of functions an engine knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FunctionKind {
    Scalar,
    Aggregate,
    Window,
    HigherOrder,
    Table,
}

impl FunctionKind {
    fn noun(self) -> &'static str {
        match self {
            FunctionKind::Scalar => "scalar function",
            FunctionKind::Aggregate => "aggregate function",
            FunctionKind::Window => "window function",
            FunctionKind::HigherOrder => "higher-order function",
            FunctionKind::Table => "table function",
        }
    }
}

impl fmt::Display for FunctionKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.noun())
    }
}

/// What a codec's payload stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SubjectKind {
    Function(FunctionKind),
    ExtensionNode,
    TableProvider,
    FileFormat,
    ExecutionPlan,
    PhysicalExpr,
}

/// What is being written or read, for decisions and for messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Subject<'a> {
    pub kind: SubjectKind,
    /// Empty where the message does not carry one.
    pub name: &'a str,
}

impl<'a> Subject<'a> {
    /// Answers a function of that kind and name.
    pub fn function(kind: FunctionKind, name: &'a str) -> Self {
        Self {
            kind: SubjectKind::Function(kind),
            name,
        }
    }

    pub(crate) fn new(kind: SubjectKind, name: &'a str) -> Self {
        Self { kind, name }
    }

    /// Answers the kind of function, if this is one: only functions can go by name.
    pub fn function_kind(&self) -> Option<FunctionKind> {
        match self.kind {
            SubjectKind::Function(kind) => Some(kind),
            _ => None,
        }
    }
}

impl fmt::Display for Subject<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let noun = match self.kind {
            SubjectKind::Function(kind) => kind.noun(),
            SubjectKind::ExtensionNode => "extension node",
            SubjectKind::TableProvider => "table provider",
            SubjectKind::FileFormat => "file format",
            SubjectKind::ExecutionPlan => "execution plan",
            SubjectKind::PhysicalExpr => "physical expression",
        };
        if self.name.is_empty() {
            f.write_str(noun)
        } else {
            write!(f, "{noun} '{}'", self.name.escape_debug())
        }
    }
}
