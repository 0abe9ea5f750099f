package dev.selfsame.binary;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.binary.bytes.ByteView;
import dev.selfsame.binary.pe.CodeView;
import dev.selfsame.binary.pe.DebugEntry;
import dev.selfsame.binary.pe.Imports;
import dev.selfsame.binary.pe.LoadConfig;
import dev.selfsame.binary.pe.OptionalHeader;
import dev.selfsame.binary.pe.PeFile;
import dev.selfsame.binary.pe.Section;
import dev.selfsame.binary.pe.Span;
import dev.selfsame.binary.pe.UnwindTable;
import dev.selfsame.evidence.BinaryFacts;
import dev.selfsame.evidence.Category;
import dev.selfsame.suites.Component;
import dev.selfsame.suites.Needs;
import dev.selfsame.suites.Published;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/** LLVM's readobj as the oracle, on our own images and objects and on published programs. */
@Needs(Component.LLVM)
class PeOracleTest {

  @ParameterizedTest
  @FieldSource("dev.selfsame.binary.Fixtures#PE")
  void our_files_have_the_structures_that_llvm_prints(String name) throws Exception {
    agree(Fixtures.path(name));
  }

  /** Not on published files: LLVM 14 overruns its stack on some of them. */
  @ParameterizedTest
  @ValueSource(strings = {"hello-gnu.exe", "gnu-full.exe", "msvc.exe"})
  void unwind_information_is_where_llvm_finds_it(String name) throws Exception {
    PeFile file = PeFile.parse(ByteView.of(Files.readAllBytes(Fixtures.path(name))));
    List<LlvmReadobj> theirs =
        LlvmReadobj.of(Fixtures.path(name), "--unwind").blocks("RuntimeFunction");
    UnwindTable ours = UnwindTable.read(file).orElseThrow();
    assertEquals(theirs.size(), ours.functions());
    Map<String, Long> sizes = new HashMap<>();
    for (LlvmReadobj function : theirs) {
      long codes = function.number("UnwindCodeCount");
      boolean handler = function.text().contains("Handler (0x");
      String address = function.text().replaceAll("(?s).*?UnwindInfoAddress: (.*?)\\n.*", "$1");
      sizes.put(address, 4 + (codes + 1) / 2 * 4 + (handler ? 4 : 0));
    }
    assertEquals(
        sizes.values().stream().mapToLong(Long::longValue).sum(),
        ours.spans().stream().mapToLong(Span::size).sum());
  }

  /** Rust by Microsoft's linker, for two machines; Go by its own linker; C with delayed imports. */
  @ParameterizedTest
  @Needs(Component.NPM)
  @CsvSource({
    "@oxlint/win32-x64@1.3.0,    package/oxlint.exe,"
        + "e5519cedb6c414be656f6e33e9f28dd47ea88d2cb89e077f0cdfae3b1a656039, x86-64",
    "@oxlint/win32-x64@1.3.0,    package/oxc_language_server.exe,"
        + "f72b9bd8bc8fdcf521b468b9ecf8e592f9b65856be3fedf1c33eee054a252c50, x86-64",
    "@oxlint/win32-arm64@1.3.0,  package/oxlint.exe,"
        + "dcde6fe44a3ef68cfbaff4fd3b744a1ce42cfa43e012341909557f93b45e2a82, AArch64",
    "@esbuild/win32-x64@0.25.0,  package/esbuild.exe,"
        + "8c048a375f06353168221688c7f87fad23a5b23f371f848f9e149ffde7f993a5, x86-64",
    "@esbuild/win32-ia32@0.25.0, package/esbuild.exe,"
        + "6ac9d1cc452e31306662801419aec24af3f192d6b1f9c50dbbf0fa4a4e37ca5e, i386",
    "bufferutil@4.0.8, package/prebuilds/win32-x64/node.napi.node,"
        + "27ec96008c48052d5f493683297c26b9136f1d6a9e73c3722e243bc959d7cc93, x86-64",
    "bufferutil@4.0.8, package/prebuilds/win32-ia32/node.napi.node,"
        + "0386d106a439c06b4dcd980786ed495dfc14786b499f2bf85c461e462c1899f7, i386",
  })
  void published_programs_have_the_structures_that_llvm_prints(
      String source, String file, String sha256, String machine) throws Exception {
    Path path = Published.npm(source, file, sha256);
    agree(path);
    BinaryFacts facts = BinaryReader.read(path);
    assertEquals(machine, facts.fact("machine").value());
    if (source.startsWith("@oxlint")) {
      assertEquals("17067e9ac6d7ecb70e50f92c1944e545188d2359", facts.fact("rustc-commit").value());
      assertEquals("Microsoft link 14.44.35209", facts.fact("linker").value());
    }
  }

  /** Else it would prove nothing that no fact is contradicted. */
  @Test
  void the_facts_of_another_file_are_contradicted() throws Exception {
    PeDumpFacts full =
        new PeDumpFacts(LlvmReadobj.of(Fixtures.path("gnu-full.exe"), PeDumpFacts.OPTIONS));
    Set<String> wrong = new TreeSet<>();
    for (String other : List.of("msvc.exe", "pe32.dll", "signed.exe", "i686.obj")) {
      full.contradictions(BinaryReader.read(Fixtures.path(other)))
          .forEach(line -> wrong.add(line.replaceAll(" .*", "")));
    }
    Set<String> wanted =
        Set.of(
            "build-id",
            "class",
            "code-signature",
            "debug-info",
            "entry",
            "machine",
            "split-debug",
            "strip",
            "timestamp",
            "type");
    assertTrue(wrong.containsAll(wanted), wrong.toString());
  }

