package dev.selfsame.access;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Tells who sends a request, by its Authorization header. */
public final class Authenticator {
  private static final int MOST_KNOWN = 10_000;
  private static final int PATIENCE_SECONDS = 5;

  private final Supplier<Optional<PasswordFile>> passwords;
  private final Changing<ApiTokens> tokens;
  private final BearerTokens bearers;
  private final Clock clock;
  private final LongSupplier nanos;
  private final Attempts attempts = new Attempts();

  /** bcrypt is slow on purpose: whoever sends many passwords must not get all of the processor. */
  private final Semaphore checking = new Semaphore(2);

  /** Passwords that held with this content of the file, by a hash that only this process has. */
  private volatile Known known = new Known(null, new ConcurrentHashMap<>());

  private final Map<String, BearerTokens.Held> held = new ConcurrentHashMap<>();
  private final byte[] salt = new byte[32];

  private record Known(@Nullable PasswordFile file, Map<String, Boolean> hashes) {}

  /**
   * @param passwords users; empty where nobody has a password
   * @param tokens API tokens
   * @param nanos a clock that only runs on, such as {@link System#nanoTime}
   */
  public Authenticator(
      Supplier<Optional<PasswordFile>> passwords,
      Changing<ApiTokens> tokens,
      BearerTokens bearers,
      Clock clock,
      LongSupplier nanos) {
    this.passwords = passwords;
    this.tokens = tokens;
    this.bearers = bearers;
    this.clock = clock;
    this.nanos = nanos;
    new SecureRandom().nextBytes(salt);
  }

  /**
   * Who sends a request with this header; {@link Caller#ANONYMOUS} where there is none.
   *
   * @param address where it comes from
   * @throws SignInException where it does not hold
   */
  public Caller caller(Optional<String> authorization, String address) throws SignInException {
    if (authorization.isEmpty()) {
      return Caller.ANONYMOUS;
    }
    String text = authorization.get();
    int space = text.indexOf(' ');
    String scheme = space < 0 ? text : text.substring(0, space);
    String rest = space < 0 ? "" : text.substring(space + 1).strip();
    if (scheme.equalsIgnoreCase("Basic")) {
      return basic(rest, address);
    }
    if (scheme.equalsIgnoreCase("Bearer")) {
      return bearer(rest, address);
    }
    throw SignInException.wrong("credentials are Basic or Bearer");
  }

  /**
   * Sees that people can sign in.
   *
   * @throws dev.selfsame.outcome.Failure where what they are known by cannot be read
   */
  public void requireReadable() {
    var _ = passwords.get();
    var _ = tokens.get();
  }

  private Caller bearer(String text, String address) throws SignInException {
    Instant now = clock.instant();
    if (BearerTokens.isOne(text)) {
      BearerTokens.Held found = held.get(text);
      if (found == null) {
        found =
            bearers.read(text).orElseThrow(() -> SignInException.wrong("the token is not ours"));
        remember(held, text, found);
      }
      if (!found.until().isAfter(now)) {
        held.remove(text);
        throw SignInException.wrong("the token has expired");
      }
      requireStillThere(found.caller());
      return found.caller();
    }
    return token(text, now, address);
  }

  /** A user who was taken out of the password file loses the tokens too, if it was the only way. */
  private void requireStillThere(Caller caller) throws SignInException {
    if (!caller.isAnonymous()
        && passwords.get().filter(file -> file.has(caller.name())).isEmpty()
        && tokens.get().tokens().stream()
            .noneMatch(token ->
                token.user().equals(caller.name()) && token.expires().isAfter(clock.instant()))) {
      throw SignInException.wrong("the token's user is there no more");
    }
  }

  private Caller token(String text, Instant now, String address) throws SignInException {
    // Nobody guesses 256 bits: a right one is taken whatever others behind this address have tried.
    Optional<Caller> caller = tokens.get().caller(text, now);
    if (caller.isEmpty()) {
      requireMayTry(address);
      // It may have been made since the last look.
      caller = tokens.anew().caller(text, now);
    }
    if (caller.isEmpty()) {
      throw failed(address, "no such token");
    }
    return caller.get();
  }

  private Caller basic(String encoded, String address) throws SignInException {
    String pair;
    try {
      pair = new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw SignInException.wrong("Basic credentials are NAME:PASSWORD in base64");
    }
    int colon = pair.indexOf(':');
    if (colon < 0) {
      throw SignInException.wrong("Basic credentials are NAME:PASSWORD in base64");
    }
    String user = pair.substring(0, colon);
    try {
      return basic(user, pair.substring(colon + 1), address);
    } catch (SignInException e) {
      throw Caller.isName(user) ? e.claiming(user) : e;
    }
  }

  private Caller basic(String user, String password, String address) throws SignInException {
    if (ApiToken.idIn(password).isPresent()) {
      return token(password, clock.instant(), address);
    }
    if (!Caller.isName(user) || !holds(user, password, address)) {
      throw failed(address, "wrong name or password");
    }
    return Caller.user(user);
  }

  private boolean holds(String user, String password, String address) throws SignInException {
    Optional<PasswordFile> file = passwords.get();
    if (file.isEmpty()) {
      return false;
    }
    Known now = known;
    if (now.file() != file.get()) {
      now = new Known(file.get(), new ConcurrentHashMap<>());
      known = now;
    }
    String hash = hash(user, password);
    if (now.hashes().containsKey(hash)) {
      return true;
    }
    requireMayTry(address);
    try {
      if (!checking.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        throw SignInException.tooMany("too many passwords are being checked");
      }
      try {
        // Others from there may have failed while this one waited.
        requireMayTry(address);
        boolean right = file.get().holds(user, password);
        if (right) {
          remember(now.hashes(), hash, true);
        }
        return right;
      } finally {
        checking.release();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw SignInException.tooMany("the server is stopping");
    }
  }

  private static <T> void remember(Map<String, T> all, String key, T value) {
    if (all.size() >= MOST_KNOWN) {
      all.clear();
    }
    all.put(key, value);
  }

  private String hash(String user, String password) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      sha256.update(salt);
      sha256.update(user.getBytes(StandardCharsets.UTF_8));
      sha256.update((byte) 0);
      return Base64.getEncoder()
          .encodeToString(sha256.digest(password.getBytes(StandardCharsets.UTF_8)));
    } catch (java.security.NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256 is in every JDK", e);
    }
  }

  private void requireMayTry(String address) throws SignInException {
    if (!attempts.mayTry(address, nanos.getAsLong())) {
      throw SignInException.tooMany("too many failed attempts; wait a minute");
    }
  }

  private SignInException failed(String address, String message) {
    attempts.failed(address, nanos.getAsLong());
    return SignInException.wrong(message);
  }

  /** A short-lived token for a caller, narrowed to these grants. */
  public String issue(Caller caller, List<Grant> within) {
    return bearers.issue(caller, within, clock.instant());
  }
}
