package dev.selfsame.binary.rust;

import java.util.Set;

/**
 * The crates that come compiled with a toolchain: how they were compiled says nothing of the
 * program. A program that brings one of them itself, such as {@code memchr}, is told of less.
 *
 * <p>Source: the workspace of the standard library, {@code library/} of rust-lang/rust, 1.40 to
 * 1.97.
 */
public final class StandardCrates {
  private static final Set<String> NAMES =
      Set.of(
          "__rustc",
          "addr2line",
          "adler",
          "adler2",
          "alloc",
          "backtrace",
          "cfg_if",
          "compiler_builtins",
          "core",
          "getopts",
          "gimli",
          "hashbrown",
          "libc",
          "memchr",
          "miniz_oxide",
          "object",
          "panic_abort",
          "panic_unwind",
          "proc_macro",
          "rustc_demangle",
          "rustc_literal_escaper",
          "std",
          "std_detect",
          "test",
          "unicode_width",
          "unwind");

  private StandardCrates() {}

  /** Whether a crate, as symbols name it, comes with the toolchain. */
  public static boolean has(String crate) {
    return NAMES.contains(crate) || crate.startsWith("rustc_std_workspace_");
  }
}
