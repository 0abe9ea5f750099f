package dev.selfsame.deploy.docker;

import dev.selfsame.deploy.DeployFile;
import dev.selfsame.deploy.DeployFile.Published;
import dev.selfsame.deploy.Reach;
import dev.selfsame.outcome.Failure;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** How a container is reached from this machine: by a published port, else by its own address. */
record Route(DeployFile file) {

  /** Empty where there is no way just now. */
  Optional<Reach> to(Seen container) {
    Map<Integer, Integer> ports = new HashMap<>();
    String host = "127.0.0.1";
    for (Published one : file.published()) {
      ports.put(one.port(), one.host());
      if (!one.address().isEmpty() && !one.address().equals("0.0.0.0")) {
        host = one.address().replace("[", "").replace("]", "");
      }
    }
    boolean published =
        file.health().port().isPresent() && ports.containsKey(file.health().port().getAsInt());
    if (published) {
      return Optional.of(new Reach(host, ports, "the published port of " + host));
    }
    return container.addresses().entrySet().stream()
        .filter(one -> !one.getValue().isEmpty())
        .findFirst()
        .map(one ->
            new Reach(
                one.getValue(), Map.of(), "its address on network %s".formatted(one.getKey())));
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
}
