package dev.selfsame.audit.report;

import java.nio.charset.StandardCharsets;

/** A place that was asked about, as reports name it. */
final class Place {
  private Place() {}

  /** Whether it is a file of this machine's, and no container, process, image or stream. */
  static boolean isPath(String where) {
    return !where.isEmpty()
        && !where.equals("-")
        && !where.startsWith("docker:")
        && !where.startsWith("podman:")
        && !where.startsWith("pid:")
        && !where.startsWith("oci:");
  }

  /** Without a leading {@code ./}, on one line. */
  static String path(String where) {
    return OneLine.of(where.startsWith("./") ? where.substring(2) : where);
  }

  /** As a URI reference (RFC 3986): a path relative to the folder of the run, or with a scheme. */
  static String uri(String where) {
    if (!isPath(where)) {
      int colon = where.indexOf(':');
      return where.substring(0, colon + 1) + encoded(where.substring(colon + 1));
    }
    if (where.startsWith("/")) {
      return "file://" + encoded(where);
    }
    return encoded(where.startsWith("./") ? where.substring(2) : where);
  }

  /** Percent-encoded but for what is unreserved, and slashes. */
  private static String encoded(String text) {
    StringBuilder out = new StringBuilder(text.length());
    for (byte each : text.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (each & 0xFF);
      boolean plain =
          (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9')
              || "-._~/".indexOf(c) >= 0;
      out.append(plain ? "" + c : "%%%02X".formatted((int) c));
    }
    return out.toString();
  }
}
