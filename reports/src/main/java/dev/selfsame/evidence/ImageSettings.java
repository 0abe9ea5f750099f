package dev.selfsame.evidence;

import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a project says of the image that its program is run as: the table {@code [image]} of {@code
 * selfsame.toml}.
 *
 * @param base id of the pin that the program is put on
 * @param binary name of the binary that becomes the program
 * @param entrypoint its place in the image, absolute
 * @param arguments what it is given where the caller says nothing else
 * @param user uid that it runs as
 * @param group gid that it runs as
 * @param config where it looks for its configuration, absolute, and the folder is there; absent
 *     where it has none
 * @param ports TCP ports that it listens on, sorted
 * @param labels further labels by name, sorted
 */
public record ImageSettings(
    String base,
    String binary,
    String entrypoint,
    List<String> arguments,
    long user,
    long group,
    @Nullable String config,
    List<Integer> ports,
    Map<String, String> labels) {
  /** At least one folder, no empty part, none that begins with a dot. */
  public static final Pattern PATH =
      Pattern.compile("(?:/[A-Za-z0-9_][A-Za-z0-9._+-]{0,99}){2,12}");

  /** Reverse domain names, as the OCI image specification asks. */
  public static final Pattern LABEL = Pattern.compile("[a-z0-9](?:[a-z0-9._-]{0,126}[a-z0-9])?");

  /** Anything on one line. */
  public static final Pattern LINE = Pattern.compile("[^\\p{Cntrl}\\u2028\\u2029]{1,1000}");

  /** The highest uid and gid: 2^32 - 2, since the one above stands for none. */
  public static final long MAX_ID = 0xFFFF_FFFEL;

  private static final int MANY = 64;

  /** Throws {@link IllegalArgumentException} with one phrase where a value is of another form. */
  public ImageSettings {
    requireNonNull(base);
    requireNonNull(binary);
    require(PATH.matcher(entrypoint).matches(), "not a place for a program: " + entrypoint);
    require(config == null || PATH.matcher(config).matches(), "not a place: " + config);
    require(user >= 0 && user <= MAX_ID && group >= 0 && group <= MAX_ID, "no such user or group");
    arguments = List.copyOf(arguments);
    ports = ports.stream().sorted().distinct().toList();
    labels = Collections.unmodifiableMap(new TreeMap<>(labels));
    require(
        arguments.size() <= MANY && ports.size() <= MANY && labels.size() <= MANY,
        "more than 64 arguments, ports or labels");
    arguments.forEach(one -> require(LINE.matcher(one).matches(), "not an argument: " + one));
    ports.forEach(port -> require(port >= 1 && port <= 65535, "not a port: " + port));
    labels.forEach((label, value) -> {
      require(LABEL.matcher(label).matches() && !reserved(label), "not a free label: " + label);
      require(LINE.matcher(value).matches(), "not a label's value: " + value);
    });
  }

  /** Whether a label is one that Selfsame sets itself. */
  public static boolean reserved(String label) {
    return label.startsWith("dev.selfsame.")
        || label.equals("org.opencontainers.image.source")
        || label.equals("org.opencontainers.image.revision");
  }

  private static void require(boolean held, String otherwise) {
    if (!held) {
      throw new IllegalArgumentException(otherwise);
    }
  }
}
