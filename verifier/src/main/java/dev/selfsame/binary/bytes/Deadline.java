package dev.selfsame.binary.bytes;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Supplier;

/**
 * When reading must have come to its end. Views that are made {@link #during} one look at its clock
 * now and then, whatever they are asked for: so no loop over a file's bytes outlasts it, and none
 * has to think of it.
 *
 * <p>Of one thread.
 */
public final class Deadline {
  /** What is spent between two looks at the clock, so that these cost next to nothing. */
  private static final int PACE = 4096;

  /** Copying so many bytes costs no more than one read; a power of two. */
  private static final int COPIED = 6;

  private static final ScopedValue<Deadline> CURRENT = ScopedValue.newInstance();

  private final InstantSource clock;

  /** In milliseconds of that clock. */
  private final long end;

  private long left = PACE;

  private Deadline(InstantSource clock, long end) {
    this.clock = clock;
    this.end = end;
  }

  /**
   * A clock that tells how long something takes, and not what time it is: nobody sets it, and it
   * stands while the machine sleeps.
   */
  public static InstantSource steady() {
    long begun = System.nanoTime();
    return () -> Instant.EPOCH.plusNanos(System.nanoTime() - begun);
  }

  /** One that passes when so much time is over from now on, such as by {@link #steady}. */
  public static Deadline in(Duration limit, InstantSource clock) {
    return new Deadline(clock, clock.millis() + limit.toMillis());
  }

  /** The one that this thread reads under; one that never passes where there is none. */
  public static Deadline current() {
    return CURRENT.isBound() ? CURRENT.get() : new Deadline(InstantSource.system(), Long.MAX_VALUE);
  }

  /**
   * Reads under this one.
   *
   * @throws OverdueException where it passes meanwhile
   */
  public <T> T during(Supplier<T> reading) {
    return ScopedValue.where(CURRENT, this).call(reading::get);
  }

  /** Counts a read of so many bytes. */
  public void spend(long bytes) {
    left -= 1 + (bytes >>> COPIED);
    if (left < 0) {
      look();
    }
  }

  /**
   * Looks at the clock.
   *
   * @return how long there is still, in milliseconds; {@link Long#MAX_VALUE} for ever
   * @throws OverdueException where it has passed
   */
  public long look() {
    left = PACE;
    if (end == Long.MAX_VALUE) {
      return end;
    }
    long time = end - clock.millis();
    if (time <= 0) {
      throw new OverdueException();
    }
    return time;
  }
}
