package dev.selfsame.doctor;

import dev.selfsame.build.ProjectFile;
import dev.selfsame.pins.PinCatalogue;
import dev.selfsame.source.GitState;
import dev.selfsame.source.GitState.Kind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The project in a folder, if there is one. */
public final class Project {
  private static final List<String> FILES = List.of(ProjectFile.FILE_NAME, "Cargo.lock");

  private Project() {}

  /** Whether its {@code selfsame.toml} can be read, and names a known pin. */
  public static Check file(Path folder, PinCatalogue pins) {
    if (!Files.exists(folder.resolve(ProjectFile.FILE_NAME))) {
      return Check.missing(
          "project",
          "no %s in %s".formatted(ProjectFile.FILE_NAME, folder),
          "in a Cargo project: selfsame init");
    }
    ProjectFile project = ProjectFile.read(folder);
    pins.find(project.pin());
    return Check.ok(
        "project",
        "%s: %s in pin %s"
            .formatted(project.name(), String.join(", ", project.binaries()), project.pin()));
  }

  /** Whether what a build needs is committed. */
  public static Check git(Path folder) {
    if (!Files.exists(folder.resolve(ProjectFile.FILE_NAME))) {
      return Check.ok("git", "read by Selfsame itself; no project here that would need it");
    }
    GitState git = GitState.of(folder, FILES);
    if (git.repository() == Kind.NONE) {
      return Check.missing(
          "git", folder + " is in no repository", "git init && git add . && git commit");
    }
    return git.lacking().isEmpty()
        ? Check.ok("git", String.join(" and ", FILES) + " are committed")
        : Check.missing(
            "git",
            "not committed as it is: " + String.join(", ", git.lacking()),
            "git add %s && git commit".formatted(String.join(" ", git.lacking())));
  }
}
