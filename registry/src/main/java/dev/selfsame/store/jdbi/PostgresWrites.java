package dev.selfsame.store.jdbi;

import dev.selfsame.outcome.Failure;
import dev.selfsame.store.ChainedLine;
import dev.selfsame.store.Change;
import dev.selfsame.store.ChangeFields;
import dev.selfsame.store.ChangeLog.Place;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReentrantLock;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Changes into the rows and into the chain of lines, in one transaction.
 *
 * <p>There is one chain for all, and whoever adds to it holds its end until the commit is on the
 * disk. So writes that wait for that in this process are made together: one of them makes all, and
 * the price of a commit is shared.
 */
final class PostgresWrites {
  private static final int MOST_AT_ONCE = 64;

  private final PostgresAddress address;
  private final Connections connections;
  private final Clock clock;
  private final ConcurrentLinkedQueue<Waiting> waiting = new ConcurrentLinkedQueue<>();
  private final ReentrantLock turn = new ReentrantLock();

  PostgresWrites(PostgresAddress address, Connections connections, Clock clock) {
    this.address = address;
    this.connections = connections;
    this.clock = clock;
  }

  /** A change that is to be made, and what came of it; read and written by who has the turn. */
  private static final class Waiting {
    private final PostgresWish wish;
    private boolean ended;
    private boolean changed;
    private @Nullable RuntimeException failure;

    Waiting(PostgresWish wish) {
      this.wish = wish;
    }

    void end(boolean what) {
      changed = what;
      ended = true;
    }

    void fail(RuntimeException why) {
      failure = why;
      ended = true;
    }
  }

  /**
   * Makes a change, which survives a crash of the machine when this returns.
   *
   * @return whether it changed anything
   * @throws Failure exit 3 where it could not be made; it is there whole or not at all
   */
  boolean make(Change change) {
    return make(new PostgresWish.Plain(change));
  }

  /** As {@link #make(Change)}, on a condition. */
  boolean make(PostgresWish wish) {
    return makeAll(List.of(wish)).getFirst();
  }

  /**
   * Makes several changes, each for itself.
   *
   * @return whether each changed anything
   * @throws Failure exit 3 where one could not be made; others may have been
   */
  List<Boolean> makeAll(List<? extends PostgresWish> wishes) {
    List<Waiting> mine = wishes.stream().map(Waiting::new).toList();
    waiting.addAll(mine);
    turn.lock();
    try {
      // Whoever had the turn may have made them already.
      while (!mine.stream().allMatch(one -> one.ended)) {
        makeSome();
      }
    } finally {
      turn.unlock();
    }
    for (Waiting one : mine) {
      if (one.failure != null) {
        throw one.failure;
      }
    }
    return mine.stream().map(one -> one.changed).toList();
  }

  private void makeSome() {
    List<Waiting> some = new ArrayList<>();
    for (Waiting next = waiting.poll(); next != null; next = waiting.poll()) {
      some.add(next);
      if (some.size() == MOST_AT_ONCE) {
        break;
      }
    }
    try {
      make(some);
    } catch (RuntimeException e) {
      if (some.size() > 1 && PostgresTrouble.isOfOneStatement(e)) {
        some.forEach(this::makeAlone);
      } else {
        some.forEach(one -> one.fail(e));
      }
    }
  }

  /** What the database does not take from one must not harm the others. */
  private void makeAlone(Waiting one) {
    try {
      make(List.of(one));
    } catch (RuntimeException e) {
      one.fail(e);
    }
  }

  private void make(List<Waiting> all) {
    List<Boolean> changed = connections.inTransaction(handle -> apply(handle, all));
    for (int i = 0; i < all.size(); i++) {
      all.get(i).end(changed.get(i));
    }
  }

  private List<Boolean> apply(Handle handle, List<Waiting> all) {
    Place last = end(handle);
    List<Boolean> changed = new ArrayList<>();
    List<String> lines = new ArrayList<>();
    for (Waiting one : all) {
      Instant at = clock.instant();
      boolean did = PostgresRows.apply(handle, last.seq() + 1, at, one.wish);
      if (did) {
        byte[] line =
            ChainedLine.following(
                last, at, fields -> ChangeFields.write(fields, one.wish.change()));
        last = ChainedLine.after(last, line);
        lines.add(new String(line, StandardCharsets.UTF_8));
      }
      changed.add(did);
    }
    if (!lines.isEmpty()) {
      append(handle, last, lines);
    }
    return changed;
  }

  /** The time by which changes are dated. */
  Instant now() {
    return clock.instant();
  }

  /** Where the chain ends. Nobody else adds to it until the transaction has ended. */
  private Place end(Handle handle) {
    return handle
        .createQuery(
            "select seq, chain, place, current_setting('fsync'),"
                + " current_setting('synchronous_commit') from head for update")
        .map((row, _) -> {
          // Either may have been turned off since the server started.
          PostgresStart.requireDurable(address, row.getString(4), row.getString(5));
          return new Place(row.getLong(1), row.getString(2), row.getLong(3));
        })
        .one();
  }

  private static void append(Handle handle, Place last, List<String> lines) {
    handle
        .createUpdate(
            "with added as (insert into change (seq, line)"
                + " select :first + nr - 1, line from unnest(:lines) with ordinality as l (line, nr))"
                + " update head set seq = :seq, chain = :chain, place = :place")
        .bind("first", last.seq() - lines.size() + 1)
        .bindArray("lines", String.class, lines)
        .bind("seq", last.seq())
        .bind("chain", last.chain())
        .bind("place", last.end())
        .execute();
  }
}
