package dev.selfsame.binary;

import dev.selfsame.binary.ar.ArFile;
import dev.selfsame.binary.ar.Member;
import dev.selfsame.binary.rust.Mark;
import dev.selfsame.binary.rust.RustMetadata;
import dev.selfsame.evidence.BinaryFacts.Part;
import dev.selfsame.evidence.Fact;
import dev.selfsame.evidence.Fact.Evidence;
import dev.selfsame.evidence.Fact.Grade;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** What an archive says of itself, and what its members agree on. */
final class ArFacts {
  private static final int NAMED = 4;

  private final ArFile archive;
  private final FactSheet sheet;
  private final Optional<Mark> rustc;
  private final List<Member> files;

  ArFacts(ArFile archive, FactSheet sheet, Optional<Mark> rustc) {
    this.archive = archive;
    this.sheet = sheet;
    this.rustc = rustc;
    this.files = archive.members().stream().filter(m -> m.kind() == Member.Kind.FILE).toList();
  }

  void read() {
    Evidence magic = new Evidence("ar magic", 0, archive.thin() ? "!<thin>" : "!<arch>");
    sheet.put("format", Fact.certain(archive.thin() ? "thin ar archive" : "ar archive", magic));
    boolean whole = archive.problems().isEmpty();
    sheet.put("type", whole ? type() : Fact.unknown());
    sheet.put("members", whole ? members() : Fact.unknown());
    sheet.put("symbol-index", whole ? index() : Fact.unknown());
    sheet.put("timestamp", whole ? timestamps() : Fact.unknown());
    for (String name : List.of("machine", "class", "byte-order", "strip", "distribution")) {
      sheet.put(name, agreed(name));
    }
    sheet.put("rustc", rustc.map(RustMetadata::rustc).orElseGet(() -> agreed("rustc")));
    sheet.put("rustc-commit", commit());
    sheet.put("debug-info", whole ? debugInfo() : Fact.unknown());
    sheet.put("not-read", whole ? notRead() : Fact.unknown());
  }

  private Fact type() {
    Optional<Member> metadata =
        files.stream().filter(m -> m.name().equals("lib.rmeta")).findFirst();
    if (metadata.isPresent()) {
      return Fact.certain("rlib", at(metadata.get()));
    } else if (!files.isEmpty() && files.getFirst().name().equals("debian-binary")) {
      return Fact.certain("Debian package", at(files.getFirst()));
    }
    List<String> formats =
        sheet.parts().stream().map(part -> part.fact("format").value()).distinct().toList();
    Evidence formatted = new Evidence("members", -1, String.join(", ", formats));
    if (formats.contains("COFF import")) {
      return new Fact("import library", Grade.STRONG, List.of(formatted), List.of());
    }
    boolean objects =
        sheet.parts().stream().anyMatch(p -> p.fact("type").value().matches("REL|object|OBJECT"));
    return objects
        ? new Fact("static library", Grade.STRONG, List.of(formatted), List.of())
        : new Fact("archive", Grade.MEDIUM, List.of(formatted), List.of());
  }

  private Fact members() {
    List<Evidence> evidence = files.stream().limit(NAMED).map(ArFacts::at).toList();
    String where = archive.thin() ? ", all of them elsewhere" : "";
    return new Fact(
        "%d, %s headers%s".formatted(files.size(), archive.dialect(), where),
        Grade.CERTAIN,
        evidence.isEmpty() ? List.of(new Evidence("file", -1, "no member")) : evidence,
        List.of());
  }

  private static Evidence at(Member member) {
    return new Evidence("member headers", member.header(), member.name());
  }

  private Fact index() {
    return archive.members().stream()
        .filter(m -> m.kind() == Member.Kind.SYMBOL_INDEX)
        .findFirst()
        .map(m -> Fact.certain("%d bytes".formatted(m.size()), at(m)))
        .orElseGet(() -> Fact.certain("none", new Evidence("member headers", -1, "no index")));
  }

