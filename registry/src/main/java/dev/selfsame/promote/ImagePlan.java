package dev.selfsame.promote;

import dev.selfsame.evidence.ImageRecipe;
import dev.selfsame.evidence.ImageSettings;
import dev.selfsame.pins.root.BinaryLayer;
import dev.selfsame.pins.root.ImageConfig;
import java.util.List;

/** What a recipe asks of an image: the one place that says so, for making and for checking. */
public final class ImagePlan {
  private ImagePlan() {}

  /** The layer of the program. The folder of its configuration is there, to be mounted on. */
  public static BinaryLayer layer(ImageSettings settings) {
    String config = settings.config();
    return new BinaryLayer(
        settings.entrypoint(),
        config == null ? List.of() : List.of(config.substring(0, config.lastIndexOf('/'))));
  }

  /** How the image is run. */
  public static ImageConfig config(ImageRecipe recipe) {
    ImageSettings settings = recipe.settings();
    return new ImageConfig(
        settings.user() + ":" + settings.group(),
        List.of(settings.entrypoint()),
        settings.arguments(),
        settings.ports(),
        recipe.labels());
  }
}
