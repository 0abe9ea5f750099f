package dev.selfsame.cli;

import dev.selfsame.adopt.Adoption;
import dev.selfsame.adopt.Draft;
import dev.selfsame.adopt.DraftText;
import dev.selfsame.adopt.Finding;
import dev.selfsame.adopt.Wish;
import dev.selfsame.build.ProjectFile;
import dev.selfsame.files.AtomicFile;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.pins.Pin;
import dev.selfsame.pins.PinCatalogue;
import dev.selfsame.source.GitState;
import dev.selfsame.source.cargo.CargoProject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code init}: the first {@code selfsame.toml} of a Cargo project. */
@Command(
    name = "init",
    description = {
      "Looks at a Cargo project and writes its selfsame.toml: what is built, in which pinned"
          + " environment. Says what it could not decide. Runs nothing of the project."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  selfsame init",
      "  selfsame init ~/src/agent --image",
      "  selfsame init --package server --name my-server --print",
      "",
      "Exit codes:",
      "  0  written or printed; what is open or in the way of a build is listed",
      "  2  no Cargo project, a malformed file, several packages with binaries and no",
      "     --package, or selfsame.toml is there and --force is not given",
      "  3  no pin fits, or a file cannot be read or written",
    })
final class InitCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Parameters(
      arity = "0..1",
      paramLabel = "DIR",
      description = "The folder with Cargo.toml; the current one when left out.")
  private Path folder = Path.of("");

  @Option(
      names = "--package",
      paramLabel = "NAME",
      description = "The package to build, where several have binaries.")
  private @Nullable String cargoPackage;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "The artifact's name; the package's when left out.")
  private @Nullable String name;

  @Option(
      names = "--pin",
      paramLabel = "ID",
      description = "The environment, in the place of the one that fits best.")
  private @Nullable String pin;

  @Option(
      names = "--pin-file",
      paramLabel = "PATH",
      description = "Further pins: a file or a folder of them. Repeatable.")
  private List<Path> pinFiles = List.of();

  @Option(names = "--image", description = "Have a runtime image made of the binary, too.")
  private boolean image;

  @Option(names = "--print", description = "Print the file, and write nothing.")
  private boolean print;

  @Option(names = "--force", description = "Replace a selfsame.toml that is there.")
  private boolean force;

  InitCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    Path project = surroundings.workFolder().resolve(folder).normalize();
    Path file = project.resolve(ProjectFile.FILE_NAME);
    if (!print && !force && Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      throw Failure.usage(
          file + " is there already", "--print shows what would be written; --force replaces it");
    }
    CargoProject seen = CargoProject.read(project);
    GitState git = GitState.of(project, List.of("Cargo.toml", "Cargo.lock"));
    PinCatalogue catalogue = PinCatalogue.of(pinFiles);
    Draft draft = Adoption.draft(seen, git, catalogue, wish(catalogue));
    String text = DraftText.of(draft);
    checked(text);
    if (print) {
      surroundings.console().print(text);
      draft.findings().stream()
          .filter(one -> one.kind() != Finding.Kind.NOTE)
          .forEach(one -> surroundings.console().message(words(one)));
    } else {
      write(file, text);
      tell(file, draft);
    }
    return ExitCode.YES.status();
  }

  private Wish wish(PinCatalogue catalogue) {
    Optional<Pin> named = Optional.ofNullable(pin).map(catalogue::find);
    if (name != null && !name.matches(ProjectFile.NAME_FORM)) {
      throw Failure.usage(
          "--name is no name: " + name, "lower-case letters, digits, dots and dashes, at most 64");
    }
    return new Wish(
        Optional.ofNullable(cargoPackage),
        named,
        Optional.ofNullable(name),
        image,
        named.map(Pin::platform).orElseGet(InitCommand::platform));
  }

  private static String platform() {
    return System.getProperty("os.arch", "").equals("aarch64") ? "linux/arm64" : "linux/amd64";
  }

  /** What is written must be what {@code build} takes. */
  private static void checked(String text) {
    try {
      ProjectFile.parse(text);
    } catch (Failure e) {
      throw new IllegalStateException("the draft is no selfsame.toml: " + e.getMessage(), e);
    }
  }

  private void write(Path file, String text) {
    try {
      AtomicFile.write(file, text);
    } catch (IOException e) {
      throw Failure.undecided(
          "cannot write %s: %s".formatted(file, e.getMessage()), "check the folder", e);
    }
  }

  private void tell(Path file, Draft draft) {
    Console console = surroundings.console();
    console.line("wrote " + file);
    console.line(
        "  builds  %s of package %s"
            .formatted(String.join(", ", draft.binaries()), draft.cargoPackage().name()));
    console.line("  pin     %s: %s".formatted(draft.pin(), draft.why()));
    draft.findings().forEach(one -> console.line(words(one)));
    console.line(
        "next: git add %s && git commit, then: selfsame build".formatted(ProjectFile.FILE_NAME));
  }

  private static String words(Finding finding) {
    String kind =
        switch (finding.kind()) {
          case OBSTACLE -> "in the way";
          case OPEN -> "open";
          case NOTE -> "seen";
        };
    return "  %s: %s".formatted(kind, finding.text());
  }
}
