package dev.selfsame.workflow;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Expressions of GitHub Actions ("Evaluate expressions in workflows and actions"): literals,
 * contexts, {@code == != && || ! ()} and some functions. What it does not know is an error, and so
 * is a context or property that nobody has set, unlike at GitHub, where it is empty.
 */
final class Expression {
  private static final Pattern TEMPLATE = Pattern.compile("\\$\\{\\{(.*?)\\}\\}", Pattern.DOTALL);
  private static final Pattern TOKEN =
      Pattern.compile(
          "\\s*('(?:[^']|'')*'|==|!=|&&|\\|\\||[!().,]|[A-Za-z_][A-Za-z0-9_-]*|[0-9]+)");

  private final Map<String, Object> contexts;
  private final boolean successful;
  private final List<String> tokens = new ArrayList<>();
  private int at;

  private Expression(String text, Map<String, Object> contexts, boolean successful) {
    this.contexts = contexts;
    this.successful = successful;
    Matcher matcher = TOKEN.matcher(text.strip());
    int end = 0;
    while (matcher.find() && matcher.start() == end) {
      tokens.add(matcher.group(1));
      end = matcher.end();
    }
    if (end != text.strip().length()) {
      throw new IllegalArgumentException("not an expression: " + text);
    }
  }

  /** Text in which every {@code ${{ … }}} is put in. */
  static String template(String text, Map<String, Object> contexts) {
    return TEMPLATE
        .matcher(text)
        .replaceAll(match -> {
          Object value = new Expression(match.group(1), contexts, true).whole();
          return Matcher.quoteReplacement(text(value));
        });
  }

  /** An {@code if}: without a function of the job's state, it asks for success too. */
  static boolean condition(String text, Map<String, Object> contexts, boolean successful) {
    String bare = text.strip().replaceFirst("^\\$\\{\\{(.*)\\}\\}$", "$1");
    Expression expression = new Expression(bare, contexts, successful);
    boolean own =
        expression.tokens.stream().anyMatch(List.of("always", "failure", "success")::contains);
    boolean holds = truth(expression.whole());
    return own ? holds : successful && holds;
  }

  private @Nullable Object whole() {
    Object value = or();
    if (at != tokens.size()) {
      throw new IllegalArgumentException("unexpected: " + tokens.get(at));
    }
    return value;
  }

  private @Nullable Object or() {
    Object value = and();
    while (take("||")) {
      Object other = and();
      value = truth(value) ? value : other;
    }
    return value;
  }

  private @Nullable Object and() {
    Object value = equality();
    while (take("&&")) {
      Object other = equality();
      value = truth(value) ? other : value;
    }
    return value;
  }

  private @Nullable Object equality() {
    Object value = not();
    while (true) {
      if (take("==")) {
        value = same(value, not());
      } else if (take("!=")) {
        value = !same(value, not());
      } else {
        return value;
      }
    }
  }

  private @Nullable Object not() {
    return take("!") ? (Object) !truth(not()) : primary();
  }

  private @Nullable Object primary() {
    if (take("(")) {
      Object value = or();
      require(")");
      return value;
    }
    String token = tokens.get(at++);
    if (token.startsWith("'")) {
      return token.substring(1, token.length() - 1).replace("''", "'");
    }
    if (token.equals("true") || token.equals("false")) {
      return token.equals("true");
    }
    if (Character.isDigit(token.charAt(0))) {
      return token;
    }
    return take("(") ? function(token) : property(token);
  }

  private Object function(String name) {
    List<@Nullable Object> arguments = new ArrayList<>();
    while (!take(")")) {
      arguments.add(or());
      if (!take(",")) {
        require(")");
        break;
      }
    }
    return switch (name) {
      case "always" -> true;
      case "success" -> successful;
      case "failure" -> !successful;
      case "contains" -> lower(arguments.get(0)).contains(lower(arguments.get(1)));
      case "startsWith" -> lower(arguments.get(0)).startsWith(lower(arguments.get(1)));
      default -> throw new IllegalArgumentException("unknown function " + name);
    };
  }

  private @Nullable Object property(String root) {
    Object value = contexts.get(root);
    String path = root;
    if (value == null) {
      throw new IllegalArgumentException("unknown context " + root);
    }
    while (take(".")) {
      String name = tokens.get(at++);
      path += "." + name;
      // What a step that was skipped would have put out is empty.
      boolean mayLack = path.matches("(steps|needs)\\.[^.]+\\.outputs\\..*");
      if (!(value instanceof Map<?, ?> map) || (!map.containsKey(name) && !mayLack)) {
        throw new IllegalArgumentException("nobody has set " + path);
      }
      value = map.get(name);
    }
    return value;
  }

  private boolean take(String token) {
    if (at < tokens.size() && tokens.get(at).equals(token)) {
      at++;
      return true;
    }
    return false;
  }

  private void require(String token) {
    if (!take(token)) {
      throw new IllegalArgumentException("no " + token);
    }
  }

  private static boolean same(@Nullable Object one, @Nullable Object other) {
    return lower(one).equals(lower(other));
  }

  private static boolean truth(@Nullable Object value) {
    return value != null && !value.equals("") && !value.equals(false) && !value.equals("0");
  }

  private static String lower(@Nullable Object value) {
    return text(value).toLowerCase(Locale.ROOT);
  }

  static String text(@Nullable Object value) {
    return value == null ? "" : value.toString();
  }
}
