package dev.selfsame.workflow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.selfsame.audit.gate.GatePolicyFile;
import dev.selfsame.deploy.DeployFile;
import dev.selfsame.deploy.DeployFileReader;
import dev.selfsame.launcher.Shell;
import dev.selfsame.promote.PolicyFile;
import dev.selfsame.suites.Component;
import dev.selfsame.suites.Needs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The workflow and the action under {@code .github}, as files. */
class WorkflowFilesTest {
  static final Path PROJECT =
      Path.of(System.getProperty("selfsame.basedir", ".")).toAbsolutePath().getParent();
  private static final Path GITHUB = PROJECT.resolve(".github");
  private static final Path ACTION = GITHUB.resolve("actions/selfsame/action.yml");
  private static final Path WORKFLOW = GITHUB.resolve("workflows/deploy.yml");
  private static final Pattern RIGHTS = Pattern.compile("([a-z]+(?:,[a-z]+)*) \\(\"([a-z]+)\"\\)");

  @TempDir Path folder;

  /** The comment that the workflow begins with, line by line. */
  private static List<String> header() throws IOException {
    return Files.readAllLines(WORKFLOW).stream()
        .takeWhile(line -> line.startsWith("#"))
        .map(line -> line.substring(1))
        .toList();
  }

  /** The commands that set it up, as its header names them. */
  static List<String> commands() throws IOException {
    List<String> all = new ArrayList<>();
    for (String line : header()) {
      if (!all.isEmpty() && all.getLast().endsWith("\\")) {
        String begun = all.removeLast();
        all.add(begun.substring(0, begun.length() - 1) + line.strip());
      } else if (line.startsWith("       selfsame ")) {
        all.add(line.strip());
      }
    }
    return all;
  }

  /** What the token of each environment is allowed, as its header says. */
  static Map<String, String> rights() throws IOException {
    Map<String, String> all = new TreeMap<>();
    RIGHTS
        .matcher(String.join(" ", header()))
        .results()
        .forEach(match -> all.put(match.group(2), match.group(1)));
    return all;
  }

  /** Every step of the action and the workflow. */
  private static List<JsonNode> steps() throws IOException {
    List<JsonNode> all = new ArrayList<>();
    Yaml.read(ACTION).at("/runs/steps").forEach(all::add);
    Yaml.read(WORKFLOW).path("jobs").forEach(job -> job.path("steps").forEach(all::add));
    return all;
  }

  @Test
  @Needs(Component.ACTIONLINT)
  void actionlint_finds_nothing() throws Exception {
    String actionlint = Component.ACTIONLINT.program().orElseThrow().toString();
    List<String> command =
        List.of(
            actionlint,
            "-no-color",
            "-shellcheck=",
            "-config-file",
            GITHUB.resolve("actionlint.yaml").toString(),
            WORKFLOW.toString());
    var result = Shell.run(PROJECT, Map.of(), command);
    assertEquals(0, result.status(), result.out() + result.err());
  }

  @Test
  @Needs(Component.SHELLCHECK)
  void shellcheck_finds_nothing_in_the_scripts() throws Exception {
    int number = 0;
    for (JsonNode step : steps()) {
      if (step.has("run")) {
        Path script = folder.resolve(++number + ".sh");
        Files.writeString(script, "#!/bin/bash\nset -eo pipefail\n" + step.path("run").asText());
        var result =
            Shell.run(
                folder,
                Map.of(),
                List.of(
                    "shellcheck",
                    "--shell=bash",
                    "--enable=quote-safe-variables",
                    script.toString()));
        assertEquals(0, result.status(), result.out());
      }
    }
    assertTrue(number >= 8, "scripts: " + number);
  }

  @Test
  void no_expression_becomes_a_part_of_a_script() throws IOException {
    for (JsonNode step : steps()) {
      assertFalse(step.path("run").asText("").contains("${{"), step.toPrettyString());
    }
  }

  @Test
  void every_script_of_an_action_names_its_shell() throws IOException {
    for (JsonNode step : steps()) {
      assertEquals(step.has("run"), step.has("shell"), step.toPrettyString());
    }
  }

