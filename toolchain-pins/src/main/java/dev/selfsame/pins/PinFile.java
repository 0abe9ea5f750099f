package dev.selfsame.pins;

import dev.selfsame.digest.Digest;
import dev.selfsame.outcome.Failure;
import dev.selfsame.pins.DebsRoot.Deb;
import dev.selfsame.pins.DebsRoot.Release;
import dev.selfsame.toml.TomlFields;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Reads pin files: TOML 1.0, schema 1, one environment a file. Anything that is not understood is
 * an error with file, line and column, because a digest that is misspelt must not count as absent.
 */
public final class PinFile {
  private static final Pattern ID = Pattern.compile("[a-z0-9][a-z0-9.-]{0,63}");
  private static final Pattern PLATFORM = Pattern.compile("linux/(amd64|arm64)");
  private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}");
  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9+.-]*");
  private static final Pattern WORD = Pattern.compile("[a-z0-9][a-z0-9.-]*");
  private static final Pattern POOL_PATH =
      Pattern.compile(
          "pool/([A-Za-z0-9]([A-Za-z0-9._+~-]|%[0-9A-Fa-f]{2})*/)+"
              + "[A-Za-z0-9]([A-Za-z0-9._+~-]|%[0-9A-Fa-f]{2})*\\.deb");
  private static final Pattern TIMESTAMP = Pattern.compile("[0-9]{8}T[0-9]{6}Z");
  private static final Pattern FINGERPRINT = Pattern.compile("[0-9A-F]{40,64}");
  private static final Pattern REFERENCE = Pattern.compile("[a-z0-9][A-Za-z0-9._:/-]*");
  private static final Set<String> PATH_NAMES = Set.of("src", "target", "cargo");

  private PinFile() {}

  /**
   * Reads one pin file.
   *
   * @param fileName how errors name it
   * @throws Failure (usage) with {@code file:line:column} for bad TOML, an unknown or missing
   *     field, a wrong type, a value of the wrong form
   */
  public static Pin parse(byte[] toml, String fileName) {
    TomlFields file =
        TomlFields.parse(
            toml, fileName, "correct the pin file, or make a new one with `selfsame pins lock`");
    if (file.count("schema") != 1) {
      throw file.wrong("schema", "schema is not 1, the only one that this version reads");
    }
    TomlFields toolchain = file.table("toolchain");
    TomlFields root = file.table("root");
    String kind = root.string("kind");
    long epoch =
        kind.equals("debs")
            ? toolchain.count("epoch")
            : toolchain.optionalCount("epoch").orElse(0L);
    Pin pin =
        new Pin(
            toolchain.string("id", ID, "a name of lower-case letters, digits, dots and dashes"),
            toolchain.string("platform", PLATFORM, "linux/amd64 or linux/arm64"),
            toolchain.optionalString("rustc").orElse(null),
            toolchain
                .optionalString("rustc-commit", COMMIT, "40 lower-case hex digits")
                .orElse(null),
            epoch,
            root(root, kind),
            file.optionalTable("normalise").map(PinFile::normalise).orElse(Normalise.USUAL),
            Digest.sha256(toml));
    toolchain.noMore();
    root.noMore();
    file.noMore();
    return pin;
  }

  private static PinRoot root(TomlFields root, String kind) {
    return switch (kind) {
      case "debs" -> debs(root);
      case "image" -> image(root);
      default -> throw root.wrong("kind", "root.kind is neither debs nor image: " + kind);
    };
  }

  private static DebsRoot debs(TomlFields root) {
    List<Release> releases = root.tables("release").stream().map(PinFile::release).toList();
    List<Deb> debs = root.tables("deb").stream().map(PinFile::deb).toList();
    if (releases.isEmpty()) {
      throw root.wrong("root.release is missing");
    }
    if (debs.isEmpty()) {
      throw root.wrong("root.deb is missing");
    }
    Set<String> names = new HashSet<>();
    for (Deb deb : debs) {
      if (!names.add(deb.name())) {
        throw root.wrong("deb", "package %s stands twice in root.deb".formatted(deb.name()));
      }
      if (releases.stream().noneMatch(r -> r.archive().equals(deb.archive()))) {
        throw root.wrong(
            "deb",
            "package %s is in archive %s, of which no root.release stands here"
                .formatted(deb.name(), deb.archive()));
      }
    }
    return new DebsRoot(
        root.optionalString("use").map(word -> use(root, word)).orElse(RootUse.BUILD),
        root.strings("request"),
        releases,
        debs.stream().sorted(Comparator.comparing(Deb::name)).toList(),
        root.digest("diff-id"));
  }

  private static RootUse use(TomlFields root, String word) {
    return RootUse.of(word)
        .orElseThrow(() -> root.wrong("use", "root.use is neither build nor runtime: " + word));
  }

  private static Release release(TomlFields table) {
    List<String> signers = table.strings("signed-by");
    for (String signer : signers) {
      if (!FINGERPRINT.matcher(signer).matches()) {
        throw table.wrong("signed-by", "not a key fingerprint: " + signer);
      }
    }
    Release release =
        new Release(
            table.string("archive", WORD, "an archive's name"),
            table.string("suite", WORD, "a suite's name"),
            table.bareSha256("inrelease-sha256"),
            signers,
            table.string("snapshot", TIMESTAMP, "a time like 20261122T091544Z"));
    table.noMore();
    return release;
  }

  private static Deb deb(TomlFields table) {
    Deb deb =
        new Deb(
            table.string("name", NAME, "a package's name"),
            table.string("version"),
            table.string("arch", WORD, "an architecture"),
            table.string("archive", WORD, "an archive's name"),
            table.string("path", POOL_PATH, "a path below pool/ that ends in .deb"),
            table.count("size"),
            table.bareSha256("sha256"));
    table.noMore();
    return deb;
  }

  private static ImageRoot image(TomlFields root) {
    String reference = root.string("ref", REFERENCE, "an image reference");
    var index = root.optionalDigest("index");
    var manifest = root.optionalDigest("manifest");
    if (index.isEmpty() && manifest.isEmpty()) {
      throw root.wrong("root needs an index or a manifest digest: a tag alone pins nothing");
    }
    return new ImageRoot(
        reference,
        index.orElse(null),
        manifest.orElse(null),
        root.optionalDigest("config").orElse(null));
  }

  private static Normalise normalise(TomlFields table) {
    Normalise normalise =
        new Normalise(
            table.optionalTable("paths").map(PinFile::paths).orElse(Normalise.USUAL.paths()),
            table
                .optionalTable("env")
                .map(TomlFields::stringMap)
                .orElse(Normalise.USUAL.environment()));
    table.noMore();
    return normalise;
  }

  private static java.util.Map<String, String> paths(TomlFields table) {
    var paths = table.stringMap();
    for (var path : paths.entrySet()) {
      if (!PATH_NAMES.contains(path.getKey())) {
        throw table.wrong(path.getKey(), "unknown field normalise.paths." + path.getKey());
      }
      if (!path.getValue().matches("(/[a-z0-9][a-z0-9._-]*)+")) {
        throw table.wrong(path.getKey(), "not an absolute path: " + path.getValue());
      }
    }
    if (!paths.keySet().containsAll(PATH_NAMES)) {
      throw table.wrong("normalise.paths needs src, target and cargo");
    }
    return paths;
  }
}
