package dev.selfsame.cli;

import dev.selfsame.store.ArtifactName;
import dev.selfsame.store.ChannelName;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Which channel of which artifact a command is about. */
final class ChannelOptions {
  @Parameters(paramLabel = "NAME", description = "The artifact's name.")
  private String name = "";

  @Option(
      names = "--channel",
      paramLabel = "CHANNEL",
      defaultValue = "production",
      description = "The channel; default: production.")
  private String channel = "production";

  /** The artifact; usage failure where it is no name. */
  ArtifactName name() {
    return RegistryOptions.name(name);
  }

  /** The channel; usage failure where it is no channel's name. */
  ChannelName channel() {
    return RegistryOptions.channel(channel);
  }
}
