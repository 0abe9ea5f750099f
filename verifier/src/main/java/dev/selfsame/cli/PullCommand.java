package dev.selfsame.cli;

import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.promote.Channel;
import dev.selfsame.promote.ChannelReader;
import dev.selfsame.promote.Evidence;
import dev.selfsame.promote.SignedBlobs;
import dev.selfsame.store.ArtifactName;
import dev.selfsame.store.ChannelName;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code pull}: hands over what a channel holds, after verifying it again. */
@Command(
    name = "pull",
    description = "Writes what a channel holds to a file, after verifying all of it again.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  selfsame pull viworks/agent --channel production -o /opt/agent/agent \\",
      "      --registry reg --trust-root trust-root.json",
      "  selfsame pull viworks/agent -o agent --registry https://registry.example.org",
      "",
      "The file (mode 0755) appears whole or not at all, with exactly the bytes that were",
      "hashed. A file that is there already is replaced only with --force.",
      "",
      "Exit codes:",
      "  0  written: the bytes are those of the channel's newest promotion, which holds",
      "  1  nothing is promoted, or the promotion has ended",
      "  2  wrong usage, or the file is there already",
      "  3  the registry cannot be read, or the file cannot be written",
      "  4  evidence does not hold: the chain, a signature, a signer, or the bytes",
    })
final class PullCommand implements Callable<Integer> {
  private final Surroundings surroundings;
  @Mixin private final RegistryOptions registry;

  @Mixin private final ChannelOptions subject = new ChannelOptions();

  @Option(
      names = {"-o", "--output"},
      required = true,
      paramLabel = "FILE",
      description = "Where to write it.")
  private @Nullable Path output;

  @Option(names = "--force", description = "Replace FILE if it is there.")
  private boolean force;

  PullCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
    this.registry = new RegistryOptions(surroundings);
  }

  @Override
  public Integer call() {
    ArtifactName artifact = subject.name();
    ChannelName from = subject.channel();
    PulledFile file =
        new PulledFile(surroundings.workFolder().resolve(Objects.requireNonNull(output)), force);
    file.requireFree();
    Evidence evidence = registry.reading();
    Instant now = surroundings.clock().instant();
    ChannelReader reader = new ChannelReader(evidence);
    Channel read = reader.read(artifact, from, now);
    Channel.Promotion head =
        read.head()
            .orElseThrow(() ->
                Failure.no(
                    "nothing is promoted as %s into %s".formatted(artifact, from),
                    "promote it first, or name another channel"));
    SignedBlobs blobs =
        new SignedBlobs(evidence.registry().blobs(), reader.requireBelieved(read, now));
    if (!head.claim().currentAt(now)) {
      throw Failure.no(
          "promotion %d of %s into %s has ended".formatted(head.seq(), artifact, from),
          "promote it again");
    }
    long size = file.write(out -> blobs.copy(head.artifact(), out));
    surroundings
        .console()
        .line(
            "pulled: %s is promotion %d of %s into %s, %s, %d bytes"
                .formatted(output, head.seq(), artifact, from, head.artifact(), size));
    return ExitCode.YES.status();
  }
}
