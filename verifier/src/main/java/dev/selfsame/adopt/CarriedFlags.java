package dev.selfsame.adopt;

import dev.selfsame.build.RustFlags;
import dev.selfsame.source.cargo.CargoSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What of Cargo's configuration goes over into {@code selfsame.toml}. A build passes its own flags
 * in {@code CARGO_ENCODED_RUSTFLAGS}, and then Cargo uses none of its configuration's.
 */
record CarriedFlags(List<String> flags, List<Finding> findings) {
  private static final Set<String> CODEGEN = Set.of("-C", "--codegen");

  CarriedFlags {
    flags = List.copyOf(flags);
    findings = List.copyOf(findings);
  }

  static CarriedFlags of(CargoSettings settings, String platform) {
    String target = target(platform);
    List<Finding> findings = new ArrayList<>();
    String file = settings.file().orElse("");
    // Cargo takes the target's flags, or those for all; never both.
    List<String> wanted = settings.targetFlags().getOrDefault(target, settings.rustflags());
    List<String> flags = allowed(wanted, file, findings);
    settings.targetFlags().keySet().stream()
        .filter(key -> key.startsWith("cfg("))
        .forEach(key ->
            findings.add(
                Finding.open(
                    "whether the rustflags of [target.'%s'] in %s hold here: they are not used"
                        .formatted(key, file))));
    findings.addAll(others(settings, file));
    return new CarriedFlags(flags, findings);
  }

  /** The target of a platform's pins. */
  static String target(String platform) {
    return platform.endsWith("/arm64") ? "aarch64-unknown-linux-gnu" : "x86_64-unknown-linux-gnu";
  }

  private static List<String> allowed(List<String> wanted, String file, List<Finding> findings) {
    List<String> flags = new ArrayList<>();
    for (String flag : wanted) {
      if (RustFlags.allowed(flag)) {
        flags.add(flag);
        continue;
      }
      if (!flags.isEmpty() && CODEGEN.contains(flags.getLast())) {
        flags.removeLast();
      }
      findings.add(
          Finding.open(
              "rustflag %s of %s is left out: it breaks procedural macros, which are built alike"
                  .formatted(flag, file)));
    }
    if (!flags.isEmpty()) {
      findings.add(
          Finding.note("rustflags are taken over from %s, and not read there".formatted(file)));
    }
    for (String flag : flags) {
      if (flag.endsWith("target-cpu=native")) {
        findings.add(Finding.open("target-cpu=native: each machine then gives other bytes"));
      }
      if (flag.contains("-fuse-ld=")) {
        findings.add(Finding.open("whether the pin has the linker of rustflag %s".formatted(flag)));
      }
    }
    return flags;
  }

  private static List<Finding> others(CargoSettings settings, String file) {
    List<Finding> findings = new ArrayList<>();
    settings
        .replacement()
        .filter(source -> !source.contains("://"))
        .ifPresent(folder ->
            findings.add(
                Finding.note(
                    "%s in %s is not used: original crates are fetched and checked by Cargo.lock"
                        .formatted(folder, file))));
    return findings;
  }
}
