package dev.selfsame.compare;

import static java.util.Objects.requireNonNull;

import dev.selfsame.build.Ending;
import dev.selfsame.build.Sandbox;
import dev.selfsame.build.TestRoot;
import dev.selfsame.build.sandbox.BwrapEngine;
import dev.selfsame.build.sandbox.HostPrograms;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The program of {@code src/bench/planted} and the changes that {@code src/bench/matrix} lists, by
 * rustc alone and with a stand-in for its crates: what one thing changed does to a program does not
 * hang on them, and so a build takes a second in place of ten.
 */
final class Planted {
  private static final Path BENCH =
      Path.of(System.getProperty("selfsame.basedir", ".")).toAbsolutePath().resolve("src/bench");

  private static final String LINK_ARGUMENT = "cargo:rustc-link-arg-bins=";

  private static final List<String> CRATES =
      List.of("aho_corasick", "itoa", "lexopt", "memchr", "serde_json");

  private Planted() {}

  /**
   * One thing changed.
   *
   * @param name as the report calls it
   * @param want the id of the cause that tells of it, or {@code cannot}
   * @param changes as the script has them
   */
  record Variant(String name, String want, List<String> changes) {
    Variant {
      changes = List.copyOf(changes);
    }
  }

  /** The first causes of one row of the report, each with its grade, and how they were judged. */
  record Row(
      String name, String cause, String judged, String strippedCause, String strippedJudged) {
    private static Row of(String line) {
      String[] cells = line.substring(2, line.length() - 2).split(" \\| ", -1);
      if (cells.length != 7) {
        throw new AssertionError("not a row of seven cells: " + line);
      }
      return new Row(cells[0], cells[2], cells[3], cells[5], cells[6]);
    }

    /** Without the bytes, which are the program's own. */
    static String gradedAlone(String cause) {
      return cause.replaceFirst(", -?[0-9]+\\)$", ")");
    }
  }

  /** What is changed, in the order of the report. */
  static List<Variant> variants() throws IOException {
    List<String> script = Files.readAllLines(BENCH.resolve("matrix"));
    int first = script.indexOf("  cat <<'LIST'") + 1;
    List<String> rest = script.subList(first, script.size());
    return rest.subList(0, rest.indexOf("LIST")).stream()
        .map(line -> List.of(line.split("\\|", -1)))
        .map(fields -> new Variant(fields.get(0), fields.get(1), fields.subList(2, fields.size())))
        .toList();
  }

  /** What stands before the report's rows. */
  static String head() throws IOException {
    return Files.readString(BENCH.resolve("matrix.head"));
  }

  static String report() throws IOException {
    return Files.readString(BENCH.resolve("../../../reports/matrix.md"));
  }

  static List<Row> rows() throws IOException {
    return report().substring(head().length()).lines().map(Row::of).toList();
  }

  /**
   * Builds the program as it is ({@code base}), and once for each variant ({@code 0}, {@code 1} and
   * so on), in one run in the pinned root; beside each, what GNU strip leaves of it ({@code
   * .stripped}).
   *
   * @param folder an empty one
   * @return where the programs are
   */
  static Path build(Path folder, List<Variant> variants) throws Exception {
    Path source = Files.createDirectory(folder.resolve("source"));
    Path out = Files.createDirectory(folder.resolve("out"));
    for (String name : List.of("main.rs", "count.rs")) {
      Files.copy(BENCH.resolve("planted/src").resolve(name), source.resolve(name));
    }
    try (InputStream standIn = Planted.class.getResourceAsStream("stand_in.rs")) {
      Files.copy(requireNonNull(standIn), source.resolve("stand_in.rs"));
    }
    List<String> script = new ArrayList<>();
    script.add("set -e");
    script.add("cd /build");
    script.add(
        "rustc --edition 2021 --crate-name stand_in --crate-type rlib -Copt-level=3"
            + " -o libstand_in.rlib /src/stand_in.rs");
    script.addAll(one("base", List.of()));
    for (int i = 0; i < variants.size(); i++) {
      script.addAll(one(Integer.toString(i), variants.get(i).changes()));
    }
    run(folder, source, out, String.join("\n", script));
    return out;
  }

  /** The lines that build one; always at one place, so that paths are no difference. */
  private static List<String> one(String name, List<String> changes) {
    List<String> flags = new ArrayList<>(List.of("-Copt-level=3", "-Cstrip=debuginfo"));
    List<String> lines = new ArrayList<>();
    lines.add("rm -rf src && mkdir src && cp /src/main.rs /src/count.rs src/");
    for (String change : changes) {
      String[] words = change.split(" ", 3);
      switch (words[0]) {
        // Of two of one key, rustc takes the last.
        case "profile" -> flags.add("-C" + words[1].replace("\"", ""));
        case "flag" -> flags.add(words[1]);
        case "write" -> flags.add("-Clink-arg=" + linkArgument(words[2]));
        case "sed" -> {
          lines.add("cp %s before".formatted(words[1]));
          lines.add("sed -i -e '%s' %s".formatted(words[2], words[1]));
          String planted = "[ \"$(cat before)\" != \"$(cat %s)\" ]".formatted(words[1]);
          lines.add(planted + " || { echo nothing was planted; exit 1; }");
        }
        case "" -> {}
        default -> throw new AssertionError("rustc alone cannot: " + change);
      }
    }
    CRATES.forEach(crate -> flags.add("--extern " + crate + "=libstand_in.rlib"));
    lines.add(
        "rustc --edition 2021 --crate-name planted %s -o planted src/main.rs"
            .formatted(String.join(" ", flags)));
    lines.add("cp planted /out/" + name);
    lines.add("strip -o /out/%s.stripped planted".formatted(name));
    return lines;
  }

  /** What a build script has Cargo give to the linker. */
  private static String linkArgument(String buildScript) {
    int at = buildScript.indexOf(LINK_ARGUMENT) + LINK_ARGUMENT.length();
    return buildScript.substring(at, buildScript.indexOf('"', at));
  }

  private static void run(Path folder, Path source, Path out, String script) throws Exception {
    String path = System.getenv().getOrDefault("PATH", "");
    Sandbox sandbox =
        new Sandbox(
            TestRoot.folder(),
            TestRoot.diffId(),
            List.of("/bin/sh", "-c", script),
            Map.of("PATH", "/usr/bin:/bin", "HOME", "/build", "LC_ALL", "C.UTF-8"),
            "/src",
            List.of(
                new Sandbox.Mount(source, "/src", Sandbox.Access.READ_ONLY),
                new Sandbox.Mount(out, "/out", Sandbox.Access.WRITABLE)),
            List.of("/build"),
            new Sandbox.Identity(1000, "selfsame", 022, 0, false),
            new Sandbox.Limits(Duration.ofMinutes(5), 4L << 30, 500, 2L << 30, 1 << 20),
            folder.resolve("log"));
    Ending ending = new BwrapEngine(HostPrograms.onPath(path), folder.resolve("work")).run(sandbox);
    if (!(ending instanceof Ending.Exited(int status, Duration wall)) || status != 0) {
      throw new AssertionError(ending + "\n" + Files.readString(sandbox.log()));
    }
  }
}
