package dev.selfsame.audit;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whether the audited bytes run. What a process executes is what the kernel holds open for it, not
 * its memory: bytes that were altered there alone are not seen.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "state")
@JsonSubTypes({
  @JsonSubTypes.Type(value = Running.Runs.class, name = "runs"),
  @JsonSubTypes.Type(value = Running.NotRun.class, name = "not-run"),
  @JsonSubTypes.Type(value = Running.NotTold.class, name = "not-told")
})
public sealed interface Running {

  /**
   * Processes execute these bytes, and none that was started from the same path executes others.
   *
   * @param pids numbers on this machine, ascending, at least one
   * @param executable what they were started from
   * @param gone whether nothing stands there any more
   * @param advice where the program is one that runs others, what to ask instead
   */
  record Runs(List<Long> pids, String executable, boolean gone, @Nullable String advice)
      implements Running {
    public Runs {
      pids = List.copyOf(pids);
      if (pids.isEmpty()) {
        throw new IllegalArgumentException("nothing runs");
      }
    }
  }

  /**
   * Nothing that was started from this path is there.
   *
   * @param why one line
   */
  record NotRun(String why) implements Running {}

  /**
   * It cannot be seen from here.
   *
   * @param why one line
   */
  record NotTold(String why) implements Running {}
}
