package dev.selfsame.cli;

import dev.selfsame.outcome.ExitCode;
import dev.selfsame.pins.Pin;
import dev.selfsame.pins.root.OciArchive;
import dev.selfsame.pins.root.Root;
import dev.selfsame.pins.root.RootCache;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code pins fetch}: brings environments into the cache. */
@Command(
    name = "fetch",
    description = "Fetches environments and assembles their roots in the cache.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  selfsame pins fetch trixie-rust-1.85.1",
      "  selfsame pins fetch trixie-rust-1.85.1 --mirror https://mirror.example/debian",
      "  selfsame pins fetch trixie-rust-1.85.1 --image",
      "",
      "What was fetched in part is gone on with; the SHA-256 alone decides.",
      "",
      "Exit codes:",
      "  0  the roots are there, with the DiffIDs that the pins say",
      "  2  no such pin, a malformed pin file, or wrong usage",
      "  3  no mirror had the right bytes, or the disk is full",
      "  4  an image contradicts itself or its pin",
    })
final class PinsFetchCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Mixin private PinSources sources = new PinSources();

  @Parameters(arity = "1..*", paramLabel = "ID", description = "The pins' ids.")
  private List<String> ids = List.of();

  @Option(
      names = "--image",
      description = "Also make the root an image (docker-archive) for Docker or Podman.")
  private boolean image;

  PinsFetchCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    RootCache roots = sources.roots(surroundings);
    List<Pin> pins = ids.stream().map(sources.catalogue()::find).toList();
    for (Pin pin : pins) {
      Root root = roots.provide(pin);
      surroundings.console().line(pin.id() + "  " + root.diffId() + "  " + root.directory());
      if (image) {
        OciArchive archive = roots.image(pin);
        surroundings.console().line(pin.id() + "  " + archive.config() + "  " + archive.file());
      }
    }
    return ExitCode.YES.status();
  }
}
