//! The exports that make tasks of plans.

use datafusion_c::error::*;
use datafusion_c::execution_plan::*;
use datafusion_c::logical_plan::*;
use datafusion_c::session::*;

use crate::exports::{Case, Seen, case, work};
use crate::objects::Fixture;
use crate::support::*;

fn logical_from(session: Option<&df_session>) -> Seen {
    let broken = [0xff_u8; 12];
    work(made(|out| {
        df_logical_plan_from_bytes(session, broken.as_ptr(), broken.len(), out)
    }))
}

fn logical_back(fixture: &Fixture) -> Seen {
    let optimized = run(made(|out| {
        df_logical_plan_optimize(Some(&fixture.logical), Some(&fixture.session), out)
    }));
    let optimized: Box<df_logical_plan> = optimized.unwrap();
    let sent = run::<datafusion_c::buffer::df_buffer>(made(|out| {
        df_logical_plan_to_bytes(Some(&optimized), None, out)
    }));
    let sent = sent.unwrap();
    let sent = bytes(&sent);
    work(made(|out| {
        df_logical_plan_from_bytes(Some(&fixture.session), sent.as_ptr(), sent.len(), out)
    }))
}

pub fn logical_plans() -> Vec<Case> {
    vec![
        case(
            "df_logical_plan_to_bytes",
            |f| {
                work(made(|out| {
                    df_logical_plan_to_bytes(Some(&f.logical), Some(&f.session), out)
                }))
            },
            |f| {
                work(made(|out| {
                    df_logical_plan_to_bytes(None, Some(&f.session), out)
                }))
            },
        ),
        case("df_logical_plan_from_bytes", logical_back, |_| {
            logical_from(None)
        })
        .wrong(
            |f| logical_from(Some(&f.session)),
            DF_ERROR_MALFORMED_PAYLOAD,
        ),
        case(
            "df_logical_plan_optimize",
            |f| {
                work(made(|out| {
                    df_logical_plan_optimize(Some(&f.logical), Some(&f.session), out)
                }))
            },
            |f| {
                work(made(|out| {
                    df_logical_plan_optimize(None, Some(&f.session), out)
                }))
            },
        ),
        case(
            "df_logical_plan_display",
            |f| {
                work(made(|out| {
                    df_logical_plan_display(Some(&f.logical), true, out)
                }))
            },
            |_| work(made(|out| df_logical_plan_display(None, true, out))),
        ),
        case(
            "df_logical_plan_child",
            |f| work(made(|out| df_logical_plan_child(Some(&f.logical), 0, out))),
            |_| work(made(|out| df_logical_plan_child(None, 0, out))),
        )
        .wrong(
            |f| work(made(|out| df_logical_plan_child(Some(&f.logical), 7, out))),
            DF_ERROR_INVALID_ARGUMENT,
        ),
        case(
            "df_logical_plan_resolve_functions",
            |f| {
                work(made(|out| {
                    df_logical_plan_resolve_functions(Some(&f.logical), None, out)
                }))
            },
            |_| {
                work(made(|out| {
                    df_logical_plan_resolve_functions(None, None, out)
                }))
            },
        ),
    ]
}

fn execution_from(session: Option<&df_session>) -> Seen {
    let broken = [0xff_u8; 12];
    work(made(|out| {
        df_execution_plan_from_bytes(session, broken.as_ptr(), broken.len(), out)
    }))
}

fn execution_back(fixture: &Fixture) -> Seen {
    let sent = run::<datafusion_c::buffer::df_buffer>(made(|out| {
        df_execution_plan_to_bytes(Some(&fixture.physical), None, out)
    }));
    let sent = sent.unwrap();
    let sent = bytes(&sent);
    work(made(|out| {
        df_execution_plan_from_bytes(Some(&fixture.session), sent.as_ptr(), sent.len(), out)
    }))
}

pub fn execution_plans() -> Vec<Case> {
    vec![
        case(
            "df_execution_plan_to_bytes",
            |f| {
                work(made(|out| {
                    df_execution_plan_to_bytes(Some(&f.physical), Some(&f.session), out)
                }))
            },
            |f| {
                work(made(|out| {
                    df_execution_plan_to_bytes(None, Some(&f.session), out)
                }))
            },
        ),
        case("df_execution_plan_from_bytes", execution_back, |_| {
            execution_from(None)
        })
        .wrong(
            |f| execution_from(Some(&f.session)),
            DF_ERROR_MALFORMED_PAYLOAD,
        ),
        case(
            "df_execution_plan_display",
            |f| {
                work(made(|out| {
                    df_execution_plan_display(Some(&f.physical), true, out)
                }))
            },
            |_| work(made(|out| df_execution_plan_display(None, true, out))),
        ),
        case(
            "df_execution_plan_child",
            |f| {
                work(made(|out| {
                    df_execution_plan_child(Some(&f.physical), 0, out)
                }))
            },
            |_| work(made(|out| df_execution_plan_child(None, 0, out))),
        )
        .wrong(
            |f| {
                work(made(|out| {
                    df_execution_plan_child(Some(&f.physical), 7, out)
                }))
            },
            DF_ERROR_INVALID_ARGUMENT,
        ),
        case(
            "df_execution_plan_resolve_functions",
            |f| {
                work(made(|out| {
                    df_execution_plan_resolve_functions(Some(&f.physical), out)
                }))
            },
            |_| work(made(|out| df_execution_plan_resolve_functions(None, out))),
        ),
    ]
}
