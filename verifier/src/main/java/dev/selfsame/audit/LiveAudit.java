package dev.selfsame.audit;

import dev.selfsame.audit.Audit.RunsOther;
import dev.selfsame.audit.Audit.Subject;
import dev.selfsame.digest.Digest;
import dev.selfsame.outcome.Failure;
import dev.selfsame.where.ContainerState;
import dev.selfsame.where.LiveProcess;
import dev.selfsame.where.Scratch;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Audits what processes execute together with the file that they were started from. Both are
 * hashed; where they differ, no answer is a yes.
 *
 * @param shown how the answer names what was asked for
 * @param container whose processes they are, or null
 */
record LiveAudit(Auditor auditor, String shown, @Nullable ContainerState container) {

  /** Audits what a process executes. */
  Audit process(LiveProcess process, Scratch scratch, Optional<String> advice) {
    try (BinaryFile runs = BinaryFile.open(process.running())) {
      Digest digest = runs.digest();
      LiveProcess.Standing standing = process.standing();
      Audit audit =
          switch (process.atName(scratch)) {
            case LiveProcess.AtName.Same _ -> running(runs, digest, process, false, advice);
            case LiveProcess.AtName.Gone _ -> running(runs, digest, process, true, advice);
            case LiveProcess.AtName.Other(Path copy) -> {
              try (BinaryFile file = BinaryFile.open(copy)) {
                Digest there = file.digest();
                yield there.equals(digest)
                    ? running(runs, digest, process, false, advice)
                    : differ(
                        subject(digest, runs.size(), null), process, runs, digest, file, there);
              }
            }
          };
      process.requireSame();
      if (!process.standing().equals(standing)) {
        throw Failure.undecided(
            "%s was changed or replaced while it was looked at".formatted(process.executable()),
            "run the command again when nothing writes to it");
      }
      return audit;
    }
  }

  private Audit running(
      BinaryFile runs, Digest digest, LiveProcess process, boolean gone, Optional<String> advice) {
    Running running =
        new Running.Runs(List.of(process.pid()), process.executable(), gone, advice.orElse(null));
    return auditor.audit(runs, () -> subject(digest, runs.size(), running));
  }

  /**
   * Audits a file that processes may have been started from.
   *
   * @param processes those that were
   * @param otherwise what is said where there are none
   */
  Audit file(Path copy, List<LiveProcess> processes, Running otherwise) {
    try (BinaryFile file = BinaryFile.open(copy)) {
      Digest digest = file.digest();
      for (LiveProcess process : processes) {
        try (BinaryFile runs = BinaryFile.open(process.running())) {
          Digest executed = runs.digest();
          if (!executed.equals(digest)) {
            Audit audit =
                differ(subject(digest, file.size(), null), process, runs, executed, file, digest);
            process.requireSame();
            return audit;
          }
        }
        process.requireSame();
      }
      Running running =
          processes.isEmpty()
              ? otherwise
              : new Running.Runs(
                  processes.stream().map(LiveProcess::pid).toList(),
                  processes.getFirst().executable(),
                  false,
                  null);
      return auditor.audit(file, () -> subject(digest, file.size(), running));
    }
  }

  private Audit differ(
      Subject asked,
      LiveProcess process,
      BinaryFile runs,
      Digest executed,
      BinaryFile file,
      Digest there) {
    String name = "process %d".formatted(process.pid());
    return new RunsOther(
        asked,
        "the running process %d has other bytes than %s has now"
            .formatted(process.pid(), process.executable()),
        auditor.audit(runs, () -> new Subject(name, runs.size(), executed)),
        auditor.audit(file, () -> new Subject(process.executable(), file.size(), there)));
  }

  private Subject subject(Digest digest, long size, @Nullable Running running) {
    return new Subject(shown, size, digest, null, container, running);
  }
}
