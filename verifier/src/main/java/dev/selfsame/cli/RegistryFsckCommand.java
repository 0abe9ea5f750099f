package dev.selfsame.cli;

import dev.selfsame.attest.TrustRoot;
import dev.selfsame.evidence.Json;
import dev.selfsame.promote.Evidence;
import dev.selfsame.store.Changes;
import dev.selfsame.store.RowsCheck;
import dev.selfsame.store.file.RegistryFolder;
import dev.selfsame.store.jdbi.H2Repositories;
import dev.selfsame.store.jdbi.H2RowsCheck;
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
      "Reads everything in a registry's folder and tells what is not as it should be:",
      "blobs against their digests, the chain of the log, the database's rows against",
      "the log, and with a trust root evidence and channels against their signatures."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  selfsame registry fsck --registry reg --trust-root trust-root.json",
      "  selfsame registry fsck --registry reg --repair",
      "",
      "--repair makes rows again from the log and the index from signed bundles, and moves",
      "altered blobs and stray files into DIR/quarantine. It deletes nothing.",
      "",
      "Exit codes, with --repair too; what was found decides, mended or not:",
      "  0  nothing is wrong",
      "  1  something is, and nothing that is believed is touched: rows out of step, strays",
      "  2  wrong usage",
      "  3  something cannot be read, or a server has the registry open",
      "  4  bytes, evidence, a channel or the log were altered, or are missing",
    })
final class RegistryFsckCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Mixin private final FolderOption registry;

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
    this.registry = new FolderOption(surroundings);
  }

  @Override
  public Integer call() {
    RegistryFolder folder = registry.open("meanwhile it hashes itself what it serves of deploy/");
    Optional<Evidence> evidence =
        Optional.ofNullable(trustRoot)
            .map(file -> TrustRoot.read(surroundings.workFolder().resolve(file)))
            .map(root -> new Evidence(folder.registry(), root));
    Fsck fsck = new Fsck(folder, evidence, new Rows(folder), surroundings.console().progress());
    Findings found = repair ? fsck.repair() : fsck.check();
    print(found);
    return found.code().status();
  }

  /** The rows in H2. */
  private final class Rows implements Fsck.Database {
    private final RegistryFolder folder;

    Rows(RegistryFolder folder) {
      this.folder = folder;
    }

    @Override
    public RowsCheck check(Changes log) {
      return new H2RowsCheck(folder.path(), log);
    }

    @Override
    public void rebuild() {
      try (H2Repositories rows = registry.repositories(folder)) {
        rows.names(null, 1);
      }
    }
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

  /** The document. */
  record Document(
      String schema,
      int exitCode,
      long blobs,
      long bytes,
      long changes,
      long bundles,
      boolean signaturesChecked,
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
                  found.findings().stream().map(Line::of).toList())));
      return;
    }
    found.findings().forEach(finding -> console.line(finding.toString()));
    console.line(
        "%s: %d blobs (%d bytes), %d changes, %d bundles%s read"
            .formatted(
                found.findings().isEmpty()
                    ? "nothing is wrong"
                    : found.findings().size() + " findings",
                found.blobs(),
                found.bytes(),
                found.changes(),
                found.bundles(),
                trustRoot == null ? " (no signature checked: --trust-root)" : ""));
  }
}
