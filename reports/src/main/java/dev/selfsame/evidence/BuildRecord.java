package dev.selfsame.evidence;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.selfsame.digest.Digest;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One build: its recipe, what ran, what was observed, and the digests that came out.
 *
 * @param schema {@link #SCHEMA}
 * @param name the artifact's name in the registry
 * @param source what was built
 * @param recipe how it was to be built
 * @param toolchain what the tools said of themselves
 * @param environmentPin the pin as it was used
 * @param crates every crate of Cargo.lock that was given to the build, sorted by name and version
 * @param cargoLockDigest SHA-256 of Cargo.lock
 * @param engine which engine built, and its host
 * @param runs every build that was made, in order; the first is the one whose outputs are kept
 * @param prepareLogDigest SHA-256 of the log of what was asked before the builds, absent in records
 *     from before it was kept
 * @param reproducibility what the runs say together
 * @param outputs the first run's binaries, sorted by name
 * @param image what the project says of the image that a program is run as, absent where that is
 *     nothing
 * @param startedAt when work began
 * @param finishedAt when the record was written
 */
public record BuildRecord(
    String schema,
    String name,
    Source source,
    Recipe recipe,
    Toolchain toolchain,
    EnvironmentPin environmentPin,
    List<Crate> crates,
    Digest cargoLockDigest,
    EngineFacts engine,
    List<Run> runs,
    @Nullable Digest prepareLogDigest,
    Reproducibility reproducibility,
    List<Output> outputs,
    @Nullable ImageSettings image,
    Instant startedAt,
    Instant finishedAt) {

  /** The value of {@code schema}; the number changes when a reader must. */
  public static final String SCHEMA = "selfsame.build-record/2";

  public BuildRecord {
    if (!SCHEMA.equals(schema)) {
      throw new IllegalArgumentException("schema is not " + SCHEMA + ": " + schema);
    }
    requireNonNull(name);
    requireNonNull(source);
    requireNonNull(recipe);
    requireNonNull(toolchain);
    requireNonNull(environmentPin);
    requireNonNull(cargoLockDigest);
    requireNonNull(engine);
    requireNonNull(reproducibility);
    requireNonNull(startedAt);
    requireNonNull(finishedAt);
    crates = List.copyOf(crates);
    runs = List.copyOf(runs);
    outputs = List.copyOf(outputs);
  }

  /**
   * What the tools said of themselves within the root.
   *
   * @param rustc the output of {@code rustc -vV}
   * @param cargo the output of {@code cargo -vV}
   * @param linker first line of the linker's {@code --version}
   */
  public record Toolchain(String rustc, String cargo, String linker) {
    public Toolchain {
      requireNonNull(rustc);
      requireNonNull(cargo);
      requireNonNull(linker);
    }

    /** The first line of {@code rustc -vV}, such as {@code rustc 1.85.1 (4eb161250 2025-03-15)}. */
    public String rustcVersion() {
      return rustc.lines().findFirst().orElse("unknown");
    }
  }

  /**
   * The pin as it was used.
   *
   * @param id pin id
   * @param kind {@code debs} or {@code image}
   * @param fileDigest SHA-256 of the pin file
   * @param diffId DiffID of the assembled root
   * @param image id of the image that the root was unpacked from, absent for a root of packages
   * @param manifest digest of that image's manifest, by which a registry has it; absent for a root
   *     of packages, and in records from before it was kept
   */
  public record EnvironmentPin(
      String id,
      String kind,
      Digest fileDigest,
      Digest diffId,
      @Nullable Digest image,
      @Nullable Digest manifest) {
    public EnvironmentPin {
      requireNonNull(id);
      requireNonNull(kind);
      requireNonNull(fileDigest);
      requireNonNull(diffId);
    }
  }

  /**
   * A crate from the registry.
   *
   * @param name the name that Cargo.lock has
   * @param version its version there
   * @param checksum SHA-256 of the {@code .crate} file, equal to Cargo.lock's
   */
  public record Crate(String name, String version, Digest checksum) {
    public Crate {
      requireNonNull(name);
      requireNonNull(version);
      requireNonNull(checksum);
    }
  }

  /**
   * The engine and its host.
   *
   * @param name {@code bwrap}, {@code unshare}, {@code docker} or {@code podman}
   * @param version what the engine says of itself
   * @param host facts of the host that do not decide the bytes: kernel, architecture, CPUs
   */
  public record EngineFacts(String name, String version, Map<String, String> host) {
    public EngineFacts {
      requireNonNull(name);
      requireNonNull(version);
      host = Collections.unmodifiableMap(new TreeMap<>(host));
    }
  }

  /** Why a build was made. */
  public enum RunKind {
    /** Made to the recipe, nothing varied. */
    @JsonProperty("control")
    CONTROL,
    /** Every factor varied at once. */
    @JsonProperty("varied")
    VARIED,
    /** One factor varied, to name the guilty one. */
    @JsonProperty("factor")
    FACTOR
  }

  /**
   * One build.
   *
   * @param kind why it was made
   * @param varied the factors that were varied, sorted; empty for a control; without {@code
   *     file-order} where folders could not be made to list their files in another order
   * @param seconds wall time of the build stage
   * @param logDigest SHA-256 of the build's log
   * @param outputs digests by binary name; empty when the build failed
   * @param failure why it failed, absent where it did not
   */
  public record Run(
      RunKind kind,
      List<String> varied,
      double seconds,
      Digest logDigest,
      Map<String, Digest> outputs,
      @Nullable String failure) {
    public Run {
      requireNonNull(kind);
      requireNonNull(logDigest);
      varied = List.copyOf(varied);
      outputs = Collections.unmodifiableMap(new TreeMap<>(outputs));
    }
  }

  /**
   * What the runs say together.
   *
   * @param controlsIdentical whether both controls gave the same bytes
   * @param variedIdentical whether the varied build gave the controls' bytes
   * @param guilty factors that alone changed the bytes or made the build fail, sorted; with
   *     controls that differ, {@code intrinsic}; where several factors did it together and none
   *     alone, {@code only-together}
   */
  public record Reproducibility(
      boolean controlsIdentical, boolean variedIdentical, List<String> guilty) {
    /** The word where all factors together change the bytes and none does alone. */
    public static final String ONLY_TOGETHER = "only-together";

    public Reproducibility {
      guilty = List.copyOf(guilty);
    }

    /** Whether every build gave the same bytes. */
    public boolean reproducible() {
      return controlsIdentical && variedIdentical;
    }
  }

  /**
   * A binary that came out.
   *
   * @param name the binary's name
   * @param size bytes
   * @param digest SHA-256
   * @param stripState {@code full}, {@code debug-stripped}, {@code stripped} or {@code unknown}
   * @param facts what the binary says of itself, by name
   */
  public record Output(
      String name, long size, Digest digest, String stripState, Map<String, Fact> facts) {
    public Output {
      requireNonNull(name);
      requireNonNull(digest);
      requireNonNull(stripState);
      facts = Collections.unmodifiableMap(new TreeMap<>(facts));
    }
  }
}
