package dev.selfsame.pins.lock;

import dev.selfsame.pins.DebsRoot;
import dev.selfsame.pins.DebsRoot.Deb;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a new lock changes against the old one. */
public final class LockChanges {
  private LockChanges() {}

  /**
   * One package that came, went or changed.
   *
   * @param before as the old lock has it, null where it came
   * @param after as the new lock has it, null where it went
   */
  public record Change(String name, @Nullable Deb before, @Nullable Deb after) {

    /** Difference of the files' sizes, in bytes. */
    public long sizeDelta() {
      return (after == null ? 0 : after.size()) - (before == null ? 0 : before.size());
    }
  }

  /** Every package that differs by digest, sorted by name. */
  public static List<Change> between(@Nullable DebsRoot before, DebsRoot after) {
    Map<String, Deb> old = before == null ? Map.of() : byName(before);
    Map<String, Deb> now = byName(after);
    TreeSet<String> names = new TreeSet<>(old.keySet());
    names.addAll(now.keySet());
    List<Change> changes = new ArrayList<>();
    for (String name : names) {
      Change change = new Change(name, old.get(name), now.get(name));
      if (!Objects.equals(digest(change.before()), digest(change.after()))) {
        changes.add(change);
      }
    }
    return changes;
  }

  private static @Nullable Object digest(@Nullable Deb deb) {
    return deb == null ? null : deb.sha256();
  }

  private static Map<String, Deb> byName(DebsRoot root) {
    return root.debs().stream()
        .collect(Collectors.toMap(Deb::name, Function.identity(), (a, b) -> b, TreeMap::new));
  }
}
