package dev.selfsame.scenes;

import dev.selfsame.access.ApiTokens;
import dev.selfsame.access.Authenticator;
import dev.selfsame.access.BearerTokens;
import dev.selfsame.access.PasswordFile;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Optional;

/** How a registry tells who calls: by the files of a folder. */
public final class SignIn {
  private SignIn() {}

  /** By {@code users} and {@code tokens.json}, read as they are when somebody calls. */
  public static Authenticator by(Path folder) {
    return by(folder, Clock.systemUTC());
  }

  /** The same at another time, by which tokens expire. */
  public static Authenticator by(Path folder, Clock clock) {
    return new Authenticator(
        () -> Optional.of(PasswordFile.read(folder.resolve("users"))),
        () -> ApiTokens.read(folder.resolve("tokens.json")),
        BearerTokens.of(folder.resolve("token.key"), new SecureRandom()),
        clock,
        System::nanoTime);
  }
}
