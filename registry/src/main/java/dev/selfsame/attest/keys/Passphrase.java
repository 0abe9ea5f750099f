package dev.selfsame.attest.keys;

/** Where the passphrase of an encrypted key comes from; asked only when one is needed. */
@FunctionalInterface
public interface Passphrase {
  /**
   * The passphrase.
   *
   * @param of what it opens, for the prompt, such as the file's path
   * @throws dev.selfsame.outcome.Failure with exit 2 where there is none to be had
   */
  char[] ask(String of);
}
