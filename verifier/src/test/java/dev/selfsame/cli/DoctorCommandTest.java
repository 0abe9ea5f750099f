package dev.selfsame.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.selfsame.evidence.Json;
import dev.selfsame.scenes.Records;
import dev.selfsame.source.Repositories;
import dev.selfsame.suites.Component;
import dev.selfsame.suites.Needs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(300)
class DoctorCommandTest {
  @TempDir private Path folder;

  private JsonNode check(JsonNode diagnosis, String name) {
    for (JsonNode check : diagnosis.path("checks")) {
      if (check.path("name").asText().equals(name)) {
        return check;
      }
    }
    throw new AssertionError(name + " is not in " + diagnosis);
  }

  private JsonNode json(Captured program) throws Exception {
    return Json.tree(program.out().getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void a_machine_without_registry_and_trust_root_is_told_what_to_do() throws IOException {
    Captured program = new Captured(folder).with("DOCKER_HOST", "unix:///nonexistent");
    assertEquals(3, program.run("doctor"));
    assertTrue(program.out().contains("missing     registry"), program.out());
    assertTrue(program.out().contains("missing     trust root"), program.out());
    assertTrue(program.out().contains("not here    engine docker"), program.out());
    assertTrue(program.out().contains("not here    project"), program.out());
    assertTrue(program.out().contains("hint: in a Cargo project: selfsame init"), program.out());
    assertTrue(program.out().contains("\nbuild or verify lacks: "), program.out());
    assertEquals("", program.err());
    try (Stream<Path> left = Files.list(folder)) {
      assertEquals(
          List.of(),
          left.map(file -> file.getFileName().toString())
              .filter(name -> !name.equals(".cache"))
              .toList());
    }
  }

  @Test
  @Needs(Component.BWRAP)
  void a_machine_with_all_of_it_is_able() throws Exception {
    RegistryScene scene = new RegistryScene(folder);
    scene.stage.release(Records.of("the binary"));
    Captured program = new Captured(folder);
    int status =
        program.run(
            "doctor", "--json", "--registry", "registry", "--trust-root", "trust-root.json");
    JsonNode diagnosis = json(program);
    assertEquals("OK", check(diagnosis, "engine bwrap").path("state").asText());
    assertEquals("OK", check(diagnosis, "registry").path("state").asText());
    assertEquals("OK", check(diagnosis, "trust root").path("state").asText());
    assertEquals("selfsame.doctor/1", diagnosis.path("schema").asText());
    boolean room = check(diagnosis, "cache").path("state").asText().equals("OK");
    assertEquals(room ? 0 : 3, status, program.out());
    assertEquals(room, diagnosis.path("able").asBoolean());
  }

  @Test
  void a_server_is_asked_and_a_trust_root_that_was_set_back_is_refused_as_a_verification_does()
      throws Exception {
    RegistryScene scene = new RegistryScene(folder);
    scene.stage.release(Records.of("the binary"));
    scene.trust();
    Captured program =
        new Captured(folder)
            .with("DOCKER_HOST", "unix:///nonexistent")
            .with("CONTAINER_HOST", "unix:///nonexistent");
    String[] doctor = {"doctor", "--json", "--trust-root", "trust-root.json", "--registry", ""};
    try (Hosted server = new Hosted(scene.stage.registry(), scene.stage)) {
      doctor[doctor.length - 1] = server.url();
      program.run(doctor);
      assertEquals("OK", check(json(program), "trust root").path("state").asText());
      assertEquals("OK", check(json(program), "registry").path("state").asText());
      scene.trust(1);
      assertEquals(3, program.run(doctor));
      JsonNode root = check(json(program), "trust root");
      assertEquals("MISSING", root.path("state").asText());
      assertTrue(
          root.path("text").asText().endsWith("was read as version 2 before"), root::toString);
      assertEquals("OK", check(json(program), "registry").path("state").asText());
    }
    assertEquals(3, program.run(doctor));
    JsonNode gone = check(json(program), "registry");
    assertEquals("MISSING", gone.path("state").asText());
    assertFalse(gone.path("hint").asText().isEmpty(), gone::toString);
  }

  @Test
  void a_damaged_trust_root_and_registry_are_not_there() throws Exception {
    Repositories.write(folder, "trust-root.json", "{");
    Repositories.write(folder, "registry/format", "of another kind");
    Captured program = new Captured(folder);
    assertEquals(
        3,
        program.run(
            "doctor", "--json", "--registry", "registry", "--trust-root", "trust-root.json"));
    assertEquals("MISSING", check(json(program), "trust root").path("state").asText());
    assertEquals("MISSING", check(json(program), "registry").path("state").asText());
  }

  @Test
  void the_project_of_the_folder_is_looked_at() throws Exception {
    Repositories.write(
        folder,
        "selfsame.toml",
        "name = \"a\"\npin = \"trixie-rust-1.85.1\"\n[cargo]\nbinaries = [\"a\"]\n");
    Captured program = new Captured(folder);
    program.run("doctor", "--json");
    assertEquals("OK", check(json(program), "project").path("state").asText());
    assertEquals("MISSING", check(json(program), "git").path("state").asText());
    Repositories.write(folder, "selfsame.toml", "name = 1\n");
    program.run("doctor", "--json");
    JsonNode project = check(json(program), "project");
    assertEquals("MISSING", project.path("state").asText());
    assertTrue(project.path("text").asText().startsWith("selfsame.toml:1:1: "), project::toString);
    assertFalse(project.path("needed").asBoolean());
  }
}
