package dev.selfsame.adopt;

import dev.selfsame.adopt.Finding.Kind;
import java.util.List;
import java.util.stream.Collectors;

/** A draft as {@code selfsame.toml}, with comments. The same draft gives the same bytes. */
public final class DraftText {
  private static final int WIDTH = 96;

  private final Draft draft;
  private final StringBuilder out = new StringBuilder();

  private DraftText(Draft draft) {
    this.draft = draft;
  }

  /** The file's text, which ends in a newline. */
  public static String of(Draft draft) {
    DraftText text = new DraftText(draft);
    text.head();
    text.cargo();
    text.profile();
    text.image();
    text.findings();
    return text.out.toString();
  }

  private void head() {
    comment(
        "What Selfsame builds of this project, and how. Written by `selfsame init`; edit it freely.");
    gap();
    comment("The artifact's name in the registry.");
    field("name", draft.name());
    gap();
    comment("The environment, fixed by digest: " + draft.why() + ".");
    if (!draft.otherPins().isEmpty()) {
      comment("Others that would do: " + String.join(", ", draft.otherPins()) + ".");
    }
    field("pin", draft.pin());
    gap();
    comment("How long one build may take (s, m or h).");
    field("timeout", "30m");
  }

  private void cargo() {
    table("cargo");
    field("package", draft.cargoPackage().name());
    fields("binaries", draft.binaries());
    field("profile", "release");
    List<String> features = draft.cargoPackage().featureNames();
    if (!features.isEmpty()) {
      comment("Beside the default ones. The package has: " + String.join(", ", features) + ".");
    }
    fields("features", draft.features());
    out.append("default-features = true\n");
    comment("For every rustc call, in the place of RUSTFLAGS and of Cargo's configuration.");
    fields("rustflags", draft.rustflags());
  }

  private void profile() {
    gap();
    comment("Keys of Cargo's profile, set from outside: they go before those of Cargo.toml.");
    if (!draft.release().isEmpty()) {
      String keys =
          draft.release().entrySet().stream()
              .map(key -> key.getKey() + " = " + key.getValue())
              .collect(Collectors.joining(", "));
      comment("Its [profile.release] has: " + keys + ".");
    }
    out.append("[profile]\n");
    draft.profile().forEach(this::field);
    if (draft.profile().isEmpty()) {
      out.append("# strip = \"symbols\"\n");
    }
    gap();
    comment("Further variables of the build, such as SQLX_OFFLINE = \"true\".");
    out.append("[env]\n");
  }

  private void image() {
    gap();
    if (draft.image().isEmpty()) {
      comment(
          draft.base().isPresent()
              ? "For an image of the promoted binary, remove the # below (or: init --image)."
              : "For an image of the promoted binary a runtime pin is needed, and none is for this"
                  + " platform: selfsame pins lock --use runtime makes one; name it below.");
      out.append("# [image]\n# base = ").append(quoted(draft.base().orElse("…"))).append('\n');
      if (draft.binaries().size() > 1) {
        out.append("# binary = ").append(quoted(draft.binaries().getFirst())).append('\n');
      }
      out.append("# ports = [8080]\n");
      return;
    }
    Draft.Image image = draft.image().get();
    comment("The image that is made of the promoted binary: what `docker run` starts.");
    out.append("[image]\n");
    field("base", image.base());
    if (draft.binaries().size() > 1) {
      field("binary", image.binary());
    }
    field("entrypoint", "/usr/local/bin/" + image.binary());
    field("user", "65532:65532");
    out.append("# config = \"/etc/%s/config.toml\"\n# ports = [8080]\n".formatted(draft.name()));
    table("image.labels");
    field("\"org.opencontainers.image.title\"", draft.name());
    draft
        .cargoPackage()
        .licence()
        .ifPresent(text -> field("\"org.opencontainers.image.licenses\"", text));
  }

  private void findings() {
    section(Kind.OBSTACLE, "In the way of a build when this was written:");
    section(Kind.OPEN, "Could not be decided from the files alone:");
    section(Kind.NOTE, "Seen:");
  }

  private void section(Kind kind, String title) {
    List<Finding> own = draft.findings().stream().filter(one -> one.kind() == kind).toList();
    if (!own.isEmpty()) {
      gap();
      comment(title);
      own.forEach(one -> wrap("# - ", "#   ", one.text()));
    }
  }

  private void gap() {
    out.append('\n');
  }

  private void table(String name) {
    out.append("\n[").append(name).append("]\n");
  }

  private void comment(String text) {
    wrap("# ", "# ", OneLine.of(text));
  }

  private void wrap(String first, String next, String text) {
    StringBuilder line = new StringBuilder(first);
    boolean empty = true;
    for (String word : text.strip().split(" +", -1)) {
      if (!empty && line.length() + 1 + word.length() > WIDTH) {
        out.append(line).append('\n');
        line = new StringBuilder(next);
        empty = true;
      }
      line.append(empty ? "" : " ").append(word);
      empty = false;
    }
    out.append(line).append('\n');
  }

  private void field(String key, String value) {
    out.append(key).append(" = ").append(quoted(value)).append('\n');
  }

  private void fields(String key, List<String> values) {
    String all = values.stream().map(DraftText::quoted).collect(Collectors.joining(", ", "[", "]"));
    out.append(key).append(" = ").append(all).append('\n');
  }

  /** A basic string of TOML. */
  private static String quoted(String value) {
    String safe = OneLine.of(value).replace("\\", "\\\\").replace("\"", "\\\"");
    return '"' + safe + '"';
  }
}
