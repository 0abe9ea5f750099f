package dev.selfsame.deploy.host;

import dev.selfsame.deploy.UnitSettings;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A service's unit file (systemd.service(5), systemd.exec(5)), as confined as a network service can
 * be that nothing else is known of. Needs systemd 250 or later.
 */
final class UnitText {
  /** The first line, by which a unit of Selfsame's is told from somebody else's. */
  static final String MARK = "# Written by selfsame deploy. What is changed here is overwritten.";

  /** The file with the variables, in the deployment's own folder. */
  static final String ENVIRONMENT = "environment";

  /**
   * Stands in arguments and variables for the folder of the configuration, which systemd alone
   * knows. A private character, since all others may be meant as they are.
   */
  static final String CREDENTIALS = "\uE000";

  private UnitText() {}

  /**
   * How long things may take.
   *
   * @param start until the program is executed
   * @param stop from SIGTERM to SIGKILL
   */
  record Times(Duration start, Duration stop) {}

  /**
   * The file's text.
   *
   * @param unit name with {@code .service}
   * @param config the configuration's file name, if there is one
   */
  static String of(
      String unit,
      RunSettings run,
      Place place,
      Optional<String> config,
      UnitSettings settings,
      Times times) {
    String current = place.current().toString();
    StringBuilder text = new StringBuilder(MARK).append("\n[Unit]\n");
    text.append(
        "Description=%s, promotion %d into %s, %s\n"
            .formatted(run.name(), run.seq(), run.channel(), run.artifact()));
    text.append("Wants=network-online.target\nAfter=network-online.target\n\n[Service]\n");
    // "exec" and not "simple": a start counts only when the program is executed.
    text.append("Type=exec\n");
    String command =
        run.arguments().stream()
            .map(argument -> " " + quoted(argument).replace("$", "$$"))
            .collect(Collectors.joining("", quoted(current + "/" + run.program()), ""));
    text.append("ExecStart=").append(command).append('\n');
    text.append("EnvironmentFile=").append(current).append('/').append(ENVIRONMENT).append('\n');
    run.variables()
        .forEach((name, value) -> {
          if (value.contains(CREDENTIALS)) {
            text.append("Environment=").append(quoted(name + "=" + value)).append('\n');
          }
        });
    config.ifPresent(name ->
        // Read by systemd and shown to the service alone: its user needs no right to the file.
        text.append("LoadCredential=%s:%s/%s\n".formatted(name, current, name)));
    text.append(user(unit, settings));
    text.append(CONFINED);
    text.append("TimeoutStartSec=%dms\n".formatted(times.start().toMillis()));
    text.append("TimeoutStopSec=%dms\n".formatted(times.stop().toMillis()));
    text.append("Restart=on-failure\nRestartSec=2s\n\n[Install]\nWantedBy=multi-user.target\n");
    return text.toString();
  }

  /** Variables as {@code EnvironmentFile=} reads them, but those that systemd has to fill in. */
  static String environment(Map<String, String> variables) {
    StringBuilder text = new StringBuilder();
    variables.forEach((name, value) -> {
      if (!value.contains(CREDENTIALS)) {
        String escaped = value.replaceAll("([\"\\\\$`])", "\\\\$1");
        text.append(name).append("=\"").append(escaped).append("\"\n");
      }
    });
    return text.toString();
  }

  private static String user(String unit, UnitSettings settings) {
    String name = unit.substring(0, unit.length() - ".service".length());
    String user =
        settings.user().map(one -> "User=%s\n".formatted(one)).orElse("DynamicUser=yes\n");
    String writable =
        settings.writable().isEmpty()
            ? ""
            : "ReadWritePaths=" + String.join(" ", settings.writable()) + "\n";
    return user + "StateDirectory=" + name + "\n" + writable;
  }

  /** In quotes, with all that systemd would read otherwise escaped (systemd.syntax(7)). */
  private static String quoted(String text) {
    String escaped =
        text.replace("\\", "\\\\")
            .replace("\"", "\\\"")
            .replace("\n", "\\n")
            .replace("%", "%%")
            .replace(CREDENTIALS, "%d/");
    return "\"" + escaped + "\"";
  }

  private static final String CONFINED =
      """
      UMask=0077
      NoNewPrivileges=yes
      CapabilityBoundingSet=
      AmbientCapabilities=
      ProtectSystem=strict
      ProtectHome=yes
      PrivateTmp=yes
      PrivateMounts=yes
      PrivateDevices=yes
      PrivateUsers=yes
      ProtectClock=yes
      ProtectControlGroups=yes
      ProtectHostname=yes
      ProtectKernelLogs=yes
      ProtectKernelModules=yes
      ProtectKernelTunables=yes
      ProtectProc=invisible
      ProcSubset=pid
      RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
      RestrictNamespaces=yes
      RestrictRealtime=yes
      RestrictSUIDSGID=yes
      RemoveIPC=yes
      LockPersonality=yes
      MemoryDenyWriteExecute=yes
      SystemCallArchitectures=native
      SystemCallFilter=@system-service
      SystemCallFilter=~@privileged @resources
      """;
}
