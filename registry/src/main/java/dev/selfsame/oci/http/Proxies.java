package dev.selfsame.oci.http;

import dev.selfsame.outcome.Failure;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Proxies that are believed when they say for whom they ask. From any other address {@code
 * X-Forwarded-For} and {@code X-Forwarded-Proto} are what a client made up.
 *
 * @param networks where they are; empty where none is believed
 */
public record Proxies(List<Network> networks) {
  /** No proxy is believed. */
  public static final Proxies NONE = new Proxies(List.of());

  /** No name, and nothing that the JDK would look up as one. */
  private static final Pattern ADDRESS =
      Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");

  public Proxies {
    networks = List.copyOf(networks);
  }

  /**
   * Addresses that begin alike.
   *
   * @param first one of them
   * @param bits how many bits are the same
   */
  public record Network(InetAddress first, int bits) {
    boolean has(InetAddress address) {
      byte[] here = first.getAddress();
      byte[] there = address.getAddress();
      if (here.length != there.length) {
        return false;
      }
      for (int bit = 0; bit < bits; bit++) {
        if (((here[bit / 8] ^ there[bit / 8]) & (0x80 >> bit % 8)) != 0) {
          return false;
        }
      }
      return true;
    }
  }

  /**
   * Reads addresses and networks, such as {@code 127.0.0.1, 10.1.0.0/16, ::1}.
   *
   * @throws Failure exit 2 where one is of another form
   */
  public static Proxies parse(String text) {
    List<Network> networks = new ArrayList<>();
    for (String one : text.split(",", -1)) {
      networks.add(network(one.strip()).orElseThrow(() -> wrong(one.strip())));
    }
    return new Proxies(networks);
  }

  private static Failure wrong(String text) {
    return Failure.usage(
        "not an address or a network of a proxy: " + text,
        "write them like 127.0.0.1 or 10.1.0.0/16, with commas between");
  }

  private static Optional<Network> network(String text) {
    int slash = text.indexOf('/');
    Optional<InetAddress> first = address(slash < 0 ? text : text.substring(0, slash));
    if (first.isEmpty()) {
      return Optional.empty();
    }
    int most = first.get().getAddress().length * 8;
    String bits = slash < 0 ? Integer.toString(most) : text.substring(slash + 1);
    return bits.matches("[0-9]{1,3}") && Integer.parseInt(bits) <= most
        ? Optional.of(new Network(first.get(), Integer.parseInt(bits)))
        : Optional.empty();
  }

  private static Optional<InetAddress> address(String text) {
    try {
      return ADDRESS.matcher(text).matches()
          ? Optional.of(InetAddress.ofLiteral(text))
          : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** Whether one of them has this address. */
  boolean believes(@Nullable InetAddress peer) {
    return peer != null
        && !networks.isEmpty()
        && networks.stream().anyMatch(network -> network.has(peer));
  }

  /**
   * Where a request comes from: from a believed proxy, the last address of those that it says which
   * is no believed proxy itself. What stands before that may be made up.
   *
   * @param peer where the connection comes from
   * @param forwarded the values of {@code X-Forwarded-For}, in their order
   */
  @Nullable InetAddress origin(@Nullable InetAddress peer, Supplier<List<String>> forwarded) {
    if (peer == null || !believes(peer)) {
      return peer;
    }
    List<String> hops =
        forwarded.get().stream().flatMap(value -> Arrays.stream(value.split(",", -1))).toList();
    InetAddress nearest = peer;
    for (String hop : hops.reversed()) {
      Optional<InetAddress> further =
          believes(nearest) ? address(bare(hop.strip())) : Optional.empty();
      if (further.isEmpty()) {
        break;
      }
      nearest = further.get();
    }
    return nearest;
  }

  /** Some proxies write a port, and an address of IPv6 in brackets then. */
  private static String bare(String hop) {
    if (hop.startsWith("[")) {
      int end = hop.indexOf(']');
      return end < 0 ? hop : hop.substring(1, end);
    }
    int colon = hop.indexOf(':');
    return colon > 0 && colon == hop.lastIndexOf(':') ? hop.substring(0, colon) : hop;
  }
}
