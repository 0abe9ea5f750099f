package dev.selfsame.cli;

import dev.selfsame.audit.Badness;
import dev.selfsame.audit.Change;
import dev.selfsame.audit.Checked;
import dev.selfsame.audit.CheckedText;
import dev.selfsame.evidence.Json;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Asks the same question again and again, and tells what changes: a line with the time for each.
 * Ends with the worst of all answers, also where a signal ends it.
 */
final class VerifyWatch {
  /** The question; a failure is one of a wrong command line. */
  interface Question {
    void ask(Answers answers) throws InterruptedException;
  }

  /** Takes the answers to a question, one after the other. */
  interface Answers {
    /**
     * Takes one.
     *
     * @throws InterruptedException where the watch is to end: no more is asked
     */
    void add(Checked answer) throws InterruptedException;
  }

  private final Question question;
  private final Console console;
  private final Clock clock;
  private final boolean json;

  VerifyWatch(Question question, Console console, Clock clock, boolean json) {
    this.question = question;
    this.console = console;
    this.clock = clock;
    this.json = json;
  }

  /**
   * The worst exit code of all that was answered before it ended.
   *
   * @throws Failure where the command line is wrong and nothing was answered yet
   */
  ExitCode run(WatchOptions how) {
    Set<ExitCode> codes = EnumSet.noneOf(ExitCode.class);
    try {
      rounds(how, codes);
    } catch (InterruptedException e) {
      // Ctrl-C or SIGTERM ends a watch as it is meant to end.
      return Badness.worst(codes);
    } catch (Failure e) {
      if (codes.isEmpty()) {
        throw e;
      }
      console.failure(e);
      codes.add(e.code());
    }
    return Badness.worst(codes);
  }

  private void rounds(WatchOptions how, Set<ExitCode> codes) throws InterruptedException {
    List<Checked> before = List.of();
    long start = System.nanoTime();
    for (long round = 1; ; round++) {
      before = round(before, codes);
      Duration past = Duration.ofNanos(System.nanoTime() - start);
      if (round >= how.times() || past.plus(how.pause()).compareTo(how.limit()) > 0) {
        return;
      }
      Thread.sleep(how.pause());
    }
  }

  /** What was answered counts and is told, also where the round ends before its last answer. */
  private List<Checked> round(List<Checked> before, Set<ExitCode> codes)
      throws InterruptedException {
    List<Checked> now = new ArrayList<>();
    boolean whole = false;
    try {
      question.ask(each -> add(now, each));
      whole = true;
    } finally {
      now.forEach(each -> codes.add(each.code()));
      tell(before, now, whole);
    }
    return now;
  }

  private static void add(List<Checked> now, Checked each) throws InterruptedException {
    boolean ends = Thread.interrupted();
    // What failed because it was to end is no answer.
    if (!ends || each instanceof Checked.Told) {
      now.add(each);
    }
    if (ends) {
      throw new InterruptedException();
    }
  }

  private void tell(List<Checked> before, List<Checked> now, boolean whole) {
    for (int i = 0; i < now.size(); i++) {
      Checked each = now.get(i);
      if (before.isEmpty()) {
        print(new Change(clock.instant(), each), CheckedText.of(each));
      } else if (!each.equals(before.get(i))) {
        Change change = new Change(clock.instant(), each);
        print(change, change.line(before.get(i)) + "\n");
        if (each instanceof Checked.Untold untold) {
          console.failure(new Failure(untold.code(), untold.error(), untold.hint()));
        }
      }
    }
    if (whole && before.isEmpty() && now.size() > 1 && !json) {
      console.print(CheckedText.summary(now));
    }
  }

  private void print(Change change, String text) {
    console.print(
        json ? new String(Json.writeCompact(change), StandardCharsets.UTF_8) + "\n" : text);
  }
}
