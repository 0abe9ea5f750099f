package dev.selfsame.cli;

import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.store.RepositoryName;
import dev.selfsame.upkeep.layout.LayoutImport;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code registry import}: an OCI image layout into a repository. */
@Command(
    name = "import",
    description = {
      "Brings everything in an OCI image layout into a repository under staging/, with its",
      "tags and all that refers to it. All of it is read and hashed before anything is put."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  selfsame registry import layout --registry reg --to staging/app",
      "  skopeo copy docker://registry.example.org/app:1 oci:layout:1",
      "  selfsame registry import layout --registry reg --to staging/app",
      "",
      "Exit codes:",
      "  0  imported",
      "  2  wrong usage, or REPOSITORY takes no pushes",
      "  3  a server has the folder open, or something cannot be read or written",
      "  4  the layout does not hold: a wrong digest, a missing blob, a link out of it",
    })
final class RegistryImportCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Mixin private final UpkeepOptions registry;

  @Parameters(paramLabel = "LAYOUT", description = "The layout's folder.")
  private @Nullable Path layout;

  @Option(
      names = "--to",
      required = true,
      paramLabel = "REPOSITORY",
      description = "Where to, such as staging/app.")
  private @Nullable String to;

  RegistryImportCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
    this.registry = new UpkeepOptions(surroundings);
  }

  @Override
  public Integer call() {
    RepositoryName repository = RegistryExportCommand.repository(Objects.requireNonNull(to));
    if (!repository.isStaging()) {
      throw Failure.usage(
          "pushes go to staging/NAME, not to " + repository, "--to staging/" + repository);
    }
    LayoutImport.Imported imported =
        registry.with(
            "skopeo and oras copy to a server",
            backing ->
                LayoutImport.of(
                    surroundings.workFolder().resolve(Objects.requireNonNull(layout)),
                    backing.staging(),
                    repository));
    surroundings
        .console()
        .line(
            "imported: %s has %d tags, %d manifests and %d blobs more"
                .formatted(repository, imported.tags(), imported.manifests(), imported.blobs()));
    return ExitCode.YES.status();
  }
}
