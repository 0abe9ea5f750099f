package dev.selfsame.deploy.docker;

import static java.util.Objects.requireNonNullElse;

import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.model.ContainerNetwork;
import com.github.dockerjava.api.model.ExposedPort;
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
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How a container is run, as its engine describes it: to be held against what was declared.
 *
 * @param arguments for the program
 * @param environment variables by name
 * @param published as {@code HOST-ADDRESS:HOST-PORT:PORT}, the address empty for all
 * @param readOnly whether its own files cannot be written
 * @param networks aliases by network
 */
record Shape(
    List<String> arguments,
    Map<String, String> environment,
    Set<String> published,
    boolean readOnly,
    Map<String, List<String>> networks) {
  /** What engines add by themselves. */
  private static final Set<String> ENGINES_OWN =
      Set.of("PATH", "HOME", "HOSTNAME", "TERM", "container");

  private static final Set<String> EVERYWHERE = Set.of("", "0.0.0.0", "::");

  static Shape of(InspectContainerResponse said) {
    String[] command = said.getConfig().getCmd();
    Map<String, List<String>> networks = new TreeMap<>();
    Map<String, ContainerNetwork> joined = said.getNetworkSettings().getNetworks();
    if (joined != null) {
      joined.forEach(
          (name, one) -> networks.put(name, requireNonNullElse(one.getAliases(), List.of())));
    }
    return new Shape(
        command == null ? List.of() : List.of(command),
        variables(said.getConfig().getEnv()),
        published(said.getHostConfig().getPortBindings()),
        Boolean.TRUE.equals(said.getHostConfig().getReadonlyRootfs()),
        networks);
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
   * @param image variables of the container's image
   */
  List<String> differences(Declared declared, Map<String, String> image) {
    List<String> all = new ArrayList<>();
    if (!declared.arguments().isEmpty() && !declared.arguments().equals(arguments)) {
      all.add("its arguments are others");
    }
    variables(declared, image, all);
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
