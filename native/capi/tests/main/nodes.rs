//! Schedulers and executors.

use std::ptr::null;

use datafusion_c::error::*;
use datafusion_c::message::node_options::Role;
use datafusion_c::message::*;
use datafusion_c::node::*;
use datafusion_c::session::df_session;
use prost::Message;

use crate::exports::{Case, Seen, case, object, plain, work};
use crate::objects::Fixture;
use crate::support::*;

fn options(host: &str, port: u32) -> NodeOptions {
    NodeOptions {
        host: host.to_owned(),
        port,
        message_limit: 1 << 24,
        role: Some(Role::Scheduler(SchedulerOptions {
            executor_timeout: 30,
        })),
    }
}

fn executor(scheduler: &str) -> NodeOptions {
    NodeOptions {
        role: Some(Role::Executor(ExecutorOptions {
            scheduler: scheduler.to_owned(),
            cores: 1,
            work_directory: std::env::temp_dir().to_string_lossy().into_owned(),
            connect_millis: 5000,
        })),
        ..options("127.0.0.1", 0)
    }
}

fn start(session: &df_session, options: &NodeOptions) -> Seen {
    let bytes = options.encode_to_vec();
    work(made(|out| {
        df_node_start(Some(session), bytes.as_ptr(), bytes.len(), out)
    }))
}

fn node(fixture: &Fixture) -> Box<df_node> {
    let bytes = options("127.0.0.1", 0).encode_to_vec();
    let task = made(|out| df_node_start(Some(&fixture.session), bytes.as_ptr(), bytes.len(), out));
    run(task).unwrap()
}

pub fn cases() -> Vec<Case> {
    vec![
        case(
            "df_node_start",
            |f| start(&f.session, &options("127.0.0.1", 0)),
            |_| work(made(|out| df_node_start(None, null(), 0, out))),
        )
        .wrong(
            |f| start(&f.session, &executor("http://127.0.0.1:1")),
            DF_ERROR_EXECUTION,
        ),
        case(
            "df_node_stop",
            |f| work(made(|out| df_node_stop(Some(&node(f)), 10, out))),
            |_| work(made(|out| df_node_stop(None, 10, out))),
        ),
        case(
            "df_node_info",
            |f| object(made(|out| df_node_info(Some(&node(f)), out))),
            |_| object(made(|out| df_node_info(None, out))),
        ),
        plain(
            "df_node_free",
            |f| {
                df_node_free(Some(node(f)));
                Seen::Done
            },
            |_| {
                df_node_free(None);
                Seen::Done
            },
        ),
    ]
}

fn failure(f: &Fixture, options: &NodeOptions) -> i32 {
    let bytes = options.encode_to_vec();
    let task = made(|out| df_node_start(Some(&f.session), bytes.as_ptr(), bytes.len(), out));
    run::<df_node>(task).err().unwrap().code
}

#[test]
fn nodes_that_cannot_listen_say_so() {
    let f = Fixture::new();
    let invalid = failure(&f, &options("127.0.0.1", 65_536));
    assert_eq!(invalid, DF_ERROR_INVALID_ARGUMENT);
    assert_eq!(failure(&f, &options("203.0.113.1", 0)), DF_ERROR_IO);
}
