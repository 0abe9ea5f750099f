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
    List<Checked> ask() throws InterruptedException;
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

  /** The worst exit code of all that was answered before it ended. */
  ExitCode run(WatchOptions how) {
    Set<ExitCode> codes = EnumSet.noneOf(ExitCode.class);
    List<Checked> before = List.of();
    long start = System.nanoTime();
    Duration limit = how.limit();
    try {
      for (long round = 1; ; round++) {
        List<Checked> now = question.ask();
        if (Thread.interrupted()) {
          break; // What failed because it was to end is no answer.
        }
        now.forEach(each -> codes.add(each.code()));
        tell(before, now);
        before = now;
        Duration past = Duration.ofNanos(System.nanoTime() - start);
        if (round >= how.times() || past.plus(how.pause()).compareTo(limit) > 0) {
          break;
        }
        Thread.sleep(how.pause());
      }
    } catch (InterruptedException e) {
      // Ctrl-C or SIGTERM ends a watch as it is meant to end.
      return Badness.worst(codes);
    }
    return Badness.worst(codes);
  }

  private void tell(List<Checked> before, List<Checked> now) {
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
    if (before.isEmpty() && now.size() > 1 && !json) {
      console.print(CheckedText.summary(now));
    }
  }

  private void print(Change change, String text) {
    console.print(
        json ? new String(Json.writeCompact(change), StandardCharsets.UTF_8) + "\n" : text);
  }
}
