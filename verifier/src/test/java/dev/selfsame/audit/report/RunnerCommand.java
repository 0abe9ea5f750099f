package dev.selfsame.audit.report;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A workflow command, read as actions/runner reads a line of output (ActionCommand.cs, TryParseV2):
 * the oracle for what the annotations mean.
 */
public record RunnerCommand(String name, Map<String, String> properties, String data) {

  public static Optional<RunnerCommand> read(String line) {
    String trimmed = line.stripLeading();
    int end = trimmed.indexOf("::", 2);
    if (!trimmed.startsWith("::") || end < 0) {
      return Optional.empty();
    }
    String info = trimmed.substring(2, end);
    int space = info.indexOf(' ');
    Map<String, String> properties = new LinkedHashMap<>();
    if (space >= 0) {
      for (String each : info.substring(space + 1).strip().split(",")) {
        String[] pair = each.split("=", 2);
        if (pair.length == 2) {
          properties.put(pair[0], property(pair[1]));
        }
      }
    }
    String name = space < 0 ? info : info.substring(0, space);
    return Optional.of(new RunnerCommand(name, properties, data(trimmed.substring(end + 2))));
  }

  private static String data(String text) {
    return text.replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%");
  }

  private static String property(String text) {
    return data(
        text.replace("%3A", ":").replace("%2C", ",").replace("%0D", "\r").replace("%0A", "\n"));
  }
}
