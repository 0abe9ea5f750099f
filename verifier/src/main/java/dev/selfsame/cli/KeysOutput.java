package dev.selfsame.cli;

import dev.selfsame.attest.keys.KeyFile;
import dev.selfsame.attest.keys.SecretKey;
import dev.selfsame.files.AtomicFile;
import dev.selfsame.outcome.Failure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How a private key is written, for the commands that do. Nothing is ever overwritten. */
final class KeysOutput {
  @Mixin private final KeysPassphrase passphrase;

  @Option(
      names = "--no-passphrase",
      description = "Leave the private key readable for whoever gets the file.")
  private boolean open;

  @Option(
      names = "--format",
      defaultValue = "PKCS8",
      paramLabel = "FORMAT",
      description =
          "pkcs8: under PBES2, for openssl, Java and Selfsame (default). cosign: the form that"
              + " cosign signs with.")
  private KeyFile.Format format = KeyFile.Format.PKCS8;

  KeysOutput(Surroundings surroundings) {
    this.passphrase = new KeysPassphrase(surroundings);
  }

  KeysPassphrase passphrase() {
    return passphrase;
  }

  /** The public key's file beside a private key's: {@code agent.key} has {@code agent.pub}. */
  static Path publicFile(Path secret) {
    String name = String.valueOf(secret.getFileName());
    String stem = name.endsWith(".key") ? name.substring(0, name.length() - 4) : name;
    return secret.resolveSibling(stem + ".pub");
  }

  /** Refuses before any work where either file is there. */
  static void refuseToOverwrite(Path file) {
    for (Path each : new Path[] {file, publicFile(file)}) {
      if (Files.exists(each)) {
        throw exists(each);
      }
    }
  }

  /** Writes the private key (mode 0600) and its public key beside it. */
  void write(SecretKey key, Path file) {
    if (open && format == KeyFile.Format.COSIGN) {
      throw Failure.usage(
          "cosign's form is always encrypted", "leave out --no-passphrase, or --format cosign");
    }
    refuseToOverwrite(file);
    byte[] pem =
        open
            ? KeyFile.writePlain(key)
            : KeyFile.write(key, format, passphrase.askNew(file.toString()));
    create(file, pem, true);
    try {
      create(publicFile(file), key.key().pem().getBytes(StandardCharsets.US_ASCII), false);
    } catch (Failure e) {
      deleteHalf(file, e);
      throw e;
    }
  }

  private static void deleteHalf(Path file, Failure reason) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      reason.addSuppressed(e);
    }
  }

  /** A hard link gives the whole file its name, and fails where the name is taken. */
  static void create(Path file, byte[] content, boolean secret) {
    @Nullable Path temporary = null;
    try {
      Path folder = Objects.requireNonNull(file.toAbsolutePath().getParent());
      Files.createDirectories(folder);
      temporary = Files.createTempDirectory(folder, ".key-").resolve("new");
      if (secret) {
        AtomicFile.writePrivate(temporary, content);
      } else {
        AtomicFile.write(temporary, content);
      }
      Files.createLink(file, temporary);
      AtomicFile.syncFolder(folder);
    } catch (FileAlreadyExistsException e) {
      throw exists(file);
    } catch (IOException | UnsupportedOperationException e) {
      throw Failure.undecided("cannot write " + file, "check the folder and its free space", e);
    } finally {
      if (temporary != null) {
        sweep(temporary);
      }
    }
  }

  private static void sweep(Path temporary) {
    try {
      Files.deleteIfExists(temporary);
      Files.deleteIfExists(Objects.requireNonNull(temporary.getParent()));
    } catch (IOException e) {
      // A left-over of mode 0600 in a folder of mode 0700 harms nobody.
      System.getLogger(KeysOutput.class.getName()).log(System.Logger.Level.DEBUG, "sweeping", e);
    }
  }

  private static Failure exists(Path file) {
    return Failure.usage(
        file + " is there already, and keys are never overwritten",
        "choose another name, or move the old key away");
  }
}
