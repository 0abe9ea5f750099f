package dev.selfsame.cli;

import dev.selfsame.attest.Signer;
import dev.selfsame.attest.keys.KeyFile;
import dev.selfsame.deploy.Consent;
import dev.selfsame.deploy.DeployFile;
import dev.selfsame.deploy.DeployFileReader;
import dev.selfsame.deploy.Deployment;
import dev.selfsame.deploy.DeploymentLog;
import dev.selfsame.deploy.Gate;
import dev.selfsame.deploy.Journal;
import dev.selfsame.deploy.Outcome;
import dev.selfsame.deploy.OutcomeText;
import dev.selfsame.deploy.Release;
import dev.selfsame.deploy.Secrets;
import dev.selfsame.deploy.Settings;
import dev.selfsame.deploy.SettingsKey;
import dev.selfsame.deploy.Target;
import dev.selfsame.deploy.TargetLock;
import dev.selfsame.deploy.TargetName;
import dev.selfsame.deploy.kubernetes.ManifestsFile;
import dev.selfsame.digest.Digest;
import dev.selfsame.evidence.Json;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code deploy}: from what a channel holds to something healthy that runs, and back. */
@Command(
    name = "deploy",
    description = "Brings what a channel holds to a target, and goes back where it does not do.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  selfsame deploy viworks/agent --to docker:agent --config deploy.toml --plan",
      "  selfsame deploy viworks/agent --to docker:agent --config deploy.toml \\",
      "      --registry https://registry.example.org --key deployer.key",
      "  selfsame deploy viworks/agent --to docker:agent:/app/agent --config deploy.toml",
      "  selfsame deploy viworks/agent --to dir:/opt/agent --config deploy.toml",
      "  selfsame deploy viworks/agent --to systemd:agent --config deploy.toml",
      "  selfsame deploy viworks/agent --to kubernetes:agent.yaml --config deploy.toml",
      "",
      "Targets: docker:NAME or podman:NAME is a container of the promoted image; with :/PATH",
      "it is a program in a container that is there. The new one is made beside the old one,",
      "its bytes are hashed before and after it starts, and the old one goes only when the",
      "new one is well. Who is killed meanwhile is followed by a run that ends it, forwards",
      "or backwards. dir:PATH is a process from PATH/current, systemd:UNIT a unit; there the",
      "old one stops before the new one starts, and {config} in an argument or variable is",
      "the configuration's place. kubernetes:FILE is written, by digest, and not applied.",
      "The settings:",
      "  keep-old = \"10s\"                # both work for so long",
      "  publish = [\"127.0.0.1:8081:8081\"]",
      "  [[networks]]",
      "  name = \"internal\"",
      "  [[networks]]",
      "  name = \"public\"",
      "  aliases = [\"agent\"]            # taken over without a gap",
      "  [container]                    # no capabilities, no new privileges, and:",
      "  memory = \"256m\"  # cpus, processes, open-files, tmpfs, capabilities (which",
      "                     # Docker gives to user 0 alone)",
      "  [secrets]",
      "  names = [\"PASSWORD\"]   # from the environment, or file = \"NAME=VALUE lines\"",
      "                         # a changed value is deployed like any other change",
      "  [config]",
      "  template = \"agent.toml\"        # $${PASSWORD} stands for the secret,",
      "                                 # $${PASSWORD|url} for it in an address",
      "  [health]",
      "  live = \"http://target:8080/health\"",
      "  ready = \"http://target:8080/ready\"",
      "  [kubernetes]",
      "  registry = \"registry.example.org\"   # what the cluster pulls from",
      "  [systemd]",
      "  user = \"agent\"               # absent: one that systemd makes",
      "",
      "Exit codes:",
      "  0  it runs from the promoted bytes and is well; with --plan: it may be deployed",
      "  1  refused, the channel holds something else than --digest, or it did not do and",
      "     everything is as it was before",
      "  2  wrong usage or settings, a secret or network that is missing",
      "  3  could not tell: no engine, no registry, another deployment is under way, or it",
      "     could not be ended; then the next run goes on; with --plan: that run has to come",
      "     first. Also where it runs, and the",
      "     record of it could not be kept; then the next run with --key keeps it",
      "  4  evidence is bad, or the key is no deployer's: nothing new was begun",
    })
final class DeployCommand implements Callable<Integer> {
  private final Surroundings surroundings;
  @Mixin private final RegistryOptions registry;
  @Mixin private final KeysPassphrase passphrase;

  @Mixin private final ChannelOptions subject = new ChannelOptions();

  @Option(names = "--to", required = true, paramLabel = "TARGET", description = "Where to.")
  private String to = "";

  @Option(
      names = "--config",
      required = true,
      paramLabel = "FILE",
      description = "How it is run there, TOML.")
  private String config = "";

  @Option(names = "--plan", description = "Say what would be done, and change nothing.")
  private boolean planOnly;

  @Option(
      names = "--wait",
      paramLabel = "SECONDS",
      defaultValue = "0",
      description = "How long to wait for another deployment to the target; default: not at all.")
  private int wait;

  @Option(
      names = "--key",
      paramLabel = "FILE",
      description = {
        "Private key of a deployer, which signs how it ended (see: selfsame keys); default: no",
        "record is kept."
      })
  private @Nullable Path key;

  @Option(names = "--again", description = "Deploy also what runs there already.")
  private boolean again;

  @Option(
      names = "--digest",
      paramLabel = "sha256:HEX",
      description = "Refuse where the channel holds anything else.")
  private @Nullable String digest;

