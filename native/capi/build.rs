//! The messages, the C header and the header's digest.

use std::env;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

fn main() -> Result<(), Box<dyn Error>> {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?);
    let out = PathBuf::from(env::var("OUT_DIR")?);
    println!("cargo::rerun-if-changed=build.rs");
    messages(&root)?;
    header(&root, &out)
}

fn messages(root: &Path) -> Result<(), Box<dyn Error>> {
    let proto = root.join("proto");
    println!("cargo::rerun-if-changed={}", proto.display());
    let files = protox::compile([proto.join("request.proto")], [&proto])?;
    prost_build::Config::new().compile_fds(files)?;
    Ok(())
}

/// Writes the header where the build script's caller finds it: beside the library in the profile's
/// directory, and in OUT_DIR together with the digest that the library answers for.
fn header(root: &Path, out: &Path) -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed={}", root.join("src").display());
    println!(
        "cargo::rerun-if-changed={}",
        root.join("cbindgen.toml").display()
    );
    let config = cbindgen::Config::from_file(root.join("cbindgen.toml"))?;
    let mut builder = cbindgen::Builder::new().with_config(config);
    for source in sources(&root.join("src"))? {
        builder = builder.with_src(source);
    }
    let mut text = Vec::new();
    builder.generate()?.write(&mut text);
    let digest: String = Sha256::digest(&text)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    fs::write(out.join("header_hash.txt"), format!("{digest}\0"))?;
    fs::write(out.join("datafusion_c.h"), &text)?;
    // OUT_DIR is <target>/<profile>/build/<package>-<hash>/out.
    let profile = out
        .ancestors()
        .nth(3)
        .ok_or("OUT_DIR has no profile directory above it")?;
    fs::write(profile.join("datafusion_c.h"), &text)?;
    Ok(())
}

/// The sources in the order of the nouns in lib.rs, so that the header reads like the crate.
fn sources(folder: &Path) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    const NOUNS: [&str; 22] = [
        "abi",
        "error",
        "host",
        "task",
        "buffer",
        "session",
        "registry",
        "policy",
        "capsule",
        "codec",
        "export",
        "import",
        "bundle",
        "expr",
        "function",
        "dataframe",
        "logical_plan",
        "execution_plan",
        "physical_expr",
        "stream",
        "batch",
        "node",
    ];
    let mut files: Vec<PathBuf> = NOUNS
        .iter()
        .map(|noun| folder.join(format!("{noun}.rs")))
        .collect();
    files.push(folder.join("batches.rs"));
    files.extend(
        [
            "answer",
            "codec",
            "source",
            "structs",
            "aggregate",
            "output",
            "results",
        ]
        .map(|file| folder.join(format!("boundary/{file}.rs"))),
    );
    match files.iter().find(|file| !file.exists()) {
        Some(missing) => Err(format!("{} is gone", missing.display()).into()),
        None => Ok(files),
    }
}
