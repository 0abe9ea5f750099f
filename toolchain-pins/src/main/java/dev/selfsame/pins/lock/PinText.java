package dev.selfsame.pins.lock;

import dev.selfsame.pins.DebsRoot;
import dev.selfsame.pins.DebsRoot.Deb;
import dev.selfsame.pins.DebsRoot.Release;
import dev.selfsame.pins.Pin;
import dev.selfsame.pins.RootUse;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.tomlj.Toml;

/** Writes a deb-locked pin as a pin file, always the same bytes for the same pin. */
public final class PinText {
  private PinText() {}

  /** The file's text. */
  public static String of(Pin pin, DebsRoot root) {
    StringBuilder out = new StringBuilder();
    out.append("# Made by `selfsame pins lock`. A change here is a change of the environment.\n");
    out.append("schema = 1\n\n[toolchain]\n");
    field(out, "id", pin.id());
    field(out, "platform", pin.platform());
    if (pin.rustcVersion() != null) {
      field(out, "rustc", pin.rustcVersion());
    }
    if (pin.rustcCommit() != null) {
      field(out, "rustc-commit", pin.rustcCommit());
    }
    out.append("epoch = ").append(pin.epoch()).append('\n');
    if (root.use() == RootUse.BUILD) {
      out.append("\n[normalise]\n");
      out.append("paths = ").append(table(pin.normalise().paths())).append('\n');
      out.append("env = ").append(table(pin.normalise().environment())).append('\n');
    }
    out.append("\n[root]\n");
    field(out, "kind", "debs");
    if (root.use() != RootUse.BUILD) {
      field(out, "use", root.use().word());
    }
    field(out, "diff-id", root.diffId().toString());
    out.append("request = [\n");
    root.request().forEach(name -> out.append("  ").append(quoted(name)).append(",\n"));
    out.append("]\n");
    root.releases().forEach(release -> release(out, release));
    root.debs().forEach(deb -> deb(out, deb));
    return out.toString();
  }

  private static void release(StringBuilder out, Release release) {
    out.append("\n[[root.release]]\n");
    field(out, "archive", release.archive());
    field(out, "suite", release.suite());
    field(out, "inrelease-sha256", release.inRelease().hex());
    out.append("signed-by = ").append(array(release.signedBy())).append('\n');
    field(out, "snapshot", release.snapshot());
  }

  private static void deb(StringBuilder out, Deb deb) {
    out.append("\n[[root.deb]]\n");
    field(out, "name", deb.name());
    field(out, "version", deb.version());
    field(out, "arch", deb.architecture());
    field(out, "archive", deb.archive());
    field(out, "path", deb.path());
    out.append("size = ").append(deb.size()).append('\n');
    field(out, "sha256", deb.sha256().hex());
  }

  private static void field(StringBuilder out, String key, String value) {
    out.append(key).append(" = ").append(quoted(value)).append('\n');
  }

  private static String quoted(String text) {
    return '"' + Toml.tomlEscape(text).toString() + '"';
  }

  private static String array(List<String> values) {
    return values.stream().map(PinText::quoted).collect(Collectors.joining(", ", "[", "]"));
  }

  private static String table(Map<String, String> values) {
    return values.entrySet().stream()
        .map(e -> e.getKey() + " = " + quoted(e.getValue()))
        .collect(Collectors.joining(", ", "{ ", " }"));
  }
}
