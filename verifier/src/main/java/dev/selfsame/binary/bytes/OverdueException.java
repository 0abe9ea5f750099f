package dev.selfsame.binary.bytes;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A {@link Deadline} has passed. No fault of any file: who reads parts of one must not take it for
 * a part that is malformed, and lets it go by. Whoever set the deadline catches it.
 */
public final class OverdueException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String[] files;

  /** While these files were being read, as they are named; none where that is not known yet. */
  public OverdueException(String... files) {
    super("not read in time: " + String.join(", ", files), null, false, false);
    this.files = files.clone();
  }

  /** The same, when this file was being read. */
  public OverdueException in(String file) {
    if (files().contains(file)) {
      return this;
    }
    List<String> all = new ArrayList<>(List.of(file));
    all.addAll(files());
    return new OverdueException(all.toArray(String[]::new));
  }

  /** Which files were being read, as they were named. */
  public List<String> files() {
    return List.copyOf(Arrays.asList(files));
  }
}
