package dev.selfsame.access;

import dev.selfsame.outcome.Failure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.crypto.generators.OpenBSDBCrypt;

/**
 * Users and their passwords as {@code htpasswd -B} writes them: {@code NAME:BCRYPT}, a line each;
 * blank lines and lines from {@code #} on say nothing. Of Apache's forms only bcrypt is read: the
 * others are broken, or too quick to guess.
 */
public final class PasswordFile {
  private static final Pattern BCRYPT = Pattern.compile("\\$2[aby]\\$(\\d\\d)\\$[./A-Za-z0-9]{53}");
  private static final int LEAST_COST = 4;

  /** A cost of 14 takes about a second; more would be for an attacker to use. */
  private static final int MOST_COST = 14;

  private final Map<String, String> hashes;

  /** Nobody's, as costly as the costliest: so an unknown name takes no less than a known one. */
  private final String nobody;

  private PasswordFile(Map<String, String> hashes) {
    this.hashes = Map.copyOf(hashes);
    int cost = hashes.values().stream().mapToInt(PasswordFile::cost).max().orElse(LEAST_COST);
    this.nobody = OpenBSDBCrypt.generate("2y", new byte[] {0}, new byte[16], cost);
  }

  private static int cost(String hash) {
    return Integer.parseInt(hash.substring(4, 6));
  }

  /**
   * Reads a file.
   *
   * @throws Failure exit 2, with the line, where it is not of the form; exit 3 where it cannot be
   *     read
   */
  public static PasswordFile read(Path file) {
    List<String> lines;
    try {
      lines = Files.readAllLines(file, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw Failure.undecided(
          "cannot read the password file %s: %s".formatted(file, e.getMessage()),
          "make one with: htpasswd -cB FILE USER",
          e);
    }
    Map<String, String> hashes = new HashMap<>();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      if (line.isEmpty() || line.startsWith("#")) {
        continue;
      }
      int colon = line.indexOf(':');
      String name = line.substring(0, Math.max(0, colon));
      if (!Caller.isName(name)) {
        throw wrong(file, i, "does not begin with a user's name and a colon");
      }
      requireBcrypt(file, i, line.substring(colon + 1));
      if (hashes.put(name, line.substring(colon + 1)) != null) {
        throw wrong(file, i, "names %s again".formatted(name));
      }
    }
    return new PasswordFile(hashes);
  }

  private static void requireBcrypt(Path file, int line, String hash) {
    Matcher bcrypt = BCRYPT.matcher(hash);
    if (!bcrypt.matches()) {
      throw wrong(file, line, "has no bcrypt hash");
    }
    int cost = Integer.parseInt(bcrypt.group(1));
    if (cost < LEAST_COST || cost > MOST_COST) {
      throw wrong(
          file,
          line,
          "has a bcrypt cost of %d, not from %d to %d".formatted(cost, LEAST_COST, MOST_COST));
    }
  }

  /** Whether a user has this password. It takes as long for a name that is unknown. */
  boolean holds(String user, String password) {
    String hash = hashes.get(user);
    byte[] bytes = password.getBytes(StandardCharsets.UTF_8);
    boolean equal = OpenBSDBCrypt.checkPassword(hash == null ? nobody : hash, bytes);
    return equal && hash != null;
  }

  /** Whether it names this user. */
  boolean has(String user) {
    return hashes.containsKey(user);
  }

  private static Failure wrong(Path file, int line, String what) {
    return Failure.usage(
        "%s:%d: this line %s".formatted(file, line + 1, what),
        "make lines with: htpasswd -nB USER");
  }
}
