package dev.selfsame.access;

import java.util.Optional;

/**
 * Who may do what at a server.
 *
 * @param authenticator tells who a caller is; empty where nobody signs in, and the rules for
 *     everybody alone decide
 * @param rules what is allowed
 * @param url where clients reach the server, such as {@code https://registry.example.org}; empty
 *     for where a request says that it went
 */
public record Access(Optional<Authenticator> authenticator, Rules rules, Optional<String> url) {
  /** For a server that only this machine reaches. */
  public static final Access LOCAL = new Access(Optional.empty(), Rules.LOCAL, Optional.empty());
}
