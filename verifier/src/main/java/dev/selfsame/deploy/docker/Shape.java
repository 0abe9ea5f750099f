package dev.selfsame.deploy.docker;

import static java.util.Objects.requireNonNullElse;

import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.model.ContainerConfig;
import com.github.dockerjava.api.model.ContainerNetwork;
import com.github.dockerjava.api.model.DockerObject;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.InternetProtocol;
import com.github.dockerjava.api.model.Ports;
import dev.selfsame.deploy.Declared;
import dev.selfsame.deploy.DeployFile.Network;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How a container is run, as its engine describes it: to be held against what was declared.
 *
 * @param command the program and its arguments, as the engine executes it
 * @param user as it was named; empty for root
 * @param manner how it is started, looked at and ended
 * @param grace how many seconds it gets to end
 * @param names by which an engine lets it answer by itself
 * @param foreign where files of the machine, or volumes of another, are mounted
 * @param nameless where volumes without a name are, but for that of its configuration
 * @param bounds what it may do and use
 * @param environment variables by name
 * @param engines names of those of them that the engine adds by itself
 * @param published as {@code HOST-ADDRESS:HOST-PORT:PORT}, the address empty for all, and with the
 *     protocol where that is not TCP
 * @param readOnly whether its own files cannot be written
 * @param onMachine whether it has its engine's machine's own network
 * @param networks aliases by network
 */
