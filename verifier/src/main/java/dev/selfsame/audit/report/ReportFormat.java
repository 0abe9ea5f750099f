package dev.selfsame.audit.report;

import dev.selfsame.audit.gate.Judgements;
import dev.selfsame.evidence.Json;
import java.nio.charset.StandardCharsets;

/** What an answer can be printed as. */
public enum ReportFormat {
  /** For people. */
  TEXT,
  /** Everything, in the program's own schema. */
  JSON,
  /** Workflow commands of GitHub Actions: see {@link GithubAnnotations}. */
  GITHUB,
  /** See {@link JunitXml}. */
  JUNIT,
  /** See {@link SarifJson}. */
  SARIF,
  /** See {@link CodeQualityJson}. */
  GITLAB;

  /** Whether it is one that is collected: then it is there also where nothing could be asked. */
  public boolean isReport() {
    return switch (this) {
      case JUNIT, SARIF, GITLAB -> true;
      case TEXT, JSON, GITHUB -> false;
    };
  }

  /**
   * The answer in this format, with a final newline.
   *
   * @param command the verb that found it, such as {@code gate}
   * @param version the program's
   */
  public String of(Judgements judgements, String command, String version) {
    return switch (this) {
      case TEXT -> GateText.of(judgements);
      case JSON -> new String(Json.write(judgements), StandardCharsets.UTF_8);
      case GITHUB -> GithubAnnotations.of(judgements, command);
      case JUNIT -> JunitXml.of(judgements, command);
      case SARIF -> SarifJson.of(judgements, command, version);
      case GITLAB -> CodeQualityJson.of(judgements, command);
    };
  }
}
