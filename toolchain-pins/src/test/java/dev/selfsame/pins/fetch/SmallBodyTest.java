package dev.selfsame.pins.fetch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SmallBodyTest {
  private static final byte[] CONTENT = new byte[100_000];

  private static byte[] read(Shelf.Manner manner, int most, Duration whole) throws Exception {
    try (Shelf shelf = new Shelf(manner);
        ProxiedClient client = HttpOrigin.client(Proxies.NONE)) {
      shelf.put("/f", CONTENT);
      try (InputStream body = new HttpOrigin(client, shelf.base().resolve("/f")).open(0).body()) {
        return SmallBody.read(body, most, whole);
      } finally {
        client.close();
      }
    }
  }

  @Test
  void a_whole_document_is_read_up_to_its_limit() throws Exception {
    Duration ample = Duration.ofMinutes(1);
    assertArrayEquals(CONTENT, read(Shelf.Manner.HONEST, CONTENT.length, ample));
    IOException large =
        assertThrows(IOException.class, () -> read(Shelf.Manner.HONEST, CONTENT.length - 1, ample));
    assertEquals("too large", large.getMessage());
  }

  @ParameterizedTest
  @EnumSource(
      value = Shelf.Manner.class,
      names = {"STALLS", "DRIPS"})
  void one_that_does_not_come_whole_is_given_up(Shelf.Manner manner) {
    IOException late =
        assertThrows(IOException.class, () -> read(manner, CONTENT.length, Duration.ofMillis(300)));
    assertEquals("it does not send all of a small document", late.getMessage());
  }
}
