//! Capsules.

use std::ffi::c_void;
use std::ptr::null;

use datafusion_c::bundle::*;
use datafusion_c::capsule::*;
use datafusion_c::error::*;
use datafusion_c::execution_plan::df_execution_plan;
use datafusion_c::export::*;
use datafusion_c::function::df_function;
use datafusion_c::host::df_machine_watch;
use datafusion_c::import::*;
use datafusion_c::message::Names;
use datafusion_c::session::*;
use datafusion_c::task::df_task;

use prost::Message;

use crate::exports::{Case, Seen, case, object, plain, work};
use crate::objects::Fixture;
use crate::support::*;

const CODEC: &str = "datafusion_logical_extension_codec";
const TABLE: &str = "datafusion_table_provider";
const SCHEMA: &str = "datafusion_schema_provider";
const CATALOG: &str = "datafusion_catalog_provider";
const PLANNER: &str = "datafusion_query_planner";
const TASK_CONTEXT: &str = "datafusion_task_context_provider";

fn codec(session: Option<&df_session>, name: &str) -> Made<df_capsule> {
    made(|out| df_session_capsule(session, name.as_ptr(), name.len(), out))
}

fn import(name: &str, address: *const c_void) -> Seen {
    object(made(|out| {
        df_capsule_import(name.as_ptr(), name.len(), address, false, out)
    }))
}

fn function(session: &df_session, function: Option<&df_function>) -> Made<df_capsule> {
    made(|out| df_session_function_capsule(Some(session), function, out))
}

fn named(fixture: &Fixture, kind: &str, name: &str) -> Made<df_task> {
    sql(
        &fixture.session,
        "CREATE OR REPLACE VIEW seen AS SELECT 1 AS a",
    )
    .unwrap();
    made(|out| {
        df_session_named_capsule(
            Some(&fixture.session),
            kind.as_ptr(),
            kind.len(),
            name.as_ptr(),
            name.len(),
            out,
        )
    })
}

fn exported_plan(fixture: &Fixture, plan: Option<&df_execution_plan>) -> Made<df_task> {
    made(|out| df_session_plan_capsule(Some(&fixture.session), plan, out))
}

fn imported_plan(fixture: &Fixture, capsule: Option<&df_capsule>) -> Seen {
    work(made(|out| {
        df_session_plan_of_capsule(Some(&fixture.session), capsule, out)
    }))
}

fn installed(fixture: &Fixture, capsule: Option<&df_capsule>) -> Seen {
    work(made(|out| {
        df_session_install_capsule(Some(&fixture.session), capsule, out)
    }))
}

fn all(fixture: &Fixture, capsules: &[Option<&df_capsule>], names: &[&str]) -> Seen {
    let names = Names {
        names: names.iter().map(ToString::to_string).collect(),
    };
    let names = names.encode_to_vec();
    work(made(|out| {
        df_session_register_all(
            Some(&fixture.session),
            capsules.as_ptr(),
            capsules.len(),
            names.as_ptr(),
            names.len(),
            out,
        )
    }))
}

fn planned(fixture: &Fixture, capsule: Option<&df_capsule>) -> Seen {
    object(made(|out| {
        df_session_with_planner(Some(&fixture.session), capsule, 0, out)
    }))
}

fn register(fixture: &Fixture, capsule: Option<&df_capsule>) -> Seen {
    let name = format!("table{}", next_id());
    work(made(|out| {
        df_session_register_capsule(
            Some(&fixture.session),
            name.as_ptr(),
            name.len(),
            capsule,
            out,
        )
    }))
}

fn install(fixture: &Fixture, capsule: Option<&df_capsule>, id: &str) -> Seen {
    object(made(|out| {
        df_session_with_codec(
            Some(&fixture.session),
            capsule,
            id.as_ptr(),
            id.len(),
            false,
            0,
            out,
        )
    }))
}

/// A machine that lives.
extern "C" fn one_machine(_: *mut *mut c_void, _: i32, count: *mut i32) -> i32 {
    // SAFETY: the caller's own number.
    unsafe { *count = 1 };
    0
}

