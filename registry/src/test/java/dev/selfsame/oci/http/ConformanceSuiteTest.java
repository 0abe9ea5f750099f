package dev.selfsame.oci.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.suites.Component;
import dev.selfsame.suites.Needs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.w3c.dom.Document;

/** The OCI project's own suite, at version 1.1 of the specification and at what is to follow it. */
@Timeout(300)
@Needs(Component.OCI_CONFORMANCE)
final class ConformanceSuiteTest {
  private static final Pattern TESTS = Pattern.compile("<testsuites[^>]* tests=\"(\\d+)\"");

  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({"1.1, 860", "dev, 980"})
  void every_test_passes(String version, int atLeast) throws Exception {
    Path results = folder.resolve("results");
    Path log = folder.resolve("log");
    try (Served served = Served.at(folder.resolve("registry"))) {
      ProcessBuilder suite =
          new ProcessBuilder(Component.program("oci-conformance").orElseThrow().toString())
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectOutput(log.toFile());
      suite
          .environment()
          .putAll(
              Map.of(
                  "OCI_REGISTRY",
                  "127.0.0.1:" + served.port(),
                  "OCI_TLS",
                  "disabled",
                  "OCI_REPO1",
                  "staging/conformance/one",
                  "OCI_REPO2",
                  "staging/conformance/two",
                  "OCI_VERSION",
                  version,
                  "OCI_RESULTS_DIR",
                  results.toString()));
      int status = suite.start().waitFor();
      assertEquals(0, status, Files.readString(log));
    }
    Path junit = results.resolve("junit.xml");
    Document report =
        DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(junit.toFile());
    assertEquals(0, report.getElementsByTagName("failure").getLength());
    assertEquals(0, report.getElementsByTagName("skipped").getLength());
    Matcher tests = TESTS.matcher(Files.readString(junit));
    assertTrue(tests.find() && Integer.parseInt(tests.group(1)) >= atLeast, tests::toString);
  }
}
