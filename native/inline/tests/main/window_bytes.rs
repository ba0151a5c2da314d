//! Window functions: what their bytes say.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use datafusion::common::internal_err;
use datafusion::error::Result;
use datafusion::logical_expr::{ReversedUDWF, WindowUDFImpl};
use datafusion::physical_plan::displayable;
use datafusion::prelude::SessionContext;
use datafusion_inline::message::WindowHints;
use datafusion_inline::{
    CallableResolver, CodecStack, Definition, FoundFunction, InlinedWindow, Planning,
    ScalarCallable, WindowCallable, inlined_in_execution_plan, inlined_in_logical_plan,
};

use crate::fixture::{occurrences, run};
use crate::windows::{AWARE, BOUNDED, FRAME, Sums, context, message, planned, rows};

/// Brings back the functions of this file, and counts.
#[derive(Debug, Default)]
struct Resolver(AtomicUsize, Sums);

impl CallableResolver for Resolver {
    fn resolve_scalar(&self, _: &Definition) -> Result<Arc<dyn ScalarCallable>> {
        internal_err!("no scalar function")
    }

    fn resolve_window(&self, definition: &Definition) -> Result<Arc<dyn WindowCallable>> {
        assert_eq!(definition.name(), "sums");
        self.0.fetch_add(1, Ordering::SeqCst);
        Ok(Arc::new(self.1.clone()))
    }
}

fn resolving() -> (Arc<Resolver>, CodecStack) {
    let resolver = Arc::new(Resolver::default());
    let stack = CodecStack::new(Some(Arc::clone(&resolver) as Arc<dyn CallableResolver>));
    (resolver, stack)
}

const VALUES: &str = "SELECT sums(x) OVER (ORDER BY x) r FROM (VALUES (1), (2), (5)) t(x)";

/// Contract 10 and 16: decoding, planning and encoding bring nothing to life, and change nothing.
#[test]
fn bytes_come_back_as_they_were() {
    run(async {
        let sender = context(BOUNDED, &Sums::default());
        let (resolver, stack) = resolving();
        let receiver = SessionContext::new();
        let frame = sender.sql(VALUES).await.unwrap();
        let logical = stack.logical_plan_to_bytes(frame.logical_plan()).unwrap();
        let task = receiver.task_ctx();
        let decoded = stack.logical_plan_from_bytes(&logical, &task).unwrap();
        assert_eq!(stack.logical_plan_to_bytes(&decoded).unwrap(), logical);
        assert_eq!(
            inlined_in_logical_plan(&decoded).unwrap().functions.len(),
            1
        );
        let state = receiver.state();
        let plan = Planning::wrap(state.create_physical_plan(&decoded))
            .await
            .unwrap();
        let physical = stack.physical_plan_to_bytes(&plan).unwrap();
        let again = stack.physical_plan_from_bytes(&physical, &task).unwrap();
        assert_eq!(stack.physical_plan_to_bytes(&again).unwrap(), physical);
        let found = inlined_in_execution_plan(&again).unwrap();
        assert!(
            matches!(found.as_slice(), [FoundFunction::Window(_)]),
            "{found:?}"
        );
        assert_eq!(resolver.0.load(Ordering::SeqCst), 0);
        found[0].resolve().unwrap();
        let table = rows(&receiver, &again).await.unwrap();
        assert!(
            table.contains("| 3 |") && table.contains("| 7 |"),
            "{table}"
        );
        assert_eq!(resolver.0.load(Ordering::SeqCst), 1);
    });
}

/// The engine reads IGNORE NULLS in the bytes of a physical plan, and does not write it.
#[test]
fn ignored_nulls_travel() {
    run(async {
        let context = context(FRAME, &Sums::default());
        let (resolver, stack) = resolving();
        for (call, mine) in [("sums(x)", true), ("first_value(x)", false)] {
            for nulls in ["IGNORE NULLS", "RESPECT NULLS"] {
                let sql = format!(
                    "SELECT {call} {nulls} OVER (ORDER BY y) r FROM (VALUES (CAST(NULL AS BIGINT), 1), (2, 2)) t(x, y)"
                );
                let plan = planned(&context, &sql).await;
                let bytes = stack.physical_plan_to_bytes(&plan).unwrap();
                let again = stack
                    .physical_plan_from_bytes(&bytes, &context.task_ctx())
                    .unwrap();
                assert_eq!(stack.physical_plan_to_bytes(&again).unwrap(), bytes);
                let seen = rows(&context, &again).await.unwrap();
                if mine {
                    let calls = std::mem::take(&mut *resolver.1.calls.lock().unwrap());
                    assert!(!calls.is_empty());
                    assert!(
                        calls
                            .iter()
                            .all(|call| call.ignore_nulls == nulls.starts_with('I'))
                    );
                } else {
                    assert_eq!(seen, rows(&context, &plan).await.unwrap(), "{sql}");
                }
            }
        }
    });
}

/// Rows that are there in reverse are not sorted, and the bytes say so.
#[test]
fn reversed_functions_travel() {
    run(async {
        let sums = Sums::default();
        let context = context(AWARE, &sums);
        let (resolver, stack) = resolving();
        let reversed = |call: &str| {
            format!(
                "SELECT value, {call} OVER (ORDER BY value DESC) r FROM \
                 (SELECT value FROM range(0, 5) ORDER BY value LIMIT 4)"
            )
        };
        let plan = planned(&context, &reversed("sums(value)")).await;
        let drawn = displayable(plan.as_ref()).indent(false).to_string();
        assert!(
            !drawn.contains("DESC]"),
            "nothing sorts in reverse: {drawn}"
        );
        let bytes = stack.physical_plan_to_bytes(&plan).unwrap();
        let again = stack
            .physical_plan_from_bytes(&bytes, &context.task_ctx())
            .unwrap();
        assert_eq!(stack.physical_plan_to_bytes(&again).unwrap(), bytes);
        rows(&context, &again).await.unwrap();
        assert!(
            resolver
                .1
                .calls
                .lock()
                .unwrap()
                .iter()
                .all(|call| call.reversed)
        );
        assert!(!resolver.1.calls.lock().unwrap().is_empty());
        let error = stack
            .physical_plan_to_bytes(&planned(&context, &reversed("lag(value, 2)")).await)
            .unwrap_err();
        assert!(error.to_string().contains("in reverse"), "{error}");
        let first = planned(&context, &reversed("first_value(value)")).await;
        stack.physical_plan_to_bytes(&first).unwrap();
    });
}

/// What the hints of a forged frame promise and its code does not keep ends the query.
#[test]
fn forged_hints_are_errors() {
    run(async {
        let sender = context(FRAME, &Sums::default());
        let (_, stack) = resolving();
        let frame = sender.sql(VALUES).await.unwrap();
        let bytes = stack.logical_plan_to_bytes(frame.logical_plan()).unwrap();
        let honest = Definition::from_message(&message(FRAME)).unwrap();
        assert_eq!(occurrences(&bytes, honest.frame()), 1);
        for reversal in [7, -1] {
            let forged = WindowHints { reversal, ..FRAME };
            let forged = Definition::from_message(&message(forged)).unwrap();
            let function = InlinedWindow::decoded(forged, None);
            assert!(matches!(
                function.reverse_expr(),
                ReversedUDWF::NotSupported
            ));
        }
    });
}
