package dev.selfsame.attest.claim;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The place that a promotion is for, {@code selfsame://REGISTRY/NAME?channel=CHANNEL}. It is signed
 * and compared exactly, so that a promotion cannot be moved to another name, channel or registry.
 *
 * @param registry the registry's lasting name: a host name's letters, with an optional port
 * @param name the artifact's name: OCI repository form, such as {@code team/agent}, at most 128
 *     characters
 * @param channel such as {@code production}: lower-case letters, digits and dashes
 */
public record ChannelResource(String registry, String name, String channel) {
  private static final String REGISTRY = "[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?(?::[0-9]{1,5})?";
  // Possessive: a long name must not be one call of the matcher a part.
  private static final String PART = "[a-z0-9]++(?:(?:\\.|__?|-++)[a-z0-9]++)*+";
  private static final String NAME = PART + "(?:/" + PART + ")*+";
  private static final int LONGEST_NAME = 128;
  private static final int LONGEST_PART = 260;
  private static final int LONGEST = 512;
  private static final String CHANNEL = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?";
  private static final Pattern FORM =
      Pattern.compile("selfsame://(" + REGISTRY + ")/(" + NAME + ")\\?channel=(" + CHANNEL + ")");

  /** Throws {@link IllegalArgumentException} where a part is not of its form. */
  public ChannelResource {
    require("registry", REGISTRY, registry);
    require("name", NAME, name);
    require("channel", CHANNEL, channel);
    if (name.length() > LONGEST_NAME) {
      throw new IllegalArgumentException("name is longer than 128 characters");
    }
  }

  /**
   * Reads the URI.
   *
   * @throws IllegalArgumentException for anything but the one form that {@link #toString} writes
   */
  public static ChannelResource parse(String uri) {
    if (uri.length() > LONGEST) {
      throw new IllegalArgumentException("longer than 512 characters");
    }
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
    if (value.length() > LONGEST_PART) {
      throw new IllegalArgumentException("not a valid " + what + ": it is too long");
    }
    if (!value.matches(form)) {
      throw new IllegalArgumentException("not a valid " + what + ": " + value);
    }
  }
}
