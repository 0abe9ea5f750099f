package dev.selfsame.files;

import java.nio.file.Path;
import java.util.Map;

/**
 * Where a user's own files of Selfsame stand.
 *
 * <p>Source: XDG Base Directory Specification 0.8; a relative value is ignored, as it demands.
 *
 * @param cache what can be fetched or made again: {@code $XDG_CACHE_HOME/selfsame}
 * @param config keys and settings: {@code $XDG_CONFIG_HOME/selfsame}
 * @param data the default embedded registry: {@code $XDG_DATA_HOME/selfsame}
 */
public record UserFolders(Path cache, Path config, Path data) {

  /** Reads the environment, such as {@link System#getenv()}. */
  public static UserFolders of(Map<String, String> environment) {
    Path home = Path.of(environment.getOrDefault("HOME", System.getProperty("user.home")));
    return new UserFolders(
        folder(environment, "XDG_CACHE_HOME", home.resolve(".cache")),
        folder(environment, "XDG_CONFIG_HOME", home.resolve(".config")),
        folder(environment, "XDG_DATA_HOME", home.resolve(".local/share")));
  }

  private static Path folder(Map<String, String> environment, String name, Path otherwise) {
    String value = environment.getOrDefault(name, "");
    return (value.startsWith("/") ? Path.of(value) : otherwise).resolve("selfsame");
  }
}
