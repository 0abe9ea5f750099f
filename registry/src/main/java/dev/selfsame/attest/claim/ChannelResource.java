package dev.selfsame.attest.claim;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The place that a promotion is for, {@code selfsame://REGISTRY/NAME?channel=CHANNEL}. It is signed
 * and compared exactly, so that a promotion cannot be moved to another name, channel or registry.
 *
 * @param registry the registry's lasting name: a host name's letters, with an optional port
 * @param name the artifact's name: OCI repository form, such as {@code team/agent}
 * @param channel such as {@code production}: lower-case letters, digits and dashes
 */
public record ChannelResource(String registry, String name, String channel) {
  private static final String REGISTRY = "[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?(?::[0-9]{1,5})?";
  private static final String PART = "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*";
  private static final String NAME = PART + "(?:/" + PART + ")*";
  private static final String CHANNEL = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?";
  private static final Pattern FORM =
      Pattern.compile("selfsame://(" + REGISTRY + ")/(" + NAME + ")\\?channel=(" + CHANNEL + ")");

  /** Throws {@link IllegalArgumentException} where a part is not of its form. */
  public ChannelResource {
    require("registry", REGISTRY, registry);
    require("name", NAME, name);
    require("channel", CHANNEL, channel);
    if (name.length() > 255) {
      throw new IllegalArgumentException("name is longer than 255 characters");
    }
  }

  /**
   * Reads the URI.
   *
   * @throws IllegalArgumentException for anything but the one form that {@link #toString} writes
   */
  public static ChannelResource parse(String uri) {
    Matcher form = FORM.matcher(uri);
    if (!form.matches()) {
      throw new IllegalArgumentException(
          "not of the form selfsame://REGISTRY/NAME?channel=CHANNEL: " + uri);
    }
    return new ChannelResource(form.group(1), form.group(2), form.group(3));
  }

  @Override
  public String toString() {
    return "selfsame://" + registry + "/" + name + "?channel=" + channel;
  }

  private static void require(String what, String form, String value) {
    if (!value.matches(form)) {
      throw new IllegalArgumentException("not a valid " + what + ": " + value);
    }
  }
}
