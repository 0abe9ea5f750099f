package dev.selfsame.deploy.docker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.core.DockerClientConfig;
import dev.selfsame.deploy.ContainerSettings;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What engines say of a container's bounds, against what was declared. */
class BoundsTest {
  private static final ObjectMapper JSON = DockerClientConfig.getDefaultObjectMapper();

  /** As Docker describes what a deployment has made. */
  static final String DOCKER =
      """
      {"Privileged": false, "CapAdd": null, "CapDrop": ["ALL"], "Init": false,
       "SecurityOpt": ["no-new-privileges"], "Devices": null, "ExtraHosts": null, "Dns": null,
       "Tmpfs": {"/tmp": "rw,noexec,nosuid,nodev,size=64m"}, "NetworkMode": "inner",
       "PidMode": "", "IpcMode": "private", "UTSMode": "", "UsernsMode": "",
       "RestartPolicy": {"Name": "unless-stopped", "MaximumRetryCount": 0},
       "Memory": 0, "NanoCpus": 0, "PidsLimit": null, "Ulimits": [],
       "MaskedPaths": ["/proc/kcore"], "ReadonlyPaths": ["/proc/sys"]}
      """;

  /** As Podman does: what is missing of its usual capabilities, and limits of its own. */
  static final String PODMAN =
      """
      {"Privileged": false, "CapAdd": [], "CapDrop": ["CAP_AUDIT_WRITE", "CAP_CHOWN",
        "CAP_DAC_OVERRIDE", "CAP_FOWNER", "CAP_FSETID", "CAP_KILL", "CAP_MKNOD",
        "CAP_NET_BIND_SERVICE", "CAP_NET_RAW", "CAP_SETFCAP", "CAP_SETGID", "CAP_SETPCAP",
        "CAP_SETUID", "CAP_SYS_CHROOT"],
       "SecurityOpt": ["no-new-privileges"], "Devices": [], "ExtraHosts": [], "Dns": [],
       "Tmpfs": {"/tmp": "size=65536k,noexec,nosuid,nodev,rw,rprivate,tmpcopyup",
         "/run": "rw,rprivate,nosuid,nodev,tmpcopyup",
         "/var/tmp": "rw,rprivate,nosuid,nodev,tmpcopyup"},
       "NetworkMode": "bridge", "PidMode": "private", "IpcMode": "shareable", "UTSMode": "private",
       "UsernsMode": "", "RestartPolicy": {"Name": "unless-stopped"}, "PidsLimit": 2048,
       "Ulimits": [{"Name": "RLIMIT_NOFILE", "Soft": 1024, "Hard": 1024}],
       "CpuQuota": 0, "CpuPeriod": 0}
      """;

  private static List<String> differences(
      String engine, Map<String, Object> changed, ContainerSettings declared) throws IOException {
    Map<String, Object> read = JSON.readValue(engine, new TypeReference<>() {});
    Map<String, Object> all = new TreeMap<>(read);
    all.putAll(changed);
    HostConfig host = JSON.readValue(JSON.writeValueAsString(all), HostConfig.class);
    return Bounds.of(host, all).differences(declared);
  }

  private static Object value(String json) throws IOException {
    return JSON.readValue(json, Object.class);
  }

