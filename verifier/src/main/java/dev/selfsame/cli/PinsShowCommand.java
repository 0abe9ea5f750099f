package dev.selfsame.cli;

import dev.selfsame.evidence.Json;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.pins.DebsRoot;
import dev.selfsame.pins.ImageRoot;
import dev.selfsame.pins.Pin;
import dev.selfsame.pins.PinCatalogue;
import dev.selfsame.pins.RootUse;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code pins show}: what one environment is made of. */
@Command(
    name = "show",
    description = "Shows what an environment is made of.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  selfsame pins show trixie-rust-1.85.1",
      "  selfsame pins show trixie-rust-1.85.1 --toml > mine.toml",
      "",
      "Exit codes:",
      "  0  shown",
      "  2  no such pin, a malformed pin file, or wrong usage",
    })
final class PinsShowCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Mixin private PinSources sources = new PinSources();

  @Parameters(paramLabel = "ID", description = "The pin's id.")
  private String id = "";

  @Option(names = "--json", description = "Print the pin as JSON.")
  private boolean json;

  @Option(names = "--toml", description = "Print the pin file as it stands.")
  private boolean toml;

  PinsShowCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    Console console = surroundings.console();
    PinCatalogue.Entry entry = sources.catalogue().entry(id);
    if (toml) {
      console.print(entry.toml());
    } else if (json) {
      console.print(Json.write(entry.pin()));
    } else {
      show(entry);
    }
    return ExitCode.YES.status();
  }

  private void show(PinCatalogue.Entry entry) {
    Pin pin = entry.pin();
    field("pin", pin.id());
    field("platform", pin.platform());
    field("rustc", pin.rustcVersion());
    field("rustc commit", pin.rustcCommit());
    switch (pin.root()) {
      case DebsRoot debs -> show(debs);
      case ImageRoot image -> show(image);
    }
    if (!(pin.root() instanceof DebsRoot debs) || debs.use() == RootUse.BUILD) {
      pin.normalise().paths().forEach((name, path) -> field("path " + name, path));
      pin.normalise().environment().forEach((name, value) -> field("env " + name, value));
    }
    field("file", entry.origin());
    field("file digest", pin.fileDigest().toString());
    field(
        "cached",
        sources
            .roots(surroundings)
            .find(pin)
            .map(root -> root.directory().toString())
            .orElse("no"));
  }

  private void show(DebsRoot debs) {
    field("use", debs.use().word());
    field("root", debs.diffId().toString());
    for (DebsRoot.Release release : debs.releases()) {
      field("release", release.suite() + ", InRelease sha256:" + release.inRelease().hex());
    }
    field(
        "packages",
        String.format(
            Locale.ROOT,
            "%d, %.1f MB to fetch, for: %s",
            debs.debs().size(),
            debs.downloadBytes() / 1e6,
            String.join(" ", debs.request())));
  }

  private void show(ImageRoot image) {
    field("image", image.reference());
    field("index", image.index() == null ? "not known" : image.index().toString());
    field("manifest", image.manifest() == null ? "not known" : image.manifest().toString());
    field("config", image.config() == null ? "not known" : image.config().toString());
  }

  private void field(String name, @Nullable String value) {
    if (value != null) {
      surroundings.console().line(String.format(Locale.ROOT, "%-14s %s", name, value));
    }
  }
}
