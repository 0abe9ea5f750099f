package dev.selfsame.pins.fetch;

import dev.selfsame.outcome.Failure;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Where the files of Debian's archives may be had. No mirror is trusted, so the order is only one
 * of speed: those that the user named, or else those of the machine's apt; then deb.debian.org,
 * then snapshot.debian.org, which keeps what the others have dropped.
 */
public final class Mirrors {
  private static final URI SNAPSHOT = URI.create("https://snapshot.debian.org/archive");
  private static final URI PUBLIC = URI.create("http://deb.debian.org");
  private static final Set<String> SUITES =
      Set.of(
          "bullseye",
          "bookworm",
          "trixie",
          "forky",
          "duke",
          "sid",
          "experimental",
          "stable",
          "testing",
          "unstable",
          "oldstable",
          "oldoldstable");
  private static final String MAIN_ARCHIVE = "debian";
  private static final String SECURITY_ARCHIVE = "debian-security";

  private final Map<String, List<URI>> bases;
  private final List<URI> publicBases;
  private final List<URI> snapshots;
  private final Ways ways;

  private Mirrors(
      Map<String, List<URI>> bases, List<URI> publicBases, List<URI> snapshots, Ways ways) {
    this.bases = bases;
    this.publicBases = publicBases;
    this.snapshots = snapshots;
    this.ways = ways;
  }

  /** The proxies to Debian's archives, and those to registries. */
  private record Ways(Proxies archives, Proxies registries) {}

  /** A proxy of apt's may be one that knows packages alone: it is not for registries. */
  private static Ways ways(Path aptFolder) {
    return new Ways(new Proxies(Map.of(), AptProxies.read(aptFolder)::of), Proxies.NONE);
  }

  /** The machine's own mirrors, read from an apt folder such as {@code /etc/apt}. */
  public static Mirrors ofMachine(Path aptFolder) {
    Map<String, List<URI>> bases = new LinkedHashMap<>();
    for (AptSources.Source source : AptSources.read(aptFolder)) {
      String archive = archiveOf(source.suite());
      if (!archive.isEmpty() && source.components().contains("main")) {
        add(bases, archive, source.uri());
      }
    }
    return new Mirrors(bases, List.of(PUBLIC), List.of(SNAPSHOT), ways(aptFolder));
  }

  /**
   * The mirrors that the user named, each {@code URL} for the main archive or {@code ARCHIVE=URL},
   * with the public ones behind them; the machine's own where none is named.
   *
   * @throws Failure (usage) where one is not an http, https or file URL
   */
  public static Mirrors of(List<String> named, Path aptFolder) {
    if (named.isEmpty()) {
      return ofMachine(aptFolder);
    }
    return new Mirrors(parse(named), List.of(PUBLIC), List.of(SNAPSHOT), ways(aptFolder));
  }

  /** The named mirrors and nothing behind them, in the form of {@link #of}. */
  public static Mirrors only(List<String> named) {
    return new Mirrors(parse(named), List.of(), List.of(), new Ways(Proxies.NONE, Proxies.NONE));
  }

  /** The same mirrors, with another place in the stead of snapshot.debian.org's archive folder. */
  public Mirrors withSnapshots(URI base) {
    return new Mirrors(bases, publicBases, List.of(base), ways);
  }

  /**
   * The same mirrors, reached through the proxies that an environment names. For Debian's archives
   * the proxy of the machine's apt comes first, where it has one.
   */
  public Mirrors through(Map<String, String> environment) {
    Ways other = new Ways(ways.archives().with(environment), ways.registries().with(environment));
    return new Mirrors(bases, publicBases, snapshots, other);
  }

  /** A client for Debian's archives. */
  public ProxiedClient client() {
    return HttpOrigin.client(ways.archives());
  }

  /** The proxies to registries of images. */
  public Proxies registryProxies() {
    return ways.registries();
  }

  /**
   * Every place where a file may be, best first.
   *
   * @param archive {@code debian} or {@code debian-security}
   * @param snapshot the time at which snapshot.debian.org has it, {@code YYYYMMDDTHHMMSSZ}
   * @param path below the archive, such as {@code pool/…}
   */
  public List<URI> places(String archive, String snapshot, String path) {
    Set<URI> places = new LinkedHashSet<>();
    // '~' and '+' may stand in a URL path as they are; Debian's names hold nothing else of note.
    for (URI base : bases.getOrDefault(archive, List.of())) {
      places.add(URI.create(base + "/" + path));
    }
    for (URI base : publicBases) {
      places.add(URI.create(base + "/" + archive + "/" + path));
    }
    for (URI base : snapshots) {
      places.add(URI.create(base + "/" + archive + "/" + snapshot + "/" + path));
    }
    return List.copyOf(places);
  }

  /** Every place of a file that has no snapshot yet, such as today's InRelease. */
  public List<URI> places(String archive, String path) {
    Set<URI> places = new LinkedHashSet<>();
    bases
        .getOrDefault(archive, List.of())
        .forEach(base -> places.add(URI.create(base + "/" + path)));
    publicBases.forEach(base -> places.add(URI.create(base + "/" + archive + "/" + path)));
    return List.copyOf(places);
  }

  /** What the user named for an archive or a registry, best first. */
  public List<URI> named(String archive) {
    return List.copyOf(bases.getOrDefault(archive, List.of()));
  }

  /** Whether what was named is only tried first, and not all that there is. */
  public boolean publicToo() {
    return !publicBases.isEmpty();
  }

  private static String archiveOf(String suite) {
    String name = suite.toLowerCase(Locale.ROOT);
    if (name.endsWith("/updates")) {
      name = name.substring(0, name.length() - "/updates".length()) + "-security";
    }
    int dash = name.indexOf('-');
    String release = dash < 0 ? name : name.substring(0, dash);
    if (!SUITES.contains(release)) {
      return "";
    }
    String kind = dash < 0 ? "" : name.substring(dash + 1);
    return switch (kind) {
      case "security" -> SECURITY_ARCHIVE;
      case "", "updates", "proposed-updates", "backports" -> MAIN_ARCHIVE;
      default -> "";
    };
  }

  private static Map<String, List<URI>> parse(List<String> named) {
    Map<String, List<URI>> bases = new LinkedHashMap<>();
    for (String text : named) {
      int equals = text.indexOf('=');
      boolean tagged = equals > 0 && text.substring(0, equals).matches("[a-z0-9.:-]+");
      String archive = tagged ? text.substring(0, equals) : MAIN_ARCHIVE;
      String url = (tagged ? text.substring(equals + 1) : text).replaceFirst("/+$", "");
      add(
          bases,
          archive,
          base(url)
              .orElseThrow(() ->
                  Failure.usage(
                      "not a mirror's URL: " + Address.shown(text),
                      "write --mirror https://HOST/debian, or --mirror debian-security=https://HOST/…")));
    }
    return bases;
  }

  /** An address that files can be fetched from. */
  private static Optional<URI> base(String url) {
    try {
      URI uri = Address.parse(url);
      String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
      boolean usable =
          switch (scheme) {
            case "http", "https" -> uri.getHost() != null;
            case "file" -> uri.getRawAuthority() == null && url.startsWith("/", "file:".length());
            default -> false;
          };
      return usable ? Optional.of(uri) : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static void add(Map<String, List<URI>> bases, String archive, URI uri) {
    List<URI> known = bases.computeIfAbsent(archive, a -> new ArrayList<>());
    if (!known.contains(uri)) {
      known.add(uri);
    }
  }
}
