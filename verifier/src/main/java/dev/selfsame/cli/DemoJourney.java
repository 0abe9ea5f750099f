package dev.selfsame.cli;

import dev.selfsame.audit.Audit;
import dev.selfsame.audit.AuditText;
import dev.selfsame.build.BuildHost;
import dev.selfsame.build.BuildRequest;
import dev.selfsame.build.BuildResult;
import dev.selfsame.build.Builder;
import dev.selfsame.build.Engine;
import dev.selfsame.build.HandMade;
import dev.selfsame.compare.BinaryComparison;
import dev.selfsame.digest.Digest;
import dev.selfsame.evidence.BuildRecord;
import dev.selfsame.evidence.Comparison;
import dev.selfsame.evidence.Comparison.Cause;
import dev.selfsame.evidence.JourneyReport;
import dev.selfsame.files.AtomicFile;
import dev.selfsame.files.FileTree;
import dev.selfsame.files.UserFolders;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.pins.Pin;
import dev.selfsame.pins.PinCatalogue;
import dev.selfsame.pins.root.RootCache;
import dev.selfsame.promote.Promoter;
import dev.selfsame.store.ArtifactName;
import dev.selfsame.view.HtmlReport;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** The steps of the demo. Each is what a command of its own does; none knows its result before. */
final class DemoJourney {
  private static final String PIN = "trixie-rust-1.85.1";

  /** Where and how the founding case built: a folder of the home, symbols and all left inside. */
  private static final String HAND_MADE_PLACE = "/home/dev/backend-agent";

  private static final Map<String, String> HAND_MADE_PROFILE = Map.of("strip", "none");
  private static final List<String> HAND_MADE_FLAGS = List.of("-Cforce-frame-pointers=yes");

  /** What commands remember of a trust root that lies elsewhere in the end. */
  private static final String MEMORY = "memory";

  private final Surroundings surroundings;
  private final PinSources sources;
  private final Engine engine;
  private final Path agent;
  private final Path folder;
  private final Path shown;
  private final DemoStages stages;
  private final List<JourneyReport.Decision> decisions = new ArrayList<>();
  private final List<JourneyReport.Audit> audits = new ArrayList<>();
  private String name = "";

  /**
   * @param agent the project to build
   * @param folder where the steps write
   * @param shown where that will stand in the end, for people
   */
  DemoJourney(
      Surroundings surroundings,
      Engine engine,
      PinSources sources,
      Path agent,
      Path folder,
      Path shown) {
    this.surroundings = surroundings;
    this.sources = sources;
    this.engine = engine;
    this.agent = agent;
    this.folder = folder;
    this.shown = shown;
    this.stages = new DemoStages(surroundings.console());
  }

  void run() throws Exception {
    Path cache = surroundings.folders().cache();
    PinCatalogue pins = sources.catalogue();
    RootCache roots = sources.roots(surroundings);
    Pin pin = pins.find(PIN);
    stages.run(
        "the pinned root: Debian trixie with rustc 1.85.1, by digest", () -> roots.provide(pin));
    Builder builder =
        new Builder(
            new BuildHost(
                engine,
                pins,
                roots,
                cache,
                surroundings.environment(),
                surroundings.clock(),
                surroundings.console().progress(),
                BuildHost.usualLimits(cache)));
    BuildRecord record =
        stages.run("build: twice as recorded, once varied; and once by hand", () -> build(builder));
    Comparison comparison = stages.run("why do the two differ?", this::compare);
    DemoRegistry registry =
        stages.run(
            "keys, trust root and policy",
            () ->
                DemoRegistry.create(
                    folder, PIN, surroundings.clock(), surroundings.console().progress()));
    stages.run(
        "sign, submit, promote, with a runtime image",
        () -> promote(registry, record, new DemoImage(pins, roots, stages)));
    stages.run("may the hand-made binary pass?", () -> refuse(registry, record));
    stages.run("verify three files", () -> verify(registry));
    JourneyReport report =
        new JourneyReport(
            JourneyReport.SCHEMA, record, comparison, decisions, audits, stages.all());
    AtomicFile.write(folder.resolve("report.html"), HtmlReport.of(report));
  }

