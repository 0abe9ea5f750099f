package dev.selfsame.deploy.kubernetes;

import static java.util.Objects.requireNonNull;

import dev.selfsame.deploy.Cluster;
import dev.selfsame.digest.Digest;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A promoted image as it is to run in a cluster.
 *
 * @param name of every object, see {@link Cluster#name}
 * @param promotion what was promoted, by digest
 * @param arguments that replace the image's own; empty keeps them
 * @param ports what it listens on
 * @param health how a good pod is told from a bad one
 * @param variables its environment by name, no secrets
 * @param configuration the file that it reads, if any
 * @param graceSeconds between the request to stop and the kill
 * @param cluster all else
 */
record Workload(
    String name,
    Promoted promotion,
    List<String> arguments,
    List<Integer> ports,
    Health health,
    Map<String, String> variables,
    Optional<Configuration> configuration,
    int graceSeconds,
    Cluster cluster) {

  /** Throws {@link IllegalArgumentException} with one phrase where a value is of another form. */
  Workload {
    require(Cluster.LABEL.matcher(name).matches(), "not a name for Kubernetes objects: " + name);
    requireNonNull(promotion);
    arguments = List.copyOf(arguments);
    List<Integer> open = ports.stream().sorted().distinct().toList();
    ports = open;
    requireNonNull(health);
    health
        .probes()
        .forEach(probe -> require(open.contains(probe.port()), "no such port: " + probe.port()));
    variables = Collections.unmodifiableMap(new TreeMap<>(variables));
    require(
        Collections.disjoint(variables.keySet(), cluster.secrets().keySet()),
        "a variable that is also a secret");
    requireNonNull(configuration);
    cluster
        .rules()
        .ifPresent(rules ->
            rules
                .from()
                .forEach(peer -> require(open.contains(peer.port()), "no port " + peer.port())));
  }

  /**
   * What was promoted.
   *
   * @param name the artifact's, such as {@code viworks/agent}
   * @param channel such as {@code production}
   * @param seq the promotion's place in the channel, from 1
   * @param artifact the promoted binary
   * @param image the manifest of the image that runs it
   * @param architecture of the image, such as {@code amd64}: nodes of others cannot run it
   */
  record Promoted(
      String name, String channel, long seq, Digest artifact, Digest image, String architecture) {}

  /** The image by digest, {@code HOST/deploy/NAME@sha256:HEX}; never by a tag. */
  String reference() {
    return "%s/deploy/%s@%s".formatted(cluster.registry(), promotion.name(), promotion.image());
  }

  /** A port's name in objects that have to give it one. */
  static String portName(int port) {
    return "tcp-" + port;
  }

  /**
   * How a good pod is told from a bad one. Readiness is not optional: without it a pod counts as
   * good as soon as its process is there, and a bad release would replace the good one.
   *
   * @param ready a pod that fails it gets no requests, and an upgrade does not go on
   * @param alive a pod that fails it is started again; empty where only its end counts
   * @param startSeconds how long it may take to be ready for the first time, from 1
   */
  record Health(Probe ready, Optional<Probe> alive, int startSeconds) {
    Health {
      requireNonNull(ready);
      require(startSeconds >= 1 && startSeconds <= 3600, "a start outside 1 to 3600 seconds");
    }

    List<Probe> probes() {
      return Stream.concat(Stream.of(ready), alive.stream()).toList();
    }
  }

  /**
   * A look at a port.
   *
   * @param port a declared one
   * @param path asked by HTTP for a 2xx or 3xx answer, with its query
   * @param everySeconds between two looks, from 1
   */
  record Probe(int port, String path, int everySeconds) {}

  /** The file that the program reads its configuration from. */
  sealed interface Configuration {
    /** Its place in the container, absolute. */
    String path();

    /**
     * Without secrets: everyone who may look at the namespace can read it.
     *
     * @param text the whole file
     */
    record Text(String path, String text) implements Configuration {
      // An object in etcd may have 1.5 MB, a ConfigMap by Kubernetes' own rule 1 MiB.
      private static final int MOST = 1 << 19;

      public Text {
        require(text.length() <= MOST, "the configuration is over 512 KB");
      }
    }

    /** With secrets: a whole file that is in the cluster already. */
    record InSecret(String path, Cluster.SecretKey key) implements Configuration {}
  }

  private static void require(boolean held, String otherwise) {
    if (!held) {
      throw new IllegalArgumentException(otherwise);
    }
  }
}
