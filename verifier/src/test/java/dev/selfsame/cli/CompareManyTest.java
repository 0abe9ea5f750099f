package dev.selfsame.cli;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.binary.Fixtures;
import dev.selfsame.compare.tree.Archives;
import dev.selfsame.digest.Digest;
import dev.selfsame.evidence.Comparison;
import dev.selfsame.evidence.ComparisonMatrix;
import dev.selfsame.evidence.Json;
import dev.selfsame.evidence.TreeComparison;
import dev.selfsame.files.UserFolders;
import dev.selfsame.suites.Component;
import dev.selfsame.suites.Needs;
import dev.selfsame.where.Registry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompareManyTest {
  private static final String IMAGE = "application/vnd.oci.image.config.v1+json";
  private static final String ARTIFACT = "application/vnd.oci.empty.v1+json";

  @TempDir private Path folder;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final Map<String, String> environment = new HashMap<>(System.getenv());

  private int run(Object... arguments) {
    out.reset();
    err.reset();
    Console console = new Console(stream(out), stream(err), false, false);
    environment.put("XDG_CACHE_HOME", in("cache").toString());
    Surroundings surroundings =
        new Surroundings(
            environment,
            Clock.systemUTC(),
            UserFolders.of(environment),
            Path.of("").toAbsolutePath(),
            console);
    return new Main(surroundings)
        .run(Arrays.stream(arguments).map(Object::toString).toArray(String[]::new));
  }

  private static PrintStream stream(ByteArrayOutputStream into) {
    return new PrintStream(into, false, StandardCharsets.UTF_8);
  }

  private Path in(String name) {
    return requireNonNull(folder).resolve(name);
  }

  private String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  /** One error line and one hint, and nothing on stdout. */
  private void refused(int status, int actual, String why) {
    String said = err.toString(StandardCharsets.UTF_8);
    assertEquals(status, actual, said);
    // Lines of progress may stand before it.
    List<String> lines = said.lines().toList();
    assertTrue(lines.size() >= 2, said);
    String error = lines.get(lines.size() - 2);
    assertTrue(error.startsWith("error: ") && error.contains(why), said);
    assertTrue(lines.getLast().startsWith("hint: "), said);
    assertEquals("", out());
  }

  private static final Path ABORT = Fixtures.path("hello-abort");
  private static final Path SYMBOLS = Fixtures.path("hello-symbols");

  @Test
  void several_files_are_grouped_and_only_all_equal_ones_are_a_yes() {
    assertEquals(0, run("compare", ABORT, ABORT, ABORT));
    assertTrue(out().startsWith("identical: 3 files"), out());
    assertEquals(1, run("compare", ABORT, SYMBOLS, ABORT));
    assertTrue(out().startsWith("differs: 3 files, 2 different"), out());
    assertTrue(out().contains("unexplained"), out());
    assertEquals(1, run("compare", "--json", ABORT, SYMBOLS, ABORT));
    ComparisonMatrix matrix = Json.read(out.toByteArray(), ComparisonMatrix.class);
    assertEquals(List.of(1, 2, 1), matrix.files().stream().map(s -> s.group()).toList());
    assertEquals(3, matrix.pairs().size());
    assertEquals(74_368, matrix.pairs().getFirst().sizeDelta());
    assertEquals(1, run("compare", "--json", ABORT, SYMBOLS));
    Comparison comparison = Json.read(out.toByteArray(), Comparison.class);
    ComparisonMatrix.Known known = ComparisonMatrix.Known.of(comparison);
    assertTrue(known.unexplainedDiffering() > 0, known.toString());
    assertEquals(known, matrix.pairs().getFirst().known());
  }

  @Test
  void nothing_on_either_side_is_no_yes() throws IOException {
    Path a = Files.createDirectory(in("empty-a"));
    Path b = Files.createDirectory(in("empty-b"));
    refused(3, run("compare", a, b), "nothing to compare");
    refused(3, run("compare", a, a), "nothing to compare");
  }

  @Test
  void two_archives_are_compared_by_name_and_one_name_in_full() throws IOException {
    Path a = new Archives().file("bin/agent", 0755, Files.readAllBytes(ABORT)).write(in("a.tgz"));
    Path b = new Archives().file("bin/agent", 0755, Files.readAllBytes(SYMBOLS)).write(in("b.whl"));
    assertEquals(1, run("compare", a, b));
    assertTrue(out().startsWith("differs: 1 identical, 1 differ, 0 only in A"), out());
    assertEquals(1, run("compare", "--json", a, b));
    TreeComparison trees = Json.read(out.toByteArray(), TreeComparison.class);
    assertEquals(74_368, trees.sizeDelta());
    assertEquals(1, run("compare", "--json", "--name", "bin/agent", a, b));
    assertEquals(74_368, Json.read(out.toByteArray(), Comparison.class).sizeDelta());
    assertEquals(0, run("compare", "--name", "bin/agent", a, a));
  }

  @Test
  void what_makes_no_sense_is_one_error_with_a_hint() throws IOException {
    Path a = new Archives().file("x", "1").write(in("a.tar"));
    Path b = new Archives().file("x", "2").file("y", "").link("l", "x").write(in("b.tar"));
    refused(2, run("compare", a, ABORT), "is a folder or an archive, and not everything else is");
    refused(2, run("compare", a, b, a), "3 folders or archives, and at most two can be compared");
    refused(2, run("compare", a, b, ABORT), "is a folder or an archive, and not everything else");
    refused(2, run("compare", "--name", "x", ABORT, SYMBOLS), "--name needs two folders");
    refused(2, run("compare", "--name", "z", a, b), "has nothing under the name z");
    refused(2, run("compare", "--name", "l", b, b), "no file but a link");
    refused(1, run("compare", "--name", "y", a, b), "y is only in");
    refused(2, run("compare", "--html", in("page.html"), a, b), "--html, --svg and --by are");
    refused(
        2, run("compare", "--by", "line", ABORT, SYMBOLS), "none of crate, function and instance");
    refused(
        2, run("compare", "--json", "--markdown", ABORT, SYMBOLS), "error: --json, --markdown are");
    refused(2, run("compare", ABORT, "docker:agent:"), "not a place in a container");
    refused(2, run("compare", ABORT, "oci:!x"), "not a place in a registry");
    refused(2, run("compare", ABORT, SYMBOLS, in("absent")), "no such file");
    refused(2, run("compare", ABORT, "oci:agent:1"), "not a full image reference");
    Path bad = new Archives().file("../x", "1").write(in("bad.tar"));
    refused(3, run("compare", a, bad), "leads out of it");
    byte[] whole =
        Files.readAllBytes(new Archives().file("x", "1".repeat(9999)).write(in("c.tgz")));
    Path cut = Files.write(in("cut.tgz"), Arrays.copyOf(whole, whole.length - 9));
    refused(3, run("compare", a, cut), "cannot read all of");
  }

  @Test
  void a_files_name_forges_no_line_and_moves_no_cursor() throws IOException {
    String name = "x\u001b[2Jidentical: 3 files, every byte the same\n";
    String shown = "x\\x1b[2Jidentical: 3 files, every byte the same\\x0a";
    Path one = Files.copy(ABORT, in(name));
    Path two = Files.copy(SYMBOLS, in("two"));
    Path folderOne = Files.createDirectory(in("d" + name));
    Path folderTwo = Files.createDirectory(in("e"));
    Files.write(folderOne.resolve("f"), new byte[] {1});
    Files.write(folderTwo.resolve("f"), new byte[] {2});
    for (List<Object> words :
        List.<List<Object>>of(
            List.of("compare", one, two, two),
            List.of("compare", "--markdown", one, two, two),
            List.of("compare", folderOne, folderTwo),
            List.of("compare", "--markdown", folderOne, folderTwo))) {
      assertEquals(1, run(words.toArray()), err.toString());
      assertFalse(out().contains("\u001b"), out());
      assertFalse(out().contains("\nidentical"), out());
      assertTrue(out().lines().noneMatch(line -> line.startsWith("identical")), out());
    }
    assertEquals(1, run("compare", "--json", one, two, two));
    String first = Json.read(out.toByteArray(), ComparisonMatrix.class).files().getFirst().name();
    assertTrue(first.endsWith("/" + shown), first);
  }

  @Test
  void an_engine_or_registry_that_is_not_there_is_undecided() {
    environment.put("DOCKER_HOST", "unix://" + in("no.sock"));
    refused(3, run("compare", ABORT, "docker:agent:/agent"), "cannot reach Docker");
    refused(3, run("compare", ABORT, "oci:127.0.0.1:1/agent:1"), "could not fetch");
    refused(3, run("inspect", "docker:agent:/agent"), "cannot reach Docker");
    refused(
        3, run("compare", "--also", "docker:agent:/agent", ABORT, SYMBOLS), "cannot reach Docker");
    refused(3, run("inspect", "--debug-file", "docker:agent:/agent", ABORT), "cannot reach Docker");
    refused(2, run("inspect", "docker:agent:"), "not a place in a container");
  }

  @Test
  void a_process_is_inspected_as_a_file_is() {
    String self = "pid:" + ProcessHandle.current().pid();
    assertEquals(0, run("inspect", self), err.toString());
    assertTrue(out().startsWith("java: ELF 64-bit"), out());
    // It does not stand between the two: it was read.
    refused(2, run("compare", "--also", self, ABORT, SYMBOLS), "nothing to split");
  }

  @Test
  @Needs(Component.DOCKER_REGISTRY)
  void a_file_in_a_registry_stands_where_a_file_may() throws Exception {
    byte[] agent = Files.readAllBytes(ABORT);
    byte[] layer =
        Files.readAllBytes(
            new Archives()
                .file("usr/bin/agent", 0755, agent)
                .link("bin", "usr/bin")
                .link("usr/bin/latest", "agent")
                .write(in("layer.tgz")));
    try (Registry registry = Registry.start(requireNonNull(folder))) {
      String agentAt = "oci:" + registry.address() + "/agent";
      registry.push("agent", "blob", ARTIFACT, List.of(agent));
      Digest image = registry.push("agent", "image", IMAGE, List.of(layer));
      assertEquals(0, run("compare", ABORT, agentAt + ":blob"), err.toString());
      assertEquals(1, run("compare", SYMBOLS, agentAt + ":blob"));
      assertEquals(0, run("inspect", agentAt + ":image!/usr/bin/agent"), err.toString());
      assertTrue(out().startsWith("agent: ELF 64-bit"), out());
      assertEquals(0, run("compare", ABORT, agentAt + ":image!/usr/bin/agent"), err.toString());
      assertEquals(0, run("compare", ABORT, agentAt + "@" + image + "!/bin/latest"));
      refused(2, run("compare", ABORT, agentAt + ":image"), "is an image, not one file");
      refused(3, run("compare", ABORT, agentAt + ":image!/nope"), "no file /nope");
      refused(3, run("compare", ABORT, agentAt + ":absent"), "could not fetch");
      String other = "sha256:" + "0".repeat(64);
      refused(3, run("compare", ABORT, agentAt + "@" + other), "could not fetch");
    }
  }

  @Test
  @Needs(Component.DOCKER_REGISTRY)
  void a_registry_that_gives_other_bytes_is_not_believed() throws Exception {
    byte[] agent = Files.readAllBytes(ABORT);
    try (Registry registry = Registry.start(requireNonNull(folder))) {
      Digest manifest = registry.push("agent", "1", ARTIFACT, List.of(agent));
      String agentAt = "oci:" + registry.address() + "/agent";
      tamper(Digest.sha256(agent));
      refused(3, run("compare", ABORT, agentAt + ":1"), "layer");
      tamper(manifest);
      refused(4, run("compare", ABORT, agentAt + "@" + manifest), "other bytes");
    }
  }

  private void tamper(Digest digest) throws IOException {
    try (Stream<Path> files = Files.walk(in("registry"))) {
      Path data =
          files.filter(f -> f.endsWith(Path.of(digest.hex(), "data"))).findFirst().orElseThrow();
      byte[] bytes = Files.readAllBytes(data);
      bytes[bytes.length / 2] ^= 1;
      Files.write(data, bytes);
    }
  }
}
