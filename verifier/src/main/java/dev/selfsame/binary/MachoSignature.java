package dev.selfsame.binary;

import dev.selfsame.binary.bytes.MalformedInputException;
import dev.selfsame.binary.macho.CodeDirectory;
import dev.selfsame.binary.macho.CodeSignature;
import dev.selfsame.binary.macho.Commands;
import dev.selfsame.binary.macho.LoadCommand;
import dev.selfsame.binary.macho.MachoFile;
import dev.selfsame.evidence.Fact;
import dev.selfsame.evidence.Fact.Evidence;
import dev.selfsame.evidence.Fact.Grade;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a Mach-O file's code signature says, and whether its hashes are those of the file. Whose the
 * certificate is, is not looked at.
 */
final class MachoSignature {
  private static final String WHERE = "code signature";
  private static final List<String> NAMES =
      List.of("signature-id", "signature-team", "signature-hash", "page-hashes");

  private final MachoFile file;
  private final FactSheet sheet;

  private MachoSignature(MachoFile file, FactSheet sheet) {
    this.file = file;
    this.sheet = sheet;
  }

  static void read(MachoFile file, FactSheet sheet) {
    new MachoSignature(file, sheet).read();
  }

  private void read() {
    Optional<LoadCommand.Table> table = file.table(Commands.CODE_SIGNATURE);
    sheet.put("code-signature", Fact.unknown());
    if (table.isEmpty()) {
      if (file.allCommands()) {
        Evidence none = new Evidence("load commands", -1, "no LC_CODE_SIGNATURE");
        sheet.put("code-signature", Fact.certain("none", none));
      }
      return;
    }
    NAMES.forEach(name -> sheet.put(name, Fact.unknown()));
    try {
      CodeSignature signature = CodeSignature.parse(file.content(table.get().extent(), WHERE));
      if (!signature.directories().isEmpty()) {
        read(signature, signature.directories().getFirst());
      }
    } catch (MalformedInputException e) {
      sheet.problem(e);
    }
  }

  private void read(CodeSignature signature, CodeDirectory directory) {
    List<String> said = new ArrayList<>();
    said.add(signature.signed() ? "signed" : "ad hoc");
    directory.flagNames().stream().filter(flag -> !said.contains(flag)).forEach(said::add);
    String what =
        "%s, flags 0x%x".formatted(signature.signed() ? "CMS" : "no CMS", directory.flags());
    sheet.put("code-signature", fact(String.join(", ", said), directory, what));
    sheet.put("signature-id", fact(directory.identifier(), directory, "identifier"));
    sheet.put("signature-team", fact(directory.team().orElse("none"), directory, "team"));
    List<String> hashes =
        signature.directories().stream().map(CodeDirectory::hashName).distinct().toList();
    sheet.put("signature-hash", fact(String.join(", ", hashes), directory, "hash types"));
    sheet.read("page-hashes", () -> pages(signature));
  }

  private Fact pages(CodeSignature signature) {
    long pages = 0;
    long wrong = 0;
    for (CodeDirectory directory : signature.directories()) {
      Optional<Long> found = directory.wrongPages(file.bytes());
      if (found.isEmpty()) {
        return Fact.unknown();
      }
      pages += directory.pages();
      wrong += found.get();
      wrong += special(signature, directory);
    }
    CodeDirectory first = signature.directories().getFirst();
    if (wrong == 0) {
      return fact("all %d right".formatted(pages), first, "every hash made again");
    }
    sheet.problem(
        "offset %d: %d hashes of the code signature are not those of the file"
            .formatted(first.view().start(), wrong));
    return fact("%d of %d wrong".formatted(wrong, pages), first, "every hash made again");
  }

  /** Requirements and entitlements are within the signature; other special slots are outside. */
  private static long special(CodeSignature signature, CodeDirectory directory) {
    return signature.blobs().stream()
        .filter(blob -> blob.slot() == 2 || blob.slot() == 5 || blob.slot() == 7)
        .filter(blob -> !directory.holdsSpecial((int) blob.slot(), blob.view()).orElse(true))
        .count();
  }

  private static Fact fact(String value, CodeDirectory directory, String what) {
    return new Fact(
        value,
        Grade.CERTAIN,
        List.of(new Evidence(WHERE, directory.view().start(), what)),
        List.of());
  }
}