  @Option(names = "--replace", description = "Also where somebody else, or another artifact, is.")
  private boolean replace;

  @Option(names = "--unwell", description = "For docker:NAME:/PATH: also where it is not well.")
  private boolean unwell;

  @Option(
      names = "--unseen",
      description = {
        "For containers, where their processes cannot be seen from here (no root user, another",
        "machine's engine): take the file for what runs. The record says so."
      })
  private boolean unseen;

  @Option(names = "--json", description = "Print the outcome as JSON (selfsame.deployment/1).")
  private boolean json;

  DeployCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
    this.registry = new RegistryOptions(surroundings);
    this.passphrase = new KeysPassphrase(surroundings);
  }

  @Override
  public Integer call() throws InterruptedException {
    TargetName target = TargetName.parse(to, surroundings.workFolder());
    Optional<Digest> wanted = wanted();
    DeployFile file = DeployFileReader.read(surroundings.workFolder().resolve(config), config);
    if (target instanceof TargetName.Manifests manifests) {
      if (key != null) {
        throw Failure.usage(
            "manifests are written and not applied, so there is nothing to sign",
            "leave out --key");
      }
      return write(new ManifestsFile(manifests.file()), file, wanted);
    }
    Secrets secrets = Secrets.find(file.secrets(), surroundings.environment());
    DeployTargets targets = new DeployTargets(surroundings);
    Path folder = targets.folder(target);
    Consent consent = new Consent(replace, unwell, unseen);
    if (planOnly) {
      SettingsKey key = SettingsKey.find(folder).orElseGet(SettingsKey::passing);
      try (Target there = targets.open(target, new Settings(file, secrets, key), consent)) {
        return plan(there, folder, wanted);
      }
    }
    if (wait < 0) {
      throw Failure.usage("--wait is below 0", "give seconds");
    }
    try (TargetLock _ = TargetLock.take(folder, to, Duration.ofSeconds(wait))) {
      Settings settings = new Settings(file, secrets, SettingsKey.keep(folder));
      try (Target there = targets.open(target, settings, consent)) {
        return deploy(target, there, folder, settings, wanted).code().status();
      }
    }
  }

  /** Needs no values of secrets: a cluster has its own. */
  private int write(ManifestsFile manifests, DeployFile file, Optional<Digest> wanted) {
    Console console = surroundings.console();
    Release release = release(wanted);
    if (planOnly) {
      console.print(ManifestsFile.text(release, file));
      return ExitCode.YES.status();
    }
    String image = manifests.write(release, file, new Consent(replace, false, false));
    console.line("written: %s to %s".formatted(release.text(), manifests.file()));
    console.line("image: " + image);
    console.line("It is written and not applied: kubectl apply -f " + manifests.file());
    return ExitCode.YES.status();
  }

  /**
   * What is half-way is no ground for a plan: how the target will be is known when it has ended.
   */
  private int plan(Target there, Path folder, Optional<Digest> wanted) throws InterruptedException {
    Optional<Journal.Open> open = new Journal(folder).open();
    if (open.isPresent()) {
      throw Failure.undecided(
          "no plan yet: the next deployment to %s first %s".formatted(to, open.get().next()),
          "run it without --plan, which ends that first; or wait, where it is under way");
    }
    Release release = release(wanted);
    surroundings.console().line("plan: %s to %s".formatted(release.text(), to));
    surroundings.console().print(there.plan(release).text());
    return ExitCode.YES.status();
  }

  private Outcome deploy(
      TargetName target, Target there, Path folder, Settings settings, Optional<Digest> wanted)
      throws InterruptedException {
    Optional<Signer> signer = signer();
    Optional<DeploymentLog> log =
        signer.map(one -> new DeployRecord(surroundings, registry, one, target));
    DeployRun run = new DeployRun(surroundings, log, target, there, folder);
    // Before the registry is asked for anything: what was broken off may be down until then.
    run.recover(settings.secretsMark());
    signer.ifPresent(one -> DeployRecord.requireDeployer(surroundings, registry, one));
    Release release = release(wanted);
    return run.deploy(
        release, deployment(release, settings, surroundings.clock().instant()), again, this::print);
  }

  /** The key, read before anything is deployed. */
  private Optional<Signer> signer() {
    if (key == null) {
      return Optional.empty();
    }
    return Optional.of(KeyFile.read(surroundings.workFolder().resolve(key), passphrase).signer());
  }

  private Optional<Digest> wanted() {
    try {
      return Optional.ofNullable(digest).map(Digest::parse);
    } catch (IllegalArgumentException e) {
      throw Failure.usage("--digest is no digest: " + digest, "give it as sha256:HEX");
    }
  }

  private Release release(Optional<Digest> wanted) {
    Release release =
        new Gate(registry.reading(), surroundings.clock().instant())
            .open(subject.name(), subject.channel());
    if (wanted.isPresent() && !wanted.get().equals(release.artifact())) {
      throw Failure.no(
          "the channel holds something else than %s: %s".formatted(wanted.get(), release.text()),
          "it has moved on since: deploy what it holds now, or bring the other one back into it");
    }
    return release;
  }

  private Deployment deployment(Release release, Settings settings, Instant now) {
    byte[] id = new byte[6];
    new SecureRandom().nextBytes(id);
    return release.deployment(
        HexFormat.of().formatHex(id),
        to,
        settings.file().fingerprint(),
        settings.secretsMark(),
        now);
  }

  private void print(Outcome outcome) {
    Console console = surroundings.console();
    if (json) {
      console.print(Json.write(outcome));
    } else {
      console.print(OutcomeText.of(outcome));
    }
  }
}
