package dev.selfsame.build.docker;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.github.dockerjava.api.model.HostConfig;
import java.util.List;

/**
 * A container's settings with one that the library has no name for: what of /proc and /sys nothing
 * can be read from. Source: Docker Engine API 1.41, HostConfig, MaskedPaths.
 */
final class HidingHostConfig extends HostConfig {
  private static final long serialVersionUID = 1L;

  /** Paths that the daemon covers; those that its kernel lacks are passed over. */
  static final List<String> HIDDEN =
      List.of(
          "/proc/acpi",
          "/proc/asound",
          "/proc/kcore",
          "/proc/keys",
          "/proc/latency_stats",
          "/proc/sched_debug",
          "/proc/scsi",
          "/proc/timer_list",
          "/proc/timer_stats",
          "/sys");

  @JsonProperty("MaskedPaths")
  List<String> maskedPaths() {
    return HIDDEN;
  }
}
