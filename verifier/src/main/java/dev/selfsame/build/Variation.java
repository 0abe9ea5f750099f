package dev.selfsame.build;

import dev.selfsame.source.Order;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Which factors of a build differ from the control's.
 *
 * @param factors those that are changed; none for a control
 */
record Variation(Set<Factor> factors) {
  static final Variation NONE = of(EnumSet.noneOf(Factor.class));
  static final Variation ALL = of(EnumSet.allOf(Factor.class));

  private static final String HOSTNAME = "selfsame";
  private static final int UID = 1000;

  Variation {
    EnumSet<Factor> copy = EnumSet.noneOf(Factor.class);
    copy.addAll(factors);
    factors = Collections.unmodifiableSet(copy);
  }

  static Variation of(Collection<Factor> factors) {
    return new Variation(Set.copyOf(factors));
  }

  /** All but one. */
  Variation without(Factor factor) {
    return of(factors.stream().filter(one -> one != factor).toList());
  }

  boolean varies(Factor factor) {
    return factors.contains(factor);
  }

  /** The factors' words, sorted. */
  List<String> words() {
    return factors.stream().map(Factor::word).sorted().toList();
  }

  Layout layout(Layout fixed) {
    return varies(Factor.PATH) ? fixed.elsewhere() : fixed;
  }

  Order order() {
    return varies(Factor.FILE_ORDER) ? Order.REVERSED : Order.FORWARD;
  }

  /**
   * Who and where the build believes to be.
   *
   * @param hostCpus CPUs of this host
   */
  Sandbox.Identity identity(int hostCpus) {
    return new Sandbox.Identity(
        varies(Factor.UID) ? UID + 3321 : UID,
        varies(Factor.HOSTNAME) ? "elsewhere" : HOSTNAME,
        varies(Factor.UMASK) ? 0077 : 0022,
        varies(Factor.CPUS) ? Math.max(1, hostCpus - 1) : 0,
        varies(Factor.KERNEL_NAME));
  }

  /** The environment with what the factors change in it. */
  Map<String, String> environment(Map<String, String> fixed) {
    Map<String, String> varied = new TreeMap<>(fixed);
    if (varies(Factor.TIME_ZONE)) {
      // POSIX form: it needs no time zone database in the root. Fourteen hours east of UTC.
      varied.put("TZ", "<+14>-14");
    }
    if (varies(Factor.LOCALE)) {
      varied.put("LC_ALL", "tr_TR.UTF-8");
      varied.put("LANG", "tr_TR.UTF-8");
    }
    if (varies(Factor.UID)) {
      varied.put("USER", "somebody");
      varied.put("LOGNAME", "somebody");
    }
    if (varies(Factor.ENVIRONMENT)) {
      varied.put("EDITOR", "/usr/bin/ed");
      varied.put("MAIL", "/var/mail/somebody");
      varied.put("SELFSAME_NOISE", "a variable that should mean nothing");
      varied.put("TERM", "vt100");
      varied.computeIfPresent("PATH", (name, path) -> path + ":/nonexistent/bin");
    }
    return varied;
  }

  /** Cargo's {@code --jobs}, or 0 for its own choice: on one CPU only the number can be varied. */
  int jobs(int asked, int hostCpus) {
    return varies(Factor.CPUS) && hostCpus == 1 ? Math.max(1, asked) + 1 : asked;
  }
}
