package dev.selfsame.pins.root;

import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What an image says of how it is run, in the words of the OCI image configuration.
 *
 * @param user {@code UID:GID}
 * @param entrypoint the program, absolute, with what always follows it
 * @param arguments what follows where the caller says nothing else
 * @param ports TCP ports that it listens on, sorted
 * @param labels by name, sorted
 */
public record ImageConfig(
    String user,
    List<String> entrypoint,
    List<String> arguments,
    List<Integer> ports,
    Map<String, String> labels) {
  public ImageConfig {
    requireNonNull(user);
    entrypoint = List.copyOf(entrypoint);
    arguments = List.copyOf(arguments);
    ports = ports.stream().sorted().distinct().toList();
    labels = Collections.unmodifiableMap(new TreeMap<>(labels));
  }
}
