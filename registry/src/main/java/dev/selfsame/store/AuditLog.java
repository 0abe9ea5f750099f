package dev.selfsame.store;

import java.util.Optional;

/**
 * Who did what at the registry server, an entry an action: pushes, deletions, submissions,
 * promotions, what was handed out for deploy, what was refused. It only grows.
 */
public interface AuditLog extends AutoCloseable {

  /**
   * An action that has ended.
   *
   * @param who the user's name, or {@code anonymous}
   * @param address where the request came from
   * @param action what was done, such as {@code push manifest}
   * @param place the repository or path
   * @param reference the tag, digest or upload, where there is one
   * @param status the HTTP status of the answer
   * @param reason why it was refused, where it was
   * @param claimed who it was by their own word, where the credentials did not hold
   */
  record Entry(
      String who,
      String address,
      String action,
      String place,
      Optional<String> reference,
      int status,
      Optional<String> reason,
      Optional<String> claimed) {}

  /**
   * Adds an entry. It survives the process when this returns, or where others record at the same
   * time as soon as whoever writes has come to it; the machine a second later.
   *
   * @throws dev.selfsame.outcome.Failure exit 3 where it cannot be written
   */
  void record(Entry entry);

  /**
   * Why nothing can be recorded; empty where all is well. Then nothing that has to be recorded may
   * be done. When this returns, what was recorded before survives the process, or is the trouble.
   */
  Optional<String> trouble();

  @Override
  void close();
}
