package dev.selfsame.cli;

import dev.selfsame.attest.Signer;
import dev.selfsame.digest.Digest;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.promote.Channel;
import dev.selfsame.promote.Check;
import dev.selfsame.promote.Desk;
import dev.selfsame.promote.ImageWish;
import dev.selfsame.promote.Policy;
import dev.selfsame.promote.PolicyFile;
import dev.selfsame.promote.Promoter;
import dev.selfsame.promote.Promoter.Done;
import dev.selfsame.promote.Promoter.NotMet;
import dev.selfsame.promote.Promoter.Result;
import dev.selfsame.promote.Promoter.Stands;
import dev.selfsame.promote.Staging;
import dev.selfsame.store.ArtifactName;
import dev.selfsame.store.Catalogue;
import dev.selfsame.store.ChannelName;
import dev.selfsame.store.Listing;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code promote}: decides by a policy, and signs a place in a channel for what passed. */
@Command(
    name = "promote",
    description = "Moves staged bytes into a channel, where a policy lets them.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  selfsame promote viworks/agent --channel production --policy policy.toml \\",
      "      --key promoter.key --registry reg --trust-root trust-root.json",
      "  selfsame promote viworks/agent --policy policy.toml --binary out/agent …",
      "  selfsame promote viworks/agent --policy policy.toml --digest sha256:… …",
      "  selfsame promote viworks/agent --policy policy.toml --key promoter.key \\",
      "      --registry https://registry.example.org",
      "",
      "A policy (schema and minimum-operators are required; a list that is left out asks",
      "nothing; true is the default):",
      "  schema = 1",
      "  minimum-operators = 2",
      "  builders = [\"https://builds.example.org/a\", \"https://builds.example.net/b\"]",
      "  pins = [\"trixie-rust-1.85.1\"]    # or ID@sha256:HEX of its root",
      "  controls-identical = true",
      "  varied-identical = true",
      "  strip-states = [\"stripped\"]",
      "  sources = [\"https://git.example.org/agent\"]",
      "  clean-source = true",
      "  max-evidence-age-days = 30",
      "  promotion-lifetime-days = 180",
      "",
      "A promotion that has an end does not count after it. Promote the same bytes again to",
      "renew it: in the second half of its life that makes a new promotion with a new end.",
      "",
      "Exit codes:",
      "  0  promoted, or the channel holds these bytes by this policy already, and for at least",
      "     half of its lifetime",
      "  1  a condition is not met, nothing is staged, or the channel is frozen (see:",
      "     selfsame unfreeze); nothing was changed",
      "  2  wrong usage, a policy or key that cannot be read, or which bytes is not clear",
      "  3  the registry cannot be read or written, another process holds it, or the clock",
      "     is behind the channel, or another promotion took the place",
      "  4  the key is no promoter's of the trust root, the channel's chain does not hold, or",
      "     evidence was altered; nothing was changed",
    })
final class PromoteCommand implements Callable<Integer> {
  private static final long LARGEST_POLICY = 1L << 20;

  private final Surroundings surroundings;
  @Mixin private final RegistryOptions registry;
  @Mixin private final KeysSigner signer;

  @Mixin private final ChannelOptions subject = new ChannelOptions();

  @Option(
      names = "--policy",
      required = true,
      paramLabel = "FILE",
      description = "The policy, TOML.")
  private @Nullable Path policy;

  @Option(
      names = "--digest",
      paramLabel = "sha256:HEX",
      description = "Which bytes; default: what is staged and was never promoted, if one thing.")
  private @Nullable String digest;

  @Option(
      names = "--binary",
      paramLabel = "FILE",
      description = "Which bytes, named by a file that has them.")
  private @Nullable Path binary;

  @Option(
      names = "--image",
      paramLabel = "sha256:HEX|none",
      description = {
        "The runtime image's manifest, or none; default: what the builders state, if one."
      })
  private @Nullable String image;

  PromoteCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
    this.registry = new RegistryOptions(surroundings);
    this.signer = new KeysSigner(surroundings);
  }

  @Override
  public Integer call() {
    ArtifactName artifact = subject.name();
    ChannelName into = subject.channel();
    byte[] policyBytes = policyBytes();
    Policy parsed = PolicyFile.parse(policyBytes, String.valueOf(policy));
    @Nullable Digest named = named();
    ImageWish wish = wish();
    Signer promoter = signer.signer();
    Result result =
        registry.writing(
            RegistryAccess.Absent.REFUSE,
            desk -> {
              // Not before: whoever wrote while this one waited has dated a record later.
              Instant now = surroundings.clock().instant();
              Digest which = named != null ? named : staged(desk, artifact, into, now);
              return new Promoter(desk, SelfsameCommand.VERSION)
                  .promote(
                      new Promoter.Request(
                          artifact,
                          into,
                          which,
                          parsed,
                          new String(policyBytes, StandardCharsets.UTF_8),
                          wish),
                      promoter,
                      now);
            });
    return print(artifact, into, result).status();
  }

  private ImageWish wish() {
    if (image == null) {
      return new ImageWish.Stated();
    }
    try {
      return image.equals("none") ? new ImageWish.None() : new ImageWish.This(Digest.parse(image));
    } catch (IllegalArgumentException e) {
      throw Failure.usage(String.valueOf(e.getMessage()), "give it as sha256:HEX, or none");
    }
  }

  /** What was asked for by name, or null where the registry is to say what there is. */
  private @Nullable Digest named() {
    if (digest != null && binary != null) {
      throw Failure.usage("--digest and --binary are two answers", "give one of them");
    }
    try {
      return digest != null
          ? Digest.parse(digest)
          : binary != null ? Digest.sha256(surroundings.workFolder().resolve(binary)) : null;
    } catch (IllegalArgumentException e) {
      throw Failure.usage(String.valueOf(e.getMessage()), "give it as sha256:HEX");
    } catch (IOException e) {
      throw Failure.undecided("cannot read " + binary, "check the path and its permissions", e);
    }
  }

  private Digest staged(Desk desk, ArtifactName artifact, ChannelName into, Instant now) {
    Staging.Candidates candidates = Staging.candidates(desk.evidence(), artifact, into, now);
    List<Digest> those = candidates.fresh().isEmpty() ? candidates.head() : candidates.fresh();
    if (those.size() == 1) {
      return those.getFirst();
    }
    if (those.isEmpty()) {
      throw Failure.no(
          "nothing that is believed is staged as " + artifact,
          hintOfNames(desk.listing(), artifact));
    }
    Console console = surroundings.console();
    console.message("staged as %s and never promoted into %s:".formatted(artifact, into));
    for (Catalogue.Staged row : desk.listing().staged(artifact)) {
      if (those.contains(row.artifact())) {
        console.message(
            "  %s  built %s by %s%s"
                .formatted(
                    row.artifact(),
                    row.at(),
                    row.operator(),
                    row.reproducible() ? "" : ", not proven to be reproducible"));
      }
    }
    throw Failure.usage(
        "%d different binaries are staged as %s".formatted(those.size(), artifact),
        "say which with --digest or --binary");
  }

  private static String hintOfNames(Listing listing, ArtifactName artifact) {
    String last = artifact.value().substring(artifact.value().lastIndexOf('/') + 1);
    List<String> others =
        listing.names(last).stream()
            .filter(other -> !other.equals(artifact))
            .map(ArtifactName::value)
            .toList();
    return others.isEmpty()
        ? "submit a binary with its evidence first"
        : "did you mean " + String.join(" or ", others) + "?";
  }

  private ExitCode print(ArtifactName artifact, ChannelName into, Result result) {
    Console console = surroundings.console();
    console.line(
        switch (result) {
          case NotMet no ->
              "not promoted: %s %s does not meet the policy"
                  .formatted(artifact, no.decision().artifact());
          case Stands same ->
              "promoted already: %s is promotion %d of %s into %s"
                  .formatted(same.head().artifact(), same.head().seq(), artifact, into);
          case Done done ->
              "promoted: %s is promotion %d of %s into %s"
                  .formatted(done.promotion().artifact(), done.promotion().seq(), artifact, into);
        });
    for (Check check : result.decision().checks()) {
      console.line(
          "  %-3s  %-10s %s".formatted(check.met() ? "yes" : "no", check.id(), check.reason()));
    }
    held(result)
        .flatMap(promotion -> promotion.claim().link().expires())
        .ifPresent(end -> console.line("  until      " + end));
    if (result instanceof Done done) {
      console.line("  evidence   " + done.promotion().bundle());
      done.replaced().ifPresent(before -> console.line("  replaces   " + replaced(before)));
    }
    return result instanceof NotMet ? ExitCode.NO : ExitCode.YES;
  }

  private static Optional<Channel.Promotion> held(Result result) {
    return switch (result) {
      case NotMet _ -> Optional.empty();
      case Stands same -> Optional.of(same.head());
      case Done done -> Optional.of(done.promotion());
    };
  }

  private static String replaced(Channel.Promotion before) {
    return "promotion %d, %s".formatted(before.seq(), before.artifact());
  }

  private byte[] policyBytes() {
    Path file = surroundings.workFolder().resolve(Objects.requireNonNull(policy));
    try {
      if (Files.size(file) > LARGEST_POLICY) {
        throw Failure.usage(file + " is too large for a policy", "name a policy in TOML");
      }
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new Failure(
          Files.exists(file) ? ExitCode.UNDECIDED : ExitCode.USAGE,
          "cannot read the policy " + file,
          "check the path and its permissions",
          e);
    }
  }
}
