#!/usr/bin/env bash
# Builds the native library and what is generated from it:
#   1. cargo build of the workspace in native/ (the target directory lies outside the checkout)
#   2. the C header (native/capi/include/datafusion_c.h) and the FFM classes made from it (bindings/)
#   3. the library staged for the jar, under target/native/io/datafusion/bindings/native/<os>-<arch>/
#   4. the extension library of the tests, under target/extension/
#   5. the Rust program of examples/rust, under target/examples/
#   6. the engine's .proto files, taken from the crates, under target/proto/
#
#   --check   changes no committed file; fails when the header or the generated classes have drifted
#   --test    also rustfmt, clippy and the Rust tests
#   --dist    builds with the profile for shipping (fat LTO; slow)
#   --skip-build  takes the library that the last build left
#
# DATAFUSION_TARGET_DIR  cargo's target directory  (default: ~/.cache/datafusion-panama/target)
set -euo pipefail
root=$(cd "$(dirname "$0")" && pwd)
cd "$root/native"
export CARGO_TARGET_DIR="${DATAFUSION_TARGET_DIR:-$HOME/.cache/datafusion-panama/target}"

check=false test=false profile=release build=true
for argument in "$@"; do
  case "$argument" in
    --check) check=true ;;
    --test) test=true ;;
    --dist) profile=dist ;;
    --skip-build) build=false ;;
    *) echo "build-native.sh: unknown option $argument (known: --check --test --dist --skip-build)" >&2; exit 2 ;;
  esac
done

case "$(uname -s)" in
  Linux) os=linux library=libdatafusion_c.so ;;
  Darwin) os=macos library=libdatafusion_c.dylib ;;
  MINGW* | MSYS* | CYGWIN*) os=windows library=datafusion_c.dll ;;
  *) echo "build-native.sh: unknown operating system $(uname -s)" >&2; exit 2 ;;
esac
case "$(uname -m)" in
  x86_64 | amd64) arch=x86_64 ;;
  aarch64 | arm64) arch=aarch64 ;;
  *) echo "build-native.sh: unknown architecture $(uname -m)" >&2; exit 2 ;;
esac

# Cargo takes a crate in a folder for changed if its files are newer than what was built of it, as those of a new clone are,
# and would build all of the engine again. A change of this one needs another version.
touch -t 202501010000 stacker/Cargo.toml stacker/src/lib.rs

if $build; then
  cargo build --profile "$profile" --workspace --locked
fi
built="$CARGO_TARGET_DIR/$profile"

# The header: build.rs writes it beside the library, which embeds its hash.
header="capi/include/datafusion_c.h"
if $check; then
  diff -u "$header" "$built/datafusion_c.h" ||
    { echo "build-native.sh: $header has drifted from the Rust sources; run ./build-native.sh and commit" >&2; exit 1; }
else
  mkdir -p capi/include
  cmp -s "$built/datafusion_c.h" "$header" || cp "$built/datafusion_c.h" "$header"
fi

# The FFM classes.
jdk=$("$root/.ci/jdk-home")
generator="$root/target/generator"
mkdir -p "$generator"
find "$root/bindings/src/generator/java" -name '*.java' -print0 | xargs -0 "$jdk/bin/javac" -d "$generator" --release 25
flags=()
$check && flags+=(--check)
"$jdk/bin/java" -cp "$generator" io.datafusion.bindings.generator.GenerateBindings \
  "$header" "$root/bindings/src/main/java" "${flags[@]}"

# The library, where the jar takes it from.
stage="$root/target/native/io/datafusion/bindings/native/$os-$arch"
mkdir -p "$stage"
if ! cmp -s "$built/$library" "$stage/$library"; then
  cp "$built/$library" "$stage/$library"
  (cd "$stage" && { sha256sum "$library" 2>/dev/null || shasum -a 256 "$library"; } | cut -d' ' -f1 | tr -d '\n' > "$library.sha256")
fi

# The extension library of the tests, twice: two files are two libraries to the loader, each with statics of its own.
extension=${library/datafusion_c/datafusion_extension_example}
mkdir -p "$root/target/extension"
for copy in "$extension" "${extension/example/example_2}"; do
  cmp -s "$built/$extension" "$root/target/extension/$copy" || cp "$built/$extension" "$root/target/extension/$copy"
done

# The example in Rust, where its script takes it from.
mkdir -p "$root/target/examples"
program=passed-on
[ "$os" = windows ] && program=passed-on.exe
cmp -s "$built/$program" "$root/target/examples/$program" || cp "$built/$program" "$root/target/examples/$program"

# The engine's messages, from the crates of the locked version, laid out as their imports expect.
protos="$root/target/proto"
mkdir -p "$protos/datafusion/proto-common/proto"
host=$(rustc -vV | sed -n 's/^host: //p')
metadata=$(cargo metadata --format-version 1 --locked --offline --filter-platform "$host")
manifest() {
  grep -o '"manifest_path":"[^"]*/'"$1"'-[0-9][^"]*"' <<< "$metadata" | cut -d'"' -f4
}
cp "$(dirname "$(manifest datafusion-proto-models)")/proto/datafusion.proto" "$protos/"
cp "$(dirname "$(manifest datafusion-proto-common)")/proto/datafusion_common.proto" "$protos/datafusion/proto-common/proto/"
chmod -R u+w "$protos"

if $test; then
  cargo fmt --all --check
  # clippy through the wrapper: `cargo clippy` would check every dependency anew.
  RUSTC_WORKSPACE_WRAPPER=clippy-driver CLIPPY_ARGS="-Dwarnings__CLIPPY_HACKERY__" \
    cargo build --profile "$profile" --workspace --locked
  cargo test --profile "$profile" --workspace --locked
fi
