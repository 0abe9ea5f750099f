package dev.selfsame.evidence;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.selfsame.digest.Digest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Two folders or archives set against each other, name by name. Owners and times are not compared;
 * extended attributes only where both are tars.
 *
 * @param schema {@link #SCHEMA}
 * @param verdict identical where every name has the same kind, mode, link and bytes; equivalent
 *     where that is so and the archives' own bytes differ
 * @param a the first side, as it was named
 * @param b the second side, as it was named
 * @param sizeDelta bytes by which the files of b exceed those of a
 * @param summary how many names there are of each state
 * @param entries every name of either side, in order
 * @param problems what was left out and why; empty when all was compared
 */
public record TreeComparison(
    String schema,
    Verdict verdict,
    String a,
    String b,
    long sizeDelta,
    Summary summary,
    List<Entry> entries,
    List<String> problems) {

  /** The value of {@code schema}; the number changes when a reader must. */
  public static final String SCHEMA = "selfsame.tree-comparison/1";

  /** How a name stands on both sides. */
  public enum State {
    @JsonProperty("identical")
    IDENTICAL,
    @JsonProperty("differs")
    DIFFERS,
    @JsonProperty("only-in-a")
    ONLY_IN_A,
    @JsonProperty("only-in-b")
    ONLY_IN_B
  }

  /** What a name stands for. */
  public enum Kind {
    @JsonProperty("file")
    FILE,
    @JsonProperty("folder")
    FOLDER,
    @JsonProperty("link")
    LINK,
    /** A device, a pipe or a socket. */
    @JsonProperty("special")
    SPECIAL
  }

  /**
   * How many names there are of each state.
   *
   * @param identical the same on both sides
   * @param differs on both sides, and not the same
   * @param onlyInA in a alone
   * @param onlyInB in b alone
   */
  public record Summary(int identical, int differs, int onlyInA, int onlyInB) {}

  /**
   * What one side has under a name.
   *
   * @param kind file, folder, link or special
   * @param size bytes of a file, 0 for everything else
   * @param sha256 digest of a file's bytes, absent for everything else
   * @param mode permissions in octal, such as {@code 0755}; empty where the archive has none
   * @param link where a symbolic link leads; what a special entry is, such as {@code character
   *     device 5:1}; empty for everything else
   */
  public record Node(Kind kind, long size, @Nullable Digest sha256, String mode, String link) {
    public Node {
      requireNonNull(kind);
      requireNonNull(mode);
      requireNonNull(link);
    }
  }

  /**
   * One name.
   *
   * @param name path within the folder or archive, without a slash before it
   * @param state how it stands on both sides
   * @param a what a has, absent where it has nothing
   * @param b what b has, absent where it has nothing
   * @param sizeDelta b's bytes less a's
   * @param cause in a few words why they differ, empty where they do not
   */
  public record Entry(
      String name, State state, @Nullable Node a, @Nullable Node b, long sizeDelta, String cause) {
    public Entry {
      requireNonNull(name);
      requireNonNull(state);
      requireNonNull(cause);
      if ((a == null) != (state == State.ONLY_IN_B) || (b == null) != (state == State.ONLY_IN_A)) {
        throw new IllegalArgumentException("%s is %s, but not so".formatted(name, state));
      }
    }
  }

  /** Asserts that the summary and the size are those of the entries. */
  public TreeComparison {
    if (!SCHEMA.equals(schema)) {
      throw new IllegalArgumentException("schema is not " + SCHEMA + ": " + schema);
    }
    requireNonNull(verdict);
    requireNonNull(a);
    requireNonNull(b);
    entries = List.copyOf(entries);
    problems = List.copyOf(problems);
    if (!summary.equals(count(entries))) {
      throw new IllegalArgumentException("the summary is not that of the entries");
    }
    if (entries.stream().mapToLong(Entry::sizeDelta).sum() != sizeDelta) {
      throw new IllegalArgumentException("entries do not sum to the difference " + sizeDelta);
    }
    boolean same = summary.identical() == entries.size();
    if (!same && (verdict instanceof Verdict.Identical || verdict instanceof Verdict.Equivalent)) {
      throw new IllegalArgumentException("identical, but entries differ");
    }
  }

  /** The summary of these entries. */
  public static Summary count(List<Entry> entries) {
    return new Summary(
        count(entries, State.IDENTICAL),
        count(entries, State.DIFFERS),
        count(entries, State.ONLY_IN_A),
        count(entries, State.ONLY_IN_B));
  }

  private static int count(List<Entry> entries, State state) {
    return (int) entries.stream().filter(entry -> entry.state() == state).count();
  }
}
