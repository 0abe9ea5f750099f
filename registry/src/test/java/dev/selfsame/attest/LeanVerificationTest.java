package dev.selfsame.attest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.attest.VerificationKey.Scheme;
import dev.selfsame.attest.claim.Provenance;
import dev.selfsame.attest.claim.Records;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A short-lived audit must not pay for classes that it does not need. */
class LeanVerificationTest {
  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource(Scheme.class)
  void verifying_loads_neither_bouncycastle_nor_an_object_mapper(Scheme scheme)
      throws IOException, InterruptedException {
    Signer signer = Vectors.signer(scheme);
    TrustRoot root = Vectors.root(Vectors.trusted(signer.key(), Role.BUILDER, "alice"));
    Statement statement =
        Provenance.of(
            Records.good(), Records.digest("record"), "https://selfsame.dev/builders/alice");
    Path rootFile = Files.write(folder.resolve("root.json"), root.json());
    Path bundle = Files.write(folder.resolve("b.json"), Bundle.attest(statement, signer).bytes());
    Path log = folder.resolve("classes.log");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-Xlog:class+load:file=" + log + ":none",
                "-cp",
                System.getProperty("java.class.path"),
                VerifyOnce.class.getName(),
                rootFile.toString(),
                bundle.toString())
            .inheritIO()
            .start();
    assertEquals(0, process.waitFor());
    List<String> loaded = Files.readAllLines(log);
    assertTrue(loaded.stream().anyMatch(line -> line.startsWith("dev.selfsame.attest.Bundle ")));
    for (String heavy :
        List.of(
            "org.bouncycastle.",
            "com.fasterxml.jackson.databind.ObjectMapper ",
            "dev.selfsame.evidence.Json ",
            "dev.selfsame.attest.keys.")) {
      assertEquals(
          List.of(), loaded.stream().filter(line -> line.startsWith(heavy)).toList(), heavy);
    }
  }
}
