package dev.selfsame.workflow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.selfsame.deploy.docker.TinyAgent;
import dev.selfsame.digest.Digest;
import dev.selfsame.files.UserFolders;
import dev.selfsame.launcher.DemoRun;
import dev.selfsame.launcher.Shell;
import dev.selfsame.source.Repositories;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.eclipse.jgit.api.Git;

/**
 * Somebody who took over the workflow for a project of their own, a web server of ten lines: its
 * repository, keys, trust root, and a registry behind a server that asks for tokens.
 */
final class Adopter implements AutoCloseable {
  static final String NAME = "ten-lines";
  private static final String SETTINGS = ".github/selfsame/deploy.toml";
  private static final List<String> NETWORKS = List.of("internal", "public");
  private static final String PASSWORD = "the database's own word";

  /** The image's own user: whoever else is not root may not look at what it runs. */
  private static final String USER = "65532";

  static final List<String> ROLES = List.of("builder", "promoter", "deployer");

  /** Where each role has its key and its token. */
  private static final Map<String, String> ENVIRONMENTS =
      Map.of("builder", "build", "promoter", "promotion", "deployer", "production");

  private static final String MAIN =
      """
      use std::io::{Read, Write};

      fn main() -> std::io::Result<()> {
          for stream in std::net::TcpListener::bind("0.0.0.0:8080")?.incoming() {
              let mut stream = stream?;
              let _ = stream.read(&mut [0; 1024])?;
              let _ = stream.write_all(b"HTTP/1.1 200 OK\\r\\nContent-Length: 3\\r\\nConnection: close\\r\\n\\r\\nok\\n");
          }
          Ok(())
      }
      """;

  final Path workspace;
  final TokenServer server;
  private final Path folder;
  private final String container;

  /**
   * @param container which is deployed; networks have names that begin so
   */
  Adopter(Path folder, String container) throws Exception {
    this.folder = folder;
    this.container = container;
    this.workspace = Files.createDirectory(folder.resolve("workspace"));
    writeProject();
    copyGithub();
    settle();
    keys();
    prepareHost();
    try (Git git = Repositories.init(workspace)) {
      Repositories.commitAll(git);
      adopt();
      Repositories.commitAll(git);
    }
    this.server = new TokenServer(folder, environment());
  }

  @Override
  public void close() throws InterruptedException {
    server.close();
  }

  private void writeProject() throws IOException {
    Repositories.write(workspace, "app/src/main.rs", MAIN);
    Repositories.write(
        workspace,
        "app/Cargo.toml",
        """
        [package]
        name = "ten-lines"
        version = "0.1.0"
        edition = "2021"
        rust-version = "1.78"
        """);
    Repositories.write(
        workspace,
        "app/Cargo.lock",
        """
        version = 4

        [[package]]
        name = "ten-lines"
        version = "0.1.0"
        """);
    Repositories.write(workspace, ".gitignore", "/selfsame-out\n/selfsame-reports\n/release\n");
  }

  /** What is built is what {@code init} writes, as it is: here it leaves nothing to be decided. */
  private void adopt() throws IOException, InterruptedException {
    String app = workspace.resolve("app").toString();
    String said = selfsame(environment(), "init", app, "--image");
    assertTrue(said.startsWith("wrote " + app + "/selfsame.toml\n"), said);
    assertFalse(said.contains("  in the way: ") || said.contains("  open: "), said);
    edit("app/selfsame.toml", "# config = ", "config = ");
  }

