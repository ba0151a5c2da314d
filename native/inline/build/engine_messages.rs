//! Finds the engine's proto files in the crates that the lock file names, and writes down which field
//! of which message holds which message: the table that the depth measure walks by.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

/// These messages are one level each of the tree that a decode builds; all others are wrapping.
const LEVELS: [(&str, &str); 4] = [
    ("LOGICAL_EXPR", ".datafusion.LogicalExprNode"),
    ("PHYSICAL_EXPR", ".datafusion.PhysicalExprNode"),
    ("LOGICAL_PLAN", ".datafusion.LogicalPlanNode"),
    ("PHYSICAL_PLAN", ".datafusion.PhysicalPlanNode"),
];

/// Operators; their repeated operands are a flattened chain, of which a decode makes one level each.
const OPERATORS: [&str; 2] = [
    ".datafusion.BinaryExprNode",
    ".datafusion.PhysicalBinaryExprNode",
];

/// A decode makes nested unions of two inputs each.
const UNION: &str = ".datafusion.UnionNode";

/// A scan of batches in memory, one Arrow IPC stream a partition.
const IPC_STREAMS: &str = ".datafusion.MemoryScanExecNode";

/// Values as one Arrow IPC message each, with its body beside it.
const IPC_VALUES: [&str; 2] = [
    ".datafusion_common.ScalarNestedValue",
    ".datafusion_common.ScalarNestedValue.Dictionary",
];

/// Numbers that the engine believes, and makes room for at once: rows of a batch and partitions. The last says whether
/// the engine takes a number of its own where the field is absent.
const LIMITED: [(&str, &str, &str, bool); 9] = [
    (".datafusion.FilterExecNode", "batch_size", "ROWS", false),
    (
        ".datafusion.CoalesceBatchesExecNode",
        "target_batch_size",
        "ROWS",
        false,
    ),
    (
        ".datafusion.GenerateSeriesNode",
        "target_batch_size",
        "ROWS",
        false,
    ),
    (".datafusion.FileScanExecConf", "batch_size", "ROWS", true),
    (
        ".datafusion.EmptyExecNode",
        "partitions",
        "ANY_PARTITIONS",
        true,
    ),
    (
        ".datafusion.PlaceholderRowExecNode",
        "partitions",
        "ANY_PARTITIONS",
        true,
    ),
    (
        ".datafusion.PhysicalHashRepartition",
        "partition_count",
        "PARTITIONS",
        false,
    ),
    (
        ".datafusion.Partitioning",
        "round_robin",
        "PARTITIONS",
        true,
    ),
    (".datafusion.Partitioning", "unknown", "PARTITIONS", true),
];

const MAIN: &str = "datafusion.proto";
const IMPORTED: &str = "datafusion/proto-common/proto/datafusion_common.proto";

struct MessageField {
    number: i32,
    child: String,
    repeated: bool,
}

struct MessageShape {
    map_entry: bool,
    fields: Vec<MessageField>,
    /// By name, those that hold no message.
    scalars: HashMap<String, i32>,
}

/// Writes the table as Rust source.
pub fn write_table(target: &Path) {
    let messages = message_shapes();
    let indexes: HashMap<&str, usize> = messages
        .keys()
        .enumerate()
        .map(|(index, name)| (name.as_str(), index))
        .collect();
    let mut text = String::from("pub(crate) static MESSAGES: &[Message] = &[\n");
    for (name, shape) in &messages {
        write_head(&mut text, name, shape);
        for MessageField {
            number,
            child,
            repeated,
        } in &shape.fields
        {
            let (map, child) = (messages[child].map_entry, indexes[child.as_str()]);
            writeln!(
                text,
                "Field {{ number: {number}, child: {child}, repeated: {repeated}, map: {map} }},"
            )
            .unwrap();
        }
        text.push_str("] },\n");
    }
    text.push_str("];\n");
    for (constant, name) in LEVELS {
        let index = indexes[name];
        writeln!(text, "pub(crate) const {constant}: usize = {index};").unwrap();
    }
    fs::write(target, text).expect("OUT_DIR is writable");
}

