package dev.selfsame.source;

import java.net.URISyntaxException;
import java.util.Set;
import java.util.TreeSet;
import org.eclipse.jgit.lib.Config;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.transport.URIish;
import org.jspecify.annotations.Nullable;

/** The address that a repository was cloned from. */
final class Remote {
  private Remote() {}

  /**
   * The address of {@code origin}, or of the one remote there is, without user name and password;
   * null where git names none. The user name of an SSH address is part of the address and stays.
   */
  static @Nullable String address(Repository repository) {
    Config config = repository.getConfig();
    Set<String> remotes = new TreeSet<>(config.getSubsections("remote"));
    String name = remotes.contains("origin") || remotes.size() != 1 ? "origin" : first(remotes);
    String url = config.getString("remote", name, "url");
    return url == null || url.isBlank() ? null : withoutCredentials(url.strip());
  }

  static @Nullable String withoutCredentials(String url) {
    try {
      URIish address = new URIish(url).setPass(null);
      String scheme = address.getScheme();
      boolean web = scheme != null && scheme.startsWith("http");
      return (web ? address.setUser(null) : address).toPrivateString();
    } catch (URISyntaxException e) {
      // What cannot be read might hold a password anywhere.
      return null;
    }
  }

  private static String first(Set<String> names) {
    return names.iterator().next();
  }
}
