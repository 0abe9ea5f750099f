package dev.selfsame.cli;

import dev.selfsame.access.ApiTokens;
import dev.selfsame.access.Caller;
import dev.selfsame.access.Grant;
import dev.selfsame.access.Permission;
import dev.selfsame.access.RepositoryPattern;
import dev.selfsame.access.Rule;
import dev.selfsame.outcome.Failure;
import dev.selfsame.toml.TomlFields;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Reads who may do what at a server. */
final class RuleSettings {
  private RuleSettings() {}

  /**
   * The rules of a settings file: tables with {@code who}, {@code allow} and {@code repositories}.
   *
   * @throws Failure exit 2 where one is malformed
   */
  static List<Rule> of(TomlFields file) {
    List<Rule> rules = new ArrayList<>();
    for (TomlFields rule : file.tables("rule")) {
      List<String> who = rule.strings("who");
      List<String> repositories = rule.strings("repositories");
      String allow = String.join(",", rule.strings("allow"));
      try {
        rules.addAll(rules(who, allow, repositories));
      } catch (IllegalArgumentException e) {
        throw rule.wrong("rule: " + e.getMessage());
      }
      rule.noMore();
    }
    return rules;
  }

  /**
   * The rules of a variable: {@code ci pull,push staging/viworks/**; anonymous pull deploy/**}.
   *
   * @throws Failure exit 2 where one is malformed
   */
  static List<Rule> parse(String text) {
    List<Rule> rules = new ArrayList<>();
    for (String rule : text.split("[;\\n]", -1)) {
      if (rule.isBlank()) {
        continue;
      }
      String[] parts = rule.strip().split("\\s+", -1);
      try {
        if (parts.length != 3) {
          throw new IllegalArgumentException("not WHO ALLOW REPOSITORIES: " + rule.strip());
        }
        rules.addAll(rules(list(parts[0]), parts[1], list(parts[2])));
      } catch (IllegalArgumentException e) {
        throw Failure.usage(
            "SELFSAME_SERVE_RULES: " + e.getMessage(),
            "write it like: ci pull,push staging/viworks/**; anonymous pull deploy/**");
      }
    }
    return rules;
  }

  private static List<String> list(String text) {
    return List.of(text.split(",", -1));
  }

  private static List<Rule> rules(List<String> who, String allow, List<String> repositories) {
    for (String name : who) {
      if (!name.equals(Rule.EVERYBODY) && !name.equals(Rule.ANONYMOUS) && !Caller.isName(name)) {
        throw new IllegalArgumentException("who has what is no user's name: " + name);
      }
    }
    if (who.isEmpty() || repositories.isEmpty()) {
      throw new IllegalArgumentException("a rule has who, allow and repositories");
    }
    Set<Permission> permissions = Set.copyOf(ApiTokens.permissions(allow));
    return repositories.stream()
        .map(each -> new Rule(Set.copyOf(who), new Grant(new RepositoryPattern(each), permissions)))
        .toList();
  }
}
