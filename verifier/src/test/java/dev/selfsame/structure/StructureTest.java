package dev.selfsame.structure;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.ArchConfiguration;
import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Holds the structure that DESIGN and ARCHITECTURE.md describe. */
class StructureTest {
  private static final Path PROJECT =
      Path.of(System.getProperty("selfsame.basedir", ".")).toAbsolutePath().getParent();
  private static final List<String> MODULES =
      List.of("toolchain-pins", "reports", "registry", "verifier");
  private static final JavaClasses PRODUCT = product();

  private static final String[] PINS = {
    "dev.selfsame.digest..",
    "dev.selfsame.outcome..",
    "dev.selfsame.files..",
    "dev.selfsame.toml..",
    "dev.selfsame.pins.."
  };
  private static final String[] REPORTS = {"dev.selfsame.evidence..", "dev.selfsame.view.."};
  private static final String[] REGISTRY = {
    "dev.selfsame.attest..",
    "dev.selfsame.access..",
    "dev.selfsame.store..",
    "dev.selfsame.promote..",
    "dev.selfsame.oci..",
    "dev.selfsame.upkeep..",
    "dev.selfsame.status.."
  };
  private static final String[] VERIFIER = {
    "dev.selfsame.source..",
    "dev.selfsame.adopt..",
    "dev.selfsame.doctor..",
    "dev.selfsame.build..",
    "dev.selfsame.docker..",
    "dev.selfsame.where..",
    "dev.selfsame.binary..",
    "dev.selfsame.compare..",
    "dev.selfsame.audit..",
    "dev.selfsame.deploy..",
    "dev.selfsame.cli.."
  };

  /** Of others' classes the rules ask for names alone: their files need not be read for that. */
  private static JavaClasses product() {
    ArchConfiguration.get().setResolveMissingDependenciesFromClassPath(false);
    return new ClassFileImporter()
        .importPaths(
            MODULES.stream().map(module -> PROJECT.resolve(module + "/target/classes")).toList());
  }

  @Test
  void every_module_is_looked_at() {
    for (String known : List.of("digest.Digest", "evidence.Recipe", "cli.Main", "build.Engine")) {
      assertTrue(PRODUCT.contain("dev.selfsame." + known), known);
    }
  }

  @Test
  void every_package_belongs_to_one_module() {
    classes()
        .should()
        .resideInAnyPackage(
            Stream.of(PINS, REPORTS, REGISTRY, VERIFIER).flatMap(Stream::of).toArray(String[]::new))
        .check(PRODUCT);
  }

  @Test
  void modules_depend_along_one_arrow() {
    none(PINS, REPORTS);
    none(PINS, REGISTRY);
    none(PINS, VERIFIER);
    none(REPORTS, REGISTRY);
    none(REPORTS, VERIFIER);
    none(REGISTRY, VERIFIER);
  }

  @Test
  void packages_have_no_cycles() {
    slices().matching("dev.selfsame.(**)").should().beFreeOfCycles().check(PRODUCT);
  }

  @ParameterizedTest
  @CsvSource({"digest", "outcome", "files"})
  void ground_packages_import_the_jdk_alone(String ground) {
    classes()
        .that()
        .resideInAPackage("dev.selfsame." + ground)
        .should()
        .onlyDependOnClassesThat(
            resideInAnyPackage("java..", "org.jspecify..", "dev.selfsame." + ground))
        .check(PRODUCT);
  }

  @ParameterizedTest
  @CsvSource({"elf", "macho", "pe", "ar", "dwarf", "zstd"})
  void raw_formats_import_only_the_bounded_bytes(String format) {
    classes()
        .that()
        .resideInAPackage("dev.selfsame.binary." + format + "..")
        .should()
        .onlyDependOnClassesThat(
            resideInAnyPackage(
                "java..",
                "org.jspecify..",
                "dev.selfsame.binary.bytes..",
                "dev.selfsame.binary." + format + ".."))
        .check(PRODUCT);
  }

  @ParameterizedTest
  @CsvSource({
    "com.github.dockerjava.., dev.selfsame..docker..",
    "com.google.cloud.tools.jib.., dev.selfsame.pins.root..",
    "org.jdbi.., dev.selfsame.store.jdbi..",
    "org.h2.., dev.selfsame.store.jdbi..",
    "org.postgresql.., dev.selfsame.store.jdbi..",
    "com.zaxxer.hikari.., dev.selfsame.store.jdbi..",
    "org.eclipse.jgit.., dev.selfsame.source..",
    "org.bouncycastle.openpgp.., dev.selfsame.pins..",
    "picocli.., dev.selfsame.cli..",
    "software.amazon.., dev.selfsame.store.s3..",
    "io.helidon.., dev.selfsame.oci.http..",
    "io.prometheus.., dev.selfsame.oci.http..",
    "gg.jte.., dev.selfsame.view..",
    "io.fabric8.., dev.selfsame.deploy.kubernetes..",
    "com.fasterxml.jackson.dataformat.yaml.., dev.selfsame.deploy.kubernetes..",
  })
  void a_library_stays_in_its_adapter(String library, String adapter) {
    noClasses()
        .that()
        .resideOutsideOfPackage(adapter)
        .should()
        .dependOnClassesThat(resideInAPackage(library))
        .check(PRODUCT);
  }

  @Test
  void only_the_command_line_wires_adapters() {
    for (String adapter :
        List.of(
            "store.jdbi",
            "store.s3",
            "store.remote",
            "oci.http",
            "build.sandbox",
            "build.docker",
            "deploy.docker",
            "deploy.host",
            "deploy.kubernetes")) {
      JavaClasses own = PRODUCT.that(resideInAPackage("dev.selfsame." + adapter));
      assertFalse(own.isEmpty(), "no package " + adapter);
      noClasses()
          .that(outside("dev.selfsame." + adapter, "dev.selfsame.cli"))
          .should()
          .dependOnClassesThat(resideInAPackage("dev.selfsame." + adapter))
          .check(PRODUCT);
    }
  }

  @Test
  void promotion_takes_verified_attestations_and_no_envelopes() {
    noClasses()
        .that()
        .resideInAPackage("dev.selfsame.promote..")
        .should()
        .dependOnClassesThat()
        .haveSimpleName("Envelope")
        .check(PRODUCT);
  }

  @Test
  void every_package_says_what_it_is() throws IOException {
    for (String module : MODULES) {
      Path sources = PROJECT.resolve(module + "/src/main/java");
      try (Stream<Path> files = Files.walk(sources)) {
        List<Path> bare =
            files
                .filter(file -> file.toString().endsWith(".java"))
                .map(Path::getParent)
                .distinct()
                .filter(folder -> !isNullMarked(folder.resolve("package-info.java")))
                .toList();
        assertEquals(List.of(), bare, "packages without a @NullMarked package-info");
      }
    }
  }

  private static boolean isNullMarked(Path packageInfo) {
    try {
      return Files.exists(packageInfo) && Files.readString(packageInfo).contains("@NullMarked");
    } catch (IOException e) {
      return false;
    }
  }

  private static void none(String[] from, String[] to) {
    noClasses()
        .that()
        .resideInAnyPackage(from)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(to)
        .check(PRODUCT);
  }

  private static DescribedPredicate<JavaClass> outside(String... packages) {
    return DescribedPredicate.not(resideInAnyPackage(packages));
  }
}
