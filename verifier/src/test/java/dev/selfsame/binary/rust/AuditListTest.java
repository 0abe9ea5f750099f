package dev.selfsame.binary.rust;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.selfsame.binary.bytes.ByteView;
import dev.selfsame.binary.bytes.Inflater;
import dev.selfsame.binary.bytes.MalformedInputException;
import dev.selfsame.evidence.Fact.Evidence;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.Test;

class AuditListTest {
  private static final Evidence READ = new Evidence(".dep-v0", 100, "list");

  @Test
  void crates_of_the_program_are_listed_and_those_of_its_build_are_not() throws IOException {
    String json =
        """
        {"packages":[
          {"name":"agent","version":"0.1.0","source":"local","root":true,"dependencies":[1,2]},
          {"name":"serde","version":"1.0.200","source":"crates.io"},
          {"name":"cc","version":"1.2.0","source":"crates.io","kind":"build"}]}
        """;
    byte[] unpacked = Inflater.zlib(ByteView.of(zlib(json)), AuditList.LARGEST);
    assertEquals("1: serde 1.0.200", AuditList.crates(unpacked, 100, READ).value());
  }

  @Test
  void what_is_no_list_is_malformed_and_a_bomb_is_not_unpacked() throws IOException {
    byte[] words = "no JSON".getBytes(StandardCharsets.UTF_8);
    assertThrows(MalformedInputException.class, () -> AuditList.crates(words, 100, READ));
    ByteView garbage = ByteView.of(words);
    assertThrows(MalformedInputException.class, () -> Inflater.zlib(garbage, 100));
    ByteView bomb = ByteView.of(zlib("x".repeat(1 << 20)));
    assertThrows(MalformedInputException.class, () -> Inflater.zlib(bomb, 1 << 16));
  }

  private static byte[] zlib(String text) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (DeflaterOutputStream out = new DeflaterOutputStream(packed)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
    return packed.toByteArray();
  }
}
