package dev.selfsame.deploy;

import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * What a deploy file says of a Kubernetes cluster: its table {@code [kubernetes]}.
 *
 * @param registry host and port that the cluster pulls from
 * @param name of every object, a DNS label of at most 52 characters; empty for the last part of the
 *     artifact's name
 * @param namespace where the objects go; empty leaves it to whoever applies them
 * @param replicas how many pods, 1 to 1000
 * @param pullSecret the existing secret by which the registry is signed in to, if any
 * @param scratch folders that it may write to, absolute, sorted; all else is read-only
 * @param configuration the existing secret with the whole configuration file, where that holds
 *     secrets
 * @param secrets the program's variables out of existing secrets, by variable
 * @param requests what a node must have free, by resource
 * @param limits what is allowed, by resource
 * @param rules who may talk to whom; empty writes no network policy
 */
public record Cluster(
    String registry,
    Optional<String> name,
    Optional<String> namespace,
    int replicas,
    Optional<String> pullSecret,
    List<String> scratch,
    Optional<SecretKey> configuration,
    Map<String, SecretKey> secrets,
    Map<String, String> requests,
    Map<String, String> limits,
    Optional<Rules> rules) {
  /** RFC 1123, shorter than allowed, so that a suffix still fits. */
  public static final Pattern LABEL = Pattern.compile("[a-z](?:[a-z0-9-]{0,50}[a-z0-9])?");

  private static final Pattern OBJECT = Pattern.compile("[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?");
  private static final Pattern KEY = Pattern.compile("[A-Za-z0-9._-]{1,253}");
  private static final Pattern PATH = Pattern.compile("(?:/[A-Za-z0-9_][A-Za-z0-9._+-]*)+");
  private static final Pattern QUANTITY = Pattern.compile("[0-9]+(?:\\.[0-9]+)?(?:m|[kMGT]i?)?");
  private static final Pattern HOST =
      Pattern.compile("[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::[0-9]{1,5})?");
  private static final Set<String> RESOURCES = Set.of("cpu", "memory", "ephemeral-storage");

  /** Throws {@link IllegalArgumentException} with one phrase where a value is of another form. */
  public Cluster {
    require(HOST.asMatchPredicate(), registry, "registry is no HOST[:PORT]");
    name.ifPresent(one -> require(LABEL.asMatchPredicate(), one, "not a name of objects"));
    namespace.ifPresent(one -> require(LABEL.asMatchPredicate(), one, "not a namespace"));
    pullSecret.ifPresent(one -> require(OBJECT.asMatchPredicate(), one, "not a secret's name"));
    require(n -> n >= 1 && n <= 1000, replicas, "replicas are 1 to 1000");
    scratch = scratch.stream().sorted().distinct().toList();
    scratch.forEach(one -> require(PATH.asMatchPredicate(), one, "not a folder"));
    requireNonNull(configuration);
    secrets = Collections.unmodifiableMap(new TreeMap<>(secrets));
    requests = quantities(requests);
    limits = quantities(limits);
    requireNonNull(rules);
  }

  /** A value in a secret of the cluster; the value itself is never seen here. */
  public record SecretKey(String secret, String key) {
    public SecretKey {
      require(OBJECT.asMatchPredicate(), secret, "not a secret's name");
      require(KEY.asMatchPredicate(), key, "not a key of a secret");
    }
  }

  /**
   * A network policy: all else is refused.
   *
   * @param from who may connect to it
   * @param to what it may connect to beside the cluster's names (DNS); empty leaves that open
   */
  public record Rules(List<Peer> from, Optional<List<Peer>> to) {
    public Rules {
      from = List.copyOf(from);
      to = to.map(List::copyOf);
    }
  }

  /**
   * One allowed way.
   *
   * @param port TCP, of whoever is connected to
   * @param pods labels of the pods at the other end, in the same namespace; empty for anyone
   */
  public record Peer(int port, Map<String, String> pods) {
    private static final Pattern NAME =
        Pattern.compile("(?:[a-z0-9.-]{1,253}/)?[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?");
    private static final Pattern VALUE =
        Pattern.compile("(?:[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?)?");

    public Peer {
      require(n -> n >= 1 && n <= 65_535, port, "not a port");
      pods = Collections.unmodifiableMap(new TreeMap<>(pods));
      pods.forEach((label, value) -> {
        require(NAME.asMatchPredicate(), label, "not a label");
        require(VALUE.asMatchPredicate(), value, "not a label's value");
      });
    }
  }

  private static Map<String, String> quantities(Map<String, String> quantities) {
    quantities.forEach((resource, quantity) -> {
      require(RESOURCES::contains, resource, "not a resource");
      require(QUANTITY.asMatchPredicate(), quantity, "not a quantity");
    });
    return Collections.unmodifiableMap(new TreeMap<>(quantities));
  }

  private static <T> void require(Predicate<T> form, T value, String otherwise) {
    if (!form.test(value)) {
      throw new IllegalArgumentException(otherwise + ": " + value);
    }
  }
}
