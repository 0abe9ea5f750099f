package dev.selfsame.promote;

import dev.selfsame.attest.claim.AllowedPin;
import dev.selfsame.digest.Digest;
import dev.selfsame.outcome.Failure;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.tomlj.Toml;
import org.tomlj.TomlArray;
import org.tomlj.TomlParseError;
import org.tomlj.TomlParseResult;
import org.tomlj.TomlPosition;

/**
 * Reads policy files: TOML, one flat table. Anything that is not understood is an error with line
 * and column, because a condition that is misspelt must not count as one that was not asked.
 *
 * <pre>
 * schema = 1
 * minimum-operators = 2
 * builders = ["https://builds.example.org/a", "https://builds.example.net/b"]
 * pins = ["trixie-rust-1.85.1"]      # or its root's "sha256:HEX", or "ID@sha256:HEX"
 * controls-identical = true           # the default
 * varied-identical = true             # the default
 * strip-states = ["stripped"]
 * sources = ["https://git.example.org/agent"]
 * clean-source = true                 # the default
 * max-evidence-age-days = 30
 * promotion-lifetime-days = 180
 * </pre>
 *
 * <p>{@code schema} and {@code minimum-operators} are required. A list that is left out asks
 * nothing; an empty one is refused, since nothing could meet it.
 */
public final class PolicyFile {
  private static final Set<String> STRIP_STATES = Set.of("full", "debug-stripped", "stripped");
  private static final int MOST_OPERATORS = 100;
  private static final int MOST_DAYS = 36_500;

  private final TomlParseResult table;
  private final String file;
  private final Set<String> read = new TreeSet<>();

  private PolicyFile(TomlParseResult table, String file) {
    this.table = table;
    this.file = file;
  }

  /**
   * Reads a policy.
   *
   * @param fileName how errors name it
   * @throws Failure exit 2, with line and column, where it is not of the form
   */
  public static Policy parse(byte[] toml, String fileName) {
    TomlParseResult table = Toml.parse(text(toml, fileName));
    PolicyFile file = new PolicyFile(table, fileName);
    if (table.hasErrors()) {
      TomlParseError error = table.errors().getFirst();
      throw file.wrong(error.position(), String.valueOf(error.getMessage()));
    }
    Policy policy = file.policy(Digest.sha256(toml));
    file.refuseUnread();
    return policy;
  }

  private Policy policy(Digest digest) {
    if (number("schema", 1, Integer.MAX_VALUE) != 1) {
      throw wrong(at("schema"), "schema is not 1, the only one that this version reads");
    }
    return new Policy(
        digest,
        number("minimum-operators", 1, MOST_OPERATORS),
        texts("builders"),
        pins(),
        flag("controls-identical"),
        flag("varied-identical"),
        stripStates(),
        texts("sources"),
        flag("clean-source"),
        days("max-evidence-age-days"),
        days("promotion-lifetime-days"));
  }

  private List<AllowedPin> pins() {
    try {
      return texts("pins").stream().map(AllowedPin::parse).toList();
    } catch (IllegalArgumentException e) {
      throw wrong(at("pins"), "pins: " + e.getMessage());
    }
  }

  private List<String> stripStates() {
    List<String> states = texts("strip-states");
    for (String state : states) {
      if (!STRIP_STATES.contains(state)) {
        throw wrong(
            at("strip-states"),
            "strip-states has '%s', which is none of full, debug-stripped, stripped"
                .formatted(state));
      }
    }
    return states;
  }

  private int number(String key, int least, int most) {
    if (!(value(key) instanceof Long number)) {
      throw wrong(at(key), key + (table.contains(key) ? " is not a whole number" : " is missing"));
    }
    if (number < least || number > most) {
      throw wrong(at(key), "%s is not from %d to %d: %d".formatted(key, least, most, number));
    }
    return number.intValue();
  }

  private @Nullable Duration days(String key) {
    return value(key) == null ? null : Duration.ofDays(number(key, 1, MOST_DAYS));
  }

  /** Conditions are on unless the file turns them off. */
  private boolean flag(String key) {
    Object value = value(key);
    if (value == null) {
      return true;
    }
    if (!(value instanceof Boolean flag)) {
      throw wrong(at(key), key + " is not true or false");
    }
    return flag;
  }

  private List<String> texts(String key) {
    Object value = value(key);
    if (value == null) {
      return List.of();
    }
    if (!(value instanceof TomlArray array) || array.isEmpty()) {
      throw wrong(at(key), key + " is not a list of at least one text");
    }
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < array.size(); i++) {
      if (!(array.get(i) instanceof String text) || text.isEmpty()) {
        throw wrong(array.inputPositionOf(i), key + " holds what is not a text");
      }
      texts.add(text);
    }
    return texts;
  }

  private @Nullable Object value(String key) {
    read.add(key);
    return table.get(List.of(key));
  }

  private void refuseUnread() {
    for (String key : new TreeSet<>(table.keySet())) {
      if (!read.contains(key)) {
        throw wrong(at(key), "unknown condition " + key);
      }
    }
  }

  private @Nullable TomlPosition at(String key) {
    return table.inputPositionOf(List.of(key));
  }

  private Failure wrong(@Nullable TomlPosition at, String what) {
    return Failure.usage(
        "%s:%d:%d: %s"
            .formatted(file, at == null ? 1 : at.line(), at == null ? 1 : at.column(), what),
        "selfsame promote --help shows a policy");
  }

  private static String text(byte[] toml, String fileName) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(toml)).toString();
    } catch (CharacterCodingException e) {
      throw Failure.usage(fileName + " is not UTF-8", "save it as UTF-8 text");
    }
  }
}
