package dev.selfsame.pins.fetch;

import java.io.IOException;
import java.net.URI;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The proxies through which a machine's apt fetches packages.
 *
 * <p>Source: apt.conf(5) and apt-transport-http(1) of apt 3.0: {@code Acquire::http::Proxy}, the
 * same with {@code ::HOST} behind it, and for https its own or that of http. Programs that find a
 * proxy by themselves ({@code Proxy-Auto-Detect}) are not run.
 */
final class AptProxies {
  private static final Pattern TOKEN =
      Pattern.compile(
          "//[^\\n]*|(?m:^[ \\t]*#[^\\n]*)|/\\*.*?\\*/"
              + "|\"(?<quoted>[^\"]*)\"|(?<mark>[{};])|(?<word>[^\\s{};\"]+)",
          Pattern.DOTALL);

  private final Map<String, String> settings;

  private AptProxies(Map<String, String> settings) {
    this.settings = settings;
  }

  /** What an apt folder, such as {@code /etc/apt}, says; what cannot be read is passed over. */
  static AptProxies read(Path aptFolder) {
    List<Path> files = new ArrayList<>();
    try (DirectoryStream<Path> parts =
        Files.newDirectoryStream(aptFolder.resolve("apt.conf.d"), AptProxies::isRead)) {
      parts.forEach(files::add);
    } catch (IOException e) {
      files.clear();
    }
    files.sort(null);
    files.add(aptFolder.resolve("apt.conf"));
    StringBuilder text = new StringBuilder();
    for (Path file : files) {
      AptSources.content(file).ifPresent(part -> text.append(part).append('\n'));
    }
    return parse(text.toString());
  }

  private static boolean isRead(Path file) {
    return file.getFileName().toString().matches("[A-Za-z0-9_-]+(\\.conf)?");
  }

  /** Reads settings in either form, {@code A::B "c";} and {@code A { B "c"; };}. */
  static AptProxies parse(String text) {
    Map<String, String> settings = new HashMap<>();
    Deque<String> scopes = new ArrayDeque<>();
    List<String> words = new ArrayList<>();
    for (Matcher token = TOKEN.matcher(text); token.find(); ) {
      String word = token.group("word") == null ? token.group("quoted") : token.group("word");
      if (word != null) {
        words.add(word);
      } else if (token.group("mark") != null) {
        String first = words.isEmpty() ? "" : words.getFirst().toLowerCase(Locale.ROOT);
        String above = scopes.isEmpty() ? "" : scopes.getLast();
        switch (token.group("mark")) {
          case "{" -> scopes.addLast(above + first + "::");
          case "}" -> scopes.pollLast();
          default -> {
            if (words.size() == 2) {
              settings.put(above + first, words.getLast());
            }
          }
        }
        words.clear();
      }
    }
    return new AptProxies(settings);
  }

  /** The proxy for a place, {@link Proxies#DIRECT} where it is to be reached without one. */
  Optional<String> of(URI uri) {
    String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
    String host = "::" + String.valueOf(uri.getHost()).toLowerCase(Locale.ROOT);
    return setting(scheme, host)
        .or(() -> scheme.equals("https") ? setting("http", host) : Optional.empty())
        .or(() -> setting(scheme, ""))
        .or(() -> scheme.equals("https") ? setting("http", "") : Optional.empty());
  }

  private Optional<String> setting(String scheme, String host) {
    return Optional.ofNullable(settings.get("acquire::" + scheme + "::proxy" + host))
        .filter(value -> !value.isBlank() && !value.equals("false"));
  }
}
