package dev.selfsame.cli;

import dev.selfsame.attest.keys.Passphrase;
import dev.selfsame.outcome.Failure;
import java.io.Console;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where a passphrase comes from: {@code --passphrase-file}, the environment, or the terminal. */
final class KeysPassphrase implements Passphrase {
  private static final String VARIABLE = "SELFSAME_PASSPHRASE";

  private final Surroundings surroundings;

  @Option(
      names = "--passphrase-file",
      paramLabel = "FILE",
      description =
          "The passphrase is its first line; without it $SELFSAME_PASSPHRASE, then the"
              + " terminal.")
  private @Nullable Path file;

  KeysPassphrase(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public char[] ask(String of) {
    return given() ? fixed() : prompt("Passphrase for " + of + ": ");
  }

  /** A passphrase for a new key, asked twice on a terminal. */
  char[] askNew(String of) {
    char[] word = given() ? fixed() : prompt("New passphrase for " + of + ": ");
    if (word.length == 0) {
      throw Failure.usage(
          "an empty passphrase protects nothing",
          "give one, or say --no-passphrase to leave the key readable");
    }
    if (!given() && !Arrays.equals(word, prompt("The same again: "))) {
      throw Failure.usage("the two passphrases differ", "run the command again");
    }
    return word;
  }

  private boolean given() {
    return file != null || surroundings.environment().get(VARIABLE) != null;
  }

  private char[] fixed() {
    if (file == null) {
      return surroundings.environment().getOrDefault(VARIABLE, "").toCharArray();
    }
    try (var lines = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      String line = lines.readLine();
      return line == null ? new char[0] : line.toCharArray();
    } catch (IOException e) {
      throw Failure.usage("cannot read the passphrase file " + file, "check its path and mode");
    }
  }

  /** Reads on a thread of its own, so that Ctrl-C need not wait for a key press. */
  @SuppressWarnings("SystemConsoleNull") // from JDK 25 on it is null again where nobody types
  private static char[] prompt(String question) {
    Console console = System.console();
    if (console == null || !console.isTerminal()) {
      throw Failure.usage(
          "a passphrase is needed, and there is no terminal to ask on",
          "give --passphrase-file FILE or set " + VARIABLE);
    }
    FutureTask<char @Nullable []> reading =
        new FutureTask<>(() -> console.readPassword("%s", question));
    Thread.ofPlatform().daemon().name("passphrase").start(reading);
    try {
      char[] word = reading.get();
      if (word == null) {
        throw Failure.usage("no passphrase was given", "run the command again");
      }
      return word;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Failure.undecided("interrupted", "run the command again", e);
    } catch (ExecutionException e) {
      throw Failure.undecided("cannot read from the terminal", "give --passphrase-file FILE", e);
    }
  }
}