  @Test
  void what_a_deployment_makes_is_as_it_was_declared() throws IOException {
    assertEquals(List.of(), differences(DOCKER, Map.of(), ContainerSettings.USUAL));
    assertEquals(List.of(), differences(PODMAN, Map.of(), ContainerSettings.USUAL));
    Map<String, Object> ordinary = Map.of("OomScoreAdj", 200);
    assertEquals(List.of(), differences(PODMAN, ordinary, ContainerSettings.USUAL));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Privileged|true|it is privileged",
        "CapAdd|[\"CAP_SYS_ADMIN\"]|more capabilities than were declared: SYS_ADMIN",
        "CapAdd|[\"ALL\"]|more capabilities than were declared: ALL",
        "CapDrop|[]|more capabilities than were declared: AUDIT_WRITE, CHOWN",
        "SecurityOpt|[]|it may get new privileges",
        "SecurityOpt|[\"no-new-privileges:false\"]|it may get new privileges",
        "SecurityOpt|[\"seccomp=unconfined\"]|security option seccomp was not declared",
        "SecurityOpt|[\"apparmor:unconfined\"]|security option apparmor was not declared",
        "MaskedPaths|[]|are not kept from it",
        "ReadonlyPaths|[]|are not kept from it",
        "PidMode|\"host\"|shares a namespace with the machine: processes",
        "IpcMode|\"host\"|shares a namespace with the machine: memory",
        "UTSMode|\"host\"|shares a namespace with the machine: host name",
        "UsernsMode|\"host\"|shares a namespace with the machine: users",
        "PidMode|\"container:1234\"|shares a namespace with another container: processes",
        "NetworkMode|\"container:1234\"|shares a namespace with another container: network",
        "Devices|[{\"PathOnHost\": \"/dev/kmsg\"}]|device /dev/kmsg of the machine is in it",
        "DeviceCgroupRules|[\"a *:* rwm\"]|it may use devices of the machine",
        "ExtraHosts|[\"db:10.0.0.1\"]|names of hosts were given to it",
        "Dns|[\"10.0.0.1\"]|asks name servers that were not declared",
        "GroupAdd|[\"docker\"]|it has groups that were not declared",
        "Init|true|an init was put around its program",
        "Sysctls|{\"net.ipv4.ip_forward\": \"1\"}|the kernel's settings were changed for it",
        "OomKillDisable|true|others end before it where memory is short",
        "OomScoreAdj|-1000|others end before it where memory is short",
        "CpusetCpus|\"0\"|it was given processors, or memory, of its own",
        "VolumesFrom|[\"secrets-holder\"]|it has the volumes of other containers",
        "PublishAllPorts|true|it publishes all its ports",
        "AutoRemove|true|it is removed when it ends",
        "RestartPolicy|{\"Name\": \"no\"}|started again by policy no, not unless-stopped",
        "Tmpfs|{}|/tmp is not in memory as it was declared",
        "Tmpfs|{\"/tmp\": \"rw,exec,noexec,nosuid,nodev,size=64m\"}|/tmp is not in memory as",
        "Tmpfs|{\"/tmp\": \"rw,noexec,nosuid,nodev,size=65m\"}|/tmp is not in memory as",
        "Tmpfs|{\"/tmp\": \"rw,noexec,nosuid,nodev\"}|/tmp is not in memory as",
        "Tmpfs|{\"/tmp\": \"ro,noexec,nosuid,nodev,size=64m\"}|/tmp is not in memory as",
        "Tmpfs|{\"/tmp\": \"noexec,nosuid,nodev,size=64m\", \"/opt\": \"\"}|/opt is in memory",
        "Tmpfs|{\"/tmp\": \"noexec,nosuid,nodev,size=64m\", \"/run\": \"rw,exec\"}|/run is in memory",
        "Memory|1048576|its memory is 1048576, not without limit",
        "NanoCpus|500000000|its processors are 0.5, not without limit",
        "CpuQuota|150000|its processors are 1.5, not without limit"
      })
  void whatever_is_another_is_told(String field, String json, String phrase) throws IOException {
    Map<String, Object> changed = new TreeMap<>();
    changed.put(field, value(json));
    List<String> said = differences(DOCKER, changed, ContainerSettings.USUAL);
    assertTrue(String.join("; ", said).contains(phrase), said.toString());
  }

  private static final ContainerSettings DECLARED =
      new ContainerSettings(
          List.of("SETUID", "CHOWN"), Map.of(), 64L << 20, 290_000_000L, 100L, 512L);

  @Test
  void what_was_declared_is_found_as_each_engine_tells_it() throws IOException {
    Map<String, Object> docker =
        Map.of(
            "CapAdd",
            List.of("CHOWN", "SETUID"),
            "Tmpfs",
            Map.of(),
            "Memory",
            64L << 20,
            "NanoCpus",
            290_000_000L,
            "PidsLimit",
            100,
            "Ulimits",
            value("[{\"Name\": \"nofile\", \"Soft\": 512, \"Hard\": 512}]"));
    assertEquals(List.of(), differences(DOCKER, docker, DECLARED));
    List<Object> dropped =
        List.of("CAP_AUDIT_WRITE", "CAP_DAC_OVERRIDE", "CAP_FOWNER", "CAP_FSETID", "CAP_KILL");
    Map<String, Object> podman = new TreeMap<>(docker);
    podman.put("CapAdd", List.of());
    podman.put("CapDrop", all(PODMAN, "CAP_CHOWN", "CAP_SETUID"));
    podman.remove("NanoCpus");
    podman.put("CpuQuota", 29_000);
    podman.put("CpuPeriod", 100_000);
    podman.put("Ulimits", value("[{\"Name\": \"RLIMIT_NOFILE\", \"Soft\": 512, \"Hard\": 512}]"));
    assertEquals(List.of(), differences(PODMAN, podman, DECLARED));
    podman.put("CapDrop", dropped);
    assertTrue(
        differences(PODMAN, podman, DECLARED)
            .contains(
                "it has more capabilities than were declared: MKNOD, NET_BIND_SERVICE, NET_RAW,"
                    + " SETFCAP, SETGID, SETPCAP, SYS_CHROOT"));
  }

  /** What Podman drops, but some. */
  private static List<String> all(String engine, String... kept) throws IOException {
    Map<String, Object> read = JSON.readValue(engine, new TypeReference<>() {});
    return ((List<?>) read.get("CapDrop"))
        .stream().map(String::valueOf).filter(one -> !List.of(kept).contains(one)).toList();
  }

  @Test
  void a_limit_that_is_not_there_is_told() throws IOException {
    List<String> said = differences(DOCKER, Map.of("PidsLimit", -1), DECLARED);
    assertTrue(said.contains("it lacks capabilities that were declared: CHOWN, SETUID"));
    assertTrue(said.contains("its memory is without limit, not 67108864"), said.toString());
    assertTrue(said.contains("its processors are without limit, not 0.29"), said.toString());
    assertTrue(said.contains("its processes are without limit, not 100"), said.toString());
    assertTrue(said.contains("its open files are without limit, not 512"), said.toString());
    Object soft = value("[{\"Name\": \"nofile\", \"Soft\": 8, \"Hard\": 512}]");
    said = differences(DOCKER, Map.of("Ulimits", soft), DECLARED);
    assertTrue(said.contains("its open files are 8, not 512"), said.toString());
  }
}
