package dev.selfsame.audit.report;

import dev.selfsame.audit.Audit;
import dev.selfsame.audit.Checked;
import dev.selfsame.audit.gate.Judgement;
import dev.selfsame.audit.gate.Judgements;
import dev.selfsame.outcome.ExitCode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** A step's outputs, for the file that {@code GITHUB_OUTPUT} names. */
public final class GithubOutputs {
  private GithubOutputs() {}

  /**
   * {@code verdict} and {@code exit-code} of all; {@code digest} and {@code promotion} with a line
   * for each binary, which is empty where there is nothing to tell.
   *
   * @param code what the command ends with: not a yes, for example, where a report was not written
   * @param delimiter a line that nobody can guess, such as 32 random hex digits
   */
  public static String of(Judgements judgements, ExitCode code, String delimiter) {
    Map<String, String> outputs = new LinkedHashMap<>();
    outputs.put("verdict", Judgements.word(code));
    outputs.put("exit-code", "" + code.status());
    outputs.put("digest", lines(judgements, GithubOutputs::digest));
    outputs.put("promotion", lines(judgements, GithubOutputs::promotion));
    return heredocs(outputs, delimiter);
  }

  /** Where nothing could be asked. */
  public static String failure(ExitCode code, String delimiter) {
    Map<String, String> outputs = new LinkedHashMap<>();
    outputs.put("verdict", Judgements.word(code));
    outputs.put("exit-code", "" + code.status());
    outputs.put("digest", "");
    outputs.put("promotion", "");
    return heredocs(outputs, delimiter);
  }

  /** {@code NAME<<DELIMITER}, the value, {@code DELIMITER}: a value cannot add an output. */
  private static String heredocs(Map<String, String> outputs, String delimiter) {
    StringBuilder out = new StringBuilder();
    outputs.forEach((name, value) -> {
      if (value.contains(delimiter)) {
        throw new IllegalArgumentException("the delimiter is in the value of " + name);
      }
      out.append("%s<<%s\n%s\n%s\n".formatted(name, delimiter, value, delimiter));
    });
    return out.toString();
  }

  private static String lines(Judgements judgements, Function<Judgement, String> value) {
    return judgements.binaries().stream().map(value).collect(Collectors.joining("\n"));
  }

  private static String digest(Judgement judgement) {
    return judgement.checked() instanceof Checked.Told told
        ? told.audit().subject().digest().toString()
        : "";
  }

  private static String promotion(Judgement judgement) {
    return judgement.checked() instanceof Checked.Told(String _, Audit.Promoted yes)
        ? "" + yes.promotion().seq()
        : "";
  }
}
