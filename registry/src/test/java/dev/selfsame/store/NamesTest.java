package dev.selfsame.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NamesTest {

  @ParameterizedTest
  @ValueSource(strings = {"a", "agent", "viworks/backend-agent", "a.b_c__d---e/0", "x1/y2/z3", "0"})
  void names_of_the_distribution_spec_are_taken(String name) {
    assertEquals(name, new ArtifactName(name).value());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/",
        "a/",
        "/a",
        "a//b",
        "..",
        "a/../b",
        ".",
        ".a",
        "a.",
        "a..b",
        "a___b",
        "-a",
        "a-",
        "Agent",
        "a b",
        "a\nb",
        "a\u0000b",
        "a+b",
        "a@b",
        "a:b",
        "é",
        "a\\b",
        "a/./b",
        "a._b",
        "a%2fb"
      })
  void everything_else_is_refused(String name) {
    assertThrows(IllegalArgumentException.class, () -> new ArtifactName(name));
    assertThrows(IllegalArgumentException.class, () -> new ChannelName(name));
  }

  @Test
  void lengths_are_bounded() {
    assertEquals(128, new ArtifactName("a".repeat(128)).value().length());
    assertThrows(IllegalArgumentException.class, () -> new ArtifactName("a".repeat(129)));
    assertEquals(63, new ChannelName("a".repeat(63)).value().length());
    assertThrows(IllegalArgumentException.class, () -> new ChannelName("a".repeat(64)));
  }

  @Test
  void a_channel_has_dashes_alone() {
    assertEquals("pre-production-2", new ChannelName("pre-production-2").value());
    assertThrows(IllegalArgumentException.class, () -> new ChannelName("a.b"));
    assertThrows(IllegalArgumentException.class, () -> new ChannelName("a_b"));
    assertThrows(IllegalArgumentException.class, () -> new ChannelName("a/b"));
  }
}
