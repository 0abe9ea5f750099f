package dev.selfsame.pins.root;

import dev.selfsame.pins.DebsRoot.Deb;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How a root on which programs only run differs from one in which they are built. */
final class RuntimeRoot {
  /** A user without rights, by the number that distroless images gave it. */
  private static final String USERS =
      """
      root:x:0:0:root:/root:/usr/sbin/nologin
      nonroot:x:65532:65532:nonroot:/nonexistent:/usr/sbin/nologin
      nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin
      """;

  private static final String GROUPS = "root:x:0:\nnonroot:x:65532:\nnogroup:x:65534:\n";

  /** Engines mount on the first four; programs write to the last. */
  static final List<String> FOLDERS = List.of("dev", "etc", "proc", "run", "sys");

  private static final Set<String> SHARED =
      Set.of(
          "bash-completion",
          "bug",
          "ca-certificates",
          "debconf",
          "info",
          "lintian",
          "locale",
          "man",
          "perl5",
          "pixmaps");

  private static final Pattern SHARE = Pattern.compile("usr/share/([^/]+)(?:/.*)?");
  private static final Pattern GCONV = Pattern.compile("usr/lib/[^/]+/gconv(?:/.*)?");
  private static final Pattern DOCUMENT = Pattern.compile("usr/share/doc/[^/]+/(.+)");

  private RuntimeRoot() {}

  /** Whether an entry stays out. The certificates are in the bundle that is made of them. */
  static boolean leavesOut(String path) {
    Matcher document = DOCUMENT.matcher(path);
    if (document.matches()) {
      return !document.group(1).equals("copyright");
    }
    Matcher share = SHARE.matcher(path);
    return GCONV.matcher(path).matches() || (share.matches() && SHARED.contains(share.group(1)));
  }

  static String users() {
    return USERS;
  }

  static String groups() {
    return GROUPS;
  }

  /** Where scanners for vulnerabilities look for a package of an image without dpkg. */
  static String statusPath(Deb deb) {
    return "var/lib/dpkg/status.d/" + deb.name();
  }

  /** A package as dpkg's status file would have it; its source is its folder in the pool. */
  static String status(Deb deb) {
    String folder = TarEntry.parentOf(deb.path());
    String source = folder.substring(folder.lastIndexOf('/') + 1);
    return """
    Package: %s
    Status: install ok installed
    Architecture: %s
    Source: %s
    Version: %s
    """
        .formatted(deb.name(), deb.architecture(), source, deb.version());
  }
}
