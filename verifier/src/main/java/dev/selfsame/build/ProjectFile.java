package dev.selfsame.build;

import static java.util.Objects.requireNonNull;

import dev.selfsame.evidence.ImageSettings;
import dev.selfsame.outcome.Failure;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * {@code selfsame.toml}: what of a Cargo project is built, and how.
 *
 * <pre>{@code
 * name = "agent"                    # the artifact's name in the registry
 * pin = "trixie-rust-1.85.1"        # the environment
 * timeout = "20m"                   # of one build; s, m or h; 30m where it is absent
 * [cargo]
 * package = "agent"                 # absent: the package of Cargo.toml beside this file
 * binaries = ["agent"]
 * profile = "release"               # the usual one
 * features = []
 * default-features = true
 * rustflags = []                    # for every rustc call
 * [profile]                         # keys of Cargo's profile, set from outside
 * strip = "symbols"
 * [env]                             # more variables for the build
 * SQLX_OFFLINE = "true"
 * [image]                           # absent: no image is made
 * base = "trixie-runtime"           # a runtime pin
 * binary = "agent"                  # absent: the only one
 * entrypoint = "/usr/local/bin/agent"   # the usual place
 * arguments = ["--quiet"]           # where the caller gives none
 * user = "65532:65532"              # uid and gid; the usual ones
 * config = "/etc/agent/agent.toml"  # where it looks for its configuration
 * ports = [8080]
 * [image.labels]
 * "org.opencontainers.image.vendor" = "Example"
 * }</pre>
 *
 * @param name lower-case letters, digits, dots and dashes, 1 to 64
 * @param pin pin id
 * @param timeout of one build, 1 second to 24 hours
 * @param cargoPackage package to build, or null
 * @param binaries names of its binaries, in order, at least one
 * @param profile Cargo profile
 * @param features sorted
 * @param defaultFeatures whether default features are on
 * @param rustflags in order
 * @param profileOverrides profile keys with their values as Cargo's environment writes them
 * @param environment further variables
 * @param image what the image of a binary is like, or null where none is made
 */
public record ProjectFile(
    String name,
    String pin,
    Duration timeout,
    @Nullable String cargoPackage,
    List<String> binaries,
    String profile,
    List<String> features,
    boolean defaultFeatures,
    List<String> rustflags,
    Map<String, String> profileOverrides,
    Map<String, String> environment,
    @Nullable ImageSettings image) {
  /** The file's name. */
  public static final String FILE_NAME = "selfsame.toml";

  /** What an artifact's name is like, as a regular expression. */
  public static final String NAME_FORM = "[a-z0-9](?:[a-z0-9.-]{0,62}[a-z0-9])?";

  private static final long MAX_BYTES = 1 << 20;
  private static final Duration USUAL_TIMEOUT = Duration.ofMinutes(30);
  private static final Pattern NAME = Pattern.compile(NAME_FORM);
  private static final Pattern CARGO_NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_-]{0,127}");
  private static final Pattern FEATURE = Pattern.compile("[\\p{L}\\p{N}_][\\p{L}\\p{N}_+./:-]*");

  public ProjectFile {
    requireNonNull(name);
    requireNonNull(pin);
    requireNonNull(timeout);
    requireNonNull(profile);
    binaries = List.copyOf(binaries);
    features = features.stream().sorted().distinct().toList();
    rustflags = List.copyOf(rustflags);
    profileOverrides = Collections.unmodifiableMap(new TreeMap<>(profileOverrides));
    environment = Collections.unmodifiableMap(new TreeMap<>(environment));
  }

  /**
   * Reads the file of a folder.
   *
   * @throws Failure (usage) where it is absent or malformed, with line and column
   */
  public static ProjectFile read(Path folder) {
    Path file = folder.resolve(FILE_NAME);
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes((int) MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        throw Failure.usage(FILE_NAME + " is over 1 MB", "it should have some 20 lines");
      }
      return parse(new String(bytes, StandardCharsets.UTF_8));
    } catch (NoSuchFileException e) {
      throw Failure.usage(
          "no %s is committed in this folder".formatted(FILE_NAME),
          "selfsame init writes one; look at it and commit it");
    } catch (IOException e) {
      throw Failure.undecided("reading %s: %s".formatted(FILE_NAME, e), "try again", e);
    }
  }

  /**
   * Reads its text.
   *
   * @throws Failure (usage) with line and column
   */
  public static ProjectFile parse(String toml) {
    ProjectTable top = ProjectTable.parse(toml);
    ProjectTable cargo = top.table("cargo");
    ProjectTable profile = top.table("profile");
    ProjectTable environment = top.table("env");
    ProjectTable image = top.table("image");
    List<String> binaries = cargo.strings("binaries", CARGO_NAME, "a binary's name");
    ProjectFile project =
        new ProjectFile(
            top.string("name", NAME, "a name (lower-case letters, digits, dots, dashes)"),
            top.string("pin", NAME, "a pin id (see: selfsame pins list)"),
            top.optionalString("timeout").map(t -> timeout(top, t)).orElse(USUAL_TIMEOUT),
            cargo.optional("package", CARGO_NAME, "a package name").orElse(null),
            binaries,
            cargo.optional("profile", CARGO_NAME, "a profile's name").orElse("release"),
            cargo.strings("features", FEATURE, "a feature"),
            cargo.flag("default-features", true),
            cargo.strings("rustflags", RustFlags.ONE, "one flag without control characters"),
            ProfileKeys.read(profile),
            ForbiddenVariables.read(environment),
            ImageTable.read(image, binaries));
    if (project.binaries().isEmpty()) {
      throw cargo.wrong("binaries", "cargo.binaries names no binary");
    }
    for (String name : binaries) {
      if (OutputFolder.OWN_FOLDERS.contains(name)) {
        throw cargo.wrong(
            "binaries",
            "cargo.binaries has %s, where a build's result has a folder".formatted(name));
      }
    }
    RustFlags.check(cargo, project.rustflags());
    List.of(cargo, profile, environment, image, top).forEach(ProjectTable::noMore);
    return project;
  }

  private static Duration timeout(ProjectTable top, String text) {
    try {
      return Durations.parse(text);
    } catch (IllegalArgumentException e) {
      throw top.wrong("timeout", "timeout is not " + e.getMessage() + ": " + text);
    }
  }
}