  /** Builds repeat themselves only where this is no time of day. */
  private Fact timestamps() {
    List<Member> stamped = files.stream().filter(m -> m.modified() > 0).toList();
    if (stamped.isEmpty()) {
      return Fact.certain("none", new Evidence("member headers", -1, "every member's is 0"));
    }
    Member first = stamped.getFirst();
    long differing = stamped.stream().mapToLong(Member::modified).distinct().count();
    String more = differing > 1 ? " and %d others".formatted(differing - 1) : "";
    return Fact.certain(Instant.ofEpochSecond(first.modified()) + more, at(first));
  }

  /** Debug information has the first nine digits alone, paths have all forty. */
  private Fact commit() {
    List<Fact> commits =
        sheet.parts().stream()
            .map(part -> part.fact("rustc-commit"))
            .filter(fact -> fact.grade() != Grade.UNKNOWN)
            .toList();
    Optional<Fact> longest =
        commits.stream().max(Comparator.comparingInt(fact -> fact.value().length()));
    boolean same =
        longest.isPresent()
            && commits.stream().allMatch(f -> longest.get().value().startsWith(f.value()));
    return same ? longest.get() : agreed("rustc-commit");
  }

  /** The members' value where all that know one have the same; else each value there is. */
  private Fact agreed(String name) {
    Map<String, Fact> values = new LinkedHashMap<>();
    for (Part part : sheet.parts()) {
      Fact fact = part.fact(name);
      if (fact.grade() != Grade.UNKNOWN) {
        values.putIfAbsent(fact.value(), fact);
      }
    }
    if (values.isEmpty()) {
      return Fact.unknown();
    } else if (values.size() == 1) {
      return values.values().iterator().next();
    }
    List<Evidence> evidence = new ArrayList<>();
    values.values().stream().limit(NAMED).forEach(f -> evidence.add(f.evidence().getFirst()));
    String more = values.size() > NAMED ? " and %d more".formatted(values.size() - NAMED) : "";
    String shown = values.keySet().stream().limit(NAMED).collect(Collectors.joining("; "));
    Grade weakest =
        values.values().stream().map(Fact::grade).max(Grade::compareTo).orElse(Grade.WEAK);
    return new Fact("members differ: " + shown + more, weakest, evidence, List.of());
  }

  private Fact debugInfo() {
    List<Part> known =
        sheet.parts().stream()
            .filter(part -> part.fact("debug-info").grade() != Grade.UNKNOWN)
            .toList();
    List<Part> with =
        known.stream().filter(p -> !p.fact("debug-info").value().startsWith("none")).toList();
    if (known.isEmpty()) {
      return Fact.unknown();
    }
    Grade weakest =
        known.stream()
            .map(part -> part.fact("debug-info").grade())
            .max(Grade::compareTo)
            .orElse(Grade.WEAK);
    if (with.isEmpty()) {
      Evidence none = new Evidence("members", -1, "none of %d".formatted(known.size()));
      return new Fact("none", weakest, List.of(none), List.of());
    }
    Fact first = with.getFirst().fact("debug-info");
    return new Fact(
        "in %d of %d members".formatted(with.size(), known.size()),
        weakest,
        first.evidence().subList(0, 1),
        List.of());
  }

  private Fact notRead() {
    List<String> unread = new ArrayList<>();
    if (archive.thin()) {
      unread.add("members (a thin archive names files elsewhere)");
    }
    sheet.parts().stream()
        .filter(part -> part.fact("strip").grade() == Grade.UNKNOWN)
        .filter(part -> !part.fact("format").value().equals("COFF import"))
        .map(Part::name)
        .limit(NAMED)
        .forEach(unread::add);
    Evidence why = new Evidence("members", -1, "counted as a whole");
    return Fact.certain(unread.isEmpty() ? "nothing" : String.join(", ", unread), why);
  }
}
