package dev.selfsame.pins.fetch;

import java.net.URI;

/** Addresses without the passwords that may stand in them: origins are given no credentials. */
public final class Address {
  private Address() {}

  /**
   * Reads an address and leaves out user name and password.
   *
   * @throws IllegalArgumentException where it is none
   */
  public static URI parse(String text) {
    return URI.create(text.replaceFirst("^([A-Za-z][A-Za-z0-9+.-]*://)[^/?#]*@", "$1"));
  }

  /** An address, or what was given for one, as a message may show it. */
  public static String shown(String text) {
    return text.replaceFirst("://.*@", "://");
  }

  /** How messages name the place of an address: host and port, or a path of this machine. */
  public static String place(URI uri) {
    if (uri.getHost() == null) {
      return shown(uri.toString());
    }
    return uri.getPort() < 0 ? uri.getHost() : uri.getHost() + ":" + uri.getPort();
  }
}
