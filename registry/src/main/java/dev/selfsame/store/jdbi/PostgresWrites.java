package dev.selfsame.store.jdbi;

import dev.selfsame.outcome.Failure;
import dev.selfsame.store.AuditMark;
import dev.selfsame.store.ChainedLine;
import dev.selfsame.store.Change;
import dev.selfsame.store.ChangeFields;
import dev.selfsame.store.ChangeLog.Place;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/**
 * Changes into the rows and into the chain of lines, in one transaction.
 *
 * <p>There is one chain for all, and whoever adds to it holds its end until the commit is on the
 * disk. So one thread writes for all of this process, and makes together whatever has come in while
 * it waited for the commit before: the price of a commit is shared.
 */
final class PostgresWrites implements AutoCloseable {
  private static final int MOST_AT_ONCE = 64;

  /** How often the thread looks whether it is to end. */
  private static final int LOOK_UP_MILLIS = 200;

  private final PostgresAddress address;
  private final Connections connections;
  private final Clock clock;
  private final Supplier<Optional<AuditMark>> audited;
  private final LinkedBlockingQueue<Waiting> queue = new LinkedBlockingQueue<>();
  private final Thread writer;
  private volatile boolean closed;

  /** The last mark that was committed; the writer's own. */
  private Optional<AuditMark> noted = Optional.empty();

  private PostgresWrites(
      PostgresAddress address,
      Connections connections,
      Clock clock,
      Supplier<Optional<AuditMark>> audited) {
    this.address = address;
    this.connections = connections;
    this.clock = clock;
    this.audited = audited;
    this.writer = Thread.ofPlatform().daemon().name("changes").unstarted(this::work);
  }

  /**
   * Begins to write.
   *
   * @param audited where this server's audit log ends on its disk; empty where it has none
   */
  static PostgresWrites start(
      PostgresAddress address,
      Connections connections,
      Clock clock,
      Supplier<Optional<AuditMark>> audited) {
    PostgresWrites started = new PostgresWrites(address, connections, clock, audited);
    started.writer.start();
    return started;
  }

  /** A change that is to be made, and whether it then has changed anything. */
  private record Waiting(PostgresWish wish, CompletableFuture<Boolean> changed) {
    Waiting(PostgresWish wish) {
      this(wish, new CompletableFuture<>());
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
    queue.addAll(mine);
    if (closed && queue.removeAll(mine)) {
      throw new IllegalStateException("the store is closed");
    }
    return mine.stream().map(PostgresWrites::outcome).toList();
  }

  private static boolean outcome(Waiting one) {
    try {
      return one.changed.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Failure.undecided(
          "stopped while a change was being made", "look whether it is there, then repeat it", e);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException why ? why : new IllegalStateException(e);
    }
  }

  /** The time by which changes are dated. */
  Instant now() {
    return clock.instant();
  }

  private void work() {
    try {
      while (!closed || !queue.isEmpty()) {
        Waiting first = queue.poll(LOOK_UP_MILLIS, TimeUnit.MILLISECONDS);
        if (first != null) {
          List<Waiting> some = new ArrayList<>(List.of(first));
          queue.drainTo(some, MOST_AT_ONCE - 1);
          makeSome(some);
        }
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts this thread", e);
    }
  }

  private void makeSome(List<Waiting> some) {
    try {
      make(some);
    } catch (RuntimeException e) {
      if (some.size() > 1 && PostgresTrouble.isOfOneStatement(e)) {
        // What the database does not take from one must not harm the others.
        some.forEach(one -> makeSome(List.of(one)));
      } else {
        some.forEach(one -> one.changed.completeExceptionally(e));
      }
    } catch (Error e) {
      some.forEach(one -> one.changed.completeExceptionally(e));
    }
  }

  private void make(List<Waiting> all) {
    // They wait at the same time, so that any order will do.
    Map<String, List<Waiting>> alike =
        all.stream()
            .collect(
                Collectors.groupingBy(
                    one -> PostgresRows.sql(one.wish), LinkedHashMap::new, Collectors.toList()));
    List<Runnable> answers = connections.inTransaction(handle -> apply(handle, alike));
    answers.forEach(Runnable::run);
  }

  /** What is to be told once it is committed. */
  private List<Runnable> apply(Handle handle, Map<String, List<Waiting>> alike) {
    Place last = end(handle);
    Instant at = clock.instant();
    List<Runnable> answers = new ArrayList<>();
    List<String> lines = new ArrayList<>();
    Optional<AuditMark> mark = audited.get().filter(now -> !Optional.of(now).equals(noted));
    for (Map.Entry<String, List<Waiting>> kind : alike.entrySet()) {
      List<Waiting> all = kind.getValue();
      int[] rows =
          PostgresRows.apply(handle, kind.getKey(), at, all.stream().map(Waiting::wish).toList());
      for (int i = 0; i < rows.length; i++) {
        Waiting one = all.get(i);
        boolean changed = rows[i] > 0;
        answers.add(() -> one.changed.complete(changed));
        if (changed) {
          // One line for all that are committed together.
          Optional<AuditMark> with = lines.isEmpty() ? mark : Optional.empty();
          byte[] line =
              ChainedLine.following(
                  last,
                  at,
                  fields -> {
                    ChangeFields.write(fields, one.wish.change());
                    with.ifPresent(it -> it.write(fields));
                  });
          last = ChainedLine.after(last, line);
          lines.add(new String(line, StandardCharsets.UTF_8));
        }
      }
    }
    if (!lines.isEmpty()) {
      append(handle, last, lines);
      answers.add(() -> noted = mark.or(() -> noted));
    }
    return answers;
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

  /** Ends when what was asked for before has been made. */
  @Override
  public void close() {
    closed = true;
    try {
      writer.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