fn write_head(text: &mut String, name: &str, shape: &MessageShape) {
    let level = LEVELS.iter().any(|(_, level)| *level == name);
    let chain = match name {
        name if OPERATORS.contains(&name) => "Chain::Operators",
        UNION => "Chain::Levels",
        _ => "Chain::None",
    };
    let ipc = match name {
        IPC_STREAMS => "Ipc::Streams",
        name if IPC_VALUES.contains(&name) => "Ipc::Value",
        _ => "Ipc::None",
    };
    let limited = LIMITED.iter().filter(|(message, ..)| *message == name);
    let limited = limited.map(|(_, field, range, optional)| {
        let message = name.rsplit('.').next().expect("a name has a last part");
        let number = shape.scalars[*field];
        format!(
            "Limited {{ message: \"{message}\", field: \"{field}\", number: {number}, range: {range}, \
             optional: {optional} }},"
        )
    });
    let limited: String = limited.collect();
    writeln!(
        text,
        "Message {{ level: {level}, chain: {chain}, ipc: {ipc}, limited: &[{limited}], fields: &["
    )
    .unwrap();
}

fn message_shapes() -> BTreeMap<String, MessageShape> {
    const TYPE_MESSAGE: i32 = 11;
    const LABEL_REPEATED: i32 = 3;
    let mut messages = BTreeMap::new();
    let descriptors = protox::compile([MAIN], [laid_out()]).expect("the engine's protos compile");
    for file in descriptors.file {
        let scope = format!(".{}", file.package());
        let mut pending: Vec<_> = file
            .message_type
            .into_iter()
            .map(|message| (scope.clone(), message))
            .collect();
        while let Some((scope, message)) = pending.pop() {
            let name = format!("{scope}.{}", message.name());
            let map_entry = message
                .options
                .as_ref()
                .is_some_and(|options| options.map_entry());
            let (fields, scalars): (Vec<_>, Vec<_>) = message
                .field
                .iter()
                .partition(|field| field.r#type == Some(TYPE_MESSAGE));
            let scalars = scalars
                .iter()
                .map(|field| (field.name().to_owned(), field.number()));
            let scalars = scalars.collect();
            let fields = fields.into_iter().map(|field| MessageField {
                number: field.number(),
                child: field.type_name().to_owned(),
                repeated: field.label == Some(LABEL_REPEATED),
            });
            let mut fields: Vec<_> = fields.collect();
            fields.sort_by_key(|field| field.number);
            messages.insert(
                name.clone(),
                MessageShape {
                    map_entry,
                    fields,
                    scalars,
                },
            );
            pending.extend(
                message
                    .nested_type
                    .into_iter()
                    .map(|inner| (name.clone(), inner)),
            );
        }
    }
    messages
}

/// The folder with the protos, laid out as in the engine's repository: they import each other by path.
fn laid_out() -> PathBuf {
    let metadata = cargo_metadata();
    // For the test that compares the engine's codec traits with ours.
    let engine = crate_root(&metadata, "datafusion-proto");
    println!("cargo:rustc-env=DATAFUSION_PROTO={}", engine.display());
    let root = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR")).join("engine");
    for (package, name, place) in [
        ("datafusion-proto-models", "datafusion.proto", MAIN),
        (
            "datafusion-proto-common",
            "datafusion_common.proto",
            IMPORTED,
        ),
    ] {
        let source = crate_root(&metadata, package).join("proto").join(name);
        let target = root.join(place);
        fs::create_dir_all(target.parent().expect("a file has a folder"))
            .expect("OUT_DIR is writable");
        let text =
            fs::read(&source).unwrap_or_else(|error| panic!("{}: {error}", source.display()));
        fs::write(&target, text).expect("OUT_DIR is writable");
        println!("cargo:rerun-if-changed={}", source.display());
    }
    root
}

/// Asks for this target's packages only: a machine that builds for the first time has no others.
fn cargo_metadata() -> String {
    let cargo = env::var_os("CARGO").expect("cargo sets CARGO");
    let output = Command::new(cargo)
        .args(["metadata", "--format-version", "1", "--offline", "--locked"])
        .arg("--filter-platform")
        .arg(env::var_os("TARGET").expect("cargo sets TARGET"))
        .current_dir(env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo metadata runs");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).expect("cargo metadata is UTF-8")
}

/// The folder of a package: its manifest's path ends in `/NAME-VERSION/Cargo.toml`.
fn crate_root(metadata: &str, package: &str) -> PathBuf {
    const KEY: &str = "\"manifest_path\":\"";
    let is_package = |folder: &str| {
        folder
            .strip_prefix(package)
            .and_then(|rest| rest.strip_prefix('-'))
            .is_some_and(|version| version.starts_with(|first: char| first.is_ascii_digit()))
    };
    metadata
        .split(KEY)
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .map(|manifest| PathBuf::from(manifest.replace("\\\\", "\\")))
        .filter_map(|manifest| manifest.parent().map(Path::to_path_buf))
        .find(|root| {
            root.file_name()
                .is_some_and(|name| is_package(&name.to_string_lossy()))
        })
        .unwrap_or_else(|| panic!("{package} is not in cargo metadata"))
}
