package dev.selfsame.build.crates;

import dev.selfsame.evidence.BuildRecord.Crate;
import dev.selfsame.evidence.Json;
import dev.selfsame.files.GzipStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.jspecify.annotations.Nullable;
import org.tomlj.Toml;
import org.tomlj.TomlArray;
import org.tomlj.TomlParseResult;
import org.tomlj.TomlTable;

/**
 * Makes a crate's line of the registry index from its own manifest. Source: The Cargo Book,
 * Registry Index, Index Format.
 */
final class CrateManifest {
  private static final int MAX_BYTES = 8 << 20;

  private CrateManifest() {}

  /**
   * The index line of a crate file, without a newline.
   *
   * @throws IOException where the file is no crate of this name and version
   */
  static String indexLine(Crate crate, Path file) throws IOException {
    TomlParseResult manifest = Toml.parse(manifest(crate, file));
    if (manifest.hasErrors()) {
      throw new IOException("Cargo.toml: " + manifest.errors().getFirst());
    }
    return indexLine(crate, manifest);
  }

  static String indexLine(Crate crate, TomlTable manifest) throws IOException {
    TomlTable about = table(manifest, "package", "project");
    if (about == null
        || !crate.name().equals(about.get(List.of("name")))
        || !crate.version().equals(about.get(List.of("version")))) {
      throw new IOException("its manifest is of another crate");
    }
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("name", crate.name());
    line.put("vers", crate.version());
    line.put("deps", dependencies(manifest));
    line.put("cksum", crate.checksum().hex());
    line.put("features", features(manifest));
    line.put("yanked", false);
    if (about.get(List.of("links")) instanceof String links) {
      line.put("links", links);
    }
    if (about.get(List.of("rust-version")) instanceof String version) {
      line.put("rust_version", version);
    }
    line.put("v", 2);
    return new String(Json.writeCompact(line), StandardCharsets.UTF_8);
  }

  private static List<Map<String, Object>> dependencies(TomlTable manifest) {
    List<Map<String, Object>> all = new ArrayList<>(dependencies(manifest, null));
    if (manifest.get(List.of("target")) instanceof TomlTable targets) {
      for (String target : targets.keySet().stream().sorted().toList()) {
        if (targets.get(List.of(target)) instanceof TomlTable one) {
          all.addAll(dependencies(one, target));
        }
      }
    }
    return all;
  }

  private static List<Map<String, Object>> dependencies(TomlTable within, @Nullable String target) {
    List<Map<String, Object>> all = new ArrayList<>();
    collect(table(within, "dependencies", ""), "normal", target, all);
    collect(table(within, "build-dependencies", "build_dependencies"), "build", target, all);
    collect(table(within, "dev-dependencies", "dev_dependencies"), "dev", target, all);
    return all;
  }

  private static void collect(
      @Nullable TomlTable dependencies,
      String kind,
      @Nullable String target,
      List<Map<String, Object>> all) {
    if (dependencies == null) {
      return;
    }
    for (String name : dependencies.keySet().stream().sorted().toList()) {
      Map<String, Object> line = new LinkedHashMap<>();
      line.put("name", name);
      Object value = dependencies.get(List.of(name));
      if (value instanceof TomlTable table) {
        describe(table, line);
      } else {
        line.putAll(Map.of("req", String.valueOf(value), "features", List.of(), "optional", false));
        line.put("default_features", true);
      }
      line.put("target", target);
      line.put("kind", kind);
      all.add(line);
    }
  }

  private static void describe(TomlTable dependency, Map<String, Object> line) {
    line.put("req", dependency.get(List.of("version")) instanceof String req ? req : "*");
    line.put("features", strings(dependency.get(List.of("features"))));
    line.put("optional", Boolean.TRUE.equals(dependency.get(List.of("optional"))));
    Object usual = dependency.get(List.of("default-features"));
    Object old = dependency.get(List.of("default_features"));
    line.put("default_features", !Boolean.FALSE.equals(usual != null ? usual : old));
    if (dependency.get(List.of("package")) instanceof String real) {
      line.put("package", real);
    }
  }

  private static Map<String, List<String>> features(TomlTable manifest) {
    Map<String, List<String>> all = new TreeMap<>();
    TomlTable features = table(manifest, "features", "");
    if (features != null) {
      features.keySet().forEach(name -> all.put(name, strings(features.get(List.of(name)))));
    }
    return all;
  }

  private static List<String> strings(@Nullable Object value) {
    return value instanceof TomlArray array
        ? array.toList().stream().map(String::valueOf).toList()
        : List.of();
  }

  private static @Nullable TomlTable table(TomlTable within, String name, String oldName) {
    Object value = within.get(List.of(name));
    if (value == null && !oldName.isEmpty()) {
      value = within.get(List.of(oldName));
    }
    return value instanceof TomlTable table ? table : null;
  }

  private static String manifest(Crate crate, Path file) throws IOException {
    String wanted = "%s-%s/Cargo.toml".formatted(crate.name(), crate.version());
    try (InputStream in = Files.newInputStream(file);
        TarArchiveInputStream tar = new TarArchiveInputStream(new GzipStream(in, 1 << 16))) {
      for (TarArchiveEntry e = tar.getNextEntry(); e != null; e = tar.getNextEntry()) {
        if (e.getName().equals(wanted)) {
          byte[] bytes = tar.readNBytes(MAX_BYTES + 1);
          if (bytes.length > MAX_BYTES) {
            throw new IOException("its Cargo.toml is over 8 MB");
          }
          return new String(bytes, StandardCharsets.UTF_8);
        }
      }
    }
    throw new IOException("it holds no " + wanted);
  }
}
