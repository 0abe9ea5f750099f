package dev.selfsame.cli;

import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.upkeep.Collector;
import dev.selfsame.upkeep.Garbage;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code registry gc}: takes away what nobody needs. */
@Command(
    name = "gc",
    description = {
      "Takes away blobs that no manifest and no signed evidence needs, and uploads that",
      "were given up. Manifests stay, with a tag or without."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  selfsame registry gc --registry reg --dry-run",
      "  selfsame registry gc --registry reg --grace 7d",
      "  selfsame registry gc --settings serve.toml",
      "",
      "A blob is kept for the grace after it was last pushed, mounted or asked for, or",
      "after the last manifest went that needed it; that it was asked for, servers note every",
      "ten minutes. So where servers may run, with a database, the grace is 20m at least. An",
      "upload is kept for an hour at least.",
      "",
      "Exit codes:",
      "  0  done; with --dry-run: told",
      "  2  wrong usage",
      "  3  a server has the folder open, which collects by itself; or a disk, the database",
      "     or the bucket failed",
      "  4  evidence cannot be read, so that nobody can tell what it needs: nothing went",
    })
final class RegistryGcCommand implements Callable<Integer> {
  /** Servers note that a blob was asked for ten minutes apart; the same again is for the push. */
  private static final Duration LEAST_WHILE_SERVED = Duration.ofMinutes(20);

  private final Surroundings surroundings;

  @Mixin private final UpkeepOptions registry;

  @Option(names = "--dry-run", description = "Tell what would go, and change nothing.")
  private boolean dryRun;

  @Option(
      names = "--grace",
      paramLabel = "TIME",
      defaultValue = "24h",
      description =
          "How long what is unneeded stays: 90s, 20m, 24h, 7d; default: ${DEFAULT-VALUE}.")
  private String grace = "24h";

  RegistryGcCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
    this.registry = new UpkeepOptions(surroundings);
  }

  @Override
  public Integer call() {
    Duration kept = ShortTime.parse(grace, "--grace");
    if (!dryRun && kept.compareTo(LEAST_WHILE_SERVED) < 0 && registry.isShared()) {
      throw Failure.usage(
          "a grace under 20 minutes takes what clients of a running server were told is there: "
              + grace,
          "--grace 20m, or more");
    }
    Console console = surroundings.console();
    Consumer<Garbage> list = garbage -> console.line((dryRun ? "would go  " : "gone  ") + garbage);
    Collector.Report report =
        registry.with(
            "a server collects by itself",
            backing -> {
              Collector collector = backing.collector();
              return dryRun ? collector.dryRun(kept, list) : collector.run(kept, list);
            });
    console.line(summary(report, dryRun));
    return ExitCode.YES.status();
  }

  private static String summary(Collector.Report report, boolean dryRun) {
    return "%s: %d links, %d blobs, %d uploads, %d leftovers; %d bytes%s"
        .formatted(
            dryRun ? "would be collected" : "collected",
            report.links().number(),
            report.blobs().number(),
            report.uploads().number(),
            report.leftovers().number(),
            report.bytes(),
            dryRun ? "" : " free");
  }
}
