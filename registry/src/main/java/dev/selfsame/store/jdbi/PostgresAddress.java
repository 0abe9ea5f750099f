package dev.selfsame.store.jdbi;

import dev.selfsame.outcome.Failure;
import java.util.Map;
import java.util.Properties;
import org.postgresql.Driver;
import org.postgresql.PGProperty;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Where a PostgreSQL database is, and who asks for it.
 *
 * @param url {@code jdbc:postgresql://HOST:PORT/DATABASE}, with the driver's own parameters after a
 *     {@code ?}, such as {@code sslmode=verify-full}
 * @param user empty for the one that the URL names
 * @param password empty for the one that the URL names
 */
public record PostgresAddress(String url, String user, String password) {
  /** The registry's tables have a schema of their own. */
  static final String SCHEMA = "selfsame";

  private static final String JDBC = "jdbc:postgresql:";

  /** Seconds. A server that is gone without a word is found out; both are more than it may take. */
  private static final Map<String, String> DEFAULTS =
      Map.of(
          PGProperty.CONNECT_TIMEOUT.getName(), "5",
          PGProperty.SOCKET_TIMEOUT.getName(), "90",
          PGProperty.TCP_KEEP_ALIVE.getName(), "true",
          PGProperty.APPLICATION_NAME.getName(), "selfsame");

  /** Throws {@link Failure} (exit 2) where the URL is none that the driver understands. */
  public PostgresAddress {
    if (parsed(url) == null) {
      throw Failure.usage(
          "not the address of a PostgreSQL database: " + withoutSecrets(url),
          "write it as postgresql://HOST:PORT/DATABASE");
    }
  }

  /**
   * Reads an address.
   *
   * @param url as above, or as PostgreSQL's own programs have it: {@code
   *     postgresql://USER:PASSWORD@HOST:PORT/DATABASE}
   * @throws Failure exit 2 where it is neither
   */
  public static PostgresAddress of(String url, String user, String password) {
    String rest = url;
    for (String scheme : new String[] {"postgresql://", "postgres://"}) {
      if (url.startsWith(scheme)) {
        rest = url.substring(scheme.length());
        int end = rest.indexOf('/') < 0 ? rest.length() : rest.indexOf('/');
        int at = rest.lastIndexOf('@', end);
        String who = at < 0 ? "" : rest.substring(0, at);
        int colon = who.indexOf(':');
        return new PostgresAddress(
            JDBC + "//" + rest.substring(at + 1),
            user.isEmpty() ? decoded(colon < 0 ? who : who.substring(0, colon)) : user,
            password.isEmpty() && colon >= 0 ? decoded(who.substring(colon + 1)) : password);
      }
    }
    return new PostgresAddress(url, user, password);
  }

  private static String decoded(String text) {
    try {
      return java.net.URLDecoder.decode(
          text.replace("+", "%2B"), java.nio.charset.StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw Failure.usage(
          "the database's address has a user or password with a stray %", "write it as %25");
    }
  }

  private static @org.jspecify.annotations.Nullable Properties parsed(String url) {
    return url.startsWith(JDBC) ? Driver.parseURL(url, null) : null;
  }

  PGSimpleDataSource source() {
    return set(new PGSimpleDataSource());
  }

  /** For who waits as long as a statement takes, on a connection that is kept alive. */
  PGSimpleDataSource patientSource() {
    PGSimpleDataSource source = source();
    source.setSocketTimeout(0);
    return source;
  }

  /** Sets a source of connections up. */
  <S extends PGSimpleDataSource> S set(S source) {
    source.setUrl(url);
    if (!user.isEmpty()) {
      source.setUser(user);
    }
    if (!password.isEmpty()) {
      source.setPassword(password);
    }
    try {
      for (Map.Entry<String, String> one : DEFAULTS.entrySet()) {
        if (!url.contains(one.getKey() + "=")) {
          source.setProperty(one.getKey(), one.getValue());
        }
      }
    } catch (java.sql.SQLException e) {
      throw new IllegalStateException("the driver does not know its own parameters", e);
    }
    source.setCurrentSchema(SCHEMA);
    return source;
  }

  /** For people: {@code HOST:PORT/DATABASE}, without who asks. */
  @Override
  public String toString() {
    return withoutSecrets(url.startsWith(JDBC + "//") ? url.substring(JDBC.length() + 2) : url);
  }

  private static String withoutSecrets(String url) {
    String bare = url.indexOf('?') < 0 ? url : url.substring(0, url.indexOf('?'));
    int at = bare.lastIndexOf('@');
    return at < 0 ? bare : bare.substring(at + 1);
  }
}
