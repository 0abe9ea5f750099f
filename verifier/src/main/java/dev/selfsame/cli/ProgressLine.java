package dev.selfsame.cli;

import dev.selfsame.outcome.Progress;
import java.io.PrintStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.StringJoiner;

/**
 * Progress on stderr: one moving line on a terminal; elsewhere a plain line at a step's beginning,
 * every {@link #PLAIN_SECONDS} and at its end. Of nested steps the innermost is shown; steps that
 * count items at the same time are shown side by side.
 */
final class ProgressLine implements Progress {
  private static final long MOVING_NANOS = 100_000_000L;
  private static final long PLAIN_SECONDS = 15;
  private static final int WIDTH = 79;

  private final PrintStream err;
  private final boolean moves;
  private final Deque<Running> steps = new ArrayDeque<>();
  private boolean drawn;

  ProgressLine(PrintStream err, boolean moves) {
    this.err = err;
    this.moves = moves;
  }

  @Override
  public synchronized Step begin(String what, long total, Unit unit) {
    Running step = new Running(what, total, unit);
    steps.push(step);
    if (moves) {
      draw(step);
    } else {
      plain(step.what + " …");
    }
    return step;
  }

  @Override
  public synchronized void note(String line) {
    clear();
    err.print(line + "\n");
    err.flush();
  }

  /** Takes the moving line off the terminal, so that something else can be printed there. */
  synchronized void clear() {
    if (drawn) {
      err.print("\r\u001b[K");
      err.flush();
      drawn = false;
    }
  }

  private void plain(String line) {
    err.print(line + "\n");
    err.flush();
  }

  private void draw(Running step) {
    String line = atOnce() ? together() : step.line();
    if (line.length() > WIDTH) {
      line = line.substring(0, WIDTH - 1) + "…";
    }
    err.print("\r\u001b[K" + line);
    err.flush();
    drawn = true;
  }

  /** Whether several steps count items: then none of them is within another. */
  private boolean atOnce() {
    return steps.stream().filter(Running::counts).count() > 1;
  }

  private String together() {
    StringJoiner line = new StringJoiner(" · ");
    double longest = 0;
    for (Running step : steps) {
      if (step.counts()) {
        line.add(step.what + step.amount());
        longest = Math.max(longest, step.seconds());
      }
    }
    return String.format(Locale.ROOT, "%s  %.1f s", line, longest);
  }

  /** A step under way. Its fields are guarded by the line's lock. */
  private final class Running implements Step {
    private final String what;
    private final long total;
    private final Unit unit;
    private final long began = System.nanoTime();
    private long lastShown = began;
    private long done;
    private String detail = "";
    private boolean closed;

    Running(String what, long total, Unit unit) {
      this.what = what;
      this.total = total;
      this.unit = unit;
    }

    @Override
    public void advance(long amount) {
      synchronized (ProgressLine.this) {
        done += amount;
        show();
      }
    }

    @Override
    public void now(String newDetail) {
      synchronized (ProgressLine.this) {
        detail = newDetail;
        show();
      }
    }

    @Override
    public void close() {
      synchronized (ProgressLine.this) {
        if (closed) {
          return;
        }
        closed = true;
        steps.remove(this);
        detail = "";
        clear();
        if (!moves || seconds() >= 1) {
          plain(line());
        }
      }
    }

    private void show() {
      if (closed || (steps.peek() != this && !(counts() && atOnce()))) {
        return;
      }
      long since = System.nanoTime() - lastShown;
      if (since >= (moves ? MOVING_NANOS : PLAIN_SECONDS * 1_000_000_000L)) {
        lastShown = System.nanoTime();
        if (moves) {
          draw(this);
        } else {
          plain(line());
        }
      }
    }

    private double seconds() {
      return (System.nanoTime() - began) / 1e9;
    }

    private boolean counts() {
      return unit == Unit.ITEMS && total > 0;
    }

    private String amount() {
      return switch (unit) {
        case NONE -> "";
        case ITEMS -> total > 0 ? " %d/%d".formatted(done, total) : " %d".formatted(done);
        case BYTES ->
            total > 0
                ? String.format(Locale.ROOT, " %.1f/%.1f MB", done / 1e6, total / 1e6)
                : String.format(Locale.ROOT, " %.1f MB", done / 1e6);
      };
    }

    private String line() {
      String tail = detail.isEmpty() ? "" : "  " + detail;
      return String.format(Locale.ROOT, "%s%s  %.1f s%s", what, amount(), seconds(), tail);
    }
  }
}
