package dev.selfsame.build;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.selfsame.adopt.Adoption;
import dev.selfsame.adopt.Draft;
import dev.selfsame.adopt.DraftText;
import dev.selfsame.adopt.Wish;
import dev.selfsame.evidence.BuildRecord;
import dev.selfsame.pins.PinCatalogue;
import dev.selfsame.source.GitState;
import dev.selfsame.source.cargo.CargoProject;
import dev.selfsame.suites.Component;
import dev.selfsame.suites.Needs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What {@code init} writes is what {@code build} builds. */
@Timeout(600)
class AdoptedBuildTest {
  @Test
  @Needs(Component.BWRAP)
  void the_first_file_of_a_project_builds_it(@TempDir Path temporary) throws Exception {
    try (TestProject project = new TestProject(temporary)) {
      Files.delete(project.folder.resolve("selfsame.toml"));
      project.manifest("rust-version = \"1.85\"\n[features]\nextra = []\n");
      Wish wish =
          new Wish(Optional.empty(), Optional.empty(), Optional.empty(), false, "linux/amd64");
      Draft draft =
          Adoption.draft(
              CargoProject.read(project.folder),
              GitState.of(project.folder, List.of()),
              PinCatalogue.shipped(),
              wish);
      assertEquals(TestProject.PIN, draft.pin());
      project.write("selfsame.toml", DraftText.of(draft));
      BuildRecord record = project.build(BuildRequest.Checks.NONE).record();
      assertEquals("small", record.name());
      assertEquals(
          List.of("small"), record.outputs().stream().map(BuildRecord.Output::name).toList());
    }
  }
}
