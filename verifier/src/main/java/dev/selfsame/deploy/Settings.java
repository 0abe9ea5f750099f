package dev.selfsame.deploy;

import static java.util.Objects.requireNonNull;

import dev.selfsame.digest.Digest;
import java.util.Optional;

/**
 * How a release is run at one target: what is declared, the secrets' values, and the key by which
 * that target knows them again.
 */
public record Settings(DeployFile file, Secrets secrets, SettingsKey key) {
  public Settings {
    requireNonNull(file);
    requireNonNull(secrets);
    requireNonNull(key);
  }

  /** The mark of all secrets. */
  public Mark secretsMark() {
    return key.of(file.secrets(), secrets);
  }

  /** The mark of those secrets that the program gets as variables. */
  public Mark variablesMark() {
    return key.of(file.secrets().toEnvironment(), secrets::value);
  }

  /** The configuration file's bytes, which may hold secrets; none where there is no such file. */
  public byte[] rendered() {
    return file.config().map(one -> Rendering.of(one, file, secrets)).orElse(new byte[0]);
  }

  /** The mark of the configuration file; empty where there is none. */
  public Optional<Mark> configMark() {
    return file.config().map(_ -> key.of(Digest.sha256(rendered())));
  }

  @Override
  public String toString() {
    return "settings " + file.fingerprint();
  }
}
