package dev.selfsame.cli;

import dev.selfsame.audit.Audit;
import dev.selfsame.audit.AuditText;
import dev.selfsame.audit.Auditor;
import dev.selfsame.audit.Audits;
import dev.selfsame.audit.Checked;
import dev.selfsame.audit.CheckedText;
import dev.selfsame.audit.Survey;
import dev.selfsame.audit.gate.Judgements;
import dev.selfsame.audit.report.ReportFormat;
import dev.selfsame.evidence.Json;
import dev.selfsame.outcome.Failure;
import dev.selfsame.where.Where;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code verify}: the audit and the gate. */
@Command(
    name = "verify",
    description = "Tells whether a binary is what a channel holds, who built it and from what.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  selfsame verify --binary /opt/agent/agent --registry reg --trust-root trust-root.json",
      "  selfsame verify --binary agent --name viworks/agent --channel production --json",
      "  selfsame verify --binary docker:agent --binary podman:db:/opt/agent --format junit",
      "  selfsame verify --binary pid:1234 --watch 30 --for 1h",
      "",
      "WHERE is PATH; docker:CONTAINER:/PATH or podman:…, a file in a container, running or",
      "not; docker:CONTAINER, what its main process executes: where it does not run, exit 3;",
      "pid:N, what a process executes, also when its file was replaced or deleted since;",
      "oci:REFERENCE, an artifact's one file; oci:REFERENCE!/PATH, a file of an image; -,",
      "standard input. Write ./docker:… for a path.",
      "",
      "Everything is verified again from signed evidence; no database is asked. Bytes that",
      "were promoted once and replaced since are not promoted. The newest promotion that was",
      "verified is remembered in the user's own data folder, under seen/: a registry that",
      "later shows less is found out. Deleting the file forgets it. What a frozen channel",
      "holds stays promoted; what came in while it was frozen is bad evidence.",
      "",
      "Of several answers, and of all that a watch has seen, the worst is the exit code: 4,",
      "then 3, then 1.",
      "",
      "Exit codes:",
      "  0  promoted: the bytes are those of the channel's newest promotion, which holds",
      "  1  not promoted, replaced, rolled back or ended, or unknown to the registry; or a",
      "     process runs other bytes than its file has now",
      "  2  wrong usage, or no trust root",
      "  3  the file or the registry cannot be read, the engine does not answer, what runs",
      "     cannot be seen, nothing runs, or something changed meanwhile",
      "  4  evidence is bad: altered bytes, a signature, a signer, a broken chain, or a",
      "     registry that hides what was seen in it before",
    })
final class VerifyCommand implements Callable<Integer> {
  private static final int MOST_SECONDS = 86_400;

  private final Surroundings surroundings;
  @Mixin private final RegistryOptions registry;
  @Mixin private final WatchOptions watch = new WatchOptions();

