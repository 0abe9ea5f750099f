package dev.selfsame.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.scenes.Records;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VerifyFormatTest {
  @TempDir Path folder;
  private RegistryScene scene;

  @BeforeEach
  void release() {
    scene = new RegistryScene(folder);
    Records records = Records.of("the promoted binary");
    scene.stage.release(records);
    scene.write("promoted", records.binary);
    scene.write("hand-made", new byte[] {1});
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "github | ::error file=hand-made,title=selfsame verify%3A unknown::unknown to the registry",
        "junit | <testcase classname=\"selfsame.verify\" name=\"hand-made\">",
        "sarif | \"ruleId\" : \"unknown\"",
        "gitlab | \"check_name\" : \"selfsame-verify/unknown\"",
      })
  void a_no_is_an_entry_in_every_format(String format, String entry) {
    assertEquals(1, scene.verify("promoted", "--binary", "hand-made", "--format", format));
    assertTrue(scene.out.contains(entry), scene.said());
    assertEquals(0, scene.verify("promoted", "--format", format), scene.said());
  }

  @ParameterizedTest
  @CsvSource({"github", "junit", "sarif", "gitlab"})
  void what_could_not_be_told_is_an_entry_too(String format) {
    assertEquals(3, scene.verify("absent", "--format", format), scene.said());
    assertTrue(scene.out.contains("could-not-tell"), scene.said());
    assertEquals("", scene.err);
  }

  @ParameterizedTest
  @CsvSource({"junit", "sarif", "gitlab"})
  void without_a_registry_a_report_has_an_entry_for_each_place(String format) {
    assertEquals(
        3,
        scene.run(
            "verify", "--binary=a", "--binary=b", "--format", format, "--registry", "elsewhere"),
        scene.said());
    assertTrue(scene.err.startsWith("error: no registry at "), scene.err);
    assertTrue(scene.out.contains("could-not-tell"), scene.out);
    assertTrue(scene.out.contains("\"a\"") && scene.out.contains("\"b\""), scene.out);
  }

  @Test
  void json_is_short_for_its_format() {
    assertEquals(0, scene.verify("promoted", "--json"));
    String json = scene.out;
    assertEquals(0, scene.verify("promoted", "--format", "json"));
    assertEquals(json, scene.out);
    assertEquals(0, scene.verify("promoted", "--json", "--format", "JSON"));
    assertEquals(json, scene.out);
    assertEquals(2, scene.verify("promoted", "--json", "--format", "junit"));
    assertTrue(scene.err.startsWith("error: --json and --format say two things\n"), scene.err);
  }
}
