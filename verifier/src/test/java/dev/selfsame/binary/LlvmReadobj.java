package dev.selfsame.binary;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What llvm-readobj prints: blocks of {@code Name: value}, in braces or brackets. */
record LlvmReadobj(String text) {

  static LlvmReadobj of(Path file, String... options) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("llvm-readobj"));
    command.addAll(Arrays.asList(options));
    command.add(file.toString());
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), String.join(" ", command));
    return new LlvmReadobj(text);
  }

  /** Every block that begins with this line, in order, up to the brace at its own indentation. */
  List<LlvmReadobj> blocks(String name) {
    Matcher matcher =
        Pattern.compile("(?ms)^( *)" + name + " [{\\[]\\n(.*?)^\\1[}\\]]").matcher(text);
    return matcher.results().map(result -> new LlvmReadobj(result.group(2))).toList();
  }

  /** The first value of this name, without what stands in parentheses behind it; empty if none. */
  String value(String name) {
    Matcher matcher = Pattern.compile("(?m)^ *" + name + ": (.*?)(?: \\(.*\\))?$").matcher(text);
    return matcher.find() ? matcher.group(1) : "";
  }

  /** The number in parentheses behind a name, or the plain number. */
  long number(String name) {
    Matcher matcher = Pattern.compile("(?m)^ *" + name + ": (?:.*\\()?(\\w+)\\)?$").matcher(text);
    return matcher.find() ? Long.decode(matcher.group(1)) : -1;
  }

  /** The GUID of a CodeView record. LLVM 14 prints the bytes, later ones the usual form. */
  String pdbGuid() {
    String raw = text.replaceAll("(?s).*PDBGUID: [({](.*?)[)}].*", "$1");
    if (raw.contains("-")) {
      return raw.toUpperCase(Locale.ROOT);
    }
    String[] b = raw.split(" ", -1);
    return (b[3] + b[2] + b[1] + b[0] + "-" + b[5] + b[4] + "-" + b[7] + b[6] + "-" + b[8] + b[9]
            + "-" + b[10] + b[11] + b[12] + b[13] + b[14] + b[15])
        .toUpperCase(Locale.ROOT);
  }

  /** How many lines begin with this name. */
  long count(String name) {
    return Pattern.compile("(?m)^ *" + name + ": ").matcher(text).results().count();
  }
}
