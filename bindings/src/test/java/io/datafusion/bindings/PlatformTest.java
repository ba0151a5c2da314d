package io.datafusion.bindings;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlatformTest {
  /** The right column is what build-native.sh calls the folder. */
  @ParameterizedTest
  @CsvSource({
    "Linux, amd64, linux-x86_64",
    "Linux, aarch64, linux-aarch64",
    "Mac OS X, x86_64, macos-x86_64",
    "Mac OS X, aarch64, macos-aarch64",
    "Windows 11, amd64, windows-x86_64",
    "Windows Server 2022, aarch64, windows-aarch64",
    "FreeBSD, riscv64, freebsd-riscv64"
  })
  void platformsHaveTheNamesOfTheBuild(String os, String arch, String expected) {
    assertThat(Platform.of(os, arch)).hasToString(expected);
  }
}
