package dev.selfsame.deploy.docker;

import dev.selfsame.deploy.DeployFile.Health;
import dev.selfsame.deploy.DeployFile.Published;
import dev.selfsame.deploy.Probe;
import dev.selfsame.deploy.Reach;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import java.net.URI;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * How a container is reached from this machine: by a published port, else by its own address, or by
 * this machine's where it has that network.
 *
 * @param publishes ports that are published
 * @param daemon where its engine listens: whatever is published is published on that machine
 * @param owners who tells whose the ports of this machine are
 */
record Route(Health health, List<Published> publishes, URI daemon, Ports owners) {
  Route {
    publishes = List.copyOf(publishes);
  }

  /** Tells of a container on its machine's own network whether ports there are its own. */
  @FunctionalInterface
  interface Ports {
    /**
     * Why they are not all its own just now; empty where they are.
     *
     * @throws Failure exit 3 where that cannot be told
     */
    Optional<String> another(Seen container, List<Integer> ports) throws InterruptedException;
  }

  private static final String HERE = "127.0.0.1";
  private static final Set<String> EVERYWHERE = Set.of("", "0.0.0.0", "::");

  /**
   * Refuses, before anything is made, questions that another program could answer.
   *
   * @throws Failure exit 2 where not all ports are asked by one way; exit 3 where there is no way
   */
  void requireSound() {
    if (published().isEmpty() && !isHere()) {
      throw Failure.undecided(
          "the engine is on another machine, where addresses of containers are not reached",
          "publish the port that health asks");
    }
  }

  /** Empty where there is no way just now. Nothing is published on the machine's own network. */
  Optional<Reach> to(Seen container) {
    requireSound();
    return container.onMachine() ? directly(container) : published().or(() -> directly(container));
  }

  /**
   * By its own address, whatever the settings publish: for one that was made by others. Empty where
   * it has none, or the engine is on another machine.
   */
  Optional<Reach> directly(Seen container) {
    if (container.onMachine() && isHere()) {
      return Optional.of(
          new Reach(
              HERE,
              Map.of(),
              "this machine's own network",
              () -> owners.another(container, asked())));
    }
    return container.addresses().entrySet().stream()
        .filter(one -> isHere() && !one.getValue().isEmpty())
        .findFirst()
        .map(one ->
            new Reach(
                one.getValue(), Map.of(), "its address on network %s".formatted(one.getKey())));
  }

  /** By the ports that are asked, and no others; empty where none of them is published. */
  private Optional<Reach> published() {
    Map<Integer, Integer> ports = new HashMap<>();
    Set<String> hosts = new HashSet<>();
    List<Integer> asked = asked();
    for (int port : asked) {
      publishes.stream()
          .filter(one -> one.port() == port)
          .findFirst()
          .ifPresent(one -> {
            ports.put(port, one.host());
            hosts.add(host(one));
          });
    }
    if (ports.isEmpty()) {
      return Optional.empty();
    } else if (ports.size() != asked.size() || hosts.size() != 1) {
      throw Failure.usage(
          "health asks ports of which not all are published on one address",
          "publish both on the same address, or ask one port");
    }
    String host = hosts.iterator().next();
    return Optional.of(new Reach(host, ports, "the published port of " + host));
  }

  private List<Integer> asked() {
    return Stream.of(health.live(), health.ready())
        .flatMap(Optional::stream)
        .filter(uri -> Health.TARGET.equals(uri.getHost()))
        .map(Health::port)
        .distinct()
        .toList();
  }

  private boolean isHere() {
    return "unix".equals(daemon.getScheme());
  }

  private String host(Published one) {
    String address = one.address().replace("[", "").replace("]", "");
    if (isHere()) {
      return EVERYWHERE.contains(address) ? HERE : address;
    }
    String there = daemon.getHost();
    if (there == null || address.startsWith("127.") || address.equals("::1")) {
      throw Failure.undecided(
          "%s is published on the engine's own machine alone".formatted(one.text()),
          "publish it on an address that is reached from here");
    }
    return EVERYWHERE.contains(address) ? there.replace("[", "").replace("]", "") : address;
  }

  /** As the other, for one that runs. */
  Reach require(Seen container) {
    return to(container)
        .orElseThrow(() ->
            container
                .ended()
                .map(why -> Failure.no(why, "see its last lines"))
                .orElseGet(() ->
                    Failure.undecided(
                        "the container has no address", "give it a network, or publish its port")));
  }

  /**
   * Whether what stands there is well. Where it has the machine's own network, and is to have
   * another, it is replaced in any case: then it is not well where nobody can tell whose its
   * answers are.
   *
   * @param onMachine whether it is to have the machine's own network
   * @throws Failure exit 3 where that cannot be told otherwise
   */
  boolean isWell(Seen standing, boolean onMachine) throws InterruptedException {
    try {
      Optional<Reach> reach = to(standing);
      return reach.isPresent() && new Probe(health).ask(reach.get()).isEmpty();
    } catch (Failure e) {
      if (isUntold(e, standing, onMachine)) {
        return false;
      }
      throw e;
    }
  }

  /** Whether it only could not be told whose answers are those of one that is to leave there. */
  static boolean isUntold(Failure why, Seen standing, boolean onMachine) {
    return why.code() == ExitCode.UNDECIDED && standing.onMachine() && !onMachine;
  }
}
