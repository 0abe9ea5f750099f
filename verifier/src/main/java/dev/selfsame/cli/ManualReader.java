package dev.selfsame.cli;

import dev.selfsame.cli.Manual.Item;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/** Makes the {@link Manual} of a command of what its annotations say. */
final class ManualReader {
  private ManualReader() {}

  /** The manual of one command. */
  static Manual read(CommandSpec spec) {
    UsageMessageSpec usage = spec.usageMessage();
    List<String> footer = new ArrayList<>();
    Stream.of(usage.footerHeading().split("%n", -1))
        .filter(line -> !line.isBlank())
        .forEach(footer::add);
    Stream.of(usage.footer()).map(ManualReader::plain).forEach(footer::add);
    FooterReader parts = new FooterReader(footer);
    return new Manual(
        spec.qualifiedName(" "),
        summary(spec),
        List.of(joined(usage.description())),
        synopsis(spec),
        spec.positionalParameters().stream()
            .filter(one -> !one.hidden())
            .map(one -> new Item(label(one), joined(one.description())))
            .toList(),
        options(spec, false),
        options(spec, true),
        commands(spec),
        parts.examples(),
        parts.notes(),
        parts.exitCodes());
  }

  private static List<Item> commands(CommandSpec spec) {
    return spec.subcommands().values().stream()
        .distinct()
        .map(CommandLine::getCommandSpec)
        .filter(one -> !one.usageMessage().hidden())
        .map(one -> new Item(one.name(), summary(one)))
        .toList();
  }

  /** The header, which is there for this, or the first sentence of the description. */
  private static String summary(CommandSpec spec) {
    String header = joined(spec.usageMessage().header());
    String text = header.isEmpty() ? joined(spec.usageMessage().description()) : header;
    int end = text.indexOf(". ");
    return (end < 0 ? text : text.substring(0, end)).replaceFirst("\\.$", "");
  }

  private static String synopsis(CommandSpec spec) {
    Stream<String> required =
        spec.options().stream()
            // Of a group, one may be required in the others' place: that is for the text to say.
            .filter(option -> option.required() && !option.hidden() && option.group() == null)
            .map(option -> option.longestName() + value(option));
    Stream<String> positional =
        spec.positionalParameters().stream().filter(one -> !one.hidden()).map(ManualReader::label);
    Stream<String> verb = spec.subcommands().isEmpty() ? Stream.of() : Stream.of("VERB");
    return Stream.of(Stream.of("[OPTIONS]"), required, positional, verb)
        .flatMap(parts -> parts)
        .collect(Collectors.joining(" "));
  }

  private static List<Item> options(CommandSpec spec, boolean common) {
    return spec.options().stream()
        .filter(option -> !option.hidden())
        .filter(option -> common == (option.inherited() && spec.parent() != null))
        .sorted(Comparator.comparing(option -> option.longestName().toLowerCase(Locale.ROOT)))
        .map(option -> new Item(names(option) + value(option), joined(option.description())))
        .toList();
  }

  /** Short names first; without one, room is left for it. */
  private static String names(OptionSpec option) {
    List<String> names =
        Stream.of(option.names()).sorted(Comparator.comparingInt(String::length)).toList();
    String all = String.join(", ", names);
    return names.getFirst().startsWith("--") ? "    " + all : all;
  }

  private static String value(OptionSpec option) {
    if (option.arity().max() == 0) {
      return "";
    }
    String value = "=" + option.paramLabel();
    return option.arity().min() == 0 ? "[" + value + "]" : value;
  }

  private static String label(PositionalParamSpec one) {
    String label = one.paramLabel() + (many(one) ? "..." : "");
    return one.arity().min() == 0 && !label.startsWith("[") ? "[" + label + "]" : label;
  }

  private static boolean many(ArgSpec one) {
    return one.arity().max() > 1 && !one.paramLabel().endsWith("...");
  }

  private static String joined(String... lines) {
    return Stream.of(lines).map(ManualReader::plain).collect(Collectors.joining(" ")).strip();
  }

  /** As picocli would print it, which takes every text for a format. */
  private static String plain(String text) {
    return text.replace("%n", "\n").replace("%%", "%");
  }
}
