package dev.selfsame.scenes;

import dev.selfsame.outcome.Progress;
import java.util.ArrayList;
import java.util.List;

/** Progress that keeps its notes. */
public final class Notes implements Progress {
  public final List<String> lines = new ArrayList<>();

  @Override
  public Step begin(String what, long total, Unit unit) {
    return SILENT.begin(what, total, unit);
  }

  @Override
  public void note(String line) {
    lines.add(line);
  }
}
