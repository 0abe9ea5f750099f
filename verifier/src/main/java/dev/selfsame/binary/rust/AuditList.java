package dev.selfsame.binary.rust;

import com.fasterxml.jackson.databind.JsonNode;
import dev.selfsame.binary.bytes.ByteView;
import dev.selfsame.binary.bytes.Inflater;
import dev.selfsame.binary.bytes.MalformedInputException;
import dev.selfsame.binary.bytes.Printable;
import dev.selfsame.evidence.Fact;
import dev.selfsame.evidence.Fact.Evidence;
import dev.selfsame.evidence.Fact.Grade;
import dev.selfsame.evidence.Json;
import dev.selfsame.evidence.MalformedDocumentException;
import java.util.List;
import java.util.TreeSet;

/**
 * The crate list of cargo-auditable: {@code packages}, each with name, version and kind. Source:
 * its PARSING.md.
 */
public final class AuditList {
  /** The section that holds it, compressed with zlib. */
  public static final String SECTION = ".dep-v0";

  /** Bytes; the reference reader's own limit. */
  public static final int LARGEST = 8 << 20;

  private AuditList() {}

  /**
   * The crates that a section lists.
   *
   * @param name the section's
   * @param packed its bytes
   * @throws MalformedInputException where it cannot be unpacked, or is not of that form
   */
  public static Fact crates(String name, ByteView packed) {
    byte[] json = Inflater.zlib(packed, LARGEST);
    return crates(
        json, packed.start(), new Evidence(name, packed.start(), "list of cargo-auditable"));
  }

  /**
   * The crates that went into the program; those that only ran at build time are left out.
   *
   * @throws MalformedInputException where it is not of that form
   */
  static Fact crates(byte[] json, long offset, Evidence read) {
    TreeSet<String> crates = new TreeSet<>();
    try {
      for (JsonNode entry : Json.tree(json).path("packages")) {
        if (!entry.path("kind").asText("").equals("build") && !entry.path("root").asBoolean()) {
          String name = entry.path("name").asText("");
          // JSON writes a control character as letters, so its bytes are no proof of its text.
          crates.add(Printable.of(name + " " + entry.path("version").asText("")));
        }
      }
    } catch (MalformedDocumentException e) {
      throw new MalformedInputException(offset, "crate list is no JSON");
    }
    String value = "%d: %s".formatted(crates.size(), String.join(", ", crates));
    return new Fact(value, Grade.STRONG, List.of(read), List.of());
  }
}