  @Option(
      names = "--binary",
      required = true,
      paramLabel = "WHERE",
      description =
          "PATH, docker:C[:/PATH], podman:C[:/PATH], pid:N, oci:REF or -; may be repeated.")
  private List<String> binaries = List.of();

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "The only name that counts; default: any that the registry has it under.")
  private @Nullable String name;

  @Option(
      names = "--channel",
      paramLabel = "CHANNEL",
      defaultValue = "production",
      description = "The channel; default: production.")
  private String channel = "production";

  @Option(
      names = "--json",
      description =
          "Short for --format json (schema selfsame.audit/1; of several, selfsame.audits/1).")
  private boolean json;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description = "text (the default), json, github, junit, sarif or gitlab.")
  private @Nullable ReportFormat format;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      defaultValue = "30",
      description = "How long Docker or Podman may be silent; default: 30.")
  private int timeout = 30;

  VerifyCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
    this.registry = new RegistryOptions(surroundings);
  }

  @Override
  public Integer call() throws InterruptedException {
    if (timeout < 1 || timeout > MOST_SECONDS) {
      throw Failure.usage(
          "not a time-out: " + timeout, "give 1 to %d seconds".formatted(MOST_SECONDS));
    }
    List<Where> places = new ArrayList<>();
    for (String binary : binaries) {
      places.add(place(binary));
    }
    if (places.size() > 1 && places.stream().filter(Where.Input.class::isInstance).count() > 1) {
      throw Failure.usage("standard input is there once", "name - once");
    }
    ReportFormat asked = format();
    if (watch.isGiven()) {
      return watched(places, asked);
    }
    return switch (asked) {
      case TEXT, JSON ->
          places.size() == 1 ? one(places.getFirst(), auditor()) : several(places, auditor());
      case GITHUB, JUNIT, SARIF, GITLAB -> report(places, auditor(), asked);
    };
  }

  private Auditor auditor() {
    return new Auditor(
        registry::reading,
        Optional.ofNullable(name).map(RegistryOptions::name),
        RegistryOptions.channel(channel),
        surroundings.clock().instant());
  }

  private ReportFormat format() {
    if (json && format != null && format != ReportFormat.JSON) {
      throw Failure.usage("--json and --format say two things", "leave --json out");
    }
    json |= format == ReportFormat.JSON;
    return json ? ReportFormat.JSON : format == null ? ReportFormat.TEXT : format;
  }

  private int watched(List<Where> places, ReportFormat asked) {
    if (places.stream().anyMatch(Where.Input.class::isInstance)) {
      throw Failure.usage("standard input is there once, and cannot be watched", "name a file");
    } else if (asked != ReportFormat.TEXT && asked != ReportFormat.JSON) {
      throw Failure.usage("a report is about one moment", "with --watch, leave --format out");
    }
    return new VerifyWatch(
            answers -> {
              Survey survey = survey(auditor());
              for (Where place : places) {
                answers.add(survey.check(place));
              }
            },
            surroundings.console(),
            surroundings.clock(),
            json)
        .run(watch)
        .status();
  }

  private static List<Checked> checked(List<Where> places, Survey survey)
      throws InterruptedException {
    List<Checked> all = new ArrayList<>();
    for (Where place : places) {
      all.add(survey.check(place));
    }
    return all;
  }

  /** What could not be told is an entry too: a report that is not there might pass for a yes. */
  private int report(List<Where> places, Auditor auditor, ReportFormat as)
      throws InterruptedException {
    Judgements judgements;
    try {
      auditor.open();
      judgements = Judgements.of(new Audits(checked(places, survey(auditor))));
    } catch (Failure e) {
      if (as.isReport()) {
        print(Judgements.untold(places.stream().map(Where::text).toList(), e), as);
      }
      throw e;
    }
    print(judgements, as);
    return judgements.code().status();
  }

  private void print(Judgements judgements, ReportFormat as) {
    surroundings.console().print(as.of(judgements, "verify", SelfsameCommand.VERSION));
  }

  private int one(Where place, Auditor auditor) throws InterruptedException {
    // A plain file is the usual case, and loads nothing of what finds others.
    Audit audit =
        place instanceof Where.Local local
            ? auditor.audit(local.path(), local.text())
            : survey(auditor).audit(place);
    if (json) {
      surroundings.console().print(Json.write(audit));
    } else {
      surroundings.console().print(AuditText.of(audit));
    }
    return audit.code().status();
  }

  private int several(List<Where> places, Auditor auditor) throws InterruptedException {
    // Without a registry there is no answer for any of them.
    auditor.open();
    Survey survey = survey(auditor);
    List<Checked> all = new ArrayList<>();
    for (Where place : places) {
      Checked checked = survey.check(place);
      all.add(checked);
      if (!json) {
        surroundings.console().print(CheckedText.of(checked));
      }
    }
    Audits audits = new Audits(all);
    if (json) {
      surroundings.console().print(Json.write(audits));
    } else {
      surroundings.console().print(CheckedText.summary(all));
    }
    return audits.code().status();
  }

  private Survey survey(Auditor auditor) {
    return new Survey(auditor, Places.finder(surroundings, Duration.ofSeconds(timeout)));
  }

  private Where place(String text) {
    if (text.isEmpty()) {
      throw Failure.usage("--binary names no file", "give a path");
    }
    Where where = Where.parse(text);
    return where instanceof Where.Local local
        ? new Where.Local(text, surroundings.workFolder().resolve(local.path()))
        : where;
  }
}
