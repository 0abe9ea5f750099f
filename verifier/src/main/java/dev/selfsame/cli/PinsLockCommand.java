package dev.selfsame.cli;

import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.pins.DebsRoot;
import dev.selfsame.pins.Normalise;
import dev.selfsame.pins.Pin;
import dev.selfsame.pins.PinCatalogue;
import dev.selfsame.pins.PinFile;
import dev.selfsame.pins.RootUse;
import dev.selfsame.pins.lock.Keyring;
import dev.selfsame.pins.lock.LockChanges;
import dev.selfsame.pins.lock.LockRequest;
import dev.selfsame.pins.lock.Locker;
import dev.selfsame.pins.lock.PinText;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code pins lock}: makes a deb-locked pin, or makes one anew. */
@Command(
    name = "lock",
    description = "Locks packages by SHA-256 from the suites' signed releases, and assembles them.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  selfsame pins lock trixie-rust-1.85.1 --out mine.toml",
      "  selfsame pins lock small --suite trixie --package rustc,cargo,gcc,libc6-dev,bash \\",
      "      --out small.toml",
      "  selfsame pins lock base --use runtime --suite trixie,trixie-security \\",
      "      --package base-files,libc6,libgcc-s1,gcc-14-base,ca-certificates --out base.toml",
      "",
      "Needs apt-get and Debian's archive keyring, but neither root nor a chroot. A known",
      "pin, or the one that FILE holds already, is locked anew with the suites and packages",
      "that it has, unless others are named.",
      "",
      "Exit codes:",
      "  0  the pin file is written (what changed is printed)",
      "  2  wrong usage, or a malformed pin file",
      "  3  a mirror, apt or the disk failed",
      "  4  a signature or a hash does not hold",
    })
final class PinsLockCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Mixin private PinSources sources = new PinSources();

  @Parameters(paramLabel = "ID", description = "The pin's id, known or new.")
  private String id = "";

  @Option(names = "--out", required = true, paramLabel = "FILE", description = "The pin file.")
  private Path out = Path.of("");

  @Option(names = "--suite", split = ",", paramLabel = "SUITE", description = "Repeatable.")
  private List<String> suites = List.of();

  @Option(names = "--package", split = ",", paramLabel = "NAME", description = "Repeatable.")
  private List<String> packages = List.of();

  @Option(
      names = "--platform",
      paramLabel = "PLATFORM",
      description = "linux/amd64 or linux/arm64. Default: the known pin's, or linux/amd64")
  private @Nullable String platform;

  @Option(
      names = "--use",
      paramLabel = "USE",
      description = {
        "build: to build in, with all that the packages depend on; runtime: the base of an image,",
        "with these packages alone. Default: the known pin's, or build"
      })
  private @Nullable String use;

  @Option(
      names = "--keyring",
      paramLabel = "FILE",
      description = "The archive's keys. Default: ${DEFAULT-VALUE}")
  private Path keyring = Keyring.DEBIAN;

  PinsLockCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    Path file = surroundings.workFolder().resolve(out);
    if (Files.isDirectory(file)) {
      throw Failure.usage(out + " is a folder", "name a file: --out FILE.toml");
    }
    Optional<Pin> known = known(file);
    DebsRoot before = known.map(Pin::root).orElse(null) instanceof DebsRoot debs ? debs : null;
    Pin pin =
        new Locker(
                surroundings.folders().cache(),
                sources.mirrors(surroundings),
                surroundings.workFolder().resolve(keyring),
                surroundings.clock(),
                surroundings.console().progress())
            .lock(request(known.orElse(null), before));
    if (!(pin.root() instanceof DebsRoot after)) {
      throw new IllegalStateException("a lock without packages");
    }
    String toml = PinText.of(pin, after);
    // What cannot be read again must never be written.
    PinFile.parse(toml.getBytes(StandardCharsets.UTF_8), out.toString());
    Console.save(file, toml);
    tell(before, after);
    return ExitCode.YES.status();
  }

  /** What is locked anew: a pin of --pin-file, else that which is written over, else a shipped. */
  private Optional<Pin> known(Path file) {
    Optional<PinCatalogue.Entry> entry =
        sources.catalogue().entries().stream().filter(one -> one.pin().id().equals(id)).findFirst();
    boolean named = entry.isPresent() && !entry.get().origin().equals("shipped");
    Optional<Pin> old =
        named
            ? Optional.empty()
            : there(file).filter(pin -> pin.id().equals(id) && pin.root() instanceof DebsRoot);
    return old.or(() -> entry.map(PinCatalogue.Entry::pin));
  }

  private Optional<Pin> there(Path file) {
    try {
      return Files.isRegularFile(file) ? Optional.of(PinCatalogue.read(file)) : Optional.empty();
    } catch (Failure e) {
      // All is given anew: whatever else it is, it is written over.
      if (!suites.isEmpty() && !packages.isEmpty()) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private LockRequest request(@Nullable Pin known, @Nullable DebsRoot before) {
    List<String> from =
        !suites.isEmpty() || before == null
            ? suites
            : before.releases().stream().map(DebsRoot.Release::suite).toList();
    List<String> wanted = !packages.isEmpty() || before == null ? packages : before.request();
    if (from.isEmpty() || wanted.isEmpty()) {
      throw Failure.usage(
          "no deb-locked pin is named " + id, "for a new one give --suite and --package");
    }
    String usualPlatform = known == null ? "linux/amd64" : known.platform();
    return new LockRequest(
        id,
        platform == null ? usualPlatform : platform,
        known == null ? null : known.rustcVersion(),
        known == null ? null : known.rustcCommit(),
        use(before),
        from,
        wanted,
        known == null ? Normalise.USUAL : known.normalise());
  }

  private RootUse use(@Nullable DebsRoot before) {
    if (use == null) {
      return before == null ? RootUse.BUILD : before.use();
    }
    return RootUse.of(use)
        .orElseThrow(
            () -> Failure.usage("no use of a root is called " + use, "give build or runtime"));
  }

  private void tell(@Nullable DebsRoot before, DebsRoot after) {
    Console console = surroundings.console();
    List<LockChanges.Change> changes = LockChanges.between(before, after);
    for (LockChanges.Change change : changes) {
      console.line(
          String.format(
              Locale.ROOT,
              "%s  %s -> %s  %+d bytes",
              change.name(),
              change.before() == null ? "(new)" : change.before().version(),
              change.after() == null ? "(gone)" : change.after().version(),
              change.sizeDelta()));
    }
    console.line(
        String.format(
            Locale.ROOT,
            "%s: %d packages, %d changed, %.1f MB to fetch",
            out,
            after.debs().size(),
            changes.size(),
            after.downloadBytes() / 1e6));
    console.line("root " + after.diffId());
  }
}
