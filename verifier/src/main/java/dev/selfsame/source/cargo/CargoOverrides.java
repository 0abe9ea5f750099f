package dev.selfsame.source.cargo;

import dev.selfsame.outcome.Failure;
import dev.selfsame.toml.TomlFields;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What of a project's own Cargo configuration no build takes: settings that put another tool,
 * another target or other crates in the place of what the pin and Cargo.lock fix, and of which a
 * record would then say what is not so. Source: The Cargo Book, Configuration.
 *
 * <p>What is left alone: flags, which a build passes itself; {@code [patch]}, since Cargo.lock has
 * to fit it; tables of other targets.
 */
public final class CargoOverrides {
  /** Cargo reads the first alone; which that is, depends on its version. */
  private static final List<String> FILES = List.of(".cargo/config", ".cargo/config.toml");

  private static final List<String> PROGRAMS =
      List.of("rustc", "rustc-wrapper", "rustc-workspace-wrapper");
  private static final Pattern FINDS_TOOLS =
      Pattern.compile("PATH|LD_.*|GCC_EXEC_PREFIX|COMPILER_PATH|BASH_ENV|ENV|RUSTC_BOOTSTRAP");

  /** What a build sets itself, varies between its trials, and writes down: only force moves it. */
  private static final Pattern FIXED =
      Pattern.compile(
          "HOME|HOSTNAME|LANG|LANGUAGE|LC_.*|LOGNAME|PWD|SOURCE_DATE_EPOCH|TMPDIR|TZ|USER"
              + "|CFLAGS.*|CXXFLAGS.*");

  /** Conditions that hold on no Linux. */
  private static final Pattern ELSEWHERE =
      Pattern.compile(
          "cfg\\(\\s*(windows|target_vendor\\s*=\\s*\"apple\""
              + "|(target_os|target_family)\\s*=\\s*\"(windows|macos|ios)\")\\s*\\)");

  private static final String HINT =
      "remove it and commit: the pin fixes tools and target, Cargo.lock the crates";

  private final Set<String> triples;
  private final List<Failure> found = new ArrayList<>();

  private CargoOverrides(Set<String> triples) {
    this.triples = triples;
  }

  /**
   * Looks at the configuration of a project's folder.
   *
   * @param triples the targets that the pin's own rustc may be for
   * @return one (usage) failure for each such setting, with {@code file:line:column} and its key
   * @throws Failure (usage) where a file is no TOML
   */
  public static List<Failure> of(Path folder, Set<String> triples) {
    CargoOverrides overrides = new CargoOverrides(triples);
    // On this machine a link leads elsewhere than in the build.
    if (overrides.isLink(folder, ".cargo")) {
      return List.copyOf(overrides.found);
    }
    for (String name : FILES) {
      if (!overrides.isLink(folder, name)) {
        ProjectText.bytes(folder.resolve(name))
            .map(bytes -> TomlFields.parse(bytes, name, HINT))
            .ifPresent(overrides::read);
      }
    }
    return List.copyOf(overrides.found);
  }

  private boolean isLink(Path folder, String name) {
    boolean link = Files.isSymbolicLink(folder.resolve(name));
    if (link) {
      found.add(
          Failure.usage(
              name + " is a link, so what Cargo would read there cannot be looked at",
              "commit the file itself in its place"));
    }
    return link;
  }

  private void read(TomlFields toml) {
    refuse(toml, "paths", "paths puts other crates in the place of those that Cargo.lock names");
    refuse(toml, "include", "include takes settings from other files, which are not looked at");
    toml.tableIf("build").ifPresent(this::build);
    toml.tableIf("target").ifPresent(this::linkers);
    toml.tableIf("source")
        .ifPresent(sources ->
            refuse(
                sources,
                "selfsame",
                "source.selfsame is where a build has the crates that Cargo.lock names"));
    toml.tableIf("env").ifPresent(this::environment);
  }

  private void build(TomlFields build) {
    for (String key : PROGRAMS) {
      refuse(build, key, "build.%s puts another program in the place of rustc".formatted(key));
    }
    refuse(build, "target", "build.target names a target, and the pin's own is built");
  }

  private void linkers(TomlFields targets) {
    for (String target : targets.keys()) {
      boolean mayHold = target.startsWith("cfg(") && !ELSEWHERE.matcher(target).matches();
      if (mayHold || triples.contains(target)) {
        targets
            .tableIf(target)
            .ifPresent(table ->
                refuse(
                    table,
                    "linker",
                    "target.'%s'.linker puts another program in the place of the pin's linker (-Clinker in cargo.rustflags of selfsame.toml is recorded)"
                        .formatted(target)));
      }
    }
  }

  private void environment(TomlFields variables) {
    for (String name : variables.keys()) {
      if (FINDS_TOOLS.matcher(name).matches()) {
        refuse(variables, name, "env.%s changes which tools are found".formatted(name));
      } else if (FIXED.matcher(name).matches() && isForced(variables, name)) {
        refuse(
            variables,
            name,
            "env.%s with force takes the place of what every build sets".formatted(name));
      }
    }
  }

  private static boolean isForced(TomlFields variables, String name) {
    return variables.tableIf(name).flatMap(value -> value.flagIf("force")).orElse(false);
  }

  private void refuse(TomlFields table, String key, String why) {
    if (table.has(key)) {
      found.add(table.wrong(key, why));
    }
  }
}
