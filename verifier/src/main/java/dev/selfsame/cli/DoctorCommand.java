package dev.selfsame.cli;

import dev.selfsame.doctor.Check;
import dev.selfsame.doctor.Diagnosis;
import dev.selfsame.doctor.Engines;
import dev.selfsame.doctor.Machine;
import dev.selfsame.doctor.Program;
import dev.selfsame.doctor.Project;
import dev.selfsame.doctor.Trust;
import dev.selfsame.evidence.Json;
import dev.selfsame.outcome.ExitCode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code doctor}: what this machine has, and what to do about what is missing. */
@Command(
    name = "doctor",
    description = {
      "Tells what this machine has of what Selfsame needs, a line each: ok, missing (or not here,"
          + " where a build and a verification do without it), cannot tell. Fetches nothing."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  selfsame doctor",
      "  selfsame doctor --registry https://registry.example.org --trust-root trust-root.json",
      "  selfsame doctor --json | jq -r '.checks[] | select(.state != \"OK\") | .hint'",
      "",
      "Needed are an engine, room on the disk, a clock that can be right, a registry and a",
      "trust root. The engines are tried for real, by a command that does nothing.",
      "",
      "Exit codes:",
      "  0  build and verify have what they need",
      "  2  wrong usage, or a malformed pin file",
      "  3  something that they need is missing, or could not be looked at",
    })
final class DoctorCommand implements Callable<Integer> {
  /** A root, a project's crates and its target folders: three builds at once. */
  private static final long CACHE_BYTES = 3L << 30;

  private static final long TEMPORARY_BYTES = 256L << 20;

  private final Surroundings surroundings;
  @Mixin private final RegistryOptions registry;
  @Mixin private PinSources sources = new PinSources();

  @Option(names = "--json", description = "Print JSON (selfsame.doctor/1).")
  private boolean json;

  DoctorCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
    this.registry = new RegistryOptions(surroundings);
  }

  @Override
  public Integer call() {
    Diagnosis diagnosis = Diagnosis.of(checks());
    if (json) {
      surroundings.console().print(Json.write(diagnosis));
    } else {
      surroundings.console().print(diagnosis.text());
    }
    return (diagnosis.able() ? ExitCode.YES : ExitCode.UNDECIDED).status();
  }

  private List<Check> checks() {
    Path proc = Path.of("/proc");
    Machine machine = new Machine(proc, Path.of("/etc/apt"), surroundings.clock());
    Path work = surroundings.workFolder();
    List<Check> checks = new ArrayList<>();
    checks.add(Program.java(Path.of(System.getProperty("java.home", ""))));
    checks.add(Program.cache(proc.resolve("self/maps")));
    checks.addAll(Engines.look(EngineOption.engines(surroundings, sources)));
    checks.add(Check.of("user namespaces", machine::namespaces));
    checks.add(
        Machine.disk("cache", surroundings.folders().cache(), CACHE_BYTES, "XDG_CACHE_HOME")
            .asNeeded());
    Path temporary = Path.of(System.getProperty("java.io.tmpdir", "/tmp"));
    checks.add(
        Machine.disk(
                "temporary", temporary, TEMPORARY_BYTES, "SELFSAME_JAVA_OPTS=-Djava.io.tmpdir=…")
            .asNeeded());
    checks.add(Check.of("apt mirrors", machine::mirrors));
    checks.add(Check.of("project", () -> Project.file(work, sources.catalogue())));
    checks.add(Check.of("git", () -> Project.git(work)));
    checks.add(Check.of("registry", registry::look).asNeeded());
    checks.addAll(Trust.look(registry.trustRoot(), registry::root, surroundings.clock().instant()));
    checks.add(machine.time(List.of(registry.trustRoot())).asNeeded());
    return checks;
  }
}
