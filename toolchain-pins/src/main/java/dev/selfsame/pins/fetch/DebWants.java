package dev.selfsame.pins.fetch;

import dev.selfsame.pins.DebsRoot;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What must be fetched for a deb-locked root. */
public final class DebWants {
  private DebWants() {}

  /** One for each package, in the same order. */
  public static List<Wanted> of(DebsRoot root, Mirrors mirrors) {
    ProxiedClient client = mirrors.client();
    // Packages of a suite and of its updates stand in one archive: its latest snapshot has both.
    Map<String, String> snapshots =
        root.releases().stream()
            .collect(
                Collectors.toMap(
                    DebsRoot.Release::archive,
                    DebsRoot.Release::snapshot,
                    (a, b) -> a.compareTo(b) > 0 ? a : b));
    return root.debs().stream().map(deb -> wanted(deb, snapshots, mirrors, client)).toList();
  }

  private static Wanted wanted(
      DebsRoot.Deb deb, Map<String, String> snapshots, Mirrors mirrors, ProxiedClient client) {
    String snapshot = snapshots.getOrDefault(deb.archive(), "");
    List<Origin> origins =
        mirrors.places(deb.archive(), snapshot, deb.path()).stream()
            .map((URI uri) -> (Origin) new HttpOrigin(client, uri))
            .toList();
    String name = deb.path().substring(deb.path().lastIndexOf('/') + 1);
    return new Wanted(name, deb.sha256(), deb.size(), origins);
  }
}
