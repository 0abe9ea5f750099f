package dev.selfsame.binary.rust;

import dev.selfsame.evidence.Fact;
import dev.selfsame.evidence.Fact.Evidence;
import dev.selfsame.evidence.Fact.Grade;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which rustc made a file.
 *
 * @param comments what {@code .comment} says; rustc writes it from 1.64 on, and stripping keeps it
 * @param upstream a path of upstream's standard library, if one was found
 * @param debian a path of Debian's standard library, if one was found
 */
public record RustcFacts(Comments comments, Optional<Mark> upstream, Optional<Mark> debian) {

  private static final int SHORT = 9;
  private static final Pattern BUNDLED_LLD = Pattern.compile("Linker: LLD (\\S+) \\(/checkout/.*");

  /** The compiler's version, or {@code commit HEX} where only that is known. */
  public Fact rustc() {
    List<Comments.Rustc> said = comments.rustc();
    if (!said.isEmpty()) {
      return fromComment(said);
    }
    if (debian.isPresent()) {
      Mark path = debian.get();
      return new Fact(
          SourcePaths.version(path), Grade.STRONG, List.of(path.evidence()), conflict(upstream));
    }
    return upstream.map(RustcFacts::ofPath).orElse(Fact.unknown());
  }

  private static Fact ofPath(Mark path) {
    String commit = SourcePaths.commit(path);
    return Releases.ofCommit(commit)
        .map(release ->
            fact("%s (%s)".formatted(release.version(), commit.substring(0, SHORT)), path))
        .orElseGet(() -> fact("commit " + commit, path));
  }

  /**
   * LLVM's major version: lld of rustc's own tools names it; else what upstream's release had. A
   * distribution may build the same release on its own LLVM. That of another rustc within the file
   * speaks against it; what clang says of C does not.
   */
  public Fact llvm() {
    List<Llvm> said = new ArrayList<>();
    for (Mark mark : comments.marks()) {
      Matcher lld = BUNDLED_LLD.matcher(mark.text());
      if (lld.matches()) {
        said.add(new Llvm(lld.group(1), Grade.STRONG, Grade.MEDIUM, mark));
      }
    }
    Fact built = distribution();
    if (debian.isEmpty() && built.value().startsWith("upstream")) {
      upstream
          .flatMap(path -> ofRelease(SourcePaths.commit(path), built.grade(), path))
          .ifPresent(said::add);
    }
    if (said.isEmpty()) {
      return Fact.unknown();
    }
    if (debian.isEmpty()) {
      comments.rustc().stream()
          .filter(rustc -> rustc.note().isEmpty())
          .flatMap(rustc -> ofRelease(rustc.commit(), Grade.MEDIUM, rustc.mark()).stream())
          .forEach(said::add);
    }
    return said.getFirst().against(said);
  }

  private static Optional<Llvm> ofRelease(String commit, Grade grade, Mark mark) {
    return Releases.ofCommit(commit)
        .filter(known -> !known.llvm().equals("-"))
        .map(known -> new Llvm(known.llvm(), grade, Grade.WEAK, mark));
  }

  /**
   * An LLVM by what names it or what was built on it.
   *
   * @param version whole, or its first number alone
   * @param doubted the grade where something speaks against it
   */
  private record Llvm(String version, Grade grade, Grade doubted, Mark mark) {
    Fact against(List<Llvm> others) {
      List<Evidence> against =
          others.stream().filter(this::differs).map(other -> other.mark().evidence()).toList();
      Grade now = against.isEmpty() ? grade : doubted;
      return new Fact(version, now, List.of(mark.evidence()), against);
    }

    private boolean differs(Llvm other) {
      boolean whole = version.contains(".") && other.version().contains(".");
      return whole
          ? !version.equals(other.version())
          : !version.replaceAll("\\..*", "").equals(other.version().replaceAll("\\..*", ""));
    }
  }

  /** The compiler's commit: 40 hex digits from a path, else the abbreviated ones of its version. */
  public Fact commit() {
    if (upstream.isPresent()) {
      String commit = SourcePaths.commit(upstream.get());
      List<Evidence> against =
          comments.rustc().stream()
              .filter(rustc -> !commit.startsWith(rustc.commit()))
              .map(rustc -> rustc.mark().evidence())
              .toList();
      return new Fact(commit, Grade.STRONG, List.of(upstream.get().evidence()), against);
    }
    return comments.rustc().stream()
        .findFirst()
        .map(rustc -> fact(rustc.commit(), rustc.mark()))
        .orElse(Fact.unknown());
  }

  /**
   * Who built the toolchain. Upstream's paths are a weak sign of it alone: they are what {@code
   * remap-debuginfo} of rustc's build makes, which whoever builds it from upstream's sources may
   * set. That a rustc says its version, and nothing behind it, is another sign.
   */
  public Fact distribution() {
    if (debian.isPresent()) {
      return new Fact(
          "Debian or a derivative",
          Grade.STRONG,
          List.of(debian.get().evidence()),
          conflict(upstream));
    }
    // Upstream's own says nothing behind its date: the build's "description" is a distribution's.
    Optional<Comments.Rustc> described =
        comments.rustc().stream().filter(rustc -> !rustc.note().isEmpty()).findFirst();
    if (described.isPresent()) {
      return new Fact(
          described.get().note().replaceAll("^\\(|\\)$", "") + " (a distribution)",
          Grade.STRONG,
          List.of(described.get().mark().evidence()),
          List.of());
    }
    return upstream.map(this::asUpstream).orElse(Fact.unknown());
  }

  private Fact asUpstream(Mark path) {
    String value = "upstream (rustup or its archives)";
    if (!comments.rustc().isEmpty()) {
      return new Fact(value, Grade.MEDIUM, List.of(path.evidence()), List.of());
    }
    Evidence silent =
        new Evidence(
            "comments", -1, "no rustc names itself: a distribution's may have such paths too");
    return new Fact(value, Grade.WEAK, List.of(path.evidence(), silent), List.of());
  }

  private Fact fromComment(List<Comments.Rustc> said) {
    Comments.Rustc first = said.getFirst();
    List<Evidence> against = new ArrayList<>();
    for (Comments.Rustc other : said) {
      if (!other.version().equals(first.version())) {
        against.add(other.mark().evidence());
      }
    }
    upstream
        .filter(path -> !SourcePaths.commit(path).startsWith(first.commit()))
        .ifPresent(path -> against.add(path.evidence()));
    debian
        .filter(path -> !first.version().startsWith(SourcePaths.version(path) + " "))
        .ifPresent(path -> against.add(path.evidence()));
    Grade grade = against.isEmpty() ? Grade.STRONG : Grade.MEDIUM;
    return new Fact(first.version(), grade, List.of(first.mark().evidence()), against);
  }

  private static Fact fact(String value, Mark mark) {
    return new Fact(value, Grade.STRONG, List.of(mark.evidence()), List.of());
  }

  private static List<Evidence> conflict(Optional<Mark> other) {
    return other.map(mark -> List.of(mark.evidence())).orElse(List.of());
  }
}
