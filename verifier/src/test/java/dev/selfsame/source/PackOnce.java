package dev.selfsame.source;

import java.nio.file.Path;
import java.util.Locale;
import java.util.TimeZone;

/** A process of its own that packages a folder and prints the digest. */
final class PackOnce {
  private PackOnce() {}

  public static void main(String[] args) {
    Locale.setDefault(Locale.of("tr", "TR"));
    TimeZone.setDefault(TimeZone.getTimeZone("Pacific/Kiritimati"));
    try (SourceTree tree = SourceTree.open(Path.of(args[0]))) {
      SourcePackage packed = tree.pack(Path.of(args[1]), Dirt.REFUSED);
      System.out.println(packed.source().packageDigest());
    }
  }
}
