package dev.selfsame.pins.root;

import com.google.cloud.tools.jib.api.JibContainer;
import com.google.cloud.tools.jib.api.JibContainerBuilder;
import com.google.cloud.tools.jib.api.buildplan.ImageFormat;
import com.google.cloud.tools.jib.api.buildplan.Port;
import dev.selfsame.digest.Digest;
import dev.selfsame.outcome.Failure;
import java.io.BufferedOutputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Makes the image that a program is run as: a pinned root, above it the program's own layer, and a
 * configuration. The manifest's digest follows from the root's DiffID, the program's bytes and what
 * is asked here; neither the machine nor the JDK nor the moment has a part in it.
 */
public final class RuntimeImage {
  private final Root base;
  private final Path entries;
  private final String architecture;

  /**
   * @param entries the root's list of entries
   * @param architecture as the OCI image specification names it, such as {@code amd64}
   */
  RuntimeImage(Root base, Path entries, String architecture) {
    this.base = base;
    this.entries = entries;
    this.architecture = architecture;
  }

  /**
   * Makes it.
   *
   * @param binary the program, which nobody changes meanwhile
   * @param work an empty folder, in which the parts are left
   * @throws Failure (usage) where the base has something else at the program's place
   */
  public OciImage make(Path binary, BinaryLayer layer, ImageConfig config, Path work)
      throws IOException, InterruptedException {
    requireRoom(layer);
    List<ImageLayer> layers = new ArrayList<>();
    layers.add(RootImage.layer(base, entries, work.resolve("base.tar.gz")));
    Path program = work.resolve("program.tar.gz");
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(program), 1 << 17)) {
      layers.add(
          new ImageLayer(
              program,
              layer.write(sink -> Files.copy(binary, sink), Files.size(binary), out).diffId()));
    }
    Path archive = work.resolve("image.tar");
    JibContainer made =
        new JibArchive(work, architecture, "selfsame/image:made")
            .write(layers, image -> configured(image, config), archive);
    OciLayout layout = OciLayout.unpack(archive, work);
    Files.delete(archive);
    return layout.inOrder(Digest.parse(made.getDigest().toString()));
  }

  private static JibContainerBuilder configured(JibContainerBuilder image, ImageConfig config) {
    Set<Port> ports = new LinkedHashSet<>();
    config.ports().forEach(port -> ports.add(Port.tcp(port)));
    return image
        .setFormat(ImageFormat.OCI)
        .setUser(config.user())
        .setEntrypoint(config.entrypoint())
        .setProgramArguments(config.arguments())
        .setExposedPorts(ports)
        .setLabels(config.labels());
  }

  /** The layer's folders must mean the same above the base as without it. */
  private void requireRoom(BinaryLayer layer) throws IOException {
    Map<String, TarEntry> there = new HashMap<>();
    try (BufferedReader lines = Files.newBufferedReader(entries, StandardCharsets.UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        TarEntry entry = TarEntry.parse(line);
        there.put(entry.path(), entry);
      }
    }
    for (String folder : layer.above()) {
      TarEntry entry = there.get(folder);
      boolean usual =
          entry == null
              || (entry.kind() == TarEntry.Kind.DIRECTORY
                  && entry.mode() == 0755
                  && entry.uid() == 0
                  && entry.gid() == 0);
      if (!usual) {
        throw taken("/" + folder + " of the base is no ordinary folder");
      }
    }
    if (there.containsKey(BinaryLayer.relative(layer.program()))) {
      throw taken("the base has a " + layer.program() + " already");
    }
  }

  private static Failure taken(String what) {
    return Failure.usage(what, "choose another place for the program, such as /usr/local/bin/NAME");
  }
}