pub fn cases() -> Vec<Case> {
    vec![
        case(
            "df_capsule_import",
            |f| {
                let capsule = codec(Some(&f.session), CODEC).unwrap();
                import(CODEC, df_capsule_address(Some(&capsule)))
            },
            |_| import(CODEC, null()),
        )
        .wrong(|_| import("teapot", null()), DF_ERROR_ILLEGAL_CAPSULE),
        plain(
            "df_capsule_free",
            |f| {
                df_capsule_free(Some(codec(Some(&f.session), CODEC).unwrap()));
                Seen::Done
            },
            |_| {
                df_capsule_free(None);
                Seen::Done
            },
        ),
        case(
            "df_capsule_name",
            |f| {
                let capsule = codec(Some(&f.session), CODEC).unwrap();
                object(made(|out| df_capsule_name(Some(&capsule), out)))
            },
            |_| object(made(|out| df_capsule_name(None, out))),
        ),
        plain(
            "df_capsule_address",
            |f| {
                let capsule = codec(Some(&f.session), CODEC).unwrap();
                df_capsule_address(Some(&capsule));
                Seen::Done
            },
            |_| {
                assert!(df_capsule_address(None).is_null());
                Seen::Done
            },
        ),
        case(
            "df_session_capsule",
            |f| object(codec(Some(&f.session), CODEC)),
            |_| object(codec(None, CODEC)),
        )
        .wrong(
            |f| object(codec(Some(&f.session), TABLE)),
            DF_ERROR_ILLEGAL_CAPSULE,
        ),
        case(
            "df_session_named_capsule",
            |f| work(named(f, SCHEMA, "public")),
            |_| {
                work(made(|out| {
                    df_session_named_capsule(None, null(), 0, null(), 0, out)
                }))
            },
        )
        .wrong(|f| work(named(f, CATALOG, "nowhere")), DF_ERROR_PLAN),
        case(
            "df_session_plan_capsule",
            |f| work(exported_plan(f, Some(&f.physical))),
            |f| work(exported_plan(f, None)),
        ),
        case(
            "df_session_plan_of_capsule",
            |f| {
                let plan: Box<df_capsule> = run(exported_plan(f, Some(&f.physical))).unwrap();
                imported_plan(f, Some(&plan))
            },
            |f| imported_plan(f, None),
        )
        .wrong(
            |f| imported_plan(f, Some(&codec(Some(&f.session), CODEC).unwrap())),
            DF_ERROR_ILLEGAL_CAPSULE,
        ),
        case(
            "df_session_install_capsule",
            |f| installed(f, Some(&function(&f.session, Some(&f.function)).unwrap())),
            |f| installed(f, None),
        )
        .wrong(
            |f| installed(f, Some(&codec(Some(&f.session), CODEC).unwrap())),
            DF_ERROR_ILLEGAL_CAPSULE,
        ),
        case(
            "df_session_register_all",
            |f| {
                let table = run(named(f, TABLE, "seen")).unwrap();
                let function = function(&f.session, Some(&f.function)).unwrap();
                let name = format!("table{}", next_id());
                all(f, &[Some(&table), Some(&function)], &[&name, ""])
            },
            |f| all(f, &[None], &[""]),
        )
        .wrong(
            |f| {
                let table = run(named(f, TABLE, "seen")).unwrap();
                all(f, &[Some(&table)], &["seen"])
            },
            DF_ERROR_PLAN,
        ),
        case(
            "df_session_with_planner",
            |f| planned(f, Some(&codec(Some(&f.session), PLANNER).unwrap())),
            |f| planned(f, None),
        )
        .wrong(
            |f| planned(f, Some(&codec(Some(&f.session), TASK_CONTEXT).unwrap())),
            DF_ERROR_ILLEGAL_CAPSULE,
        ),
        case(
            "df_session_function_capsule",
            |f| object(function(&f.session, Some(&f.function))),
            |f| object(function(&f.session, None)),
        ),
        case(
            "df_session_register_capsule",
            |f| register(f, Some(&run(named(f, TABLE, "seen")).unwrap())),
            |f| register(f, None),
        )
        .wrong(
            |f| register(f, Some(&codec(Some(&f.session), CODEC).unwrap())),
            DF_ERROR_ILLEGAL_CAPSULE,
        ),
        case(
            "df_session_with_codec",
            |f| install(f, Some(&codec(Some(&f.session), CODEC).unwrap()), "other"),
            |f| install(f, None, "other"),
        )
        .wrong(
            |f| install(f, Some(&codec(Some(&f.session), CODEC).unwrap()), "anon:1"),
            DF_ERROR_INVALID_ARGUMENT,
        ),
        case(
            "df_session_codec_ids",
            |f| {
                object(made(|out| {
                    df_session_codec_ids(Some(&f.session), false, out)
                }))
            },
            |_| object(made(|out| df_session_codec_ids(None, false, out))),
        ),
        case(
            "df_machine_watch",
            |_| object(failed(df_machine_watch(one_machine as *const c_void))),
            |_| object(failed(df_machine_watch(null()))),
        ),
    ]
}