  @Test
  void other_peoples_actions_are_named_by_their_commit() throws IOException {
    Pattern pinned = Pattern.compile("actions/[a-z-]+@[0-9a-f]{40} # v\\d+\\.\\d+\\.\\d+");
    for (Path file : List.of(ACTION, WORKFLOW)) {
      for (String line : Files.readAllLines(file)) {
        String uses = line.strip().replaceFirst("^(- )?uses: ", "");
        if (!uses.equals(line.strip()) && !uses.startsWith("./") && !line.startsWith("#")) {
          assertTrue(pinned.matcher(uses).matches(), line);
        }
      }
    }
  }

  @Test
  void every_input_of_the_action_is_described_has_a_default_and_is_used() throws IOException {
    JsonNode action = Yaml.read(ACTION);
    Yaml.requireKnown(action, Set.of("name", "description", "inputs", "outputs", "runs"), "action");
    Yaml.requireKnown(action.path("runs"), Set.of("using", "steps"), "runs");
    TreeSet<String> used = new TreeSet<>();
    Pattern.compile("inputs\\.([a-z-]+)")
        .matcher(Files.readString(ACTION))
        .results()
        .forEach(match -> used.add(match.group(1)));
    assertEquals(used, new TreeSet<>(Yaml.names(action.path("inputs"))));
    for (JsonNode input : action.path("inputs")) {
      Yaml.requireKnown(input, Set.of("description", "default"), "an input");
      assertTrue(input.path("description").asText().endsWith("."), input.toString());
      assertTrue(input.path("default").isTextual(), input.toString());
    }
  }

  @Test
  void secrets_reach_only_the_steps_that_need_them() throws IOException {
    JsonNode workflow = Yaml.read(WORKFLOW);
    assertFalse(workflow.path("env").toString().contains("secrets."));
    for (JsonNode job : workflow.path("jobs")) {
      assertFalse(job.path("env").toString().contains("secrets."));
    }
    assertEquals("{\"contents\":\"read\"}", workflow.path("permissions").toString());
  }

  @Test
  void every_secret_that_is_used_is_named_where_it_is_set_up() throws IOException {
    Pattern name = Pattern.compile("SELFSAME_[A-Z_]+");
    TreeSet<String> named = new TreeSet<>();
    for (String line : header()) {
      var found = name.matcher(line.strip());
      if (found.lookingAt()) {
        named.add(found.group());
      }
    }
    TreeSet<String> used = new TreeSet<>();
    Pattern.compile("secrets\\.(SELFSAME_[A-Z_]+)")
        .matcher(Files.readString(WORKFLOW))
        .results()
        .forEach(match -> used.add(match.group(1)));
    assertEquals(used, named);
    assertTrue(used.contains("SELFSAME_DEPLOYER_PASSPHRASE"), used.toString());
  }

  @Test
  void the_keys_and_the_trust_root_are_made_by_commands() throws IOException {
    List<String> commands = commands();
    assertEquals(7, commands.size(), commands.toString());
    for (String role : Adopter.ROLES) {
      assertTrue(commands.contains("selfsame keys generate --out ../%s.key".formatted(role)), role);
      assertTrue(
          commands.stream()
              .anyMatch(line -> line.contains(" --key ../%s.pub --role %s ".formatted(role, role))),
          role);
    }
  }

  @Test
  void the_policies_and_settings_are_ones() throws IOException {
    Path promote = GITHUB.resolve("selfsame/promote.toml");
    assertEquals(1, PolicyFile.parse(Files.readAllBytes(promote), "p").minimumOperators());
    Path gate = GITHUB.resolve("selfsame/gate.toml");
    assertTrue(GatePolicyFile.parse(Files.readAllBytes(gate), "g").policy().reproducible());
    DeployFile deploy = DeployFileReader.read(GITHUB.resolve("selfsame/deploy.toml"), "d");
    assertEquals(List.of("POSTGRES_PASSWORD"), deploy.secrets().names());
  }

  @Test
  void nothing_else_stands_there() throws IOException {
    try (Stream<Path> files = Files.walk(GITHUB)) {
      assertEquals(
          List.of(
              "actionlint.yaml",
              "actions/selfsame/action.yml",
              "selfsame/backend-agent.toml",
              "selfsame/deploy.toml",
              "selfsame/gate.toml",
              "selfsame/promote.toml",
              "workflows/deploy.yml"),
          files
              .filter(Files::isRegularFile)
              .map(file -> GITHUB.relativize(file).toString())
              .sorted()
              .toList());
    }
  }
}
