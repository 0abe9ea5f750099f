package dev.selfsame.pins.lock;

import dev.selfsame.digest.Digest;
import dev.selfsame.files.FileTree;
import dev.selfsame.outcome.Failure;
import dev.selfsame.outcome.Progress;
import dev.selfsame.pins.DebsRoot;
import dev.selfsame.pins.DebsRoot.Deb;
import dev.selfsame.pins.DebsRoot.Release;
import dev.selfsame.pins.Pin;
import dev.selfsame.pins.RootUse;
import dev.selfsame.pins.fetch.Claim;
import dev.selfsame.pins.fetch.DiskTrouble;
import dev.selfsame.pins.fetch.Downloads;
import dev.selfsame.pins.fetch.HttpOrigin;
import dev.selfsame.pins.fetch.Mirrors;
import dev.selfsame.pins.fetch.Origin;
import dev.selfsame.pins.fetch.ProxiedClient;
import dev.selfsame.pins.fetch.SmallBody;
import dev.selfsame.pins.fetch.Wanted;
import dev.selfsame.pins.root.RootCache;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Makes a pin from a request and the suites as they are now. */
public final class Locker {
  private static final int MAX_RELEASE = 8 << 20;
  private static final String COMPONENT = "main";
  private static final Digest UNKNOWN = Digest.sha256(new byte[0]);

  /** snapshot.debian.org takes a release in within hours of its date. */
  private static final Duration SNAPSHOT_LAG = Duration.ofHours(24);

  private final Path cacheFolder;
  private final Mirrors mirrors;
  private final Path keyringFile;
  private final InstantSource clock;
  private final Progress progress;
  private final ProxiedClient client;

  /**
   * @param keyringFile the archive's keys, such as {@link Keyring#DEBIAN}
   */
  public Locker(
      Path cacheFolder, Mirrors mirrors, Path keyringFile, InstantSource clock, Progress progress) {
    this.cacheFolder = cacheFolder;
    this.mirrors = mirrors;
    this.keyringFile = keyringFile;
    this.clock = clock;
    this.progress = progress;
    this.client = mirrors.client();
  }

  /**
   * Chooses and fetches the packages and assembles their root.
   *
   * @return the pin; {@link PinText} writes it
   * @throws Failure (bad evidence) where a signature or hash does not hold; (undecided) where a
   *     mirror, apt or the disk fails
   */
  public Pin lock(LockRequest request) {
    Path work = cacheFolder.resolve("lock-work").resolve(request.id());
    try (Claim _ =
        Claim.take(
            cacheFolder.resolve("locks"),
            "lock-" + request.id(),
            () -> progress.note("waiting for another process that locks the same pin"))) {
      FileTree.delete(work);
      try {
        return lock(request, work);
      } finally {
        FileTree.delete(work);
      }
    } catch (IOException e) {
      throw DiskTrouble.failure("locking " + request.id(), cacheFolder, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Failure.undecided("locking was broken off", "try again");
    }
  }

  /** A suite's checked indices, on the disk for apt and in memory for us. */
  private record Suite(
      Release release,
      SuiteRelease content,
      PackagesIndex index,
      AptResolver.Repository repository) {}

  private Pin lock(LockRequest request, Path work) throws IOException, InterruptedException {
    String architecture = request.platform().substring(request.platform().indexOf('/') + 1);
    List<Suite> suites = new ArrayList<>();
    try (Progress.Step step =
        progress.begin("reading releases", request.suites().size(), Progress.Unit.ITEMS)) {
      for (String name : request.suites()) {
        step.now(name);
        suites.add(suite(name, architecture, work.resolve("repositories")));
        step.advance(1);
      }
    }
    Path apt = Files.createDirectories(work.resolve("apt")).toRealPath();
    List<AptResolver.Chosen> chosen =
        new AptResolver(apt, architecture)
            .resolve(
                suites.stream().map(Suite::repository).toList(),
                request.packages(),
                request.use() == RootUse.BUILD);
    List<Deb> debs =
        chosen.stream()
            .map(c -> checked(c, suites))
            .sorted(Comparator.comparing(Deb::name))
            .toList();
    if (debs.isEmpty()) {
      throw Failure.undecided("apt-get chose no package", "name packages that the suites have");
    }
    long epoch =
        suites.stream().mapToLong(s -> s.content().date().getEpochSecond()).max().orElseThrow();
    List<Release> releases = suites.stream().map(Suite::release).toList();
    DebsRoot unfinished = new DebsRoot(request.use(), request.packages(), releases, debs, UNKNOWN);
    Digest diffId =
        new RootCache(cacheFolder, mirrors, progress).assemble(unfinished, epoch).diffId();
    String rustc = rustcVersion(debs);
    return new Pin(
        request.id(),
        request.platform(),
        rustc,
        // A commit that was given belongs to the version that it was given with.
        Objects.equals(rustc, request.rustcVersion()) ? request.rustcCommit() : null,
        epoch,
        new DebsRoot(request.use(), request.packages(), releases, debs, diffId),
        request.normalise(),
        UNKNOWN);
  }

  /** The upstream version of the package that holds rustc, where there is one. */
  private static @Nullable String rustcVersion(List<Deb> debs) {
    for (Deb deb : debs) {
      if (deb.name().matches("rustc(-web|-mozilla|-[0-9.]+)?")) {
        Matcher version =
            Pattern.compile("(?:\\d+:)?(\\d+\\.\\d+\\.\\d+).*").matcher(deb.version());
        return version.matches() ? version.group(1) : null;
      }
    }
    return null;
  }

  /**
   * The digest of a suite's InRelease as the mirror has it now, its signature checked.
   *
   * @throws Failure as {@link #lock}
   */
  public Digest currentRelease(Release locked) {
    try {
      byte[] inRelease = fetchInRelease(locked.archive(), locked.suite());
      var _ = Keyring.read(keyringFile).verify(inRelease, "InRelease of " + locked.suite());
      return Digest.sha256(inRelease);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Failure.undecided("reading the releases was broken off", "try again");
    }
  }

  private Suite suite(String name, String architecture, Path repositories)
      throws IOException, InterruptedException {
    String archive = name.endsWith("-security") ? "debian-security" : "debian";
    byte[] inRelease = fetchInRelease(archive, name);
    Keyring.Signed signed = Keyring.read(keyringFile).verify(inRelease, "InRelease of " + name);
    SuiteRelease content = SuiteRelease.parse(signed.lines(), "InRelease of " + name);
    if (content.validUntil() != null && content.validUntil().isBefore(clock.instant())) {
      progress.note("the release of %s expired on %s".formatted(name, content.validUntil()));
    }
    if (!content.codename().equals(name)) {
      throw Failure.badEvidence(
          "the mirror's release of %s says that it is %s".formatted(name, content.codename()),
          "name suites by their code name, or try another mirror");
    }
    Path base = Files.createDirectories(repositories.resolve(archive)).toRealPath();
    Path dists = base.resolve("dists").resolve(name);
    String indexPath = COMPONENT + "/binary-" + architecture + "/Packages.xz";
    Path blob = fetchIndex(archive, name, content, indexPath);
    Path copy = dists.resolve(indexPath);
    Files.createDirectories(dists.resolve(COMPONENT).resolve("binary-" + architecture));
    Files.copy(blob, copy);
    Files.write(dists.resolve("InRelease"), inRelease);
    DateTimeFormatter snapshot =
        DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);
    Release release =
        new Release(
            archive,
            name,
            Digest.sha256(inRelease),
            signed.signedBy(),
            snapshot.format(content.date().plus(SNAPSHOT_LAG)));
    return new Suite(
        release,
        content,
        PackagesIndex.read(copy, archive),
        new AptResolver.Repository(
            base, name, List.of(COMPONENT), keyringFile.toAbsolutePath().normalize()));
  }

