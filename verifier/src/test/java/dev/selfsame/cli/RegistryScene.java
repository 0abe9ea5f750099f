package dev.selfsame.cli;

import dev.selfsame.attest.TrustRoot;
import dev.selfsame.files.UserFolders;
import dev.selfsame.scenes.Records;
import dev.selfsame.scenes.Stage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A folder with a registry, a trust root, keys and binaries, in which commands are run. */
final class RegistryScene {
  final Stage stage;
  final Path folder;
  String out = "";
  String err = "";
  private long version;

  /** What commands are told of it. */
  String registry = "registry";

  /** Where what was seen is remembered, beside other things. */
  Path home;

  /** Variables beside HOME. */
  Map<String, String> environment = Map.of();

  /** How long commands wait for another process that holds the registry. */
  Duration patience = Surroundings.PATIENCE;

  private final Map<String, Deed> deeds = new LinkedHashMap<>();

  /** What somebody does while a command runs. */
  interface Deed {
    void run() throws Exception;
  }

  RegistryScene(Path folder) {
    this.folder = folder;
    this.home = folder;
    this.stage = new Stage(folder);
    prepare();
  }

  /** Another user of the same things. */
  RegistryScene(Path folder, Stage stage) {
    this.folder = folder;
    this.home = folder;
    this.stage = stage;
  }

  private void prepare() {
    trust();
    for (String who :
        List.of("alice", "alice-2", "bob", "pat", "paul", "carol", "dora", "stranger", "old")) {
      write(
          who + ".key",
          ("-----BEGIN PRIVATE KEY-----\n"
                  + Base64.getEncoder().encodeToString(stage.people.pkcs8(who))
                  + "\n-----END PRIVATE KEY-----\n")
              .getBytes(StandardCharsets.US_ASCII));
    }
    write("policy.toml", Stage.POLICY.getBytes(StandardCharsets.UTF_8));
  }

  /** Writes the trust root as the stage has it now, as the next version. */
  void trust() {
    trust(++version);
  }

  void trust(long as) {
    write("trust-root.json", new TrustRoot(as, stage.root.keys()).json());
  }

  Path write(String name, byte[] bytes) {
    try {
      return Files.write(folder.resolve(name), bytes);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Puts a record and its binary where commands find them. */
  void built(Records records) {
    write("agent", records.binary);
    write("build-record.json", records.json());
  }

  /** Once a command has printed this, the deed is done, once, before the command goes on. */
  void when(String printed, Deed deed) {
    deeds.put(printed, deed);
  }

  /** What a command prints to, and who sees it. */
  private final class Seen extends ByteArrayOutputStream {
    @Override
    public synchronized void write(byte[] bytes, int from, int length) {
      super.write(bytes, from, length);
      if (deeds.isEmpty()) {
        return;
      }
      String printed = toString(StandardCharsets.UTF_8);
      for (String words : deeds.keySet().stream().filter(printed::contains).toList()) {
        try {
          deeds.remove(words).run();
        } catch (Exception e) {
          throw new AssertionError(e);
        }
      }
    }
  }

  /** Runs a command of the registry; its exit status. */
  int run(String... words) {
    List<String> all = new ArrayList<>(List.of(words));
    if (!all.contains("--registry")) {
      all.addAll(List.of("--registry", registry));
    }
    all.addAll(List.of("--trust-root", "trust-root.json"));
    return runPlain(all.toArray(String[]::new));
  }

  /** Runs any command there; its exit status. */
  int runPlain(String... words) {
    ByteArrayOutputStream stdout = new Seen();
    ByteArrayOutputStream stderr = new Seen();
    Console console =
        new Console(
            new PrintStream(stdout, false, StandardCharsets.UTF_8),
            new PrintStream(stderr, false, StandardCharsets.UTF_8),
            false,
            false);
    Map<String, String> variables = new HashMap<>(environment);
    variables.put("HOME", home.toString());
    int status =
        new Main(
                new Surroundings(
                    variables,
                    Clock.fixed(stage.now, ZoneOffset.UTC),
                    UserFolders.of(variables),
                    folder,
                    console,
                    patience))
            .run(words);
    out = stdout.toString(StandardCharsets.UTF_8);
    err = stderr.toString(StandardCharsets.UTF_8);
    return status;
  }

  int verify(String... words) {
    List<String> all = new ArrayList<>(List.of("verify", "--binary"));
    all.addAll(List.of(words));
    return run(all.toArray(String[]::new));
  }

  String said() {
    return out + err;
  }
}
