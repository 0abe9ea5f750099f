package dev.selfsame.deploy.host;

import static java.util.Objects.requireNonNull;

import dev.selfsame.deploy.Mark;
import dev.selfsame.digest.Digest;
import dev.selfsame.evidence.Json;
import dev.selfsame.evidence.MalformedDocumentException;
import dev.selfsame.files.AtomicFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * All that a process is started by, so that it can be started again just so. Kept beside its
 * configuration in a file that its owner alone can read: the variables may hold secrets.
 *
 * @param schema {@code selfsame.host-run/1}
 * @param name the artifact's name
 * @param channel which of its channels
 * @param seq the promotion's place in it
 * @param artifact SHA-256 of the promoted bytes
 * @param settings fingerprint of the deploy file
 * @param secrets the mark of its secrets, or null where an older version made it
 * @param config its configuration's file name, or null
 * @param configMark the mark of that file's content, or null
 * @param program the file's name
 * @param arguments for it
 * @param variables its whole environment
 * @param ports that it has to listen on itself
 * @param graceMillis from the request to end to the kill
 */
record RunSettings(
    String schema,
    String name,
    String channel,
    long seq,
    Digest artifact,
    Digest settings,
    @Nullable Mark secrets,
    @Nullable String config,
    @Nullable Mark configMark,
    String program,
    List<String> arguments,
    Map<String, String> variables,
    List<Integer> ports,
    long graceMillis) {
  static final String SCHEMA = "selfsame.host-run/1";
  private static final String FILE = "run.json";

  RunSettings {
    requireNonNull(name);
    requireNonNull(channel);
    requireNonNull(artifact);
    requireNonNull(settings);
    requireNonNull(program);
    arguments = List.copyOf(arguments);
    variables = Collections.unmodifiableMap(new TreeMap<>(variables));
    ports = List.copyOf(ports);
    if (!schema.equals(SCHEMA)
        || program.indexOf('/') >= 0
        || (config != null && config.indexOf('/') >= 0)) {
      throw new IllegalArgumentException("not of this version's form");
    }
  }

  /** Reads those of a deployment. */
  static RunSettings read(Path deployment) throws IOException {
    try {
      return Json.read(Files.readAllBytes(deployment.resolve(FILE)), RunSettings.class);
    } catch (MalformedDocumentException e) {
      throw new IOException(deployment.resolve(FILE) + " is damaged", e);
    }
  }

  void write(Path deployment) throws IOException {
    AtomicFile.writePrivate(deployment.resolve(FILE), Json.write(this));
  }

  /** The variables' values may be secrets. */
  @Override
  public String toString() {
    return "run of %s, promotion %d of %s into %s".formatted(artifact, seq, name, channel);
  }
}