  private BuildRecord build(Builder builder) throws IOException, InterruptedException {
    Builder.Pair made =
        builder.build(
            BuildRequest.of(agent, folder.resolve("build")),
            new HandMade(
                agent,
                folder.resolve("by-hand"),
                HAND_MADE_PLACE,
                HAND_MADE_PROFILE,
                HAND_MADE_FLAGS));
    BuildResult result = made.recorded();
    BuildRecord record = result.record();
    if (!record.reproducibility().reproducible()) {
      throw Failure.no(
          "the agent: " + BuildVerdict.line(record), "keep the folder's build/ and report it");
    }
    Files.copy(result.out().resolve("build-record.json"), folder.resolve("build-record.json"));
    Files.move(result.out().resolve("logs"), folder.resolve("logs"));
    BuildRecord.Output output = record.outputs().getFirst();
    stages.say("commit %s, %d crates".formatted(record.source().commit(), record.crates().size()));
    stages.say(BuildVerdict.line(record));
    stages.say(
        String.format(
            Locale.ROOT, "%,d bytes, %s, %s", output.size(), output.digest(), output.stripState()));
    long byHand = Files.size(keepHandMade(made.byHand(), output.name()));
    stages.say(
        String.format(
            Locale.ROOT,
            "by hand, in another folder, with own flags and not stripped: %,d bytes",
            byHand));
    stages.say(
        String.format(
            Locale.ROOT,
            "two at a time: %s s each as recorded, %.0f s by hand",
            record.runs().stream()
                .map(run -> String.format(Locale.ROOT, "%.0f", run.seconds()))
                .collect(Collectors.joining(", ")),
            made.byHand().seconds()));
    return record;
  }

  private Path keepHandMade(HandMade.Result result, String binary) throws IOException {
    Path file = folder.resolve("hand-made");
    Files.move(result.binary(binary), file);
    Files.move(result.out().resolve("logs/hand-made.log"), folder.resolve("logs/hand-made.log"));
    FileTree.delete(result.out());
    file.toFile().setExecutable(true, false);
    return file;
  }

  private Comparison compare() {
    Path built = built();
    Comparison comparison = BinaryComparison.of(built, folder.resolve("hand-made"));
    stages.say(
        String.format(
            Locale.ROOT,
            "%,d bytes as recorded, %,d by hand: %+,d",
            comparison.a().size(),
            comparison.b().size(),
            comparison.sizeDelta()));
    for (Cause cause : comparison.causes().stream().limit(4).toList()) {
      stages.say(
          String.format(
              Locale.ROOT,
              "%12s  %s (%s)",
              cause.moved() == null
                  ? "not known"
                  : String.format(Locale.ROOT, "%+,d", cause.moved()),
              cause.sentence(),
              cause.grade().name().toLowerCase(Locale.ROOT)));
    }
    return comparison;
  }

  /** The one binary that the build left in its folder. */
  private Path built() {
    try (var files = Files.newDirectoryStream(folder.resolve("build"), Files::isExecutable)) {
      for (Path file : files) {
        if (Files.isRegularFile(file)) {
          return file;
        }
      }
    } catch (IOException e) {
      throw Failure.undecided("cannot read the build's folder", "run the demo again", e);
    }
    throw new IllegalStateException("the build left no binary");
  }

  private Promoter.Result promote(DemoRegistry registry, BuildRecord record, DemoImage image)
      throws Exception {
    Path binary = built();
    ArtifactName artifact = new ArtifactName(record.name());
    Digest manifest = image.submit(registry, binary, record);
    Promoter.Result result = registry.promote(artifact, binary);
    print("promoted", result);
    require(result instanceof Promoter.Done, "the reproducible build was not promoted");
    image.requireDeployed(registry, artifact, manifest);
    name = record.name();
    quietly(
        "pull",
        record.name(),
        "--channel",
        DemoRegistry.CHANNEL.value(),
        "-o",
        folder.resolve("promoted").toString(),
        "--registry",
        folder.resolve("registry").toString(),
        "--trust-root",
        folder.resolve("trust-root.json").toString());
    FileTree.delete(folder.resolve(MEMORY));
    FileTree.delete(folder.resolve("build"));
    return result;
  }

