package dev.selfsame.view;

import dev.selfsame.digest.Digest;
import dev.selfsame.evidence.BinaryFacts;
import dev.selfsame.evidence.BuildRecord;
import dev.selfsame.evidence.BuildRecord.Run;
import dev.selfsame.evidence.BuildRecord.RunKind;
import dev.selfsame.evidence.Category;
import dev.selfsame.evidence.Comparison;
import dev.selfsame.evidence.Comparison.Cause;
import dev.selfsame.evidence.ComparisonMatrix;
import dev.selfsame.evidence.Experiment;
import dev.selfsame.evidence.Experiment.Rung;
import dev.selfsame.evidence.JourneyReport;
import dev.selfsame.evidence.JourneyReport.Audit;
import dev.selfsame.evidence.JourneyReport.Check;
import dev.selfsame.evidence.JourneyReport.Decision;
import dev.selfsame.evidence.JourneyReport.Stage;
import dev.selfsame.evidence.Json;
import dev.selfsame.evidence.Recipe;
import dev.selfsame.evidence.Source;
import dev.selfsame.evidence.TreeComparison;
import dev.selfsame.evidence.TreeComparison.Kind;
import dev.selfsame.evidence.TreeComparison.State;
import dev.selfsame.evidence.Verdict;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Documents to draw: a real comparison of two small programs, and a journey around it. */
public final class Samples {
  private static final Instant BEGIN = Instant.parse("2026-11-23T10:00:00Z");

  private Samples() {}

  /** What {@code compare --json} wrote for one program, stripped and with debug information. */
  public static Comparison comparison() {
    return read("comparison.json");
  }

  /** The same of two programs whose symbols name crates and functions. */
  static Comparison withSymbols() {
    return read("comparison-symbols.json");
  }

