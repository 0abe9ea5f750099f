package dev.selfsame.pins.root;

import dev.selfsame.pins.DebsRoot.Deb;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What maintainer scripts would have made, as far as a build or a program needs it: the programs
 * that Debian chooses by alternatives, the users, the name service's switch and the bundle of
 * certificates.
 */
final class DebsFixUps {
  private static final int MAX_KEPT = 1 << 20;
  private static final Pattern CERTIFICATE =
      Pattern.compile("usr/share/ca-certificates/mozilla/[^/]+\\.crt");
  private static final String PASSWD = "usr/share/base-passwd/passwd.master";
  private static final String GROUP = "usr/share/base-passwd/group.master";

  /** The user of a build, uid 1000: some build scripts ask for a user's name or home. */
  private static final String BUILDER = "builder:x:1000:1000:builder:/build:/bin/sh\n";

  private static final String BUILDERS = "builder:x:1000:\n";

  private static final Map<String, String> ALTERNATIVES =
      new TreeMap<>(
          Map.of(
              "usr/bin/awk", "mawk",
              "usr/bin/c++", "g++",
              "usr/bin/c89", "c89-gcc",
              "usr/bin/c99", "c99-gcc",
              "usr/bin/cc", "gcc"));

  private static final String HOSTS = "127.0.0.1 localhost\n::1 localhost\n";

  private static final String NAME_SERVICES =
      """
      passwd: files
      group: files
      shadow: files
      hosts: files dns
      networks: files
      protocols: files
      services: files
      """;

  private final RootBuilder root;
  private final long epoch;
  private final Map<String, byte[]> kept = new TreeMap<>();

  DebsFixUps(RootBuilder root, long epoch) {
    this.root = root;
    this.epoch = epoch;
  }

  /**
   * Whether an entry stays out: shared data (in fact one certificate, which is in the bundle) with
   * a name that is not ASCII, since a JVM in the C locale cannot name it on the disk.
   */
  static boolean leavesOut(String path) {
    return path.startsWith("usr/share/") && path.chars().anyMatch(c -> c >= 0x80);
  }

  /**
   * Remembers the content of a file that {@link #addForBuilds} and {@link #addForPrograms} need.
   */
  InputStream keeping(TarEntry file, InputStream content) throws IOException {
    String path = file.path();
    boolean needed =
        path.equals(PASSWD) || path.equals(GROUP) || CERTIFICATE.matcher(path).matches();
    if (!needed || file.size() > MAX_KEPT) {
      return content;
    }
    byte[] bytes = content.readNBytes((int) file.size());
    kept.put(path, bytes);
    return new ByteArrayInputStream(bytes);
  }

  /** Adds what a build misses; what a package holds itself stays. */
  void addForBuilds() throws IOException {
    for (Map.Entry<String, String> link : ALTERNATIVES.entrySet()) {
      String target = TarEntry.parentOf(link.getKey()) + "/" + link.getValue();
      if (root.find(target).isPresent() && root.find(link.getKey()).isEmpty()) {
        root.symlink(TarEntry.symlink(link.getKey(), link.getValue(), epoch), "selfsame");
      }
    }
    file("etc/hosts", HOSTS);
    file("etc/nsswitch.conf", NAME_SERVICES);
    file("etc/passwd", join(PASSWD, "root:x:0:0:root:/root:/bin/sh\n", BUILDER));
    file("etc/group", join(GROUP, "root:x:0:\n", BUILDERS));
    file("etc/ssl/certs/ca-certificates.crt", bundle());
  }

  /** Adds what a program misses that runs here, and says of what the root is made. */
  void addForPrograms(List<Deb> debs) throws IOException {
    file("etc/nsswitch.conf", NAME_SERVICES);
    file("etc/passwd", RuntimeRoot.users());
    file("etc/group", RuntimeRoot.groups());
    file("etc/ssl/certs/ca-certificates.crt", bundle());
    for (Deb deb : debs.stream().sorted(Comparator.comparing(Deb::name)).toList()) {
      file(RuntimeRoot.statusPath(deb), RuntimeRoot.status(deb));
    }
  }

  private byte[] bundle() {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    kept.forEach((path, bytes) -> {
      if (CERTIFICATE.matcher(path).matches()) {
        all.writeBytes(bytes);
      }
    });
    return all.toByteArray();
  }

  private void file(String path, String content) throws IOException {
    file(path, content.getBytes(StandardCharsets.UTF_8));
  }

  private void file(String path, byte[] content) throws IOException {
    if (content.length > 0 && root.find(path).isEmpty()) {
      root.file(TarEntry.file(path, 0644, epoch, content.length), content, "selfsame");
    }
  }

  private byte[] join(String master, String withoutMaster, String line) {
    byte[] head = kept.getOrDefault(master, withoutMaster.getBytes(StandardCharsets.UTF_8));
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(head);
    all.writeBytes(line.getBytes(StandardCharsets.UTF_8));
    return all.toByteArray();
  }
}
