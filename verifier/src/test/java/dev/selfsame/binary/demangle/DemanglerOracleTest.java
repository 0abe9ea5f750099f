package dev.selfsame.binary.demangle;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.binary.bytes.ByteView;
import dev.selfsame.binary.elf.ElfFile;
import dev.selfsame.binary.elf.ElfHeader;
import dev.selfsame.binary.elf.Section;
import dev.selfsame.binary.elf.SymbolTable;
import dev.selfsame.build.TestRoot;
import dev.selfsame.suites.Component;
import dev.selfsame.suites.Needs;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * GNU's and LLVM's demanglers as oracles, on the whole symbol tables of this machine's compiler, of
 * the pinned trixie root's, and of a program in both manglings. What the oracles do otherwise is
 * written down here, one by one.
 */
@Needs(Component.BINUTILS)
@Needs(Component.LLVM)
@Needs(Component.RUST_2024)
class DemanglerOracleTest {
  private static final int MAX_NAMES = 300_000;

  /** The compiler of the trixie root exports 18,357 of them, and 1,966 legacy names. */
  private static final int V0 = 15_000;

  private static final int LEGACY = 1_500;

  /** GNU's writes constants beyond 64 bits without their first digit and with the mark behind. */
  private static final Pattern WIDE_CONSTANT = Pattern.compile("K[a-z]n?[0-9a-f]{17,}_");

  /**
   * GNU's takes a legacy name for one of C++ where its hash has fewer than five different digits.
   */
  private static boolean hasPoorHash(String symbol) {
    Matcher end = LEGACY_END.matcher(symbol);
    return symbol.startsWith("_ZN")
        && end.find()
        && end.group().replaceAll("17h|E.*", "").chars().distinct().count() < 5;
  }

  /** GNU's leaves characters beyond ASCII in legacy names escaped. */
  private static final Pattern LEGACY_BEYOND_ASCII =
      Pattern.compile("\\$u([89a-f][0-9a-f]|\\w{3,})\\$");

  private static final Pattern LEGACY_END = Pattern.compile("17h[0-9a-f]{16}E");

  private static final Pattern CHARACTER = Pattern.compile("'([^\\x00-\\x7f])'");

  @TempDir static Path folder;

  /** Names that rustc made. */
  private static List<String> symbols = List.of();

  /** Names that look as if rustc had made them, and are none to our demangler. */
  private static List<String> refused = List.of();

  @BeforeAll
  static void collect() throws Exception {
    SortedSet<String> all = new TreeSet<>();
    for (Path file : compilerFiles()) {
      namesIn(file, all);
    }
    for (Path file : trixieCompiler()) {
      namesIn(file, all);
    }
    for (String mangling : List.of("", "-Csymbol-mangling-version=v0")) {
      namesIn(program(mangling), all);
    }
    symbols = all.stream().filter(name -> RustName.of(name).isPresent()).limit(MAX_NAMES).toList();
    refused =
        all.stream()
            .filter(DemanglerOracleTest::looksLikeRust)
            .filter(name -> RustName.of(name).isEmpty())
            .toList();
  }

  private static boolean looksLikeRust(String name) {
    return name.startsWith("_R") || name.startsWith("_ZN") && LEGACY_END.matcher(name).find();
  }

  @Test
  void there_are_tens_of_thousands_of_names_in_both_manglings() {
    List<String> v0 = symbols.stream().filter(name -> name.startsWith("_R")).toList();
    assertTrue(v0.size() > V0, "v0: " + v0.size());
    assertTrue(symbols.size() - v0.size() > LEGACY, "legacy: " + (symbols.size() - v0.size()));
    System.out.printf(
        "DemanglerOracleTest: %d v0 names, %d legacy ones, %d refused%n",
        v0.size(), symbols.size() - v0.size(), refused.size());
    assertTrue(symbols.size() > 10_000, "names: " + symbols.size());
  }

