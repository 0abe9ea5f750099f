package dev.selfsame.deploy;

import dev.selfsame.digest.Digest;
import dev.selfsame.files.AtomicFile;
import dev.selfsame.files.FileTree;
import dev.selfsame.outcome.Failure;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A target's key, by which secrets are known again and told to nobody. It stays in the target's own
 * folder, mode 0600, and goes nowhere else. Whoever loses it deploys once more than needed.
 */
public final class SettingsKey {
  private static final String FILE = "settings.key";
  private static final String ALGORITHM = "HmacSHA256";
  private static final int BYTES = 32;

  private final SecretKeySpec key;

  private SettingsKey(byte[] bytes) {
    this.key = new SecretKeySpec(bytes, ALGORITHM);
  }

  /** One that is kept nowhere, for whoever only plans. */
  public static SettingsKey passing() {
    byte[] bytes = new byte[BYTES];
    new SecureRandom().nextBytes(bytes);
    return new SettingsKey(bytes);
  }

  /**
   * The one of a target; empty where none was ever made.
   *
   * @param folder the target's own
   * @throws Failure exit 3 where it cannot be read, is damaged, or may be read by others
   */
  public static Optional<SettingsKey> find(Path folder) {
    Path file = folder.resolve(FILE);
    try {
      byte[] bytes = Files.readAllBytes(file);
      if (!PosixFilePermissions.toString(Files.getPosixFilePermissions(file)).endsWith("------")) {
        throw Failure.undecided(
            "others may read or write the key by which settings are known again, " + file,
            "chmod 600 " + file);
      } else if (bytes.length != BYTES) {
        throw wrong(file, new IOException("it is damaged"));
      }
      return Optional.of(new SettingsKey(bytes));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw wrong(file, e);
    }
  }

  /**
   * The one of a target, made where there is none. Under the {@link TargetLock} alone.
   *
   * @throws Failure exit 3 where it cannot be used, or is gone and was needed for the way back
   */
  public static SettingsKey keep(Path folder) {
    return find(folder)
        .orElseGet(() -> {
          requireNotMissed(folder);
          return made(folder);
        });
  }

  /** By another key nothing would ever be what was noted, and there would be no way back. */
  private static void requireNotMissed(Path folder) {
    Journal journal = new Journal(folder);
    if (journal.open().filter(Journal.Open::needsKey).isPresent()) {
      throw Failure.undecided(
          "the key by which a deployment that was broken off is ended is gone: "
              + folder.resolve(FILE),
          "put it back, mode 0600; to give up what was there before, remove " + journal.file());
    }
  }

  private static SettingsKey made(Path folder) {
    byte[] bytes = new byte[BYTES];
    new SecureRandom().nextBytes(bytes);
    try {
      FileTree.make(folder);
      AtomicFile.writePrivate(folder.resolve(FILE), bytes);
    } catch (IOException e) {
      throw wrong(folder.resolve(FILE), e);
    }
    return new SettingsKey(bytes);
  }

  private static Failure wrong(Path file, IOException e) {
    return Failure.undecided(
        "cannot use the key by which settings are known again, %s: %s"
            .formatted(file, e.getMessage()),
        "put it back as it was, mode 0600; where no deployment was broken off it may be removed: the"
            + " next one makes another, and starts what runs anew",
        e);
  }

  /** The mark of bytes that have this digest. */
  public Mark of(Digest content) {
    return of(content.toString().getBytes(StandardCharsets.UTF_8));
  }

  /** The mark of secrets, names and values; {@link Mark#NONE} of none. */
  public Mark of(DeployFile.SecretNames names, Secrets secrets) {
    return of(names.names(), secrets::value);
  }

  /** As the other, of names and the value of each. */
  public Mark of(List<String> names, UnaryOperator<String> value) {
    if (names.isEmpty()) {
      return Mark.NONE;
    }
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (String name : names.stream().sorted().toList()) {
      for (String part : List.of(name, value.apply(name))) {
        byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
        // With its length: no two lists of parts are the same bytes.
        all.writeBytes((bytes.length + ":").getBytes(StandardCharsets.UTF_8));
        all.writeBytes(bytes);
      }
    }
    return of(all.toByteArray());
  }

  private Mark of(byte[] bytes) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      return new Mark("hmac-sha256:" + HexFormat.of().formatHex(mac.doFinal(bytes)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("no " + ALGORITHM, e); // Every Java has it.
    }
  }
}