  private Promoter.Result refuse(DemoRegistry registry, BuildRecord record) throws IOException {
    Promoter.Result result =
        registry.promote(new ArtifactName(record.name()), folder.resolve("hand-made"));
    print("hand-made", result);
    require(result instanceof Promoter.NotMet, "the hand-made binary was not refused");
    return result;
  }

  private void print(String file, Promoter.Result result) {
    boolean promoted = result instanceof Promoter.Done;
    List<JourneyReport.Check> checks = new ArrayList<>();
    result
        .decision()
        .checks()
        .forEach(check -> {
          stages.say(
              "%-3s  %-10s %s".formatted(check.met() ? "yes" : "no", check.id(), check.reason()));
          checks.add(new JourneyReport.Check(check.id() + ": " + check.reason(), check.met()));
        });
    stages.say("%s: %s".formatted(file, promoted ? "promoted into production" : "refused"));
    decisions.add(new JourneyReport.Decision(file, promoted, checks));
  }

  private Integer verify(DemoRegistry registry) throws IOException {
    tamper(folder.resolve("promoted"), folder.resolve("tampered"));
    check(registry, "promoted", ExitCode.YES);
    check(registry, "hand-made", ExitCode.NO);
    check(registry, "tampered", ExitCode.NO);
    return audits.size();
  }

  private void check(DemoRegistry registry, String file, ExitCode expected) {
    Audit audit = registry.audit(folder.resolve(file), shown.resolve(file).toString());
    String line = AuditText.of(audit).lines().findFirst().orElseThrow();
    stages.say("exit %d  %s".formatted(audit.code().status(), line));
    audits.add(new JourneyReport.Audit(file, audit.code().status(), line));
    require(audit.code() == expected, file + " was to exit with " + expected.status());
  }

  /** Flips the lowest bit of the byte in the middle. */
  private static void tamper(Path from, Path to) throws IOException {
    byte[] bytes = Files.readAllBytes(from);
    bytes[bytes.length / 2] ^= 1;
    Files.write(to, bytes);
    to.toFile().setExecutable(true, false);
  }

  /**
   * Runs a command as a user would, without its output. What it remembers of the registry stays out
   * of the user's own memory: the next demo in this place has another trust root.
   *
   * @throws Failure with the command's own code, error and hint where it does not end with 0
   */
  private void quietly(String... command) {
    ByteArrayOutputStream errors = new ByteArrayOutputStream();
    UserFolders usual = surroundings.folders();
    Surroundings apart =
        new Surroundings(
            surroundings.environment(),
            surroundings.clock(),
            new UserFolders(usual.cache(), usual.config(), folder.resolve(MEMORY)),
            surroundings.workFolder(),
            surroundings.console());
    int status = Main.quiet(apart, folder, errors).run(command);
    if (status != ExitCode.YES.status()) {
      List<String> said = errors.toString(StandardCharsets.UTF_8).lines().toList();
      throw new Failure(
          Arrays.stream(ExitCode.values())
              .filter(code -> code.status() == status)
              .findFirst()
              .orElse(ExitCode.BUG),
          command[0]
              + ": "
              + (said.isEmpty() ? "failed" : said.getFirst().replaceFirst("^error: ", "")),
          said.size() < 2 ? "try it again" : said.getLast().replaceFirst("^hint: ", ""));
    }
  }

  static void require(boolean held, String otherwise) {
    if (!held) {
      throw Failure.no(otherwise, "this is not what the demo is to show: please report it");
    }
  }

  /** What a reader types to check again. */
  void printNext() {
    Console console = surroundings.console();
    console.line("");
    stages.printTimes();
    console.line("");
    console.line("Check again:");
    for (String file : List.of("promoted", "hand-made", "tampered")) {
      console.line(
          "  selfsame verify --binary %s --registry %s --trust-root %s"
              .formatted(
                  ShellWord.of(shown.resolve(file)),
                  ShellWord.of(shown.resolve("registry")),
                  ShellWord.of(shown.resolve("trust-root.json"))));
    }
    DemoImage.printNext(console, shown, name);
    console.line("");
    console.line("Report: " + shown.resolve("report.html"));
  }
}
