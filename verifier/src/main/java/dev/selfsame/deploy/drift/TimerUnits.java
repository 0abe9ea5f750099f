package dev.selfsame.deploy.drift;

import static java.util.Objects.requireNonNull;

import dev.selfsame.files.AtomicFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A service that looks once, and the timer that starts it (systemd.service(5), systemd.timer(5)). A
 * look that finds drift fails the service: {@code systemctl --failed} shows it, and an {@code
 * OnFailure=} in a drop-in can do more.
 *
 * @param name of both, without a suffix
 * @param command to run, absolute program first
 * @param workFolder that paths of the command are relative to
 * @param everySeconds from one look to the next, from 1
 */
public record TimerUnits(String name, List<String> command, Path workFolder, long everySeconds) {
  /** Where variables are put that the service is to have, NAME=VALUE lines; need not be there. */
  public static final String ENVIRONMENT = "/etc/selfsame/status.env";

  private static final long FIRST_SECONDS = 60;

  public TimerUnits {
    requireNonNull(name);
    requireNonNull(workFolder);
    command = List.copyOf(command);
    if (command.isEmpty() || everySeconds < 1) {
      throw new IllegalArgumentException("nothing to run, or never");
    }
  }

  /** Writes both files. */
  public void write(Path folder) throws IOException {
    AtomicFile.write(folder.resolve(name + ".service"), service());
    AtomicFile.write(folder.resolve(name + ".timer"), timer());
  }

  String service() {
    String line = command.stream().map(TimerUnits::quoted).collect(Collectors.joining(" "));
    return """
    [Unit]
    Description=Whether what runs is what was promoted (%s)
    Wants=network-online.target
    After=network-online.target

    [Service]
    Type=oneshot
    # As root: processes of other users and the engine's socket are looked at.
    WorkingDirectory=%s
    EnvironmentFile=-%s
    ExecStart=%s
    TimeoutStartSec=300
    NoNewPrivileges=yes
    ProtectKernelModules=yes
    ProtectKernelTunables=yes
    RestrictSUIDSGID=yes
    LockPersonality=yes
    """
        .formatted(name, workFolder.toString().replace("%", "%%"), ENVIRONMENT, line);
  }

  String timer() {
    return """
    [Unit]
    Description=Looks every %d s whether what runs is what was promoted

    [Timer]
    # From the timer's own start: right after the machine's, services are still starting.
    OnActiveSec=%d
    OnUnitActiveSec=%d
    AccuracySec=1

    [Install]
    WantedBy=timers.target
    """
        .formatted(everySeconds, Math.min(everySeconds, FIRST_SECONDS), everySeconds);
  }

  private static String quoted(String text) {
    String escaped =
        text.replace("\\", "\\\\").replace("\"", "\\\"").replace("%", "%%").replace("$", "$$");
    return "\"" + escaped + "\"";
  }
}