  private static void agree(Path path) throws Exception {
    PeFile file = PeFile.parse(ByteView.of(Files.readAllBytes(path)));
    LlvmReadobj oracle = LlvmReadobj.of(path, PeDumpFacts.OPTIONS);
    assertEquals(List.of(), file.problems(), path.toString());
    assertEquals(oracle.number("Machine"), file.header().machine());
    assertEquals(oracle.number("SectionCount"), file.header().sectionCount());
    assertEquals(oracle.number("TimeDateStamp"), file.header().timestamp());
    assertEquals(oracle.number("PointerToSymbolTable"), file.header().symbolOffset());
    assertEquals(oracle.number("SymbolCount"), file.header().symbolCount());
    assertEquals(theirSections(oracle), file.sections().stream().map(PeOracleTest::said).toList());
    file.optional().ifPresent(header -> agree(oracle, header));
    if (file.image()) {
      assertEquals(theirImports(oracle), ourImports(file));
      assertEquals(theirDebug(oracle), ourDebug(file));
      LoadConfig.read(file).ifPresent(config -> agree(oracle, config));
    }
    BinaryFacts facts = BinaryReader.read(path);
    PeDumpFacts theirs = new PeDumpFacts(oracle);
    assertEquals(List.of(), theirs.contradictions(facts), path.toString());
    assertTrue(theirs.asked(facts) >= (file.image() ? 14 : 6), path.toString());
    assertEquals(List.of(), facts.problems(), path.toString());
    assertEquals(0L, facts.categories().getOrDefault(Category.UNCLAIMED, 0L), path.toString());
  }

  private static void agree(LlvmReadobj oracle, OptionalHeader header) {
    assertEquals(oracle.number("AddressOfEntryPoint"), header.entry());
    assertEquals(oracle.number("MajorLinkerVersion"), header.linkerMajor());
    assertEquals(oracle.number("MinorLinkerVersion"), header.linkerMinor());
    assertEquals(oracle.number("ImageBase"), header.imageBase());
    assertEquals(oracle.number("SizeOfHeaders"), header.headersSize());
    assertEquals(oracle.number("Subsystem"), header.subsystem());
    assertEquals(oracle.number("NumberOfRvaAndSize"), header.directories().size());
    String flags = oracle.blocks("ImageOptionalHeader").getFirst().text();
    assertEquals(flags.contains("_DYNAMIC_BASE "), header.has(OptionalHeader.DYNAMIC_BASE));
    assertEquals(flags.contains("_NX_COMPAT "), header.has(OptionalHeader.NX_COMPAT));
    assertEquals(flags.contains("_GUARD_CF "), header.has(OptionalHeader.GUARD_CF));
  }

  private static void agree(LlvmReadobj oracle, LoadConfig config) {
    assertEquals(Math.max(0, oracle.number("GuardFlags")), config.guardFlags());
    long count = Math.max(0, oracle.number("GuardCFFunctionCount"));
    long entry = 4 + (config.guardFlags() >>> 28);
    assertEquals(count * entry, config.guardTable().map(Span::size).orElse(0L));
  }

  private static List<String> theirSections(LlvmReadobj oracle) {
    return oracle.blocks("Section").stream()
        .map(section ->
            "%s %x %x %x %x %d %x"
                .formatted(
                    section.value("Name"),
                    section.number("VirtualSize"),
                    section.number("VirtualAddress"),
                    section.number("RawDataSize"),
                    section.number("PointerToRawData"),
                    section.number("RelocationCount"),
                    Long.decode(
                        section
                            .text()
                            .replaceAll("(?s).*Characteristics \\[ \\((\\w+)\\).*", "$1"))))
        .toList();
  }

  private static String said(Section section) {
    return "%s %x %x %x %x %d %x"
        .formatted(
            section.name(),
            section.virtualSize(),
            section.virtualAddress(),
            section.rawSize(),
            section.rawOffset(),
            section.relocations(),
            section.flags());
  }

  private static List<String> theirImports(LlvmReadobj oracle) {
    Stream<LlvmReadobj> all =
        Stream.concat(oracle.blocks("Import").stream(), oracle.blocks("DelayImport").stream());
    // Within a delayed import, each function has a block of the same name without a library.
    return all.filter(one -> one.count("Name") > 0)
        .map(one -> one.value("Name") + " " + one.count("Symbol"))
        .toList();
  }

  private static List<String> ourImports(PeFile file) {
    return Imports.read(file).libraries().stream()
        .map(library -> library.name() + " " + library.functions())
        .toList();
  }

  private static List<String> theirDebug(LlvmReadobj oracle) {
    return oracle.blocks("DebugEntry").stream()
        .map(entry ->
            "%x %x %x %s"
                .formatted(
                    entry.number("Type"),
                    entry.number("SizeOfData"),
                    entry.number("PointerToRawData"),
                    codeView(entry)))
        .toList();
  }

  private static String codeView(LlvmReadobj entry) {
    if (entry.count("PDBGUID") == 0) {
      return "";
    }
    return entry.pdbGuid() + " " + entry.value("PDBAge") + " " + entry.value("PDBFileName");
  }

  private static List<String> ourDebug(PeFile file) {
    return DebugEntry.readAll(file).stream()
        .map(entry ->
            "%x %x %x %s"
                .formatted(
                    entry.type(),
                    entry.dataSize(),
                    entry.dataOffset(),
                    CodeView.of(file, entry)
                        .map(c -> "%s %d %s".formatted(c.identity(), c.age(), c.path()))
                        .orElse("")))
        .toList();
  }
}