  private byte[] fetchInRelease(String archive, String suite) throws InterruptedException {
    List<String> reasons = new ArrayList<>();
    for (URI place : mirrors.places(archive, "dists/" + suite + "/InRelease")) {
      Origin origin = new HttpOrigin(client, place);
      try (InputStream in = origin.open(0).body()) {
        return SmallBody.read(in, MAX_RELEASE);
      } catch (IOException e) {
        reasons.add(origin.name() + ": " + e.getMessage());
      }
    }
    throw Failure.undecided(
        "could not fetch InRelease of %s: %s".formatted(suite, String.join("; ", reasons)),
        "check the suite's name and the network, or name a mirror with --mirror URL");
  }

  private Path fetchIndex(String archive, String suite, SuiteRelease content, String path) {
    SuiteRelease.IndexFile index = content.files().get(path);
    if (index == null) {
      throw Failure.undecided(
          "the release of %s has no %s".formatted(suite, path), "check suite and platform");
    }
    String folder = path.substring(0, path.lastIndexOf('/'));
    String dists = "dists/" + suite + "/";
    List<Origin> origins = new ArrayList<>();
    for (String place :
        List.of(dists + folder + "/by-hash/SHA256/" + index.sha256().hex(), dists + path)) {
      mirrors.places(archive, place).forEach(uri -> origins.add(new HttpOrigin(client, uri)));
    }
    try (Downloads downloads = new Downloads(cacheFolder);
        Progress.Step step =
            progress.begin("fetching the index of " + suite, index.size(), Progress.Unit.BYTES)) {
      return downloads.provide(new Wanted(path, index.sha256(), index.size(), origins), step);
    }
  }

  /** What apt chose, as our own reading of the checked index has it. */
  private static Deb checked(AptResolver.Chosen chosen, List<Suite> suites) {
    for (Suite suite : suites) {
      Path base = suite.repository().base();
      if (chosen.file().startsWith(base)) {
        String path = base.relativize(chosen.file()).toString();
        Deb deb = suite.index().find(path).orElse(null);
        if (deb != null
            && deb.size() == chosen.size()
            && deb.sha256().hex().equals(chosen.sha256())) {
          return deb;
        }
      }
    }
    throw Failure.badEvidence(
        "apt-get chose %s, which no checked index has in that form".formatted(chosen.file()),
        "tell us: this should not happen");
  }
}
