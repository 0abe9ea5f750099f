package dev.selfsame.cli;

import dev.selfsame.build.BuildHost;
import dev.selfsame.build.BuildRequest;
import dev.selfsame.build.BuildResult;
import dev.selfsame.build.Builder;
import dev.selfsame.build.Durations;
import dev.selfsame.build.ProfileKeys;
import dev.selfsame.evidence.BuildRecord;
import dev.selfsame.evidence.Json;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.source.Dirt;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code build}: source → pinned environment → binaries and their record. */
@Command(
    name = "build",
    description = {
      "Builds a project from its commit in a pinned environment without network: twice with nothing"
          + " varied, then once with everything varied. Names what changes the bytes, if anything"
          + " does. Time is not varied: what depends on the date alone shows on another day.",
      "The project is a folder in a git work tree with selfsame.toml and Cargo.lock."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  selfsame build",
      "  selfsame build verifier/examples/agent --out /tmp/agent",
      "  selfsame build --pin trixie-rust-1.85.1 --engine docker --timeout 1h",
      "  selfsame build --profile-override strip=none --once",
      "",
      "DIR/ of --out then holds the binaries, build-record.json, logs/, and, where builds differ,",
      "dissent/ with their bytes. It is replaced whole; a build that fails leaves it as it was and",
      "writes its logs to DIR-failed/. A mount point is filled name by name, the record last, and",
      "what a failed build leaves goes to DIR/failed-build/.",
      "",
      "Exit codes:",
      "  0  every build gave the same bytes",
      "  1  builds differ: the record names the guilty factors",
      "  2  the project, its lock or the command line is wrong",
      "  3  could not tell: a build failed or timed out, no engine, --once",
      "  4  a crate is not the one of Cargo.lock, or an image not the one of its pin",
    })
final class BuildCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Mixin private PinSources sources = new PinSources();
  @Mixin private EngineOption engine = new EngineOption();

  @Parameters(
      arity = "0..1",
      paramLabel = "PROJECT",
      description = "The project's folder; the current one when left out.")
  private Path project = Path.of("");

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Where the result goes; selfsame-out in the current folder when left out.")
  private Path out = Path.of("selfsame-out");

  @Option(names = "--pin", paramLabel = "ID", description = "Another pin than selfsame.toml names.")
  private @Nullable String pin;

  @Option(
      names = "--allow-dirty",
      description = "Build a work tree that differs from its commit; the record says so.")
  private boolean allowDirty;

  @Option(
      names = "--once",
      description = "Build a single time and check nothing. Never exits with 0.")
  private boolean once;

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      description = "How long one build may take, such as 90s, 20m or 2h.")
  private @Nullable String timeout;

  @Option(
      names = "--jobs",
      paramLabel = "N",
      description = "Cargo's jobs at once; one a CPU when left out.")
  private int jobs;

  @Option(
      names = "--profile-override",
      paramLabel = "KEY=VALUE",
      description = "A key of the Cargo profile, such as strip=none or lto=fat. Repeatable.")
  private Map<String, String> overrides = new LinkedHashMap<>();

  @Option(names = "--strip", paramLabel = "VALUE", description = "Short for strip=VALUE above.")
  private @Nullable String strip;

  @Option(names = "--json", description = "Print the record as JSON (selfsame.build-record/2).")
  private boolean json;

  BuildCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() throws InterruptedException {
    BuildRequest request =
        new BuildRequest(
            surroundings.workFolder().resolve(project).normalize(),
            surroundings.workFolder().resolve(out).normalize(),
            allowDirty ? Dirt.ALLOWED : Dirt.REFUSED,
            once ? BuildRequest.Checks.NONE : BuildRequest.Checks.WHOLE,
            pin,
            profileOverrides(),
            timeout == null ? null : timeout(timeout),
            jobs());
    Path cache = surroundings.folders().cache();
    BuildHost host =
        new BuildHost(
            engine.choose(surroundings, sources),
            sources.catalogue(),
            sources.roots(surroundings),
            cache,
            surroundings.environment(),
            surroundings.clock(),
            surroundings.console().progress(),
            BuildHost.usualLimits(cache));
    BuildResult result = new Builder(host).build(request);
    print(result);
    if (once) {
      return ExitCode.UNDECIDED.status();
    }
    boolean same = result.record().reproducibility().reproducible();
    return (same ? ExitCode.YES : ExitCode.NO).status();
  }

  private int jobs() {
    if (jobs < 0 || jobs > 4096) {
      throw Failure.usage("--jobs is not between 1 and 4096: " + jobs, "leave it out");
    }
    return jobs;
  }

  private static Duration timeout(String text) {
    try {
      return Durations.parse(text);
    } catch (IllegalArgumentException e) {
      throw Failure.usage("--timeout is not " + e.getMessage() + ": " + text, "--timeout 30m");
    }
  }

  private Map<String, String> profileOverrides() {
    Map<String, String> all = new TreeMap<>(overrides);
    if (strip != null) {
      all.put("strip", strip);
    }
    all.forEach((key, value) -> {
      if (!ProfileKeys.known(key, value)) {
        throw Failure.usage(
            "not a key and value of a Cargo profile: %s=%s".formatted(key, value),
            "such as strip=none, debug=1, lto=fat, opt-level=3, codegen-units=1, panic=abort");
      }
    });
    return all;
  }

  private void print(BuildResult result) {
    Console console = surroundings.console();
    BuildRecord record = result.record();
    if (json) {
      console.print(Json.write(record));
      return;
    }
    console.line(record.name() + ": " + BuildVerdict.line(record));
    for (BuildRecord.Output output : record.outputs()) {
      console.line(
          "  %s  %,d bytes  %s  %s"
              .formatted(output.name(), output.size(), output.digest(), output.stripState()));
    }
    console.line(
        "  commit  " + record.source().commit() + (record.source().dirty() ? " dirty" : ""));
    console.line("  pin     " + record.environmentPin().id() + ", " + record.recipe().target());
    console.line("  rustc   " + record.toolchain().rustcVersion());
    console.line("  crates  " + record.crates().size() + ", each as Cargo.lock names it");
    console.line("  record  " + result.out().resolve("build-record.json"));
  }
}
