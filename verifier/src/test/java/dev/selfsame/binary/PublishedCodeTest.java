package dev.selfsame.binary;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.selfsame.evidence.BinaryFacts;
import dev.selfsame.suites.Component;
import dev.selfsame.suites.Needs;
import dev.selfsame.suites.Published;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * How the code of published programs was made. One release for three systems was made for size, by
 * one profile: ELF's rule, whose thresholds were measured, says so of the first, and the rules of
 * Mach-O and PE have to say the same of the others. Another was made for speed, for three as well.
 */
@Needs(Component.NPM)
class PublishedCodeTest {
  @ParameterizedTest
  @CsvSource({
    "@tauri-apps/cli-linux-x64-gnu@2.5.0, package/cli.linux-x64-gnu.node,"
        + "5060052b5360be8ff56185882120bda8da507439f49173dc0cc89c298f2247b9,"
        + "size (opt-level s or z), in few functions, abort, unknown",
    "@tauri-apps/cli-darwin-x64@2.5.0, package/cli.darwin-x64.node,"
        + "717f07f38af4edb25be0313cafcabdf08153ba6d316b0ba9cca3145e050b1c11,"
        + "size (opt-level s or z), in most functions, abort, 'yes, at least in part'",
    // Microsoft's run-time library is inside, so that nothing is imported from it.
    "@tauri-apps/cli-win32-x64-msvc@2.5.0, package/cli.win32-x64-msvc.node,"
        + "50643c35d1d2df638d7e346dffd6b420ea34506e50fa632d576d39acfdf7ab31,"
        + "size (opt-level s or z), in few functions, unknown, 'yes, at least in part'",
    "@oxlint/linux-x64-gnu@1.3.0, package/oxlint,"
        + "c17974abca0129d021c23e25882b7b87b717099d59da19cfb986c1fec4ddf82a,"
        + "speed (opt-level 1 to 3), in few functions, abort, 'yes, at least in part'",
    "@oxlint/linux-arm64-gnu@1.3.0, package/oxlint,"
        + "778775ac0609d2fdb64d8397ed9223acb42624288a69a89377e12122971628a6,"
        + "unknown, in few functions, abort, 'yes, at least in part'",
    "@oxlint/darwin-x64@1.3.0, package/oxlint,"
        + "2f17b94d2fbdcf4a1564b201fb59109956862211a14a542159c74d12a3a233da,"
        + "speed (opt-level 1 to 3), in most functions, abort, 'yes, at least in part'",
    "@oxlint/darwin-arm64@1.3.0, package/oxlint,"
        + "e46c34da2f9411631fb12485aa4d03702a2b43c80da1f69909581a5abc0fa513,"
        + "unknown, in most functions, abort, 'yes, at least in part'",
    "@oxlint/win32-x64@1.3.0, package/oxlint.exe,"
        + "e5519cedb6c414be656f6e33e9f28dd47ea88d2cb89e077f0cdfae3b1a656039,"
        + "speed (opt-level 0 to 3), in few functions, unknown, 'yes, at least in part'",
    "@oxlint/win32-arm64@1.3.0, package/oxlint.exe,"
        + "dcde6fe44a3ef68cfbaff4fd3b744a1ce42cfa43e012341909557f93b45e2a82,"
        + "unknown, in few functions, unknown, unknown",
    // Its program for macOS unwinds too.
    "turbo-windows-64@2.8.17, turbo-windows-x64/bin/turbo.exe,"
        + "8e3f916deb9eefc11eeeaef516c5b08b58da6534f4e4f5aec7e73f1ceaf76cd4,"
        + "speed (opt-level 0 to 3), in few functions, unwind, 'yes, at least in part'",
  })
  void the_code_of_a_published_program_is_as_its_makers_had_it_made(
      String source,
      String file,
      String sha256,
      String optimise,
      String frames,
      String panic,
      String stack)
      throws Exception {
    BinaryFacts facts = BinaryReader.read(Published.npm(source, file, sha256));
    assertEquals(optimise, facts.fact("optimise").value(), facts.fact("optimise").toString());
    assertEquals(frames, facts.fact("frame-pointers").value());
    assertEquals(panic, facts.fact("panic").value(), facts.fact("panic").toString());
    assertEquals(stack, facts.fact("stack-protector").value());
  }
}
