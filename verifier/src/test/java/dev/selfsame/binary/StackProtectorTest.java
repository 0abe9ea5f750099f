package dev.selfsame.binary;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.selfsame.evidence.Fact;
import dev.selfsame.evidence.Fact.Evidence;
import dev.selfsame.evidence.Fact.Grade;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Where functions check their stack, in Mach-O and PE; simpler rules would say it of all. */
class StackProtectorTest {
  private static final String YES = "yes, at least in part";

  /** {@code mov rax, [rip + distance]}; {@code mov r9} of the same. */
  private static final byte[] LOAD = {0x48, (byte) 0x8b, 0x05};

  private static final byte[] LOAD_R9 = {0x4c, (byte) 0x8b, 0x0d};

  /** What follows: {@code xor rax, rsp} of MSVC and of LLVM, {@code xor r9, rbp}, and others. */
  private static final byte[] MSVC = {0x48, 0x33, (byte) 0xc4};

  private static final byte[] LLVM = {0x48, 0x31, (byte) 0xe0};
  private static final byte[] LATER = {
    0x48, (byte) 0x83, (byte) 0xec, 0x28, 0x4c, 0x33, (byte) 0xcd
  };
  private static final byte[] COMPARES = {0x48, 0x3b, (byte) 0xc4};
  private static final byte[] OTHER_REGISTER = {0x48, 0x33, (byte) 0xcc};

  /** Begin of a function in the section of code, and the cookie in the section of data. */
  private static final int PLACE = 0x20;

  private static final int COOKIE = MadePe.rva(2) + 8;

  private static Fact macho(String imported, String defined, String constant) {
    return InMemory.read(
            new MadeMacho()
                .segment("__TEXT", "__const", 5, 0, (constant + "\0").getBytes(US_ASCII))
                .symbol(defined)
                .imported(imported)
                .bytes())
        .fact("stack-protector");
  }

  private static byte[] function(byte[] load, int target, byte[] then) {
    ByteBuffer code = ByteBuffer.allocate(0x80).order(ByteOrder.LITTLE_ENDIAN);
    code.position(PLACE).put(load).putInt(target - (MadePe.rva(0) + PLACE + 7)).put(then);
    return code.array();
  }

  private static byte[] config(long cookie) {
    return ByteBuffer.allocate(0x70)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(0, 0x70)
        .putLong(0x58, cookie)
        .array();
  }

  private static Fact pe(int machine, byte[] code, long cookie) {
    return InMemory.read(
            new MadePe(machine)
                .section(".text", MadePe.CODE, code)
                .directory(MadePe.LOAD_CONFIG, ".rdata", config(cookie))
                .section(".data", MadePe.CONSTANTS, new byte[16])
                .bytes())
        .fact("stack-protector");
  }

  private static Fact pe(byte[] code) {
    return pe(MadePe.X86_64, code, MadePe.BASE + COOKIE);
  }

  private static void assertUnknown(String why, Fact fact) {
    assertEquals(Grade.UNKNOWN, fact.grade(), fact.toString());
    assertEquals(why, fact.evidence().stream().map(Evidence::what).findFirst().orElse(""));
  }

  @Test
  void a_mach_o_program_that_imports_the_handler_checks_its_stack() {
    Fact fact = macho("___stack_chk_fail", "_main", "");
    assertEquals(YES, fact.value());
    assertEquals(Grade.STRONG, fact.grade());
    assertEquals("symbol table", fact.evidence().getFirst().where());
  }

  /** The handler's own library defines it, and what else has its name calls nothing. */
  @Test
  void a_mach_o_file_that_only_has_the_handlers_name_does_not_show_it() {
    assertUnknown("", macho("_exit", "___stack_chk_fail", ""));
    assertUnknown("", macho("_exit", "_main", "___stack_chk_fail"));
    assertUnknown("", macho("___stack_chk_guard", "_main", ""));
    assertUnknown("", macho("___stack_chk_fail_hook", "_main", ""));
  }

  @Test
  void a_function_that_mixes_the_cookie_with_its_frame_checks_its_stack() {
    for (byte[] code :
        List.of(
            function(LOAD, COOKIE, MSVC),
            function(LOAD, COOKIE, LLVM),
            function(LOAD_R9, COOKIE, LATER))) {
      Fact fact = pe(code);
      assertEquals(YES, fact.value());
      assertEquals(Grade.STRONG, fact.grade());
      assertEquals(
          new Evidence(
              ".text", 0x400 + PLACE, "mixes the security cookie with the address of a frame"),
          fact.evidence().getFirst());
    }
  }

  @Test
  void a_function_is_found_wherever_it_stands() {
    int far = (1 << 16) - 9; // what follows the load is beyond what is searched at a time
    ByteBuffer code = ByteBuffer.allocate(far + 0x40).order(ByteOrder.LITTLE_ENDIAN);
    int distance = MadePe.rva(1) + 8 - (MadePe.rva(2) + far + 7);
    code.position(far).put(LOAD).putInt(distance).put(MSVC);
    byte[] made =
        new MadePe(MadePe.X86_64)
            .directory(MadePe.LOAD_CONFIG, ".rdata", config(MadePe.BASE + MadePe.rva(1) + 8))
            .section(".data", MadePe.CONSTANTS, new byte[16])
            .section(".text", MadePe.CODE, code.array())
            .bytes();
    assertEquals(YES, InMemory.read(made).fact("stack-protector").value());
  }

  /** Microsoft's run-time library brings a cookie, and code that makes it, into every image. */
  @Test
  void a_cookie_that_no_function_mixes_with_its_frame_shows_nothing() {
    String unused = "a security cookie that no function is seen to mix";
    assertUnknown(unused, pe(new byte[0x80]));
    assertUnknown(unused, pe(function(LOAD, COOKIE, COMPARES)));
    assertUnknown(unused, pe(function(LOAD, COOKIE, OTHER_REGISTER)));
    assertUnknown(unused, pe(function(LOAD, COOKIE + 8, MSVC)));
    byte[] mixed = function(LOAD, COOKIE, MSVC);
    assertUnknown("", pe(MadePe.X86_64, mixed, 0));
    assertUnknown(
        "a security cookie; code for this machine is not searched",
        pe(MadePe.ARM64, mixed, MadePe.BASE + COOKIE));
  }

  @Test
  void a_program_of_gnus_compiler_imports_the_handler() {
    byte[] made =
        new MadePe(MadePe.X86_64)
            .directory(
                MadePe.IMPORTS, ".idata", MadePe.imports(0, "libssp-0.dll", "__stack_chk_fail"))
            .bytes();
    Fact fact = InMemory.read(made).fact("stack-protector");
    assertEquals(YES, fact.value());
    assertEquals("imports __stack_chk_fail", fact.evidence().getFirst().what());
    byte[] other =
        new MadePe(MadePe.X86_64)
            .directory(
                MadePe.IMPORTS, ".idata", MadePe.imports(0, "libssp-0.dll", "__stack_chk_failed"))
            .bytes();
    assertUnknown("", InMemory.read(other).fact("stack-protector"));
  }
}
