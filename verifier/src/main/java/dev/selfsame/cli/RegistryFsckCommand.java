package dev.selfsame.cli;

import dev.selfsame.attest.TrustRoot;
import dev.selfsame.evidence.Json;
import dev.selfsame.upkeep.Finding;
import dev.selfsame.upkeep.Findings;
import dev.selfsame.upkeep.Fsck;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code registry fsck}: reads everything that a registry holds. */
@Command(
    name = "fsck",
    description = {
      "Reads everything in a registry and tells what is not as it should be: blobs against",
      "their digests, the chains of the log and of the audit log, the database's rows against",
      "the log, and with a trust root evidence and channels against their signatures."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  selfsame registry fsck --registry reg --trust-root trust-root.json",
      "  selfsame registry fsck --registry reg --repair",
      "  selfsame registry fsck --settings serve.toml --trust-root trust-root.json",
      "",
      "--repair makes rows again from the log and the index from signed bundles, and moves",
      "altered blobs and strays into DIR/quarantine, or quarantine/ of the bucket. It deletes",
      "nothing. An altered log, audit log or channel is told and stays as it is.",
      "",
      "A registry in a database and a bucket is checked while its servers go on; with --repair",
      "writers wait while rows are made again. The audit log is that of the folder: run it at",
      "each server. Changes say how far it went when they were made, and so that it was cut off;",
      "of its end after the last change, note the number and SHA-256, which --json tells.",
      "",
      "Exit codes, with --repair too; what was found decides, mended or not:",
      "  0  nothing is wrong",
      "  1  something is, and nothing that is believed is touched: rows out of step, strays",
      "  2  wrong usage",
      "  3  something cannot be read, or a server has the folder open",
      "  4  bytes, evidence, a channel or a log were altered, or are missing",
    })
final class RegistryFsckCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Mixin private final UpkeepOptions registry;

  @Option(
      names = "--trust-root",
      paramLabel = "FILE",
      description = "Who may sign what; without it no signature is checked.")
  private @Nullable Path trustRoot;

  @Option(names = "--repair", description = "Mend what can be mended, and put aside what cannot.")
  private boolean repair;

  @Option(names = "--json", description = "Print the answer as JSON (schema selfsame.fsck/1).")
  private boolean json;

  RegistryFsckCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
    this.registry = new UpkeepOptions(surroundings);
  }

  @Override
  public Integer call() {
    Optional<TrustRoot> root =
        Optional.ofNullable(trustRoot)
            .map(file ->
                RegistryAccess.root(surroundings.workFolder().resolve(file), surroundings.seen()));
    Findings found =
        registry.examining(
            "meanwhile it hashes itself what it serves of deploy/",
            parts -> {
              Fsck fsck = new Fsck(parts, root, surroundings.console().progress());
              return repair ? fsck.repair() : fsck.check();
            });
    print(found);
    return found.code().status();
  }

  /** A finding of the document. */
  record Line(String kind, boolean trust, String what, @Nullable String done) {
    static Line of(Finding finding) {
      return new Line(
          finding.kind().name().toLowerCase(Locale.ROOT).replace('_', '-'),
          finding.kind().touchesTrust(),
          finding.what(),
          finding.done().orElse(null));
    }
  }

  /** Where the audit log ends. */
  record Audit(long lines, String lastSha256) {}

  /** The document. */
  record Document(
      String schema,
      int exitCode,
      long blobs,
      long bytes,
      long changes,
      long bundles,
      boolean signaturesChecked,
      @Nullable Audit audit,
      List<Line> findings) {}

  private void print(Findings found) {
    Console console = surroundings.console();
    if (json) {
      console.print(
          Json.write(
              new Document(
                  "selfsame.fsck/1",
                  found.code().status(),
                  found.blobs(),
                  found.bytes(),
                  found.changes(),
                  found.bundles(),
                  trustRoot != null,
                  found.audit().map(last -> new Audit(last.seq(), last.chain())).orElse(null),
                  found.findings().stream().map(Line::of).toList())));
      return;
    }
    found.findings().forEach(finding -> console.line(finding.toString()));
    console.line(
        "%s: %d blobs (%d bytes), %d changes, %d bundles%s, %s read"
            .formatted(
                found.findings().isEmpty()
                    ? "nothing is wrong"
                    : found.findings().size() + " findings",
                found.blobs(),
                found.bytes(),
                found.changes(),
                found.bundles(),
                trustRoot == null ? " (no signature checked: --trust-root)" : "",
                found
                    .audit()
                    .map(last -> last.seq() + " lines of the audit log")
                    .orElse("no audit log")));
  }
}