record Shape(
    List<String> command,
    String user,
    Manner manner,
    long grace,
    Set<String> names,
    Set<String> foreign,
    Set<String> nameless,
    Bounds bounds,
    Map<String, String> environment,
    Set<String> engines,
    Set<String> published,
    boolean readOnly,
    boolean onMachine,
    Map<String, List<String>> networks) {
  /** What the machine's own network is called. */
  static final String MACHINE = "host";

  /** What Podman adds by itself; with another value somebody did. */
  private static final Map<String, String> PODMANS_OWN =
      Map.of(
          "PATH",
          "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
          "TERM",
          "xterm",
          "container",
          "podman");

  /** Where nobody says anything. */
  private static final long USUAL_GRACE = 10;

  private static final int SHORT_ID = 12;
  private static final Pattern NAMELESS = Pattern.compile("[0-9a-f]{64}");
  private static final Set<String> EVERYWHERE = Set.of("", "0.0.0.0", "::");

  /** How an image says that its containers are run. */
  record Image(
      List<String> entrypoint,
      List<String> arguments,
      String user,
      Manner manner,
      Map<String, String> environment,
      Set<String> volumes) {
    /**
     * Reads an answer.
     *
     * @param written the same as the engine wrote it
     */
    static Image of(ContainerConfig config, Map<String, Object> written) {
      return new Image(
          list(config.getEntrypoint()),
          list(config.getCmd()),
          requireNonNullElse(config.getUser(), ""),
          Manner.of(config, written),
          variables(config.getEnv()),
          config.getVolumes() == null ? Set.of() : Set.copyOf(config.getVolumes().keySet()));
    }
  }

  /**
   * Reads an answer.
   *
   * @param podman whether it is Podman's
   */
  static Shape of(InspectContainerResponse said, boolean podman) {
    Map<String, List<String>> networks = new TreeMap<>();
    Map<String, ContainerNetwork> joined = said.getNetworkSettings().getNetworks();
    if (joined != null) {
      joined.forEach(
          (name, one) -> networks.put(name, requireNonNullElse(one.getAliases(), List.of())));
    }
    return new Shape(
        command(said, podman),
        requireNonNullElse(said.getConfig().getUser(), ""),
        Manner.of(said.getConfig(), written(said, "Config")),
        written(said, "Config").get("StopTimeout") instanceof Number seconds
            ? seconds.longValue()
            : USUAL_GRACE,
        names(said),
        mounted(said, false),
        nameless(said),
        Bounds.of(said.getHostConfig(), written(said, "HostConfig")),
        variables(said.getConfig().getEnv()),
        podman ? podmans(said.getConfig()) : Set.of(),
        published(said.getHostConfig().getPortBindings()),
        Boolean.TRUE.equals(said.getHostConfig().getReadonlyRootfs()),
        MACHINE.equals(said.getHostConfig().getNetworkMode()),
        networks);
  }

  /** The name, the id and its beginning, and what the program finds as its machine's name. */
  private static Set<String> names(InspectContainerResponse said) {
    return new TreeSet<>(
        List.of(
            said.getName().replaceFirst("^/", ""),
            said.getId(),
            said.getId().substring(0, SHORT_ID),
            requireNonNullElse(said.getConfig().getHostName(), "")));
  }

  /** A part of an answer as it came. */
  static Map<String, Object> written(DockerObject said, String name) {
    Map<String, Object> all = new TreeMap<>();
    if (said.getRawValues().get(name) instanceof Map<?, ?> part) {
      part.forEach((key, value) -> all.put(String.valueOf(key), value));
    }
    return all;
  }

  private static List<String> list(String @Nullable [] words) {
    return words == null ? List.of() : List.of(words);
  }

  /** Podman says of a program without arguments that its path is one. */
  private static List<String> command(InspectContainerResponse said, boolean podman) {
    String path = requireNonNullElse(said.getPath(), "");
    List<String> arguments = list(said.getArgs());
    boolean alone =
        podman && arguments.equals(List.of(path)) && list(said.getConfig().getCmd()).isEmpty();
    return Stream.concat(Stream.of(path), alone ? Stream.of() : arguments.stream()).toList();
  }

  /**
   * Where something is mounted.
   *
   * @param nameless whether that is a volume that an engine named, by 64 random digits
   */
  private static Set<String> mounted(InspectContainerResponse said, boolean nameless) {
    Set<String> places = new TreeSet<>();
    for (InspectContainerResponse.Mount one :
        requireNonNullElse(said.getMounts(), List.<InspectContainerResponse.Mount>of())) {
      if (nameless == (one.getName() != null && NAMELESS.matcher(one.getName()).matches())) {
        places.add(one.getDestination() == null ? "" : one.getDestination().getPath());
      }
    }
    return places;
  }

  private static Set<String> nameless(InspectContainerResponse said) {
    Set<String> places = mounted(said, true);
    Map<String, String> labels = said.getConfig().getLabels();
    String config = labels == null ? null : labels.get(Labels.CONFIG_PATH);
    if (config != null && config.startsWith("/")) {
      places.remove(NewContainer.folder(config));
    }
    return places;
  }

  /** Names of variables that Podman adds, where they have the value that it gives them. */
  private static Set<String> podmans(ContainerConfig config) {
    Map<String, String> own = new TreeMap<>(PODMANS_OWN);
    own.put("HOSTNAME", requireNonNullElse(config.getHostName(), ""));
    Set<String> names = new TreeSet<>();
    // As its users are listed in its image, which is not looked into for that.
    names.add("HOME");
    variables(config.getEnv())
        .forEach((name, value) -> {
          if (value.equals(own.get(name))) {
            names.add(name);
          }
        });
    return names;
  }

  static Map<String, String> variables(String @Nullable [] lines) {
    return lines == null
        ? Map.of()
        : Arrays.stream(lines)
            .map(line -> line.split("=", 2))
            .collect(
                Collectors.toMap(
                    part -> part[0], part -> part.length < 2 ? "" : part[1], (_, last) -> last));
  }

  private static Set<String> published(Ports ports) {
    Set<String> all = new TreeSet<>();
    Map<ExposedPort, Ports.Binding[]> bindings = ports == null ? Map.of() : ports.getBindings();
    bindings.forEach((port, where) -> {
      for (Ports.Binding one : where == null ? new Ports.Binding[0] : where) {
        String place = place(one.getHostIp(), one.getHostPortSpec(), port.getPort());
        InternetProtocol protocol = port.getProtocol();
        all.add(protocol == InternetProtocol.TCP ? place : place + "/" + protocol);
      }
    });
    return all;
  }

  private static String place(String address, Object host, int port) {
    String literal = requireNonNullElse(address, "").replace("[", "").replace("]", "");
    return "%s:%s:%d".formatted(EVERYWHERE.contains(literal) ? "" : literal, host, port);
  }

  /**
   * What is not as it was declared, a phrase each. Values are not shown: they may be anything.
   *
   * @param image the container's own
   */
  List<String> differences(Declared declared, Image image) {
    List<String> all = new ArrayList<>();
    command(declared, image, all);
    if (!user.equals(image.user())) {
      all.add("its user is another than its image's");
    }
    all.addAll(manner.differences(image.manner()));
    long seconds = Containers.seconds(Duration.ofMillis(declared.stopGraceMillis()));
    if (grace != seconds) {
      all.add("it gets %d s to end, not %d".formatted(grace, seconds));
    }
    foreign.forEach(place -> all.add("something of the machine is mounted at " + place));
    // With a name like that, it may as well be another container's.
    nameless.stream()
        .filter(place -> !image.volumes().contains(place))
        .forEach(place -> all.add("a volume that was not declared is mounted at " + place));
    all.addAll(bounds.differences(declared.confined()));
    variables(declared, image.environment(), all);
    Set<String> ports =
        declared.published().stream()
            .map(one -> place(one.address(), one.host(), one.port()))
            .collect(Collectors.toCollection(TreeSet::new));
    if (!ports.equals(published)) {
      all.add("it publishes %s, not %s".formatted(shown(published), shown(ports)));
    }
    if (declared.readOnly() != readOnly) {
      all.add(readOnly ? "its files are read-only" : "its files are not read-only");
    }
    networks(declared.networks(), all);
    return all;
  }

  private void command(Declared declared, Image image, List<String> all) {
    int words = image.entrypoint().size();
    List<String> arguments =
        declared.arguments().isEmpty() ? image.arguments() : declared.arguments();
    if (command.size() < words || !command.subList(0, words).equals(image.entrypoint())) {
      all.add("another program is started than its image's");
    } else if (!command.subList(words, command.size()).equals(arguments)) {
      all.add("its arguments are others");
    }
  }

  private void variables(Declared declared, Map<String, String> image, List<String> all) {
    declared
        .environment()
        .forEach((name, value) -> {
          if (!value.equals(environment.get(name))) {
            all.add("variable %s is another".formatted(name));
          }
        });
    declared.toEnvironment().stream()
        .filter(name -> !environment.containsKey(name))
        .forEach(name -> all.add("variable %s is missing".formatted(name)));
    new TreeMap<>(environment)
        .forEach((name, value) -> {
          if (!declared.environment().containsKey(name)
              && !declared.toEnvironment().contains(name)
              && !engines.contains(name)
              && !value.equals(image.get(name))) {
            all.add("variable %s was not declared".formatted(name));
          }
        });
  }

  private void networks(List<Network> declared, List<String> all) {
    if (onMachine && declared.stream().noneMatch(one -> one.name().equals(MACHINE))) {
      all.add("it has the machine's own network");
    } else if (declared.isEmpty() && networks.size() > 1) {
      all.add("it is on more networks than the engine's usual one");
    }
    if (declared.isEmpty()) {
      return; // On whichever the engine chooses.
    }
    for (Network one : declared) {
      List<String> aliases = networks.get(one.name());
      if (aliases == null) {
        all.add("it is not on network " + one.name());
      } else if (!aliases.containsAll(one.aliases())) {
        all.add(
            "it does not answer to %s on network %s"
                .formatted(String.join(", ", one.aliases()), one.name()));
      }
      others(one, requireNonNullElse(aliases, List.of()))
          .forEach(
              name -> all.add("it answers to %s on network %s too".formatted(name, one.name())));
    }
    Set<String> names = declared.stream().map(Network::name).collect(Collectors.toSet());
    networks.keySet().stream()
        .filter(name -> !names.contains(name))
        .forEach(name -> all.add("it is on network %s too".formatted(name)));
  }

  /** What was meant for somebody else would come to it. */
  private Stream<String> others(Network declared, List<String> aliases) {
    return aliases.stream()
        .filter(name -> !declared.aliases().contains(name) && !names.contains(name))
        .distinct();
  }

  private static String shown(Set<String> ports) {
    return ports.isEmpty() ? "no port" : String.join(", ", ports);
  }
}
