package dev.selfsame.audit.gate;

import dev.selfsame.attest.claim.AllowedPin;
import dev.selfsame.outcome.Failure;
import dev.selfsame.store.ArtifactName;
import dev.selfsame.store.ChannelName;
import dev.selfsame.toml.TomlFields;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads a gate's policy file: TOML, one flat table, whose keys are the command's options.
 *
 * <pre>
 * schema = 1
 * binary = ["dist/agent", "docker:agent"]
 * name = "viworks/agent"
 * channel = "production"
 * minimum-operators = 2
 * maximum-age = "30d"
 * allow-pin = ["trixie-rust-1.85.1"]
 * require-reproducible = true
 * </pre>
 *
 * <p>Only {@code schema} is required. A list that is left out asks nothing; an empty one is
 * refused, since nothing could meet it.
 */
public final class GatePolicyFile {
  private static final String HINT = "selfsame gate --help shows a policy file";
  private static final int MOST_OPERATORS = 100;

  private final TomlFields fields;

  private GatePolicyFile(TomlFields fields) {
    this.fields = fields;
  }

  /**
   * Reads one.
   *
   * @param name how errors name it
   * @throws Failure (usage), with line and column, where it is not of the form
   */
  public static GateWish parse(byte[] toml, String name) {
    return new GatePolicyFile(TomlFields.parse(toml, name, HINT)).read();
  }

  private GateWish read() {
    if (fields.count("schema") != 1) {
      throw fields.wrong("schema", "schema is not 1, the only one that this version reads");
    }
    GateWish wish =
        new GateWish(
            texts("binary"),
            text("name", ArtifactName::new),
            text("channel", ChannelName::new),
            operators(),
            age(),
            pins(),
            fields.has("require-reproducible")
                ? (Boolean) fields.flag("require-reproducible", false)
                : null);
    fields.noMore();
    return wish;
  }

  private List<AllowedPin> pins() {
    try {
      return texts("allow-pin").stream().map(AllowedPin::parse).toList();
    } catch (IllegalArgumentException e) {
      throw fields.wrong("allow-pin", "allow-pin: " + e.getMessage());
    }
  }

  private @Nullable Integer operators() {
    String key = "minimum-operators";
    Optional<Long> number = fields.optionalCount(key);
    if (number.isEmpty()) {
      return null;
    }
    if (number.get() < 1 || number.get() > MOST_OPERATORS) {
      throw fields.wrong(
          key, "%s is not from 1 to %d: %d".formatted(key, MOST_OPERATORS, number.get()));
    }
    return number.get().intValue();
  }

  private @Nullable Duration age() {
    return text(
        "maximum-age",
        text -> {
          try {
            return Ages.parse(text);
          } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("maximum-age is not " + e.getMessage(), e);
          }
        });
  }

  private <T> @Nullable T text(String key, Function<String, T> parse) {
    Optional<String> text = fields.optionalString(key);
    if (text.isEmpty()) {
      return null;
    }
    try {
      return parse.apply(text.get());
    } catch (IllegalArgumentException e) {
      throw fields.wrong(key, String.valueOf(e.getMessage()));
    }
  }

  private List<String> texts(String key) {
    List<String> texts = fields.strings(key);
    if (fields.has(key) && (texts.isEmpty() || texts.contains(""))) {
      throw fields.wrong(key, key + " is not a list of at least one text");
    }
    return texts;
  }
}
