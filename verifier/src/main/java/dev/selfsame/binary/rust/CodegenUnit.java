package dev.selfsame.binary.rust;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A codegen unit, by the name that rustc gives it: {@code crate.hash-cgu.N}. The hash is not
 * padded.
 *
 * @param crate as symbols name it
 * @param hash tells crates of one name apart, such as a package's program and its library
 * @param number from 0
 * @param digits of the number: as many as the crate's largest needs
 */
public record CodegenUnit(String crate, String hash, int number, int digits) {
  private static final Pattern NAME =
      Pattern.compile("([A-Za-z0-9_]+)\\.([0-9a-f]{6,16})-cgu\\.([0-9]{1,4}).*");

  /** Reads a name; empty where it is another file's. */
  public static Optional<CodegenUnit> of(String name) {
    Matcher matcher = NAME.matcher(name);
    return matcher.matches()
        ? Optional.of(
            new CodegenUnit(
                matcher.group(1),
                matcher.group(2),
                Integer.parseInt(matcher.group(3)),
                matcher.group(3).length()))
        : Optional.empty();
  }
}
