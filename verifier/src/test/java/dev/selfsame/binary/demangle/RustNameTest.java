package dev.selfsame.binary.demangle;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RustNameTest {

  static List<String> vectors() throws IOException {
    InputStream in = Objects.requireNonNull(RustNameTest.class.getResourceAsStream("vectors.tsv"));
    try (BufferedReader lines = new BufferedReader(new InputStreamReader(in, UTF_8))) {
      return lines.lines().filter(line -> !line.startsWith("#")).toList();
    }
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void a_name_reads_as_rustc_demangle_reads_it(String vector) {
    List<String> columns = List.of(vector.split("\t"));
    byte[] symbol = columns.get(0).getBytes(UTF_8);
    Optional<RustName> name = Mangled.read(symbol, 0, symbol.length);
    assertEquals(columns.get(1), name.map(RustName::text).orElse("-"));
    assertEquals(columns.get(2), name.map(RustName::name).orElse("-"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "main",
        "_ZN4core3fmtE", // C++'s: no hash
        "_ZN12_GLOBAL__N_110messages_cE",
        "_ZNSt6vectorIiSaIiEE9push_backEOi",
        "_ZN3foo17h05af221e174051e9", // cut short
        "ZN3foo17h05af221e174051e9E",
        "RC4test",
        "_RegisterClass",
        "_R",
        "_",
        "",
        "_RNvC6_123foo3barE",
        "_ZN3foo17h05af221e174051e9E und mehr",
      })
  void what_rustc_did_not_make_is_no_rust_name(String symbol) {
    assertEquals(Optional.empty(), RustName.of(symbol).map(RustName::text));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // symbol | function | crate | made for
        "_RINvNtC4core3ptr13drop_in_placehECs1_5agent | core::ptr::drop_in_place | core | agent",
        "_RNvMNtC5alloc3vecINtB2_3VechE4push | <alloc::vec::Vec<_>>::push | alloc | -",
        "_RNvXC5agentNtB2_3AppINtNtC4core7convert4FromhE4from"
            + " | <agent::App as core::convert::From<u8>>::from | agent | -",
        "_RNvXC5serdeINtC5alloc3VechEINtB2_2DeINtB2_1XlEE4from"
            + " | <alloc::Vec<_> as serde::De<serde::X<_>>>::from | serde | -",
        "_RNCINvC5agent3runNtB4_1AE0 | agent::run::{closure#0} | agent | -",
        "_RNvYNtC5agent1ANtC4core1T1f | <agent::A as core::T>::f | core | -",
        "_RNvC5agent1f.cold | agent::f | agent | -",
        "__RNvC5agent1f | agent::f | agent | -",
        "_RNvCs1_7___rustc12___rust_alloc | __rustc::__rust_alloc | __rustc | -",
        "_ZN5agent1f17h0123456789abcdefE.llvm.123 | agent::f | agent | -",
        "__ZN5agent1f17h0123456789abcdefE | agent::f | agent | -",
        "_ZN4core3ptr41drop_in_place$LT$agent..http..Request$GT$17h0123456789abcdefE"
            + " | core::ptr::drop_in_place | core | -",
      })
  void a_name_says_function_and_crate(
      String symbol, String function, String crate, String madeFor) {
    RustName name = RustName.of(symbol).orElseThrow();
    assertEquals(function, name.function());
    assertEquals(crate, name.crate());
    assertEquals(madeFor, name.instantiatingCrate().orElse("-"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "core::fmt::write | core",
        "<agent::App as core::fmt::Debug>::fmt | agent",
        "<core::option::Option<T> as serde::Serialize>::serialize | serde",
        "<alloc::vec::Vec<T,A> as core::ops::drop::Drop>::drop | alloc",
        "<&T as core::fmt::Debug>::fmt | core",
        "<T as alloc::string::ToString>::to_string | alloc",
        "<&mut dyn agent::Read as std::io::Read>::read | agent",
        "<F as core::str::pattern::Pattern>::is_contained_in | core",
        "<[A] as core::slice::Equal<B>>::equal | core",
        "<(fn() -> agent::B) as core::T>::f | core",
        "<fn(&mut agent::A) -> agent::B as core::T>::f | core",
        "<str as memchr::Find>::f | memchr",
        "<serde_json::error::Error as serde::de::Error>::custom | serde_json",
        "core::iter::<impl core::iter::Iterator for agent::A>::next | core",
        "<<agent::A as core::T>::f::B as core::U>::g | agent",
        "lonely | ''",
      })
  void the_crate_of_a_legacy_path_is_where_its_impl_can_stand(String path, String crate) {
    assertEquals(crate, LegacyCrate.of(path));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "_RINvNtC4core3ptr13drop_in_placehECs1_5agent | core::ptr::drop_in_place::<u8>",
        "_RINvC5agent1fhE.llvm.123 | agent::f::<u8>",
        "_RNvC5agent1f.cold | agent::f",
        "_ZN4core3ptr41drop_in_place$LT$agent..http..Request$GT$17h0123456789abcdefE.llvm.9"
            + " | core::ptr::drop_in_place<agent::http::Request>",
      })
  void an_instance_is_its_function_with_arguments_and_no_suffix(String symbol, String instance) {
    assertEquals(instance, RustName.of(symbol).orElseThrow().instance());
  }

  @Test
  void generic_is_what_has_arguments_in_its_name() {
    assertTrue(RustName.of("_RINvC5agent1fhE").orElseThrow().generic());
    assertFalse(RustName.of("_RNvC5agent1f").orElseThrow().generic());
  }

  @Test
  void references_that_double_end_at_the_limit() {
    // Sixty pairs, each of the pair before: 2^60 types.
    StringBuilder symbol = new StringBuilder("_RMC0").append("T".repeat(60)).append('p');
    for (int depth = 60; depth > 0; depth--) {
      String target = depth + 1 < 10 ? "" + (depth + 1) : "" + (char) ('a' + (depth + 1 - 10) % 26);
      symbol.append('B').append(target).append("_E");
    }
    RustName.of(symbol.toString())
        .ifPresent(name -> assertTrue(name.text().length() <= RustName.MAX_TEXT + 100));
    String doubled =
        "_RIC0TTTTTTTTTTTTTTTTTTTTTTTTTTTTTTpB2_EB3_EB4_EB5_EB6_EB7_EB8_EB9_EBa_EBb_EBc"
            + "_EBd_EBe_EBf_EBg_EBh_EBi_EBj_EBk_EBl_EBm_EBn_EBo_EBp_EBq_EBr_EBs_EBt_EBu_EBv_EE";
    RustName.of(doubled)
        .ifPresent(name -> assertTrue(name.text().length() <= RustName.MAX_TEXT + 100));
  }

  @Test
  void a_reference_to_itself_ends() {
    RustName name = RustName.of("_RNvMC0RB4_1f").orElseThrow();
    assertTrue(name.text().contains("{recursion limit reached}"), name.text());
    assertTrue(name.function().length() < 10_000);
  }

  @Test
  void depth_and_length_are_bounded() {
    String deep = "_R" + "Nv".repeat(100_000) + "C1a" + "1b".repeat(100_000);
    assertEquals(Optional.empty(), RustName.of(deep).map(RustName::text));
    String hidden = "_RIC1000" + "R".repeat(1000) + "B5_E";
    RustName.of(hidden).ifPresent(name -> assertTrue(name.text().length() < 100_000));
    String many = "_RNvMC0FG" + "Z".repeat(10) + "_Eu1f";
    RustName.of(many)
        .ifPresent(name -> assertTrue(name.text().length() <= RustName.MAX_TEXT + 100));
    assertTrue(LegacyCrate.of("<".repeat(50_000)).isEmpty());
    assertTrue(LegacyCrate.of("<" + "&".repeat(50_000)).isEmpty());
  }

  @Test
  void no_cut_of_a_name_makes_it_fail() {
    String symbol =
        "_RINvXs2_NtC5alloc3vecINtB5_3VecNtC5agent3App1AENtC4core1T1fKj7b_KRe616263_FG_RL0_hEuDINtC4core"
            + "2FnTmEEp6OutputuEL_EC5agent";
    for (int end = 0; end <= symbol.length(); end++) {
      byte[] bytes = symbol.substring(0, end).getBytes(UTF_8);
      Mangled.read(bytes, 0, end)
          .ifPresent(name -> {
            name.text();
            name.function();
            name.crate();
          });
    }
  }
}
