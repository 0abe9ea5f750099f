package dev.selfsame.build.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectVolumeResponse;
import com.github.dockerjava.api.model.Container;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Containers and volumes of processes that were killed before they could remove them. */
final class Leftovers {
  private final DockerClient client;

  Leftovers(DockerClient client) {
    this.client = client;
  }

  /** Removes what has no owner any more. What another process is using stays. */
  void sweep() {
    for (Container container :
        client.listContainersCmd().withShowAll(true).withLabelFilter(List.of(Owner.LABEL)).exec()) {
      if (isGone(container.getLabels())) {
        removeContainer(client, container.getId());
      }
    }
    List<InspectVolumeResponse> volumes =
        client.listVolumesCmd().withFilter("label", List.of(Owner.LABEL)).exec().getVolumes();
    for (InspectVolumeResponse volume :
        volumes == null ? List.<InspectVolumeResponse>of() : volumes) {
      if (isGone(volume.getLabels())) {
        removeVolume(client, volume.getName());
      }
    }
  }

  private static boolean isGone(Map<String, String> labels) {
    return Optional.ofNullable(labels)
        .map(found -> found.get(Owner.LABEL))
        .flatMap(Owner::parse)
        .filter(Owner::isGone)
        .isPresent();
  }

  /**
   * Kills and removes a container; absent is no error, and without a daemon its deadline counts.
   */
  static void removeContainer(DockerClient client, String id) {
    try {
      client.removeContainerCmd(id).withForce(true).withRemoveVolumes(true).exec();
    } catch (RuntimeException goneOrNoDaemon) {
      return;
    }
  }

  /** Removes a volume; absent is no error. */
  static void removeVolume(DockerClient client, String name) {
    try {
      client.removeVolumeCmd(name).exec();
    } catch (RuntimeException goneOrInUse) {
      return;
    }
  }
}
