package dev.selfsame.cli;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** How deployment records name this machine. */
final class ThisMachine {
  /** proc_sys_kernel(5): the name that the kernel has, whether or not anybody resolves it. */
  private static final Path KERNEL = Path.of("/proc/sys/kernel/hostname");

  private ThisMachine() {}

  /** Its name; two machines whose names nobody resolves still have two. */
  static String name() {
    try {
      String name = Files.readString(KERNEL, StandardCharsets.UTF_8).strip();
      return name.isEmpty() ? resolved() : name;
    } catch (IOException e) {
      return resolved();
    }
  }

  private static String resolved() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (IOException e) {
      return "localhost";
    }
  }
}