  @Test
  void names_read_as_gnu_reads_them() throws Exception {
    List<String> wrong = new ArrayList<>();
    List<String> theirs = run(symbols, "c++filt", "--no-verbose");
    for (int i = 0; i < symbols.size(); i++) {
      String symbol = symbols.get(i);
      boolean theirFault =
          WIDE_CONSTANT.matcher(symbol).find()
              || LEGACY_BEYOND_ASCII.matcher(symbol).find()
              || hasPoorHash(symbol);
      if (!theirFault && !theirs.get(i).equals(escaped(bare(symbol)))) {
        wrong.add(symbol + "\n  " + bare(symbol) + "\n  " + theirs.get(i));
      }
    }
    assertEquals(List.of(), wrong.stream().limit(10).toList(), wrong.size() + " differ");
  }

  @Test
  void v0_names_read_as_llvm_reads_them() throws Exception {
    // LLVM reads legacy names as C++'s, escapes and all, and sets suffixes apart.
    List<String> wrong = new ArrayList<>();
    List<String> theirs = run(symbols, "llvm-cxxfilt");
    for (int i = 0; i < symbols.size(); i++) {
      String symbol = symbols.get(i);
      String suffix = suffix(symbol);
      String wanted = escaped(bare(symbol)) + (suffix.isEmpty() ? "" : " (" + suffix + ")");
      if (symbol.startsWith("_R") && !theirs.get(i).equals(wanted)) {
        wrong.add(symbol + "\n  " + wanted + "\n  " + theirs.get(i));
      }
    }
    assertEquals(List.of(), wrong.stream().limit(10).toList(), wrong.size() + " differ");
  }

  /** Else a name that we cannot read would be left out above, and nobody told. */
  @Test
  void a_name_that_is_refused_is_no_name_to_the_others_either() throws Exception {
    assertLeftAsTheyAre(refused);
  }

  @Test
  void a_name_without_its_last_character_is_no_name_to_anyone() throws Exception {
    List<String> cut =
        symbols.stream()
            .map(name -> name.substring(0, name.length() - 1))
            .filter(name -> RustName.of(name).isEmpty())
            .toList();
    List<String> v0 = cut.stream().filter(name -> name.startsWith("_R")).toList();
    assertTrue(v0.size() > V0, "v0: " + v0.size());
    assertTrue(cut.size() - v0.size() > LEGACY, "legacy: " + (cut.size() - v0.size()));
    assertLeftAsTheyAre(cut);
  }

