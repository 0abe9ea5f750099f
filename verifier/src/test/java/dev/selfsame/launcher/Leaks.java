package dev.selfsame.launcher;

import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Looks for secrets where none may be: in what programs have said, and in what they keep. */
public final class Leaks {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Map<String, String> secrets;

  /**
   * @param secrets by a name that may be shown
   */
  public Leaks(Map<String, String> secrets) {
    this.secrets = Map.copyOf(secrets);
  }

  /** Fails where one of them is in the text. */
  public void look(String where, String text) {
    secrets.forEach((name, secret) -> assertFalse(text.contains(secret), name + " in " + where));
  }

  /**
   * Fails where one of them is in a file there: in its raw bytes, compressed or not, and in what it
   * states where it is a signed record, whose envelope has that in base64.
   *
   * @return what the signed records state
   */
  public List<String> lookInto(Path folder) throws IOException {
    List<String> stated = new ArrayList<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String text = Files.readString(file, StandardCharsets.ISO_8859_1);
        look(file.toString(), text);
        if (text.startsWith("{") && text.contains("\"dsseEnvelope\"")) {
          stated.add(statement(text));
          look("what is stated in " + file, stated.getLast());
        }
      }
    }
    return stated;
  }

  private static String statement(String bundle) throws IOException {
    String payload = JSON.readTree(bundle).at("/dsseEnvelope/payload").asText();
    return new String(Base64.getDecoder().decode(payload), StandardCharsets.UTF_8);
  }
}
