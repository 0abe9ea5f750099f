package dev.selfsame.attest;

import dev.selfsame.suites.Component;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * A real cosign program, with the options that make it work offline with keys.
 *
 * @param program the file
 * @param newest whether it is 3.x, where the new bundle format is the only one; 2.5 reads that
 *     format when told to, and then ignores {@code --type} and imports no P-256 key
 */
public record Cosign(Path program, boolean newest) {
  private static final String TRUSTED_ROOT =
      "{\"mediaType\":\"application/vnd.dev.sigstore.trustedroot+json;version=0.1\"}";

  private static final Map<Component, Cosign> FOUND = new ConcurrentHashMap<>();

  /** What a run gave: exit status and both outputs. */
  public record Ran(int status, String output) {}

  /** The one that the tests require by this name, and so have. */
  public static Cosign of(Component component) {
    return FOUND.computeIfAbsent(component, key -> ask(key.program().orElseThrow()));
  }

  private static Cosign ask(Path program) {
    try {
      Path folder = Files.createTempDirectory("cosign");
      Ran help = run(program, folder, List.of("attest-blob", "--help"));
      Files.delete(folder.resolve("cosign.log"));
      Files.delete(folder);
      return new Cosign(program, help.output().contains("--use-signing-config"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Runs a command in a folder, which is its home too; the test key's password is {@code pw}. */
  public Ran run(Path folder, String... arguments) {
    return run(program, folder, List.of(arguments));
  }

  /** {@code verify-blob-attestation} of {@code bundle.json} against {@code k.pub}. */
  public Ran verifyAttestation(Path folder, String type, Path file) {
    return verify(folder, List.of("verify-blob-attestation", "--type=" + type), file);
  }

  /** {@code verify-blob} of {@code bundle.json} against {@code k.pub}. */
  public Ran verifyBlob(Path folder, Path file) {
    return verify(folder, List.of("verify-blob"), file);
  }

  private Ran verify(Path folder, List<String> command, Path file) {
    List<String> arguments = new ArrayList<>(command);
    arguments.addAll(
        List.of("--key=k.pub", "--insecure-ignore-tlog", "--bundle=bundle.json", file.toString()));
    if (!newest) {
      try {
        Files.writeString(folder.resolve("trusted-root.json"), TRUSTED_ROOT);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      arguments.addAll(List.of("--new-bundle-format", "--trusted-root=trusted-root.json"));
    }
    return run(program, folder, arguments);
  }

  /** {@code sign-blob} or {@code attest-blob} with {@code k.key}, without a log or network. */
  public Ran sign(Path folder, String command, String bundle, Path file, String... more) {
    List<String> arguments = new ArrayList<>(List.of(command, "--key=k.key", "--yes"));
    arguments.addAll(List.of("--tlog-upload=false", "--bundle=" + bundle, file.toString()));
    arguments.add(newest ? "--use-signing-config=false" : "--new-bundle-format");
    arguments.addAll(List.of(more));
    return run(program, folder, arguments);
  }

  private static Ran run(Path program, Path folder, List<String> arguments) {
    List<String> command = new ArrayList<>(List.of(program.toString()));
    command.addAll(arguments);
    Path log = folder.resolve("cosign.log");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder.environment().put("COSIGN_PASSWORD", "pw");
    builder.environment().put("HOME", folder.toString());
    try {
      Process process = builder.start();
      process.getOutputStream().close();
      if (!process.waitFor(120, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
        throw new AssertionError("hangs: " + command);
      }
      return new Ran(process.exitValue(), Files.readString(log));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public String toString() {
    return program.getFileName() + (newest ? " (3.x)" : " (2.x)");
  }
}