  private static void assertLeftAsTheyAre(List<String> names) throws Exception {
    List<String> gnu = run(names, "c++filt", "--no-verbose");
    List<String> llvm = run(names, "llvm-cxxfilt");
    List<String> read = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      String name = names.get(i);
      if (!gnu.get(i).equals(name) || !llvm.get(i).equals(name)) {
        read.add(name + "\n  " + gnu.get(i) + "\n  " + llvm.get(i));
      }
    }
    assertEquals(List.of(), read.stream().limit(10).toList(), read.size() + " are read");
  }

  /** Our name without what stands behind the mangled one: GNU's leaves that out. */
  private static String bare(String symbol) {
    String cut = symbol.substring(0, symbol.length() - suffix(symbol).length());
    return RustName.of(cut).orElseThrow().name();
  }

  /** Both escape every constant character beyond ASCII; rustc-demangle those that do not print. */
  private static String escaped(String name) {
    return CHARACTER
        .matcher(name)
        .replaceAll(match -> "'\\\\u{%x}'".formatted(match.group(1).codePointAt(0)));
  }

  private static String suffix(String symbol) {
    if (symbol.startsWith("_R")) {
      int dot = symbol.indexOf('.'); // no path has one
      return dot < 0 ? "" : symbol.substring(dot);
    }
    var matcher = LEGACY_END.matcher(symbol);
    return matcher.find() ? symbol.substring(matcher.end()) : "";
  }

  private static List<String> run(List<String> names, String... command) throws Exception {
    Path in = Files.write(folder.resolve("names"), names);
    Path out = folder.resolve(command[0] + ".out");
    int exit =
        new ProcessBuilder(command)
            .redirectInput(in.toFile())
            .redirectOutput(out.toFile())
            .start()
            .waitFor();
    assertEquals(0, exit, Arrays.toString(command));
    List<String> lines = Files.readAllLines(out);
    assertEquals(names.size(), lines.size());
    return lines;
  }

  private static List<Path> compilerFiles() throws Exception {
    Process process = new ProcessBuilder("rustc", "--print", "sysroot").start();
    Path sysroot = Path.of(new String(process.getInputStream().readAllBytes(), UTF_8).strip());
    try (Stream<Path> files = Files.walk(sysroot.resolve("lib"), 4)) {
      return files
          .filter(file -> file.getFileName().toString().matches("lib(rustc_driver|std)-.*\\.so"))
          .sorted()
          .toList();
    }
  }

  /** It is fetched where it is not here. */
  private static List<Path> trixieCompiler() throws IOException {
    try (Stream<Path> files = Files.list(TestRoot.folder().resolve("usr/lib/x86_64-linux-gnu"))) {
      List<Path> found =
          files
              .filter(file -> file.getFileName().toString().matches("librustc_driver-.*\\.so"))
              .toList();
      assertEquals(1, found.size(), found.toString());
      return found;
    }
  }

  private static Path program(String option) throws Exception {
    Path source = folder.resolve("names.rs");
    Files.writeString(
        source,
        """
        use std::collections::{BTreeMap, HashMap};
        pub struct Sized<const N: usize, const C: char, const B: bool>([u8; 3]);
        impl<const N: usize, const C: char, const B: bool> Sized<N, C, B> {
            #[inline(never)] pub fn show(&self) -> usize { std::hint::black_box(N) }
        }
        #[inline(never)] fn apply<F: FnOnce(&'static str) -> u8>(f: F) -> u8 { f("größe") }
        #[inline(never)] fn grüße(f: &dyn for<'a> Fn(&'a mut [u8; 4]) -> Option<&'a u8>) {
            std::hint::black_box(f(&mut [1; 4]));
        }
        #[inline(never)] fn pointers<T>(t: T) -> T { std::hint::black_box(t) }
        extern "C" fn c(x: i32) -> i32 { x }
        fn main() {
            std::hint::black_box(Sized::<7, 'ß', true>([1; 3])).show();
            apply(|s| s.len() as u8);
            grüße(&|bytes| bytes.first());
            pointers(c as unsafe extern "C" fn(i32) -> i32);
            pointers((1u8, 'c', [(); 2], &mut 3i128 as *mut i128));
            let mut map = HashMap::<String, BTreeMap<i16, Box<dyn Send + Sync>>>::new();
            map.entry(String::from("a")).or_default().insert(1, Box::new(2.0));
            println!("{:?}", map.keys().map(|k| k.len()).collect::<Vec<_>>());
        }
        """);
    Path program = folder.resolve("names" + option.length());
    List<String> command =
        new ArrayList<>(
            List.of("rustc", "--cap-lints=allow", "-o", program.toString(), source.toString()));
    if (!option.isEmpty()) {
      command.add(option);
    }
    assertEquals(0, new ProcessBuilder(command).inheritIO().start().waitFor(), command.toString());
    return program;
  }

  private static void namesIn(Path file, SortedSet<String> into) throws IOException {
    try (FileChannel channel = FileChannel.open(file)) {
      ByteView bytes = ByteView.of(channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size()));
      if (!ElfHeader.isElf(bytes)) {
        return; // on Debian some of these are text for the linker
      }
      ElfFile elf = ElfFile.parse(bytes);
      for (long type : List.of(Section.SYMTAB, Section.DYNSYM)) {
        elf.section(type)
            .map(section -> SymbolTable.of(elf, section))
            .ifPresent(table -> {
              for (long i = 1; i < table.count(); i++) {
                into.add(table.name(i));
              }
            });
      }
    }
  }
}