  /** The files as they are, and the program that the action looks for beside them. */
  private void copyGithub() throws IOException {
    Path github = WorkflowFilesTest.PROJECT.resolve(".github");
    try (Stream<Path> files = Files.walk(github)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path copy = workspace.resolve(".github").resolve(github.relativize(file).toString());
        Files.createDirectories(copy.getParent());
        Files.copy(file, copy);
      }
    }
    Files.createSymbolicLink(
        workspace.resolve("verifier"), WorkflowFilesTest.PROJECT.resolve("verifier"));
  }

  /** The settings as they are, for networks and secrets of this host, and less patient. */
  private void settle() throws IOException, InterruptedException {
    for (String network : NETWORKS) {
      edit(SETTINGS, "name = \"%s\"".formatted(network), "name = \"%s\"".formatted(own(network)));
    }
    Path secrets =
        Files.createFile(
            folder.resolve("agent.secrets"),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(secrets, "POSTGRES_PASSWORD=%s\n".formatted(PASSWORD));
    edit(SETTINGS, "/etc/selfsame/agent.secrets", secrets.toString());
    Files.createDirectory(home());
    List<String> give = List.of("chown", USER, secrets.toString(), home().toString());
    assertEquals(0, Shell.run(folder, Map.of(), give).status());
    edit(SETTINGS, "stop-grace = \"15s\"", "stop-grace = \"1s\"");
    edit(SETTINGS, "keep-old = \"10s\"", "keep-old = \"1s\"");
  }

  private void edit(String file, String from, String to) throws IOException {
    Path path = workspace.resolve(file);
    String text = Files.readString(path);
    assertTrue(text.contains(from), text);
    Files.writeString(path, text.replace(from, to));
  }

  /** What a network of the settings is called on this host. */
  private String own(String network) {
    return "%s-%s".formatted(container, network);
  }

  List<String> networks() {
    return NETWORKS.stream().map(this::own).toList();
  }

  /** By the very commands that the workflow names, each of a role with the role's passphrase. */
  private void keys() throws Exception {
    for (String command : WorkflowFilesTest.commands()) {
      Map<String, String> variables = environment();
      for (String role : ROLES) {
        if (command.contains(role + ".key")) {
          variables.put("SELFSAME_PASSPHRASE", passphrase(role));
        }
      }
      variables.put("PATH", DemoRun.launcher().getParent() + ":" + variables.get("PATH"));
      Shell.Result result = Shell.run(workspace, variables, List.of("bash", "-euc", command));
      assertEquals(0, result.status(), command + "\n" + result.out() + result.err());
    }
  }

  /** What whoever makes a key answers when asked for a passphrase. */
  static String passphrase(String role) {
    return "the %s's own words".formatted(role);
  }

  private Path trustRoot() {
    return workspace.resolve(".github/selfsame/trust-root.json");
  }

  /** The text of a private key. */
  String key(String role) throws IOException {
    return Files.readString(folder.resolve(role + ".key")).strip();
  }

  /** The token by which whoever has the role signs in at the registry. */
  private String token(String role) {
    return server.tokens().get(ENVIRONMENTS.get(role));
  }

  /** What nobody may see, by a name that may be shown. */
  Map<String, String> secrets() throws IOException {
    Map<String, String> all = new TreeMap<>();
    for (String role : ROLES) {
      all.put("the key of the " + role, key(role).lines().skip(1).findFirst().orElseThrow());
      all.put("the passphrase of the " + role, passphrase(role));
      all.put("the token of the " + role, token(role));
    }
    all.put("the database's password", PASSWORD);
    return all;
  }

  /** Of whoever sets things up, and of the runner: nothing of the user's own but the cache. */
  Map<String, String> environment() {
    Map<String, String> variables = new TreeMap<>();
    variables.put("PATH", "/usr/bin:/bin");
    variables.put("HOME", folder.toString());
    variables.put("XDG_CACHE_HOME", UserFolders.of(System.getenv()).cache().getParent().toString());
    variables.put("XDG_DATA_HOME", "");
    variables.put("SELFSAME_JAVA", "");
    variables.put("JAVA_HOME", System.getProperty("java.home"));
    return variables;
  }

  /** A runner in whose first steps nothing of Java is known yet. */
  Runner runner(String run) throws IOException {
    Map<String, String> machine = new TreeMap<>(environment());
    machine.put("SELFSAME_TEST_JDK", machine.remove("JAVA_HOME"));
    machine.put("SELFSAME_HOST", host().toString());
    return new Runner(workspace, Files.createDirectory(folder.resolve(run)), machine)
        .with("inputs", "project", "app")
        .with("inputs", "name", NAME)
        .with("inputs", "container", container)
        .with("inputs", "config", SETTINGS)
        .with("vars", "SELFSAME_REGISTRY", server.url())
        .as("deploy", deployer())
        .secret("build", "SELFSAME_REGISTRY_TOKEN", token("builder"))
        .secret("promotion", "SELFSAME_REGISTRY_TOKEN", token("promoter"))
        .secret("production", "SELFSAME_REGISTRY_TOKEN", token("deployer"))
        .secret("build", "SELFSAME_BUILDER_KEY", key("builder"))
        .secret("build", "SELFSAME_BUILDER_PASSPHRASE", passphrase("builder"))
        .secret("promotion", "SELFSAME_PROMOTER_KEY", key("promoter"))
        .secret("promotion", "SELFSAME_PROMOTER_PASSPHRASE", passphrase("promoter"))
        .secret("production", "SELFSAME_DEPLOYER_KEY", key("deployer"))
        .secret("production", "SELFSAME_DEPLOYER_PASSPHRASE", passphrase("deployer"));
  }

  /** What the host that deploys believes and asks for, instead of {@code /etc/selfsame}. */
  Path host() {
    return folder.resolve("host");
  }

  /** What runs a program as the user that deploys. */
  private List<String> deployer() throws IOException {
    // The tests' own folders are root's, and only they need the capabilities.
    return List.of(
        "env",
        "HOME=" + home(),
        "setpriv",
        "--reuid=" + USER,
        "--regid=" + USER,
        "--groups=" + Files.getAttribute(Path.of("/var/run/docker.sock"), "unix:gid"),
        "--inh-caps=-all,+dac_override,+fowner",
        "--ambient-caps=-all,+dac_override,+fowner");
  }

  /** Of the user that deploys: what it has begun there stands in it. */
  private Path home() {
    return folder.resolve("home");
  }

  private void prepareHost() throws IOException {
    Files.createDirectory(host());
    Files.copy(trustRoot(), host().resolve("trust-root.json"));
    Files.copy(workspace.resolve(".github/selfsame/gate.toml"), host().resolve("gate.toml"));
  }

  /** Submits and promotes what nobody has built here: other bytes, with a record of their own. */
  void promoteAnother() throws IOException, InterruptedException {
    Path built = workspace.resolve("selfsame-out").resolve(NAME);
    Path other = folder.resolve("another");
    Files.write(other, TinyAgent.variant(Files.readAllBytes(built), "another"));
    String digest = Digest.sha256(other).toString();
    ObjectMapper json = new ObjectMapper();
    ObjectNode record =
        (ObjectNode)
            json.readTree(
                Files.readString(workspace.resolve("selfsame-out/build-record.json"))
                    .replace(Digest.sha256(built).toString(), digest));
    // Another source: one whose builds differ is not promoted.
    ((ObjectNode) record.path("source")).put("packageDigest", digest);
    ObjectNode output = (ObjectNode) record.path("outputs").path(0);
    output.put("size", Files.size(other)).set("facts", json.createObjectNode());
    Path file = Files.write(folder.resolve("another.json"), json.writeValueAsBytes(record));
    selfsameAs("builder", "submit", other.toString(), "--record", file.toString());
    selfsameAs(
        "promoter",
        "promote",
        NAME,
        "--digest",
        digest,
        "--channel",
        "production",
        "--policy",
        workspace.resolve(".github/selfsame/promote.toml").toString());
  }

  private void selfsameAs(String role, String... words) throws IOException, InterruptedException {
    List<String> all = new ArrayList<>(List.of(words));
    all.addAll(List.of("--registry", server.url(), "--trust-root", trustRoot().toString()));
    all.addAll(List.of("--key", folder.resolve(role + ".key").toString()));
    Map<String, String> variables = environment();
    variables.put("SELFSAME_PASSPHRASE", passphrase(role));
    variables.put("SELFSAME_REGISTRY_TOKEN", token(role));
    selfsame(variables, all.toArray(String[]::new));
  }

  /** What {@code status} says of the container, as JSON. */
  JsonNode status() throws IOException, InterruptedException {
    Map<String, String> variables = environment();
    variables.put("SELFSAME_REGISTRY_TOKEN", token("deployer"));
    String said =
        selfsame(
            deployer(),
            variables,
            "status",
            NAME,
            "--to",
            "docker:" + container,
            "--json",
            "--registry",
            server.url(),
            "--trust-root",
            host().resolve("trust-root.json").toString());
    return new ObjectMapper().readTree(said);
  }

  private String selfsame(Map<String, String> variables, String... words)
      throws IOException, InterruptedException {
    return selfsame(List.of(), variables, words);
  }

  private String selfsame(List<String> under, Map<String, String> variables, String... words)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(under);
    command.add(DemoRun.launcher().toString());
    command.addAll(List.of(words));
    Shell.Result result = Shell.run(folder, variables, command);
    assertEquals(0, result.status(), result.out() + result.err());
    return result.out();
  }
}
