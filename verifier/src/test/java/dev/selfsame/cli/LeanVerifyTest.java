package dev.selfsame.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.scenes.Records;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A verification against a folder must not pay for what only one against a URL needs. */
@Timeout(120)
final class LeanVerifyTest {
  @TempDir Path folder;

  @Test
  void a_folder_loads_neither_an_http_client_nor_what_speaks_through_it()
      throws IOException, InterruptedException {
    RegistryScene scene = new RegistryScene(folder);
    Records records = Records.of("the binary");
    scene.stage.release(records);
    scene.write("binary", records.binary);
    Path log = folder.resolve("classes.log");
    ProcessBuilder program =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-Xlog:class+load:file=" + log + ":none",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "verify",
                "--binary",
                "binary",
                "--registry",
                "registry",
                "--trust-root",
                "trust-root.json")
            .directory(folder.toFile())
            .inheritIO();
    program.environment().put("HOME", folder.toString());
    program.environment().remove("XDG_DATA_HOME");
    program.start().waitFor();
    List<String> loaded = Files.readAllLines(log);
    assertTrue(loaded.stream().anyMatch(line -> line.startsWith("dev.selfsame.attest.Bundle ")));
    assertTrue(
        loaded.stream().anyMatch(line -> line.startsWith("dev.selfsame.store.file.FileSeen ")));
    for (String heavy :
        List.of(
            "java.net.http.",
            "jdk.internal.net.http.",
            "javax.net.ssl.",
            "dev.selfsame.store.remote.",
            "dev.selfsame.store.wire.",
            "dev.selfsame.cli.RemoteAccess ",
            "dev.selfsame.cli.Places ",
            "dev.selfsame.where.Finder ",
            "dev.selfsame.docker.",
            "dev.selfsame.binary.",
            "dev.selfsame.compare.",
            "com.github.dockerjava.",
            "org.apache.commons.compress.",
            "org.h2.")) {
      assertEquals(
          List.of(), loaded.stream().filter(line -> line.startsWith(heavy)).toList(), heavy);
    }
  }
}
