package dev.selfsame.build;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Which variables {@code [env]} may not set: those that Selfsame fixes, or that replace tools. */
final class ForbiddenVariables {
  private static final Pattern FORM = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
  private static final Pattern VALUE = Pattern.compile("[^\\x00]*");
  private static final Set<String> FIXED =
      Set.of(
          "HOME",
          "HOSTNAME",
          "LANG",
          "LANGUAGE",
          "LOGNAME",
          "PATH",
          "PWD",
          "SOURCE_DATE_EPOCH",
          "TMPDIR",
          "TZ",
          "USER");
  private static final Set<String> TOOLS =
      Set.of(
          "RUSTC",
          "RUSTC_WRAPPER",
          "RUSTC_WORKSPACE_WRAPPER",
          "RUSTDOC",
          "RUSTC_BOOTSTRAP",
          "BASH_ENV",
          "ENV",
          "GCC_EXEC_PREFIX",
          "COMPILER_PATH");
  private static final Pattern FAMILIES =
      Pattern.compile("LC_.*|LD_.*|CARGO|CARGO_(?!PKG_).*|RUSTUP_.*|SELFSAME_.*|.*_PROXY|.*_proxy");

  private ForbiddenVariables() {}

  static Map<String, String> read(ProjectTable environment) {
    Map<String, String> variables = new TreeMap<>();
    for (String name : environment.keys()) {
      String value = environment.optional(name, VALUE, "text without NUL").orElse("");
      if (!FORM.matcher(name).matches()) {
        throw environment.wrong(name, "env.%s is not a variable's name".formatted(name));
      }
      refuse(environment, name);
      variables.put(name, value);
    }
    return variables;
  }

  private static void refuse(ProjectTable environment, String name) {
    if (name.equals("RUSTFLAGS")) {
      throw environment.wrong(name, "env.RUSTFLAGS would be ignored: use cargo.rustflags");
    }
    if (name.startsWith("CARGO_PROFILE_")) {
      throw environment.wrong(name, "env.%s belongs into [profile]".formatted(name));
    }
    if (FIXED.contains(name)) {
      throw environment.wrong(name, "env.%s is fixed in every build".formatted(name));
    }
    if (TOOLS.contains(name) || FAMILIES.matcher(name).matches()) {
      throw environment.wrong(
          name, "env.%s would change what the pin fixes: tools, paths or network".formatted(name));
    }
  }
}
