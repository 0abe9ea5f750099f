package dev.selfsame.deploy.docker;

import static java.util.Objects.requireNonNullElse;

import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.ContainerConfig;
import com.github.dockerjava.api.model.ContainerNetwork;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.Ports;
import dev.selfsame.deploy.Declared;
import dev.selfsame.deploy.DeployFile.Network;
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
 * @param foreign where files of the machine, or volumes of another, are mounted
 * @param rights what it may do beside what any container may, a phrase each
 * @param environment variables by name
 * @param published as {@code HOST-ADDRESS:HOST-PORT:PORT}, the address empty for all
 * @param readOnly whether its own files cannot be written
 * @param networks aliases by network
 */
record Shape(
    List<String> command,
    String user,
    Set<String> foreign,
    List<String> rights,
    Map<String, String> environment,
    Set<String> published,
    boolean readOnly,
    Map<String, List<String>> networks) {
  /** What engines add by themselves. */
  private static final Set<String> ENGINES_OWN =
      Set.of("PATH", "HOME", "HOSTNAME", "TERM", "container");

  private static final Pattern NAMELESS = Pattern.compile("[0-9a-f]{64}");
  private static final Set<String> EVERYWHERE = Set.of("", "0.0.0.0", "::");

  /** How an image says that its containers are run. */
  record Image(
      List<String> entrypoint,
      List<String> arguments,
      String user,
      Map<String, String> environment) {
    static Image of(ContainerConfig config) {
      return new Image(
          list(config.getEntrypoint()),
          list(config.getCmd()),
          requireNonNullElse(config.getUser(), ""),
          variables(config.getEnv()));
    }
  }

  static Shape of(InspectContainerResponse said) {
    Map<String, List<String>> networks = new TreeMap<>();
    Map<String, ContainerNetwork> joined = said.getNetworkSettings().getNetworks();
    if (joined != null) {
      joined.forEach(
          (name, one) -> networks.put(name, requireNonNullElse(one.getAliases(), List.of())));
    }
    return new Shape(
        Stream.concat(
                Stream.of(requireNonNullElse(said.getPath(), "")), list(said.getArgs()).stream())
            .toList(),
        requireNonNullElse(said.getConfig().getUser(), ""),
        foreign(said),
        rights(said.getHostConfig()),
        variables(said.getConfig().getEnv()),
        published(said.getHostConfig().getPortBindings()),
        Boolean.TRUE.equals(said.getHostConfig().getReadonlyRootfs()),
        networks);
  }

  private static List<String> list(String @Nullable [] words) {
    return words == null ? List.of() : List.of(words);
  }

  /** A volume is its own where the engine named it by 64 random digits. */
  private static Set<String> foreign(InspectContainerResponse said) {
    Set<String> places = new TreeSet<>();
    for (InspectContainerResponse.Mount one :
        requireNonNullElse(said.getMounts(), List.<InspectContainerResponse.Mount>of())) {
      if (one.getName() == null || !NAMELESS.matcher(one.getName()).matches()) {
        places.add(one.getDestination() == null ? "" : one.getDestination().getPath());
      }
    }
    return places;
  }

  private static List<String> rights(HostConfig host) {
    List<String> all = new ArrayList<>();
    if (Boolean.TRUE.equals(host.getPrivileged())) {
      all.add("it is privileged");
    }
    Capability[] more = host.getCapAdd();
    if (more != null && more.length > 0) {
      all.add("it has more capabilities than were declared");
    }
    for (String space : List.of(words(host.getPidMode()), words(host.getIpcMode()))) {
      if (space.equals("host")) {
        all.add("it shares a namespace with the machine");
      }
    }
    return all;
  }

  private static String words(@Nullable String mode) {
    return requireNonNullElse(mode, "");
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
        all.add(place(one.getHostIp(), one.getHostPortSpec(), port.getPort()));
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
    foreign.forEach(place -> all.add("something of the machine is mounted at " + place));
    all.addAll(rights);
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
          if (!ENGINES_OWN.contains(name)
              && !declared.environment().containsKey(name)
              && !declared.toEnvironment().contains(name)
              && !value.equals(image.get(name))) {
            all.add("variable %s was not declared".formatted(name));
          }
        });
  }

  private void networks(List<Network> declared, List<String> all) {
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
    }
    Set<String> names = declared.stream().map(Network::name).collect(Collectors.toSet());
    networks.keySet().stream()
        .filter(name -> !names.contains(name))
        .forEach(name -> all.add("it is on network %s too".formatted(name)));
  }

  private static String shown(Set<String> ports) {
    return ports.isEmpty() ? "no port" : String.join(", ", ports);
  }
}
