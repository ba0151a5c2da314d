//! The only place with `unsafe`: what comes over the C ABI is checked here and becomes Rust, what goes out becomes
//! pointers here. Everything else in the crate is safe Rust over the types of this module.

mod aggregate;
mod answer;
mod callback;
mod capsule;
mod codec;
mod counters;
mod data;
mod fault;
mod guard;
mod helper;
mod input;
mod lending;
mod machine;
mod output;
mod product;
mod reading;
mod results;
mod scalar;
mod signing;
mod source;
mod stack;
pub mod structs;
mod table;
mod window;

pub use aggregate::{
    AccumulatorHost, AggregateHost, Grouping, df_accumulator_callback, df_accumulator_functions,
    df_aggregate_callback, df_aggregate_functions, resolve_aggregate,
};
pub use answer::{df_answer, df_answer_complete, df_answer_fail, df_answer_free};
pub(crate) use callback::given_error;
use callback::method;
pub use callback::{Callback, Failure, Lending, fallback_error};
pub use capsule::Struct;
pub use codec::{
    CodecCallback, TraceHost, df_codec_callback, df_codec_functions, df_trace_callback,
    df_trace_functions,
};
pub use counters::{Kind, Live, counts};
pub use data::{array_release, schema_release, write_array, write_array_stream, write_schema};
pub use fault::inject;
pub use guard::{Guarded, brief, checked, fallible, guard, infallible, ready_or, task, written};
pub use helper::prepare as prepare_helper;
pub use input::{bytes, handles, message, required, schema_of, text};
pub(crate) use lending::{lend, lent};
pub(crate) use machine::watch_machine;
pub use output::{Output, df_output_reserve};
pub use product::Product;
pub use reading::read_array;
pub use results::{
    df_results, df_results_push, df_results_set_bytes, df_results_set_dataframe,
    df_results_set_function, df_results_set_schema,
};
use scalar::schema_of_fields;
pub use scalar::{BoundHost, Columns, ScalarHost, resolve_scalar};
pub use signing::{Signed, SigningHost};
pub use source::{
    ReaderHost, RowsHost, df_reader_callback, df_reader_functions, df_rows_callback,
    df_rows_functions, df_table_callback, df_table_functions,
};
pub use stack::pretend_switched;
pub use table::{TableHost, resolve_table};
pub use window::{EvaluatorHost, NewColumns, WindowHost, resolve_window};
