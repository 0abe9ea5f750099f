package dev.selfsame.pins.oci;

import java.net.URI;

/** What one signs in with at registries that want an account. */
@FunctionalInterface
public interface Logins {
  /** Signs in nowhere. */
  Logins NONE = registry -> "";

  /**
   * The value of an Authorization header, Basic or Bearer; empty where there is none.
   *
   * @param registry its address, such as {@code https://registry.example.org}
   */
  String at(URI registry);
}
