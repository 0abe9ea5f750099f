package dev.selfsame.binary.rust;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.selfsame.evidence.Fact;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SourceFilesTest {
  @ParameterizedTest
  @CsvSource({
    "/cargo/registry/src/index.crates.io-1949cf8c6b5b557f/memchr-2.7.4/src/memchr.rs, memchr 2.7.4",
    "/usr/share/cargo/registry/serde-1.0.200/src/lib.rs, serde 1.0.200",
    "/src/vendor/futures-util-0.3.31/src/x.rs, futures-util 0.3.31",
    "/r/registry/src/-ea9a2675b0f39538/wasi-0.11.0+wasi-snapshot/src/lib.rs, wasi 0.11.0+wasi-snapshot",
  })
  void a_crate_is_named_with_its_version(String path, String crate) {
    SourceFiles files = new SourceFiles();
    files.add(path, ".rodata", 100);
    assertEquals("at least 1: " + crate, files.crates().value());
    assertEquals(Fact.Grade.WEAK, files.crates().grade());
  }

  @ParameterizedTest
  @CsvSource({
    "/rust/deps/hashbrown-0.15.2/src/raw/mod.rs",
    "/rustc/59807616e1fa2540724bfbac14d7976d7e4a3860/library/std/src/io.rs",
    "/usr/src/rustc-1.85.1/vendor/memchr-2.7.4/src/memchr.rs",
    "src/registry-1.0.0/main.rs",
  })
  void the_standard_librarys_crates_are_not_the_programs(String path) {
    SourceFiles files = new SourceFiles();
    files.add(path, ".rodata", 100);
    assertEquals(Fact.Grade.UNKNOWN, files.crates().grade());
  }

  @Test
  void roots_are_named_once_and_in_order() {
    SourceFiles files = new SourceFiles();
    files.add("src/main.rs", ".rodata", 1);
    files.add("/home/dev/agent/src/lib.rs", ".rodata", 2);
    files.add("/home/dev/agent/src/http/mod.rs", ".rodata", 3);
    files.add("/usr/src/rustc-1.85.1/library/core/src/str.rs", ".rodata", 4);
    files.add("/usr/src/rustc-1.85.1/library/core/src/str.rs", ".rodata", 4);
    assertEquals("(relative), /home/dev/agent, /usr/src/rustc-1.85.1", files.roots().value());
    assertEquals(4, files.count());
  }

  @ParameterizedTest
  @CsvSource({
    "/c/registry/src/index.crates.io-1949cf8c6b5b557f/a-1.0.0/src/lib.rs, 1.85 or later",
    "/c/registry/src/index.crates.io-6f17d22bba15001f/a-1.0.0/src/lib.rs, before 1.85",
    "/c/registry/src/github.com-1ecc6299db9ec823/a-1.0.0/src/lib.rs, 'before 1.85, git index'",
    "/c/registry/src/-ea9a2675b0f39538/a-1.0.0/src/lib.rs, unknown",
    "/usr/share/cargo/registry/serde-1.0.200/src/lib.rs, unknown",
  })
  void the_registry_folders_name_tells_cargos_age(String path, String age) {
    SourceFiles files = new SourceFiles();
    files.add(path, ".rodata", 100);
    assertEquals(age, files.cargoAge().value());
  }
}
