package dev.selfsame.suites;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/** An ordinary user, where tests run as root ({@link Component#READING_USER}). */
public final class Nobody {
  public static final String NAME = "nobody";

  private Nobody() {}

  /** Makes a folder of its own, and lets it pass through the test's folder around that. */
  public static Path folder(Path place) throws IOException {
    Files.setPosixFilePermissions(
        place.toAbsolutePath().getParent(), PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.createDirectory(place);
    return Files.setOwner(
        place, place.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(NAME));
  }

  /**
   * A command as this user. It may read every file here, since the class path may be in root's home
   * folder; it writes and owns what any user may.
   */
  public static List<String> command(List<String> command) {
    return OwnJvm.under(
        List.of(
            "setpriv",
            "--reuid=" + NAME,
            "--regid=nogroup",
            "--clear-groups",
            "--inh-caps=-all,+dac_read_search",
            "--ambient-caps=-all,+dac_read_search"),
        command);
  }
}
