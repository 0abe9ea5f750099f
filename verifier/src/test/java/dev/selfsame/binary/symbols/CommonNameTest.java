package dev.selfsame.binary.symbols;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CommonNameTest {
  /** Pairs as one program has them, built once with each mangling. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "app::main | app::main | app::main",
        "app::run::{{closure}} | app::run::{closure#0} | app::run::{closure}",
        "<app::Point<T> as core::fmt::Debug>::fmt | <app::Point<_> as core::fmt::Debug>::fmt"
            + " | <app::Point as core::fmt::Debug>::fmt",
        "app::Point<T>::sum | <app::Point<_>>::sum | app::Point::sum",
        "app::deep::<impl app::deep::Speak for u8>::say | <u8 as app::deep::Speak>::say"
            + " | <u8 as app::deep::Speak>::say",
        "app::deep::<impl app::deep::Speak for [u16]>::say | <[u16] as app::deep::Speak>::say"
            + " | <[u16] as app::deep::Speak>::say",
        "core::str::<impl str>::parse | <str>::parse | str::parse",
        "core::slice::<impl [T]>::sort | <[T]>::sort | <[T]>::sort",
        "<a::F<dyn Fn(u8) -> u8> as a::G<a::H>>::f | <a::F<_> as a::G<_>>::f | <a::F as a::G>::f",
      })
  void both_manglings_of_a_function_have_one_name(String legacy, String v0, String common) {
    assertEquals(common, CommonName.of(legacy));
    assertEquals(common, CommonName.of(v0));
  }

  @Test
  void what_is_no_path_stays_as_it_is() {
    for (String name : new String[] {"memcpy", "(anonymous constants)", "<broken::a", "", "a::<"}) {
      assertEquals(name, CommonName.of(name));
    }
  }
}
