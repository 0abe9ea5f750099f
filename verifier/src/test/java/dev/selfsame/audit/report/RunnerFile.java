package dev.selfsame.audit.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A file of outputs or variables, read as actions/runner reads it (FileCommandManager.cs): {@code
 * NAME=VALUE} on a line, or {@code NAME<<DELIMITER}, lines, {@code DELIMITER}.
 */
public final class RunnerFile {
  private RunnerFile() {}

  /** Values by name; the last one of a name counts. */
  public static Map<String, String> read(String text) {
    Map<String, String> values = new LinkedHashMap<>();
    List<String> lines = List.of(text.split("\n", -1));
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      int equals = line.indexOf('=');
      int heredoc = line.indexOf("<<");
      if (line.isEmpty()) {
        continue;
      }
      if (equals >= 0 && (heredoc < 0 || equals < heredoc)) {
        values.put(line.substring(0, equals), line.substring(equals + 1));
      } else if (heredoc > 0) {
        String delimiter = line.substring(heredoc + 2);
        List<String> value = new ArrayList<>();
        for (i++; !lines.get(i).equals(delimiter); i++) {
          value.add(lines.get(i));
        }
        values.put(line.substring(0, heredoc), String.join("\n", value));
      } else {
        throw new IllegalArgumentException("invalid format: " + line);
      }
    }
    return values;
  }
}
