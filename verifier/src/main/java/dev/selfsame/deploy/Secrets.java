package dev.selfsame.deploy;

import dev.selfsame.outcome.Failure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The values of secrets. Nothing shows them but {@link #value}. */
public final class Secrets {
  private static final String MASK = "********";
  private static final long MOST = 1 << 20;

  private final Map<String, String> values;
  private final List<Concealed> concealed;

  private Secrets(Map<String, String> values) {
    this.values = Map.copyOf(values);
    this.concealed = concealed(values.values());
  }

  /** None. */
  public static Secrets none() {
    return new Secrets(Map.of());
  }

  /**
   * Finds every secret that a deployment names: in its file, else in the environment.
   *
   * @throws Failure (usage) where one is missing or empty, has a control character, or the file may
   *     be read by others
   */
  public static Secrets find(DeployFile.SecretNames names, Map<String, String> environment) {
    Map<String, String> filed = names.file().map(Secrets::file).orElse(Map.of());
    Map<String, String> values = new TreeMap<>();
    for (String name : names.names()) {
      String value = filed.getOrDefault(name, environment.getOrDefault(name, ""));
      if (value.isEmpty()) {
        throw Failure.usage(
            "the secret %s is not set".formatted(name),
            "set it in the environment, or in the file that secrets.file names");
      }
      if (value.chars().anyMatch(Character::isISOControl)) {
        throw Failure.usage(
            "the secret %s has a line end or another control character".formatted(name),
            "give it on one line");
      }
      values.put(name, value);
    }
    return new Secrets(values);
  }

  private static Map<String, String> file(Path file) {
    try {
      Set<PosixFilePermission> others = EnumSet.copyOf(Files.getPosixFilePermissions(file));
      others.retainAll(
          EnumSet.of(
              PosixFilePermission.GROUP_READ,
              PosixFilePermission.GROUP_WRITE,
              PosixFilePermission.OTHERS_READ,
              PosixFilePermission.OTHERS_WRITE));
      if (!others.isEmpty()) {
        throw Failure.usage("others may read or write the secrets in " + file, "chmod 600 " + file);
      }
      if (Files.size(file) > MOST) {
        throw Failure.usage(file + " is over 1 MB", "it has NAME=VALUE lines");
      }
      return lines(file, Files.readAllLines(file, StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw Failure.usage("cannot read the secrets in " + file, "check the path and its mode");
    }
  }

  /** Errors name the line's number and nothing of what it holds. */
  private static Map<String, String> lines(Path file, List<String> lines) {
    Map<String, String> all = new TreeMap<>();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      int equals = line.indexOf('=');
      if (line.isEmpty() || line.startsWith("#")) {
        continue;
      }
      if (equals < 1 || all.put(line.substring(0, equals), line.substring(equals + 1)) != null) {
        throw Failure.usage(
            "%s:%d: not NAME=VALUE, or a name that was there".formatted(file, i + 1),
            "write one secret a line");
      }
    }
    return all;
  }

  /** The value of one that was named. */
  public String value(String name) {
    String value = values.get(name);
    if (value == null) {
      throw new IllegalArgumentException("no secret " + name);
    }
    return value;
  }

  /** Whether one of this name is known. */
  public boolean has(String name) {
    return values.containsKey(name);
  }

  /**
   * A text without them: as they are, as JSON, TOML or an address would write them, or any mix of
   * these character by character, since programs differ in what they write otherwise; and as
   * Base64.
   */
  public String mask(String text) {
    String masked = text;
    for (Concealed each : concealed) {
      masked = each.mask(masked, MASK);
    }
    return masked;
  }

  /** The longest first: one may be a part of another. */
  private static List<Concealed> concealed(Collection<String> values) {
    return values.stream()
        .sorted(
            Comparator.comparingInt(String::length)
                .reversed()
                .thenComparing(Comparator.naturalOrder()))
        .map(Concealed::new)
        .toList();
  }

  @Override
  public String toString() {
    return "secrets " + new TreeSet<>(values.keySet());
  }
}