  private static Comparison read(String resource) {
    try (InputStream in = Samples.class.getResourceAsStream(resource)) {
      return Json.read(in.readAllBytes(), Comparison.class);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Three files, two of them equal. */
  public static ComparisonMatrix matrix() {
    Digest one = Digest.sha256("one".getBytes(StandardCharsets.UTF_8));
    Digest other = Digest.sha256("another".getBytes(StandardCharsets.UTF_8));
    Verdict differs = new Verdict.Differs(0);
    ComparisonMatrix.Known proved = new ComparisonMatrix.Known(Cause.Grade.PROVED, 0, 0, false);
    return new ComparisonMatrix(
        ComparisonMatrix.SCHEMA,
        differs,
        List.of(
            new ComparisonMatrix.Side("a/agent", 3, one, 1),
            new ComparisonMatrix.Side("b/agent", 7, other, 2),
            new ComparisonMatrix.Side("c/agent", 3, one, 1)),
        2,
        List.of(
            new ComparisonMatrix.Pair(1, 2, differs, 4, "only B has symbols", proved),
            new ComparisonMatrix.Pair(1, 3, new Verdict.Identical(), 0, "", null),
            new ComparisonMatrix.Pair(2, 3, differs, -4, "only A has symbols", proved)));
  }

  /** Two folders with a name of each state. */
  public static TreeComparison trees() {
    Digest one = Digest.sha256("one".getBytes(StandardCharsets.UTF_8));
    Digest other = Digest.sha256("another".getBytes(StandardCharsets.UTF_8));
    TreeComparison.Node file = new TreeComparison.Node(Kind.FILE, 3, one, "0755", "");
    TreeComparison.Node larger = new TreeComparison.Node(Kind.FILE, 7, other, "0755", "");
    TreeComparison.Node link = new TreeComparison.Node(Kind.LINK, 0, null, "", "agent");
    List<TreeComparison.Entry> entries =
        List.of(
            new TreeComparison.Entry("agent", State.DIFFERS, file, larger, 4, "only B has symbols"),
            new TreeComparison.Entry("latest", State.ONLY_IN_B, null, link, 0, "link"),
            new TreeComparison.Entry("licence", State.IDENTICAL, file, file, 0, ""),
            new TreeComparison.Entry("notes", State.ONLY_IN_A, file, null, -3, "3 bytes"));
    return new TreeComparison(
        TreeComparison.SCHEMA,
        new Verdict.Differs(-1),
        "dist-a",
        "dist-b.tar.gz",
        1,
        TreeComparison.count(entries),
        entries,
        List.of());
  }

  /** Two files that differ in what was declared not to matter. */
  static Comparison equivalent() {
    Comparison c = comparison();
    return with(c, new Verdict.Equivalent(List.of("build-id"), 4), c.a(), c.b());
  }

  /** The same with another verdict, or of other files. */
  static Comparison with(Comparison c, Verdict verdict, BinaryFacts a, BinaryFacts b) {
    return new Comparison(
        Comparison.SCHEMA,
        verdict,
        a,
        b,
        c.sizeDelta(),
        c.places(),
        c.categories(),
        c.sections(),
        c.crates(),
        c.functions(),
        c.instances(),
        c.causes(),
        c.unexplained(),
        c.unexplainedDiffering(),
        c.unexplainedAtLeast(),
        c.guesses(),
        c.split(),
        c.experiment());
  }

  /** Its difference taken apart by three builds: one, then another setting, and all is met. */
  public static Comparison rebuilt() {
    Comparison c = comparison();
    Recipe recipe = journey("agent").build().recipe();
    Map<Category, Long> first = new EnumMap<>(Category.class);
    Map<Category, Long> second = new EnumMap<>(Category.class);
    c.categories()
        .forEach((category, bytes) ->
            (category == Category.DEBUG || category == Category.SYMBOLS ? first : second)
                .put(category, bytes));
    long one = first.values().stream().mapToLong(Long::longValue).sum();
    long size = c.a().size();
    Digest between = Digest.sha256(new byte[] {1});
    List<Rung> rungs =
        List.of(
            new Rung("a", "", "", 0, Map.of(), null, size, c.a().sha256(), true, 81.5, recipe),
            new Rung(
                "strip",
                "symbols",
                "none",
                one,
                first,
                one,
                size + one,
                between,
                false,
                80,
                recipe),
            new Rung(
                "paths",
                "/cargo",
                "/home/dev/.cargo",
                c.sizeDelta() - one,
                second,
                null,
                c.b().size(),
                c.b().sha256(),
                false,
                82.25,
                recipe));
    Experiment experiment =
        new Experiment(
            Experiment.Outcome.MET,
            "the last build has B's SHA-256: the whole difference is proved",
            journey("agent").build().source(),
            false,
            rungs,
            List.of(new Experiment.Unmeasured("linker", "pin <x> has no ld.lld")),
            0,
            Map.of(),
            3,
            245.5);
    List<Cause> causes =
        rungs.subList(1, 3).stream()
            .map(rung ->
                new Cause(
                    rung.id(),
                    rung.bytes(),
                    null,
                    false,
                    Cause.Grade.PROVED,
                    rung.change(),
                    "have it alike",
                    List.of(),
                    List.of()))
            .toList();
    return c.with(experiment, causes, withSymbols().guesses());
  }

  /** Another compiler is suspected; code grew as constants shrank, and nobody knows why. */
  public static Comparison unexplained() {
    Comparison c = comparison();
    List<Cause> causes = new ArrayList<>(c.causes());
    causes.addFirst(
        new Cause(
            "program",
            10L,
            99_990L,
            true,
            Cause.Grade.UNEXPLAINED,
            ".text +50,000, .rodata -49,990; the files do not say why",
            "set source and flags of both builds against each other",
            List.of(),
            List.of()));
    causes.addFirst(
        Cause.suspected(
            "rustc",
            "the compilers differ: A 1.85.1, B 1.96.0",
            "build both with one pinned toolchain",
            List.of(),
            List.of()));
    causes.add(
        new Cause(
            "rest", -10L, null, false, Cause.Grade.PROVED, "the rest", "", List.of(), List.of()));
    return with(c, c.a(), c.sections(), causes);
  }

  /** The same with other parts. */
  static Comparison with(
      Comparison c, BinaryFacts a, List<Comparison.SectionDelta> sections, List<Cause> causes) {
    return new Comparison(
        Comparison.SCHEMA,
        c.verdict(),
        a,
        c.b(),
        c.sizeDelta(),
        c.places(),
        c.categories(),
        sections,
        c.crates(),
        c.functions(),
        c.instances(),
        causes,
        Comparison.sumUnexplained(causes),
        Comparison.differingUnexplained(causes),
        Comparison.atLeastUnexplained(causes),
        withSymbols().guesses(),
        c.split(),
        null);
  }

  /** Of the first file, not all was read. */
  static Comparison halfRead() {
    Comparison c = comparison();
    BinaryFacts a = c.a();
    BinaryFacts cut =
        new BinaryFacts(
            BinaryFacts.SCHEMA,
            a.name(),
            a.size(),
            a.sha256(),
            a.ranges(),
            a.categories(),
            a.facts(),
            a.parts(),
            a.composition(),
            List.of("offset 64: the section headers lie outside <of> the file"));
    return with(c, cut, c.sections(), c.causes());
  }

  static Comparison identical() {
    Comparison c = comparison();
    return new Comparison(
        Comparison.SCHEMA,
        new Verdict.Identical(),
        c.a(),
        c.a(),
        0,
        List.of(),
        Map.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        0,
        0,
        false,
        List.of(),
        null,
        null);
  }

  public static JourneyReport journey(String name) {
    return new JourneyReport(
        JourneyReport.SCHEMA,
        record(name),
        comparison(),
        List.of(
            new Decision(
                name,
                true,
                List.of(
                    new Check("two distinct operators report the same SHA-256", true),
                    new Check("every builder id is allowed: https://builder.example/a", true),
                    new Check("control and varied builds are identical", true))),
            new Decision(
                "hand-made",
                false,
                List.of(
                    new Check("at least one signed record names this SHA-256", false),
                    new Check("strip state is stripped: it is full", false)))),
        List.of(
            new Audit("promoted", 0, "promoted to production by release@example, sequence 1"),
            new Audit("hand-made", 1, "unknown to the registry"),
            new Audit("tampered", 1, "unknown to the registry")),
        List.of(
            new Stage("environment", 41.25), new Stage("builds", 163.5), new Stage("audit", 0.4)));
  }

  private static BuildRecord record(String name) {
    Digest binary = comparison().a().sha256();
    Map<String, Digest> outputs = Map.of(name, binary);
    return new BuildRecord(
        BuildRecord.SCHEMA,
        name,
        new Source(
            "https://git.example/team/agent.git",
            "4".repeat(40),
            "5".repeat(40),
            "",
            BEGIN,
            digest("package"),
            48_640,
            false),
        recipe(name),
        new BuildRecord.Toolchain(
            "rustc 1.85.1 (4eb161250 2025-03-15)\nbinary: rustc",
            "cargo 1.85.1 (d73d2caf9 2024-12-31)",
            "GNU ld (GNU Binutils for Debian) 2.44"),
        new BuildRecord.EnvironmentPin(
            "trixie-rust-1.85.1", "debs", digest("pin"), digest("root"), null, null),
        IntStream.range(0, 93)
            .mapToObj(
                i -> new BuildRecord.Crate("crate-%02d".formatted(i), "1.0." + i, digest("c" + i)))
            .toList(),
        digest("lock"),
        new BuildRecord.EngineFacts("bwrap", "bubblewrap 0.8.0", Map.of("kernel", "6.1")),
        List.of(
            new Run(RunKind.CONTROL, List.of(), 54.2, digest("log1"), outputs, null),
            new Run(RunKind.CONTROL, List.of(), 53.9, digest("log2"), outputs, null),
            new Run(
                RunKind.VARIED,
                List.of("cpus", "hostname", "locale", "path", "time-zone", "uid", "umask"),
                55.4,
                digest("log3"),
                outputs,
                null)),
        digest("log0"),
        new BuildRecord.Reproducibility(true, true, List.of()),
        List.of(
            new BuildRecord.Output(
                name, comparison().a().size(), binary, "stripped", comparison().a().facts())),
        null,
        BEGIN,
        BEGIN.plusSeconds(175));
  }

  private static Recipe recipe(String name) {
    return new Recipe(
        "trixie-rust-1.85.1",
        digest("root"),
        "x86_64-unknown-linux-gnu",
        name,
        List.of(name),
        "release",
        Map.of("strip", "symbols"),
        List.of("tls"),
        true,
        List.of("--remap-path-prefix=/build=/src"),
        Map.of(),
        Map.of("src", "/build/src"),
        BEGIN.getEpochSecond());
  }

  private static Digest digest(String text) {
    return Digest.sha256(text.getBytes(StandardCharsets.UTF_8));
  }
}
