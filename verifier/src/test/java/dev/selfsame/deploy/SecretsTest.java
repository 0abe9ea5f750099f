package dev.selfsame.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.outcome.Failure;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Secrets in addresses, and in whatever a program makes of them. */
class SecretsTest {
  private static final String WORD = "p@s/w%r d:\"é$1";

  @TempDir private Path folder;

  private DeployFile file(String template) throws IOException {
    Files.writeString(folder.resolve("agent.toml"), template);
    Path file = folder.resolve("deploy.toml");
    Files.writeString(
        file,
        """
        [secrets]
        names = ["WORD"]
        [config]
        template = "agent.toml"
        [health]
        live = "http://target:8080/"
        """);
    return DeployFileReader.read(file, "deploy.toml");
  }

  private Secrets secrets(DeployFile file) {
    return Secrets.find(file.secrets(), Map.of("WORD", WORD));
  }

  @Test
  void a_secret_in_an_address_ends_neither_its_part_nor_its_string() throws IOException {
    DeployFile file = file("url = \"redis://:${WORD|url}@redis:6379/0\"\nplain = \"${WORD}\"\n");
    String text =
        new String(
            Rendering.of(file.config().orElseThrow(), file, secrets(file)), StandardCharsets.UTF_8);
    assertEquals(
        "url = \"redis://:p%40s%2Fw%25r%20d%3A%22%C3%A9%241@redis:6379/0\"\n"
            + "plain = \"p@s/w%r d:\\\"é$1\"\n",
        text);
    URI address = URI.create(text.substring(7, text.indexOf('\n') - 1));
    assertEquals(":" + WORD, address.getUserInfo());
    assertEquals("redis", address.getHost());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        WORD,
        "p@s/w%r d:\\\"é$1",
        "p%40s%2Fw%25r%20d%3A%22%C3%A9%241",
        "p%40s%2fw%25r+d%3a%22%c3%a9$1",
        "p%40s/w%25r%20d:\"é$1",
        "%70@s/w%r d:%22%C3%a9$1",
        "cEBzL3clciBkOiLDqSQx",
      })
  void any_mix_of_its_forms_is_masked(String form) throws IOException {
    String masked = secrets(file("")).mask("cannot reach redis://:%s@redis".formatted(form));
    assertEquals("cannot reach redis://:********@redis", masked);
  }

  @Test
  void one_of_many_thousand_characters_is_masked_too() throws IOException {
    String key = "{\"key\": \"-----BEGIN/+%s\"}".formatted("aB3%/".repeat(40_000));
    Secrets secrets = Secrets.find(file("").secrets(), Map.of("WORD", key));
    String encoded = URLEncoder.encode(key, StandardCharsets.UTF_8);
    assertEquals("a ******** b", secrets.mask("a " + key + " b"));
    assertEquals("a ******** b", secrets.mask("a " + encoded + " b"));
    String cut = key.substring(0, key.length() - 1);
    assertEquals(cut, secrets.mask(cut));
  }

  @Test
  void a_form_that_nobody_knows_is_refused() {
    Failure failure = assertThrows(Failure.class, () -> file("${WORD|base64}"));
    assertTrue(String.valueOf(failure.getMessage()).contains("${WORD|base64}"));
  }

  @Test
  void other_words_stay() throws IOException {
    Secrets secrets = secrets(file(""));
    assertEquals("p@s/w%r", secrets.mask("p@s/w%r"));
    assertEquals("P@s/w%r d:\"é$1", secrets.mask("P@s/w%r d:\"é$1"));
    assertFalse(secrets.toString().contains(WORD));
  }
}
