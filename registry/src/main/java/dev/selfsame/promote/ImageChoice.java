package dev.selfsame.promote;

import dev.selfsame.digest.Digest;
import dev.selfsame.evidence.ImageRecipe;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The image that a promotion carries.
 *
 * <p>Only statements count whose build is one that the decision rests on. As with the artifact, as
 * many operators as the policy asks for must state the same manifest. Where several manifests are
 * stated, since the settings or the commit were others, nobody guesses: one has to be named. Where
 * two are stated for the very same recipe, one statement is wrong, and neither is taken.
 *
 * @param images the statements that the promotion rests on, by bundle digest; all name one manifest
 * @param check what was decided; empty where there is nothing to decide
 */
record ImageChoice(List<Image> images, Optional<Check> check) {
  private static final String ID = "image";

  ImageChoice {
    images = List.copyOf(images);
  }

  /**
   * Chooses.
   *
   * @param stated every believed statement under the artifact's name
   * @param builds those that the decision rests on
   * @param operators how many must state the same
   */
  static ImageChoice of(
      ImageWish wish,
      Digest artifact,
      Collection<Image> stated,
      Collection<Build> builds,
      int operators) {
    Map<Digest, List<Image>> byManifest = new TreeMap<>();
    stated.stream()
        .filter(image -> image.recipe().artifact().equals(artifact))
        .filter(image -> builds.stream().anyMatch(image::isOf))
        .sorted(Comparator.comparing(Image::bundle))
        .forEach(image ->
            byManifest.computeIfAbsent(image.manifest(), any -> new ArrayList<>()).add(image));
    Optional<String> dissent = dissent(byManifest.values());
    return switch (wish) {
      case ImageWish.None _ -> new ImageChoice(List.of(), Optional.empty());
      case ImageWish.Stated _ when byManifest.isEmpty() ->
          new ImageChoice(List.of(), Optional.empty());
      case ImageWish.Stated _ when dissent.isPresent() -> no(dissent.get());
      case ImageWish.Stated _ when byManifest.size() > 1 ->
          no(
              "several are stated, name one or none of them: "
                  + byManifest.keySet().stream()
                      .map(Digest::toString)
                      .collect(Collectors.joining(", ")));
      case ImageWish.Stated _ -> only(byManifest.values().iterator().next(), operators);
      case ImageWish.This(Digest manifest) when !byManifest.containsKey(manifest) ->
          no("nobody whose build counts states " + manifest);
      case ImageWish.This _ when dissent.isPresent() -> no(dissent.get());
      case ImageWish.This(Digest manifest) ->
          only(byManifest.getOrDefault(manifest, List.of()), operators);
    };
  }

  private static ImageChoice only(List<Image> images, int wanted) {
    TreeSet<String> counted = new TreeSet<>();
    images.forEach(image -> counted.add(image.operator()));
    String who = String.join(", ", counted);
    return counted.size() >= wanted
        ? new ImageChoice(
            images,
            Optional.of(
                new Check(
                    ID, true, "%s, stated by %s".formatted(images.getFirst().manifest(), who))))
        : no("%d of at least %d operators state it: %s".formatted(counted.size(), wanted, who));
  }

  /** Equal recipes give equal images, or somebody is wrong. */
  private static Optional<String> dissent(Collection<List<Image>> groups) {
    Map<ImageRecipe, Image> byRecipe = new HashMap<>();
    for (Image image : groups.stream().flatMap(List::stream).toList()) {
      Image other = byRecipe.putIfAbsent(image.recipe(), image);
      if (other != null && !other.manifest().equals(image.manifest())) {
        return Optional.of(
            "%s states %s, %s states %s of the same recipe"
                .formatted(other.operator(), other.manifest(), image.operator(), image.manifest()));
      }
    }
    return Optional.empty();
  }

  private static ImageChoice no(String why) {
    return new ImageChoice(List.of(), Optional.of(new Check(ID, false, why)));
  }
}
