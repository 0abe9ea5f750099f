package dev.selfsame.pins.oci;

import dev.selfsame.outcome.Failure;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where an image's repository is.
 *
 * @param registry host, with port where it is not the usual one; {@code docker.io} for Docker Hub
 * @param repository such as {@code library/rust}
 */
public record ImageName(String registry, String repository) {
  private static final Pattern FORM =
      Pattern.compile(
          "(?<registry>[a-z0-9.-]+(:[0-9]{1,5})?)/"
              + "(?<repository>[a-z0-9]+([._/-]+[a-z0-9]+)*)(:[A-Za-z0-9_][A-Za-z0-9._-]{0,127})?");

  /**
   * Reads {@code registry/repository[:tag]}; the tag is for people and is dropped.
   *
   * @throws Failure (usage) for any other form: a short name would have to be guessed
   */
  public static ImageName parse(String reference) {
    Matcher form = FORM.matcher(reference);
    if (!form.matches()) {
      throw Failure.usage(
          "not a full image reference: " + reference,
          "write registry and repository, such as docker.io/library/rust:1.97.1");
    }
    return new ImageName(form.group("registry"), form.group("repository"));
  }
}
